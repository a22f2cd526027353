"""One table under its mapping: finds cells, words where they stand, makes claims of them, reports what cannot be used."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from egide.portfolio.cells import Cell, Said, day, said_nothing, shown, value_of
from egide.portfolio.words import OUTSIDE_THE_UNION, fold
from egide.vocabulary.errors import Location
from egide.vocabulary.facts import FACTS, Claim, FactType
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_, Language

if TYPE_CHECKING:
    from datetime import date

    from egide.portfolio.mapping import ColumnUse, SheetMapping
    from egide.portfolio.tables import Table
    from egide.vocabulary.facts import Value

NOT_UNDERSTOOD = N_("«{value}» is not understood: the fact stays unknown")
CHOOSE = N_("«{value}» is not understood: the fact stays unknown; expected one of: {choices}")
PLACE_OPEN = N_("«{value}» leaves open whether the data are in the EEA, in an adequate country or elsewhere: the place stays unknown")
MERGED_ACROSS = N_("the merged cell covers several columns: only the first was read")


@dataclass(slots=True)
class Reader:
    """One table under its mapping, and the problems met on the way."""

    table: Table
    mapping: SheetMapping
    file: str
    lang: Language
    problems: list[Problem] = field(default_factory=list)
    _worded: dict[object, str] = field(default_factory=dict)
    """Rows and columns in words: a sheet has few of either, and many cells."""

    def at(self, row: int, use: ColumnUse | None = None) -> Location:
        """The place of a cell, rows counted from one as spreadsheets do."""
        return Location(self.file, self.table.sheet, row + 1, use.header if use else None)

    def source(self, row: int, use: ColumnUse) -> str:
        """The same place in words, for a claim."""
        line, column = self._worded.get(row), self._worded.get(use)
        if line is None:
            said = self.lang.text(N_("row {row}"), {"row": str(row + 1)})
            line = self._worded[row] = ", ".join(part for part in (self.file, self.table.sheet, said) if part)
        if column is None:
            column = self._worded[use] = self.lang.text(N_("column «{column}»"), {"column": use.header.split("\n")[0]})
        return f"{line}, {column}"

    def tell(self, row: int, use: ColumnUse | None, message: str, *, rejected: bool = False, **values: object) -> None:
        """Report a row or a cell."""
        self.problems.append(Problem(self.at(row, use), message, values, rejected))

    def cell(self, row: int, use: ColumnUse) -> Cell:
        """The cell; None, with a report, when it holds an error or a formula that nobody calculated."""
        fault = self.table.faults.get((row, use.index))
        if fault:
            self.tell(row, use, fault[0], value=fault[1])
            return None
        return self.table.cell(row, use.index)

    def text(self, row: int, target: str) -> str:
        """The text of the first column with that target; empty when there is none or it says nothing."""
        use = self.mapping.column(target)
        if use is None:
            return ""
        cell = self.cell(row, use)
        return "" if said_nothing(cell) else shown(cell)

    def claim(self, fact: str, value: Value | None, row: int, use: ColumnUse, on: date | None) -> Claim:
        """What the file says, with its place."""
        issuer = self._worded.get(self.file)
        if issuer is None:
            issuer = self._worded[self.file] = self.lang.text(N_("file {file}"), {"file": self.file})
        return Claim(fact, value, issuer, on, self.source(row, use))

    def read(self, fact: FactType, cell: Cell, row: int, use: ColumnUse) -> Value | Said:
        """The answer in a cell; what is not understood is reported."""
        value = value_of(fact, cell)
        if value is Said.NOT_UNDERSTOOD:
            said = shown(cell)[:80]
            if fact.name == "hosting.place" and fold(said) in OUTSIDE_THE_UNION:
                self.tell(row, use, PLACE_OPEN, value=said)
            elif fact.choices:
                self.tell(row, use, CHOOSE, value=said, choices=fact.choices)
            else:
                self.tell(row, use, NOT_UNDERSTOOD, value=said)
        return value

    def answer(self, use: ColumnUse, cell: Cell, row: int, on: date | None) -> Claim | None:
        """The claim a cell makes, if it makes one."""
        value = self.read(FACTS[use.target], cell, row, use)
        if value is Said.DOES_NOT_KNOW:
            return self.claim(use.target, None, row, use, on)
        return None if isinstance(value, Said) else self.claim(use.target, value, row, use, on)

    def day(self, row: int, target: str) -> date | None:
        """The day in the first column with that target; what is not a day is reported."""
        use = self.mapping.column(target)
        if use is None:
            return None
        cell = self.cell(row, use)
        found = day(cell)
        if found is Said.NOT_UNDERSTOOD:
            self.tell(row, use, NOT_UNDERSTOOD, value=shown(cell)[:80])
        return None if isinstance(found, Said) else found


def spread_merged(reader: Reader) -> frozenset[int]:
    """Fill each merged area downwards, since it says one thing of all its rows; the rows whose name continues the one above.

    An area across columns is read in its first column only, and reported.
    """
    merged, header = reader.table.merged, reader.mapping.header_row
    if not merged:
        return frozenset()
    continued: set[int] = set()
    rows = [list(row) for row in reader.table.rows]
    used = {use.index: use for use in reader.mapping.columns}
    for (top, left), (bottom, right) in merged:
        if top <= header or left not in used:
            continue
        if any(column in used for column in range(left + 1, min(right + 1, left + 600))):
            reader.tell(top, used[left], MERGED_ACROSS)
        for row in range(top + 1, min(bottom + 1, len(rows))):
            rows[row] += [None] * (left + 1 - len(rows[row]))
            rows[row][left] = reader.table.cell(top, left)
            if used[left].target == "name":
                continued.add(row)
    reader.table = replace(reader.table, rows=tuple(tuple(row) for row in rows))
    return frozenset(continued)
