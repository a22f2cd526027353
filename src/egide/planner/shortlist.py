"""Where each component could run, the cheapest machine for it there, and why every other place lost.

Inside one place machines differ only by what they cost, so the cheapest that is large enough is enough: exact, not a heuristic. Places of
one provider are then pruned where another is at least as good in everything that the need looks at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from egide.planner.costs import placement, to_internet, unstated
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.planner.market import Machine, Market, Place
    from egide.planner.need import Component, Need
    from egide.planner.plans import Placement

Admission = Callable[[str, str], "Reason | None"]
"""Component and place to the law's refusal; None when it may run there."""

Choice = tuple["Machine | None", "Reason | None"]
"""The cheapest machine that is large enough, or why there is none; neither where none is needed."""
TARIFFS = {
    "block": N_("the price of block storage is not stated there"), "object": N_("the price of object storage is not stated there"),
    "load_balancer": N_("the price of a load balancer is not stated there"),
    "control_plane": N_("the price of a control plane is not stated there"),
    "egress": N_("the price of outgoing traffic is not stated there"),
}


@dataclass(slots=True)
class Candidates:
    """By component, then by place."""

    kept: dict[str, dict[str, Placement]] = field(default_factory=dict)
    refused: dict[str, dict[str, Reason]] = field(default_factory=dict)
    broken: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    """Where it fits and is priced, but which requirements stand in the way: ``admission``, ``countries``, ``providers``, ``places``."""
    would: dict[str, dict[str, Placement]] = field(default_factory=dict)
    """What it would cost at the places of `broken`."""


def candidates(need: Need, market: Market, admission: Admission) -> Candidates:
    """Every component against every place, with a reason for each that lost."""
    shelves = _shelves(market)
    found = Candidates()
    fits: dict[tuple[object, ...], Choice] = {}
    for component in need.components:
        leaving = to_internet(need, component)
        kept: dict[str, Placement] = {}
        refused: dict[str, Reason] = {}
        broken: dict[str, tuple[str, ...]] = {}
        would: dict[str, Placement] = {}
        for key, place in market.places.items():
            sized = _cheapest(component, key, shelves, fits)
            missing = unstated(component, leaving, place.tariffs)
            if sized[1] is not None or missing:
                refused[key] = sized[1] or Reason(f"unpriced-{missing}".replace("_", "-"), {"place": key}, TARIFFS[missing or ""])
                continue
            here = placement(component, place, sized[0], leaving)
            in_the_way = dict(_in_the_way(component, place, admission))
            if in_the_way:
                refused[key], broken[key], would[key] = next(iter(in_the_way.values())), tuple(in_the_way), here
            else:
                kept[key] = here
        found.kept[component.id], found.refused[component.id] = kept, refused
        found.broken[component.id], found.would[component.id] = broken, would
    return found


def _in_the_way(component: Component, place: Place, admission: Admission) -> Iterable[tuple[str, Reason]]:
    refusal = admission(component.id, place.key)
    if refusal is not None:
        yield "admission", refusal
    if component.countries is not None and place.country not in component.countries:
        yield "countries", Reason("country", {"country": place.country or "?"}, N_("it is in {country}, which the need leaves out"))
    if component.providers is not None and place.provider not in component.providers:
        yield "providers", Reason("provider", {"provider": place.provider}, N_("{provider} is not among the providers that the need names"))
    if component.places is not None and place.key not in component.places:
        yield "places", Reason("place", {"place": place.key}, N_("{place} is not among the places that the need names"))


def _shelves(market: Market) -> Mapping[str, list[Machine]]:
    """Machines by place, the cheapest first; those without a price last."""
    shelves: dict[str, list[Machine]] = defaultdict(list)
    for machine in market.machines:
        shelves[machine.place].append(machine)
    for shelf in shelves.values():
        shelf.sort(key=lambda machine: (machine.month is None, machine.month or 0, machine.id))
    return shelves


def _cheapest(component: Component, place: str, shelves: Mapping[str, list[Machine]], known: dict[tuple[object, ...], Choice]) -> Choice:
    if not component.runs:
        return None, None
    size = (
        place, component.vcpus, component.ram_mib, component.disk_gib, component.gpus, component.gpu_model, component.architecture,
    )  # fmt: skip
    if size not in known:
        known[size] = _choose(component, shelves.get(place, []))
    return known[size]


def _choose(component: Component, shelf: list[Machine]) -> Choice:
    unpriced = False
    for machine in shelf:
        if large_enough(component, machine):
            if machine.month is not None:
                return machine, None
            unpriced = True
    if unpriced:
        return None, Reason("unpriced-machine", {}, N_("a machine is large enough there, but its price is not stated"))
    return None, _too_small(component, shelf)


def large_enough(component: Component, machine: Machine) -> bool:
    """Whether the machine holds one instance."""
    return (
        machine.vcpus >= component.vcpus
        and machine.ram_mib >= component.ram_mib
        and machine.disk_gib >= component.disk_gib
        and machine.gpus >= component.gpus
        and (component.gpu_model is None or machine.gpu_model == component.gpu_model)
        and (component.architecture is None or machine.architecture == component.architecture)
    )


def _too_small(component: Component, shelf: list[Machine]) -> Reason:
    """The one demand that alone rules out every machine there, else all of them together."""
    if not shelf:
        return Reason("no-machine", {}, N_("no machine is listed there"))
    if component.architecture and all(machine.architecture != component.architecture for machine in shelf):
        return Reason("architecture", {"architecture": component.architecture}, N_("no machine there is said to be {architecture}"))
    if component.gpus and all(machine.gpus < component.gpus for machine in shelf):
        return Reason("gpus", {"gpus": component.gpus}, N_("no machine there has {gpus} GPU"))
    if all(machine.vcpus < component.vcpus for machine in shelf):
        return Reason("vcpus", {"vcpus": component.vcpus}, N_("no machine there has {vcpus} vCPU"))
    if all(machine.ram_mib < component.ram_mib for machine in shelf):
        return Reason("memory", {"gib": f"{component.ram_mib / 1024:g}"}, N_("no machine there has {gib} GiB of memory"))
    return Reason("too-small", {}, N_("no machine there meets all sizes at once"))
