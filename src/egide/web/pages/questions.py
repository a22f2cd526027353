"""The questions that decide: each asked once, answered in place, and what it turned."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from litestar import Response
from litestar.params import FromPath
from litestar.response import Redirect

from egide.accounts.errors import AbsentError
from egide.accounts.roles import Act
from egide.app.portfolios import key_of, question_key
from egide.papers import text
from egide.papers.page import words_for
from egide.portfolio import HOSTING_OFFER, match_offer
from egide.portfolio.kept.keeping import ChangedError
from egide.vocabulary.errors import InputError
from egide.vocabulary.facts import Kind, Value
from egide.vocabulary.language import N_
from egide.vocabulary.offers import UNLISTED
from egide.web.rendering import page
from egide.web.routes import shows, takes
from egide.web.visit import Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from egide.app.ask import Group
    from egide.app.assess import Run
    from egide.vocabulary.facts import FactType

SHOWN = 30
NOBODY_KNOWS = "nobody-knows"
YES_NO: dict[str, Value] = {"yes": True, "no": False}
NOT_A = N_("`{text}` does not answer this question")


@shows("/b/{body_id:str}/services/{key:str}")
def service(request: Visit, body_id: FromPath[str], key: FromPath[str]) -> Response[Any]:
    """One service: its verdict, the proof, the question that decides, and what would turn the answer."""
    found = request.for_body(body_id, Act.READ)
    on = request.day()
    seen = request.site.portfolios.see(body_id, on, request.language.code)
    decision = seen.judged.service(key) if seen.judged else None
    if seen.judged is None or decision is None:
        raise AbsentError
    group = seen.judged.group_of(decision.service.id) if on == request.site.today() else None
    return page(request, "service.html.j2", body=found, seen=seen, d=decision, on=on, was=request.query_params.get("was", ""),
                **_asking(request, seen.judged.run, [group] if group else []))  # fmt: skip


@shows("/b/{body_id:str}/questions")
def questions(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """What is left to ask, what settles most first."""
    found = request.for_body(body_id, Act.READ)
    seen = request.site.portfolios.see(body_id, request.site.today(), request.language.code)
    if seen.judged is None:
        return page(request, "empty.html.j2", body=found, seen=seen)
    left = seen.judged.open
    return page(request, "questions.html.j2", body=found, seen=seen, remaining=left, settled=request.query_params.get("settled", ""),
                **_asking(request, seen.judged.run, left.groups[:SHOWN]))  # fmt: skip


@takes("/b/{body_id:str}/answers")
def answer(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """Keep an answer; back to where it was given, with what it turned."""
    request.for_body(body_id, Act.WRITE)
    portfolios, today, lang = request.site.portfolios, request.site.today(), request.language.code
    before, version = portfolios.see(body_id, today, lang), request.field("version")
    group = before.judged.group(request.field("question")) if before.judged else None
    if group is None or not version.isdecimal():
        raise ChangedError(int(version) if version.isdecimal() else 0, before.version)
    value = _value(request, group)
    portfolios.answer(request.somebody, body_id, int(version), group.ask, value, request.field("source", 500))
    service_key = request.field("service")
    old = before.judged.service(service_key) if before.judged else None
    if old is not None:
        return Redirect(f"/b/{body_id}/services/{key_of(old.service.id)}?was={old.verdict}", status_code=303)
    after = portfolios.see(body_id, today, lang)
    settled = before.judged.open.undetermined - after.judged.open.undetermined if before.judged and after.judged else 0
    return Redirect(f"/b/{body_id}/questions?settled={max(settled, 0)}", status_code=303)


ROUTES = (service, questions, answer)


def _asking(request: Visit, run: Run, groups: Sequence[Group]) -> dict[str, Any]:
    """What the forms of questions call."""
    words = request.language
    return {
        **words_for(run.assessment, words),
        "groups": groups, "question_key": question_key, "choices": lambda group: choices(request, group, run), "key_of": key_of,
        "about": lambda group: _about(group, run, words.code), "nobody_knows": NOBODY_KNOWS,
        "disclaimer": text.disclaimer(run.assessment, words.code),
    }  # fmt: skip


def choices(request: Visit, group: Group, run: Run) -> list[tuple[str, str, str | None]]:
    """What can be ticked: token, words, and the verdict that it would give where that is the same for the whole group."""
    fact, would, words = group.ask.fact, group.ask.would, request.language
    if fact.name == HOSTING_OFFER:
        named = [(key, text.offer_text(key, run.assessment.offers), would.get(key)) for key in would]
        return [*named, (UNLISTED, words.label(UNLISTED), None)]
    if fact.kind is Kind.YES_NO:
        return [(token, words.value(value), would.get(token)) for token, value in YES_NO.items()]
    return [(choice, words.label(choice), would.get(choice)) for choice in fact.choices] if fact.kind is Kind.CHOICE else []


def _about(group: Group, run: Run, lang: str) -> str:
    ask = group.ask
    if ask.body is not None:
        return ask.body.name or ask.body.key
    if ask.offer is not None:
        return text.offer_text(f"{ask.offer}/{ask.region}" if ask.region else ask.offer, run.assessment.offers)
    said = text.listed([name for _, name in ask.services], lang)
    return f"{ask.owner} · {said}" if ask.owner else said


def _value(request: Visit, group: Group) -> Value | None:
    """What was answered; None for «nobody knows». Raises `InputError`."""
    fact, given = group.ask.fact, request.field("value", 500)
    if given == NOBODY_KNOWS:
        return None
    read = READ.get(fact.kind)
    value = _offer(request, given) if fact.name == HOSTING_OFFER else read(given, fact) if read else None
    if value is None:
        raise InputError(NOT_A, values={"text": given[:80]})
    return value


def _offer(request: Visit, given: str) -> str | None:
    """An offer by its name in the catalogue, or in words that name one surely."""
    from egide.app.assess import catalogue  # noqa: PLC0415 - the same list as the page's

    offers = catalogue().offers
    if given == UNLISTED or given.partition("/")[0] in {one.id for one in offers}:
        return given
    match = match_offer(given, offers)
    return None if match.offer is None else f"{match.offer}/{match.region}" if match.region else match.offer


def _day(given: str, fact: FactType) -> Value | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def _number(given: str, fact: FactType) -> Value | None:
    digits = "".join(sign for sign in given if not sign.isspace() and sign not in "€_")
    return int(digits) if digits.isdecimal() and len(digits) < 15 else None


def _countries(given: str, fact: FactType) -> Value | None:
    codes = frozenset(given.upper().replace(",", " ").split())
    return codes if codes and all(len(code) == 2 and code.isascii() and code.isalpha() for code in codes) else None


READ: dict[Kind, Callable[[str, FactType], Value | None]] = {
    Kind.YES_NO: lambda given, fact: YES_NO.get(given),
    Kind.CHOICE: lambda given, fact: given if given in fact.choices else None,
    Kind.DATE: _day,
    Kind.AMOUNT_EUR: _number,
    Kind.DAYS: _number,
    Kind.COUNTRIES: _countries,
    Kind.TEXT: lambda given, fact: (given.upper() if len(given) == 2 else given) or None,
}
"""From the text of a form to a value, by the kind of fact; None when it is none."""
