"""A register in our own words, as JSON with one record a line: what neither a cap table nor BODS can say stands here whole.

Contradictions that were met, the general partner of a fund, a central administration apart from the seat, a share read at second hand: a
register that was put together from several files says all of these, and no other format does. It can be edited like any text.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from egide.ownership.complaints import Complaints
from egide.ownership.conflicts import settle
from egide.ownership.holdings import (
    Concert,
    Conflict,
    Holding,
    Influence,
    Nature,
    Origin,
    Party,
    PartyKind,
    Power,
    Range,
    Register,
)
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

VERSION = 1
MAX_BYTES = 2**30
_MARK = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{\s*\"egide\"\s*:\s*\"register\"")
_FIGURES = {"low", "high", "low_open", "high_open"}

TOO_LARGE = N_("the file is larger than {limit} MiB, the most that is read")
NOT_READ = N_("not a register as it is written here: {problem}")
OTHER_VERSION = N_("this register is of form {found}; form {read} is read")
UPSIDE_DOWN = N_("a share from {low} to {high} is none")
TWICE = N_("`{name}` stands twice")

Figure = Annotated[float, Meta(ge=0, le=100)]
Name = Annotated[str, Meta(min_length=1)]


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    """What every record shares: no key of its own invention."""


class _Range(_Strict):
    low: Figure = 0.0
    high: Figure = 100.0
    low_open: bool = False
    high_open: bool = False


class _Origin(_Strict):
    issuer: str
    source: str
    on: date | None = None
    read: str = "primary"


class _Party(_Strict):
    id: Name
    name: str
    kind: PartyKind
    seat: str | None = None
    administration: str | None = None
    establishment: str | None = None
    listed: bool | None = None
    identifiers: tuple[str, ...] = ()
    origin: _Origin | None = None


class _Holding(_Strict):
    holder: Name
    held: Name
    origin: _Origin
    capital: Figure | _Range | None = None
    votes: Figure | _Range | None = None
    nature: Nature = Nature.FULL
    since: date | None = None
    until: date | None = None
    declared_threshold: bool = False
    id: str = ""


class _Influence(_Strict):
    holder: Name
    held: Name
    power: Power
    origin: _Origin
    since: date | None = None
    until: date | None = None
    id: str = ""


class _Concert(_Strict):
    members: tuple[Name, ...]
    held: Name
    origin: _Origin
    since: date | None = None
    until: date | None = None
    id: str = ""


class _Conflict(_Strict):
    holder: str
    held: str
    right: str
    first: str
    second: str


class _File(_Strict):
    egide: str
    version: int
    parties: list[_Party] = []
    holdings: list[_Holding] = []
    influences: list[_Influence] = []
    concerts: list[_Concert] = []
    conflicts: list[_Conflict] = []


def is_own_form(content: bytes) -> bool:
    """Whether the file begins as a register that was written here."""
    return _MARK.match(content) is not None


def write_own_form(register: Register) -> bytes:
    """The whole register but where its rows stood in the files that it was read from, and what was wrong with those."""
    tables = {
        "parties": register.parties.values(), "holdings": register.holdings, "influences": register.influences,
        "concerts": register.concerts, "conflicts": register.conflicts,
    }  # fmt: skip
    listed = ",\n".join(f'"{name}": [{_lines(records)}]' for name, records in tables.items())
    return f'{{"egide": "register", "version": {VERSION},\n{listed}}}\n'.encode()


def read_own_form(content: bytes, file: str) -> Register:
    """The register that `write_own_form` wrote, or somebody by hand since.

    Raises `InputError` naming the path of what is misspelt or cannot be.
    """
    if len(content) > MAX_BYTES:
        raise InputError(TOO_LARGE, Location(file), values={"limit": MAX_BYTES // 2**20})
    try:
        written = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"), type=_File)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise InputError(NOT_READ, Location(file), values={"problem": error}) from error
    if (written.egide, written.version) != ("register", VERSION):
        raise InputError(OTHER_VERSION, Location(file), values={"found": written.version, "read": VERSION})
    register = Register(
        _parties(written.parties, file),
        [_holding(one, Location(file, path=f"$.holdings[{at}]")) for at, one in enumerate(written.holdings)],
        [Influence(**_fields(one)) for one in written.influences], [Concert(**_fields(one)) for one in written.concerts],
        [Conflict(one.holder, one.held, one.right, one.first, one.second) for one in written.conflicts],
    )  # fmt: skip
    complaints = Complaints(file)
    settle(register, complaints)
    register.problems = complaints.all()
    return register


def _parties(written: Iterable[_Party], file: str) -> dict[str, Party]:
    found: dict[str, Party] = {}
    for at, one in enumerate(written):
        if one.id in found:
            raise InputError(TWICE, Location(file, path=f"$.parties[{at}]"), values={"name": one.id})
        found[one.id] = Party(**_fields(one))
    return found


def _holding(one: _Holding, at: Location) -> Holding:
    given = _fields(one)
    return Holding(**{**given, "capital": _range(one.capital, at), "votes": _range(one.votes, at)})


def _range(said: float | _Range | None, at: Location) -> Range | None:
    if isinstance(said, float):
        return Range(said, said)
    if said is None:
        return None
    if said.low > said.high or (said.low == said.high and (said.low_open or said.high_open)):
        raise InputError(UPSIDE_DOWN, at, values={"low": said.low, "high": said.high})
    return Range(said.low, said.high, said.low_open, said.high_open)


def _fields(one: _Strict) -> dict[str, Any]:
    """The fields of a record, its origin as the noun."""
    given = msgspec.structs.asdict(one)
    if isinstance(origin := given.get("origin"), _Origin):
        given["origin"] = Origin(origin.issuer, origin.on, origin.source, origin.read)
    return given


def _lines(records: Iterable[Any]) -> str:
    lines = [msgspec.json.encode(_said(one)).decode() for one in records]
    return "\n  " + ",\n  ".join(lines) + "\n" if lines else ""


def _said(one: Any) -> Any:
    """A noun without what its fields hold by themselves; an exact share as one figure."""
    if isinstance(one, Range) and one == Range(one.low, one.low):
        return one.low
    if isinstance(one, msgspec.Struct):
        said = {info.name: getattr(one, info.name) for info in msgspec.structs.fields(one) if getattr(one, info.name) != info.default}
    elif isinstance(one, Conflict):
        said = {"holder": one.holder, "held": one.held, "right": one.right, "first": one.first, "second": one.second}
    else:
        return one
    return {name: _said(value) for name, value in said.items() if value is not None or name in _FIGURES}
