"""Reads the SecNumCloud tables of ANSSI's monthly PDF by their columns.

No copy of the real file was at hand: the reading follows the section's title (3.3, SecNumCloud) and the columns' titles,
and is tested on PDFs that the tests make. The import's report is there to be read before it is accepted.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from egide.catalogue.columns import day_of, meanings
from egide.catalogue.names import plain
from egide.vocabulary.errors import InputError, Location, MissingExtraError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from datetime import date

MAX_PAGES = 600
DATED = re.compile(r"\b(\d{1,2}(?:er)? \w+ \d{4}|\d{1,2}/\d{1,2}/\d{4})\b")
TITLE = re.compile(r"^(\d+(?:\.\d+)*)\.?\s+\D")
CONTENTS = re.compile(r"(\.{3,}|\s)\d+$")


@dataclass(slots=True)
class Found:
    """The titles of the columns, the rows with a running number, and the day that the first page tells."""

    titles: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    as_of: date | None = None


def pdf_rows(content: bytes, filename: str) -> Found:
    """Every row of the SecNumCloud tables, in the order of the pages.

    Raises `MissingExtraError` without pdfplumber, `InputError` on a file that isn't a readable PDF, is protected, has too
    many pages or holds no such table.
    """
    try:
        import pdfplumber  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError("pdf", "reading ANSSI's PDF") from error
    found = Found()
    try:
        with pdfplumber.open(io.BytesIO(content)) as document:
            if len(document.pages) > MAX_PAGES:
                raise InputError(N_("{found} pages; at most {limit} are read"), Location(filename),
                                 values={"found": len(document.pages), "limit": MAX_PAGES})
            _read_pages(document.pages, found)
    except InputError:
        raise
    except Exception as error:  # pdfminer raises many kinds, some of them plain Exception
        raise InputError(N_("not readable as PDF ({kind}); is it protected?"), Location(filename),
                         values={"kind": type(error).__name__}) from error
    if not found.rows:
        raise InputError(N_("no table of SecNumCloud services was found"), Location(filename))
    return found


def _read_pages(pages: list[Any], found: Found) -> None:
    inside = False
    for number, page in enumerate(pages):
        lines = page.extract_text_lines()
        if number == 0:
            found.as_of = _first_day(" \n".join(line["text"] for line in lines))
        marks: list[tuple[float, bool | Any]] = [
            (line["top"], section) for line in lines if (section := _section(line["text"])) is not None
        ]
        if inside or any(section for _, section in marks):
            marks += [(table.bbox[1], table) for table in page.find_tables()]
        for _, mark in sorted(marks, key=lambda pair: pair[0]):
            if isinstance(mark, bool):
                inside = mark
            elif inside:
                _take(mark.extract(), found)
        page.close()


def _section(text: str) -> bool | None:
    """True where the SecNumCloud section begins, False where another one does, None elsewhere (contents included)."""
    if not TITLE.match(text) or CONTENTS.search(text):
        return None
    return "secnumcloud" in plain(text).replace(" ", "")


def _take(table: list[list[str | None]], found: Found) -> None:
    """Add a table's rows; a table without titles goes on from the page before."""
    rows = [[" ".join((cell or "").split()) for cell in row] for row in table]
    for row in rows:
        columns = meanings(row)
        if {"provider", "service"} <= set(columns):
            found.titles = found.titles or row
        elif found.titles and len(row) == len(found.titles):
            found.rows.append((len(found.rows) + 2, row))


def _first_day(text: str) -> date | None:
    return next((day for match in DATED.finditer(text) if (day := day_of(match[1]))), None)
