"""All services against all offers, exactly: verdicts and the rules that made them, as sets of offers.

Services that no rule tells apart are decided once, offers that no rule tells apart share a bit, and each rule remembers
its sets by the few facts it reads (`egide.rules.bits`). Nothing is sampled; `Sweep.verdict` for one pair is the same as
evaluating that pair alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from egide.rules.bits import Columns, RuleBits, RuleSets, columns
from egide.vocabulary.findings import Effect, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.rules.evaluation import Program
    from egide.vocabulary.facts import Value, Values

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
    contributions: tuple[Contribution, ...]


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
    known: dict[tuple[Value | None, ...], int] = {}
    row_of = []
    for values in services:
        get = values.get
        key = tuple([get(name) for name in judge.reads])
        if key not in known:
            known[key] = len(rows)
            rows.append(judge.row(values))
        row_of.append(known[key])
    return Sweep(program, table, tuple(rows), tuple(row_of))


class Judge:
    """The deciding rules over one table of offers."""

    def __init__(self, program: Program, table: Columns) -> None:
        self.full = table.full
        self.rules = [
            (place, RuleBits(rule, table, program)) for place, rule in enumerate(program.rules) if rule.effect is not Effect.ADVISE
        ]
        self.reads = tuple(dict.fromkeys(name for _, bits in self.rules for name in bits.reads))
        self._memory: list[dict[tuple[Value | None, ...], tuple[tuple[Contribution, ...], int]]] = [{} for _ in self.rules]
        self._same: dict[int, int] = {}

    def row(self, values: Values) -> Row:
        """The verdict sets of one service, gravest first, each offer in exactly one."""
        get = values.get
        reached = dict.fromkeys(ORDER, 0)
        contributions: list[Contribution] = []
        scope = 0
        for (place, bits), memory in zip(self.rules, self._memory, strict=True):
            key = tuple([get(name) for name in bits.reads])
            made = memory.get(key)
            if made is None:
                made = memory[key] = self._contributions(place, bits, values)
            for one in made[0]:
                reached[one.verdict] |= one.offers
            contributions += made[0]
            scope |= made[1]
        reached[Verdict.ALLOWED] = scope
        reached[Verdict.OUT_OF_SCOPE] = self.full
        taken = 0
        verdicts = []
        for verdict in ORDER:
            verdicts.append(self._shared(reached[verdict] & ~taken))
            taken |= reached[verdict]
        return Row(tuple(verdicts), tuple(contributions))

    def _contributions(self, place: int, bits: RuleBits, values: Values) -> tuple[tuple[Contribution, ...], int]:
        made = _verdicts(bits.rule.effect, sets := bits.sets(values), self.full)
        kept = tuple(Contribution(place, verdict, self._shared(offers)) for verdict, offers in made if offers)
        return kept, self._shared(sets.bound[1])

    def _shared(self, bits: int) -> int:
        """Equal sets are one object: across services they repeat."""
        return self._same.setdefault(bits, bits)


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
