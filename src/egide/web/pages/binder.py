"""The binder of a dossier: each document with what its index says of it, where it stands, who did what; documents brought and judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from litestar import Response
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from egide.accounts.errors import AbsentError
from egide.accounts.roles import Act
from egide.app.label.unpacking import LIMITS
from egide.papers.text import listed as in_words
from egide.portfolio.dossiers.keeping import NEXT, State
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_
from egide.web.dossier_forms import attached, dossier_of, file_of, led, names_of, scheme_of, version_of
from egide.web.rendering import page
from egide.web.routes import shows, takes
from egide.web.visit import Visit

if TYPE_CHECKING:
    from egide.app.label.dossiers import Seen
    from egide.papers.label.views import Filed
    from egide.portfolio.dossiers.keeping import Review

ACTS = {State.REVIEWED: N_("It was reviewed"), State.ACCEPTED: N_("Accept it"), State.REFUSED: N_("Refuse it")}
ACTS_ON_MANY = {State.REVIEWED: N_("They were reviewed"), State.ACCEPTED: N_("Accept them"), State.REFUSED: N_("Refuse them")}
SERVES = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One document: its file, and the line of the index that names it."""

    path: str
    digest: str
    state: State
    step: Review | None
    """What was last done of these very bytes."""
    filed: Filed | None
    following: Sequence[State]


@shows("/b/{body_id:str}/label/{id:str}/evidence")
def evidence(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """Each document, and what the index names that nobody brought."""
    from egide.papers.label.views import documents_of
    from egide.papers.label.words import teller

    found, seen = request.for_body(body_id, Act.READ), dossier_of(request, body_id, id)
    made = request.site.dossiers.judge(body_id, seen, scheme_of(request.query_params.get("scheme", "")), request.site.today()).assessment
    entries = documents_of(made)
    rows = _rows(seen, entries)
    return page(
        request, "binder.html.j2", body=found, seen=seen, names=names_of(request, body_id), rows=rows, counts=Counter(seen.states.values()),
        states=list(State), acts=ACTS, on_many=ACTS_ON_MANY, mib=LIMITS.file_bytes // 2**20, told=teller(made, request.language.code),
        folders=sorted({path.rpartition("/")[0] for path in seen.states}), served=lambda ids: in_words(ids, request.language.code, SERVES),
        absent=_absent(rows, entries),
    )  # fmt: skip


@takes("/b/{body_id:str}/label/{id:str}/evidence")
def bring_document(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """One document of the binder."""
    request.for_body(body_id, Act.WRITE)
    dossier_of(request, body_id, id)
    given, folder = request.state.form.get("file"), request.field("folder", 300)
    name = given.filename.rpartition("/")[2].rpartition("\\")[2] if isinstance(given, UploadFile) and given.filename else ""
    content = file_of(request)
    path = f"{folder}/{request.field('name', 200) or name}"
    made = request.site.dossiers.add_document(request.somebody, body_id, id, version_of(request), path, content)
    return led(request, body_id, id, made, f"/b/{body_id}/label/{id}/evidence")


@takes("/b/{body_id:str}/label/{id:str}/reviews")
def review(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """One step further for a document or for those that were ticked, all or none, by an evaluator who didn't bring them."""
    request.for_body(body_id, Act.EVALUATE)
    seen, state = dossier_of(request, body_id, id), request.field("state", 20)
    if state not in set(State):
        raise InputError(N_("choose what becomes of the document"))
    meant = _meant(request)
    if not meant:
        raise InputError(N_("tick the documents first"))
    for path, digest in meant:
        request.site.dossiers.review(request.somebody, body_id, id, path, digest, State(state), request.field("why", 2000))
    last = list(seen.states).index(meant[-1][0]) if meant[-1][0] in seen.states else 0
    return Redirect(f"/b/{body_id}/label/{id}/evidence#d-{last + 1}", status_code=303)


@shows("/b/{body_id:str}/label/{id:str}/document")
def document(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[bytes]:
    """The bytes of one file, to keep: nothing that somebody brought is shown as a page of ours."""
    request.for_body(body_id, Act.READ)
    seen, path = dossier_of(request, body_id, id), request.query_params.get("path", "")
    content = request.site.dossiers.content(body_id, seen, path)
    if content is None:
        raise AbsentError
    plain = "".join(one if one.isascii() and (one.isalnum() or one in ".-_") else "_" for one in path.rpartition("/")[2])
    return attached(content, "application/octet-stream", plain)


ROUTES = (evidence, bring_document, review, document)


def _rows(seen: Seen, entries: Sequence[Filed]) -> list[Row]:
    last = {one.path: one for one in seen.steps if seen.version.files.get(one.path) == one.digest}
    return [
        Row(path, digest := seen.version.files[path], state, last.get(path), _entry(path, digest, entries), sorted(NEXT[state]))
        for path, state in seen.states.items()
    ]  # fmt: skip


def _entry(path: str, digest: str, entries: Sequence[Filed]) -> Filed | None:
    """The line of an index that means that file: by its name and bytes, since each layer has an index of its own."""
    named = [one for one in entries if one.document.file and f"/{path}".endswith(f"/{one.document.file}")]
    return next((one for one in named if digest in {one.document.found, one.document.digest}), None)


def _absent(rows: Sequence[Row], entries: Sequence[Filed]) -> list[Filed]:
    """What an index names and nobody brought."""
    named = {id(row.filed) for row in rows}
    return [one for one in entries if one.document.file and not one.document.found and id(one) not in named]


def _meant(request: Visit) -> list[tuple[str, str]]:
    """The documents that the form is about: paths with the digests of what was read."""
    ticked = [value for name, value in request.state.form.items() if name == "ticked" and isinstance(value, str)]
    if ticked:
        return [(path, digest) for digest, _, path in (one.partition(":") for one in ticked[: LIMITS.files])]
    path = request.field("path", 300)
    return [(path, request.field("digest", 64))] if path else []
