"""The facts of a dossier: what each may be, and what it is not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.label.facts import COUNTRIES, FACTS, ONE_COUNTRY, WrongValueError, fact_value
from egide.vocabulary.facts import FACTS as OF_THE_DOCTRINE
from egide.vocabulary.facts import Kind, Subject

RIGHT = {
    Kind.YES_NO: (True, False), Kind.DAYS: (0, 21, 3660), Kind.COUNTRIES: (frozenset({"FR"}), ["FR", "NO"], [], "DE"),
    Kind.TEXT: ("FR",), Kind.CHOICE: ("both",),
}  # fmt: skip
WRONG = {
    Kind.YES_NO: ("yes", 1, 0, "", []), Kind.DAYS: (-1, 3661, 2.5, "21", True), Kind.COUNTRIES: (["France"], [False], "fr", 12, {"FR": 1}),
    Kind.TEXT: ("France", "", "EU", False, 3, "\x00", date(2026, 1, 1)), Kind.CHOICE: ("documented", True, ["both"]),
}  # fmt: skip


def test_every_fact_asks_a_question_of_somebody_about_the_offer() -> None:
    for fact in FACTS.values():
        assert fact.subject is Subject.OFFER
        assert fact.ask.endswith("?")
        assert (fact.kind is Kind.CHOICE) == bool(fact.choices)


def test_no_fact_of_the_dossier_is_also_one_of_the_doctrine() -> None:
    assert not set(FACTS) & set(OF_THE_DOCTRINE)


def test_every_text_is_a_country_today() -> None:
    assert {fact.name for fact in FACTS.values() if fact.kind is Kind.TEXT} == ONE_COUNTRY
    assert len(COUNTRIES) == 250


@pytest.mark.parametrize("name", FACTS)
def test_a_value_of_its_kind_is_taken(name: str) -> None:
    for value in RIGHT[FACTS[name].kind]:
        taken = fact_value(FACTS[name], value)
        assert taken == (frozenset(value) if isinstance(value, list) else frozenset({value}) if value == "DE" else value)


@pytest.mark.parametrize("name", FACTS)
def test_a_value_of_another_kind_is_refused_with_the_value(name: str) -> None:
    for value in WRONG[FACTS[name].kind]:
        with pytest.raises(WrongValueError) as refused:
            fact_value(FACTS[name], value)
        assert "{value}" in refused.value.message


@pytest.mark.parametrize("name", FACTS)
def test_nobody_knowing_is_a_value_of_every_fact(name: str) -> None:
    assert fact_value(FACTS[name], None) is None


def test_norway_that_yaml_took_for_a_no_is_refused_and_the_error_says_how_to_write_it() -> None:
    with pytest.raises(WrongValueError, match='quote "NO"'):
        fact_value(FACTS["contract.law"], False)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5,
)  # fmt: skip


@given(st.sampled_from(sorted(FACTS)), anything)
def test_whatever_is_written_is_a_value_of_the_kind_or_refused(name: str, written: object) -> None:
    try:
        value = fact_value(FACTS[name], written)
    except WrongValueError:
        return
    kinds = {Kind.YES_NO: bool, Kind.DAYS: int, Kind.COUNTRIES: frozenset, Kind.TEXT: str, Kind.CHOICE: str}
    assert value is None or isinstance(value, kinds[FACTS[name].kind])
