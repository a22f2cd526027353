"""Offers side by side: what differs, what cannot be told, what is best, and what is not known to be any of these."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.catalogue.saying import DAY, STATEMENTS, origin, said

from egide.catalogue.comparing import Comparison, Line, compare
from egide.catalogue.elsewhere import elsewhere, said_in_general
from egide.catalogue.sheets import Sheet, fold
from egide.vocabulary.findings import Answer
from egide.vocabulary.properties import Value
from egide.vocabulary.statements import Assurance, Statement


def sheet(subject: str, *statements: Statement, **known: Value | None) -> Sheet:
    stated = [said(value, name, subject=subject) for name, value in known.items()]
    return fold(subject, [*statements, *stated], DAY)


def line(comparison: Comparison, name: str) -> Line:
    return next(one for one in comparison.lines if one.field.name == name)


def test_what_differs_comes_first_and_what_is_not_known_is_never_the_same() -> None:
    first, second = sheet("a", sla_percent=99.9, controlled_from="FR", exit_days=30), sheet("b", sla_percent=99.5, controlled_from="FR")
    made = compare([first, second], DAY)
    assert line(made, "sla_percent").differs is Answer.MET
    assert line(made, "controlled_from").differs is Answer.NOT_MET
    assert line(made, "exit_days").differs is Answer.UNKNOWN
    places = {one.field.name: place for place, one in enumerate(made.lines)}
    assert places["sla_percent"] < places["exit_days"] < places["controlled_from"]


def test_a_buyers_questions_are_shown_even_when_nobody_answers_them() -> None:
    names = {one.field.name for one in compare([sheet("a", name="A"), sheet("b", name="B")], DAY).lines}
    assert {"price", "egress_price", "exit_days", "export_formats", "carbon_g_hour", "qualification"} <= names


def test_the_best_is_marked_only_when_every_value_is_known() -> None:
    both = compare([sheet("a", exit_days=30), sheet("b", exit_days=10)], DAY)
    assert [cell.best for cell in line(both, "exit_days").cells] == [False, True]
    one = compare([sheet("a", exit_days=30), sheet("b", exit_days=10), sheet("c", name="C")], DAY)
    assert not any(cell.best for cell in line(one, "exit_days").cells)
    alike = compare([sheet("a", exit_days=30), sheet("b", exit_days=30)], DAY)
    assert not any(cell.best for cell in line(alike, "exit_days").cells)
    unranked = compare([sheet("a", controlled_from="FR"), sheet("b", controlled_from="DE")], DAY)
    assert not any(cell.best for cell in line(unranked, "controlled_from").cells)


def test_a_month_and_an_hour_are_brought_to_one_unit_and_said_to_be() -> None:
    made = compare([sheet("a", price_hour=100_000), sheet("b", price_month=36_500_000)], DAY)
    hour, month = line(made, "price"), line(made, "price_month")
    assert [(cell.value, cell.brought) for cell in hour.cells] == [(100_000, False), (50_000, True)]
    assert [(cell.value, cell.brought) for cell in month.cells] == [(73_000_000, True), (36_500_000, False)]
    assert [cell.best for cell in hour.cells] == [False, True]


def test_a_negotiated_price_is_the_price_and_the_list_price_is_shown_after_it() -> None:
    made = compare([sheet("a", price_hour=100_000, negotiated_hour=80_000), sheet("b", price_hour=90_000)], DAY)
    first = line(made, "price").cells[0]
    assert first.value == 80_000
    assert [one.property for one in first.holding] == ["negotiated_hour", "price_hour"]


def test_issuers_who_differ_are_shown_to_and_the_stronger_gives_the_value() -> None:
    strong = said(99.99, subject="a", by=origin("did:web:auditeur.example", Assurance.AUDITED, document="d2"))
    made = compare([sheet("a", strong, sla_percent=99.9), sheet("b", sla_percent=99.99)], DAY)
    first = line(made, "sla_percent").cells[0]
    assert (first.value, first.conflict, first.holding[0].origin.assurance) == (99.99, True, Assurance.AUDITED)
    assert line(made, "sla_percent").differs is Answer.NOT_MET


def test_what_was_never_qualified_has_no_end_of_qualification_to_know() -> None:
    made = compare([sheet("a", qualification="none"), sheet("b", qualification="qualified", qualified_to=DAY)], DAY)
    ends = line(made, "qualified_to")
    assert [(cell.applies, cell.value) for cell in ends.cells] == [(False, None), (True, DAY)]
    assert ends.differs is Answer.MET
    assert line(compare([sheet("a", name="A"), sheet("b", qualification="none")], DAY), "qualified_to").differs is Answer.UNKNOWN


def test_a_gibibyte_and_a_gigabyte_are_not_a_difference() -> None:
    assert line(compare([sheet("a", memory_gb=8), sheet("b", memory_gb=8.589934592)], DAY), "memory_gb").differs is Answer.NOT_MET


@given(st.lists(st.lists(STATEMENTS, max_size=4), min_size=2, max_size=4))
def test_the_order_of_the_offers_changes_no_answer(told: list[list[Statement]]) -> None:
    sheets = [fold("x", statements, DAY) for statements in told]
    expected = {one.field.name: one.differs for one in compare(sheets, DAY).lines}
    for order in itertools.islice(itertools.permutations(range(len(sheets))), 6):
        made = compare([sheets[place] for place in order], DAY)
        assert {one.field.name: one.differs for one in made.lines} == expected


@given(st.lists(STATEMENTS, max_size=6))
def test_an_offer_compared_with_itself_never_differs_and_is_never_best(told: list[Statement]) -> None:
    one = fold("x", told, DAY)
    for line_ in compare([one, one], DAY).lines:
        assert line_.differs is not Answer.MET
        assert not any(cell.best for cell in line_.cells)


@pytest.mark.parametrize(("regions", "value"), [((None, "par"), 10), (("par", "fra"), None), ((None,), 10)])
def test_a_size_without_a_region_is_told_by_what_its_list_says_in_general(regions: tuple[str | None, ...], value: int | None) -> None:
    prices = dict(zip(regions, (10, 20), strict=False))
    own = [said(price, "price_hour", subject="size", region=region) for region, price in prices.items()]
    inherited = [said("none", "qualification", subject="offer")]
    found = elsewhere("size", own, [*own, *inherited], DAY)
    assert found.value("price_hour") == value
    assert found.value("qualification") == "none"
    assert said_in_general(own) is (regions == (None, "par"))
