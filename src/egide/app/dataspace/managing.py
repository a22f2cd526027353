"""Assets, policies and contract definitions: made, changed, listed, taken away, as the common management API has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from egide.app.dataspace.sources import store_at
from egide.dataspace.managed import defined
from egide.dataspace.managed.defined import Resource, What
from egide.dataspace.managed.queries import Query, criteria
from egide.dataspace.managed.reading import UnfitError, listed, members, policy, source, text
from egide.dataspace.offering import offered
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.store.connection import Store
    from egide.store.transaction import Transaction


class AbsentResourceError(EgideError):
    """Nothing of that kind by that name."""

    def __init__(self, kind: What, name: str) -> None:
        super().__init__(N_("there is no {kind} {name}"), {"kind": kind.value, "name": name})


class InUseError(EgideError):
    """It is there already, or something stands on it."""


def save(store: Store, kind: What, body: Mapping[str, Any], name: str | None = None) -> Resource:
    """Make a resource; with a ``name``, change the one of that name.

    Raises `UnfitError`, `InUseError` when the name is taken, `AbsentResourceError` when there is nothing to change.
    """
    own = name or text(body, "@id", uuid4().urn)
    with store.write() as tx:
        return save_in(tx, kind, own, body, changes=name is not None)


def save_in(tx: Transaction, kind: What, name: str, body: Mapping[str, Any], *, changes: bool) -> Resource:
    """The same, within a transaction."""
    there = _there(tx, kind, name)
    if there and not changes:
        raise InUseError(N_("there is a {kind} {name} already"), {"kind": kind.value, "name": name})
    if changes and not there:
        raise AbsentResourceError(kind, name)
    return {What.ASSET: _asset, What.POLICY: _policy, What.DEFINITION: _definition}[kind](tx, name, body)


def take_away(store: Store, kind: What, name: str) -> None:
    """Delete a resource. Raises `AbsentResourceError`, `InUseError` when something stands on it."""
    with store.write() as tx:
        if not _there(tx, kind, name):
            raise AbsentResourceError(kind, name)
        if kind is What.POLICY and (users := defined.users_of(tx, name)):
            raise InUseError(N_("{name} is in use by {users}"), {"name": name, "users": ", ".join(users[:5])})
        if kind is What.ASSET and (negotiation := defined.bound(tx, name)):
            raise InUseError(N_("{name} is in use by {users}"), {"name": name, "users": negotiation})
        if kind is What.DEFINITION:
            defined.withdraw(tx, name)
        if kind is What.ASSET:
            offered.drop(tx, name)
        defined.remove(tx, kind, name)


def documents(store: Store, kind: What, query: Query) -> list[Mapping[str, Any]]:
    """Those that meet a query."""
    with store.read() as tx:
        return query.of(defined.assets(tx) if kind is What.ASSET else (document(one) for one in defined.every(tx, kind)))


def one(store: Store, kind: What, name: str) -> Mapping[str, Any]:
    """The one of that name. Raises `AbsentResourceError`."""
    with store.read() as tx:
        if kind is What.ASSET:
            found: Mapping[str, Any] | None = next(defined.assets(tx, name), None)
        else:
            held = defined.find(tx, kind, name)
            found = document(held) if held else None
    if found is None:
        raise AbsentResourceError(kind, name)
    return found


def document(resource: Resource) -> dict[str, Any]:
    """A policy or a definition as it is listed; a policy as it was given."""
    shown = {"policy": resource.body["policy"]} if resource.kind is What.POLICY else dict(resource.body)
    return {"@id": resource.id, "createdAt": defined.milliseconds(resource.created_at), **shown}


def _there(tx: Transaction, kind: What, name: str) -> bool:
    return offered.one(tx, name) is not None if kind is What.ASSET else defined.find(tx, kind, name) is not None


def _asset(tx: Transaction, name: str, body: Mapping[str, Any]) -> Resource:
    properties, address = members(body, "properties"), members(body, "dataAddress")
    place = source(address, store_at())
    said = {"properties": properties, "privateProperties": members(body, "privateProperties"), "dataAddress": address}
    before, now = offered.one(tx, name), tx.now()
    made = Resource(What.ASSET, name, said, before.created_at if before else now)
    own = [offer for offer in before.offers if offer.definition is None] if before else []
    defined.keep(tx, made)
    offers = [*own, *defined.offers_on(tx, {"@id": name, **said})]
    offered.put(tx, offered.Offered(
        name, str(properties.get("name") or name), place, offered.BOTH, offers, made.created_at,
        str(properties["description"]) if "description" in properties else None,
        str(properties["contenttype"]) if "contenttype" in properties else None,
    ))  # fmt: skip
    return made


def _policy(tx: Transaction, name: str, body: Mapping[str, Any]) -> Resource:
    before = defined.find(tx, What.POLICY, name)
    said = {"policy": body.get("policy"), "terms": policy(body)}
    made = Resource(What.POLICY, name, said, before.created_at if before else tx.now())
    defined.keep(tx, made)
    for user in defined.users_of(tx, name) if before else ():
        held = defined.find(tx, What.DEFINITION, user)
        if held is not None:
            defined.offer_all(tx, held)
    return made


def _definition(tx: Transaction, name: str, body: Mapping[str, Any]) -> Resource:
    said: dict[str, Any] = {one: text(body, one) for one in ("accessPolicyId", "contractPolicyId")}
    for place, wanted in said.items():
        if defined.find(tx, What.POLICY, wanted) is None:
            raise UnfitError(place, N_("there is no {kind} {name}"), {"kind": What.POLICY.value, "name": wanted})
    said["assetsSelector"] = listed(body, "assetsSelector")
    criteria(said["assetsSelector"], "assetsSelector")
    before = defined.find(tx, What.DEFINITION, name)
    made = Resource(What.DEFINITION, name, said, before.created_at if before else tx.now())
    defined.keep(tx, made, about=defined.selected(said))
    defined.offer_all(tx, made)
    return made
