"""The way back from `priced`: what a database states of the price of things, as the prices that a plan adds up.

A price counts when those who state it agree, or when one of them stands above the others; where they differ with equal weight it is
unknown, and so it stays. Each price keeps who says it, where and since when.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from egide.catalogue.priced import AMOUNTS, FUNCTIONS, GB_OF_MIB, MICROGRAMS
from egide.catalogue.prices import Basis, Carbon, Price, Priced, Shape, Tariff
from egide.vocabulary.errors import Location

if TYPE_CHECKING:
    from egide.catalogue.sheets import Sheet

Told = Callable[[str, str | None], "Sheet | None"]
"""The sheet of a subject, in a region."""
OF_FUNCTION: Mapping[str, Priced] = {function: what for what, function in FUNCTIONS.items()}
PRICES: tuple[tuple[str, Basis, Tariff], ...] = (
    *((name, basis, Tariff.LIST) for basis, name in AMOUNTS.items()),
    ("negotiated_hour", Basis.HOUR, Tariff.NEGOTIATED), ("negotiated_month", Basis.MONTH, Tariff.NEGOTIATED),
)  # fmt: skip
PRICED_BY = frozenset(name for name, _, _ in PRICES)
"""The properties that hold a price."""


def prices_of(sheet: Sheet, region: str | None) -> Iterator[Price]:
    """Every price that the sheet knows of its subject, in that region (None: wherever it is sold)."""
    what = next((OF_FUNCTION[name] for name in sorted(sheet.listed("functions")) if name in OF_FUNCTION), None)
    if what is None:
        return
    for name, basis, tariff in PRICES:
        cell = sheet.cells.get(name)
        said = cell.strongest() if cell else None
        if cell is None or cell.value is None or said is None or not isinstance(cell.value, int):
            continue
        item = sheet.subject.partition("/")[2] or sheet.subject
        day = (said.origin.issued or said.origin.recorded_at).date()
        yield Price(
            str(sheet.value("provider") or ""), item, sheet.name, what, region, cell.value, basis, said.text,
            Location(said.origin.source, path=said.at), day, said.origin.issuer, said.origin.source, tariff, 1,
            _shape(sheet) if what is Priced.INSTANCE else None, _carbon(sheet), until=_until(sheet),
        )  # fmt: skip


def _shape(sheet: Sheet) -> Shape:
    memory = sheet.value("memory_gb")
    return Shape(
        _whole(sheet.value("vcpu")), round(memory / GB_OF_MIB) if isinstance(memory, (int, float)) else None,
        _whole(sheet.value("disk_gb")), _whole(sheet.value("gpu")) or 0, None, str(sheet.value("architecture") or "") or None,
    )  # fmt: skip


def _carbon(sheet: Sheet) -> Carbon | None:
    grams = sheet.value("carbon_g_hour")
    if not isinstance(grams, (int, float)):
        return None
    return Carbon(round(grams * MICROGRAMS), None, str(sheet.value("carbon_method") or ""))


def _until(sheet: Sheet) -> date | None:
    found = sheet.value("sold_until")
    return found if isinstance(found, date) else None


def _whole(value: object) -> int | None:
    return round(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
