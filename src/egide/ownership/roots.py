"""Who controls every company at once without the presumption above 40 %: the last controller of each, by merging.

Whoever holds more than half of the votes alone is a company's parent; all that has one last parent holds as one;
together they may be the parent of more. A round looks again only at companies one of whose holders has changed sides. Both the certain
votes and the powers that give control are counted; `egide.ownership.presumed` adds the presumption.

Votes give a company one controller, powers and concerts may give it several: the sides that merging did not follow are then
followed one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from egide.ownership.day import WHOLE, Column
from egide.ownership.graph import CONTROLLING
from egide.ownership.holdings import Right

if TYPE_CHECKING:
    from egide.ownership.graph import Graph


@dataclass(slots=True)
class Counted:
    """Columns by party."""

    controller: Column
    """The last controller of each company, itself when it stands in a circle as its first member; -1 when nobody controls."""
    circle: Column
    """Companies whose own side holds the majority of their votes: nobody outside controls them."""
    several: Column
    """Companies that powers or a concert give to one party and votes or powers to another: one is named here, and one
    company's answer names all."""


@dataclass(slots=True)
class Sides:
    """Who decides for whom, by party."""

    parent: Column
    root: Column
    circle: Column
    others: list[tuple[int, int]]
    """Controllers that merging does not follow, with the company."""


@dataclass(slots=True)
class _Votes:
    """Usable votes by holder, and what powers and concerts give."""

    start: Column
    held: Column
    low: Column
    castable: Column
    given: dict[int, list[int]]


def counted(made: Graph) -> Counted:
    """Certain controllers without the presumption: the least fixpoint."""
    count = len(made.parties)
    votes = made.low[Right.VOTES]
    own = made.holder == made.held
    castable = WHOLE - np.bincount(made.held[own], votes[own], count)
    usable = ~own & (votes > 0) & ~made.broken[Right.VOTES][made.held] & ~made.hidden[made.holder]
    holder, held, low = made.holder[usable].astype(np.int64), made.held[usable].astype(np.int64), votes[usable]
    sides = Sides(np.full(count, -1, np.int64), np.arange(count), np.zeros(count, bool), [])
    alone = (2 * low > castable[held]) & ~np.isin(held, list(made.concerts))
    sides.parent[held[alone]] = holder[alone]
    given = _give_powers(made, sides)
    find_roots(sides)
    shared = np.bincount(held, minlength=count)[held] > 1
    keep = shared & ~np.isin(held, held[alone]) & ~np.isin(held, list(made.concerts))
    moved = sides.root != np.arange(count)
    while True:
        before = sides.root.copy()
        if not _round(sides, holder[keep], held[keep], low[keep], castable, moved):
            break
        find_roots(sides)
        moved = sides.root != before
    found = Counted(np.where((sides.parent >= 0) | sides.circle, sides.root, -1), sides.circle, np.zeros(count, bool))
    if sides.others:
        order = np.argsort(holder, kind="stable")
        start = np.searchsorted(holder[order], np.arange(count + 1))
        _follow_others(found, sides, _Votes(start, held[order], low[order], castable, given), set(made.concerts))
    return found


def _give_powers(made: Graph, sides: Sides) -> dict[int, list[int]]:
    """Make whoever has a power the parent where there is none yet; returns all that powers and concerts give, by holder."""
    given: dict[int, list[int]] = {}
    for held, over in made.powers.items():
        for holder in sorted({holder for holder, one in over if one.power in CONTROLLING and holder != held}):
            given.setdefault(holder, []).append(held)
            if sides.parent[held] < 0:
                sides.parent[held] = holder
            elif sides.parent[held] != holder:
                sides.others.append((holder, held))
    for merged, members in made.concerts.items():
        for member in members:
            given.setdefault(member, []).append(merged)
            sides.others.append((member, merged))
    return given


def _follow_others(found: Counted, sides: Sides, votes: _Votes, concerts: set[int]) -> None:
    """Give each further side what it controls, and say of which companies it is not the only controller."""
    for root in sorted({int(sides.root[holder]) for holder, held in sides.others if sides.root[holder] != sides.root[held]}):
        group, closes = _group(root, votes)
        if closes and found.controller[root] < 0:
            found.controller[root], found.circle[root] = root, True
        for company in group - {root}:
            now = int(found.controller[company])
            if now < 0 or (now in group and now not in concerts):
                found.controller[company], found.circle[company] = root, False
            elif now not in (root, found.controller[root]):
                found.several[company] = True


def _group(root: int, votes: _Votes) -> tuple[set[int], bool]:
    """All that one party controls, itself included, and whether its own side controls it."""
    group, cast, waiting, closes = {root}, dict[int, float](), [root], False
    while waiting:
        member = waiting.pop()
        new = list(votes.given.get(member, ()))
        edges = slice(int(votes.start[member]), int(votes.start[member + 1]))
        for company, low in zip(votes.held[edges].tolist(), votes.low[edges].tolist(), strict=True):
            cast[company] = now = cast.get(company, 0.0) + low
            if 2 * now > votes.castable[company]:
                new.append(company)
        closes = closes or root in new
        for company in new:
            if company not in group:
                group.add(company)
                waiting.append(company)
    return group, closes


def find_roots(sides: Sides) -> None:
    """Follow parents to the last by doubling; a circle is stood for by its first member."""
    count = len(sides.parent)
    towards = np.where(sides.parent >= 0, sides.parent, np.arange(count))
    for _ in range(max(count, 2).bit_length() + 1):
        further = towards[towards]
        if (further == towards).all():
            break
        towards = further
    turning = sides.parent[towards] >= 0  # also when a circle of two, four … seems to stand still
    if turning.any():
        _break_circles(sides, np.unique(towards[turning]))
        find_roots(sides)
        return
    sides.root = towards


def _break_circles(sides: Sides, members: Column) -> None:
    """Let one member of each circle be without a parent, and remember the circle."""
    seen: set[int] = set()
    for member in members.tolist():
        if member in seen:
            continue
        circle = [member]
        while (after := int(sides.parent[circle[-1]])) != member:
            circle.append(after)
        seen.update(circle)
        sides.circle[circle] = True
        sides.parent[min(circle)] = -1


def _round(sides: Sides, holder: Column, held: Column, low: Column, castable: Column, moved: Column) -> bool:
    """Look at the companies one of whose holders changed sides; returns whether somebody new controls one."""
    count = len(sides.parent)
    look = np.zeros(count, bool)
    look[held[moved[holder]]] = True
    edges = np.flatnonzero(look[held])
    if not len(edges):
        return False
    key = held[edges] * count + sides.root[holder[edges]]
    order = np.argsort(key, kind="stable")
    key = key[order]
    start = np.flatnonzero(np.diff(key, prepend=-1))
    total = np.add.reduceat(low[edges][order], start)
    company, side = key[start] // count, key[start] % count
    wins = 2 * total > castable[company]
    company, side = company[wins], side[wins]
    own = side == sides.root[company]
    sides.circle[company[own & (side == company)]] = True
    new = ~own & (sides.parent[company] < 0) & ~sides.circle[company]
    other = ~own & ~new
    sides.others += zip(side[other].tolist(), company[other].tolist(), strict=True)
    sides.parent[company[new]] = side[new]
    return bool(new.any())
