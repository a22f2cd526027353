"""How many requests one caller may send: a bucket for each token, session or address, refilled every second.

In this process's memory: several processes allow as many times more. What a bucket is named by is a digest, so that no secret lies about.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from egide.api.guard import is_request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from litestar.types import ASGIApp, Receive, Scope, Send

MOST_CALLERS = 10_000
NAMED_BY = (b"authorization", b"cookie")


class Limits:
    """An ASGI application in front of another. ``a_second`` requests are allowed in the long run, ``at_once`` in a burst."""

    def __init__(self, app: ASGIApp, a_second: float, at_once: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.app = app
        self.a_second = a_second
        self.at_once = float(at_once)
        self._clock = clock
        self._left: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is within the limit; 429 with the seconds to wait for the rest."""
        if not is_request(scope):
            await self.app(scope, receive, send)
            return
        wait = self.wait(_caller(scope, scope["headers"]))
        if wait > 0:
            await _refuse(send, wait)
            return
        await self.app(scope, receive, send)

    def wait(self, caller: bytes) -> float:
        """Take one from the caller's bucket: 0, or the seconds until there is one."""
        now = self._clock()
        left, since = self._left.pop(caller, (self.at_once, now))
        left = min(self.at_once, left + (now - since) * self.a_second)
        wait = 0.0 if left >= 1 else (1 - left) / self.a_second
        self._left[caller] = (left - 1 if left >= 1 else left, now)
        while len(self._left) > MOST_CALLERS:
            self._left.popitem(last=False)
        return wait


def _caller(scope: Scope, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    for wanted in NAMED_BY:
        for name, value in headers:
            if name == wanted:
                return hashlib.blake2b(value, digest_size=16).digest()
    client = scope.get("client")
    return str(client[0]).encode() if isinstance(client, tuple) else b"?"


async def _refuse(send: Send, wait: float) -> None:
    body = json.dumps({"type": "about:blank", "title": "Too Many Requests", "status": 429}).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode()),
               (b"retry-after", str(max(1, -int(-wait // 1))).encode())]  # fmt: skip
    await send({"type": "http.response.start", "status": 429, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
