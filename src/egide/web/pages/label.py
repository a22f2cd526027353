"""Labels: a dossier brought, its evidence judged, the assessment read and recorded, and signed by somebody who did none of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from litestar import Response
from litestar.params import FromPath
from litestar.response import Redirect

from egide.accounts.errors import AbsentError
from egide.accounts.roles import Act
from egide.app import law
from egide.app.label.dossiers import document_bytes_of
from egide.app.label.unpacking import LIMITS
from egide.papers.text import listed as in_words
from egide.vocabulary.findings import Answer
from egide.web.dossier_forms import attached, dossier_of, file_of, led, names_of, scheme_of, version_of
from egide.web.failures import MOST_MIB
from egide.web.rendering import page
from egide.web.routes import shows, takes
from egide.web.visit import Visit

if TYPE_CHECKING:
    from egide.label.results import LabelAssessment
    from egide.papers.label.words import Teller

GAPS, OPEN, HOLDS = 20, 60, 60
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@shows("/b/{body_id:str}/label")
def dossiers(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """The dossiers of a body; an empty list teaches how to begin one."""
    found = request.for_body(body_id, Act.READ)
    rows = [(one, seen) for one in request.site.dossiers.listed(body_id) if (seen := request.site.dossiers.see(body_id, one.id))]
    return page(request, "dossiers.html.j2", body=found, rows=rows, sent=MOST_MIB, mib=LIMITS.total_bytes // 2**20)


@takes("/b/{body_id:str}/label")
def bring(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """A dossier: a zip of its folder."""
    request.for_body(body_id, Act.WRITE)
    made = request.site.dossiers.add(request.somebody, body_id, file_of(request))
    return Redirect(f"/b/{body_id}/label/{made.id}", status_code=303)


@shows("/b/{body_id:str}/label/{id:str}")
def assessment(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """What a scheme says of the dossier on a day: the answer, what is missing, holdings, what was recorded and signed."""
    from egide.papers.label.words import NEVER, headline, line_text, standfirst, teller

    found, seen = request.for_body(body_id, Act.READ), dossier_of(request, body_id, id)
    scheme, on = scheme_of(request.query_params.get("scheme", "")), request.day()
    run = request.site.dossiers.judge(body_id, seen, scheme, on)
    made, words = run.assessment, request.language
    told = teller(made, words.code)
    open_ = sorted(made.findings, key=lambda one: (one.binding != "mandatory", not one.computed))
    unmet, unknown = ([one for one in open_ if one.answer is wanted] for wanted in (Answer.NOT_MET, Answer.UNKNOWN))
    standing = [one for one in seen.recorded if one.version == seen.version.version]
    return page(
        request, "dossier.html.j2", body=found, seen=seen, run=run, made=made, on=on, scheme=scheme, schemes=law.schemes(),
        names=names_of(request, body_id), standing=standing, signed=[one for one in standing if one.signed_at], unmet=unmet,
        headline=headline(made, told), lines=[*standfirst(made, told), line_text(made, told)], never=NEVER, parts=_parts(made, told),
        counts=Counter(one.answer for one in made.findings), gaps=run.gaps[:GAPS], more_gaps=max(0, len(run.gaps) - GAPS), told=told,
        titles={one.id: told.either(one.title) for one in made.findings}, answers=list(Answer),
        unknown=unknown[:OPEN], more_unknown=max(0, len(unknown) - OPEN), mib=MOST_MIB,
        place_of=lambda ids: in_words(ids, words.code, 4), **_holdings(made, words.code),
    )  # fmt: skip


@takes("/b/{body_id:str}/label/{id:str}/files")
def bring_again(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """The dossier again, as its next version."""
    request.for_body(body_id, Act.WRITE)
    dossier_of(request, body_id, id)
    made = request.site.dossiers.add_again(request.somebody, body_id, id, version_of(request), file_of(request))
    return led(request, body_id, id, made, f"/b/{body_id}/label/{id}")


@takes("/b/{body_id:str}/label/{id:str}/merge")
def merge(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """What was chosen of files that two people brought at once."""
    request.for_body(body_id, Act.WRITE)
    dossier_of(request, body_id, id)
    taken = [value for name, value in request.state.form.items() if name.startswith("take") and isinstance(value, str)]
    chosen = {path: digest for digest, _, path in (one.partition(":") for one in taken[: LIMITS.files])}
    request.site.dossiers.choose(request.somebody, body_id, id, version_of(request), chosen)
    return Redirect(f"/b/{body_id}/label/{id}/evidence", status_code=303)


@takes("/b/{body_id:str}/label/{id:str}/remove")
def remove(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """The dossier no longer counts; what was recorded and signed stays in the database."""
    request.for_body(body_id, Act.WRITE)
    if not request.site.dossiers.remove(request.somebody, body_id, id):
        raise AbsentError
    return Redirect(f"/b/{body_id}/label", status_code=303)


@shows("/b/{body_id:str}/label/{id:str}/papers/{name:str}")
def paper(request: Visit, body_id: FromPath[str], id: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """The report as the command writes it: one page, a workbook, or JSON."""
    from egide.app.label import assessing as job
    from egide.papers.label.page import label_page
    from egide.papers.label.workbook import label_workbook
    from egide.papers.ownership_picture import ownership_picture

    found, seen, lang = request.for_body(body_id, Act.READ), dossier_of(request, body_id, id), request.language.code
    run = request.site.dossiers.judge(body_id, seen, scheme_of(request.query_params.get("scheme", "")), request.day())
    own = run.assessment.ownership
    if name == job.PAGE:
        picture = ownership_picture(own, lang) if own else ""
        made = label_page(run.assessment, lang, picture=picture, gaps=run.gaps, scheme=run.scheme, marking=found.marking or None)
        return attached(made.encode(), "text/html; charset=utf-8", name)
    if name == job.WORKBOOK:
        return attached(label_workbook(run.assessment, lang, run.gaps, found.marking), XLSX, name)
    if name == job.DOCUMENT:
        return attached(document_bytes_of(run, lang), "application/json", name)
    raise AbsentError


ROUTES = (dossiers, bring, assessment, bring_again, merge, remove, paper)


def _parts(made: LabelAssessment, told: Teller) -> list[tuple[str, str]]:
    """Holdings, ways to the data, autonomy: each in a sentence."""
    from egide.papers.label import sentences

    found = []
    if made.ownership is not None:
        found.append(("19.6.b", sentences.ownership(made.ownership, told)))
    if made.access is not None:
        found.append(("19.6.c", sentences.access(made.access, told)))
    if made.autonomy is not None:
        found.append(("19.6.d", sentences.autonomy(made.autonomy, told)))
    return found


def _holdings(made: LabelAssessment, lang: str) -> dict[str, Any]:
    """The picture of who holds the provider, and the same as a table."""
    from egide.papers.ownership_picture import ownership_picture, picture_rows

    if made.ownership is None:
        return {"picture": "", "holds": ()}
    return {"picture": ownership_picture(made.ownership, lang), "holds": picture_rows(made.ownership, lang)[: HOLDS + 1]}
