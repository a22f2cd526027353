"""Work that waits for the database, in a thread of its own.

Litestar's own `sync_to_thread` wraps a function twice when two of them share a path (2.25), which pages and their forms do.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from litestar.concurrency import sync_to_thread

Work = Callable[..., Any]


def in_thread(work: Work) -> Work:
    """The same handler, which doesn't hold up the others."""

    @wraps(work)
    async def handler(*args: Any, **named: Any) -> Any:
        return await sync_to_thread(work, *args, **named)

    return handler
