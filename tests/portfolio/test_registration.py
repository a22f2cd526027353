"""SIREN, SIRET and identifiers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.portfolio.registration import LOST_DIGITS, NOT_A_NUMBER, WRONG_KEY, luhn, siren_of, slug

VALID = "00000010900009"
"""An invented number whose check digits are right."""


@pytest.mark.parametrize("written", ["00000010900009", "000 000 109 00009", "000\u202f000\u202f109", "000000109", "000-000-109"])
def test_a_siren_is_found_however_it_is_spaced(written):
    assert siren_of(written) == ("000000109", None)


def test_a_wrong_check_digit_is_reported_and_the_number_kept():
    assert siren_of("000000108") == ("000000108", WRONG_KEY)
    assert siren_of("00000010900005") == ("000000109", WRONG_KEY)


def test_offices_of_la_poste_have_their_own_check():
    assert not luhn("35600000000001")
    assert siren_of("35600000000001") == ("356000000", None)
    assert siren_of("356000000 00002")[1] == WRONG_KEY


@pytest.mark.parametrize("written", ["12", "ministère", "0000001091", "①②③④⑤⑥⑦⑧⑨"])
def test_what_is_not_a_number_identifies_nobody(written):
    assert siren_of(written) == (None, NOT_A_NUMBER)


def test_a_number_that_a_spreadsheet_shortened_identifies_nobody():
    assert siren_of("1,30006E+13") == (None, LOST_DIGITS)


def test_a_number_cell_gets_its_leading_zeros_back_only_when_the_check_digit_agrees():
    assert siren_of(9000002) == (None, NOT_A_NUMBER)
    assert siren_of(9000001.0) == ("009000001", None)


@given(st.text(min_size=1))
def test_an_identifier_is_made_of_plain_letters_and_is_stable(name):
    assert slug(name) == slug(name)
    assert slug(name)
    assert all(char.isascii() and (char.isalnum() or char == "-") for char in slug(name))


def test_two_long_names_that_begin_alike_get_two_identifiers():
    assert slug("Système " * 20 + "A") != slug("Système " * 20 + "B")
    assert slug("Système " * 20 + "B").startswith("systeme-systeme")
