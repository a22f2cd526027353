"""The one question whose answer settles most, and the representative answers of a fact.

Only what is open is asked: an unknown fact under an unknown check of a rule that keeps the outcome unsettled. Every
answer to such a question brings the case nearer to settled, so asking again and again ends: settled, or with no
question left, which says that the texts that were read do not settle it.

For yes-no and choice facts every answer is tried. For dates, amounts and free values, one answer on either side of
everything that some rule of the day turns at: between two of them the rules cannot tell answers apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Generic, TypeVar

from egide.rules.checks import Fact
from egide.rules.evaluation import ask
from egide.rules.expression import MET, NUMBER, UNKNOWN, Node, combine
from egide.vocabulary.facts import FACTS, FROM_CATALOGUE, FactType, Kind, Value, Values
from egide.vocabulary.findings import Answer

if TYPE_CHECKING:
    from egide.rules.checks import Check
    from egide.rules.evaluation import CompiledRule, Program, State

T = TypeVar("T")
Outcome = Callable[[Sequence["State"]], T]

YEARS_LOOKED_AT = 6
"""How far from the day the turning days of a function check are looked for."""
STEP = timedelta(days=14)
"""A function of a date that turns and turns back within two weeks would be missed; no law does."""
BESIDE: Mapping[str, tuple[int, ...]] = {
    "is": (-1, 0, 1), "in": (0,), "below": (-1, 0), "at-least": (-1, 0), "above": (0, 1), "at-most": (0, 1),
}  # fmt: skip
"""For each comparison, the answers beside its limit that it tells apart."""
MIRRORED = {"is": "is", "in": "is", "below": "above", "above": "below", "at-least": "at-most", "at-most": "at-least"}
"""Each comparison seen from the other side."""


@dataclass(frozen=True, slots=True)
class Settling(Generic[T]):
    """A fact to ask, and the outcome each answer would give."""

    fact: FactType
    would: Mapping[Value, T]


def deciding_question(program: Program, values: Values, outcome: Outcome[T], unsettled: T) -> Settling[T] | None:
    """The unknown fact whose answers leave the fewest cases unsettled, then the fewest rules and facts open.

    What a person can answer is asked before what only the catalogue says. Ties go to the order of `FACTS`, which asks
    first what is quickly known. None when the outcome is not ``unsettled``, or when no answer can bring it further: then
    the texts do not settle it.
    """
    states = program.states(values)
    if outcome(states) != unsettled:
        return None
    blocking = _blocking(program, states, outcome, unsettled)
    wanted = {name for place in blocking for name in open_facts(program.rules[place], values, program)}
    best: tuple[tuple[float, float, float, float], Settling[T]] | None = None
    for name in FACTS:
        if name not in wanted:
            continue
        would: dict[Value, T] = {}
        rules = facts = 0
        for answer in representatives(program, name, values):
            known = {**values, name: answer}
            fresh = program.restated(states, known, (name,))
            would[answer] = outcome(fresh)
            if would[answer] == unsettled:
                still = [place for place in blocking if fresh[place].value == UNKNOWN]
                rules += len(still)
                facts += len({one for place in still for one in open_facts(program.rules[place], known, program)})
        unsettled_count = sum(one == unsettled for one in would.values())
        score = (name in FROM_CATALOGUE, unsettled_count / len(would), rules / len(would), facts / len(would))
        if best is None or score < best[0]:
            best = (score, Settling(FACTS[name], would))
    return best[1] if best else None


def _blocking(program: Program, states: Sequence[State], outcome: Outcome[T], unsettled: T) -> list[int]:
    """The unknown rules that keep the outcome unsettled, were all others met; none when knowing them would not help."""
    at_best = [state if state.value != UNKNOWN else state._replace(demands=MET) for state in states]
    if outcome(at_best) == unsettled:
        return []
    return [
        place
        for place, state in enumerate(states)
        if state.value == UNKNOWN and outcome([*at_best[:place], state, *at_best[place + 1 :]]) == unsettled
    ]


def open_facts(rule: CompiledRule, values: Values, program: Program) -> frozenset[str]:
    """The unknown facts on which the rule's unknown value rests; empty when it is known or the texts leave it open."""
    key = rule.key(values)
    known = rule.openings.get(key)
    if known is None:
        known = rule.openings[key] = _open(rule.whole, rule, values, program)[1]
    return known


def _open(node: Node, rule: CompiledRule, values: Values, program: Program) -> tuple[int, frozenset[str]]:
    if node.check is not None:
        number = NUMBER[ask(node.check, values, rule.limits, rule.ref, program.faults)]
        return number, _missing(node.check, rule, values, program) if number == UNKNOWN else frozenset()
    below = [_open(part, rule, values, program) for part in node.parts]
    numbers = [number for number, _ in below]
    number = combine(node.op, numbers)
    return number, frozenset().union(*(facts for _, facts in below)) if number == UNKNOWN else frozenset()


def _missing(check: Check, rule: CompiledRule, values: Values, program: Program) -> frozenset[str]:
    """The unknown facts of an unknown check; not the last one of a function check that stays unknown whatever it is."""
    missing = [name for name in check.reads if name not in values]
    if check.function is not None and len(missing) == 1:
        (name,) = missing
        tried = representatives(program, name, values)
        if all(ask(check, {**values, name: value}, rule.limits, rule.ref, program.faults) is Answer.UNKNOWN for value in tried):
            return frozenset()
    return frozenset(missing)


def representatives(program: Program, name: str, values: Values) -> tuple[Value, ...]:
    """Answers that between them stand for every answer the rules of the day can tell apart, the other facts being as they are."""
    fact = FACTS[name]
    if fact.kind is Kind.YES_NO:
        return (True, False)
    if fact.kind is Kind.CHOICE:
        return fact.choices
    readers = list(_readers(program, name))
    compared = [one for check, rule in readers for one in _compared(check, name, rule, values)]
    if fact.kind is Kind.DATE:
        edges = {limit + timedelta(days=step) for op, limit in compared if isinstance(limit, date) for step in BESIDE[op]}
        turns = (day for check, rule in readers if check.function for day in _turning_days(check, name, rule, values, program))
        return tuple(sorted(edges.union(turns))) or (program.on,)
    if fact.kind is Kind.AMOUNT_EUR:
        amounts = {limit + step for op, limit in compared if type(limit) is int for step in BESIDE[op]}
        return tuple(sorted(amounts)) or (0,)
    return _one_of_each(limit for _, limit in compared) if fact.kind is Kind.TEXT else (frozenset({"FR"}), frozenset({"US"}))


def _readers(program: Program, name: str) -> Iterator[tuple[Check, CompiledRule]]:
    for place in program.readers.get(name, ()):
        rule = program.rules[place]
        for check in rule.whole.checks():
            if name in check.reads:
                yield check, rule


def _compared(check: Check, name: str, rule: CompiledRule, values: Values) -> list[tuple[str, object]]:
    """How and with what the fact is compared: a constant, a limit of the day, or the other fact when that is known."""
    if check.function is not None:
        return [("is", rule.limits[limit]) for limit in check.limits if limit in rule.limits]
    if not isinstance(check.operand, Fact):
        return [(check.op, check.against(values, rule.limits))]
    first, other = check.reads[0], check.operand.name
    if name == first:
        return [(check.op, values[other])] if other in values else []
    return [(MIRRORED[check.op], values[first])] if first in values else []


def _turning_days(check: Check, name: str, rule: CompiledRule, values: Values, program: Program) -> list[date]:
    """The days on either side of each turn of a function check: found by looking, then by halving, once."""
    others = tuple((read, values[read]) for read in check.reads if read != name and read in values)
    key = (check.name, name, others)
    if key not in rule.turns:
        rule.turns[key] = _look_for_turns(check, name, rule, dict(others), program)
    return rule.turns[key]


def _look_for_turns(check: Check, name: str, rule: CompiledRule, values: Values, program: Program) -> list[date]:
    def answer(day: date) -> Answer:
        return ask(check, {**values, name: day}, rule.limits, rule.ref, program.faults)

    reach = timedelta(days=365 * YEARS_LOOKED_AT)
    found: list[date] = []
    before, said = program.on - reach, answer(program.on - reach)
    while before < program.on + reach:
        after = before + STEP
        if (now := answer(after)) is not said:
            low, high = before, after
            while high - low > timedelta(days=1):
                middle = low + (high - low) // 2
                low, high = (middle, high) if answer(middle) is said else (low, middle)
            found += [low, high]
        before, said = after, now
    return found


def _one_of_each(operands: Iterable[object]) -> tuple[Value, ...]:
    """For words: one that each combination of the lists holds (France where it can be), and one that none does."""
    lists = [operand if isinstance(operand, frozenset) else frozenset({str(operand)}) for operand in operands]
    classes: dict[tuple[bool, ...], list[str]] = {}
    for word in sorted(frozenset().union(*lists)):
        classes.setdefault(tuple(word in one for one in lists), []).append(word)
    outsider = next(word for word in ("US", "CN", "ZZ") if not any(word in one for one in lists))
    return (*("FR" if "FR" in words else words[0] for words in classes.values()), outsider)
