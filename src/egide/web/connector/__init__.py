"""The management port of a connector: its management API and its pages, for whoever has its key.

They load when they are first asked for: a connector starts sooner, and one that nobody looks at stays smaller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.api.later import Later

if TYPE_CHECKING:
    from litestar.types import ASGIApp

    from egide.app.dataspace.running import Connector


def application(connector: Connector, key: str, port: int) -> ASGIApp:
    """Both as one ASGI application. ``key`` opens it; ``port``: where it listens, on the loopback address."""
    def make() -> ASGIApp:
        from egide.web.connector.application import application as whole

        return whole(connector, key, port)

    return Later(make)
