"""Exact bounds of a walk whose steps are only known within ranges: an interval Markov chain.

From a company the walk goes up to a holder with the chance that its share is. When shares are ranges, whoever fills in
the figures may choose them within the ranges as long as they make 100 %; this finds the least chance, over all
choices, that the walk ever meets a target, and by turning the question round, the greatest. Where the walk may be held in a
circle for ever it meets nothing.

Robust value iteration (Nilim and El Ghaoui 2005; Givan, Leach and Dean 2000), by policies, one strongly connected part
after the other: on a part without circle one step is exact, and else each policy is solved by elimination, so that the result
is exact in fractions. Companies from which somebody can choose never to meet the target are set apart first: without
that, choosing between values that are equal would stop at an answer that is too high (Forejt et al. 2011, section 4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

Number = float | Fraction
Step = tuple[int, Number, Number]
"""To whom, with what least and greatest chance."""
Way = tuple[Step, ...]
"""Steps among which the chances make one."""
WholeWay = tuple[tuple[int, int, int], ...]
"""The same in whole numbers, of which so many make one."""
Inverse = tuple[int, list[list[int]]]
"""The parts of one, and how often a walk comes by each company of a circle, from each, in those parts."""
CLOSE = 1e-15


@dataclass(frozen=True, slots=True)
class Walk:
    """The ways that may be chosen from each node, and its strongly connected parts, those above first."""

    ways: Sequence[tuple[Way, ...]]
    parts: tuple[tuple[int, ...], ...]
    circles: tuple[bool, ...]


def walk(ways: Sequence[tuple[Way, ...]], start: int | None = None) -> Walk:
    """The walk, or what can be reached of it, with its parts in the order in which they can be solved."""
    above = [sorted({step[0] for way in some for step in way}) for some in ways]
    parts = components(above, None if start is None else [start])
    return Walk(ways, parts, tuple(len(part) > 1 or part[0] in above[part[0]] for part in parts))


def least(walked: Walk, fixed: Sequence[Number | None]) -> list[Number]:
    """The least chance to meet what is fixed at one, for each node that the walk reaches."""
    value: list[Number] = [0 if one is None else one for one in fixed]
    for part, turning in zip(walked.parts, walked.circles, strict=True):
        if not turning:
            node = part[0]
            if fixed[node] is None:
                value[node] = min((_least(way, value) for way in walked.ways[node]), default=0)
        else:
            circle(walked, [node for node in part if fixed[node] is None], value)
    return value


def greatest(walked: Walk, fixed: Sequence[Number | None]) -> list[Number]:
    """The greatest chance to meet what is fixed at one, or never to leave a circle."""
    other = least(walked, [None if one is None else 1 - one for one in fixed])
    return [1 - one for one in other]


def _least(way: Way, value: Sequence[Number]) -> Number:
    total: Number = 0
    ranged = False
    for to, low, high in way:
        if low != high:
            ranged = True
            break
        if value[to]:
            total += low * value[to]
    if not ranged:
        return total
    return sum(((chance * value[to]) for to, chance in _chosen(way, value)), start=Fraction(0) if isinstance(way[0][1], Fraction) else 0.0)


def _chosen(way: Way, value: Sequence[Number]) -> list[tuple[int, Number]]:
    """The chances that make the sum least: everybody's lowest, and what is left to the lowest values first."""
    left: Number = 1 - sum(low for _, low, _ in way)
    chosen = []
    for to, low, high in sorted(way, key=lambda step: value[step[0]]):
        more = min(left, high - low) if left > 0 else 0
        left -= more
        chosen.append((to, low + more))
    return chosen


def circle(walked: Walk, nodes: list[int], value: list[Number]) -> None:
    """Solve one part whose companies hold one another."""
    for node in nodes:
        value[node] = 0
    open_ = _cannot_avoid(walked, nodes, value)
    policy = {node: _best(walked, node, value)[1] for node in open_}
    while open_:
        for node, solved in zip(open_, _solved(open_, policy, value), strict=True):
            value[node] = solved
        better = False
        for node in open_:
            found, choice = _best(walked, node, value)
            if found < value[node] - (0 if isinstance(found, Fraction) else CLOSE):
                policy[node], better = choice, True
        if not better:
            return


def _best(walked: Walk, node: int, value: Sequence[Number]) -> tuple[Number, list[tuple[int, Number]]]:
    choices = [_chosen(way, value) for way in walked.ways[node]]
    sums = [sum((chance * value[to] for to, chance in choice), start=choice[0][1] * 0) if choice else 0 for choice in choices]
    best = min(range(len(sums)), key=sums.__getitem__)
    return sums[best], choices[best]


def _cannot_avoid(walked: Walk, nodes: list[int], value: Sequence[Number]) -> list[int]:
    """The companies from which every choice leads to the target with some chance."""
    found: set[int] = set()
    while True:
        new = {node for node in nodes if node not in found and all(_must(way, found, value) for way in walked.ways[node])}
        if not new:
            return sorted(found)
        found |= new


def _must(way: Way, found: set[int], value: Sequence[Number]) -> bool:
    elsewhere: Number = 0
    for to, low, high in way:
        if to in found or value[to] > 0:
            if low > 0:
                return True
        else:
            elsewhere += high
    return elsewhere < 1 - (0 if isinstance(elsewhere, Fraction) else CLOSE)


def _solved(nodes: list[int], policy: dict[int, list[tuple[int, Number]]], value: Sequence[Number]) -> list[Number]:
    """The values under one policy: sparse elimination, exact when the chances are."""
    place = {node: index for index, node in enumerate(nodes)}
    lines: list[dict[int, Number]] = []
    known: list[Number] = []
    for index, node in enumerate(nodes):
        line: dict[int, Number] = {index: 1}
        constant: Number = 0
        for to, chance in policy[node]:
            if to in place:
                line[place[to]] = line.get(place[to], 0) - chance
            else:
                constant += chance * value[to]
        lines.append(line)
        known.append(constant)
    return eliminated(lines, known)


def eliminated(lines: list[dict[int, Number]], known: list[Number]) -> list[Number]:
    """Solve the system; the matrix is that of a walk that ends, so the diagonal is a safe pivot."""
    size = len(lines)
    for pivot in range(size):
        line = lines[pivot]
        head = line[pivot]
        for below in range(pivot + 1, size):
            factor = lines[below].pop(pivot, None)
            if not factor:
                continue
            factor = factor / head
            target = lines[below]
            for column, entry in line.items():
                if column > pivot:
                    target[column] = target.get(column, 0) - factor * entry
            known[below] -= factor * known[pivot]
    found: list[Number] = [0] * size
    for pivot in reversed(range(size)):
        rest = sum((entry * found[column] for column, entry in lines[pivot].items() if column > pivot), start=known[pivot] * 0)
        found[pivot] = (known[pivot] - rest) / lines[pivot][pivot]
    return found


def inverted(equations: Sequence[Sequence[int]], whole: int) -> Inverse | None:
    """The inverse of the lines as parts of the whole, by elimination without fractions (Bareiss 1968); None when there is none.

    The lines are those of a walk: a pivot is nothing only where nobody leaves.
    """
    size, before = len(equations), 1
    lines = [[*line, *[int(here == at) for here in range(size)]] for at, line in enumerate(equations)]
    for pivot in range(size):
        mine = lines[pivot]
        head = mine[pivot]
        if head <= 0:
            return None
        for here, line in enumerate(lines):
            if here != pivot:
                factor = line[pivot]
                lines[here] = [(head * entry - factor * other) // before for entry, other in zip(line, mine, strict=True)]
        before = head
    common = gcd(before, *[whole * entry for line in lines for entry in line[size:]])
    return before // common, [[whole * entry // common for entry in line[size:]] for line in lines]


def components(above: Sequence[Sequence[int]], roots: Sequence[int] | None = None) -> tuple[tuple[int, ...], ...]:
    """Strongly connected parts, each after all that it leads to (Tarjan 1972, without recursion)."""
    number = [-1] * len(above)
    low = [0] * len(above)
    on_stack = [False] * len(above)
    stack: list[int] = []
    parts: list[tuple[int, ...]] = []
    count = 0
    for root in range(len(above)) if roots is None else roots:
        if number[root] >= 0:
            continue
        number[root] = low[root] = count
        count += 1
        stack.append(root)
        on_stack[root] = True
        path = [(root, iter(above[root]))]
        while path:
            node, rest = path[-1]
            for to in rest:
                if number[to] < 0 and not above[to]:
                    number[to] = count
                    count += 1
                    parts.append((to,))
                elif number[to] < 0:
                    number[to] = low[to] = count
                    count += 1
                    stack.append(to)
                    on_stack[to] = True
                    path.append((to, iter(above[to])))
                    break
                elif on_stack[to] and number[to] < low[node]:
                    low[node] = number[to]
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
                if low[node] == number[node]:
                    part = []
                    while True:
                        member = stack.pop()
                        on_stack[member] = False
                        part.append(member)
                        if member == node:
                            break
                    parts.append(tuple(sorted(part)))
    return tuple(parts)
