"""Where a resource stands, asked in one order: its own attributes, the resources that it names, its provider block (the module's
alias, endpoint, partition and region), variables and defaults, what the user declared; and else it is unknown.

Where the block decides for all its resources (AWS), it comes before the resources that are named: those may stand elsewhere.
Resources that are named must agree, or they tell nothing, unless they belong to what contains the resource (a data centre).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from egide.infrastructure.clouds import Spoken, spoken
from egide.infrastructure.declared import NOTHING_DECLARED, Declared, DeclaredPlace
from egide.infrastructure.drafts import Draft
from egide.infrastructure.tables import GLOBAL, Provider, tables
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.infrastructure.resources import By

DECLARE_REGION = N_("nothing says in which region it is: declare {variables} in the environment, or the region in the provider block")
DECLARE_PLACE = N_("nothing says where it is: declare the resource's offer and region")
DECLARE_CLUSTER = N_("nothing says which cluster it runs in: declare the cluster's offer and region")
DECLARE_MACHINE = N_("nothing says on which machine it runs: declare the machine's offer and region")
NEVER_SEEN = N_("the provider {provider} isn't a known one: declare its offer and region, or who operates it and in which country")
MODULE_NOT_HERE = N_("the module {source} isn't at hand and what it holds isn't seen: check a plan, which has it all, or declare its place")
IN_CIRCLE = N_("the resources that would tell its place name each other in a circle, or through too many others: declare it")


class Place(Struct, frozen=True):
    """A place as it was found, not yet looked up in the catalogue."""

    by: By
    spoken: Spoken | None = None
    """None: a provider never seen, or a service of no region."""
    region: str | None = None
    zone: str | None = None
    block_region: str | None = None
    """The region of the provider block: of a service of no region it tells the partition."""
    declared: DeclaredPlace | None = None
    why: Reason | None = None
    """What to declare, when it is unknown."""
    nowhere: bool = False

    @property
    def found(self) -> bool:
        """Whether a region, or a country, is known of it."""
        return self.by != "unknown"


NOWHERE = Place("attribute", nowhere=True)


class Locator:
    """Finds the places of resources that were read together."""

    def __init__(self, drafts: Iterable[Draft], declared: Declared = NOTHING_DECLARED) -> None:
        self._known = tables()
        self._declared = declared
        self._by_base: dict[str, list[Draft]] = {}
        for draft in drafts:
            self._by_base.setdefault(draft.base, []).append(draft)
        self._places: dict[int, Place | None] = {}
        self._clouds: dict[tuple[str, int, str], Spoken] = {}

    def place(self, draft: Draft) -> Place:
        """Where it stands."""
        key = id(draft)
        if key in self._places:
            return self._places[key] or Place("unknown", why=Reason("in-circle", {}, IN_CIRCLE))
        self._places[key] = None
        try:
            found = self._place(draft)
        except RecursionError:
            found = Place("unknown", why=Reason("in-circle", {}, IN_CIRCLE))
        self._places[key] = found
        return found

    def _place(self, draft: Draft) -> Place:
        name = self._known.name(draft.provider)
        if name in self._known.nowhere:
            return NOWHERE
        if name in self._known.worldwide:
            return Place("attribute", region=GLOBAL)
        provider = self._known.providers.get(name)
        if name == "module":
            return self._as_declared(draft, Reason("module-not-here", {"source": _source(draft)}, MODULE_NOT_HERE))
        if provider is None:
            return self._as_declared(draft, Reason("provider-never-seen", {"provider": name}, NEVER_SEEN))
        if provider.spec.needs:
            return self._in_container(draft, provider)
        return self._in_cloud(draft, provider, self._spoken(draft, provider))

    def _spoken(self, draft: Draft, provider: Provider) -> Spoken:
        """Of resources of one type with one provider block, asked once."""
        key = provider.name, id(draft.configured), draft.type
        if key not in self._clouds:
            self._clouds[key] = spoken(draft, provider, self._known, self._declared.environment)
        return self._clouds[key]

    def _in_cloud(self, draft: Draft, own: Provider, cloud: Spoken) -> Place:
        provider = cloud.provider
        block_region, block_zone, block_by = self._of_block(draft, own, provider)
        block_region = cloud.region or block_region

        def at(region: str | None, zone: str | None, by: By) -> Place | None:
            region, zone = settled(provider, region, zone)
            return Place(by, cloud, region, zone, block_region) if region else None

        def of_block() -> Place | None:
            return at(block_region, None if cloud.region else block_zone, block_by)

        def of_attributes() -> Place | None:
            region, zone, by = self._of_attributes(draft, own)
            return at(region, zone, by)

        found = of_attributes()
        if found is None and own.has_no_region(draft.type):
            found = Place("attribute", cloud, GLOBAL, None, block_region)
        if found is None and own.spec.block_first:
            found = of_block()
        if found is None and (named := self._of_references(draft, own, provider)):
            found = replace(named, spoken=cloud, block_region=block_region, zone=None, by="reference")
        found = found or of_block() or at(*self._of_environment(own), "environment")
        if found is None:
            return self._as_declared(draft, cloud.unknown or self._declare_region(own), cloud)
        is_settled = _settles(provider, found.region)
        if (cloud.unknown or not is_settled) and (place := self._declared.of(draft)):
            return replace(found, declared=place) if is_settled else Place("environment", cloud, place.region, place.zone, declared=place)
        return found

    def _of_attributes(self, draft: Draft, provider: Provider) -> tuple[str | None, str | None, By]:
        spec = provider.spec
        region, name = _said(draft.attributes, spec.region)
        zone, zone_name = _said(draft.attributes, spec.zone)
        if region is None:
            listed = sorted({each for path in spec.region_lists for each in _strings(draft.attributes, path)})
            region = ", ".join(listed) or None
        if region is None and spec.ids:
            ids = (draft.attributes.get(name) for name in spec.ids.attributes)
            region = next((found for one in ids if isinstance(one, str) and (found := _in_id(one, spec.ids.form))), None)
        name = name if region else zone_name
        return region, zone, "variable" if name in draft.derived else "attribute"

    def _of_references(self, draft: Draft, own: Provider, provider: Provider) -> Place | None:
        references = draft.references
        for attribute in own.spec.follow:
            for place in self._places_of(references.get(attribute, ()), provider):
                return place
        agreed = {place.region: place for name, targets in references.items() if name != "depends_on"
                  for place in self._places_of(targets, provider)}  # fmt: skip
        return next(iter(agreed.values())) if len(agreed) == 1 else None

    def _places_of(self, bases: Iterable[str], provider: Provider | None) -> Iterator[Place]:
        for base in bases:
            for target in self._by_base.get(base, ()):
                place = self.place(target)
                same = provider is None or (place.spoken is not None and place.spoken.provider is provider)
                if place.found and same and place.region not in (None, GLOBAL):
                    yield place

    def _of_block(self, draft: Draft, own: Provider, provider: Provider) -> tuple[str | None, str | None, By]:
        values = draft.configured.values
        names = (*own.spec.block.region, *own.spec.block.zone)
        said: dict[str, str] = {}
        by: By = "provider-block"
        for name in names:
            told = values.get(name)
            if told is None or not isinstance(told.value, str) or not told.value:
                continue
            if told.by == "variable" and not provider.names_a_region(told.value):
                continue
            said[name] = told.value
            by = told.by if not said or len(said) == 1 else by
        region = next((said[name] for name in own.spec.block.region if name in said), None)
        return region, next((said[name] for name in own.spec.block.zone if name in said), None), by

    def _of_environment(self, provider: Provider) -> tuple[str | None, str | None]:
        set_, names = self._declared.environment, provider.spec.environment
        region = next((set_[name] for name in names.region if set_.get(name)), None)
        return region, next((set_[name] for name in names.zone if set_.get(name)), None)

    def _in_container(self, draft: Draft, provider: Provider) -> Place:
        """What runs in a cluster or on a machine: where that is."""
        needs = provider.spec.needs
        own = draft.configured.values
        region, zone = (told.value if (told := own.get(name)) and isinstance(told.value, str) else None for name in ("region", "zone"))
        place = self._declared.of(draft) or (self._declared.cluster if needs == "cluster" else self._declared.machine)
        if region or zone:
            region = region or (self._known.region_anywhere(zone) if zone else None) or zone
            return Place("attribute", None, region, zone, declared=place)
        for named in self._places_of(draft.configured.references, None):
            return replace(named, by="reference")
        if place:
            return Place("environment", None, place.region, place.zone, declared=place)
        cluster = Reason("declare-cluster", {}, DECLARE_CLUSTER) if needs == "cluster" else Reason("declare-machine", {}, DECLARE_MACHINE)
        return Place("unknown", None, why=cluster)

    def _as_declared(self, draft: Draft, why: Reason, cloud: Spoken | None = None) -> Place:
        place = self._declared.of(draft)
        if place is None:
            return Place("unknown", cloud, why=why)
        return Place("environment", cloud, place.region, place.zone, declared=place)

    @staticmethod
    def _declare_region(provider: Provider) -> Reason:
        names = (*provider.spec.environment.region, *provider.spec.environment.zone)
        if not names:
            return Reason("declare-place", {}, DECLARE_PLACE)
        return Reason("declare-region", {"variables": ", ".join(names)}, DECLARE_REGION)


def _settles(provider: Provider, region: str | None) -> bool:
    """Whether the region that the code says is one place: a service of no region has none, and some regions span countries."""
    spans = region in provider.spec.worldwide or region in provider.spec.spans
    return region not in (None, GLOBAL) and not spans


def _source(draft: Draft) -> str:
    source = draft.attributes.get("source")
    return source if isinstance(source, str) else draft.address


def settled(provider: Provider, region: str | None, zone: str | None) -> tuple[str | None, str | None]:
    """Region and zone, where one may have been written for the other."""
    if region and provider.country(region) is None and (wider := provider.region_of(region)):
        return wider, zone or region
    if region is None and zone and not provider.spec.zones_within_region:
        return provider.region_of(zone), zone
    return region, zone


def _said(values: Mapping[str, object], paths: Iterable[str]) -> tuple[str | None, str | None]:
    """The first text at one of these paths, and the name of the attribute it stands in."""
    for path in paths:
        head = path.split(".", 1)[0]
        value = values.get(head)
        if type(value) is str and value and head == path:
            return value, head
        if type(value) in (list, dict):
            for text in _strings(values, path):
                return text, head
    return None, None


def _strings(values: object, path: str) -> Iterator[str]:
    """The texts at a path, through lists: the blocks of a plan are lists."""
    head, _, rest = path.partition(".")
    value = values.get(head) if isinstance(values, Mapping) else None
    for one in value if isinstance(value, list) else [value]:
        if rest:
            yield from _strings(one, rest)
        elif isinstance(one, str) and one:
            yield one


def _in_id(value: str, form: str) -> str | None:
    found = re.fullmatch(form, value)
    return found[1] if found else None
