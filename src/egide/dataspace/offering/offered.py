"""Datasets with their offers in the database. A policy is kept once, however many datasets stand under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, bindparam, select

from egide.dataspace.kept.tables import DATASETS, DEFINED, OFFERS, POLICIES
from egide.store.canonical import canonical, digest
from egide.store.ready import Ready

if TYPE_CHECKING:
    from sqlalchemy import Row

    from egide.store.transaction import Transaction

PULL, PUSH = "HttpData-PULL", "HttpData-PUSH"
BOTH = (PULL, PUSH)
"""What our own data plane does with any source."""


@dataclass(frozen=True, slots=True)
class Offer:
    """``rules``: the policy without its name: `permission`, `prohibition`, `obligation`, `profile`. ``definition``: what made it, if a
    contract definition did; ``access``: the policy of those who may see it."""

    id: str
    rules: Mapping[str, Any]
    definition: str | None = None
    access: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """A dataset under its offers. ``source``: the file or address that a data plane reads, which no peer is told."""

    id: str
    title: str
    source: str
    formats: Sequence[str]
    offers: Sequence[Offer]
    created_at: datetime
    description: str | None = None
    media_type: str | None = None


def put(tx: Transaction, dataset: Offered) -> None:
    """Keep a dataset, in the place of one of the same name."""
    drop(tx, dataset.id)
    tx.execute(DATASETS.insert().values(
        id=dataset.id, title=dataset.title, description=dataset.description, source=dataset.source, media_type=dataset.media_type,
        formats=list(dataset.formats), created_at=dataset.created_at,
    ))  # fmt: skip
    for offer in dataset.offers:
        put_offer(tx, dataset.id, offer)


def put_offer(tx: Transaction, dataset: str, offer: Offer) -> None:
    """Keep one more offer on a dataset."""
    tx.execute(OFFERS.insert().values(id=offer.id, dataset=dataset, policy=_policy(tx, offer.rules)))
    if offer.definition is not None:
        access = None if offer.access is None else _policy(tx, offer.access)
        tx.execute(DEFINED.insert().values(offer=offer.id, definition=offer.definition, access=access))


def drop(tx: Transaction, dataset: str) -> None:
    """Offer a dataset no longer."""
    tx.execute(DEFINED.delete().where(DEFINED.c.offer.in_(select(OFFERS.c.id).where(OFFERS.c.dataset == dataset))))
    tx.execute(OFFERS.delete().where(OFFERS.c.dataset == dataset))
    tx.execute(DATASETS.delete().where(DATASETS.c.id == dataset))


def _policy(tx: Transaction, rules: Mapping[str, Any]) -> str:
    name = digest(canonical(dict(rules)))
    if tx.execute(select(POLICIES.c.digest).where(POLICIES.c.digest == name)).first() is None:
        tx.execute(POLICIES.insert().values(digest=name, body=dict(rules)))
    return name


def one(tx: Transaction, dataset: str) -> Offered | None:
    """The dataset of that name."""
    rows = tx.ask(_ONE, of=dataset)
    if not rows:
        return None
    id, title, description, source, media_type, formats, created_at = rows[0]
    offers = [Offer(name, body, definition, access) for name, _, body, definition, access in tx.ask(_OFFERS_ON, of=dataset)]
    return Offered(id, title, source, formats, offers, created_at, description, media_type)


def of_offer(tx: Transaction, offer: str) -> Offered | None:
    """The dataset that an offer is on."""
    rows = tx.ask(_ON, of=offer)
    return one(tx, rows[0][0]) if rows else None


def page(tx: Transaction, after: str, most: int, conditions: Sequence[Any] = ()) -> list[Offered]:
    """Datasets under offers by name, those that come after another; two queries however many there are."""
    under = DATASETS.c.id.in_(select(OFFERS.c.dataset))
    return _read(tx, select(DATASETS).where(DATASETS.c.id > after, under, *conditions).order_by(DATASETS.c.id).limit(most))


def _read(tx: Transaction, chosen: Select[Any]) -> list[Offered]:
    rows = list(tx.execute(chosen))
    offers: dict[str, list[Offer]] = {}
    for row in tx.execute(_OFFERS.where(OFFERS.c.dataset.in_([row.id for row in rows])).order_by(OFFERS.c.id)) if rows else ():
        offers.setdefault(row.dataset, []).append(Offer(row.id, row.body, row.definition, row.access))
    return [_offered(row, offers.get(row.id, [])) for row in rows]


_ACCESS = POLICIES.alias("access_policies")
_OFFERS = select(OFFERS.c.id, OFFERS.c.dataset, POLICIES.c.body, DEFINED.c.definition, _ACCESS.c.body.label("access")).select_from(
    OFFERS.join(POLICIES, OFFERS.c.policy == POLICIES.c.digest).outerjoin(DEFINED, DEFINED.c.offer == OFFERS.c.id)
    .outerjoin(_ACCESS, DEFINED.c.access == _ACCESS.c.digest)
)  # fmt: skip

_ONE = Ready(select(DATASETS).where(DATASETS.c.id == bindparam("of")))
_ON = Ready(select(OFFERS.c.dataset).where(OFFERS.c.id == bindparam("of")))
_OFFERS_ON = Ready(_OFFERS.where(OFFERS.c.dataset == bindparam("of")).order_by(OFFERS.c.id))


def _offered(row: Row[Any], offers: Sequence[Offer]) -> Offered:
    return Offered(row.id, row.title, row.source, row.formats, offers, row.created_at, row.description, row.media_type)
