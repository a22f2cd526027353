"""What is to be built, seen from the ground: which component stands where, who speaks to whom, in which order things come back.

A spare takes the flows of what it stands by for, so that nothing has to be opened on the day it takes over. Each place gets a private
range of its own, the same each time: policies between places need addresses before anything runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from egide.deployment.names import label, labels
from egide.planner.market import Place
from egide.planner.need import INTERNET, Component, Flow, Need
from egide.planner.plans import Placement

FIRST_RANGE = 64
"""Places take 10.64.0.0/16 and what follows, above what clusters use by default for pods and services."""


@dataclass(frozen=True, slots=True)
class Stand:
    """One component in its place."""

    component: Component
    name: str
    """Its DNS label."""
    place: Place
    machine: str | None
    """The type of machine; None: storage only."""

    @property
    def folder(self) -> str:
        """The DNS label of its place."""
        return label(f"{self.place.provider}-{self.place.region}")


@dataclass(frozen=True)
class Site:
    """A plan on the ground."""

    need: Need
    stands: tuple[Stand, ...]
    digest: str
    """SHA-256 of the plan's file."""
    facts: Mapping[str, object] = field(default_factory=dict)
    """What doctrine judged the service by, as far as it is the same for every component."""
    imposes_users: bool = True
    """Whether pods say as whom they run, or leave that to their platform."""

    @classmethod
    def of(
        cls, need: Need, placements: Iterable[Placement], places: Mapping[str, Place], digest: str,
        facts: Mapping[str, Mapping[str, object]] | None = None,
    ) -> Site:  # fmt: skip
        """From a plan. Every placement names a component of the need and a place among those given; facts are by component."""
        named, by_id = labels(one.id for one in need.components), need.by_id
        stands = (Stand(by_id[one.component], named[one.component], places[one.place], one.machine) for one in placements)
        order = {one.id: number for number, one in enumerate(need.components)}
        return cls(need, tuple(sorted(stands, key=lambda one: order[one.component.id])), digest, _common(list((facts or {}).values())))

    def told(self, registry: str | None, domain: str | None) -> Site:
        """The same with another registry or domain, where one is given."""
        need = replace(self.need, registry=registry or self.need.registry, domain=domain or self.need.domain)
        return replace(self, need=need)

    def without(self, names: Iterable[str]) -> Site:
        """The same without some components, by their identifiers."""
        left = frozenset(names)
        return replace(self, stands=tuple(one for one in self.stands if one.component.id not in left))

    @cached_property
    def name(self) -> str:
        """The service's DNS label."""
        return label(self.need.name)

    @cached_property
    def by_id(self) -> dict[str, Stand]:
        """Stands by component."""
        return {one.component.id: one for one in self.stands}

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Those used, by key."""
        return tuple(place for _, place in sorted({one.place.key: one.place for one in self.stands}.items()))

    def at(self, place: Place) -> tuple[Stand, ...]:
        """What stands there."""
        return tuple(one for one in self.stands if one.place.key == place.key)

    def folder(self, place: Place) -> str:
        """The folder of a place."""
        return label(f"{place.provider}-{place.region}")

    def range_of(self, place: Place) -> str:
        """The private addresses of a place."""
        return f"10.{FIRST_RANGE + [one.key for one in self.places].index(place.key)}.0.0/16"

    @cached_property
    def spares(self) -> dict[str, str]:
        """Component to its spare."""
        return {one.component.spare_of: one.component.id for one in self.stands if one.component.spare_of}

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        """Those of the need, and the same for the spares; each once, only between components that stand."""
        found: dict[tuple[str, str, str | None], Flow] = {}
        for flow in self.need.flows:
            for source in self._standing(flow.source):
                for target in [INTERNET] if flow.target == INTERNET else self._standing(flow.target):
                    if source != target:
                        found.setdefault((source, target, flow.port), replace(flow, source=source, target=target))
        return tuple(found.values())

    def _standing(self, component: str) -> list[str]:
        """A component and its spare, as far as they stand."""
        spare = self.spares.get(component)
        return [one for one in (component, spare) if one is not None and one in self.by_id]

    @cached_property
    def order(self) -> tuple[Stand, ...]:
        """In which order to bring back: first what the others speak to, of a circle the first by name, spares last."""
        waits = {one.component.id: set[str]() for one in self.stands if not one.component.spare_of}
        for flow in self.need.flows:
            if flow.source in waits and flow.target in waits:
                waits[flow.source].add(flow.target)
        come: list[Stand] = []
        while waits:
            ready = sorted(one for one, others in waits.items() if not others & waits.keys()) or [min(waits)]
            for one in ready:
                come.append(self.by_id[one])
                del waits[one]
        return (*come, *(one for one in self.stands if one.component.spare_of))

    def same_place(self, one: str, other: str) -> bool:
        """Whether two components stand in one place."""
        return self.by_id[one].place.key == self.by_id[other].place.key

    def address(self, stand: Stand) -> str:
        """By what name other places know it."""
        return f"{stand.name}.{stand.folder}.{self.need.domain}"

    def image(self, name: str) -> str:
        """The image with its registry."""
        return f"{self.need.registry}/{name}"


def _common(facts: list[Mapping[str, object]]) -> dict[str, object]:
    """The facts on which all agree."""
    first = facts[0] if facts else {}
    return {name: value for name, value in sorted(first.items()) if all(name in one and one[name] == value for one in facts)}
