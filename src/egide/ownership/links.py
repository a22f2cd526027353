"""Every direct holding and power above a company, for its picture and table: also what is shown and never counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

from egide.ownership.answers import Link
from egide.ownership.figures import shortest
from egide.ownership.holdings import Nature, Range, Right
from egide.ownership.subgraph import INSIDE, Role

if TYPE_CHECKING:
    from egide.ownership.graph import Graph
    from egide.ownership.holdings import Holding, Origin, Power
    from egide.ownership.subgraph import Hold, Sub

RIGHTS = Right.CAPITAL, Right.VOTES
SHOWN = (Nature.PLEDGE, Nature.OPTION, Nature.CONVERTIBLE)
"""Natures that have a link of their own; options and convertibles count fully diluted, a pledge never."""


@dataclass(slots=True)
class Sources:
    """Who said what, for links."""

    graph: Graph
    sub: Sub
    known: dict[Right, _Known] = field(init=False)
    """By right, and by company and holder."""
    shares: dict[tuple[int, int], Range] = field(default_factory=dict)
    """What was put into per cent before."""
    origins: dict[tuple[int, int], Origin] | None = None
    """Of the first statement on each holding, by places in the graph: company, and holder."""

    def __post_init__(self) -> None:
        self.known = {right: _Known(self, right) for right in RIGHTS}

    def link(self, held: int, hold: Hold, right: Right) -> Link:
        """One step upwards by a share."""
        known = self.known[right].get((held, hold[0]))
        if known is None:
            known = self.known[right][held, hold[0]] = self._link(held, hold, right, *self._said(held, hold))
        return known

    def of_both(self, held: int, row: list[Hold]) -> list[Link]:
        """The links of holders who have the same capital and votes: all by capital, then all by votes."""
        sub, found = self.sub, list[Link]()
        company, (capital, votes) = sub.ids[held], self.known.values()
        for hold in row:
            share, origin = self._said(held, hold)
            holder = sub.ids[hold[0]]
            capital[held, hold[0]] = one = Link(holder, company, "capital", share, origin)
            votes[held, hold[0]] = Link(holder, company, "votes", share, origin)
            found.append(one)
        return found + [votes[held, hold[0]] for hold in row]

    def _link(self, held: int, hold: Hold, right: Right, share: Range, origin: Origin | None) -> Link:
        sub, holder = self.sub, hold[0]
        how = "concert" if sub.concerts and holder in sub.concerts.get(held, ()) else right.value
        return Link(sub.ids[holder], sub.ids[held], how, share, origin)

    def _said(self, held: int, hold: Hold) -> tuple[Range, Origin | None]:
        holder, low, high = hold
        share = self.shares.get((low, high))
        if share is None:
            share = self.shares[low, high] = per_cent(self.sub, low, high)
        if self.origins is None:
            self.origins = self._origins()
        places = self.sub.places
        return share, self.origins.get((places[held], places[holder]))

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


class _Known(dict[tuple[int, int], Link]):
    """The links of one right, by company, or concert, and holder."""

    def __init__(self, sources: Sources, right: Right) -> None:
        super().__init__()
        self.sources, self.right = sources, right

    def __missing__(self, key: tuple[int, int]) -> Link:
        held, holder = key
        sub = self.sources.sub
        row = sub.parts[self.right].get(held, sub.rows[self.right][held])
        return self.sources.link(held, next(hold for hold in row if hold[0] == holder), self.right)


def per_cent(sub: Sub, low: int, high: int) -> Range:
    """Units as a range in per cent, to the last digit."""
    return _per_cent(sub.closed(low), sub.closed(high), sub.whole, low % INSIDE != 0, high % INSIDE != 0)


@lru_cache(maxsize=65_536)
def _per_cent(low: int, high: int, whole: int, low_open: bool, high_open: bool) -> Range:
    least = shortest(Fraction(100 * low, whole))
    return Range(least, least if low == high else shortest(Fraction(100 * high, whole)), low_open, high_open)


def links(sources: Sources) -> tuple[Link, ...]:
    """From the company upwards, each company's holders by weight."""
    found: list[Link] = []
    sub, instruments, powers = sources.sub, _instruments(sources.graph), sources.graph.powers
    capital, votes = sub.rows[Right.CAPITAL], sub.rows[Right.VOTES]
    for held, role in enumerate(sub.role):
        if role is not Role.COMPANY:
            continue
        if capital[held] is votes[held] and not sub.concerts:
            found += sources.of_both(held, _by_weight(sub, capital[held]))
        else:
            for right in RIGHTS:
                row = _by_weight(sub, sub.parts[right].get(held, sub.rows[right][held]))
                found += [sources.link(held, hold, right) for hold in row]
        if said := powers.get(sub.places[held]):
            found += [sources.power(held, sub.local[holder], one.power) for holder, one in said if holder in sub.local]
        if shown := instruments.get(sub.ids[held]):
            found += [_shown(one) for one in sorted(shown, key=attrgetter("holder", "nature"))]
    return tuple(found)


def _by_weight(sub: Sub, row: list[Hold]) -> list[Hold]:
    """The holders of a company, without what is nobody's."""
    kept = [hold for hold in row if sub.role[hold[0]] is not Role.FLOAT or not sub.ids[hold[0]].startswith("rounding:")]
    return sorted(kept, key=lambda hold: (-hold[2], sub.ids[hold[0]])) if len(kept) > 1 else kept


def _shown(one: Holding) -> Link:
    return Link(one.holder, one.held, str(one.nature), one.capital or one.votes, one.origin)


def _instruments(made: Graph) -> dict[str, list[Holding]]:
    """Pledges, options and convertibles by company, found once."""
    if made.instruments is None:
        made.instruments = {}
        for one in made.rows:
            if one.nature in SHOWN:
                made.instruments.setdefault(one.held, []).append(one)
    return made.instruments
