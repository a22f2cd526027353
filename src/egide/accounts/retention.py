"""What of accounts is kept no longer than it serves: sessions, links and tokens that ended, people who left.

The trail is not among it: it names people by number alone, and each of its rows is bound to all those before.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, or_, select

from egide.accounts.people import ERASED
from egide.accounts.repeats import KEPT
from egide.accounts.tables import FAILURES, INVITATIONS, PEOPLE, REPEATS, ROLES, SESSIONS, TOKENS, TRAIL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Table

    from egide.store.transaction import Transaction


def traces(tx: Transaction, number: int) -> Mapping[str, int]:
    """How much there is of a person: sessions, tokens, links, roles, and lines of the trail that carry their number."""
    tables = {"sessions": SESSIONS, "tokens": TOKENS, "links": INVITATIONS, "roles": ROLES, "trail": TRAIL}
    return {name: _count(tx, table, table.c.person == number) for name, table in tables.items()}


def ended(tx: Transaction, links_days: int) -> Mapping[str, int]:
    """How much ended longer ago than that: sessions and answers to repeated requests at once, the rest after so many days."""
    return {name: _count(tx, table, gone) for name, (table, gone) in _ended(tx, links_days).items()}


def forget_ended(tx: Transaction, links_days: int) -> None:
    """Forget it."""
    for table, gone in _ended(tx, links_days).values():
        tx.execute(delete(table).where(gone))


def gone_people(tx: Transaction, days: int) -> list[int]:
    """The numbers of people who have no role anywhere and did nothing for so many days."""
    before = tx.now() - timedelta(days=days)
    last = select(func.max(TRAIL.c.at)).where(TRAIL.c.person == PEOPLE.c.number).scalar_subquery()
    held = select(ROLES.c.person)
    chosen = select(PEOPLE.c.number).where(
        PEOPLE.c.name != ERASED, PEOPLE.c.number.not_in(held), PEOPLE.c.created_at < before, or_(last.is_(None), last < before)
    )
    return list(tx.execute(chosen.order_by(PEOPLE.c.number)).scalars())


def _ended(tx: Transaction, days: int) -> Mapping[str, tuple[Table, ColumnElement[Any]]]:
    now = tx.now()
    before = now - timedelta(days=days)
    return {
        "sessions": (SESSIONS, SESSIONS.c.ends_at < now),
        "repeats": (REPEATS, REPEATS.c.at < now - KEPT),
        "links": (INVITATIONS, or_(INVITATIONS.c.ends_at < before, INVITATIONS.c.used_at < before)),
        "tokens": (TOKENS, TOKENS.c.ends_at < before),
        "failures": (FAILURES, FAILURES.c.last_at < before),
    }


def _count(tx: Transaction, table: Table, which: ColumnElement[bool]) -> int:
    return tx.connection.scalar(select(func.count()).select_from(table).where(which)) or 0
