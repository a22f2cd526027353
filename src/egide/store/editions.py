"""Which editions of which bundles were accepted, so that an older one, though well signed, is not played again over a newer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

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
    """Whether a bundle was accepted: met, or not met because a newer one, or another one of that edition, was before."""

    answer: Answer
    because: Reason


def accept(tx: Transaction, bundle: Bundle) -> Acceptance:
    """Note that a bundle is taken, in the transaction that takes it. The same one again is met, and noted once."""
    LOG.hold(tx)
    last = latest(tx, bundle.name)
    args: dict[str, object] = {"name": bundle.name, "edition": bundle.edition, "last": last.edition if last else None}
    if last and bundle.edition < last.edition:
        return Acceptance(Answer.NOT_MET, Reason("edition-older", args, _OLDER))
    if last and bundle.edition == last.edition:
        if bundle.digest != last.digest:
            return Acceptance(Answer.NOT_MET, Reason("edition-differs", args, _DIFFERS))
        return Acceptance(Answer.MET, Reason("edition-known", args, _KNOWN))
    LOG.append(tx, [{
        "name": bundle.name, "edition": bundle.edition, "digest": bundle.digest, "key": bundle.key, "accepted_at": tx.now(),
    }])  # fmt: skip
    return Acceptance(Answer.MET, Reason("edition-accepted", args, _ACCEPTED))


def latest(tx: Transaction, name: str) -> Edition | None:
    """The newest edition accepted of a bundle."""
    chosen = select(BUNDLES).where(BUNDLES.c.name == name).order_by(BUNDLES.c.edition.desc()).limit(1)
    row = tx.execute(chosen).one_or_none()
    return Edition(row.name, row.edition, row.digest, row.key, row.accepted_at) if row else None
