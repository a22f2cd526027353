"""`egide.yaml` beside what is built: what `egide check` can't read in it and the plan knows (where each file runs, whose product it is)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from egide.deployment.opentofu import table_of
from egide.deployment.stores import endpoint
from egide.vocabulary.yaml import write_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.deployment.site import Site
    from egide.planner.market import Place

FILE = "egide.yaml"
SCHEMA = "egide/infrastructure/1"
BODY = "body.status"
KINDS = {"data.personal": "personal", "data.health": "health", "data.archives_deposited": "archives", "data.restricted": "restricted",
         "data.classified": "classified"}  # fmt: skip
"""Facts that a kind of data of a declaration stands for."""


def declaration(site: Site, target: str) -> Mapping[str, bytes]:
    """The file; what the plan doesn't know (who holds the registry) is left to be said."""
    said: dict[str, Any] = {"schema": SCHEMA}
    if BODY in site.facts:
        said["body"] = site.facts[BODY]
    held = [kind for fact, kind in KINDS.items() if site.facts.get(fact) is True]
    if held:
        said["data"] = held
    facts = {name: value for name, value in site.facts.items() if name != BODY and not (held and name in KINDS) and value is not None}
    if facts:
        said["facts"] = facts
    need, hosts = site.need, []
    if need.registry and need.registry_party and need.registry_country:
        host = need.registry.partition("/")[0].partition(":")[0]
        hosts.append({"name": host, "party": need.registry_party, "function": "registry", "source": "service.yaml",
                      "controlled_from": need.registry_country})  # fmt: skip
    hosts += [_store(place, host) for place, host in _stores(site) if place.offer]
    if hosts:
        said["hosts"] = hosts
    if target == "kubernetes":
        said["infrastructure"] = {"resources": [{"file": f"*{site.folder(place)}/*", **_place(place)} for place in site.places]}
    elif target == "opentofu" and (rules := _alone(site)):
        said["infrastructure"] = {"resources": rules}
    elif target == "compose" and (one := home(site)) is not None:
        said["infrastructure"] = {"machine": _place(one)}
    return {FILE: write_yaml(said)}


def home(site: Site) -> Place | None:
    """Where the one machine of a Compose file is taken to stand: where the plan puts most of what runs, spares aside."""
    weight: dict[str, int] = {}
    for one in site.stands:
        if one.component.runs and one.component.spare_of is None:
            weight[one.place.key] = weight.get(one.place.key, 0) + one.component.count * one.component.vcpus
    by_key = {place.key: place for place in site.places}
    return by_key[min(weight, key=lambda key: (-weight[key], key))] if weight else None


def _alone(site: Site) -> list[dict[str, str]]:
    """What holds for every resource of a provider that the plan uses in one place: some of its types say no place of their own."""
    found: dict[str, list[Place]] = {}
    for place in site.places:
        table = table_of(place.provider)
        if table is not None:
            found.setdefault(table.alias, []).append(place)
    return [{"match": f"{alias}_*", **_place(places[0])} for alias, places in sorted(found.items()) if len(places) == 1]


def _stores(site: Site) -> list[tuple[Place, str]]:
    """The places that hold backups, and the names under which they answer."""
    kept = {one.component.run.backup.to for one in site.stands if one.component.run and one.component.run.backup}
    places = {site.by_id[name].place.key: site.by_id[name].place for name in kept if name in site.by_id}
    return [(place, host) for _, place in sorted(places.items()) if (host := endpoint(place))]


def _store(place: Place, host: str) -> dict[str, str]:
    offer, _, region = (place.offer or "").partition("/")
    return {"name": host, "party": place.provider, "function": "service", "source": "plan.json", "offer": offer,
            "region": region or place.region}  # fmt: skip


def _place(place: Place) -> dict[str, str]:
    """The catalogue's offer where the plan names it; else who operates it, and the country where one says it."""
    country = {"country": place.country} if place.country else {}
    if place.offer:
        offer, _, region = place.offer.partition("/")
        return {"offer": offer, "region": region or place.region, **country}
    control = {"controlled_from": place.controlled_from} if place.controlled_from else {}
    return {"party": place.provider, "region": place.region, **country, **control}
