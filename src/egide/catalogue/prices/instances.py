"""Prices gathered by others in one JSON document: ``providers`` by name, each with ``instances`` and the prices of what goes around them.

Such a document is an account of published prices and not a price list: every price says so. It is read to plan and to measure.
"""

from __future__ import annotations

import math
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import msgspec

from egide.catalogue.prices.answers import opened, rows
from egide.catalogue.prices.records import (
    FREE_MACHINE,
    NO_CURRENCY,
    NOT_STATED,
    OTHER_CURRENCY,
    Basis,
    Price,
    Priced,
    PriceList,
    Shape,
    micro_euros,
)  # fmt: skip
from egide.vocabulary.errors import Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

FORM = N_("a document of providers with their instances")
ACCOUNT = N_("an account by others of published prices")


class _Instance(msgspec.Struct):
    id: str
    name: str
    vcpu: float
    ram_gb: float
    disk_gb: float
    location: str | None = None
    currency: str | None = None
    price_hourly: float | None = None
    price_monthly: float | None = None
    architecture: str | None = None
    gpu_count: int | None = None
    gpu_model: str | None = None


class _Provider(msgspec.Struct):
    instances: list[msgspec.Raw]
    fetched_at: datetime
    source_url: str = ""
    source: str = ""
    control_plane_cost: float | None = None
    load_balancer: dict[str, Any] = {}
    block_storage: dict[str, Any] = {}
    object_storage: dict[str, Any] = {}
    egress: dict[str, Any] = {}


class _Document(msgspec.Struct):
    providers: dict[str, _Provider]


AROUND = (
    ("block_storage", "price_per_gb_monthly", Priced.BLOCK_STORAGE, Basis.GB_MONTH),
    ("object_storage", "price_per_gb_monthly", Priced.OBJECT_STORAGE, Basis.GB_MONTH),
    ("egress", "price_per_gb", Priced.EGRESS, Basis.GB),
    ("load_balancer", "price_monthly", Priced.LOAD_BALANCER, Basis.MONTH),
)


def read_instances(content: bytes, file: str, *, issuer: str = "") -> PriceList:
    """Every price of the document, each on the day its provider was read. ``issuer``: who gathered it; the file's name when empty.

    Raises `InputError` when it is not such a document.
    """
    document = opened(content, file, _Document, FORM)
    days = [provider.fetched_at.date() for provider in document.providers.values()]
    made = PriceList("", issuer or file, ACCOUNT, max(days, default=date.min))
    for name, provider in document.providers.items():
        source = provider.source_url or provider.source or file
        for instance, at in rows(provider.instances, _Instance, f"providers.{name}.instances", file, made):
            _take(name, instance, provider.fetched_at.date(), source, made, at)
        for price in _around(name, provider, source, made, file):
            made.add(price)
    return made.settled()


def _take(name: str, row: _Instance, on: date, source: str, made: PriceList, at: Location) -> None:
    amount, basis = (row.price_hourly, Basis.HOUR) if row.price_hourly is not None else (row.price_monthly, Basis.MONTH)
    quoted = f"{amount} {row.currency or ''}, {basis.value}"
    if amount is None or not math.isfinite(amount) or amount < 0:
        made.problems.append(Problem(at, NOT_STATED))
        return None
    if row.currency != "EUR":
        because = (OTHER_CURRENCY, {"currency": row.currency}) if row.currency else (NO_CURRENCY, {})
        return made.set_apart(row.id, row.location, quoted, at, because[0], **because[1])
    if amount == 0:
        return made.set_apart(row.id, row.location, quoted, at, FREE_MACHINE)
    shape = Shape(
        math.ceil(row.vcpu), round(row.ram_gb * 1024), round(row.disk_gb), row.gpu_count or (1 if row.gpu_model else 0), row.gpu_model,
        row.architecture,
    )  # fmt: skip
    return made.add(Price(name, row.id, row.name, Priced.INSTANCE, row.location, _micro(amount), basis, quoted, at, on, made.issuer, source,
                          shape=shape))  # fmt: skip


def _around(name: str, provider: _Provider, source: str, made: PriceList, file: str) -> Iterator[Price]:
    """What is sold beside machines, where a figure is given: a missing one is unknown, and 0 is what the document says."""
    on = provider.fetched_at.date()
    for part, figure, what, basis in AROUND:
        held = getattr(provider, part)
        amount, at = held.get(figure), Location(file, path=f"$.providers.{name}.{part}.{figure}")
        if not isinstance(amount, (int, float)) or isinstance(amount, bool) or amount < 0 or held.get("available") is False:
            continue
        if (currency := held.get("currency", "EUR")) != "EUR":
            made.set_apart(part, None, f"{amount} {currency}", at, OTHER_CURRENCY, currency=currency)
            continue
        quoted = f"{amount} EUR, {basis.value}"
        yield Price(name, what.value, what.value, what, None, _micro(amount), basis, quoted, at, on, made.issuer, source)
    cost, what = provider.control_plane_cost, Priced.CONTROL_PLANE
    if cost is not None and cost >= 0:
        at = Location(file, path=f"$.providers.{name}.control_plane_cost")
        yield Price(name, what.value, what.value, what, None, _micro(cost), Basis.MONTH, f"{cost} EUR, month", at, on, made.issuer, source)


def _micro(amount: float) -> int:
    """The figure as it is written, in micro-euros: 0.1 is a tenth, not its nearest binary fraction."""
    return micro_euros(Fraction(str(amount)))
