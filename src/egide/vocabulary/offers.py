"""What providers sell: offers by service and region, each fact dated and sourced."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from egide.vocabulary.facts import Claim, Claims
    from egide.vocabulary.findings import Answer
    from egide.vocabulary.language import Text


UNLISTED = "unlisted"
"""Stands for an offer that the catalogue does not hold: what else is to be known of it is asked for each hosting."""


@dataclass(frozen=True, slots=True)
class Period:
    """From a day, included, to a day, included; None is open."""

    start: date | None
    end: date | None

    def holds(self, on: date) -> bool:
        """Whether the day lies within."""
        return (self.start is None or self.start <= on) and (self.end is None or on <= self.end)


@dataclass(frozen=True, slots=True)
class Region:
    """One region of an offer."""

    id: str
    name: str
    country: str
    """ISO 3166-1 alpha-2."""
    aliases: tuple[str, ...] = ()
    source: str = ""
    """Who says that the region lies in that country."""
    read: str = "secondary"
    on: date | None = None
    """The day on which that was read."""


@dataclass(frozen=True, slots=True)
class Qualification:
    """One catalogue line: this service, these regions, this perimeter, these dates, this decision."""

    status: str
    """``qualified``, ``in-progress``, ``none``."""
    regions: tuple[str, ...] | None
    """None: the line does not name regions, so it is taken for the whole offer."""
    perimeter: str
    start: date | None
    end: date | None
    decision: str | None
    framework: str | None
    """``3.1`` or ``3.2``; None when not captured."""
    source: str
    read: str
    as_of: date
    """The day of the catalogue that the line was read in."""
    framework_source: str = ""
    """Who says which version; the catalogue itself may not."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One offer of the catalogue."""

    id: str
    name: str
    provider: str
    kinds: tuple[str, ...]
    """IaaS, PaaS, CaaS, SaaS."""
    regions: tuple[Region, ...]
    aliases: tuple[str, ...] = ()
    claims: tuple[tuple[Period, str | None, Claim], ...] = ()
    """Dated facts: when it holds, the region it is about (None: all), the claim."""
    qualifications: tuple[Qualification, ...] = ()
    built_on: tuple[str, ...] = ()
    """Offers underneath. A service on a qualified base is not itself qualified (SecNumCloud 3.2, annex 2)."""
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class ComputedLabel:
    """What was computed of an offer for one scheme: evidence for a file, shown beside the catalogue's line and read by no rule.

    It never stands for a qualification (SecNumCloud 3.2, annex 2 c), nor proves anything under article 31 of the SREN law or R9.
    """

    offer: str
    """The catalogue's identifier of the offer."""
    scheme: str
    """``id@version``."""
    title: Text
    answer: Answer
    level: str | None
    on: date
    until: date | None
    simulation: bool
    source: str
    """The file that it was read from."""


@dataclass(frozen=True, slots=True)
class OfferOnDay:
    """One offer in one region, with what was known of it on the day of an evaluation."""

    offer: str
    region: str | None
    kinds: tuple[str, ...]
    claims: Claims

    @property
    def key(self) -> str:
        """``offer`` or ``offer/region``."""
        return f"{self.offer}/{self.region}" if self.region else self.offer


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All offers, as they were known on one day."""

    as_of: date
    offers: tuple[Offer, ...]
    source: str
    by_id: dict[str, Offer] = field(default_factory=dict, compare=False)
    readings: tuple[date, ...] = field(default=(), compare=False)
    """The days of the catalogues of ANSSI that this one was read from, oldest first."""

    def __post_init__(self) -> None:
        self.by_id.update({offer.id: offer for offer in self.offers})
        days = {self.as_of} | {line.as_of for offer in self.offers for line in offer.qualifications}
        object.__setattr__(self, "readings", tuple(sorted(days)))
