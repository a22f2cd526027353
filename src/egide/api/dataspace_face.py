"""What a connector shows to the world: which versions it speaks and the protocol's messages at once, all else as soon as that is loaded.

The connector starts and stops with the server. What is behind loads beside the first requests, so that a connector answers its peers
sooner than its catalogue could be asked for; who asks for more waits until it is there.
"""

from __future__ import annotations

import asyncio
import traceback
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from egide.api.dataspace_messages import Messages, write
from egide.api.guard import Guard
from egide.api.later import Later
from egide.app.dataspace.folder import PROTOCOL_PATH
from egide.app.dataspace.running import DATA_PATH
from egide.dataspace.messages.discovery import WELL_KNOWN
from egide.dataspace.planes.own import ARRIVALS

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Receive, Scope, Send

    from egide.app.dataspace.running import Connector


def application(connector: Connector, control: str, *, scripted: bool = False) -> ASGIApp:
    """The whole face of a connector. ``control``: the token that its own commands show; ``scripted``: with the triggers of a script."""
    return Face(connector, control, scripted=scripted)


class Face:
    """An ASGI application."""

    def __init__(self, connector: Connector, control: str, *, scripted: bool) -> None:
        def behind() -> ASGIApp:
            from egide.api.dataspace import behind

            return behind(connector, control, scripted=scripted)

        root = urlsplit(connector.settings.address).path.rstrip("/")
        self._connector = connector
        self._behind = Later(behind)
        self._versions = root + WELL_KNOWN
        self._app = Guard(Messages(connector, self._behind, root), (), patient=f"{root}{DATA_PATH}/{ARRIVALS}/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or live as long as the server does."""
        asked: Any = scope
        if asked["type"] == "lifespan":
            await self._live(receive, send)
        elif asked["type"] == "http" and asked["method"] == "GET" and asked["path"].rstrip("/") == self._versions:
            await write(send, 200, self._connector.service.versions(PROTOCOL_PATH), [], dict(asked["headers"]))
        else:
            await self._app(scope, receive, send)

    async def _live(self, receive: Receive, send: Any) -> None:
        await receive()
        try:
            await self._connector.start()
        except Exception:
            await send({"type": "lifespan.startup.failed", "message": traceback.format_exc()})
            raise
        await send({"type": "lifespan.startup.complete"})
        loading = asyncio.create_task(self._behind.made())
        await receive()
        await asyncio.gather(loading, return_exceptions=True)
        await self._connector.stop()
        await send({"type": "lifespan.shutdown.complete"})
