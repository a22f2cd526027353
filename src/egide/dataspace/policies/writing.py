"""A policy to ODRL in JSON: the one canonical shape, which the Dataspace Protocol's schema accepts of what the protocol can carry.

Rules and conditions are lists; a party, an asset or an action by name alone is text; `@id` and `@type` are written, never `uid`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from egide.dataspace.policies.model import Action, Condition, Constraint, Policy, Rule, RuleKind, Who
from egide.dataspace.policies.profile_own import OWN
from egide.dataspace.policies.terms import OURS


def write_odrl(policy: Policy) -> dict[str, Any]:
    """The document; `read_odrl` gives the same policy back."""
    return _policy(policy)


def write_exchanged(policy: Policy) -> dict[str, Any]:
    """The document as peers exchange it: the protocol's schema takes no number and no truth for a right operand, but typed objects."""
    found: dict[str, Any] = _typed(_policy(policy))
    return found


def _typed(said: Any) -> Any:
    if isinstance(said, list):
        return [_typed(one) for one in said]
    if isinstance(said, dict):
        return {name: _literal(one) if name == "rightOperand" else _typed(one) for name, one in said.items()}
    return said


def _literal(right: Any) -> Any:
    if isinstance(right, bool):
        return {"@value": str(right).lower(), "@type": "xsd:boolean"}
    if isinstance(right, (int, float)):
        return {"@value": str(right), "@type": "xsd:integer" if isinstance(right, int) else "xsd:decimal"}
    return right


def _policy(policy: Policy) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if "@context" in policy.more:
        said["@context"] = policy.more["@context"]
    if policy.id is not None:
        said["@id"] = policy.id
    said["@type"] = policy.kind.value
    put(said, "profile", single(policy.profiles))
    put(said, "conflict", policy.conflict.value if policy.conflict else None)
    put(said, "inheritFrom", single(policy.inherits))
    said |= {name: value for name, value in policy.more.items() if name != "@context"}
    _whom(said, policy)
    for kind in RuleKind:
        put(said, kind.value, [_rule(one) for one in policy.of(kind)])
    return said


def put(said: dict[str, Any], name: str, value: Any) -> None:
    """Say it, unless there is nothing to say."""
    if value is not None and value not in ([], ()):
        said[name] = value


def single(values: Sequence[Any]) -> Any:
    """One value alone, several as a list."""
    return values[0] if len(values) == 1 else list(values)


def _whom(said: dict[str, Any], one: Policy | Rule) -> None:
    put(said, "target", single([_who(each) for each in one.targets]))
    put(said, "assigner", single([_who(each) for each in one.assigners]))
    put(said, "assignee", single([_who(each) for each in one.assignees]))
    put(said, "action", single([_action(each) for each in one.actions]))


def _rule(rule: Rule) -> dict[str, Any]:
    said: dict[str, Any] = {} if rule.id is None else {"@id": rule.id}
    said |= rule.more
    _whom(said, rule)
    put(said, "constraint", [_condition(one) for one in rule.conditions])
    for name, rules in (("duty", rule.duties), ("consequence", rule.consequences), ("remedy", rule.remedies)):
        put(said, name, [_rule(one) for one in rules])
    return said


def _action(one: Action) -> str | dict[str, Any]:
    if one == Action(one.name):
        return one.name
    said: dict[str, Any] = {"rdf:value": {"@id": one.name}} | dict(one.more)
    put(said, "refinement", [_condition(each) for each in one.refinements])
    return said


def _who(one: Who) -> str | dict[str, Any]:
    if one.id is not None and one == Who(one.id):
        return one.id
    said: dict[str, Any] = {}
    for name, value in (("@id", one.id), ("@type", one.kind), ("source", one.source)):
        put(said, name, value)
    said |= one.more
    put(said, "refinement", [_condition(each) for each in one.refinements])
    return said


def full(left: str) -> str:
    """Our own left operands in full, as no published context has a word for them."""
    return f"{OURS}{left}" if left in OWN.operands else left


def _condition(one: Condition) -> dict[str, Any]:
    said: dict[str, Any] = {} if one.id is None else {"@id": one.id}
    if isinstance(one, Constraint):
        said |= {"leftOperand": full(one.left), "operator": one.operator.value}
        if not ("rightOperandReference" in one.more and one.right is None):
            said["rightOperand"] = one.right
        return said | dict(one.more)
    return said | {one.how.value: [_condition(each) for each in one.parts]} | dict(one.more)
