"""The chains of holdings that make an answer, the heaviest first, each with who said its links."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from egide.ownership.answers import Bounds, Chain, Link
from egide.ownership.figures import shortest
from egide.ownership.holdings import Origin, Power, Range, Right
from egide.ownership.subgraph import INSIDE, Hold

if TYPE_CHECKING:
    from collections.abc import Collection

    from egide.ownership.control import Control
    from egide.ownership.graph import Graph
    from egide.ownership.subgraph import Sub

MOST_CHAINS = 10
MOST_LOOKED_AT = 400
LIGHTEST = 1e-6
"""Chains that carry less than a ten-thousandth of one per cent are not looked for."""


@dataclass(slots=True)
class Sources:
    """Who said what, for links."""

    graph: Graph
    sub: Sub
    links: dict[Right, dict[tuple[int, int], Link]] = field(default_factory=lambda: {right: {} for right in Right})
    origins: dict[tuple[int, int], Origin] | None = None
    """Of the first statement on each holding, by places in the graph: company, and holder."""

    def link(self, held: int, hold: Hold, right: Right) -> Link:
        """One step upwards by a share."""
        links, key = self.links[right], (held, hold.holder)
        known = links.get(key)
        if known is None:
            how = "concert" if hold.holder in self.sub.concerts.get(held, ()) else str(right)
            share, origin = per_cent(self.sub, hold.low, hold.high), self.origin(held, hold.holder)
            known = links[key] = Link(self.sub.ids[hold.holder], self.sub.ids[held], how, share, origin)
        return known

    def origin(self, held: int, holder: int) -> Origin | None:
        """Who said so first."""
        if self.origins is None:
            self.origins = self._origins()
        return self.origins.get((self.sub.places[held], self.sub.places[holder]))

    def _origins(self) -> dict[tuple[int, int], Origin]:
        """Of all holdings above the company, taken out of the graph together."""
        made, companies = self.graph, [place for place in self.sub.places if place >= 0]
        start, end = made.start[companies].tolist(), made.start[[place + 1 for place in companies]].tolist()
        edges = [edge for first, last in zip(start, end, strict=True) for edge in range(first, last)]
        said = zip(made.held[edges].tolist(), made.holder[edges].tolist(), made.row[edges].tolist(), strict=True)
        return {(held, holder): made.rows[row].origin for held, holder, row in said if row >= 0}

    def power(self, held: int, holder: int, power: Power) -> Link:
        """One step upwards by a power."""
        said = self.graph.powers.get(self.sub.places[held], [])
        origin = next((one.origin for party, one in said if party == self.sub.places[holder] and one.power is power), None)
        return Link(self.sub.ids[holder], self.sub.ids[held], str(power), None, origin)


def per_cent(sub: Sub, low: int, high: int) -> Range:
    """Units as a range in per cent, to the last digit."""
    return _per_cent(sub.closed(low), sub.closed(high), sub.whole, low % INSIDE != 0, high % INSIDE != 0)


@lru_cache(maxsize=65_536)
def _per_cent(low: int, high: int, whole: int, low_open: bool, high_open: bool) -> Range:
    least = shortest(Fraction(100 * low, whole))
    return Range(least, least if low == high else shortest(Fraction(100 * high, whole)), low_open, high_open)


class _Way(NamedTuple):
    """A way upwards: the companies on it, its links, and what it carries, in units to the power of its steps."""

    met: tuple[int, ...]
    links: tuple[Link, ...]
    low: int
    high: int
    steps: int


Step = tuple[tuple[int, "Hold"], ...]
"""A hold, or two where a concert stands between: company, and who holds it."""


def heaviest(sources: Sources, right: Right, parties: Collection[int]) -> dict[int, list[Chain]]:
    """For each of the parties, the chains from the company up to it that carry most, at most ten."""
    whole, found = sources.sub.whole, dict[int, list[Chain]]()
    steps: dict[int, list[Step]] = {}
    waiting: list[tuple[float, int, int, _Way, Step]] = [(-1.0, 0, 0, _Way((), (), 1, 1, 0), ())]
    made = 0
    for _ in range(MOST_LOOKED_AT):
        if not waiting:
            break
        weight, _, node, below, last = heappop(waiting)
        way = _further(sources, right, below, last) if last else below
        if last and node in parties and len(found.setdefault(node, [])) < MOST_CHAINS:
            found[node].append(_chain(sources.sub, way))
        if node not in steps:
            steps[node] = _steps(sources.sub, right, node)
        for step in steps[node]:
            hold = step[-1][1]
            heavier = weight * hold.high / whole
            if heavier < -LIGHTEST and hold.holder not in way.met:
                made += 1
                heappush(waiting, (heavier, made, hold.holder, way, step))
    return found


def _steps(sub: Sub, right: Right, node: int) -> list[Step]:
    """Whoever holds the company, members of a concert instead of the concert."""
    parts, steps = sub.parts[right], list[Step]()
    for hold in sub.rows[right][node]:
        if hold.holder in parts:
            steps += [((node, hold), (hold.holder, part)) for part in parts[hold.holder] if part.holder != node]
        elif hold.holder != node:
            steps.append(((node, hold),))
    return steps


def _further(sources: Sources, right: Right, way: _Way, step: Step) -> _Way:
    """A step through a concert carries what its member has, not what the concert has and then a part of it."""
    sub = sources.sub
    met, links, low, high, steps = way
    for held, hold in step:
        met, links = (*met, held), (*links, sources.link(held, hold, right))
        if hold.holder not in sub.concerts:
            low, high, steps = low * (sub.closed(hold.low) // INSIDE), high * (sub.closed(hold.high) // INSIDE), steps + 1
    return _Way(met, links, low, high, steps)


def _chain(sub: Sub, way: _Way) -> Chain:
    whole = (sub.whole // INSIDE) ** way.steps
    least = Fraction(way.low, whole)
    return Chain(way.links, Bounds(least, least if way.low == way.high else Fraction(way.high, whole)))


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
