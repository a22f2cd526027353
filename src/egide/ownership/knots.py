"""What elimination leaves of companies that hold one another: swept from nothing upwards until it stands still.

Sweeps come from below and never pass the least solution. What turns slowly is solved by linear algebra with every choice as it stands,
and swept again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from egide.ownership.choices import STILL

if TYPE_CHECKING:
    from collections.abc import Callable

    from egide.ownership.choices import Policy
    from egide.ownership.day import Column

SWEEPS = 40
"""Sweeps between two looks at what still moves: knots that are small enough go to linear algebra."""
MOST_SOLVED = 600
"""Companies of one knot that are solved as one system; a larger one is swept until it stands still."""
ENTRIES = 4_000_000
"""Entries of the matrices that are solved together."""
MOST_SWEEPS = 20_000


@dataclass(slots=True)
class Knot:
    """A system by company: its value is that of others by their chances, and something known; some companies choose."""

    row: Column
    above: Column
    chance: Column
    known: Column
    choosing: Column
    """Companies whose rows are chosen."""
    choose: Callable[[Column], Policy] | None
    """Their best rows as values stand."""


def settle(knot: Knot, still: float = STILL) -> Column:
    """The value of every company: the least solution, up to moves of ``still``."""
    value: Column = np.zeros(len(knot.known))
    looked = value
    for sweep in range(1, MOST_SWEEPS + 1):
        policy = knot.choose(value) if knot.choose else None
        found: Column = np.bincount(knot.row, knot.chance * value[knot.above], len(value)) + knot.known
        if policy:
            found[knot.choosing] = policy.carried(value)
        moved = np.abs(found - value).max(initial=0.0)
        value = found
        if moved <= still:
            break
        if sweep % SWEEPS == 0:
            # a circle passes its news on from one to the next: in any one sweep, part of it stands still
            moving = np.flatnonzero(np.abs(value - looked) > still)
            if len(moving):
                _solve(knot, value, moving)
            looked = value.copy()
    return value


def _solve(knot: Knot, value: Column, companies: Column) -> None:
    """Solve the companies that still move as one linear system, the others and all choices as they stand."""
    row, above, chance, known = knot.row, knot.above, knot.chance, knot.known
    if knot.choose:
        policy = knot.choose(value)
        plain = ~np.isin(row, knot.choosing)
        row, above = np.append(row[plain], knot.choosing[policy.row]), np.append(above[plain], policy.above)
        chance, known = np.append(chance[plain], policy.chance), known.copy()
        known[knot.choosing] = policy.known
    count = len(companies)
    place = np.full(len(value), -1)
    place[companies] = np.arange(count)
    mine = place[row] >= 0
    row, above, chance = place[row[mine]], above[mine], chance[mine]
    inside = place[above] >= 0
    known = known[companies] + np.bincount(row[~inside], chance[~inside] * value[above[~inside]], count)
    solved = _by_knots(row[inside], place[above[inside]], chance[inside], known)
    value[companies] = np.where(np.isnan(solved), value[companies], solved)


def _by_knots(row: Column, at: Column, chance: Column, known: Column) -> Column:
    """Each knot of the system by itself, all of one size together; what is in a knot too large is not a number."""
    count = len(known)
    knot = _knots(row, at, count)
    order = np.argsort(knot, kind="stable")
    start = np.flatnonzero(np.diff(knot[order], prepend=-1))
    sizes = np.diff(np.append(start, count))
    place, number = np.empty(count, np.int64), np.empty(count, np.int64)
    place[order] = np.arange(count) - np.repeat(start, sizes)
    number[order] = np.repeat(np.arange(len(start)), sizes)
    solved = np.full(count, np.nan)
    for size in np.unique(sizes[sizes <= MOST_SOLVED]).tolist():
        all_ = np.flatnonzero(sizes == size)
        for chosen in np.array_split(all_, -(-len(all_) * size * size // ENTRIES)):
            batch = np.full(len(start), -1)
            batch[chosen] = np.arange(len(chosen))
            here = batch[number[row]] >= 0
            matrix = np.tile(np.eye(size), (len(chosen), 1, 1))
            np.subtract.at(matrix, (batch[number[row[here]]], place[row[here]], place[at[here]]), chance[here])
            members = order[start[chosen][:, None] + np.arange(size)]
            solved[members] = np.linalg.solve(matrix, known[members][:, :, None])[:, :, 0]
    return solved


def _knots(row: Column, at: Column, count: int) -> Column:
    """Which companies of a system hang together, by the least of each."""
    knot = np.arange(count)
    while True:
        before = knot.copy()
        np.minimum.at(knot, row, knot[at])
        np.minimum.at(knot, at, knot[row])
        knot = knot[knot]
        if (knot == before).all():
            return knot
