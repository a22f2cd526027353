"""The container of old Excel files (MS-CFB) and of encrypted new ones: what is inside, before a parser lays it out.

Reads the directory and, of the workbook stream (MS-XLS), only record headers: enough to see a password, an error value, and a
sheet so sparse that it would fill the memory.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from egide.portfolio.bounds import ERROR_VALUE, MAX_ROWS, NOT_A_ZIP, check_extent
from egide.portfolio.tables import PASSWORD, UNREADABLE
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

_END = 0xFFFFFFFA
"""Sector numbers from here on are marks, not sectors."""
_CELL_RECORDS = frozenset({0x0006, 0x00BD, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x0207, 0x027E, 0x00BE})
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}

Faults = dict[str, dict[tuple[int, int], tuple[str, str]]]


def check_compound(content: bytes, file: str) -> Faults:
    """Error cells by sheet; raises `InputError` on a password, a damaged file, or a sheet beyond the limits."""
    try:
        streams = _directory(content)
        if "EncryptedPackage" in streams or "EncryptionInfo" in streams:
            raise InputError(PASSWORD, Location(file))
        name = next((name for name in ("Workbook", "Book") if name in streams), None)
        if name is None:
            raise InputError(UNREADABLE, Location(file), N_("give an XLSX, ODS, XLS, CSV or YAML file"), {"why": "OLE"})
        return _check_records(_stream(content, *streams[name]), file)
    except (struct.error, IndexError, OverflowError) as error:
        raise InputError(NOT_A_ZIP, Location(file)) from error


def _sector_size(content: bytes) -> int:
    power = struct.unpack_from("<H", content, 30)[0]
    if power not in {9, 12}:
        raise IndexError(power)
    return 1 << int(power)


def _table_of_sectors(content: bytes) -> list[int]:
    """The allocation table: for each sector, the next one."""
    size = _sector_size(content)
    first, count = struct.unpack_from("<II", content, 68)
    numbers = list(struct.unpack_from("<109I", content, 76))
    for _ in range(min(count, len(content) // size)):
        if first >= _END:
            break
        more = struct.unpack_from(f"<{size // 4}I", content, (first + 1) * size)
        numbers += more[:-1]
        first = more[-1]
    table: list[int] = []
    for number in numbers:
        if number < _END and (number + 2) * size <= len(content) + size:
            sector = content[(number + 1) * size : (number + 2) * size].ljust(size, b"\xff")
            table += struct.unpack(f"<{size // 4}I", sector)
    return table


def _chain(content: bytes, start: int, table: list[int]) -> bytes:
    size = _sector_size(content)
    found = bytearray()
    seen: set[int] = set()
    while start < _END and start not in seen:
        seen.add(start)
        found += content[(start + 1) * size : (start + 2) * size]
        start = table[start]
    return bytes(found)


def _directory(content: bytes) -> dict[str, tuple[int, int]]:
    """Stream name to first sector and length."""
    entries = _chain(content, struct.unpack_from("<I", content, 48)[0], _table_of_sectors(content))
    streams: dict[str, tuple[int, int]] = {}
    for at in range(0, len(entries) - 127, 128):
        entry = entries[at : at + 128]
        length = struct.unpack_from("<H", entry, 64)[0]
        name = entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", entry, 116)
        if name and name not in streams:
            streams[name] = (start, size)
    return streams


def _stream(content: bytes, start: int, length: int) -> bytes:
    table = _table_of_sectors(content)
    cutoff = struct.unpack_from("<I", content, 56)[0]
    if length >= cutoff:
        return _chain(content, start, table)[:length]
    root = _directory(content).get("Root Entry", (_END, 0))
    small = _chain(content, root[0], table)
    mini_table_bytes = _chain(content, struct.unpack_from("<I", content, 60)[0], table)
    mini_table = struct.unpack(f"<{len(mini_table_bytes) // 4}I", mini_table_bytes[: len(mini_table_bytes) // 4 * 4])
    found = bytearray()
    seen: set[int] = set()
    while start < _END and start not in seen:
        seen.add(start)
        found += small[start * 64 : start * 64 + 64]
        start = mini_table[start]
    return bytes(found[:length])


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _check_records(stream: bytes, file: str) -> Faults:
    names: dict[int, str] = {}
    faults: Faults = {}
    sheet = ""
    rows = columns = 0
    for at, kind, body in _records(stream):
        if kind == 0x002F:
            raise InputError(PASSWORD, Location(file))
        if kind == 0x0085 and len(body) > 8:
            names[struct.unpack_from("<I", body)[0]] = _sheet_name(body)
        elif kind in {0x0809, 0x0409, 0x0209, 0x0009}:
            sheet, rows, columns = names.get(at, ""), 0, 0
        elif kind in _CELL_RECORDS and len(body) >= 4:
            row, column = struct.unpack_from("<HH", body)
            last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind in {0x00BD, 0x00BE} else column
            rows, columns = max(rows, row + 1), max(columns, last + 1)
            check_extent(min(rows, MAX_ROWS), columns, file)
            if kind == 0x0205 and len(body) >= 8 and body[7]:
                faults.setdefault(sheet, {})[row, column] = (ERROR_VALUE, _ERRORS.get(body[6], "#"))
            elif kind == 0x0006 and len(body) >= 14 and body[6] == 2 and body[12:14] == b"\xff\xff":
                faults.setdefault(sheet, {})[row, column] = (ERROR_VALUE, _ERRORS.get(body[8], "#"))
    return faults


def _sheet_name(body: bytes) -> str:
    count, wide = body[6], body[7] & 1
    return body[8 : 8 + count * 2].decode("utf-16-le", "replace") if wide else body[8 : 8 + count].decode("latin-1")
