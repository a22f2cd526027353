"""What people sign and send, made from the verdicts on the page: the same papers as the command writes."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from litestar import Response
from litestar.params import FromPath

from egide.accounts.errors import AbsentError
from egide.accounts.roles import Act
from egide.papers.anonymise import anonymise
from egide.papers.document import document_bytes
from egide.web.routes import shows
from egide.web.visit import Visit

if TYPE_CHECKING:
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
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for kind in ("docx", "odt"):
            for name, content in notes(decision, judged.run.assessment, request.language.code, kind, marking=found.marking).items():
                archive.writestr(zipfile.ZipInfo(name, ZIP_DAY), content)
    return Response(held.getvalue(), media_type="application/zip", headers=_named("notes.zip"))


ROUTES = (html, book, document, notes_of)


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
