"""Deadlines: the clocks of a whole portfolio, one line for all the services that share the same one.

Forty services on one offer whose qualification ends are one deadline, not forty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from egide.vocabulary.findings import ClockKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from egide.vocabulary.findings import Assessment, Clock, Decision, Reason

SOON_DAYS = 60
"""What the first sentence calls near."""

NOT_A_DUTY = frozenset({ClockKind.SWITCHING_CHARGES_END})
"""Dated events that ask nothing of the body: shown on the timeline, never counted as a deadline."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """One dated event and the services that it concerns (their identifiers, in the order of the portfolio)."""

    kind: ClockKind
    on: date
    days: int
    because: Reason
    owner: str
    rule: str | None
    services: tuple[str, ...]

    @property
    def asks_something(self) -> bool:
        """Whether somebody must act before that day."""
        return self.kind not in NOT_A_DUTY


ReasonKey = tuple[str, str, tuple[tuple[str, str], ...]]


def reason_key(reason: Reason) -> ReasonKey:
    """What makes two reasons the same one: a reason holds a mapping, so it cannot be a key itself."""
    return reason.code, reason.message, tuple(sorted((name, repr(value)) for name, value in reason.args.items()))


def clocks_of(decision: Decision) -> tuple[Clock, ...]:
    """The clocks of all hostings, each once, the nearest first."""
    found: dict[object, Clock] = {}
    for hosting in decision.hostings:
        for clock in hosting.clocks:
            found.setdefault((clock.kind, clock.on, clock.owner, reason_key(clock.because)), clock)
    return tuple(sorted(found.values(), key=lambda clock: (clock.on, clock.kind)))


def next_clock(decision: Decision) -> Clock | None:
    """The clock to show beside a service: the nearest to come that asks something, else the last that has passed."""
    asking = [clock for clock in clocks_of(decision) if clock.kind not in NOT_A_DUTY]
    coming = [clock for clock in asking if clock.days >= 0]
    return coming[0] if coming else (asking[-1] if asking else None)


def deadlines(assessment: Assessment) -> tuple[Deadline, ...]:
    """Every clock of the portfolio, grouped, in the order of the days."""
    alike: dict[tuple[int, ...], tuple[Decision, list[int]]] = {}  # services with the very same clocks are looked at once
    for place, decision in enumerate(assessment.decisions):
        alike.setdefault(tuple([id(hosting.clocks) for hosting in decision.hostings]), (decision, []))[1].append(place)
    groups: dict[object, tuple[Clock, list[int]]] = {}
    for decision, places in alike.values():
        for clock in clocks_of(decision):
            key = (clock.kind, clock.on, clock.owner, clock.rule, reason_key(clock.because))
            groups.setdefault(key, (clock, []))[1].extend(places)
    lines = (
        Deadline(
            clock.kind, clock.on, clock.days, clock.because, clock.owner, clock.rule,
            tuple(assessment.decisions[place].service.id for place in sorted(places)),
        ) for clock, places in groups.values()
    )  # fmt: skip
    return tuple(sorted(lines, key=lambda line: (line.on, line.kind, -len(line.services))))


def soon(lines: Iterable[Deadline], within_days: int = SOON_DAYS) -> tuple[Deadline, ...]:
    """Those that ask something within so many days from now, today included."""
    return tuple(line for line in lines if line.asks_something and 0 <= line.days <= within_days)


def past(lines: Iterable[Deadline]) -> tuple[Deadline, ...]:
    """Those that asked something and have passed."""
    return tuple(line for line in lines if line.asks_something and line.days < 0)
