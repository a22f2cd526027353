"""The road to the label: from the request to the decision, then surveillance each year and renewal at three years.

Known of the official road (SecNumCloud, as practised): the request is J0, the strategy of evaluation is accepted at J1, then come
evaluation and decision, a surveillance each year and a renewal at three years; about 18 to 24 months from request to decision. How
those months divide is published nowhere: the durations below are **assumptions of ours**, listed with every road, and a step of the
provider that bears the same identifier replaces each of them.

A step is late when the day has passed by which it had to end for the decision to come in its time. An official step that should be over
ends today at the earliest; a step of the provider that is not done is taken to begin today, for nobody says that it has begun.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from egide.label.documents import last_day
from egide.label.layers import line_of, named_by
from egide.label.results import Expiry, Milestone, Road
from egide.label.schedule import Schedule, Task, scheduled
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from egide.label.dossier import CatalogueLine, Document, Dossier
    from egide.label.results import RequirementFinding
    from egide.label.scheme import Scheme

REQUEST, STRATEGY, EVALUATION, CORRECTIONS, DECISION, RENEWAL = "request", "strategy", "evaluation", "corrections", "decision", "renewal"
SURVEILLANCE = ("surveillance-1", "surveillance-2")
ASSUMED_DAYS: Mapping[str, int] = {
    STRATEGY: 120, EVALUATION: 300, CORRECTIONS: 120, DECISION: 90, SURVEILLANCE[0]: 30, SURVEILLANCE[1]: 30, RENEWAL: 270,
    "gap-small": 15, "gap-medium": 45, "gap-large": 120,
}
"""Ours, in days. The four from request to decision make 630 days: 21 months, between the 18 and the 24 that are reported."""
VALID_MONTHS = 36
YEAR_MONTHS = 12

TITLES = {
    REQUEST: Text("Demande de qualification (J0)", "Request for qualification (J0)"),
    STRATEGY: Text("Stratégie d’évaluation acceptée (J1)", "Strategy of evaluation accepted (J1)"),
    EVALUATION: Text("Évaluation", "Evaluation"),
    CORRECTIONS: Text("Correction des écarts relevés", "Correction of what the evaluation found"),
    DECISION: Text("Décision de qualification", "Decision on qualification"),
    SURVEILLANCE[0]: Text("Surveillance, première année", "Surveillance, first year"),
    SURVEILLANCE[1]: Text("Surveillance, deuxième année", "Surveillance, second year"),
    RENEWAL: Text("Renouvellement de la qualification", "Renewal of the qualification"),
}
OWNERS = {REQUEST: "provider", STRATEGY: "anssi", EVALUATION: "evaluator", CORRECTIONS: "provider", DECISION: "anssi",
          SURVEILLANCE[0]: "evaluator", SURVEILLANCE[1]: "evaluator", RENEWAL: "provider"}

LATE = N_("it had to end by {day} (days late, at the least: {days})")
LINE_ENDS = N_("the qualification ends on {day}: the renewal must be decided by then")
LAPSES = N_("the qualification ends on {day}, before the renewal can be decided")
BASE_ENDS = N_("the qualification of {base}, on which the offer is built, ends on {day}")
UNKNOWN_STEP = N_("the step «{step}» comes after «{after}», which is no step of the road")
TWICE = N_("the step «{step}» is there twice")
NEGATIVE = N_("the step «{step}» cannot take less than no time: {days}")


@dataclass(slots=True)
class _Plan:
    """The steps to schedule, and what is assumed."""

    tasks: dict[str, Task] = field(default_factory=dict)
    assumptions: dict[str, int] = field(default_factory=dict)
    origin: date = date.min
    """The day from which all is counted."""
    goal: str | None = None
    """The step that the road leads to; its slack is counted from there."""
    gate: str | None = None
    """The step that all that the provider must do comes before."""

    def assume(self, name: str) -> int:
        """A duration of ours, noted as such."""
        self.assumptions[name] = ASSUMED_DAYS[name]
        return ASSUMED_DAYS[name]


def road(dossier: Dossier, on: date, scheme: Scheme, findings: Sequence[RequirementFinding] | None = None) -> Road:
    """The road as it looks on that day.

    With ``findings``, every gap in what is mandatory is a step of its own before the evaluation (before the renewal, once
    qualified). Raises `InputError` when the steps lead back to themselves, or name a step that is not there.
    """
    line = _running(dossier.line, on)
    plan = _Plan(origin=on)
    if scheme.kind == "requirements" and not scheme.simulation:
        if line is not None and line.start is not None:
            _qualified(plan, line.start, line.end)
        else:
            _asking(plan, dossier, on)
    _own_steps(plan, dossier, scheme)
    if findings is not None:
        _gaps(plan, findings, scheme)
    _lead_to_gate(plan)
    _refuse_unknown(plan, scheme)
    now = scheduled(plan.tasks, plan.goal, plan.origin, on)
    then = scheduled(plan.tasks, plan.goal, plan.origin, None)
    milestones = [_milestone(task, now, then, line, on) for task in plan.tasks.values()]
    milestones += _base_ends(dossier, on, max((one.end for one in milestones), default=on))
    return Road(
        on, tuple(sorted(milestones, key=lambda one: (one.start, one.end, one.id))), _expiries(dossier, scheme, on, now.days),
        now.days[DECISION][1] if DECISION in plan.tasks else None, _slippage(plan, now.days, then.days), plan.assumptions,
    )


def _running(line: CatalogueLine | None, on: date) -> CatalogueLine | None:
    """The catalogue line of a qualification that runs on that day."""
    if line is None or line.status != "qualified" or line.start is None or line.start > on:
        return None
    return line if line.end is None or on <= line.end else None


# --- the official steps ---------------------------------------------------------------------------


def _asking(plan: _Plan, dossier: Dossier, on: date) -> None:
    """From a request to a decision, and what follows it. A request that led to an earlier qualification is not this one."""
    asked = dossier.requested_on
    if asked and dossier.line and dossier.line.start and asked <= dossier.line.start:
        asked = None
    _official(plan, REQUEST, 0, (), not_before=asked or on, done_on=asked if asked and asked <= on else None)
    _official(plan, STRATEGY, plan.assume(STRATEGY), (REQUEST,))
    _official(plan, EVALUATION, plan.assume(EVALUATION), (STRATEGY,))
    _official(plan, CORRECTIONS, plan.assume(CORRECTIONS), (EVALUATION,))
    _official(plan, DECISION, plan.assume(DECISION), (CORRECTIONS,))
    _after_decision(plan, None)
    plan.origin, plan.goal, plan.gate = asked or on, DECISION, EVALUATION


def _qualified(plan: _Plan, start: date, end: date | None) -> None:
    """From a decision that the catalogue shows to its renewal."""
    _official(plan, DECISION, 0, (), not_before=start, done_on=start)
    _after_decision(plan, end)
    plan.origin, plan.goal, plan.gate = start, RENEWAL, RENEWAL


def _after_decision(plan: _Plan, end: date | None) -> None:
    for year, id in enumerate(SURVEILLANCE, 1):
        _official(plan, id, plan.assume(id), (DECISION,), months_after=(DECISION, year * YEAR_MONTHS))
    _official(plan, RENEWAL, plan.assume(RENEWAL), (DECISION,), months_after=(DECISION, VALID_MONTHS), ends_on=end)


def _official(plan: _Plan, id: str, days: int, after: tuple[str, ...], *, not_before: date | None = None, done_on: date | None = None,
              months_after: tuple[str, int] | None = None, ends_on: date | None = None) -> None:
    plan.tasks[id] = Task(id, TITLES[id], OWNERS[id], days, after, done_on, not_before, months_after, ends_on, official=True)


# --- the provider's steps -------------------------------------------------------------------------


def _own_steps(plan: _Plan, dossier: Dossier, scheme: Scheme) -> None:
    """The provider's steps; one that bears the name of an official step gives that its own duration, owner and day."""
    seen: set[str] = set()
    for step in dossier.steps:
        if step.id in seen:
            raise InputError(TWICE, values={"step": step.id})
        if step.days < 0:
            raise InputError(NEGATIVE, values={"step": step.id, "days": step.days})
        seen.add(step.id)
        official = plan.tasks.get(step.id)
        if official is None:
            plan.tasks[step.id] = Task(step.id, step.title, step.owner, step.days, step.after, step.done_on, step.not_before)
            continue
        plan.tasks[step.id] = replace(
            official, title=step.title or official.title, owner=step.owner or official.owner, days=step.days,
            after=tuple(dict.fromkeys((*official.after, *step.after))), done_on=step.done_on or official.done_on,
            not_before=step.not_before or official.not_before,
        )
        plan.assumptions.pop(step.id, None)


def gap_step(requirement: str) -> str:
    """The identifier of the step that closes the gap of a requirement."""
    return f"gap-{requirement}"


def _gaps(plan: _Plan, findings: Sequence[RequirementFinding], scheme: Scheme) -> None:
    """A step for each gap in what is mandatory, after the gaps that it stands on; none where the provider has a step of that name."""
    open_ = {one.id: one for one in findings if one.answer is not Answer.MET and one.binding == "mandatory" and one.id not in plan.tasks}
    for id, finding in open_.items():
        requirement = scheme.by_id.get(id)
        stands_on = requirement.stands_on if requirement else ()
        effort = f"gap-{requirement.effort}" if requirement and f"gap-{requirement.effort}" in ASSUMED_DAYS else "gap-medium"
        title = Text(f"{id} : {finding.title.fr}", f"{id}: {finding.title.en}")
        after = tuple(gap_step(one) if one in open_ else one for one in stands_on if one in open_ or one in plan.tasks)
        owner = finding.owner or (requirement.role if requirement else "provider")
        plan.tasks[gap_step(id)] = Task(gap_step(id), title, owner, plan.assume(effort), after)


def _lead_to_gate(plan: _Plan) -> None:
    """What the provider must do comes before the evaluation, unless it comes after it by the provider's own word."""
    gate = plan.tasks.get(plan.gate or "")
    if gate is None:
        return
    official = {one for one in plan.tasks if one in TITLES}
    later = _after(plan.tasks, gate.id)
    needed = {before for id in plan.tasks if id not in later for before in plan.tasks[id].after}
    leading = [id for id in plan.tasks if id not in official and id not in later and id not in needed]
    plan.tasks[gate.id] = replace(gate, after=tuple(dict.fromkeys((*gate.after, *leading))))


def _after(tasks: Mapping[str, Task], first: str) -> set[str]:
    """The step and all that come after it."""
    found = {first}
    grown = True
    while grown:
        more = {id for id, task in tasks.items() if id not in found and found.intersection(task.after)}
        grown = bool(more)
        found |= more
    return found


def _refuse_unknown(plan: _Plan, scheme: Scheme) -> None:
    """A step may come after a requirement: after the step that closes its gap, or after nothing when there is none."""
    for id, task in plan.tasks.items():
        after = []
        for before in task.after:
            if before in plan.tasks:
                after.append(before)
            elif gap_step(before) in plan.tasks:
                after.append(gap_step(before))
            elif before not in scheme.by_id and before not in TITLES:
                raise InputError(UNKNOWN_STEP, values={"step": id, "after": before})
        plan.tasks[id] = replace(task, after=tuple(dict.fromkeys(after)))


# --- what is read from the days -------------------------------------------------------------------

Days = tuple[date, date]


def _milestone(task: Task, now: Schedule, then: Schedule, line: CatalogueLine | None, on: date) -> Milestone:
    start, end = now.days[task.id]
    done = task.done(on)
    slack = 0 if done else now.slack[task.id]
    latest = then.days[task.id][1] + timedelta(then.slack[task.id])
    because = None
    if task.id == RENEWAL and line is not None and line.end is not None:
        because = Reason("label.road.lapses" if end > line.end else "label.road.line-ends", {"day": line.end},
                         LAPSES if end > line.end else LINE_ENDS)
    elif not done and latest < on:
        because = Reason("label.road.late", {"day": latest, "days": (on - latest).days}, LATE)
    critical = not done and slack <= 0 and task.id in now.toward
    return Milestone(task.id, task.title, task.owner, start, end, task.after, critical, slack, done, because)


def _slippage(plan: _Plan, now: Mapping[str, Days], then: Mapping[str, Days]) -> int:
    return max(0, (now[plan.goal][1] - then[plan.goal][1]).days) if plan.goal else 0


def _base_ends(dossier: Dossier, on: date, last: date) -> Iterable[Milestone]:
    """The qualifications of offers underneath that end on the way."""
    for base in dossier.bases:
        line = line_of(base)
        if line is None or line.status != "qualified" or line.end is None or not on <= line.end <= last:
            continue
        title = Text(f"Fin de la qualification : {base.name}", f"End of the qualification: {base.name}")
        because = Reason("label.road.base-ends", {"base": base.name, "day": line.end}, BASE_ENDS)
        yield Milestone(f"base-ends-{base.offer}", title, "provider", line.end, line.end, (), False, 0, False, because)


def _expiries(dossier: Dossier, scheme: Scheme, on: date, days: Mapping[str, Days]) -> tuple[Expiry, ...]:
    """Evidence that ends before a step that looks at it: the first such step, and the day by which it must be renewed.

    Nobody looks between two steps before the evaluation begins, so it may be renewed until then; from the evaluation on it must not
    lapse, so it must be renewed on its last day.
    """
    looks = [(id, days[id][0] if id == EVALUATION else days[id][1]) for id in (EVALUATION, DECISION, *SURVEILLANCE, RENEWAL) if id in days]
    found = []
    for document in dossier.documents:
        ends = _ends(document, scheme)
        step = next(((id, day) for id, day in looks if ends is not None and day >= on and day > ends), None)
        if ends is not None and step is not None:
            id, day = step
            found.append(Expiry(document.id, ends, id, day, day if id == EVALUATION else ends))
    return tuple(sorted(found, key=lambda one: (one.renew_by, one.document)))


def _ends(document: Document, scheme: Scheme) -> date | None:
    """The last day on which it counts for something that the scheme asks; None when it does not end, or covers nothing of the scheme."""
    days = [last_day(document, one.fresh_months) for one in scheme.requirements if named_by(_home(document), one.id, scheme.id)]
    return min((day for day in days if day is not None), default=None)


def _home(document: Document) -> list[str]:
    """What it covers, a bare number being of SecNumCloud 3.2."""
    return [one if "#" in one else f"secnumcloud-3.2#{one}" for one in document.covers]
