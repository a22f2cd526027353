"""A qualification that is lost: which services stand on the offer, by which path, what the law then says of each, and where they may go.

An offer stands on the offers that it is built on, at any depth. A service is touched when the offer that it runs on is the one that
lost its line, or stands on it; where the service does not name its region, or the path crosses another offer, it is touched perhaps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from egide.vocabulary.findings import Verdict

if TYPE_CHECKING:
    from egide.continuity.leaving import Step
    from egide.vocabulary.findings import EligibleOffer
    from egide.vocabulary.offers import Offer, Qualification
    from egide.vocabulary.services import Hosting, Service

WORSE = (Verdict.FORBIDDEN, Verdict.STOP)


@dataclass(frozen=True, slots=True)
class StatedPrice:
    """A price, as a database states it."""

    micro_euros: int
    """A month of the offer, or a GB taken out."""
    size: str | None
    """The machine whose price it is, the cheapest of the offer: what is needed there is not known here; None: of the offer as such."""
    issuer: str
    on: date
    negotiated: bool


@dataclass(frozen=True, slots=True)
class Replacement:
    """A lawful offer in its place."""

    eligible: EligibleOffer
    name: str
    price: StatedPrice | None = None
    """None: no database states one."""
    qualified: bool = False
    """Whether it is surely qualified on the day of the loss."""


@dataclass(frozen=True, slots=True)
class Touched:
    """One hosting of one service that stands on the offer."""

    service: Service
    hosting: Hosting
    path: tuple[str, ...]
    """Offers, from the one that it runs on to the one that lost its line."""
    surely: bool
    before: Verdict
    after: Verdict
    replacements: tuple[Replacement, ...] = ()
    contract_end: date | None = None
    agreement: bool | None = None
    """Whether the agreement says that the service is qualified; None: not known."""
    exit_terms: bool | None = None

    @property
    def turned(self) -> bool:
        """Whether the law says otherwise than before."""
        return self.before is not self.after


@dataclass(frozen=True, slots=True)
class QualificationLost:
    """The whole answer."""

    on: date
    offer: Offer
    regions: tuple[str, ...]
    """Those that lose it; empty: all."""
    line: Qualification
    touched: tuple[Touched, ...]
    """By body, then by service."""
    steps: tuple[Step, ...]
    services: int
    """How many were looked at."""
    names: Mapping[str, str]
    """Offers to their names."""
    providers: Mapping[str, str]
    """Offers to their providers."""
    switching: StatedPrice | None = None
    """What taking a GB out on leaving costs, where a database states it of the offer that is left."""

    @property
    def worst(self) -> Verdict | None:
        """The gravest verdict among the services touched."""
        return min((one.after for one in self.touched if not one.hosting.planned), key=list(Verdict).index, default=None)


def paths(offers: Mapping[str, Offer], lost: str) -> dict[str, tuple[str, ...]]:
    """Each offer that stands on the lost one, with a shortest path down to it."""
    above: dict[str, list[str]] = {}
    for offer in offers.values():
        for base in offer.built_on:
            above.setdefault(base, []).append(offer.id)
    found: dict[str, tuple[str, ...]] = {lost: (lost,)}
    waiting = [lost]
    while waiting:
        one = waiting.pop(0)
        for name in sorted(above.get(one, ())):
            if name not in found:
                found[name] = (name, *found[one])
                waiting.append(name)
    return found


def hit(services: Iterable[Service], on_it: Mapping[str, tuple[str, ...]], regions: tuple[str, ...]) -> Iterator[tuple[Service, int, bool]]:
    """Each service with the place of each hosting that stands there, and whether it surely does."""
    for service in services:
        for place, hosting in enumerate(service.hostings):
            if hosting.offer is not None and hosting.offer in on_it:
                direct = len(on_it[hosting.offer]) == 1
                if not direct or not regions or hosting.region in (None, *regions):
                    yield service, place, (not regions or hosting.region in regions) if direct else not regions
            elif any(name in on_it for name in hosting.near):
                yield service, place, False
