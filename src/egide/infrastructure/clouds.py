"""Which cloud a provider of code speaks to: its own, another partition or universe, or whatever its endpoint names.

An endpoint or a partition that isn't known makes the cloud unknown: it isn't taken for the provider's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from egide.infrastructure.resources import Withheld
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from egide.infrastructure.drafts import Draft, Told
    from egide.infrastructure.tables import Cloud, Provider, Tables

DECLARE_CLOUD = N_("which cloud this is isn't said: declare {variables} in the environment, or the resource's offer")
DECLARE_ENDPOINT = N_("the endpoint {host} isn't a known one: declare the resource's offer")
DECLARE_PARTITION = N_("{value} isn't a known value of {name}: declare the resource's offer")
DECLARE_ARGUMENT = N_("the value of {name} isn't known before the plan is applied: declare the resource's offer")
ELASTIC = frozenset({"compute", "network", "block-storage"})


@dataclass(frozen=True, slots=True)
class Spoken:
    """The cloud that a resource's provider speaks to."""

    provider: Provider
    """Whose regions it has."""
    cloud: Cloud | None = None
    """When it isn't the provider's usual one."""
    region: str | None = None
    """When the endpoint names one."""
    unknown: Reason | None = None
    """When it isn't known which cloud it is, what to declare."""


def spoken(draft: Draft, provider: Provider, known: Tables, environment: Mapping[str, str]) -> Spoken:
    """The cloud that this resource's provider block, or else the environment, tells."""
    values = draft.configured.values
    block, variables = provider.spec.block, provider.spec.environment
    for name, value in (*_values(values, block.cloud), *_set(environment, variables.cloud)):
        if provider.spec.clouds or not provider.spec.unknown_cloud:
            return _partition(provider, name, value)
    endpoints = [*_endpoints(draft, provider, known), *_set(environment, variables.endpoint)]
    for name, value in endpoints:
        return _endpoint(provider, name, value, known)
    if provider.spec.unknown_cloud:
        names = {"variables": ", ".join((*variables.endpoint, *variables.region))}
        return Spoken(provider, unknown=Reason("declare-cloud", names, DECLARE_CLOUD))
    return Spoken(provider)


def _values(values: Mapping[str, Told], names: list[str]) -> Iterator[tuple[str, object]]:
    return ((name, values[name].value) for name in names if name in values and values[name].value not in (None, ""))


def _set(environment: Mapping[str, str], names: list[str]) -> Iterator[tuple[str, object]]:
    return ((name, environment[name]) for name in names if environment.get(name))


def _endpoints(draft: Draft, provider: Provider, known: Tables) -> list[tuple[str, object]]:
    """The endpoint that this resource is reached at, where the block names some."""
    values = draft.configured.values
    names = provider.spec.block.endpoint
    if names != ["endpoints.*"]:
        return list(_values(values, names))
    word = draft.type.split("_")[1] if "_" in draft.type else ""
    elastic = ["endpoints.ec2"] if known.service(provider.name, draft.type) in ELASTIC else []
    return list(_values(values, [f"endpoints.{word}", *elastic]))


def _partition(provider: Provider, name: str, value: object) -> Spoken:
    if isinstance(value, Withheld) or not isinstance(value, str):
        return Spoken(provider, unknown=Reason("declare-argument", {"name": name}, DECLARE_ARGUMENT))
    if value not in provider.spec.clouds:
        return Spoken(provider, unknown=Reason("declare-partition", {"name": name, "value": value}, DECLARE_PARTITION))
    cloud = provider.spec.clouds[value]
    usual = cloud.offer is None and cloud.party is None and value in USUAL
    return Spoken(provider, None if usual else cloud)


USUAL = frozenset({"public", "googleapis.com", "ovh-eu", "ovh-ca"})
"""Values that say what would be so without them."""


def _endpoint(provider: Provider, name: str, value: object, known: Tables) -> Spoken:
    if isinstance(value, Withheld) or not isinstance(value, str):
        return Spoken(provider, unknown=Reason("declare-argument", {"name": name}, DECLARE_ARGUMENT))
    host = host_of(value)
    found = known.host(host) if host else None
    if found is None:
        return Spoken(provider, unknown=Reason("declare-endpoint", {"host": host or value}, DECLARE_ENDPOINT))
    entry, region = found
    behind = known.providers[entry.provider]
    return Spoken(behind, behind.spec.clouds[entry.cloud] if entry.cloud else None, region)


def host_of(url: str) -> str:
    """The host of an endpoint, with or without its scheme; empty when there is none."""
    try:
        return (urlsplit(url if "//" in url else f"//{url}").hostname or "").rstrip(".")
    except ValueError:
        return ""
