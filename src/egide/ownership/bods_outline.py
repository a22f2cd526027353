"""Of a file of millions of statements, only what stands above one company: what cannot matter to it is never kept.

The whole file is read once, and of each statement four numbers are remembered (28 bytes): its line, and the hashes of its record, of
whom it speaks and of who holds. Whoever stands above the company is then known, and only those lines are read again, as
`egide.ownership.bods` reads all of them. Hashes that are alike by chance bring a line too many, never one too few.

A line that is no statement is said wherever it stands; what a statement says is only looked at when it stands above the company.
"""

from __future__ import annotations

from operator import attrgetter
from typing import IO, TYPE_CHECKING

import numpy as np

from egide.ownership.bods import BAD_LINE, MARK, NOTHING, decode, pieces, take_line, take_lines, without_collection
from egide.ownership.bods_parties import name_of, numbers_of
from egide.ownership.bods_statements import Told
from egide.ownership.complaints import Complaints
from egide.ownership.runs import entries
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from egide.ownership.bods_shapes import Details, Statement
    from egide.ownership.day import Column
    from egide.ownership.holdings import Register

MOST_KEPT = 1_000_000
"""Statements above one company that are read; beyond, those nearest to it."""
AT_ONCE = 1_000_000
"""Entries of a column that are looked up together."""
NOBODY = hash(None)

MUCH_ABOVE = N_("More than {limit} statements stand above {company}; what stands above the nearest is not read and stays undisclosed.")


class Outline:
    """What of a long file is remembered: who is said to hold of whom, and on which line."""

    def __init__(self, file: str, wanted: str | None) -> None:
        """``wanted`` is the name, number or record of a company, whose records are looked for on the way."""
        self.file = file
        self.told = Told(file, Complaints(file), BAD_LINE)
        self.not_one, self.origins, self.bad = self.told.not_one, self.told.origins, self.told.bad
        self.count = 0
        self.named: dict[str, None] = {}
        """Records of the parties that bear the wanted name or number."""
        self._wanted = wanted.casefold() if wanted else None
        self._number = wanted if wanted and ":" in wanted else None
        self._columns: list[tuple[Column, ...]] = []
        self._components: list[Column] = []
        self._pieces: list[tuple[int, int, int]] = []
        self.line = self.record = self.subject = self.party = np.zeros(0, np.int64)

    def read(self, stream: IO[bytes], step: Callable[[int], None]) -> None:
        """Read the whole stream; ``step`` is told how many bytes were. Raises `InputError` when there is no statement in it."""
        with without_collection():
            first = stream.read(2**16)
            start = len(MARK) if first.startswith(MARK) else 0
            for piece in pieces(first[start:], stream, self, start):
                self._pieces.append((piece.number, piece.position, len(piece.lines)))
                take_lines(piece, self)
                step(piece.position + len(piece.lines))
        if not self.count:
            row, problem = self.told.first_bad or (None, "")
            raise InputError(NOTHING, Location(self.file, row=row), problem)
        columns = [list(column) for column in zip(*self._columns, strict=True)]
        self._columns = []
        self.line, self.record, self.subject, self.party = (np.concatenate(columns.pop(0)) for _ in range(4))

    def take_all(self, statements: Sequence[Statement], number: int) -> None:
        """Statements that follow each other from that line on."""
        count = len(statements)
        self.count += count
        for line, statement in enumerate(statements, number):
            self.origins.follow(statement, line)
        details = list(map(attrgetter("recordDetails"), statements))
        record, subject, party = (np.fromiter(map(hash, said), np.int64, count) for said in (
            map(attrgetter("recordId"), statements), map(attrgetter("subject"), details), map(attrgetter("interestedParty"), details),
        ))  # fmt: skip
        self._columns.append((np.arange(number, number + count, dtype=np.int32), record, subject, party))
        made_of = [
            (hash(one.recordId), hash(name)) for one in statements if one.recordDetails.componentRecords
            for name in one.recordDetails.componentRecords
        ]  # fmt: skip
        if made_of:
            self._components.append(np.array(made_of))
        if self._wanted is not None:
            self._look(statements)

    def _look(self, statements: Sequence[Statement]) -> None:
        """Find the records that bear the wanted name or number."""
        for statement in statements:
            if statement.recordType != "relationship":
                numbers = statement.recordDetails.identifiers if self._number else None
                if name_of(statement).casefold() == self._wanted or (numbers and self._number in numbers_of(numbers)):
                    self.named[statement.recordId] = None

    def knows(self, record: str) -> bool:
        """Whether a party is described by that record, or named by it."""
        mine = hash(record)
        return bool(((self.subject == mine) | (self.party == mine) | ((self.record == mine) & (self.subject == NOBODY))).any())

    def tops(self) -> Column:
        """Lines of statements on companies that are held and hold nothing, one for each company; of all that are held if each holds."""
        held, line = np.unique(self.subject, return_index=True)
        line, held = line[held != NOBODY], held[held != NOBODY]
        top = ~_among(held, np.unique(self.party))
        found: Column = np.sort(self.line[line[top] if top.any() else line])
        return found

    def details(self, stream: IO[bytes], numbers: Column) -> list[Details]:
        """What the statements on some lines say."""
        return [decode(line).recordDetails for _, line in self.lines(stream, numbers)]

    def names(self, stream: IO[bytes]) -> Iterator[tuple[str, str]]:
        """The record and the name of every party that is described, once more from the whole stream."""
        described = np.sort(self.line[self.subject == NOBODY])
        for first in range(0, len(described), AT_ONCE):
            for _, line in self.lines(stream, described[first : first + AT_ONCE]):
                statement = decode(line)
                yield statement.recordId, name_of(statement)

    def register(self, stream: IO[bytes], company: str) -> Register:
        """All that the file says of what stands above the company."""
        for number, line in self.lines(stream, self._lines_above(company)):
            take_line(line, self.told, number)
        self.told.name(company)  # it may be named only as a holder of others
        return self.told.register()

    def lines(self, stream: IO[bytes], numbers: Column) -> Iterator[tuple[int, bytes]]:
        """Some lines of the stream, by their numbers in order."""
        first, position, length = (np.array(column) for column in zip(*self._pieces, strict=True))
        of = np.searchsorted(first, numbers, side="right") - 1
        for piece in np.unique(of).tolist():
            stream.seek(int(position[piece]))
            lines = stream.read(int(length[piece])).split(b"\n")
            for number in numbers[of == piece].tolist():
                yield number, lines[number - int(first[piece])].strip()

    def _lines_above(self, company: str) -> Column:
        held = np.flatnonzero(self.subject != NOBODY)
        held = held[np.argsort(self.subject[held], kind="stable")]
        by = self.subject[held]
        parties = new = np.array([hash(company)])
        relations = np.zeros(0, np.int64)
        while len(new):
            first, last = np.searchsorted(by, new), np.searchsorted(by, new, side="right")
            found = held[entries(first, last - first)[0]]
            relations = np.concatenate([relations, found])
            new = np.setdiff1d(self.party[found], parties)
            parties = np.union1d(parties, new)
            if len(relations) > MOST_KEPT:
                self.told.complaints.add(MUCH_ABOVE, {"limit": MOST_KEPT, "company": company})
                break
        kept = _among(self.record, self._with_components(np.unique(self.record[relations])))  # also where they speak of another company
        kept[relations] = True
        relations = np.flatnonzero(kept & (self.subject != NOBODY))
        parties = np.unique(np.concatenate([parties, self.subject[relations], self.party[relations]]))
        kept |= _among(self.record, parties)
        lines: Column = self.line[kept]
        return lines


    def _with_components(self, records: Column) -> Column:
        """The records, and those that they are made of."""
        made_of = np.concatenate([*self._components, np.zeros((0, 2), np.int64)])
        while True:
            more = np.union1d(records, made_of[_among(made_of[:, 0], records), 1])
            if len(more) == len(records):
                return records
            records = more


def _among(column: Column, some: Column) -> Column:
    """Which entries are among some that are sorted; looked up part by part, so that little memory is taken."""
    found = np.zeros(len(column), bool)
    for first in range(0, len(column) if len(some) else 0, AT_ONCE):
        part = column[first : first + AT_ONCE]
        found[first : first + AT_ONCE] = some[np.minimum(np.searchsorted(some, part), len(some) - 1)] == part
    return found
