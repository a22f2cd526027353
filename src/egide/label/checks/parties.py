"""Third parties and what they can do: reach data, stop the service, bring a foreign law (SecNumCloud 3.2, 19.6.c-d, 15.1.a, 5.3.d).

The paths and the stoppages are computed by `egide.label.access` and `egide.label.autonomy`; here they become an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.label.checks.case import Case, Check, Limits
from egide.label.checks.said import Said, both, of_facts
from egide.label.dossier import Assurance, EvidenceKind, PathState
from egide.label.results import Missing
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.label.dossier import Dossier
    from egide.label.results import AccessStep


def _cannot_reach(case: Case, limits: Limits) -> Said:
    """No third-controlled company has a technical possibility of obtaining data: no path that a tested control does not cut (19.6.c).

    It is a negative proof: where nobody described the components, nothing was looked at.
    """
    check, dossier = "third_parties_cannot_reach_data", case.dossier
    if not dossier.components:
        ask = Reason(f"label.{check}.no-components", {}, N_("nobody described which components hold data and who reaches them"))
        return Said(Answer.UNKNOWN, (ask,), (Missing(ask, EvidenceKind.DOCUMENT, "security"),))
    found = case.access(limits)
    names = {one.id: one.name for one in dossier.suppliers} | {one.id: one.name for one in dossier.components}
    because = tuple(_by_name(one, names) for one in found.because)
    if found.answer is Answer.MET:
        shown = all(one.evidence or one.origin for one in dossier.accesses if one.control_state is PathState.TESTED)
        until = case.holds_until(lambda later: later.access(limits).answer)
        return Said(Answer.MET, because, (), until, Assurance.DECLARED, (), shown)
    steps = {step.access: step for path in found.paths for step in path.steps}
    missing = [_tested_control(check, access, steps.get(access), names) for access in found.cut]
    for party in found.unknown_parties:
        ask = Reason(f"label.{check}.party-unknown", {"party": names.get(party, party)}, N_("where is {party}, and who controls it?"))
        missing.append(Missing(ask, EvidenceKind.DOCUMENT, "legal"))
    return Said(found.answer, because, tuple(missing), None, Assurance.DECLARED)


def _by_name(reason: Reason, names: Mapping[str, str]) -> Reason:
    """The same reason with the names of suppliers and components in the place of their identifiers."""
    told = {key: names.get(value, value) if key in ("party", "component") and isinstance(value, str) else value
            for key, value in reason.args.items()}  # fmt: skip
    return Reason(reason.code, told, reason.message)


def _tested_control(check: str, access: str, step: AccessStep | None, names: Mapping[str, str]) -> Missing:
    """What closes one way: a tested control; for what a contract lets a supplier process, the contract itself."""
    source, target = (step.source, step.target) if step else (access, access)
    args = {"access": access, "source": names.get(source, source), "target": names.get(target, target)}
    words = N_("a tested control on {access} ({source} → {target})")
    if "contract:" in access:
        words = N_("no data to process for {source}, or a tested control that keeps them from it")
    ask = Reason(f"label.{check}.cut", args, words)
    return Missing(ask, EvidenceKind.TEST, "security")


def _autonomous(case: Case, limits: Limits) -> Said:
    """Cut from each third-controlled company the service goes on: own skills, two alternatives, or a supplier itself qualified (19.6.d)."""
    check, dossier = "service_is_autonomous", case.dossier
    if not dossier.needs:
        ask = Reason(f"label.{check}.no-needs", {}, N_("nobody described what the functions of the service stand on"))
        return Said(Answer.UNKNOWN, (ask,), (Missing(ask, EvidenceKind.DOCUMENT, "cio"),))
    found = case.autonomy(limits)
    telling = tuple(one.because for one in found.stoppages if one.answer is found.answer)
    if found.answer is Answer.MET:
        because = telling or (Reason(f"label.{check}.met", {}, N_("the service stands on no third-controlled company")),)
        skills = _own_skills(case)
        until = case.holds_until(lambda later: later.autonomy(limits).answer)
        alone = Said(Answer.MET, because, (), until, Assurance.DECLARED, (), False)
        return alone if skills is None else both(alone, skills)
    doubts = found.because if found.answer is Answer.UNKNOWN else ()
    missing = tuple(Missing(one.because, EvidenceKind.DOCUMENT, "cio") for one in found.stoppages if one.answer is not Answer.MET)
    missing += tuple(Missing(one, EvidenceKind.DOCUMENT, "cio") for one in found.because)
    return Said(found.answer, telling + doubts, missing, None, Assurance.DECLARED)


def _own_skills(case: Case) -> Said | None:
    """Where some function leans on the provider's own skills, that it has them must be said."""
    if not any("own-skills" in alternatives for need in case.dossier.needs for alternatives in need.needs):
        return None
    known = case.fact("skills.own")
    judged = {}
    if known.value is not None:
        answer = Answer.MET if known.value else Answer.NOT_MET
        words = N_("the provider has the skills itself") if known.value else N_("the provider does not have the skills itself")
        judged[known.fact] = (answer, Reason(f"label.service_is_autonomous.skills-{answer}", {}, words))
    return of_facts("service_is_autonomous", [known], judged)


def _listed(case: Case, limits: Limits) -> Said:
    """Every third party is listed, at every level, with what it processes and from where (15.1.a)."""
    check, dossier = "third_parties_are_listed_at_every_level", case.dossier
    known, judged = case.fact("suppliers.list_complete"), {}
    if known.value is not None:
        answer = Answer.MET if known.value else Answer.NOT_MET
        words = N_("the list of third parties is said to be complete") if known.value else N_("the list of third parties is not complete")
        judged[known.fact] = (answer, Reason(f"label.{check}.stated-{answer}", {}, words))
    said = of_facts(check, [known], judged)
    holes, doubts = _holes(dossier), _doubts(dossier)
    missing = tuple(Missing(one, EvidenceKind.DOCUMENT, "provider") for one in (*holes, *doubts))
    parts = [said]
    if holes:
        parts.append(Said(Answer.NOT_MET, tuple(holes), missing[: len(holes)]))
    if doubts:
        parts.append(Said(Answer.UNKNOWN, tuple(doubts), missing[len(holes) :]))
    return both(*parts)


def _holes(dossier: Dossier) -> list[Reason]:
    """Third parties that the dossier itself names elsewhere and that the list does not hold."""
    listed = {one.id for one in dossier.suppliers} | {dossier.provider, *(base.offer for base in dossier.bases)}
    components = {one.id for one in dossier.components}
    named = {one.under for one in dossier.suppliers if one.under} | {one.operated_by for one in dossier.components}
    named |= {one.source for one in dossier.accesses} - components
    named |= {one.held_by for one in dossier.technical_data}
    message = N_("{party} is named in the dossier and stands in no list of third parties")
    code = "label.third_parties_are_listed_at_every_level.not-listed"
    return [Reason(code, {"party": name}, message) for name in sorted(named - listed - {""})]


def _doubts(dossier: Dossier) -> list[Reason]:
    """Third parties of whom nobody says what they process or from where."""
    code, found = "label.third_parties_are_listed_at_every_level", []
    for one in sorted(dossier.suppliers, key=lambda one: one.id):
        if one.data is None:
            found.append(Reason(f"{code}.data-unknown", {"party": one.name}, N_("which data does {party} process?")))
        if one.countries is None:
            found.append(Reason(f"{code}.countries-unknown", {"party": one.name}, N_("from which countries does {party} work?")))
    return found


def _risks_listed(case: Case, limits: Limits) -> Said:
    """The residual risks from the law of third countries are listed: as stated, and one line for each country outside (5.3.d)."""
    check, known = "residual_foreign_law_risks_are_listed", case.fact("risks.foreign_laws_listed")
    judged = {}
    if known.value is not None:
        answer = Answer.MET if known.value else Answer.NOT_MET
        words = N_("the residual risks from the law of third countries are listed")
        if not known.value:
            words = N_("the residual risks from the law of third countries are not listed")
        judged[known.fact] = (answer, Reason(f"label.{check}.stated-{answer}", {}, words))
    said = of_facts(check, [known], judged)
    doubts = _risks_missing(case, limits)
    if not doubts:
        return said
    missing = tuple(Missing(one, EvidenceKind.DOCUMENT, "security") for one in doubts)
    return both(said, Said(Answer.UNKNOWN, tuple(doubts), missing))


def _risks_missing(case: Case, limits: Limits) -> list[Reason]:
    check, dossier = "residual_foreign_law_risks_are_listed", case.dossier
    union = case.readings(limits).union
    outside = {
        (place, one.name) for one in dossier.suppliers
        for place in (one.seat, one.administration, one.establishment, *(one.countries or ()))
        if place is not None and place not in union
    }  # fmt: skip
    covered = {one.country for one in dossier.risks if one.law or one.country}
    found = [
        Reason(f"label.{check}.country-missing", {"country": country, "party": party},
               N_("no risk is listed for the law of {country}, which reaches {party}"))
        for country, party in sorted(outside) if country not in covered
    ]  # fmt: skip
    words = N_("what remains of the risk «{risk}» is not assessed")
    unassessed = sorted((one for one in dossier.risks if one.law and one.residual is None), key=lambda one: one.id)
    return found + [Reason(f"label.{check}.not-assessed", {"risk": one.title}, words) for one in unassessed]


PARTIES = (
    Check("third_parties_cannot_reach_data", ("accesses", "components", "suppliers", "ownership"), ("union_countries",), _cannot_reach),
    Check("service_is_autonomous", ("needs", "suppliers", "skills.own", "ownership"), ("union_countries",), _autonomous),
    Check("third_parties_are_listed_at_every_level", ("suppliers.list_complete", "suppliers", "components", "accesses"), (), _listed),
    Check("residual_foreign_law_risks_are_listed", ("risks.foreign_laws_listed", "risks", "suppliers"), ("union_countries",),
          _risks_listed),
)  # fmt: skip
"""19.6.c and d, 15.1.a, 5.3.d."""
