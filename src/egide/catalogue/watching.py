"""What became of offers between two days: what changed, what ends soon, what was withdrawn, and whom it touches.

Told of each subject by its own statements, region by region, as they were known on the first day and as they are on the second. Whom it
touches is everything that stands on it, by whatever chain of relations was ever stated: a chain that no longer holds warns once too often,
one that was forgotten never would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from egide.catalogue.composition import FOLLOWED, closure
from egide.catalogue.sheets import Cell, Sheet, Standing, fold, regions_of
from egide.vocabulary.properties import PROPERTIES, Value
from egide.vocabulary.statements import Statement

OWNER = ("provided_by", "owned_by", "part_of", "controlled_from", "headquarters", "sub_contractors")
WATCHED: tuple[str, ...] = (
    *OWNER, *(name for name, of in PROPERTIES.items() if of.group in {"price", "trust"} and name != "registration"),
    "place", "countries", "jurisdictions", "transfers_to", "sla_percent", "exit_days", "sold_until", "depends_on", "hosted_on",
)  # fmt: skip
"""Properties whose change is news."""
MOST_TOUCHED = 10_000
StandingOn = Callable[[Iterable[str]], Mapping[str, Iterable[str]]]
"""Subjects to those that stand on each directly."""


class What(StrEnum):
    """What happened."""

    CHANGED = "changed"
    OWNER = "owner-changed"
    PRICE = "price-changed"
    LOST = "lost"
    """A value that was known no longer is."""
    WITHDRAWN = "withdrawn"
    ENDS = "ends"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a subject, or will."""

    what: What
    subject: str
    name: str
    region: str | None
    property: str | None
    before: Value | None
    after: Value | None
    day: date | None
    """Of an end or a withdrawal: when."""
    because: tuple[Statement, ...] = ()
    """The statements that say so: after the change, or those that end or were withdrawn."""
    touches: tuple[str, ...] = ()
    """Subjects that stand on it."""


def events(
    then: Iterable[Statement], now: Iterable[Statement], since: date, on: date, within_days: int, withdrawn_then: Mapping[str, date],
    withdrawn: Mapping[str, date],
) -> Iterator[Event]:
    """What became of one subject: ``then`` and ``now`` are its statements as they were known on each day."""
    then, now = list(then), list(now)
    subject = (now or then)[0].subject
    changed: dict[tuple[object, ...], Event] = {}
    named = {one.property for one in now}
    for region in (regions_of([*then, *now]) or (None,)) if then or "qualified_to" in named else ():
        before = fold(subject, then, since, region, withdrawn_then)
        after = fold(subject, now, on, region, withdrawn)
        for event in (*_differences(before, after, known=bool(then)), *_qualification_end(after, on, within_days)):
            where = event.region if _is_regional(event, now) else None
            changed.setdefault((event.what, event.property, where, event.before, event.after), replace(event, region=where))
    yield from changed.values()
    if any(one.origin.document in withdrawn or _ends(one, on, within_days) for one in now):
        everywhere = fold(subject, now, on, None, withdrawn)
        yield from _withdrawn(everywhere, since, withdrawn)
        yield from _endings(everywhere, on, within_days)


def touched(subjects: Iterable[str], standing_on: StandingOn) -> dict[str, set[str]]:
    """Each subject to all that stand on it, by any chain; itself left out."""
    found: dict[str, set[str]] = {}
    direct: dict[str, set[str]] = {}
    for subject in subjects:
        reached: set[str] = set()
        edge = {subject}
        while edge and len(reached) < MOST_TOUCHED:
            unasked = [one for one in edge if one not in direct]
            for one, those in standing_on(unasked).items():
                direct[one] = set(those)
            for one in unasked:
                direct.setdefault(one, set())
            edge = {other for one in edge for other in direct[one]} - reached - {subject}
            reached |= edge
        found[subject] = reached
    return found


def stands_on(subject: str, sheet_of: Callable[[str], Sheet | None]) -> set[str]:
    """All that a subject stands on, itself included."""
    return {subject, *closure(subject, sheet_of, (*FOLLOWED, "same_as")).reached}


def _is_regional(event: Event, now: Iterable[Statement]) -> bool:
    return any(one.region is not None for one in now if one.property == event.property)


def _differences(before: Sheet, after: Sheet, *, known: bool) -> Iterator[Event]:
    for name in WATCHED:
        old, new = before.value(name), after.value(name)
        if old == new or not known:
            continue
        cell = after.cells.get(name)
        if new is None and (cell is None or not cell.conflict):
            what = What.LOST
        elif name in OWNER:
            what = What.OWNER
        else:
            what = What.PRICE if PROPERTIES[name].group == "price" else What.CHANGED
        yield Event(what, after.subject, after.name, after.region, name, old, new, None, _grounds(cell))


def _grounds(cell: Cell | None) -> tuple[Statement, ...]:
    if cell is None:
        return ()
    gone = tuple(one for why, one in cell.past if why in {Standing.ENDED, Standing.WITHDRAWN})
    return cell.holding or gone


def _withdrawn(sheet: Sheet, since: date, withdrawn: Mapping[str, date]) -> Iterator[Event]:
    gone = {one.origin.document: one for cell in sheet.cells.values() for why, one in cell.past if why is Standing.WITHDRAWN}
    for document, one in gone.items():
        if withdrawn[document] >= since:
            yield Event(What.WITHDRAWN, sheet.subject, sheet.name, None, None, None, None, withdrawn[document], (one,))


def _endings(sheet: Sheet, on: date, within_days: int) -> Iterator[Event]:
    """Documents that end within the days."""
    ending: dict[str, list[Statement]] = {}
    for cell in sheet.cells.values():
        for one in cell.holding:
            if _ends(one, on, within_days):
                ending.setdefault(one.origin.document, []).append(one)
    for those in ending.values():
        until = those[0].origin.until
        yield Event(What.ENDS, sheet.subject, sheet.name, None, None, None, None, until.date() if until else None, tuple(those))


def _ends(one: Statement, on: date, within_days: int) -> bool:
    return one.origin.until is not None and on <= one.origin.until.date() <= on + timedelta(days=within_days)


def _qualification_end(sheet: Sheet, on: date, within_days: int) -> Iterator[Event]:
    cell = sheet.cells.get("qualified_to")
    if cell is not None and isinstance(cell.value, date) and on <= cell.value <= on + timedelta(days=within_days):
        yield Event(What.ENDS, sheet.subject, sheet.name, sheet.region, "qualified_to", None, None, cell.value, cell.holding)
