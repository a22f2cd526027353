"""What the file of offers says, as statements of functions and of the words for them, so that search and comparison know it too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from egide.catalogue.equivalents.knowledge import coverage
from egide.catalogue.sheets import NOTHING
from egide.vocabulary.statements import Assurance, Backing, Origin, Statement

if TYPE_CHECKING:
    from egide.catalogue.equivalents.knowledge import Coverage
    from egide.catalogue.form import SourceForm

ATTESTING = "ANSSI"
"""What its list says of an offer, nobody else can say."""


class Functions:
    """The functions of the offers that a list holds; of others it says nothing."""

    def __init__(self, offers: Mapping[str, object], on: date, known: Coverage | None = None) -> None:
        self._known = known or coverage()
        self._offers = offers
        self._on = on

    def subjects(self) -> Iterator[str]:
        """Offers of the list that something is known of."""
        return (one for one in self._known.offers if one in self._offers)

    def about(self, subject: str) -> Sequence[Statement]:
        """For each source, the functions it names: their tokens, and their words in every language, to be found by."""
        if subject not in self._offers or subject not in self._known.offers:
            return ()
        tokens: dict[SourceForm, set[str]] = {}
        words: dict[SourceForm, set[str]] = {}
        for cover in self._known.offers[subject].values():
            of = self._known.functions[cover.function]
            for source in cover.sources:
                words.setdefault(source, set()).update(of.title.values())
                if of.token is not None:
                    tokens.setdefault(source, set()).add(of.token)
        return (
            *(self._statement(subject, "functions", frozenset(held), source) for source, held in tokens.items()),
            *(self._statement(subject, "keywords", frozenset(held), source) for source, held in words.items()),
        )

    def each(self) -> Iterator[tuple[str, Sequence[Statement]]]:
        """As `about`, of all."""
        return ((subject, self.about(subject)) for subject in self.subjects())

    def withdrawn(self) -> Mapping[str, date]:
        """A file withdraws nothing."""
        return NOTHING

    def _statement(self, subject: str, name: str, value: frozenset[str], source: SourceForm) -> Statement:
        recorded = datetime.combine(source.read_on, time.min, UTC)
        issued = datetime.combine(min(source.read_on, self._on), time.min, UTC)
        assurance = Assurance.ATTESTED if source.issuer == ATTESTING else Assurance.DECLARED
        origin = Origin(source.issuer, assurance, Backing.TRANSCRIBED, source.text, "", source.text, issued, None, recorded, source.read)
        return Statement(subject, name, value, ", ".join(sorted(value)), origin)
