"""Who gets what is left of a company with a float and ranges, when the walk shall meet as little as it can."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from egide.ownership.day import Column

STILL = 1e-14
"""A figure that moves by no more stands still."""


@dataclass(slots=True)
class Choices:
    """The companies whose rest is somebody's to give, with their edges."""

    companies: Column
    """Their numbers, in order."""
    start: Column
    """Where the edges of each begin, and where the last ones end."""
    edge: Column
    """All their edges: places among those of the plan."""
    holder: Column
    low: Column
    more: Column
    """By edge: how much above its lowest the share may be."""
    rest: Column
    """By company: what is left when everybody has the lowest."""
    itself: Column
    """By company: how much more of it may be treasury shares."""

    def among(self, first: int, last: int) -> Choices | None:
        """Those of a run of companies; None when there are none."""
        begin, end = np.searchsorted(self.companies, (first, last)).tolist()
        if begin == end:
            return None
        edges = slice(int(self.start[begin]), int(self.start[end]))
        return Choices(
            self.companies[begin:end], self.start[begin : end + 1] - self.start[begin], self.edge[edges], self.holder[edges],
            self.low[edges], self.more[edges], self.rest[begin:end], self.itself[begin:end],
        )  # fmt: skip


@dataclass(slots=True)
class Given:
    """Who gets the rest: the chance of each edge, in the order of `edges`; what the float and the company itself get."""

    edges: Column
    """Places among the edges of the choices."""
    row: Column
    chance: Column
    left: Column
    itself: Column
    found: Column
    """The value of each company."""


def give(choices: Choices, value: Column) -> Given:
    """Give what is left to the holders of least value first, the float last: it counts fully on this side.

    What may be treasury shares is worth what the company is worth, which depends on who gets the rest: tried until it stands still.
    """
    count = len(choices.companies)
    row = np.repeat(np.arange(count), np.diff(choices.start))
    worth = value[choices.holder]
    edges = np.lexsort((worth, row))
    worth, starts = worth[edges], choices.start[:-1]
    room, rest, own = choices.more[edges], choices.rest, choices.itself
    low = choices.low[edges]
    before = np.cumsum(room) - room
    before -= before[starts][row]
    known = np.add.reduceat(low * worth, starts)
    best = np.full(count, np.inf)
    while True:
        better = worth < best[row]
        first = np.minimum(np.add.reduceat(np.where(better, room, 0.0), starts), rest)
        itself = np.where(np.isinf(best), 0.0, np.minimum(own, rest - first))
        given = np.clip(rest[row] - np.where(better, 0.0, itself[row]) - before, 0.0, room)
        left = np.maximum(rest - itself - np.add.reduceat(given, starts), 0.0)
        total = known + np.add.reduceat(given * worth, starts) + left
        found = np.where(itself < 1.0, total / np.maximum(1.0 - itself, STILL), 0.0)
        if not own.any() or (found >= best - STILL).all():
            return Given(edges, row, low + given, left, itself, found)
        best = np.minimum(best, found)


@dataclass(slots=True)
class Policy:
    """One row for each company that chooses."""

    row: Column
    above: Column
    """Holders inside the system that is solved."""
    chance: Column
    known: Column
    """What each has from all others."""

    def carried(self, value: Column) -> Column:
        """The value of each company as values inside stand."""
        return np.bincount(self.row, self.chance * value[self.above], len(self.known)) + self.known


class Inside:
    """Choices of companies of one system, whose holders may stand in it or outside."""

    def __init__(self, choices: Choices, numbers: Column, value: Column, zero: Column) -> None:
        self.choices, self.numbers, self.value = choices, numbers, value
        """``numbers`` are the system's companies in the order of its values; ``value`` is everybody's."""
        at = np.minimum(np.searchsorted(numbers, choices.holder), len(numbers) - 1)
        self.seat = np.where(numbers[at] == choices.holder, at, -1)
        """By edge: the holder's place in the system, -1 outside."""
        self.row = np.repeat(np.arange(len(choices.companies)), np.diff(choices.start))
        self.companies = np.searchsorted(numbers, choices.companies)
        self.zero = zero
        """By choosing company: worth nothing, whatever it chooses."""
        self.scale = 1.0 / np.maximum(1.0 - np.minimum(choices.itself, choices.rest), STILL)
        """By choosing company: how often at most the walk comes back to it by its treasury shares alone, the first time included."""

    def least(self, found: Column) -> Policy:
        """The rows that meet least as values stand."""
        self.value[self.numbers] = found
        given = give(self.choices, self.value)
        seat, holder = self.seat[given.edges], self.choices.holder[given.edges]
        scale = np.where(self.zero | (given.itself >= 1.0), 0.0, 1.0 / np.maximum(1.0 - given.itself, STILL))
        chance = given.chance * scale[given.row]
        inside = seat >= 0
        outside = np.bincount(given.row[~inside], (chance * self.value[holder])[~inside], len(scale))
        return Policy(given.row[inside], seat[inside], chance[inside], given.left * scale + outside)

    def must(self, met: Column) -> Column:
        """Which of those who choose cannot avoid what some inside and outside meet."""
        worth = np.where(self.seat >= 0, met[self.seat], self.value[self.choices.holder] > 0)
        count, choices = len(self.companies), self.choices
        sure = np.bincount(self.row, worth & (choices.low > 0), count) > 0
        elsewhere = np.bincount(self.row, np.where(worth, 0.0, choices.more), count) + np.where(met[self.companies], 0.0, choices.itself)
        return (sure | (elsewhere < choices.rest - STILL)) & ~self.zero

    def most(self, found: Column, owed: Column) -> Policy:
        """Rows than which no choice carries more of ``found``, with what each company owes by itself; nothing where it owes nothing."""
        choices = self.choices
        worth = np.where(self.seat >= 0, found[self.seat], 0.0)
        edges = np.lexsort((-worth, self.row))
        room = choices.more[edges]
        before = np.cumsum(room) - room
        before -= before[choices.start[:-1]][self.row]
        given = np.clip(choices.rest[self.row] - before, 0.0, room)
        chance = (choices.low[edges] + given) * (self.scale * (owed > 0))[self.row]
        inside = self.seat[edges] >= 0
        return Policy(self.row[inside], self.seat[edges][inside], chance[inside], owed)
