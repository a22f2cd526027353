"""The questions that decide, once for each group they concern, the most decisive first.

A question about a body is asked once for the body, one about an offer once for the offer and region. A question about
services is asked once for those that the file describes alike and that answer to the same owner; the group can be split.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from egide.app.portfolio.assess import Run, decide
from egide.portfolio import Answer, Answers, Ask
from egide.vocabulary.facts import FROM_CATALOGUE, Subject, Value, values_of
from egide.vocabulary.findings import Verdict
from egide.vocabulary.offers import UNLISTED

if TYPE_CHECKING:
    from egide.vocabulary.findings import Decision, HostingDecision, Question
    from egide.vocabulary.services import Hosting


@dataclass(frozen=True, slots=True)
class Group:
    """One question and all it would settle."""

    ask: Ask
    settles: int
    """Services of which any answer at all gives the verdict."""
    concerned: int
    nobody_knows: bool = False
    """Somebody was asked already, for each of the services, and said that nobody knows."""


@dataclass(frozen=True, slots=True)
class Open:
    """What is left to ask."""

    groups: tuple[Group, ...]
    undetermined: int
    """Services without a verdict today."""
    unaskable: tuple[str, ...]
    """Names of the services that stay undetermined whatever is answered: the texts that were read do not settle them."""
    catalogue: tuple[str, ...] = ()
    """Offers (``offer`` or ``offer/region``) of which only a line of the catalogue could tell what keeps a service open."""


Member = tuple["Decision", int, "HostingDecision"]
"""A service, which of its hostings, and the verdict on that."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is left to ask of one service: under the key of each question, and of which offers only the catalogue can tell."""

    decision: Decision
    questions: tuple[tuple[tuple[object, ...], Member], ...]
    catalogue: tuple[str, ...]


class Worked:
    """What was worked out for `open_questions` before, and stands where decisions are the very same. Threads may share it."""

    def __init__(self) -> None:
        self.services: Mapping[int, _Asked] = {}
        self.groups: Mapping[tuple[object, ...], tuple[Sequence[Member], Sequence[Answer], Group]] = {}


def open_questions(
    run: Run, *, conditional: bool = False, step: Callable[[int, int], None] | None = None, worked: Worked | None = None,
) -> Open:  # fmt: skip
    """The groups of questions, the one that settles most services first. ``step``: told how many services are looked at, of how many.

    ``worked``: of an earlier run under the same law, with the same ``conditional``; what is worked out now is left there.
    """
    gathered: dict[tuple[object, ...], list[Member]] = {}
    unaskable: list[str] = []
    catalogue: dict[str, None] = {}
    wanted = (Verdict.UNDETERMINED, Verdict.CONDITIONAL) if conditional else (Verdict.UNDETERMINED,)
    without = [decision for decision in run.assessment.decisions if decision.verdict in wanted]
    worked = worked or Worked()
    before, services = worked.services, {}
    for count, decision in enumerate(without):
        if step:
            step(count, len(without))
        asked = services[id(decision)] = before.get(id(decision)) or _asked_of(run, decision, wanted)
        for key, member in asked.questions:
            gathered.setdefault(key, []).append(member)
        catalogue.update(dict.fromkeys(asked.catalogue))
        if not asked.questions and not asked.catalogue:
            unaskable.append(decision.service.name)
    known, given = worked.groups, run.portfolio.answers.answers
    groups = {key: _group_again(run, members, known.get(key)) for key, members in gathered.items()}
    worked.services, worked.groups = services, {key: (gathered[key], given, one) for key, one in groups.items()}
    ordered = sorted(groups.values(), key=lambda one: (-one.settles, -one.concerned, one.ask.fact.name, one.ask.services))
    return Open(tuple(ordered), len(without), tuple(unaskable), tuple(catalogue))


def _asked_of(run: Run, decision: Decision, wanted: Sequence[Verdict]) -> _Asked:
    questions: list[tuple[tuple[object, ...], Member]] = []
    catalogue = []
    for place, hosting in enumerate(decision.hostings):
        if hosting.verdict not in wanted or not hosting.question:
            continue
        if hosting.question.fact.name in FROM_CATALOGUE:
            catalogue.append(_offer_key(hosting.hosting))
        else:
            questions.append((_key(run, decision, hosting), (decision, place, hosting)))
    return _Asked(decision, tuple(questions), tuple(catalogue))


def _group_again(run: Run, members: Sequence[Member], known: tuple[Sequence[Member], Sequence[Answer], Group] | None) -> Group:
    """The group of before where it is of the very same decisions, and nobody answered anything since."""
    if known is None or known[1] is not run.portfolio.answers.answers:
        return _group(run, members)
    same = [id(hosting) for _, _, hosting in members] == [id(hosting) for _, _, hosting in known[0]]
    return known[2] if same else _group(run, members)


def _offer_key(hosting: Hosting) -> str:
    return f"{hosting.offer}/{hosting.region}" if hosting.region else hosting.offer or hosting.text


def _listed(hosting: Hosting) -> bool:
    """Whether the hosting is on an offer of the catalogue, of which one answer holds for all who use it."""
    return hosting.offer is not None and hosting.offer != UNLISTED


def _key(run: Run, decision: Decision, hosting: HostingDecision) -> tuple[object, ...]:
    question = hosting.question
    assert question is not None  # noqa: S101 - gathered with one
    fact, service, where = question.fact, decision.service, hosting.hosting
    if fact.subject is Subject.BODY:
        return fact.name, service.body.key
    if fact.subject is Subject.OFFER:
        return (fact.name, where.offer, where.region) if _listed(where) else (fact.name, service.id, where.text)
    known = values_of(service.claims)
    alike: tuple[Value | None, ...] = tuple(known.get(name) for name in run.doctrine.program.readers)
    place = (where.offer, where.region, where.text) if fact.subject is Subject.HOSTING else ()
    return fact.name, service.body.key, service.data_owner, alike, place


def question_alone(run: Run, decision: Decision) -> Group | None:
    """The question that decides one service, asked of that service alone; None when nothing is open that can be asked."""
    for place, hosting in enumerate(decision.hostings):
        question = hosting.question if hosting.verdict is Verdict.UNDETERMINED else None
        if question is not None and question.fact.name not in FROM_CATALOGUE:
            return _group(run, [(decision, place, hosting)])
    return None


def _group(run: Run, members: Sequence[Member]) -> Group:
    decision, place, hosting = members[0]
    question = hosting.question
    assert question is not None  # noqa: S101 - gathered with one
    services = tuple(dict.fromkeys((one.service.id, one.service.name) for one, _, _ in members))
    about_offer = question.fact.subject is Subject.OFFER and _listed(hosting.hosting)
    ask = Ask(
        fact=question.fact,
        services=services,
        body=decision.service.body if question.fact.subject is Subject.BODY else None,
        owner=decision.service.data_owner,
        offer=hosting.hosting.offer if about_offer else None,
        region=hosting.hosting.region if about_offer else None,
        hosting=place if question.fact.subject is Subject.HOSTING or (question.fact.subject is Subject.OFFER and not about_offer) else None,
        would={answer: str(verdict) for answer, verdict in question.would.items()},
    )
    settles = sum(_settles(one.question) for _, _, one in members)
    return Group(ask, settles, len(services), _nobody_knows(run.portfolio.answers, ask))


def _nobody_knows(answers: Answers, ask: Ask) -> bool:
    """Whether somebody already said, for all that the question is about, that nobody knows."""
    silent = [answer for answer in answers.answers if answer.value is None and answer.fact == ask.fact.name]
    if ask.body is not None:
        return any(answer.body == ask.body.key for answer in silent)
    if ask.offer is not None:
        return any((answer.offer, answer.region) == (ask.offer, ask.region) for answer in silent)
    return {identifier for identifier, _ in ask.services} <= {service for answer in silent for service in answer.services}


def _settles(question: Question | None) -> bool:
    return bool(question and question.would) and Verdict.UNDETERMINED not in (question.would.values() if question else ())


def answered(answers: Answers, ask: Ask, value: Value | None, by: str, on: date, source: str = "") -> Answers:
    """The answers with this one; ``value`` None is somebody saying that they do not know."""
    return answers.adding(Answer.to(ask, value, by=by, on=on, source=source))


def again(run: Run, answers: Answers) -> Run:
    """The same files judged anew with more answers."""
    return decide(replace(run.portfolio, answers=answers), run.catalogue, run.assessment.on)


def alone(ask: Ask) -> Iterator[Ask]:
    """The same question, one service at a time."""
    for service in ask.services:
        yield replace(ask, services=(service,))
