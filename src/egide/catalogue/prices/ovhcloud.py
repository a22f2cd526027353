"""OVHcloud's public catalogue: the answer of ``GET /v1/order/catalog/public/cloud?ovhSubsidiary=…``.

What the answer says, as its own figures confirm row by row: ``price`` and ``tax`` are integers of 10^-8 of the currency, net and tax
apart; ``formattedPrice`` repeats the price with its currency in two decimals, which is how a changed unit is found out; ``locale``, when
present, names the currency. ``planCode`` ends with how it is billed (``.consumption`` by the hour, ``.monthly.postpaid`` or
``.month.consumption`` by the month) and then with the class of regions: nothing for ordinary ones, ``3AZ`` for those of three zones,
``LZ…`` for local zones; which region is of which class stands in another answer.
Rows of machines were read in a real answer; the other kinds of row follow public descriptions of it and pass the same tests.
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Any

import msgspec

from egide.catalogue.prices.answers import UNIT_CHANGED, agrees, opened, rows
from egide.catalogue.prices.records import (
    FREE_MACHINE,
    HOURS,
    HOURS_A_MONTH,
    NO_CURRENCY,
    NO_LONGER_SOLD,
    NOT_COMPARED,
    OTHER_CURRENCY,
    UNKNOWN_UNIT,
    Basis,
    Price,
    Priced,
    PriceList,
    Shape,
    micro_euros,
)  # fmt: skip
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

PROVIDER = "OVHcloud"
API = "GET /v1/order/catalog/public/cloud"
STEP = Fraction(1, 10**8)
"""Of the currency: what one unit of ``price`` is worth."""
OTHER_CURRENCIES = N_("the currency reads {said} in one place and {read} in another")
_CODE = re.compile(
    r"(?P<item>.+?)\.(?:(?P<month>monthly\.postpaid|month\.consumption)|(?:hour\.|minute\.)?consumption)(?:\.(?P<place>(?:3AZ|LZ)\S*))?"
)
_SHOWN = re.compile(r"(?P<figure>\d+(?:\.\d+)?)\s*(?P<sign>\S+)")
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP"}
_KINDS: tuple[tuple[re.Pattern[str], Priced], ...] = (
    (re.compile(r"volume-?\w*\.(?!snapshot)"), Priced.BLOCK_STORAGE),
    (re.compile(r"storage(-standard|-high-perf|-standard-ia|-deep-archive)?(-3AZ)?$"), Priced.OBJECT_STORAGE),
    (re.compile(r"bandwidth_storage\S*?(_out)?$"), Priced.EGRESS),
    (re.compile(r"octavia-loadbalancer\.loadbalancer-"), Priced.LOAD_BALANCER),
    (re.compile(r"mks\."), Priced.CONTROL_PLANE),
)


class _Quantity(msgspec.Struct):
    min: int


class _Pricing(msgspec.Struct, rename="camel"):
    price: int
    tax: int
    interval: int
    interval_unit: str
    capacities: list[str]
    quantity: _Quantity
    mode: str
    formatted_price: str = ""


class _Row(msgspec.Struct, rename="camel"):
    plan_code: str
    product: str
    pricings: list[_Pricing]
    invoice_name: str = ""
    blobs: dict[str, Any] | None = None


class _Locale(msgspec.Struct, rename="camel"):
    currency_code: str


class _Answer(msgspec.Struct):
    addons: list[msgspec.Raw]
    locale: _Locale | None = None


def read_ovhcloud(content: bytes, file: str, on: date) -> PriceList:
    """The prices of an answer that was received on that day.

    Raises `InputError` when it is not such an answer, or all of it has changed.
    """
    answer = opened(content, file, _Answer, API)
    made = PriceList(PROVIDER, PROVIDER, f"{API} ({on.isoformat()})", on)
    for row, at in rows(answer.addons, _Row, "addons", file, made):
        for index, pricing in enumerate(row.pricings):
            if "consumption" in pricing.capacities and pricing.mode == "default":
                _take(row, pricing, answer.locale, made, Location(file, path=f"{at.path}.pricings[{index}]"))
    return made.settled()


def _take(row: _Row, pricing: _Pricing, locale: _Locale | None, made: PriceList, at: Location) -> None:
    """One price, or why it is none."""
    found = _CODE.fullmatch(row.plan_code)
    what = _kind(row, found["item"]) if found else None
    place = found["place"] if found else None
    quoted = f"{pricing.price} × 10⁻⁸, {pricing.interval} {pricing.interval_unit}"
    if found is None or what is None:
        return made.set_apart(row.plan_code, place, quoted, at, NOT_COMPARED, what=row.product)
    try:
        currency = _currency(pricing, locale, at)
    except InputError as error:
        made.problems.append(Problem(at, error.message, error.values))
        return None
    if currency != "EUR":
        because = (OTHER_CURRENCY, {"currency": currency}) if currency else (NO_CURRENCY, {})
        return made.set_apart(row.plan_code, place, f"{quoted} {currency or ''}".strip(), at, because[0], **because[1])
    return _priced(row, pricing, what, found["item"], place, f"{quoted} EUR", made, at)


def _priced(row: _Row, pricing: _Pricing, what: Priced, item: str, place: str | None, quoted: str, made: PriceList, at: Location) -> None:
    tags = (row.blobs or {}).get("tags") or []
    basis, divisor = _basis(what, pricing)
    if basis is None:
        return made.set_apart(row.plan_code, place, quoted, at, UNKNOWN_UNIT, unit=f"{pricing.interval} {pricing.interval_unit}")
    if tags and "active" not in tags:
        return made.set_apart(row.plan_code, place, quoted, at, NO_LONGER_SOLD, status=", ".join(map(str, tags)))
    if what is Priced.INSTANCE and pricing.price == 0:
        return made.set_apart(row.plan_code, place, quoted, at, FREE_MACHINE)
    return made.add(Price(
        PROVIDER, item, row.invoice_name or item, what, place, micro_euros(pricing.price * STEP / divisor), basis, quoted, at, made.on,
        made.issuer, made.source, from_quantity=max(1, pricing.quantity.min), shape=_shape(row) if what is Priced.INSTANCE else None,
        status=", ".join(sorted(map(str, tags))),
    ))  # fmt: skip


def _currency(pricing: _Pricing, locale: _Locale | None, at: Location) -> str | None:
    """The currency, from the answer's head or the price as shown. Raises `InputError` when the two differ, or the unit has changed."""
    shown = _SHOWN.fullmatch(pricing.formatted_price.strip())
    if shown and not agrees(pricing.price * STEP, shown["figure"]):
        read = f"{float(pricing.price * STEP):.6f}"
        raise InputError(UNIT_CHANGED, at, values={"read": read, "said": pricing.formatted_price})
    named = locale.currency_code if locale else None
    signed = _SIGNS.get(shown["sign"], shown["sign"]) if shown else None
    if named and signed and named != signed and shown and shown["sign"] in _SIGNS:
        raise InputError(OTHER_CURRENCIES, at, values={"said": named, "read": signed})
    return named or signed


def _kind(row: _Row, item: str) -> Priced | None:
    if row.product == "publiccloud-instance":
        return Priced.INSTANCE
    return next((kind for pattern, kind in _KINDS if pattern.match(item)), None)


def _basis(what: Priced, pricing: _Pricing) -> tuple[Basis | None, Fraction]:
    """Per what the price is, and by what it is divided to be so."""
    unit = pricing.interval_unit
    if pricing.interval < 1:
        return None, Fraction(1)
    if what is Priced.EGRESS:
        return (Basis.GB if unit == "none" else None), Fraction(1)
    hours = HOURS.get(unit)
    if hours is None:
        return None, Fraction(1)
    lasts = hours * pricing.interval
    if what in {Priced.BLOCK_STORAGE, Priced.OBJECT_STORAGE}:
        return Basis.GB_MONTH, lasts / HOURS_A_MONTH
    return (Basis.MONTH, Fraction(pricing.interval)) if unit == "month" else (Basis.HOUR, lasts)


def _shape(row: _Row) -> Shape | None:
    """The machine's size, from the technical part of the row, which is free-form: what isn't a figure is not known."""
    technical = (row.blobs or {}).get("technical")
    if not isinstance(technical, dict):
        return None
    disks = technical.get("storage", {}).get("disks") if isinstance(technical.get("storage"), dict) else None
    sizes = [_disk(disk) for disk in disks or [] if isinstance(disk, dict)]
    ram = _figure(technical, "memory", "size")
    return Shape(
        _whole(_figure(technical, "cpu", "cores"), 1), _whole(ram, 1024),
        sum(filter(None, sizes)) if sizes and None not in sizes else None,
        _whole(_figure(technical, "gpu", "number"), 1) if "gpu" in technical else 0,
        str(technical["gpu"].get("model") or "") or None if isinstance(technical.get("gpu"), dict) else None,
    )  # fmt: skip


def _figure(technical: dict[str, Any], part: str, name: str) -> Any:
    held = technical.get(part)
    return held.get(name) if isinstance(held, dict) else None


def _disk(disk: dict[str, Any]) -> int | None:
    size, number = _whole(disk.get("capacity"), 1), _whole(disk.get("number", 1), 1)
    return size * number if size is not None and number is not None else None


def _whole(value: Any, times: int) -> int | None:
    """A figure that isn't negative, times ``times``, as an integer; None when it isn't one."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 10**9:
        return None
    return round(value * times)
