"""An application that is made once something is asked of it: what serves it starts sooner, and stays smaller until then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Receive, Scope, Send


class Later:
    """``make`` is called once, in a thread. The lifespan is not passed on."""

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        self._make = make
        self._made: ASGIApp | None = None
        self._making = asyncio.Lock()

    async def made(self) -> ASGIApp:
        """The application."""
        if self._made is None:
            async with self._making:
                if self._made is None:
                    self._made = await asyncio.to_thread(self._make)
        return self._made

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, once it is made."""
        if str(scope["type"]) == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})  # type: ignore[typeddict-item]
            await receive()
            await send({"type": "lifespan.shutdown.complete"})  # type: ignore[typeddict-item]
            return
        await (await self.made())(scope, receive, send)
