"""The endpoint of the protocol for both roles: each request becomes a reply, whatever was sent.

Who sends was recognised before (`peer`); a process of somebody else is as unknown as one that never was.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from egide.dataspace import messages as m
from egide.dataspace.machines import Fault, Kind, Refusal, Side, Step
from egide.dataspace.messages.discovery import VERSION
from egide.dataspace.offering import offered, showing
from egide.dataspace.processes.process import Process
from egide.dataspace.processes.steps import Incoming, Receipt, reason_document
from egide.dataspace.protocol.endpoints import FOLLOWING, OPENING, Endpoint, reasons
from egide.dataspace.wire.reach import UnreachableError
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.dataspace.messages.context import Expand
    from egide.dataspace.processes.engine import Engine

PAGE = 100
MAX_NAME = 2000
"""Characters of a name that a peer gives."""
UNKNOWN_DATASET = Refusal(Fault.UNKNOWN, Reason("unknown-dataset", {}, N_("no dataset by that name")))
UNKNOWN_PROCESS = Refusal(Fault.UNKNOWN, Reason(Fault.UNKNOWN, {}, N_("no process of yours by that name")))


@dataclass(frozen=True, slots=True)
class Reply:
    """The body to send, and why it is a refusal. ``next``: what comes after this page."""

    body: Mapping[str, Any]
    fault: Fault | None = None
    opened: bool = False
    next: str | None = None


Proven = Mapping[str, Any] | None
Sees = Callable[[Mapping[str, Any], str, Mapping[str, Any] | None], bool]
"""Whether a participant, with what its credentials say, meets the policy of those who may see an offer."""


@dataclass(frozen=True, slots=True)
class Service:
    """``base``: the address of this endpoint, as peers know it. ``participant``: who we are."""

    engine: Engine
    participant: str
    base: str
    expand: Expand | None = None
    sees: Sees = lambda policy, peer, proven: True

    def versions(self, path: str) -> dict[str, Any]:
        """What is spoken here, and where."""
        return {"protocolVersions": [{"version": VERSION, "path": path, "binding": "HTTPS"}]}

    async def post(
        self, kind: Kind, what: str, content: bytes, peer: str, *, pid: str | None = None, key: str | None = None,
        proven: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Take a message that was posted to `what` (`request`, `events`, …) of a kind; ``pid``: of ours, from the address.

        ``proven``: what the peer's credentials say; the process keeps it.
        """
        endpoint = (OPENING if pid is None else FOLLOWING)[kind, what]
        body: Mapping[str, Any] = {}
        try:
            body = m.decoded(content)
            message = m.typed(body, endpoint.type, self.expand)
            said = _incoming(endpoint, message, body, content, peer, pid, key)
            if proven is not None:
                said = replace(said, changes={**said.changes, "proven": proven})
            if said.address:
                self.engine.ways.client.reach.place(said.address)
        except (m.UnfitMessageError, UnreachableError) as error:
            known = await self._visible(kind, pid, peer) if pid is not None else None
            if pid is not None and known is None:
                return _refused(kind, UNKNOWN_PROCESS, body, pid, None)
            code = "unreachable-callback" if isinstance(error, UnreachableError) else "unfit-message"
            return _refused(kind, Refusal(Fault.UNFIT, Reason(code, error.values, error.message)), body, pid, known)
        receipt = await self.engine.receive(said)
        return self._replied(kind, receipt, body, pid)

    async def status(self, kind: Kind, pid: str, peer: str) -> Reply:
        """Where a process stands."""
        known = await self._visible(kind, pid, peer)
        return Reply(standing(known)) if known else _refused(kind, UNKNOWN_PROCESS, {}, pid, None)

    async def catalogue(self, content: bytes, after: str, most: int, peer: str = "", proven: Proven = None) -> Reply:
        """A page of what we offer, as far as a filter lets it through and the peer may see it."""
        try:
            asked = m.typed(m.decoded(content), m.CatalogueRequest, self.expand)
        except m.UnfitMessageError as error:
            return _no_catalogue(Refusal(Fault.UNFIT, Reason("unfit-message", error.values, error.message)))
        conditions = showing.conditions([] if asked.filter is UNSET else asked.filter)
        if isinstance(conditions, Refusal):
            return _no_catalogue(conditions)

        def read() -> list[offered.Offered]:
            with self.engine.store.read() as tx:
                return offered.page(tx, after, most + 1, conditions)

        found = await asyncio.to_thread(read)
        more = found[most - 1].id if len(found) > most else None
        shown = [one for each in found[:most] if (one := self._seen(each, peer, proven))]
        return Reply(showing.catalogue(self.participant, self.base, shown), next=more)

    def _seen(self, dataset: offered.Offered, peer: str, proven: Proven) -> offered.Offered | None:
        """A dataset with the offers that the peer may see; None when it may see none."""
        offers = [one for one in dataset.offers if one.access is None or self.sees(one.access, peer, proven)]
        return replace(dataset, offers=offers) if offers else None

    async def dataset(self, name: str, peer: str = "", proven: Proven = None) -> Reply:
        """One dataset."""
        def read() -> offered.Offered | None:
            with self.engine.store.read() as tx:
                return offered.one(tx, name)

        there = await asyncio.to_thread(read)
        found = self._seen(there, peer, proven) if there else None
        return Reply(showing.alone(found, self.base)) if found else _no_catalogue(UNKNOWN_DATASET)

    async def _visible(self, kind: Kind, pid: str, peer: str) -> Process | None:
        known = await self.engine.look(pid)
        return known if known and known.kind is kind and known.peer == peer else None

    def _replied(self, kind: Kind, receipt: Receipt, body: Mapping[str, Any], pid: str | None) -> Reply:
        if isinstance(receipt.answer, Refusal):
            return _refused(kind, receipt.answer, body, pid, receipt.process)
        assert receipt.process is not None  # noqa: S101 - what was accepted is there
        return Reply(standing(receipt.process), opened=receipt.opened or pid is None)


def standing(process: Process) -> dict[str, Any]:
    """Where a process stands, as the protocol says it."""
    return {
        "@context": [m.CONTEXT], "@type": "ContractNegotiation" if process.kind is Kind.NEGOTIATION else "TransferProcess",
        "providerPid": process.provider_pid, "consumerPid": process.consumer_pid, "state": process.state.value,
    }  # fmt: skip


def _incoming(
    endpoint: Endpoint, message: Any, body: Mapping[str, Any], content: bytes, peer: str, pid: str | None, key: str | None,
) -> Incoming:
    step: Step = endpoint.step(message)
    provider, consumer = getattr(message, "provider_pid", UNSET), getattr(message, "consumer_pid", UNSET)
    if pid is None:
        side: Side | None = endpoint.opens
        if getattr(message, "callback", UNSET) is UNSET:
            raise m.UnfitMessageError("`callbackAddress` is missing in the message that opens a process")
        peer_pid = consumer if side is Side.PROVIDER else provider
    else:
        side = Side.PROVIDER if provider == pid else Side.CONSUMER if consumer == pid else None
        peer_pid = consumer if side is Side.PROVIDER else provider
    if any(isinstance(one, str) and (len(one) > MAX_NAME or "\0" in one) for one in (provider, consumer)) or (key and len(key) > MAX_NAME):
        raise m.UnfitMessageError("a name that is too long")
    changes = endpoint.changes(message)
    return Incoming(
        endpoint.kind, step, peer, hashlib.sha256(content).hexdigest(), body, pid, peer_pid if isinstance(peer_pid, str) else None,
        message.callback.rstrip("/") if pid is None else "", _subject(message, changes), side, changes, reasons(message, step, body), key,
        _agreement(message, changes), misnamed=side is None,
    )  # fmt: skip


def _subject(message: Any, changes: Mapping[str, Any]) -> str:
    if isinstance(message, m.TransferRequest):
        return message.agreement
    target = changes.get("offer", {}).get("target")
    return target if isinstance(target, str) else ""


def _agreement(message: Any, changes: Mapping[str, Any]) -> str | None:
    if isinstance(message, m.TransferRequest):
        return message.agreement
    found = changes.get("agreement", {}).get("@id")
    return found if isinstance(found, str) else None


def _refused(kind: Kind, refusal: Refusal, body: Mapping[str, Any], pid: str | None, known: Process | None) -> Reply:
    """An error names both processes as far as they are known: of the process, of the message, else of the address."""
    def named(name: str, ours: str) -> str:
        told = body.get(name)
        return ours or (told if isinstance(told, str) else "") or (pid or "")

    type_ = "ContractNegotiationError" if kind is Kind.NEGOTIATION else "TransferError"
    return Reply({
        "@context": [m.CONTEXT], "@type": type_, "providerPid": named("providerPid", known.provider_pid if known else ""),
        "consumerPid": named("consumerPid", known.consumer_pid if known else ""), **_said(refusal),
    }, refusal.fault)  # fmt: skip


def _no_catalogue(refusal: Refusal) -> Reply:
    return Reply({"@context": [m.CONTEXT], "@type": "CatalogError", **_said(refusal)}, refusal.fault)


def _said(refusal: Refusal) -> dict[str, Any]:
    document = reason_document(refusal.reason)
    return {"code": document["code"], "reason": [document["text"]]}
