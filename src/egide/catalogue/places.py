"""Where a country stands for data: France, the European Economic Area, a country found adequate, or outside all three.

The lists are dated data (`places.yaml`). An adequacy that covers only the organisations of a list (the United States'
Data Privacy Framework) doesn't make its country adequate: such a country is outside here, and its source says so.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import msgspec

from egide.vocabulary.facts import Claim
from egide.vocabulary.offers import Period
from egide.vocabulary.yaml import read_yaml

if TYPE_CHECKING:
    from egide.vocabulary.offers import Region


class _Area(msgspec.Struct, forbid_unknown_fields=True):
    source: str
    countries: list[str] = []


class _Decision(msgspec.Struct, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    country: str
    source: str
    start: date | None = None
    end: date | None = None


class _Places(msgspec.Struct, forbid_unknown_fields=True):
    eea: _Area
    outside: _Area
    adequate: list[_Decision]


@cache
def _places() -> _Places:
    content = (resources.files("egide.catalogue") / "places.yaml").read_bytes()
    return msgspec.convert(read_yaml(content, "places.yaml"), _Places)


def place_of(region: Region, on: date) -> Claim:
    """Where the region stores data on that day: what its own source says of the country, and the law of the country."""
    place, because = _place(region.country, on)
    source = "; ".join(part for part in (region.source, because) if part)
    return Claim("offer.place", place, "Égide", region.on, f"{region.country}: {source}", "secondary")


def within_the_area() -> frozenset[str]:
    """The countries of the European Economic Area, France among them."""
    return frozenset({"FR", *_places().eea.countries})


def _place(country: str, on: date) -> tuple[str, str]:
    if country == "FR":
        return "france", ""
    places = _places()
    if country in places.eea.countries:
        return "eea", places.eea.source
    for decision in places.adequate:
        if decision.country == country and Period(decision.start, decision.end).holds(on):
            return "adequate-country", decision.source
    return "outside", places.outside.source
