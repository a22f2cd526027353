"""Whether a plan keeps every requirement and adds up to the cent, without the solver, its pruning or its model.

Everything is derived again from the need, the market and the law's refusals: a wrong cent, a machine too small or a broken limit is
named. Used on every plan before it is shown, and by `egide plan verify` on a plan that somebody sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from egide.planner.market import HOURS_A_MONTH
from egide.planner.need import INTERNET, ShareOf
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.planner.market import Machine, Market, Place
    from egide.planner.need import Component, Flow, Need
    from egide.planner.plans import Placement, Plan
    from egide.planner.shortlist import Admission


OPEN = frozenset({"undetermined", "no-verdict"})
"""Codes of what the law has not answered, which is no refusal."""
UNSETTLED = N_(
    "the law is undetermined for {component} at {place}: declare the facts of its service, or those of the offer (`offer`, or a fact, as a "
    "column of the table of regions)"
)


def verify(plan: Plan, need: Need, market: Market, admission: Admission) -> tuple[Reason, ...]:
    """Everything that is wrong; nothing when the plan holds."""
    placed = {one.component: one for one in plan.placements}
    wanted = {component.id for component in need.components}
    if len(placed) != len(plan.placements) or placed.keys() != wanted:
        times = Counter(one.component for one in plan.placements)
        odd = sorted(placed.keys() ^ wanted) or sorted(name for name, count in times.items() if count > 1)
        return (Reason("placed", {"components": ", ".join(odd)}, N_("not placed exactly once: {components}")),)
    unknown = sorted({one.place for one in plan.placements} - market.places.keys())
    if unknown:
        return (Reason("unknown-place", {"places": ", ".join(unknown)}, N_("places that the market does not have: {places}")),)
    machines = {(machine.place, machine.id): machine for machine in market.machines}
    at = {name: market.places[one.place] for name, one in placed.items()}
    wrong: list[Reason] = []
    for component in need.components:
        wrong += _placed(component, placed[component.id], at[component.id], machines, need)
        refusal = admission(component.id, at[component.id].key)
        if refusal is not None:
            wrong.append(Reason("law", {"component": component.id, "place": at[component.id].key, "because": refusal.code},
                                UNSETTLED if refusal.code in OPEN else N_("the law refuses {component} at {place}: {because}")))
    wrong += _transfers(plan, need, at)
    wrong += _limits(need, market, at)
    wrong += _whole(plan, need, at)
    return tuple(wrong)


def _placed(component: Component, one: Placement, place: Place, machines: dict[tuple[str, str], Machine], need: Need) -> Iterator[Reason]:
    where = {"component": component.id, "place": place.key}
    month: Fraction | int = 0
    if component.vcpus:
        machine = machines.get((place.key, one.machine or ""))
        if machine is None:
            yield Reason("unknown-machine", {**where, "machine": one.machine or "—"}, N_("{component}: no machine {machine} at {place}"))
            return
        for asked, has in (
            (component.vcpus, machine.vcpus), (component.ram_mib, machine.ram_mib), (component.disk_gib, machine.disk_gib),
            (component.gpus, machine.gpus),
        ):  # fmt: skip
            if has < asked:
                yield Reason("too-small", {**where, "machine": machine.id, "asked": asked, "has": has},
                             N_("{component}: {machine} at {place} has {has} where {asked} is needed"))
        for wanted, found in ((component.gpu_model, machine.gpu_model), (component.architecture, machine.architecture)):
            if wanted is not None and wanted != found:
                yield Reason("other-kind", {**where, "machine": machine.id, "wanted": wanted},
                             N_("{component}: {machine} at {place} is not {wanted}"))
        hourly = None if machine.per_hour is None else machine.per_hour * HOURS_A_MONTH
        prices = [price for price in (machine.per_month, hourly) if price is not None]
        if not prices:
            yield Reason("unpriced", where, N_("{component}: no price is stated for the machine at {place}"))
            return
        month = min(prices) * component.count
    yield from _sum(component, one, place, int(month), need)
    for allowed, found in ((component.countries, place.country), (component.providers, place.provider), (component.places, place.key)):
        if allowed is not None and found not in allowed:
            yield Reason("not-allowed-there", where, N_("{component} may not be at {place}: the need leaves it out"))


def _sum(component: Component, one: Placement, place: Place, month: int, need: Need) -> Iterator[Reason]:
    tariffs, total, missing = place.tariffs, Fraction(0), False
    internet = sum(flow.milli_gb for flow in need.flows if flow.source == component.id and flow.target == INTERNET)
    parts = (
        ("machines", one.machines, [(1, month)]),
        ("storage", one.storage, [(component.block_gib, tariffs.block), (component.object_gib, tariffs.object)]),
        ("services", one.services, [(component.load_balancers, tariffs.load_balancer), (component.control_planes, tariffs.control_plane)]),
        ("internet", one.internet, [(Fraction(internet, 1000), tariffs.egress)]),
    )  # fmt: skip
    for name, said, amounts in parts:
        total = Fraction(0)
        for amount, price in amounts:
            if amount and price is None:
                missing = True
                yield Reason("unpriced", {"component": component.id, "place": place.key},
                             N_("{component}: a price is not stated at {place}"))
            total += amount * Fraction(price or 0)
        if not missing and said != _half_up(total):
            yield Reason("wrong-cost", {"component": component.id, "part": name, "said": said, "right": _half_up(total)},
                         N_("{component}: {part} is said to cost {said} and costs {right} micro-euros a month"))


def _half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def _transfers(plan: Plan, need: Need, at: dict[str, Place]) -> Iterator[Reason]:
    right: Counter[tuple[str, str, int, int]] = Counter()
    for flow in need.flows:
        if flow.target == INTERNET or at[flow.source].provider == at[flow.target].provider or not flow.milli_gb:
            continue
        price = at[flow.source].tariffs.egress
        if price is None:
            yield Reason("unpriced-egress", _ends(flow), N_("{source} → {target}: the price of what leaves is not stated"))
        else:
            cost = _half_up(Fraction(flow.milli_gb * price, 1000))
            if cost:
                right[flow.source, flow.target, flow.milli_gb, cost] += 1
    said = Counter((one.source, one.target, one.milli_gb, one.cost) for one in plan.transfers)
    for source, target, _, cost in sorted((right - said) + (said - right)):
        yield Reason("wrong-transfer", {"source": source, "target": target, "cost": cost},
                     N_("{source} → {target}: {cost} micro-euros a month stand on one side only"))


def _ends(flow: Flow) -> dict[str, object]:
    return {"source": flow.source, "target": flow.target}


def _limits(need: Need, market: Market, at: dict[str, Place]) -> Iterator[Reason]:
    for flow in need.flows:
        if flow.round_trip_us is not None:
            taken = market.round_trip_us(at[flow.source].key, at[flow.target].key)
            if taken is None or taken > flow.round_trip_us:
                said = {"ms": "?" if taken is None else f"{taken / 1000:g}", "most": f"{flow.round_trip_us / 1000:g}"}
                yield Reason("round-trip", {**_ends(flow), **said}, N_("{source} → {target}: {ms} ms there and back, {most} at most"))
    for component, spare, where in need.spares:
        pair: dict[str, object] = {"component": component, "spare": spare}
        if where.another_provider and at[component].provider == at[spare].provider:
            yield Reason("spare-provider", pair, N_("{spare} stands by for {component} at the same provider"))
        if where.at_least_km:
            away = market.distance_km(at[component].key, at[spare].key)
            if away is None or away < where.at_least_km:
                yield Reason("spare-distance", {**pair, "km": "?" if away is None else round(away), "least": where.at_least_km},
                             N_("{spare} stands by for {component} at {km} km, {least} at least"))
    for group in need.together:
        if len({at[name].key for name in group}) > 1:
            yield Reason("together", {"group": ", ".join(group)}, N_("not in one place: {group}"))
    for group in need.apart:
        if len({at[name].provider for name in group}) < len(group):
            yield Reason("apart", {"group": ", ".join(group)}, N_("not all at different providers: {group}"))


def _whole(plan: Plan, need: Need, at: dict[str, Place]) -> Iterator[Reason]:
    providers = {place.provider for place in at.values()}
    if len(providers) < need.at_least_providers:
        yield Reason("at-least-providers", {"has": len(providers), "least": need.at_least_providers},
                     N_("{has} providers, {least} at least"))
    if need.most_share is not None:
        held: Counter[str] = Counter()
        for component in need.components:
            held[at[component.id].provider] += component.count * (component.vcpus if need.share_of is ShareOf.VCPUS else 1)
        for provider, weight in sorted(held.items()):
            if Fraction(weight, held.total() or 1) > Fraction(*need.most_share):
                yield Reason("most-share", {"provider": provider, "held": weight, "of": held.total()},
                             N_("{provider} holds {held} of {of}, more than its share"))
    right = sorted((provider, need.fixed[provider]) for provider in providers if need.fixed.get(provider))
    if sorted(plan.fixed) != right:
        yield Reason("wrong-fixed", {}, N_("what using the providers costs is not added as the need says"))
    if need.budget is not None and plan.total > need.budget:
        yield Reason("budget", {"total": plan.total, "budget": need.budget}, N_("{total} micro-euros a month, {budget} at most"))
