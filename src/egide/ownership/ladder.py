"""One walk in whole numbers: the least chance to meet a target, to the last digit, for one target after the other.

The same walk and the same bounds as `egide.ownership.bounds`, made for many targets above one company. Values are whole numbers of one
common part, the whole to the power of the longest chain, so that each step is one division without rest; only what stands in or below a
circle is a fraction. A further target is answered by looking again at what stands below it and at nothing else.
"""

from __future__ import annotations

from fractions import Fraction
from heapq import heappop, heappush
from math import lcm
from typing import TYPE_CHECKING

from egide.ownership.bounds import Walk, circle, eliminated, walk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from egide.ownership.bounds import Way, WholeWay

Value = int | Fraction
Row = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...] | None, int]
"""To whom, the lowest shares, how much more each may be (None when none may), and what the lowest leave."""
CHOOSING = 6
"""Times as many steps as solving a circle takes when its companies may choose, roughly."""


class TooMuchError(Exception):
    """More steps than were allowed: the answer is left to floating point, and said to be rounded."""


class Ladder:
    """A walk made ready to be solved again and again."""

    def __init__(self, ways: Sequence[tuple[WholeWay, ...]], whole: int, start: int) -> None:
        # a holder that gets nothing in any case leads nowhere: no circle closes over it
        ways = [tuple(tuple(step for step in way if step[2]) for way in every) for every in ways]
        self.walked: Walk = walk(ways, start)
        self.ways, self.whole, self.start = ways, whole, start
        self.rows = {node: [_row(way, whole) for way in ways[node]] for part in self.walked.parts for node in part}
        self.simple = {node for node, rows in self.rows.items() if len(rows) < 2 and all(row[2] is None for row in rows)}
        """Companies where nothing is to be chosen."""
        self.place = {node: at for at, part in enumerate(self.walked.parts) for node in part}
        self.below: dict[int, list[tuple[int, int]]] = {}
        """By holder: the companies that it holds, with its share where nothing is to be chosen and no circle is near, else with -1."""
        for at, part in enumerate(self.walked.parts):
            for node in part:
                rows = self.rows[node]
                simple = not self.walked.circles[at] and self._plain(node)
                for row in rows:
                    for to, low in zip(row[0], row[1], strict=True):
                        self.below.setdefault(to, []).append((node, low if simple else -1))
        self.unit = whole ** max(self._heights(), default=0)
        self.plain = all(self._plain(node) for node in self.rows)
        """Nothing is left to choose."""
        circles = [part for part, turning in zip(self.walked.parts, self.walked.circles, strict=True) if turning]
        self.turning = sum(CHOOSING * len(part) ** 3 for part in circles if not all(self._plain(node) for node in part))
        """Steps that choosing within circles takes for one target, at least."""
        self.steps = 0
        """How many more may be taken; `TooMuchError` is raised after them."""
        self.patient = False
        """Whether as many may be taken as it needs."""
        self._inverses: dict[int, tuple[int, list[list[int]]]] = {}
        self._fractions: Walk | None = None

    def _plain(self, node: int) -> bool:
        return node in self.simple

    def _heights(self) -> list[int]:
        height: dict[int, int] = {}
        for part in self.walked.parts:
            above = (height[to] for node in part for row in self.rows[node] for to in row[0] if to in height)
            top = max(above, default=-1) + 1
            height.update((node, top if self.rows[part[0]] else 0) for node in part)
        return list(height.values())

    def least_steps(self, parties: Sequence[int]) -> int:
        """Steps that it takes at least to answer for those parties: all that stands below each."""
        reached: dict[int, int] = {}
        for at in range(len(self.walked.parts) - 1, -1, -1):
            part = self.walked.parts[at]
            mask = 0
            for node in part:
                mask |= 1 << node
                for held, _ in self.below.get(node, ()):
                    mask |= reached.get(held, 0)
            reached.update((node, mask) for node in part)
        return sum(reached[party].bit_count() for party in parties if party in reached) + 2 * self.turning * len(parties)

    def solved(self, fixed: Mapping[int, int]) -> dict[int, Value]:
        """The values of all nodes when those have nothing or the whole."""
        value: dict[int, Value] = dict.fromkeys(self.rows, 0)
        value.update((node, self.unit * one) for node, one in fixed.items() if node in value)
        for at in range(len(self.walked.parts)):
            self._solve(at, value, fixed)
        return value

    def again(self, known: Mapping[int, Value], fixed: Mapping[int, int], new: Mapping[int, int]) -> Value:
        """The value at the start when some more are given, all else as it was solved.

        Where nothing is to be chosen a change is passed on as it is, by the share; elsewhere the company is looked at again.
        """
        value = _Over(known)
        gained: dict[int, Value] = {}
        waiting: list[int] = []
        place, circles, whole, below = self.place, self.walked.circles, self.whole, self.below

        def pass_on(node: int, more: Value) -> None:
            for held, share in below.get(node, ()):
                at = place[held]
                if held in gained:
                    if share >= 0:
                        gained[held] += share * more
                elif held not in new and (share < 0 or held not in fixed):
                    gained[held] = share * more if share >= 0 else 0
                    heappush(waiting, at)

        for node, one in new.items():
            if node in known and known[node] != self.unit * one:
                value[node] = self.unit * one
        for node in list(value):
            pass_on(node, value[node] - known[node])
        given: dict[int, int] = {}
        before = -1
        while waiting:
            at = heappop(waiting)
            if at == before:
                continue
            before = at
            node = self.walked.parts[at][0]
            more = gained.get(node)
            if not circles[at] and more is not None and self._plain(node):
                self.steps -= 1
                found, rest = divmod(more, whole) if isinstance(more, int) else (more / whole, 0)
                more = Fraction(more, whole) if rest else found
                if more:
                    value[node] = known[node] + more
                    pass_on(node, more)
                continue
            given = given or {**fixed, **new}
            for changed in self._solve(at, value, given):
                pass_on(changed, value[changed] - known[changed])
        if self.steps < 0 and not self.patient:
            raise TooMuchError
        return value[self.start]

    def _solve(self, at: int, value: dict[int, Value], fixed: Mapping[int, int]) -> list[int]:
        """Solve one part; gives the nodes whose value changed."""
        part = self.walked.parts[at]
        self._take(1 if not self.walked.circles[at] else len(part) ** 2 + 4)
        if not self.walked.circles[at]:
            node = part[0]
            if node in fixed or not self.rows[node]:
                return []
            found = self._best(node, value)
            if found == value[node]:
                return []
            value[node] = found
            return [node]
        before = [value[node] for node in part]
        self._circle(at, part, value, fixed)
        return [node for node, was in zip(part, before, strict=True) if value[node] != was]

    def _best(self, node: int, value: Mapping[int, Value]) -> Value:
        rows = self.rows[node]
        total = min(_carried(row, value) for row in rows) if len(rows) > 1 else _carried(rows[0], value)
        if isinstance(total, int):
            found, rest = divmod(total, self.whole)
            return found if not rest else Fraction(total, self.whole)
        return total / self.whole

    def _circle(self, at: int, part: Sequence[int], value: dict[int, Value], fixed: Mapping[int, int]) -> None:
        if not all(self._plain(node) for node in part):
            self._choose(part, value, fixed)
            return
        inside = set(part)
        given = [node for node in part if node in fixed]
        known: list[Value] = []
        closed = True
        for node in part:
            to, low, _, _ = self.rows[node][0]
            known.append(sum(share * value[holder] for holder, share in zip(to, low, strict=True) if holder not in inside))
            closed = closed and inside.issuperset(to)
        if not any(known) and not any(value[node] for node in given):
            value.update((node, 0) for node in part if node not in fixed)
        elif closed or len(given) > 1:
            self._eliminate(part, known, value, fixed)
        else:
            self._turn(at, part, known, value, given)

    def _turn(self, at: int, part: Sequence[int], known: Sequence[Value], value: dict[int, Value], given: Sequence[int]) -> None:
        """By how often the walk comes by, and put right where one company of the circle is given."""
        times, inverse = self._inverse(at, part)
        scale = lcm(*(one.denominator for one in known))
        brought = [one.numerator * (scale // one.denominator) for one in known]
        unit = times * scale * self.whole
        free = [sum(turns * one for turns, one in zip(line, brought, strict=True) if one) for line in inverse]
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
            to, low, _, _ = self.rows[node][0]
            for holder, share in zip(to, low, strict=True):
                if holder in place:
                    line[place[holder]] = line.get(place[holder], 0) - Fraction(share, self.whole)
                elif holder in fixed and holder in part:
                    carried += Fraction(share, self.whole) * value[holder]
            lines.append(line)
            right.append(carried)
        value.update((node, Fraction(one)) for node, one in zip(asked, eliminated(lines, right), strict=True))

    def _inverse(self, at: int, part: Sequence[int]) -> tuple[int, list[list[int]]]:
        """How often the walk comes by each of the circle's companies, from each; a circle that it never leaves was met before.

        In whole numbers, and of what they are parts: a fraction for each product would be put in its lowest terms each time.
        """
        if at in self._inverses:
            return self._inverses[at]
        self._take(len(part) ** 3)
        size, place = len(part), {node: here for here, node in enumerate(part)}
        lines = []
        for here, node in enumerate(part):
            line = [Fraction(0)] * (2 * size)
            line[here] = line[size + here] = Fraction(1)
            to, low, _, _ = self.rows[node][0]
            for holder, share in zip(to, low, strict=True):
                if holder in place:
                    line[place[holder]] -= Fraction(share, self.whole)
            lines.append(line)
        for pivot in range(size):  # a walk that ends: the diagonal is never nothing
            head = lines[pivot][pivot]
            lines[pivot] = mine = [entry / head if entry else entry for entry in lines[pivot]]
            for here, line in enumerate(lines):
                if here != pivot and line[pivot]:
                    factor = line[pivot]
                    lines[here] = [entry - factor * other if other else entry for entry, other in zip(line, mine, strict=True)]
        times = lcm(*(entry.denominator for line in lines for entry in line[size:]))
        self._inverses[at] = times, [[entry.numerator * (times // entry.denominator) for entry in line[size:]] for line in lines]
        return self._inverses[at]

    def _take(self, steps: int) -> None:
        self.steps -= steps
        if self.steps < 0 and not self.patient:
            raise TooMuchError

    def _choose(self, part: Sequence[int], value: dict[int, Value], fixed: Mapping[int, int]) -> None:
        """The general case, in fractions: several ways to choose are each solved."""
        self._take(CHOOSING * len(part) ** 3)
        if self._fractions is None:
            ways: list[tuple[Way, ...]] = [()] * (max(self.rows) + 1)
            for node in self.rows:
                ways[node] = tuple(
                    tuple((to, Fraction(low, self.whole), Fraction(high, self.whole)) for to, low, high in way) for way in self.ways[node]
                )
            self._fractions = Walk(ways, self.walked.parts, self.walked.circles)
        every: list[int | Fraction | float] = [0] * (max(self.rows) + 1)
        for node in {to for held in part for row in self.rows[held] for to in row[0]}.union(part):
            every[node] = Fraction(value[node], self.unit)
        circle(self._fractions, [node for node in part if node not in fixed], every)
        for node in part:
            if node not in fixed:
                value[node] = Fraction(every[node]) * self.unit


class _Over(dict[int, Value]):
    """Values over others that stay as they are."""

    def __init__(self, known: Mapping[int, Value]) -> None:
        super().__init__()
        self.known = known

    def __missing__(self, node: int) -> Value:
        return self.known[node]


def _row(way: WholeWay, whole: int) -> Row:
    if not way:
        return (), (), None, 0
    to, low, high = zip(*way, strict=True)
    if low == high:
        return to, low, None, 0
    return to, low, tuple(most - least for least, most in zip(low, high, strict=True)), whole - sum(low)


def _carried(row: Row, value: Mapping[int, Value]) -> Value:
    """What the holders carry when everybody has the lowest, and what is left goes to those of least value."""
    to, low, room, left = row
    total: Value = 0
    for holder, share in zip(to, low, strict=True):
        one = value[holder]
        if one:
            total += share * one
    if room is None or left <= 0:
        return total
    for one, more in sorted((value[holder], more) for holder, more in zip(to, room, strict=True) if more):
        if left <= 0:
            break
        given = min(left, more)
        total += given * one
        left -= given
    return total
