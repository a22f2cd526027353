"""What an expression comes to without running anything: a value, or `UNKNOWN`, or `SENSITIVE` where anything sensitive goes into it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from egide.infrastructure.hcl.functions import called, too_large
from egide.infrastructure.hcl.syntax import (
    Call,
    Choice,
    Each,
    Expression,
    From,
    Items,
    Literal,
    Operation,
    Pairs,
    Template,
    Traversal,
)
from egide.infrastructure.resources import SENSITIVE, UNKNOWN, Withheld

OPERATORS: Mapping[str, Callable[[Any, Any], object]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge,
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "%": operator.mod,
}  # fmt: skip
ARITHMETIC = frozenset("+-*/%")
MOST_NUMBER = 2**200


class Names(Protocol):
    """Where names are looked up: what a module, an instance and a loop know."""

    def look_up(self, root: str, steps: tuple[str | Expression, ...]) -> tuple[object, int]:
        """The value of a name, and how many of its steps were used up in finding it."""

    def spend(self, steps: int) -> bool:
        """Whether so many more steps may be gone: loops in loops grow without end."""


def value_of(expression: Expression, names: Names) -> object:
    """The value of the expression where these names hold."""
    match expression:
        case Literal(value):
            return value
        case Traversal(root, steps):
            found, used = names.look_up(root, steps)
            return _taken(found, steps[used:], names)
        case Template(parts):
            return _text([value_of(part, names) for part in parts])
        case From(source, steps):
            return _taken(value_of(source, names), steps, names)
        case Call(name, arguments, spread):
            return _call(name, arguments, spread, names)
        case Items(items):
            return [value_of(item, names) for item in items]
        case Pairs(pairs):
            return _pairs([(value_of(key, names), value_of(value, names)) for key, value in pairs])
        case Choice(condition, one, other):
            return _choice(value_of(condition, names), one, other, names)
        case Operation(sign, operands):
            return _operation(sign, [value_of(operand, names) for operand in operands])
        case Each():
            return _each(expression, names)


def _withheld(values: Sequence[object]) -> Withheld | None:
    if any(value is SENSITIVE for value in values):
        return SENSITIVE
    return UNKNOWN if any(value is UNKNOWN for value in values) else None


def _text(parts: Sequence[object]) -> object:
    if withheld := _withheld(parts):
        return withheld
    said = []
    for part in parts:
        if not isinstance(part, (str, int, float, bool)):
            return UNKNOWN
        said.append(("true" if part else "false") if isinstance(part, bool) else str(part))
    text = "".join(said)
    return UNKNOWN if too_large(text) else text


def _taken(value: object, steps: tuple[str | Expression, ...], names: Names) -> object:
    for number, step in enumerate(steps):
        if isinstance(value, Withheld):
            return value
        if step == "*":
            rest = steps[number + 1 :]
            if not isinstance(value, list):
                value = [] if value is None else [value]
            return [_taken(one, rest, names) for one in value]
        key = step if isinstance(step, str) else value_of(step, names)
        value = _at(value, key)
    return value


def _at(value: object, key: object) -> object:
    if isinstance(key, Withheld):
        return key
    if isinstance(value, Mapping):
        return value.get(key if isinstance(key, str) else str(key), UNKNOWN)
    if isinstance(value, list) and isinstance(key, int) and not isinstance(key, bool) and 0 <= key < len(value):
        return value[key]
    return UNKNOWN


def _call(name: str, arguments: tuple[Expression, ...], spread: bool, names: Names) -> object:
    if name == "try":
        tried = (value_of(argument, names) for argument in arguments)
        return next((value for value in tried if value is not UNKNOWN), UNKNOWN)
    values = [value_of(argument, names) for argument in arguments]
    if name == "sensitive":
        return SENSITIVE
    if spread and values and isinstance(values[-1], list):
        values = [*values[:-1], *values[-1]]
    if name in ("merge", "concat", "tolist", "toset", "coalesce"):
        return _withheld(values) or called(name, values)
    return _withheld(values) or _withheld([one for value in values if isinstance(value, list) for one in value]) or called(name, values)


def _pairs(pairs: list[tuple[object, object]]) -> object:
    if withheld := _withheld([key for key, _ in pairs]):
        return withheld
    return {key if isinstance(key, str) else str(key): value for key, value in pairs}


def _choice(condition: object, one: Expression, other: Expression, names: Names) -> object:
    if isinstance(condition, Withheld):
        first, second = value_of(one, names), value_of(other, names)
        return first if first == second else condition
    return value_of(one if condition in (True, "true") else other, names)


def _operation(sign: str, values: list[object]) -> object:
    if sign in ("&&", "||"):
        decides = sign == "||"
        if any(value is decides for value in values):
            return decides
    if withheld := _withheld(values):
        return withheld
    if sign in ("&&", "||"):
        return (all if sign == "&&" else any)(value is True for value in values)
    if len(values) == 1:
        only = values[0]
        if sign == "!":
            return only is not True
        return -only if isinstance(only, (int, float)) else UNKNOWN
    if sign in ARITHMETIC and not all(isinstance(value, (int, float)) and abs(value) < MOST_NUMBER for value in values):
        return UNKNOWN
    if any(isinstance(value, list) and _withheld(value) for value in values):
        return UNKNOWN
    try:
        return OPERATORS[sign](values[0], values[1])
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return UNKNOWN


class _Loop:
    """The names of a loop before those around it."""

    def __init__(self, around: Names, own: Mapping[str, object]) -> None:
        self._around = around
        self._own = own

    def look_up(self, root: str, steps: tuple[str | Expression, ...]) -> tuple[object, int]:
        if root in self._own:
            return self._own[root], 0
        return self._around.look_up(root, steps)

    def spend(self, steps: int) -> bool:
        return self._around.spend(steps)


def _each(loop: Each, names: Names) -> object:
    source = value_of(loop.source, names)
    if isinstance(source, Withheld):
        return source
    pairs = list(source.items()) if isinstance(source, Mapping) else list(enumerate(source)) if isinstance(source, list) else None
    if pairs is None or not names.spend(len(pairs)):
        return UNKNOWN
    made: list[tuple[object, object]] = []
    for key, value in pairs:
        own = {loop.value_name: value} | ({loop.key_name: key} if loop.key_name else {})
        inner = _Loop(names, own)
        if loop.condition is not None:
            kept = value_of(loop.condition, inner)
            if isinstance(kept, Withheld):
                return kept
            if kept is not True:
                continue
        made.append((value_of(loop.key, inner) if loop.key is not None else None, value_of(loop.value, inner)))
    if loop.key is None:
        return [value for _, value in made]
    return UNKNOWN if loop.grouped else _pairs(made)
