"""Objectives that are gated and scored (EU Cloud Sovereignty Framework 1.2.1).

How levels aggregate inside an objective was not read: the provider claims a level for each objective, with evidence. A level
claimed without evidence that counts on the day is not taken. The buyer's minimum for an objective is the gate; the weighted
score ranks, exactly, or between two bounds while an objective is not known.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from egide.label.checks import worst
from egide.label.dossier import Assurance
from egide.label.results import ObjectiveScore
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from egide.label.documents import Binder
    from egide.label.dossier import Dossier, Statement
    from egide.label.scheme import Objective, Scheme


def objectives(dossier: Dossier, scheme: Scheme, binder: Binder, minimums: Mapping[str, int]) -> tuple[ObjectiveScore, ...]:
    """Each objective of the scheme on the binder's day. Raises `InputError` on a minimum that the scheme does not know."""
    top = len(scheme.levels) - 1
    known = {one.id for one in scheme.objectives}
    for name, least in minimums.items():
        if name not in known:
            raise InputError(N_("the scheme has no objective `{name}`"), values={"name": name})
        if not 0 <= least <= top:
            raise InputError(N_("a minimum for {name} is a level from 0 to {top}"), values={"name": name, "top": top})
    claimed = dossier.objectives
    return tuple(_objective(one, claimed.get(f"{scheme.id}#{one.id}"), binder, minimums.get(one.id), top) for one in scheme.objectives)


def _objective(objective: Objective, claimed: Statement | None, binder: Binder, least: int | None, top: int) -> ObjectiveScore:
    level, because = _level(objective, claimed, binder, top)
    if level is None:
        answer = Answer.MET if least == 0 else Answer.UNKNOWN
    else:
        answer = Answer.MET if least is None or level >= least else Answer.NOT_MET
    if level is not None and least is not None:
        args = {"objective": objective.id, "level": level, "least": least, "documents": because.args["documents"]}
        words = N_("level {level} by {documents}, at least {least} asked")
        if answer is Answer.NOT_MET:
            words = N_("level {level} by {documents}, under the {least} asked")
        because = Reason(f"label.objective.{answer}", args, words)
    return ObjectiveScore(objective.id, objective.title, objective.weight, level, least, answer, because)


def _level(objective: Objective, claimed: Statement | None, binder: Binder, top: int) -> tuple[int | None, Reason]:
    """The level that evidence stands behind; None with why not."""
    args: dict[str, object] = {"objective": objective.id}
    value = claimed.claim.value if claimed else None
    if claimed is None or not isinstance(value, int) or isinstance(value, bool):
        return None, Reason("label.objective.unclaimed", args, N_("nobody claims a level for {objective}"))
    if not 0 <= value <= top:
        return None, Reason("label.objective.no-such-level", args | {"level": value}, N_("{level} is no level of the scheme"))
    if not _speaks(claimed, binder.on):
        return None, Reason("label.objective.expired", args | {"level": value}, N_("level {level} is not claimed for that day"))
    behind = binder.stands_behind(claimed.evidence)
    if not behind:
        words = N_("level {level} is claimed, and nothing that counts shows it")
        return None, Reason("label.objective.without-evidence", args | {"level": value}, words)
    documents = tuple(one.id for one in behind)
    looked = any(one.assurance is not Assurance.DECLARED for one in behind)
    words = N_("level {level} by {documents}") if looked else N_("level {level} by {documents}, the provider's own")
    return value, Reason("label.objective.known", args | {"level": value, "documents": documents}, words)


def _speaks(claimed: Statement, on: date) -> bool:
    return (claimed.claim.on is None or claimed.claim.on <= on) and (claimed.until is None or on <= claimed.until)


def gate(scores: Sequence[ObjectiveScore]) -> Answer:
    """Whether every minimum is reached; unknown while the buyer gave none, for then nothing was asked."""
    return worst(one.answer for one in scores if one.minimum is not None)


def score_bounds(scores: Sequence[ObjectiveScore], scheme: Scheme) -> tuple[Fraction, Fraction]:
    """The weighted score, 0 to 1, with each unknown objective at its lowest and at its highest."""
    top = max(len(scheme.levels) - 1, 1)
    whole = sum(one.weight for one in scores) or 1
    low = sum(one.weight * (one.level or 0) for one in scores)
    high = sum(one.weight * (top if one.level is None else one.level) for one in scores)
    return Fraction(low, whole * top), Fraction(high, whole * top)
