"""A body's portfolio: bring files, read verdicts, filter, answer what decides."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from litestar import Response
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from egide.accounts.errors import AbsentError
from egide.accounts.roles import Act
from egide.app.portfolio.judged import key_of
from egide.papers import pictures, text
from egide.papers.deadlines import next_clock
from egide.papers.page import days_left
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Verdict
from egide.vocabulary.language import N_
from egide.web.rendering import page, with_query
from egide.web.routes import shows, takes
from egide.web.visit import Visit

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    request.site.portfolios.add_file(request.somebody, body_id, given.filename[-200:], given.file.read(), request.language.code)
    return Redirect(f"/b/{body_id}/portfolio", status_code=303)


@takes("/b/{body_id:str}/files/{id:str}/remove")
def remove(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """The file no longer counts."""
    request.for_body(body_id, Act.WRITE)
    if not request.site.portfolios.remove_file(request.somebody, body_id, id):
        raise AbsentError
    return Redirect(f"/b/{body_id}/portfolio", status_code=303)


ROUTES = (portfolio, upload, remove)


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
