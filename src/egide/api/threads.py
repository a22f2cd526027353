"""Work that waits for the database or takes a while, in a thread of its own; what is at hand is answered at once.

Litestar's own `sync_to_thread` wraps a function twice when two of them share a path (2.25), which pages and their forms do; and its threads
are those of the loop, which no server that is told to stop may wait for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

from egide.app.portfolio.remembered import NotAtHandError

if TYPE_CHECKING:
    from egide.api.calls import Call

Work = Callable[..., Any]
THREADS = 16
"""More would wait for each other: for the interpreter, or for the database's connections."""
_POOL = ThreadPoolExecutor(THREADS, "egide-request")


def in_thread(work: Work) -> Work:
    """The same handler, which doesn't hold up the others."""

    @wraps(work)
    async def handler(*args: Any, **named: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(_POOL, partial(work, *args, **named))

    return handler


def at_once(work: Work) -> Work:
    """The same handler of a call, answered without a thread where what it needs is at hand and the database is a file.

    Asking a file is a matter of microseconds; a server is asked over a connection, which a loop may not wait for. The work only reads.
    """

    def looking(request: Call, *args: Any, **named: Any) -> Any:
        with request.looking():
            return work(request, *args, **named)

    threaded = in_thread(looking)

    @wraps(work)
    async def handler(request: Call, *args: Any, **named: Any) -> Any:
        if request.site.store.address.is_file:
            request.waits = False
            try:
                return looking(request, *args, **named)
            except NotAtHandError:
                request.waits = True
        return await threaded(request, *args, **named)

    return handler
