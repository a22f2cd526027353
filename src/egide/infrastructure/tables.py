"""What is known of providers, as data (`providers.yaml`): how a resource says its region, where a region lies, what a type is for.

A region that no list holds has no country, a type that no list and no word tells is ``other``, and a provider that
isn't there is one never seen: nothing is guessed from the look of a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal

import msgspec

from egide.infrastructure.resources import Service
from egide.vocabulary.yaml import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

GLOBAL = "global"
"""The region of a service that its provider gives no region to."""


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    pass


class SourceOf(_Strict):
    """Where a list was read."""

    text: str
    read: Literal["primary", "secondary"]
    on: date | None = None
    """The day on which it was read."""


class Host(_Strict):
    """A host name that tells a cloud; its first group is the region."""

    host: str
    provider: str
    cloud: str | None = None


class OfferOf(_Strict):
    """An offer of the catalogue, and when a resource belongs to it; None: no offer of the catalogue."""

    offer: str | None
    types: list[str] = []
    regions: str | None = None


class Cloud(_Strict):
    """Another cloud behind the same provider of code."""

    offer: str | None = None
    party: str | None = None


class Block(_Strict):
    """Names of arguments, or of variables of the environment."""

    region: list[str] = []
    zone: list[str] = []
    endpoint: list[str] = []
    cloud: list[str] = []


class Ids(_Strict):
    """Identifiers that the provider gave and that name a region or a zone in their first group."""

    attributes: list[str]
    form: str


class Spec(_Strict):
    """One provider, as `providers.yaml` writes it."""

    services: dict[str, Service]
    source: str
    names: list[str] = []
    offers: list[OfferOf] = []
    party: str | None = None
    controlled_from: str | None = None
    region: list[str] = []
    zone: list[str] = []
    region_lists: list[str] = []
    ids: Ids | None = None
    follow: list[str] = []
    block: Block = msgspec.field(default_factory=Block)
    block_first: bool = False
    environment: Block = msgspec.field(default_factory=Block)
    clouds: dict[str, Cloud] = {}
    unknown_cloud: bool = False
    region_of_zone: str | None = None
    region_forms: str | None = None
    zones_within_region: bool = False
    countries: dict[str, list[str]] = {}
    country_prefix: str | None = None
    spans: list[str] = []
    worldwide: list[str] = []
    ignore_case: bool = False
    fold: bool = False
    globals: list[str] = msgspec.field(default_factory=list, name="global")
    regional: list[str] = []
    needs: Literal["cluster", "machine"] | None = None


class Worldwide(_Strict):
    """A service of no region, as `providers.yaml` writes it."""

    party: str
    controlled_from: str | None
    service: Service
    services: dict[str, Service] = {}


class _File(_Strict):
    sources: dict[str, SourceOf]
    hosts: list[Host]
    providers: dict[str, Spec]
    worldwide: dict[str, Worldwide]
    nowhere: list[str]
    words: list[tuple[Service, list[str]]]


@dataclass(frozen=True)
class Provider:
    """One provider whose regions are known."""

    name: str
    spec: Spec
    country_by_region: Mapping[str, str]
    _global: dict[str, bool] = field(default_factory=dict, repr=False)
    _countries: dict[str, str | None] = field(default_factory=dict, repr=False)
    _regions: dict[str, str | None] = field(default_factory=dict, repr=False)

    def folded(self, region: str) -> str:
        """The region as the list writes it: without case or spaces where the provider takes both."""
        if self.spec.fold:
            return region.replace(" ", "").lower()
        return region.upper() if self.spec.ignore_case else region

    def known(self, region: str) -> str:
        """The region without what names a part of it (``GRA11`` is ``GRA``)."""
        if self.spec.region_forms and (found := re.fullmatch(self.spec.region_forms, region)):
            return found[1]
        return region

    def country(self, region: str) -> str | None:
        """Where the region lies, ISO 3166-1 alpha-2."""
        if region not in self._countries:
            self._countries[region] = self._country(region)
        return self._countries[region]

    def _country(self, region: str) -> str | None:
        folded = self.folded(region)
        if found := self.country_by_region.get(folded) or self.country_by_region.get(self.folded(self.known(region))):
            return found
        if self.spec.country_prefix and (prefix := re.fullmatch(self.spec.country_prefix, region)):
            return prefix[1].upper().replace("UK", "GB")
        return None

    def region_of(self, zone: str) -> str | None:
        """The region that a zone lies in, where its name tells."""
        if zone not in self._regions:
            found = re.fullmatch(self.spec.region_of_zone, zone) if self.spec.region_of_zone else None
            self._regions[zone] = found[1] if found else None
        return self._regions[zone]

    def names_a_region(self, name: str) -> bool:
        """Whether that is a region, or a zone, of this provider."""
        return self.country(name) is not None or bool((region := self.region_of(name)) and self.country(region))

    def has_no_region(self, kind: str) -> bool:
        """Whether resources of that type belong to the account and not to a region."""
        if kind not in self._global:
            named = kind.startswith(tuple(self.spec.globals)) and not kind.startswith(tuple(self.spec.regional or ["\0"]))
            self._global[kind] = named
        return self._global[kind]


@dataclass(frozen=True)
class Tables:
    """All that is known."""

    sources: Mapping[str, SourceOf]
    hosts: tuple[Host, ...]
    providers: Mapping[str, Provider]
    worldwide: Mapping[str, Worldwide]
    nowhere: frozenset[str]
    own_names: Mapping[str, str]
    words: tuple[tuple[Service, frozenset[str]], ...]
    _services: dict[tuple[str, str], Service] = field(default_factory=dict, repr=False)

    def name(self, provider: str) -> str:
        """The name that a provider goes by here: ``google`` for ``google-beta``."""
        return self.own_names.get(provider, provider)

    def service(self, provider: str, kind: str) -> Service:
        """What a resource of that type is for."""
        key = provider, kind
        if key not in self._services:
            self._services[key] = self._service(provider, kind)
        return self._services[key]

    def _service(self, provider: str, kind: str) -> Service:
        if spec := self.providers.get(provider):
            listed: Mapping[str, Service] = spec.spec.services
        elif wide := self.worldwide.get(provider):
            listed = wide.services
        else:
            listed = {}
        if provider in self.nowhere:
            return "other"
        longest = max((prefix for prefix in listed if kind.startswith(prefix)), key=len, default=None)
        if longest is not None:
            return listed[longest]
        if provider in self.worldwide:
            return self.worldwide[provider].service
        said = set(kind.lower().split("_")[1:])
        return next((service for service, words in self.words if words & said), "other")

    def anywhere(self, region: str) -> str | None:
        """The country of a region whose provider isn't known: when all that have a region of that name agree."""
        found = {country for one in self.providers.values() if (country := one.country(region) or one.country(one.region_of(region) or ""))}
        return found.pop() if len(found) == 1 else None

    def region_anywhere(self, zone: str) -> str | None:
        """The region of a zone whose provider isn't known."""
        found = {region for one in self.providers.values() if (region := one.region_of(zone)) and one.country(region)}
        return found.pop() if len(found) == 1 else None

    def host(self, host: str) -> tuple[Host, str | None] | None:
        """The cloud that a host name tells, and the region it names."""
        for entry in self.hosts:
            if found := _pattern(entry.host).fullmatch(host):
                return entry, (found[1] if found.re.groups else None)
        return None


@cache
def _pattern(host: str) -> re.Pattern[str]:
    return re.compile(host, re.IGNORECASE)


@cache
def tables() -> Tables:
    """What ships with the product."""
    content = (resources.files("egide.infrastructure") / "providers.yaml").read_bytes()
    file = msgspec.convert(read_yaml(content, "providers.yaml"), _File)
    providers = {name: _provider(name, spec) for name, spec in file.providers.items()}
    return Tables(
        file.sources,
        tuple(file.hosts),
        providers,
        file.worldwide,
        frozenset(file.nowhere),
        {other: name for name, provider in providers.items() for other in provider.spec.names},
        tuple((service, frozenset(words)) for service, words in file.words),
    )


def _provider(name: str, spec: Spec) -> Provider:
    bare = Provider(name, spec, {})
    regions = {bare.folded(region): country for country, listed in spec.countries.items() for region in listed}
    return Provider(name, spec, regions)


