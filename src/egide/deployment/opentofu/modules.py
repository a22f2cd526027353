"""Every module of a site, and what of it no table can write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from egide.deployment.missing import NO_REGION, NO_TABLE, Missing, missing
from egide.deployment.opentofu.module import Module
from egide.deployment.opentofu.tables import Table, table_of
from egide.deployment.text import json_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.deployment.site import Site
    from egide.planner.market import Place

LEAST_VERSION = ">= 1.6.0"
"""The first release of OpenTofu."""


def modules(site: Site) -> tuple[Mapping[str, bytes], tuple[Missing, ...]]:
    """Files by their paths, and what is missing in them."""
    files: dict[str, bytes] = {}
    lacking: list[Missing] = []
    for place in site.places:
        table = table_of(place.provider)
        if table is None or not table.regions.fullmatch(place.region):
            lacking += _whole(site, place, table)
            continue
        made = Module(site, place)
        table.write(made)
        lacking += made.missing
        if made.resources:
            files[f"{site.folder(place)}/main.tf.json"] = json_bytes(_document(made, table))
    return files, tuple(lacking)


def _whole(site: Site, place: Place, table: Table | None) -> list[Missing]:
    """Nothing of a place can be written."""
    code, message = ("no-table", NO_TABLE) if table is None else ("no-region", NO_REGION)
    return [missing(one.component.id, place.key, code, message, provider=place.provider, region=place.region) for one in site.at(place)]


def _document(made: Module, table: Table) -> dict[str, Any]:
    own = {table.alias: (table.source, table.version, table.provider(made))} if _uses(made, table.alias) or not made.besides else {}
    providers = own | made.besides
    document: dict[str, Any] = {
        "//": f"Égide: built from the plan with SHA-256 {made.site.digest}",
        "terraform": {
            "required_version": LEAST_VERSION,
            "required_providers": {
                alias: {"source": source, "version": version} for alias, (source, version, _) in providers.items()
            },
        },
        "provider": {alias: block for alias, (_, _, block) in providers.items()},
    }  # fmt: skip
    document |= {"variable": made.variables} if made.variables else {}
    document |= {"data": made.data} if made.data else {}
    return document | ({"resource": made.resources} if made.resources else {})


def _uses(made: Module, alias: str) -> bool:
    """Whether anything in it is of that provider: a place that only keeps objects may need none of its own types."""
    return any(kind.startswith(f"{alias}_") for kind in (*made.resources, *made.data))
