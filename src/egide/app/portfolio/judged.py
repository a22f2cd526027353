"""A portfolio that was judged, with what pages ask of it again and again: each is made once, and only when it is asked for.

The verdict of every service is there. What is left to ask takes longer, a moment for each service without a verdict: it is worked out
beside the requests, and whoever asks meanwhile is told how far it has come.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from egide.app.portfolio.ask import Worked, open_questions, question_alone
from egide.app.portfolio.remembered import NotAtHandError, Remembered
from egide.papers.deadlines import deadlines
from egide.papers.text import GRAVITY
from egide.vocabulary.findings import Verdict

if TYPE_CHECKING:
    from egide.app.portfolio.ask import Group, Open
    from egide.app.portfolio.assess import Run
    from egide.app.portfolio.beside import Beside, Piece
    from egide.papers.deadlines import Deadline
    from egide.portfolio import Ask
    from egide.vocabulary.findings import Assessment, Decision, Source

T = TypeVar("T")
AT_ONCE = 200
"""So many services without a verdict are looked at while somebody waits."""
PATIENCE_SECONDS = 1.0
LITTLE = 4
"""So many services may be new where a portfolio is put together while others wait."""
ANSWERS_KEPT = 32
"""Answers to programs that stay as they were sent."""
PARTS_KEPT = 1024
"""Parts of answers, each of one service or question, that stay while it does."""


class Judged:
    """One portfolio on one day. Threads may share it."""

    def __init__(self, run: Run, beside: Beside, before: Judged | None = None) -> None:
        self.run = run
        self._asked: set[Hashable] = set(before._asked) if before and _alike(run, before.run) else set()
        self.kept: Remembered[bytes] = Remembered(ANSWERS_KEPT)
        """What was answered to programs, by what was asked."""
        stands = before is not None and before.run.doctrine is run.doctrine
        self._parts: Remembered[tuple[object, object]] = before._parts if before and stands else Remembered(PARTS_KEPT)
        self._worked: Worked = before._worked if before and stands else Worked()
        self._beside = beside
        self._turn = threading.RLock()
        self._made: dict[str, object] = {}
        self._open: Piece[Open] | None = None

    def _once(self, name: str, make: Callable[[], T]) -> T:
        if name not in self._made:  # what is there is given to those who want it while something else is being made
            with self._turn:
                if name not in self._made:
                    self._made[name] = make()
        made: T = self._made[name]  # type: ignore[assignment]
        return made

    @property
    def ordered(self) -> Sequence[Decision]:
        """The gravest verdicts first."""
        return self._once("ordered", lambda: sorted(self.run.assessment.decisions, key=lambda one: GRAVITY[one.verdict]))

    def found(self, verdict: Verdict | None, sought: str) -> Sequence[Decision]:
        """Those of that verdict, whose name, body or hosting holds what is sought; the gravest first."""
        if verdict is None and not sought:
            return self.ordered
        folded, said = sought.casefold(), self._once("said", lambda: [(one, _said(one)) for one in self.ordered])
        return [one for one, text in said if (verdict is None or one.verdict is verdict) and folded in text]

    @property
    def deadlines(self) -> Sequence[Deadline]:
        """What falls when, in the order of the days."""
        return self._once("deadlines", lambda: deadlines(self.run.assessment))

    @property
    def sources(self) -> Mapping[str, Source]:
        """Where each rule of that day stands."""
        return self._once("sources", lambda: {one.ref: one.rule.source for one in self.run.doctrine.program.rules})

    @property
    def undetermined(self) -> int:
        """Services without a verdict."""
        return self._once("undetermined", lambda: sum(one.verdict is Verdict.UNDETERMINED for one in self.run.assessment.decisions))

    def open(self, seconds: float = PATIENCE_SECONDS) -> Open | None:
        """What is left to ask; None when that is still being worked out after so many seconds."""
        if self.undetermined <= AT_ONCE:
            self._asked.add("questions")
            return self._once("open", lambda: open_questions(self.run, worked=self._worked))
        with self._turn:
            if self._open is None:
                self._open = self._beside.begin(lambda step: open_questions(self.run, step=step))
        return self._open.result(seconds)

    @property
    def looked(self) -> bool:
        """Whether what is left to ask is known already, or takes a moment."""
        if "questions" in self._asked and self.undetermined <= AT_ONCE:
            self.open(0)
        return "open" in self._made or (self._open is not None and self._open.future.done())

    def leave(self) -> None:
        """It was judged anew: what is being worked out beside is of no use any more."""
        if self._open is not None:
            self._open.leave()

    @property
    def looked_at(self) -> int:
        """How many of the services without a verdict were looked at for what is left to ask."""
        return self._open.done if self._open else 0

    @property
    def by_key(self) -> Sequence[tuple[str, Decision]]:
        """Every service under the key of its address, in the order of the keys."""
        return self._once("by_key", lambda: sorted(self._services.items()))

    @property
    def _services(self) -> Mapping[str, Decision]:
        return self._once("services", lambda: {key_of(one.service.id): one for one in self.run.assessment.decisions})

    def alone(self, decision: Decision) -> Assessment:
        """The assessment of that one service."""
        return replace(self.run.assessment, decisions=(decision,))

    def service(self, key: str) -> Decision | None:
        """The service by the key that stands in its page's address."""
        return self._services.get(key)

    def group(self, key: str, service: Decision | None = None) -> Group | None:
        """The question by the key that its form carries, of ``service`` alone where it was asked so; None once it is settled."""
        alone = question_alone(self.run, service) if service is not None and service.verdict is Verdict.UNDETERMINED else None
        if alone is not None and question_key(alone.ask) == key:
            return alone
        found = self.open()
        return None if found is None else self._once("groups", lambda: {question_key(one.ask): one for one in found.groups}).get(key)

    def group_of(self, decision: Decision) -> Group | None:
        """The question that would settle most, of those that are open for that service; its own while the others' aren't known."""
        found = self.open(0)
        if found is None:
            return question_alone(self.run, decision)
        groups = found.groups
        asked_of = self._once("asked", lambda: {service: one for one in reversed(groups) for service, _ in one.ask.services})
        return asked_of.get(decision.service.id)

    def part(self, of: Decision | Group, make: Callable[[], T]) -> T:
        """What is told of a service or a question in an answer: made once, also for the portfolios after this one, while it is the same."""
        found = self._parts.at_hand(id(of))
        if found is None:
            found = of, make()
            self._parts.put(id(of), found)
        made: T = found[1]  # type: ignore[assignment]
        return made

    def answer(self, asked: Hashable, make: Callable[[], bytes], *, wait: bool) -> bytes:
        """What was answered to the same before, of this very state; made when it wasn't asked yet.

        Raises `NotAtHandError` where it would have to be made and the caller can't ``wait``; where the portfolio before this one was
        asked the same and nearly all of it is the same, it takes a moment.
        """
        found = self.kept.at_hand(asked)
        if found is not None:
            return found
        if not wait and (asked not in self._asked or self.kept.making(asked)):
            raise NotAtHandError
        made = self.kept.get(asked, make)
        if len(self._asked) < ANSWERS_KEPT:
            self._asked.add(asked)
        return made


def _alike(run: Run, before: Run) -> bool:
    """Whether nearly all decisions are the very same: what they were asked is worked out already."""
    same = {id(one) for one in before.assessment.decisions}
    return sum(id(one) not in same for one in run.assessment.decisions) <= LITTLE


def _said(decision: Decision) -> str:
    """What a service is found by, each part on a line."""
    parts = (decision.service.name, decision.service.body.name or "", *(one.hosting.text for one in decision.hostings))
    return "\n".join(parts).casefold()


@lru_cache(50_000)
def key_of(identifier: str) -> str:
    """What stands for a service in an address: identifiers come from people's files, and hold anything."""
    return hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def question_key(ask: Ask) -> str:
    """What stands for a question in a form: the fact and all that it is about."""
    about = (ask.fact.name, ask.body.key if ask.body else None, ask.owner, ask.offer, ask.region, ask.hosting, ask.services)
    return hashlib.sha256(repr(about).encode("utf-8", "surrogatepass")).hexdigest()[:16]
