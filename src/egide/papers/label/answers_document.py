"""The documents (JSON) of one question: what a change does, how two offers compare, how long the road is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from egide.papers.label.values import day, reason_values
from egide.papers.label.words import Teller, teller
from egide.vocabulary.language import Text, language

if TYPE_CHECKING:
    from egide.label.compare import Comparison
    from egide.label.results import LabelAssessment, Road, Simulation

SIMULATION, COMPARISON, ROAD = "egide/label-simulation/1", "egide/label-comparison/1", "egide/label-road/1"


def simulation_document(found: Simulation, lang: str = "fr") -> dict[str, Any]:
    """What turned, why, and who must be told by when."""
    told = teller(found.after, lang)
    return {
        "schema": SIMULATION,
        "change": told.either(found.change),
        "before": _summary(found.before),
        "after": _summary(found.after),
        "turned": [
            {
                "requirement": one.requirement,
                "before": str(one.before),
                "after": str(one.after),
                "because": [reason_values(reason, told) for reason in one.because],
            }
            for one in found.turned
        ],
        "notices": [
            {
                "rule": one.rule,
                "changed_on": day(one.changed_on),
                "by": day(one.by),
                "whom": [{"id": customer.id, "name": customer.name, "role": customer.role} for customer in one.whom],
                "because": reason_values(one.because, told),
            }
            for one in found.notices
        ],
    }


def comparison_document(found: Comparison) -> dict[str, Any]:
    """Two assessments requirement by requirement; nothing is ranked."""
    return {
        "schema": COMPARISON,
        "first": _summary(found.first),
        "second": _summary(found.second),
        "rows": [
            {
                "requirement": row.requirement,
                "binding": row.binding,
                "first": str(row.first.answer) if row.first else None,
                "second": str(row.second.answer) if row.second else None,
                "better": str(row.better),
            }
            for row in found.rows
        ],
        "levels": [
            {
                "name": row.name,
                "first": str(row.first) if row.first else None,
                "second": str(row.second) if row.second else None,
                "first_level": row.first_level,
                "second_level": row.second_level,
            }
            for row in found.levels
        ],
        "only_first_exposed_to": list(found.only_first),
        "only_second_exposed_to": list(found.only_second),
    }


def road_document(road: Road, lang: str = "fr") -> dict[str, Any]:
    """The steps with their days, what expires on the way, and the durations that are ours."""
    told = Teller(language(lang))
    return {
        "schema": ROAD,
        "on": day(road.on),
        "decision": day(road.decision),
        "slippage_days": road.slippage_days,
        "milestones": [
            {
                "id": one.id,
                "title": one.title.in_(lang) if isinstance(one.title, Text) else told.t(one.title),
                "owner": one.owner,
                "start": day(one.start),
                "end": day(one.end),
                "after": list(one.after),
                "critical": one.critical,
                "slack_days": one.slack_days,
                "done": one.done,
            }
            for one in road.milestones
        ],
        "expiries": [
            {
                "document": one.document,
                "ends": day(one.ends),
                "needed_for": one.needed_for,
                "needed_on": day(one.needed_on),
                "renew_by": day(one.renew_by),
            }
            for one in road.expiries
        ],
        "assumed_days": dict(road.assumptions),
    }


def _summary(one: LabelAssessment) -> dict[str, Any]:
    return {
        "offer": one.dossier.id,
        "scheme": f"{one.scheme.id}@{one.scheme.version}",
        "on": day(one.on),
        "answer": str(one.answer),
        "level": one.level,
        "until": day(one.until),
        "exposure": list(one.exposure),
    }
