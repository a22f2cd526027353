"""What papers of a label show, put in order: requirements by chapter, documents with their freshness, layers, suppliers by level.

Nothing is judged here; every answer is the assessment's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from egide.label.composition import still_to_do
from egide.label.dossier import Relation
from egide.vocabulary.findings import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from egide.label.composition import Task
    from egide.label.dossier import Document, Supplier
    from egide.label.results import Inheritance, LabelAssessment, RequirementFinding
    from egide.label.scheme import Scheme
    from egide.ownership.answers import CapTest, Ownership
    from egide.vocabulary.language import Text

SOON_DAYS = 180
"""Evidence that ends within half a year is renewed in time for an audit."""

WORST_FIRST = {Answer.NOT_MET: 0, Answer.UNKNOWN: 1, Answer.MET: 2}


class Freshness(StrEnum):
    """How a document of the binder stands on the day."""

    CHANGED = "changed"
    """Its bytes are not those of its digest."""
    ABSENT = "absent"
    """The index names a file that is not there."""
    ENDED = "ended"
    ENDS_SOON = "ends-soon"
    FRESH = "fresh"


@dataclass(frozen=True, slots=True)
class Group:
    """The requirements of one chapter."""

    id: str
    title: Text | None
    findings: tuple[RequirementFinding, ...]

    def name(self, lang: str) -> str:
        """Its number and title; the title alone where the number only repeats it."""
        if self.title is None:
            return self.id
        return f"{self.id}. {self.title.in_(lang)}" if self.id.isalnum() else self.title.in_(lang)

    def count(self, answer: Answer) -> int:
        """How many have that answer."""
        return sum(one.answer is answer for one in self.findings)


@dataclass(frozen=True, slots=True)
class Filed:
    """A document of the binder, what it serves and how it stands."""

    document: Document
    freshness: Freshness
    serves: tuple[RequirementFinding, ...]
    days: int | None
    """Days left; negative when it has ended."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One offer of the stack and what it does with each requirement."""

    offer: str
    counts: Mapping[Relation, int]
    tasks: tuple[Task, ...]
    """What is still to do there."""


def groups(assessment: LabelAssessment, scheme: Scheme | None = None) -> tuple[Group, ...]:
    """By chapter, in the scheme's order; by the number before the first point when the scheme is not at hand."""
    found: dict[str, list[RequirementFinding]] = {}
    for one in assessment.findings:
        known = scheme.by_id.get(one.id) if scheme else None
        found.setdefault(known.chapter if known else one.id.partition(".")[0], []).append(one)
    titles = scheme.chapters if scheme else {}
    return tuple(Group(chapter, titles.get(chapter), tuple(findings)) for chapter, findings in found.items())


def filed(assessment: LabelAssessment) -> tuple[Filed, ...]:
    """Every document of the binder, what needs care first."""
    serving: dict[str, list[RequirementFinding]] = {}
    for finding in assessment.findings:
        for document in finding.evidence:
            serving.setdefault(document, []).append(finding)
    lines = [_filed(one, assessment.on, tuple(serving.get(one.id, ()))) for one in assessment.documents]
    order = {state: place for place, state in enumerate(Freshness)}
    return tuple(sorted(lines, key=lambda line: (order[line.freshness], line.document.until or date.max, line.document.id)))


def documents_of(assessment: LabelAssessment) -> tuple[Filed, ...]:
    """Every document of the offer's own binder, then of those of the layers underneath, in the order of their indexes."""
    own = {one.document.id: one for one in filed(assessment)}
    below, layers = [], [base.dossier for base in assessment.dossier.bases]
    while layers:
        if (layer := layers.pop(0)) is not None:
            below += [_filed(one, assessment.on, ()) for one in layer.documents]
            layers += [base.dossier for base in layer.bases]
    return (*(own[one.id] for one in assessment.documents), *below)


def _filed(document: Document, on: date, serves: tuple[RequirementFinding, ...]) -> Filed:
    days = (document.until - on).days if document.until else None
    if document.file and document.found is None:
        state = Freshness.ABSENT
    elif document.digest and document.found and document.found != document.digest:
        state = Freshness.CHANGED
    elif days is not None and days < 0:
        state = Freshness.ENDED
    else:
        state = Freshness.ENDS_SOON if days is not None and days <= SOON_DAYS else Freshness.FRESH
    return Filed(document, state, serves, days)


def expiring(assessment: LabelAssessment, within_days: int = 730) -> tuple[Filed, ...]:
    """Documents that ended, or end within two years, by day: those that something stands on."""
    last = assessment.on + timedelta(days=within_days)
    dated = [line for line in filed(assessment) if line.document.until and line.document.until <= last and line.serves]
    return tuple(sorted(dated, key=lambda line: (line.document.until or date.max, line.document.id)))


@dataclass(frozen=True, slots=True)
class Parameter:
    """A reading or limit, and the requirements that took it; none named when it serves all."""

    name: str
    value: object
    requirements: tuple[str, ...]


def parameters(assessment: LabelAssessment) -> tuple[Parameter, ...]:
    """What was used, once for each value: a limit that ten requirements read alike is one line."""
    found: dict[tuple[str, str], list[str]] = {}
    values: dict[tuple[str, str], object] = {}
    for key, value in assessment.parameters.items():
        requirement, _, name = key.rpartition(".")
        place = name, repr(sorted(value)) if isinstance(value, frozenset) else repr(value)
        values[place] = value
        found.setdefault(place, []).extend([requirement] if requirement else [])
    return tuple(Parameter(name, values[name, shown], tuple(of)) for (name, shown), of in found.items())


def layers(assessment: LabelAssessment) -> tuple[Layer, ...]:
    """The stack from this offer down to its foundation, as its findings name it."""
    found: dict[str, list[Inheritance]] = {}
    for finding in assessment.findings:
        for one in finding.layers:
            found.setdefault(one.layer, []).append(one)
    if not found:
        return ()
    tasks = still_to_do(assessment)
    return tuple(
        Layer(
            offer,
            {relation: sum(one.relation is relation for one in found.get(offer, ())) for relation in Relation},
            tasks.get(offer, ()),
        )
        for offer in dict.fromkeys((*tasks, *found))
    )


def levelled(suppliers: Sequence[Supplier]) -> Iterator[tuple[int, Supplier]]:
    """Suppliers under those that employ them, each with its level from 1; a circle is listed once, at the level it was met."""
    under: dict[str | None, list[Supplier]] = {}
    known = {one.id for one in suppliers}
    for one in suppliers:
        under.setdefault(one.under if one.under in known else None, []).append(one)
    seen: set[str] = set()

    def walk(above: str | None, level: int) -> Iterator[tuple[int, Supplier]]:
        for one in under.get(above, ()):
            if one.id not in seen:
                seen.add(one.id)
                yield level, one
                yield from walk(one.id, level + 1)

    yield from walk(None, 1)
    for one in suppliers:
        if one.id not in seen:
            seen.add(one.id)
            yield 1, one
            yield from walk(one.id, 2)


def current_tests(ownership: Ownership) -> tuple[CapTest, ...]:
    """The tests on what is held today, in the engine's order."""
    return tuple(test for test in ownership.tests if not test.diluted)


def worst(tests: Sequence[CapTest]) -> CapTest | None:
    """The reading that weighs most: what fails, then what is open, then the largest share together."""
    return min(tests, key=lambda one: (WORST_FIRST[one.answer], -one.together.high, -one.one.high), default=None)
