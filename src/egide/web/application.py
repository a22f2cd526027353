"""All pages as one ASGI application, behind the guard: names it answers to, bodies in time, forms of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from litestar import Litestar, Response, get
from litestar.datastructures import State
from litestar.params import FromPath

from egide.accounts.errors import AbsentError
from egide.accounts.secrets import same
from egide.api.again import Again
from egide.api.guard import Guard
from egide.api.limits import Limits
from egide.api.observing import Figures, Observed, Traces
from egide.api.site import PATH, description, routers
from egide.app.site.serving import Serving
from egide.store.errors import StoreError
from egide.web.failures import MOST_MIB, handlers
from egide.web.pages import (
    accessibility,
    across,
    answers,
    binder,
    calendar,
    catalogue,
    entry,
    examples,
    identity,
    label,
    log,
    offers,
    papers,
    people,
    portfolio,
    questions,
    rules,
    signing,
    simulation,
    tour,
    works,
)
from egide.web.rendering import DESIGNED, HEADERS, POLICY, asset, designed
from egide.web.routes import shows
from egide.web.visit import Visit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from litestar.types import ASGIApp, Message, Receive, Scope, Send

    from egide.web.site import Site

BODY_SECONDS = 60.0
"""A workbook over a slow line."""


@get("/assets/{digest:str}/{name:str}", sync_to_thread=False, include_in_schema=False)
def assets(digest: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """Our style and script."""
    found = asset(digest, name)
    if found is None:
        raise AbsentError
    return found


@get("/design/{digest:str}/{name:path}", sync_to_thread=True, include_in_schema=False)
def design(request: Visit, digest: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """The style and the letters of the design system, where there is one."""
    found = designed(request.site.design, digest, name.removeprefix("/"))
    if found is None:
        raise AbsentError
    return found


@get("/health", sync_to_thread=False, include_in_schema=False)
def health() -> dict[str, str]:
    """The process answers."""
    return {"status": "up"}


@shows("/ready")
def ready(request: Visit) -> Response[dict[str, str]]:
    """The database answers too."""
    try:
        with request.site.store.read() as tx:
            tx.now()
    except StoreError:
        return Response({"status": "database-unreachable"}, status_code=503)
    return Response({"status": "ready"})


@shows("/metrics")
def metrics(request: Visit) -> Response[bytes]:
    """Figures for whoever has their token; without one set, there are none."""
    figures, token = request.app.state.figures, request.app.state.metrics_token
    if figures is None or not token or not same(request.headers.get("authorization", ""), f"Bearer {token}"):
        raise AbsentError
    return Response(figures.written(), media_type="text/plain; version=0.0.4; charset=utf-8")


PAGES = (
    entry, identity, people, portfolio, questions, calendar, papers, across, catalogue, offers, rules, log, label, binder, signing,
    simulation, works, answers, examples, tour, accessibility,
)  # fmt: skip
ROUTES = (assets, design, health, ready, metrics, *(route for one in PAGES for route in one.ROUTES))


def application(site: Site, hosts: Sequence[str], settings: Serving | None = None) -> ASGIApp:
    """The pages. ``hosts`` are the names that they answer to, with their port."""
    settings = settings or Serving()
    figures = Figures() if settings.metrics_token else None
    state = {"site": site, "figures": figures, "metrics_token": settings.metrics_token}
    made = Litestar(
        route_handlers=[*ROUTES, *routers()], state=State(state, deep_copy=False), request_class=Visit,
        exception_handlers=handlers(), request_max_body_size=MOST_MIB * 2**20, openapi_config=description(), logging_config=None,
    )  # fmt: skip
    policy = {"Content-Security-Policy": POLICY + DESIGNED} if site.design else {}
    limited = Limits(_with_headers(Again(made, site, PATH), {**HEADERS, **policy}), settings.a_second, settings.at_once)
    guarded = Guard(limited, hosts, BODY_SECONDS)
    if settings.log == "none" and figures is None and settings.traces is None:
        return guarded
    return Observed(guarded, settings.log, figures, Traces(settings.traces) if settings.traces else None)


def _with_headers(app: ASGIApp, headers: Mapping[str, str]) -> ASGIApp:
    """Every answer, refusals and faults too, carries the headers that keep everything else out."""
    always = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    names = {name for name, _ in always}

    async def careful(scope: Scope, receive: Receive, send: Send) -> None:
        async def adding(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = [*message["headers"]]
                given = {low for name, _ in there if (low := name.lower()) in names}
                message["headers"] = there + ([one for one in always if one[0] not in given] if given else always)
            await send(message)

        await app(scope, receive, adding)

    return careful
