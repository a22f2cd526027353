"""The one table from what went wrong to what HTTP says, as RFC 9457 problems, in the language that was asked for."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from egide.api.guard import SlowError
from egide.api.languages import PROBLEM_MEDIA, preferred
from egide.app.trust.vc_api import UnfitError
from egide.app.trust.vc_api_lists import UnknownCredentialError
from egide.trust.credentials.problems import TITLES, UNREADABLE, Found, Problem, problems
from egide.trust.signing import SignerError
from egide.vocabulary.errors import EgideError
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_, Language, language

if TYPE_CHECKING:
    from egide.trust.credentials.results import Step, Verification


class BadRequestError(EgideError):
    """A request that cannot be answered, with the code that says so."""

    def __init__(self, reason: Reason, status: int, *, of_status: bool = False) -> None:
        super().__init__(reason.message, reason.args)
        self.reason = reason
        self.status = status
        self.of_status = of_status
        """Whether it is about a status list."""


@dataclass(frozen=True, slots=True)
class OutcomeSays:
    """The words of an outcome in a language."""

    language: Language

    def problems(self, found: Verification) -> list[dict[str, Any]]:
        """What stands against the verification."""
        return [self.problem(one) for one in problems(found.steps)]

    def problem(self, found: Found) -> dict[str, Any]:
        """One problem, with the code of its reason, the step and the place beside it."""
        return {**self.worded(found.problem, found.reason), "step": found.step, "path": found.at}

    def worded(self, problem: Problem, reason: Reason) -> dict[str, Any]:
        """A problem in words."""
        made = {
            "type": problem.type, "title": self.language.text(TITLES[problem]),
            "detail": self.language.text(reason.message, dict(reason.args)), "reason": reason.code,
        }  # fmt: skip
        member = reason.args.get("member")
        return made | ({"property": member} if isinstance(member, str) else {})

    def results(self, found: Verification) -> dict[str, Any]:
        """Every step with its answer, and of each credential what was read."""
        return {"verdict": found.outcome.value, "steps": [self._step(step) for step in found.steps]}

    def _step(self, step: Step) -> dict[str, Any]:
        because = [{"reason": reason.code, "detail": self.language.text(reason.message, dict(reason.args))} for reason in step.because]
        return {"step": step.name, "answer": step.answer.value, "because": because}


def saying(request: Request[Any, Any, Any]) -> OutcomeSays:
    """The words in the language that the request prefers; English when it asks for neither of ours."""
    return OutcomeSays(language(preferred(request.headers.get("accept-language", ""))))


def handlers() -> dict[int | type[Exception], Callable[[Request[Any, Any, Any], Any], Response[Any]]]:
    """The table, as Litestar takes it."""
    return {
        BadRequestError: _bad_request, UnfitError: _unfit, UnknownCredentialError: _unknown, SignerError: _no_signature,
        EgideError: _refused, SlowError: _slow, ValidationException: _invalid, HTTPException: _http, Exception: _fault,
    }  # fmt: skip


def _bad_request(request: Request[Any, Any, Any], error: BadRequestError) -> Response[Any]:
    problem = Problem.STATUS_RETRIEVAL if error.of_status else _problem(error.reason)
    return _response(request, error.status, problem, [error.reason])


def _unfit(request: Request[Any, Any, Any], error: UnfitError) -> Response[Any]:
    return _response(request, 400, _problem(error.reasons[0]), error.reasons)


def _refused(request: Request[Any, Any, Any], error: EgideError) -> Response[Any]:
    return _response(request, 400, Problem.MALFORMED, [Reason("refused", error.values, error.message)])


def _unknown(request: Request[Any, Any, Any], error: UnknownCredentialError) -> Response[Any]:
    return _response(request, 404, Problem.RANGE, [Reason("unknown-credential", error.values, error.message)])


def _no_signature(request: Request[Any, Any, Any], error: SignerError) -> Response[Any]:
    return _response(request, 502, Problem.CRYPTOGRAPHIC, [Reason("signer", error.values, error.message)])


def _slow(request: Request[Any, Any, Any], error: SlowError) -> Response[Any]:
    return _response(request, 408, Problem.PARSING, [Reason("slow", {"seconds": error.seconds},
                                                             N_("the body did not arrive within {seconds} seconds"))])


def _invalid(request: Request[Any, Any, Any], error: ValidationException) -> Response[Any]:
    """What Litestar itself finds missing; a body that is there has been read strictly before."""
    return _response(request, 400, Problem.MALFORMED, [Reason("request-absent", {}, N_("the request has no body that can be used"))])


def _http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What the server itself refuses, an unknown path, another method, a body beyond the limit: HTTP's own words (RFC 9457, 4.2.1)."""
    body = {"type": "about:blank", "title": HTTPStatus(error.status_code).phrase, "status": error.status_code, "detail": error.detail}
    headers = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
    return Response(body, status_code=error.status_code, media_type=PROBLEM_MEDIA, headers=headers)


def _fault(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Something of ours broke. Standard error says of what kind, and no more: a request may hold what nobody should read."""
    sys.stderr.write(f"egide: internal fault: {type(error).__name__}\n")
    if os.environ.get("EGIDE_DEBUG"):
        traceback.print_exception(error)
    return _response(request, 500, Problem.PARSING, [Reason("fault", {}, N_("an internal fault; the server says its kind"))])


def _problem(reason: Reason) -> Problem:
    return Problem.PARSING if reason.code in UNREADABLE else Problem.MALFORMED


def _response(request: Request[Any, Any, Any], status: int, problem: Problem, reasons: Sequence[Reason]) -> Response[Any]:
    say = saying(request)
    every = [say.worded(problem if number == 0 else _problem(reason), reason) for number, reason in enumerate(reasons)]
    body = {**every[0], "status": status, "problemDetails": every}
    return Response(body, status_code=status, media_type=PROBLEM_MEDIA, headers={"Content-Language": say.language.code})
