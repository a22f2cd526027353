"""What a need asks for, one named requirement at a time, so that each can be blamed, priced or let go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.planner.plans import Requirement

if TYPE_CHECKING:
    from egide.planner.need import Need
    from egide.planner.shortlist import Candidates

ADMISSION, COUNTRIES, PROVIDERS, PLACES = "admission", "countries", "providers", "places"
ROUND_TRIP, TOGETHER, APART = "round-trip", "together", "apart"
SPARE_PROVIDER, SPARE_DISTANCE = "spare-provider", "spare-distance"
AT_LEAST_PROVIDERS, MOST_SHARE, BUDGET = "at-least-providers", "most-share", "budget"
SIZES = "sizes"
"""Nobody sells a machine that large, or nobody states its price."""


def requirements(need: Need, found: Candidates) -> tuple[Requirement, ...]:
    """All of them, in the order of the need. Admission stands for the law as a whole, component by component."""
    asked: list[Requirement] = []
    for component in need.components:
        in_the_way = {kind for kinds in found.broken[component.id].values() for kind in kinds}
        asked += [
            Requirement(kind, (component.id,), law=kind == ADMISSION)
            for kind in (ADMISSION, COUNTRIES, PROVIDERS, PLACES) if kind in in_the_way
        ]  # fmt: skip
    asked += [Requirement(ROUND_TRIP, (flow.source, flow.target)) for flow in need.flows if flow.round_trip_us is not None]
    asked += [Requirement(TOGETHER, group) for group in need.together]
    asked += [Requirement(APART, group) for group in need.apart]
    for component_id, spare_id, spare in need.spares:
        if spare.another_provider:
            asked.append(Requirement(SPARE_PROVIDER, (component_id, spare_id)))
        if spare.at_least_km:
            asked.append(Requirement(SPARE_DISTANCE, (component_id, spare_id)))
    if need.at_least_providers > 1:
        asked.append(Requirement(AT_LEAST_PROVIDERS))
    if need.most_share is not None:
        asked.append(Requirement(MOST_SHARE))
    if need.budget is not None:
        asked.append(Requirement(BUDGET))
    return tuple(dict.fromkeys(asked))
