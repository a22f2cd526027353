"""The parts of the document of a label as plain values: reasons, requirements, paths, documents of the binder."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from egide.papers.document import token_value
from egide.papers.label import views
from egide.papers.label.ownership_data import fraction
from egide.papers.label.words import Teller

if TYPE_CHECKING:
    from egide.label.dossier import CatalogueLine
    from egide.label.results import AccessAnswer, AutonomyAnswer, Gap, Missing, ObjectiveScore, RequirementFinding
    from egide.vocabulary.findings import Reason


def day(day_: date | None) -> str | None:
    """A day in data."""
    return day_.isoformat() if day_ else None


def reason_values(reason: Reason, told: Teller) -> dict[str, Any]:
    """A reason: its code, its arguments, its words."""
    args = {name: token_value(value) for name, value in sorted(reason.args.items())}
    return {"code": reason.code, "args": args, "text": told.reason(reason)}


def line_values(line: CatalogueLine | None) -> dict[str, Any] | None:
    """A line of ANSSI's catalogue."""
    if line is None:
        return None
    return {
        "offer": line.offer,
        "status": line.status,
        "framework": line.framework,
        "start": day(line.start),
        "end": day(line.end),
        "source": line.source,
        "read": line.read,
        "as_of": line.as_of.isoformat(),
    }


def requirement_values(one: RequirementFinding, told: Teller) -> dict[str, Any]:
    """One requirement with its answer and all that made it."""
    return {
        "id": one.id,
        "title": told.either(one.title),
        "binding": one.binding,
        "answer": str(one.answer),
        "stage": str(one.stage),
        "computed": one.computed,
        "because": [reason_values(reason, told) for reason in one.because],
        "evidence": list(one.evidence),
        "missing": [missing_values(missing, told) for missing in one.missing],
        "until": day(one.until),
        "source": {"text": one.source.text, "at": one.source.at, "read": one.source.read},
        "layers": [
            {
                "layer": layer.layer,
                "relation": str(layer.relation),
                "answer": str(layer.answer),
                "because": reason_values(layer.because, told),
                "until": day(layer.until),
            }
            for layer in one.layers
        ],
        "assurance": str(one.assurance) if one.assurance else None,
        "owner": one.owner,
        "remedy": told.either(one.remedy) if one.remedy else None,
    }


def missing_values(one: Missing, told: Teller) -> dict[str, Any]:
    """What would bring a requirement nearer."""
    return {"what": reason_values(one.what, told), "kind": str(one.kind) if one.kind else None, "role": one.role, "fact": one.fact}


def objective_values(one: ObjectiveScore, told: Teller) -> dict[str, Any]:
    """One weighted objective."""
    return {
        "objective": one.objective,
        "title": told.either(one.title),
        "weight": one.weight,
        "level": one.level,
        "minimum": one.minimum,
        "answer": str(one.answer),
        "because": reason_values(one.because, told),
    }


def gap_values(one: Gap, told: Teller) -> dict[str, Any]:
    """One gap, with what waits for it."""
    return {
        "requirement": one.requirement,
        "answer": str(one.answer),
        "because": [reason_values(reason, told) for reason in one.because],
        "missing": [missing_values(missing, told) for missing in one.missing],
        "blocks": list(one.blocks),
        "cost_eur": one.cost_eur,
        "binding": one.binding,
        "schemes": list(one.schemes),
    }


def access_values(answer: AccessAnswer, told: Teller) -> dict[str, Any]:
    """The answer to 19.6.c, path by path."""
    return {
        "answer": str(answer.answer),
        "because": [reason_values(reason, told) for reason in answer.because],
        "paths": [
            {
                "party": path.party,
                "why_third": reason_values(path.why_third, told),
                "component": path.component,
                "data": sorted(path.data),
                "steps": [
                    {
                        "access": step.access,
                        "source": step.source,
                        "target": step.target,
                        "kind": str(step.kind),
                        "state": str(step.state),
                        "control": step.control,
                        "control_state": str(step.control_state) if step.control_state else None,
                    }
                    for step in path.steps
                ],
                "state": str(path.state),
            }
            for path in answer.paths
        ],
        "cut": list(answer.cut),
        "cut_effort": answer.cut_effort,
        "parties": list(answer.parties),
        "unknown_parties": list(answer.unknown_parties),
    }


def autonomy_values(answer: AutonomyAnswer, told: Teller) -> dict[str, Any]:
    """The answer to 19.6.d, supplier by supplier."""
    return {
        "answer": str(answer.answer),
        "because": [reason_values(reason, told) for reason in answer.because],
        "stoppages": [
            {
                "supplier": one.supplier,
                "members": list(one.members),
                "answer": str(one.answer),
                "stops": list(one.stops),
                "after_days": one.after_days,
                "because": reason_values(one.because, told),
            }
            for one in answer.stoppages
        ],
    }


def filed_values(line: views.Filed) -> dict[str, Any]:
    """A document of the binder, its freshness and what counts on it."""
    one = line.document
    return {
        "id": one.id,
        "title": one.title,
        "kind": str(one.kind),
        "assurance": str(one.assurance),
        "issuer": one.issuer,
        "on": one.on.isoformat(),
        "until": day(one.until),
        "scope": one.scope,
        "covers": list(one.covers),
        "file": one.file,
        "digest": one.digest,
        "found": one.found,
        "standard": one.standard,
        "outcome": one.outcome,
        "findings": list(one.findings),
        "freshness": str(line.freshness),
        "serves": [finding.id for finding in line.serves],
    }


def parameter_value(value: object) -> object:
    """A reading or a limit: an exact share as text."""
    exact = fraction(value)
    return exact if exact is not None else token_value(value)
