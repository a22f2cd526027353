"""What is to be run: components with their sizes, what flows between them, and what must hold of the whole.

Sizes are whole units (MiB, GiB, milli-GB a month), so that every figure of a plan can be added again without rounding.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from egide.planner.workload import Workload

INTERNET = "internet"
"""The other end of a flow that leaves for the public network."""


class ShareOf(StrEnum):
    """In what the share of one provider is counted."""

    INSTANCES = "instances"
    VCPUS = "vcpus"


@dataclass(frozen=True, slots=True)
class Spare:
    """A second copy that can take over: where it may not stand."""

    another_provider: bool = True
    at_least_km: int = 0


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a service: so many equal machines, all in one place."""

    id: str
    count: int = 1
    vcpus: int = 1
    ram_mib: int = 0
    disk_gib: int = 0
    """The machine's own disk."""
    gpus: int = 0
    gpu_model: str | None = None
    architecture: str | None = None
    """None: any."""
    block_gib: int = 0
    """Block storage beside the machine, for all machines together."""
    object_gib: int = 0
    load_balancers: int = 0
    control_planes: int = 0
    countries: frozenset[str] | None = None
    """ISO 3166-1 alpha-2; None: any."""
    providers: frozenset[str] | None = None
    places: frozenset[str] | None = None
    """Keys of places, ``provider/region``."""
    spare_of: str | None = None
    """The component that this one stands by for; made by `with_spares`."""
    run: Workload | None = None
    """What runs in it, for those who build; no plan depends on it."""

    @property
    def runs(self) -> bool:
        """Whether it needs a machine, or only storage."""
        return self.vcpus > 0


@dataclass(frozen=True, slots=True)
class Flow:
    """What goes from one component to another, each month, and how far away the other may be."""

    source: str
    target: str
    """A component, or `INTERNET`."""
    milli_gb: int = 0
    """Thousandths of a gigabyte a month."""
    round_trip_us: int | None = None
    """The most that a round trip may take, in microseconds."""
    port: str | None = None
    """The port of the target, by its name; towards the internet a number (``443``, ``3478/udp``). None: all of the target's ports, and
    towards the internet only what answers those who come in."""


@dataclass(frozen=True, slots=True)
class Need:
    """A service to be placed."""

    name: str
    components: tuple[Component, ...]
    flows: tuple[Flow, ...] = ()
    together: tuple[tuple[str, ...], ...] = ()
    """Each group in one place."""
    apart: tuple[tuple[str, ...], ...] = ()
    """Each group at as many providers as it has members."""
    spares: tuple[tuple[str, str, Spare], ...] = ()
    """Component, its spare, and where the spare may not stand."""
    at_least_providers: int = 1
    most_share: tuple[int, int] | None = None
    """The most that one provider may hold, as a fraction."""
    share_of: ShareOf = ShareOf.INSTANCES
    budget: int | None = None
    """Micro-euros a month."""
    fixed: dict[str, int] = field(default_factory=dict)
    """What using a provider costs each month whatever runs there (a licence, a connection, a team), in micro-euros."""
    registry: str | None = None
    """Where images are pulled from, for those who build."""
    registry_party: str | None = None
    """Who holds that registry."""
    registry_country: str | None = None
    """From where who holds it is controlled (ISO 3166-1 alpha-2)."""
    domain: str | None = None
    """The private domain in which the places know each other, for those who build."""

    @property
    def by_id(self) -> dict[str, Component]:
        """Components by name."""
        return {component.id: component for component in self.components}

    def weight(self, component: Component) -> int:
        """What it counts for in the share of a provider."""
        return component.count * (component.vcpus if self.share_of is ShareOf.VCPUS else 1)


def with_spares(need: Need, where: Spare, name: str = "{}-spare") -> Need:
    """The need with a spare for every component that has none and is none."""
    held = {one for pair in need.spares for one in pair[:2]}
    bare = [one for one in need.components if one.id not in held]
    twins = tuple(replace(one, id=name.format(one.id), spare_of=one.id) for one in bare)
    pairs = tuple((one.id, twin.id, where) for one, twin in zip(bare, twins, strict=True))
    return replace(need, components=(*need.components, *twins), spares=(*need.spares, *pairs))
