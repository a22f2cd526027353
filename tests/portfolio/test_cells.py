"""What one cell says."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.portfolio.cells import Said, add_months, amount_eur, day, months, value_of, yes_no
from egide.portfolio.words import choice_words, fold
from egide.vocabulary.facts import FACTS, Kind
from egide.vocabulary.language import LANGUAGES, language


@pytest.mark.parametrize("written", ["oui", "Oui", "OUI ", "x", "X", "vrai", "1", 1, 1.0, True, "✓", "yes", "o"])
def test_there_are_many_ways_to_say_yes(written):
    assert yes_no(written) is True


@pytest.mark.parametrize("written", ["non", "Non", "faux", "0", 0, False, "no", "✗"])
def test_there_are_many_ways_to_say_no(written):
    assert yes_no(written) is False


@pytest.mark.parametrize("written", ["à confirmer", "A CONFIRMER", "?", "je ne sais pas", "NSP", "inconnu", "I don't know", "à vérifier"])
def test_not_knowing_is_neither_yes_nor_no(written):
    assert yes_no(written) is Said.DOES_NOT_KNOW


@pytest.mark.parametrize("written", [None, "", "  ", "-", "—", "N/A", "néant"])
def test_a_dash_says_nothing(written):
    assert yes_no(written) is Said.NOTHING


@pytest.mark.parametrize("written", ["oui à partir de 2027", "oui/non", "peut-être", "2", "partiellement"])
def test_a_yes_with_a_reserve_is_not_understood(written):
    assert yes_no(written) is Said.NOT_UNDERSTOOD


@pytest.mark.parametrize("written", [
    "30/11/2026", "30-11-2026", "30.11.2026", "2026-11-30", "30 novembre 2026", "30 nov. 2026", "lundi 30 novembre 2026", "30/11/26",
    date(2026, 11, 30), datetime(2026, 11, 30, 8, 15),  # noqa: DTZ001 - as a spreadsheet gives it
    46356, 46356.0, "46356", "2026-11-30 00:00:00", "2026-11-30T10:00:00Z",
    "30 November 2026",
])
def test_a_day_is_read_however_it_is_written(written):
    assert day(written) == date(2026, 11, 30)


def test_the_first_of_a_month_has_its_own_word_in_french():
    assert day("1er décembre 2026") == date(2026, 12, 1)
    assert day("1er août 2026") == date(2026, 8, 1)


@pytest.mark.parametrize("written", [
    "11/30/2026", "novembre 2026", "2026", 2026, "31/02/2026", "T4 2026", "30/11", "fin 2026", 1e9, -5, True, "0001-01-01",
])
def test_what_is_not_a_day_is_not_made_one(written):
    assert day(written) is Said.NOT_UNDERSTOOD


@pytest.mark.parametrize(("written", "euros"), [
    ("1 200 000 €", 1_200_000), ("1,2 M€", 1_200_000), ("1.2M€", 1_200_000), ("850 k€ TTC", 850_000), ("9 millions d'euros", 9_000_000),
    (1200000.0, 1_200_000), ("1.200.000", 1_200_000), ("1200,50 €", 1200), ("0", 0), ("3 Md€", 3_000_000_000),
])
def test_an_amount_is_read_in_euros(written, euros):
    assert amount_eur(written) == euros


@pytest.mark.parametrize("written", ["1,200", "1-2 M€", "environ 3 M€", "$ 300", "300 USD", -4, "plus de 9 M€"])
def test_an_amount_that_could_be_two_is_none(written):
    assert amount_eur(written) is Said.NOT_UNDERSTOOD


@pytest.mark.parametrize(("written", "many"), [("6 mois", 6), ("1 an", 12), ("2 ans", 24), ("3 years", 36)])
def test_a_duration_counts_in_months(written, many):
    assert months(written) == many


def test_six_months_after_the_end_of_august_is_the_end_of_february():
    assert add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert add_months(date(2027, 8, 31), 6) == date(2028, 2, 29)
    assert add_months(date(2025, 10, 1), 24) == date(2027, 10, 1)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_choice_is_read_back_from_its_token_and_from_its_label(lang):
    for fact in FACTS.values():
        if fact.kind is Kind.CHOICE:
            for token in fact.choices:
                assert value_of(fact, token) == token
                assert value_of(fact, language(lang).label(token)) == token


def test_no_word_names_two_choices_of_one_fact():
    for fact in FACTS.values():
        labels = [fold(language(code).label(token)) for code in LANGUAGES for token in fact.choices]
        for label in labels:
            assert choice_words(fact)[label] in fact.choices


@given(st.text())
def test_no_text_breaks_a_parser(text):
    for fact in FACTS.values():
        value = value_of(fact, text)
        assert isinstance(value, (Said, bool, int, str, date, frozenset))


@given(st.dates(date(1951, 1, 1), date(2149, 12, 31)))
def test_a_day_survives_every_usual_writing(when):
    for written in (when.isoformat(), when.strftime("%d/%m/%Y"), language("fr").day(when), language("en").day(when)):
        assert day(written) == when


@given(st.floats(allow_nan=True) | st.integers() | st.booleans())
def test_no_number_breaks_a_parser(number):
    for fact in FACTS.values():
        value_of(fact, number)
