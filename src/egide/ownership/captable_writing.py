"""Writes a register as the cap table that it was read from, each holding in the row that its identifier names.

Not every register fits a cap table; whoever calls reads the result back and compares.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from egide.ownership.figures import written
from egide.ownership.holdings import NOTHING_SAID, Nature, Party, PartyKind, Range

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from egide.ownership.holdings import Holding, Influence, Origin, Register

TITLES = {
    "holder": "holder", "name": "name", "held": "held", "capital": "capital %", "votes": "votes %", "since": "since", "until": "until",
    "nature": "nature", "power": "power", "threshold": "threshold", "concert": "concert", "kind": "kind", "seat": "seat",
    "administration": "administration", "establishment": "establishment", "listed": "listed", "identifier": "identifier",
    "issuer": "issuer", "on": "on", "source": "source",
}  # fmt: skip
HEADER_ROW = 1
MOST_ROWS = 100_000
_ROW = re.compile(r"(?P<file>(?:\w[\w .\-]*/)*\w[\w .\-]*\.csv):(?P<row>[1-9]\d{0,5})")
"""Never a name that leaves the folder: identifiers may come from strangers."""
_ACTS = re.compile(r"^[=+\-@\t]|[\r\n\0]")
"""What a spreadsheet would run, or what would be no single line."""

_Cells = dict[str, str]


def write_cap_table(register: Register) -> tuple[str, bytes] | None:
    """The file's name and content; None when the rows are not those of one cap table."""
    known = [_ROW.fullmatch(id) for id in (*(one.id for one in register.holdings), *(one.id for one in register.influences))]
    names = {found["file"] if found else None for found in known}
    file = names.pop() if len(names) == 1 else None
    if file is None or register.conflicts:
        return None
    rows = _held(register, file)
    if rows is None:
        return None
    _concerts(register, file, rows)
    if not _describe(register, file, rows) or max(rows) > MOST_ROWS:
        return None
    if any(_ACTS.search(cell) for row in rows.values() for cell in row.values()):
        return None
    return file, _csv(rows)


def _held(register: Register, file: str) -> dict[int, _Cells] | None:
    """The rows of holdings and powers; None when two statements of one row contradict each other."""
    rows: dict[int, _Cells] = {}
    for one in register.holdings:
        more = {"capital": _share(one.capital), "votes": _share(one.votes), "threshold": "yes" if one.declared_threshold else "",
                "nature": "" if one.nature is Nature.FULL else str(one.nature)}  # fmt: skip
        if not _put(rows, register.parties, one, more, file):
            return None
    for power in register.influences:
        if not _put(rows, register.parties, power, {"power": str(power.power)}, file):
            return None
    return None if HEADER_ROW in rows else rows


def _put(rows: dict[int, _Cells], parties: Mapping[str, Party], one: Holding | Influence, more: _Cells, file: str) -> bool:
    holder = _holder(parties.get(one.holder), one.holder, one.held)
    cells = {"holder": holder, "held": one.held, "since": _day(one.since), "until": _day(one.until), **_said_by(one.origin, file), **more}
    row = rows.setdefault(int(one.id.rpartition(":")[2]), {})
    if any(row.get(name, cell) != cell for name, cell in cells.items()):
        return False
    row.update(cells)
    return True


def _holder(party: Party | None, holder: str, held: str) -> str:
    """Nobody known is ``company#word`` here and the word alone in the table."""
    if party is not None and party.kind is PartyKind.UNDISCLOSED:
        return holder.removeprefix(f"{held}#")
    return holder


def _concerts(register: Register, file: str, rows: Mapping[int, _Cells]) -> None:
    for concert in register.concerts:
        word = concert.id.removeprefix(f"{file}:")
        for row in rows.values():
            if row["held"] == concert.held and row["holder"] in concert.members:
                row["concert"] = word


def _describe(register: Register, file: str, rows: dict[int, _Cells]) -> bool:
    """What is known of each party, in the first row in which it holds, else in one of its own. False when there is no place for it."""
    first = {_as_named(register.parties, row): number for number, row in sorted(rows.items(), reverse=True)}
    last = max(rows, default=HEADER_ROW)
    for party in register.parties.values():
        said = _described(party)
        if party.id in first and rows[first[party.id]]["holder"] != party.id:
            said["name"] = "" if rows[first[party.id]]["holder"] == party.name else party.name
        if party.id in first and party.origin is not None and _said_by(party.origin, file).items() <= rows[first[party.id]].items():
            rows[first[party.id]].update(said)
        elif party.origin is not None:
            free = next((row for row in range(HEADER_ROW + 1, first.get(party.id, 0)) if row not in rows), None)
            if free is None and party.id in first:
                return False
            last = last if free else last + 1
            rows[free or last] = {"holder": party.id, "held": "", **_said_by(party.origin, file), **said}
        elif said != _described(Party(party.id, party.id, PartyKind.ENTITY)):
            return False
    return bool(rows)


def _as_named(parties: Mapping[str, Party], row: _Cells) -> str:
    anonymous = f"{row['held']}#{row['holder']}"
    return anonymous if anonymous in parties else row["holder"]


def _described(party: Party) -> _Cells:
    listed = "" if party.listed is None else "yes" if party.listed else "no"
    return {
        "name": "" if party.name == party.id else party.name, "kind": str(party.kind), "seat": party.seat or "",
        "administration": party.administration or "", "establishment": party.establishment or "", "listed": listed,
        "identifier": " ".join(party.identifiers),
    }  # fmt: skip


def _said_by(origin: Origin, file: str) -> _Cells:
    return {"issuer": "" if origin.issuer == file else origin.issuer, "on": _day(origin.on),
            "source": "" if origin.source == file else origin.source}  # fmt: skip


def _day(day: object) -> str:
    return str(day) if day else ""


def _share(share: Range | None) -> str:
    """As `egide.ownership.percent` reads it: a figure, ``[20 ; 25[`` for a range, ``?`` when nothing is known."""
    if share is None:
        return ""
    if share == NOTHING_SAID:
        return "?"
    low, high = written(share.low), written(share.high)
    return low if share.exact else f"{']' if share.low_open else '['}{low} ; {high}{'[' if share.high_open else ']'}"


def _csv(rows: Mapping[int, _Cells]) -> bytes:
    """Every row on the line that its number is, those between left empty."""
    lines = [_line(TITLES.values()), *("" for _ in range(max(rows) - HEADER_ROW))]
    for number, row in rows.items():
        lines[number - 1] = _line(row.get(name, "") for name in TITLES)
    return ("\n".join(lines) + "\n").encode()


def _line(cells: Iterable[str]) -> str:
    made = io.StringIO()
    csv.writer(made, delimiter=";", lineterminator="").writerow(list(cells))
    return made.getvalue()
