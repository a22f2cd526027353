"""What came of a plan or a check: the answer first, in the reader's language, then what made it, and the papers to send."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from litestar import Response
from litestar.params import FromPath
from litestar.response import Redirect

from egide.accounts.errors import AbsentError
from egide.accounts.roles import Act
from egide.app.plan import papers as plan_papers
from egide.app.portfolio import assess
from egide.app.portfolio.paper import about
from egide.app.site.kinds import CHECK, IMPORT, PAPER, PLAN
from egide.infrastructure.code_findings import LEVELS, PRODUCT
from egide.store.jobs import State
from egide.web.dossier_forms import attached
from egide.web.rendering import page
from egide.web.routes import shows
from egide.web.visit import Visit
from egide.web.working import AGAIN_SECONDS, ENDED, STATES, work_of, works_of

if TYPE_CHECKING:
    from egide.accounts.people import BodyOf
    from egide.planner.plan_file import PlanFile
    from egide.portfolio.works.keeping import Work

GROUPS, NAMED, ROWS, PROBLEMS = 100, 12, 100, 60
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Group:
    """Findings that say the same of several resources."""

    level: str
    text: str
    to_do: str
    articles: Sequence[Mapping[str, str]]
    where: Sequence[tuple[str, str]]
    """Addresses with file and line; an empty address is the product as a whole."""


@shows("/b/{body_id:str}/works/{number:str}")
def work(request: Visit, body_id: FromPath[str], number: FromPath[str]) -> Response[Any]:
    """How far it is; once it is done, the answer."""
    found, one = request.for_body(body_id, Act.READ), work_of(request, body_id, number)
    if one.job.state is State.DONE and one.kind == IMPORT:
        return Redirect(_where_brought(body_id, one), status_code=303)
    if one.job.state is State.DONE and one.kind == PAPER:
        return _paper(request, found, one)
    content = works_of(request).made(body_id, one.job.id) if one.job.state is State.DONE else None
    if content is None:
        ended = one.job.state in ENDED
        made = page(request, "work.html.j2", body=found, work=one, state=STATES[one.job.state], ended=ended, again=AGAIN_SECONDS,
                    failed=one.job.state is State.FAILED, mine=one.person == request.somebody.person.number)  # fmt: skip
        if not ended:
            made.headers["Refresh"] = str(AGAIN_SECONDS)
        return made
    said = one.job.result.get("said", []) if isinstance(one.job.result, dict) else []
    return _checked(request, found, one, content) if one.kind == CHECK else _planned(request, found, one, content, said)


@shows("/b/{body_id:str}/works/{number:str}/answer.json")
def answer(request: Visit, body_id: FromPath[str], number: FromPath[str]) -> Response[bytes]:
    """The answer as the command writes it."""
    request.for_body(body_id, Act.READ)
    return attached(_made(request, body_id, work_of(request, body_id, number)), "application/json", "answer.json")


@shows("/b/{body_id:str}/works/{number:str}/papers/{name:str}")
def paper(request: Visit, body_id: FromPath[str], number: FromPath[str], name: FromPath[str]) -> Response[Any]:
    """What `egide plan make --out` writes of a plan: the page, the workbook, the costs."""
    from egide.papers.plan.focus import focus_csv
    from egide.papers.plan.page import plan_page
    from egide.papers.plan.workbook import plan_workbook

    request.for_body(body_id, Act.READ)
    one, lang = work_of(request, body_id, number), request.language.code
    if one.kind != PLAN:
        raise AbsentError
    content = _made(request, body_id, one)
    if name == plan_papers.PLAN:
        return Redirect(f"/b/{body_id}/works/{one.job.id}/answer.json", status_code=303)
    made = _plan(content)
    if name == plan_papers.PAGE:
        return attached(plan_page(made, lang, _offers()).encode(), "text/html; charset=utf-8", name)
    if name == plan_papers.WORKBOOK:
        return attached(plan_workbook(made, lang, _offers()), XLSX, name)
    if name == plan_papers.COSTS and made.placements:
        return attached(focus_csv(made), "text/csv; charset=utf-8", name)
    raise AbsentError


ROUTES = (work, answer, paper)


def _checked(request: Visit, body: BodyOf, one: Work, content: bytes) -> Response[Any]:
    made = _in_words(json.loads(content), request.language.code)
    groups = _groups(made["findings"], one)
    return page(
        request, "checked.html.j2", body=body, work=one, made=made, groups=groups[:GROUPS], more=max(0, len(groups) - GROUPS),
        most=NAMED, levels=[str(level) for level in LEVELS], problems=made.get("problems", [])[:PROBLEMS],
    )  # fmt: skip


def _planned(request: Visit, body: BodyOf, one: Work, content: bytes, said: Sequence[str]) -> Response[Any]:
    from egide.papers.plan.page import plan_parts

    made = _plan(content)
    parts = plan_parts(made, request.language.code, _offers())
    return page(
        request, "planned.html.j2", body=body, work=one, most=ROWS, said=said, placed=bool(made.placements), page_name=plan_papers.PAGE,
        workbook=plan_papers.WORKBOOK, costs=plan_papers.COSTS, **parts,
    )  # fmt: skip


def _in_words(made: dict[str, Any], lang: str) -> dict[str, Any]:
    """A check with its sentences in that language, where it was made with them."""
    other = made.get("also", {}).get(lang)
    if made["lang"] == lang or not other:
        return made
    worded = {
        name: [{**one, **said} for one, said in zip(made[name], other[name], strict=True)]
        for name in ("findings", "suppressed", "problems")
    }  # fmt: skip
    return {**made, **worded, "headline": other["headline"], "lang": lang}


def _groups(findings: Sequence[Mapping[str, Any]], one: Work) -> list[Group]:
    """What is said of several resources is said once, in the order of the document."""
    found: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for finding in findings:
        found.setdefault((finding["level"], finding["text"], finding["to_do"] or ""), []).append(finding)
    return [
        Group(level, text, to_do, _sources(those[0]), [_where(each, one) for each in those])
        for (level, text, to_do), those in found.items()
    ]  # fmt: skip


def _sources(finding: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """The articles, each place once; the rule's own text where there is none."""
    return list({(one["text"], one["at"]): one for one in finding["articles"] or [finding["source"]]}.values())


def _where(finding: Mapping[str, Any], one: Work) -> tuple[str, str]:
    address = "" if finding["address"] == PRODUCT else finding["address"]
    file = one.name if finding["file"] == one.asked.get("file") else finding["file"]
    return address, f"{file}:{finding['line']}" if finding["line"] else file


def _plan(content: bytes) -> PlanFile:
    from egide.planner.plan_reading import read_plan

    return read_plan(content, plan_papers.PLAN)


def _offers() -> dict[str, str]:
    return {offer.id: offer.name for offer in assess.catalogue().offers}


def _made(request: Visit, body_id: str, one: Work) -> bytes:
    content = works_of(request).made(body_id, one.job.id) if one.kind in {CHECK, PLAN} else None
    if content is None:
        raise AbsentError
    return content


def _where_brought(body_id: str, one: Work) -> str:
    """Where the file that was brought is seen; where somebody else brought another of that name meanwhile, the choice between both."""
    told = one.job.result or {}
    return f"/b/{body_id}/files/{told['file']}/choose" if told.get("beside") else f"/b/{body_id}/portfolio"


def _paper(request: Visit, found: BodyOf, one: Work) -> Response[Any]:
    """A paper that was made, and whether the portfolio is still what it was made of."""
    asked, on = one.asked, date.fromisoformat(one.asked["on"])
    seen = request.site.portfolios.see(found.id, on, asked["lang"])
    same = seen.judged is not None and about(asked["paper"], asked["coded"], seen, found.marking) == one.about
    return page(request, "made.html.j2", body=found, work=one, on=on, same=same, size=(one.job.result or {}).get("bytes", 0))
