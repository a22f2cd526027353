"""A scripted connector: its script read, its datasets and agreements seeded, its triggers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from egide.app.dataspace.parties import Party
from egide.app.files import read
from egide.dataspace.deciding import agreement
from egide.dataspace.machines import Kind, Side, State, Step
from egide.dataspace.offering.offered import Offer, Offered, one, put
from egide.dataspace.processes.process import Process, insert, new_pid
from egide.dataspace.processes.steps import Move
from egide.dataspace.scripted import ANYONE, OPEN, Script
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_
from egide.vocabulary.yaml import read_yaml

if TYPE_CHECKING:
    from egide.app.dataspace.running import Connector
    from egide.store.connection import Store
    from egide.store.transaction import Transaction

SEEDED = "urn:egide:seeded"


class TriggerNegotiation(msgspec.Struct, rename="camel"):
    """Ask a provider for an offer, as its consumer."""

    provider_id: str
    offer_id: str
    dataset_id: str
    connector_address: str


class TriggerTransfer(msgspec.Struct, rename="camel"):
    """Ask a provider for the data of an agreement, as its consumer."""

    provider_id: str
    agreement_id: str
    format: str
    connector_address: str


def read_script(path: Path) -> Script:
    """The script of a file. Raises `InputError` with the place."""
    try:
        return msgspec.convert(read_yaml(read(path), str(path)), Script)
    except msgspec.ValidationError as error:
        raise InputError(N_("not a script of a connector: {problem}"), Location(str(path)), values={"problem": error}) from error


def seed(store: Store, script: Script) -> None:
    """Put the datasets in the catalogue and the agreements among the final ones, where they aren't yet."""
    with store.write() as tx:
        for name in script.datasets:
            if one(tx, name) is None:
                offer = Offer(script.offer.replace("{dataset}", name), OPEN)
                put(tx, Offered(name, name, SEEDED, script.formats, [offer], store.now()))
        for name in script.agreements:
            _agree(store, tx, name)


def _agree(store: Store, tx: Transaction, name: str) -> None:
    if agreement(tx, name, Side.PROVIDER, ANYONE) is None:
        now = store.now()
        insert(tx, Process(
            new_pid(), Kind.NEGOTIATION, Side.PROVIDER, ANYONE, f"{SEEDED}:{name}", "", State.FINALIZED, 1, name, name, {}, None, None,
            None, now, now,
        ))  # fmt: skip


async def trigger_negotiation(connector: Connector, asked: TriggerNegotiation) -> Process:
    """Post a request to the provider; the script goes on from there."""
    offer = {"@type": "Offer", "@id": asked.offer_id, "target": asked.dataset_id, **OPEN}
    move = Move(Step.REQUEST, {"offer": offer, "asked": offer}, says={"offer": offer})
    address = asked.connector_address.rstrip("/")
    return await connector.engine.begin(Kind.NEGOTIATION, Side.CONSUMER, ANYONE, address, asked.dataset_id, move)


async def trigger_transfer(connector: Connector, asked: TriggerTransfer) -> Process:
    """Post a transfer request to the provider; the script goes on from there."""
    says = {"agreementId": asked.agreement_id, "format": asked.format}
    move = Move(Step.REQUEST, {"format": asked.format}, says=says, agreement=asked.agreement_id)
    address = asked.connector_address.rstrip("/")
    return await connector.engine.begin(Kind.TRANSFER, Side.CONSUMER, ANYONE, address, asked.agreement_id, move)


async def anyone(header: str | None, fresh: bool) -> Party:
    """Ask nobody who they are."""
    return Party(ANYONE)
