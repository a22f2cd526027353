"""Files made for the tests: workbooks through openpyxl, which the product never imports, and raw archives."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import openpyxl

from egide.vocabulary.offers import Offer, Region

OFFERS = (
    Offer("on-premise", "Hébergement sur site", "L'organisme lui-même", ("IaaS",), (), ("serveurs internes", "interne")),
    Offer("cloud-essai", "Essai Cloud Public", "Essai", ("IaaS",),
          (Region("fr-1", "Paris", "FR", ("PAR1",)), Region("de-1", "Berlin", "DE")), ("Essai public",)),
    Offer("cloud-essai-prive", "Essai Cloud Privé", "Essai", ("IaaS",), ()),
    Offer("nuage", "Nuage Exemple", "Exemple SA", ("PaaS",), (), ("Nuage",)),
)


def book(sheets: Mapping[str, Iterable[Sequence[Any]]]) -> bytes:
    """A workbook of these sheets, each a list of rows."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def filled(content: bytes, sheet: str, rows: Sequence[Mapping[str, Any]], *, header_row: int = 1, first: int = 2) -> bytes:
    """The workbook with these rows under its headers."""
    made = openpyxl.load_workbook(io.BytesIO(content))
    page = made[sheet]
    headers = {str(cell.value): cell.column for cell in page[header_row] if cell.value}
    for number, row in enumerate(rows, start=first):
        for header, value in row.items():
            page.cell(number, headers[header]).value = value
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def repacked(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The archive with these parts in place of its own."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
        for name in parts.keys() - set(old.namelist()):
            new.writestr(name, parts[name])
    return held.getvalue()
