"""Scaleway's public catalogue: the answer of ``GET /product-catalog/v2alpha1/public-catalog/products``, one page or several.

A price is ``units`` plus ``nanos`` of 10^-9, net of tax, per ``unit_of_measure`` (``size`` times ``unit``); the description repeats both in
words, which is how a changed unit is found out. Machines are sold by zone. A stored gigabyte comes without the time that it is kept
for: such a price is set apart and not guessed. The carbon and water that the answer estimates are per the same unit as the price.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import msgspec

from egide.catalogue.prices.answers import UNIT_CHANGED, agrees, opened, rows
from egide.catalogue.prices.records import (
    FREE_MACHINE,
    HOURS,
    HOURS_A_MONTH,
    NO_LONGER_SOLD,
    NO_TIME,
    NOT_COMPARED,
    OTHER_CURRENCY,
    UNKNOWN_UNIT,
    Basis,
    Carbon,
    Price,
    Priced,
    PriceList,
    Shape,
    micro_euros,
)  # fmt: skip
from egide.vocabulary.errors import Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

PROVIDER = "Scaleway"
API = "GET /product-catalog/v2alpha1/public-catalog/products"
METHOD = N_("the provider's own estimate in its public catalogue, per the unit of the price")
ONLY_A_PAGE = N_("{read} of the {total} products that the answer counts: the other pages are missing")
GONE = frozenset({"end_of_growth", "end_of_deployment", "end_of_support", "end_of_sale", "end_of_life", "retired"})
"""States in which a new customer no longer gets it."""
_SAID = re.compile(r"\((?P<figure>\d+(?:\.\d+)?)€(?: per (?P<unit>[\w ]+))?\)\s*$")


class _Money(msgspec.Struct):
    currency_code: str
    units: int
    nanos: int


class _Retail(msgspec.Struct):
    retail_price: _Money


class _Unit(msgspec.Struct):
    unit: str
    size: int


class _Place(msgspec.Struct, rename={"everywhere": "global"}):
    everywhere: bool = False
    region: str | None = None
    zone: str | None = None
    datacenter: str | None = None


class _Impact(msgspec.Struct):
    kg_co2_equivalent: float | None = None
    m3_water_usage: float | None = None


class _Row(msgspec.Struct):
    sku: str
    product_category: str
    product: str
    description: str
    price: _Retail
    unit_of_measure: _Unit
    status: str
    locality: _Place
    properties: dict[str, Any] | None = None
    environmental_impact_estimation: _Impact | None = None
    end_of_life_at: datetime | None = None


class _Answer(msgspec.Struct):
    products: list[msgspec.Raw]
    total_count: int


def read_scaleway(content: bytes, file: str, on: date) -> PriceList:
    """The prices of a page that was received on that day. Raises `InputError` when it is not such a page, or all of it has changed."""
    answer = opened(content, file, _Answer, API)
    made = PriceList(PROVIDER, PROVIDER, f"{API} ({on.isoformat()})", on)
    for row, at in rows(answer.products, _Row, "products", file, made):
        _take(row, made, at)
    if len(answer.products) < answer.total_count:
        values = {"read": len(answer.products), "total": answer.total_count}
        made.problems.append(Problem(Location(file, path="$.total_count"), ONLY_A_PAGE, values, rejected=False))
    return made.settled()


def _take(row: _Row, made: PriceList, at: Location) -> None:
    """One price, or why it is none."""
    money, unit = row.price.retail_price, row.unit_of_measure
    place = row.locality.zone or row.locality.region or row.locality.datacenter
    quoted = f"{money.units}.{money.nanos:09d} {money.currency_code}, {unit.size} {unit.unit}"
    what = _kind(row)
    if what is None:
        return made.set_apart(row.sku, place, quoted, at, NOT_COMPARED, what=row.product_category)
    if money.currency_code != "EUR":
        return made.set_apart(row.sku, place, quoted, at, OTHER_CURRENCY, currency=money.currency_code)
    euros = money.units + Fraction(money.nanos, 10**9)
    if changed := _changed(row, euros):
        made.problems.append(Problem(at, UNIT_CHANGED, {"read": f"{float(euros):.9g} € / {unit.unit}", "said": changed}))
        return None
    if row.status in GONE:
        return made.set_apart(row.sku, place, quoted, at, NO_LONGER_SOLD, status=row.status)
    if what is Priced.INSTANCE and euros == 0:
        return made.set_apart(row.sku, place, quoted, at, FREE_MACHINE)
    basis, divisor = _basis(what, unit)
    if basis is None:
        because = NO_TIME if unit.unit == "gigabyte" else UNKNOWN_UNIT
        return made.set_apart(row.sku, place, quoted, at, because, unit=f"{unit.size} {unit.unit}")
    properties = row.properties or {}
    return made.add(Price(
        PROVIDER, _item(row, properties), row.product, what, place, micro_euros(euros / divisor), basis, quoted, at, made.on, made.issuer,
        made.source, shape=_shape(properties.get("hardware")) if what is Priced.INSTANCE else None,
        carbon=_carbon(row.environmental_impact_estimation, divisor) if basis is Basis.HOUR else None, status=row.status,
        until=row.end_of_life_at.date() if row.end_of_life_at else None,
    ))  # fmt: skip


def _changed(row: _Row, euros: Fraction) -> str | None:
    """What the description says of the price, when it says otherwise."""
    said = _SAID.search(row.description)
    if said is None:
        return None
    another = said["unit"] is not None and euros != 0 and said["unit"].split()[0].casefold() not in {row.unit_of_measure.unit, "gb", "unit"}
    return said[0].strip("() ") if another or not agrees(euros, said["figure"]) else None


def _item(row: _Row, properties: dict[str, Any]) -> str:
    """The provider's short name where it has one, so that one machine in three zones is one item."""
    for part in ("instance", "load_balancer"):
        held = properties.get(part)
        held = held.get("node", held) if isinstance(held, dict) else None
        if isinstance(held, dict) and isinstance(held.get("offer_id"), str) and held["offer_id"]:
            return str(held["offer_id"])
    return row.product or row.sku


def _kind(row: _Row) -> Priced | None:
    properties = row.properties or {}

    def has(part: str, *names: str) -> bool:
        held = properties.get(part)
        return isinstance(held, dict) and any(isinstance(held.get(name), dict) for name in names)

    if isinstance(properties.get("instance"), dict):
        return Priced.INSTANCE
    if has("block_storage", "volume"):
        return Priced.BLOCK_STORAGE
    if has("object_storage", "class"):
        return Priced.OBJECT_STORAGE
    if has("object_storage", "internet_traffic") and properties["object_storage"]["internet_traffic"].get("traffic_type") == "egress":
        return Priced.EGRESS
    if has("load_balancer", "node"):
        return Priced.LOAD_BALANCER
    return Priced.CONTROL_PLANE if has("kubernetes", "kapsule_control_plane", "kosmos_control_plane") else None


def _basis(what: Priced, unit: _Unit) -> tuple[Basis | None, Fraction]:
    """Per what the price is, and by what it is divided to be so."""
    one = Fraction(1)
    if unit.size < 1:
        return None, one
    if what is Priced.EGRESS:
        return (Basis.GB, Fraction(unit.size)) if unit.unit == "gigabyte" else (None, one)
    if what in {Priced.BLOCK_STORAGE, Priced.OBJECT_STORAGE}:
        return (Basis.GB_MONTH, Fraction(unit.size * 24, HOURS_A_MONTH)) if unit.unit == "gigabyte_day" else (None, one)
    hours = HOURS.get(unit.unit)
    if hours is None:
        return None, one
    return (Basis.MONTH, Fraction(unit.size)) if unit.unit == "month" else (Basis.HOUR, hours * unit.size)


def _carbon(impact: _Impact | None, divisor: Fraction) -> Carbon | None:
    """The estimate per hour; None when the answer gives none, which is not zero."""
    if impact is None or impact.kg_co2_equivalent is None or impact.kg_co2_equivalent < 0:
        return None
    water = impact.m3_water_usage
    micrograms = round(Fraction(impact.kg_co2_equivalent) / divisor * 10**9)
    return Carbon(micrograms, round(Fraction(water) / divisor * 10**9) if water is not None and water >= 0 else None, METHOD)


def _shape(hardware: Any) -> Shape | None:
    if not isinstance(hardware, dict):
        return None

    def figure(*path: str) -> int | None:
        held: Any = hardware
        for name in path:
            held = held.get(name) if isinstance(held, dict) else None
        return held if isinstance(held, int) and not isinstance(held, bool) and held >= 0 else None

    ram, disk = figure("ram", "size"), figure("storage", "total")
    gpu = hardware.get("gpu")
    cpu = hardware.get("cpu")
    return Shape(
        figure("cpu", "virtual", "count") or figure("cpu", "threads"), ram // 2**20 if ram is not None else None,
        disk // 10**9 if disk is not None else None, figure("gpu", "count") if isinstance(gpu, dict) else 0,
        str(gpu.get("type") or "") or None if isinstance(gpu, dict) else None,
        str(cpu.get("arch") or "") or None if isinstance(cpu, dict) else None,
    )  # fmt: skip
