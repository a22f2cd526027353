"""`egide.yaml` beside what is built: what `egide check` can't read in it and the plan knows (where each file runs, whose product it is)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from egide.deployment.opentofu import table_of
from egide.deployment.opentofu.module import identifier
from egide.deployment.stores import endpoint
from egide.vocabulary.yaml import write_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.deployment.site import Site, Stand
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
    kept = _kept(site)
    hosts += [{"name": host, "function": "service", **_holder(place)} for place, _, host in kept if host and _is_judged(place)]
    if hosts:
        said["hosts"] = hosts
    if target != "opentofu":
        copies = [{"match": f"*/{name}-backup*", **_holder(place), **_country(place)} for place, names, _ in kept
                  if _is_judged(place) for name in names]  # fmt: skip
        said |= {"copies": copies} if copies else {}
    if standbys := [{"match": _addresses(one, target), "of": one.component.spare_of} for one in site.stands if one.component.spare_of]:
        said["standbys"] = standbys
    if target == "kubernetes":
        said["infrastructure"] = {"resources": [{"file": f"*{site.folder(place)}/*", **_place(place)} for place in site.places]}
    elif target == "opentofu" and (rules := _modules(site)):
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


def _modules(site: Site) -> list[dict[str, str]]:
    """What holds for each module: some of a provider's types say no place of their own. Plans that are shown elsewhere than in the folder
    of their module are known by their types, as far as the plan uses a provider in one place only.
    """
    found: dict[str, list[Place]] = {}
    for place in site.places:
        table = table_of(place.provider)
        if table is not None:
            found.setdefault(table.alias, []).append(place)
    inside = [{"file": f"*{site.folder(place)}/*", **_place(place)} for places in found.values() for place in places]
    alone = [{"match": f"{alias}_*", **_place(places[0])} for alias, places in found.items() if len(places) == 1]
    return sorted(inside, key=lambda one: one["file"]) + sorted(alone, key=lambda one: one["match"])


def _addresses(stand: Stand, target: str) -> str:
    """The addresses of what a component is built of, as a check names them."""
    if target == "opentofu":
        return f"*.{identifier(stand.name)}*"
    return f"*/{stand.name}" if target == "kubernetes" else f"*/{stand.name}-*"


def _kept(site: Site) -> list[tuple[Place, list[str], str | None]]:
    """The places that hold backups, whose, and the name under which they answer, where a rule says it."""
    found: dict[str, tuple[Place, list[str], str | None]] = {}
    for one in site.stands:
        backup = one.component.run.backup if one.component.run else None
        if backup and backup.to in site.by_id:
            place = site.by_id[backup.to].place
            found.setdefault(place.key, (place, [], endpoint(place)))[1].append(one.name)
    return [kept for _, kept in sorted(found.items())]


def _is_judged(place: Place) -> bool:
    """Whether enough is known of it for the law: the catalogue's offer, or who controls it."""
    return bool(place.offer or place.controlled_from)


def _holder(place: Place) -> dict[str, str]:
    """Who holds what is kept there."""
    said = {"party": place.provider, "source": "plan.json"}
    if place.offer:
        offer, _, region = place.offer.partition("/")
        return said | {"offer": offer, "region": region or place.region}
    return said | {"region": place.region} | ({"controlled_from": place.controlled_from} if place.controlled_from else {})


def _country(place: Place) -> dict[str, str]:
    return {"country": place.country} if place.country else {}


def _place(place: Place) -> dict[str, str]:
    """The catalogue's offer where the plan names it; else who operates it, and the country where one says it."""
    if place.offer:
        offer, _, region = place.offer.partition("/")
        return {"offer": offer, "region": region or place.region, **_country(place)}
    control = {"controlled_from": place.controlled_from} if place.controlled_from else {}
    return {"party": place.provider, "region": place.region, **_country(place), **control}
