"""An application served on granian, in this process, until it is interrupted.

One process: the state of a test face is in memory, and nothing of it is shared. HTTP/1 only, no websockets, headers within five seconds.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from litestar.types import ASGIApp

HEADER_MILLISECONDS = 5_000
MAX_HEADER_BYTES = 64 * 1024
Beside = tuple["ASGIApp", str, int]
GRACE_SECONDS = 3.0
SWITCH_SECONDS = 0.001
"""After which a thread that computes lets the others go on; a fifth of the interpreter's own, since requests wait for it."""
AT_ONCE = 64
"""Requests in work at one time; others wait their turn."""


def serve(
    app: ASGIApp, host: str, port: int, ready: Callable[[], None], *, at_once: int = AT_ONCE, beside: Beside | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; ``ready`` is called once a connection is taken. ``at_once``: requests in work at one time.
    ``beside``: another application in the same loop, on an address of its own.

    Once told to end, what was received whole and is in work has `GRACE_SECONDS`; what takes longer, or is still being sent, is left, and
    whoever calls ends the process: a transaction that wasn't accepted leaves no trace.
    Raises `OSError` or `RuntimeError` when the address cannot be had.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    asyncio.run(_serve(app, host, port, ready, at_once, beside))


async def _serve(app: ASGIApp, host: str, port: int, ready: Callable[[], None], at_once: int, beside: Beside | None) -> None:
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.server.embed import Server

    logging.getLogger("_granian").addHandler(logging.NullHandler())

    def server(app: ASGIApp, host: str, port: int) -> Server:
        return Server(
            app, host, port, interface=Interfaces.ASGI, http=HTTPModes.http1, websockets=False, log_enabled=False, backpressure=at_once,
            http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS, max_buffer_size=MAX_HEADER_BYTES),
        )  # fmt: skip

    servers, ending = [server(app, host, port), *([server(*beside)] if beside else [])], asyncio.Event()
    _on_signals(ending.set, *(one.stop for one in servers))
    telling = asyncio.create_task(_tell("127.0.0.1" if host == "0.0.0.0" else "::1" if host == "::" else host, port, ready))  # noqa: S104
    serving = asyncio.gather(*(one.serve() for one in servers))
    left = asyncio.create_task(_after_grace(ending))
    either: set[asyncio.Future[Any]] = {serving, left}
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            serving.result()
    finally:
        telling.cancel()
        left.cancel()
        if not serving.done():
            asyncio.get_running_loop().set_exception_handler(_left)


def _left(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What the end of the grace breaks off is told to nobody: no answer was given, and nothing of it stays."""


async def _after_grace(ending: asyncio.Event) -> None:
    """Until what was in work when the end was told has had its time."""
    await ending.wait()
    await asyncio.sleep(GRACE_SECONDS)


async def _tell(host: str, port: int, ready: Callable[[], None]) -> None:
    """Call ``ready`` when the first connection is taken: the server itself tells only that it has begun.

    What is there by then (modules, the law, the catalogue) stays: looking through it for cycles again would hold up every request.
    """
    while True:
        try:
            _, line = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(0.02)
            continue
        line.close()
        gc.freeze()
        ready()
        return


def _on_signals(*stops: Callable[[], None]) -> None:
    if sys.platform == "win32":  # its loops take none; there Ctrl-C interrupts the loop itself
        return
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, lambda: [stop() for stop in stops])
