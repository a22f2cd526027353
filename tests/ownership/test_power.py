"""The Shapley-Shubik index, counted by dynamic programming, is what every order of the voters gives, to the last fraction."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations
from math import factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ownership.worlds import asked, world

from egide.ownership.power import HEAVIEST, MOST_VOTERS, shapley_shubik


def by_orders(votes: list[int]) -> list[Fraction]:
    """In each order, whoever brings the sum above half."""
    turns, total = [0] * len(votes), sum(votes)
    for order in permutations(range(len(votes))):
        joined = 0
        for voter in order:
            joined += votes[voter]
            if 2 * joined > total:
                turns[voter] += 1
                break
    return [Fraction(turn, factorial(len(votes))) for turn in turns]


def by_coalitions(votes: list[int]) -> list[Fraction]:
    """For more voters: each coalition that a voter turns, weighed by the orders that lead to it."""
    count, total = len(votes), sum(votes)
    found = []
    for voter, own in enumerate(votes):
        others = [vote for other, vote in enumerate(votes) if other != voter]
        orders = sum(
            factorial(size) * factorial(count - size - 1)
            for size in range(count) for some in combinations(others, size) if 2 * sum(some) <= total < 2 * (sum(some) + own)
        )  # fmt: skip
        found.append(Fraction(orders, factorial(count)))
    return found


def some(most: int, voters: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, most), min_size=1, max_size=voters).filter(any)


@settings(max_examples=80, deadline=None)
@given(some(100, 6))
def test_the_index_is_what_all_orders_give(votes: list[int]) -> None:
    assert shapley_shubik(votes) == by_orders(votes)


@pytest.mark.parametrize("votes", [[1, 2, 3, 4, 5, 6, 7], [49, 1, 10, 10, 10, 10, 10], [0, 25, 25, 25, 0, 0], [500, 499, 1, 1, 1, 1, 1]])
def test_the_index_of_seven_is_what_all_orders_give(votes: list[int]) -> None:
    assert shapley_shubik(votes) == by_orders(votes)


@settings(max_examples=30, deadline=None)
@given(some(1000, 9))
def test_the_index_of_nine_is_what_all_coalitions_give(votes: list[int]) -> None:
    assert shapley_shubik(votes) == by_coalitions(votes)


@settings(max_examples=100, deadline=None)
@given(some(400, 25))
def test_the_indices_make_one_and_more_votes_never_have_less_power(votes: list[int]) -> None:
    found = shapley_shubik(votes)
    assert found
    assert sum(found) == 1
    by_votes = sorted(zip(votes, found, strict=True))
    assert [index for _, index in by_votes] == sorted(found)


def test_forty_nine_beside_dust_has_nearly_everything_and_fifty_fifty_halves() -> None:
    assert shapley_shubik([50, 49, 1]) == [Fraction(2, 3), Fraction(1, 6), Fraction(1, 6)]
    assert shapley_shubik([51, 49]) == [1, 0]
    assert shapley_shubik([50, 50]) == [Fraction(1, 2)] * 2
    assert shapley_shubik([34, 33, 33]) == [Fraction(1, 3)] * 3


def test_equal_voters_are_equal_however_many() -> None:
    assert shapley_shubik([7] * MOST_VOTERS) == [Fraction(1, MOST_VOTERS)] * MOST_VOTERS


def test_no_votes_too_many_voters_and_too_fine_votes_are_not_counted() -> None:
    assert shapley_shubik([]) is None
    assert shapley_shubik([0, 0]) is None
    assert shapley_shubik([1] * (MOST_VOTERS + 1)) is None
    assert shapley_shubik([HEAVIEST, 1]) is None
    assert shapley_shubik([HEAVIEST * 1_000_000, 1_000_000 * HEAVIEST]) == [Fraction(1, 2)] * 2


def test_an_answer_gives_the_power_of_those_who_vote_in_the_company_itself() -> None:
    register = world("nuage: alpha 50, beta 49, marie 1", "beta: omega 100", marie="person FR")
    power = {one.party: one.power for one in asked(register).holders}
    assert (power["alpha"], power["beta"], power["marie"]) == (Fraction(2, 3), Fraction(1, 6), Fraction(1, 6))
    assert power["omega"] is None


def test_treasury_shares_have_no_power_and_leave_it_to_the_others() -> None:
    power = {one.party: one.power for one in asked(world("nuage: alpha 46, beta 44, nuage 10 treasury")).holders}
    assert (power["alpha"], power["beta"]) == (1, 0)


def test_votes_that_are_not_all_counted_give_nobody_an_index() -> None:
    for table in ("nuage: alpha 40-45, beta 55-60", "nuage: alpha 40, beta 50"):
        assert {one.power for one in asked(world(table)).holders} == {None}
