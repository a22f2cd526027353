"""Which places may stand at the two ends of a limit: near enough for a round trip, far enough for a spare. Unknown is neither."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from egide.planner import requirements as asked
from egide.planner.plans import Requirement

if TYPE_CHECKING:
    from egide.planner.market import Market
    from egide.planner.need import Need


@dataclass(frozen=True, slots=True)
class Relation:
    """Two components whose places must suit each other."""

    requirement: Requirement
    one: str
    other: str
    suits: Callable[[str, str], bool]


def relations(need: Need, market: Market) -> Iterator[Relation]:
    """The round trips and the distances of spares."""
    for flow in need.flows:
        if flow.round_trip_us is not None:
            named = Requirement(asked.ROUND_TRIP, (flow.source, flow.target))
            yield Relation(named, flow.source, flow.target, _within(market, flow.round_trip_us))
    for component, spare, where in need.spares:
        if where.at_least_km:
            yield Relation(Requirement(asked.SPARE_DISTANCE, (component, spare)), component, spare, _beyond(market, where.at_least_km))


def _within(market: Market, most_us: int) -> Callable[[str, str], bool]:
    def suits(one: str, other: str) -> bool:
        taken = market.round_trip_us(one, other)
        return taken is not None and taken <= most_us

    return suits


def _beyond(market: Market, least_km: int) -> Callable[[str, str], bool]:
    def suits(one: str, other: str) -> bool:
        away = market.distance_km(one, other)
        return away is not None and away >= least_km

    return suits


def by_partners(
    relation: Relation, ones: Iterable[str], others: Iterable[str], *, swapped: bool = False
) -> dict[frozenset[str], list[str]]:
    """Places of one end in groups that suit the same places of the other end."""
    others = list(others)
    groups: dict[frozenset[str], list[str]] = {}
    for one in ones:
        partners = frozenset(other for other in others if (relation.suits(other, one) if swapped else relation.suits(one, other)))
        groups.setdefault(partners, []).append(one)
    return groups
