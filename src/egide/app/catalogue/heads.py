"""How far the database's tables of offers have come: other heads are another catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from egide.catalogue.kept.tables import SAID, WITHDRAWN
from egide.store.glance import Glance
from egide.store.tables import CHAINS

if TYPE_CHECKING:
    from egide.store.connection import Store

_OF_OFFERS = or_(CHAINS.c.name == SAID.name, CHAINS.c.name == WITHDRAWN.name)
_HEADS = Glance(
    select(CHAINS.c.name, CHAINS.c.number, CHAINS.c.link).where(_OF_OFFERS).order_by(CHAINS.c.name),
    lambda rows: tuple([f"{name}:{number}:{link}" for name, number, link in rows]),
)  # fmt: skip


def heads(store: Store) -> tuple[str, ...]:
    """Each table with its last number and link."""
    return _HEADS.now(store)
