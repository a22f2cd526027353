"""Who controls every company at once: the last controller of each, by merging.

Whoever holds more than half of the votes alone is a company's parent; all that has one last parent holds as one;
together they may be the parent of more. A round looks again only at companies one of whose holders has changed sides. Both the certain
votes and the powers that give control are counted; the presumption above 40 % is put last and again until it stands still.
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
class Controllers:
    """Columns by party."""

    controller: Column
    """The last controller of each company, itself when it stands in a circle as its first member; -1 when nobody controls."""
    circle: Column
    """Companies whose own side holds the majority of their votes: nobody outside controls them."""
    several: Column
    """Companies that a power gives to one party and votes to another; the power is followed here, and one company's
    answer names both."""


@dataclass(slots=True)
class _Sides:
    parent: Column
    root: Column
    circle: Column
    several: Column


def controllers(made: Graph) -> Controllers:
    """Certain controllers without the presumption: the least fixpoint."""
    count = len(made.parties)
    votes = made.low[Right.VOTES]
    own = made.holder == made.held
    castable = WHOLE - np.bincount(made.held[own], votes[own], count)
    usable = ~own & (votes > 0) & ~made.broken[Right.VOTES][made.held]
    holder, held, low = made.holder[usable].astype(np.int64), made.held[usable].astype(np.int64), votes[usable]
    sides = _Sides(np.full(count, -1, np.int64), np.arange(count), np.zeros(count, bool), np.zeros(count, bool))
    alone = 2 * low > castable[held]
    sides.parent[held[alone]] = holder[alone]
    _give_powers(made, sides)
    _find_roots(sides)
    shared = np.bincount(held, minlength=count)[held] > 1
    keep = shared & ~np.isin(held, held[alone])
    holder, held, low = holder[keep], held[keep], low[keep]
    moved = sides.root != np.arange(count)
    while True:
        before = sides.root.copy()
        if not _round(sides, holder, held, low, castable, moved):
            break
        _find_roots(sides)
        moved = sides.root != before
    found = np.where((sides.parent >= 0) | sides.circle, sides.root, -1)
    return Controllers(found, sides.circle, sides.several)


def _give_powers(made: Graph, sides: _Sides) -> None:
    for held, over in made.powers.items():
        parties = sorted({holder for holder, one in over if one.power in CONTROLLING and holder != held})
        if not parties:
            continue
        others = {int(sides.parent[held])} - {-1, parties[0]}
        sides.several[held] |= bool(others) or len(parties) > 1
        if sides.parent[held] < 0:
            sides.parent[held] = parties[0]


def _find_roots(sides: _Sides) -> None:
    """Follow parents to the last by doubling; a circle is stood for by its first member."""
    count = len(sides.parent)
    itself = np.arange(count)
    towards = np.where(sides.parent >= 0, sides.parent, itself)
    least = np.minimum(itself, towards)
    for _ in range(max(count, 2).bit_length() + 1):
        further = towards[towards]
        if (further == towards).all():
            break
        least = np.minimum(least, least[towards])
        towards = further
    else:
        turning = sides.parent[towards] >= 0
        members = np.unique(towards[turning])
        _break_circles(sides, members)
        _find_roots(sides)
        return
    sides.root = towards


def _break_circles(sides: _Sides, members: Column) -> None:
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


def _round(sides: _Sides, holder: Column, held: Column, low: Column, castable: Column, moved: Column) -> bool:
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
    sides.several[company[~own & (sides.parent[company] >= 0)]] = True
    sides.parent[company[new]] = side[new]
    return bool(new.any())
