"""All services against all offers, exactly: verdicts and the rules that made them, as sets of offers.

Services that no rule tells apart are decided once, offers that no rule tells apart share a bit, and each rule remembers
its sets by the few facts it reads (`egide.rules.bits`). Nothing is sampled; `Sweep.verdict` for one pair is the same as
evaluating that pair alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from egide.rules.bits import Answers, Columns, Numbers, RuleBits, RuleSets, columns
from egide.vocabulary.findings import Effect, Verdict

if TYPE_CHECKING:
    from egide.rules.evaluation import Program
    from egide.vocabulary.facts import Values

ORDER = tuple(Verdict)


class Contribution(NamedTuple):
    """What one rule makes of the verdict, for which offers."""

    rule: int
    """Its place in the program."""
    verdict: Verdict
    offers: int


@dataclass(frozen=True, slots=True)
class Row:
    """One distinct service: the offers under each verdict, and what made them so."""

    verdicts: tuple[int, ...]
    """A set of offers for each verdict, in the order of `Verdict`."""
    made: tuple[tuple[Contribution, ...], ...]
    """For each deciding rule, what it contributes."""

    @property
    def contributions(self) -> tuple[Contribution, ...]:
        """What all rules contribute, in their order."""
        return tuple(one for of_rule in self.made for one in of_rule)


@dataclass(frozen=True, slots=True)
class Sweep:
    """The verdicts of every service with every offer."""

    program: Program
    table: Columns
    rows: tuple[Row, ...]
    row_of: tuple[int, ...]
    """For each service given, its row."""

    def verdict(self, service: int, offer: int) -> Verdict:
        """The verdict of the pair, by the places in which they were given."""
        row, bit = self.rows[self.row_of[service]], 1 << self.table.place[offer]
        return next(verdict for verdict, offers in zip(ORDER, row.verdicts, strict=True) if offers & bit)

    def made_by(self, service: int, offer: int) -> tuple[str, ...]:
        """The rules that made that verdict."""
        row, bit = self.rows[self.row_of[service]], 1 << self.table.place[offer]
        reached = self.verdict(service, offer)
        return tuple(
            self.program.rules[one.rule].ref for one in row.contributions if one.verdict is reached and one.offers & bit
        )


def sweep(program: Program, services: Sequence[Values], offers: Sequence[Values]) -> Sweep:
    """Decide every pair. Facts of an offer must not stand among the service's."""
    table = columns(program, offers)
    judge = Judge(program, table)
    rows: list[Row] = []
    known: dict[tuple[int, ...], int] = {}
    row_of = []
    for values in services:
        numbers = judge.answers.row(values)
        key = tuple(numbers)
        if key not in known:
            known[key] = len(rows)
            rows.append(judge.decided(numbers))
        row_of.append(known[key])
    return Sweep(program, table, tuple(rows), tuple(row_of))


class Judge:
    """The deciding rules over one table of offers. Whatever it decides for one service it remembers for the next."""

    def __init__(self, program: Program, table: Columns) -> None:
        self.full = table.full
        self.answers = Answers(table, program)
        self.rules = [
            _Judged(place, RuleBits(rule, self.answers), self.answers)
            for place, rule in enumerate(program.rules)
            if rule.effect is not Effect.ADVISE
        ]
        self.reads = tuple(
            dict.fromkeys(name for rule in program.deciding for name in rule.reads if name not in table.names)
        )
        self._rows: dict[tuple[int, ...], Row] = {}

    def row(self, values: Values) -> Row:
        """The verdict sets of one service, gravest first, each offer in exactly one."""
        return self.decided(self.answers.row(values))

    def decided(self, numbers: Numbers) -> Row:
        """The same, of a service as numbers."""
        key = tuple([rule.outcome(numbers) for rule in self.rules])
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = self._row([rule.outcomes[number] for rule, number in zip(self.rules, key, strict=True)])
        return row

    def _row(self, outcomes: Sequence[_Outcome]) -> Row:
        reached = dict.fromkeys(ORDER, 0)
        scope = 0
        for outcome in outcomes:
            for one in outcome.made:
                reached[one.verdict] |= one.offers
            scope |= outcome.scope
        reached[Verdict.ALLOWED] = scope
        reached[Verdict.OUT_OF_SCOPE] = self.full
        taken = 0
        verdicts = []
        for verdict in ORDER:
            verdicts.append(self.answers.shared(reached[verdict] & ~taken))
            taken |= reached[verdict]
        return Row(tuple(verdicts), tuple(outcome.made for outcome in outcomes))


class _Outcome(NamedTuple):
    """What a rule contributes, and for which offers its book may bind."""

    made: tuple[Contribution, ...]
    scope: int


class _Judged:
    """One rule and what it made of each combination of its parts so far."""

    def __init__(self, place: int, bits: RuleBits, answers: Answers) -> None:
        self.outcomes: list[_Outcome] = []
        self._place = place
        self._bits = bits
        self._answers = answers
        self._numbers: dict[tuple[int, ...], int] = {}
        self._by_row: dict[object, int] = {}
        self._key: Callable[[Numbers], object] = itemgetter(*bits.places) if bits.places else lambda _: ()

    def outcome(self, row: Numbers) -> int:
        """The number of what the rule makes of a service."""
        key = self._key(row)
        number = self._by_row.get(key)
        if number is None:
            number = self._by_row[key] = self._outcome(self._bits.numbers(row))
        return number

    def _outcome(self, parts: tuple[int, ...]) -> int:
        number = self._numbers.setdefault(parts, len(self.outcomes))
        if number == len(self.outcomes):
            shared, sets = self._answers.shared, self._bits.sets(parts)
            made = _verdicts(self._bits.rule.effect, sets, self._answers.full)
            kept = tuple(Contribution(self._place, verdict, shared(offers)) for verdict, offers in made if offers)
            self.outcomes.append(_Outcome(kept, shared(sets.bound[1])))
        return number


def _verdicts(effect: Effect, sets: RuleSets, full: int) -> list[tuple[Verdict, int]]:
    """`egide.doctrine.verdict.contribution`, over all offers at once."""
    _, concerned, demands, exempt, derogation = sets
    met = (full ^ concerned[1]) | demands[0] | exempt[0] | derogation[0]
    possible = (full ^ concerned[0]) | demands[1] | exempt[1] | derogation[1]
    undetermined = possible & ~met
    if effect is Effect.STOP:
        return [(Verdict.STOP, concerned[0]), (Verdict.UNDETERMINED, undetermined & ~concerned[0])]
    made: list[tuple[Verdict, int]] = []
    conditional = 0
    if effect is Effect.CONDITION:
        conditional = concerned[0] & ~met
        made.append((Verdict.CONDITIONAL, conditional))
    made.append((Verdict.FORBIDDEN, full & ~possible & ~conditional))
    made.append((Verdict.UNDETERMINED, undetermined & ~conditional))
    made.append((Verdict.DEROGATION, concerned[1] & ~demands[0] & derogation[0] & ~exempt[0]))
    return made
