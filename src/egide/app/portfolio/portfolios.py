"""The portfolios of bodies in the database: files in, answers in, verdicts out, each judged once for what it holds.

What was judged stays in memory for as long as files, answers, day and catalogue are the same; any other process may have changed them, so
the database is asked each time.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

from egide.accounts.errors import SpentError
from egide.accounts.secrets import digest, draw
from egide.accounts.trail import note
from egide.app.portfolio import assess
from egide.app.portfolio.ask import answered, open_questions
from egide.papers.text import GRAVITY
from egide.portfolio import Answer, Answers, merge, read_services
from egide.portfolio.kept import keeping
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.accounts.entry import Caller
    from egide.app.portfolio.ask import Group, Open
    from egide.app.portfolio.assess import Run
    from egide.portfolio import Ask
    from egide.portfolio.kept.keeping import Listed, Questionnaire
    from egide.store.connection import Store
    from egide.store.transaction import Transaction
    from egide.vocabulary.facts import Value
    from egide.vocabulary.findings import Assessment, Decision, Override
    from egide.vocabulary.offers import Catalogue

T = TypeVar("T")
REMEMBERED = 16
"""Portfolios and days that stay judged."""
MOST_FILES = 50
NOBODY = 0
"""The number of whoever answered through a link: their name stands with the answer."""


class Judged:
    """A portfolio that was judged, with what pages ask of it again and again; each is made once."""

    def __init__(self, run: Run) -> None:
        self.run = run

    @cached_property
    def ordered(self) -> Sequence[Decision]:
        """The gravest verdicts first."""
        return sorted(self.run.assessment.decisions, key=lambda one: GRAVITY[one.verdict])

    @cached_property
    def open(self) -> Open:
        """What is left to ask."""
        return open_questions(self.run)

    @cached_property
    def by_key(self) -> Sequence[tuple[str, Decision]]:
        """Every service under the key of its address, in the order of the keys."""
        return sorted(self._services.items())

    @cached_property
    def _services(self) -> Mapping[str, Decision]:
        return {key_of(one.service.id): one for one in self.run.assessment.decisions}

    def alone(self, decision: Decision) -> Assessment:
        """The assessment of that one service."""
        return replace(self.run.assessment, decisions=(decision,))

    @cached_property
    def _groups(self) -> Mapping[str, Group]:
        return {question_key(one.ask): one for one in self.open.groups}

    @cached_property
    def _asked_of(self) -> Mapping[str, Group]:
        return {identifier: group for group in reversed(self.open.groups) for identifier, _ in group.ask.services}

    def service(self, key: str) -> Decision | None:
        """The service by the key that stands in its page's address."""
        return self._services.get(key)

    def group(self, key: str) -> Group | None:
        """The question by the key that its form carries; None once it is settled."""
        return self._groups.get(key)

    def group_of(self, service: str) -> Group | None:
        """The question that would settle most, of those that are open for that service."""
        return self._asked_of.get(service)


def key_of(identifier: str) -> str:
    """What stands for a service in an address: identifiers come from people's files, and hold anything."""
    return hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def question_key(ask: Ask) -> str:
    """What stands for a question in a form: the fact and all that it is about."""
    about = (ask.fact.name, ask.body.key if ask.body else None, ask.owner, ask.offer, ask.region, ask.hosting, ask.services)
    return hashlib.sha256(repr(about).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Seen:
    """A body's portfolio as it stood: what to show, and the version of the answers that a change is based on."""

    body: str
    files: Sequence[Listed]
    version: int
    judged: Judged | None
    """None while no service could be read."""
    unread: str | None = None
    """Why not, when there are files."""


class Portfolios:
    """The portfolios of one database."""

    def __init__(self, store: Store, today: Callable[[], date]) -> None:
        self.store = store
        self.today = today
        self._read: Remembered[assess.Portfolio] = Remembered(REMEMBERED)
        self._judged: Remembered[Judged] = Remembered(REMEMBERED)

    def see(self, body: str, on: date, lang: str) -> Seen:
        """What the law of that day says of the body's services."""
        with self.store.read() as tx:
            files, version = keeping.files(tx, body), keeping.version(tx, body)
            if not files:
                return Seen(body, files, version, None)
            offers = assess.catalogue()
            key = (body, tuple(one.digest for one in files), offers.as_of, lang)
            given = keeping.answers(tx, body)
            try:
                plain = self._read.get(key, lambda: self._gather(tx, body, files, offers, lang))
            except assess.NothingToAssessError as error:
                return Seen(body, files, version, None, error.message)
        bodies = tuple(one for one in plain.answers.bodies if one not in given.bodies)
        whole = replace(plain, answers=given.with_bodies(bodies))
        return Seen(body, files, version, self._judged.get((*key, version, on), lambda: Judged(assess.decide(whole, offers, on))))

    def add_file(self, caller: Caller, body: str, name: str, content: bytes, lang: str) -> Listed:
        """Keep a file of services. Raises `InputError` when it can't be read at all: nothing is kept of it then."""
        read_services(content, name, assess.catalogue().offers, lang=lang)
        with self.store.write() as tx:
            if len(keeping.files(tx, body)) >= MOST_FILES:
                raise InputError(N_("a portfolio has at most {n} files"), values={"n": MOST_FILES})
            made = keeping.add_file(tx, body, draw()[:16], name, content, caller.person.number)
            note(tx, "portfolio-file", made.id, body=body, person=caller.person.number, token=caller.token,
                 details={"digest": made.digest, "size": made.size})  # fmt: skip
        return made

    def remove_file(self, caller: Caller, body: str, id: str) -> bool:
        """The file no longer counts; whether it did."""
        with self.store.write() as tx:
            found = keeping.remove_file(tx, body, id)
            if found:
                note(tx, "portfolio-file-removed", id, body=body, person=caller.person.number, token=caller.token)
        return found

    def answer(self, caller: Caller, body: str, seen: int, ask: Ask, value: Value | None, source: str = "") -> int:
        """Keep an answer, based on the version of the answers that was seen; the new version.

        Answers to other questions that came meanwhile stand beside it. Raises `ChangedError` when the same question was answered.
        """
        with self.store.write() as tx:
            tx.lock(f"portfolio:{body}")
            now = keeping.version(tx, body)
            before = keeping.answers(tx, body)
            if now != seen and _answers_to(ask, before) != _answers_to(ask, keeping.answers(tx, body, seen)):
                raise keeping.ChangedError(seen, now)
            changed = answered(before, ask, value, caller.person.name, self.today(), source)
            version = keeping.set_answers(tx, body, now, changed, caller.person.number)
            note(tx, "portfolio-answer", ask.fact.name, body=body, person=caller.person.number, token=caller.token,
                 details={"version": version})  # fmt: skip
        return version

    def answer_by_link(self, secret: str, name: str, replies: Sequence[tuple[Ask, Value | None]]) -> int:
        """What the owner of some data answered through a link, each with the name given and the day; how many answers were new.

        Where somebody answered the same meanwhile, theirs stands. Raises `SpentError` when the link has ended.
        """
        with self.store.write() as tx:
            link = self._link(tx, secret)
            tx.lock(f"portfolio:{link.body}")
            version = keeping.version(tx, link.body)
            before, given = keeping.answers(tx, link.body), Answers()
            for ask, value in replies:
                given = answered(given, ask, value, name, self.today(), "")
            changed, _ = merge(before, given)
            if changed != before:
                keeping.set_answers(tx, link.body, version, changed, NOBODY)
                note(tx, "portfolio-reply", body=link.body, details={"answers": len(given.answers)})
            return len(changed.answers) - len(before.answers)

    def link(self, secret: str) -> Questionnaire:
        """Whose questionnaire that link opens. Raises `SpentError`."""
        with self.store.read() as tx:
            return self._link(tx, secret)

    def _link(self, tx: Transaction, secret: str) -> Questionnaire:
        found = keeping.questionnaire(tx, digest(secret))
        if found is None:
            raise SpentError
        return found

    def make_link(self, caller: Caller, body: str, owner: str) -> str:
        """The secret of a link by which that owner answers."""
        secret = draw()
        with self.store.write() as tx:
            keeping.add_questionnaire(tx, body, owner, digest(secret))
            note(tx, "questionnaire", body=body, person=caller.person.number, token=caller.token)
        return secret

    def decide_beside(self, caller: Caller, body: str, seen: int, decision: Override) -> int:
        """Keep a person's decision beside the verdict of a service; the new version. One on the same service takes its place.

        Raises `ChangedError`.
        """
        with self.store.write() as tx:
            before = keeping.answers(tx, body)
            others = tuple(one for one in before.overrides if (one.service, one.hosting) != (decision.service, decision.hosting))
            changed = replace(before, overrides=(*others, decision))
            version = keeping.set_answers(tx, body, seen, changed, caller.person.number)
            note(tx, "portfolio-override", key_of(decision.service), body=body, person=caller.person.number, token=caller.token,
                 details={"verdict": str(decision.verdict)})  # fmt: skip
        return version

    def _gather(self, tx: Transaction, body: str, files: Sequence[Listed], offers: Catalogue, lang: str) -> assess.Portfolio:
        named = [(one.name, keeping.content(tx, body, one.id) or b"") for one in files]
        return assess.gathered(named, offers, Answers(), None, None, lang)


def _answers_to(ask: Ask, answers: Answers) -> list[Answer]:
    """Those that are already there to the same question, of any of the services."""
    about = Answer.to(ask, None, by="", on=None)
    services = {identifier for identifier, _ in ask.services}
    return [one for one in answers.answers if one.about == about.about and (not services or services & set(one.services))]


class Remembered(Generic[T]):
    """The values made last, each made once even when several threads want it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.Lock()
        self._making: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of that key, made when it is not there."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            turn = self._making.setdefault(key, threading.Lock())
        with turn:
            with self._lock:
                if key in self._kept:
                    return self._kept[key]
            made = make()
            with self._lock:
                self._kept[key] = made
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
                self._making.pop(key, None)
        return made
