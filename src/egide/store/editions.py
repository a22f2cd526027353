"""Which editions of which bundles were accepted, so that an older one, though well signed, is not played again over a newer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import select

from egide.store.chain import AppendOnly
from egide.store.tables import BUNDLES
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.store.bundle import Bundle
    from egide.store.transaction import Transaction

LOG = AppendOnly(BUNDLES)
_ACCEPTED = N_("{name}: edition {edition} accepted")
_KNOWN = N_("{name}: edition {edition} was accepted before")
_OLDER = N_("{name}: edition {edition} is older than {last}, already accepted")
_DIFFERS = N_("{name}: another bundle of edition {edition} was accepted")
_OTHER_KEY = N_("{name}: signed by {key}, and the editions before by {before}")


class Known(Protocol):
    """An edition as far as a later one is held against it: noted in a database, or in use."""

    @property
    def edition(self) -> int:
        """Its number."""

    @property
    def digest(self) -> str:
        """SHA-256 of its manifest."""

    @property
    def key(self) -> str:
        """Who signed it."""


@dataclass(frozen=True, slots=True)
class Edition:
    """An accepted bundle. ``digest``: SHA-256 of its manifest."""

    name: str
    edition: int
    digest: str
    key: str
    accepted_at: datetime


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Whether a bundle is accepted: met, or not met because a newer one, another one of that edition, or another key came before."""

    answer: Answer
    because: Reason


def accept(tx: Transaction, bundle: Bundle, *, from_new_key: bool = False) -> Acceptance:
    """Note that a bundle is taken, in the transaction that takes it. The same one again is met, and noted once."""
    LOG.hold(tx)
    found = judge(latest(tx, bundle.name), bundle, from_new_key=from_new_key)
    if found.because.code == "edition-accepted":
        LOG.append(tx, [{
            "name": bundle.name, "edition": bundle.edition, "digest": bundle.digest, "key": bundle.key, "accepted_at": tx.now(),
        }])  # fmt: skip
    return found


def judge(last: Known | None, bundle: Bundle, *, from_new_key: bool = False) -> Acceptance:
    """Whether a bundle may follow the edition that is known of it.

    ``from_new_key``: somebody knows that its publisher signs with another key now.
    """
    args: dict[str, object] = {"name": bundle.name, "edition": str(bundle.edition), "key": bundle.key}
    if last is None:
        return Acceptance(Answer.MET, Reason("edition-accepted", args, _ACCEPTED))
    args |= {"last": str(last.edition), "before": last.key}
    if bundle.edition < last.edition:
        return Acceptance(Answer.NOT_MET, Reason("edition-older", args, _OLDER))
    if bundle.edition == last.edition:
        if bundle.digest != last.digest:
            return Acceptance(Answer.NOT_MET, Reason("edition-differs", args, _DIFFERS))
        return Acceptance(Answer.MET, Reason("edition-known", args, _KNOWN))
    if bundle.key != last.key and not from_new_key:
        return Acceptance(Answer.NOT_MET, Reason("edition-of-another-key", args, _OTHER_KEY))
    return Acceptance(Answer.MET, Reason("edition-accepted", args, _ACCEPTED))


def latest(tx: Transaction, name: str) -> Edition | None:
    """The newest edition accepted of a bundle."""
    chosen = select(BUNDLES).where(BUNDLES.c.name == name).order_by(BUNDLES.c.edition.desc()).limit(1)
    row = tx.execute(chosen).one_or_none()
    return Edition(row.name, row.edition, row.digest, row.key, row.accepted_at) if row else None
