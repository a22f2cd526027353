"""What is turned away before anything is read: other hosts' names, and bodies that trickle in.

A page in somebody's browser can send requests to this machine under a name of its own (DNS rebinding), so only the names that were
given are answered to. A body has a time and a size: who sends a byte a second holds nobody up.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from egide.vocabulary.errors import EgideError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from litestar.types import ASGIApp, Receive, Scope, Send

MAX_BODY_BYTES = 4 * 1024 * 1024
BODY_SECONDS = 10.0
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class SlowError(EgideError):
    """The body did not arrive in time."""

    def __init__(self, seconds: float) -> None:
        super().__init__("the body is too slow")
        self.seconds = round(seconds)


class Guard:
    """An ASGI application in front of another."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str], seconds: float = BODY_SECONDS, patient: str | None = None) -> None:
        self.app = app
        self.patient = patient
        """Below that path, handlers themselves look how long a body takes."""
        self.hosts = frozenset(host.lower() for host in hosts)
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may be passed on."""
        if not is_request(scope):
            await self.app(scope, receive, send)
            return
        headers = scope["headers"]
        host = next((value for name, value in headers if name == b"host"), b"").decode("latin-1").lower()
        if self.hosts and host not in self.hosts:
            await _misdirected(send)
            return
        if self.patient is not None and scope["path"].startswith(self.patient):
            await self.app(scope, receive, send)
            return
        ends: float | None = asyncio.get_running_loop().time() + self.seconds

        async def in_time() -> object:
            nonlocal ends
            try:
                async with asyncio.timeout_at(ends):
                    message = await receive()
            except TimeoutError:
                raise SlowError(self.seconds) from None
            if not message.get("more_body"):  # all of it is there: an answer may take as long as its reader needs
                ends = None
            return message

        await self.app(scope, in_time, send)  # type: ignore[arg-type]


def is_request(scope: Scope) -> bool:
    """Whether it is one, and not the life of the whole application."""
    return str(scope["type"]) != "lifespan"


async def _misdirected(send: Send) -> None:
    body = json.dumps({"type": "about:blank", "title": "Misdirected Request", "status": 421}).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 421, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
