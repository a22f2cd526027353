"""Labels: a dossier brought, its evidence judged, the assessment read and recorded, and signed by somebody who did none of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from litestar import Response
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from egide.accounts import people
from egide.accounts.errors import AbsentError
from egide.accounts.roles import Act
from egide.app import law
from egide.app.label.dossiers import Clash, document_bytes_of
from egide.app.label.unpacking import LIMITS
from egide.papers.text import listed as in_words
from egide.portfolio.dossiers.keeping import NEXT, State
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_
from egide.web.merging import merge_of_files
from egide.web.rendering import page
from egide.web.routes import shows, takes
from egide.web.visit import Visit

if TYPE_CHECKING:
    from datetime import date

    from egide.app.label.dossiers import Seen
    from egide.label.results import LabelAssessment
    from egide.papers.label.words import Teller
    from egide.portfolio.dossiers.keeping import Version

GAPS, OPEN, HOLDS = 20, 60, 60
ACTS = {State.REVIEWED: N_("It was reviewed"), State.ACCEPTED: N_("Accept it"), State.REFUSED: N_("Refuse it")}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@shows("/b/{body_id:str}/label")
def dossiers(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """The dossiers of a body; an empty list teaches how to begin one."""
    found = request.for_body(body_id, Act.READ)
    rows = [(one, seen) for one in request.site.dossiers.listed(body_id) if (seen := request.site.dossiers.see(body_id, one.id))]
    return page(request, "dossiers.html.j2", body=found, rows=rows, mib=LIMITS.total_bytes // 2**20)


@takes("/b/{body_id:str}/label")
def bring(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """A dossier: a zip of its folder."""
    request.for_body(body_id, Act.WRITE)
    made = request.site.dossiers.add(request.somebody, body_id, _file(request))
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
    with request.site.store.read() as tx:
        names = {one.number: one.name for one in people.people_of(tx, body_id)}
    open_ = [one for one in made.findings if one.answer is not Answer.MET]
    open_.sort(key=lambda one: (one.answer is not Answer.NOT_MET, one.binding != "mandatory", not one.computed))
    return page(
        request, "dossier.html.j2", body=found, seen=seen, run=run, made=made, on=on, scheme=scheme, schemes=law.schemes(), names=names,
        headline=headline(made, told), lines=[*standfirst(made, told), line_text(made, told)], never=NEVER, parts=_parts(made, told),
        counts=Counter(one.answer for one in made.findings), gaps=run.gaps[:GAPS], more_gaps=max(0, len(run.gaps) - GAPS), told=told,
        titles={one.id: told.either(one.title) for one in made.findings}, answers=list(Answer), open=open_[:OPEN],
        more_open=max(0, len(open_) - OPEN), place_of=lambda ids: in_words(ids, words.code, 4), **_holdings(made, words.code),
    )  # fmt: skip


@takes("/b/{body_id:str}/label/{id:str}/files")
def bring_again(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """The dossier again, as its next version."""
    request.for_body(body_id, Act.WRITE)
    dossier_of(request, body_id, id)
    made = request.site.dossiers.add_again(request.somebody, body_id, id, _version(request), _file(request))
    return _led(request, body_id, id, made, f"/b/{body_id}/label/{id}")


@takes("/b/{body_id:str}/label/{id:str}/merge")
def merge(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """What was chosen of files that two people brought at once."""
    request.for_body(body_id, Act.WRITE)
    dossier_of(request, body_id, id)
    taken = [value for name, value in request.state.form.items() if name.startswith("take") and isinstance(value, str)]
    chosen = {path: digest for digest, _, path in (one.partition(":") for one in taken[: LIMITS.files])}
    request.site.dossiers.choose(request.somebody, body_id, id, _version(request), chosen)
    return Redirect(f"/b/{body_id}/label/{id}/evidence", status_code=303)


@takes("/b/{body_id:str}/label/{id:str}/remove")
def remove(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """The dossier no longer counts; what was recorded and signed stays in the database."""
    request.for_body(body_id, Act.WRITE)
    if not request.site.dossiers.remove(request.somebody, body_id, id):
        raise AbsentError
    return Redirect(f"/b/{body_id}/label", status_code=303)


@shows("/b/{body_id:str}/label/{id:str}/evidence")
def evidence(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """The binder: each document, where it stands, who did what."""
    found, seen = request.for_body(body_id, Act.READ), dossier_of(request, body_id, id)
    with request.site.store.read() as tx:
        names = {one.number: one.name for one in people.people_of(tx, body_id)}
    last = {one.path: one for one in seen.steps if seen.version.files.get(one.path) == one.digest}
    return page(
        request, "binder.html.j2", body=found, seen=seen, names=names, last=last, following=NEXT, counts=Counter(seen.states.values()),
        states=list(State), acts=ACTS, mib=LIMITS.file_bytes // 2**20, folders=sorted({path.rpartition("/")[0] for path in seen.states}),
    )  # fmt: skip


@takes("/b/{body_id:str}/label/{id:str}/evidence")
def bring_document(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """One document of the binder."""
    request.for_body(body_id, Act.WRITE)
    dossier_of(request, body_id, id)
    given, folder = request.state.form.get("file"), request.field("folder", 300)
    name = given.filename.rpartition("/")[2].rpartition("\\")[2] if isinstance(given, UploadFile) and given.filename else ""
    content = _file(request)
    path = f"{folder}/{request.field('name', 200) or name}"
    made = request.site.dossiers.add_document(request.somebody, body_id, id, _version(request), path, content)
    return _led(request, body_id, id, made, f"/b/{body_id}/label/{id}/evidence")


@takes("/b/{body_id:str}/label/{id:str}/reviews")
def review(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """One step further for a document, by an evaluator who didn't bring it."""
    request.for_body(body_id, Act.EVALUATE)
    dossier_of(request, body_id, id)
    path, digest, state = request.field("path", 300), request.field("digest", 64), request.field("state", 20)
    if state not in set(State):
        raise InputError(N_("choose what becomes of the document"))
    request.site.dossiers.review(request.somebody, body_id, id, path, digest, State(state), request.field("why", 2000))
    return Redirect(f"/b/{body_id}/label/{id}/evidence", status_code=303)


@shows("/b/{body_id:str}/label/{id:str}/document")
def document(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[bytes]:
    """The bytes of one file, to keep: nothing that somebody brought is shown as a page of ours."""
    request.for_body(body_id, Act.READ)
    seen, path = dossier_of(request, body_id, id), request.query_params.get("path", "")
    content = request.site.dossiers.content(body_id, seen, path)
    if content is None:
        raise AbsentError
    plain = "".join(one if one.isascii() and (one.isalnum() or one in ".-_") else "_" for one in path.rpartition("/")[2])
    return _attached(content, "application/octet-stream", plain)


@takes("/b/{body_id:str}/label/{id:str}/assessments")
def record(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """Keep the assessment as the evaluator read it, for somebody else to sign."""
    request.for_body(body_id, Act.EVALUATE)
    seen = dossier_of(request, body_id, id)
    if seen.version.version != _version(request):
        raise InputError(N_("the dossier was changed since you read it: read it again"))
    scheme = scheme_of(request.field("scheme", 100))
    request.site.dossiers.record(request.somebody, body_id, seen, scheme, _today(request), request.language.code)
    return Redirect(f"/b/{body_id}/label/{id}?scheme={scheme}#recorded", status_code=303)


@takes("/b/{body_id:str}/label/{id:str}/sign")
def sign(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """Sign a recorded assessment: nobody who brought, judged or assessed may."""
    request.for_body(body_id, Act.SIGN)
    seen, number = dossier_of(request, body_id, id), request.field("number", 9)
    if not (number.isascii() and number.isdigit()):
        raise AbsentError
    request.site.dossiers.sign(request.somebody, body_id, seen, int(number), request.field("digest", 64))
    return Redirect(f"/b/{body_id}/label/{id}#recorded", status_code=303)


@shows("/b/{body_id:str}/label/{id:str}/assessments/{number:str}/label.json")
def recorded(request: Visit, body_id: FromPath[str], id: FromPath[str], number: FromPath[str]) -> Response[bytes]:
    """A recorded assessment, as `egide label issue` takes it with the dossier."""
    request.for_body(body_id, Act.READ)
    dossier_of(request, body_id, id)
    known = number.isascii() and number.isdigit() and len(number) < 10
    content = request.site.dossiers.document(body_id, id, int(number)) if known else None
    if content is None:
        raise AbsentError
    return _attached(content, "application/json", "label.json")


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
        return _attached(made.encode(), "text/html; charset=utf-8", name)
    if name == job.WORKBOOK:
        return _attached(label_workbook(run.assessment, lang, run.gaps, found.marking), XLSX, name)
    if name == job.DOCUMENT:
        return _attached(document_bytes_of(run, lang), "application/json", name)
    raise AbsentError


ROUTES = (
    dossiers, bring, assessment, bring_again, merge, remove, evidence, bring_document, review, document, record, sign, recorded, paper,
)  # fmt: skip


def dossier_of(request: Visit, body_id: str, id: str) -> Seen:
    """The dossier of that body. Raises `AbsentError`."""
    seen = request.site.dossiers.see(body_id, id)
    if seen is None:
        raise AbsentError
    return seen


def scheme_of(name: str) -> str:
    """A scheme that there is; the usual one where none is named. Raises `AbsentError`."""
    from egide.app.label import assessing as job

    if name and name not in law.scheme_names():
        raise AbsentError
    return name or job.DEFAULT_SCHEME


def _led(request: Visit, body_id: str, id: str, made: Version | Clash, where: str) -> Response[Any]:
    """On to the page that shows it, or to the choice between two who changed one file."""
    if not isinstance(made, Clash):
        return Redirect(where, status_code=303)
    found, seen = request.for_body(body_id, Act.WRITE), dossier_of(request, body_id, id)
    with request.site.store.read() as tx:
        by = people.person(tx, seen.version.person)
    merge = merge_of_files(request, found, seen, made, by.name if by else "")
    return page(request, "merge.html.j2", status=409, body=found, merge=merge)


def _today(request: Visit) -> date:
    return request.site.today()


def _version(request: Visit) -> int:
    given = request.field("version", 9)
    if not (given.isascii() and given.isdigit()):
        raise InputError(N_("the form does not say which version it is about"))
    return int(given)


def _file(request: Visit) -> bytes:
    given = request.state.form.get("file")
    if not isinstance(given, UploadFile) or not given.filename:
        raise InputError(N_("choose a file first"))
    content: bytes = given.file.read()
    return content


def _attached(content: bytes, media: str, name: str) -> Response[bytes]:
    return Response(content, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})


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
