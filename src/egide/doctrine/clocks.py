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
    from egide.rules.evaluation import Program
    from egide.vocabulary.facts import Value, Values

REMEMBERED = 50_000
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
        self.program = program
        self._rules = [
            (rule, [(timer, formula(timer.when, rule.ref, rule.limits, program.faults)) for timer in rule.rule.clocks])
            for rule in program.rules if rule.rule.clocks
        ]  # fmt: skip
        read = [name for rule, timers in self._rules for name in (*rule.reads, *(fact for timer, _ in timers for fact in _facts(timer)))]
        self._reads = tuple(dict.fromkeys(read))
        self._known: dict[tuple[Value | None, ...], tuple[Clock, ...]] = {}

    def of(self, values: Values) -> tuple[Clock, ...]:
        """Every clock that the rules concerned set running, the nearest first."""
        key = tuple([values.get(name) for name in self._reads])
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            known = self._known[key] = self._running(values)
        return known

    def _running(self, values: Values) -> tuple[Clock, ...]:
        on, running = self.program.on, dict[tuple[str, date], Clock]()
        for rule, timers in self._rules:
            if rule.state(values).concerned != MET:
                continue
            for timer, holds in timers:
                start = _start(timer.counts_from, on, values)
                if not isinstance(start, date) or holds(values) != MET:
                    continue
                rings = add_months(start, timer.months) + timedelta(days=timer.days)
                if timer.kind is ClockKind.SWITCHING_NOTICE and rings < on:
                    continue  # a notice that can no longer be given in time is nothing to do: the end of the contract is
                reason = Reason(f"clock.{timer.kind}", {"day": rings}, SAYS[timer.kind])
                clock = Clock(timer.kind, rings, (rings - on).days, reason, timer.owner, rule.ref)
                running.setdefault((timer.kind, rings), clock)
        return tuple(sorted(running.values(), key=lambda clock: (clock.on, clock.kind)))


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
