"""A change of provider: assets, policies and contract definitions of another connector, taken over through its management API.

Everything is asked for page by page (others give fifty unless they are told), and kept in one transaction; what a connector here would not
heed is left out and said, with its reason. Agreements and transfers stay where they were made: they bind the two who made them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from egide.app.dataspace.folder import open_database, settings
from egide.app.dataspace.managing import InUseError, save_in
from egide.app.dataspace.peers import PeerError
from egide.dataspace.managed.defined import What
from egide.dataspace.managed.reading import EDC, UnfitError, plain, text
from egide.dataspace.wire.client import FAULTS, Client
from egide.dataspace.wire.reach import Reach

PATHS = {What.POLICY: "policydefinitions", What.ASSET: "assets", What.DEFINITION: "contractdefinitions"}
"""In the order in which one stands on the other."""
AT_A_TIME = 200
MOST = 1_000_000


@dataclass(slots=True)
class Taken:
    """How many of each kind were taken over, and what was not, with why."""

    kept: dict[str, int] = field(default_factory=dict)
    left: list[tuple[str, str, str, Mapping[str, object]]] = field(default_factory=list)
    """Kind, name, message, values."""


def take_over(
    folder: Path, address: str, key: str | None, database: str | None, *, force: bool, progress: Callable[[int, int], None],
) -> Taken:
    """Take everything over from the API whose root is ``address`` (above `/v3`). ``force``: in the place of what has the same name here.

    Raises `PeerError`, `UnreachableError`.
    """
    settings(folder)
    found = asyncio.run(_everything(address.rstrip("/"), key))
    taken, done, of = Taken(), 0, sum(map(len, found.values()))
    with open_database(folder, database) as store, store.write() as tx:
        for kind in PATHS:
            for body in found[kind]:
                name = "-"
                try:
                    name = text(body, "@id")
                    save_in(tx, kind, name, body, changes=False) if not force else _put(tx, kind, name, body)
                    taken.kept[kind.value] = taken.kept.get(kind.value, 0) + 1
                except (UnfitError, InUseError) as error:
                    taken.left.append((kind.value, name, error.message, error.values))
                done += 1
                progress(done, of)
    return taken


def _put(tx: Any, kind: What, name: str, body: Mapping[str, Any]) -> None:
    try:
        save_in(tx, kind, name, body, changes=False)
    except InUseError:
        save_in(tx, kind, name, body, changes=True)


async def _everything(address: str, key: str | None) -> dict[What, list[dict[str, Any]]]:
    client = Client(Reach(private=True), seconds=60.0)
    headers = {"x-api-key": key} if key else {}
    try:
        return {kind: await _all(client, f"{address}/v3/{path}/request", headers) for kind, path in PATHS.items()}
    finally:
        client.close()


async def _all(client: Client, address: str, headers: Mapping[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while len(found) < MOST:
        query = {"@context": {"@vocab": EDC}, "@type": "QuerySpec", "offset": len(found), "limit": AT_A_TIME, "sortField": "id"}
        try:
            answer = await client.ask("POST", address, msgspec.json.encode(query), headers)
        except (*FAULTS, TimeoutError) as error:
            raise PeerError(address, str(error) or type(error).__name__) from error
        if answer.status != 200:
            raise PeerError(address, f"HTTP {answer.status}")
        try:
            page = msgspec.json.decode(answer.body, type=list[dict[str, Any]])
        except msgspec.MsgspecError as error:
            raise PeerError(address, str(error)) from error
        found += [dict(plain(one)) for one in page]
        if len(page) < AT_A_TIME:
            break
    return found
