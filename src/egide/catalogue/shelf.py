"""All subjects and what is stated of them on a day, whatever the source: the catalogue that ships, imports, a database.

A variant of an offer (one size, one plan) is told with what is said of the offer itself, size and price aside: a qualification is of
the offer in its region, whatever size is rented. Subjects that a source says are the same are told together. An offer that doesn't say
where it runs, or what its provider is called, is told with what is said so of its hosts and its provider; each statement names its subject.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Protocol

from egide.catalogue.listed import listed_statements, provider_statements
from egide.catalogue.sheets import NOTHING, Sheet, fold, kind_of, regions_of
from egide.vocabulary.properties import PROPERTIES, SubjectKind

if TYPE_CHECKING:
    from egide.vocabulary.offers import Catalogue
    from egide.vocabulary.statements import Statement

MOST_REMEMBERED = 10_000
OWN_GROUPS = frozenset({"identity", "capacity", "price"})
"""What is said of an offer and not of its variants."""
PASSED_ON = frozenset({
    "kinds", "provider", "egress_price", "egress_included_gb", "switching_price", "negotiated_egress", "negotiated_switching",
})  # fmt: skip
"""Of these groups, what is said of its variants all the same."""


class Source(Protocol):
    """Where statements come from: `Listed` for a catalogue's file, `Kept` for a database."""

    def subjects(self) -> Iterator[str]:
        """Every subject that is spoken of, in order."""

    def about(self, subject: str) -> Sequence[Statement]:
        """All that is stated of it."""

    def each(self) -> Iterator[tuple[str, Sequence[Statement]]]:
        """Every subject with all that is stated of it."""

    def withdrawn(self) -> Mapping[str, date]:
        """Digests of documents that no longer hold, to since when."""


class Listed:
    """The statements of a catalogue's file, as they stand on a day."""

    def __init__(self, catalogue: Catalogue, on: date) -> None:
        self._catalogue = catalogue
        self._on = on
        self._providers: dict[str, list[Statement]] = {}
        for one in provider_statements(catalogue, on):
            self._providers.setdefault(one.subject, []).append(one)

    def subjects(self) -> Iterator[str]:
        """Offers, then providers."""
        yield from self._catalogue.by_id
        yield from self._providers

    def about(self, subject: str) -> Sequence[Statement]:
        """What the file states of it on the day."""
        offer = self._catalogue.by_id.get(subject)
        return tuple(listed_statements(offer, self._catalogue, self._on)) if offer else self._providers.get(subject, ())

    def each(self) -> Iterator[tuple[str, Sequence[Statement]]]:
        """As `about`, of all."""
        return ((subject, self.about(subject)) for subject in self.subjects())

    def withdrawn(self) -> Mapping[str, date]:
        """A file withdraws nothing: it states the dates."""
        return NOTHING


@dataclass(slots=True)
class Shelf:
    """Sources looked at together, on one day."""

    sources: Sequence[Source]
    on: date
    _withdrawn: dict[str, date] | None = None
    _about: dict[str, tuple[Statement, ...]] = field(default_factory=dict)
    _folded: dict[tuple[str, str | None], Sheet | None] = field(default_factory=dict)

    def anew(self) -> Shelf:
        """The same on the same day, with nothing remembered of any subject: for one who looks while others do."""
        return replace(self, _withdrawn=dict(self.withdrawn()), _about={}, _folded={})

    def subjects(self) -> Iterator[str]:
        """Every subject once."""
        seen: set[str] = set()
        for source in self.sources:
            for subject in source.subjects():
                if subject not in seen:
                    seen.add(subject)
                    yield subject

    def about(self, subject: str) -> tuple[Statement, ...]:
        """All that any source states of it."""
        return tuple(one for source in self.sources for one in source.about(subject))

    def told(self, subject: str) -> tuple[Statement, ...]:
        """All that counts for it: what is stated of it, of the subjects that are the same, and of the offer that it is a variant of."""
        return self._with_related(self.about(subject))

    def each(self) -> Iterator[tuple[str, tuple[Statement, ...]]]:
        """Every subject once with all that counts for it, read source by source: for going through them all."""
        seen: set[str] = set()
        for number, source in enumerate(self.sources):
            last = number == len(self.sources) - 1
            for subject, own in source.each():
                if subject in seen:
                    continue
                if not last:
                    seen.add(subject)
                others = () if last else (one for other in self.sources[number + 1 :] for one in other.about(subject))
                yield subject, self._with_related([*own, *others])

    def _with_related(self, own: Sequence[Statement]) -> tuple[Statement, ...]:
        told = list(own)
        for other in _related(told, "same_as"):
            told += self._about_once(other)
        for parent in _related(told, "variant_of"):
            told += [one for one in self._about_once(parent) if passes_on(one)]
        return (*told, *self._located(told), *self._provided(told))

    def _located(self, told: Sequence[Statement]) -> list[Statement]:
        """Where an offer runs that doesn't say it: where all that hosts it is. One host of which nobody says where leaves it unknown."""
        if any(one.property == "countries" for one in told):
            return []
        places = [[one for one in self._about_once(host) if one.property == "countries"] for host in _related(told, "hosted_on")]
        return [one for those in places for one in those] if all(places) else []

    def _provided(self, told: Sequence[Statement]) -> list[Statement]:
        """What the provider is called, as is said of the provider."""
        if any(one.property == "provider" for one in told):
            return []
        return [
            replace(one, property="provider") for by in _related(told, "provided_by") for one in self._about_once(by)
            if one.property == "name"
        ]  # fmt: skip

    def _about_once(self, subject: str) -> tuple[Statement, ...]:
        """What is stated of a subject that many may refer to."""
        if subject not in self._about:
            if len(self._about) >= MOST_REMEMBERED:
                self._about.clear()
            self._about[subject] = self.about(subject)
        return self._about[subject]

    def sheet(self, subject: str, region: str | None = None) -> Sheet | None:
        """The subject as it is known on the day; None when nobody speaks of it."""
        key = subject, region
        if key not in self._folded:
            self._folded[key] = self.fresh(subject, region)
        return self._folded[key]

    def sheet_in(self, region: str | None) -> Callable[[str], Sheet | None]:
        """Sheets of subjects in that region where they have it, and wherever they are otherwise."""
        return lambda subject: self.sheet(subject, region if region is not None and region in self.regions(subject) else None)

    def fresh(self, subject: str, region: str | None = None) -> Sheet | None:
        """As `sheet`, and not kept for later: for going through all subjects once."""
        told = self.told(subject)
        return fold(subject, told, self.on, region, self.withdrawn()) if told else None

    def regions(self, subject: str) -> tuple[str, ...]:
        """The regions that anybody names of it."""
        return regions_of(self.told(subject))

    def kind(self, subject: str) -> SubjectKind:
        """What it is."""
        return kind_of(self.about(subject))

    def withdrawn(self) -> Mapping[str, date]:
        """What no longer holds, by any source."""
        if self._withdrawn is None:
            self._withdrawn = {}
            for source in self.sources:
                self._withdrawn.update(source.withdrawn())
        return self._withdrawn


def passes_on(one: Statement) -> bool:
    """Whether what is said of an offer is said of its variants too."""
    return PROPERTIES[one.property].group not in OWN_GROUPS or one.property in PASSED_ON


def _related(statements: Iterable[Statement], relation: str) -> list[str]:
    found: dict[str, None] = {}
    for one in statements:
        if one.property == relation and one.value is not None:
            found |= dict.fromkeys(sorted(one.value) if isinstance(one.value, frozenset) else [str(one.value)])
    return list(found)
