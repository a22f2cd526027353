"""Delimited text as a table: any usual separator, any usual encoding, rows bounded."""

from __future__ import annotations

import csv
import io
import itertools

from egide.portfolio.bounds import MAX_COLUMNS, MAX_ROWS, TOO_WIDE
from egide.portfolio.tables import Table
from egide.vocabulary.delimited import decode, separator_of
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

MAX_FIELD_CHARACTERS = 131_072


def read_delimited(content: bytes, file: str) -> Table:
    """One table of texts; rows beyond the limit are left out and said so.

    Raises `InputError` on bytes that are no text and on a quotation mark that never closes.
    """
    text = decode(content, file)
    separator = separator_of(text)
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows: list[tuple[str | None, ...]] = []
    try:
        for row in itertools.islice(reader, MAX_ROWS + 1):
            if len(row) > MAX_COLUMNS:
                raise InputError(TOO_WIDE, Location(file, row=reader.line_num), "", {"found": len(row), "limit": MAX_COLUMNS})
            rows.append(tuple(field.strip() or None for field in row))
    except csv.Error as error:
        at = Location(file, row=reader.line_num)
        raise InputError(N_("a quotation mark is opened and not closed, or a field is too long"), at) from error
    if rows and rows[0] and (rows[0][0] or "").casefold().startswith("sep="):
        rows[0] = ()
    return Table(None, tuple(rows[:MAX_ROWS]), cut=len(rows) > MAX_ROWS)
