"""Evaluates the rules in force on a day: where each rule stands for a case. Explaining is `egide.rules.proofs`.

`Program` is the law of one day, compiled. A rule reads few facts, so its state is remembered by the values of just
those: a portfolio asks the same thing many times.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from egide.rules.checks import COMPARE, Fact
from egide.rules.expression import ALWAYS, MET, NOT_MET, NUMBER, UNKNOWN, Node
from egide.vocabulary.facts import Values
from egide.vocabulary.findings import Answer, Effect, Finding, Reason

if TYPE_CHECKING:
    from egide.rules.book import Rule, Rulebook
    from egide.rules.checks import Check, Limits

Formula = Callable[[Values], int]


class CheckFaultWarning(UserWarning):
    """A check raised: its answer is unknown and the fault is recorded. Test runs turn this into an error."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A check that crashed, on which rule."""

    rule: str
    check: str
    error: str


class State(NamedTuple):
    """Where one rule stands for one case; each part is 0 not met, 1 unknown, 2 met."""

    bound: int
    """The book binds this case at all."""
    concerned: int
    """The book binds and the rule applies."""
    demands: int
    exempt: int
    derogation: int

    @property
    def value(self) -> int:
        """Whether the rule is respected: not concerned, or demands met, or lifted."""
        return max(2 - self.concerned, self.demands, self.exempt, self.derogation)


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """One rule as it stands on the day: its formulas and the facts it reads."""

    ref: str
    book: Rulebook
    rule: Rule
    limits: Limits
    whole: Node
    """The rule as one expression, whose answer is the rule's value: not concerned, or demands, or an exception."""
    reads: tuple[str, ...]
    evaluate: Callable[[Values], State]
    memory: dict[tuple[object, ...], State] = field(default_factory=dict, repr=False, compare=False)
    openings: dict[tuple[object, ...], frozenset[str]] = field(default_factory=dict, repr=False, compare=False)
    reasons: dict[tuple[object, ...], tuple[Reason, ...]] = field(default_factory=dict, repr=False, compare=False)
    turns: dict[tuple[object, ...], list[date]] = field(default_factory=dict, repr=False, compare=False)
    findings: dict[tuple[object, ...], Finding] = field(default_factory=dict, repr=False, compare=False)
    leaves: dict[tuple[object, ...], tuple[Answer, Reason]] = field(default_factory=dict, repr=False, compare=False)
    """What each check of the rule answered, and why, by the check and the facts that it reads."""

    @property
    def effect(self) -> Effect:
        """What the rule does to a verdict."""
        return self.rule.effect

    def key(self, values: Values) -> tuple[object, ...]:
        """The values of just the facts that the rule reads."""
        return tuple(map(values.get, self.reads))

    def state(self, values: Values) -> State:
        """The state for these facts, remembered by the ones the rule reads."""
        key = tuple(map(values.get, self.reads))  # as `key` does: a call less, millions of times
        state = self.memory.get(key)
        if state is None:
            state = self.memory[key] = self.evaluate(values)
        return state


@dataclass(frozen=True, slots=True)
class Program:
    """The law of one day: every rule in force, compiled against its dated limits."""

    on: date
    rules: tuple[CompiledRule, ...]
    faults: list[Fault]
    readers: Mapping[str, tuple[int, ...]]
    """For each fact, the places in `rules` of the rules that read it."""

    def states(self, values: Values) -> list[State]:
        """The state of every rule, in the order of `rules`."""
        return [rule.state(values) for rule in self.rules]

    def restated(self, states: Sequence[State], values: Values, changed: Iterable[str]) -> list[State]:
        """The states once some facts have changed, asking again only the rules that read them."""
        fresh = list(states)
        for place in {place for name in changed for place in self.readers.get(name, ())}:
            fresh[place] = self.rules[place].state(values)
        return fresh

    @property
    def deciding(self) -> tuple[CompiledRule, ...]:
        """The rules that can change a verdict."""
        return tuple(rule for rule in self.rules if rule.effect is not Effect.ADVISE)


def compile_rules(books: Iterable[Rulebook], on: date) -> Program:
    """The rules of these books that are in force on that day, with the limits of that day."""
    faults: list[Fault] = []
    compiled: list[CompiledRule] = []
    for book in books:
        if book.in_force.holds(on):
            compiled += [_compile(book, rule, on, faults) for rule in book.rules if rule.in_force.holds(on)]
    return _program(on, compiled, faults)


def without_advice(program: Program) -> Program:
    """The same law, less the rules that only advise: for verdicts alone, it says the same in half the time."""
    return _program(program.on, program.deciding, program.faults)


def only(program: Program, wanted: Callable[[CompiledRule], bool]) -> Program:
    """The same law, less the rules that are not wanted."""
    return _program(program.on, [rule for rule in program.rules if wanted(rule)], program.faults)


def _program(on: date, rules: Sequence[CompiledRule], faults: list[Fault]) -> Program:
    readers: dict[str, list[int]] = {}
    for place, rule in enumerate(rules):
        for name in rule.reads:
            readers.setdefault(name, []).append(place)
    return Program(on, tuple(rules), faults, {name: tuple(places) for name, places in readers.items()})


def _compile(book: Rulebook, rule: Rule, on: date, faults: list[Fault]) -> CompiledRule:
    ref = f"{book.id}@{book.version}#{rule.id}"
    limits: dict[str, object] = {name: dated.value for name, values in rule.limits.items() for dated in values if dated.period.holds(on)}
    limits["on"] = on
    whole = _whole(book, rule)
    reads = tuple(dict.fromkeys(fact for check in whole.checks() for fact in check.reads))
    applies = formula(rule.applies, ref, limits, faults)
    binds = formula(book.binds, ref, limits, faults) if book.binds else applies
    demands = formula(rule.demands, ref, limits, faults)
    exempt = [formula(one.when, ref, limits, faults) for one in rule.unless if one.gives == "exempt"]
    derogation = [formula(one.when, ref, limits, faults) for one in rule.unless if one.gives == "derogation"]

    def evaluate(values: Values) -> State:
        bound = binds(values)
        concerned = min(bound, applies(values)) if bound else NOT_MET
        return State(
            bound, concerned, demands(values),
            max((one(values) for one in exempt), default=NOT_MET),
            max((one(values) for one in derogation), default=NOT_MET),
        )  # fmt: skip

    return CompiledRule(ref, book, rule, limits, whole, reads, evaluate)


def _whole(book: Rulebook, rule: Rule) -> Node:
    scope = Node("all", tuple(part for part in (book.binds, rule.applies) if part is not None and part != ALWAYS))
    return Node("any", (Node("not", (scope,)), rule.demands, *(one.when for one in rule.unless)))


def formula(node: Node, ref: str, limits: Limits, faults: list[Fault]) -> Formula:
    """The expression as a function of known facts to 0, 1 or 2."""
    if node.check is not None:
        return _leaf(node.check, ref, limits, faults)
    parts = tuple(formula(part, ref, limits, faults) for part in node.parts)
    if node.op == "not":
        (only,) = parts
        return lambda values: 2 - only(values)
    if len(parts) == 1:
        return parts[0]
    return _all(parts) if node.op == "all" else _any(parts)


def _all(parts: Sequence[Formula]) -> Formula:
    def least(values: Values) -> int:
        number = MET
        for part in parts:
            if (one := part(values)) < number:
                if one == NOT_MET:
                    return NOT_MET
                number = one
        return number

    return least


def _any(parts: Sequence[Formula]) -> Formula:
    def greatest(values: Values) -> int:
        number = NOT_MET
        for part in parts:
            if (one := part(values)) > number:
                if one == MET:
                    return MET
                number = one
        return number

    return greatest


def _leaf(check: Check, ref: str, limits: Limits, faults: list[Fault]) -> Formula:
    def answer(values: Values) -> int:
        return NUMBER[ask(check, values, limits, ref, faults)]

    if check.function is not None or isinstance(check.operand, Fact) or (operand := check.against({}, limits)) is None:
        return answer
    name, compare = check.reads[0], COMPARE[check.op]

    def compared(values: Values) -> int:
        """The same for the one fact that is compared with what is known already; what cannot be compared is a fault to record."""
        value = values.get(name)
        if value is None:
            return UNKNOWN
        try:
            return MET if compare(value, operand) else NOT_MET
        except TypeError:
            return answer(values)

    return compared


def ask(check: Check, values: Values, limits: Limits, ref: str, faults: list[Fault]) -> Answer:
    """The check's answer from the facts it declares and no other; a crash is unknown, recorded and warned of."""
    seen = {name: values[name] for name in check.reads if name in values}
    try:
        return check.answer(seen, limits)
    except Exception as error:  # a check that crashes must never become an approval
        faults.append(Fault(ref, check.name, f"{type(error).__name__}: {error}"))
        warnings.warn(f"{ref}: check `{check.name}` failed: {error!r}", CheckFaultWarning, stacklevel=2)
        return Answer.UNKNOWN
