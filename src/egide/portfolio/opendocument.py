"""OpenDocument sheets before the fast reader lays them out: how far they reach, and what the reader does not tell.

One line can stand for a million (``number-rows-repeated``), so what would be laid out is counted first. On the way, cells that hold
an error and merged areas are noted: the reader gives the first as blank and the second not at all.
"""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape

from egide.portfolio.bounds import (
    ERROR_VALUE,
    MAX_INFLATED_BYTES,
    TOO_MUCH,
    Bounded,
    check_extent,
    check_well_formed,
    inflate,
    packed_parts,
)
from egide.vocabulary.errors import InputError, Location

_MARK = re.compile(rb"<table:(table-row|table-cell|covered-table-cell|table)(?=[\s/>])([^>]*)>|</table:(table-row)>")
_REPEAT = re.compile(rb"\bnumber-(?:rows|columns)-repeated\s*=\s*[\"'](\d{1,12})[\"']")
_SPAN = re.compile(rb"\bnumber-(rows|columns)-spanned\s*=\s*[\"'](\d{1,9})[\"']")
_NAME = re.compile(rb"\btable:name\s*=\s*[\"']([^\"']*)[\"']")
_ERROR = re.compile(rb"value-type\s*=\s*[\"']error[\"']")
_TEXT = re.compile(rb"<text:p[^>]*>([^<]{0,40})")
_KEPT = frozenset({"mimetype", "content.xml", "META-INF/manifest.xml"})


def bounded_ods(content: bytes, file: str) -> Bounded:
    """The ODS with its parts inflated under the limits, refused when it would be laid out beyond them."""
    bounded = Bounded(b"")
    room = MAX_INFLATED_BYTES
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, packed, method in packed_parts(content, file):
            if name not in _KEPT:
                continue
            part, whole = inflate(packed, method, room, file)
            if not whole:
                raise InputError(TOO_MUCH, Location(file), "", {"limit": f"{MAX_INFLATED_BYTES} bytes"})
            room -= len(part)
            if name != "mimetype":
                check_well_formed(part, name, file)
            if name == "content.xml":
                _lay_out(part, file, bounded)
            archive.writestr(zipfile.ZipInfo(name), part)
    bounded.content = target.getvalue()
    return bounded


def _lay_out(part: bytes, file: str, bounded: Bounded) -> None:
    """Count rows and cells as the reader would, blanks included as far as something stands after them."""
    sheet = ""
    rows = blank_rows = row_times = width = blank_cells = 0
    for found in _MARK.finditer(part):
        kind, told = found[1], (found[2] or b"").rstrip()
        repeat = _REPEAT.search(told)
        times = int(repeat[1]) if repeat else 1
        if kind == b"table":
            name = _NAME.search(told)
            sheet, rows, blank_rows = unescape(name[1].decode("utf-8", "replace")) if name else "", 0, 0
        elif kind == b"table-row":
            row_times, width, blank_cells = times, 0, 0
            blank_rows += times if told.endswith(b"/") else 0
        elif kind:
            place = (rows + blank_rows, width + blank_cells)
            _note(part, found.end(), told, sheet, place, bounded)
            if told.endswith(b"/") and b"office:" not in told:
                blank_cells += times
            else:
                width, blank_cells = width + blank_cells + times, 0
        elif width:
            rows, blank_rows = rows + blank_rows + row_times, 0
        else:
            blank_rows += row_times
        check_extent(rows, width, file)


def _note(part: bytes, after: int, told: bytes, sheet: str, place: tuple[int, int], bounded: Bounded) -> None:
    if _ERROR.search(told):
        text = _TEXT.search(part, after, after + 200)
        bounded.faults.setdefault(sheet, {})[place] = (ERROR_VALUE, text[1].decode("utf-8", "replace") if text else "#")
    spans = {kind: int(count) for kind, count in _SPAN.findall(told)}
    down, across = spans.get(b"rows", 1), spans.get(b"columns", 1)
    if down > 1 or across > 1:
        bounded.merged.setdefault(sheet, []).append((place, (place[0] + down - 1, place[1] + across - 1)))
