"""What commands do with a connector's folder without it being served: offer, look at a peer, pull what has started, read the log."""

from __future__ import annotations

import asyncio
import mimetypes
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from egide.app.dataspace.asking import pages
from egide.app.dataspace.folder import Peer, Settings, UnknownPeerError, open_database, settings, terms_in, terms_of
from egide.app.dataspace.parties import by_claims, shown
from egide.app.dataspace.peers import peer_at, peer_named
from egide.app.dataspace.sources import name_of, source_of
from egide.dataspace.offering.offered import BOTH, Offer, Offered, put
from egide.dataspace.processes.watching import Event, log, named, processes, stuck
from egide.dataspace.wire.client import Client
from egide.dataspace.wire.reach import Reach
from egide.vocabulary.errors import EgideError, InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.dataspace.claims import ByClaims
    from egide.app.dataspace.targets import Got
    from egide.store.connection import Store


class UnknownProcessError(EgideError):
    """Nothing by that name was ever negotiated or transferred here."""

    hint = N_("egide dataspace log lists them")

    def __init__(self, name: str) -> None:
        super().__init__(N_("no negotiation, transfer or agreement is named {name}"), {"name": name})


def offer(
    folder: Path, source: str, terms: Path, *, title: str | None, dataset: str | None, media_type: str | None, database: str | None,
    formats: list[str] | None = None,
) -> Offered:
    """Offer a file, or an address that only we reach, under the terms of a policy file. ``formats``: how it is had, where a data plane of
    somebody else moves it."""
    settings(folder)
    rules, kept = terms_of(terms), source_of(source)
    with open_database(folder, database) as store:
        return _offered(store, kept, source, rules, title, dataset, media_type, formats)


def offer_in(store: Store, source: str, terms: bytes, title: str | None) -> Offered:
    """The same in an open database, under terms that were typed. Raises `InputError`, `UnreachableError`."""
    return _offered(store, source_of(source), source, terms_in(terms, "terms.yaml"), title, None, None, None)


def _offered(
    store: Store, kept: str, said: str, rules: dict[str, Any], title: str | None, dataset: str | None, media_type: str | None,
    formats: list[str] | None,
) -> Offered:
    name, kind = dataset or uuid4().urn, media_type or mimetypes.guess_type(said)[0]
    made = Offered(name, title or name_of(said), kept, formats or BOTH, [Offer(f"{name}:offer:{uuid4().hex[:8]}", rules)], store.now(),
                   media_type=kind)  # fmt: skip
    with store.write() as tx:
        put(tx, made)
    return made


def browse(folder: Path, peer: str, words: list[str], database: str | None = None) -> list[dict[str, Any]]:
    """The datasets of a peer, with the words in their titles. Raises `PeerError`, `UnknownPeerError`."""
    found = settings(folder)
    filters = [{"leftOperand": "title", "operator": "like", "rightOperand": word} for word in words]

    async def all_pages(claims: ByClaims | None) -> list[dict[str, Any]]:
        client = Client(Reach(private=found.private))
        present = claims.present if claims else partial(shown, found)
        try:
            known = await _peer(client, claims, found, peer)
            return [_line(one) async for page in pages(client, present, known, filters) for one in page.dataset or ()]
        finally:
            client.close()

    if found.identity == "static":
        return asyncio.run(all_pages(None))
    with open_database(folder, database) as store:
        return asyncio.run(all_pages(by_claims(folder, found, store)))


async def _peer(client: Client, claims: ByClaims | None, found: Settings, named: str) -> Peer:
    try:
        return await peer_named(found, claims, named)
    except UnknownPeerError:
        if "://" not in named:
            raise
        return await peer_at(client, named)


def _line(dataset: Any) -> dict[str, Any]:
    title = dataset.title if isinstance(dataset.title, str) else ""
    offers = dataset.has_policy or []
    conditions = sum(len(rule.get("constraint", [])) for one in offers for rule in one.get("permission", []))
    actions = sorted({rule["action"] for one in offers for rule in one.get("permission", [])})
    return {
        "id": dataset.id, "title": title, "formats": ", ".join(dict.fromkeys(one.format for one in dataset.distribution)),
        "terms": ", ".join(actions) + (f" (+{conditions})" if conditions else ""), "offers": [one["@id"] for one in offers],
    }  # fmt: skip


def only_peer(folder: Path) -> str:
    """The one peer that the folder knows. Raises `InputError` when there are several or none."""
    known = settings(folder).peers
    if len(known) != 1:
        raise InputError(N_("{count} peers are known; --with says which"), Location(str(folder)), values={"count": len(known)})
    return known[0].participant


def fetch(
    folder: Path, process: dict[str, Any], to: str, *, most: int | None, force: bool, progress: Callable[[int, int], None],
) -> Got:
    """The data of a transfer that has started, to where it is wanted."""
    from egide.app.dataspace.fetching import pulled
    from egide.app.dataspace.targets import fetched

    reach, given = Reach(private=settings(folder).private), process["body"].get("data-address", {})
    return asyncio.run(fetched(pulled(given, reach), to, _plain(process), most=most, force=force, progress=progress))


def collect(
    folder: Path, process: dict[str, Any], look: Callable[[dict[str, Any]], dict[str, Any]], to: str, *, most: int | None, force: bool,
    progress: Callable[[int, int], None],
) -> Got:
    """The data that a provider pushes to the connector of the folder, to where it is wanted. ``look``: the transfer as it stands."""
    from egide.app.dataspace.arrivals import FOLDER, Arrival
    from egide.app.dataspace.collecting import collected
    from egide.app.dataspace.targets import fetched

    arrival = Arrival(folder / FOLDER, str(process["pid"]))
    try:
        coming = collected(arrival, process, look)
        return asyncio.run(fetched(coming, to, _plain(process), most=most, force=force, progress=progress))
    finally:
        arrival.forget()


def _plain(process: dict[str, Any]) -> str:
    """What a file is called when nobody names it."""
    return re.sub(r"[^\w.-]", "_", str(process["subject"]), flags=re.ASCII)[-80:] + ".data"


def overview(folder: Path, database: str | None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The processes, the last to move first; and what is stuck, with why."""
    settings(folder)
    with open_database(folder, database) as store, store.read() as tx:
        listed = [
            {"pid": one.pid, "kind": one.kind.value, "side": one.side.value, "peer": one.peer, "state": one.state.value,
             "about": one.agreement or one.subject, "since": one.updated_at.strftime("%Y-%m-%d %H:%M:%S")}
            for one in processes(tx)
        ]  # fmt: skip
        found = [
            {"pid": one.process.pid, "since": one.since.strftime("%Y-%m-%d %H:%M:%S"), "why": one.because.message,
             "args": {name: str(value) for name, value in one.because.args.items()}}
            for one in stuck(tx, store.now())
        ]  # fmt: skip
    return listed, found


def events(folder: Path, name: str, database: str | None) -> list[Event]:
    """What happened to a process, or to all those of an agreement. Raises `UnknownProcessError`."""
    settings(folder)
    with open_database(folder, database) as store, store.read() as tx:
        found = sorted((event for one in named(tx, name) for event in log(tx, one.pid)), key=lambda event: event.number)
    if not found:
        raise UnknownProcessError(name)
    return found
