"""What carbon costs, and what distance asks: by hand, on a market small enough to add up."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from egide.planner import Component, Limits, Machine, Market, Need, Place, candidates, plan
from egide.planner.worth import alternatives, by_carbon
from egide.vocabulary.findings import Reason

LIMITS = Limits(20)


def lawful(component: str, place: str) -> None:
    return None


def market(*machines: tuple[str, int, int | None]) -> Market:
    """Machines by provider, euros a month, kilograms a month."""
    places = {f"{name}/a": Place(name, "a", "FR") for name, _, _ in machines}
    return Market(places, tuple(
        Machine("m", f"{name}/a", 2, 4096, None, euros * 1_000_000, carbon=None if kilograms is None else kilograms * 1000)
        for name, euros, kilograms in machines
    ))  # fmt: skip


def test_each_step_costs_more_and_emits_less_and_a_machine_that_states_nothing_takes_no_part() -> None:
    need = Need("n", (Component("c", 2, 2, 4096),), budget=1)
    found = list(by_carbon(need, market(("dirty", 10, 50), ("middle", 13, 20), ("clean", 40, 1), ("silent", 1, None)), lawful, LIMITS))
    steps = [(euros, plan.total // 1_000_000, grams // 1000) for euros, plan, grams in found]
    assert steps == [(0, 20, 100), (100, 26, 40), (1422, 80, 2)]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60)), min_size=1, max_size=6))
def test_the_frontier_holds_every_plan_that_some_price_of_a_tonne_makes_the_cheapest(offers: list[tuple[int, int]]) -> None:
    need = Need("n", (Component("c", 1, 2, 4096),))
    named = [(f"p{place}", euros, kilograms) for place, (euros, kilograms) in enumerate(offers)]
    found = [(plan.total // 1_000_000, grams // 1000) for _, plan, grams in by_carbon(need, market(*named), lawful, LIMITS)]
    prices = [Fraction(a[0] - b[0], b[1] - a[1]) for a in offers for b in offers if a[1] < b[1] and a[0] > b[0]]
    between = [0, *(sum(pair) / 2 for pair in pairwise(sorted({Fraction(0), *prices}))), max(prices, default=Fraction(0)) + 1]
    best = {min(offers, key=lambda one: (one[0] + price * one[1], one[1])) for price in between}
    assert found == sorted(best)


@settings(max_examples=30, deadline=None)
@given(st.permutations(["delta", "alpha", "gamma", "beta", "omega"]), st.permutations(["m", "n"]))
def test_near_alternatives_stand_in_one_order_whatever_the_order_of_the_market(providers: list[str], machines: list[str]) -> None:
    """The cheapest first, those that cost the same by their place, and of equal machines the first by name; what is refused among them."""
    euros = {"alpha": 10, "beta": 12, "gamma": 12, "delta": 12, "omega": 11}
    places = {f"{name}/a": Place(name, "a", "FR") for name in providers}
    sold = tuple(Machine(one, place, 2, 4096, None, euros[place.partition("/")[0]] * 1_000_000) for place in places for one in machines)
    need, one = Need("n", (Component("c", 1, 2, 4096), Component("d", 1, 2, 4096))), Market(places, sold)

    def law(component: str, place: str) -> Reason | None:
        return Reason("law", {}, "refused") if (component, place) == ("c", "omega/a") else None

    found = candidates(need, one, law)
    near = alternatives(plan(need, one, law, LIMITS), need, one, law, found)
    assert [(each.component, each.place, each.machine, each.more // 1_000_000, [why.code for why in each.broken]) for each in near] == [
        ("c", "omega/a", "m", 1, ["law"]), ("c", "beta/a", "m", 2, []), ("c", "delta/a", "m", 2, []),
        ("d", "omega/a", "m", 1, []), ("d", "beta/a", "m", 2, []), ("d", "delta/a", "m", 2, []),
    ]  # fmt: skip


def test_where_nobody_states_carbon_there_is_no_frontier() -> None:
    assert not list(by_carbon(Need("n", (Component("c", 1, 2, 4096),)), market(("a", 1, None)), lawful, LIMITS))


@given(st.lists(st.tuples(st.floats(-60, 60), st.floats(-180, 180)) | st.none(), min_size=2, max_size=7), st.integers(0, 8000))
def test_the_places_within_a_limit_are_those_that_each_measure_says(coordinates: list[tuple[float, float] | None], limit: int) -> None:
    places = {
        f"p{number}/a": Place(f"p{number}", "a", None, *(at or (None, None))) for number, at in enumerate(coordinates)
    }  # fmt: skip
    one = Market(places, ())
    for place in places:
        for other, bit in one.bits.items():
            taken, away = one.round_trip_us(place, other), one.distance_km(place, other)
            assert bool(one.within_us(place, limit * 10) & bit) == (taken is not None and taken <= limit * 10)
            assert bool(one.beyond_km(place, limit) & bit) == (away is not None and away >= limit)
