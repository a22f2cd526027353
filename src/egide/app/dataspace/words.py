"""A policy in words that its owner and its reader both understand: what one may do, if what, and what one then owes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from egide.dataspace.policies.model import Condition, Constraint, Joined, Logic, Operator, Policy, Rule, RuleKind
from egide.dataspace.policies.reading import WrongPolicyError, read_odrl
from egide.dataspace.policies.terms import short
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.vocabulary.language import Language

RULES = {
    RuleKind.PERMISSION: (N_("Allowed: {action}"), N_("Allowed: {action}, if {conditions}")),
    RuleKind.PROHIBITION: (N_("Forbidden: {action}"), N_("Forbidden: {action}, if {conditions}")),
    RuleKind.OBLIGATION: (N_("Owed: {action}"), N_("Owed: {action}, if {conditions}")),
}  # fmt: skip
OPERATORS = {
    Operator.EQ: N_("{left} is {right}"), Operator.NEQ: N_("{left} is not {right}"), Operator.LT: N_("{left} is before or below {right}"),
    Operator.LTEQ: N_("{left} does not exceed {right}"), Operator.GT: N_("{left} is after or above {right}"),
    Operator.GTEQ: N_("{left} is not below {right}"), Operator.IS_ANY_OF: N_("{left} is any of: {right}"),
    Operator.IS_NONE_OF: N_("{left} is neither of: {right}"), Operator.IS_ALL_OF: N_("{left} is all of: {right}"),
    Operator.IS_PART_OF: N_("{left} lies in {right}"),
}  # fmt: skip
LEFT = {
    "purpose": N_("the purpose"), "dateTime": N_("the date"), "partyLabel": N_("the label of the one who asks"),
    "partySeat": N_("the seat of the one who asks"), "partyQualification": N_("the qualification of the one who asks"),
    "partyControlledFromOutsideTheUnion": N_("control from outside the Union over the one who asks"),
}  # fmt: skip
ACTIONS = {"use": N_("use"), "obtainConsent": N_("have the consent of those concerned"),
           "distribute": N_("pass it on"), "delete": N_("delete it"), "transfer": N_("transfer")}  # fmt: skip
OTHERWISE = N_("{left} {operator} {right}")
JOINED = {Logic.AND: N_(" and "), Logic.AND_SEQUENCE: N_(" and then "), Logic.OR: N_(" or "), Logic.XONE: N_(" or else ")}


def in_words(rules: Mapping[str, Any], language: Language) -> list[str]:
    """A sentence for each rule, in a language; for a policy that cannot be read, why."""
    try:
        policy = read_odrl({"@type": "Set", **rules})
    except WrongPolicyError as error:
        return [language.text(error.message, error.values)]
    return list(_sentences(policy, language))


def _sentences(policy: Policy, language: Language) -> Iterator[str]:
    for kind in RuleKind:
        for rule in policy.of(kind):
            yield _rule(kind, rule, language)
            for duty in rule.duties:
                yield _rule(RuleKind.OBLIGATION, duty, language)


def _rule(kind: RuleKind, rule: Rule, language: Language) -> str:
    actions = ", ".join(language.text(ACTIONS[one.name]) if one.name in ACTIONS else one.name for one in rule.actions)
    conditions = language.text(JOINED[Logic.AND]).join(_condition(one, language) for one in rule.conditions)
    alone, conditional = RULES[kind]
    return language.text(conditional if conditions else alone, {"action": actions, "conditions": conditions})


def _condition(one: Condition, language: Language) -> str:
    if isinstance(one, Joined):
        return "(" + language.text(JOINED[one.how]).join(_condition(part, language) for part in one.parts) + ")"
    assert isinstance(one, Constraint)  # noqa: S101 - a condition is one or the other
    name = short(one.left)
    left = language.text(LEFT[name]) if name in LEFT else name
    args = {"left": left, "right": _right(one.right, language), "operator": one.operator.value}
    return language.text(OPERATORS.get(one.operator, OTHERWISE), args)


def _right(right: Any, language: Language) -> str:
    if isinstance(right, list):
        return ", ".join(_right(one, language) for one in right)
    if isinstance(right, Mapping):
        return _right(right.get("@value", right.get("@id", "")), language)
    truth = {"true": True, "false": False}.get(str(right).lower())
    return str(right) if truth is None else language.value(truth)
