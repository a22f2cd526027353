"""How many of the offers found have each value of a field, and of how many it isn't known: the unknown has its own count, never a share.

Quantities are counted in a few spans; a span says from where to where, its lower end included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from egide.catalogue.fields import Field, fields

if TYPE_CHECKING:
    from egide.catalogue.search.columns import Columns, Places

USUAL = ("provider", "kinds", "functions", "countries", "qualification", "gaia_x_label", "controlled_from", "certifications", "price",
         "carbon_g_hour", "energy_kwh_hour", "pue", "renewable_percent")  # fmt: skip
"""The fields that are counted when no others are asked."""
CUTS: Mapping[str, tuple[float, ...]] = {
    "price": (10_000, 50_000, 100_000, 500_000, 1_000_000), "price_month": (10_000_000, 50_000_000, 100_000_000, 500_000_000),
    "storage_price": (5_000, 10_000, 20_000, 50_000, 100_000), "egress_price": (1, 5_000, 10_000, 50_000),
    "sla_percent": (99, 99.9, 99.95, 99.99),
    "vcpu": (2, 4, 8, 16, 32), "memory_gb": (4, 8, 16, 32, 64, 128), "carbon_g_hour": (1, 5, 20, 100), "energy_kwh_hour": (0.01, 0.05, 0.2),
    "pue": (1.1, 1.2, 1.3, 1.5), "renewable_percent": (25, 50, 75, 100), "exit_days": (7, 30, 60, 90),
}  # fmt: skip
"""Where the spans of a quantity part."""
MOST_VALUES = 30


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows have a value, or a number from ``low`` to below ``high``."""

    value: str | None
    low: float | None
    high: float | None
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """The counts of one field."""

    field: str
    counts: tuple[Count, ...]
    """Values by how many they are, then by name; spans in their order. Empty ones are left out."""
    others: int
    """How many more values there are, beyond the first `MOST_VALUES`."""
    unknown: int


def chosen(names: Sequence[str]) -> tuple[Field, ...]:
    """The fields to count: those named, else the usual ones."""
    known = fields()
    return tuple(known[name] for name in names or USUAL)


def counted(columns: Columns, places: Places, wanted: Sequence[Field]) -> tuple[Facet, ...]:
    """The counts of each field over the rows in these places."""
    return tuple(_spans(field, columns, places) if field.numeric else _values(field, columns, places) for field in wanted)


def _values(field: Field, columns: Columns, places: Places) -> Facet:
    texts = columns.texts(field.name)
    if texts is None:
        return Facet(field.name, (), 0, len(places))
    counts = texts.counts(places)
    held = np.flatnonzero(counts)
    first = held
    if len(held) > MOST_VALUES:
        first = held[counts[held] >= -np.partition(-counts[held], MOST_VALUES - 1)[MOST_VALUES - 1]]
    some = sorted((-int(counts[code]), texts.values[code]) for code in map(int, first))[:MOST_VALUES]
    found = tuple(Count(value, None, None, -count) for count, value in some)
    return Facet(field.name, found, len(held) - len(found), len(places) - int(texts.known[places].sum()))


def _spans(field: Field, columns: Columns, places: Places) -> Facet:
    numbers = columns.numbers(field.name)
    if numbers is None:
        return Facet(field.name, (), 0, len(places))
    held = numbers[places]
    held = held[~np.isnan(held)]
    cuts = CUTS.get(field.name, (0.0,))
    counts = np.bincount(np.searchsorted(cuts, held, side="right"), minlength=len(cuts) + 1)
    ends = [None, *map(float, cuts), None]
    found = tuple(Count(None, low, high, int(count)) for (low, high), count in zip(pairwise(ends), counts, strict=True) if count)
    return Facet(field.name, found, 0, len(places) - len(held))
