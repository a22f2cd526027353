"""Reads BODS 0.4 (Open Ownership's Beneficial Ownership Data Standard), as a JSON array or JSON Lines, line by line.

A record is what its latest statement says on the day. An indirect interest whose component records are there is not counted beside them.
An interest that nobody quantifies may be anything; nobody named is somebody undisclosed, unless it is declared that there is nobody.
A bad line is a problem with its number, never the end of the reading; a statement of another version is.
"""

from __future__ import annotations

import gc
import io
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, NamedTuple, Protocol

import msgspec
import numpy as np

from egide.ownership.bods_shapes import VERSION, Older, Statement
from egide.ownership.bods_statements import Told
from egide.ownership.complaints import Complaints
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from egide.ownership.bods_origins import Origins
    from egide.ownership.holdings import Register

MAX_LINE_BYTES = 2**20
MAX_ARRAY_BYTES = 2**30
NEWLINE = 10
MARK = b"\xef\xbb\xbf"
"""What some editors put before the first line."""
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
decode = msgspec.json.Decoder(Statement).decode
_decode_lines = msgspec.json.Decoder(Statement).decode_lines
_decode_older = msgspec.json.Decoder(Older).decode


class Taker(Protocol):
    """Whoever is given the statements of a file: all of it (`Told`), or an outline (`egide.ownership.bods_outline`)."""

    origins: Origins
    not_one: str

    def take_all(self, statements: Sequence[Statement], number: int) -> None:
        """Statements that follow each other from that line or item on."""

    def bad(self, message: str, args: dict[str, object], number: int) -> None:
        """A line that is no statement."""


def read_bods(content: bytes | IO[bytes], file: str) -> Register:
    """The register that the statements say. ``content`` is the bytes or a binary stream, of which one line at a time is held.

    Raises `InputError` for another version of BODS, a broken or too large JSON array, or a file without any statement.
    """
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    complaints = Complaints(file)
    told = Told(file, complaints, BAD_LINE)
    with without_collection():
        first = stream.read(_CHUNK)
        start = first.removeprefix(MARK).lstrip()
        if start.startswith(b"["):
            _read_array(start, stream, told)
        else:
            for piece in pieces(first.removeprefix(MARK), stream, told):
                take_lines(piece, told)
        if not told.count:
            row, problem = told.first_bad or (None, "")
            raise InputError(NOTHING, Location(file, row=row), problem)
        return told.register()


@contextmanager
def without_collection() -> Iterator[None]:
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
        take_line(item, told, place)


class Piece(NamedTuple):
    """Whole lines that follow each other in a stream."""

    lines: bytes
    number: int
    """Of the first line, from one."""
    size: int
    """How many lines."""
    position: int
    """Of the first byte."""
    doubtful: bool
    """The first line may be too long."""


def pieces(first: bytes, stream: IO[bytes], taker: Taker, position: int = 0) -> Iterator[Piece]:
    """The lines of a stream, of which ``first`` was read already; a line that is too long is said and left out."""
    number, rest, skipping, chunk = 1, b"", False, first
    while chunk:
        whole, found, more = chunk.rpartition(b"\n")
        if not found:
            rest += more
        elif skipping:
            number += 1
            head, more_lines, whole = whole.partition(b"\n")
            if more_lines:
                yield (piece := _piece(whole, number, position + len(head) + 1, doubtful=False))
                number += piece.size
            rest, skipping = more, False
        else:
            yield (piece := _piece(rest + whole, number, position - len(rest), doubtful=len(rest) + _CHUNK > MAX_LINE_BYTES))
            number += piece.size
            rest = more
        if len(rest) > MAX_LINE_BYTES:
            if not skipping:
                taker.bad(LONG_LINE, {"limit": MAX_LINE_BYTES}, number)
            rest, skipping = b"", True
        position += len(chunk)
        chunk = stream.read(_CHUNK)
    if rest and not skipping:
        yield _piece(rest, number, position - len(rest), doubtful=False)


def _piece(lines: bytes, number: int, position: int, *, doubtful: bool) -> Piece:
    newlines = int(np.count_nonzero(np.frombuffer(lines, np.uint8) == NEWLINE))  # three times as fast as bytes.count
    return Piece(lines, number, newlines + 1, position, doubtful)


def take_lines(piece: Piece, taker: Taker) -> None:
    """All lines at once when all are good, else one after the other."""
    try:
        statements = [] if piece.doubtful else _decode_lines(piece.lines)
    except _WRONG:
        statements = []
    if len(statements) == piece.size:
        taker.take_all(statements, piece.number)
        return
    for number, line in enumerate(piece.lines.split(b"\n"), piece.number):
        if len(line) > MAX_LINE_BYTES:
            taker.bad(LONG_LINE, {"limit": MAX_LINE_BYTES}, number)
        elif line.strip():
            take_line(line.strip(), taker, number)


def take_line(item: bytes | msgspec.Raw, told: Taker, number: int) -> None:
    """One line or item, whatever it is."""
    try:
        statement = decode(item)
    except _WRONG as error:
        _refuse_older(item, told, number)
        told.bad(told.not_one, {"problem": str(error)[:200]}, number)
        return
    told.take_all((statement,), number)


def _refuse_older(item: bytes | msgspec.Raw, told: Taker, number: int) -> None:
    try:
        older = _decode_older(item)
    except _WRONG:
        return
    version = (older.publicationDetails.bodsVersion if older.publicationDetails else None) or ""
    known = older.statementType in {"entityStatement", "personStatement", "ownershipOrControlStatement"}
    if version not in {"", VERSION} or older.statementID is not None or known:
        told.origins.refuse(version if version not in {"", VERSION} else "0.1–0.3", number)
