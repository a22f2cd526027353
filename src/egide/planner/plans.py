"""What a plan says: where each component runs, on which machine, for how much, how sure that is, and why others lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from egide.vocabulary.findings import Reason


class Status(StrEnum):
    """How an answer ended."""

    OPTIMAL = "optimal"
    """Proven: no lawful plan that meets the need is cheaper."""
    FEASIBLE = "feasible"
    """A plan, not proven the cheapest: the bound says how far it may be."""
    INFEASIBLE = "infeasible"
    """Proven: no plan meets the need."""
    UNDECIDED = "undecided"
    """Time ran out with neither a plan nor a proof."""


@dataclass(frozen=True, slots=True)
class Placement:
    """One component in its place. Micro-euros a month."""

    component: str
    place: str
    machine: str | None
    """None: it needs storage only."""
    machines: int
    storage: int
    services: int
    """Load balancers and control planes."""
    internet: int
    """What leaves for the public network."""

    @property
    def cost(self) -> int:
        """All of it."""
        return self.machines + self.storage + self.services + self.internet


@dataclass(frozen=True, slots=True)
class Transfer:
    """A flow that is paid for, because it leaves its provider."""

    source: str
    target: str
    milli_gb: int
    cost: int


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing asked for, which can be let go to see what it costs or what it blocks. What the law asks is never let go for good."""

    kind: str
    about: tuple[str, ...] = ()
    law: bool = False

    def __str__(self) -> str:
        return ":".join((self.kind, *self.about))


@dataclass(frozen=True, slots=True)
class Plan:
    """An answer. Amounts in micro-euros a month."""

    status: Status
    placements: tuple[Placement, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    fixed: tuple[tuple[str, int], ...] = ()
    """By provider used."""
    bound: int | None = None
    """No plan costs less; equal to the total when proven."""
    replayable: bool = True
    """False when the clock on the wall cut the search: the same input may then give another plan."""
    refused: Mapping[str, Mapping[str, Reason]] = field(default_factory=dict)
    """By component, then by place: why it can't run there."""
    conflict: tuple[Requirement, ...] = ()
    """When infeasible: a smallest set of requirements that can't hold together; no part of it blocks."""
    effort: float = 0.0
    """Deterministic seconds: the solver's own measure of its work."""

    @property
    def total(self) -> int:
        """A month, in micro-euros."""
        return sum(one.cost for one in self.placements) + sum(one.cost for one in self.transfers) + sum(cost for _, cost in self.fixed)

    @property
    def place_of(self) -> dict[str, str]:
        """Component to place."""
        return {one.component: one.place for one in self.placements}

    @property
    def providers(self) -> tuple[str, ...]:
        """Those used, sorted."""
        return tuple(sorted({one.place.split("/", 1)[0] for one in self.placements}))
