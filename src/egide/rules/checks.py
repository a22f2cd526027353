"""Checks: the named questions that a rulebook composes.

Most are comparisons of one fact with a constant, a dated limit or another fact; those have a meaning that other engines
can run too (`egide.rules.rego`). The few that are not are plain functions of known facts and limits.
A check answers met, not met or unknown, always with a reason, and declares every fact it reads.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from egide.vocabulary.facts import FACTS, Value, Values
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

Limits = Mapping[str, Any]
"""The limits of a rule as they stand on the day, by name; ``on`` is the day itself."""

Test = Callable[[Values, Limits], "Answer"]


@dataclass(frozen=True, slots=True)
class Limit:
    """The operand is the limit of that name in the rule that asks."""

    name: str


@dataclass(frozen=True, slots=True)
class Fact:
    """The operand is another fact."""

    name: str


Operand = bool | int | str | date | Limit | Fact


@dataclass(frozen=True, slots=True)
class Check:
    """A named question over declared facts and limits.

    ``op`` is one of ``is``, ``in``, ``below``, ``above``, ``at-least``, ``at-most`` (dates and amounts), or ``function``.
    """

    name: str
    reads: tuple[str, ...]
    op: str
    operand: Operand | None
    met: str
    """How a met answer is worded; ``{value}`` is the first fact read, ``{limit}`` the operand."""
    not_met: str
    function: Test | None = None
    limits: tuple[str, ...] = field(default=())

    def answer(self, values: Values, limits: Limits) -> Answer:
        """Met, not met or unknown, from known facts only."""
        if self.function is not None:
            return self.function(values, limits)
        value = values.get(self.reads[0])
        if value is None:
            return Answer.UNKNOWN
        operand = self.against(values, limits)
        if operand is None:
            return Answer.UNKNOWN
        return Answer.MET if COMPARE[self.op](value, operand) else Answer.NOT_MET

    def against(self, values: Values, limits: Limits) -> Any:
        """What the first fact is compared with, on that day."""
        if isinstance(self.operand, Limit):
            return limits[self.operand.name]
        if isinstance(self.operand, Fact):
            return values.get(self.operand.name)
        return self.operand

    def reason(self, answer: Answer, values: Values, limits: Limits) -> Reason:
        """The reason in a stable code, arguments and words."""
        missing = next((name for name in self.reads if values.get(name) is None), None)
        if answer is Answer.UNKNOWN and missing is not None:
            return Reason(f"{self.name}.unknown", {"fact": missing, "ask": FACTS[missing].ask}, FACTS[missing].ask)
        if answer is Answer.UNKNOWN:
            return Reason(f"{self.name}.unknown", {}, N_("the texts that were read do not settle it"))
        args: dict[str, object] = {name: values[name] for name in self.reads if name in values}
        args["value"] = values.get(self.reads[0])
        limit = self.against(values, limits) if self.function is None else None
        if limit is not None:
            args["limit"] = limit
        return Reason(f"{self.name}.{answer}", args, self.met if answer is Answer.MET else self.not_met)


COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": operator.eq,
    "in": lambda value, operand: value in operand,
    "below": operator.lt,
    "above": operator.gt,
    "at-least": operator.ge,
    "at-most": operator.le,
}


def is_true(name: str, fact: str, met: str, not_met: str) -> Check:
    """The fact is yes."""
    return compare(name, fact, "is", True, met, not_met)


def compare(name: str, fact: str, op: str, operand: Operand, met: str, not_met: str) -> Check:
    """The fact compared with a constant, a `Limit` of the rule or another `Fact`."""
    if op not in COMPARE:
        raise ValueError(f"no comparison `{op}`; one of {', '.join(COMPARE)}")
    reads = (fact, operand.name) if isinstance(operand, Fact) else (fact,)
    for read in reads:
        if read not in FACTS:
            raise ValueError(f"check `{name}` reads `{read}`, which is not a fact")
    limits = (operand.name,) if isinstance(operand, Limit) else ()
    return Check(name, reads, op, operand, met, not_met, None, limits)


def function(name: str, reads: tuple[str, ...], test: Test, met: str, not_met: str, limits: tuple[str, ...] = ()) -> Check:
    """A check that no comparison says: a pure function of the declared facts and limits."""
    for read in reads:
        if read not in FACTS:
            raise ValueError(f"check `{name}` reads `{read}`, which is not a fact")
    return Check(name, reads, "function", None, met, not_met, test, limits)


def by_name(checks: tuple[Check, ...]) -> Mapping[str, Check]:
    """The registry of a domain, refusing two checks of one name."""
    names = [check.name for check in checks]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"two checks are named {', '.join(twice)}")
    return {check.name: check for check in checks}


__all__ = ["COMPARE", "Check", "Fact", "Limit", "Limits", "Value", "by_name", "compare", "function", "is_true"]
