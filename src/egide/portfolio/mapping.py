"""Which column of a spreadsheet answers what: guessed with a confidence, shown, corrected by hand, saved, used again.

A guess rests on the header first and on the cells under it second. A column below the threshold is not used and says so, with
the target that came nearest: nothing is read on a hunch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from egide.portfolio.columns import TARGETS
from egide.portfolio.words import fold
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_
from egide.vocabulary.yaml import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.portfolio.tables import Table

SCHEMA = "egide/mapping/1"
HOLDS = ("services", "hostings", "bodies")


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """One column that is read, and how surely it was recognised."""

    index: int
    """From zero."""
    header: str
    target: str
    confidence: int


@dataclass(frozen=True, slots=True)
class UnusedColumn:
    """One column that is not read: no fact asks for it, or it was not sure enough."""

    header: str
    near: str | None = None
    confidence: int = 0


@dataclass(frozen=True, slots=True)
class SheetMapping:
    """How one sheet is read."""

    sheet: str | None
    header_row: int
    """From zero."""
    columns: tuple[ColumnUse, ...]
    unused: tuple[UnusedColumn, ...] = ()
    holds: str = "services"
    """``services``, ``hostings`` or ``bodies``."""
    shape: str = "guessed"
    """``mss``, ``egide``, ``guessed`` or ``given``."""

    def column(self, target: str) -> ColumnUse | None:
        """The first column read as that target."""
        return next((use for use in self.columns if use.target == target), None)


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """How a file is read, sheet by sheet, and the sheets that are not."""

    sheets: tuple[SheetMapping, ...] = ()
    skipped: tuple[str, ...] = ()
    """Sheets without a column that names services."""

    def of(self, sheet: str | None) -> SheetMapping | None:
        """The mapping of that sheet, or the only one when it names no sheet."""
        for mapping in self.sheets:
            if mapping.sheet is None or sheet is None or mapping.sheet == sheet:
                return mapping
        return None


def write_mapping(mapping: ColumnMapping) -> bytes:
    """The mapping as YAML, to be read by a person, corrected and given back."""
    import yaml  # noqa: PLC0415 - only when saved

    sheets = [_as_plain(sheet) for sheet in mapping.sheets]
    document = {"schema": SCHEMA, "sheets": sheets, "skipped": list(mapping.skipped)}
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120).encode()


def _as_plain(sheet: SheetMapping) -> dict[str, Any]:
    return {
        "sheet": sheet.sheet,
        "header_row": sheet.header_row + 1,
        "holds": sheet.holds,
        "columns": [{"header": use.header, "is": use.target, "confidence": use.confidence} for use in sheet.columns],
        "not_used": [
            {"header": unused.header, **({"near": unused.near, "confidence": unused.confidence} if unused.near else {})}
            for unused in sheet.unused
        ],
    }


def read_mapping(content: bytes, file: str) -> ColumnMapping:
    """A mapping that was saved, or written by hand.

    Raises `InputError` with the path of what is wrong.
    """
    document = read_yaml(content, file)
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise InputError(N_("expected `schema: {schema}`"), Location(file, path="schema"), "", {"schema": SCHEMA})
    _only(document, {"schema", "sheets", "skipped"}, "", file)
    sheets = tuple(
        _read_sheet(sheet, f"sheets[{place}]", file) for place, sheet in enumerate(_list(document.get("sheets"), "sheets", file))
    )
    skipped = tuple(str(name) for name in _list(document.get("skipped") or [], "skipped", file))
    return ColumnMapping(sheets, skipped)


def _read_sheet(sheet: Any, path: str, file: str) -> SheetMapping:
    _only(sheet, {"sheet", "header_row", "holds", "columns", "not_used"}, path, file)
    row = sheet.get("header_row", 1)
    holds = sheet.get("holds", "services")
    if not isinstance(row, int) or isinstance(row, bool) or row < 1:
        raise InputError(N_("expected a row number from 1"), Location(file, path=f"{path}.header_row"))
    if holds not in HOLDS:
        raise InputError(N_("expected one of {choices}"), Location(file, path=f"{path}.holds"), "", {"choices": ", ".join(HOLDS)})
    uses = []
    for place, column in enumerate(_list(sheet.get("columns"), f"{path}.columns", file)):
        at = f"{path}.columns[{place}]"
        _only(column, {"header", "is", "confidence"}, at, file)
        if column.get("is") not in TARGETS:
            wrong = N_("`{value}` is not something a column can be; expected one of: {choices}")
            raise InputError(wrong, Location(file, path=f"{at}.is"), "", {"value": column.get("is"), "choices": ", ".join(TARGETS)})
        uses.append(ColumnUse(-1, str(column.get("header", "")), column["is"], 100))
    name = sheet.get("sheet")
    return SheetMapping(None if name is None else str(name), row - 1, tuple(uses), (), holds, "given")


def _only(value: Any, allowed: set[str], path: str, file: str) -> None:
    if not isinstance(value, dict):
        raise InputError(N_("expected a mapping of names to values"), Location(file, path=path or None))
    for key in value:
        if key not in allowed:
            raise InputError(N_("unknown key `{key}`"), Location(file, path=f"{path}.{key}".lstrip(".")), "", {"key": key})


def _list(value: Any, path: str, file: str) -> list[Any]:
    if not isinstance(value, list):
        raise InputError(N_("expected a list"), Location(file, path=path))
    return value


def fit(given: SheetMapping, table: Table) -> tuple[SheetMapping, tuple[str, ...]]:
    """A saved mapping put to this table: where its columns stand today, and the headers that are missing."""
    row = _row_with(given, table)
    line = table.rows[row] if row < len(table.rows) else ()
    places: dict[str, list[int]] = {}
    for index, cell in enumerate(line):
        places.setdefault(fold(str(cell or "")), []).append(index)
    uses, missing = [], []
    for use in given.columns:
        free = places.get(fold(use.header), [])
        if free:
            uses.append(ColumnUse(free.pop(0), use.header, use.target, use.confidence))
        else:
            missing.append(use.header)
    used = {use.index for use in uses}
    unused = tuple(UnusedColumn(str(cell)) for index, cell in enumerate(line) if cell is not None and index not in used)
    return SheetMapping(table.sheet, row, tuple(uses), unused, given.holds, "given"), tuple(missing)


def _row_with(given: SheetMapping, table: Table) -> int:
    """The row where the mapping's headers stand; the saved one unless another of the first rows fits better."""
    wanted = {fold(use.header) for use in given.columns}

    def found(row: int) -> int:
        return len(wanted & {fold(str(cell or "")) for cell in table.rows[row]})

    rows: Mapping[int, int] = {row: found(row) for row in range(min(60, len(table.rows)))}
    best = max(rows.values(), default=0)
    if rows.get(given.header_row) == best:
        return given.header_row
    return next((row for row, count in rows.items() if count == best), given.header_row)
