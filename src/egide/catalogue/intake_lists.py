"""Lists that nobody signed, taken in as what their issuer publishes: offers in our YAML, price answers, tables of prices."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from egide.catalogue.intake import COMPRESSION, Terms, as_json
from egide.catalogue.kept.files import Received
from egide.catalogue.offered import offer_packs
from egide.catalogue.priced import price_packs
from egide.catalogue.prices import PriceList, PriceMapping, read_instances, read_ovhcloud, read_price_table, read_scaleway
from egide.catalogue.reading import read_catalogue
from egide.catalogue.recognising import Kind
from egide.catalogue.tables import day_in_name

if TYPE_CHECKING:
    from datetime import date

    from egide.catalogue.kept.packs import Pack
    from egide.vocabulary.offers import Catalogue

LISTED = "listed"
"""What is kept as the outcome of a file that has nothing to verify."""


def read_offers(content: bytes, name: str, terms: Terms) -> Received:
    """Offers in our own YAML. Raises `InputError` as `read_catalogue` does."""
    read = read_catalogue({name: content})
    return _received(content, name, offer_packs(read, _digest(content), name, terms.assurance), {"as": Kind.OFFERS.value})


def read_prices(
    kind: Kind, content: bytes, name: str, terms: Terms, catalogue: Catalogue, today: date, *, as_of: date | None = None,
    offer: str | None = None, mapping: PriceMapping | None = None,
) -> Received:
    """Prices, of whatever form. Of their day: ``as_of``, else what the mapping or the file's name says, else ``today``.

    Raises `InputError` when it is another form, or nothing in it can be read.
    """
    day = as_of or (None if mapping and "on" in mapping.constant else day_in_name(name) or today)
    prices, used = _prices(kind, content, name, day, today, mapping)
    read = "secondary" if kind is Kind.INSTANCES else "primary"
    packs = price_packs(prices, _digest(content), prices.source or name, catalogue, offer, read, terms.assurance)
    record = {"as": kind.value, "prices": len(prices.prices), "columns": {one.heading: one.meaning for one in used.columns} if used else {}}
    notes = [
        {"at": str(one.at), "message": one.message, "args": as_json(one.args)} for one in prices.problems
    ] + [{"at": str(one.at), "message": one.because, "args": as_json(one.args), "item": one.item} for one in prices.apart]  # fmt: skip
    return _received(content, name, packs, record, notes)


def _prices(
    kind: Kind, content: bytes, name: str, day: date | None, today: date, mapping: PriceMapping | None,
) -> tuple[PriceList, PriceMapping | None]:
    if kind is Kind.OVHCLOUD:
        return read_ovhcloud(content, name, day or today), None
    if kind is Kind.SCALEWAY:
        return read_scaleway(content, name, day or today), None
    if kind is Kind.INSTANCES:
        return read_instances(content, name), None
    return read_price_table(content, name, mapping, on=day)


def _received(
    content: bytes, name: str, packs: Iterable[Pack], record: Mapping[str, Any], notes: Iterable[Mapping[str, Any]] = (),
) -> Received:
    digest = hashlib.sha256(content).hexdigest()
    kept = zlib.compress(content, COMPRESSION)
    return Received(digest, name, len(content), kept, LISTED, {**record, "status": False}, tuple(packs), notes=tuple(notes))


def _digest(content: bytes) -> str:
    return f"sha256-{hashlib.sha256(content).hexdigest()}"
