"""A constraint made ready: its right operand read once, its comparison chosen once, and then only asked of facts.

Where a left operand holds several values, `eq` asks whether the value is among them, `neq` that it is not, and an order asks it of each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from egide.dataspace.policies.facts import Facts, Outcome
from egide.dataspace.policies.model import Condition, Constraint, Joined, Logic, Operator
from egide.dataspace.policies.operands import LeftOperand, Where
from egide.dataspace.policies.profile_core import DATE_TIME
from egide.dataspace.policies.values import Kind, One, Value, WrongValueError, compared, one
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

NOT_MET, UNUSABLE, UNKNOWN, PROMISED, MET = Outcome
Ask: TypeAlias = Callable[[Facts], Outcome]
_Compare: TypeAlias = Callable[[Value, Facts], bool | None]
"""Whether it holds of a known value; None when that cannot be said."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One constraint, ready."""

    constraint: Constraint
    operand: LeftOperand | None
    ask: Ask
    rights: tuple[One, ...] = ()
    wrong: Reason | None = None
    """Why it can never be known, when it cannot."""


@dataclass(frozen=True, slots=True)
class Group:
    """A logical constraint, ready."""

    joined: Joined
    parts: tuple[Ready, ...]
    ask: Ask


Ready: TypeAlias = Comparison | Group


def ready(condition: Condition, operands: Mapping[str, LeftOperand]) -> Ready:
    """The condition, ready to be asked."""
    if isinstance(condition, Constraint):
        return _test(condition, operands.get(condition.left))
    parts = tuple(ready(part, operands) for part in condition.parts)
    return Group(condition, parts, _joined(condition.how, tuple(part.ask for part in parts)))


def _joined(how: Logic, asks: tuple[Ask, ...]) -> Ask:
    if how is Logic.OR:
        return lambda facts: max((ask(facts) for ask in asks), default=NOT_MET)
    if how is Logic.XONE:
        return lambda facts: exactly_one([ask(facts) for ask in asks])
    return lambda facts: min((ask(facts) for ask in asks), default=MET)


def exactly_one(outcomes: list[Outcome]) -> Outcome:
    """`xone`: one holds and no other does; the open ones keep it open, the worst of them deciding how."""
    held = outcomes.count(MET)
    if held > 1:
        return NOT_MET
    if between := [each for each in outcomes if NOT_MET < each < MET]:
        return min(between)
    return MET if held else NOT_MET


def _test(constraint: Constraint, operand: LeftOperand | None) -> Comparison:
    if operand is None:
        said = N_("no profile that is known declares the left operand `{left}`")
        return _unusable(constraint, None, Reason("unknown-operand", {"left": constraint.left}, said))
    if wrong := _misuse(constraint, operand):
        return _unusable(constraint, operand, wrong)
    given = constraint.right if isinstance(constraint.right, list) else [constraint.right]
    try:
        rights = tuple(one(each, operand.kind) for each in given)
    except WrongValueError as error:
        return _unusable(constraint, operand, Reason("wrong-value", error.values, error.message))
    holds = _comparison(constraint.operator, rights, isinstance(constraint.right, list))
    return Comparison(constraint, operand, _asking(operand, holds), rights)


def _unusable(constraint: Constraint, operand: LeftOperand | None, wrong: Reason) -> Comparison:
    return Comparison(constraint, operand, lambda facts: UNUSABLE, (), wrong)


_ORDERS = frozenset({Operator.LT, Operator.LTEQ, Operator.GT, Operator.GTEQ, Operator.TERM_LTEQ})
_WORDS_ONLY = frozenset({Operator.IS_A, Operator.HAS_PART, Operator.IS_PART_OF})


def _misuse(constraint: Constraint, operand: LeftOperand) -> Reason | None:
    """What makes a constraint meaningless, whatever the facts."""
    args: dict[str, object] = {"left": constraint.left, "operator": constraint.operator.value}
    if "rightOperandReference" in constraint.more:
        return Reason("right-by-reference", args, N_("the right operand of `{left}` stands elsewhere, and nothing is fetched"))
    if constraint.operator in _ORDERS and (operand.kind in (Kind.TEXT, Kind.TRUTH) or isinstance(constraint.right, list)):
        return Reason("no-order", args, N_("`{operator}` needs one value that has an order; `{left}` has none here"))
    if constraint.operator in _WORDS_ONLY and operand.kind is not Kind.TEXT:
        return Reason("no-parts", args, N_("`{operator}` compares words; `{left}` is none"))
    unit = constraint.more.get("unit")
    if unit is not None and operand.unit is not None and unit != operand.unit:
        return Reason("other-unit", args | {"unit": unit, "wanted": operand.unit}, N_("`{left}` is in {wanted}, not in {unit}"))
    return None


def _asking(operand: LeftOperand, holds: _Compare) -> Ask:
    silent = PROMISED if operand.where is Where.PROMISE else UNKNOWN
    name = operand.name

    def ask(facts: Facts) -> Outcome:
        value = facts.values.get(name)
        if value is None:
            if name != DATE_TIME:
                return silent
            value = facts.at
        found = holds(value, facts)
        return UNKNOWN if found is None else MET if found else NOT_MET

    return ask


def _comparison(operator: Operator, rights: tuple[One, ...], listed: bool) -> _Compare:
    if operator in _ORDERS:
        return _each(_ordered(operator, rights[0]))
    if operator in _WORDS_ONLY:
        return _belonging(operator, rights)
    if operator is Operator.NEQ or operator is Operator.IS_NONE_OF:
        return _not(_any(rights))
    if operator is Operator.IS_ALL_OF:
        return _all(rights)
    if operator is Operator.EQ and listed:
        return _exactly(rights)
    return _any(rights)


def _ordered(operator: Operator, right: One) -> Callable[[One], bool | None]:
    wanted = {Operator.LT: (-1,), Operator.GT: (1,), Operator.GTEQ: (0, 1)}.get(operator, (-1, 0))
    if operator in (Operator.LTEQ, Operator.TERM_LTEQ, Operator.GTEQ):
        return lambda left: None if (found := compared(left, right)) is None else found in wanted
    return lambda left: None if (found := compared(left, right)) is None else found == wanted[0]


def _each(holds: Callable[[One], bool | None]) -> _Compare:
    """An order, of one value or of every value there is."""

    def each(value: Value, facts: Facts) -> bool | None:
        if not isinstance(value, frozenset):
            return holds(value)
        answers = [holds(one) for one in value]
        return False if False in answers else None if None in answers or not answers else True

    return each


def _same(left: One, right: One) -> bool | None:
    if type(left) is str or type(right) is str:
        return left == right
    found = compared(left, right)
    return None if found is None else found == 0


def _any(rights: tuple[One, ...]) -> _Compare:
    """Some value there is is one of these."""
    words = frozenset(rights)
    plain = all(type(each) is str for each in rights)

    def holds(value: Value, facts: Facts) -> bool | None:
        if plain:
            return not words.isdisjoint(value) if isinstance(value, frozenset) else value in words
        answers = [_same(left, right) for left in _several(value) for right in rights]
        return True if True in answers else None if None in answers else False

    return holds


def _not(holds: _Compare) -> _Compare:
    def other(value: Value, facts: Facts) -> bool | None:
        found = holds(value, facts)
        return None if found is None else not found

    return other


def _all(rights: tuple[One, ...]) -> _Compare:
    """Each of these is some value there is."""
    parts = [_any((right,)) for right in rights]

    def holds(value: Value, facts: Facts) -> bool | None:
        answers = [part(value, facts) for part in parts]
        return False if False in answers else None if None in answers else True

    return holds


def _exactly(rights: tuple[One, ...]) -> _Compare:
    """These and no others: `eq` with a list."""
    every = _all(rights)

    def holds(value: Value, facts: Facts) -> bool | None:
        strange = [all(_same(left, right) is False for right in rights) for left in _several(value)]
        return False if True in strange else every(value, facts)

    return holds


def _belonging(operator: Operator, rights: tuple[One, ...]) -> _Compare:
    """`isA`, `isPartOf`: a value is one of these or belongs to it. `hasPart`: each of these is a value or belongs to it."""
    words = frozenset(str(right) for right in rights)

    def upwards(value: Value, facts: Facts) -> bool:
        return any(not words.isdisjoint({str(left), *facts.above(str(left))}) for left in _several(value))

    def downwards(value: Value, facts: Facts) -> bool:
        wholes = {str(left) for left in _several(value)}
        return all(not wholes.isdisjoint({word, *facts.above(word)}) for word in words)

    return downwards if operator is Operator.HAS_PART else upwards


def _several(value: Value) -> frozenset[One]:
    return value if isinstance(value, frozenset) else frozenset((value,))
