"""What a template of a label's paper may say: one dictionary of plain texts, numbers, lists and groups.

Its names are a promise, like those of `egide.papers.notes.context`: a user's own template stands on them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from egide.papers.label import rows, sentences, views
from egide.papers.label.words import (
    NEVER,
    Teller,
    count_answers,
    disclaimer,
    headline,
    line_text,
    score_text,
    standfirst,
    teller,
    yes_no,
)
from egide.papers.text import ANSWER_SHAPES, sentence, source_text
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from egide.label.dossier import Customer, Risk, Supplier
    from egide.label.results import Gap, LabelAssessment, Notice, RequirementFinding, Simulation

MOST_GAPS = 10
MOST_CHAINS = 5
MOST_PATHS = 8

TITLES: Mapping[str, str] = {
    "report": N_("Label assessment report: {offer}"),
    "residual-risks": N_("Statement of residual risks of non-European law: {offer}"),
    "annexes": N_("Third parties and technical data: {offer}"),
    "notice": N_("Notice of a change: {offer}"),
}

MARKINGS: Mapping[str, str] = {
    "report": N_("INTERNAL USE"),
    "residual-risks": N_("GIVEN TO THE CUSTOMER ON REQUEST"),
    "annexes": N_("INTERNAL USE"),
    "notice": N_("FOR THE CUSTOMER"),
}

TONES: Mapping[Answer, str] = {Answer.MET: "yes", Answer.NOT_MET: "no", Answer.UNKNOWN: "doubt"}


def context(
    paper: str, assessment: LabelAssessment, lang: str, gaps: Sequence[Gap] = (), simulation: Simulation | None = None,
    notice: Notice | None = None, to: Customer | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Everything a template of that paper may print, in that language."""
    told, dossier = teller(assessment, lang), assessment.dossier
    foreign = [one for one in dossier.risks if one.law]
    draft_line = _draft(paper, assessment, told)
    title = told.t(TITLES[paper], offer=dossier.name)
    return {
        "paper": paper,
        "lang": lang,
        "on": told.lang.day(assessment.on),
        "on_iso": assessment.on.isoformat(),
        "title": f"{told.t(N_('DRAFT'))} – {title}" if draft_line else title,
        "draft": bool(draft_line),
        "draft_line": draft_line,
        "marking": told.t(MARKINGS[paper]),
        "service": {"name": dossier.name},
        "law": {"advice": disclaimer(assessment.on, told)},
        "tone": TONES[assessment.answer],
        "headline": headline(assessment, told),
        "standfirst": " ".join(standfirst(assessment, told)),
        "worth": told.t(NEVER),
        "line": line_text(assessment, told),
        "offer": {
            "id": dossier.id,
            "name": dossier.name,
            "provider": dossier.provider_name,
            "kinds": list(dossier.kinds),
            "perimeter": dossier.perimeter.rstrip("."),
            "digest": dossier.digest[:12],
        },
        "scheme": {
            "id": assessment.scheme.id,
            "title": told.either(assessment.scheme.title),
            "version": assessment.scheme.version,
            "digest": assessment.scheme.digest[:12],
        },
        "answers": _answers(assessment, told) if assessment.findings else [],
        "levels": [
            {"level": told.token("rung-", one.level), **_said(one.answer, told), "missing": list(one.missing)} for one in assessment.levels
        ],
        "objectives": _objectives(assessment, told),
        "score": score_text(assessment, told),
        "ownership": _ownership(assessment, told),
        "access": _access(assessment, told),
        "autonomy": _autonomy(assessment, told),
        "gaps": [_gap(one, assessment, told) for one in gaps[:MOST_GAPS]],
        "gaps_more": _more(gaps, told),
        "expiring": _expiring(assessment, told),
        "parameters": [
            {"name": told.token("parameter-", one.name), "value": told.parameter(one.value), "requirements": list(one.requirements)}
            for one in views.parameters(assessment)
        ],
        "secondary": _secondary(assessment, told),
        "exposure": list(assessment.exposure),
        "outside": [_supplier(level, one, told) for level, one in views.levelled(dossier.suppliers) if _outside(one, assessment)],
        "risks": [_risk(one, told) for one in foreign],
        "risks_open": any(one.residual is None or one.accepted_by is None for one in foreign),
        "risks_said": _risks_said(foreign, told),
        "all_risks": [_risk(one, told) for one in dossier.risks],
        "suppliers": [
            {**_supplier(level, one, told), "under": told.name(one.under) if one.under else dossier.provider_name}
            for level, one in views.levelled(dossier.suppliers)
        ],
        "technical_data": _technical_data(assessment, told),
        "notice": _notice(notice, simulation, to, told) if notice and simulation else {},
    }


def _draft(paper: str, assessment: LabelAssessment, told: Teller) -> str:
    """A report that stands on a secondary reading is a draft, and so are papers that somebody has to complete."""
    if paper == "report":
        return told.t(N_("DRAFT – to be read by counsel")) if _secondary(assessment, told) else ""
    return "" if paper == "annexes" else told.t(N_("DRAFT – to be completed"))


def _said(answer: Answer, told: Teller) -> dict[str, str]:
    return {"token": str(answer), "shape": ANSWER_SHAPES[answer], "label": told.token("requirement-", answer)}


def _answers(assessment: LabelAssessment, told: Teller) -> list[dict[str, Any]]:
    mandatory = [one.answer for one in assessment.findings if one.binding == "mandatory"]
    return [
        {**_said(answer, told), "count": count, "mandatory": mandatory.count(answer)}
        for answer, count in count_answers(assessment).items()
    ]


def _objectives(assessment: LabelAssessment, told: Teller) -> list[dict[str, Any]]:
    unknown, none = told.t(N_("not known")), told.t(N_("none"))
    return [
        {
            "objective": one.objective, "title": told.either(one.title), "weight": one.weight,
            "level": unknown if one.level is None else str(one.level), "minimum": none if one.minimum is None else str(one.minimum),
            **_said(one.answer, told),
        }
        for one in assessment.objectives
    ]  # fmt: skip


def _ownership(assessment: LabelAssessment, told: Teller) -> dict[str, Any]:
    own = assessment.ownership
    if own is None:
        return {"said": ""}
    chains = [told.chain(held.chains[0]) for held in own.holders if held.chains and held.third is not Answer.NOT_MET]
    return {
        "said": sentences.ownership(own, told),
        "control": told.t(yes_no(own.third_control)),
        "veto": told.t(yes_no(own.third_veto)),
        "organs": told.t(yes_no(own.third_organs)),
        "tests": [
            {
                "method": told.token("method-", one.method), "right": told.token("right-", one.right),
                "basis": told.t(N_("fully diluted")) if one.diluted else told.t(N_("today")), "one": told.bounds(one.one),
                "together": told.bounds(one.together), **_said(one.answer, told), "label": told.token("answer-", one.answer),
            }
            for one in own.tests
        ],
        "chains": chains[:MOST_CHAINS],
        "asks": [sentence(told.reason(one.ask)) for one in own.disclosures[:MOST_CHAINS]],
    }  # fmt: skip


def _access(assessment: LabelAssessment, told: Teller) -> dict[str, Any]:
    answer = assessment.access
    if answer is None:
        return {"said": ""}
    paths = [
        f"{told.name(path.party)} → " + " → ".join(told.name(step.target) for step in path.steps)
        + told.t(N_(": ")) + f"{sentences.data(path.data, told)} ({told.token('path-', path.state)})."
        for path in answer.paths[:MOST_PATHS]
    ]  # fmt: skip
    cut = [sentences.way(id_, assessment, told) for id_ in answer.cut]
    effort = told.t(N_("{n} days"), n=answer.cut_effort) if answer.cut_effort is not None else ""
    said = f"{told.token('requirement-', answer.answer)}. {sentences.access(answer, told)}"
    return {"said": said, "paths": paths, "cut": cut, "effort": effort}


def _autonomy(assessment: LabelAssessment, told: Teller) -> dict[str, Any]:
    answer = assessment.autonomy
    if answer is None:
        return {"said": ""}
    return {
        "said": f"{told.token('requirement-', answer.answer)}. {sentences.autonomy(answer, told)}",
        "stops": [
            {"supplier": told.name(one.supplier), "said": sentence(told.reason(one.because))}
            for one in answer.stoppages if one.answer is not Answer.MET
        ],
    }  # fmt: skip


def _gap(one: Gap, assessment: LabelAssessment, told: Teller) -> dict[str, Any]:
    finding = next((found for found in assessment.findings if found.id == one.requirement), None)
    asked = [sentence(told.reason(missing.what)) for missing in one.missing]
    if finding and finding.remedy:
        asked.append(told.either(finding.remedy))
    roles = dict.fromkeys(told.role(missing.role) for missing in one.missing if missing.role)
    owner = [told.role(finding.owner)] if finding and finding.owner else []
    return {
        "requirement": one.requirement, **_titled(finding, told), **_said(one.answer, told), "why": told.reasons(one.because, 2),
        "asked": asked, "whom": ", ".join(roles or owner),
    }  # fmt: skip


def _titled(finding: RequirementFinding | None, told: Teller) -> dict[str, Any]:
    if finding is None:
        return {"title": "", "source": "", "secondary": False}
    return {
        "title": told.either(finding.title),
        "source": source_text(finding.source, told.lang.code),
        "secondary": finding.source.read == "secondary",
    }


def _more(gaps: Sequence[Gap], told: Teller) -> str:
    if len(gaps) <= MOST_GAPS:
        return ""
    return told.n(N_("{n} gap of {total} shown"), N_("{n} gaps of {total} shown"), MOST_GAPS, total=len(gaps))


def _expiring(assessment: LabelAssessment, told: Teller) -> list[dict[str, Any]]:
    return [
        {
            "ends": told.lang.day(line.document.until), "id": line.document.id, "title": line.document.title,
            "serves": [one.id for one in line.serves],
        }
        for line in views.expiring(assessment) if line.document.until
    ]  # fmt: skip


def _secondary(assessment: LabelAssessment, told: Teller) -> list[str]:
    return [
        f"{source_text(one.source, told.lang.code)}{told.t(N_(': '))}{told.either(one.title)}"
        for one in assessment.findings if one.source.read == "secondary" and one.answer is not Answer.MET
    ]  # fmt: skip


def _outside(one: Supplier, assessment: LabelAssessment) -> bool:
    """Whether some place of it lies outside, or is not known: then its law may be another's."""
    inside = assessment.ownership.readings.union if assessment.ownership else frozenset()
    return any(place is None or (bool(inside) and place not in inside) for place in (one.seat, one.administration, one.establishment))


def _supplier(level: int, one: Supplier, told: Teller) -> dict[str, Any]:
    unknown = told.t(N_("not known"))
    return {
        "level": level,
        "name": one.name,
        "role": told.token("supplier-", one.role),
        "provides": one.provides,
        "places": ", ".join(place or unknown for place in (one.seat, one.administration, one.establishment)),
        "data": unknown if one.data is None else sentences.data(one.data, told) if one.data else told.t(N_("none")),
        "countries": unknown if one.countries is None else ", ".join(sorted(one.countries)),
    }


def _risk(one: Risk, told: Teller) -> dict[str, str]:
    _, _, _, _, _, residual, accepted, *_ = rows.risk_row(one, told)
    when = f", {told.lang.day(one.accepted_on)}" if one.accepted_on and one.accepted_by else ""
    return {
        "id": one.id, "title": one.title, "law": one.law or "–", "country": one.country or "", "treatment": one.treatment,
        "residual": str(residual), "accepted": f"{accepted}{when}",
    }  # fmt: skip


def _risks_said(foreign: Sequence[Risk], told: Teller) -> str:
    if not foreign:
        return told.t(N_("No risk of non-European law stands in the dossier."))
    open_ = sum(one.residual is None or one.accepted_by is None for one in foreign)
    said = told.n(N_("{n} risk of non-European law is listed"), N_("{n} risks of non-European law are listed"), len(foreign))
    if not open_:
        return said + "."
    return said + told.n(N_("; {n} is not assessed or not accepted."), N_("; {n} are not assessed or not accepted."), open_)


def _technical_data(assessment: LabelAssessment, told: Teller) -> list[dict[str, str]]:
    return [
        {
            "kind": told.token("technical-", one.kind),
            "where": told.t(N_("not known")) if one.where is None else ", ".join(sorted(one.where)),
            "component": told.name(one.component) if one.component else "–",
            "held_by": told.name(one.held_by),
            "days": "–" if one.retention_days is None else str(one.retention_days),
        }
        for one in assessment.dossier.technical_data
    ]


def _notice(notice: Notice, simulation: Simulation, to: Customer | None, told: Teller) -> dict[str, Any]:
    """One notice for one addressee: what a customer reads never names another."""
    found = {one.id: one for one in (*simulation.before.findings, *simulation.after.findings)}
    return {
        "rule": notice.rule,
        "by": told.lang.day(notice.by),
        "changed_on": told.lang.day(notice.changed_on),
        "change": sentence(told.either(simulation.change)),
        "because": sentence(told.reason(notice.because)),
        "to": to.name if to else told.t(N_("to be completed")),
        "turned": [
            {
                "requirement": turn.requirement, **_titled(found.get(turn.requirement), told),
                "before": told.token("requirement-", turn.before), "after": told.token("requirement-", turn.after),
                "why": told.reasons(turn.because, 2),
            }
            for turn in simulation.turned if turn.requirement.startswith("19.6")
        ],
    }  # fmt: skip
