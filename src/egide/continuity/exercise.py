"""The next rehearsal: which loss, on which day, what is told to whom when, what counts as passed.

The loss rehearsed longest ago, or never, comes first; among those, what is beyond its target, then what is not known. The expected times
are those of the declaration: an exercise exists to contradict them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from egide.continuity.declared import Architecture
from egide.continuity.leaving import quickest
from egide.continuity.parameters import value
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.continuity.answers import Cell, Continuity
    from egide.continuity.order import Outcome
    from egide.continuity.spans import Span

WORST_FIRST = {Answer.NOT_MET: 0, Answer.UNKNOWN: 1, None: 2, Answer.MET: 3}


@dataclass(frozen=True, slots=True)
class Inject:
    """What is told to whom, so many seconds after the start."""

    after: int
    what: Reason
    to: str
    """A role."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A part that must be back."""

    part: str
    by: Span


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The plan of one exercise."""

    cell: Cell
    outcome: Outcome
    on: date
    """Proposed."""
    last: date | None
    """The last exercise of that disruption."""
    injects: tuple[Inject, ...]
    expected: tuple[Expected, ...]
    criteria: tuple[Reason, ...]


def rehearsal(made: Continuity) -> Rehearsal | None:
    """The exercise to hold next; None where nothing is known to be lost."""
    cells = [cell for cell in made.cells if cell.worst is not None]
    if not cells:
        return None
    cell = min(cells, key=lambda one: _rank(one, made))
    outcome = cell.worst
    if outcome is None:
        return None
    last = _last(made, cell)
    return Rehearsal(
        cell, outcome, _day(made, last), last, tuple(sorted(_injects(made, outcome), key=lambda one: one.after)),
        tuple(Expected(name, outcome.back[name]) for name, part in outcome.parts.items() if part.hit is not Answer.NOT_MET),
        tuple(_criteria(cell)),
    )  # fmt: skip


def _last(made: Continuity, cell: Cell) -> date | None:
    return max((one.on for one in made.declared.exercises if one.what == cell.disruption and one.on <= made.on), default=None)


def _rank(cell: Cell, made: Continuity) -> tuple[int, int, int]:
    last = _last(made, cell)
    order = [one.disruption for one in made.cells]
    worst = min(WORST_FIRST[cell.rto_answer], WORST_FIRST[cell.rpo_answer])
    return last.toordinal() if last else 0, worst, -order.index(cell.disruption)


def _day(made: Continuity, last: date | None) -> date:
    """A year after the last one (SecNumCloud 3.2, 17.3), and never before there is time to prepare."""
    soonest = made.on + timedelta(days=value(made.declared.parameters, "exercise_in_days"))
    due = last + timedelta(days=value(made.declared.parameters, "test_days")) if last else soonest
    return max(soonest, due)


def _injects(made: Continuity, outcome: Outcome) -> Iterator[Inject]:
    detection = made.declared.detection or 0
    yield Inject(0, Reason("inject.lost", {}, N_("The loss is simulated: what it takes no longer answers.")), "recovery")
    for one in outcome.broken:
        if one.because is not None:
            said = Reason("inject.stops", {"part": one.name, "needed": one.because}, N_("«{part}» stops: it lacks «{needed}»."))
            yield Inject(one.after, said, "recovery")
    away = Reason("inject.away", {}, N_("Who decides cannot be reached: the deputy decides."))
    yield Inject(detection, away, "decision")
    yield Inject(detection + 900, Reason("inject.asked", {}, N_("Users and the press ask what happens and until when.")), "communication")
    if not outcome.loss.abrupt:
        delay = Reason("inject.asks-delay", {}, N_("The provider asks for seven months of transition: is that justified?"))
        yield Inject(900, delay, "buyer")
    for name, part in outcome.parts.items():
        way = quickest(part)
        if way is None or way.architecture is not Architecture.BACKUP_AND_RESTORE:
            continue
        refused = Reason("inject.refused", {"part": name}, N_("The last backup of «{part}» cannot be read: take the one before."))
        yield Inject(detection + (made.declared.decision or 0) + 1800, refused, "recovery")


def _criteria(cell: Cell) -> Iterator[Reason]:
    if cell.target.rto is not None:
        yield Reason("criterion.rto", {"seconds": cell.target.rto}, N_("The service is back within {time}."))
    if cell.target.rpo is not None:
        yield Reason("criterion.rpo", {"seconds": cell.target.rpo}, N_("No more than {time} of data is lost."))
    yield Reason("criterion.order", {}, N_("Each part starts once what it needs is there, in the order of the plan."))
    yield Reason("criterion.log", {}, N_("The log says who decided what and when; each time is measured and written down."))
    yield Reason("criterion.return", {}, N_("The way back to the usual place was tried, or a day is set for it."))
