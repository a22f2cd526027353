"""What the owner of a connector asks of it: look at a peer's catalogue, negotiate a dataset, open a transfer, take a step."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

import msgspec

from egide.app.dataspace.folder import Peer
from egide.app.dataspace.parties import Present
from egide.app.dataspace.peers import PeerError, peer_named
from egide.dataspace import messages as m
from egide.dataspace.deciding import agreeing, agreement
from egide.dataspace.machines import Kind, Refusal, Side, Step
from egide.dataspace.offering import offered
from egide.dataspace.processes.process import new_pid
from egide.dataspace.processes.sending import said as said_by
from egide.dataspace.processes.steps import Move, Stepped
from egide.dataspace.signaling.control import opening
from egide.dataspace.signaling.flows import find_flow
from egide.dataspace.signaling.life import Flowing
from egide.dataspace.wire.client import FAULTS, Answer, Client
from egide.dataspace.wire.reach import UnreachableError
from egide.vocabulary.errors import EgideError, InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.dataspace.running import Connector
    from egide.dataspace.processes.process import Process
    from egide.dataspace.processes.writer import Unit

MOST_PAGES = 1000
READY_SECONDS = 20.0
"""For a data plane of somebody else to be ready to take data in."""
M = TypeVar("M", bound=msgspec.Struct)
STEPS = {"terminate": Step.TERMINATE, "suspend": Step.SUSPEND, "start": Step.START, "complete": Step.COMPLETE, "accept": Step.ACCEPT,
         "agree": Step.AGREE}


class UnknownAgreementError(EgideError):
    """No final agreement by that name."""

    hint = N_("egide dataspace log shows them")

    def __init__(self, name: str) -> None:
        super().__init__(N_("no agreement {name} is final here"), {"name": name})


class UnknownDatasetError(EgideError):
    """Nothing of that name is offered here."""

    def __init__(self, name: str) -> None:
        super().__init__(N_("nothing is in the catalogue here as {name}"), {"name": name})


class UnreadyPlaneError(EgideError):
    """A data plane of ours does not make ready for a transfer, or not yet."""

    def __init__(self, why: str) -> None:
        super().__init__(N_("the data plane that would take the data in is not ready: {why}"), {"why": why or "—"})


class Asked(msgspec.Struct, kw_only=True):
    """A dataset of a peer, by its participant id or address; ``offer`` when it has several."""

    peer: str
    dataset: str
    offer: str | None = None


class AskTransfer(msgspec.Struct, kw_only=True):
    """The data of an agreement, in a format; with an address when the provider is to push it."""

    agreement: str
    format: str
    address: dict[str, Any] | None = None


async def pages(client: Client, present: Present, peer: Peer, filters: list[Any]) -> AsyncIterator[m.Catalogue]:
    """The catalogue of a peer, page after page. Raises `PeerError`."""
    address = f"{peer.address}/catalog/request"
    content = m.encode(m.CatalogueRequest(filter=filters) if filters else m.CatalogueRequest())
    for _ in range(MOST_PAGES):
        answer = await _asked(client, "POST", address, content, await present(peer.participant, peer.address))
        yield _typed(answer, address, m.Catalogue)
        following = _next(answer)
        if following is None or not following.startswith(peer.address + "/"):
            return
        address = following


async def dataset(client: Client, present: Present, peer: Peer, name: str) -> m.Dataset:
    """One dataset of a peer. Raises `PeerError`."""
    address = f"{peer.address}/catalog/datasets/{quote(name, safe=':')}"
    answer = await _asked(client, "GET", address, None, await present(peer.participant, peer.address))
    return _typed(answer, address, m.Dataset)


async def called(connector: Connector, peer: Peer, name: str) -> m.Dataset:
    """The dataset of a peer by its name, or by its title where one alone has it. Raises `PeerError`."""
    client, present = connector.engine.ways.client, connector.present
    try:
        return await dataset(client, present, peer, name)
    except PeerError:
        titled = [{"leftOperand": "title", "operator": "eq", "rightOperand": name}]
        try:
            found = [one async for page in pages(client, present, peer, titled) for one in page.dataset or ()]
        except PeerError:
            found = []
        if len(found) != 1:
            raise
        return await dataset(client, present, peer, found[0].id)


async def negotiate(connector: Connector, asked: Asked) -> Process:
    """Ask a peer for its offer on a dataset, as it stands in its catalogue."""
    peer = await peer_named(connector.settings, connector.claims, asked.peer)
    found = await called(connector, peer, asked.dataset)
    offers = list(found.has_policy or ())
    offer = next((one for one in offers if asked.offer in {None, one.get("@id")}), None)
    if offer is None:
        raise PeerError(peer.address, f"no offer {asked.offer}")
    wanted = {"@type": "Offer", **offer, "target": found.id}
    move = Move(Step.REQUEST, {"offer": wanted, "asked": wanted}, says={"offer": wanted})
    return await connector.engine.begin(Kind.NEGOTIATION, Side.CONSUMER, peer.participant, peer.address, found.id, move)


async def propose(connector: Connector, asked: Asked) -> Process:
    """Make a peer our offer on a dataset of ours: the negotiation begins on the provider's side."""
    peer = await peer_named(connector.settings, connector.claims, asked.peer)
    with connector.store.read() as tx:
        found = offered.one(tx, asked.dataset)
    offer = next((one for one in found.offers if asked.offer in {None, one.id}), None) if found else None
    if offer is None:
        raise UnknownDatasetError(asked.dataset)
    made = {"@type": "Offer", "@id": offer.id, "target": asked.dataset, **offer.rules}
    move = Move(Step.OFFER, {"offer": made}, says={"offer": made})
    return await connector.engine.begin(Kind.NEGOTIATION, Side.PROVIDER, peer.participant, peer.address, asked.dataset, move)


async def transfer(connector: Connector, asked: AskTransfer) -> Process:
    """Open a transfer under an agreement of ours as the consumer."""
    with connector.store.read() as tx:
        agreed = agreement(tx, asked.agreement, Side.CONSUMER)
    if agreed is None:
        raise UnknownAgreementError(asked.agreement)
    connector.engine.ways.client.reach.place(agreed.address)
    pid, ask = new_pid(), {"agreement": asked.agreement, "format": asked.format, "peer": agreed.peer, "address": agreed.address}
    delay = connector.engine.ways.delay_seconds

    def opened(unit: Unit) -> Stepped | None:
        """A plane of ours makes ready first, unless the data goes to where somebody else says."""
        said = connector.planes.prepare(unit, pid, agreed, asked.format, ask) if asked.address is None else None
        if said is None:
            return opening(unit, pid, ask, asked.address, delay)
        return None if said.state is Flowing.PREPARING else opening(unit, pid, ask, said.data_address or None, delay)

    stepped = await connector.engine.step(opened)
    return stepped.process if stepped is not None else await _prepared(connector, pid)


async def _resumed(connector: Connector, process: Process) -> bool:
    """Whether a plane of somebody else was told to take up what rests: the peer is told once it has."""
    told = await connector.engine.step(lambda unit: connector.planes.resume(unit, process))
    connector.signals.woken(process.pid)
    return told


async def _prepared(connector: Connector, pid: str) -> Process:
    """The transfer, once a plane of somebody else is ready for it. Raises `UnreadyPlaneError`."""
    connector.signals.woken(pid)
    found = await connector.engine.appears(pid, READY_SECONDS)
    if found is None:
        raise UnreadyPlaneError(await asyncio.to_thread(_failed, connector, pid))
    return found


def _failed(connector: Connector, pid: str) -> str:
    """Why a plane is not ready, if it says so."""
    with connector.store.read() as tx:
        flow = find_flow(tx, pid)
    return str((flow.body if flow else {}).get("failed", {}).get("text", ""))


async def step(connector: Connector, pid: str, name: str, reason: str | None) -> Process | Refusal:
    """Take a step by its name. Whoever ends or stops something says why."""
    if name not in STEPS:
        raise InputError(N_("`{step}` is no step; these are: {known}"), values={"step": name, "known": ", ".join(STEPS)})
    taken = STEPS[name]
    process = await connector.engine.look(pid)
    if taken is Step.AGREE and process is not None:
        return await connector.engine.take(pid, agreeing(process, connector.settings.participant, connector.store.now()))
    if taken is Step.START and process is not None and process.side is Side.PROVIDER and await _resumed(connector, process):
        return await connector.engine.wait(pid, process.version, READY_SECONDS) or process
    reasons = [{"code": "decided", "text": reason or "decided by a person"}] if taken in {Step.TERMINATE, Step.SUSPEND} else []
    return await connector.engine.take(pid, Move(taken, reason=reasons))


async def _asked(client: Client, method: str, address: str, content: bytes | None, headers: Mapping[str, str]) -> Answer:
    try:
        answer = await client.ask(method, address, content, headers)
    except (*FAULTS, TimeoutError) as error:
        raise PeerError(address, str(error) or type(error).__name__) from error
    except UnreachableError as error:
        error.hint = N_("private: true in connector.yaml lets it speak to this machine and to private networks")
        raise
    if answer.status != 200:
        raise PeerError(address, f"HTTP {answer.status}: {said_by(answer)}")
    return answer


def _typed(answer: Answer, address: str, kind: type[M]) -> M:
    try:
        return m.typed(msgspec.json.decode(answer.body, type=dict[str, Any]), kind)
    except (m.UnfitMessageError, msgspec.MsgspecError) as error:
        raise PeerError(address, str(error)) from error


def _next(answer: Answer) -> str | None:
    for part in answer.headers.get("link", "").split(","):
        target, _, about = part.strip().partition(">")
        if 'rel="next"' in about and target.startswith("<"):
            return target[1:]
    return None
