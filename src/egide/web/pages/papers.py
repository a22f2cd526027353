"""What people sign and send, made from the verdicts on the page: the same papers as the command writes."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from litestar import Response
from litestar.params import FromPath

from egide.accounts.errors import AbsentError
from egide.accounts.roles import Act
from egide.app.portfolio import assess
from egide.papers.anonymise import anonymise
from egide.papers.document import document_bytes
from egide.web.routes import shows
from egide.web.visit import Visit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.app.portfolio.judged import Judged
    from egide.vocabulary.findings import Assessment

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP_DAY = (1980, 1, 1, 0, 0, 0)


@shows("/b/{body_id:str}/papers/egide.html")
def html(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """The page in one file, with its proofs, to keep and to print."""
    from egide.papers.page import page as one_file

    found, assessment, lang = request.for_body(body_id, Act.READ), _assessment(request, body_id), request.language.code
    content = one_file(assessment, lang, marking=found.marking or None)
    return Response(content, media_type="text/html", headers=_named("egide.html"))


@shows("/b/{body_id:str}/papers/egide.xlsx")
def book(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """The workbook."""
    from egide.papers.workbook import workbook

    found = request.for_body(body_id, Act.READ)
    content = workbook(_assessment(request, body_id), request.language.code, found.marking)
    return Response(content, media_type=XLSX, headers=_named("egide.xlsx"))


@shows("/b/{body_id:str}/papers/egide.json")
def document(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """The document for programs, as its schema says."""
    request.for_body(body_id, Act.READ)
    content = document_bytes(_assessment(request, body_id), request.language.code)
    return Response(content, media_type="application/json", headers=_named("egide.json"))


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


ROUTES = (html, book, document, notes_of, loss_papers)


def _zipped(files: Mapping[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, ZIP_DAY), content)
    return held.getvalue()


def _judged(request: Visit, body_id: str) -> Judged:
    seen = request.site.portfolios.see(body_id, request.day(), request.language.code)
    if seen.judged is None:
        raise AbsentError
    return seen.judged


def _assessment(request: Visit, body_id: str) -> Assessment:
    """As it is, or with codes in the place of names when the address asks for it (``anonymised=yes``)."""
    assessment = _judged(request, body_id).run.assessment
    return anonymise(assessment) if request.query_params.get("anonymised") == "yes" else assessment


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
