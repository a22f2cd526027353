"""Tables that people fill in: one row at a time, by what its columns mean, in French or English."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from egide.vocabulary.delimited import decode, separator_of
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MAX_BYTES = 32 * 1024 * 1024
MAX_CELL = 20_000
_GAP = re.compile(r"[\W_]+")


@lru_cache(maxsize=65_536)
def plain(text: str) -> str:
    """The text in lower case, without accents, its words parted by single spaces."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
    return _GAP.sub(" ", bare).strip()


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row by the meaning of their column."""

    file: str
    number: int
    cells: Mapping[str, str]
    titles: Mapping[str, str]

    def at(self, name: str | None = None) -> Location:
        """The row, or its cell of that meaning."""
        return Location(self.file, row=self.number, column=self.titles.get(name, name) if name else None)

    def text(self, name: str) -> str:
        """The cell on one line; empty when there is none."""
        return " ".join(self.cells.get(name, "").split())

    def word(self, name: str, words: Mapping[str, str]) -> str | None:
        """The token that the cell's word stands for; None when it is empty or stands for none."""
        return words.get(plain(self.text(name)))

    def day(self, name: str) -> date | None:
        """The cell as a day, ISO or day/month/year; None when it is empty or no day."""
        words = plain(self.text(name))
        if found := re.fullmatch(r"(\d{4}) (\d{1,2}) (\d{1,2})", words):
            year, month, day = (int(part) for part in found.groups())
        elif found := re.fullmatch(r"(\d{1,2}) (\d{1,2}) (\d{4})", words):
            day, month, year = (int(part) for part in found.groups())
        else:
            return None
        try:
            return date(year, month, day)
        except ValueError:
            return None


def rows(content: bytes, file: str, headers: Mapping[str, Sequence[str]], needed: Sequence[str], limit: int) -> Iterator[Row]:
    """The rows that hold something, the first being the headers.

    Raises `InputError` when the file is too large, no CSV, of more rows than ``limit``, or has no column for one that is
    needed, or two columns for one meaning.
    """
    if len(content) > MAX_BYTES:
        raise InputError(N_("the file is larger than {limit} MiB, the most that is read"), Location(file),
                         values={"limit": MAX_BYTES // 2**20})
    text = decode(content, file)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text))
    try:
        titles = [cell.strip() for cell in next((row for row in reader if any(cell.strip() for cell in row)), [])]
        columns = _columns(titles, file, reader.line_num, headers, needed)
        named = {name: titles[index] for name, index in columns.items()}
        for count, row in enumerate(reader):
            if count >= limit:
                raise InputError(N_("more than {limit} rows"), Location(file), values={"limit": limit})
            if any(cell.strip() for cell in row):
                cells = {name: row[index][:MAX_CELL] for name, index in columns.items() if index < len(row)}
                yield Row(file, reader.line_num, cells, named)
    except csv.Error as error:
        raise InputError(N_("not readable as CSV: {error}"), Location(file, row=reader.line_num), values={"error": error}) from error


def _columns(titles: Sequence[str], file: str, row: int, headers: Mapping[str, Sequence[str]], needed: Sequence[str]) -> dict[str, int]:
    meanings = {known: name for name, words in headers.items() for known in words}
    columns: dict[str, int] = {}
    for index, title in enumerate(titles):
        name = meanings.get(plain(title))
        if name is None:
            continue
        if name in columns:
            raise InputError(N_("«{first}» and «{second}» mean the same"), Location(file, row=row),
                             values={"first": titles[columns[name]], "second": title})
        columns[name] = index
    if missing := [name for name in needed if name not in columns]:
        raise InputError(N_("no column for {names} among «{titles}»"), Location(file, row=row),
                         values={"names": ", ".join(missing), "titles": " | ".join(titles)[:500]})
    return columns
