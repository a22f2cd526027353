"""Companies that hold one another, within a walk in whole numbers: how often it comes by each of them, and what each is worth.

Without choices a circle is one linear system, whose inverse, without fractions, serves all that is asked of it; where something is to be
chosen within, each way to choose is solved in fractions (`egide.ownership.bounds`).
"""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import TYPE_CHECKING

from egide.ownership.bounds import Walk, circle, eliminated, inverted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from egide.ownership.bounds import Inverse, Way
    from egide.ownership.rows import Row, Shape

Value = int | Fraction
Values = list[Value] | dict[int, Value]
"""By node."""
System = tuple[tuple[int, ...], tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]
"""A circle: its companies, their holders, and the holders' shares."""
CHOOSING = 6
"""Times as many steps as solving a circle takes when its companies may choose, roughly."""


class TooMuchError(Exception):
    """More steps than were allowed: the answer is left to floating point, and said to be rounded."""


class Circles:
    """The circles of one walk."""

    def __init__(
        self, rows: Sequence[Sequence[Row]], whole: int, shape: Shape, choosing: set[int], take: Callable[[int], None],
        inverted: dict[System, Inverse | None],
    ) -> None:
        """``take`` counts steps, and raises `TooMuchError`; ``inverted`` is what was worked out for circles of other walks."""
        self.rows, self.whole, self.shape, self.parts = rows, whole, shape, shape.parts
        self.choosing, self.take, self.inverted = choosing, take, inverted
        self._inverses: dict[tuple[int, bool, tuple[int, int] | None, tuple[int, ...]], Inverse | None] = {}
        self._fractions: Walk | None = None

    @cached_property
    def place(self) -> dict[int, int]:
        """The part of each node."""
        return {node: at for at, part in enumerate(self.parts) for node in part}

    def solve(self, at: int, value: Values, fixed: Mapping[int, int], unit: int) -> None:
        """Find the least value of each company of a circle that is not fixed, where those above are known."""
        part = self.parts[at]
        if not self.choosing.isdisjoint(part):
            self._choose(part, value, fixed, unit)
            return
        inside = set(part)
        given = [node for node in part if node in fixed]
        known: list[Value] = []
        for node in part:
            row = self.rows[node][0]
            known.append(sum([share * value[holder] for holder, share in zip(row.to, row.low, strict=True) if holder not in inside]))
        if not any(known) and not any(value[node] for node in given):
            for node in part:
                if node not in fixed:
                    value[node] = 0
        elif len(given) > 1 or self.inverse(at) is None:
            self._eliminate(part, known, value, fixed)
        else:
            self._turn(at, part, known, value, given)

    def _turn(self, at: int, part: Sequence[int], known: Sequence[Value], value: Values, given: Sequence[int]) -> None:
        """By how often the walk comes by, and put right where one company of the circle is given."""
        turning = self.inverse(at)
        assert turning is not None  # noqa: S101 - it was asked before
        times, inverse = turning
        scale = lcm(*[one.denominator for one in known])
        brought = [one.numerator * (scale // one.denominator) for one in known]
        unit = times * scale * self.whole
        free = [sum([turns * one for turns, one in zip(line, brought, strict=True) if one]) for line in inverse]
        if given:
            here, fixed = part.index(given[0]), value[given[0]]
            lacking = fixed.numerator * unit - free[here] * fixed.denominator
            own = inverse[here][here] * fixed.denominator
            free = [one * own + line[here] * lacking for one, line in zip(free, inverse, strict=True)]
            unit *= own
        for node, one in zip(part, free, strict=True):
            if node not in given:
                value[node] = Fraction(one, unit)

    def _eliminate(self, part: Sequence[int], known: Sequence[Value], value: Values, fixed: Mapping[int, int]) -> None:
        """The companies of a circle that are not given, by elimination; a circle that nobody leaves comes to those that are."""
        self.take(len(part) ** 3 // 2)
        asked = [node for node in part if node not in fixed]
        place = {node: here for here, node in enumerate(asked)}
        lines: list[dict[int, int | Fraction | float]] = []
        right: list[int | Fraction | float] = []
        for node, outside in zip(part, known, strict=True):
            if node in fixed:
                continue
            line: dict[int, int | Fraction | float] = {place[node]: Fraction(1)}
            carried = Fraction(outside, self.whole)
            row = self.rows[node][0]
            for holder, share in zip(row.to, row.low, strict=True):
                if holder in place:
                    line[place[holder]] = line.get(place[holder], 0) - Fraction(share, self.whole)
                elif holder in fixed and holder in part:
                    carried += Fraction(share, self.whole) * value[holder]
            lines.append(line)
            right.append(carried)
        for node, one in zip(asked, eliminated(lines, right), strict=True):
            value[node] = Fraction(one)

    def shares(self, node: int, *, most: bool, first: tuple[int, int] | None = None) -> tuple[int, ...]:
        """The shares of a company's holders: the lowest, the most that each can have, or all that is left to the one who is first there."""
        row = self.rows[node][0]
        if not most or row.room is None:
            return row.low
        left = max(row.left, 0)
        if first and node == first[0]:
            return tuple([low + (left if to == first[1] else 0) for to, low in zip(row.to, row.low, strict=True)])
        return tuple([low + min(more, left) for low, more in zip(row.low, row.room, strict=True)])

    def inverse(
        self, at: int, *, most: bool = False, first: tuple[int, int] | None = None, without: tuple[int, ...] = ()
    ) -> Inverse | None:
        """How often the walk comes by each of the circle's companies, from each: whole numbers, and of what they are parts.

        None where the walk may never leave. With ``most``, and for ``first``, as in `shares`; ``without`` companies where it ends.
        """
        key = at, most, first if first and self.place[first[0]] == at else None, without
        if key not in self._inverses:
            part = [node for node in self.parts[at] if node not in without] if without else self.parts[at]
            self.take(len(part) ** 3)
            rows = [self.rows[node][0] for node in part]
            chances = tuple([self.shares(node, most=most, first=first) for node in part])
            system = tuple(part), tuple([row.to for row in rows]), chances
            if system not in self.inverted:
                place = {node: here for here, node in enumerate(part)}
                lines = []
                for here, (row, some) in enumerate(zip(rows, chances, strict=True)):
                    line = [0] * len(part)
                    line[here] = self.whole
                    for holder, share in zip(row.to, some, strict=True):
                        if holder in place:
                            line[place[holder]] -= share
                    lines.append(line)
                self.inverted[system] = inverted(lines, self.whole)
            self._inverses[key] = self.inverted[system]
        return self._inverses[key]

    def _choose(self, part: Sequence[int], value: Values, fixed: Mapping[int, int], unit: int) -> None:
        """The general case, in fractions: several ways to choose are each solved."""
        self.take(CHOOSING * len(part) ** 3)
        if self._fractions is None:
            ways: list[tuple[Way, ...]] = [()] * len(self.rows)
            for node in self.place:
                ways[node] = tuple([self._way(row) for row in self.rows[node]])
            self._fractions = Walk(ways, self.parts, self.shape.circles)
        every: list[int | Fraction | float] = [0] * len(self.rows)
        for node in {to for held in part for row in self.rows[held] for to in row.to}.union(part):
            every[node] = Fraction(value[node], unit)
        circle(self._fractions, [node for node in part if node not in fixed], every)
        for node in part:
            if node not in fixed:
                value[node] = Fraction(every[node]) * unit

    def _way(self, row: Row) -> Way:
        room = row.room or (0,) * len(row.to)
        return tuple([(to, Fraction(low, self.whole), Fraction(low + more, self.whole))
                      for to, low, more in zip(row.to, row.low, room, strict=True)])  # fmt: skip
