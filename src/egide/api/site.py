"""The site's API: one router under ``/api/v1``, described by its own types at ``/api/v1/openapi.json``."""

from __future__ import annotations

from typing import Any

from litestar import Response, Router, get
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from msgspec import Struct
from msgspec.json import encode

from egide import __version__
from egide.accounts import people
from egide.api import catalogue, files, label, portfolio, rules, works
from egide.api import people as members
from egide.api.calls import Call
from egide.api.described import whole
from egide.api.problems import handlers
from egide.api.threads import at_once

PATH = "/api/v1"
BODY_ROUTES = (*portfolio.ROUTES, *files.ROUTES, *members.ROUTES, *works.ROUTES, *label.ROUTES)
"""What is asked of one body."""


class BodyOf(Struct):
    """A body, and what the token may do there."""

    id: str
    name: str
    may: list[str]


class Me(Struct):
    """Whom the token stands for."""

    person: int
    token: str | None
    bodies: list[BodyOf]


@get("/me")
@at_once
def me(request: Call) -> Response[Me]:
    """What the token may do, and where."""
    caller = request.caller
    named = ((people.body_now(request.site.store, body), acts) for body, acts in caller.acts.items())
    mine = [BodyOf(body.id, body.name, sorted(act.value for act in acts)) for body, acts in named]
    return request.sent(encode(Me(caller.person.number, caller.token, mine)))


@get("/openapi.json", include_in_schema=False, sync_to_thread=False)
def openapi(request: Call) -> dict[str, Any]:
    """The description, without a token: it says nothing of anybody."""
    found: dict[str, Any] | None = request.app.state.get("described")
    if found is None:
        found = request.app.state["described"] = whole(request.app.openapi_schema.to_schema())
    return found


def routers() -> list[Router]:
    """All that programs may ask, and what Gaia-X's clearing houses answer, at their own address."""
    routes: list[Any] = [me, openapi, *BODY_ROUTES, *catalogue.ROUTES, *rules.ROUTES]
    return [
        Router(path, route_handlers=listed, request_class=Call, exception_handlers=handlers(), security=[{"token": []}])
        for path, listed in ((PATH, routes), ("/api", [label.credential_offer]))
    ]


def description() -> OpenAPIConfig:
    """What is published of it (OpenAPI 3.1). Litestar's own pages for it would answer for every unknown path beside them."""
    token = SecurityScheme(type="http", scheme="bearer", description="A token made by an administrator of the body.")
    return OpenAPIConfig(
        title="Égide", version=__version__, path=f"{PATH}/description", use_handler_docstrings=True,
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        components=Components(security_schemes={"token": token}),
    )  # fmt: skip
