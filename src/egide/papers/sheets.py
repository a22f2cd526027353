"""The sheets of the workbook as plain rows: what to sort, filter and send on.

A cell is a text, a number, an amount, a date or a verdict; how each looks belongs to `egide.papers.workbook`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from egide.papers import text
from egide.papers.actions import actions
from egide.papers.deadlines import deadlines, next_clock
from egide.papers.proofs import Told, grouped
from egide.vocabulary.findings import Answer, Assessment, Decision, Verdict
from egide.vocabulary.language import N_, language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from egide.vocabulary.findings import Reason

Cell = str | int | Decimal | date | Verdict | Answer | None
"""A `Decimal` is an amount in euros."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, its columns with their widths, its rows."""

    name: str
    columns: tuple[tuple[str, int], ...]
    rows: Sequence[Sequence[Cell]]


NAMES_MOST = 30_000
"""Signs of names in one cell, which holds 32,767."""
COLUMNS = {
    N_("Actions"): (
        (N_("Before"), 12), (N_("Basis of the day"), 16), (N_("What"), 60), (N_("Owner"), 22), (N_("Article"), 50),
        (N_("Number of services"), 10), (N_("Services"), 60),
    ),
    N_("Services"): (
        (N_("Service"), 34), (N_("Body"), 30), (N_("Data owner"), 22), (N_("Hosting"), 34), (N_("Confidence, %"), 11), (N_("Verdict"), 16),
        (N_("Why"), 52), (N_("Question"), 48), (N_("Next deadline"), 13), (N_("What ends"), 26), (N_("Overridden"), 24), (N_("Source"), 36),
        (N_("Identifier"), 24),
    ),
    N_("Findings"): (
        (N_("Service"), 34), (N_("Hosting"), 30), (N_("Rule"), 42), (N_("Answer"), 14), (N_("Because"), 60), (N_("Text"), 44),
        (N_("Article"), 22),
        (N_("Reading"), 14), (N_("Remedy"), 52), (N_("Exception"), 14), (N_("Facts"), 60), (N_("Identifier"), 40),
    ),
    N_("Deadlines"): (
        (N_("Day"), 12), (N_("Days left"), 10), (N_("What"), 34), (N_("Because"), 52), (N_("Owner"), 22), (N_("Article"), 36),
        (N_("Number of services"), 10), (N_("Services"), 60),
    ),
    N_("Questions"): (
        (N_("Service"), 34), (N_("Hosting"), 30), (N_("Question"), 70), (N_("Who answers"), 22), (N_("What each answer would give"), 60),
        (N_("Fact"), 34),
    ),
    N_("Offers"): ((N_("Service"), 34), (N_("Offers"), 60), (N_("Verdict"), 16), (N_("Conditions, or why it lost"), 80)),
    N_("Problems"): ((N_("Where"), 60), (N_("What"), 80), (N_("Effect"), 30)),
    N_("Sources"): ((N_("Text"), 60), (N_("Article"), 26), (N_("Reading"), 16), (N_("Rule"), 44), (N_("Identifier"), 44)),
}
"""Each sheet's columns, with their widths in characters."""


def sheets(assessment: Assessment, lang: str = "fr") -> Iterator[Sheet]:
    """Every sheet but the summary, in the order of `COLUMNS`."""
    words = language(lang)
    filled = (_actions, _services, _findings, _deadlines, _questions, _offers, _problems, _sources)
    for (name, columns), rows in zip(COLUMNS.items(), filled, strict=True):
        yield Sheet(words.text(name), tuple((words.text(title), width) for title, width in columns), list(rows(assessment, lang)))


def _names(assessment: Assessment) -> dict[str, str]:
    return {decision.service.id: decision.service.name for decision in assessment.decisions}


def _actions(assessment: Assessment, lang: str) -> Iterator[Sequence[Cell]]:
    words, names = language(lang), _names(assessment)
    for one in actions(assessment):
        said = [text.reason_text(one.what, lang, assessment.offers)]
        if one.because:
            said.append(text.upper_first(text.reason_text(one.because, lang, assessment.offers)) + ".")
        law = "; ".join(text.source_text(source, lang) if source else text.article_of(rule) for rule, source in one.sources)
        yield (
            one.before,
            words.label(f"basis-{one.basis}"),
            " ".join(said),
            words.label(f"role-{one.owner}"),
            law,
            len(one.services),
            ", ".join(names[service] for service in one.services),
        )


def _services(assessment: Assessment, lang: str) -> Iterator[Sequence[Cell]]:
    return (_service(decision, assessment, lang) for decision in assessment.decisions)


def _service(decision: Decision, assessment: Assessment, lang: str) -> Sequence[Cell]:
    words, service, made = language(lang), decision.service, text.deciding(decision)
    clock, question = next_clock(decision), made.question if made else None
    overridden = "; ".join(f"{words.label(one.verdict)}, {one.who}, {words.day(one.until)}" for one in decision.overrides)
    return (
        service.name,
        service.body.name or service.body.siren,
        service.data_owner,
        "; ".join(text.hosting_text(one.hosting, assessment.offers, lang) for one in decision.hostings),
        made.hosting.confidence if made else None,
        decision.verdict,
        text.why(decision, lang, assessment.offers),
        words.text(question.fact.ask) if question else None,
        clock.on if clock else None,
        words.label(clock.kind) if clock else None,
        overridden,
        text.place_text(service.at, lang),
        service.id,
    )


def _findings(assessment: Assessment, lang: str) -> Iterator[Sequence[Cell]]:
    words = language(lang)
    for decision in assessment.decisions:
        for hosting in decision.hostings:
            hosted = text.hosting_text(hosting.hosting, assessment.offers, lang)
            for one in hosting.findings:
                facts = (
                    f"{text.fact_text(claim.fact, lang)}: {text.value_text(claim.fact, claim.value, lang)} ({claim.issuer}, {claim.source})"
                    for claim in one.claims
                )
                yield (
                    decision.service.name,
                    hosted,
                    one.title.in_(lang),
                    words.label(f"answer-{one.answer}"),
                    _reasons(one.because, assessment, lang),
                    one.source.text,
                    one.source.at,
                    words.label(one.source.read),
                    one.remedy.in_(lang) if one.remedy else None,
                    words.label(one.exception) if one.exception else None,
                    "\n".join(facts),
                    one.rule,
                )


def _reasons(reasons: Iterable[Reason], assessment: Assessment, lang: str) -> str:
    return "; ".join(text.reason_text(reason, lang, assessment.offers) for reason in reasons)


def _deadlines(assessment: Assessment, lang: str) -> Iterator[Sequence[Cell]]:
    words, names = language(lang), _names(assessment)
    for one in deadlines(assessment):
        yield (
            one.on,
            one.days,
            words.label(one.kind),
            text.reason_text(one.because, lang, assessment.offers),
            words.label(f"role-{one.owner}"),
            text.article_of(one.rule) if one.rule else None,
            len(one.services),
            ", ".join(names[service] for service in one.services),
        )


def _questions(assessment: Assessment, lang: str) -> Iterator[Sequence[Cell]]:
    words = language(lang)
    for decision in assessment.decisions:
        for hosting in decision.hostings:
            if (question := hosting.question) is not None:
                would = "; ".join(
                    f"{text.answer_text(answer, assessment.offers, lang)} → {words.label(verdict)}"
                    for answer, verdict in question.would.items()
                )
                yield (
                    decision.service.name,
                    text.hosting_text(hosting.hosting, assessment.offers, lang),
                    words.text(question.fact.ask),
                    words.label(f"role-{question.fact.role}"),
                    would,
                    question.fact.name,
                )


def _offers(assessment: Assessment, lang: str) -> Iterator[Sequence[Cell]]:
    """A row for each lawful offer, and one for each reason with all the offers that lost by it; once for all services that share them."""
    said: dict[str, str] = {}
    lost = language(lang).text(N_("lost"))
    for decision, names in _sharing(assessment):
        named = _joined(names, lang)
        for one in decision.eligible:
            key = f"{one.offer}/{one.region}" if one.region else one.offer
            conditions = text.repair_text(one.conditions, assessment.offers, lang) if one.conditions else None
            yield named, text.offer_text(key, assessment.offers), one.verdict, conditions
        for reasons, offers in grouped(decision.refused):
            key = repr([(reason.code, reason.args) for reason in reasons])
            if key not in said:
                said[key] = _reasons(reasons, assessment, lang)
            yield named, ", ".join(text.offer_text(offer, assessment.offers) for offer in offers), lost, said[key]


def _sharing(assessment: Assessment) -> Iterable[tuple[Decision, list[str]]]:
    """A decision for each distinct list of offers, with the names of all services that have it."""
    found: dict[object, tuple[Decision, list[str]]] = {}
    told = Told()
    for decision in assessment.decisions:
        found.setdefault((decision.eligible, told.refused(decision)), (decision, []))[1].append(decision.service.name)
    return found.values()


def _joined(names: Sequence[str], lang: str) -> str:
    """All names as far as a cell holds them, then how many others there are."""
    room, shown = NAMES_MOST, 0
    for name in names:
        room -= len(name) + 2
        if room < 0:
            break
        shown += 1
    return text.listed(names, lang, max(shown, 1))


def _problems(assessment: Assessment, lang: str) -> Iterator[Sequence[Cell]]:
    words = language(lang)
    for problem in assessment.problems:
        effect = words.text(N_("row left out")) if problem.rejected else words.text(N_("cell taken as not known"))
        yield text.place_text(problem.at, lang), words.text(problem.message, problem.args), effect


def _sources(assessment: Assessment, lang: str) -> Iterator[Sequence[Cell]]:
    words = language(lang)
    found = {one.rule: one for decision in assessment.decisions for hosting in decision.hostings for one in hosting.findings}
    for rule in sorted(found):
        one = found[rule]
        yield one.source.text, one.source.at, words.label(one.source.read), one.title.in_(lang), rule
    for book in assessment.rulebooks:
        yield (
            book.title.in_(lang),
            book.version,
            None,
            words.text(N_("Rulebook, digest {digest}")).replace("{digest}", book.digest),
            book.id,
        )
