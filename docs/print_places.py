"""Prints what is known of each provider of infrastructure code, from its table."""

from __future__ import annotations

from collections.abc import Iterator

from printing import page, table

from egide.infrastructure.tables import Provider, tables

ABOUT = """\
How a place is found is told in [the idea](../ideas/infrastructure.md). A region that isn't listed has no country until it is declared; a
provider that isn't listed is unknown."""
ABOUT_WORLDWIDE = """\
Their operator is known, and where their data lie must be declared. A country stands only where the company's seat is in the United
States."""
ABOUT_NOWHERE = "Providers that compute or write on the machine that runs the plan: "


def places() -> str:
    """The page."""
    known = tables()
    worldwide = ((name, one.party, one.controlled_from or "not known", one.service) for name, one in known.worldwide.items())
    hosts = ((f"`{entry.host}`", entry.cloud or entry.provider) for entry in known.hosts)
    return page(
        "Where resources of infrastructure code are", "table of providers", ABOUT,
        "## Providers",
        table(("provider", "a resource says it by", "the provider block by", "the environment by", "offers", "source", "read"), _rows()),
        "## Regions", table(("provider", "country", "regions"), _regions()),
        "## Services without region", ABOUT_WORLDWIDE, table(("provider", "operator", "controlled from", "service"), worldwide),
        "## Hosts that tell a cloud", table(("host", "provider"), hosts),
        "## What stands nowhere", ABOUT_NOWHERE + ", ".join(sorted(known.nowhere)) + ".",
    )  # fmt: skip


def _rows() -> Iterator[tuple[str, ...]]:
    known = tables()
    for name, provider in known.providers.items():
        spec = provider.spec
        source = known.sources[spec.source]
        offers = ", ".join(dict.fromkeys(entry.offer or "none" for entry in spec.offers))
        yield (
            ", ".join((name, *spec.names)), _words(*spec.region, *spec.zone, *spec.region_lists, *spec.follow),
            _words(*spec.block.region, *spec.block.zone, *spec.block.endpoint, *spec.block.cloud),
            _words(*spec.environment.region, *spec.environment.zone, *spec.environment.endpoint, *spec.environment.cloud),
            offers or spec.party or "declared", source.text, f"{source.read}, {source.on}" if source.on else source.read,
        )  # fmt: skip


def _regions() -> Iterator[tuple[str, str, str]]:
    for name, provider in tables().providers.items():
        yield from ((name, country, ", ".join(sorted(regions))) for country, regions in sorted(provider.spec.countries.items()))
        yield from _others(name, provider)


def _others(name: str, provider: Provider) -> Iterator[tuple[str, str, str]]:
    if provider.spec.country_prefix:
        yield name, "as its name begins", f"`{provider.spec.country_prefix}`"
    if provider.spec.spans:
        yield name, "several", ", ".join(provider.spec.spans)
    if provider.spec.worldwide:
        yield name, "none", ", ".join(provider.spec.worldwide)


def _words(*names: str) -> str:
    return ", ".join(f"`{name}`" for name in dict.fromkeys(names)) or "–"
