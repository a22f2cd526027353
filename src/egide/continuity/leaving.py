"""What is to be done after a loss, in order, with the days that the law gives.

After an outage the order is that in which parts can start. After a loss by law (a qualification withdrawn or expired, a law that now
reaches the provider) the service goes on while it leaves: notice, transition, retrieval, erasure. The lengths are the rulebooks' own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from egide.continuity.losses import kind_of
from egide.continuity.spans import NONE, Span, exactly
from egide.doctrine.clocks import add_months
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.continuity.answers import Continuity
    from egide.continuity.order import Outcome
    from egide.continuity.ways import Recovery, Way
    from egide.vocabulary.findings import Source


@dataclass(frozen=True, slots=True)
class Terms:
    """What the texts allow on a day, each with where it was read."""

    notice_months: int
    transition_days: int
    transition_months_longest: int
    retrieval_days: int
    erasure_notice_days: int
    told_within_months: int
    no_charge_from: date
    switching_since: date | None
    """The day from which the Data Act gives a right to leave."""
    switching: Source
    """Data Act, article 25."""
    charges: Source
    termination: Source
    """SecNumCloud 19.1.g."""
    erasure: Source
    told: Source
    """SecNumCloud 19.6.f."""
    continuity: Source
    """SecNumCloud, chapter 17."""
    exit_plan: Source
    """DORA."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do."""

    what: Reason
    who: str
    """A role: ``decision``, ``recovery``, ``security``, ``communication``, ``buyer``."""
    after: Span | None = None
    """From the loss."""
    by: date | None = None
    source: Source | None = None


def leaving(on: date, terms: Terms) -> Iterator[Step]:
    """How one leaves a provider whose qualification is lost on that day."""
    notice_ends = add_months(on, terms.notice_months)
    may_switch = terms.switching_since is None or terms.switching_since <= on
    transition = notice_ends + timedelta(days=terms.transition_days)
    longest = add_months(notice_ends, terms.transition_months_longest)
    yield _step("check-line", N_("Check the line of the catalogue at ANSSI and keep the proof of that day."), "security", on)
    yield _step("give-notice", N_("Give notice in writing: the agreement lets one leave without penalty when the qualification is lost."),
                "buyer", on, terms.termination)  # fmt: skip
    yield _step("ask-provider",
                N_("Have the provider say what changed: customers are told of what touches immunity within {months} month."), "security",
                add_months(on, terms.told_within_months), terms.told, months=terms.told_within_months)  # fmt: skip
    if may_switch:
        yield _step("notice-ends", N_("The notice ends at the latest: {months} months at most."), "buyer", notice_ends, terms.switching,
                    months=terms.notice_months)  # fmt: skip
        yield _step("transition-ends",
                    N_("The move is finished: {days} days, or until {longest} if the provider justifies it ({months} months)."), "recovery",
                    transition, terms.switching, days=terms.transition_days, longest=longest,
                    months=terms.transition_months_longest)  # fmt: skip
        yield _step("retrieval-ends", N_("Last day to take the data back: at least {days} days after the move."), "recovery",
                    transition + timedelta(days=terms.retrieval_days), terms.switching, days=terms.retrieval_days)  # fmt: skip
    yield _step("erasure", N_("Obtain the erasure, announced {days} calendar days ahead, and its attestation."), "security",
                transition + timedelta(days=terms.retrieval_days + terms.erasure_notice_days), terms.erasure,
                days=terms.erasure_notice_days)  # fmt: skip
    if may_switch:
        yield _step("charges", N_("Refuse any charge for switching from {day} on; before it, above cost."), "buyer", None,
                    terms.charges, day=terms.no_charge_from)  # fmt: skip
    yield _step("exit-plan", N_("A financial entity follows its exit plan, which was documented, tested and reviewed (DORA, 28(8))."),
                "decision", None, terms.exit_plan)  # fmt: skip


def steps(made: Continuity, outcome: Outcome, terms: Terms) -> tuple[Step, ...]:
    """What to do after that loss, in order."""
    found = [] if outcome.loss.abrupt else list(leaving(made.on, terms))
    if any(kind_of(node) == "law" for node in outcome.loss.nodes):
        found = [one for one in found if one.what.code not in {"step.check-line", "step.give-notice"}]
    return (*found[:1], *_first(made, outcome), *found[1:], *_parts(made, outcome), *_last(outcome, terms))


def _first(made: Continuity, outcome: Outcome) -> Iterator[Step]:
    declared, waited = made.declared, NONE
    if outcome.loss.abrupt:
        waited = _said(declared.detection)
        yield Step(Reason("step.notice", {}, N_("Notice the loss, say so, open the log of the crisis.")), "recovery", waited)
    decided = waited + _said(declared.decision)
    yield Step(Reason("step.decide", {}, N_("Decide to switch, and write down who decided on what.")), "decision", decided)


def _said(seconds: int | None) -> Span:
    return Span(0.0, float("inf")) if seconds is None else exactly(seconds)


def _parts(made: Continuity, outcome: Outcome) -> Iterator[Step]:
    """Each part that the loss takes, in the order in which they are back."""
    hit = [one for one in outcome.parts.values() if one.hit is not Answer.NOT_MET]
    for one in sorted(hit, key=lambda one: (outcome.back[one.name].low, outcome.back[one.name].high, one.name)):
        yield Step(_comeback(one), "recovery", outcome.back[one.name])


def _comeback(one: Recovery) -> Reason:
    way = quickest(one)
    if one.hit is Answer.UNKNOWN:
        return Reason("step.perhaps", {"part": one.name}, N_("«{part}»: whether the loss takes it is not known; settle it before."))
    if way is None:
        return Reason("step.no-way", {"part": one.name}, N_("«{part}» has no way back: decide what stands in for it, or do without."))
    if not way.takes.known:
        return Reason("step.not-known", {"part": one.name}, N_("«{part}»: how soon it comes back is not known; settle it before the loss."))
    return Reason("step.bring-back", {"part": one.name, "place": str(way.at)}, N_("Bring «{part}» back at {place}."))


def quickest(one: Recovery) -> Way | None:
    """The way that is surely soonest back, else the one that may be."""
    return min(one.ways, key=lambda way: (way.takes.high, way.takes.low, way.loses.high, str(way.at)), default=None)


def _last(outcome: Outcome, terms: Terms) -> Iterator[Step]:
    yield Step(Reason("step.check-data", {}, N_("Check that the data are whole up to what was to be lost, then open the service again.")),
               "recovery", outcome.rto)  # fmt: skip
    yield Step(Reason("step.measure", {}, N_("Write what was measured into the declaration, and review the plan.")), "decision", None,
               None, terms.continuity)  # fmt: skip


def _step(code: str, message: str, who: str, by: date | None, source: Source | None = None, **args: object) -> Step:
    return Step(Reason(f"step.{code}", args, message), who, None, by, source)
