"""What one component costs in one place, to the micro-euro, and what is not stated there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.planner.need import INTERNET
from egide.planner.plans import Placement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from egide.planner.market import Machine, Place, Tariffs
    from egide.planner.need import Component, Flow, Need

MILLI = 1000


def carried(milli_gb: int, per_gb: int) -> int:
    """The price of a month's flow, half a micro-euro up."""
    return (milli_gb * per_gb + MILLI // 2) // MILLI


def to_internet(need: Need, component: Component) -> int:
    """Thousandths of a gigabyte that it sends to the public network each month."""
    return sum(flow.milli_gb for flow in need.flows if flow.source == component.id and flow.target == INTERNET)


def unstated(component: Component, leaving: int, tariffs: Tariffs) -> str | None:
    """The first price that the component needs and the place does not state."""
    asked: Iterable[tuple[int, str]] = (
        (component.block_gib, "block"), (component.object_gib, "object"), (component.load_balancers, "load_balancer"),
        (component.control_planes, "control_plane"), (leaving, "egress"),
    )  # fmt: skip
    return next((name for amount, name in asked if amount and getattr(tariffs, name) is None), None)


def placement(component: Component, place: Place, machine: Machine | None, leaving: int) -> Placement:
    """Its costs there. Every price that it needs is stated: see `unstated`."""
    tariffs = place.tariffs
    month = machine.month if machine else 0
    if month is None:
        raise ValueError(f"{machine} has no price")
    return Placement(
        component.id, place.key, machine.id if machine else None, month * component.count,
        component.block_gib * (tariffs.block or 0) + component.object_gib * (tariffs.object or 0),
        component.load_balancers * (tariffs.load_balancer or 0) + component.control_planes * (tariffs.control_plane or 0),
        carried(leaving, tariffs.egress or 0),
    )  # fmt: skip


def crossing(flow: Flow, source: Place, target: Place) -> int | None:
    """What a flow between components costs: nothing within a provider, None when it leaves at a price that is not stated."""
    if source.provider == target.provider or not flow.milli_gb:
        return 0
    return None if source.tariffs.egress is None else carried(flow.milli_gb, source.tariffs.egress)
