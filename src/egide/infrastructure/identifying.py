"""Each resource with its place, its offer, who can reach it and how it stands with SecNumCloud; or unknown, with what to declare.

What is known of offers comes from the catalogue as values (`KnownOffer`), for one day. A qualification is of a service in a
region within a perimeter: one for IaaS says nothing good of a managed database, and where the perimeter can't be
told for the kind of service, the qualification is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from egide.infrastructure.clouds import Spoken
from egide.infrastructure.locating import Place
from egide.infrastructure.resources import Resource, Service, Standing
from egide.infrastructure.tables import GLOBAL, OfferOf, tables
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.infrastructure.drafts import Draft

GLOBAL_SERVICE = N_("{provider} gives this service no region: declare the country in which its data lie")
SPANS = N_("{region} spans several countries: declare which one")
REGION_NEVER_SEEN = N_("the region {region} of {provider} isn't a known one: declare its country")
COUNTRY_UNKNOWN = N_("the declaration doesn't say in which country: declare it")
OUT_OF_PERIMETER = N_("the qualification covers {perimeter}, and this service is {kind}")
PERIMETER_UNSAID = N_("the qualification covers {perimeter}, which doesn't say whether this service is within it")
NO_OFFER = N_("no offer of the catalogue covers this service in this region")
KINDS: Mapping[Service, str] = {
    "compute": "IaaS", "block-storage": "IaaS", "object-storage": "IaaS", "file-storage": "IaaS", "network": "IaaS",
    "load-balancer": "IaaS", "kubernetes": "CaaS", "registry": "CaaS", "database": "PaaS", "queue": "PaaS", "function": "PaaS",
}  # fmt: skip
"""Under which kind a catalogue's line counts a service; of the others no line says."""


@dataclass(frozen=True, slots=True)
class KnownRegion:
    """An offer in one region on the day."""

    country: str | None
    status: str | None
    """``qualified``, ``in-progress``, ``expired``, ``none``; None: not known."""
    perimeter: str = ""
    until: date | None = None
    because: Reason | None = None


@dataclass(frozen=True, slots=True)
class KnownOffer:
    """What the catalogue knows of an offer on the day."""

    id: str
    provider: str
    controlled_from: str | None
    regions: Mapping[str, KnownRegion] = field(default_factory=dict)
    """By the region's identifier and its other names, in lower case; ``""`` is any region that isn't named."""

    def region(self, name: str | None) -> KnownRegion | None:
        """The region of that name."""
        return self.regions.get((name or "").lower()) or self.regions.get("")


class Offers:
    """The offers of the catalogue, looked up by identifier and by provider."""

    def __init__(self, offers: Iterable[KnownOffer] = ()) -> None:
        self.by_id = {offer.id: offer for offer in offers}
        self._parties: dict[str, set[str | None]] = {}
        for offer in self.by_id.values():
            self._parties.setdefault(offer.provider, set()).add(offer.controlled_from)

    def controlled_from(self, party: str | None) -> str | None:
        """From where a provider is controlled, when all its offers that say it agree."""
        said = self._parties.get(party or "", set()) - {None}
        return said.pop() if len(said) == 1 else None


class Identifier:
    """Looks places up, each distinct one once."""

    def __init__(self, offers: Offers) -> None:
        self._offers = offers
        self._known = tables()
        self._standings: dict[tuple[object, ...], Standing] = {}

    def resource(self, draft: Draft, place: Place) -> Resource:
        """The resource with its standing."""
        name = self._known.name(draft.provider)
        service = self._known.service(name, draft.type)
        names = dict.fromkeys(target for targets in draft.references.values() for target in targets)
        standing = self._standing(draft, place, name, service)
        return Resource(draft.address, draft.type, name, service, draft.attributes, draft.where, standing,
                        draft.form, draft.action, tuple(names))  # fmt: skip

    def _standing(self, draft: Draft, place: Place, name: str, service: Service) -> Standing:
        offer = self._offer_of(draft, place, name)
        why = place.why and (place.why.code, *place.why.args.items())
        spoken = place.spoken and (place.spoken.provider.name, id(place.spoken.cloud), place.spoken.unknown)
        key = (name, service, offer, place.by, place.region, place.zone, place.declared, place.nowhere, why, spoken)
        try:
            found = self._standings.get(key)
        except TypeError:
            return self._fresh(place, name, service, offer)
        if found is None:
            found = self._standings[key] = self._fresh(place, name, service, offer)
        return found

    def _fresh(self, place: Place, name: str, service: Service, offer: str | None) -> Standing:
        if place.nowhere:
            return Standing(None, None, None, None, None, "attribute", None, nowhere=True)
        known = self._offers.by_id.get(offer) if offer else None
        party, controlled = self._party(place, name, known)
        if place.by == "unknown":
            return Standing(None, None, None, None if _unknown_cloud(place) else offer, party, "unknown", place.why, controlled)
        region = known.region(place.region) if known else None
        country = self._country(place, region)
        declare = None if country and not _unknown_cloud(place) else self._declare(place, name)
        status, until, because = _qualification(region, service, known)
        return Standing(place.region, place.zone, country, offer, party, place.by, declare, controlled, status, until, because)

    def _offer_of(self, draft: Draft, place: Place, name: str) -> str | None:
        if place.declared and place.declared.offer:
            return place.declared.offer
        if place.spoken is None or _unknown_cloud(place):
            return None
        return self.offer(place.spoken, draft, place, name)

    def offer(self, spoken: Spoken, draft: Draft, place: Place, name: str) -> str | None:
        """The offer that a resource of that type in that region belongs to."""
        if spoken.cloud is not None:
            return spoken.cloud.offer
        region = place.block_region if place.region in (GLOBAL, None) else place.region
        kind = draft.type if spoken.provider.name == name else ""
        return next((entry.offer for entry in spoken.provider.spec.offers if _covers(entry, kind, region)), None)

    def _party(self, place: Place, name: str, known: KnownOffer | None) -> tuple[str | None, str | None]:
        if known:
            return known.provider, known.controlled_from
        if place.declared and (place.declared.party or place.declared.offer):
            party = place.declared.party
            return party, place.declared.controlled_from or self._offers.controlled_from(party)
        if wide := self._known.worldwide.get(name):
            return wide.party, wide.controlled_from
        if place.spoken is None or _unknown_cloud(place):
            return None, None
        spec = place.spoken.provider.spec
        party = place.spoken.cloud.party if place.spoken.cloud else spec.party
        return party, spec.controlled_from if party == spec.party and spec.controlled_from else self._offers.controlled_from(party)

    def _country(self, place: Place, region: KnownRegion | None) -> str | None:
        if place.declared and place.declared.country:
            return place.declared.country
        if _unknown_cloud(place):
            return None
        if place.region == GLOBAL or (place.spoken and place.region in place.spoken.provider.spec.worldwide):
            return None
        if place.region and place.spoken:
            each = {place.spoken.provider.country(one) for one in place.region.split(", ")}
            if len(each) == 1 and (country := each.pop()):
                return country
            if len(each) > 1:
                return None
        if region and region.country:
            return region.country
        return self._known.anywhere(place.region) if place.region and place.spoken is None else None

    def _declare(self, place: Place, name: str) -> Reason:
        if place.spoken and place.spoken.unknown and _unknown_cloud(place):
            return place.spoken.unknown
        provider = place.spoken.provider if place.spoken else None
        if place.region == GLOBAL or (provider and place.region in provider.spec.worldwide):
            return Reason("global-service", {"provider": name}, GLOBAL_SERVICE)
        if provider and place.region and (place.region in provider.spec.spans or ", " in place.region):
            return Reason("several-countries", {"region": place.region}, SPANS)
        if place.region:
            return Reason("region-never-seen", {"region": place.region, "provider": provider.name if provider else name}, REGION_NEVER_SEEN)
        return Reason("declare-country", {}, COUNTRY_UNKNOWN)


def _unknown_cloud(place: Place) -> bool:
    """Whether nothing says which cloud it is: a declared region alone doesn't."""
    settles = place.declared and (place.declared.offer or place.declared.party)
    return bool(place.spoken and place.spoken.unknown and not settles)


def _covers(entry: OfferOf, kind: str, region: str | None) -> bool:
    if entry.types and kind and not kind.startswith(tuple(entry.types)):
        return False
    return entry.regions is None or (region is not None and re.fullmatch(entry.regions, region) is not None)


def _qualification(region: KnownRegion | None, service: Service, known: KnownOffer | None) -> tuple[str | None, date | None, Reason | None]:
    """How the service stands in the region on the day: the line's word, held against what its perimeter says."""
    if known is None or region is None:
        return None, None, Reason("no-offer", {}, NO_OFFER)
    if region.status in (None, "none"):
        return region.status, None, region.because
    kind = KINDS.get(service)
    covered = set(region.perimeter.split("+"))
    said = {"perimeter": region.perimeter, "kind": kind or service}
    if kind is None or "?" in region.perimeter:
        return None, region.until, Reason("perimeter-unsaid", said, PERIMETER_UNSAID)
    if kind not in covered:
        return "none", None, Reason("out-of-perimeter", said, OUT_OF_PERIMETER)
    return region.status, region.until, region.because
