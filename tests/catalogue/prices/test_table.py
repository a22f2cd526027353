"""Any CSV of prices: its columns are guessed and shown, its figures read without choosing between two readings."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.catalogue.prices import Basis, Priced, PriceList, PriceMapping, Tariff, read_price_mapping, read_price_table, write_price_mapping
from egide.catalogue.prices.figures import amount_of, decimal_mark
from egide.vocabulary.errors import InputError

ON = date(2026, 10, 1)
FRENCH = (
    "Référence;Désignation;vCPU;RAM (Go);Prix horaire HT (€);Prix mensuel HT (€);Région;Remarque\n"
    "c2;Machine;2;8;0,0512;37,38;Lyon;x\nc4;Machine;4;16;0,1024;1 074,76;Lyon;\nc8;Machine;8;32;sur devis;;Lyon;\n"
)


def read(text: str, **given: Any) -> tuple[PriceList, PriceMapping]:
    return read_price_table(text.encode(), "tarif.csv", **{"on": ON, "provider": "Nuage Fictif", **given})


def test_a_french_table_gives_the_hour_and_the_month_side_by_side() -> None:
    made, mapping = read(FRENCH)
    assert [(one.item, one.basis, one.micro_euros, one.place) for one in made.prices] == [
        ("c2", Basis.HOUR, 51_200, "Lyon"), ("c2", Basis.MONTH, 37_380_000, "Lyon"),
        ("c4", Basis.HOUR, 102_400, "Lyon"), ("c4", Basis.MONTH, 1_074_760_000, "Lyon"),
    ]  # fmt: skip
    assert [one.item for one in made.apart] == ["c8"]
    assert [one.heading for one in mapping.left] == ["Remarque"]


def test_a_mapping_that_was_saved_reads_the_same_prices() -> None:
    made, mapping = read(FRENCH)
    again, _ = read_price_table(FRENCH.encode(), "tarif.csv", read_price_mapping(write_price_mapping(mapping), "mapping.yaml"))
    assert again.prices == made.prices


def test_a_mapping_by_hand_takes_unit_and_currency_from_the_headings() -> None:
    mapping = "schema: egide/price-mapping/1\nconstant: {provider: Nuage Fictif, what: instance, on: 2026-10-01}\ncolumns:\n" + "".join(
        f"- {{heading: {heading}, is: {meaning}}}\n" for heading, meaning in (("code", "item"), ("Prix (€/h)", "amount"))
    )
    made, _ = read_price_table("code;Prix (€/h)\nx;0,5\n".encode(), "tarif.csv", read_price_mapping(mapping.encode(), "mapping.yaml"))
    assert [(one.basis, one.micro_euros) for one in made.prices] == [(Basis.HOUR, 500_000)]


def test_a_heading_whose_unit_changed_stops_the_reading_and_is_named() -> None:
    _, mapping = read(FRENCH)
    with pytest.raises(InputError, match=r"«Prix horaire HT \(€\)».*is gone; near it: Prix journalier HT \(€\)"):
        read(FRENCH.replace("Prix horaire", "Prix journalier"), mapping=mapping)


def test_a_column_before_the_mapping_and_the_options_before_both_when_no_column_says() -> None:
    text = "provider,item,category,price,unit,currency,date\nA,v,Block storage,0.04,€/GB/month,EUR,2026-09-01\n"
    made, _ = read(text, tariff=Tariff.NEGOTIATED)
    [price] = made.prices
    assert (price.provider, price.on, price.tariff, price.issuer) == ("A", date(2026, 9, 1), Tariff.NEGOTIATED, "A")
    assert (price.what, price.basis, price.micro_euros) == (Priced.BLOCK_STORAGE, Basis.GB_MONTH, 40_000)


@pytest.mark.parametrize(("unit", "micro"), [("heure", 100_000), ("€/h", 100_000), ("par minute", 6_000_000)])
def test_units_in_words_are_brought_to_the_hour(unit: str, micro: int) -> None:
    made, _ = read(f"code;catégorie;prix;unité;devise\nx;machine;0,10;{unit};EUR\n")
    assert [(one.basis, one.micro_euros) for one in made.prices] == [(Basis.HOUR, micro)]


@pytest.mark.parametrize(("row", "column"), [
    ("x;machine;0,10;quinzaine;EUR", "unité"), ("x;téléportation;0,10;heure;EUR", "catégorie"), ("x;machine;dix;heure;EUR", "prix"),
    ("x;machine;-1;heure;EUR", "prix"), ("x;machine;1 €/100;heure;EUR", "prix"), (";machine;1;heure;EUR", "code"),
])  # fmt: skip
def test_a_bad_cell_is_a_problem_with_its_row_and_column_and_the_others_go_on(row: str, column: str) -> None:
    made, _ = read(f"code;catégorie;prix;unité;devise\nok;machine;1,5;heure;EUR\n{row}\n")
    assert [one.item for one in made.prices] == ["ok"]
    assert [(one.at.row, one.at.column) for one in made.problems] == [(3, column)]


def test_another_currency_no_currency_and_a_gigabyte_without_time_are_set_apart() -> None:
    text = "code,category,price,unit,currency\na,vm,1,hour,USD\nb,vm,1,hour,\nc,object storage,1,GB,EUR\nd,egress,1,GB,EUR\n"
    made, _ = read(text)
    assert [one.item for one in made.apart] == ["a", "b", "c"]
    assert [one.item for one in made.prices] == ["d"]


@pytest.mark.parametrize(("text", "said"), [
    ("Nom;Prix TTC (€/h)\nx;2\n", "net of tax"), ("a,b\n1,2\n", "net of tax"), ("Prix (€/h),Remarque\n1,2\n", "names what is sold"),
    ("", "empty"),
    ("code;catégorie;prix;unité;devise\nx;machine;dix;heure;EUR\n", "row 2 column «prix»: «dix» cannot be read as a price"),
])  # fmt: skip
def test_a_table_out_of_which_nothing_can_be_read_is_an_error_that_says_what(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read(text)


def test_a_price_with_tax_beside_a_net_one_is_left_and_says_why() -> None:
    made, mapping = read("code;catégorie;Prix HT (€/h);Prix TTC (€/h)\nx;machine;1,00;1,20\n")
    assert [one.micro_euros for one in made.prices] == [1_000_000]
    assert [(one.heading, bool(one.because)) for one in mapping.left] == [("Prix TTC (€/h)", True)]


def test_a_day_that_is_not_said_or_not_one_keeps_the_row_out() -> None:
    made, _ = read("code;catégorie;prix (€/h);date\nx;vm;1;\ny;vm;1;31/02/2026\nz;vm;1;01/10/2026\n", on=None)
    assert [one.item for one in made.prices] == ["z"]
    assert [(one.at.row, one.at.column) for one in made.problems] == [(2, "date"), (3, "date")]


@pytest.mark.parametrize(("cells", "cell", "amount"), [
    (["1,234"], "1,234", None), (["1,234", "0,5"], "1,234", Fraction(1234, 1000)), (["1,234", "12.50"], "1,234", Fraction(1234)),
    (["1.234.567"], "1.234.567", Fraction(1_234_567)), (["1.234,5"], "1.234,5", Fraction(12345, 10)),
    (["0,123"], "0,123", Fraction(123, 1000)),
    (["1 234,50 €"], "1 234,50 €", Fraction(12345, 10)), (["0,5", "0.5"], "1,234", None), (["x"], "x", None),
])  # fmt: skip
def test_a_comma_that_could_mean_either_is_read_as_the_column_shows(cells: list[str], cell: str, amount: Fraction | None) -> None:
    assert amount_of(cell, decimal_mark(cells)) == amount


@given(st.decimals(min_value=0, max_value=10**6, places=4), st.sampled_from([".", ","]))
def test_an_amount_with_four_decimals_is_read_as_it_was_written(amount: Any, mark: str) -> None:
    assert amount_of(str(amount).replace(".", mark), mark) == Fraction(amount)


@pytest.mark.parametrize(("mapping", "said"), [
    ("schema: other\ncolumns: []\n", "schema"),
    ("schema: egide/price-mapping/1\ncolumns: [{heading: a, is: weather}]\n", r"columns\[0\].is"),
    ("schema: egide/price-mapping/1\ncolumns: []\nextra: 1\n", "extra"),
    ("schema: egide/price-mapping/1\ncolumns: []\nconstant: {unit: fortnight}\n", "fortnight"),
    ("schema: egide/price-mapping/1\ncolumns: []\nconstant: {decimal: '!'}\n", "constant.decimal"),
    ("schema: egide/price-mapping/1\ncolumns: []\nconstant: {what: weather}\n", "weather"),
])  # fmt: skip
def test_a_mapping_that_is_wrong_says_where(mapping: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_price_mapping(mapping.encode(), "mapping.yaml")
