"""The law of one day as a Rego module, for those who run Open Policy Agent.

Three answers survive the export: inside the module they are 0 (not met), 1 (unknown) and 2 (met), `all` is the least,
`any` the greatest, `not` is two minus. Comparisons become comparisons, with the limits of the day written in; what only
a Python function can say is taken from the caller and listed in the header. The same program gives the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from egide.rules.checks import Fact
from egide.rules.expression import Node
from egide.vocabulary.findings import Verdict

if TYPE_CHECKING:
    from egide.rules.checks import Check
    from egide.rules.evaluation import CompiledRule, Program
    from egide.vocabulary.facts import Value

FUNCTIONS: Mapping[str, tuple[str, str]] = {
    "is": ("equal", "=="),
    "in": ("within", "in"),
    "below": ("below", "<"),
    "above": ("above", ">"),
    "at-least": ("at_least", ">="),
    "at-most": ("at_most", "<="),
}
"""For each comparison, the function of the module that makes it and Rego's own sign."""

_HEADER = """\
# The law in force on {on}, exported from its rulebooks for Open Policy Agent.
# Decision support, not legal advice.
#
# Rulebooks, with the SHA-256 of their files:
{books}
#
# Input:
#   facts   fact name to value: true or false, a choice, an ISO date, whole euros; absent or null is unknown
#   checks  name to "met", "not-met" or "unknown", for the checks that no comparison says; absent is unknown
#   on      optional, the day asked about: on any other day than {on} there is no verdict
#
# Checks that the caller answers, with the facts that each reads:
{given}
#
# Output: `verdict`; and `rules`, for each rule its parts and its value, and what it makes of the verdict.
package {package}

import rego.v1

day := {day}

seriousness := {seriousness}

words := ["not-met", "unknown", "met"]
"""

_MODEL = """\
makes[ref] := contribution(effects[ref], s) if some ref, s in states

reached contains place if {
	some place, one in seriousness
	some made in makes
	made == one
}

reached contains count(seriousness) - 1

verdict := seriousness[min(reached)] if object.get(input, "on", day) == day

rules[ref] := {
	"bound": words[s.bound],
	"concerned": words[s.concerned],
	"demands": words[s.demands],
	"exempt": words[s.exempt],
	"derogation": words[s.derogation],
	"value": words[s.value],
	"makes": makes[ref],
} if some ref, s in states

state(bound, applies, demands, exempt, derogation) := {
	"bound": bound,
	"concerned": min([bound, applies]),
	"demands": demands,
	"exempt": exempt,
	"derogation": derogation,
	"value": max([2 - min([bound, applies]), demands, exempt, derogation]),
}

contribution(effect, s) := "out-of-scope" if effect == "advise"

else := "stop" if {
	effect == "stop"
	s.concerned == 2
}

else := "conditional" if {
	effect == "condition"
	s.concerned == 2
	s.value != 2
}

else := "forbidden" if s.value == 0

else := "undetermined" if s.value == 1

else := "derogation" if {
	s.concerned != 0
	s.demands != 2
	s.derogation == 2
	s.exempt != 2
}

else := "allowed" if s.bound != 0

else := "out-of-scope"

fact(name) := object.get(object.get(input, "facts", {}), name, null)

given(name) := 2 if object.get(object.get(input, "checks", {}), name, "unknown") == "met"

else := 0 if object.get(object.get(input, "checks", {}), name, "unknown") == "not-met"

else := 1
"""

_COMPARISON = """
{name}(value, operand) := 1 if null in [value, operand]

else := 2 if value {sign} operand

else := 0
"""


def export(program: Program, package: str = "egide") -> str:
    """The rules of the program as one Rego module (OPA 1.x syntax), the limits of its day written in.

    Raises `ValueError` when ``package`` is not the name of a Rego package, or when a comparison rests on a value that
    Rego has no word for.
    """
    if not re.fullmatch(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*", package):
        raise ValueError(f"`{package}` is not the name of a Rego package")
    names = _names(program)
    books = {f"{rule.book.id}@{rule.book.version}": rule.book.digest for rule in program.rules}
    given = {name: ", ".join(check.reads) for name, (check, _) in given_checks(program).items()}
    header = _HEADER.format(
        on=program.on, package=package, day=_literal(program.on), seriousness=_literal([one.value for one in Verdict]),
        books=_lines(f"{name}  {digest}" for name, digest in books.items()),
        given=_lines(f"{name}  ({reads})" for name, reads in given.items()),
    )  # fmt: skip
    effects = _object(f"{_literal(rule.ref)}: {_literal(rule.effect.value)}" for rule in program.rules)
    states = _object(f"{_literal(rule.ref)}: {_state(rule, names)}" for rule in program.rules)
    comparisons = "".join(_COMPARISON.format(name=name, sign=sign) for name, sign in FUNCTIONS.values())
    return f"{header}\neffects := {effects}\n\nstates := {states}\n\n{_MODEL}{comparisons}"


def given_checks(program: Program) -> dict[str, tuple[Check, CompiledRule]]:
    """The checks that the module takes from its input, by the name it expects, each with one rule whose limits it reads."""
    found: dict[str, tuple[Check, CompiledRule]] = {}
    names = _names(program)
    for rule in program.rules:
        for check in rule.whole.checks():
            if check.function is not None:
                found.setdefault(names[rule.ref, check.name], (check, rule))
    return dict(sorted(found.items()))


def in_rego(value: Value) -> object:
    """A fact's value as the module's input holds it."""
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value) if isinstance(value, frozenset) else value


def _names(program: Program) -> dict[tuple[str, str], str]:
    """The name of each function check in each rule: its own, unless two rules give it different limits."""
    limits: dict[str, set[str]] = {}
    for rule in program.rules:
        for check in rule.whole.checks():
            limits.setdefault(check.name, set()).add(_limits(check, rule))
    return {
        (rule.ref, check.name): check.name if len(limits[check.name]) == 1 else f"{check.name} {_limits(check, rule)}"
        for rule in program.rules
        for check in rule.whole.checks()
        if check.function is not None
    }


def _limits(check: Check, rule: CompiledRule) -> str:
    return "".join(f"[{name}={_literal(rule.limits[name])}]" for name in check.limits if name != "on")


def _state(rule: CompiledRule, names: Mapping[tuple[str, str], str]) -> str:
    law = rule.rule
    applies = _expression(law.applies, rule, names)
    parts = (
        _expression(rule.book.binds, rule, names) if rule.book.binds else applies,
        applies,
        _expression(law.demands, rule, names),
        *(
            _expression(Node("any", tuple(one.when for one in law.unless if one.gives == gives)), rule, names)
            for gives in ("exempt", "derogation")
        ),
    )
    return "state(\n" + ",\n".join(f"\t\t{part}" for part in parts) + ",\n\t)"


def _expression(node: Node, rule: CompiledRule, names: Mapping[tuple[str, str], str]) -> str:
    if node.check is not None:
        return _leaf(node.check, rule, names)
    parts = [_expression(part, rule, names) for part in node.parts]
    if node.op == "not":
        return f"2 - ({parts[0]})"
    if not parts:
        return "2" if node.op == "all" else "0"
    if len(parts) == 1:
        return parts[0]
    return f"{'min' if node.op == 'all' else 'max'}([{', '.join(parts)}])"


def _leaf(check: Check, rule: CompiledRule, names: Mapping[tuple[str, str], str]) -> str:
    if check.function is not None:
        return f"given({_literal(names[rule.ref, check.name])})"
    name, _ = FUNCTIONS[check.op]
    operand = _fact(check.operand.name) if isinstance(check.operand, Fact) else _literal(check.against({}, rule.limits))
    return f"{name}({_fact(check.reads[0])}, {operand})"


def _fact(name: str) -> str:
    return f"fact({_literal(name)})"


def _literal(value: Any) -> str:
    if isinstance(value, frozenset):
        return "{" + ", ".join(_literal(one) for one in sorted(value)) + "}" if value else "set()"
    if isinstance(value, date):
        value = value.isoformat()
    if not isinstance(value, (bool, int, str, list)):
        raise ValueError(f"{value!r} cannot be written in Rego")
    return json.dumps(value, ensure_ascii=False)


def _object(entries: Iterable[str]) -> str:
    lines = "".join(f"\t{entry},\n" for entry in entries)
    return "{\n" + lines + "}" if lines else "{}"


def _lines(entries: Iterable[str]) -> str:
    return "\n".join(f"#   {entry}" for entry in entries) or "#   none"
