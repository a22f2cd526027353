"""Values as people read them: sizes in the unit of their property and to the third decimal, the binary unit beside where it was meant."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.papers.statement_text import property_value_text
from egide.vocabulary.properties import PROPERTIES

MEMORY, OUTGOING = PROPERTIES["memory_gb"], PROPERTIES["egress_included_gb"]


@pytest.mark.parametrize(("gigabytes", "fr", "en"), [
    (68.719476736, "68,719\u00a0Go (64\u00a0Gio)", "68.719\u00a0GB (64\u00a0GiB)"),
    (64, "64\u00a0Go", "64\u00a0GB"),
    (0.536870912, "0,537\u00a0Go (512\u00a0Mio)", "0.537\u00a0GB (512\u00a0MiB)"),
    (5497.558138880, "5\u202f497,558\u00a0Go (5\u00a0Tio)", "5,497.558\u00a0GB (5\u00a0TiB)"),
    (0.000123456, "0,000123\u00a0Go", "0.000123\u00a0GB"),
    (1.5, "1,5\u00a0Go", "1.5\u00a0GB"),
    (12.3456789, "12,346\u00a0Go", "12.346\u00a0GB"),
    (0, "0\u00a0Go", "0\u00a0GB"),
])  # fmt: skip
def test_a_size_reads_as_people_write_it(gigabytes: float, fr: str, en: str) -> None:
    assert (property_value_text(MEMORY, gigabytes, "fr"), property_value_text(MEMORY, gigabytes, "en")) == (fr, en)


def test_what_goes_out_in_a_month_is_a_size_too() -> None:
    assert property_value_text(OUTGOING, 1099.511627776, "fr") == "1\u202f099,512\u00a0Go/mois (1\u00a0Tio)"


def test_a_promise_keeps_all_its_decimals() -> None:
    """Rounded, 99.9999 % would promise more than was said."""
    assert property_value_text(PROPERTIES["sla_percent"], 99.9999, "en") == "99.9999\u00a0%"


@given(st.integers(1, 10**6))
def test_every_whole_binary_size_can_be_read_back(gibibytes: int) -> None:
    said = property_value_text(MEMORY, float(Decimal(gibibytes) * 2**30 / 10**9), "en")
    figure, unit = said.rpartition("(")[2].rstrip(")").replace(",", "").split("\u00a0")
    assert Decimal(figure) * {"MiB": 2**20, "GiB": 2**30, "TiB": 2**40, "GB": 10**9}[unit] == gibibytes * 2**30
