"""The catalogue as tables: for programs, a CSV with one row for each statement; for people, a workbook with the offers and what is stated.

The CSV's heads and tokens don't vary by language, its numbers and dates are those of JSON. Text is always text, never a formula.
"""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

from egide.catalogue.kept.packs import plain
from egide.papers.sheets import Sheet as Page
from egide.papers.statement_text import cell_text, said_text
from egide.papers.workbook import LOOKS_LIKE_A_FORMULA, Formats, opened, write_sheet
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_, language
from egide.vocabulary.properties import PROPERTIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from egide.catalogue.sheets import Cell, Sheet
    from egide.papers.sheets import Cell as Written
    from egide.vocabulary.properties import SubjectKind
    from egide.vocabulary.statements import Statement

HEADS = (
    "subject", "kind", "property", "region", "value", "unit", "text", "conflict", "issuer", "assurance", "backing", "read", "from", "until",
    "recorded_at", "stated_of", "source", "document", "at",
)  # fmt: skip
MOST_ROWS = 200_000
"""Of one sheet of a workbook: more is for the CSV."""
STATED = (
    (N_("Offer"), 40), (N_("Property"), 26), (N_("Region"), 14), (N_("Value"), 30), (N_("Issuer"), 34), (N_("Assurance"), 12),
    (N_("Backing"), 12), (N_("Since"), 12), (N_("Until"), 12), (N_("Source"), 50), (N_("Where"), 40),
)  # fmt: skip
LIST_MARK = "|"


class TooManyRowsError(EgideError):
    """More statements than a workbook is made for."""

    hint = N_("name the offers that you want, or export --to csv")

    def __init__(self) -> None:
        super().__init__(N_("more than {limit} statements: more than a workbook is made for"), {"limit": MOST_ROWS})


def catalogue_csv(sheets: Iterable[tuple[Sheet, SubjectKind]]) -> Iterator[bytes]:
    """Every statement that holds, piece by piece: any number of them. Values of a set are parted by ``|``."""
    held = StringIO(newline="")
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerow(HEADS)
    for sheet, kind in sheets:
        for cell in sheet.cells.values():
            for one in cell.holding:
                writer.writerow([_bare(value) for value in _row(sheet, kind, cell, one)])
        yield held.getvalue().encode()
        held.seek(0)
        held.truncate()
    yield held.getvalue().encode()


def catalogue_workbook(sheets: Iterable[tuple[Sheet, SubjectKind]], on: date, lang: str = "fr") -> bytes:
    """The offers with the values of each property that any has, and every statement behind them. Raises `TooManyRowsError`."""
    words, held = language(lang), BytesIO()
    kept = list(_bounded(sheets))
    book = opened(held, words.text(N_("The catalogue of offers on {day}"), {"day": on}), on)
    formats = Formats(book)
    names = [name for name in PROPERTIES if any(name in sheet.cells for sheet in kept)]
    columns = ((words.text(N_("Identifier")), 40), *((words.text(PROPERTIES[name].title), 22) for name in names))
    rows = [(sheet.subject, *(_shown(sheet, name, lang) for name in names)) for sheet in kept]
    write_sheet(book, Page(words.text(N_("Offers")), columns, rows), words, formats)
    stated = tuple((words.text(name), width) for name, width in STATED)
    write_sheet(book, Page(words.text(N_("Statements")), stated, list(_stated(kept, lang))), words, formats)
    book.close()
    return held.getvalue()


def _bounded(sheets: Iterable[tuple[Sheet, SubjectKind]]) -> Iterator[Sheet]:
    count = 0
    for sheet, _ in sheets:
        count += sum(len(cell.holding) for cell in sheet.cells.values())
        if count > MOST_ROWS:
            raise TooManyRowsError
        yield sheet


def _row(sheet: Sheet, kind: SubjectKind, cell: Cell, one: Statement) -> Sequence[object]:
    origin, value = one.origin, plain(one.value)
    return (
        sheet.subject, kind.value, cell.property.name, one.region, LIST_MARK.join(value) if isinstance(value, list) else value,
        cell.property.unit, one.text, "yes" if cell.conflict else "", origin.issuer, origin.assurance.value, origin.backing.value,
        origin.read, origin.issued.isoformat() if origin.issued else None, origin.until.isoformat() if origin.until else None,
        origin.recorded_at.isoformat(), one.subject if one.subject != sheet.subject else None, origin.source, origin.document, one.at,
    )  # fmt: skip


def _bare(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    shown = "" if value is None else str(value)
    return f"'{shown}" if isinstance(value, str) and shown.startswith(LOOKS_LIKE_A_FORMULA) else shown


def _shown(sheet: Sheet, name: str, lang: str) -> Written:
    cell = sheet.cells.get(name)
    if cell is None:
        return None
    if isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool) and not cell.property.unit:
        return str(cell.value)
    return cell_text(cell, lang)


def _stated(sheets: Iterable[Sheet], lang: str) -> Iterator[Sequence[Written]]:
    words = language(lang)
    for sheet in sheets:
        for cell in sheet.cells.values():
            for one in cell.holding:
                origin = one.origin
                title = ("≠ " if cell.conflict else "") + words.text(cell.property.title)
                yield (
                    sheet.subject, title, one.region, said_text(cell.property, one, lang), words.text(origin.issuer),
                    words.label(origin.assurance), words.label(origin.backing), (origin.issued or origin.recorded_at).date(),
                    origin.until.date() if origin.until else None, words.text(origin.source), one.at or None,
                )  # fmt: skip
