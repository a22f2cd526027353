"""Limits put to a file before any parser sees it.

A spreadsheet is a ZIP of XML: a few kilobytes can name a cell in the last corner of a sheet or inflate to gigabytes, and the fast reader
lays a sheet out whole in memory. So the parts are inflated here under a limit, cut after the last row we accept, and only what was
bounded goes to the reader, in a fresh archive. Nothing that the archive says about its own sizes is believed.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_INFLATED_BYTES = 160 * 1024 * 1024
MAX_PARTS = 2_000
MAX_ROWS = 50_000
MAX_COLUMNS = 512
MAX_CELLS = 5_000_000

ERROR_VALUE = N_("the cell holds the error {value}")
NOT_CALCULATED = N_("the cell holds a formula whose result was not saved: open the file in a spreadsheet and save it")
NOT_A_ZIP = N_("the file is damaged: it is not a complete spreadsheet")
TOO_MUCH = N_("the file is larger than {limit} once unpacked")
TOO_WIDE = N_("a cell stands in column {found}: at most {limit} columns are read")
TOO_MANY_CELLS = N_("more than {limit} cells: at most {rows} rows are read")

_NEEDED = (
    "[Content_Types]", "_rels/", "xl/workbook", "xl/_rels/", "xl/worksheets/", "xl/sharedStrings", "xl/styles", "xl/tables/", "xl/sheet",
)
"""Where an XLSX keeps what is read of it; pictures, notes and properties are left out."""
_ROW = re.compile(rb"<(?:[\w.-]+:)?row\b[^>]*>")
_ROW_NUMBER = re.compile(rb"\br\s*=\s*[\"'](\d{1,9})[\"']")
_REFERENCE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,4})(\d{1,9})[\"']")
_FAULT = re.compile(rb"<(?:[\w.-]+:)?c\b([^>]*?)(?<!/)>(.*?)</(?:[\w.-]+:)?c>", re.DOTALL)
_VALUE = re.compile(rb"<(?:[\w.-]+:)?(?:v|t)\b[^>]*>([^<]*)<")


@dataclass(slots=True)
class Bounded:
    """What may be handed to the reader, and what was seen on the way."""

    content: bytes
    faults: dict[str, dict[tuple[int, int], tuple[str, str]]] = field(default_factory=dict)
    """Archive part, or sheet, to (row, column), from zero, to the message of a cell that holds no value, and the value shown."""
    cut: set[str] = field(default_factory=set)
    """Archive parts whose last rows were left out."""
    merged: dict[str, list[tuple[tuple[int, int], tuple[int, int]]]] = field(default_factory=dict)
    """Sheet to merged areas, where the reader does not give them."""


def check_size(size: int, file: str) -> None:
    """Refuse a file by its size, before a byte of it is parsed."""
    if size > MAX_FILE_BYTES:
        raise InputError(
            N_("the file holds {size} bytes; at most {limit} are read"), Location(file),
            N_("keep only the sheets that list services, or split the file"), {"size": size, "limit": MAX_FILE_BYTES},
        )


def bounded_workbook(content: bytes, file: str) -> Bounded:
    """The XLSX with its parts inflated under the limits and its sheets cut after the last row that is read."""
    bounded = Bounded(b"")
    room = MAX_INFLATED_BYTES
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, packed, method in packed_parts(content, file):
            if not name.endswith((".xml", ".rels")) or not name.startswith(_NEEDED):
                continue
            part, whole = inflate(packed, method, room, file)
            room -= len(part)
            if not whole:
                bounded.cut.add(name)
            check_well_formed(part, name, file)
            _check_shape(part, file)
            faults = dict(_faults(part))
            if faults:
                bounded.faults[name] = faults
            archive.writestr(zipfile.ZipInfo(name), part)
    bounded.content = target.getvalue()
    return bounded


def parts_of(content: bytes, file: str) -> list[str]:
    """The names of the archive's parts."""
    return [info.filename for info in _entries(content, file)]


def _entries(content: bytes, file: str) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, struct.error, OSError, RuntimeError, IndexError, OverflowError) as error:
        raise InputError(NOT_A_ZIP, Location(file)) from error
    if len(entries) > MAX_PARTS:
        raise InputError(TOO_MUCH, Location(file), "", {"limit": f"{MAX_PARTS} parts"})
    return entries


def packed_parts(content: bytes, file: str) -> Iterator[tuple[str, memoryview, int]]:
    """Each part once, still packed, cut from the archive by its own header."""
    seen: set[str] = set()
    for entry in _entries(content, file):
        if entry.filename in seen:
            raise InputError(NOT_A_ZIP, Location(file))
        seen.add(entry.filename)
        if entry.flag_bits & 0x1:
            raise InputError(N_("the file is protected by a password: save it without one"), Location(file))
        header = content[entry.header_offset : entry.header_offset + 30]
        if len(header) < 30 or header[:4] != b"PK\x03\x04":
            raise InputError(NOT_A_ZIP, Location(file))
        names, extra = struct.unpack("<HH", header[26:30])
        start = entry.header_offset + 30 + names + extra
        yield entry.filename, memoryview(content)[start : start + entry.compress_size], entry.compress_type


def inflate(packed: memoryview, method: int, room: int, file: str) -> tuple[bytes, bool]:
    """The part, cut after the last row that is read; whether it is whole."""
    part = bytearray()
    seen = scanned = 0
    for chunk in _chunks(packed, method, file):
        part += chunk
        for found in _ROW.finditer(part, scanned):
            seen += 1
            scanned = found.end()
            number = _ROW_NUMBER.search(found[0])
            if (int(number[1]) if number else seen) > MAX_ROWS:
                return _closed(bytes(part[: found.start()])), False
        scanned = max(scanned, len(part) - 2_000)
        if len(part) > room:
            raise InputError(TOO_MUCH, Location(file), N_("keep only the sheets that list services, or split the file"),
                             {"limit": f"{MAX_INFLATED_BYTES} bytes"})
    return bytes(part), True


_CHUNK = 1024 * 1024
_FEED = 64 * 1024


def _chunks(packed: memoryview, method: int, file: str) -> Iterator[bytes]:
    """The part's bytes as they inflate, at most 1 MiB at a time whatever the archive promises."""
    if method == zipfile.ZIP_STORED:
        for start in range(0, len(packed), _CHUNK):
            yield bytes(packed[start : start + _CHUNK])
        return
    if method != zipfile.ZIP_DEFLATED:
        raise InputError(NOT_A_ZIP, Location(file))
    stream = zlib.decompressobj(-15)
    try:
        for start in range(0, len(packed), _FEED):
            feed = bytes(packed[start : start + _FEED])
            while feed and not stream.eof:
                yield stream.decompress(feed, _CHUNK)
                feed = stream.unconsumed_tail
        yield stream.flush()
    except zlib.error as error:
        raise InputError(NOT_A_ZIP, Location(file)) from error
    if not stream.eof:
        raise InputError(NOT_A_ZIP, Location(file))


def _closed(part: bytes) -> bytes:
    """The sheet with its open elements closed where it was cut."""
    opened = re.search(rb"<((?:[\w.-]+:)?)worksheet\b", part)
    prefix = opened[1] if opened else b""
    return part + b"</" + prefix + b"sheetData></" + prefix + b"worksheet>"


def check_well_formed(part: bytes, name: str, file: str) -> None:
    """Refuse XML that ends too early, on which the fast reader waits forever, and any document type: bombs are declared there."""
    from xml.parsers.expat import ExpatError, ParserCreate  # noqa: PLC0415 - not needed for delimited text

    def refuse(*_: object) -> None:
        raise InputError(NOT_A_ZIP, Location(file, path=name))

    parser = ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(part, True)
    except (ExpatError, ValueError) as error:
        raise InputError(NOT_A_ZIP, Location(file, path=name)) from error


def column_number(letters: str) -> int:
    """A is 0, Z is 25, AA is 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _check_shape(part: bytes, file: str) -> None:
    """Refuse a cell so far out that laying the sheet out would fill the memory."""
    columns: set[bytes] = set()
    last = 0
    for letters, row in _REFERENCE.findall(part):
        columns.add(letters)
        last = max(last, int(row))
    if not columns:
        return
    check_extent(last, max(column_number(letters.decode()) for letters in columns) + 1, file)


def _faults(part: bytes) -> Iterator[tuple[tuple[int, int], tuple[str, str]]]:
    """Cells whose value is an error, or a formula that nobody calculated: the reader gives both as blank."""
    if b't="e"' not in part and b"t='e'" not in part and not re.search(rb"<(?:[\w.-]+:)?f\b", part):
        return
    for found in _FAULT.finditer(part):
        at = _REFERENCE.search(b" " + found[1])
        if at is None:
            continue
        place = (int(at[2]) - 1, column_number(at[1].decode()))
        value = _VALUE.search(found[2])
        if re.search(rb"\bt\s*=\s*[\"']e[\"']", found[1]):
            yield place, (ERROR_VALUE, value[1].decode("utf-8", "replace") if value else "#")
        elif re.search(rb"<(?:[\w.-]+:)?f\b", found[2]) and not (value and value[1]):
            yield place, (NOT_CALCULATED, "=")


def check_extent(rows: int, columns: int, file: str) -> None:
    """Refuse a sheet that would be laid out wider or longer than the limits."""
    if columns > MAX_COLUMNS:
        raise InputError(TOO_WIDE, Location(file), "", {"found": columns, "limit": MAX_COLUMNS})
    if rows > MAX_ROWS or rows * columns > MAX_CELLS:
        raise InputError(TOO_MANY_CELLS, Location(file), "", {"limit": MAX_CELLS, "rows": MAX_ROWS})
