"""Cap tables as people keep them: one row says who holds what of whom, since when; the first row that names the columns heads them.

A cell that cannot be read never makes a holding smaller: the share becomes unknown, the dates open, and a problem names row and column.
Only a row that names no holder is left out. A row without a held company describes its holder and nothing else.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from egide.ownership.columns import FLOATS, KINDS, NATURES, POWERS, NotAWordError, column_of, country, day, identifiers, plain, yes_no
from egide.ownership.complaints import Complaints
from egide.ownership.concerts import Member, concerts_of
from egide.ownership.conflicts import settle
from egide.ownership.figures import MOST_DECIMALS, TooFineError
from egide.ownership.holdings import NOTHING_SAID, Holding, Influence, Nature, Origin, Party, PartyKind, Power, Range, Register
from egide.ownership.percent import NotAShareError, OutOfBoundsError, read_share
from egide.vocabulary.delimited import decode, separator_of
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

T = TypeVar("T")
MAX_BYTES = 64 * 2**20
MAX_ROWS = 500_000
HEADER_WITHIN = 30
"""Lines above the header that are passed over: titles, dates, notes."""

TOO_LARGE = N_("the file is larger than {limit} MiB, the most that is read")
NOT_READ = N_("The column «{title}» is not read: its title is not known, or another column has it.")
NOT_CSV = N_("not readable as CSV: {problem}")
NO_HEADER = N_("no line names a holder and a held company")
COLUMNS_HINT = N_("head the columns: holder; held; capital %; votes %; since; until")
NO_HOLDER = N_("The row names no holder; it is left out.")
NO_SHARE = N_("«{cell}» is not a share; it is read as not known.")
OUT_OF_BOUNDS = N_("«{cell}» is not between 0 and 100 %; the share is read as not known.")
TOO_FINE = N_("«{cell}» has more than {limit} decimals; the share is read as not known.")
NO_DAY = N_("«{cell}» is not a date; the row is kept without it.")
NO_WORD = N_("«{cell}» is not one of the words of this column; the cell is not used.")
NO_NATURE = N_("«{cell}» names no way of holding shares; they are counted as held in full.")
ENDS_BEFORE = N_("The row ends on {until}, before it begins on {since}; both dates are left open.")
NOTHING_HELD = N_("{holder} holds neither a share nor a power of {held} in this row: the share is read as not known.")
OTHER_PLACE = N_("{holder} is described otherwise in an earlier row; neither is used.")
FRACTIONS = N_(
    "No share of this column is above 1 and they make 1 together: they look like fractions of one. "
    "They are read as per cent; write 24.5, not 0.245."
)
TOO_MANY_CELLS = N_("The row has more cells than the header; those beyond it are not read.")
TOO_MANY_ROWS = N_("The file has more than {limit} rows; those beyond are left out.")


@dataclass(slots=True)
class _Row:
    number: int
    cells: Mapping[str, str]
    titles: Mapping[str, str]
    complaints: Complaints

    def text(self, name: str) -> str:
        return self.cells.get(name, "")

    def read(self, name: str, how: Callable[[str], T], otherwise: T, message: str) -> T:
        """The cell as ``how`` reads it; what it falls back to, with a problem, when it cannot."""
        try:
            return how(self.text(name))
        except NotAWordError:
            self.complain(name, message, cell=self.text(name)[:60])
            return otherwise

    def complain(self, column: str | None, message: str, rejected: bool = False, **args: object) -> None:
        title = self.titles.get(column) if column else None
        self.complaints.add(message, args, row=self.number, column=title, rejected=rejected)

    def share(self, name: str) -> Range | None:
        try:
            return read_share(self.text(name))
        except TooFineError:
            self.complain(name, TOO_FINE, cell=self.text(name)[:60], limit=MOST_DECIMALS)
        except OutOfBoundsError:
            self.complain(name, OUT_OF_BOUNDS, cell=self.text(name)[:60])
        except NotAShareError:
            self.complain(name, NO_SHARE, cell=self.text(name)[:60])
        return NOTHING_SAID

    def word(self, name: str, words: Mapping[str, T], otherwise: T, message: str = NO_WORD) -> T:
        cell = plain(self.text(name))
        if not cell:
            return otherwise
        if cell not in words:
            self.complain(name, message, cell=self.text(name)[:60])
            return otherwise
        return words[cell]


@dataclass(slots=True)
class _Table:
    file: str
    complaints: Complaints
    register: Register = field(default_factory=Register)
    described: dict[str, dict[str, object]] = field(default_factory=dict)
    members: list[tuple[str, Member]] = field(default_factory=list)
    shares: dict[tuple[str, str], list[Range]] = field(default_factory=dict)

    def take(self, row: _Row) -> None:
        holder = " ".join(row.text("holder").split())
        held = " ".join(row.text("held").split())
        if not holder:
            row.complain("holder", NO_HOLDER, rejected=True)
            return
        anonymous = plain(holder) in FLOATS or not plain(holder)
        kind = row.word("kind", KINDS, PartyKind.UNDISCLOSED if anonymous else None)
        party = f"{held}#{holder}" if kind is PartyKind.UNDISCLOSED and held else holder
        origin = Origin(
            " ".join(row.text("issuer").split()) or self.file, row.read("on", day, None, NO_DAY),
            " ".join(row.text("source").split()) or self.file,
        )
        self.describe(party, holder, kind, origin, row)
        if held:
            self.described.setdefault(held, {})
            self.hold(party, held, origin, row)

    def describe(self, party: str, holder: str, kind: PartyKind | None, origin: Origin, row: _Row) -> None:
        """Put together what the rows say of one party; two rows that say otherwise leave it unknown."""
        known = self.described.setdefault(party, {})
        said: dict[str, object] = {
            "name": " ".join(row.text("name").split()) or (holder if party != holder else ""),
            "kind": kind,
            "listed": row.read("listed", yes_no, None, NO_WORD),
            "identifiers": identifiers(row.text("identifier")),
            **{name: row.read(name, country, None, NO_WORD) for name in ("seat", "administration", "establishment")},
        }
        for name, value in said.items():
            if value in (None, "", ()):
                continue
            if known.get(name, value) != value:
                row.complain(name, OTHER_PLACE, holder=holder)
                known[name] = _DISPUTED
            else:
                known[name] = value
        known.setdefault("origin", origin)

    def hold(self, holder: str, held: str, origin: Origin, row: _Row) -> None:
        since, until = row.read("since", day, None, NO_DAY), row.read("until", day, None, NO_DAY)
        if since and until and until < since:
            row.complain("until", ENDS_BEFORE, since=since, until=until)
            since = until = None
        name = f"{self.file}:{row.number}"
        self.register.at[name] = Location(self.file, row=row.number)
        capital, votes = row.share("capital"), row.share("votes")
        power = row.word("power", POWERS, None, NO_WORD)
        nature = row.word("nature", NATURES, Nature.FULL, NO_NATURE)
        if power is None and row.text("power").strip():
            power = Power.INFLUENCE
        if capital is None and votes is None and power is None:
            row.complain(None, NOTHING_HELD, holder=holder, held=held)
            capital = votes = NOTHING_SAID
        if capital is not None or votes is not None:
            threshold = row.read("threshold", yes_no, None, NO_WORD) is True
            self.register.holdings.append(Holding(holder, held, capital, votes, origin, nature, since, until, threshold, name))
            self._note_shares(held, capital, votes)
        if power is not None:
            self.register.influences.append(Influence(holder, held, power, origin, since, until, name))
        if concert := plain(row.text("concert")):
            self.members.append((concert, Member(holder, held, since, until, origin)))

    def _note_shares(self, held: str, capital: Range | None, votes: Range | None) -> None:
        for name, share in (("capital", capital), ("votes", votes)):
            if share is not None:
                self.shares.setdefault((name, held), []).append(share)

    def parties(self) -> dict[str, Party]:
        found = {}
        for party, said in self.described.items():
            known = {name: value for name, value in said.items() if value is not _DISPUTED}
            kind = known.pop("kind", PartyKind.ENTITY)
            found[party] = Party(party, str(known.pop("name", party)), kind, **known)  # type: ignore[arg-type]
        return found


_DISPUTED = object()


def read_cap_table(content: bytes, file: str) -> Register:
    """The register that a CSV cap table says (``;``, ``,`` or tab; French or English headers; any usual encoding).

    Raises `InputError` when the file is larger than 64 MiB, is not text, or has no line that heads a holder and a held company.
    """
    if len(content) > MAX_BYTES:
        raise InputError(TOO_LARGE, Location(file), values={"limit": MAX_BYTES // 2**20})
    text = decode(content, file)
    complaints = Complaints(file)
    table = _Table(file, complaints)
    for row in _rows(text, file, complaints):
        table.take(row)
    _doubt_fractions(table)
    register = table.register
    register.parties = table.parties()
    register.concerts, alone = concerts_of(table.members, file)
    for message, args in alone:
        complaints.add(message, args)
    settle(register, complaints)
    register.problems = complaints.all()
    return register


def _rows(text: str, file: str, complaints: Complaints) -> Iterator[_Row]:
    reader = csv.reader(io.StringIO(text), delimiter=separator_of(text))
    columns: list[str | None] = []
    titles: dict[str, str] = {}
    try:
        for count, cells in enumerate(reader):
            number = reader.line_num
            if not columns:
                names = [column_of(cell) for cell in cells]
                if {"holder", "held"} <= set(names):
                    columns = [name if name not in names[:place] else None for place, name in enumerate(names)]
                    titles = {name: cell.strip() for name, cell in zip(columns, cells, strict=True) if name}
                    for name, cell in zip(columns, cells, strict=True):
                        if name is None and cell.strip():
                            complaints.add(NOT_READ, {"title": cell.strip()[:60]}, row=number, column=cell.strip()[:60])
                elif count >= HEADER_WITHIN:
                    break
                continue
            if count > MAX_ROWS:
                complaints.add(TOO_MANY_ROWS, {"limit": MAX_ROWS}, row=number, rejected=True)
                return
            if not any(cell.strip() for cell in cells):
                continue
            if any(cell.strip() for cell in cells[len(columns):]):
                complaints.add(TOO_MANY_CELLS, row=number)
            named = {name: cell for name, cell in zip(columns, cells, strict=False) if name}
            yield _Row(number, named, titles, complaints)
    except csv.Error as error:
        raise InputError(NOT_CSV, Location(file, row=reader.line_num), COLUMNS_HINT, {"problem": error}) from error
    if not columns:
        raise InputError(NO_HEADER, Location(file), COLUMNS_HINT)


def _doubt_fractions(table: _Table) -> None:
    for (name, _held), shares in sorted(table.shares.items(), key=lambda item: item[0]):
        small = len(shares) > 1 and all(share.exact and share.low <= 1 for share in shares)
        if small and abs(sum(float(share.low) for share in shares) - 1) < 1e-6:
            table.complaints.add(FRACTIONS, column=name)


def is_cap_table(content: bytes, file: str) -> bool:
    """Whether one of the first lines heads a holder and a held company."""
    try:
        text = decode(content[:65_536], file)
    except InputError:
        return False
    return any(
        {"holder", "held"} <= {column_of(cell) for cell in line.split(separator)}
        for line in text.replace('"', "").splitlines()[:HEADER_WITHIN] for separator in (";", ",", "\t", "|")
    )

