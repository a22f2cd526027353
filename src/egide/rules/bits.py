"""The same logic over many cases at once: one bit for each offer.

A service is put to every offer in one pass: an answer is a pair of bit sets over the offers, those for which it is
certainly met and those for which it is possibly met (met or unknown). Kleene's `all`, `any` and `not` are then and, or
and complement on whole sets, exact and never sampled. A leaf's sets depend only on the few facts that its check reads,
so they are computed once for each value of those.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from egide.rules.evaluation import ask
from egide.rules.expression import MET, NOT_MET, NUMBER, Node
from egide.vocabulary.facts import FACTS, Subject, Value, Values

if TYPE_CHECKING:
    from egide.rules.checks import Check
    from egide.rules.evaluation import CompiledRule, Program

Sets = tuple[int, int]
"""(certainly met, possibly met) over the columns."""
Masks = Callable[[Values], Sets]


class RuleSets(NamedTuple):
    """Where one rule stands for one service over every offer."""

    bound: Sets
    concerned: Sets
    demands: Sets
    exempt: Sets
    derogation: Sets


@dataclass(frozen=True, slots=True)
class Columns:
    """The distinct offers as bits, grouped by the values of any few facts."""

    offers: tuple[Values, ...]
    """One for each distinct combination of the facts that rules read."""
    place: tuple[int, ...]
    """For each offer given, its bit."""
    full: int
    names: tuple[str, ...]

    def groups(self, names: Sequence[str]) -> list[tuple[dict[str, Value], int]]:
        """The distinct values of these facts, each with the set of offers that have them."""
        sets: dict[tuple[Value | None, ...], int] = {}
        for bit, offer in enumerate(self.offers):
            key = tuple([offer.get(name) for name in names])
            sets[key] = sets.get(key, 0) | (1 << bit)
        return [
            ({name: value for name, value in zip(names, key, strict=True) if value is not None}, bits) for key, bits in sets.items()
        ]


def columns(program: Program, offers: Sequence[Values]) -> Columns:
    """The offers, with those that no rule of the day tells apart sharing a bit."""
    reads = dict.fromkeys(name for rule in program.deciding for name in rule.reads)
    names = tuple(name for name in reads if FACTS[name].subject is Subject.OFFER)
    bits: dict[tuple[Value | None, ...], int] = {}
    distinct: list[Values] = []
    place = []
    for offer in offers:
        key = tuple([offer.get(name) for name in names])
        if key not in bits:
            bits[key] = len(distinct)
            distinct.append({name: value for name, value in zip(names, key, strict=True) if value is not None})
        place.append(bits[key])
    return Columns(tuple(distinct), tuple(place), (1 << len(distinct)) - 1, names)


class RuleBits:
    """One rule put to all columns; its answers are remembered by the service's facts that it reads."""

    def __init__(self, rule: CompiledRule, table: Columns, program: Program) -> None:
        self.rule = rule
        self.full = table.full
        self.reads = tuple(name for name in rule.reads if name not in table.names)
        build = _Builder(rule, table, program)
        law = rule.rule
        self._applies = build(law.applies)
        self._binds = build(rule.book.binds) if rule.book.binds else self._applies
        self._demands = build(law.demands)
        self._exempt = [build(one.when) for one in law.unless if one.gives == "exempt"]
        self._derogation = [build(one.when) for one in law.unless if one.gives == "derogation"]

    def sets(self, values: Values) -> RuleSets:
        """The five parts of the rule's state, over all columns. Where nothing is concerned the rest is not computed."""
        bound = self._binds(values)
        applies = self._applies(values) if bound[1] else (0, 0)
        concerned = (bound[0] & applies[0], bound[1] & applies[1])
        if not concerned[1]:
            return RuleSets(bound, concerned, (0, 0), (0, 0), (0, 0))
        return RuleSets(bound, concerned, self._demands(values), _union(self._exempt, values), _union(self._derogation, values))


def _union(parts: Sequence[Masks], values: Values) -> Sets:
    met = possible = 0
    for part in parts:
        sets = part(values)
        met |= sets[0]
        possible |= sets[1]
    return met, possible


@dataclass(frozen=True, slots=True)
class _Builder:
    rule: CompiledRule
    table: Columns
    program: Program

    def __call__(self, node: Node) -> Masks:
        full = self.table.full
        if node.check is not None:
            return self._leaf(node.check)
        parts = [self(part) for part in node.parts]
        if node.op == "not":
            (only,) = parts

            def negated(values: Values) -> Sets:
                met, possible = only(values)
                return full ^ possible, full ^ met

            return negated
        return _all(parts, full) if node.op == "all" else _any(parts, full)

    def _leaf(self, check: Check) -> Masks:
        theirs = [name for name in check.reads if name in self.table.names]
        ours = tuple(name for name in check.reads if name not in self.table.names)
        groups = self.table.groups(theirs) if theirs else [({}, self.table.full)]
        memory: dict[tuple[Value | None, ...], Sets] = {}
        limits, ref, faults = self.rule.limits, self.rule.ref, self.program.faults

        def answer(values: Values) -> Sets:
            get = values.get
            key = tuple([get(name) for name in ours])
            known = memory.get(key)
            if known is None:
                met = possible = 0
                own = {name: value for name, value in zip(ours, key, strict=True) if value is not None}
                for their, bits in groups:
                    number = NUMBER[ask(check, {**own, **their}, limits, ref, faults)]
                    met |= bits if number == MET else 0
                    possible |= bits if number != NOT_MET else 0
                known = memory[key] = (met, possible)
            return known

        return answer


def _all(parts: Sequence[Masks], full: int) -> Masks:
    def answer(values: Values) -> Sets:
        met = possible = full
        for part in parts:
            sets = part(values)
            met &= sets[0]
            possible &= sets[1]
            if not possible:
                return 0, 0
        return met, possible

    return answer


def _any(parts: Sequence[Masks], full: int) -> Masks:
    def answer(values: Values) -> Sets:
        met = possible = 0
        for part in parts:
            sets = part(values)
            met |= sets[0]
            possible |= sets[1]
            if met == full:
                return full, full
        return met, possible

    return answer


def positions(bits: int) -> list[int]:
    """The places of the ones, lowest first."""
    found = []
    while bits:
        low = bits & -bits
        found.append(low.bit_length() - 1)
        bits ^= low
    return found


__all__ = ["Columns", "RuleBits", "RuleSets", "Sets", "columns", "positions"]
