"""The document of a label (JSON), so that others can build on it and a later run can be compared with it.

Tokens never vary by language, ``text`` and ``title`` do; days are ISO, shares are exact fractions of one as text
(``241/1000``). The same assessment gives the same bytes. Its shape is `egide.papers.label.schema.label_schema`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from egide.papers.document import token_value
from egide.papers.label import views
from egide.papers.label.ownership_data import fraction, ownership_values
from egide.papers.label.words import NEVER, Teller, headline, teller
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from egide.label.dossier import CatalogueLine
    from egide.label.results import (
        AccessAnswer,
        AutonomyAnswer,
        Gap,
        LabelAssessment,
        Missing,
        ObjectiveScore,
        RequirementFinding,
    )
    from egide.vocabulary.findings import Problem, Reason

SCHEMA = "egide/label/1"


def label_document(assessment: LabelAssessment, lang: str = "fr", gaps: Iterable[Gap] | None = None) -> dict[str, Any]:
    """The whole assessment as plain values: all that the page shows."""
    told, dossier, scheme = teller(assessment, lang), assessment.dossier, assessment.scheme
    return {
        "schema": SCHEMA,
        "lang": lang,
        "on": assessment.on.isoformat(),
        "headline": headline(assessment, told),
        "worth": told.t(NEVER),
        "offer": {
            "id": dossier.id,
            "name": dossier.name,
            "provider": dossier.provider,
            "provider_name": dossier.provider_name,
            "kinds": list(dossier.kinds),
            "perimeter": dossier.perimeter,
            "digest": dossier.digest,
        },
        "scheme": {
            "id": scheme.id,
            "version": scheme.version,
            "title": scheme.title.in_(lang),
            "digest": scheme.digest,
            "kind": assessment.scheme_kind,
            "simulation": assessment.simulation,
        },
        "catalogue_line": line_values(assessment.line),
        "answer": str(assessment.answer),
        "level": assessment.level,
        "until": day(assessment.until),
        "because_until": assessment.because_until,
        "levels": [{"level": one.level, "answer": str(one.answer), "missing": list(one.missing)} for one in assessment.levels],
        "objectives": [_objective(one, told) for one in assessment.objectives],
        "score": fraction(assessment.score),
        "score_bounds": [fraction(one) for one in assessment.score_bounds] if assessment.score_bounds else None,
        "requirements": [requirement_values(one, told) for one in assessment.findings],
        "gaps": [_gap(one, told) for one in gaps] if gaps is not None else None,
        "ownership": ownership_values(assessment.ownership, told) if assessment.ownership else None,
        "access": _access(assessment.access, told) if assessment.access else None,
        "autonomy": _autonomy(assessment.autonomy, told) if assessment.autonomy else None,
        "exposure": list(assessment.exposure),
        "documents": [_filed(line) for line in views.filed(assessment)],
        "parameters": {name: _parameter(value) for name, value in sorted(assessment.parameters.items())},
        "problems": [problem_values(one, told) for one in (*dossier.problems, *assessment.problems)],
    }


def document_bytes(document: Mapping[str, Any]) -> bytes:
    """Any document of this room in UTF-8, two spaces of indent, one line feed at the end."""
    import msgspec  # noqa: PLC0415

    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


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
        "missing": [_missing(missing, told) for missing in one.missing],
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


def _missing(one: Missing, told: Teller) -> dict[str, Any]:
    return {"what": reason_values(one.what, told), "kind": str(one.kind) if one.kind else None, "role": one.role, "fact": one.fact}


def _objective(one: ObjectiveScore, told: Teller) -> dict[str, Any]:
    return {
        "objective": one.objective,
        "title": told.either(one.title),
        "weight": one.weight,
        "level": one.level,
        "minimum": one.minimum,
        "answer": str(one.answer),
        "because": reason_values(one.because, told),
    }


def _gap(one: Gap, told: Teller) -> dict[str, Any]:
    return {
        "requirement": one.requirement,
        "answer": str(one.answer),
        "because": [reason_values(reason, told) for reason in one.because],
        "missing": [_missing(missing, told) for missing in one.missing],
        "blocks": list(one.blocks),
        "cost_eur": one.cost_eur,
        "binding": one.binding,
        "schemes": list(one.schemes),
    }


def _access(answer: AccessAnswer, told: Teller) -> dict[str, Any]:
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


def _autonomy(answer: AutonomyAnswer, told: Teller) -> dict[str, Any]:
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


def _filed(line: views.Filed) -> dict[str, Any]:
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


def _parameter(value: object) -> object:
    exact = fraction(value)
    return exact if exact is not None else token_value(value)


def problem_values(one: Problem, told: Teller) -> dict[str, Any]:
    """Something that could not be read, with its place."""
    at = one.at
    return {
        "file": at.file, "sheet": at.sheet, "row": at.row, "column": at.column, "path": at.path,
        "message": told.t(one.message, **dict(one.args)), "rejected": one.rejected,
    }  # fmt: skip


# --- reading back -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recorded:
    """One requirement as an earlier run left it."""

    answer: Answer
    until: date | None
    title: str


@dataclass(frozen=True, slots=True)
class RecordedLabel:
    """What an earlier run said: enough to compare, and to show a computed label beside a catalogue line."""

    offer: str
    offer_name: str
    scheme: str
    version: str
    title: str
    scheme_digest: str
    dossier_digest: str
    on: date
    answer: Answer
    level: str | None
    until: date | None
    because_until: str | None
    simulation: bool
    catalogue: str | None
    """The identifier of the offer in the catalogue, when it has a line there."""
    requirements: Mapping[str, Recorded]


@dataclass(frozen=True, slots=True)
class Turned:
    """A requirement whose answer is no longer what it was; None where it was or is not asked."""

    requirement: str
    title: str
    before: Answer | None
    after: Answer | None
    because: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Since:
    """What turned between an earlier run and this one."""

    since: date
    turned: tuple[Turned, ...]
    same_dossier: bool
    same_scheme: bool
    until_before: date | None
    until_now: date | None


def read_label_document(content: bytes, file: str) -> RecordedLabel:
    """A document that an earlier run wrote. Raises `InputError` when it is not one."""
    import msgspec  # noqa: PLC0415

    try:
        held: Any = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(N_("not readable as JSON: {error}"), Location(file), values={"error": error}) from error
    if not isinstance(held, dict) or held.get("schema") != SCHEMA:
        raise InputError(N_("not a document of a label ({schema})"), Location(file), values={"schema": SCHEMA})
    try:
        return _recorded(held)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(N_("a document of a label that lacks something: {error}"), Location(file), values={"error": error}) from error


def _recorded(held: dict[str, Any]) -> RecordedLabel:
    offer, scheme = held["offer"], held["scheme"]
    return RecordedLabel(
        offer=str(offer["id"]),
        offer_name=str(offer["name"]),
        scheme=str(scheme["id"]),
        version=str(scheme["version"]),
        title=str(scheme["title"]),
        scheme_digest=str(scheme["digest"]),
        dossier_digest=str(offer["digest"]),
        on=date.fromisoformat(held["on"]),
        answer=Answer(held["answer"]),
        level=held["level"],
        until=_day(held["until"]),
        because_until=held["because_until"],
        simulation=bool(scheme["simulation"]),
        catalogue=held["catalogue_line"]["offer"] if held["catalogue_line"] else None,
        requirements={
            str(one["id"]): Recorded(Answer(one["answer"]), _day(one["until"]), str(one["title"])) for one in held["requirements"]
        },
    )


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written is not None else None


def since(before: RecordedLabel, now: LabelAssessment, lang: str = "fr") -> Since:
    """What turned since an earlier run, in the order of the scheme; what is no longer asked comes last."""
    told, asked = teller(now, lang), {one.id for one in now.findings}
    turned = [
        Turned(one.id, told.either(one.title), was.answer if was else None, one.answer, one.because)
        for one in now.findings
        for was in [before.requirements.get(one.id)]
        if was is None or was.answer is not one.answer
    ]
    gone = [Turned(id_, was.title, was.answer, None, ()) for id_, was in before.requirements.items() if id_ not in asked]
    return Since(
        before.on, (*turned, *gone), before.dossier_digest == now.dossier.digest, before.scheme_digest == now.scheme.digest,
        before.until, now.until,
    )  # fmt: skip
