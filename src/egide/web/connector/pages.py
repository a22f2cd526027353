"""The pages of a connector: what is stuck, what is offered under which terms, negotiations with their log, agreements, transfers, peers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.exceptions import NotFoundException

from egide.app.dataspace import following
from egide.app.dataspace.arrivals import FOLDER, Arrival
from egide.app.dataspace.asking import step
from egide.app.dataspace.planes import planes_in
from egide.app.dataspace.words import in_words
from egide.dataspace.deciding import terms
from egide.dataspace.machines import Kind, Refusal, State, Step
from egide.dataspace.managed.queries import Query
from egide.dataspace.offering import offered
from egide.dataspace.processes.watching import log, stuck
from egide.vocabulary.language import LANGUAGES, N_
from egide.web.connector.acting import acting
from egide.web.connector.visiting import LANGUAGE_COOKIE, Door, form, page, spoken, to
from egide.web.rendering import asset

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler

Asking = Request[Any, Any, Any]
PAGE = 100
MOST = 10_000
YEAR_SECONDS = 31_536_000
USUAL = "allow:\n- do: use\n  when:\n  - purpose: research\n"
"""Terms to begin with."""
OFFERED = {"accept": (Step.ACCEPT, N_("Accept the offer")), "agree": (Step.AGREE, N_("Agree to it")),
           "start": (Step.START, N_("Let it go on")), "complete": (Step.COMPLETE, N_("It is complete"))}  # fmt: skip
STOPS = {"terminate": Step.TERMINATE, "suspend": Step.SUSPEND}
WORDS = {"received": N_("received"), "taken": N_("taken"), "delivered": N_("delivered"), "failed": N_("did not arrive"),
         "refused": N_("refused"), "noted": N_("noted")}  # fmt: skip


def pages(door: Door) -> list[HTTPRouteHandler]:
    """All of them."""
    return [*_entry(door), _shown(door, "/", _overview), _shown(door, "/offers", offers_page), _shown(door, "/negotiations", _processes),
            _shown(door, "/transfers", _processes), _shown(door, "/agreements", _agreements), _shown(door, "/peers", _peers),
            *_one(door), *acting(door)]  # fmt: skip


def _shown(door: Door, path: str, work: Callable[[Door, Asking], Response[str]]) -> HTTPRouteHandler:
    @get(path, name=f"page-{path}", sync_to_thread=True)
    def handler(request: Asking) -> Response[Any]:
        return work(door, request) if door.inside(request) else to("/login")

    return handler


def absent(door: Door) -> Callable[[Asking, NotFoundException], Response[Any]]:
    """What is answered where there is no such page; nobody outside learns what there is."""
    def answer(request: Asking, error: NotFoundException) -> Response[Any]:
        return page(door, request, "connector-absent.html.j2", status=error.status_code)

    return answer


def _entry(door: Door) -> list[HTTPRouteHandler]:
    @get("/login", sync_to_thread=False)
    def login_page(request: Asking) -> Response[Any]:
        return page(door, request, "connector-login.html.j2", refused=False)

    @post("/login", status_code=303)
    async def log_in(request: Asking) -> Response[Any]:
        given = await form(door, request)
        secret = door.enter(str(given.get("key", "")).strip()) if given is not None else None
        if secret is None:
            return page(door, request, "connector-login.html.j2", status=403, refused=True)
        return to("/", door.kept(secret))

    @post("/logout", status_code=303)
    async def log_out(request: Asking) -> Response[Any]:
        if await form(door, request) is not None:
            door.leave(request)
        return to("/login", door.kept(""))

    @post("/language", status_code=303)
    async def choose(request: Asking) -> Response[Any]:
        given = await form(door, request) or {}
        chosen, back = str(given.get("lang", "")), str(given.get("back", "/"))
        inside = back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/"
        kept = Cookie(LANGUAGE_COOKIE, value=chosen, path="/", httponly=True, samesite="lax", max_age=YEAR_SECONDS)
        return to(inside, *([kept] if chosen in LANGUAGES else []))

    @get("/assets/{digest:str}/{name:str}", sync_to_thread=False)
    def assets(digest: str, name: str) -> Response[bytes]:
        found = asset(digest, name)
        if found is None:
            raise NotFoundException
        return found

    return [login_page, log_in, log_out, choose, assets]


def _overview(door: Door, request: Asking) -> Response[str]:
    store, words = door.connector.store, spoken(request)
    with store.read() as tx:
        found = stuck(tx, store.now())
    still = [(one, words.text(one.because.message, one.because.args)) for one in found]
    newest = following.processes(store, Kind.NEGOTIATION, Query(limit=10)), following.processes(store, Kind.TRANSFER, Query(limit=10))
    return page(door, request, "connector-home.html.j2", stuck=still, negotiations=newest[0], transfers=newest[1])


def offers_page(door: Door, request: Asking, given: Mapping[str, Any] | None = None, wrong: str = "") -> Response[str]:
    """What is offered, and the form to offer more. ``given``: what was put in that form, and ``wrong`` with it."""
    after, words = request.query_params.get("after", ""), spoken(request)
    with door.connector.store.read() as tx:
        found = offered.page(tx, after, PAGE + 1)
    shown = [(one, [(offer, in_words(offer.rules, words), in_words(offer.access, words) if offer.access else [])
                    for offer in one.offers]) for one in found[:PAGE]]  # fmt: skip
    following_page = found[PAGE - 1].id if len(found) > PAGE else None
    return page(door, request, "connector-offers.html.j2", shown=shown, next=following_page, given=given or {}, wrong=wrong, usual=USUAL,
                status=422 if wrong else 200)  # fmt: skip


def _processes(door: Door, request: Asking) -> Response[str]:
    kind = Kind.TRANSFER if request.scope["path"] == "/transfers" else Kind.NEGOTIATION
    number = request.query_params.get("page", "")
    at = int(number) if number.isdecimal() and len(number) < 6 else 0
    found = following.processes(door.connector.store, kind, Query(offset=at * PAGE, limit=PAGE + 1))
    following_page = at + 1 if len(found) > PAGE else None
    return page(door, request, "connector-processes.html.j2", kind=kind.value, found=found[:PAGE], next=following_page)


def _agreements(door: Door, request: Asking) -> Response[str]:
    words = spoken(request)
    found = following.agreements(door.connector.store, Query(limit=PAGE))
    shown = [(one, in_words(terms(one.body.get("agreement", {})), words)) for one in found]
    return page(door, request, "connector-agreements.html.j2", shown=shown, most=PAGE)


def _peers(door: Door, request: Asking) -> Response[str]:
    return page(door, request, "connector-peers.html.j2", peers=door.connector.settings.peers, planes=planes_in(door.connector.store))


def _one(door: Door) -> list[HTTPRouteHandler]:
    @get("/process/{pid:str}")
    async def show(request: Asking, pid: str) -> Response[Any]:
        return await _process(door, request, pid)

    @post("/process/{pid:str}/{name:str}", status_code=303)
    async def take(request: Asking, pid: str, name: str) -> Response[Any]:
        given = await form(door, request) if door.inside(request) else None
        if given is None:
            return to("/login")
        taken = await step(door.connector, pid, name, str(given.get("reason", "")).strip() or None)
        if isinstance(taken, Refusal):
            return await _process(door, request, pid, spoken(request).text(taken.reason.message, taken.reason.args))
        return to(f"/process/{pid}")

    return [show, take]


async def _process(door: Door, request: Asking, pid: str, refused: str = "") -> Response[Any]:
    if not door.inside(request):
        return to("/login")
    process = await door.connector.engine.look(pid)
    if process is None:
        raise NotFoundException
    with door.connector.store.read() as tx:
        events = log(tx, pid, MOST)
    steps = [(name, label) for name, (step_, label) in OFFERED.items() if (step_, process.side) in process.machine.moves(process.state)]
    stops = [name for name, step_ in STOPS.items() if (step_, process.side) in process.machine.moves(process.state)]
    arrived = process.state is State.COMPLETED and Arrival(door.connector.folder / FOLDER, pid).size > 0
    said = in_words(terms(process.body.get("agreement") or process.body.get("offer") or {}), spoken(request))
    return page(door, request, "connector-process.html.j2", process=process, events=events, words=WORDS, terms=said, refused=refused,
                steps=steps, stops=stops, arrived=arrived, status=409 if refused else 200)  # fmt: skip


