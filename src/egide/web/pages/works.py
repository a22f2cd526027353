"""Plans and checks: files in, a page that says how far it is, an answer; stopped and begun again as one likes."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from egide.accounts.roles import Act
from egide.infrastructure.product import KINDS
from egide.vocabulary.errors import InputError
from egide.vocabulary.facts import BODY_STATUSES
from egide.vocabulary.language import N_
from egide.web.failures import MOST_MIB
from egide.web.rendering import page
from egide.web.routes import shows, takes
from egide.web.visit import Visit
from egide.web.working import NAMED, answer_text, work_to_change, works_of


@shows("/b/{body_id:str}/works")
def works(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """What was asked last, and the two forms."""
    found = request.for_body(body_id, Act.READ)
    rows = [(one, answer_text(one, request.language)) for one in works_of(request).listed(body_id)]
    return page(request, "works.html.j2", body=found, rows=rows, data_kinds=KINDS, statuses=BODY_STATUSES, named=NAMED,
                mib=MOST_MIB)  # fmt: skip


@takes("/b/{body_id:str}/works/check")
def check(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """Check infrastructure code: one file, several, a folder or its zip."""
    request.for_body(body_id, Act.WRITE)
    data = [one for one in request.state.form.getall("data", []) if one in KINDS]
    status = request.field("status", 40)
    made = works_of(request).check(request.somebody, body_id, _files(request), data, status if status in BODY_STATUSES else "",
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
    made = works_of(request).plan(request.somebody, body_id, name, files, request.language.code)
    return Redirect(f"/b/{body_id}/works/{made.job.id}", status_code=303)


@takes("/b/{body_id:str}/works/{number:str}/cancel")
def cancel(request: Visit, body_id: FromPath[str], number: FromPath[str]) -> Response[Any]:
    """Stop it."""
    one = work_to_change(request, body_id, number)
    works_of(request).cancel(request.somebody, body_id, one.job.id)
    return Redirect(f"/b/{body_id}/works/{one.job.id}", status_code=303)


@takes("/b/{body_id:str}/works/{number:str}/retry")
def retry(request: Visit, body_id: FromPath[str], number: FromPath[str]) -> Response[Any]:
    """Begin it again from what was given."""
    one = work_to_change(request, body_id, number)
    made = works_of(request).again(request.somebody, body_id, one.job.id)
    return Redirect(f"/b/{body_id}/works/{made}", status_code=303)


ROUTES = (works, check, plan, cancel, retry)


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
