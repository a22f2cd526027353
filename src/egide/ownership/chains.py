"""The chains of holdings that make an answer, the heaviest first, each with who said its links."""

from __future__ import annotations

from fractions import Fraction
from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from egide.ownership.answers import Bounds, Chain, Link
from egide.ownership.holdings import Right
from egide.ownership.subgraph import INSIDE

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from egide.ownership.control import Control
    from egide.ownership.links import Sources
    from egide.ownership.parts import Parts
    from egide.ownership.subgraph import Sub

MOST_CHAINS = 10
MOST_LOOKED_AT = 400
LIGHTEST = 1e-6
"""Chains that carry less than a ten-thousandth of one per cent are not looked for."""

CLOSE = 1e-11
"""Chains nearer to one another than this may carry the same, as far as their order is concerned."""

Way = tuple[tuple[int, ...], int, int, int]
"""A way upwards: the company and whom it comes by; the least and the most that it carries, in units to the power of its steps; and how
many these are, where somebody has all of a company not counted."""


class Step(NamedTuple):
    """A hold, or two where a concert stands between."""

    holder: int
    met: tuple[int, ...]
    weight: int
    """The most that the holder has, an open end a hair inside."""
    low: int
    high: int


def chains(sources: Sources, rights: Sequence[Right], parties: Collection[int], parts: Parts) -> dict[int, tuple[Chain, ...]]:
    """For each of the parties, the chains up to it that carry most, at most ten; where both rights carry the same, once."""
    sub, steps = sources.sub, dict[int, list[Step]]()
    rows, others = sub.rows[rights[0]], sub.rows[rights[-1]]
    found = heaviest(sub, rights[0], parties, steps)
    said = {party: [(way, rights[0]) for way in ways] for party, ways in found.items()}
    for right in rights[1:]:
        alike = {} if sub.concerts else {node: some for node, some in steps.items() if rows[node] is others[node]}
        for party, ways in heaviest(sub, right, parties, alike).items():
            known = found.get(party)
            if known != ways:
                more = [(way, right) for way in ways if known is None or not any(_same(way, one, sub.whole // INSIDE) for one in known)]
                said[party] = [*said.get(party, ()), *more]
    powers = _Powers(parts.unit, sub.whole // INSIDE)
    steps_of = {right: _Links(sources, right) for right in rights}
    told: dict[int, tuple[Chain, ...]] = {}
    for party, ways_of in said.items():
        every = ways_of
        if len(every) == 2 and abs(apart := _much(every[1][0], powers) - _much(every[0][0], powers)) > CLOSE:
            every = every[::-1] if apart > 0 else every
        elif len(every) > 1:
            every = sorted(every, key=lambda one: _order(sub, one[0], powers))
        told[party] = tuple([Chain(steps_of[right][way[0]], _share(way, parts, powers)) for way, right in every[:MOST_CHAINS]])
    return told


class _Links(dict[tuple[int, ...], tuple[Link, ...]]):
    """The links of each way, which are those of the way before its last holder, and one more."""

    def __init__(self, sources: Sources, right: Right) -> None:
        super().__init__({(0,): ()})
        self.known = sources.known[right]

    def __missing__(self, met: tuple[int, ...]) -> tuple[Link, ...]:
        last = len(met) - 1
        while met[:last] not in self:
            last -= 1
        for end in range(last + 1, len(met) + 1):
            found = self[met[:end]] = (*self[met[: end - 1]], self.known[met[end - 2], met[end - 1]])
        return found


class _Powers(dict[int, tuple[int, int]]):
    """By steps: of how many parts of one they make units, and how many of the common parts each of these is, if that is whole."""

    def __init__(self, unit: int, whole: int) -> None:
        super().__init__()
        self.unit, self.whole = unit, whole

    def __missing__(self, steps: int) -> tuple[int, int]:
        power = self.whole**steps
        times, rest = divmod(self.unit, power)
        found = self[steps] = power, 0 if rest else times
        return found


def _share(way: Way, parts: Parts, powers: _Powers) -> Bounds:
    _, low, high, steps = way
    whole, times = powers[steps]
    share = parts.points.get(low * times) if low == high and times else None
    if share is None:
        least = Fraction(low, whole)
        share = Bounds(least, least if low == high else Fraction(high, whole))
    return share


def _order(sub: Sub, way: Way, powers: _Powers) -> tuple[float, int, list[str]]:
    return -round(_much(way, powers), 12), len(way[0]), [sub.ids[party] for party in way[0]]


def _much(way: Way, powers: _Powers) -> float:
    return way[2] / powers[way[3]][0]


def _same(one: Way, other: Way, whole: int) -> bool:
    """Whether two ways come by the same, and carry the same."""
    if one[0] != other[0] or one[3] == other[3]:
        return one == other
    times: int = whole ** other[3]
    others: int = whole ** one[3]
    return one[1] * times == other[1] * others and one[2] * times == other[2] * others


def heaviest(sub: Sub, right: Right, parties: Collection[int], steps: dict[int, list[Step]]) -> dict[int, list[Way]]:
    """For each of the parties, the ways from the company up to it that carry most, the heaviest first.

    ``steps`` are those that are known, by company; the others are put there.
    """
    whole, units, found, made = sub.whole, sub.whole // INSIDE, dict[int, list[Way]](), 0
    waiting: list[tuple[float, int, Way, Step]] = [(-1.0, 0, ((), 1, 1, 0), Step(0, (0,), whole, units, units))]
    for _ in range(MOST_LOOKED_AT):
        if not waiting:
            break
        weight, first, (met, low, high, count), (node, new, _, step_low, step_high) = heappop(waiting)
        met = met + new
        if step_low != units:
            low, high, count = low * step_low, high * step_high, count + 1
        way = met, low, high, count
        if first and node in parties:
            mine = found.get(node)
            if mine is None:
                found[node] = [way]
            elif len(mine) < MOST_CHAINS:
                mine.append(way)
        some = steps.get(node)
        if some is None:
            some = steps[node] = _steps(sub, right, node)
        for step in some:
            heavier = weight * step[2] / whole
            if heavier < -LIGHTEST and step[0] not in met:
                made += 1
                heappush(waiting, (heavier, made, way, step))
    return found


def _steps(sub: Sub, right: Right, node: int) -> list[Step]:
    """Whoever holds the company, members of a concert instead of the concert.

    A step through a concert carries what its member has, not what the concert has and then a part of it.
    """
    row, parts, half = sub.rows[right][node], sub.parts[right], INSIDE // 2
    steps: list[Step] = []
    for hold in row:
        known = parts.get(hold[0])
        for holder, low, high in (hold,) if known is None else known:
            met = (holder,) if known is None else (hold[0], holder)
            steps.append(Step(holder, met, high, (low + half) // INSIDE, (high + half) // INSIDE))
    return steps


def of_control(sources: Sources, control: Control, party: int, company: int = 0) -> Chain:
    """How the party controls, or may control, the company: by the heaviest hold of its own side at each step upwards."""
    sub = sources.sub
    group = {party} | control.possible.get(party, frozenset())
    links: list[Link] = []
    node, met = company, {company}
    while node != party:
        powers = [(holder, power) for holder, held, power in sub.powers if held == node and holder in group and holder not in met]
        holds = [hold for hold in sub.rows[Right.VOTES][node] if hold.holder in group and hold.holder not in met]
        best = max(holds, key=lambda hold: (hold.low, hold.high, -hold.holder), default=None)
        members = [one for one in sub.concerts.get(node, ()) if one in group and one not in met]
        if powers and (best is None or 2 * best.low <= sub.whole):
            node, link = powers[0][0], sources.power(node, *powers[0])
        elif members:
            node, link = members[0], Link(sub.ids[members[0]], sub.ids[node], "concert", None, None)
        elif best is not None:
            link = sources.link(node, best, Right.VOTES)
            if node not in (control.counted if node in control.certain.get(party, ()) else control.countable).get(party, ()):
                link = Link(link.holder, link.held, "presumed", link.share, link.origin)
            node = best.holder
        else:
            break
        met.add(node)
        links.append(link)
    return Chain(tuple(links), None)
