"""What was read of a file as bytes, to be read back in a tenth of the time: JSON of plain values, which can make nothing else.

What many cells share (issuers, facts, the words of a row and of a column) is written once. What doesn't fit is not guessed at: what was
written by another version is told by its first member, and what is damaged raises `ValueError`.
"""

from __future__ import annotations

import gc
import zlib
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from egide.portfolio.mapping import ColumnMapping, ColumnUse, SheetMapping, UnusedColumn
from egide.portfolio.reading import Reading
from egide.portfolio.register import BodyRecord
from egide.vocabulary.errors import Location
from egide.vocabulary.facts import Claim
from egide.vocabulary.findings import Problem
from egide.vocabulary.services import Body, Hosting, Service

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FORMAT = "egide/reading/1"
MOST_BYTES = 512 * 2**20
"""Unpacked."""


def packed(reading: Reading) -> bytes:
    """The reading as bytes. Raises `TypeError` for a value of a kind that no file holds."""
    written = _Writing()
    services = [written.service(one) for one in reading.services]
    problems = [written.problem(one) for one in reading.problems]
    bodies = [written.record(one) for one in reading.bodies]
    mapping = [[_sheet(one) for one in reading.mapping_used.sheets], list(reading.mapping_used.skipped)]
    plain = [FORMAT, list(written.words), services, problems, bodies, mapping]
    return zlib.compress(msgspec.json.encode(plain), 3)


def unpacked(content: bytes) -> Reading:
    """The reading that `packed` wrote. Raises `ValueError` for anything else."""
    with _uncollected():
        return _unpacked(content)


@contextmanager
def _uncollected() -> Iterator[None]:
    """A million values that all stay are made in a third of the time when nobody looks again and again for those that may go."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _unpacked(content: bytes) -> Reading:
    try:
        inflater = zlib.decompressobj()
        plain = msgspec.json.decode(inflater.decompress(content, MOST_BYTES), type=list)
        if not inflater.eof or plain[0] != FORMAT:
            raise ValueError(FORMAT)
        _, words, services, problems, bodies, (sheets, skipped) = plain
        read = _Unpacking(words)
        mapping = ColumnMapping(tuple(map(_sheet_of, sheets)), tuple(skipped))
        return Reading(tuple(map(read.service, services)), tuple(map(read.problem, problems)), mapping, tuple(map(read.record, bodies)))
    except (zlib.error, msgspec.DecodeError, LookupError, TypeError) as error:
        raise ValueError(FORMAT) from error


class _Writing:
    """Values as plain ones; words by their number."""

    def __init__(self) -> None:
        self.words: dict[str, int] = {}

    def word(self, said: str | None) -> int | None:
        return None if said is None else self.words.setdefault(said, len(self.words))

    def service(self, one: Service) -> list[Any]:
        body = [self.word(one.body.siren), self.word(one.body.name)]
        hostings = [self._hosting(hosting) for hosting in one.hostings]
        return [one.id, one.name, body, self._place(one.at), self._claims(one.claims), hostings, self.word(one.data_owner)]

    def _hosting(self, one: Hosting) -> list[Any]:
        return [self.word(one.text), self.word(one.offer), self.word(one.region), one.confidence, one.planned, self._claims(one.claims),
                list(one.near), one.software]  # fmt: skip

    def _claims(self, claims: Mapping[str, Claim]) -> list[Any]:
        return [self._claim(name, claim) for name, claim in claims.items()]

    def _claim(self, name: str, one: Claim) -> list[Any]:
        line, comma, column = one.source.rpartition(", ")
        return [self.word(name), self.word(one.fact), _plain(one.value), self.word(one.issuer), _plain(one.on), self.word(line + comma),
                self.word(column), self.word(one.read)]  # fmt: skip

    def _place(self, at: Location | None) -> list[Any] | None:
        return None if at is None else [self.word(at.file), self.word(at.sheet), at.row, self.word(at.column), self.word(at.path)]

    def problem(self, one: Problem) -> list[Any]:
        args = {name: _plain(value) for name, value in one.args.items()}
        return [self._place(one.at), self.word(one.message), args, one.rejected]

    def record(self, one: BodyRecord) -> list[Any]:
        facts = {name: _plain(value) for name, value in one.facts.items()}
        return [one.siren, one.name, facts, _plain(one.start), _plain(one.end), one.source, one.by, _plain(one.on), self._place(one.at)]


class _Unpacking:
    """Plain values as what they were."""

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._days: dict[str, date] = {}

    def _word(self, number: int | None) -> Any:
        return None if number is None else self._words[number]

    def service(self, one: list[Any]) -> Service:
        id, name, (siren, body), at, claims, hostings, owner = one
        word = self._word
        return Service(id, name, Body(word(siren), word(body)), self._place(at), self._claims(claims),
                       tuple([self._hosting(hosting) for hosting in hostings]), word(owner))  # fmt: skip

    def _hosting(self, one: list[Any]) -> Hosting:
        text, offer, region, confidence, planned, claims, near, software = one
        word = self._word
        return Hosting(word(text), word(offer), word(region), confidence, planned, self._claims(claims), tuple(near), software)

    def _claims(self, claims: list[Any]) -> dict[str, Claim]:
        words, told = self._words, self._told
        return {
            words[name]: Claim(words[fact], told(value), words[issuer], told(on), words[line] + words[column], words[read])
            for name, fact, value, issuer, on, line, column, read in claims
        }

    def _told(self, value: Any) -> Any:
        """A value as it was: what is no JSON of its own stands in an object of one member."""
        if type(value) is not dict:
            return value
        ((kind, held),) = value.items()
        if kind == "day":
            day = self._days.get(held)
            if day is None:
                day = self._days[held] = date.fromisoformat(held)
            return day
        return {"set": frozenset, "several": tuple}[kind](map(self._told, held))

    def _place(self, at: list[Any] | None) -> Any:
        if at is None:
            return None
        file, sheet, row, column, path = at
        word = self._word
        return Location(word(file), word(sheet), row, word(column), word(path))

    def problem(self, one: list[Any]) -> Problem:
        at, message, args, rejected = one
        return Problem(self._place(at), self._word(message), {name: self._told(value) for name, value in args.items()}, rejected)

    def record(self, one: list[Any]) -> BodyRecord:
        siren, name, facts, start, end, source, by, on, at = one
        told = self._told
        return BodyRecord(siren, name, {fact: told(value) for fact, value in facts.items()}, told(start), told(end), source, by, told(on),
                          self._place(at))  # fmt: skip


def _plain(value: object) -> Any:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, (frozenset, set)):
        return {"set": sorted(map(_plain, value))}
    if isinstance(value, (tuple, list)):
        return {"several": [_plain(one) for one in value]}
    raise TypeError(type(value).__name__)


def _sheet(one: SheetMapping) -> list[Any]:
    columns = [[use.index, use.header, use.target, use.confidence] for use in one.columns]
    unused = [[column.header, column.near, column.confidence] for column in one.unused]
    return [one.sheet, one.header_row, columns, unused, one.holds, one.shape]


def _sheet_of(one: list[Any]) -> SheetMapping:
    sheet, header_row, columns, unused, holds, shape = one
    return SheetMapping(sheet, header_row, tuple(ColumnUse(*use) for use in columns), tuple(UnusedColumn(*use) for use in unused), holds,
                        shape)  # fmt: skip
