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
        raise InputError(f"{len(content)} bytes; at most {MAX_BYTES} are read", Location(filename))
    if content.startswith(b"%PDF"):
        from egide.catalogue.pdf import pdf_rows  # noqa: PLC0415 - the extra may be absent

        found = pdf_rows(content, filename)
        titles, rows, told = found.titles, found.rows, found.as_of
    else:
        titles, rows = _csv_rows(content, filename)
        told = None
    day = as_of or told or _day_in_name(filename)
    if day is None:
        raise InputError("of which day is this catalogue?", Location(filename), hint=NO_DAY)
    is_pdf = content.startswith(b"%PDF")
    lines, problems = _lines(titles, rows, filename, "qualified" if is_pdf else None)
    text = source or (f"Catalogue de l'ANSSI du {day.isoformat()} ({filename})" if is_pdf else f"{filename} ({day.isoformat()})")
    return Imported(day, text, lines, problems, "primary" if is_pdf else "secondary")


def _day_in_name(filename: str) -> date | None:
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
        raise InputError(f"no column for {', '.join(sorted(missing))} among «{' | '.join(titles)}»", Location(filename, row=1))
    lines: list[Line] = []
    problems: list[Problem] = []
    for number, row in rows:
        if number > MAX_ROWS:
            raise InputError(f"more than {MAX_ROWS} rows", Location(filename))
        if not any(cell.strip() for cell in row):
            continue
        named = {name: row[index] for name, index in columns.items() if index < len(row)}
        cells = Cells(Location(filename, row=number), named, {name: titles[index] for name, index in columns.items()})
        line = line_of(cells, default_status)
        problems.extend(cells.problems)
        if line:
            lines.append(line)
    if not lines:
        raise InputError("the list holds no line that can be used", Location(filename))
    return tuple(lines), tuple(problems)


def _csv_rows(content: bytes, filename: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    text = _text(content, filename)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t|", key=first.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise InputError(f"not readable as CSV: {error}", Location(filename)) from error
    if not rows:
        raise InputError("the file is empty", Location(filename))
    return [cell.strip() for cell in rows[0][1]], rows[1:]


def _text(content: bytes, filename: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", *_guessed(content))
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    raise InputError("in no encoding that can be recognised", Location(filename))


def _guessed(content: bytes) -> tuple[str, ...]:
    """The encodings to try when it isn't UTF-8; the usual Western one last, for files too short to tell."""
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes  # noqa: PLC0415 - slow to load, seldom needed

        best = from_bytes(content[:200_000], cp_isolation=["cp1252", "latin_1", "mac_roman", "cp850"]).best()
        return (*((best.encoding,) if best else ()), "cp1252", "latin-1")
    return ()
