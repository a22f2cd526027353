"""The one table from what went wrong to the page that says so, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from litestar.exceptions import HTTPException
from litestar.response import Redirect

from egide.accounts.errors import TooOftenError
from egide.accounts.people import body_now
from egide.api.problems import http_problem, said_of, status_of, told
from egide.app.portfolio.portfolios import UnreadError
from egide.papers.text import place_text
from egide.store.errors import StoreError
from egide.store.jobs import State
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_
from egide.web.merging import MergeError
from egide.web.rendering import page
from egide.web.typed import body_page, typed_of
from egide.web.visit import FORM_FIELD, LoggedOutError, Visit

if TYPE_CHECKING:
    from litestar import Request, Response

TITLES = {
    400: N_("This could not be used"), 403: N_("This is not allowed"), 404: N_("There is nothing here"),
    405: N_("This page takes no such request"), 408: N_("Nothing arrived in time"), 409: N_("Somebody was quicker"),
    410: N_("This link no longer works"), 413: N_("This is too large"), 429: N_("Too many attempts"), 500: N_("Something of ours broke"),
    503: N_("The database does not answer"),
}  # fmt: skip
HTTP_SAYS = {
    404: N_("No page has this address."), 405: N_("Go back and use the page's own buttons."),
    413: N_("A file has at most {limit} MiB here."), 400: N_("The request could not be read."),
}  # fmt: skip
MOST_MIB = 25
AGAIN_SECONDS = 2
SENT_AGAIN = frozenset({400, 409, 429, 503})
Answers = Callable[["Request[Any, Any, Any]", Any], "Response[Any]"]


def handlers() -> dict[int | type[Exception], Answers]:
    """The table, as Litestar takes it."""
    return {LoggedOutError: _log_in, EgideError: _refused, HTTPException: _http, Exception: _fault}


def _log_in(request: Request[Any, Any, Any], error: LoggedOutError) -> Redirect:
    back = "" if error.back == "/" else f"?back={quote(error.back, safe='')}"
    return Redirect(f"/login{back}", status_code=303)


def _refused(request: Request[Any, Any, Any], error: EgideError) -> Response[Any]:
    visit, status = Visit(request.scope), status_of(error)
    if isinstance(error, StoreError):
        visit.caller = None  # the page that says so asks nothing of the database
    if isinstance(error, UnreadError):
        return _reading(visit, error)
    if isinstance(error, MergeError):
        return page(visit, "merge.html.j2", status=status, merge=error.merge, body=error.merge.body)
    at, said = getattr(error, "at", None), said_of(error, visit.language)
    answer = page(
        visit, "failure.html.j2", status=status, title=visit.language.text(TITLES.get(status, TITLES[400])), said=said,
        where=place_text(at, visit.language.code) if at else "", hint=visit.language.text(error.hint) if error.hint else "",
        back=body_page(visit.scope["path"]) if visit.method == "POST" else "", **_sent(visit, status),
    )  # fmt: skip
    if isinstance(error, TooOftenError):
        answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _reading(visit: Visit, error: UnreadError) -> Response[Any]:
    """How far the reading of a large file is; the page looks again by itself."""
    work = visit.site.works.read(error)
    failed = work.job.state is State.FAILED
    status = 503 if failed or visit.scope["path"].startswith("/feeds/") else 202
    found = body_now(visit.site.store, error.body)
    answer = page(visit, "reading.html.j2", status=status, work=work, failed=failed, again=AGAIN_SECONDS,
                  body=found if visit.caller and found.id in visit.caller.acts else None,
                  markings=[found.marking] if found.marking else [])  # fmt: skip
    if not failed:
        answer.headers["Refresh" if status == 202 else "Retry-After"] = str(AGAIN_SECONDS)
    return answer


def _sent(visit: Visit, status: int) -> dict[str, Any]:
    """What was sent, to be changed and sent again: an error is no reason to lose it."""
    typed = typed_of(visit) if status in SENT_AGAIN and visit.state.get("ours") else None
    if typed is None:
        return {"typed": None}
    token = visit.form_token if visit.caller else visit.state.form.get(FORM_FIELD)
    return {"typed": typed, "rows": typed.shown(visit), "token": token}


def _http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    if request.url.path.startswith("/api/"):
        return http_problem(request, error)
    visit, status = Visit(request.scope), error.status_code
    title = visit.language.text(TITLES[status]) if status in TITLES else HTTPStatus(status).phrase
    said = visit.language.text(HTTP_SAYS.get(status, ""), {"limit": MOST_MIB})
    answer = page(visit, "failure.html.j2", status=status, title=title, said=said, hint="", where="", back="", typed=None)
    answer.headers.update({name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"})
    return answer


def _fault(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Something of ours broke."""
    told(error)
    visit = Visit(request.scope)
    said = visit.language.text(N_("What you sent was not kept. The server's own record says of what kind the fault is."))
    title = visit.language.text(TITLES[500])
    return page(visit, "failure.html.j2", status=500, title=title, said=said, hint="", where="", back="", typed=None)
