"""The one question whose answer settles most, and the representative answers of a fact.

For yes-no and choice facts every answer is tried. For dates, amounts and free values, the answers that lie on either
side of every limit with which some rule compares them: between two limits the rules cannot tell answers apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Generic, TypeVar

from egide.rules.expression import MET, UNKNOWN
from egide.vocabulary.facts import FACTS, FactType, Kind, Value, Values

if TYPE_CHECKING:
    from egide.rules.checks import Check
    from egide.rules.evaluation import Program, State

T = TypeVar("T")
Outcome = Callable[[Sequence["State"]], T]


@dataclass(frozen=True, slots=True)
class Settling(Generic[T]):
    """A fact to ask, and the outcome each answer would give."""

    fact: FactType
    would: Mapping[Value, T]


def representatives(program: Program, name: str) -> tuple[Value, ...]:
    """Answers that between them stand for every answer the rules of the day can tell apart."""
    fact = FACTS[name]
    if fact.kind is Kind.YES_NO:
        return (True, False)
    if fact.kind is Kind.CHOICE:
        return fact.choices
    operands = [
        operand
        for place in program.readers.get(name, ())
        for check in _checks(program, place)
        if name in check.reads and check.function is None
        and (operand := check.against({}, program.rules[place].limits)) is not None
    ]  # fmt: skip
    if fact.kind is Kind.AMOUNT_EUR:
        return tuple(sorted({edge for limit in operands if isinstance(limit, int) for edge in (limit, limit + 1)}))
    if fact.kind is Kind.DATE:
        days = {edge for limit in operands if isinstance(limit, date) for edge in (limit, limit + timedelta(days=1))}
        months_back = (0, 6, 11, 13, 17, 19, 36)
        return tuple(sorted(days | {program.on - timedelta(days=30 * count + count // 2) for count in months_back}))
    members = sorted({str(one) for limit in operands if isinstance(limit, frozenset) for one in limit})
    return (*(members[:1] if "FR" not in members else ["FR"]), "US")


def deciding_question(program: Program, values: Values, outcome: Outcome[T], unsettled: T) -> Settling[T] | None:
    """The unknown fact whose answers leave the fewest cases unsettled, then the fewest rules unknown; None when settled.

    Ties go to the order of `FACTS`, which asks first what is quickly known.
    """
    states = program.states(values)
    if outcome(states) != unsettled:
        return None
    best: tuple[tuple[float, float, int], Settling[T]] | None = None
    for order, name in enumerate(FACTS):
        if name in values or name not in program.readers or not _matters(program, states, name):
            continue
        would: dict[Value, T] = {}
        open_rules = 0
        for answer in representatives(program, name):
            fresh = program.restated(states, {**values, name: answer}, (name,))
            would[answer] = outcome(fresh)
            open_rules += sum(state.value == UNKNOWN for state in fresh)
        if not would or (len(set(would.values())) == 1 and unsettled in would.values() and open_rules >= len(would) * _open(states)):
            continue
        unsettled_share = sum(one == unsettled for one in would.values()) / len(would)
        score = (unsettled_share, open_rules / len(would), order)
        if best is None or score < best[0]:
            best = (score, Settling(FACTS[name], would))
    return best[1] if best else None


def _open(states: Sequence[State]) -> int:
    return sum(state.value == UNKNOWN for state in states)


def _matters(program: Program, states: Sequence[State], name: str) -> bool:
    """A fact matters when a rule that reads it is not yet met for certain."""
    return any(states[place].value != MET for place in program.readers[name])


def _checks(program: Program, place: int) -> list[Check]:
    rule = program.rules[place]
    nodes = [rule.rule.applies, rule.rule.demands, *(one.when for one in rule.rule.unless)]
    if rule.book.binds:
        nodes.append(rule.book.binds)
    return [check for node in nodes for check in node.checks()]
