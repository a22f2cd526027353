"""The one door in: bytes of a file that somebody already has, to services, bodies, and everything that could not be used."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from egide.portfolio.bounds import MAX_ROWS, check_size
from egide.portfolio.drafts import ServiceDraft, close, distinct
from egide.portfolio.guess import SURE_FOR_A_FACT, guess, worth_of
from egide.portfolio.mapping import HOLDS, ColumnMapping, fit
from egide.portfolio.matching import OfferIndex
from egide.portfolio.reader import Reader
from egide.portfolio.register import BodyRecord, body_rows, disagreements
from egide.portfolio.rows import hosting_rows, service_rows
from egide.portfolio.tables import ROWS_LEFT_OUT, Table, read_tables
from egide.portfolio.words import fold
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_, language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from egide.vocabulary.offers import Offer
    from egide.vocabulary.services import Service

    Step = Callable[[int, int], None]

NO_SERVICES = N_("no column names the services")
MISSING_COLUMN = N_("the column «{header}» of the mapping is not in this sheet: what it answers stays unknown")
COLUMN_NOT_READ = N_("the column was not read: its header says {target} and its cells do not; if it holds that, say so in a mapping")
SHEET_NOT_READ = N_("the sheet was not read: no column names services and says something of them")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds."""

    services: tuple[Service, ...] = ()
    problems: tuple[Problem, ...] = ()
    mapping_used: ColumnMapping = field(default_factory=ColumnMapping)
    """How each column was read; empty for YAML."""
    bodies: tuple[BodyRecord, ...] = ()


def read_services(
    content: bytes, file: str, offers: Sequence[Offer] | OfferIndex, *, mapping: ColumnMapping | None = None, lang: str = "fr",
    step: Step | None = None,
) -> Reading:
    """The services of a workbook, a delimited text or a YAML list, told apart by what the bytes hold.

    ``offers``: those that hostings are matched with, or their index for whoever reads many files. ``step``: told how many rows of a table
    are read, of how many.
    Raises `InputError` when nothing of the file can be used; a bad row or cell is a `Problem`, and the others go on.
    """
    check_size(len(content), file)
    if not content.strip():
        raise InputError(N_("the file is empty"), Location(file))
    index = offers if isinstance(offers, OfferIndex) else OfferIndex.of(offers)
    if _is_yaml(content, file):
        from egide.portfolio.listed import read_listed  # noqa: PLC0415 - not needed for spreadsheets

        drafts, records, problems = read_listed(content, file, language(lang))
        services, twice = close(drafts, index)
        return Reading(services, (*problems, *twice, *disagreements(records)), ColumnMapping(), tuple(records))
    return _from_tables(read_tables(content, file), file, index, mapping, lang, step)


def unite(*readings: Reading) -> Reading:
    """Several files as one portfolio: identifiers stay unique, a service that stands in two files is kept twice and reported."""
    services, twice = distinct(service for reading in readings for service in reading.services)
    bodies = tuple(record for reading in readings for record in reading.bodies)
    problems = tuple(problem for reading in readings for problem in reading.problems)
    sheets = tuple(sheet for reading in readings for sheet in reading.mapping_used.sheets)
    skipped = tuple(sheet for reading in readings for sheet in reading.mapping_used.skipped)
    return Reading(services, (*problems, *twice), ColumnMapping(sheets, skipped), bodies)


def _is_yaml(content: bytes, file: str) -> bool:
    """By its first keys, or by its name when the content could be either."""
    if content[:4] in {b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0"}:
        return False
    head = content[:65_536].removeprefix(b"\xef\xbb\xbf")
    if re.search(rb"^(?:services|bodies):|^schema:[ \t]*[\"']?egide/services/", head, re.MULTILINE):
        return True
    return file.casefold().endswith((".yaml", ".yml"))


def _from_tables(
    tables: Sequence[Table], file: str, index: OfferIndex, given: ColumnMapping | None, lang: str, step: Step | None
) -> Reading:
    problems: list[Problem] = []
    used = _put(given, tables, file, problems) if given else guess(tables)
    pairs = [(table, sheet) for table in tables for sheet in used.sheets if sheet.sheet == table.sheet]
    if not any(sheet.holds == "bodies" or sheet.column("name") for _, sheet in pairs):
        raise InputError(NO_SERVICES, Location(file), N_("give each column its meaning in a mapping file, or start from `egide template`"))
    readers: dict[str, list[Reader]] = {holds: [] for holds in HOLDS}
    for table, sheet in pairs:
        readers[sheet.holds].append(Reader(table, sheet, file, language(lang)))
    drafts = list(_drafts(readers["services"], step))
    for reader in readers["hostings"]:
        hosting_rows(reader, drafts)
    records = [record for reader in readers["bodies"] for record in body_rows(reader)]
    for reader in (reader for holding in readers.values() for reader in holding):
        problems += reader.problems
        problems += _unread_columns(reader)
        if reader.table.cut:
            problems.append(Problem(Location(file, reader.table.sheet), ROWS_LEFT_OUT, {"limit": MAX_ROWS}))
    services, twice = close(drafts, index)
    if all(sheet.shape == "guessed" for sheet in used.sheets):
        problems += [Problem(Location(file, sheet), SHEET_NOT_READ, {}, rejected=False) for sheet in used.skipped]
    return Reading(services, (*_once(problems), *twice, *disagreements(records)), used, tuple(records))


def _drafts(readers: Sequence[Reader], step: Step | None) -> Iterator[ServiceDraft]:
    done, rows = 0, sum(len(reader.table.rows) for reader in readers)
    for reader in readers:
        for draft in service_rows(reader):
            done += 1
            if step:
                step(done, max(done, rows))
            yield draft


def _unread_columns(reader: Reader) -> list[Problem]:
    """Columns whose header names something and whose cells cannot be read as that."""
    row = reader.mapping.header_row + 1
    return [
        Problem(Location(reader.file, reader.table.sheet, row, unused.header), COLUMN_NOT_READ, {"target": unused.near}, rejected=False)
        for unused in reader.mapping.unused
        if unused.near and worth_of(fold(unused.header), unused.near) >= SURE_FOR_A_FACT and not reader.mapping.column(unused.near)
    ]


def _put(given: ColumnMapping, tables: Sequence[Table], file: str, problems: list[Problem]) -> ColumnMapping:
    """A saved mapping put to this file's sheets; a column that is gone is reported."""
    sheets = []
    for table in tables:
        sheet = given.of(table.sheet)
        if sheet is None:
            continue
        fitted, missing = fit(sheet, table)
        at = Location(file, table.sheet)
        problems += [Problem(at, MISSING_COLUMN, {"header": header}, rejected=False) for header in missing]
        sheets.append(fitted)
    names = {sheet.sheet for sheet in sheets}
    return ColumnMapping(tuple(sheets), tuple(table.sheet for table in tables if table.sheet and table.sheet not in names))


def _once(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Each report once: a faulty cell may have been looked at twice."""
    seen: dict[tuple[object, ...], Problem] = {}
    for problem in problems:
        seen.setdefault((str(problem.at), problem.message, str(sorted(problem.args.items(), key=str))), problem)
    return tuple(seen.values())
