"""A register in our own words, as JSON with one record a line: what neither a cap table nor BODS can say stands here whole.

Contradictions that were met, the general partner of a fund, a central administration apart from the seat, a share read at second hand: a
register that was put together from several files says all of these, and no other format does. It can be edited like any text.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from egide.ownership.complaints import Complaints
from egide.ownership.conflicts import settle
from egide.ownership.figures import Figure, exactly, figure, shortest
from egide.ownership.figures import written as words
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
    between,
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
OUT_OF_BOUNDS = N_("a share of {share} % is none")
UPSIDE_DOWN = N_("a share from {low} to {high} is none")
TWICE = N_("`{name}` stands twice")

NONE = msgspec.Raw(b"null")
_FRACTION = re.compile(r"(\d{1,60})/([1-9]\d{0,59})")
Name = Annotated[str, Meta(min_length=1)]


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    """What every record shares: no key of its own invention."""


class _Range(_Strict):
    low: msgspec.Raw = msgspec.Raw(b"0")
    high: msgspec.Raw = msgspec.Raw(b"100")
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
    capital: msgspec.Raw = NONE
    """A number to its last digit, a fraction that no number is (``"100/3"``), or a range of two of them."""
    votes: msgspec.Raw = NONE
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
    shares = {name: _share(getattr(one, name), Location(at.file, path=f"{at.path}.{name}")) for name in ("capital", "votes")}
    return Holding(**{**_fields(one), **shares})


def _share(said: msgspec.Raw, at: Location) -> Range | None:
    if said == NONE:
        return None
    if not bytes(said).startswith(b"{"):
        value = _figure(said, at)
        return Range(value, value)
    try:
        written = msgspec.json.decode(said, type=_Range)
    except msgspec.MsgspecError as error:
        raise InputError(NOT_READ, at, values={"problem": error}) from error
    low, high = _figure(written.low, at), _figure(written.high, at)
    found = between((exactly(low), written.low_open), (exactly(high), not written.high_open))
    if found is None:
        raise InputError(UPSIDE_DOWN, at, values={"low": words(low), "high": words(high)})
    return found


def _figure(said: msgspec.Raw, at: Location) -> Figure:
    """A number or a fraction between 0 and 100."""
    text = bytes(said).decode()
    try:
        if found := _FRACTION.fullmatch(text.strip('"')):
            value: Figure = shortest(Fraction(int(found[1]), int(found[2])))
        else:
            value = figure(Decimal(text)) if -1 < msgspec.json.decode(said, type=float) < 101 else 101.0
    except (msgspec.MsgspecError, ArithmeticError, ValueError) as error:
        raise InputError(NOT_READ, at, values={"problem": text[:60]}) from error
    if not 0 <= value <= 100:
        raise InputError(OUT_OF_BOUNDS, at, values={"share": text[:60]})
    return value


def _fields(one: _Strict) -> dict[str, Any]:
    """The fields of a record, its origin as the noun."""
    given = msgspec.structs.asdict(one)
    if isinstance(origin := given.get("origin"), _Origin):
        given["origin"] = Origin(origin.issuer, origin.on, origin.source, origin.read)
    return given


def _lines(records: Iterable[Any]) -> str:
    lines = [msgspec.json.encode(_said(one)).decode() for one in records]
    return "\n  " + ",\n  ".join(lines) + "\n" if lines else ""


def _number(one: Fraction) -> msgspec.Raw:
    """All the digits of a number that ends, the fraction of one that does not."""
    text = words(one)
    return msgspec.Raw((text if text.replace(".", "").isdigit() else f'"{one}"').encode())


def _said(one: Any) -> Any:
    """A noun without what its fields hold by themselves; an exact share as one figure."""
    if isinstance(one, Fraction):
        return _number(one)
    if isinstance(one, Range) and one.exact:
        return _said(one.low)
    if isinstance(one, msgspec.Struct):
        said = {info.name: getattr(one, info.name) for info in msgspec.structs.fields(one) if getattr(one, info.name) != info.default}
    elif isinstance(one, Conflict):
        said = {"holder": one.holder, "held": one.held, "right": one.right, "first": one.first, "second": one.second}
    else:
        return one
    return {name: _said(value) for name, value in said.items() if value is not None or name in _FIGURES}
