"""A connector put together: the database, the engine, the endpoint, the data plane, and who may speak."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from egide.app.dataspace.folder import Settings, open_database, sealing, secret, settings
from egide.app.dataspace.judging import by_policy, sees
from egide.app.dataspace.parties import Present, Recognise, by_claims, by_token, shown
from egide.app.dataspace.pushing import Pushing
from egide.app.dataspace.script import anyone, seed
from egide.dataspace.deciding import Decider
from egide.dataspace.machines import State
from egide.dataspace.planes.own import OwnPlane
from egide.dataspace.planes.pull import Pull, Tokens
from egide.dataspace.processes.engine import Engine
from egide.dataspace.processes.ways import Ways
from egide.dataspace.protocol.service import Service
from egide.dataspace.scripted import Player
from egide.dataspace.signaling.control import Planes
from egide.dataspace.signaling.sending import Signals
from egide.dataspace.wire.client import Client
from egide.dataspace.wire.reach import Reach
from egide.store.errors import StoreError

if TYPE_CHECKING:
    from egide.app.dataspace.claims import ByClaims
    from egide.dataspace.messages.context import Expand
    from egide.dataspace.processes.process import Process
    from egide.dataspace.processes.watching import Stuck
    from egide.dataspace.scripted import Script
    from egide.store.connection import Store

DATA_PATH = "/data"
DELIVERS_SECONDS = 30.0
LOGGER = logging.getLogger("egide.dataspace")


@dataclass(frozen=True, slots=True)
class Connector:
    """Everything that serves; `start` and `stop` it in the loop of the server."""

    folder: Path
    settings: Settings
    store: Store
    engine: Engine
    service: Service
    pull: Pull
    planes: Planes
    signals: Signals
    pushing: Pushing
    recognise: Recognise
    present: Present
    alone: bool
    claims: ByClaims | None = None
    """Where identity is by credentials."""
    rounds: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> None:
        """Take up what was left."""
        await self.engine.start(alone=self.alone)
        await self.signals.start(alone=self.alone)
        await self.pushing.start()
        if self.claims is not None and self.claims.issuer.supported:
            self.rounds.append(asyncio.create_task(self._deliver(self.claims)))

    async def _deliver(self, claims: ByClaims) -> None:
        """Credentials that were issued and have not arrived, the holder being away."""
        from egide.app.dataspace.issuance import deliver_again

        while True:
            try:
                await asyncio.to_thread(deliver_again, claims)
            except StoreError as error:
                LOGGER.warning("what was issued could not be looked up: %s", type(error).__name__)
            await asyncio.sleep(DELIVERS_SECONDS)

    async def stop(self) -> None:
        """End, and close the database."""
        for task in self.rounds:
            task.cancel()
        await asyncio.gather(*self.rounds, return_exceptions=True)
        await self.pushing.stop()
        await self.signals.stop()
        await self.engine.stop()
        self.store.close()


def connector(
    folder: Path, *, database: str | None = None, address: str | None = None, script: Script | None = None,
    warn: Callable[[Stuck], None] = lambda stuck: None, ended: Callable[[Process], None] = lambda process: None,
) -> Connector:
    """The connector of a folder, not started yet. ``address``: another root than the folder says. ``ended``: told of each process that one
    of the sides has ended or stopped."""
    found = settings(folder)
    found = msgspec.structs.replace(found, address=address or found.address, private=found.private or script is not None)
    store = open_database(folder, database)
    pull = Pull(found.address.rstrip("/") + DATA_PATH, Tokens(secret(folder)))
    reach, hinted = Reach(private=found.private), set[str]()

    def delay(process: Process) -> float | None:
        return player.delay_seconds(process)

    def unseal(sealed: str) -> bytes:
        return sealing(folder)[1](sealed)

    own = OwnPlane(pull, reach, found.push_to, store.now)
    planes = Planes(found.participant, own, hinted.add, delay)
    decider = Decider(found.participant, by_policy(found, store.now), planes.begin)
    player = Player(script, decider) if script else decider
    if script:
        seed(store, script)
    client = Client(reach)
    claims = by_claims(folder, found, store) if found.identity == "dcp" and not script else None
    present = claims.present if claims else partial(shown, found)
    recognise = anyone if script else claims.recognise if claims else by_token(found)
    ways = Ways(client, found.base, present, player.react, player.delay_seconds, player.admit, warn)
    engine = Engine(store, ways)
    pushing = Pushing(engine, own, store.address.is_file)
    signals = Signals(engine, planes, Client(Reach(private=True)), unseal, hinted)

    def changed(process: Process) -> None:
        pushing.changed(process)
        if process.state in {State.TERMINATED, State.SUSPENDED}:
            ended(process)

    ways.changed, ways.follows, ways.woken = changed, planes.follow, signals.woken
    service = Service(engine, found.participant, found.base, expand, sees(found, store.now))
    return Connector(folder, found, store, engine, service, pull, planes, signals, pushing, recognise, present, store.address.is_file,
                     claims)  # fmt: skip


def expand(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A body whose `@context` names more, read by the contexts of the trust bundle."""
    return _expander()(body)


@cache
def _expander() -> Expand:
    from egide.app.trust.bundle import at_hand
    from egide.dataspace.messages.json_ld import expander

    return expander(at_hand().contexts)
