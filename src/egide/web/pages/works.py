"""Plans and checks: files in, a page that says how far it is, an answer; stopped and begun again as one likes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from litestar import Response
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from egide.accounts.errors import AbsentError
from egide.accounts.roles import Act
from egide.app.portfolio import assess
from egide.app.site.works import CHECK
from egide.infrastructure.product import KINDS
from egide.store.jobs import State
from egide.vocabulary.errors import InputError
from egide.vocabulary.facts import BODY_STATUSES
from egide.vocabulary.language import N_
from egide.web.rendering import page
from egide.web.routes import shows, takes
from egide.web.visit import Visit

if TYPE_CHECKING:
    from egide.app.site.works import Works
    from egide.portfolio.works.keeping import Work
    from egide.web.site import Site

AGAIN_SECONDS, FINDINGS, ROWS = 2, 150, 100
ENDED = frozenset({State.DONE, State.FAILED, State.CANCELLED})
STATES = {
    State.QUEUED: N_("waiting its turn"), State.RUNNING: N_("being worked on"), State.DONE: N_("done"), State.FAILED: N_("not done"),
    State.CANCELLED: N_("stopped"),
}  # fmt: skip


@shows("/b/{body_id:str}/works")
def works(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """What was asked last, and the two forms."""
    found = request.for_body(body_id, Act.READ)
    return page(request, "works.html.j2", body=found, rows=_works(request).listed(body_id), states=STATES, data_kinds=KINDS,
                statuses=BODY_STATUSES, check_kind=CHECK)  # fmt: skip


@takes("/b/{body_id:str}/works/check")
def check(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """Check infrastructure code: one file, several, a folder or its zip."""
    request.for_body(body_id, Act.WRITE)
    data = [one for one in request.state.form.getall("data", []) if one in KINDS]
    status = request.field("status", 40)
    made = _works(request).check(request.somebody, body_id, _files(request), data, status if status in BODY_STATUSES else "",
                                 request.language.code)  # fmt: skip
    return Redirect(f"/b/{body_id}/works/{made.job.id}", status_code=303)


@takes("/b/{body_id:str}/works/plan")
def plan(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """Make a plan from a need, prices and, where they are known, regions."""
    request.for_body(body_id, Act.WRITE)
    name, need = _file(request, "service")
    files = {"service.yaml": need, "prices.csv": _file(request, "prices")[1]}
    given = request.state.form.get("regions")
    if isinstance(given, UploadFile) and given.filename:
        files["regions.csv"] = given.file.read()
    made = _works(request).plan(request.somebody, body_id, name, files, request.language.code)
    return Redirect(f"/b/{body_id}/works/{made.job.id}", status_code=303)


@shows("/b/{body_id:str}/works/{number:str}")
def work(request: Visit, body_id: FromPath[str], number: FromPath[str]) -> Response[Any]:
    """How far it is; once it is done, the answer."""
    from egide.papers.plan.page import plan_parts
    from egide.planner.plan_reading import read_plan

    found, one = request.for_body(body_id, Act.READ), _work(request, body_id, number)
    here: dict[str, Any] = {"body": found, "work": one, "state": STATES[one.job.state], "ended": one.job.state in ENDED}
    content = _works(request).made(body_id, one.job.id)
    if one.job.state is not State.DONE or content is None:
        answer = page(request, "work.html.j2", again=AGAIN_SECONDS, failed=one.job.state is State.FAILED, **here)
        if not here["ended"]:
            answer.headers["Refresh"] = str(AGAIN_SECONDS)
        return answer
    if one.kind == CHECK:
        made = json.loads(content)
        return page(request, "checked.html.j2", made=made, findings=made["findings"][:FINDINGS], **here)
    names = {offer.id: offer.name for offer in assess.catalogue().offers}
    return page(request, "planned.html.j2", most=ROWS, **plan_parts(read_plan(content, "plan.json"), request.language.code, names), **here)


@shows("/b/{body_id:str}/works/{number:str}/answer.json")
def answer(request: Visit, body_id: FromPath[str], number: FromPath[str]) -> Response[bytes]:
    """The answer as the command writes it."""
    request.for_body(body_id, Act.READ)
    content = _works(request).made(body_id, _work(request, body_id, number).job.id)
    if content is None:
        raise AbsentError
    return Response(content, media_type="application/json", headers={"Content-Disposition": 'attachment; filename="answer.json"'})


@takes("/b/{body_id:str}/works/{number:str}/cancel")
def cancel(request: Visit, body_id: FromPath[str], number: FromPath[str]) -> Response[Any]:
    """Stop it."""
    request.for_body(body_id, Act.WRITE)
    one = _work(request, body_id, number)
    _works(request).cancel(request.somebody, body_id, one.job.id)
    return Redirect(f"/b/{body_id}/works/{one.job.id}", status_code=303)


@takes("/b/{body_id:str}/works/{number:str}/retry")
def retry(request: Visit, body_id: FromPath[str], number: FromPath[str]) -> Response[Any]:
    """Begin it again from what was given."""
    request.for_body(body_id, Act.WRITE)
    one = _work(request, body_id, number)
    _works(request).retry(request.somebody, body_id, one.job.id)
    return Redirect(f"/b/{body_id}/works/{one.job.id}", status_code=303)


ROUTES = (works, check, plan, work, answer, cancel, retry)


def _works(request: Visit) -> Works:
    site: Site = request.site
    return site.works


def _work(request: Visit, body_id: str, number: str) -> Work:
    """The work of that number of that body. Raises `AbsentError`."""
    known = number.isascii() and number.isdigit() and len(number) < 16
    found = _works(request).see(body_id, int(number)) if known else None
    if found is None:
        raise AbsentError
    return found


def _files(request: Visit) -> list[tuple[str, bytes]]:
    """All files that were chosen, with their paths where a folder was. Raises `InputError` when there is none."""
    chosen = [one for field in ("file", "folder") for one in request.state.form.getall(field, []) if isinstance(one, UploadFile)]
    found = [(one.filename, one.file.read()) for one in chosen if one.filename]
    if not found:
        raise InputError(N_("choose a file first"))
    return found


def _file(request: Visit, name: str) -> tuple[str, bytes]:
    given = request.state.form.get(name)
    if not isinstance(given, UploadFile) or not given.filename:
        raise InputError(N_("choose a file first"))
    content: bytes = given.file.read()
    return given.filename, content
