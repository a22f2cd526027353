"""Catalogues of peers, negotiations, agreements, transfers and references to data, in the common management API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Request, Response, get, post

from egide.app.dataspace import following
from egide.app.dataspace.asking import Asked, AskTransfer, dataset, negotiate, pages, step, transfer
from egide.app.dataspace.managing import AbsentResourceError, InUseError
from egide.app.dataspace.peers import peer_named
from egide.dataspace.deciding import terms
from egide.dataspace.machines import Kind, Refusal
from egide.dataspace.managed import writing
from egide.dataspace.managed.defined import What, milliseconds
from egide.dataspace.managed.queries import read_query
from egide.dataspace.managed.reading import PROTOCOL, UnfitError, document, members, policy, single, text
from egide.dataspace.planes.pull import address
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler

    from egide.app.dataspace.folder import Peer
    from egide.app.dataspace.running import Connector
    from egide.dataspace.processes.process import Process

Asking = Request[Any, Any, Any]
HTTP = "https://w3id.org/idsa/v4.1/HTTP"
PATHS = {Kind.NEGOTIATION: "contractnegotiations", Kind.TRANSFER: "transferprocesses"}
STEPS = {Kind.NEGOTIATION: {"terminate": "terminate"},
         Kind.TRANSFER: {"terminate": "terminate", "suspend": "suspend", "resume": "start"}}  # fmt: skip


def process_handlers(connector: Connector) -> list[HTTPRouteHandler]:
    """All of it."""
    return [*_catalogues(connector), *_beginnings(connector), *_agreements(connector), *_references(connector),
            *(one for kind in PATHS for one in _standing(connector, kind))]  # fmt: skip


def _named(body: Mapping[str, Any]) -> str:
    if text(body, "protocol", PROTOCOL) != PROTOCOL:
        raise UnfitError("protocol", N_("`{name}` must be one of: {known}"), {"name": "protocol", "known": PROTOCOL})
    return str(single(body.get("counterPartyId")) or single(body.get("connectorId")) or text(body, "counterPartyAddress"))


async def _peer(connector: Connector, body: Mapping[str, Any]) -> Peer:
    return await peer_named(connector.settings, connector.claims, _named(body))


def _catalogues(connector: Connector) -> list[HTTPRouteHandler]:
    client, present = connector.engine.ways.client, connector.present

    @post("/catalog/request", status_code=200)
    async def catalogue(request: Asking) -> Response[Any]:
        body = document(await request.body())
        peer, query = await _peer(connector, body), read_query(members(body, "querySpec"))
        found: dict[str, Any] = {}
        datasets: list[Any] = []
        enough = None if query.limit is None or query.criteria or query.sort else query.offset + query.limit
        async for page in pages(client, present, peer, []):
            found = msgspec.to_builtins(page)
            datasets += found.pop("dataset", [])
            if enough is not None and len(datasets) >= enough:
                break
        return said({**writing.prefixed(found), "dcat:dataset": [writing.prefixed(one) for one in query.of(datasets)]})

    @post("/catalog/dataset/request", status_code=200)
    async def one_dataset(request: Asking) -> Response[Any]:
        body = document(await request.body())
        found = await dataset(client, present, await _peer(connector, body), text(body, "@id"))
        return said(writing.prefixed(msgspec.to_builtins(found)))

    return [catalogue, one_dataset]


def _beginnings(connector: Connector) -> list[HTTPRouteHandler]:
    @post("/contractnegotiations", status_code=200)
    async def begin_negotiation(request: Asking) -> Response[Any]:
        body = document(await request.body())
        given = body.get("policy")
        if not isinstance(given, dict):
            raise UnfitError("policy", N_("`{name}` must be an object"), {"name": "policy"})
        offer = {name.removeprefix("odrl:"): value for name, value in given.items()}
        target = single(offer.get("target"))
        asked = Asked(peer=_named(body), offer=text(offer, "@id"),
                      dataset=text(target, "@id") if isinstance(target, dict) else text(offer, "target"))  # fmt: skip
        if terms(offer):
            await _as_offered(connector, asked, policy({"policy": given}))
        return _id(await negotiate(connector, asked))

    @post("/transferprocesses", status_code=200)
    async def begin_transfer(request: Asking) -> Response[Any]:
        body = document(await request.body())
        _named(body)
        given = members(body, "dataDestination")
        return _id(await transfer(connector, AskTransfer(
            agreement=text(body, "contractId"), format=text(body, "transferType"), address=_destination(given) if given else None,
        )))  # fmt: skip

    return [begin_negotiation, begin_transfer]


async def _as_offered(connector: Connector, asked: Asked, rules: Mapping[str, Any]) -> None:
    """What a client repeats of an offer must be what the peer offers: we ask for offers as they stand."""
    peer = await peer_named(connector.settings, connector.claims, asked.peer)
    found = await dataset(connector.engine.ways.client, connector.present, peer, asked.dataset)
    for offer in found.has_policy or ():
        if offer.get("@id") == asked.offer and policy({"policy": offer}) != rules:
            raise UnfitError("policy", N_("the offer that is asked for is not the one that was made"))


def _destination(given: Mapping[str, Any]) -> dict[str, Any]:
    """Where a client wants its data pushed: our own plane pushes over HTTP, with the token that it says."""
    if given.get("type") != "HttpData":
        kind = str(given.get("type", "-"))
        args = {"kind": kind, "known": "HttpData"}
        raise UnfitError("dataDestination.type", N_("data of the kind `{kind}` is not moved here; these are: {known}"), args)
    header, code = given.get("authKey", "Authorization"), given.get("authCode")
    if unheeded := sorted(given.keys() - {"@type", "type", "name", "baseUrl", "authKey", "authCode"}):
        raise UnfitError(f"dataDestination.{unheeded[0]}", N_("`{name}` of a data address is not heeded here"), {"name": unheeded[0]})
    if code is None:
        return {"@type": "DataAddress", "endpointType": HTTP, "endpoint": text(given, "baseUrl")}
    if str(header).lower() != "authorization":
        raise UnfitError("dataDestination.authKey", N_("`{name}` of a data address is not heeded here"), {"name": "authKey"})
    return address(text(given, "baseUrl"), {"authType": "bearer", "authorization": text(given, "authCode").removeprefix("Bearer ")})


def _standing(connector: Connector, kind: Kind) -> list[HTTPRouteHandler]:
    path, write = PATHS[kind], writing.WRITTEN[kind]

    async def found(pid: str) -> Process:
        process = await connector.engine.look(pid)
        if process is None or process.kind is not kind:
            raise AbsentProcessError(kind, pid)
        return process

    @post(f"/{path}/request", status_code=200, name=f"list-{path}")
    async def listed(request: Asking) -> Response[Any]:
        return many([write(one) for one in following.processes(connector.store, kind, read_query(document(await request.body())))])

    @get(f"/{path}/{{pid:str}}", status_code=200, name=f"one-{path}")
    async def show(pid: str) -> Response[Any]:
        return said(write(await found(pid)))

    @get(f"/{path}/{{pid:str}}/state", status_code=200, name=f"state-{path}")
    async def state(pid: str) -> Response[Any]:
        type_ = "NegotiationState" if kind is Kind.NEGOTIATION else "TransferState"
        return said({"@type": type_, "state": (await found(pid)).state.value})

    @post(f"/{path}/{{pid:str}}/{{name:str}}", status_code=204, name=f"step-{path}")
    async def take(request: Asking, pid: str, name: str) -> None:
        process = await found(pid)
        if name not in STEPS[kind]:
            raise AbsentProcessError(kind, f"{pid}/{name}")
        reason = single(document(await request.body()).get("reason"))
        taken = await step(connector, process.pid, STEPS[kind][name], str(reason) if reason else None)
        if isinstance(taken, Refusal):
            raise InUseError(taken.reason.message, dict(taken.reason.args))

    return [listed, show, state, take]


def _agreements(connector: Connector) -> list[HTTPRouteHandler]:
    participant = connector.settings.participant

    def found(name: str) -> Process:
        process = following.agreed(connector.store, name)
        if process is None:
            raise AbsentResourceError(What.AGREEMENT, name)
        return process

    @post("/contractagreements/request", status_code=200)
    async def listed(request: Asking) -> Response[Any]:
        query = read_query(document(await request.body()))
        return many([writing.agreement(one, participant) for one in following.agreements(connector.store, query)])

    @get("/contractagreements/{name:str}", status_code=200)
    async def show(name: str) -> Response[Any]:
        return said(writing.agreement(found(name), participant))

    @get("/contractagreements/{name:str}/negotiation", status_code=200)
    async def negotiated(name: str) -> Response[Any]:
        return said(writing.negotiation(found(name)))

    @get("/contractnegotiations/{pid:str}/agreement", status_code=200)
    async def of_negotiation(pid: str) -> Response[Any]:
        process = await connector.engine.look(pid)
        if process is None or process.agreement is None:
            raise AbsentResourceError(What.AGREEMENT, pid)
        return said(writing.agreement(process, participant))

    return [listed, show, negotiated, of_negotiation]


def _references(connector: Connector) -> list[HTTPRouteHandler]:
    @post("/edrs/request", status_code=200)
    async def listed(request: Asking) -> Response[Any]:
        flowing = following.with_data(connector.store, read_query(document(await request.body())))
        return many([writing.reference(one, following.agreed(connector.store, one.subject)) for one in flowing])

    @get("/edrs/{pid:str}/dataaddress", status_code=200)
    async def address(pid: str) -> Response[Any]:
        process = await connector.engine.look(pid)
        if process is None or process.kind is not Kind.TRANSFER or "data-address" not in process.body:
            raise AbsentProcessError(Kind.TRANSFER, pid)
        return said(writing.data_address(process))

    return [listed, address]


class AbsentProcessError(AbsentResourceError):
    """No process by that name."""

    def __init__(self, kind: Kind, pid: str) -> None:
        super().__init__(What(kind.value), pid)


def _id(process: Process) -> Response[Any]:
    return said({"@type": "IdResponse", "@id": process.pid, "createdAt": milliseconds(process.created_at)})


def said(body: Mapping[str, Any]) -> Response[Any]:
    """One document, with its context."""
    return Response({**body, "@context": writing.CONTEXT}, media_type="application/json")


def many(found: list[dict[str, Any]]) -> Response[Any]:
    """A list of documents."""
    return Response([{**one, "@context": writing.CONTEXT} for one in found], media_type="application/json")
