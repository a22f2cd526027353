"""Datasets with their offers in the database. A policy is kept once, however many datasets stand under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select

from egide.dataspace.kept.tables import DATASETS, OFFERS, POLICIES
from egide.store.canonical import canonical, digest

if TYPE_CHECKING:
    from sqlalchemy import Row

    from egide.store.transaction import Transaction

PULL, PUSH = "HttpData-PULL", "HttpData-PUSH"


@dataclass(frozen=True, slots=True)
class Offer:
    """``rules``: the policy without its name: `permission`, `prohibition`, `obligation`, `profile`."""

    id: str
    rules: Mapping[str, Any]


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
    tx.execute(DATASETS.delete().where(DATASETS.c.id == dataset.id))
    tx.execute(OFFERS.delete().where(OFFERS.c.dataset == dataset.id))
    tx.execute(DATASETS.insert().values(
        id=dataset.id, title=dataset.title, description=dataset.description, source=dataset.source, media_type=dataset.media_type,
        formats=list(dataset.formats), created_at=dataset.created_at,
    ))  # fmt: skip
    for offer in dataset.offers:
        name = digest(canonical(dict(offer.rules)))
        if tx.execute(select(POLICIES.c.digest).where(POLICIES.c.digest == name)).first() is None:
            tx.execute(POLICIES.insert().values(digest=name, body=dict(offer.rules)))
        tx.execute(OFFERS.insert().values(id=offer.id, dataset=dataset.id, policy=name))


def one(tx: Transaction, dataset: str) -> Offered | None:
    """The dataset of that name."""
    return next(iter(_read(tx, select(DATASETS).where(DATASETS.c.id == dataset))), None)


def of_offer(tx: Transaction, offer: str) -> Offered | None:
    """The dataset that an offer is on."""
    row = tx.execute(select(OFFERS.c.dataset).where(OFFERS.c.id == offer)).first()
    return one(tx, row.dataset) if row else None


def page(tx: Transaction, after: str, most: int, conditions: Sequence[Any] = ()) -> list[Offered]:
    """Datasets by name, those that come after another; two queries however many there are."""
    return _read(tx, select(DATASETS).where(DATASETS.c.id > after, *conditions).order_by(DATASETS.c.id).limit(most))


def _read(tx: Transaction, chosen: Select[Any]) -> list[Offered]:
    rows = list(tx.execute(chosen))
    offers: dict[str, list[Offer]] = {}
    wanted = select(OFFERS.c.id, OFFERS.c.dataset, POLICIES.c.body).join_from(OFFERS, POLICIES, OFFERS.c.policy == POLICIES.c.digest)
    for row in tx.execute(wanted.where(OFFERS.c.dataset.in_([row.id for row in rows])).order_by(OFFERS.c.id)) if rows else ():
        offers.setdefault(row.dataset, []).append(Offer(row.id, row.body))
    return [_offered(row, offers.get(row.id, [])) for row in rows]


def _offered(row: Row[Any], offers: Sequence[Offer]) -> Offered:
    return Offered(row.id, row.title, row.source, row.formats, offers, row.created_at, row.description, row.media_type)
