"""Reads BODS 0.4 (Open Ownership's Beneficial Ownership Data Standard), as a JSON array or JSON Lines, line by line.

A record is what its latest statement says on the day. An indirect interest whose component records are there is not counted beside them.
An interest that nobody quantifies may be anything; nobody named is somebody undisclosed, unless it is declared that there is nobody.
A bad line is a problem with its number, never the end of the reading; a statement of another version is.
"""

from __future__ import annotations

import gc
import io
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

import msgspec
import numpy as np

from egide.ownership.bods_shapes import VERSION, Older, Statement
from egide.ownership.bods_statements import Told
from egide.ownership.complaints import Complaints
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from egide.ownership.holdings import Register

MAX_LINE_BYTES = 2**20
MAX_ARRAY_BYTES = 2**30
NEWLINE = 10
_CHUNK = 2**16
"""Bytes decoded at a time: small enough for the statements to be used while they are still in the processor's cache."""

LONG_LINE = N_("The line is longer than {limit} bytes; it is left out.")
BAD_LINE = N_("The line is not a statement of BODS 0.4 ({problem}); it is left out.")
BAD_ITEM = N_("The item is not a statement of BODS 0.4 ({problem}); it is left out.")
BAD_ARRAY = N_("not readable as JSON: {problem}")
ARRAY_TOO_LARGE = N_("the JSON array is larger than {limit} MiB, the most that is read at once")
USE_LINES = N_("give it as JSON Lines, one statement on each line")
NOTHING = N_("the file holds no statement of BODS 0.4")

_WRONG = (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError)
_decode = msgspec.json.Decoder(Statement).decode
_decode_lines = msgspec.json.Decoder(Statement).decode_lines
_decode_older = msgspec.json.Decoder(Older).decode


def read_bods(content: bytes | IO[bytes], file: str) -> Register:
    """The register that the statements say. ``content`` is the bytes or a binary stream, of which one line at a time is held.

    Raises `InputError` for another version of BODS, a broken or too large JSON array, or a file without any statement.
    """
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    complaints = Complaints(file)
    told = Told(file, complaints, BAD_LINE)
    with _without_collection():
        first = stream.read(_CHUNK)
        start = first.removeprefix(b"\xef\xbb\xbf").lstrip()
        if start.startswith(b"["):
            _read_array(start, stream, told)
        else:
            _read_lines(first.removeprefix(b"\xef\xbb\xbf"), stream, told)
        if not told.count:
            row, problem = told.first_bad or (None, "")
            raise InputError(NOTHING, Location(file, row=row), problem)
        return told.register()


@contextmanager
def _without_collection() -> Iterator[None]:
    """Millions of values without cycles: looking for cycles among them would cost as much as much of the reading.

    When it is over they count as old, so that the next look at what is young does not go through them all.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.freeze()
            gc.unfreeze()
            gc.enable()


def _read_array(start: bytes, stream: IO[bytes], told: Told) -> None:
    content = start + stream.read(MAX_ARRAY_BYTES)
    if len(content) > MAX_ARRAY_BYTES:
        raise InputError(ARRAY_TOO_LARGE, Location(told.file), USE_LINES, {"limit": MAX_ARRAY_BYTES // 2**20})
    try:
        items = msgspec.json.decode(content, type=list[msgspec.Raw])
    except _WRONG as error:
        raise InputError(BAD_ARRAY, Location(told.file), values={"problem": error}) from error
    told.not_one = BAD_ITEM
    for place, item in enumerate(items):
        _take(item, told, place)


def _read_lines(chunk: bytes, stream: IO[bytes], told: Told) -> None:
    number, rest, skipping = 1, b"", False
    while chunk:
        whole, found, more = chunk.rpartition(b"\n")
        if not found:
            rest += more
        elif skipping:
            number += 1
            number += _take_lines(whole.partition(b"\n")[2], told, number) if b"\n" in whole else 0
            rest, skipping = more, False
        else:
            number += _take_lines(rest + whole, told, number, len(rest) + _CHUNK > MAX_LINE_BYTES)
            rest = more
        if len(rest) > MAX_LINE_BYTES:
            if not skipping:
                told.bad(LONG_LINE, {"limit": MAX_LINE_BYTES}, number)
            rest, skipping = b"", True
        chunk = stream.read(_CHUNK)
    if rest and not skipping:
        _take_lines(rest, told, number)


def _take_lines(lines: bytes, told: Told, number: int, one_by_one: bool = False) -> int:
    """Whole lines, all at once when all are good; gives how many they are. ``one_by_one``: the first may be too long."""
    count = int(np.count_nonzero(np.frombuffer(lines, np.uint8) == NEWLINE)) + 1  # three times as fast as bytes.count
    try:
        statements = [] if one_by_one else _decode_lines(lines)
    except _WRONG:
        statements = []
    if len(statements) == count:
        told.take_all(statements, number)
        return count
    for place, line in enumerate(lines.split(b"\n"), number):
        if len(line) > MAX_LINE_BYTES:
            told.bad(LONG_LINE, {"limit": MAX_LINE_BYTES}, place)
        elif line.strip():
            _take(line.strip(), told, place)
    return count


def _take(item: bytes | msgspec.Raw, told: Told, number: int) -> None:
    try:
        statement = _decode(item)
    except _WRONG as error:
        _refuse_older(item, told, number)
        told.bad(told.not_one, {"problem": str(error)[:200]}, number)
        return
    told.take(statement, number)


def _refuse_older(item: bytes | msgspec.Raw, told: Told, number: int) -> None:
    try:
        older = _decode_older(item)
    except _WRONG:
        return
    version = (older.publicationDetails.bodsVersion if older.publicationDetails else None) or ""
    known = older.statementType in {"entityStatement", "personStatement", "ownershipOrControlStatement"}
    if version not in {"", VERSION} or older.statementID is not None or known:
        told.origins.refuse(version if version not in {"", VERSION} else "0.1–0.3", number)
