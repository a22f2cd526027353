"""Places of one provider that another place of it can always stand for: left out before the solver sees them.

One place stands for another when it costs no more, charges no more for what leaves, and has at least the same partners in every limit
that the component is in. Exact: from any plan that uses the other, the swap gives a plan that costs no more. A component that must share a
place with others is left alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from egide.planner import requirements as asked
from egide.planner.nearness import relations, set_of
from egide.planner.plans import Requirement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.planner.market import Market
    from egide.planner.need import Need
    from egide.planner.plans import Placement

Options = dict[str, dict[str, "Placement"]]


def pruned(
    need: Need, market: Market, options: Mapping[str, Mapping[str, Placement]], dropped: frozenset[Requirement] = frozenset(),
    broken: Mapping[str, Mapping[str, tuple[str, ...]]] | None = None,
) -> Options:
    """The options that are not stood for.

    With ``broken``, options may break requirements (by component and place), and what can hold is asked, not what it costs: a place then
    stands for another when it breaks no more, whatever its price.
    """
    bound = {name for group in need.together if Requirement(asked.TOGETHER, group) not in dropped for name in group}
    partners = _partners(need, market, options, dropped)
    sends = {flow.source for flow in need.flows if flow.milli_gb}
    kept: Options = {}
    for component, places in options.items():
        if component in bound:
            kept[component] = dict(places)
            continue
        by_provider: dict[str, list[str]] = defaultdict(list)
        for place in places:
            by_provider[market.places[place].provider].append(place)
        chosen: set[str] = set()
        for here in by_provider.values():
            chosen.update(_undominated(here, _merits(component, places, partners, market, sends=component in sends, broken=broken)))
        kept[component] = {place: cost for place, cost in places.items() if place in chosen}
    return kept


def _partners(
    need: Need, market: Market, options: Mapping[str, Mapping[str, Placement]], dropped: frozenset[Requirement]
) -> dict[tuple[str, str], list[int]]:
    """For each component and place: a bit set of suitable partners for each limit it is in."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for relation in relations(need, market):
        if relation.requirement in dropped:
            continue
        for here, there in ((relation.one, relation.other), (relation.other, relation.one)):
            partners = set_of(options[there], market)
            for place in options[here]:
                found[here, place].append(relation.partners(place) & partners)
    return found


@dataclass(frozen=True, slots=True)
class _Merit:
    """What a place is compared by."""

    cost: int
    egress: float
    partners: tuple[int, ...]
    breaks: frozenset[str]

    def stands_for(self, other: _Merit) -> bool:
        """Whether any plan may use this place instead of the other."""
        return (
            self.cost <= other.cost and self.egress <= other.egress and self.breaks <= other.breaks
            and all(theirs & ~own == 0 for own, theirs in zip(self.partners, other.partners, strict=True))
        )  # fmt: skip


def _merits(
    component: str, places: Mapping[str, Placement], partners: Mapping[tuple[str, str], list[int]], market: Market,
    *, sends: bool, broken: Mapping[str, Mapping[str, tuple[str, ...]]] | None,
) -> dict[str, _Merit]:  # fmt: skip
    merits: dict[str, _Merit] = {}
    for place, cost in places.items():
        stated = market.places[place].tariffs.egress
        egress = 0 if not sends or (stated is not None and broken is not None) else float("inf") if stated is None else stated
        breaks = frozenset(broken[component].get(place, ())) if broken is not None else frozenset[str]()
        merits[place] = _Merit(0 if broken is not None else cost.cost, egress, tuple(partners.get((component, place), ())), breaks)
    return merits


def _undominated(here: list[str], merits: Mapping[str, _Merit]) -> list[str]:
    def most_promising(place: str) -> tuple[object, ...]:
        merit = merits[place]
        return merit.cost, merit.egress, len(merit.breaks), -sum(bits.bit_count() for bits in merit.partners), place

    kept: list[str] = []
    for place in sorted(here, key=most_promising):
        if not any(merits[other].stands_for(merits[place]) for other in kept):
            kept.append(place)
    return kept
