"""Where the qualification of an offer in a region stood on a day, out of the catalogue's lines alone.

Each line remembers the day of the catalogue that it was read in, so all lines of one day are one reading of ANSSI's
catalogue. Three things follow. A day before the first reading is known only through lines whose own dates reach back to
it. On other days the latest reading up to that day governs: what it doesn't list is not qualified. And a line that an
earlier reading held, and the governing one no longer does, is unknown and not assumed, whatever end it once announced.
A line without number or without both dates never qualifies (law: it is unknown, with the missing field named).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from egide.vocabulary.offers import Offer, Qualification

BEFORE_FIRST_READING = N_("The catalogue at hand says nothing of this offer before its first known line.")
WHICH_REGION = N_("The catalogue's line names regions, and the region is not known: ask which one.")
NO_LONGER_LISTED = N_("An earlier catalogue held the line, a later one no longer does: ask ANSSI what became of it.")
MISSING: dict[tuple[str, ...], str] = {
    ("decision",): N_("The catalogue's line lacks its decision number."),
    ("start",): N_("The catalogue's line lacks its start date."),
    ("end",): N_("The catalogue's line lacks its end date."),
    ("decision", "start"): N_("The catalogue's line lacks its decision number and its start date."),
    ("decision", "end"): N_("The catalogue's line lacks its decision number and its end date."),
    ("start", "end"): N_("The catalogue's line lacks both dates."),
    ("decision", "start", "end"): N_("The catalogue's line lacks its decision number and both dates."),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One of ``qualified``, ``in-progress``, ``expired``, ``none``; or None, and then why it is not known."""

    status: str | None
    line: Qualification | None = None
    """The line that says so, when one does."""
    because: str = ""


def same_line(line: Qualification) -> tuple[object, ...]:
    """What makes two readings of a line the same: its decision; for one in progress, that; else its status and dates."""
    if line.decision:
        return (line.decision,)
    return (line.status,) if line.status == "in-progress" else (line.status, line.start, line.end)


def missing_fields(line: Qualification) -> tuple[str, ...]:
    """What a line needs to qualify and doesn't have: ``decision``, ``start``, ``end``."""
    return tuple(name for name in ("decision", "start", "end") if getattr(line, name) is None)


def standing(offer: Offer, region: str | None, on: date, days: Sequence[date]) -> Standing:
    """Where the offer stands in that region on that day; ``days`` are the catalogue's ``readings``."""
    named = {name for line in offer.qualifications for name in line.regions or ()}
    if region is not None or not named:
        return _in_region(offer.qualifications, region, on, days)
    each = [_in_region(offer.qualifications, name, on, days) for name in (*sorted(named), None)]
    agreed = {(answer.status, answer.because) for answer in each}
    return each[0] if len(agreed) == 1 else Standing(None, None, WHICH_REGION)


def _in_region(lines: Iterable[Qualification], region: str | None, on: date, days: Sequence[date]) -> Standing:
    """The standing where the region is certain; a region of None is one that no line names."""
    covering = [line for line in lines if line.regions is None or region in line.regions]
    governing = max((day for day in days if day <= on), default=None)
    latest = _latest_by_decision(covering)
    dated = [line for line in latest if line.status == "qualified" and not missing_fields(line)]
    told = [line for line in dated if _may_hold(line, on)]
    held = [line for line in told if _listed(line, covering, governing)]
    if held:
        return Standing("qualified", max(held, key=lambda line: (line.end or on, line.as_of)))
    if told:
        return Standing(None, told[-1], NO_LONGER_LISTED)
    return _not_qualified(covering, latest, on, governing)


def _not_qualified(covering: Sequence[Qualification], latest: Sequence[Qualification], on: date,
                   governing: date | None) -> Standing:
    known = [line for line in covering if line.as_of == governing or (governing is None and line.start is not None)]
    for line in known:
        if line.status == "qualified" and missing_fields(line) and _may_hold(line, on):
            return Standing(None, line, MISSING[missing_fields(line)])
    for line in covering:
        if line.status == "in-progress" and _in_progress(line, on, governing):
            return Standing("in-progress", line)
    if governing is None:
        return Standing(None, None, BEFORE_FIRST_READING)
    ended = [line for line in latest if line.status == "qualified" and line.end is not None and line.end < on]
    if ended:
        return Standing("expired", max(ended, key=lambda line: line.end or on))
    gone = [line for line in covering if line.as_of < governing and line.status != "none" and _may_hold(line, on)
            and not _listed(line, covering, governing)]
    if gone:
        return Standing(None, gone[-1], NO_LONGER_LISTED)
    if any(line.start is not None and on < line.start for line in known if line.status == "qualified"):
        return Standing(None, None, BEFORE_FIRST_READING)
    return Standing("none", next(iter(known), None))


def _latest_by_decision(lines: Sequence[Qualification]) -> list[Qualification]:
    """Of the lines of one decision, the last reading of its dates; lines without a number each stand for themselves."""
    last: dict[str, Qualification] = {}
    for line in sorted(lines, key=lambda line: line.as_of):
        if line.decision is not None:
            last[line.decision] = line
    return [line for line in lines if line.decision is None or last[line.decision] is line]


def _listed(line: Qualification, lines: Iterable[Qualification], governing: date | None) -> bool:
    """Whether the governing reading, or a later one, still holds the line."""
    if governing is None or line.as_of >= governing:
        return True
    return any(other.as_of >= governing and same_line(other) == same_line(line) for other in lines)


def _may_hold(line: Qualification, on: date) -> bool:
    return (line.start is None or line.start <= on) and (line.end is None or on <= line.end)


def _in_progress(line: Qualification, on: date, governing: date | None) -> bool:
    """Known from the reading that lists it, or from the day it gives itself (ANSSI's first milestone)."""
    if not _may_hold(line, on):
        return False
    return line.as_of == governing or (line.start is not None and (governing is None or line.as_of >= governing))
