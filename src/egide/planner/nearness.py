"""Which places may stand at the two ends of a limit: near enough for a round trip, far enough for a spare. Unknown is neither."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from egide.planner import requirements as asked
from egide.planner.plans import Requirement

if TYPE_CHECKING:
    from egide.planner.market import Market
    from egide.planner.need import Need


@dataclass(frozen=True, slots=True)
class Relation:
    """Two components whose places must suit each other; the same seen from either end."""

    requirement: Requirement
    one: str
    other: str
    partners: Callable[[str], int]
    """From a place to the set of places, by their bits in the market, that suit it at the other end."""


def relations(need: Need, market: Market) -> Iterator[Relation]:
    """The round trips and the distances of spares."""
    for flow in need.flows:
        if flow.round_trip_us is not None:
            named = Requirement(asked.ROUND_TRIP, (flow.source, flow.target))
            yield Relation(named, flow.source, flow.target, partial(market.within_us, most_us=flow.round_trip_us))
    for component, spare, where in need.spares:
        if where.at_least_km:
            named = Requirement(asked.SPARE_DISTANCE, (component, spare))
            yield Relation(named, component, spare, partial(market.beyond_km, least_km=where.at_least_km))


def set_of(places: Iterable[str], market: Market) -> int:
    """The places as a set of bits."""
    bits, made = market.bits, 0
    for place in places:
        made |= bits[place]
    return made


def by_partners(relation: Relation, ones: Iterable[str], others: Iterable[str], market: Market) -> list[tuple[list[str], list[str]]]:
    """Places of one end in groups that suit the same places of the other end, each with those."""
    others = list(others)
    every, bits = set_of(others, market), market.bits
    groups: dict[int, list[str]] = {}
    for one in ones:
        groups.setdefault(relation.partners(one) & every, []).append(one)
    return [(places, [other for other in others if bits[other] & partners]) for partners, places in groups.items()]
