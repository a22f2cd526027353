"""A body's portfolio: bring files, read verdicts, filter, answer what decides."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from litestar import Response
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from egide.accounts import people
from egide.accounts.errors import AbsentError
from egide.accounts.roles import Act
from egide.app.portfolio.bringing import is_large
from egide.app.portfolio.judged import key_of
from egide.papers import pictures, text
from egide.papers.deadlines import next_clock
from egide.papers.page import days_left
from egide.portfolio.kept import keeping
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Verdict
from egide.vocabulary.language import N_
from egide.web.merging import merge_of_lists
from egide.web.rendering import page, with_query
from egide.web.routes import shows, takes
from egide.web.visit import Visit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.app.portfolio.bringing import Brought
    from egide.app.portfolio.judged import Judged

ROWS = 50
FIRST_DAY = date(2021, 5, 17)
"""The day of the strategy: the slider begins there."""
FURTHEST_YEARS = 10


@shows("/b/{body_id:str}/portfolio")
def portfolio(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """Verdicts, filtered and page by page; an empty portfolio teaches how to fill it."""
    found = request.for_body(body_id, Act.READ)
    asked = dict(request.query_params)
    on = request.day()
    seen = request.site.portfolios.see(body_id, on, request.language.code)
    if seen.judged is None:
        return page(request, "empty.html.j2", body=found, seen=seen, room="Portfolio")
    return page(request, "portfolio.html.j2", body=found, seen=seen, on=on, **_listing(request, seen.judged, asked))


@takes("/b/{body_id:str}/files")
def upload(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """A file of services."""
    request.for_body(body_id, Act.WRITE)
    given = request.state.form.get("file")
    if not isinstance(given, UploadFile) or not given.filename:
        raise InputError(N_("choose a file first"))
    name, content, lang = given.filename[-200:], given.file.read(), request.language.code
    seen = frozenset(request.field("seen").split()) if "seen" in request.state.form else None
    if is_large(content):
        work = request.site.works.bring(request.somebody, body_id, name, content, lang, seen)
        return Redirect(f"/b/{body_id}/works/{work.job.id}", status_code=303)
    return _led(body_id, request.site.portfolios.add_file(request.somebody, body_id, name, content, lang, seen))


@shows("/b/{body_id:str}/files/{id:str}/choose")
def choice(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """Two brought a file of one name: which shall count."""
    found = request.for_body(body_id, Act.WRITE)
    with request.site.store.read() as tx:
        mine = keeping.file(tx, body_id, id)
        present = next((one for one in keeping.files(tx, body_id) if mine and one.name == mine.name), None)
        by = people.person(tx, present.person) if present else None
    if mine is None:
        raise AbsentError
    if present is not None and present.id == id:
        return Redirect(f"/b/{body_id}/portfolio", status_code=303)
    merge = merge_of_lists(request, found, mine, present, by.name if by else "")
    return page(request, "merge.html.j2", status=409, body=found, merge=merge)


@takes("/b/{body_id:str}/files/{id:str}/choose")
def choose(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """Keep the one that was chosen."""
    request.for_body(body_id, Act.WRITE)
    if request.field("take", 40) != id:
        return Redirect(f"/b/{body_id}/portfolio", status_code=303)
    made = request.site.portfolios.choose_file(request.somebody, body_id, id, request.field("seen", 40))
    if made is None:
        raise AbsentError
    return _led(body_id, made)


@takes("/b/{body_id:str}/files/{id:str}/remove")
def remove(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """The file no longer counts."""
    request.for_body(body_id, Act.WRITE)
    if not request.site.portfolios.remove_file(request.somebody, body_id, id):
        raise AbsentError
    return Redirect(f"/b/{body_id}/portfolio", status_code=303)


ROUTES = (portfolio, upload, choice, choose, remove)


def _led(body_id: str, made: Brought) -> Response[Any]:
    """On to the verdicts, or to the choice between two files."""
    return Redirect(f"/b/{body_id}/files/{made.file.id}/choose" if made.beside else f"/b/{body_id}/portfolio", status_code=303)


def _listing(request: Visit, judged: Judged, asked: Mapping[str, str]) -> dict[str, Any]:
    """What the page of a portfolio shows: the answer, the picture, the rows of this page."""
    assessment, words = judged.run.assessment, request.language
    wanted = asked.get("verdict", "")
    sought = asked.get("find", "")[:100].strip()
    chosen = judged.found(Verdict(wanted) if wanted in set(Verdict) else None, sought)
    start = int(asked["from"][:9]) if asked.get("from", "").isdecimal() else 0
    counts = text.count_verdicts(assessment)
    kept = {name: asked[name] for name in ("verdict", "find", "on") if asked.get(name)}
    bars = [pictures.Bar(verdict, words.label(verdict), count) for verdict, count in counts.items() if count]
    return {
        "title": text.upper_first(text.headline(assessment, words.code, judged.deadlines)),
        "standfirst": text.standfirst(assessment, words.code, judged.deadlines),
        "counts": counts, "bars": pictures.bars(bars, words.text(N_("Services by verdict"))), "rows": chosen[start : start + ROWS],
        "found": len(chosen), "start": start, "rows_a_page": ROWS, "asked": kept, "assessment": assessment,
        "open": judged.open(0), "undetermined": judged.undetermined, "key_of": key_of,
        "why": lambda decision: text.why(decision, words.code, assessment.offers),
        "hosted": lambda decision: text.hosting_text(decision.hosting, assessment.offers, words.code),
        "next_clock": next_clock, "left": lambda days: days_left(days, words), "deciding": text.deciding,
        "address": lambda **changed: with_query(f"/b/{request.path_params['body_id']}/portfolio", changed, kept),
        "on_query": f"?on={assessment.on}" if "on" in kept else "", "first_day": FIRST_DAY,
        "last_day": date(request.site.today().year + FURTHEST_YEARS, 12, 31),
        "disclaimer": text.disclaimer(assessment, words.code), "catalogue": text.catalogue_line(assessment, words.code),
        "problems": assessment.problems, "place": lambda at: text.place_text(at, words.code),
    }  # fmt: skip
