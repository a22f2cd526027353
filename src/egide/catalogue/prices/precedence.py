"""Which of several prices for the same thing holds on a day: what a body negotiated before the public list, then the latest.

A negotiated price holds from its day to the end that it names; when it has ended the list price holds again. Every price set aside
keeps its reason, and two that disagree without one being later are both shown: none is chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from egide.catalogue.prices.records import Price, Tariff
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from egide.catalogue.prices.records import Basis

NEGOTIATED_FIRST = N_("a negotiated price stands before it")
NEWER = N_("a newer price stands before it")
ENDED = N_("it ended on {day}")
NOT_YET = N_("it begins on {day}")
REPEATED = N_("another document says the same")
AS_RECENT = N_("another price of the same day says otherwise")


@dataclass(frozen=True, slots=True)
class SetAside:
    """A price that does not hold, and why."""

    price: Price
    because: str
    args: dict[str, object]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What holds for one thing on a day; None when nothing does, or when equals disagree."""

    price: Price | None
    aside: tuple[SetAside, ...]


def in_force(prices: Iterable[Price], on: date) -> dict[tuple[str, str, str | None, Basis, int], Chosen]:
    """For each thing priced, by `Price.key`, the price that holds on that day and the others with their reasons."""
    groups: dict[tuple[str, str, str | None, Basis, int], list[Price]] = {}
    for price in prices:
        groups.setdefault(price.key, []).append(price)
    return {key: _chosen(group, on) for key, group in groups.items()}


def _chosen(group: Sequence[Price], on: date) -> Chosen:
    aside = [SetAside(price, NOT_YET, {"day": price.on}) for price in group if price.on > on]
    aside += [SetAside(price, ENDED, {"day": price.until}) for price in group if price.on <= on and _ended(price, on)]
    held = [price for price in group if price.on <= on and not _ended(price, on)]
    negotiated = [price for price in held if price.tariff is Tariff.NEGOTIATED]
    if negotiated:
        aside += [SetAside(price, NEGOTIATED_FIRST, {}) for price in held if price.tariff is Tariff.LIST]
        held = negotiated
    if not held:
        return Chosen(None, tuple(aside))
    latest = max(price.on for price in held)
    aside += [SetAside(price, NEWER, {}) for price in held if price.on < latest]
    held = [price for price in held if price.on == latest]
    if len({price.micro_euros for price in held}) > 1:
        return Chosen(None, (*aside, *(SetAside(price, AS_RECENT, {}) for price in held)))
    aside += [SetAside(price, REPEATED, {}) for price in held[1:]]
    return Chosen(held[0], tuple(aside))


def _ended(price: Price, on: date) -> bool:
    return price.until is not None and price.until < on
