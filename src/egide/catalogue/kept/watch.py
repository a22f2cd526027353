"""What moved in the database between two moments, and until when somebody has already looked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select

from egide.catalogue.kept.reading import parts, statements_about
from egide.catalogue.kept.tables import MARKS, SAID, WITHDRAWN

if TYPE_CHECKING:
    from egide.catalogue.kept.reading import Kept
    from egide.store.transaction import Transaction
    from egide.vocabulary.statements import Statement


def moved_subjects(kept: Kept, since: datetime, until: datetime) -> list[str]:
    """Subjects known at the first moment of which more was recorded since; and those of which something begins, ends or was withdrawn."""
    withdrawn = select(WITHDRAWN.c.document).where(WITHDRAWN.c.recorded_at > since)
    known = SAID.alias()
    before = select(known.c.subject).where(known.c.recorded_at <= since)
    begins = and_(SAID.c.issued > since, SAID.c.issued <= until)
    moved = or_(
        and_(or_(SAID.c.recorded_at > since, begins), SAID.c.subject.in_(before)), and_(SAID.c.until >= since, SAID.c.until <= until),
        SAID.c.document.in_(withdrawn),
    )  # fmt: skip
    with kept.store.read() as tx:
        return [row.subject for row in tx.stream(select(SAID.c.subject).where(moved).distinct().order_by(SAID.c.subject))]


def statements_and_when(kept: Kept, subjects: Iterable[str]) -> Iterator[list[Statement]]:
    """The statements of each subject, some subjects at a time."""
    for some in parts(list(subjects)):
        with kept.store.read() as tx:
            yield from statements_about(tx, some).values()


def mark(tx: Transaction, name: str) -> datetime | None:
    """Until when somebody has looked; None when nobody has."""
    moment: datetime | None = tx.execute(select(MARKS.c.moment).where(MARKS.c.name == name)).scalar_one_or_none()
    return moment


def set_mark(tx: Transaction, name: str, moment: datetime) -> None:
    """Remember that somebody has looked until then."""
    tx.execute(MARKS.delete().where(MARKS.c.name == name))
    tx.execute(MARKS.insert().values(name=name, moment=moment))
