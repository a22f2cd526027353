"""`plan.json`: a plan with all that it was made of, so that another program, or another body, can check and build on it.

The file holds the need, the places and machines that the plan names with the price, day and issuer of each, the law's verdict on every
component where it stands, and why other places lost. `plan_reading.verify_file` derives every limit and every cent again from it,
without the solver. It is the same in every language: reasons are kept as the catalogue's messages with their arguments. Amounts are whole
micro-euros a month, net of tax; a price that nobody states is null, never 0. Same input, same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from egide.planner.market import Machine, Market, Place, Source
from egide.planner.need import Need
from egide.planner.plans import Placement, Plan, Requirement, Status, Transfer
from egide.vocabulary.findings import Reason, Verdict

SCHEMA: Final = "egide/plan/1"
Amount = Annotated[int, Meta(ge=0)]
FactValue = bool | int | float | str | list[str] | None


class Why(msgspec.Struct, frozen=True, omit_defaults=True):
    """A reason: a stable code, its arguments, and the message of the catalogue that words them."""

    code: str
    message: str
    args: dict[str, FactValue] = {}

    def reason(self) -> Reason:
        """As the other rooms know it."""
        return Reason(self.code, self.args, self.message)


class Condition(msgspec.Struct, frozen=True):
    """What is to be obtained on the way: a fact made so."""

    fact: str
    to: FactValue


class Judged(msgspec.Struct, frozen=True):
    """What doctrine says of one component where it stands."""

    component: str
    place: str
    verdict: Verdict
    offer: str | None = None
    """The catalogue's ``offer`` or ``offer/region`` that was judged; null: the catalogue does not list it."""
    conditions: tuple[Condition, ...] = ()
    reasons: tuple[Why, ...] = ()


class Refused(msgspec.Struct, frozen=True):
    """A place where a component can't be, and why."""

    component: str
    place: str
    reasons: tuple[Why, ...]
    law: bool = False
    """Whether the law stands in the way (or is undetermined), rather than a size, a price or the need's own limits."""
    verdict: Verdict | None = None
    cost: Amount | None = None
    """What it would cost there, where it fits and is priced."""


class Moved(msgspec.Struct, frozen=True):
    """One component elsewhere, all else as planned: what more it costs (less when negative) and what it breaks."""

    component: str
    place: str
    machine: str | None
    more: int
    broken: tuple[Why, ...] = ()


class RuleCost(msgspec.Struct, frozen=True):
    """What it costs each month to hold to these requirements; null when no plan without them was found."""

    requirements: tuple[Requirement, ...]
    cost: int | None
    proven: bool = True


class Step(msgspec.Struct, frozen=True):
    """One point of a frontier: the cheapest plan with at least so many providers, or with at most so much carbon."""

    at: int
    status: Status
    total: Amount | None = None
    bound: Amount | None = None
    providers: tuple[str, ...] = ()
    grams: Amount | None = None
    """Grams of CO2 equivalent a month, where every machine's issuer states it."""


class LetGo(msgspec.Struct, frozen=True):
    """The fewest requirements to let go for a plan to exist, and what the cheapest such plan costs."""

    requirements: tuple[Requirement, ...]
    total: Amount
    cheapest: bool = True
    """Whether every equally small way was priced."""
    placements: tuple[Placement, ...] = ()


class RoundTrip(msgspec.Struct, frozen=True):
    """Measured between two places, in microseconds."""

    one: str
    other: str
    microseconds: Amount


class Input(msgspec.Struct, frozen=True):
    """A file that the plan was made from."""

    role: Literal["need", "prices", "regions", "round-trips", "answers"]
    name: str
    sha256: str


class Book(msgspec.Struct, frozen=True):
    """A rulebook that took part."""

    id: str
    version: str
    digest: str


class Law(msgspec.Struct, frozen=True):
    """The law as it was read, and the day of the catalogue."""

    law_as_read: date
    catalogue_as_of: date
    rulebooks: tuple[Book, ...] = ()


class Unpriced(msgspec.Struct, frozen=True):
    """A machine that is sold but whose price nobody states: planned apart, never as free."""

    place: str
    machine: str
    because: str = ""


class PlanFile(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file."""

    schema: Literal["egide/plan/1"]
    made_by: str
    """Name and version of the program."""
    name: str
    on: date
    """The day of the law and of the prices."""
    status: Status
    total: Amount | None
    """A month; null when there is no plan."""
    bound: Amount | None
    """No plan costs less."""
    replayable: bool = True
    """False: the clock on the wall cut the search, the same input may give another plan."""
    effort: float = 0.0
    """The solver's own measure of its work, in deterministic seconds."""
    need: Need
    facts: dict[str, dict[str, FactValue]] = {}
    """By component: what doctrine judged it by."""
    undetermined_allowed: bool = False
    """The user asked that places where the law is undetermined be planned too."""
    places: tuple[Place, ...] = ()
    machines: tuple[Machine, ...] = ()
    """Those that the plan and its alternatives name."""
    round_trips: tuple[RoundTrip, ...] = ()
    placements: tuple[Placement, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    fixed: dict[str, Amount] = {}
    """By provider used: what using it costs whatever runs there."""
    verdicts: tuple[Judged, ...] = ()
    refused: tuple[Refused, ...] = ()
    alternatives: tuple[Moved, ...] = ()
    rule_costs: tuple[RuleCost, ...] = ()
    by_providers: tuple[Step, ...] = ()
    """Cost against diversity."""
    by_carbon: tuple[Step, ...] = ()
    """Cost against carbon; empty where no issuer states it."""
    conflict: tuple[Requirement, ...] = ()
    """When infeasible: a smallest set that can't hold together."""
    let_go: LetGo | None = None
    unpriced: tuple[Unpriced, ...] = ()
    inputs: tuple[Input, ...] = ()
    law: Law | None = None

    def market(self) -> Market:
        """The places and machines that the file names."""
        return Market(
            {place.key: place for place in self.places}, self.machines,
            {(one.one, one.other): one.microseconds for one in self.round_trips},
        )  # fmt: skip

    def plan(self) -> Plan:
        """The answer, as the solver's room knows it."""
        return Plan(
            self.status, self.placements, self.transfers, tuple(sorted(self.fixed.items())), self.bound, self.replayable,
            conflict=self.conflict, effort=self.effort,
        )  # fmt: skip

    def machine(self, placement: Placement) -> Machine | None:
        """What the component runs on there; None for storage alone."""
        return next((one for one in self.machines if (one.place, one.id) == (placement.place, placement.machine)), None)


def plan_bytes(made: PlanFile) -> bytes:
    """The file: UTF-8, indented, keys of maps sorted."""
    return msgspec.json.format(msgspec.json.encode(made, order="deterministic"), indent=1) + b"\n"


def sources(machines: Iterable[Machine], places: Iterable[Place]) -> tuple[Source, ...]:
    """Who states the prices of these, each once, the latest first."""
    said = [one.source for one in machines if one.source] + [one for place in places for one in place.tariffs.sources.values()]
    return tuple(sorted(set(said), key=lambda one: (-one.on.toordinal(), one.issuer, one.text)))


def schema() -> dict[str, Any]:
    """The published JSON Schema (2020-12) of ``egide/plan/1``. Later versions may add keys under the same name."""
    shape = msgspec.json.schema(PlanFile)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **shape, "title": SCHEMA}
