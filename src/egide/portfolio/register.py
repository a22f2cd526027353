"""The dated register of bodies by SIREN: what a body is, from when to when, and who says so.

Bound status is never read from a name (a «ministère» may be a company's trade name): it is a line of this register, taken from the
sheet «Organismes» of our workbook or from the answers file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from egide.portfolio.cells import Said, said_nothing, shown
from egide.portfolio.reader import Reader, spread_merged
from egide.portfolio.registration import siren_of
from egide.vocabulary.facts import FACTS, Claim
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_
from egide.vocabulary.offers import Period

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from egide.vocabulary.errors import Location
    from egide.vocabulary.facts import Value

NO_SIREN = N_("the row has no SIREN: it was left out")
UPSIDE_DOWN = N_("the period ends before it starts: the row was left out")
DISAGREE = N_("two lines of the register disagree on {fact} of {siren} at the same time: it stays unknown on those days")
BODY_FACTS = tuple(name for name in FACTS if name.startswith("body."))
BODY_KEYS = tuple(name.removeprefix("body.") for name in BODY_FACTS)
"""How files name them."""


@dataclass(frozen=True, slots=True)
class BodyRecord:
    """One line of the register."""

    siren: str
    name: str | None = None
    facts: Mapping[str, Value] = field(default_factory=dict)
    """``body.*`` fact names to values; an absent one is not said."""
    start: date | None = None
    """First day, included; None when it has always been so as far as the source goes."""
    end: date | None = None
    source: str = ""
    by: str = ""
    on: date | None = None
    """The day on which it was said."""
    at: Location | None = field(default=None, compare=False)

    @property
    def period(self) -> Period:
        """When the line holds."""
        return Period(self.start, self.end)


def body_claims(records: Iterable[BodyRecord], siren: str | None, on: date) -> dict[str, Claim]:
    """What the register says of a body on that day. The latest said holds; said on the same day and different, it is unknown."""
    claims: dict[str, Claim] = {}
    for record in records:
        if siren is None or record.siren != siren or not record.period.holds(on):
            continue
        for fact, value in record.facts.items():
            claim = Claim(fact, value, record.by or record.source, record.on, record.source)
            claims[fact] = _later(claims.get(fact), claim)
    return claims


def _later(one: Claim | None, other: Claim) -> Claim:
    if one is None or (one.on or date.min) < (other.on or date.min):
        return other
    if one.value == other.value or (one.on or date.min) > (other.on or date.min):
        return one
    return Claim(one.fact, None, one.issuer, one.on, f"{one.source} ≠ {other.source}")


def disagreements(records: Iterable[BodyRecord]) -> tuple[Problem, ...]:
    """Lines that say different things of one body on one day, said on the same day: neither is dropped, neither is believed."""
    problems = []
    by_siren: dict[str, list[BodyRecord]] = {}
    for record in records:
        for other in by_siren.setdefault(record.siren, []):
            if other.on != record.on or not _overlap(other, record):
                continue
            problems += [
                Problem(record.at, DISAGREE, {"fact": fact, "siren": record.siren}, rejected=False)
                for fact in record.facts
                if record.at and fact in other.facts and other.facts[fact] != record.facts[fact]
            ]
        by_siren[record.siren].append(record)
    return tuple(problems)


def _overlap(one: BodyRecord, other: BodyRecord) -> bool:
    return (one.start or date.min) <= (other.end or date.max) and (other.start or date.min) <= (one.end or date.max)


_COLUMN_FACTS = {"status": "body.status", **{name: name for name in BODY_FACTS}}


def body_rows(reader: Reader) -> list[BodyRecord]:
    """The lines of a sheet «Organismes»; one without a SIREN or with an impossible period is reported and left out."""
    spread_merged(reader)
    records = []
    for row in range(reader.mapping.header_row + 1, len(reader.table.rows)):
        if all(cell is None for cell in reader.table.rows[row]):
            continue
        record = _record(reader, row)
        if record:
            records.append(record)
    return records


def _record(reader: Reader, row: int) -> BodyRecord | None:
    use = reader.mapping.column("siren") or reader.mapping.column("siret")
    cell = reader.cell(row, use) if use else None
    siren, wrong = (None, None) if said_nothing(cell) else siren_of(cell)
    if wrong:
        reader.tell(row, use, wrong, rejected=siren is None, value=shown(cell)[:40])
    if siren is None:
        if not wrong:
            reader.tell(row, use, NO_SIREN, rejected=True)
        return None
    facts: dict[str, Value] = {}
    for column in reader.mapping.columns:
        fact = _COLUMN_FACTS.get(column.target)
        value = reader.read(FACTS[fact], reader.cell(row, column), row, column) if fact else Said.NOTHING
        if fact and not isinstance(value, Said):
            facts[fact] = value
    start, end = reader.day(row, "from"), reader.day(row, "to")
    if start and end and end < start:
        reader.tell(row, reader.mapping.column("to"), UPSIDE_DOWN, rejected=True)
        return None
    source = reader.text(row, "source") or (reader.source(row, use) if use else reader.file)
    by = reader.text(row, "by") or reader.lang.text(N_("file {file}"), {"file": reader.file})
    return BodyRecord(siren, reader.text(row, "body") or None, facts, start, end, source, by, reader.day(row, "on"), reader.at(row))
