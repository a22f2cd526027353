"""What is done on the pages: offer something, look at a peer's catalogue and ask for it, have data sent here, take what came.

Plain forms, each with the token of its page; what goes wrong is said where it was asked.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.response import File

from egide.app.dataspace.arrivals import FOLDER, Arrival
from egide.app.dataspace.asking import Asked, AskTransfer, negotiate, pages, transfer
from egide.app.dataspace.offering import offer_in
from egide.app.dataspace.peers import peer_named
from egide.app.dataspace.words import in_words
from egide.dataspace.machines import Kind, Side, State
from egide.dataspace.offering.offered import PUSH
from egide.vocabulary.errors import EgideError
from egide.web.connector.visiting import Door, form, page, spoken, to

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler

Asking = Request[Any, Any, Any]
MOST = 100


def acting(door: Door) -> list[HTTPRouteHandler]:
    """All of it."""
    connector = door.connector

    @get("/catalogue")
    async def catalogue(request: Asking) -> Response[Any]:
        if not door.inside(request):
            return to("/login")
        return await _catalogue(door, request, request.query_params.get("peer", ""))

    @post("/negotiate", status_code=303)
    async def ask(request: Asking) -> Response[Any]:
        given = await form(door, request) if door.inside(request) else None
        if given is None:
            return to("/login")
        peer, dataset, offer = (str(given.get(name, "")) for name in ("peer", "dataset", "offer"))
        try:
            process = await negotiate(connector, Asked(peer=peer, dataset=dataset, offer=offer or None))
        except EgideError as error:
            return await _catalogue(door, request, peer, spoken(request).text(error.message, error.values))
        return to(f"/process/{process.pid}")

    @post("/offer", status_code=303)
    async def offer(request: Asking) -> Response[Any]:
        from egide.web.connector.pages import offers_page

        given = await form(door, request) if door.inside(request) else None
        if given is None:
            return to("/login")
        source, title, terms = (str(given.get(name, "")).strip() for name in ("source", "title", "terms"))
        try:
            await asyncio.to_thread(offer_in, connector.store, source, terms.encode(), title or None)
        except EgideError as error:
            return offers_page(door, request, given, spoken(request).text(error.message, error.values))
        return to("/offers")

    @post("/transfer", status_code=303)
    async def send(request: Asking) -> Response[Any]:
        given = await form(door, request) if door.inside(request) else None
        if given is None:
            return to("/login")
        process = await transfer(connector, AskTransfer(agreement=str(given.get("agreement", "")), format=PUSH))
        return to(f"/process/{process.pid}")

    @get("/process/{pid:str}/data")
    async def data(request: Asking, pid: str) -> Response[Any]:
        if not door.inside(request):
            return to("/login")
        process, arrival = await connector.engine.look(pid), Arrival(connector.folder / FOLDER, pid)
        ours = process is not None and process.kind is Kind.TRANSFER and process.side is Side.CONSUMER and process.state is State.COMPLETED
        if not ours or not arrival.size:
            raise NotFoundException
        said = arrival.about()
        return File(arrival.path, filename=(said.name if said else None) or "data", media_type="application/octet-stream")

    return [catalogue, ask, offer, send, data]


async def _catalogue(door: Door, request: Asking, named: str, wrong: str = "") -> Response[Any]:
    """The first page of a peer's catalogue, as far as it lets us see it."""
    connector, words = door.connector, spoken(request)
    shown: list[tuple[Any, list[str], list[tuple[str, list[str]]]]] = []
    try:
        peer = await peer_named(connector.settings, connector.claims, named)
        async for found in pages(connector.engine.ways.client, connector.present, peer, []):
            for one in (found.dataset or [])[: MOST - len(shown)]:
                offers = [(rules["@id"], in_words(msgspec.to_builtins(rules), words)) for rules in one.has_policy or ()]
                shown.append((one, list(dict.fromkeys(way.format for way in one.distribution)), offers))
            if len(shown) >= MOST:
                break
    except EgideError as error:
        wrong = wrong or words.text(error.message, error.values)
    return page(door, request, "connector-catalogue.html.j2", peer=named, shown=shown, wrong=wrong, most=MOST, status=422 if wrong else 200)
