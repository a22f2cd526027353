"""Concerts: the rows that carry the same word for the same company, over the days on which at least two of them hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from egide.ownership.holdings import Concert, Origin
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ALONE = N_("The concert «{concert}» over {held} has one member only ({holder}).")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Member:
    """One party that acts in concert over a company, and when."""

    holder: str
    held: str
    since: date | None
    until: date | None
    origin: Origin


def concerts_of(said: Iterable[tuple[str, Member]], file: str) -> tuple[list[Concert], list[tuple[str, dict[str, object]]]]:
    """The concerts by their word and company, each over days on which its members are the same; and those with one member only."""
    groups: dict[tuple[str, str], list[Member]] = {}
    for word, member in said:
        groups.setdefault((word, member.held), []).append(member)
    found: list[Concert] = []
    alone: list[tuple[str, dict[str, object]]] = []
    for (word, held), members in sorted(groups.items()):
        if len({member.holder for member in members}) < 2:
            alone.append((ALONE, {"concert": word, "held": held, "holder": members[0].holder}))
        for since, until, present in _together(members):
            found.append(Concert(present, held, members[0].origin, since, until, f"{file}:{word}"))
    return found, alone


def _together(members: Sequence[Member]) -> list[tuple[date | None, date | None, tuple[str, ...]]]:
    starts = {member.since for member in members} | {
        member.until + DAY for member in members if member.until and member.until < date.max
    }
    ordered = sorted(start or date.min for start in starts | {None})
    found: list[tuple[date | None, date | None, tuple[str, ...]]] = []
    for place, start in enumerate(ordered):
        end = ordered[place + 1] - DAY if place + 1 < len(ordered) else None
        present = tuple(sorted({
            member.holder for member in members
            if (member.since or date.min) <= start and (member.until is None or member.until >= start)
        }))
        if len(present) < 2:
            continue
        since = None if start == date.min else start
        if found and found[-1][2] == present and since and found[-1][1] == since - DAY:
            found[-1] = (found[-1][0], end, present)
        else:
            found.append((since, end, present))
    return found
