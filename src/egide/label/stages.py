"""The state of a requirement in the binder, for what is asked of it, and what would bring it further.

A finding of non-conformity does not fade with age: a later document of at least its assurance answers it. A file that is not
what its digest says settles nothing until it is put right.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from egide.label.documents import STRENGTH, State, earliest, last_day, latest, state, weakest
from egide.label.dossier import Assurance
from egide.label.results import Missing, Stage
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from egide.label.documents import Binder
    from egide.label.dossier import Document, EvidenceKind
    from egide.label.scheme import Requirement


class Demand(StrEnum):
    """How much a requirement, or one level of it, asks."""

    DECLARATION = "declaration"
    """Saying so is enough (Gaia-X)."""
    EVIDENCE = "evidence"
    CERTIFICATION = "certification"
    """Somebody who is not the provider must have looked."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the binder puts one requirement."""

    stage: Stage
    answer: Answer
    because: tuple[Reason, ...]
    missing: tuple[Missing, ...] = ()
    evidence: tuple[str, ...] = ()
    until: date | None = None
    assurance: Assurance | None = None


@dataclass(frozen=True, slots=True)
class _Objection:
    """A document that denies, doubts, or is not what it was, with what it makes of the answer."""

    answer: Answer
    how: str
    document: Document


def standing(binder: Binder, requirement: Requirement, demand: Demand = Demand.EVIDENCE, role: str = "") -> Standing:
    """Where the documents put the requirement on the binder's day, for what is asked of it."""
    documents = binder.covering(requirement)
    states = {one.id: state(one, binder.on, requirement.fresh_months) for one in documents}
    role = role or requirement.role
    if objections := _objections(documents, states, binder.on):
        return _contradicted(objections, role)
    good = [one for one in documents if one.outcome == "conforms"]
    counting = [one for one in good if states[one.id] is State.COUNTS]
    if demand is Demand.CERTIFICATION:
        counting = [one for one in counting if STRENGTH[one.assurance] >= STRENGTH[Assurance.AUDITED]]
    standards = binder.standards(requirement)
    shown = {kind: [one for one in counting if _shows(one, kind, standards)] for kind in sorted(requirement.evidence)}
    needed = [kind for kind, these in shown.items() if not these]
    if not needed or (not requirement.needs_all and len(needed) < len(shown)):
        return _shown(requirement, [these for these in shown.values() if these])
    said = [one for one in good if states[one.id] in (State.COUNTS, State.DECLARATION)]
    if demand is Demand.DECLARATION and said:
        return _declared_is_enough(said, requirement)
    accepted = [one for one in good if states[one.id] is State.COUNTS and any(_shows(one, kind, standards) for kind in shown)]
    return _short(requirement, {one: tuple(d.id for d in good if states[d.id] is one) for one in State}, accepted, needed, demand, role)


def _shows(document: Document, kind: EvidenceKind, standards: frozenset[str]) -> bool:
    certificate = document.standard in standards and document.assurance is Assurance.ATTESTED
    return document.kind is kind or certificate


def _objections(documents: Sequence[Document], states: dict[str, State], on: date) -> list[_Objection]:
    found: list[_Objection] = []
    good = [one for one in documents if one.outcome == "conforms" and states[one.id] is State.COUNTS]
    for one in documents:
        if states[one.id] is State.LATER or (one.until is not None and one.until < on):
            continue
        if states[one.id] is State.CHANGED:
            found.append(_Objection(Answer.UNKNOWN, "changed", one))
        elif one.outcome != "conforms" and not any(_answers(other, one) for other in good):
            disputed = one.outcome == "partial" or any(_disputes(other, one) for other in good)
            found.append(_Objection(Answer.UNKNOWN if disputed else Answer.NOT_MET, one.outcome, one))
    return sorted(found, key=lambda one: (one.answer is not Answer.NOT_MET, one.how == "partial", one.document.id))


def _answers(later: Document, earlier: Document) -> bool:
    """Somebody looked again, at least as closely."""
    return later.on > earlier.on and STRENGTH[later.assurance] >= STRENGTH[earlier.assurance]


def _disputes(one: Document, other: Document) -> bool:
    """Two issuers of the same weight say otherwise on the same day."""
    return one.on == other.on and one.issuer != other.issuer and STRENGTH[one.assurance] >= STRENGTH[other.assurance]


_OBJECTIONS = {
    "does-not-conform": (
        N_("{document} ({issuer}, {on}) concludes that it does not conform"),
        N_("correct it, and have it looked at again as closely as in {document}"),
    ),
    "partial": (
        N_("{document} ({issuer}, {on}) concludes with reservations: {findings}"),
        N_("lift the reservations of {document}"),
    ),
    "changed": (
        N_("the file of {document} is not what its digest says"),
        N_("put back the file of {document}, or enter the new one in the index"),
    ),
}
"""What is said of an objection, and what is asked."""


def _contradicted(objections: Sequence[_Objection], role: str) -> Standing:
    because, missing = [], []
    for one in objections:
        said, ask = _OBJECTIONS[one.how]
        document = one.document
        args = {"document": document.id, "issuer": document.issuer, "on": document.on, "findings": " ; ".join(document.findings)}
        because.append(Reason(f"label.evidence.{one.how}", args, said))
        missing.append(Missing(Reason(f"label.missing.{one.how}", args, ask), document.kind, role))
    only_partial = all(one.how == "partial" for one in objections)
    used = tuple(one.document.id for one in objections)
    return Standing(Stage.PARTIAL if only_partial else Stage.CONTRADICTED, objections[0].answer, tuple(because), tuple(missing), used)


def _shown(requirement: Requirement, kinds: Sequence[Sequence[Document]]) -> Standing:
    ends = [latest(last_day(one, requirement.fresh_months) for one in these) for these in kinds]
    best = [max((one.assurance for one in these), key=STRENGTH.__getitem__) for these in kinds]
    if requirement.needs_all:
        until, assurance = earliest(ends), weakest(best)
    else:
        until, assurance = latest(ends), max(best, key=STRENGTH.__getitem__)
    stage = Stage.READY if assurance is Assurance.DECLARED else Stage.AUDITED
    used = tuple(sorted({one.id for these in kinds for one in these}))
    reason = Reason("label.evidence.met", {"documents": used}, N_("shown by {documents}"))
    return Standing(stage, Answer.MET, (reason,), (), used, until, assurance)


def _declared_is_enough(said: Sequence[Document], requirement: Requirement) -> Standing:
    used = tuple(one.id for one in said)
    reason = Reason("label.evidence.declared-met", {"documents": used}, N_("declared in {documents}, which is all that is asked here"))
    until = latest(last_day(one, requirement.fresh_months) for one in said)
    return Standing(Stage.DECLARED, Answer.MET, (reason,), (), used, until, Assurance.DECLARED)


def _short(
    requirement: Requirement, by_state: dict[State, tuple[str, ...]], accepted: Sequence[Document], needed: Sequence[EvidenceKind],
    demand: Demand, role: str,
) -> Standing:  # fmt: skip
    """Why what is there is not enough, and what to bring."""
    stage, reason = _stage_of_short(requirement, by_state, [one.id for one in accepted], needed, demand)
    ask = {
        Demand.CERTIFICATION: N_("evidence of the kind {kind} from somebody who is not the provider"),
        Demand.EVIDENCE: N_("evidence of the kind {kind}"),
        Demand.DECLARATION: N_("a declaration, or evidence of the kind {kind}"),
    }[demand]
    missing = [Missing(Reason("label.missing.evidence", {"kind": str(kind)}, ask), kind, role) for kind in needed]
    if by_state[State.ABSENT]:
        words = N_("the files of {documents}, which the folder does not hold")
        put = Reason("label.missing.file", {"documents": by_state[State.ABSENT]}, words)
        missing.insert(0, Missing(put, None, role))
    weak = weakest(one.assurance for one in accepted) or (Assurance.DECLARED if stage is Stage.DECLARED else None)
    return Standing(stage, Answer.UNKNOWN, (reason,), tuple(missing), tuple(one.id for one in accepted), None, weak)


def _stage_of_short(
    requirement: Requirement, by_state: dict[State, tuple[str, ...]], accepted: Sequence[str], needed: Sequence[EvidenceKind],
    demand: Demand,
) -> tuple[Stage, Reason]:  # fmt: skip
    kinds = tuple(str(kind) for kind in needed)
    if accepted and demand is Demand.CERTIFICATION:
        message = N_("the provider's own evidence, where a look by somebody else is asked: {documents}")
        return Stage.READY, Reason("label.evidence.not-audited", {"documents": tuple(accepted)}, message)
    if accepted:
        message = N_("there is {documents}; evidence of these kinds is asked as well: {kinds}")
        return Stage.PARTIAL, Reason("label.evidence.incomplete", {"documents": tuple(accepted), "kinds": kinds}, message)
    if ended := by_state[State.EXPIRED]:
        return Stage.EXPIRED, Reason("label.evidence.expired", {"documents": ended}, N_("too old on that day, or ended: {documents}"))
    if said := by_state[State.DECLARATION] + by_state[State.ABSENT]:
        return Stage.DECLARED, Reason("label.evidence.declared", {"documents": said}, N_("declared in {documents}; no file shows it"))
    if other := by_state[State.COUNTS]:
        message = N_("of a kind that is not accepted here: {documents}")
        return Stage.NOTHING, Reason("label.evidence.other-kind", {"documents": other}, message)
    return Stage.NOTHING, Reason("label.evidence.nothing", {"requirement": requirement.id}, N_("nothing in the binder covers it"))
