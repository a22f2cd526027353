"""The prices that a plan is made with: from files that are given, and from what the database states."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app.catalogue.shelves import shelf
from egide.app.files import read
from egide.app.portfolio import assess
from egide.catalogue.priced import OFFER_OF
from egide.catalogue.priced_sheets import PRICED_BY, prices_of
from egide.catalogue.prices import PriceList, Tariff, read_instances, read_ovhcloud, read_price_mapping, read_price_table, read_scaleway
from egide.catalogue.recognising import Kind, recognise
from egide.catalogue.tables import day_in_name
from egide.planner.plan_file import Input
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from egide.catalogue.prices import Apart, Price, PriceMapping
    from egide.vocabulary.findings import Problem

NO_PRICE_LIST = N_("this is not a price list: a provider's answer, a document of instances, or a table")


@dataclass(frozen=True, slots=True)
class Line:
    """One price, and the catalogue's offer that it is of where its source tells."""

    price: Price
    offer: str | None = None


@dataclass(slots=True)
class Prices:
    """All that was read."""

    lines: list[Line] = field(default_factory=list)
    apart: list[Apart] = field(default_factory=list)
    """What was read and is not compared: another currency, no unit, no price."""
    problems: list[Problem] = field(default_factory=list)
    inputs: list[Input] = field(default_factory=list)

    def take(self, found: PriceList) -> None:
        """Add a list."""
        offer = OFFER_OF.get(found.provider)
        self.lines += [Line(price, offer if price.provider == found.provider else None) for price in found.prices]
        self.apart += found.apart
        self.problems += found.problems


def read_prices(
    listed: Sequence[Path], negotiated: Sequence[Path], on: date, db: str | None = None, mapping: Path | None = None,
) -> Prices:
    """Every price: of the files, and of the database when there is one. Raises `InputError` for a file that holds no prices.

    Of a list that does not say its day: the day in the file's name, else ``on``.
    """
    made = Prices()
    columns = read_price_mapping(read(mapping), str(mapping)) if mapping else None
    for tariff, paths in ((None, listed), (Tariff.NEGOTIATED, negotiated)):
        for path in paths:
            content = read(path)
            made.inputs.append(Input("prices", path.name, hashlib.sha256(content).hexdigest()))
            made.take(_list(content, path.name, on, tariff, columns))
    made.lines += stated(on, db)
    return made


def _list(content: bytes, name: str, on: date, tariff: Tariff | None, columns: PriceMapping | None) -> PriceList:
    day = day_in_name(name) or on
    match recognise(content, name):
        case Kind.TABLE:
            return read_price_table(content, name, columns, on=None if columns and "on" in columns.constant else day, tariff=tariff)[0]
        case Kind.INSTANCES:
            return read_instances(content, name)
        case Kind.OVHCLOUD:
            return read_ovhcloud(content, name, day)
        case Kind.SCALEWAY:
            return read_scaleway(content, name, day)
    raise InputError(NO_PRICE_LIST, Location(name))


def stated(on: date, db: str | None) -> Iterator[Line]:
    """Every price that the database states on that day."""
    with shelf(on, db) as (known, kept):
        if kept is None:
            return
        offers = assess.catalogue().by_id
        for subject, statements in kept.each():
            if not any(one.property in PRICED_BY for one in statements):
                continue
            for region in known.regions(subject) or (None,):
                sheet = known.fresh(subject, region)
                if sheet is not None:
                    parent = sheet.value("variant_of") or (subject if subject in offers else None)
                    yield from (Line(price, str(parent) if parent else None) for price in prices_of(sheet, region))
