"""The catalogue's offers as values that the infrastructure room can hold against resources, for one day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from egide.catalogue import facts_on
from egide.catalogue.standing import Standing, standing
from egide.infrastructure.identifying import KnownOffer, KnownRegion, Offers
from egide.vocabulary.findings import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.vocabulary.offers import Catalogue, Offer


def known_offers(catalogue: Catalogue, on: date) -> Offers:
    """Every offer with its regions, from where it is controlled, and how it stands in each region on that day."""
    return Offers(
        KnownOffer(offer.id, offer.provider, _controlled_from(offer, on, catalogue), _regions(offer, on, catalogue))
        for offer in catalogue.offers
    )  # fmt: skip


def _controlled_from(offer: Offer, on: date, catalogue: Catalogue) -> str | None:
    claim = facts_on(offer, None, on, catalogue).get("offer.controlled_from")
    return claim.value if claim and isinstance(claim.value, str) else None


def _regions(offer: Offer, on: date, catalogue: Catalogue) -> Mapping[str, KnownRegion]:
    regions: dict[str, KnownRegion] = {"": _region(None, standing(offer, None, on, catalogue.readings))}
    for region in offer.regions:
        known = _region(region.country, standing(offer, region.id, on, catalogue.readings))
        for name in (region.id, *region.aliases):
            regions.setdefault(name.lower(), known)
    return regions


def _region(country: str | None, stands: Standing) -> KnownRegion:
    line = stands.line
    because = Reason("standing", {}, stands.because) if stands.because else None
    return KnownRegion(country, stands.status, line.perimeter if line else "", line.end if line else None, because)
