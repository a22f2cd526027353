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

from egide.ownership.circles import CHOOSING, Circles, TooMuchError
from egide.ownership.rows import passing, shape_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from egide.ownership.bounds import Inverse
    from egide.ownership.circles import System, Value, Values
    from egide.ownership.rows import Row, Shape

class Solved(NamedTuple):
    """What each node has, of so many parts."""

    value: Sequence[Value]
    unit: int


class Ladder:
    """A walk made ready to be solved again and again."""

    def __init__(
        self, rows: Sequence[Sequence[Row]], whole: int, start: int, shape: Shape | None = None,
        inverted: dict[System, Inverse | None] | None = None,
    ) -> None:
        """``inverted``: what was worked out for circles of other walks."""
        self.rows, self.whole, self.start = rows, whole, start
        self.shape = shape or shape_of(
            [[to for row in some for to in row.to] for some in rows], start, passing(rows, whole, range(len(rows)))
        )
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
        self.turning = Circles(rows, whole, self.shape, self.choosing, self._take, {} if inverted is None else inverted)

    @property
    def place(self) -> dict[int, int]:
        """The part of each node."""
        return self.turning.place

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
                if node not in ends:
                    rows = self.rows[node]
                    if not rows:
                        return False
                    for row in rows:
                        if row.left if row.room is None else not row.full:
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
        value: list[Value] = [0] * len(self.rows)
        unit, rows, whole = self.unit, self.rows, self.whole
        for node, one in fixed.items():
            value[node] = unit * one
        self._take(len(self.parts))
        for at, part in enumerate(self.parts):
            if not self.circles[at]:
                node = part[0]
                if node not in fixed and (some := rows[node]):
                    row = some[0]
                    if len(some) > 1 or row.room is not None:
                        value[node] = self._best(node, value)
                    elif len(row.low) == 1 and row.low[0] == whole:
                        value[node] = value[row.to[0]]
                    else:  # as `_best`, without its calls: most nodes of most walks are so
                        total: Value = 0
                        for holder, share in zip(row.to, row.low, strict=True):
                            much = value[holder]
                            if much:
                                total += share * much
                        value[node] = self._of_the_whole(total)
                continue
            self._take(len(part) ** 2)
            self.turning.solve(at, value, fixed, unit)
            chain = whole ** (self.height - self.shape.heights[at])  # the rest of the way divides by it
            finer = lcm(*[Fraction(value[node], chain).denominator for node in part])
            if finer > 1:
                unit *= finer
                value = [one * finer if isinstance(one, int) else int(one * finer) for one in value]
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

    def _solve(self, at: int, value: Values, fixed: Mapping[int, int], unit: int) -> list[int]:
        """Solve one part; gives the nodes whose value changed."""
        part = self.parts[at]
        self._take(1 if not self.circles[at] else len(part) ** 2 + 4)
        before = [value[node] for node in part]
        if self.circles[at]:
            self.turning.solve(at, value, fixed, unit)
        elif part[0] not in fixed and self.rows[part[0]]:
            value[part[0]] = self._best(part[0], value)
        return [node for node, was in zip(part, before, strict=True) if value[node] != was]

    def _best(self, node: int, value: Values) -> Value:
        rows = self.rows[node]
        return self._of_the_whole(min([_carried(row, value) for row in rows]) if len(rows) > 1 else _carried(rows[0], value))

    def _of_the_whole(self, total: Value) -> Value:
        if isinstance(total, int):
            found, rest = divmod(total, self.whole)
            return found if not rest else Fraction(total, self.whole)
        return total / self.whole

    def _take(self, steps: int) -> None:
        self.steps -= steps
        if self.steps < 0 and not self.patient:
            raise TooMuchError

class _Over(dict[int, "Value"]):
    """Values over others that stay as they are."""

    def __init__(self, known: Sequence[Value]) -> None:
        super().__init__()
        self.known = known

    def __missing__(self, node: int) -> Value:
        return self.known[node]


def _carried(row: Row, value: Values) -> Value:
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
