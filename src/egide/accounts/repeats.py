"""What is sent twice under one key is done once (draft-ietf-httpapi-idempotency-key-header): the answer is kept for a day."""

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
ABANDONED = timedelta(minutes=2)
"""After which a request that was begun and never answered (the process was killed) may be tried again."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What is known under that key. ``answer`` None with ``mine`` false: somebody is still at it."""

    request: str
    answer: Mapping[str, Any] | None
    mine: bool


def begin(tx: Transaction, token: str, key: str, request: str) -> Begun:
    """Take the key for this request (its digest), unless it was taken."""
    now = tx.now()
    tx.lock(f"repeats:{token}:{key}")
    tx.execute(delete(REPEATS).where(REPEATS.c.at < now - KEPT))
    row = tx.execute(select(REPEATS).where(REPEATS.c.token == token, REPEATS.c.key == key)).one_or_none()
    if row is not None and (row.answer is not None or row.at >= now - ABANDONED):
        return Begun(row.request, row.answer, mine=False)
    if row is not None:
        tx.execute(delete(REPEATS).where(REPEATS.c.token == token, REPEATS.c.key == key))
    tx.execute(REPEATS.insert().values(token=token, key=key, request=request, answer=None, at=now))
    return Begun(request, None, mine=True)


def answered(tx: Transaction, token: str, key: str, answer: Mapping[str, Any]) -> None:
    """Keep what was answered."""
    tx.execute(REPEATS.update().where(REPEATS.c.token == token, REPEATS.c.key == key).values(answer=dict(answer)))


def forget(tx: Transaction, token: str, key: str) -> None:
    """Nothing was done: the key may be used again."""
    tx.execute(delete(REPEATS).where(REPEATS.c.token == token, REPEATS.c.key == key, REPEATS.c.answer.is_(None)))
