"""The questions that decide: each asked once, answered in place, and what it turned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from litestar import Response
from litestar.params import FromPath
from litestar.response import Redirect

from egide.accounts import people
from egide.accounts.errors import AbsentError
from egide.accounts.roles import Act
from egide.app.portfolio.judged import key_of, question_key
from egide.app.portfolio.merging import answers_to, overrides_of, question_then
from egide.portfolio import Answer
from egide.portfolio.kept.keeping import ChangedError
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Override, Verdict
from egide.vocabulary.language import N_
from egide.web.asking import asking, value_of
from egide.web.merging import MergeError, merge_of_answer, merge_of_decision
from egide.web.rendering import page
from egide.web.routes import first_time, secret_of_form, shows, takes
from egide.web.visit import Visit

if TYPE_CHECKING:
    from egide.accounts.people import BodyOf
    from egide.app.portfolio.ask import Group
    from egide.app.portfolio.judged import Judged
    from egide.portfolio.kept.keeping import Questionnaire

SHOWN = 30
LONGEST_YEARS = 3
AGAIN_SECONDS = 2


@shows("/b/{body_id:str}/services/{key:str}")
def service(request: Visit, body_id: FromPath[str], key: FromPath[str]) -> Response[Any]:
    """One service: its verdict, the proof, the question that decides, and what would turn the answer."""
    found = request.for_body(body_id, Act.READ)
    on = request.day()
    seen = request.site.portfolios.see(body_id, on, request.language.code)
    decision = seen.judged.service(key) if seen.judged else None
    if seen.judged is None or decision is None:
        raise AbsentError
    group = seen.judged.group_of(decision) if on == request.site.today() else None
    return page(request, "service.html.j2", body=found, seen=seen, d=decision, on=on, was=request.query_params.get("was", ""),
                verdicts=list(Verdict), **asking(request, seen.judged, [group] if group else []))  # fmt: skip


@shows("/b/{body_id:str}/questions")
def questions(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """What is left to ask, what settles most first."""
    return _questions(request, body_id, "")


@takes("/b/{body_id:str}/answers")
def answer(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """Keep an answer; back to where it was given, with what it turned."""
    found = request.for_body(body_id, Act.WRITE)
    portfolios, today, lang = request.site.portfolios, request.site.today(), request.language.code
    before, version = portfolios.see(body_id, today, lang), _number(request, "version")
    old = before.judged.service(request.field("service")) if before.judged else None
    key, alone = request.field("question"), old.service.id if old else None
    group = before.judged.group(key, old) if before.judged else None
    if before.judged and group is None:  # answered meanwhile: the question as it was read
        read = _number(request, "read") if request.field("read") else version
        group = question_then(request.site.store, body_id, read, today, lang, key, alone) or group
    if group is None:
        raise ChangedError(version, before.version)
    value, source = value_of(group, request.field("value", 500)), request.field("source", 500)
    known = answers_to(request.site.store, body_id, version, group.ask)
    mine = Answer.to(group.ask, value, by="", on=None, source=source)
    if known.now is None or (known.now.said, known.now.source) != (mine.said, source):
        try:
            portfolios.answer(request.somebody, body_id, version, group.ask, value, source)
        except ChangedError as error:
            raise MergeError(error.seen, error.now, merge_of_answer(request, found, group, known, mine)) from error
    if old is not None:
        return Redirect(f"/b/{body_id}/services/{key_of(old.service.id)}?was={old.verdict}", status_code=303)
    waited = before.judged.undetermined if before.judged else 0
    return Redirect(f"/b/{body_id}/questions?waited={waited}", status_code=303)


@takes("/b/{body_id:str}/questionnaires", 200)
def make_link(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """A link by which the owner of some data answers without an account. It is shown once."""
    request.for_body(body_id, Act.WRITE)
    owner = request.field("owner", 200)
    judged = request.site.portfolios.see(body_id, request.site.today(), request.language.code).judged
    left = judged.open() if judged else None
    if left is not None and owner not in {one.ask.owner or "" for one in left.groups}:
        raise InputError(N_("no question is left for this owner of data: open the page of questions again"))
    secret, store = secret_of_form(request), request.site.store
    with store.together():
        with store.write() as tx:
            first = first_time(request, tx)
        if first:
            request.site.portfolios.make_link(request.somebody, body_id, owner, secret)
    return _questions(request, body_id, f"{request.site.base}/q/{secret}")


@shows("/q/{secret:str}")
def questionnaire(request: Visit, secret: FromPath[str]) -> Response[Any]:
    """The questions to one owner of data."""
    return _questionnaire(request, secret, 0)


@takes("/q/{secret:str}", 200)
def reply(request: Visit, secret: FromPath[str]) -> Response[Any]:
    """The replies, each with the name of who gave them."""
    name = request.field("name", 200)
    if not name:
        raise InputError(N_("say who answers: a name or a role"))
    groups = _asked_of(request, request.site.portfolios.link(secret))[1]
    if groups is None:
        raise ChangedError(0, 0)
    given = {question_key(one.ask): (one, request.field(f"v-{question_key(one.ask)}", 500)) for one in groups}
    replies = [(one.ask, value_of(one, said)) for one, said in given.values() if said]
    taken = request.site.portfolios.answer_by_link(secret, name, replies) if replies else 0
    return _questionnaire(request, secret, taken, thanked=True)


@takes("/b/{body_id:str}/decisions")
def decide_beside(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """A person's decision beside a verdict: who, why, until when. It changes no verdict and is shown with it."""
    found = request.for_body(body_id, Act.EVALUATE)
    portfolios, today = request.site.portfolios, request.site.today()
    seen = portfolios.see(body_id, today, request.language.code)
    decision = seen.judged.service(request.field("service")) if seen.judged else None
    if decision is None:
        raise AbsentError
    why, verdict, version = request.field("why", 2000), request.field("verdict"), _number(request, "version")
    until = _until(request.field("until"), today)
    if not why or verdict not in set(Verdict):
        raise InputError(N_("a decision has a verdict, a reason and an end"))
    who = request.somebody.person.name
    made = Override(decision.service.id, None, Verdict(verdict), who, why, today, until)
    known = overrides_of(request.site.store, body_id, version, decision.service.id)
    if known.now is None or (known.now.verdict, known.now.why, known.now.until) != (made.verdict, why, until):
        try:
            portfolios.decide_beside(request.somebody, body_id, version, made)
        except ChangedError as error:
            raise MergeError(error.seen, error.now, merge_of_decision(request, found, decision, known, made)) from error
    return Redirect(f"/b/{body_id}/services/{key_of(decision.service.id)}", status_code=303)


ROUTES = (service, questions, answer, make_link, questionnaire, reply, decide_beside)


def _questions(request: Visit, body_id: str, address: str) -> Response[Any]:
    found = request.for_body(body_id, Act.READ)
    seen = request.site.portfolios.see(body_id, request.site.today(), request.language.code)
    if seen.judged is None:
        return page(request, "empty.html.j2", body=found, seen=seen, room="Questions")
    left = seen.judged.open()
    if left is None:
        return _looking(request, found, seen.judged)
    owners = sorted({one.ask.owner or "" for one in left.groups})
    waited = request.query_params.get("waited", "")
    settled = max(int(waited) - left.undetermined, 0) if waited.isascii() and waited.isdigit() and len(waited) < 9 else None
    return page(request, "questions.html.j2", body=found, seen=seen, remaining=left, settled=settled, owners=owners, address=address,
                **asking(request, seen.judged, left.groups[:SHOWN]))  # fmt: skip


def _looking(request: Visit, found: BodyOf | None, judged: Judged) -> Response[Any]:
    """How far the work has come; the page looks again by itself."""
    answer = page(request, "looking.html.j2", body=found, done=judged.looked_at, of=judged.undetermined, again=AGAIN_SECONDS)
    answer.headers["Refresh"] = str(AGAIN_SECONDS)
    return answer


def _number(request: Visit, name: str) -> int:
    """A version that the form says. Raises `InputError`."""
    given = request.field(name, 12)
    if not (given.isascii() and given.isdigit()):
        raise InputError(N_("the form does not say which version it is about"))
    return int(given)


def _until(given: str, today: date) -> date:
    try:
        day = date.fromisoformat(given)
    except ValueError:
        raise InputError(N_("`{day}` is not a day: YYYY-MM-DD"), values={"day": given[:20]}) from None
    if not today < day <= date(today.year + LONGEST_YEARS, 12, 31):
        raise InputError(N_("a decision ends after today and within {n} years"), values={"n": LONGEST_YEARS})
    return day


def _asked_of(request: Visit, link: Questionnaire) -> tuple[Judged | None, Sequence[Group] | None]:
    """The portfolio that the link is about, and the questions to its owner; None while these are being worked out."""
    seen = request.site.portfolios.see(link.body, request.site.today(), request.language.code)
    found = seen.judged.open() if seen.judged else None
    if found is None:
        return seen.judged, None if seen.judged else []
    return seen.judged, [one for one in found.groups if (one.ask.owner or "") == link.owner]


def _questionnaire(request: Visit, secret: str, taken: int, *, thanked: bool = False) -> Response[Any]:
    link = request.site.portfolios.link(secret)
    judged, groups = _asked_of(request, link)
    if judged is not None and groups is None:
        return _looking(request, None, judged)
    asked = asking(request, judged, groups or []) if judged else {"groups": [], "disclaimer": ""}
    with request.site.store.read() as tx:
        asker = people.body(tx, link.body)
    return page(request, "questionnaire.html.j2", markings=[asker.marking] if asker.marking else [], asker=asker.name, link=link,
                secret=secret, taken=taken, thanked=thanked, **asked)  # fmt: skip
