"""The files that a plan is made from, read: prices, where regions lie, measured round trips; and the names that people give places."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app.files import read
from egide.app.plan.market import NO_SIZE, Made, provider_names
from egide.app.plan.market import market as market_of
from egide.app.plan.prices import read_prices
from egide.catalogue.names import plain
from egide.planner.plan_file import Input
from egide.planner.regions import read_regions
from egide.planner.round_trips import between, read_round_trips
from egide.vocabulary.errors import EgideError, InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from egide.app.plan.prices import Prices
    from egide.planner.market import Market
    from egide.planner.regions import Region
    from egide.planner.round_trips import RoundTrip
    from egide.vocabulary.findings import Problem
    from egide.vocabulary.offers import Catalogue

NO_PRICES = N_("no price is known: give a price list with --prices, or take one in with `egide catalogue import`")

NO_SIZES = N_("{count} machines have a price, and none a size: no column is read as vCPU and memory; is one named otherwise?")
HOW_TO_MAP = N_("--mapping says which column is what")


class NoPricesError(EgideError):
    """There is nothing to choose from."""

    hint = "egide plan make service.yaml --prices prices.csv --regions regions.csv"

    def __init__(self) -> None:
        super().__init__(NO_PRICES)


@dataclass(frozen=True, slots=True)
class Sources:
    """The files that a plan is made from."""

    service: Path
    prices: tuple[Path, ...] = ()
    negotiated: tuple[Path, ...] = ()
    regions: tuple[Path, ...] = ()
    round_trips: tuple[Path, ...] = ()
    mapping: Path | None = None
    db: str | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """What they hold."""

    made: Made
    prices: Prices
    inputs: tuple[Input, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """Providers and places of a market by any name that the catalogue or the market has for them."""

    provider: Callable[[str], str | None]
    place: Callable[[str], str | None]
    providers: tuple[str, ...]
    """All that there are."""


def gathered(sources: Sources, catalogue: Catalogue, on: date) -> Gathered:
    """Read all but the need. Raises `InputError` and `NoPricesError`."""
    prices = read_prices(sources.prices, sources.negotiated, on, sources.db, sources.mapping)
    inputs = list(prices.inputs)
    regions: list[Region] = []
    for path in sources.regions:
        regions += read_regions(_taken(path, "regions", inputs), str(path))
    measured: list[RoundTrip] = []
    for path in sources.round_trips:
        measured += read_round_trips(_taken(path, "round-trips", inputs), str(path))
    if not prices.lines:
        raise NoPricesError
    made, unused = _measured(market_of(prices, regions, catalogue, on), measured, catalogue)
    return Gathered(made, prices, tuple(inputs), (*prices.problems, *unused))


def refuse_sizeless(found: Gathered, sources: Sources) -> None:
    """A list whose machines all lack a size was misread, and is no answer to a need that runs. Raises `InputError`."""
    bare = {one.machine for one in found.made.unpriced if one.because == NO_SIZE}
    if bare and not found.made.market.machines:
        said = ", ".join(path.name for path in (*sources.prices, *sources.negotiated))
        raise InputError(NO_SIZES, Location(said, row=1 if said else None), hint=HOW_TO_MAP, values={"count": len(bare)})


def _taken(path: Path, role: str, inputs: list[Input]) -> bytes:
    content = read(path)
    inputs.append(Input(role, path.name, hashlib.sha256(content).hexdigest()))  # type: ignore[arg-type]
    return content


def _measured(made: Made, measured: Sequence[RoundTrip], catalogue: Catalogue) -> tuple[Made, tuple[Problem, ...]]:
    found, unused = between(measured, names(made.market, catalogue).place)
    return replace(made, market=replace(made.market, round_trips=found)), unused


def names(market: Market, catalogue: Catalogue) -> Names:
    """By what its providers and places may be called."""
    known = {plain(one.provider): one.provider for one in market.places.values()}
    aliases = {name: offer.provider for name, offer in provider_names(catalogue).items() if plain(offer.provider) in known}
    regions = {(one.provider, plain(one.region)): one.key for one in market.places.values()}

    def provider(name: str) -> str | None:
        return known.get(plain(name)) or aliases.get(plain(name))

    def place(name: str) -> str | None:
        owner, _, region = name.partition("/")
        return regions.get((provider(owner) or "", plain(region)))

    return Names(provider, place, tuple(sorted(known.values())))
