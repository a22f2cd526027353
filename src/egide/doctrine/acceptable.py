"""«Offre acceptable»: may each drawback of an offer be borne or compensated, and since when?

A derogation under article 31 of the SREN law ends so many months after an acceptable offer is available in France; R9 of the doctrine
calls one acceptable whose drawbacks can be borne or compensated (read at second hand). Each function of the service is put to each offer,
each drawback to that test, on every day on which something changes. What nobody judged is unknown, and starts no clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from egide.doctrine.clocks import add_months
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.vocabulary.findings import Source

WORST = {Answer.MET: 0, Answer.UNKNOWN: 1, Answer.NOT_MET: 2}


@dataclass(frozen=True, slots=True)
class Drawback:
    """What one loses on that offer, and what somebody judged of it."""

    what: str
    bearable: bool | None = None
    compensable: bool | None = None
    compensated_by: str = ""
    compensated_from: date | None = None
    """The day from which the compensation can be had."""
    until: date | None = None
    """The day on which the drawback went away."""
    by: str = ""
    on: date | None = None
    because: str = ""

    def test(self, on: date) -> Answer:
        """Whether it is gone, borne or compensated on that day."""
        if self.until is not None and self.until <= on:
            return Answer.MET
        if self.bearable:
            return Answer.MET
        if self.compensated_by and self.compensable is not False:
            if self.compensated_from is None:
                return Answer.UNKNOWN
            return Answer.MET if self.compensated_from <= on else Answer.NOT_MET
        if self.bearable is False and self.compensable is False:
            return Answer.NOT_MET
        return Answer.UNKNOWN

    @property
    def ask(self) -> str:
        """What would settle it; empty when nothing is open."""
        if self.compensated_by and self.compensable is not False:
            return "compensated_from" if self.compensated_from is None and not self.bearable else ""
        if self.bearable is None:
            return "bearable"
        if self.bearable or self.compensable is False:
            return ""
        return "compensable" if self.compensable is None else "compensated_by"


@dataclass(frozen=True, slots=True)
class FunctionOn:
    """One function of the service on one offer."""

    name: str
    provided: bool | None = None
    provided_from: date | None = None
    drawbacks: tuple[Drawback, ...] | None = None
    """None: nobody looked; empty: somebody found none."""

    def test(self, on: date) -> Answer:
        """Whether it is there, with drawbacks that are all bearable or compensable."""
        if self.provided is False:
            return Answer.NOT_MET
        if self.provided_from is not None and on < self.provided_from:
            return Answer.NOT_MET
        if self.provided is None or self.drawbacks is None:
            return Answer.UNKNOWN
        return worst(one.test(on) for one in self.drawbacks)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One offer, function by function."""

    offer: str
    functions: tuple[FunctionOn, ...]


@dataclass(frozen=True, slots=True)
class Months:
    """How long a derogation lasts after an acceptable offer, in the two texts."""

    shortest: int
    longest: int
    source: Source


@dataclass(frozen=True, slots=True)
class Judged:
    """One offer on the day, and since when it is acceptable."""

    candidate: Candidate
    qualified: Answer
    answer: Answer
    since: date | None
    """The first day on which every test is met, and from which it stayed so; None: not on the day assessed."""
    perhaps_since: date | None
    """The first day from which no test fails, where it is earlier: between the two it is not known."""
    was: tuple[date, date] | None = None
    """When it no longer is: the first and the last day on which it was acceptable last."""


@dataclass(frozen=True, slots=True)
class Acceptable:
    """The whole answer."""

    service: str
    on: date
    offers: tuple[Judged, ...]
    months: Months

    @property
    def answer(self) -> Answer:
        """Whether one offer is acceptable on the day."""
        answers = [one.answer for one in self.offers]
        return min(answers, key=WORST.__getitem__, default=Answer.UNKNOWN)

    @property
    def since(self) -> date | None:
        """The first day on which one was surely acceptable."""
        return min((one.since for one in self.offers if one.since), default=None)

    @property
    def perhaps_since(self) -> date | None:
        """The first day on which one may have been."""
        return min((day for one in self.offers if (day := one.perhaps_since or one.since)), default=None)

    @property
    def ends(self) -> tuple[date, date] | None:
        """The day on which a derogation ends by the shorter and by the longer of the two texts; None while no clock runs."""
        return None if self.since is None else self._ends(self.since)

    @property
    def begun(self) -> date | None:
        """The first day of the clock that an offer began which is acceptable no more, while none is; None where there is none.

        Whether it goes on was not read.
        """
        return None if self.since else min((one.was[0] for one in self.offers if one.was), default=None)

    @property
    def begun_ends(self) -> tuple[date, date] | None:
        """The days on which that clock ends, if it goes on."""
        return None if self.begun is None else self._ends(self.begun)

    def _ends(self, begins: date) -> tuple[date, date]:
        return add_months(begins, self.months.shortest), add_months(begins, self.months.longest)


def worst(answers: Iterable[Answer]) -> Answer:
    """Kleene's all: one that fails decides, one that is unknown leaves it open."""
    return max(answers, key=WORST.__getitem__, default=Answer.MET)


def judge(
    service: str, candidates: Iterable[Candidate], on: date, months: Months, qualified: Callable[[str, date], Answer],
    changes: Mapping[str, Iterable[date]],
) -> Acceptable:
    """Every offer on the day, and since when.

    ``qualified``: where an offer stands in ANSSI's catalogue on a day; ``changes``: the days on which that may have changed, by offer.
    """
    known = (_as_judged_by(one, on) for one in candidates)
    return Acceptable(service, on, tuple(_judge(one, on, qualified, changes.get(one.offer, ())) for one in known), months)


def _as_judged_by(one: Candidate, on: date) -> Candidate:
    """The offer with what was judged by that day: what somebody judges later is not judged yet."""
    functions = []
    for function in one.functions:
        drawbacks = function.drawbacks and tuple(
            Drawback(it.what, until=it.until) if it.on is not None and it.on > on else it for it in function.drawbacks
        )
        functions.append(replace(function, drawbacks=drawbacks))
    return replace(one, functions=tuple(functions))


def _judge(one: Candidate, on: date, qualified: Callable[[str, date], Answer], changes: Iterable[date]) -> Judged:
    def test(day: date) -> Answer:
        return worst((qualified(one.offer, day), *(function.test(day) for function in one.functions)))

    days = sorted({day for day in (*changes, *_days(one), on) if day <= on})
    answers = [test(day) for day in days]
    since = _from(days, [answer is Answer.MET for answer in answers])
    perhaps = _from(days, [answer is not Answer.NOT_MET for answer in answers])
    was = None if since else _before(days, answers)
    return Judged(one, qualified(one.offer, on), answers[-1], since, perhaps if perhaps != since else None, was)


def _before(days: list[date], answers: list[Answer]) -> tuple[date, date] | None:
    """The last unbroken run that is over: its first day, and the day before what ended it."""
    met = [answer is Answer.MET for answer in answers]
    if True not in met:
        return None
    end = len(met) - met[::-1].index(True)
    start = _from(days[:end], met[:end])
    return (start, days[end] - timedelta(days=1)) if start else None


def _from(days: list[date], held: list[bool]) -> date | None:
    """The first day of the last unbroken run up to the end; None when it does not hold at the end."""
    found = None
    for day, holds in zip(reversed(days), reversed(held), strict=True):
        if not holds:
            break
        found = day
    return found


def _days(one: Candidate) -> Iterable[date]:
    for function in one.functions:
        yield from (day for day in (function.provided_from,) if day)
        for drawback in function.drawbacks or ():
            yield from (day for day in (drawback.until, drawback.compensated_from) if day)


def why(function: FunctionOn, on: date) -> tuple[Reason, ...]:
    """What keeps a function from being met on that day: what fails, and what is open with the question."""
    if function.provided is False or (function.provided_from is not None and on < function.provided_from):
        return (Reason("function.absent", {}, N_("the offer does not do it")),)
    if function.provided is None:
        return (Reason("function.not-known", {}, N_("nobody said whether the offer does it")),)
    if function.drawbacks is None:
        return (Reason("drawbacks.not-looked-for", {}, N_("nobody looked for its drawbacks: write an empty list if there is none")),)
    found = []
    for one in function.drawbacks:
        answer = one.test(on)
        if answer is Answer.NOT_MET:
            found.append(Reason("drawback.stands", {"what": one.what}, N_("{what}: neither bearable nor compensated")))
        elif answer is Answer.UNKNOWN:
            found.append(Reason(f"drawback.{one.ask}", {"what": one.what}, ASKS[one.ask]))
    return tuple(found)


ASKS: Mapping[str, str] = {
    "bearable": N_("{what}: can it be borne?"), "compensable": N_("{what}: it cannot be borne; can it be compensated?"),
    "compensated_by": N_("{what}: it can be compensated; by what?"),
    "compensated_from": N_("{what}: from which day can its compensation be had?"),
}  # fmt: skip
