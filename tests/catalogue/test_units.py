"""What sellers write, in one unit; and nothing guessed."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.catalogue.units import normalised, read_number
from egide.vocabulary.findings import Reason
from egide.vocabulary.properties import PROPERTIES


@pytest.mark.parametrize(("name", "written", "unit", "value"), [
    ("memory_gb", "8 GiB", "", 8.589934592), ("memory_gb", "8 Go", "", 8), ("memory_gb", 8589934592, "B", 8.589934592),
    ("memory_gb", 512, "https://qudt.org/vocab/unit/MebiBYTE", 0.536870912), ("disk_gb", "1,5 TB", "", 1500),
    ("sla_percent", "99,95 %", "", 99.95), ("sla_percent", 99.9, "https://qudt.org/vocab/unit/PERCENT", 99.9),
    ("round_trip_ms", "0.013 s", "", 13), ("exit_days", "P1M", "", 30), ("exit_days", "2 semaines", "", 14),
    ("exit_days", "30 jours", "", 30), ("exit_days", "PT12H", "", 0.5), ("exit_days", 30, "", 30),
    ("price_hour", "0,05 €", "", 50_000), ("price_hour", "36.5 EUR/month", "", 50_000), ("price_month", "0.05 €/h", "", 36_500_000),
    ("price_month", "1 234,56 €", "", 1_234_560_000), ("egress_price", "0.01 €/GB", "", 10_000), ("egress_price", "10 €/TB", "", 10_000),
    ("storage_price", "0.0024 EUR/GB/month", "", 2400),
    ("headquarters", "fr", "", "FR"), ("headquarters", "DE-HH", "", "DE"), ("countries", "FR, de", "", frozenset({"FR", "DE"})),
    ("certifications", ["ISO 27001", "HDS"], "", frozenset({"ISO 27001", "HDS"})), ("hds_certified", "oui", "", True),
    ("sold_until", "2026-05-31T00:00:00Z", "", date(2026, 5, 31)), ("sold_until", "31/05/2026", "", date(2026, 5, 31)),
    ("kinds", "iaas; PaaS", "", frozenset({"IaaS", "PaaS"})), ("gaia_x_label", "l2", "", "L2"), ("energy_kwh_hour", "250 W", "", 0.25),
    ("carbon_g_hour", "0.02 kgCO2e/h", "", 20),
])  # fmt: skip
def test_what_is_written_is_read_in_the_unit_of_the_property(name, written, unit, value):
    assert normalised(PROPERTIES[name], written, unit) == value


@pytest.mark.parametrize(("name", "written", "unit"), [
    ("price_hour", "0.05 $", ""), ("price_hour", "0.05 USD/h", ""), ("memory_gb", "8 GHz", ""), ("memory_gb", "8 × 2 GB", ""),
    ("memory_gb", "a lot", ""), ("memory_gb", "-8 GB", ""), ("memory_gb", "1,000 GB", ""), ("memory_gb", "1,234.5 GB", ""),
    ("sla_percent", "101 %", ""), ("sla_percent", "0.5 days", ""), ("sla_percent", float("nan"), ""), ("sla_percent", float("inf"), ""),
    ("price_hour", "9e99 €", ""), ("exit_days", "soon", ""), ("exit_days", "P", ""), ("headquarters", "France", ""), ("countries", [], ""),
    ("countries", ["FR", "Germany"], ""), ("hds_certified", "perhaps", ""), ("sold_until", "2026-02-30", ""), ("gaia_x_label", "L4", ""),
    ("name", "", ""), ("name", "x" * 5000, ""), ("name", ["a", "b"], ""),
])  # fmt: skip
def test_what_cannot_be_read_without_guessing_has_no_value_and_says_why(name, written, unit):
    found = normalised(PROPERTIES[name], written, unit)
    assert isinstance(found, Reason)
    assert found.args["property"] == name


@given(st.decimals(0, 10**9, places=4))
def test_a_number_is_read_the_same_with_either_mark_and_any_spacing(number):
    plain = f"{number:f}"
    assert read_number(plain) == number
    assert read_number(f"{number:,.4f}".replace(",", "\u202f").replace(".", ",")) == number


BYTES = [("KiB", 1024), ("MB", 10**6), ("MiB", 1024**2), ("GiB", 1024**3), ("TB", 10**12), ("To", 10**12)]


@given(st.integers(1, 10**6), st.sampled_from(BYTES))
def test_bytes_keep_their_size_in_any_unit(count, unit):
    value = normalised(PROPERTIES["disk_gb"], f"{count} {unit[0]}")
    assert isinstance(value, (int, float))
    assert abs(Fraction(value) - Fraction(count * unit[1], 10**9)) <= Fraction(count * unit[1], 10**9) / 2**52


@given(st.integers(0, 10**12))
def test_money_is_never_lost_between_euros_and_their_millionths(micro):
    assert normalised(PROPERTIES["price_hour"], f"{micro // 10**6}.{micro % 10**6:06} €") == micro
    assert normalised(PROPERTIES["price_hour"], micro, "µ€") == micro
