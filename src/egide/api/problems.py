"""The one table from what went wrong to what HTTP says of it, and its form for programs: RFC 9457 problems."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from egide.accounts.errors import AbsentError, NotAllowedError, RefusedLoginError, SpentError, TakenError, TooOftenError
from egide.api.guard import SlowError
from egide.api.languages import PROBLEM_MEDIA, preferred
from egide.app.portfolio.bringing import OtherFileError
from egide.app.portfolio.portfolios import UnreadError
from egide.app.site.identity import ProviderError
from egide.app.site.label_refusals import LaterError, NoDeskError, TakenIdentifierError, WithheldError
from egide.portfolio.dossiers.keeping import OneHandError
from egide.portfolio.kept.keeping import ChangedError
from egide.store.errors import BusyError, StoreError
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_, language

if TYPE_CHECKING:
    from egide.vocabulary.language import Language


MOST_REASONS = 50


class UnauthorisedError(EgideError):
    """No token, or none that is known and still holds."""

    hint = N_("send a token: Authorization: Bearer egide_…")

    def __init__(self) -> None:
        super().__init__(N_("this needs a token that holds"))


class RepeatedError(EgideError):
    """The same idempotency key, for another request or for one that is still being done."""

    hint = N_("draw a new Idempotency-Key for each thing that you want done")

    def __init__(self, message: str) -> None:
        super().__init__(message)


class StaleError(EgideError):
    """What the request was based on is no longer the present state (RFC 9110, 13.1.1)."""

    def __init__(self) -> None:
        super().__init__(N_("it has changed since: read it again"))


STATUS: Mapping[type[EgideError], int] = {
    UnauthorisedError: 401, NotAllowedError: 403, OneHandError: 403, RefusedLoginError: 403, ProviderError: 403, AbsentError: 404,
    SlowError: 408,
    ChangedError: 409, TakenError: 409, RepeatedError: 409, SpentError: 410, StaleError: 412, OtherFileError: 412,
    TooOftenError: 429, BusyError: 503,
    WithheldError: 409, TakenIdentifierError: 409, NoDeskError: 503, LaterError: 503, UnreadError: 503,
    StoreError: 503, EgideError: 400,
}  # fmt: skip


def status_of(error: EgideError) -> int:
    """The code of an error: that of the nearest class in the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def handlers() -> dict[int | type[Exception], Callable[[Request[Any, Any, Any], Any], Response[Any]]]:
    """The table, as Litestar takes it."""
    return {EgideError: _refused, ValidationException: _invalid, HTTPException: http_problem, Exception: _fault}


def http_problem(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What the server itself refuses: an unknown path, another method, a body beyond the limit; HTTP's own words (RFC 9457, 4.2.1)."""
    headers = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
    return _response(error.status_code, HTTPStatus(error.status_code).phrase, str(error.detail), headers)


def _refused(request: Request[Any, Any, Any], error: EgideError) -> Response[Any]:
    words, status = spoken(request), status_of(error)
    headers = {"Content-Language": words.code}
    if isinstance(error, UnreadError):
        request.app.state.site.works.read(error)
        headers["Retry-After"] = "2"
    if isinstance(error, TooOftenError):
        headers["Retry-After"] = str(error.seconds)
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="egide"'
    detail = said_of(error, words)
    more: dict[str, object] = {"hint": words.text(error.hint)} if error.hint else {}
    if isinstance(error, WithheldError):
        more["errors"] = [{"code": one.code, "detail": words.text(one.message, dict(one.args))} for one in error.because[:MOST_REASONS]]
    if (at := getattr(error, "at", None)) is not None:
        more["at"] = str(at)
    return _response(status, HTTPStatus(status).phrase, detail, headers, more)


def said_of(error: EgideError, words: Language) -> str:
    """What an error says to whoever asked. Where the database is, and what it said, is for whoever runs the server: on standard error."""
    if not isinstance(error, StoreError):
        return words.text(error.message, error.values)
    sys.stderr.write(f"egide: {error}\n")
    kept_back = {"address": "egide", "reason": words.text(N_("the server's own record says why"))}
    return words.text(error.message, {**error.values, **{name: said for name, said in kept_back.items() if name in error.values}})


def _invalid(request: Request[Any, Any, Any], error: ValidationException) -> Response[Any]:
    """A parameter or a body that is not of the shape that the description says."""
    words = spoken(request)
    wrong = [{key: str(value) for key, value in one.items()} for one in error.extra or () if isinstance(one, dict)]
    detail = words.text(N_("the request is not of the shape that /api/v1/openapi.json describes"))
    return _response(400, HTTPStatus.BAD_REQUEST.phrase, detail, {"Content-Language": words.code}, {"errors": wrong})


def _fault(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Something of ours broke. Standard error says of what kind, and no more: a request may hold what nobody should read."""
    told(error)
    words = spoken(request)
    return _response(500, HTTPStatus.INTERNAL_SERVER_ERROR.phrase, words.text(N_("an internal fault; the server says its kind")), {})


def told(error: Exception) -> None:
    """Say of what kind a fault is, to whoever runs the server."""
    sys.stderr.write(f"egide: internal fault: {type(error).__name__}\n")
    if os.environ.get("EGIDE_DEBUG"):
        traceback.print_exception(error)


def spoken(request: Request[Any, Any, Any]) -> Language:
    """The language that the request prefers; English when it asks for neither of ours."""
    return language(preferred(request.headers.get("accept-language", "")))


def _response(
    status: int, title: str, detail: str, headers: Mapping[str, str], more: Mapping[str, object] | None = None,
) -> Response[Any]:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **(more or {})}
    return Response(body, status_code=status, media_type=PROBLEM_MEDIA, headers=dict(headers))
