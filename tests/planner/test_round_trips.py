"""Measured round trips: read strictly, the slower of both ways, and before the estimate."""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.planner.market import LEAST_US, Market, Place
from egide.planner.round_trips import between, read_round_trips
from egide.vocabulary.errors import InputError

PLACES = ("a/x", "a/y", "b/x")
FAR = {one.key: one for one in (Place("a", "x", "FR", 48.0, 2.0), Place("a", "y", "FR", 43.0, 5.0), Place("b", "x"))}
_ends = st.tuples(st.sampled_from(PLACES), st.sampled_from(PLACES))
_thousandths = st.integers(1, 10_000_000)


def known(name: str) -> str | None:
    return name if name in PLACES else None


@given(st.dictionaries(_ends, _thousandths), st.sampled_from(";,\t"))
def test_the_slower_of_both_ways_counts_and_stands_before_the_estimate(measured: dict[tuple[str, str], int], separator: str) -> None:
    table = io.StringIO()
    writer = csv.writer(table, delimiter=separator)
    writer.writerow(("from", "to", "ms"))
    writer.writerows((*ends, taken / 1000) for ends, taken in measured.items())
    found, problems = between(read_round_trips(table.getvalue().encode(), "trips.csv"), known)
    market, estimate = Market(FAR, (), found), Market(FAR, ())
    assert not problems
    for one in PLACES:
        for other in PLACES:
            both = [taken for ends, taken in measured.items() if ends in {(one, other), (other, one)}]
            assert market.round_trip_us(one, other) == (max(both) if both else estimate.round_trip_us(one, other))


@given(st.decimals(min_value="0.0001", max_value="10000", places=6))
def test_a_time_is_never_rounded_down(ms: object) -> None:
    (one,) = read_round_trips(f"de;vers;ms\na/x;b/x;{ms}\n".replace(".", ",").encode(), "trips.csv")
    assert one.microseconds == max(1, ceil(Fraction(str(ms)) * 1000))


def test_without_a_measure_the_distance_says_and_without_coordinates_nothing_does() -> None:
    market = Market(FAR, (), {})
    assert market.round_trip_us("a/x", "a/x") == LEAST_US
    assert market.round_trip_us("a/x", "a/y") == LEAST_US + round((market.distance_km("a/x", "a/y") or 0) * 10)
    assert market.round_trip_us("a/x", "b/x") is None
    assert market.within_us("a/x", 10**9) == market.bits["a/x"] | market.bits["a/y"]
    assert Market(FAR, (), {("a/x", "b/x"): 7000}).within_us("b/x", 7000) & market.bits["a/x"]


def test_a_row_of_a_place_that_nobody_prices_is_told_with_its_row() -> None:
    found, problems = between(read_round_trips(b"from,to,ms\na/x,c/z,3\na/x,b/x,4\nc/z,c/z,1\n", "trips.csv"), known)
    assert found == {("a/x", "b/x"): 4000}
    assert [(one.at.row, one.args["name"]) for one in problems] == [(2, "c/z"), (4, "c/z")]


@pytest.mark.parametrize(("table", "said"), [
    (b"", "empty"), (b"from,to\na/x,b/x\n", "«ms»"), (b"from;to;ms\na/x;b/x;-3\n", "row 2 column «ms»"),
    (b"from;to;ms\na/x;b/x;0\n", "«0»"), (b"from;to;ms\na/x;b/x;vite\n", "vite"), (b"from;to;ms\na/x;b/x;nan\n", "nan"),
    (b"from;to;ms\na/x;b/x;10001\n", "10001"), (b"from;to;ms\na/x;b/x;\n", "row 2 column «ms»"),
    (b"from;to;ms\na;b/x;3\n", "row 2 column «from»"),
    (b"from;to;ms\na/x;;3\n", "row 2 column «to»"), (b"from;to;ms\na/x;b/x;3\na/x;b/x;4\n", "a/x"), (b"\x00\x01\x02\x03", "not text"),
    (b"from;to;ms\na/x;b/x;12 ms\n", "12 ms"),
])  # fmt: skip
def test_a_table_that_cannot_be_used_is_refused_with_its_place(table: bytes, said: str) -> None:
    with pytest.raises(InputError) as refused:
        read_round_trips(table, "trips.csv")
    assert said in str(refused.value)
    assert "trips.csv" in str(refused.value)
