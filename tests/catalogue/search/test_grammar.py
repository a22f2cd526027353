"""The language of filters: what it reads, in both languages, and how it says what is wrong and where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.catalogue.search import WhereError, parse


def read(where: str) -> list[tuple[str, object]]:
    return [
        (one.field.name, (one.negated, sorted(one.among) or [(span.low, span.high, span.with_low, span.with_high) for span in one.spans]))
        for one in parse(where).conditions
    ]


@pytest.mark.parametrize(("french", "english"), [
    ("région=FR qualifié=oui prix<0,05 €/h", "region=FR qualified=SecNumCloud price<0.05"), ("sortie≤0,01 €/Go", "egress<=0.01/GB"),
    ("fonction=« stockage objet »", 'function="object-storage"'), ("mémoire≥8Go et vcpu=2", "memory>=8GB and vcpu=2"),
    ("prix<12 €/mois", "price<12/month"), ("immunité=oui", "immune=yes"), ("qualifié_jusqu_au≥30/11/2026", "qualified_until>=2026-11-30"),
    ("fournisseur≠«Nuage fictif»", "provider!='nuage FICTIF'"), ("carbone<5 g", "carbon<5"), ("disponibilité>=99,9 %", "sla>=99.9"),
])  # fmt: skip
def test_a_filter_reads_the_same_in_french_and_in_english(french: str, english: str) -> None:
    assert read(french) == read(english)


def test_a_price_by_the_month_is_asked_of_the_price_of_the_month() -> None:
    assert [name for name, _ in read("price<12/month price<0.05/h")] == ["price_month", "price"]


def test_a_gibibyte_is_more_than_a_gigabyte_and_equality_bears_the_difference() -> None:
    assert read("memory>=8GiB") == [("memory_gb", (False, [(8.589934592, float("inf"), True, True)]))]
    [(_, (_, [(low, high, _, _)]))] = read("memory=8")  # type: ignore[misc]
    assert low < 8
    assert high > 8.589934592


@pytest.mark.parametrize(("where", "position", "said"), [
    ("regoin=FR", 0, "no property is named «regoin»; near: region"), ("region", 6, "was expected after «region»; the filter ends here"),
    ("region=", 7, "a value was expected after «=»; the filter ends here"), ("region=|FR", 7, "found «|»"),
    ("region<FR", 6, "takes = or != only"),
    ("price<cheap", 6, "cannot be read as a number of €/h"), ("price<0.05|2", 10, "takes one value"),
    ("=FR", 0, "a condition was expected"),
    ("qualified=maybe", 10, "none, expired, in-progress, qualified"), ("country=France", 8, "two-letter"),
    ("price<1,234", 6, "cannot be read"), ("price<-1", 6, "cannot be read"), ("price=nan", 6, "cannot be read"),
    ('name="abc', 5, "does not end"), ("function=obect-storage", 9, "object-storage"),
    ("price<5 USD", 8, "the unit of «price» (€/h)"),
    ("immune=perhaps", 7, "yes or no"), ("qualified_until<soon", 16, "not a day"), ("sla>200", 4, "cannot be read"),
    ("region=FR and", 10, "no property is named «and»"), ("price<5 $", 8, "found «$»"), ("label>=L9", 7, "SC, L1, L2, L3"),
    ("price<1e400", 6, "cannot be read"),
])  # fmt: skip
def test_a_filter_that_is_wrong_says_where_and_what_was_expected(where: str, position: int, said: str) -> None:
    with pytest.raises(WhereError) as raised:
        parse(where)
    assert raised.value.position == position
    assert str(raised.value).startswith(f"character {position + 1}: ")
    assert said in str(raised.value)


def test_an_empty_filter_asks_nothing_and_a_huge_one_is_refused() -> None:
    assert parse("  ").conditions == ()
    with pytest.raises(WhereError):
        parse("a=1 " * 1000)
    with pytest.raises(WhereError):
        parse("vcpu=1 " * 60)


@given(st.text(st.sampled_from("regionprice=<>!|€/h0159,.\"«»' FRGB-%"), max_size=40) | st.text(max_size=30))
def test_any_text_is_a_filter_or_says_what_is_wrong_with_it(text: str) -> None:
    try:
        parse(text)
    except WhereError as error:
        assert 0 <= error.position <= len(text)
