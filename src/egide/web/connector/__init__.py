"""The management port of a connector: its management API and its pages, for whoever has its key.

They load when they are first asked for: a connector starts sooner, and one that nobody looks at stays smaller.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Receive, Scope, Send

    from egide.app.dataspace.running import Connector


def application(connector: Connector, key: str, port: int) -> ASGIApp:
    """Both as one ASGI application. ``key`` opens it; ``port``: where it listens, on the loopback address."""
    made: list[ASGIApp] = []
    making = asyncio.Lock()

    def make() -> None:
        from egide.web.connector.application import application as whole

        made.append(whole(connector, key, port))

    async def later(scope: Scope, receive: Receive, send: Send) -> None:
        if str(scope["type"]) == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})  # type: ignore[typeddict-item]
            await receive()
            await send({"type": "lifespan.shutdown.complete"})  # type: ignore[typeddict-item]
            return
        async with making:
            if not made:
                await asyncio.to_thread(make)
        await made[0](scope, receive, send)

    return later
