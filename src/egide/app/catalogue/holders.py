"""Who holds an offer's provider, as the dossiers of labels say that somebody may read: which of them speaks of it, and how that is known.

By identifiers first: the dossier's own, its line of the catalogue, what credentials call it (`offer.same_as`). Then by the provider's
identifier: who holds it is said of all its offers. By the names alone only where nothing better is at hand, and then it is said so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import TYPE_CHECKING

from egide.app.label.assessing import DEFAULT_SCHEME
from egide.app.label.unpacking import OFFER
from egide.app.portfolio.remembered import Remembered
from egide.catalogue.fields import key_of
from egide.label.shapes import DossierShape, OfferShape, read
from egide.portfolio.dossiers import keeping

if TYPE_CHECKING:
    from egide.app.label.dossiers import Dossiers
    from egide.catalogue.sheets import Sheet
    from egide.ownership.answers import Ownership
    from egide.portfolio.dossiers.keeping import Version

REMEMBERED = 1_000


class By(IntEnum):
    """How a dossier is known to speak of who holds the provider, the surest first."""

    OFFER = 0
    PROVIDER = 1
    NAME = 2


@dataclass(frozen=True, slots=True)
class Sought:
    """What an offer and its provider are called."""

    offers: frozenset[str]
    providers: frozenset[str]
    name: str
    provider: str

    @classmethod
    def of(cls, sheet: Sheet, same: Iterable[str]) -> Sought:
        """``same``: subjects that are said to be the same as the offer."""
        called = {sheet.subject, sheet.key, *sheet.listed("same_as"), *sheet.listed("variant_of"), *same}
        return cls(frozenset(called), sheet.listed("provided_by"), key_of(sheet.name), key_of(str(sheet.value("provider") or "")))

    def by(self, said: OfferShape) -> By | None:
        """How a dossier of that offer speaks of this one; None where it doesn't."""
        if self.offers & {said.id, *said.same_as, *([said.catalogue] if said.catalogue else ())}:
            return By.OFFER
        if said.provider in self.providers:
            return By.PROVIDER
        named = key_of(said.name) == self.name or (self.provider and key_of(said.provider_name) == self.provider)
        return By.NAME if named else None


@dataclass(frozen=True, slots=True)
class Held:
    """Who holds the provider, as one dossier says."""

    body: str
    dossier: str
    name: str
    """Of the offer that the dossier is of."""
    by: By
    ownership: Ownership
    others: int
    """How many more dossiers speak of it as surely."""


class Holders:
    """The dossiers of one database, by what they are of. Threads share it."""

    def __init__(self, dossiers: Dossiers) -> None:
        self.dossiers = dossiers
        self._said: Remembered[OfferShape] = Remembered(REMEMBERED)

    def of(self, sheet: Sheet, same: Iterable[str], bodies: Iterable[str], on: date) -> Held | None:
        """The surest word on it in these bodies' dossiers; None where none speaks of it, or none says who holds it."""
        sought = Sought.of(sheet, same)
        found = [
            (by, body, one) for body in bodies for one in self.dossiers.listed(body) if (by := sought.by(self._of(body, one))) is not None
        ]
        found.sort(key=lambda each: each[0])
        for by, body, one in found:
            seen = self.dossiers.see(body, one.id)
            held = self.dossiers.judge(body, seen, DEFAULT_SCHEME, on).assessment.ownership if seen else None
            if held is not None:
                return Held(body, one.id, one.name, by, held, sum(each[0] is by for each in found) - 1)
        return None

    def _of(self, body: str, version: Version) -> OfferShape:
        """Of which offer a dossier is."""

        def made() -> OfferShape:
            with self.dossiers.store.read() as tx:
                content = keeping.contents(tx, body, {OFFER: version.files[OFFER]})[OFFER]
            return read(content, DossierShape, OFFER).offer

        return self._said.get((body, version.files[OFFER]), made)
