"""One walk in whole numbers: the least chance to meet a target, to the last digit, for one target after the other.

The same walk and the same bounds as `egide.ownership.bounds`, made for many targets above one company. Values are whole numbers of one
common part, the whole to the power of the longest chain, so that each step is one division without rest; a circle makes that part finer
by the determinant of its equations. A further target is answered by looking again at what stands below it and at nothing else; where
nothing is to be chosen, `egide.ownership.flows` answers for all targets in one pass.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from heapq import heappop, heappush
from math import lcm
from typing import TYPE_CHECKING, NamedTuple

from egide.ownership.bounds import Walk, circle, eliminated, inverted
from egide.ownership.rows import shape_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from egide.ownership.bounds import Inverse, Way
    from egide.ownership.rows import Row, Shape

Value = int | Fraction
CHOOSING = 6
"""Times as many steps as solving a circle takes when its companies may choose, roughly."""


class TooMuchError(Exception):
    """More steps than were allowed: the answer is left to floating point, and said to be rounded."""


class Solved(NamedTuple):
    """What each node has, of so many parts."""

    value: Mapping[int, Value]
    unit: int


class Ladder:
    """A walk made ready to be solved again and again."""

    def __init__(
        self, rows: Sequence[Sequence[Row]], whole: int, start: int, shape: Shape | None = None,
        inverted: dict[tuple[tuple[int, ...], ...], Inverse | None] | None = None,
    ) -> None:
        """``inverted``: what was worked out for circles of other walks, by their equations."""
        self.inverted = {} if inverted is None else inverted
        self.rows, self.whole, self.start = rows, whole, start
        self.shape = shape or shape_of([[to for row in some for to in row.to] for some in rows], start)
        self.parts, self.circles = self.shape.parts, self.shape.circles
        self.height = max(self.shape.heights)
        self.unit = whole**self.height
        """The whole, before any circle makes its part finer."""
        nodes = [node for part in self.parts for node in part if rows[node]]
        self.choosing = {node for node in nodes if len(rows[node]) > 1 or rows[node][0].room is not None}
        """Companies of which it may be chosen who holds how much, or who counts."""
        self.steps = 0
        """How many more may be taken; `TooMuchError` is raised after them."""
        self.patient = False
        """Whether as many may be taken as it needs."""
        self._inverses: dict[tuple[int, bool, tuple[int, int] | None], Inverse | None] = {}
        self._fractions: Walk | None = None

    @cached_property
    def place(self) -> dict[int, int]:
        """The part of each node."""
        return {node: at for at, part in enumerate(self.parts) for node in part}

    @cached_property
    def below(self) -> dict[int, list[tuple[int, int]]]:
        """By holder: the companies that it holds, with its share where nothing is to be chosen and no circle is near, else with -1."""
        found: dict[int, list[tuple[int, int]]] = {}
        for part, turning in zip(self.parts, self.circles, strict=True):
            for node in part:
                simple = not turning and node not in self.choosing
                for row in self.rows[node]:
                    for to, low in zip(row.to, row.low, strict=True):
                        found.setdefault(to, []).append((node, low if simple else -1))
        return found

    @cached_property
    def reach(self) -> dict[int, int]:
        """By node: all that stands above it, and itself, as bits."""
        found: dict[int, int] = {}
        for part in self.parts:
            mask = 0
            for node in part:
                mask |= 1 << node
                for row in self.rows[node]:
                    for to in row.to:
                        mask |= found.get(to, 0)
            for node in part:
                found[node] = mask
        return found

    def least_steps(self, parties: Sequence[int]) -> int:
        """Steps that it takes at least to answer for those parties one after the other: all that stands below each."""
        asked = sum([1 << party for party in parties])
        below = sum([(mask & asked).bit_count() for mask in self.reach.values()])
        circles = [part for part, turning in zip(self.parts, self.circles, strict=True) if turning]
        choosing = sum(CHOOSING * len(part) ** 3 for part in circles if not self.choosing.isdisjoint(part))
        return below + 2 * choosing * len(parties)

    def settled(self, ends: Collection[int]) -> bool:
        """Whether the walk comes to one of the ends whatever is chosen: nothing is lost, and no circle can be closed."""
        for part, turning in zip(self.parts, self.circles, strict=True):
            for node in part:
                if node not in ends and (not (rows := self.rows[node]) or [1 for row in rows if not row.full]):
                    return False
            if turning and not self._leaves(part, ends):
                return False
        return True

    def _leaves(self, part: Sequence[int], ends: Collection[int]) -> bool:
        """Whether every company of a circle leads out of it by shares that nobody can choose away."""
        inside = {node for node in part if node not in ends}
        while inside:
            out = {
                node for node in inside
                if all(any(low and to not in inside for to, low in zip(row.to, row.low, strict=True)) for row in self.rows[node])
            }
            if not out:
                return False
            inside -= out
        return True

    def solved(self, fixed: Mapping[int, int]) -> Solved:
        """The values of all nodes when those have nothing or the whole."""
        value: dict[int, Value] = dict.fromkeys(range(len(self.rows)), 0)
        unit, rows = self.unit, self.rows
        value.update((node, unit * one) for node, one in fixed.items())
        self._take(len(self.parts))
        for at, part in enumerate(self.parts):
            if not self.circles[at]:
                node = part[0]
                if node not in fixed and (some := rows[node]):
                    row = some[0]
                    if len(some) > 1 or row.room is not None:
                        value[node] = self._best(node, value)
                    else:  # as `_best`, without its calls: most nodes of most walks are so
                        total: Value = 0
                        for holder, share in zip(row.to, row.low, strict=True):
                            one = value[holder]
                            if one:
                                total += share * one
                        value[node] = self._of_the_whole(total)
                continue
            self._take(len(part) ** 2)
            self._circle(at, part, value, fixed, unit)
            chain = self.whole ** (self.height - self.shape.heights[at])  # the rest of the way divides by it
            finer = lcm(*[Fraction(value[node], chain).denominator for node in part])
            if finer > 1:
                unit *= finer
                value = {node: one * finer if isinstance(one, int) else int(one * finer) for node, one in value.items()}
        return Solved(value, unit)

    def again(self, known: Solved, fixed: Mapping[int, int], new: Mapping[int, int]) -> Value:
        """The value at the start when some more are given, all else as it was solved.

        Where nothing is to be chosen a change is passed on as it is, by the share; elsewhere the company is looked at again.
        """
        before, unit = known
        value = _Over(before)
        gained: dict[int, Value] = {}
        waiting: list[int] = []
        place, circles, below = self.place, self.circles, self.below

        def pass_on(node: int, more: Value) -> None:
            for held, share in below.get(node, ()):
                if held in gained:
                    if share >= 0:
                        gained[held] += share * more
                elif held not in new and (share < 0 or held not in fixed):
                    gained[held] = share * more if share >= 0 else 0
                    heappush(waiting, place[held])

        for node, one in new.items():
            if before[node] != unit * one:
                value[node] = unit * one
        for node in list(value):
            pass_on(node, value[node] - before[node])
        given: dict[int, int] = {}
        last = -1
        while waiting:
            at = heappop(waiting)
            if at == last:
                continue
            last = at
            node = self.parts[at][0]
            more = gained.get(node)
            if not circles[at] and more is not None and node not in self.choosing:
                self.steps -= 1
                more = self._of_the_whole(more)
                if more:
                    value[node] = before[node] + more
                    pass_on(node, more)
                continue
            given = given or {**fixed, **new}
            for changed in self._solve(at, value, given, unit):
                pass_on(changed, value[changed] - before[changed])
        if self.steps < 0 and not self.patient:
            raise TooMuchError
        return value[self.start]

    def _solve(self, at: int, value: dict[int, Value], fixed: Mapping[int, int], unit: int) -> list[int]:
        """Solve one part; gives the nodes whose value changed."""
        part = self.parts[at]
        self._take(1 if not self.circles[at] else len(part) ** 2 + 4)
        before = [value[node] for node in part]
        if self.circles[at]:
            self._circle(at, part, value, fixed, unit)
        elif part[0] not in fixed and self.rows[part[0]]:
            value[part[0]] = self._best(part[0], value)
        return [node for node, was in zip(part, before, strict=True) if value[node] != was]

    def _best(self, node: int, value: Mapping[int, Value]) -> Value:
        rows = self.rows[node]
        return self._of_the_whole(min([_carried(row, value) for row in rows]) if len(rows) > 1 else _carried(rows[0], value))

    def _of_the_whole(self, total: Value) -> Value:
        if isinstance(total, int):
            found, rest = divmod(total, self.whole)
            return found if not rest else Fraction(total, self.whole)
        return total / self.whole

    def _circle(self, at: int, part: Sequence[int], value: dict[int, Value], fixed: Mapping[int, int], unit: int) -> None:
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
            value.update((node, 0) for node in part if node not in fixed)
        elif len(given) > 1 or self.inverse(at) is None:
            self._eliminate(part, known, value, fixed)
        else:
            self._turn(at, part, known, value, given)

    def _turn(self, at: int, part: Sequence[int], known: Sequence[Value], value: dict[int, Value], given: Sequence[int]) -> None:
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
        value.update((node, Fraction(one, unit)) for node, one in zip(part, free, strict=True) if node not in given)

    def _eliminate(self, part: Sequence[int], known: Sequence[Value], value: dict[int, Value], fixed: Mapping[int, int]) -> None:
        """The companies of a circle that are not given, by elimination; a circle that nobody leaves comes to those that are."""
        self._take(len(part) ** 3 // 2)
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
        value.update((node, Fraction(one)) for node, one in zip(asked, eliminated(lines, right), strict=True))

    def shares(self, node: int, *, most: bool, first: tuple[int, int] | None = None) -> tuple[int, ...]:
        """The shares of a company's holders: the lowest, the most that each can have, or all that is left to the one who is first there."""
        row = self.rows[node][0]
        if not most or row.room is None:
            return row.low
        left = max(row.left, 0)
        if first and node == first[0]:
            return tuple([low + (left if to == first[1] else 0) for to, low in zip(row.to, row.low, strict=True)])
        return tuple([low + min(more, left) for low, more in zip(row.low, row.room, strict=True)])

    def inverse(self, at: int, *, most: bool = False, first: tuple[int, int] | None = None) -> Inverse | None:
        """How often the walk comes by each of the circle's companies, from each: whole numbers, and of what they are parts.

        None where the walk may never leave. With ``most``, and for ``first``, as in `shares`.
        """
        key = at, most, first if first and self.place[first[0]] == at else None
        if key not in self._inverses:
            part = self.parts[at]
            self._take(len(part) ** 3)
            place = {node: here for here, node in enumerate(part)}
            lines = []
            for here, node in enumerate(part):
                line = [0] * len(part)
                line[here] = self.whole
                row = self.rows[node][0]
                for holder, share in zip(row.to, self.shares(node, most=most, first=first), strict=True):
                    if holder in place:
                        line[place[holder]] -= share
                lines.append(tuple(line))
            equations = tuple(lines)
            if equations not in self.inverted:
                self.inverted[equations] = inverted(equations, self.whole)
            self._inverses[key] = self.inverted[equations]
        return self._inverses[key]

    def _take(self, steps: int) -> None:
        self.steps -= steps
        if self.steps < 0 and not self.patient:
            raise TooMuchError

    def _choose(self, part: Sequence[int], value: dict[int, Value], fixed: Mapping[int, int], unit: int) -> None:
        """The general case, in fractions: several ways to choose are each solved."""
        self._take(CHOOSING * len(part) ** 3)
        if self._fractions is None:
            ways: list[tuple[Way, ...]] = [()] * len(self.rows)
            for node in self.place:
                ways[node] = tuple([self._way(row) for row in self.rows[node]])
            self._fractions = Walk(ways, self.parts, self.circles)
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


class _Over(dict[int, Value]):
    """Values over others that stay as they are."""

    def __init__(self, known: Mapping[int, Value]) -> None:
        super().__init__()
        self.known = known

    def __missing__(self, node: int) -> Value:
        return self.known[node]


def _carried(row: Row, value: Mapping[int, Value]) -> Value:
    """What the holders carry when everybody has the lowest, and what is left goes to those of least value."""
    total: Value = 0
    for holder, share in zip(row.to, row.low, strict=True):
        one = value[holder]
        if one:
            total += share * one
    left = row.left
    if row.room is None or left <= 0:
        return total
    for one, more in sorted([(value[holder], more) for holder, more in zip(row.to, row.room, strict=True) if more]):
        if left <= 0:
            break
        given = min(left, more)
        total += given * one
        left -= given
    return total
