"""The same logic over many cases at once: one bit for each offer.

A service is put to every offer in one pass: an answer is a pair of bit sets over the offers, those for which it is
certainly met and those for which it is possibly met (met or unknown). Kleene's `all`, `any` and `not` are then and, or
and complement on whole sets, exact and never sampled.

Everything is computed once: a check for each value of the few facts of the service that it reads, an expression for
each combination of its checks' answers. Equal sets are one object with one number, so that a service is a row of small
numbers and whatever was decided for one row is found again by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from egide.rules.evaluation import ask
from egide.rules.expression import MET, NOT_MET, NUMBER, Node
from egide.vocabulary.facts import FACTS, Subject, Value, Values

if TYPE_CHECKING:
    from egide.rules.checks import Check
    from egide.rules.evaluation import CompiledRule, Program

Sets = tuple[int, int]
"""(certainly met, possibly met) over the columns."""
Numbers = Sequence[int]
"""A service, as the number of the sets that each check gives it."""
Formula = Callable[[Numbers], Sets]
NOWHERE: Sets = (0, 0)


class RuleSets(NamedTuple):
    """Where one rule stands for one service over every offer. Where nothing is concerned the rest is not computed."""

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
    _groups: dict[tuple[str, ...], list[tuple[dict[str, Value], int]]] = field(default_factory=dict, repr=False, compare=False)

    def groups(self, names: tuple[str, ...]) -> list[tuple[dict[str, Value], int]]:
        """The distinct values of these facts, each with the set of offers that have them."""
        known = self._groups.get(names)
        if known is None:
            known = self._groups[names] = self._grouped(names)
        return known

    def _grouped(self, names: tuple[str, ...]) -> list[tuple[dict[str, Value], int]]:
        if not names:
            return [({}, self.full)]
        sets: dict[tuple[Value | None, ...], bytearray] = {}
        for bit, offer in enumerate(self.offers):
            key = tuple([offer.get(name) for name in names])
            if key not in sets:
                sets[key] = bytearray(len(self.offers) // 8 + 1)
            sets[key][bit >> 3] |= 1 << (bit & 7)
        return [
            ({name: value for name, value in zip(names, key, strict=True) if value is not None}, int.from_bytes(bits, "little"))
            for key, bits in sets.items()
        ]


def columns(program: Program, offers: Iterable[Values]) -> Columns:
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


class Answers:
    """Every check put to all columns, and every set of columns by its number."""

    def __init__(self, table: Columns, program: Program) -> None:
        self.table = table
        self.full = table.full
        self.sets: list[Sets] = []
        self._faults = program.faults
        self._numbers: dict[Sets, int] = {}
        self._same: dict[int, int] = {}
        self._leaves: list[tuple[tuple[str, ...], Callable[[Any], int], dict[Any, int]]] = []
        """For each check: the facts of the service that it reads, how to answer, and what was answered."""
        self._places: dict[tuple[object, ...], int] = {}

    def place(self, check: Check, rule: CompiledRule) -> int:
        """Where the check stands in a row; two rules that ask it with the same limits share it."""
        limits = tuple((name, rule.limits.get(name)) for name in check.limits)
        key = (check.name, id(check), limits)
        if key not in self._places:
            ours = tuple(name for name in check.reads if name not in self.table.names)
            self._places[key] = len(self._leaves)
            self._leaves.append((ours, self._asking(check, ours, rule), {}))
        return self._places[key]

    def row(self, values: Values) -> list[int]:
        """The service as numbers, one for each check."""
        get = values.get
        row = []
        for ours, asked, known in self._leaves:
            key = get(ours[0]) if len(ours) == 1 else tuple([get(name) for name in ours])
            number = known.get(key)
            if number is None:
                number = known[key] = asked(key)
            row.append(number)
        return row

    def number(self, sets: Sets) -> int:
        """The number of these sets; equal sets have one."""
        number = self._numbers.setdefault(sets, len(self.sets))
        if number == len(self.sets):
            self.sets.append(sets)
        return number

    def shared(self, bits: int) -> int:
        """Equal sets are one object: across services they repeat."""
        return self._same.setdefault(bits, bits)

    def _asking(self, check: Check, ours: tuple[str, ...], rule: CompiledRule) -> Callable[[Any], int]:
        groups = self.table.groups(tuple(name for name in check.reads if name in self.table.names))

        def asked(key: Any) -> int:
            given = (key,) if len(ours) == 1 else key
            own = {name: value for name, value in zip(ours, given, strict=True) if value is not None}
            met = possible = 0
            for their, bits in groups:
                number = NUMBER[ask(check, {**own, **their}, rule.limits, rule.ref, self._faults)]
                met |= bits if number == MET else 0
                possible |= bits if number != NOT_MET else 0
            return self.number((met, possible))

        return asked


class Part:
    """One expression over all columns, computed once for each combination of its checks' answers."""

    def __init__(self, nodes: Sequence[Node], rule: CompiledRule, answers: Answers) -> None:
        self.places = tuple(dict.fromkeys(answers.place(check, rule) for node in nodes for check in node.checks()))
        self._key: Callable[[Numbers], Any] = itemgetter(*self.places) if self.places else lambda _: ()
        self._formula = _formula(Node("any", tuple(nodes)), rule, answers)
        self._answers = answers
        self._known: dict[Any, int] = {}

    def __call__(self, row: Numbers) -> int:
        """The number of the sets."""
        key = self._key(row)
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = self._answers.number(self._formula(row))
        return number


class RuleBits:
    """One rule put to all columns."""

    def __init__(self, rule: CompiledRule, answers: Answers) -> None:
        law = rule.rule
        self.rule = rule
        self._sets = answers.sets
        self._parts = tuple(
            Part(nodes, rule, answers)
            for nodes in (
                [rule.book.binds or law.applies], [law.applies], [law.demands],
                [one.when for one in law.unless if one.gives == "exempt"],
                [one.when for one in law.unless if one.gives == "derogation"],
            )
        )  # fmt: skip
        self.places = tuple(dict.fromkeys(place for part in self._parts for place in part.places))

    def numbers(self, row: Numbers) -> tuple[int, ...]:
        """The five parts of the rule's state for a service, each by number."""
        return tuple([part(row) for part in self._parts])

    def sets(self, numbers: tuple[int, ...]) -> RuleSets:
        """What the numbers stand for."""
        bound, applies, *rest = [self._sets[number] for number in numbers]
        concerned = (bound[0] & applies[0], bound[1] & applies[1])
        return RuleSets(bound, concerned, *rest) if concerned[1] else RuleSets(bound, concerned, NOWHERE, NOWHERE, NOWHERE)


def _formula(node: Node, rule: CompiledRule, answers: Answers) -> Formula:
    full = answers.full
    if node.check is not None:
        place, sets = answers.place(node.check, rule), answers.sets
        return lambda row: sets[row[place]]
    parts = [_formula(part, rule, answers) for part in node.parts]
    if node.op == "not":
        (only,) = parts

        def negated(row: Numbers) -> Sets:
            met, possible = only(row)
            return full ^ possible, full ^ met

        return negated
    return _all(parts, full) if node.op == "all" else _any(parts)


def _all(parts: Sequence[Formula], full: int) -> Formula:
    def answer(row: Numbers) -> Sets:
        met = possible = full
        for part in parts:
            sets = part(row)
            met &= sets[0]
            possible &= sets[1]
        return met, possible

    return answer


def _any(parts: Sequence[Formula]) -> Formula:
    def answer(row: Numbers) -> Sets:
        met = possible = 0
        for part in parts:
            sets = part(row)
            met |= sets[0]
            possible |= sets[1]
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


__all__ = ["Answers", "Columns", "Numbers", "RuleBits", "RuleSets", "Sets", "columns", "positions"]
