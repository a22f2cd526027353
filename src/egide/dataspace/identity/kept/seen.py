"""A memory of tokens that every process of a participant shares: one row for each, until it has ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from egide.dataspace.identity.kept.tables import SEEN

if TYPE_CHECKING:
    from egide.store.connection import Store


@dataclass(frozen=True, slots=True)
class KeptSeen:
    """A `Remember` over the store."""

    store: Store

    def __call__(self, did: str, jti: str, until: datetime) -> bool:
        """Remember a token; False when it was seen. Those that have ended are forgotten on the way."""
        with self.store.write() as tx:
            tx.lock("claims_seen")
            tx.execute(delete(SEEN).where(SEEN.c.until < tx.now()))
            if tx.execute(select(SEEN.c.jti).where(SEEN.c.did == did, SEEN.c.jti == jti)).first() is not None:
                return False
            tx.execute(insert(SEEN).values(did=did, jti=jti, until=until))
        return True
