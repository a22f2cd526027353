"""Reads a newer list of qualified services: a CSV with any separator and encoding, or ANSSI's monthly PDF.

A row that can't be used is a problem, with its place, and the good rows go on. Only a file out of which no list can be
read at all is an error.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from egide.catalogue.columns import Cells, Line, line_of, meanings
from egide.vocabulary.delimited import decode, separator_of
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from egide.vocabulary.findings import Problem

MAX_BYTES = 40 * 1024 * 1024
MAX_ROWS = 5_000
NO_DAY = N_("say the day of the catalogue: in the file's name (2026-10-15), or as an option")


@dataclass(frozen=True, slots=True)
class Imported:
    """A list as it was read: what it says, of which day, and what in it couldn't be used."""

    as_of: date
    source: str
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]
    read: str = "secondary"
    """``primary`` when the file is ANSSI's own."""


def read_import(content: bytes, filename: str, *, as_of: date | None = None, source: str = "") -> Imported:
    """The list in a CSV or PDF file, as of the day given, told by the PDF or named by the file.

    Raises `InputError` when the file is too large, no list or of no known day; `MissingExtraError` when a PDF is given
    and the extra `pdf` is not installed.
    """
    if len(content) > MAX_BYTES:
        raise InputError(N_("{found} bytes; at most {limit} are read"), Location(filename),
                         values={"found": len(content), "limit": MAX_BYTES})
    if content.startswith(b"%PDF"):
        from egide.catalogue.pdf import pdf_rows  # noqa: PLC0415 - the extra may be absent

        found = pdf_rows(content, filename)
        titles, rows, told = found.titles, found.rows, found.as_of
    else:
        titles, rows = _csv_rows(content, filename)
        told = None
    day = as_of or told or day_in_name(filename)
    if day is None:
        raise InputError(N_("of which day is this catalogue?"), Location(filename), hint=NO_DAY)
    is_pdf = content.startswith(b"%PDF")
    lines, problems = _lines(titles, rows, filename, "qualified" if is_pdf else None)
    text = source or (f"Catalogue de l'ANSSI du {day.isoformat()} ({filename})" if is_pdf else f"{filename} ({day.isoformat()})")
    return Imported(day, text, lines, problems, "primary" if is_pdf else "secondary")


def is_list(content: bytes, filename: str) -> bool:
    """Whether the file is a list of qualified services: a PDF, or a table with a provider, a decision number and dates or a status."""
    if content.startswith(b"%PDF"):
        return True
    try:
        titles, _ = _csv_rows(content, filename)
    except InputError:
        return False
    known = set(meanings(titles))
    return {"provider", "decision"} <= known and bool({"start", "end", "status"} & known)


def day_in_name(filename: str) -> date | None:
    """The day that a file's name gives, as 2026-10-15."""
    found = re.search(r"(\d{4})-(\d{2})-(\d{2})", filename)
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def _lines(titles: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]], filename: str,
           default_status: str | None) -> tuple[tuple[Line, ...], tuple[Problem, ...]]:
    columns = meanings(titles)
    needed = {"provider", "service", "decision", "start", "end"} | ({"status"} if default_status is None else set())
    if missing := needed - set(columns):
        raise InputError(N_("no column for {names} among «{titles}»"), Location(filename, row=1),
                         values={"names": ', '.join(sorted(missing)), "titles": ' | '.join(titles)})
    lines: list[Line] = []
    problems: list[Problem] = []
    for number, row in rows:
        if number > MAX_ROWS:
            raise InputError(N_("more than {limit} rows"), Location(filename), values={"limit": MAX_ROWS})
        if not any(cell.strip() for cell in row):
            continue
        named = {name: row[index] for name, index in columns.items() if index < len(row)}
        cells = Cells(Location(filename, row=number), named, {name: titles[index] for name, index in columns.items()})
        line = line_of(cells, default_status)
        problems.extend(cells.problems)
        if line:
            lines.append(line)
    if not lines:
        raise InputError(N_("the list holds no line that can be used"), Location(filename))
    return tuple(lines), tuple(problems)


def _csv_rows(content: bytes, filename: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    text = decode(content, filename)
    separator = separator_of(text)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise InputError(N_("not readable as CSV: {error}"), Location(filename), values={"error": error}) from error
    if not rows:
        raise InputError(N_("the file is empty"), Location(filename))
    return [cell.strip() for cell in rows[0][1]], rows[1:]
