"""Puts a scheme to an offer on a day: a finding for each requirement that concerns it, then the answer, the level, the dates.

What is computed answers from facts; documents can cast doubt on it and never lift it. The rest answers from the binder. A
declaration alone shows nothing, except where a scheme asks for no more. Layers underneath are met, never averaged. What
comes out is evidence for a file: never a qualification, which only a line of ANSSI's catalogue and the agreement make.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from egide.label import levels as by_level
from egide.label import weighted
from egide.label.checks import CHECKS, Case, Said, above, both, worst
from egide.label.composition import compose
from egide.label.documents import STRENGTH, Binder, earliest
from egide.label.dossier import Assurance, EvidenceKind
from egide.label.exposure import exposed
from egide.label.layers import dossiers_under
from egide.label.results import LabelAssessment, LevelReached, Missing, ObjectiveScore, RequirementFinding, Stage
from egide.label.stages import Demand, Standing, standing
from egide.ownership.answers import CUT_OFF
from egide.rules.evaluation import CheckFaultWarning
from egide.vocabulary.errors import Location
from egide.vocabulary.findings import Answer, BookUsed, Problem, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from egide.label.checks import Limits
    from egide.label.dossier import Dossier
    from egide.label.scheme import Requirement, Scheme
    from egide.ownership.answers import Readings

MANDATORY = "mandatory"


def assess(
    dossier: Dossier, scheme: Scheme, on: date, *, readings: Readings | None = None, schemes: Sequence[Scheme] = (),
    minimums: Mapping[str, int] | None = None,
) -> LabelAssessment:  # fmt: skip
    """The whole scheme put to the offer as the texts stood on that day.

    ``readings`` are the parameters of ownership that the scheme leaves open; its caps and its area are the scheme's own.
    ``minimums`` are the buyer's, by objective, for a weighted scheme. Raises `InputError` when an offer stands on itself.
    """
    case = _case(dossier, scheme, on, readings)
    demands = by_level.STRENGTHS if scheme.kind == "levels" else (Demand.EVIDENCE,)
    found: dict[Demand, dict[str, RequirementFinding]] = {}
    exposure: frozenset[str] = frozenset()
    for demand in demands:
        composed = compose(_findings(case, demand), dossier, _alone(scheme, on, readings, demand), on, scheme.id)
        found[demand] = {one.id: one for one in composed.findings}
        exposure |= composed.exposure
    findings = _told(scheme, found)
    return _concluded(case, findings, found, exposure | exposed(case), minimums or {})


def _case(dossier: Dossier, scheme: Scheme, on: date, readings: Readings | None) -> Case:
    return Case(dossier, on, scheme, Binder(dossier.documents, scheme, on), readings, above(dossier.register, _companies(dossier)))


def _companies(dossier: Dossier) -> set[str]:
    """Every company whose holders may be asked after, of the offer and of the layers underneath."""
    found = {dossier.provider, *(one.id for one in dossier.suppliers), *(one.operated_by for one in dossier.components)}
    found |= {one.source for one in dossier.accesses} | {base.offer for base in dossier.bases}
    for layer in dossiers_under(dossier):
        found |= {layer.id, layer.provider, *(one.id for one in layer.suppliers), *(one.operated_by for one in layer.components)}
    return found


def _alone(scheme: Scheme, on: date, readings: Readings | None, demand: Demand) -> Callable[[Dossier], LabelAssessment]:
    """How a layer underneath answers by itself."""

    def assess_one(dossier: Dossier) -> LabelAssessment:
        case = _case(dossier, scheme, on, readings)
        findings = tuple(_findings(case, demand))
        return _concluded(case, findings, {demand: {one.id: one for one in findings}}, exposed(case), {})

    return assess_one


def _findings(case: Case, demand: Demand) -> list[RequirementFinding]:
    """Every requirement whose scope types meet the offer's; an offer that names no type is asked everything."""
    kinds = frozenset(case.dossier.kinds)
    return [_finding(case, one, demand) for one in case.scheme.requirements if not kinds or not one.kinds or kinds & one.kinds]


def _finding(case: Case, requirement: Requirement, demand: Demand) -> RequirementFinding:
    role = owner(requirement, case.dossier.owners)
    shown = standing(case.binder, requirement, demand, role)
    if requirement.computed:
        shown = _computed(_asked(case, requirement), shown, requirement, demand)
    return RequirementFinding(
        requirement.id, requirement.title, requirement.binding, shown.answer, shown.stage, bool(requirement.computed), shown.because,
        shown.evidence, () if shown.answer is Answer.MET else shown.missing, shown.until if shown.answer is Answer.MET else None,
        requirement.source, (), shown.assurance, role, requirement.remedy,
    )  # fmt: skip


def owner(requirement: Requirement, owners: Mapping[str, str]) -> str:
    """Who answers for it: as the provider says, the nearest number first, else as the scheme does."""
    fitting = [one for one in owners if one == requirement.id or (one.endswith("*") and requirement.id.startswith(one[:-1]))]
    return owners[max(fitting, key=lambda one: (one == requirement.id, len(one)))] if fitting else requirement.role


def _asked(case: Case, requirement: Requirement) -> Said:
    """All that computes it, each check with the limits of the day."""
    limits: dict[str, object] = {
        name: dated.value for name, values in requirement.limits.items() for dated in values if dated.period.holds(case.on)
    }
    return both(*(_ask(case, requirement, name, limits) for name in requirement.computed))


def _ask(case: Case, requirement: Requirement, name: str, limits: Limits) -> Said:
    """One check's answer; one that crashes, or lacks a limit on that day, answers unknown and says so."""
    check = CHECKS.get(name)
    if check is None:
        return _unasked(name, Reason("label.fault.no-check", {"check": name}, N_("no check is named {check}")))
    if lacking := [limit for limit in check.limits if limit not in limits]:
        args = {"limit": lacking[0], "on": case.on}
        return _unasked(name, Reason("label.limit.unknown", args, N_("the scheme gives no value for {limit} on {on}")))
    try:
        return check.test(case, limits)
    except Exception as error:  # a check that crashes must never become an approval
        warnings.warn(f"{case.scheme.id}#{requirement.id}: check `{name}` failed: {error!r}", CheckFaultWarning, stacklevel=2)
        args = {"check": name, "error": f"{type(error).__name__}: {error}"}
        return _unasked(name, Reason("label.fault.unknown", args, N_("the check {check} failed: {error}")))


def _unasked(name: str, why: Reason) -> Said:
    return Said(Answer.UNKNOWN, (why,))


def _computed(said: Said, papers: Standing, requirement: Requirement, demand: Demand) -> Standing:
    """What facts answer, with what the documents add: doubt always, proof where the facts were only declared, the rest where asked."""
    stage = Stage.CONTRADICTED if said.contradicted and said.answer is Answer.UNKNOWN else Stage.COMPUTED
    if said.answer is not Answer.MET:
        return Standing(stage, said.answer, said.because, said.missing, said.evidence, None, said.assurance)
    if papers.stage is Stage.CONTRADICTED or (papers.stage is Stage.PARTIAL and papers.answer is Answer.UNKNOWN and _reserved(papers)):
        because = (*papers.because, *said.because)
        return Standing(papers.stage, Answer.UNKNOWN, because, papers.missing, papers.evidence, None, said.assurance)
    used = tuple(sorted({*said.evidence, *(papers.evidence if papers.answer is Answer.MET else ())}))
    assurance = _stronger(said.assurance, papers.assurance if papers.answer is Answer.MET else None)
    if requirement.computed_in_part:
        if papers.answer is not Answer.MET:
            return replace(papers, because=(*papers.because, *said.because), missing=(*papers.missing, *said.missing))
        until = earliest((said.until, papers.until))
        return Standing(papers.stage, Answer.MET, (*said.because, *papers.because), (), used, until, papers.assurance)
    if said.shown:
        return Standing(Stage.COMPUTED, Answer.MET, said.because, (), used, said.until, assurance)
    if papers.answer is Answer.MET and papers.stage is not Stage.DECLARED:
        until = earliest((said.until, papers.until))
        return Standing(Stage.COMPUTED, Answer.MET, (*said.because, *papers.because), (), used, until, assurance)
    if demand is Demand.DECLARATION:
        return Standing(Stage.DECLARED, Answer.MET, said.because, (), used, said.until, Assurance.DECLARED)
    return _only_declared(said, requirement)


def _reserved(papers: Standing) -> bool:
    return any(reason.code == "label.evidence.partial" for reason in papers.because)


def _stronger(first: Assurance | None, second: Assurance | None) -> Assurance | None:
    return max((one for one in (first, second) if one is not None), key=STRENGTH.__getitem__, default=None)


def _only_declared(said: Said, requirement: Requirement) -> Standing:
    reason = Reason("label.fact.only-declared", {}, N_("the provider says so; no document and nobody else shows it"))
    ask = Reason("label.missing.evidence", {"kind": "document"}, N_("evidence of the kind {kind}"))
    missing = said.missing or (Missing(ask, EvidenceKind.DOCUMENT, requirement.role),)
    return Standing(Stage.DECLARED, Answer.UNKNOWN, (reason, *said.because), missing, said.evidence, None, Assurance.DECLARED)


def _told(scheme: Scheme, found: Mapping[Demand, Mapping[str, RequirementFinding]]) -> tuple[RequirementFinding, ...]:
    """One finding for each requirement: at the most that any level asks of it."""
    if scheme.kind != "levels":
        return tuple(found[Demand.EVIDENCE].values())
    told = []
    for requirement in scheme.requirements:
        demand = by_level.strictest(requirement)
        one = found[demand if demand in found else Demand.CERTIFICATION].get(requirement.id)
        if one is not None:
            told.append(one)
    return tuple(told)


@dataclass(frozen=True, slots=True)
class _Conclusion:
    answer: Answer
    level: str | None = None
    levels: tuple[LevelReached, ...] = ()
    objectives: tuple[ObjectiveScore, ...] = ()
    score: Fraction | None = None
    bounds: tuple[Fraction, Fraction] | None = None


def _conclusion(
    case: Case, findings: Sequence[RequirementFinding], found: Mapping[Demand, Mapping[str, RequirementFinding]],
    minimums: Mapping[str, int],
) -> _Conclusion:  # fmt: skip
    """All that is mandatory; of a scheme of levels, its lowest level; of a weighted one, the buyer's gate."""
    scheme = case.scheme
    mandatory = [one.answer for one in findings if one.binding == MANDATORY]
    if scheme.kind == "levels":
        levels = by_level.reached(scheme, found) if set(by_level.STRENGTHS) <= set(found) else ()
        return _Conclusion(levels[0].answer if levels else worst(mandatory), by_level.highest(levels), levels)
    if scheme.kind == "weighted":
        scores = weighted.objectives(case.dossier, scheme, case.binder, minimums)
        low, high = weighted.score_bounds(scores, scheme)
        answer = worst((weighted.gate(scores), *mandatory))
        return _Conclusion(answer, None, (), scores, low if low == high else None, (low, high))
    return _Conclusion(worst(mandatory))


def _concluded(
    case: Case, findings: tuple[RequirementFinding, ...], found: Mapping[Demand, Mapping[str, RequirementFinding]],
    exposure: frozenset[str], minimums: Mapping[str, int],
) -> LabelAssessment:  # fmt: skip
    dossier, scheme = case.dossier, case.scheme
    in_force = scheme.in_force.holds(case.on)
    end = _conclusion(case, findings, found, minimums)
    ends = [(one.until, one.id) for one in findings if one.binding == MANDATORY and one.answer is Answer.MET and one.until is not None]
    until, because_until = min(ends, default=(None, None))
    problems = dossier.problems
    if not in_force:
        message = N_("the scheme {scheme} was not in force on {on}: nothing follows from it")
        problems = (*problems, Problem(Location(scheme.id), message, {"scheme": scheme.id, "on": case.on}, False))
    held = case.asked_ownership
    problems = (*problems, *(one for answer in held[:1] for one in answer.problems if one.message == CUT_OFF))
    return LabelAssessment(
        dossier, BookUsed(scheme.id, scheme.version, scheme.title, scheme.digest), scheme.kind, scheme.simulation, case.on,
        end.answer if in_force or end.answer is Answer.NOT_MET else Answer.UNKNOWN, end.level if in_force else None, end.levels, findings,
        until, because_until, _parameters(case), held[0] if held else None, case.first_asked("access"), case.first_asked("autonomy"),
        tuple(sorted(exposure)), dossier.documents, end.objectives, end.score, end.bounds, dossier.line, problems,
    )  # fmt: skip


def _parameters(case: Case) -> dict[str, object]:
    """The readings, and every limit as it stood on the day, by requirement."""
    said: dict[str, object] = {}
    for requirement in case.scheme.requirements:
        read = {name for check in requirement.computed if check in CHECKS for name in CHECKS[check].limits}
        for name in sorted(read & set(requirement.limits)):
            said |= {f"{requirement.id}.{name}": dated.value for dated in requirement.limits[name] if dated.period.holds(case.on)}
    for held in case.asked_ownership[:1]:
        readings = held.readings
        said |= {
            "union": readings.union_name, "persons_count": readings.persons_count, "one": readings.one, "together": readings.together,
            "either_breach_fails": readings.either_breach_fails, "presumption": readings.presumption,
        }  # fmt: skip
    return said
