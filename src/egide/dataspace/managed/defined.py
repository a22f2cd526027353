"""Assets, policies and contract definitions in the database, and the offers that follow from them.

A definition offers every asset that its selector meets under its contract policy, to whoever meets its access policy. The offers are made
when something changes, not when a catalogue is asked for: a page of it costs two queries however many definitions there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from egide.dataspace.kept.tables import DATASETS, DEFINED, OFFERS, PROCESSES, RESOURCES
from egide.dataspace.machines import Kind, Side, State
from egide.dataspace.managed.queries import criteria
from egide.dataspace.managed.reading import FREE, address_of
from egide.dataspace.offering.offered import Offer, put_offer

if TYPE_CHECKING:
    from egide.store.transaction import Transaction


class What(StrEnum):
    """What the API speaks of; the first three are resources, which clients make."""

    ASSET = "asset"
    POLICY = "policy"
    DEFINITION = "definition"
    NEGOTIATION = "negotiation"
    TRANSFER = "transfer"
    AGREEMENT = "agreement"


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that a client made, under the name that it gave."""

    kind: What
    id: str
    body: Mapping[str, Any]
    created_at: datetime


def keep(tx: Transaction, resource: Resource, *, about: str | None = None) -> None:
    """Keep a resource, in the place of one of the same name."""
    remove(tx, resource.kind, resource.id)
    tx.execute(RESOURCES.insert().values(
        kind=resource.kind.value, id=resource.id, body=dict(resource.body), about=about, created_at=resource.created_at,
    ))  # fmt: skip


def remove(tx: Transaction, kind: What, name: str) -> bool:
    """Forget a resource; false when there is none."""
    return tx.execute(RESOURCES.delete().where(RESOURCES.c.kind == kind.value, RESOURCES.c.id == name)).rowcount > 0


def find(tx: Transaction, kind: What, name: str) -> Resource | None:
    """The resource of that name."""
    row = tx.execute(select(RESOURCES).where(RESOURCES.c.kind == kind.value, RESOURCES.c.id == name)).one_or_none()
    return _resource(row) if row else None


def every(tx: Transaction, kind: What) -> Iterator[Resource]:
    """All of a kind, by name."""
    return map(_resource, tx.execute(select(RESOURCES).where(RESOURCES.c.kind == kind.value).order_by(RESOURCES.c.id)))


def assets(tx: Transaction, name: str | None = None) -> Iterator[dict[str, Any]]:
    """What is offered here or could be, as assets, those of our own commands too: `@id`, `createdAt`, `properties`, `dataAddress`."""
    joined = DATASETS.outerjoin(RESOURCES, (RESOURCES.c.id == DATASETS.c.id) & (RESOURCES.c.kind == What.ASSET.value))
    chosen = select(DATASETS, RESOURCES.c.body).select_from(joined).order_by(DATASETS.c.id)
    for row in tx.execute(chosen if name is None else chosen.where(DATASETS.c.id == name)):
        body = row.body or _told(row)
        made = {"@id": row.id, "createdAt": milliseconds(row.created_at), **body}
        made["properties"] = {"id": row.id, **body.get("properties", {})}
        yield made


def _told(row: Any) -> dict[str, Any]:
    properties = {"name": row.title, "description": row.description, "contenttype": row.media_type}
    return {"properties": {name: value for name, value in properties.items() if value}, "dataAddress": address_of(row.source)}


def offers_on(tx: Transaction, asset: Mapping[str, Any]) -> Iterator[Offer]:
    """The offers that the definitions make on an asset."""
    near = or_(RESOURCES.c.about.is_(None), RESOURCES.c.about == asset["@id"])
    for row in tx.execute(select(RESOURCES).where(RESOURCES.c.kind == What.DEFINITION.value, near).order_by(RESOURCES.c.id)):
        definition = _resource(row)
        if selects(definition.body, asset):
            yield _offer(tx, definition, str(asset["@id"]))


def offer_all(tx: Transaction, definition: Resource) -> None:
    """Make the offers of a definition anew."""
    withdraw(tx, definition.id)
    only = selected(definition.body)
    for asset in list(assets(tx, only)):
        if selects(definition.body, asset):
            put_offer(tx, str(asset["@id"]), _offer(tx, definition, str(asset["@id"])))


def withdraw(tx: Transaction, definition: str) -> None:
    """Take back the offers of a definition."""
    tx.execute(OFFERS.delete().where(OFFERS.c.id.in_(select(DEFINED.c.offer).where(DEFINED.c.definition == definition))))
    tx.execute(DEFINED.delete().where(DEFINED.c.definition == definition))


def selects(definition: Mapping[str, Any], asset: Mapping[str, Any]) -> bool:
    """Whether a definition is about an asset; one without a selector is about all."""
    return all(one.holds(asset) for one in criteria(definition["assetsSelector"], "assetsSelector"))


def selected(definition: Mapping[str, Any]) -> str | None:
    """The one asset that a definition selects by name."""
    for one in criteria(definition["assetsSelector"], "assetsSelector"):
        if one.left == "id" and one.operator == "=":
            return str(one.right)
    return None


def _offer(tx: Transaction, definition: Resource, asset: str) -> Offer:
    """The same name each time: a negotiation that is under way finds its offer again."""
    name = sha256(f"{definition.id}\n{asset}".encode()).hexdigest()[:32]
    contract, access = (_terms(tx, str(definition.body[one])) for one in ("contractPolicyId", "accessPolicyId"))
    return Offer(f"urn:egide:offer:{name}", contract, definition.id, None if access == FREE else access)


def _terms(tx: Transaction, policy: str) -> dict[str, Any]:
    found = find(tx, What.POLICY, policy)
    assert found is not None  # noqa: S101 - a policy under a definition is not deleted
    return dict(found.body["terms"])


def users_of(tx: Transaction, policy: str) -> list[str]:
    """The definitions under a policy."""
    return [one.id for one in every(tx, What.DEFINITION) if policy in {one.body["accessPolicyId"], one.body["contractPolicyId"]}]


def bound(tx: Transaction, asset: str) -> str | None:
    """A negotiation of ours as the provider that is about an asset and has not ended in refusal: what keeps it from being deleted."""
    wanted = select(PROCESSES.c.pid).where(
        PROCESSES.c.kind == Kind.NEGOTIATION.value, PROCESSES.c.side == Side.PROVIDER.value, PROCESSES.c.subject == asset,
        PROCESSES.c.state != State.TERMINATED.value,
    ).limit(1)  # fmt: skip
    row = tx.execute(wanted).first()
    return str(row.pid) if row else None


def milliseconds(at: datetime) -> int:
    """Since 1970, as the API counts."""
    return int(at.timestamp() * 1000)


def _resource(row: Any) -> Resource:
    return Resource(What(row.kind), row.id, row.body, row.created_at)
