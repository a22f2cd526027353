"""Of which subjects the database tells otherwise than it did: what was recorded since, and what begins or ends between two days.

A subject is told with what is said of others (`egide.catalogue.shelf`), so whoever refers to one that changed changed too. More may be
named than in fact differ, never fewer.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select

from egide.catalogue.kept.reading import parts
from egide.catalogue.kept.tables import LINKS, SAID, WITHDRAWN

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select, Table

    from egide.store.transaction import Transaction

PASSED_ON = (("hosted_on", "provided_by"), ("variant_of",), ("same_as",))
"""Relations over which a subject is told with what is said of another, from the other one back: from a host or a provider to its offers,
from an offer to its sizes, from either to those that are the same."""


def is_still_there(tx: Transaction, table: Table, number: int, link: str) -> bool:
    """Whether the chain of that table goes on from this row: not when the database was put back to another past."""
    return number == 0 or tx.execute(select(table.c.link).where(table.c.number == number)).scalar_one_or_none() == link


def said_since(tx: Transaction, said: int, withdrawn: int, most: int) -> set[str]:
    """Subjects of which more was recorded since those rows, and those of documents withdrawn or given back since; ``most``: no more."""
    found = _subjects(tx, select(SAID.c.subject).where(SAID.c.number > said), most)
    documents = select(WITHDRAWN.c.document).where(WITHDRAWN.c.number > withdrawn)
    return found | _subjects(tx, select(SAID.c.subject).where(SAID.c.document.in_(documents)), most)


def turning(tx: Transaction, one: date, other: date, most: int) -> set[str]:
    """Subjects of which something begins, ends or was withdrawn between two days, whichever is first; ``most``: no more."""
    first, last = sorted((one, other))
    low, high = datetime.combine(first, time.min, UTC), datetime.combine(last, time.max, UTC)
    def within(column: ColumnElement[datetime]) -> ColumnElement[bool]:
        return and_(column >= low, column <= high)  # PostgreSQL reads no collation within BETWEEN

    begins = or_(within(SAID.c.issued), and_(SAID.c.issued.is_(None), within(SAID.c.recorded_at)), within(SAID.c.until))
    documents = select(WITHDRAWN.c.document).where(within(WITHDRAWN.c.since))
    return _subjects(tx, select(SAID.c.subject).where(begins), most) | _subjects(
        tx, select(SAID.c.subject).where(SAID.c.document.in_(documents)), most,
    )  # fmt: skip


def told_with(tx: Transaction, subjects: Collection[str], most: int) -> set[str]:
    """These, and whoever is told with what is said of them; ``most``: no more."""
    found = set(subjects)
    covered = select(SAID.c.subject).join(LINKS, SAID.c.document == LINKS.c.to).where(LINKS.c.relation == "covers")
    for some in parts(sorted(found)):
        found |= _subjects(tx, covered.where(LINKS.c.subject.in_(some)), most)
    for relations in PASSED_ON:
        for some in parts(sorted(found)):
            found |= _subjects(tx, select(LINKS.c.subject).where(LINKS.c.to.in_(some), LINKS.c.relation.in_(relations)), most)
            if len(found) > most:
                return found
    return found


def _subjects(tx: Transaction, chosen: Select[tuple[str]], most: int) -> set[str]:
    return {row.subject for row in tx.execute(chosen.distinct().limit(most + 1))}
