"""The portfolio for programs: files in, verdicts, questions and answers, as documents that have schemas."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from litestar import Response, get, post
from litestar.exceptions import ClientException
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Raw, Struct
from msgspec.json import encode as json_of

from egide.accounts import people
from egide.accounts.errors import AbsentError
from egide.accounts.roles import Act
from egide.accounts.trail import lines
from egide.api.calls import Call
from egide.api.files import File, file_of
from egide.api.streaming import streamed
from egide.api.threads import at_once, in_thread
from egide.api.works import begun
from egide.app.portfolio.asking import choices_of, value_of
from egide.app.portfolio.judged import key_of, question_key
from egide.app.portfolio.paper import at_once as made_at_once
from egide.app.portfolio.remembered import NotAtHandError
from egide.papers import text
from egide.papers.document import document, document_bytes
from egide.portfolio.kept.keeping import ChangedError
from egide.store.jobs import State
from egide.vocabulary.findings import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from egide.app.portfolio.ask import Group, Open
    from egide.app.portfolio.judged import Judged
    from egide.app.portfolio.portfolios import Seen
    from egide.vocabulary.findings import Decision
    from egide.vocabulary.language import Language

MOST = 500
Limit = Annotated[int, QueryParameter(ge=1, le=MOST, description="How many items at most.")]


class Portfolio(Struct):
    """What a body's portfolio says on a day."""

    on: date
    version: int
    catalogue_as_of: date | None
    law_as_read: date | None
    marking: str | None
    """What the body says of its sensitivity: it goes along with whatever is taken from here."""
    headline: str
    services: int
    verdicts: dict[str, int]
    questions: int | None
    """Null while they are being worked out."""
    files: list[File]


class Line(Struct):
    """One service in a list. ``key`` stands in its address; ``id`` is the list's own."""

    key: str
    id: str
    name: str
    body: str | None
    verdict: str
    hosting: list[str]
    why: str


class Lines(Struct):
    """A page of services. ``next``: the key to ask after for those that follow; null on the last page."""

    items: list[Line]
    next: str | None
    total: int
    marking: str | None


class _Page(Struct):
    """The same with lines that are written already."""

    items: list[Raw]
    next: str | None
    total: int
    marking: str | None


class Choice(Struct):
    """What can be answered, and the verdict that it would give where that is the same for all that is asked about."""

    value: str
    text: str
    would: str | None


class Question(Struct):
    """One question, asked once for all that it concerns."""

    key: str
    fact: str
    ask: str
    kind: str
    role: str
    services: list[str]
    settles: int
    choices: list[Choice]


class Questions(Struct):
    """What is left to ask, what settles most first; ``version`` is what an answer is based on.

    ``left``: how many services were not looked at yet. ``total``: how many questions there are, of which ``items`` are the first.
    """

    version: int
    undetermined: int
    left: int
    total: int
    items: list[Question]
    marking: str | None


class _Asked(Struct):
    """The same with questions that are written already."""

    version: int
    undetermined: int
    left: int
    total: int
    items: list[Raw]
    marking: str | None


class AnswerGiven(Struct, forbid_unknown_fields=True):
    """An answer. ``value`` null: nobody knows."""

    question: str
    version: int
    value: str | None
    source: str = ""


class AnswerKept(Struct):
    """The version that the answer made."""

    version: int


class Done(Struct):
    """A line of the trail. ``person`` is a number; who it is, an administrator sees on the site."""

    number: int
    at: str
    act: str
    about: str
    person: int | None
    token: str | None


class Trail(Struct):
    """Lines of the trail, newest first. ``next``: the number to ask before for those that came earlier."""

    items: list[Done]
    next: int | None


@get("/bodies/{body_id:str}/portfolio")
@at_once
def portfolio(request: Call, body_id: FromPath[str], on: FromQuery[date | None] = None) -> Response[Portfolio]:
    """How many services are lawful where they run, on that day."""
    request.within(body_id, Act.READ)
    when, lang = request.day(on), request.language.code
    seen = request.site.portfolios.see(body_id, when, lang, wait=request.waits)
    marking = _marking(request, body_id)
    tag = _tag(seen, marking)
    if seen.judged is None:
        return request.sent(json_of(_portfolio(seen, when, lang, marking)), tag)
    if not seen.judged.looked:
        if not request.waits:
            raise NotAtHandError
        if seen.judged.open(0) is None:  # the same state will have another answer once the questions are worked out
            return request.sent(json_of(_portfolio(seen, when, lang, marking)), lasts=False)
    made = seen.judged.answer(("portfolio", marking), lambda: json_of(_portfolio(seen, when, lang, marking)), wait=request.waits)
    return request.sent(made, tag)


@get("/bodies/{body_id:str}/services")
@at_once
def services(
    request: Call, body_id: FromPath[str], on: FromQuery[date | None] = None, verdict: FromQuery[Verdict | None] = None,
    find: FromQuery[str] = "", after: FromQuery[str] = "", limit: Limit = 100,
) -> Response[Lines]:  # fmt: skip
    """The services by key, page by page: what is added or removed meanwhile shifts nobody's page."""
    request.within(body_id, Act.READ)
    judged, lang, sought, last = _judged(request, body_id, on), request.language.code, find.casefold()[:100], after[:100]
    marking = _marking(request, body_id)

    def made() -> bytes:
        found = list(_chosen(judged, verdict, sought))
        rest = [pair for pair in found if pair[0] > last]
        shown = rest[:limit]
        items = [judged.part(one, lambda key=key, one=one: Raw(json_of(_line(key, one, judged, lang)))) for key, one in shown]  # type: ignore[misc]
        return json_of(_Page(items, shown[-1][0] if len(rest) > limit else None, len(found), marking))

    return request.sent(judged.answer(("services", verdict, sought, last, limit, marking), made, wait=request.waits))


@get("/bodies/{body_id:str}/services/{key:str}")
@in_thread
def service(request: Call, body_id: FromPath[str], key: FromPath[str], on: FromQuery[date | None] = None) -> Response[dict[str, Any]]:
    """One service, as `egide assess --json` gives it."""
    request.within(body_id, Act.READ)
    judged = _judged(request, body_id, on)
    decision = judged.service(key)
    if decision is None:
        raise AbsentError
    marking = _marking(request, body_id)
    return Response({**({"marking": marking} if marking else {}), **document(judged.alone(decision), request.language.code)["services"][0]})


@get("/bodies/{body_id:str}/assessment")
@in_thread
def assessment(request: Call, body_id: FromPath[str], on: FromQuery[date | None] = None) -> Response[Any]:
    """The whole assessment: the document of kind egide/assessment/1.

    Of a portfolio of more than 300 services it is made beside: 202, with the work that makes it in `Location`, until it is there.
    """
    request.within(body_id, Act.READ)
    when, lang, marking = request.day(on), request.language.code, _marking(request, body_id)
    seen = request.site.portfolios.see(body_id, when, lang)
    if seen.judged is None:
        raise AbsentError
    tag = _tag(seen, marking)
    if (known := request.unchanged(tag)) is not None:
        return known
    if made_at_once(seen.judged.run.assessment):
        content = document_bytes(seen.judged.run.assessment, lang, marking or "")
        return Response(content, media_type="application/json", headers={"ETag": tag})
    work = request.site.works.paper(request.caller, seen, "egide.json", False, marking or "", lang)
    if work.job.state is not State.DONE:
        return begun(request, body_id, work.job.id)
    return streamed(request, request.site.works, body_id, work.job.id, "application/json", {"ETag": tag})


@get("/bodies/{body_id:str}/questions")
@at_once
def questions(request: Call, body_id: FromPath[str], limit: Limit = MOST) -> Response[Questions]:
    """What is left to ask, what settles most first."""
    request.within(body_id, Act.READ)
    seen = request.site.portfolios.see(body_id, request.site.today(), request.language.code, wait=request.waits)
    judged = seen.judged
    if judged is None:
        return request.sent(json_of(Questions(seen.version, 0, 0, 0, [], _marking(request, body_id))))
    if not judged.looked and not request.waits:
        raise NotAtHandError
    found, marking = judged.open(), _marking(request, body_id)
    if found is None:
        left = judged.undetermined - judged.looked_at
        return request.sent(json_of(Questions(seen.version, judged.undetermined, left, 0, [], marking)), lasts=False)
    asked = ("questions", limit, marking)
    return request.sent(judged.answer(asked, lambda: json_of(_questions(request, seen, judged, found, limit, marking)), wait=request.waits))


@post("/bodies/{body_id:str}/answers", status_code=201)
@in_thread
def answer(request: Call, body_id: FromPath[str], data: JSONBody[AnswerGiven]) -> AnswerKept:
    """Answer a question: 409 when somebody answered it since the version that it is based on."""
    request.within(body_id, Act.WRITE)
    said = f"{data.question}\n{data.version}\n{data.value}\n{data.source}".encode("utf-8", "surrogatepass")

    def keep() -> dict[str, Any]:
        seen = request.site.portfolios.see(body_id, request.site.today(), request.language.code)
        group = seen.judged.group(data.question) if seen.judged else None
        if group is None or not 0 <= data.version <= seen.version:
            raise ChangedError(data.version, seen.version)
        value = None if data.value is None else value_of(group, data.value)
        return {"version": request.site.portfolios.answer(request.caller, body_id, data.version, group.ask, value, data.source[:500])}

    return AnswerKept(**request.once(said, keep))


@get("/bodies/{body_id:str}/trail")
@in_thread
def trail(request: Call, body_id: FromPath[str], before: FromQuery[int | None] = None, limit: Limit = 100) -> Trail:
    """Who did what, newest first. For administrators."""
    request.within(body_id, Act.ADMINISTER)
    if before is not None and not 0 <= before < 2**53:
        raise ClientException("before")
    with request.site.store.read() as tx:
        found = lines(tx, body_id, before=before, most=limit + 1)
    items = [Done(one.number, one.at.isoformat(), one.act, one.about, one.person, one.token) for one in found[:limit]]
    return Trail(items, items[-1].number if len(found) > limit else None)


ROUTES = (portfolio, services, service, assessment, questions, answer, trail)


def _questions(request: Call, seen: Seen, judged: Judged, found: Open, limit: int, marking: str | None) -> _Asked:
    words, offers = request.language, judged.run.assessment.offers
    items = [judged.part(one, lambda one=one: Raw(json_of(_question(one, words, offers)))) for one in found.groups[:limit]]  # type: ignore[misc]
    return _Asked(seen.version, found.undetermined, 0, len(found.groups), items, marking)


def _question(one: Group, words: Language, offers: Mapping[str, str]) -> Question:
    return Question(
        question_key(one.ask), one.ask.fact.name, words.text(one.ask.fact.ask), one.ask.fact.kind.value, one.ask.fact.role.value,
        [key_of(identifier) for identifier, _ in one.ask.services], one.settles,
        [Choice(*choice) for choice in choices_of(one, offers, words)],
    )  # fmt: skip


def _judged(request: Call, body_id: str, on: date | None) -> Judged:
    seen = request.site.portfolios.see(body_id, request.day(on), request.language.code, wait=request.waits)
    if seen.judged is None:
        raise AbsentError
    return seen.judged


def _chosen(judged: Judged, verdict: Verdict | None, sought: str) -> Iterator[tuple[str, Decision]]:
    for key, decision in judged.by_key:
        if verdict is not None and decision.verdict is not verdict:
            continue
        if not sought or sought in decision.service.name.casefold():
            yield key, decision


def _line(key: str, one: Decision, judged: Judged, lang: str) -> Line:
    offers = judged.run.assessment.offers
    hosted = [text.hosting_text(hosting.hosting, offers, lang) for hosting in one.hostings]
    return Line(key, one.service.id, one.service.name, one.service.body.name, one.verdict.value, hosted, text.why(one, lang, offers))


def _marking(request: Call, body_id: str) -> str | None:
    return people.body_now(request.site.store, body_id).marking or None


def _portfolio(seen: Seen, when: date, lang: str, marking: str | None) -> Portfolio:
    files: Sequence[File] = [file_of(one) for one in seen.files]
    if seen.judged is None:
        return Portfolio(when, seen.version, None, None, marking, "", 0, {}, 0, list(files))
    made, left = seen.judged.run.assessment, seen.judged.open(0)
    counts = {verdict.value: count for verdict, count in text.count_verdicts(made).items()}
    said = text.headline(made, lang, seen.judged.deadlines)
    questions = None if left is None else len(left.groups)
    return Portfolio(when, seen.version, made.catalogue_as_of, made.law_as_read, marking, said, len(made.decisions), counts, questions,
                     list(files))  # fmt: skip


def _tag(seen: Seen, marking: str | None) -> str:
    """What the answer depends on: files, answers, day, law and catalogue, language; and the marking."""
    marked = hashlib.sha256(marking.encode("utf-8", "surrogatepass")).hexdigest()[:8] if marking else ""
    return f'"{seen.state[:32]}{marked}"'
