"""A decision on a policy as a JSON document, for programs; tokens never vary by language, the words beside them do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from egide.dataspace.policies.model import Constraint
from egide.papers.policies.words import OUTCOME_TOKENS, alarm, condition, duty, first_line, reason, value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.dataspace.policies.model import Policy
    from egide.dataspace.policies.preflight import Alarm
    from egide.dataspace.policies.proving import DutyProof, Proof, Proved, RuleProof
    from egide.vocabulary.language import Language

VERSION = 1


def decision(policy: Policy, proved: Proved, alarms: Sequence[Alarm], lang: Language) -> dict[str, Any]:
    """The whole decision: the answer, the proof of every rule, what is enforced where, what is owed, what is promised."""
    asked = proved.request
    return {
        "version": VERSION, "policy": policy.id, "answer": proved.decision.may.value, "ground": proved.decision.ground.value,
        "text": first_line(proved, lang), "until": proved.until.isoformat() if proved.until else None,
        "asked": {"action": asked.action, "party": asked.party, "target": asked.target, "at": asked.facts.at.isoformat()},
        "missing": [one.name for one in proved.missing()],
        "enforced": [
            {"left": leaf.condition.left, "where": where.value, "outcome": OUTCOME_TOKENS[leaf.outcome],
             "text": condition(leaf.condition, lang)}
            for leaf, where in proved.bound() if isinstance(leaf.condition, Constraint)
        ],
        "owed": [_duty(one, lang) for one in proved.owed()],
        "permissions": [_rule(one, lang) for one in proved.permissions],
        "prohibitions": [_rule(one, lang) for one in proved.prohibitions],
        "obligations": [_rule(one, lang) for one in proved.obligations],
        "alarms": [alarm_document(one, lang) for one in alarms],
    }  # fmt: skip


def alarm_document(one: Alarm, lang: Language) -> dict[str, Any]:
    """One alarm of the pre-flight check."""
    return {"weight": one.weight.value, "path": one.path, "code": one.reason.code, "text": alarm(one, lang)}


def _rule(one: RuleProof, lang: Language) -> dict[str, Any]:
    scope = {"target": one.target, "party": one.party, "action": one.action}
    return {
        "path": one.path, "id": one.rule.id, "outcome": OUTCOME_TOKENS[one.outcome],
        **{name: OUTCOME_TOKENS[outcome] for name, outcome in scope.items() if outcome is not None},
        "conditions": [_proof(each, lang) for each in one.conditions], "duties": [_duty(each, lang) for each in one.duties],
    }  # fmt: skip


def _proof(one: Proof, lang: Language) -> dict[str, Any]:
    said: dict[str, Any] = {"text": condition(one.condition, lang), "outcome": OUTCOME_TOKENS[one.outcome]}
    if not isinstance(one.condition, Constraint):
        return said | {"how": one.condition.how.value, "parts": [_proof(part, lang) for part in one.parts]}
    said |= {"left": one.condition.left, "operator": one.condition.operator.value, "right": one.condition.right}
    if one.value is not None:
        said["value"] = value(one.value, lang)
    if one.wrong is not None:
        said["reason"] = {"code": one.wrong.code, "text": reason(one.wrong, lang)}
    return said


def _duty(one: DutyProof, lang: Language) -> dict[str, Any]:
    return {"id": one.duty.key, "state": one.state.value, "outcome": OUTCOME_TOKENS[one.outcome], "text": duty(one.duty, lang)}
