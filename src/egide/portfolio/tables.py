"""Bytes to tables, told apart by what they hold and not by how the file is named.

The rest of the room sees rows of cells whatever the file was: XLSX, ODS, XLS or delimited text.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from egide.portfolio.bounds import MAX_ROWS, bounded_workbook, check_size, parts_of
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.portfolio.bounds import Bounded
    from egide.portfolio.cells import Cell

ROWS_LEFT_OUT = N_("only the first {limit} rows were read: the rest was left out")
UNREADABLE = N_("the file is not a readable spreadsheet: {why}")
ANOTHER = N_("the file is no spreadsheet, but a PDF, an image or an archive")
PASSWORD = N_("the file is protected by a password: save it without one")


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet, or one delimited file: rows of cells, both counted from zero."""

    sheet: str | None
    rows: tuple[tuple[Cell, ...], ...]
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()
    """First and last (row, column) of each merged area."""
    faults: Mapping[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    """Cells that hold an error, or a formula without result: the message, and what the cell shows."""
    cut: bool = False
    """True when rows beyond the limit were left out."""

    def cell(self, row: int, column: int) -> Cell:
        """The cell, or None outside the table."""
        line = self.rows[row] if row < len(self.rows) else ()
        return line[column] if column < len(line) else None


def read_tables(content: bytes, file: str, *, hidden: bool = False) -> tuple[Table, ...]:
    """Every visible sheet of a spreadsheet (the hidden ones too when asked), or the one table of a delimited text.

    Raises `InputError` when the file is too large, protected, damaged or of another kind.
    """
    check_size(len(content), file)
    if content[:4] == b"PK\x03\x04" or content[:4] == b"PK\x05\x06":
        return _zipped(content, file, hidden)
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        from egide.portfolio.compound import check_compound  # noqa: PLC0415 - rare files only

        faults = check_compound(content, file)
        return _sheets(content, file, None, faults, hidden)
    if content[:5] == b"%PDF-" or content[:4] in {b"\x89PNG", b"\xff\xd8\xff\xe0", b"\x7fELF", b"\x1f\x8b\x08\x00"}:
        raise InputError(ANOTHER, Location(file), N_("give an XLSX, ODS, XLS, CSV or YAML file"))
    from egide.portfolio.delimited import read_delimited  # noqa: PLC0415 - not needed for workbooks

    return (read_delimited(content, file),)


def _zipped(content: bytes, file: str, hidden: bool) -> tuple[Table, ...]:
    names = parts_of(content, file)
    if "xl/workbook.bin" in names:
        raise InputError(UNREADABLE, Location(file), N_("save it as XLSX"), {"why": "XLSB"})
    if "content.xml" in names:
        _check_ods_password(content, names, file)
        from egide.portfolio.opendocument import bounded_ods  # noqa: PLC0415 - ODS only

        bounded = bounded_ods(content, file)
    elif any(name.startswith("xl/") for name in names):
        bounded = bounded_workbook(content, file)
    else:
        raise InputError(UNREADABLE, Location(file), N_("give an XLSX, ODS, XLS, CSV or YAML file"), {"why": "ZIP"})
    return _sheets(bounded.content, file, bounded, {}, hidden)


def _check_ods_password(content: bytes, names: list[str], file: str) -> None:
    import zipfile  # noqa: PLC0415 - ODS only

    if "META-INF/manifest.xml" not in names:
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("META-INF/manifest.xml") as manifest:
            protected = b"encryption-data" in manifest.read(1024 * 1024)
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, ValueError) as error:
        raise InputError(UNREADABLE, Location(file), "", {"why": "ODS"}) from error
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise InputError(UNREADABLE, Location(file), "", {"why": "ODS"}) from error
        raise
    if protected:
        raise InputError(PASSWORD, Location(file))


Faults = dict[str, dict[tuple[int, int], tuple[str, str]]]


def _sheets(content: bytes, file: str, bounded: Bounded | None, faults: Faults, hidden: bool) -> tuple[Table, ...]:
    """The visible sheets through calamine, whose own faults never get further than here."""
    from python_calamine import PasswordError, SheetVisibleEnum, load_workbook  # noqa: PLC0415 - 10 ms, only when used

    try:
        book = load_workbook(io.BytesIO(content))
        parts = _part_of_sheet(content) if bounded else {}
        tables = []
        for meta in book.sheets_metadata:
            shown = hidden or meta.visible is SheetVisibleEnum.Visible
            if not shown or "worksheet" not in str(meta.typ).casefold():
                continue
            part = parts.get(meta.name, meta.name)
            known = bounded.faults.get(part, {}) if bounded else faults.get(meta.name, {})
            table = _table(book.get_sheet_by_name(meta.name), known, cut=bool(bounded and part in bounded.cut))
            areas = tuple(bounded.merged.get(part, ())) if bounded else ()
            tables.append(replace(table, merged=areas) if areas else table)
    except PasswordError as error:
        raise InputError(PASSWORD, Location(file)) from error
    except InputError:
        raise
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            why = re.sub(r"\s+", " ", str(error))[:120]
            raise InputError(UNREADABLE, Location(file), N_("open it in a spreadsheet and save it again"), {"why": why}) from error
        raise
    return tuple(tables)


def _table(sheet: Any, faults: Mapping[tuple[int, int], tuple[str, str]], *, cut: bool) -> Table:
    rows = sheet.to_python(skip_empty_area=False, nrows=MAX_ROWS)
    merged = tuple((tuple(first), tuple(last)) for first, last in (sheet.merged_cell_ranges or ()))
    lines = tuple(tuple(None if cell == "" else cell for cell in row) for row in rows)
    return Table(sheet.name, lines, merged, faults, cut or sheet.total_height > MAX_ROWS)


def _part_of_sheet(content: bytes) -> dict[str, str]:
    """Sheet name to archive part, through the workbook's relations; empty when they cannot be followed."""
    import zipfile  # noqa: PLC0415
    from html import unescape  # noqa: PLC0415

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return {}
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {}
    for tag in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", relations):
        attributes = dict(re.findall(r"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']", tag))
        targets[attributes.get("Id", "")] = attributes.get("Target", "")
    parts = {}
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        attributes = dict(re.findall(r"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']", tag))
        target = targets.get(attributes.get("r:id", ""), "")
        parts[unescape(attributes.get("name", ""))] = target[1:] if target.startswith("/") else f"xl/{target}"
    return parts
