"""Where places lie: a table of regions that the user gives, with country and coordinates, read strictly.

Columns: ``provider``, ``region`` (needed); ``country`` (ISO 3166-1 alpha-2), ``lat``, ``lon`` (degrees), ``city``, ``offer`` (of the
catalogue, by which the law judges what runs there), ``prices`` (the word by which price lists name the class of places that this region
is in, when it isn't the region's own name), ``source`` (who says so), and any fact of an offer under its own name (``offer.model``), for
offers that the catalogue does not hold. What is empty is unknown: a distance is then unknown too.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from egide.vocabulary.delimited import decode, separator_of
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

MAX_BYTES = 8 * 2**20
MOST_ROWS = 20_000
NAMES = {
    "provider": ("provider", "prestataire", "fournisseur"), "region": ("region", "région", "zone"), "country": ("country", "pays"),
    "city": ("city", "ville", "town"), "latitude": ("lat", "latitude"), "longitude": ("lon", "lng", "longitude"),
    "offer": ("offer", "offre"), "prices": ("prices", "prix", "tarif"), "source": ("source",),
}  # fmt: skip
READ = {word for words in NAMES.values() for word in words}
FACT = "offer."
LIKE = 0.8
"""How alike a column that is not read must be to one that is to be taken for a slip: a letter or two."""
LIKE_ANOTHER = N_("the column «{name}» is not read: is it «{near}»?")
TOO_LARGE = N_("the file is larger than {limit} MiB, the most that is read")
NO_COLUMN = N_("no column is named «{name}»; those of the table: {columns}")
NO_COUNTRY = N_("«{value}» is not a country's two-letter code")
NO_DEGREES = N_("«{value}» is not a {name} in degrees, from {least} to {most}")
HALF = N_("a latitude and a longitude go together")
EMPTY = N_("the provider and the region cannot be empty")
TWICE = N_("«{name}» stands twice")
TOO_MANY = N_("{count} entries; at most {most} are read")


@dataclass(frozen=True, slots=True)
class Region:
    """One row."""

    provider: str
    name: str
    country: str | None = None
    city: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    offer: str | None = None
    prices: str | None = None
    source: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    """What the user says of the offer there, as written."""


def read_regions(content: bytes, file: str) -> tuple[Region, ...]:
    """The regions. Raises `InputError` with the row and column of what cannot be used."""
    rows = rows_of(content, file)
    titles = [cell.casefold() for cell in rows[0][1]]
    columns = {name: titles.index(word) for name, words in NAMES.items() for word in reversed(words) if word in titles}
    columns |= {title: place for place, title in enumerate(titles) if title.startswith(FACT)}
    for title in titles:
        if title not in READ and not title.startswith(FACT) and (near := get_close_matches(title, READ - set(titles), 1, LIKE)):
            raise InputError(LIKE_ANOTHER, Location(file, row=rows[0][0], column=title), values={"name": title, "near": near[0]})
    for needed in ("provider", "region"):
        if needed not in columns:
            raise InputError(NO_COLUMN, Location(file, row=rows[0][0]), values={"name": needed, "columns": ", ".join(titles)})
    found: dict[tuple[str, str], Region] = {}
    for number, row in rows[1:]:
        one = _region(file, number, {name: row[at] for name, at in columns.items() if at < len(row) and row[at]})
        if (one.provider, one.name) in found:
            raise InputError(TWICE, Location(file, row=number), values={"name": f"{one.provider}/{one.name}"})
        found[one.provider, one.name] = one
    return tuple(found.values())


def rows_of(content: bytes, file: str) -> list[tuple[int, list[str]]]:
    """The rows of a CSV that hold something, each with its number; the first is its headings. Raises `InputError`."""
    if len(content) > MAX_BYTES:
        raise InputError(TOO_LARGE, Location(file), values={"limit": MAX_BYTES // 2**20})
    text = decode(content, file)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text))
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise InputError(N_("not readable as CSV: {error}"), Location(file), values={"error": error}) from error
    if not rows:
        raise InputError(N_("the file is empty"), Location(file))
    if len(rows) > MOST_ROWS:
        raise InputError(TOO_MANY, Location(file), values={"count": len(rows), "most": MOST_ROWS})
    return rows


def _region(file: str, number: int, cells: dict[str, str]) -> Region:
    if not {"provider", "region"} <= cells.keys():
        raise InputError(EMPTY, Location(file, row=number))
    country = cells.get("country", "").upper() or None
    if country is not None and not re.fullmatch("[A-Z]{2}", country):
        raise InputError(NO_COUNTRY, Location(file, row=number, column="country"), values={"value": cells["country"]})
    if ("latitude" in cells) != ("longitude" in cells):
        raise InputError(HALF, Location(file, row=number))
    return Region(
        cells["provider"], cells["region"], country, cells.get("city"), _degrees(file, number, "latitude", cells, 90),
        _degrees(file, number, "longitude", cells, 180), cells.get("offer"), cells.get("prices"), cells.get("source"),
        {name: cell for name, cell in cells.items() if name.startswith(FACT)},
    )  # fmt: skip


def _degrees(file: str, number: int, name: str, cells: dict[str, str], most: int) -> float | None:
    if name not in cells:
        return None
    try:
        value = float(cells[name].replace(",", "."))
    except ValueError:
        value = float("nan")
    if not -most <= value <= most:
        said = {"value": cells[name], "name": name, "least": -most, "most": most}
        raise InputError(NO_DEGREES, Location(file, row=number, column=name), values=said)
    return value
