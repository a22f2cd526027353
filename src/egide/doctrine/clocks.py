"""What runs out: the dates that rules make run, from dated facts.

Which fact starts a clock, how many months it runs and who must act are data in the rulebooks; here they are only counted.
Months are calendar months; a day that the month lacks becomes its last (30 November plus three months is 28 February).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

from egide.rules.evaluation import formula
from egide.rules.expression import MET
from egide.vocabulary.findings import Clock, ClockKind, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from egide.rules.book import Timer
    from egide.rules.evaluation import CompiledRule, Program
    from egide.vocabulary.facts import Value, Values

SAYS = {
    "qualification-ends": N_("the qualification ends on {day}"),
    "qualification-ends-before-contract": N_("the qualification ends on {day}, before the contract"),
    "derogation-ends": N_("the derogation ends on {day}"),
    "approval-ends": N_("the security approval ends on {day}"),
    "dinum-opinion-due": N_("DINUM's opinion is due before any purchase"),
    "contract-ends": N_("the contract ends on {day}"),
    "switching-notice": N_("notice must be given by {day} to have left when the contract ends"),
    "switching-transition": N_("the transition ends on {day} at the latest"),
    "data-retrieval": N_("the data can be retrieved until {day}"),
    "switching-charges-end": N_("from {day} no switching charge may be asked"),
}


def add_months(day: date, months: int) -> date:
    """The same day so many months later (earlier when negative), or the last of that month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class Clocks:
    """The clocks of the law of one day; cases that the rules with clocks don't tell apart have the same ones."""

    def __init__(self, program: Program) -> None:
        self.on = program.on
        self._timed = [_Timed(rule, program) for rule in program.rules if rule.rule.clocks]
        self._known: dict[tuple[int, ...], tuple[Clock, ...]] = {}

    def of(self, values: Values) -> tuple[Clock, ...]:
        """Every clock that the rules concerned set running, the nearest first."""
        key = tuple([timed.number(values) for timed in self._timed])
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._together(key)
        return known

    def _together(self, numbers: tuple[int, ...]) -> tuple[Clock, ...]:
        running: dict[tuple[str, date], Clock] = {}
        for timed, number in zip(self._timed, numbers, strict=True):
            for clock in timed.found[number]:
                running.setdefault((clock.kind, clock.on), clock)
        return tuple(sorted(running.values(), key=lambda clock: (clock.on, clock.kind)))


class _Timed:
    """A rule with its timers, and what they made of each combination of the facts that they read."""

    def __init__(self, rule: CompiledRule, program: Program) -> None:
        self.found: list[tuple[Clock, ...]] = []
        self._rule, self._on = rule, program.on
        self._timers = [(timer, formula(timer.when, rule.ref, rule.limits, program.faults)) for timer in rule.rule.clocks]
        self._reads = tuple(dict.fromkeys((*rule.reads, *(fact for timer in rule.rule.clocks for fact in _facts(timer)))))
        self._numbers: dict[tuple[Value | None, ...], int] = {}
        self._same: dict[tuple[tuple[str, date, str], ...], int] = {}

    def number(self, values: Values) -> int:
        """The place in ``found`` of the clocks that run."""
        get = values.get
        key = tuple([get(name) for name in self._reads])
        number = self._numbers.get(key)
        if number is None:
            made = tuple(self._running(values))
            number = self._same.setdefault(tuple((clock.kind, clock.on, clock.owner) for clock in made), len(self.found))
            if number == len(self.found):
                self.found.append(made)
            self._numbers[key] = number
        return number

    def _running(self, values: Values) -> Iterator[Clock]:
        if self._rule.state(values).concerned != MET:
            return
        for timer, holds in self._timers:
            start = _start(timer.counts_from, self._on, values)
            if not isinstance(start, date) or holds(values) != MET:
                continue
            rings = add_months(start, timer.months) + timedelta(days=timer.days)
            if timer.kind is ClockKind.SWITCHING_NOTICE and rings < self._on:
                continue  # a notice that can no longer be given in time is nothing to do: the end of the contract is
            reason = Reason(f"clock.{timer.kind}", {"day": rings}, SAYS[timer.kind])
            yield Clock(timer.kind, rings, (rings - self._on).days, reason, timer.owner, self._rule.ref)


def _facts(timer: Timer) -> Iterator[str]:
    """The facts that a timer reads beside its rule's."""
    if "." in timer.counts_from:
        yield timer.counts_from
    for check in timer.when.checks():
        yield from check.reads


def _start(counts_from: str, on: date, values: Values) -> object:
    if counts_from == "on":
        return on
    return values.get(counts_from) if "." in counts_from else date.fromisoformat(counts_from)
