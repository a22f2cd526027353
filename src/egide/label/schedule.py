"""The days of steps that wait for each other: earliest days forward, slack backward (the critical path method).

A step begins when all that it comes after has ended, and not before its own day. Two kinds of official step are tied to the calendar
instead: they end so many months after another step has ended, or on a day of their own, and no earlier.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from egide.label.documents import months_later
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.vocabulary.language import Text

CIRCLE = N_("the steps lead back to themselves: {steps}")
TOO_FAR = N_("the step «{step}» ends after the last day of the calendar")


@dataclass(frozen=True, slots=True)
class Task:
    """One step to schedule."""

    id: str
    title: Text | str
    owner: str
    days: int
    after: tuple[str, ...]
    done_on: date | None = None
    not_before: date | None = None
    months_after: tuple[str, int] | None = None
    """It ends so many months after that step has ended, however little time it takes."""
    ends_on: date | None = None
    """It ends on that day, or later when what it comes after is."""
    official: bool = False
    """A step of the official road runs from the day on which the one before has ended. Nobody says when a step of the provider has begun:
    as long as it is not done, it is taken to begin on the day of the question."""

    @property
    def tied(self) -> bool:
        """Whether the calendar says when it ends."""
        return self.months_after is not None or self.ends_on is not None

    def done(self, on: date) -> bool:
        """Whether it is over on that day."""
        return self.done_on is not None and self.done_on <= on


@dataclass(frozen=True, slots=True)
class Schedule:
    """First and last day of each step, and the days that each may lose before the goal moves."""

    days: Mapping[str, tuple[date, date]]
    slack: Mapping[str, int]
    toward: frozenset[str]
    """The steps that the goal waits for; all of them when there is no goal."""


def scheduled(tasks: Mapping[str, Task], goal: str | None, origin: date, on: date | None) -> Schedule:
    """The schedule on that day; or, when ``on`` is None, as it would be had everything begun and ended in its time since the origin.

    Raises `InputError` when the steps lead back to themselves.
    """
    order = _order(tasks)
    days: dict[str, tuple[date, date]] = {}
    for id in order:
        try:
            days[id] = _days(tasks[id], days, origin, on)
        except (OverflowError, ValueError) as error:
            raise InputError(TOO_FAR, values={"step": id}) from error
    toward = _toward(tasks, goal)
    return Schedule(days, _slack(tasks, order, days, toward, goal), toward)


def _order(tasks: Mapping[str, Task]) -> list[str]:
    try:
        return list(TopologicalSorter({id: sorted(task.after) for id, task in tasks.items()}).static_order())
    except CycleError as error:
        raise InputError(CIRCLE, values={"steps": " → ".join(reversed(error.args[1]))}) from error


def _days(task: Task, days: Mapping[str, tuple[date, date]], origin: date, on: date | None) -> tuple[date, date]:
    needed = timedelta(task.days)
    if on is not None and task.done_on is not None and task.done(on):
        return task.done_on - needed, task.done_on
    waits = [days[before][1] for before in task.after]
    waits += [task.not_before] if task.not_before else []
    waits += [on] if on is not None and not task.official else []
    start = max(waits, default=origin) if on is not None else max([origin, *waits])
    end = start + needed
    tied = task.ends_on
    if tied is None and task.months_after is not None:
        tied = months_later(days[task.months_after[0]][1], task.months_after[1])
    if tied is not None and tied >= end:
        return tied - needed, tied
    if on is None:
        return start, end
    return start, max(end, on, task.done_on or end)


def _slack(tasks: Mapping[str, Task], order: list[str], days: Mapping[str, tuple[date, date]], toward: frozenset[str],
           goal: str | None) -> dict[str, int]:
    """From each step to the goal: the days between its end and the latest day on which it may end."""
    if not days:
        return {}
    beyond = max(end for _, end in days.values())
    last = days[goal][1] if goal else beyond
    latest: dict[str, date] = {}
    for id in reversed(order):
        following = [one for one, task in tasks.items() if id in task.after]
        counted = [one for one in following if one in toward] if id in toward else following
        ends = [latest[one] - (days[one][1] - days[one][0]) for one in counted]
        own = days[id][1] if tasks[id].tied else last if id in toward else beyond
        latest[id] = min([own, *ends]) if tasks[id].tied else min(ends, default=own)
    return {id: (latest[id] - days[id][1]).days for id in tasks}


def _toward(tasks: Mapping[str, Task], goal: str | None) -> frozenset[str]:
    """The goal and the steps that it waits for; all of them when there is none."""
    if goal is None:
        return frozenset(tasks)
    found: set[str] = set()
    waiting = [goal]
    while waiting:
        id = waiting.pop()
        if id not in found:
            found.add(id)
            waiting.extend(tasks[id].after)
    return frozenset(found)
