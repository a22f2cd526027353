"""What a record says on which days: each of its statements holds until the next, and the first also speaks of the days before it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec

from egide.ownership.holdings import Holding, Influence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_Said = TypeVar("_Said", Holding, Influence)
DAY = timedelta(days=1)
Windows = dict[tuple[str, date], tuple[date, date]]
"""A statement, by its identifier and day, to the first and last day on which it is the latest of its record."""


class Version(NamedTuple):
    """One statement of a record that has several."""

    on: date
    closed: bool
    id: str
    ends: date | None
    """The last day of its interests, when all end: it holds for the statements before it too."""


def windows(versions: Mapping[str, Sequence[Version]], firsts: Mapping[str, str], said: Iterable[Holding | Influence]) -> Windows:
    """The days of every statement of the records that have several.

    ``versions`` are those of each record but the first that was met, whose identifier ``firsts`` gives and whose days ``said`` tells.
    """
    records = {firsts[record]: record for record in versions if record in firsts}
    met: dict[str, dict[date, Version]] = {}
    for one in [one for one in said if one.id in records]:
        on, days = one.origin.on or date.min, met.setdefault(records[one.id], {})
        known = days.get(on)
        ends = one.until if known is None else (max(known.ends, one.until) if known.ends and one.until else None)
        days[on] = Version(on, False, one.id, ends)
    found: Windows = {}
    for record, later in versions.items():
        mine = {(one.id, one.on) for one in later}
        first = [one for one in met.get(record, {}).values() if (one.id, one.on) not in mine]
        ordered = sorted([*later, *first], key=lambda one: (one.on, one.closed, one.id, one.ends or date.max))
        found.update(_latest(list({(one.id, one.on): one for one in ordered}.values())))
    return found


def _latest(versions: Sequence[Version]) -> Windows:
    found: Windows = {}
    end = date.max
    for place in range(len(versions) - 1, -1, -1):
        version = versions[place]
        found[version.id, version.on] = (date.min if place == 0 else version.on, end)
        before = version.on - DAY if version.on > date.min else date.min
        end = min(end, before if version.ends is None else min(before, version.ends))
    return found


def within(one: _Said, days: Windows) -> _Said | None:
    """The holding or power on the days on which its statement is the latest of its record; None when there are none."""
    window = days.get((one.id, one.origin.on or date.min))
    if window is None:
        return one
    since, until = max(one.since or date.min, window[0]), min(one.until or date.max, window[1])
    if until < since:
        return None
    return msgspec.structs.replace(one, since=None if since == date.min else since, until=None if until == date.max else until)
