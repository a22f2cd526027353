"""Both as one ASGI application, on this machine, behind the guard that answers to no other name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Litestar
from litestar.exceptions import NotFoundException

from egide.api.dataspace_v3 import management_v3
from egide.api.guard import LOOPBACK, Guard
from egide.dataspace.messages import MAX_BODY_BYTES
from egide.web.connector.pages import absent, pages
from egide.web.connector.visiting import Door

if TYPE_CHECKING:
    from litestar.types import ASGIApp

    from egide.app.dataspace.running import Connector


def application(connector: Connector, key: str, port: int) -> ASGIApp:
    """The application. ``key`` opens it; ``port``: where it listens, on the loopback address."""
    door = Door(connector, key, port)
    handlers: list[Any] = [management_v3(connector, key), *pages(door)]
    made = Litestar(handlers, openapi_config=None, request_max_body_size=MAX_BODY_BYTES, logging_config=None,
                    exception_handlers={NotFoundException: absent(door)})  # fmt: skip
    return Guard(made, [f"{name}:{port}" for name in LOOPBACK])
