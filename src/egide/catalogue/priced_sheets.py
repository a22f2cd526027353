"""The way back from `priced`: what a database states of the price of things, as the prices that a plan adds up.

A price counts when those who state it agree, or when one of them stands above the others; where they differ with equal weight it is
unknown, and so it stays. Each price keeps who says it, where and since when.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from egide.catalogue.priced import FUNCTIONS, GB_OF_MIB, MICROGRAMS, STATED
from egide.catalogue.prices import Carbon, Price, Priced, Shape
from egide.vocabulary.errors import Location

if TYPE_CHECKING:
    from egide.catalogue.sheets import Sheet

LEAVING = frozenset({Priced.EGRESS, Priced.SWITCHING})
"""What an offer charges whatever it is used for: its property alone says what it is the price of."""
PRICED_BY = frozenset(STATED)
"""The properties that hold a price."""


def prices_of(sheet: Sheet, region: str | None) -> Iterator[Price]:
    """Every price that the sheet knows of its subject, in that region (None: wherever it is sold).

    What leaves is the price of the subject that states it: its variants don't repeat it. A price of storage that may be of two kinds is
    of neither.
    """
    functions = sheet.listed("functions")
    for name, (tariff, kinds, basis) in STATED.items():
        cell = sheet.cells.get(name)
        said = cell.strongest() if cell else None
        if cell is None or cell.value is None or said is None or not isinstance(cell.value, int):
            continue
        what = _what(kinds, functions)
        if what is None or (what in LEAVING and said.subject != sheet.subject):
            continue
        item = sheet.subject.partition("/")[2] or sheet.subject
        day = (said.origin.issued or said.origin.recorded_at).date()
        yield Price(
            str(sheet.value("provider") or ""), item, sheet.name, what, region, cell.value, basis, said.text,
            Location(said.origin.source, path=said.at), day, said.origin.issuer, said.origin.source, tariff, 1,
            _shape(sheet) if what is Priced.INSTANCE else None, _carbon(sheet), until=_until(sheet),
        )  # fmt: skip


def _what(kinds: frozenset[Priced], functions: frozenset[str]) -> Priced | None:
    """What the price is of, among what its property may be the price of."""
    if kinds <= LEAVING:
        return next(iter(kinds))
    found = [kind for kind in Priced if kind in kinds and FUNCTIONS[kind] in functions]
    return found[0] if len(found) == 1 or Priced.INSTANCE in found else None


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
