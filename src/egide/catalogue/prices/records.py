"""One published price, and the list that it stands in.

Amounts are integer micro-euros, net of tax. A month is 730 hours (365 days of 24 hours over 12). A price quoted by the minute, the
hour or the year is brought to the hour, a stored gigabyte to the month, by exact fractions that are rounded once, half to even.
A gigabyte is the provider's own: providers do not say whether they mean 10^9 or 2^30 bytes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.vocabulary.findings import Problem

MICRO = 1_000_000
HOURS_A_MONTH = 730
MAX_BYTES = 64 * 1024 * 1024
MAX_PRICES = 500_000
MOST_MICRO_EUROS = 10**15
"""A thousand million euros: what is dearer is a mistake of unit."""

OTHER_CURRENCY = N_("the price is in {currency}, which is never converted here")
NO_CURRENCY = N_("no currency is stated")
NO_TIME = N_("«{unit}»: the source does not say for how long")
UNKNOWN_UNIT = N_("the unit «{unit}» is not one that prices are compared in")
NO_LONGER_SOLD = N_("no longer sold: {status}")
FREE_MACHINE = N_("a machine at a price of 0 is not taken for a price")
NOT_STATED = N_("the price is not stated")
NOT_COMPARED = N_("{what}: not among what is compared")
NOTHING_LEFT = N_("no price at all could be read: has the form of the list changed?")
TOO_MANY = N_("more than {limit} prices")


class Basis(StrEnum):
    """Per what a price is."""

    HOUR = "hour"
    MONTH = "month"
    """A month's plan: not 730 times an hour, but what the provider asks for the whole month."""
    GB_MONTH = "gb-month"
    GB = "gb"


class Priced(StrEnum):
    """What is sold at that price: what a plan adds up, and what leaving it would cost."""

    INSTANCE = "instance"
    BLOCK_STORAGE = "block-storage"
    OBJECT_STORAGE = "object-storage"
    EGRESS = "egress"
    """Data taken out while the service goes on: to users, or to another provider in parallel use (Data Act, article 34)."""
    SWITCHING = "switching"
    """Data taken out once, to change provider (Data Act, article 29)."""
    LOAD_BALANCER = "load-balancer"
    CONTROL_PLANE = "control-plane"


class Tariff(StrEnum):
    """A public list, or what one body negotiated."""

    LIST = "list"
    NEGOTIATED = "negotiated"


BASES: dict[Priced, frozenset[Basis]] = {
    Priced.INSTANCE: frozenset({Basis.HOUR, Basis.MONTH}), Priced.LOAD_BALANCER: frozenset({Basis.HOUR, Basis.MONTH}),
    Priced.CONTROL_PLANE: frozenset({Basis.HOUR, Basis.MONTH}), Priced.BLOCK_STORAGE: frozenset({Basis.GB_MONTH}),
    Priced.OBJECT_STORAGE: frozenset({Basis.GB_MONTH}), Priced.EGRESS: frozenset({Basis.GB}),
    Priced.SWITCHING: frozenset({Basis.GB}),
}  # fmt: skip
"""Per what each can be priced: a stored gigabyte without its time is no price."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A machine's size, as far as it is stated."""

    vcpus: int | None = None
    ram_mib: int | None = None
    disk_gb: int | None = None
    gpus: int | None = None
    gpu_model: str | None = None
    architecture: str | None = None


@dataclass(frozen=True, slots=True)
class Carbon:
    """An estimate by its issuer, per hour of use: micrograms are kept, so that nothing is rounded away."""

    micrograms_co2e_per_hour: int
    microlitres_water_per_hour: int | None
    method: str
    """Whose method it is, in words; empty when the issuer does not say."""


@dataclass(frozen=True, slots=True)
class Price:
    """One price."""

    provider: str
    item: str
    """The provider's own code: «b3-8», «POP2-2C-8G»."""
    name: str
    what: Priced
    place: str | None
    """The provider's region, zone or class of regions; None: the list does not tell places apart."""
    micro_euros: int
    basis: Basis
    quoted: str
    """As the source words it, for the reader who checks."""
    at: Location
    on: date
    issuer: str
    source: str
    tariff: Tariff = Tariff.LIST
    from_quantity: int = 1
    """The first unit that this price is for: tiers are separate prices."""
    shape: Shape | None = None
    carbon: Carbon | None = None
    status: str = ""
    """What the provider says of its availability, in its own word."""
    until: date | None = None
    """The announced end of the product or of the negotiated price."""

    @property
    def key(self) -> tuple[str, str, str | None, Basis, int]:
        """What makes two prices answers to the same question."""
        return (self.provider, self.item, self.place, self.basis, self.from_quantity)


@dataclass(frozen=True, slots=True)
class Apart:
    """Something read, understood, and not compared."""

    item: str
    place: str | None
    quoted: str
    because: str
    """A message of the catalogue, its names filled from ``args``."""
    args: dict[str, object]
    at: Location


@dataclass(slots=True)
class PriceList:
    """A list as it was read."""

    provider: str
    """Empty when the list speaks of several."""
    issuer: str
    source: str
    on: date
    prices: list[Price] = field(default_factory=list)
    apart: list[Apart] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def count_apart(self) -> dict[str, int]:
        """How many were set apart, by reason."""
        return dict(Counter(one.because for one in self.apart))

    def set_apart(self, item: str, place: str | None, quoted: str, at: Location, because: str, **args: object) -> None:
        """Keep what is not compared, with its reason."""
        self.apart.append(Apart(item, place, quoted, because, args, at))

    def add(self, price: Price) -> None:
        """Keep a price. Raises `InputError` beyond `MAX_PRICES`."""
        if len(self.prices) >= MAX_PRICES:
            raise InputError(TOO_MANY, Location(price.at.file), values={"limit": MAX_PRICES})
        self.prices.append(price)

    def settled(self) -> PriceList:
        """The list, unless nothing in it could be read and something was wrong: then that is the error, with its place."""
        if not self.prices and not self.apart and self.problems:
            first = self.problems[0]
            raise InputError(first.message, first.at, NOTHING_LEFT, first.args)
        return self


def micro_euros(euros: Fraction) -> int:
    """Euros as integer micro-euros, half to even."""
    return round(euros * MICRO)


def per_month(price: Price) -> int | None:
    """What a month costs in micro-euros: 730 hours, or the month's plan; None for what is not counted by time alone."""
    if price.basis is Basis.HOUR:
        return price.micro_euros * HOURS_A_MONTH
    return price.micro_euros if price.basis is Basis.MONTH else None


HOURS: dict[str, Fraction] = {
    "second": Fraction(1, 3600), "minute": Fraction(1, 60), "hour": Fraction(1), "day": Fraction(24), "month": Fraction(HOURS_A_MONTH),
    "year": Fraction(HOURS_A_MONTH * 12),
}  # fmt: skip
"""How many hours a unit of time lasts."""
