"""The index answers as a plain filter over the sheets does: what is found, what is left out as unknown, and every count by value.

The filter here is written apart from the one in the product: it reads values off the sheets and compares them itself.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.catalogue.saying import DAY

from egide.catalogue.search import Finder, Row, amend, build, chosen, parse, rows
from egide.catalogue.sheets import Sheet
from egide.catalogue.shelf import Shelf

from .invented import Invented

COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


@pytest.fixture(scope="module", params=["whole", "amended"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Finder, list[Row]]:
    """An index made at once, and one of the same rows that was made of an earlier one twice."""
    folder = tmp_path_factory.mktemp("index")
    every = list(rows(Shelf([Invented(400)], DAY)))
    if request.param == "whole":
        assert build(iter(every), folder) == len(every)
        return Finder(folder), every
    first, second, third = (folder / name for name in ("first", "second", "third"))
    for one in (first, second, third):
        one.mkdir()
    before = [one for one in rows(Shelf([Invented(450, seed=2)], DAY)) if one.sheet.subject > "offre-fictive-0020"]
    build(iter(before), first)
    subjects = sorted({one.sheet.subject for one in (*before, *every)})
    half = set(subjects[::2])
    amend(first, half, [one for one in every if one.sheet.subject in half], second)
    assert amend(second, set(subjects) - half, [one for one in every if one.sheet.subject not in half], third) == len(every)
    return Finder(third), every


@dataclass(frozen=True)
class Ask:
    """A condition, as it is written and as this file answers it: True, False, or None when the sheet does not know."""

    text: str
    name: str
    answer: Callable[[Sheet], bool | None]


def of_set(name: str, properties: tuple[str, ...], values: list[str], negated: bool) -> Ask:
    def answer(sheet: Sheet) -> bool | None:
        held = {str(one).casefold() for part in properties for one in sheet.listed(part)}
        return None if not held else bool(held & {one.casefold() for one in values}) is not negated

    return Ask(f"{name}{'!=' if negated else '='}{'|'.join(f'«{one}»' for one in values)}", name, answer)


def of_number(name: str, wrote: str, op: str, wanted: float, read: Callable[[Sheet], float | None], share: float = 0.0) -> Ask:
    def answer(sheet: Sheet) -> bool | None:
        number = read(sheet)
        if number is None:
            return None
        if op in {"=", "!="} and share:
            return (abs(number - wanted) <= share * max(number, wanted)) is (op == "=")
        return COMPARED[op](number, wanted)

    return Ask(f"{name}{op}{wrote}", name, answer)


def price(sheet: Sheet) -> float | None:
    hour, month = sheet.value("price_hour"), sheet.value("price_month")
    if isinstance(hour, int):
        return hour
    return month / 730 if isinstance(month, int) else None


def number(name: str) -> Callable[[Sheet], float | None]:
    def read(sheet: Sheet) -> float | None:
        value = sheet.value(name)
        return float(value) if isinstance(value, (int, float)) else None

    return read


def ordinal(sheet: Sheet) -> float | None:
    value = sheet.value("qualified_to")
    return float(value.toordinal()) if isinstance(value, date) else None


OPS = st.sampled_from(list(COMPARED))
ASKS = st.one_of(
    st.builds(of_set, st.just("region"), st.just(("regions", "countries")),
              st.lists(st.sampled_from(["FR", "DE", "nl-1"]), min_size=1, max_size=2), st.booleans()),
    st.builds(of_set, st.just("functions"), st.just(("functions",)),
              st.lists(st.sampled_from(["database", "compute"]), min_size=1, max_size=2), st.booleans()),
    st.builds(of_set, st.just("provider"), st.just(("provider",)), st.just(["FOURNISSEUR FICTIF 1"]), st.booleans()),
    st.builds(of_set, st.just("certifications"), st.just(("certifications",)), st.just(["ISO 27001"]), st.booleans()),
    st.builds(of_set, st.just("qualification"), st.just(("qualification",)), st.just(["qualified"]), st.booleans()),
    st.builds(lambda op, euros: of_number("price", f"{euros / 10**6}", op, euros, price), OPS, st.integers(0, 90_000_000)),
    st.builds(lambda op, value: of_number("sla_percent", f"{value}%", op, value, number("sla_percent")), OPS,
              st.sampled_from([99.0, 99.9, 99.95])),
    st.builds(lambda op, value: of_number("memory_gb", f"{value}GB", op, value, number("memory_gb"), 0.075), OPS,
              st.sampled_from([4, 8, 9])),
    st.builds(lambda op, day: of_number("qualified_to", f"{day}", op, day.toordinal(), ordinal), OPS,
              st.dates(DAY - timedelta(days=300), DAY + timedelta(days=900))),
)  # fmt: skip
FACETS = ("provider", "kinds", "functions", "countries", "qualification", "certifications")


@given(st.lists(ASKS, min_size=1, max_size=4))
def test_what_is_found_and_what_is_left_out_are_what_a_plain_filter_says(world: tuple[Finder, list[Row]], asks: list[Ask]) -> None:
    finder, every = world
    met, unknown = [], []
    for row in every:
        answers = [ask.answer(row.sheet) for ask in asks]
        if all(answers):
            met.append(row)
        elif False not in answers:
            unknown.append(row)
    where = parse(" ".join(ask.text for ask in asks))
    answer = finder.ask("", where, limit=1000, facets=chosen(FACETS))
    assert [hit["key"] for hit in answer.hits] == sorted((row.key for row in met), key=lambda key: _by_name(every, key))
    assert (answer.total, answer.unknown) == (len(met), len(unknown))
    lacking = {ask.name: sum(ask.answer(row.sheet) is None for row in unknown) for ask in asks}
    assert answer.unknown_by == {name: count for name, count in lacking.items() if count}
    listed = finder.ask("", where, limit=1000, unknown=True)
    assert {hit["key"] for hit in listed.hits} == {row.key for row in unknown}
    for facet in answer.facets:
        values = Counter(value for row in met for value in row.sheet.listed(facet.field))
        assert {one.value: one.count for one in facet.counts} == values
        assert facet.unknown == sum(not row.sheet.listed(facet.field) for row in met)


def _by_name(every: list[Row], key: str) -> tuple[str, str]:
    row = next(row for row in every if row.key == key)
    return row.name.casefold().replace("é", "e"), key


def test_spans_of_a_quantity_are_counted_as_a_plain_filter_counts_them(world: tuple[Finder, list[Row]]) -> None:
    finder, every = world
    [facet] = finder.ask("", parse(""), facets=chosen(["price"])).facets
    known = [one for row in every if (one := price(row.sheet)) is not None]
    for span in facet.counts:
        assert span.count == sum((span.low or 0) <= one < (span.high or float("inf")) for one in known)
    assert sum(span.count for span in facet.counts) == len(known)
    assert facet.unknown == len(every) - len(known)


def test_cheapest_first_and_those_without_a_price_after_them(world: tuple[Finder, list[Row]]) -> None:
    finder, every = world
    known = sorted(one for row in every if (one := price(row.sheet)) is not None)
    pages = [finder.ask("", parse(""), limit=50, offset=offset, sort="price").hits for offset in range(0, len(every), 50)]
    shown = [hit["values"].get("price") for page in pages for hit in page]
    assert shown[: len(known)] == pytest.approx(known)
    assert shown[len(known):] == [None] * (len(every) - len(known))
    assert len({hit["key"] for page in pages for hit in page}) == len(every)


def test_the_same_rows_make_an_index_that_answers_in_the_same_order(world: tuple[Finder, list[Row]], tmp_path: Path) -> None:
    finder, every = world
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        build(iter(every), tmp_path / name)
    one, two = Finder(tmp_path / "one"), Finder(tmp_path / "two")
    for text in ("stockage", "nuage"):
        first, again, whoever = ([hit["key"] for hit in each.ask(text, parse(""), limit=1000).hits] for each in (one, two, finder))
        assert first == again
        assert sorted(first) == sorted(whoever)


@given(st.permutations(list(COMPARED)), st.lists(ASKS, min_size=2, max_size=4))
def test_the_order_of_conditions_changes_nothing(world: tuple[Finder, list[Row]], _: list[str], asks: list[Ask]) -> None:
    finder, _every = world
    one = finder.ask("", parse(" ".join(ask.text for ask in asks)))
    other = finder.ask("", parse(" and ".join(ask.text for ask in reversed(asks))))
    assert (one.total, one.unknown, one.hits) == (other.total, other.unknown, other.hits)
