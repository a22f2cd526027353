"""Writes the ways that access records showed back into such records, each in the rows that its origin names.

A way that a bastion showed to be cut is tested by that record; written among the dossier's own ways it would be a declaration.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from egide.label.dossier import PathState
from egide.label.records import FORMS, MAX_ROWS, read_records
from egide.vocabulary.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from egide.label.dossier import Access

_ORIGIN = re.compile(r"(?P<file>(?:\w[\w .\-]*/)*\w[\w .\-]*\.csv):(?P<rows>\d{1,6}(?:, \d{1,6})*)(?: … \((?P<count>\d{1,6})\))?")
"""Never a name that leaves the folder: origins may come from strangers."""
_ACTS = re.compile(r"^[=+\-@\t]|[\r\n\0]")
"""What a spreadsheet would run, or what would be no single line."""
HEADER_ROW = 1
COLUMNS = ("source", "target", "kind", "control", "on", "result")
WORDS = {"iam": ("iam", "habilitation", "compte"), "bastion": ("bastion", "session"), "keys": ("key", "cle", "clé"),
         "egress": ("egress", "flux", "sort")}  # fmt: skip
"""What a file of that kind may be called; only the order of the ways decides when none fits."""


@dataclass(slots=True)
class Records:
    """What goes into records and what does not."""

    files: dict[str, bytes] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    """The kind of record to its file."""
    left: list[Access] = field(default_factory=list)
    """Ways that no record can say."""


def write_records(accesses: Iterable[Access]) -> Records:
    """The records, and the ways that are the dossier's own."""
    made = Records()
    of_file: dict[str, list[Access]] = {}
    for one in accesses:
        found = _ORIGIN.fullmatch(one.origin)
        if found and one.id == f"{found['file']}:{found['rows'].split(', ')[0]}" and _row(one) is not None:
            of_file.setdefault(found["file"], []).append(one)
        else:
            made.left.append(one)
    kinds = _kinds(tuple(of_file)) if len(of_file) <= len(FORMS) else ()
    kind_of = dict(zip(of_file, kinds, strict=False))
    for file, some in of_file.items():
        kind = kind_of.get(file)
        content = _csv(kind, some) if kind else None
        if kind is None or content is None or not _reads_back(kind, content, file, some):
            made.left += some
        else:
            made.files[file], made.named[kind] = content, file
    return made


def _kinds(files: Sequence[str]) -> tuple[str, ...]:
    """The kind of each file: the ways were read kind after kind, so their order stays; names settle what it leaves open."""
    def hits(kinds: tuple[str, ...]) -> int:
        return sum(any(word in file.casefold() for word in WORDS[kind]) for file, kind in zip(files, kinds, strict=True))

    return max(itertools.combinations(FORMS, len(files)), key=hits)


def _row(one: Access) -> dict[str, str] | None:
    """The cells of a row that shows this way; None when no row does."""
    if one.effort is not None or one.evidence:
        return None
    cells = {"source": one.source, "target": one.target, "kind": str(one.kind), "control": one.control or "",
             "on": one.on.isoformat() if one.on else ""}  # fmt: skip
    tested = PathState.TESTED
    if one.on is None:
        shows = ""
        known = one.state is PathState.DECLARED and one.control_state is (PathState.DECLARED if one.control else None)
    elif one.state is tested:
        shows = "open"
        known = one.control_state is (PathState.DECLARED if one.control else None)
    else:
        shows = "blocked"
        known = one.state is PathState.DECLARED and one.control_state is tested and bool(one.control)
    if not known or any(_ACTS.search(cell) for cell in cells.values()):
        return None
    return {**cells, "result": shows}


def _csv(kind: str, accesses: Sequence[Access]) -> bytes | None:
    """Every row on its line, those that an origin counts and does not name after all others; None when that cannot be."""
    rows: dict[int, str] = {}
    for one in accesses:
        for number in _numbers(one.origin):
            if number in rows or number <= HEADER_ROW:
                return None
            rows[number] = _text(one)
    if len(rows) + sum(_more(one.origin) for one in accesses) > MAX_ROWS:
        return None
    end = itertools.count(max(rows) + 1)
    rows |= {next(end): _text(one) for one in accesses for _ in range(_more(one.origin))}
    heads = _line(FORMS[kind].headers[name][0] for name in COLUMNS)
    return ("\n".join([heads, *(rows.get(number, "") for number in range(HEADER_ROW + 1, max(rows) + 1))]) + "\n").encode()


def _text(one: Access) -> str:
    row = _row(one) or {}
    return _line(row[name] for name in COLUMNS)


def _numbers(origin: str) -> list[int]:
    found = _ORIGIN.fullmatch(origin)
    return [int(number) for number in found["rows"].split(", ")] if found else []


def _more(origin: str) -> int:
    """Rows that the origin counts and does not name."""
    found = _ORIGIN.fullmatch(origin)
    return max(0, int(found["count"]) - len(_numbers(origin))) if found and found["count"] else 0


def _line(cells: Iterable[str]) -> str:
    made = io.StringIO()
    csv.writer(made, delimiter=";", lineterminator="").writerow(list(cells))
    return made.getvalue()


def _reads_back(kind: str, content: bytes, file: str, accesses: Sequence[Access]) -> bool:
    try:
        return list(read_records(kind, content, file)[0]) == list(accesses)
    except InputError:
        return False
