"""Policies in words: conditions, grounds, where each thing is enforced."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from egide.dataspace.policies.deciding import GROUNDS, May
from egide.dataspace.policies.facts import DutyState, Outcome
from egide.dataspace.policies.model import Condition, Constraint, Joined, Logic, Operator
from egide.dataspace.policies.operands import Where
from egide.dataspace.policies.profiles import known
from egide.dataspace.policies.values import Kind, Span
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.dataspace.policies.compiling import ReadyDuty
    from egide.dataspace.policies.preflight import Alarm
    from egide.dataspace.policies.proving import Proved
    from egide.vocabulary.findings import Reason
    from egide.vocabulary.language import Language

SHAPES = {May.ALLOWED: "✓", May.REFUSED: "✕", May.UNDETERMINED: "?"}
OUTCOME_SHAPES = {Outcome.MET: "✓", Outcome.PROMISED: "◌", Outcome.UNKNOWN: "?", Outcome.UNUSABLE: "✕", Outcome.NOT_MET: "✕"}
OUTCOMES = {
    Outcome.MET: N_("met"), Outcome.PROMISED: N_("promised"), Outcome.UNKNOWN: N_("not known"),
    Outcome.UNUSABLE: N_("cannot be known"), Outcome.NOT_MET: N_("not met"),
}  # fmt: skip
OUTCOME_TOKENS = {one: one.name.lower().replace("_", "-") for one in Outcome}
WHERE = {
    Where.DOOR: N_("at the door"), Where.TRANSFER: N_("at the door and during the transfer"), Where.PROMISE: N_("by promise only"),
}  # fmt: skip
STATES = {DutyState.NON_SET: N_("owed"), DutyState.FULFILLED: N_("fulfilled"), DutyState.VIOLATED: N_("violated")}
_USUAL = {
    Operator.EQ: N_("{left} is {right}"), Operator.NEQ: N_("{left} is not {right}"), Operator.IS_A: N_("{left} is of the kind {right}"),
    Operator.HAS_PART: N_("{left} contains {right}"), Operator.IS_PART_OF: N_("{left} is part of {right}"),
    Operator.IS_ALL_OF: N_("{left} takes in all of: {right}"), Operator.IS_ANY_OF: N_("{left} is one of: {right}"),
    Operator.IS_NONE_OF: N_("{left} is none of: {right}"), Operator.LT: N_("{left} is below {right}"),
    Operator.LTEQ: N_("{left} is at most {right}"), Operator.TERM_LTEQ: N_("{left} is at most {right}"),
    Operator.GT: N_("{left} is above {right}"), Operator.GTEQ: N_("{left} is at least {right}"),
}  # fmt: skip
_MOMENTS = {
    Operator.LT: N_("{left} is before {right}"), Operator.LTEQ: N_("{left} is {right} at the latest"),
    Operator.TERM_LTEQ: N_("{left} is {right} at the latest"), Operator.GT: N_("{left} is after {right}"),
    Operator.GTEQ: N_("{left} is {right} at the earliest"),
}  # fmt: skip
_TRUTHS = {Operator.EQ: N_("{left}: {right}"), Operator.NEQ: N_("{left}: not {right}")}
_JOINS = {
    Logic.AND: N_("all of: {parts}"), Logic.OR: N_("at least one of: {parts}"), Logic.XONE: N_("exactly one of: {parts}"),
    Logic.AND_SEQUENCE: N_("all of, in this order: {parts}"),
}  # fmt: skip
MOST_PARTS = 6


def joint(one: Joined, lang: Language) -> str:
    """How conditions are joined, when they are shown below."""
    return lang.text(_JOINS[one.how]).replace("{parts}", "").rstrip()


def condition(one: Condition, lang: Language) -> str:
    """A condition as a clause: «the purpose is one of: research, billing»."""
    if not isinstance(one, Constraint):
        parts = [f"({condition(part, lang)})" for part in one.parts[:MOST_PARTS]]
        if len(one.parts) > MOST_PARTS:
            parts.append(lang.text(N_("and {n} more"), {"n": len(one.parts) - MOST_PARTS}))
        return lang.text(_JOINS[one.how]).replace("{parts}", "; ".join(parts) or "—")
    operand = known().operands.get(one.left)
    kind = operand.kind if operand else Kind.TEXT
    message = {Kind.MOMENT: _MOMENTS, Kind.TRUTH: _TRUTHS}.get(kind, {}).get(one.operator) or _USUAL[one.operator]
    left = lang.text(operand.title) if operand else f"`{one.left}`"
    return lang.text(message).replace("{left}", left).replace("{right}", _right(one, kind, lang))


def _right(one: Constraint, kind: Kind, lang: Language) -> str:
    values = one.right if isinstance(one.right, list) else [one.right]
    unit = one.more.get("unit")
    said = ", ".join(_written(each, kind, lang) for each in values) or "—"
    return f"{said} {unit}" if isinstance(unit, str) else said


def _written(value: object, kind: Kind, lang: Language) -> str:
    if isinstance(value, dict):
        value = value.get("@value", value.get("@id", value))
    if kind is Kind.MOMENT and isinstance(value, str):
        try:
            return lang.day(date.fromisoformat(value)) if len(value) == 10 else value
        except ValueError:
            return value
    return lang.value(value) if isinstance(value, bool) else str(value)


def value(found: object, lang: Language) -> str:
    """A value that was met."""
    if found is None:
        return "—"
    if isinstance(found, frozenset):
        return ", ".join(sorted(value(one, lang) for one in found)) or lang.text(N_("none"))
    if isinstance(found, datetime):
        return found.isoformat().replace("+00:00", "Z")
    if isinstance(found, Span):
        return f"{found.low.normalize():f} s"
    return lang.value(found) if isinstance(found, (bool, date)) else str(found)


def first_line(proved: Proved, lang: Language) -> str:
    """The answer in a sentence."""
    return lang.text(GROUNDS[proved.decision.ground])


def reason(one: Reason, lang: Language) -> str:
    """A reason in words."""
    return lang.text(one.message, one.args)


def alarm(one: Alarm, lang: Language) -> str:
    """An alarm in a sentence, with the conditions that make it so."""
    said = reason(one.reason, lang)
    return f"{said} : {' · '.join(condition(each, lang) for each in one.conditions)}" if one.conditions else said


def duty(one: ReadyDuty, lang: Language) -> str:
    """What is owed: the action, with its conditions."""
    actions = ", ".join(action.name for action in one.rule.actions) or "—"
    refinements = (each for action in one.rule.actions for each in action.refinements)
    clauses = [condition(each, lang) for each in (*one.rule.conditions, *refinements)]
    return f"{actions} ({'; '.join(clauses)})" if clauses else actions
