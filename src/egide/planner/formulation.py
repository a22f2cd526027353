"""The need as a constraint model for CP-SAT: one Boolean for a component in a place, one for a flow that leaves a provider.

Egress is charged on (flow, source provider and tariff), never on pairs of offers, and a limit between two components is one row for each
group of places that have the same partners: what keeps 50 components × 12,500 offers within seconds.

With guards, each requirement hangs on a literal, so that the solver can say which of them cannot hold together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import gcd
from typing import TYPE_CHECKING, Any

from ortools.sat.python import cp_model

from egide.planner import requirements as asked
from egide.planner.costs import carried
from egide.planner.nearness import Relation, by_partners, relations
from egide.planner.need import INTERNET
from egide.planner.plans import Requirement

if TYPE_CHECKING:
    from egide.planner.market import Market
    from egide.planner.need import Flow, Need
    from egide.planner.plans import Placement
    from egide.planner.shortlist import Candidates

Term = tuple[int, cp_model.IntVar]


@dataclass(slots=True)
class Formulation:
    """The model and what its variables mean."""

    need: Need
    market: Market
    options: Mapping[str, Mapping[str, Placement]]
    """By component: the places that it may take and what it costs there."""
    guards: Mapping[Requirement, cp_model.IntVar]
    dropped: frozenset[Requirement]
    model: cp_model.CpModel
    at: dict[tuple[str, str], cp_model.IntVar] = field(default_factory=dict)
    terms: list[Term] = field(default_factory=list)
    used: dict[str, cp_model.IntVar] = field(default_factory=dict)
    scale: int = 1
    """The objective counts in so many micro-euros."""

    def holds(self, kind: str, *about: str) -> Requirement | None:
        """The requirement of that name, unless it was let go."""
        named = Requirement(kind, about)
        return None if named in self.dropped else named

    def under(self, constraint: cp_model.Constraint, requirement: Requirement) -> None:
        """Let the constraint hang on its guard, when there are guards."""
        if self.guards:
            constraint.only_enforce_if(self.guards[requirement])

    def provider_sum(self, component: str, provider: str) -> Any:
        """One where the component runs at the provider."""
        return cp_model.LinearExpr.sum([self.at[component, place] for place in self.options[component] if _provider(place) == provider])


def formulate(
    need: Need, market: Market, found: Candidates, options: Mapping[str, Mapping[str, Placement]],
    *, dropped: frozenset[Requirement] = frozenset(), guarded: bool = False,
) -> Formulation:
    """The model over the options. ``dropped`` requirements are left out.

    ``guarded`` hangs each requirement but the budget on a literal, and leaves prices out: it is for asking what can hold at all.
    """
    model = cp_model.CpModel()
    every = [one for one in asked.requirements(need, found) if one not in dropped and one.kind != asked.BUDGET]
    guards = {one: model.new_bool_var(str(one)) for one in every} if guarded else {}
    made = Formulation(need, market, options, guards, dropped, model)
    for component, places in made.options.items():
        for place in places:
            made.at[component, place] = model.new_bool_var(f"{component}@{place}")
        model.add_exactly_one([made.at[component, place] for place in places])
    if guarded:
        _guard_places(made, found)
    for relation in relations(need, market):
        if relation.requirement not in dropped:
            _relate(made, relation)
    _groups(made)
    _providers(made)
    _flows(made)
    if not guarded:
        _costs(made)
    return made


def open_to(need: Need, found: Candidates, dropped: frozenset[Requirement]) -> dict[str, dict[str, Placement]]:
    """The places that each component may take when some requirements are let go."""
    options: dict[str, dict[str, Placement]] = {}
    for component in need.components:
        let_go = {one.kind for one in dropped if one.about == (component.id,)}
        would = found.would[component.id]
        more = {place: would[place] for place, kinds in found.broken[component.id].items() if set(kinds) <= let_go}
        options[component.id] = {**found.kept[component.id], **more}
    return options


def _guard_places(made: Formulation, found: Candidates) -> None:
    for component, places in made.options.items():
        for place in places:
            for kind in found.broken[component].get(place, ()):
                requirement = Requirement(kind, (component,), law=kind == asked.ADMISSION)
                if requirement in made.guards:
                    made.model.add_implication(made.guards[requirement], ~made.at[component, place])


def _relate(made: Formulation, relation: Relation) -> None:
    """Each group of places with the same partners needs one of them; from both ends, which tightens the relaxation."""
    ones, others = made.options[relation.one], made.options[relation.other]
    for here, there, near, far in ((relation.one, relation.other, ones, others), (relation.other, relation.one, others, ones)):
        for places, partners in by_partners(relation, near, far, made.market):
            if len(partners) < len(far):
                row = cp_model.LinearExpr.sum([made.at[here, place] for place in places]) <= cp_model.LinearExpr.sum(
                    [made.at[there, place] for place in sorted(partners)]
                )
                made.under(made.model.add(row), relation.requirement)


def _groups(made: Formulation) -> None:
    for group in made.need.together:
        if requirement := made.holds(asked.TOGETHER, *group):
            for one, other in pairwise(group):
                for place in sorted({*made.options[one], *made.options[other]}):
                    pair = [made.at.get((name, place)) for name in (one, other)]
                    made.under(made.model.add((0 if pair[0] is None else pair[0]) == (0 if pair[1] is None else pair[1])), requirement)
    for group in made.need.apart:
        if requirement := made.holds(asked.APART, *group):
            _one_each(made, group, requirement)
    for component, spare, where in made.need.spares:
        if where.another_provider and (requirement := made.holds(asked.SPARE_PROVIDER, component, spare)):
            _one_each(made, (component, spare), requirement)


def _one_each(made: Formulation, group: Iterable[str], requirement: Requirement) -> None:
    """No provider has two of the group."""
    group = list(group)
    for provider in sorted({_provider(place) for component in group for place in made.options[component]}):
        made.under(made.model.add(cp_model.LinearExpr.sum([made.provider_sum(one, provider) for one in group]) <= 1), requirement)


def _providers(made: Formulation) -> None:
    need = made.need
    runs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for component, place in made.at:
        runs[_provider(place)].append((component, place))
    counted = need.at_least_providers > 1 and made.holds(asked.AT_LEAST_PROVIDERS)
    for provider in sorted(runs):
        if counted or need.fixed.get(provider):
            used = made.used[provider] = made.model.new_bool_var(f"used:{provider}")
            sums = [made.at[one] for one in runs[provider]]
            made.model.add(cp_model.LinearExpr.sum(sums) >= used)
            for component in {component for component, _ in runs[provider]}:
                made.model.add(made.provider_sum(component, provider) <= used)
            if (price := need.fixed.get(provider)) and not made.guards:
                made.terms.append((price, used))
    if counted:
        made.under(made.model.add(cp_model.LinearExpr.sum(list(made.used.values())) >= need.at_least_providers), counted)
    if need.most_share is not None and (requirement := made.holds(asked.MOST_SHARE)):
        part, whole = need.most_share
        weights = {component.id: need.weight(component) for component in need.components}
        most = part * sum(weights.values())
        for provider in sorted(runs):
            held = [(weights[component] * whole, made.at[component, place]) for component, place in runs[provider]]
            row = cp_model.LinearExpr.weighted_sum([one for _, one in held], [weight for weight, _ in held]) <= most
            made.under(made.model.add(row), requirement)


def _flows(made: Formulation) -> None:
    """A flow is paid at its source's tariff unless both ends have one provider."""
    between: dict[tuple[str, str], list[Flow]] = defaultdict(list)
    for flow in made.need.flows:
        if flow.target != INTERNET and flow.milli_gb:
            between[flow.source, flow.target].append(flow)
    for (source, target), flows in between.items():
        tariffs: dict[tuple[str, int | None], list[str]] = defaultdict(list)
        for place in made.options[source]:
            tariffs[_provider(place), made.market.places[place].tariffs.egress].append(place)
        for (provider, egress), places in sorted(tariffs.items(), key=lambda one: (one[0][0], one[0][1] or -1)):
            leaves = cp_model.LinearExpr.sum([made.at[source, place] for place in places]) - made.provider_sum(target, provider)
            if egress is None:
                made.model.add(leaves <= 0)
            elif (price := sum(carried(flow.milli_gb, egress) for flow in flows)) and not made.guards:
                paid = made.model.new_bool_var(f"{source}>{target}@{provider}:{egress}")
                made.model.add(paid >= leaves)
                made.terms.append((price, paid))


def _costs(made: Formulation) -> None:
    placed = [(cost.cost, made.at[component, place]) for component, all_ in made.options.items() for place, cost in all_.items()]
    every = [(price, one) for price, one in made.terms + placed if price]
    total = cp_model.LinearExpr.weighted_sum([one for _, one in every], [price for price, _ in every])
    if made.need.budget is not None and made.holds(asked.BUDGET):
        made.model.add(total <= made.need.budget)
    made.scale = gcd(*(price for price, _ in every)) or 1
    made.terms = every


def least_cost(made: Formulation) -> None:
    """Ask for the cheapest."""
    made.model.minimize(
        cp_model.LinearExpr.weighted_sum([one for _, one in made.terms], [price // made.scale for price, _ in made.terms])
    )


def _provider(place: str) -> str:
    return place.split("/", 1)[0]
