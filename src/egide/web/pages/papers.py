"""What people sign and send, made from the verdicts on the page: the same papers as the command writes.

A paper of a large portfolio is made apart (`egide.app.site.works`); its address gives it once it is there, and else says what there is.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Any

from litestar import Response
from litestar.params import FromPath
from litestar.response import Redirect

from egide.accounts.errors import AbsentError
from egide.accounts.roles import Act
from egide.api.streaming import streamed
from egide.app.portfolio import assess
from egide.app.portfolio.paper import PAPERS, at_once, paper
from egide.app.site.kinds import PAPER
from egide.papers.anonymise import anonymise
from egide.store.jobs import State
from egide.web.rendering import page
from egide.web.routes import shows, takes
from egide.web.visit import Visit
from egide.web.working import work_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.accounts.people import BodyOf
    from egide.app.portfolio.judged import Judged
    from egide.app.portfolio.portfolios import Seen

ZIP_DAY = (1980, 1, 1, 0, 0, 0)


@shows("/b/{body_id:str}/papers/{name:str}")
def one_paper(request: Visit, body_id: FromPath[str], name: FromPath[str]) -> Response[Any]:
    """The page in one file with its proofs, the workbook, or the document: of a large portfolio where it was made, else what there is."""
    found = request.for_body(body_id, Act.READ)
    if name not in PAPERS:
        raise AbsentError
    seen, coded = _seen(request, body_id), request.query_params.get("anonymised") == "yes"
    assessment = seen.judged.run.assessment if seen.judged else None
    if assessment is None:
        raise AbsentError
    if at_once(assessment):
        content = b"".join(paper(name).make(anonymise(assessment) if coded else assessment, request.language.code, found.marking))
        return Response(content, media_type=paper(name).media_type, headers=_named(name))
    made = request.site.works.paper_of(seen, name, coded, found.marking)
    if made is not None and made.job.state is State.DONE:
        return _stream(request, found, made.job.id, name)
    if made is not None:
        return Redirect(f"/b/{body_id}/works/{made.job.id}", status_code=303)
    before = request.site.works.paper_before(body_id, name, coded, request.language.code)
    return page(request, "paper.html.j2", body=found, name=name, before=before, services=len(assessment.decisions),
                before_on=date.fromisoformat(before.asked["on"]) if before else None)  # fmt: skip


@takes("/b/{body_id:str}/papers/{name:str}")
def make(request: Visit, body_id: FromPath[str], name: FromPath[str]) -> Response[Any]:
    """Make a paper of a large portfolio, as it stands."""
    found = request.for_body(body_id, Act.READ)
    paper(name)
    seen = _seen(request, body_id)
    if seen.judged is None:
        raise AbsentError
    coded = request.query_params.get("anonymised") == "yes"
    made = request.site.works.paper(request.somebody, seen, name, coded, found.marking, request.language.code)
    return Redirect(f"/b/{body_id}/works/{made.job.id}", status_code=303)


@shows("/b/{body_id:str}/works/{number:str}/paper")
def kept_paper(request: Visit, body_id: FromPath[str], number: FromPath[str]) -> Response[Any]:
    """A paper as it was made, of whatever state."""
    found, work = request.for_body(body_id, Act.READ), work_of(request, body_id, number)
    if work.kind != PAPER:
        raise AbsentError
    return _stream(request, found, work.job.id, work.asked["paper"])


@shows("/b/{body_id:str}/services/{key:str}/notes.zip")
def notes_of(request: Visit, body_id: FromPath[str], key: FromPath[str]) -> Response[Any]:
    """The notes that are due for one service, as DOCX and ODT."""
    from egide.papers.notes import notes

    found = request.for_body(body_id, Act.READ)
    judged = _judged(request, body_id)
    decision = judged.service(key)
    if decision is None:
        raise AbsentError
    made = [notes(decision, judged.run.assessment, request.language.code, kind, marking=found.marking) for kind in ("docx", "odt")]
    files = {name: content for one in made for name, content in one.items()}
    return Response(_zipped(files), media_type="application/zip", headers=_named("notes.zip"))


@shows("/b/{body_id:str}/papers/loss.zip")
def loss_papers(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """What a body sends and keeps if an offer loses its qualification on a day: letters, steps as a calendar, the page, the document."""
    from egide.app.continuity.loss import lost
    from egide.papers.continuity.loss import papers

    request.for_body(body_id, Act.READ)
    on, offer = request.day(), request.query_params.get("offer", "")[:300]
    made = lost(offer, on, _judged(request, body_id).run.portfolio, assess.catalogue(), db=request.site.db)
    return Response(_zipped(papers(made, request.language.code)), media_type="application/zip", headers=_named("loss.zip"))


ROUTES = (one_paper, make, kept_paper, notes_of, loss_papers)


def _stream(request: Visit, found: BodyOf, number: int, name: str) -> Response[Any]:
    """A paper that was made apart; it may be larger than a machine should hold at once."""
    return streamed(request, request.site.works, found.id, number, paper(name).media_type, _named(name))


def _zipped(files: Mapping[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, ZIP_DAY), content)
    return held.getvalue()


def _seen(request: Visit, body_id: str) -> Seen:
    return request.site.portfolios.see(body_id, request.day(), request.language.code)


def _judged(request: Visit, body_id: str) -> Judged:
    seen = _seen(request, body_id)
    if seen.judged is None:
        raise AbsentError
    return seen.judged


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
