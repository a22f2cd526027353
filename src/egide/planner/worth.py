"""What each rule costs, what diversity costs, and why each near alternative lost.

The price of a rule is the plan's total less the total of the cheapest plan without it: solved again, not estimated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from egide.planner.costs import crossing
from egide.planner.need import INTERNET
from egide.planner.plans import Placement, Plan, Requirement, Status, Transfer
from egide.planner.requirements import requirements
from egide.planner.shortlist import Admission, Candidates
from egide.planner.solve import Limits, plan
from egide.planner.verifying import verify

if TYPE_CHECKING:
    from egide.planner.market import Market, Place
    from egide.planner.need import Need
    from egide.vocabulary.findings import Reason


MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class RulePrice:
    """What it costs each month to hold to some requirements. Micro-euros."""

    requirements: tuple[Requirement, ...]
    without: Plan

    def price(self, base: Plan) -> int | None:
        """None when the plan without them is not known."""
        return base.total - self.without.total if self.without.placements else None


def price_of_rules(
    base: Plan, need: Need, market: Market, admission: Admission, limits: Limits, found: Candidates, *, each: bool = False,
    told: Callable[[int, int], None] | None = None,
) -> tuple[RulePrice, ...]:
    """By kind of requirement, or ``each`` by itself; ``told`` hears how many of how many are done."""
    groups: dict[object, list[Requirement]] = {}
    for one in requirements(need, found):
        groups.setdefault(one if each else one.kind, []).append(one)
    prices = []
    for done, group in enumerate(groups.values()):
        if told:
            told(done, len(groups))
        without = plan(need, market, admission, limits, found=found, dropped=frozenset(group), hint=base)
        prices.append(RulePrice(tuple(group), without))
    return tuple(prices)


def frontier(
    base: Plan, need: Need, market: Market, admission: Admission, limits: Limits, found: Candidates, most: int
) -> Iterator[tuple[int, Plan]]:
    """The cheapest plan with at least so many providers, from one to ``most``; ends at the first that is infeasible."""
    for providers in range(1, most + 1):
        spread = plan(replace(need, at_least_providers=providers), market, admission, limits, found=found, hint=base)
        yield providers, spread
        if spread.status is Status.INFEASIBLE:
            return


@dataclass(frozen=True, slots=True)
class Alternative:
    """One component moved elsewhere, all else as planned."""

    component: str
    place: str
    machine: str | None
    more: int
    """Micro-euros a month above the plan; negative when cheaper, which only a broken requirement explains."""
    broken: tuple[Reason, ...]


def alternatives(base: Plan, need: Need, market: Market, admission: Admission, found: Candidates, most: int = 3) -> tuple[Alternative, ...]:
    """For each component, the cheapest other places, lawful or not, and what is lost by moving there alone."""
    listed: list[Alternative] = []
    for component in need.components:
        elsewhere: Mapping[str, Placement] = {**found.would[component.id], **found.kept[component.id]}
        chosen = base.place_of[component.id]
        near = sorted((one for place, one in elsewhere.items() if place != chosen), key=lambda one: (one.cost, one.place))[:most]
        for one in near:
            moved = _moved(base, need, market, one)
            wrong = verify(moved, need, market, admission)
            listed.append(Alternative(component.id, one.place, one.machine, moved.total - base.total, wrong))
    return tuple(listed)


def _moved(base: Plan, need: Need, market: Market, one: Placement) -> Plan:
    placements = tuple(one if placed.component == one.component else placed for placed in base.placements)
    moved = replace(base, placements=placements)
    at = {placed.component: market.places[placed.place] for placed in placements}
    transfers = tuple(_paid(need, at))
    fixed = tuple((provider, need.fixed[provider]) for provider in moved.providers if need.fixed.get(provider))
    return replace(moved, transfers=transfers, fixed=fixed, bound=None)


def _paid(need: Need, at: Mapping[str, Place]) -> Iterator[Transfer]:
    for flow in need.flows:
        if flow.target != INTERNET and (cost := crossing(flow, at[flow.source], at[flow.target])):
            yield Transfer(flow.source, flow.target, flow.milli_gb, cost)


TONNE = 1_000_000
"""Grams."""
MOST_EUROS = 1_000_000
"""A tonne at this price, a euro a gram, decides alone."""
MOST_POINTS = 12
"""Of the frontier against carbon."""


def by_carbon(
    need: Need, market: Market, admission: Admission, limits: Limits, most: int = MOST_POINTS
) -> Iterator[tuple[int, Plan, int]]:
    """From how many euros a tonne on it is the cheapest, the plan (its cost without them), and its grams a month; the cheapest first.

    Every plan that is the cheapest at some price of a tonne, to a millionth of a euro, up to ``most`` of them: between two neighbours, the
    price at which they are worth the same is put to the solver, until it finds no better one. Machines whose carbon nobody states are left
    out: unknown is no average. The budget is left out too. Nothing when none states it.
    """
    stated = {(one.place, one.id): one for one in market.machines if one.carbon is not None and one.month is not None}
    free = replace(need, budget=None)

    def at(price: int) -> tuple[Plan, int] | None:
        return _weighed(free, replace(market, machines=tuple(stated.values())), admission, limits, price)

    ends = [at(price) for price in (0, MOST_EUROS * MICRO)] if stated else []
    points = {(one[0].total, one[1]): one[0] for one in ends if one is not None}
    waiting = [tuple(sorted(points))] if len(points) == 2 else []
    while waiting and len(points) < most:
        (cost, grams), (more, fewer) = waiting.pop(0)
        if grams <= fewer:
            continue
        price = (more - cost) * TONNE // (grams - fewer)
        found = at(price)
        if found is None or (mid := (found[0].total, found[1])) in points:
            continue
        if (mid[0] - cost) * (grams - fewer) < (more - cost) * (grams - mid[1]):
            points[mid] = found[0]
            waiting += [((cost, grams), mid), (mid, (more, fewer))]
    kept: list[tuple[int, int]] = []
    for cost, grams in sorted(points):
        if not kept or grams < kept[-1][1]:
            kept = [*(one for one in kept if one[0] < cost), (cost, grams)]
    for before, (cost, grams) in zip([None, *kept], kept, strict=False):
        euros = 0 if before is None else -(-(cost - before[0]) * TONNE // ((before[1] - grams) * MICRO))
        yield euros, points[cost, grams], grams


def _weighed(need: Need, market: Market, admission: Admission, limits: Limits, price: int) -> tuple[Plan, int] | None:
    """The cheapest plan with a tonne at that price (micro-euros), at its cost without it; and its grams."""
    stated = {(one.place, one.id): one for one in market.machines}
    dearer = tuple(replace(one, per_hour=None, per_month=(one.month or 0) + (one.carbon or 0) * price // TONNE) for one in market.machines)
    made = plan(need, replace(market, machines=dearer), admission, limits)
    if not made.placements:
        return None
    grams, placements = 0, []
    for placed in made.placements:
        machine = stated.get((placed.place, placed.machine or ""))
        count = need.by_id[placed.component].count
        grams += (machine.carbon or 0) * count if machine else 0
        placements.append(replace(placed, machines=(machine.month or 0) * count) if machine else placed)
    return replace(made, placements=tuple(placements), bound=None), grams
