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
    from egide.rules.evaluation import Program
    from egide.vocabulary.facts import Values

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


def clocks(program: Program, values: Values) -> tuple[Clock, ...]:
    """Every clock that the rules concerned set running, the nearest first."""
    running: dict[tuple[str, date], Clock] = {}
    for rule in program.rules:
        if not rule.rule.clocks or rule.state(values).concerned != MET:
            continue
        for timer in rule.rule.clocks:
            start = _start(timer.counts_from, program.on, values)
            if not isinstance(start, date) or formula(timer.when, rule.ref, rule.limits, program.faults)(values) != MET:
                continue
            rings = add_months(start, timer.months) + timedelta(days=timer.days)
            if timer.kind is ClockKind.SWITCHING_NOTICE and rings < program.on:
                continue  # a notice that can no longer be given in time is nothing to do: the end of the contract is
            reason = Reason(f"clock.{timer.kind}", {"day": rings}, SAYS[timer.kind])
            clock = Clock(timer.kind, rings, (rings - program.on).days, reason, timer.owner, rule.ref)
            running.setdefault((timer.kind, rings), clock)
    return tuple(sorted(running.values(), key=lambda clock: (clock.on, clock.kind)))


def _start(counts_from: str, on: date, values: Values) -> object:
    if counts_from == "on":
        return on
    return values.get(counts_from) if "." in counts_from else date.fromisoformat(counts_from)
