"""What a check says, and how several answers make one: the worst of them, on all that they stand on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from egide.label.documents import earliest, weakest
from egide.label.facts import FACTS
from egide.label.results import Missing
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from egide.label.checks.known import Known
    from egide.label.dossier import Assurance


@dataclass(frozen=True, slots=True)
class Said:
    """What a check says, and what it stands on."""

    answer: Answer
    because: tuple[Reason, ...]
    missing: tuple[Missing, ...] = ()
    until: date | None = None
    """The last day on which a met answer holds with what is there."""
    assurance: Assurance | None = None
    evidence: tuple[str, ...] = ()
    shown: bool = True
    """False: it stands on a bare declaration, so that a met answer is not yet shown."""
    contradicted: bool = False


def of_facts(check: str, known: Iterable[Known], judged: Mapping[str, tuple[Answer, Reason]]) -> Said:
    """All of several facts: each with its own answer, the worst of which is the check's.

    ``judged`` holds the facts whose value is known; one that is not known is unknown, with its question.
    """
    facts = list(known)
    answers = [judged.get(one.fact, (Answer.UNKNOWN, one.doubt or silent(check)))[0] for one in facts]
    answer = worst(answers)
    because = tuple(
        judged[one.fact][1] if one.fact in judged else (one.doubt or silent(check))
        for one, said in zip(facts, answers, strict=True) if said is answer
    )  # fmt: skip
    wrong = [one for one, said in zip(facts, answers, strict=True) if said is Answer.NOT_MET]
    missing = tuple(Missing(judged[one.fact][1], None, str(FACTS[one.fact].role), one.fact) for one in wrong)
    missing += tuple(ask for one in facts if one not in wrong for ask in one.missing)
    return Said(
        answer, because, missing, earliest(one.until for one in facts), weakest(one.assurance for one in facts),
        tuple(sorted({name for one in facts for name in one.evidence})), all(one.shown for one in facts),
        any(one.contradicted for one in facts),
    )  # fmt: skip


def both(*said: Said) -> Said:
    """Answers that must all be met, on all that they stand on."""
    answer = worst(one.answer for one in said)
    telling = [one for one in said if one.answer is answer]
    return Said(
        answer, tuple(reason for one in telling for reason in one.because), tuple(ask for one in said for ask in one.missing),
        earliest(one.until for one in said), weakest(one.assurance for one in said),
        tuple(sorted({name for one in said for name in one.evidence})), all(one.shown for one in said),
        any(one.contradicted for one in said),
    )  # fmt: skip


def silent(check: str) -> Reason:
    """Nobody said."""
    return Reason(f"label.{check}.unknown", {}, N_("nobody said"))


def worst(answers: Iterable[Answer]) -> Answer:
    """Kleene's all: not met when one is not, else unknown when one is. Of none: unknown."""
    known = set(answers)
    if Answer.NOT_MET in known:
        return Answer.NOT_MET
    return Answer.MET if known == {Answer.MET} else Answer.UNKNOWN
