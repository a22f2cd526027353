"""Round trips that somebody measured between places: a table ``from``, ``to``, ``ms``, read strictly.

A place is ``provider/region``. A measured time stands before the estimate by distance, in both directions: where the two directions are
given, the slower counts, so that a limit that holds one way holds the other. Times are kept in whole microseconds, rounded up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal, InvalidOperation

from egide.planner.regions import EMPTY, NO_COLUMN, TWICE, rows_of
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

MOST_MS = 10_000
NAMES = {"source": ("from", "de", "depuis"), "target": ("to", "vers", "à"), "ms": ("ms", "round_trip_ms", "aller-retour ms")}
NO_PLACE = N_("«{value}» is no place: write provider/region")
NO_TIME = N_("«{value}» is not a time in milliseconds, above 0 and at most {most}")
NOT_PLANNED = N_("«{name}» is a place of which no price is known: this measure is not used")
Known = Callable[[str], str | None]
"""A place as people write it to the place of the market; None: the market has none of that name."""


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """One row."""

    source: str
    target: str
    microseconds: int
    at: Location


def read_round_trips(content: bytes, file: str) -> tuple[RoundTrip, ...]:
    """The measures. Raises `InputError` with the row and column of what cannot be used."""
    (first, titles), *rows = rows_of(content, file)
    titles = [title.casefold() for title in titles]
    columns = {name: titles.index(word) for name, words in NAMES.items() for word in reversed(words) if word in titles}
    for needed, words in NAMES.items():
        if needed not in columns:
            raise InputError(NO_COLUMN, Location(file, row=first), values={"name": words[0], "columns": ", ".join(titles)})
    found: dict[tuple[str, str], RoundTrip] = {}
    for number, row in rows:
        cells = {name: row[at] if at < len(row) else "" for name, at in columns.items()}
        ends = [_place(cells[end], Location(file, row=number, column=titles[columns[end]])) for end in ("source", "target")]
        taken = _microseconds(cells["ms"], Location(file, row=number, column=titles[columns["ms"]]))
        if (ends[0], ends[1]) in found:
            raise InputError(TWICE, Location(file, row=number), values={"name": " → ".join(ends)})
        found[ends[0], ends[1]] = RoundTrip(ends[0], ends[1], taken, Location(file, row=number))
    return tuple(found.values())


def _place(cell: str, at: Location) -> str:
    if not cell:
        raise InputError(EMPTY, at)
    provider, _, region = (part.strip() for part in cell.partition("/"))
    if not provider or not region:
        raise InputError(NO_PLACE, at, values={"value": cell})
    return f"{provider}/{region}"


def _microseconds(cell: str, at: Location) -> int:
    try:
        ms = Decimal(cell.replace(",", "."))
    except InvalidOperation:
        ms = Decimal(0)
    if not ms.is_finite() or not 0 < ms <= MOST_MS:
        raise InputError(NO_TIME, at, values={"value": cell, "most": MOST_MS})
    return int((ms * 1000).to_integral_value(ROUND_CEILING))


def between(measured: Iterable[RoundTrip], known: Known) -> tuple[dict[tuple[str, str], int], tuple[Problem, ...]]:
    """The slowest measure of each pair of places of the market, in microseconds; a row that names another place is a problem."""
    found: dict[tuple[str, str], int] = {}
    problems: list[Problem] = []
    for one in measured:
        ends = [(name, known(name)) for name in (one.source, one.target)]
        missing = list(_missing(ends, one.at))
        problems += missing
        if not missing:
            low, high = sorted(str(place) for _, place in ends)
            found[low, high] = max(one.microseconds, found.get((low, high), 0))
    return found, tuple(problems)


def _missing(ends: Iterable[tuple[str, str | None]], at: Location) -> Iterator[Problem]:
    for name in dict.fromkeys(name for name, place in ends if place is None):
        yield Problem(at, NOT_PLANNED, {"name": name})
