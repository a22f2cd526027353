"""How pages and forms are declared: work that waits for the database is done in a thread, and no form is taken that isn't ours.

Litestar's own `sync_to_thread` wraps a function twice when two of them share a path (2.25), which pages and their forms do.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from litestar import get, post
from litestar.concurrency import sync_to_thread
from litestar.handlers import HTTPRouteHandler

from egide.web.visit import Visit

Work = Callable[..., Any]


def shows(path: str) -> Callable[[Work], HTTPRouteHandler]:
    """A page at that path."""

    def declared(work: Work) -> HTTPRouteHandler:
        @wraps(work)
        async def handler(*args: Any, **named: Any) -> Any:
            return await sync_to_thread(work, *args, **named)

        return get(path)(handler)

    return declared


def takes(path: str, status: int = 303) -> Callable[[Work], HTTPRouteHandler]:
    """A form that is sent to that path, from a page of the same session."""

    def declared(work: Work) -> HTTPRouteHandler:
        @wraps(work)
        async def handler(request: Visit, **named: Any) -> Any:
            await request.check_form()
            return await sync_to_thread(work, request=request, **named)

        return post(path, status_code=status)(handler)

    return declared
