"""Which price holds on a day: the negotiated one, then the latest; equals that disagree settle nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from egide.catalogue.prices import Basis, Price, Priced, Tariff, in_force
from egide.vocabulary.errors import Location

PRICE = Price(
    "Nuage Fictif", "c2", "c2", Priced.INSTANCE, None, 100, Basis.HOUR, "100", Location("tarif.csv"), date(2026, 1, 1), "Nuage Fictif",
    "tarif",
)  # fmt: skip
DEAL = replace(PRICE, tariff=Tariff.NEGOTIATED, micro_euros=80, issuer="Ministère fictif", until=date(2026, 12, 31))


def held(*prices: Price, on: date) -> int | None:
    [chosen] = in_force(prices, on).values()
    assert len(chosen.aside) + (chosen.price is not None) == len(prices)
    return chosen.price.micro_euros if chosen.price else None


def test_a_negotiated_price_stands_before_a_newer_list_price_until_it_ends() -> None:
    newer = replace(PRICE, micro_euros=120, on=date(2026, 6, 1))
    assert held(PRICE, DEAL, newer, on=date(2026, 7, 1)) == 80
    assert held(PRICE, DEAL, newer, on=date(2027, 1, 1)) == 120


def test_a_price_of_a_later_day_does_not_hold_yet() -> None:
    assert held(PRICE, replace(PRICE, micro_euros=120, on=date(2026, 6, 1)), on=date(2026, 5, 31)) == 100
    assert held(PRICE, on=date(2025, 12, 31)) is None


def test_two_prices_of_one_day_that_disagree_settle_nothing() -> None:
    assert held(PRICE, replace(PRICE, micro_euros=101), on=date(2026, 5, 1)) is None
    assert held(PRICE, replace(PRICE, source="copie"), on=date(2026, 5, 1)) == 100


DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 6))
PRICES = st.builds(
    lambda on, micro, tariff, until: replace(PRICE, on=on, micro_euros=micro, tariff=tariff, until=until),
    DAYS, st.integers(1, 3), st.sampled_from(Tariff), st.none() | DAYS,
)  # fmt: skip


@given(st.lists(PRICES, min_size=1, max_size=6), DAYS, st.randoms(use_true_random=False))
def test_the_order_of_the_lists_changes_nothing_and_no_price_is_lost(prices: list[Price], on: date, random: object) -> None:
    answer = held(*prices, on=on)
    shuffled = list(prices)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert held(*shuffled, on=on) == answer
    holding = [one for one in prices if one.on <= on and (one.until is None or on <= one.until)]
    if answer is None:
        assert not holding or len({one.micro_euros for one in holding}) > 1
    if any(one.tariff is Tariff.NEGOTIATED for one in holding) and answer is not None:
        assert answer in {one.micro_euros for one in holding if one.tariff is Tariff.NEGOTIATED}
