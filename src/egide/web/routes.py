"""How pages and forms are declared: no form is taken that isn't ours."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from litestar import get, post
from litestar.handlers import HTTPRouteHandler

from egide.api.threads import Work, in_thread
from egide.web.visit import Visit


def shows(path: str) -> Callable[[Work], HTTPRouteHandler]:
    """A page at that path."""
    return lambda work: get(path, include_in_schema=False)(in_thread(work))


def takes(path: str, status: int = 303) -> Callable[[Work], HTTPRouteHandler]:
    """A form that is sent to that path, from a page of the same session."""

    def declared(work: Work) -> HTTPRouteHandler:
        done = in_thread(work)

        @wraps(work)
        async def handler(request: Visit, **named: Any) -> Any:
            await request.check_form()
            return await done(request=request, **named)

        return post(path, status_code=status, include_in_schema=False)(handler)

    return declared
