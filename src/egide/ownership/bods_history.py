"""What a record says on which days: each of its statements holds until the next, and the first also speaks of the days before it.

Statements of one day follow each other by their status: a record is new, then updated, then closed. Nothing tells the order of two
updates of one day, or of two that carry no day: both hold, side by side, and what they contradict is shown as any contradiction is. Neither
the order in which statements are met nor their identifiers decide anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

import msgspec

from egide.ownership.holdings import Holding, Influence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_Said = TypeVar("_Said", Holding, Influence)
DAY = timedelta(days=1)
CLOSED = 2
RANKS: Mapping[str | None, int] = {"new": 0, "updated": 1, None: 1, "closed": CLOSED}
"""Which of two statements of one day is the later; who names no status may be an update."""

Indirect = tuple[Holding, tuple[str, ...]]
"""An indirect holding and the records that it is made of."""


class Version(msgspec.Struct, gc=False):
    """One statement of a relationship, and all that it leaves."""

    on: date
    """The first of all days when it carries none."""
    rank: int
    ends: date | None = None
    """The last day of its interests, when all end: it holds for the statements before it too."""
    holdings: Sequence[Holding] = ()
    influences: Sequence[Influence] = ()
    indirect: Sequence[Indirect] = ()


def plain(one: Holding, rank: int) -> Version:
    """The version that leaves one holding without an end."""
    return Version(one.origin.on or date.min, rank, holdings=(one,))


def last_day(said: Iterable[Holding | Influence]) -> date | None:
    """The last day of all that a statement leaves; None when some of it is open, or when it leaves nothing."""
    days = [one.until for one in said]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def on_their_days(versions: Iterable[Sequence[Version]]) -> Iterator[Version]:
    """Each statement of the records that have several, with what it leaves on the days on which it is the latest of its record."""
    for mine in versions:
        end: date | None = date.max
        groups = [list(group) for _, group in groupby(sorted(mine, key=_when), key=_when)]
        for place in range(len(groups) - 1, -1, -1):
            group = groups[place]
            since = date.min if place == 0 else group[0].on
            if end is not None and since <= end:
                yield from (_within(one, since, end) for one in group)
            end = _before(group, end)


def _when(version: Version) -> tuple[date, int]:
    return version.on, version.rank


def _before(group: Sequence[Version], end: date | None) -> date | None:
    """The last day of the statements before these; None when there is no day before."""
    if end is None or group[0].on == date.min:
        return None
    ends = [version.ends for version in group]
    known = [day for day in ends if day is not None]
    return min(end, group[0].on - DAY, max(known) if len(known) == len(ends) else date.max)


def _within(version: Version, since: date, end: date) -> Version:
    return Version(
        version.on, version.rank, version.ends,
        [cut for one in version.holdings if (cut := _cut(one, since, end))],
        [kept for power in version.influences if (kept := _cut(power, since, end))],
        [(cut, components) for one, components in version.indirect if (cut := _cut(one, since, end))],
    )  # fmt: skip


def _cut(one: _Said, first: date, last: date) -> _Said | None:
    """The holding or power between two days; None when there is none."""
    since, until = max(one.since or date.min, first), min(one.until or date.max, last)
    if until < since:
        return None
    return msgspec.structs.replace(one, since=None if since == date.min else since, until=None if until == date.max else until)
