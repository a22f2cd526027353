"""A policy to our short form; `read_short` gives the same policy back, whatever it was read from."""

from __future__ import annotations

from typing import Any

from egide.dataspace.policies.model import Action, Condition, Constraint, Joined, Operator, Policy, PolicyKind, Rule, Who
from egide.dataspace.policies.short_reading import CONFLICTS, JOINS, RESERVED, RULES, WITHIN
from egide.dataspace.policies.writing import put, single


def write_short(policy: Policy) -> dict[str, Any]:
    """The document, in the order in which people read: what it is, about what, between whom, then the rules."""
    said: dict[str, Any] = {} if policy.id is None else {"policy": policy.id}
    if policy.kind is not PolicyKind.SET:
        said["kind"] = policy.kind.value.lower()
    put(said, "context", policy.more.get("@context"))
    put(said, "profile", single(policy.profiles))
    put(said, "conflict", next((word for word, one in CONFLICTS.items() if one is policy.conflict), None))
    put(said, "inherits", single(policy.inherits))
    _whom(said, policy)
    for kind, name in RULES.items():
        put(said, name, [_rule(one) for one in policy.of(kind)])
    _more(said, {name: value for name, value in policy.more.items() if name != "@context"} | _empty_context(policy))
    return said


def _empty_context(policy: Policy) -> dict[str, Any]:
    """An empty context has no word of its own."""
    empty = policy.more.get("@context")
    return {"@context": empty} if "@context" in policy.more and (empty is None or empty == []) else {}


def _more(said: dict[str, Any], more: Any) -> None:
    if more:
        said["also"] = dict(more)


def _whom(said: dict[str, Any], one: Policy | Rule) -> None:
    put(said, "about", single([_who(each) for each in one.targets]))
    put(said, "from", single([_who(each) for each in one.assigners]))
    put(said, "to", single([_who(each) for each in one.assignees]))
    put(said, "do", single([_action(each) for each in one.actions]))


def _rule(rule: Rule) -> dict[str, Any]:
    said: dict[str, Any] = {} if rule.id is None else {"id": rule.id}
    _whom(said, rule)
    put(said, "when", [_condition(one) for one in rule.conditions])
    for name, rules in zip(WITHIN, (rule.duties, rule.consequences, rule.remedies), strict=True):
        put(said, name, [_rule(one) for one in rules])
    _more(said, rule.more)
    return said


def _action(one: Action) -> str | dict[str, Any]:
    if one == Action(one.name):
        return one.name
    said: dict[str, Any] = {"do": one.name}
    put(said, "where", [_condition(each) for each in one.refinements])
    _more(said, one.more)
    return said


def _who(one: Who) -> str | dict[str, Any]:
    if one.id is not None and one == Who(one.id):
        return one.id
    said: dict[str, Any] = {}
    for name, value in (("id", one.id), ("kind", one.kind), ("source", one.source)):
        put(said, name, value)
    put(said, "where", [_condition(each) for each in one.refinements])
    _more(said, one.more)
    return said


def _condition(one: Condition) -> dict[str, Any]:
    if isinstance(one, Joined):
        said: dict[str, Any] = {JOINS[one.how]: [_condition(each) for each in one.parts]}
        put(said, "id", one.id)
        _more(said, one.more)
        return said
    return _full(one) if one.id is not None or one.more or one.left in RESERVED or one.right is None else {one.left: _compared(one)}


def _compared(one: Constraint) -> Any:
    if one.operator is Operator.EQ and not isinstance(one.right, (list, dict)):
        return one.right
    if one.operator is Operator.IS_ANY_OF and isinstance(one.right, list):
        return one.right
    return {one.operator.value: one.right}


def _full(one: Constraint) -> dict[str, Any]:
    said: dict[str, Any] = {"left": one.left, "is": one.operator.value}
    if one.right is not None:
        said["right"] = one.right
    put(said, "id", one.id)
    _more(said, one.more)
    return said
