"""Small needs and markets drawn at random, every kind of requirement among them, and a plan found another way."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import highspy

from egide.planner import Component, Flow, Machine, Market, Need, Place
from egide.planner.costs import carried, crossing, placement, to_internet, unstated
from egide.planner.market import Tariffs
from egide.planner.need import INTERNET, ShareOf, Spare
from egide.planner.shortlist import large_enough
from egide.vocabulary.findings import Reason

TOWNS = {"FR": (48.9, 2.4), "DE": (50.1, 8.7), "ES": (40.4, -3.7), "SE": (59.3, 18.1), "US": (39.0, -77.5)}


@dataclass(frozen=True)
class World:
    """A question to the planner."""

    need: Need
    market: Market
    refused: frozenset[tuple[str, str]]

    def law(self, component: str, place: str) -> Reason | None:
        return Reason("law", {}, "refused") if (component, place) in self.refused else None


def world(seed: int) -> World:
    random = Random(seed)  # noqa: S311 - a draw that can be repeated
    market = _market(random)
    need = _need(random, list(market.places))
    refused = frozenset(
        (component.id, place)
        for component in need.components
        for place in market.places
        if random.random() < random.choice((0.0, 0.05, 0.2))
    )
    return World(need, market, refused)


def _market(random: Random) -> Market:
    places: dict[str, Place] = {}
    machines: list[Machine] = []
    for provider in ("alpha", "beta", "gamma", "delta")[: random.choice((2, 3, 4, 4))]:
        for country in random.sample(sorted(TOWNS), random.randint(1, 3)):
            latitude, longitude = TOWNS[country]
            tariffs = Tariffs(
                random.choice((None, 0, 10_000, 50_000, 85_500)), None, random.choice((None, 80_000, 80_000,
                64_000)), random.choice((None, 11_000, 9_500)),
                random.choice((None, 9_990_000, 12_000_000)), random.choice((0, 40_000_000)),
            )  # fmt: skip
            known = random.random() < 0.9
            place = Place(provider, country.lower(), country, latitude if known else None, longitude if known else None, tariffs)
            places[place.key] = place
            for number in range(random.randint(2, 5)):
                vcpus = random.choice((2, 4, 8))
                price = random.choice((None, *[random.randint(5_000, 400_000)] * 3))
                machines.append(
                    Machine(
                        f"m{number}",
                        place.key,
                        vcpus,
                        vcpus * 1024 * random.choice((1, 2, 4)),
                        price,
                        random.choice((None, random.randint(5_000_000, 200_000_000))),
                        gpus=random.choice((0, 0, 1)),
                        architecture=random.choice(("x86-64", "arm64", None)),
                    )
                )
    return Market(places, tuple(machines))


def _need(random: Random, places: list[str]) -> Need:
    names = [f"c{number}" for number in range(random.randint(2, 5))]
    made = [
        Component(
            name, random.randint(1, 3), random.choice((0, 1, 2, 4)), random.choice((0, 1024, 4096)), gpus=random.choice((0,) * 12 + (1,)),
            architecture=random.choice((None,) * 6 + ("x86-64",)), block_gib=random.choice((0, 0, 100)),
            object_gib=random.choice((0, 0, 333)),
            load_balancers=random.choice((0, 0, 0, 1)), countries=random.choice((None, None, None, frozenset({"FR", "DE", "SE"}))),
            providers=random.choice((None,) * 8 + (frozenset({"alpha", "beta"}),)),
            places=random.choice((None,) * 10 + (frozenset(random.sample(places, min(3, len(places)))),)),
        ) for name in names
    ]  # fmt: skip
    flows = tuple(
        Flow(
            *random.sample(names, 2),
            random.choice((0, random.randint(1, 900_000))),
            random.choice((None, None, random.randint(3_000, 40_000))),
        )
        for _ in range(random.randint(0, 4))
    ) + tuple(Flow(random.choice(names), INTERNET, random.randint(1, 300_000)) for _ in range(random.randint(0, 1)))
    spares = tuple(
        (made[0].id, made[-1].id, Spare(random.random() < 0.7, random.choice((0, 150, 800)))) for _ in range(random.choice((0, 0, 1)))
    )
    return Need(
        "drawn", tuple(made), flows, random.choice(((), (), ((names[0], names[1]),))), random.choice(((), (),
        (tuple(names[-2:]),))), spares,
        random.choice((1, 1, 1, 2, 3)), random.choice((None, None, None, (1, 2), (2, 3))), random.choice(tuple(ShareOf)),
        random.choice((None,) * 5 + (random.randint(100, 1500) * 1_000_000,)), {"alpha": 30_000_000,
        "gamma": random.choice((0, 120_000_000))},
    )  # fmt: skip


def by_highs(asked: World) -> int | None:
    """The least total in micro-euros by HiGHS, one binary per machine and one per pair of places; None when infeasible."""
    need, market = asked.need, asked.market
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    for gap in ("mip_rel_gap", "mip_abs_gap"):
        solver.setOptionValue(gap, 0.0)
    by_place: dict[tuple[str, str], list[object]] = {}
    for component in need.components:
        for key in market.places:
            by_place[component.id, key] = [solver.addBinary(obj=cost / 1e4) for cost in _prices(asked, component, key)]
    at = {one: sum(all_) if all_ else None for one, all_ in by_place.items()}

    def total(names: list[tuple[str, str]]) -> object:
        return sum(at[name] for name in names if at[name] is not None)

    for component in need.components:
        solver.addConstr(total([(component.id, key) for key in market.places]) + solver.addVariable(0, 0) == 1)
    for one, other in _forbidden(need, market):
        if at[one] is not None and at[other] is not None:
            solver.addConstr(at[one] + at[other] <= 1)
    for flow in need.flows:
        for one in market.places if flow.target != INTERNET else ():
            for other in market.places:
                cost = crossing(flow, market.places[one], market.places[other])
                if cost and at[flow.source, one] is not None and at[flow.target, other] is not None:
                    both = solver.addVariable(0, 1, cost / 1e4)
                    solver.addConstr(both >= at[flow.source, one] + at[flow.target, other] - 1)
    _providers(asked, solver, at)
    solver.minimize()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    best = round(solver.getInfo().objective_function_value * 1e4)
    return None if need.budget is not None and best > need.budget else best


def _prices(asked: World, component: Component, key: str) -> list[int]:
    place, leaving = asked.market.places[key], to_internet(asked.need, component)
    if (component.id, key) in asked.refused or unstated(component, leaving, place.tariffs):
        return []
    for allowed, found in ((component.countries, place.country), (component.providers, place.provider), (component.places, key)):
        if allowed is not None and found not in allowed:
            return []
    if not component.runs:
        return [placement(component, place, None, leaving).cost]
    shelf = [one for one in asked.market.machines if one.place == key and one.month is not None and large_enough(component, one)]
    return [placement(component, place, machine, leaving).cost for machine in shelf]


def _forbidden(need: Need, market: Market) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    """Pairs of component and place that can't go together."""
    pairs = []
    every = [(one, other) for one in market.places for other in market.places]
    for flow in need.flows:
        for one, other in every if flow.target != INTERNET else ():
            taken = market.round_trip_us(one, other)
            far = flow.round_trip_us is not None and (taken is None or taken > flow.round_trip_us)
            if far or crossing(flow, market.places[one], market.places[other]) is None:
                pairs.append(((flow.source, one), (flow.target, other)))
    for component, spare, where in need.spares:
        for one, other in every:
            away = market.distance_km(one, other)
            same = where.another_provider and market.places[one].provider == market.places[other].provider
            if same or (where.at_least_km and (away is None or away < where.at_least_km)):
                pairs.append(((component, one), (spare, other)))
    for group in need.together:
        pairs += [((group[0], one), (name, other)) for name in group[1:] for one, other in every if one != other]
    for group in need.apart:
        pairs += [
            ((first, one), (second, other)) for place, first in enumerate(group) for second in group[place + 1:] for one, other in every
            if market.places[one].provider == market.places[other].provider
        ]  # fmt: skip
    return pairs


def _providers(asked: World, solver: highspy.Highs, at: dict[tuple[str, str], object]) -> None:
    need, market = asked.need, asked.market
    used = []
    for provider in sorted({place.provider for place in market.places.values()}):
        one = solver.addBinary(obj=need.fixed.get(provider, 0) / 1e4)
        used.append(one)
        theirs = [name for name in at if market.places[name[1]].provider == provider and at[name] is not None]
        for name in theirs:
            solver.addConstr(one >= at[name])
        if not theirs:
            solver.addConstr(one <= 0)
            continue
        solver.addConstr(one <= sum(at[name] for name in theirs))
        if need.most_share:
            part, whole = need.most_share
            weights = {component.id: need.weight(component) for component in need.components}
            solver.addConstr(whole * sum(weights[name[0]] * at[name] for name in theirs) <= part * sum(weights.values()))
    solver.addConstr(sum(used) >= need.at_least_providers)


__all__ = ["World", "by_highs", "carried", "world"]
