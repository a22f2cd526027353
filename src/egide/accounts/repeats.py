"""What is sent twice under one key is done once (draft-ietf-httpapi-idempotency-key-header): the answer is kept for a day.

The answer is written in the transaction of the work itself, so that one is never there without the other, however the process ended.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, bindparam, delete, select

from egide.accounts.tables import REPEATS
from egide.store.glance import Glance
from egide.store.ready import Ready

if TYPE_CHECKING:
    from egide.store.connection import Store
    from egide.store.transaction import Transaction

KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Done:
    """What was answered under a key: ``request`` is the digest of what was asked."""

    request: str
    answer: Mapping[str, Any]


_OF = (REPEATS.c.token == bindparam("of"), REPEATS.c.key == bindparam("named"))
_Kept = tuple[Done, datetime] | None
KEPT_UNDER: Glance[_Kept] = Glance(
    select(REPEATS.c.request, REPEATS.c.answer, REPEATS.c.at).where(*_OF, REPEATS.c.answer.is_not(None)),
    lambda rows: (Done(*rows[0][:2]), rows[0][2]) if rows else None,
)  # fmt: skip
"""What was answered to the token ``of`` under the key ``named``, and when."""
_AWAY, _OLD = Ready(delete(REPEATS).where(*_OF)), Ready(delete(REPEATS).where(REPEATS.c.at < bindparam("since")))
_NEW = Ready(REPEATS.insert())
_SWEPT = WeakKeyDictionary[Engine, float]()
SWEEPS_SECONDS = 60.0


def done(tx: Transaction, token: str, key: str) -> Done | None:
    """What was answered under that key within the day."""
    return _lately(KEPT_UNDER.within(tx, of=token, named=key), tx.now())


def done_now(store: Store, token: str, key: str) -> Done | None:
    """As `done`, of the database at this moment."""
    return _lately(*KEPT_UNDER.timed(store, of=token, named=key))


def _lately(found: _Kept, now: datetime) -> Done | None:
    return found[0] if found is not None and found[1] >= now - KEPT else None


def keep(tx: Transaction, token: str, key: str, request: str, answer: Mapping[str, Any]) -> bool:
    """Keep the answer beside what was done; false when somebody else answered under that key meanwhile: then all must be undone."""
    now, given = tx.now(), {"of": token, "named": key}
    tx.lock(f"repeats:{token}:{key}")
    if done(tx, token, key) is not None:
        return False
    swept = _SWEPT.get(tx.connection.engine)
    if swept is None or time.monotonic() - swept > SWEEPS_SECONDS:  # all of the table is looked through for it
        _SWEPT[tx.connection.engine] = time.monotonic()
        tx.run(_OLD, since=now - KEPT)
    tx.run_all((_AWAY, given), (_NEW, {"token": token, "key": key, "request": request, "answer": dict(answer), "at": now}))
    return True
