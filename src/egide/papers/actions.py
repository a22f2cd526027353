"""Actions: what to do, before which day, under which article, by whom, for which services.

Nothing is decided here: an action is another reading of the same findings, clocks, repairs and questions. One action
stands for all the services that need the same thing. Its day is a clock's when the law or a contract sets one; it is
the day of the evaluation when the law already required it; otherwise it is proposed, and said to be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from egide.papers.deadlines import clocks_of, deadlines
from egide.vocabulary.facts import FACTS, Role
from egide.vocabulary.findings import Answer, Assessment, ClockKind, Decision, Effect, Finding, Reason, Verdict
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from egide.papers.deadlines import Deadline
    from egide.vocabulary.findings import HostingDecision, Source

PROPOSED_DAYS = 30
"""How long we propose for what has no day of its own: one month, never beyond the nearest clock of the services concerned."""


class ActionKind(StrEnum):
    """What sort of act it is, the gravest first: on one day, actions are in this order."""

    REFER = "refer"
    """Another authority decides."""
    MOVE = "move"
    """The service is where the law does not allow it."""
    MEET = "meet"
    """A clock runs out."""
    ANSWER = "answer"
    """A question decides and nobody has answered it."""
    SETTLE = "settle"
    """Lawful once a condition is settled."""
    IMPROVE = "improve"
    """Advised; no verdict depends on it."""


class Basis(StrEnum):
    """Where the day of an action comes from."""

    CLOCK = "clock"
    ALREADY_DUE = "already-due"
    PROPOSED = "proposed"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do. ``what`` is worded like any reason; ``services`` are identifiers in the order of the portfolio."""

    kind: ActionKind
    what: Reason
    before: date
    basis: Basis
    owner: str
    sources: tuple[tuple[str, Source | None], ...]
    """The rules that ask for it (``book@version#article``) with where each stands."""
    services: tuple[str, ...]
    because: Reason | None = None


ON_CLOCK: Mapping[ClockKind, str] = {
    ClockKind.QUALIFICATION_ENDS: N_("Obtain proof that the qualification is renewed, or move the service to a qualified offer."),
    ClockKind.QUALIFICATION_BEFORE_CONTRACT: N_("Have the contract say what happens when the qualification ends before it."),
    ClockKind.DEROGATION_ENDS: N_("Bring the service where the law allows, without derogation."),
    ClockKind.APPROVAL_ENDS: N_("Renew the security approval."),
    ClockKind.DINUM_OPINION_DUE: N_("Obtain DINUM's prior opinion."),
    ClockKind.CONTRACT_ENDS: N_("Decide whether to renew the contract or to leave."),
    ClockKind.SWITCHING_NOTICE: N_("Give notice of leaving, or decide to stay."),
    ClockKind.SWITCHING_TRANSITION: N_("Finish the transition to the new hosting."),
    ClockKind.DATA_RETRIEVAL: N_("Retrieve the data before the provider may erase them."),
}


@dataclass(slots=True)
class _Group:
    """An action being gathered over the portfolio."""

    kind: ActionKind
    what: Reason
    owner: str
    because: Reason | None = None
    sources: dict[str, Source | None] = field(default_factory=dict)
    services: dict[str, date | None] = field(default_factory=dict)
    """Each service with its nearest clock to come."""


def actions(assessment: Assessment) -> tuple[Action, ...]:
    """Everything to do, in the order of the days, then the gravest, then what helps most services."""
    found = [*_on_clocks(assessment), *_on_findings(assessment)]
    return tuple(sorted(found, key=_order))


def _order(action: Action) -> tuple[date, int, int, str]:
    return action.before, list(ActionKind).index(action.kind), -len(action.services), action.what.message


def _on_clocks(assessment: Assessment) -> Iterable[Action]:
    known = {finding.rule: finding.source for finding in _all_findings(assessment)}
    groups: dict[tuple[ClockKind, date, str, str | None], list[Deadline]] = {}
    for line in deadlines(assessment):
        if line.asks_something:
            groups.setdefault((line.kind, line.on, _inside(Role(line.owner)), line.rule), []).append(line)
    for (kind, on, owner, rule), lines in groups.items():
        services = tuple(dict.fromkeys(service for line in lines for service in line.services))
        sources = ((rule, known.get(rule)),) if rule else ()
        because = lines[0].because if len(lines) == 1 else None
        yield Action(ActionKind.MEET, Reason(f"action.{kind}", {}, ON_CLOCK[kind]), on, Basis.CLOCK, owner, sources, services, because)


def _all_findings(assessment: Assessment) -> Iterable[Finding]:
    return (finding for decision in assessment.decisions for hosting in decision.hostings for finding in hosting.findings)


def _on_findings(assessment: Assessment) -> Iterable[Action]:
    groups: dict[object, _Group] = {}
    for decision in assessment.decisions:
        for hosting in decision.hostings:
            for key, group, findings in _needs(hosting):
                kept = groups.setdefault(key, group)
                kept.sources.update({finding.rule: finding.source for finding in findings})
                kept.services.setdefault(decision.service.id, _nearest(decision))
    return [_dated(group, assessment.on) for group in groups.values()]


def _nearest(decision: Decision) -> date | None:
    return next((clock.on for clock in clocks_of(decision) if clock.days >= 0), None)


def _dated(group: _Group, on: date) -> Action:
    """Give the group its day: what the law already requires is due now; the rest is proposed, never after a clock."""
    due = group.kind in (ActionKind.REFER, ActionKind.MOVE)
    clocks = [clock for clock in group.services.values() if clock is not None]
    before = on if due else min([on + timedelta(days=PROPOSED_DAYS), *clocks])
    basis = Basis.ALREADY_DUE if due else Basis.PROPOSED
    return Action(group.kind, group.what, before, basis, group.owner, tuple(group.sources.items()), tuple(group.services), group.because)


def _needs(hosting: HostingDecision) -> Iterable[tuple[object, _Group, tuple[Finding, ...]]]:
    """What one hosting asks for: a key that similar hostings share, the action, the findings behind it."""
    open_ = tuple(finding for finding in hosting.findings if finding.answer is not Answer.MET and finding.exception is None)
    if hosting.verdict is Verdict.STOP:
        yield from _together(ActionKind.REFER, _of(open_, Effect.STOP), Role.SECURITY)
    elif hosting.verdict is Verdict.FORBIDDEN and not hosting.hosting.planned:
        failed = tuple(finding for finding in _of(open_, Effect.FORBID) if finding.answer is Answer.NOT_MET)
        yield from _together(ActionKind.MOVE, failed, _owner_of_repair(hosting))
    elif hosting.verdict is Verdict.UNDETERMINED and hosting.question is not None:
        fact = hosting.question.fact
        unknown = tuple(finding for finding in open_ if finding.answer is Answer.UNKNOWN and _waits_for(finding, fact.name))
        what = Reason("action.answer", {"fact": fact.name, "ask": fact.ask}, N_("Answer: {ask}"))
        yield ("answer", fact.name), _Group(ActionKind.ANSWER, what, fact.role), unknown
    if hosting.verdict in (Verdict.CONDITIONAL, Verdict.DEROGATION):
        for finding in _of(open_, Effect.CONDITION):
            yield from _together(ActionKind.SETTLE, (finding,), owner_of(finding))
    if hosting.verdict not in (Verdict.STOP, Verdict.FORBIDDEN):
        for finding in _of(open_, Effect.ADVISE):
            if finding.answer is Answer.NOT_MET:
                yield from _together(ActionKind.IMPROVE, (finding,), owner_of(finding))


def _waits_for(finding: Finding, fact: str) -> bool:
    """Whether a rule that can decide lacks this very fact; the offer's name stands for all that is known of an offer."""
    missing = {str(reason.args["fact"]) for reason in finding.because if "fact" in reason.args}
    named = fact in missing or (fact == "hosting.offer" and any(one.startswith("offer.") for one in missing))
    return named and finding.effect is not Effect.ADVISE


def _of(findings: Iterable[Finding], effect: Effect) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.effect is effect)


def _together(kind: ActionKind, findings: tuple[Finding, ...], owner: str) -> Iterable[tuple[object, _Group, tuple[Finding, ...]]]:
    """One action for the rules that fail together, in the words of the first: texts that ask for the same move are one move."""
    if findings:
        first = findings[0]
        said = first.remedy or first.title
        what = Reason(f"action.{kind}", {"what": said}, N_("{what}"))
        yield (kind, owner, said), _Group(kind, what, owner), findings


def owner_of(finding: Finding) -> str:
    """The role that holds the fact on which the finding turns; the CIO when the fact is the provider's or is not named."""
    for reason in finding.because:
        named = [str(reason.args["fact"])] if "fact" in reason.args else list(reason.args)
        for name in named:
            if name in FACTS:
                return _inside(FACTS[name].role)
    return Role.CIO


def _owner_of_repair(hosting: HostingDecision) -> str:
    first = hosting.repairs[0][0].fact if hosting.repairs else ""
    return _inside(FACTS[first].role) if first in FACTS else Role.CIO


def _inside(role: Role) -> Role:
    """A provider acts when the body asks; the one who asks is the CIO."""
    return Role.CIO if role is Role.PROVIDER else role
