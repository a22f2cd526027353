"""Documents on a day: which cover a requirement, which of them count, until when, and how much stands behind them.

A document counts when its file is there, is what its digest says, and is fresh. An entry without a file is a declaration.
The certificate of an accepted standard stands for every kind of evidence.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from egide.label.dossier import Assurance

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from egide.label.dossier import Document
    from egide.label.scheme import Requirement, Scheme

HOME = "secnumcloud-3.2"
"""The scheme that a number without a scheme belongs to."""
STRENGTH = {Assurance.DECLARED: 0, Assurance.AUDITED: 1, Assurance.ATTESTED: 2}


class State(StrEnum):
    """What one document is worth on a day."""

    COUNTS = "counts"
    DECLARATION = "declaration"
    """No file: somebody says so."""
    LATER = "later"
    """It speaks of a day that has not come."""
    EXPIRED = "expired"
    ABSENT = "absent"
    """Its file is not in the folder."""
    CHANGED = "changed"
    """Its file is not what its digest says."""


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def weakest(assurances: Iterable[Assurance | None]) -> Assurance | None:
    """The weakest of them; None when there are none."""
    known = [one for one in assurances if one is not None]
    return min(known, key=STRENGTH.__getitem__) if known else None


def earliest(days: Iterable[date | None]) -> date | None:
    """The first of them; None is open."""
    return min((day for day in days if day is not None), default=None)


def latest(days: Iterable[date | None]) -> date | None:
    """The last of them, open when one is open."""
    known = list(days)
    return None if not known or None in known else max(day for day in known if day is not None)


def last_day(document: Document, fresh_months: int | None) -> date | None:
    """The last day on which it counts: its own, or the scheme's freshness when that ends earlier."""
    fresh = months_later(document.on, fresh_months) if fresh_months is not None else None
    return earliest((document.until, fresh))


def state(document: Document, on: date, fresh_months: int | None) -> State:
    """What the document is worth on the day, whatever it concludes."""
    if document.on > on:
        return State.LATER
    ends = last_day(document, fresh_months)
    if ends is not None and ends < on:
        return State.EXPIRED
    if document.digest and document.found and document.digest.casefold() != document.found.casefold():
        return State.CHANGED
    if document.file is None:
        return State.DECLARATION
    return State.COUNTS if document.found else State.ABSENT


class Binder:
    """The documents of a dossier, found by the requirement that they cover."""

    def __init__(self, documents: Sequence[Document], scheme: Scheme, on: date) -> None:
        self.on = on
        self.by_id = {one.id: one for one in sorted(documents, key=lambda one: one.id)}
        self._scheme = scheme.id
        self._exact: dict[tuple[str, str], list[Document]] = defaultdict(list)
        self._wide: list[tuple[str, str, Document]] = []
        self._certificates: dict[str, list[Document]] = defaultdict(list)
        self._attested: dict[str, list[Document]] = defaultdict(list)
        for document in self.by_id.values():
            self._file(document)
        self._answers = _answering(scheme)

    def _file(self, document: Document) -> None:
        spoken = set()
        for pattern in document.covers:
            scheme, _, number = pattern.rpartition("#")
            spoken.add(scheme or HOME)
            if number.endswith("*"):
                self._wide.append((scheme or HOME, number[:-1], document))
            else:
                self._exact[scheme or HOME, number].append(document)
        if document.standard and document.assurance is Assurance.ATTESTED:
            self._attested[document.standard].append(document)
            if self._scheme not in spoken:
                self._certificates[document.standard].append(document)

    def covering(self, requirement: Requirement) -> tuple[Document, ...]:
        """Documents that speak of it, in the order of their identifiers: by number, by correspondence, by accepted standard."""
        found = {one.id: one for one in self._speaking(self._scheme, requirement.id)}
        for standard in requirement.standards:
            found |= {one.id: one for one in self._certificates.get(standard, ())}
        for alternatives in self._answers.get(requirement.id, ()):
            parts = [self._speaking(scheme, number) for scheme, number in alternatives]
            if all(any(self._conforms(one) for one in part) for part in parts):
                found |= {one.id: one for part in parts for one in part}
        return tuple(found[name] for name in sorted(found))

    def _conforms(self, document: Document) -> bool:
        return document.outcome == "conforms" and state(document, self.on, None) is State.COUNTS

    def _speaking(self, scheme: str, number: str) -> list[Document]:
        wide = [one for other, prefix, one in self._wide if other == scheme and number.startswith(prefix)]
        whole = self._attested.get(scheme, []) if number == "*" else []
        return self._exact.get((scheme, number), []) + wide + whole

    def standards(self, requirement: Requirement) -> frozenset[str]:
        """Standards whose certificate stands for any kind of evidence of it: those it accepts, and those that correspond."""
        answering = {scheme for alternatives in self._answers.get(requirement.id, ()) for scheme, number in alternatives if number == "*"}
        return frozenset(answering).union(requirement.standards)

    def stands_behind(self, identifiers: Iterable[str]) -> tuple[Document, ...]:
        """Those of the named documents that count on the day and conform; what a statement may lean on."""
        named = (self.by_id.get(one) for one in sorted(set(identifiers)))
        return tuple(one for one in named if one is not None and self._conforms(one))


def _answering(scheme: Scheme) -> dict[str, list[tuple[tuple[str, str], ...]]]:
    """For each requirement, the sets of others whose evidence is together enough; `supports` and `differs` are never enough."""
    found: dict[str, list[tuple[tuple[str, str], ...]]] = defaultdict(list)
    for one in scheme.correspondences:
        if one.relation != "answers":
            continue
        others = tuple((one.scheme, number) for number in (one.other, *one.together_with))
        for requirement in scheme.requirements if one.requirement.endswith("*") else filter(None, [scheme.by_id.get(one.requirement)]):
            if requirement.id.startswith(one.requirement.removesuffix("*")):
                found[requirement.id].append(others)
    return found
