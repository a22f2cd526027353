"""What carbon costs, and what distance asks: by hand, on a market small enough to add up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from egide.planner import Component, Limits, Machine, Market, Need, Place
from egide.planner.worth import by_carbon

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
    assert steps == [(0, 20, 100), (1000, 26, 40), (10000, 80, 2)]


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
