"""What comes twice in one import: single credentials that a presentation carries too, and the claims from which they were signed.

A publisher's folder holds all three. A credential may be well-formed only in the company of those that it refers to, so presentations are
read first (`egide.app.intake.sources`); what then comes alone and says nothing more is neither kept a second time nor held against
anybody. Each is verified all the same before it is recognised.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from egide.catalogue.intake import told
from egide.catalogue.kept.files import Alone, Received, Refused
from egide.trust.credentials.results import Outcome
from egide.trust.pipeline import Seen
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_
from egide.vocabulary.statements import Backing

if TYPE_CHECKING:
    from egide.store.transaction import Transaction

MOST_REMEMBERED = 20_000
WAITS = Reason("company-waits", {}, N_("the presentation that carries it was not evaluated, so it isn’t either"))


@dataclass(slots=True)
class Company:
    """Credentials that came lately: identifier to digest. What states nothing that is compared is remembered nowhere else."""

    lately: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, str] = field(default_factory=dict)
    """The same of presentations that were not evaluated, so that what they carry isn't either."""

    def note(self, received: Iterable[Received], refused: Iterable[Refused]) -> None:
        """Remember what files carry."""
        for known, files in ((self.lately, received), (self.waiting, refused)):
            if len(known) > MOST_REMEMBERED:
                known.clear()
            for one in files:
                known.update(one.carries)

    def apart(self, tx: Transaction, received: Sequence[Received], refused: Sequence[Refused]) -> Apart:
        """Those that bring something or are refused in earnest, apart from those that are held in other company."""
        from egide.catalogue.kept.writing import held_credentials, held_documents, identities_held, said_by

        single = [one for one in received if one.is_alone]
        files = held_documents(tx, [one.digest for one in single])
        known = identities_held(tx, [pack.identity for one in single for pack in one.packs])
        doubles = {one.digest for one in single if one.digest not in files and all(pack.identity in known for pack in one.packs)}
        names = sorted({one.alone.id for one in refused if one.alone is not None})
        held = {name: one.document for name, one in held_credentials(tx, names).items()} | {
            name: self.lately[name] for name in names if name in self.lately
        }
        said = said_by(tx, sorted({one.alone.id for one in refused if one.alone is not None and one.alone.digest is None}))
        result = Apart([one for one in received if one.digest not in doubles], [], [one for one in received if one.digest in doubles])
        for one in refused:
            alone = one.alone
            if alone is not None and alone.digest is None and alone.id in held and self._is_source(alone, said.get(alone.id, set())):
                result.sources += 1
            elif alone is not None and alone.digest is not None and alone.digest == held.get(alone.id):
                result.carried += 1
            elif alone is not None and self._waits(alone):
                result.refused.append(replace(one, outcome=Outcome.NOT_EVALUATED.value, because=[told(WAITS)]))
            else:
                result.refused.append(one)
        result.carried += len(result.doubles)
        return result

    def _waits(self, alone: Alone) -> bool:
        """Whether a presentation that was not evaluated carries it, or what was signed of it."""
        return alone.id in self.waiting and alone.digest in (None, self.waiting[alone.id])

    def _is_source(self, claims: Alone, said: set[tuple[str, bytes]]) -> bool:
        """Whether a credential of that name says all that the claims do."""
        return claims.says <= said if claims.says else claims.id in self.lately


@dataclass(slots=True)
class Apart:
    """The files of a batch."""

    received: list[Received]
    refused: list[Refused]
    doubles: list[Received]
    """Credentials that are held already, in other company. What their issuer says of their status counts still."""
    carried: int = 0
    sources: int = 0


def in_doubt(one: Received, held: Mapping[str, Seen]) -> bool:
    """Whether a credential of the file bears the identifier of another that is held, and isn't plainly its successor."""
    for pack in one.packs:
        known = held.get(pack.series)
        if known is None or known.digest == pack.document or pack.backing is Backing.TRANSCRIBED:
            continue
        if known.issuer != pack.issuer or known.since is None or pack.issued is None or pack.issued <= known.since:
            return True
    return False


def seen_in(one: Received, held: Mapping[str, Seen]) -> dict[str, Seen]:
    """What the file adds to what is held, for those that come after it in the batch."""
    found: dict[str, Seen] = {}
    for pack in one.packs:
        known = held.get(pack.series)
        if known is None or (known.since and pack.issued and pack.issued > known.since):
            found[pack.series] = Seen(pack.document, pack.issuer, pack.issued)
    return found
