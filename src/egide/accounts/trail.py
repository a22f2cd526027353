"""The trail: who did what in a body, in the same transaction as what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from egide.accounts.tables import TRAIL
from egide.store.chain import AppendOnly

if TYPE_CHECKING:
    from egide.store.transaction import Transaction

LOG = AppendOnly(TRAIL)


@dataclass(frozen=True, slots=True)
class Done:
    """One line of the trail."""

    number: int
    at: datetime
    body: str | None
    person: int | None
    token: str | None
    act: str
    about: str
    details: Mapping[str, Any]


def note(
    tx: Transaction, act: str, about: str = "", *, body: str | None = None, person: int | None = None, token: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add a line, as the transaction ends. ``details`` hold no name of a person and no secret."""
    said = {"act": act, "about": about, "details": dict(details or {})}
    LOG.append_at_end(tx, {"at": tx.now(), "body": body, "person": person, "token": token, **said})


def lines(tx: Transaction, body: str | None, *, before: int | None = None, most: int = 100) -> Sequence[Done]:
    """The lines of a body, or all, newest first, from before that number."""
    chosen = select(*(TRAIL.c[name] for name in Done.__slots__)).order_by(TRAIL.c.number.desc()).limit(most)
    if body is not None:
        chosen = chosen.where(TRAIL.c.body == body)
    if before is not None:
        chosen = chosen.where(TRAIL.c.number < before)
    return [Done(**row._mapping) for row in tx.execute(chosen)]
