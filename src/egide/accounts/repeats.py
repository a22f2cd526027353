"""What is sent twice under one key is done once (draft-ietf-httpapi-idempotency-key-header): the answer is kept for a day.

The answer is written in the transaction of the work itself, so that one is never there without the other, however the process ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from egide.accounts.tables import REPEATS

if TYPE_CHECKING:
    from egide.store.transaction import Transaction

KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Done:
    """What was answered under a key: ``request`` is the digest of what was asked."""

    request: str
    answer: Mapping[str, Any]


def done(tx: Transaction, token: str, key: str) -> Done | None:
    """What was answered under that key within the day."""
    chosen = select(REPEATS.c.request, REPEATS.c.answer).where(
        REPEATS.c.token == token, REPEATS.c.key == key, REPEATS.c.answer.is_not(None), REPEATS.c.at >= tx.now() - KEPT
    )
    row = tx.execute(chosen).one_or_none()
    return None if row is None else Done(row.request, row.answer)


def keep(tx: Transaction, token: str, key: str, request: str, answer: Mapping[str, Any]) -> bool:
    """Keep the answer beside what was done; false when somebody else answered under that key meanwhile: then all must be undone."""
    now = tx.now()
    tx.lock(f"repeats:{token}:{key}")
    if done(tx, token, key) is not None:
        return False
    tx.execute(delete(REPEATS).where((REPEATS.c.at < now - KEPT) | ((REPEATS.c.token == token) & (REPEATS.c.key == key))))
    tx.execute(REPEATS.insert().values(token=token, key=key, request=request, answer=dict(answer), at=now))
    return True
