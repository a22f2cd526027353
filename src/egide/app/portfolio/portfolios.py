"""The portfolios of bodies in the database: files in, answers in, verdicts out, each judged once for what it holds.

What was judged stays in memory for as long as files, answers, day, law and catalogue are the same; any other process may have changed
them, so the database and the machine are asked each time. A file is read once however the others change, and a case that the law has
met before is not judged again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from egide.accounts.errors import SpentError
from egide.accounts.secrets import digest, draw
from egide.accounts.trail import note
from egide.app.portfolio import assess, bringing
from egide.app.portfolio import judged as judging
from egide.app.portfolio.ask import answered
from egide.app.portfolio.beside import Beside
from egide.app.portfolio.bringing import Hand
from egide.app.portfolio.deciding import Present
from egide.app.portfolio.judged import Judged, key_of
from egide.app.portfolio.remembered import Latest, NotAtHandError, Remembered
from egide.portfolio import Answer, Answers, merge, read_services
from egide.portfolio.kept import keeping, readings
from egide.portfolio.packed import unpacked
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from egide.accounts.entry import Caller
    from egide.app.portfolio.bringing import Brought
    from egide.app.portfolio.deciding import Deciding
    from egide.portfolio import Ask, Reading
    from egide.portfolio.kept.keeping import Listed, Questionnaire
    from egide.store.connection import Store
    from egide.store.transaction import Transaction
    from egide.vocabulary.facts import Value
    from egide.vocabulary.findings import Override

FEW = 200
"""So many services are put together again without a thread of their own, when nearly all were judged before."""
REMEMBERED = 16
"""Portfolios and days that stay judged."""
FILES_REMEMBERED = 4 * keeping.MOST_FILES
NOBODY = 0
"""The number of whoever answered through a link: their name stands with the answer."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A body's portfolio as it stood: what to show, and the last version of the answers, on which a change is based."""

    body: str
    files: Sequence[Listed]
    last: keeping.Last
    state: str
    """What tells it from any other state: files, answers, day, law and catalogue, language."""
    law: str
    """The law and the catalogue alone."""
    judged: Judged | None
    """None while no service could be read."""
    unread: str | None = None
    """Why not, when there are files."""

    @property
    def version(self) -> int:
        """What an answer is based on."""
        return self.last.version


class UnreadError(EgideError):
    """A large file would have to be read first: whoever asks is told how far it has come (`egide.app.site.works`)."""

    hint = N_("ask again in a few seconds")

    def __init__(self, body: str, file: Listed, lang: str, read_with: str) -> None:
        super().__init__(N_("{file} is being read"), {"file": file.name})
        self.body = body
        self.file = file
        self.lang = lang
        self.read_with = read_with


class Portfolios:
    """The portfolios of one database."""

    def __init__(self, store: Store, today: Callable[[], date]) -> None:
        self.store = store
        self.today = today
        self.beside = Beside()
        self._present = Present()
        self._readings: Remembered[Reading] = Remembered(FILES_REMEMBERED)
        self._answers: Remembered[Answers] = Remembered(REMEMBERED)
        self._read: Latest[assess.Portfolio] = Latest(REMEMBERED)
        self._seen: Latest[Seen] = Latest(REMEMBERED, _left)

    def close(self) -> None:
        """What is being worked out beside the requests ends at its next step."""
        self.beside.close()

    def deciding(self) -> Deciding:
        """The law and the catalogue in use."""
        return self._present.now()

    def looked_at(self, found: Deciding | None) -> AbstractContextManager[None]:
        """Within, this thread takes that for the law and the catalogue in use: they were looked at for its request already."""
        return self._present.looked_at(found)

    def see(self, body: str, on: date, lang: str, *, wait: bool = True) -> Seen:
        """What the law of that day says of the body's services.

        Raises `NotAtHandError` where it would have to be judged first and the caller can't ``wait``.
        """
        present = self._present.now()
        state = keeping.STATE.now(self.store, body=body)
        found = self._seen.at_hand((body, on, lang), (present.digest, state))
        if found is not None:
            return found
        try:
            return self._changed_little(body, on, lang, present, state, wait=wait)
        except NotAtHandError:
            if not wait:
                raise
        with self.store.read() as tx:
            files, state = keeping.files(tx, body), keeping.STATE.within(tx, body=body)
        return self._seen.get((body, on, lang), (present.digest, state), lambda old: self._look(body, files, state, present, on, lang, old))

    def _changed_little(self, body: str, on: date, lang: str, present: Deciding, state: keeping.State, *, wait: bool) -> Seen:
        """The portfolio of before with a file or two exchanged, which takes a moment. Raises `NotAtHandError` where it is more."""
        thing, last = (body, on, lang), (present.digest, state)
        old = self._seen.last(thing)
        if old is None or old.judged is None or old.last != state.last or len(old.judged.run.assessment.decisions) > FEW:
            raise NotAtHandError
        files, known = keeping.HELD.now(self.store, of=body), {one.id for one in old.files}
        fresh = [self._readings.at_hand((one.digest, one.name, present.read_with, lang)) for one in files if one.id not in known]
        if sum(FEW if one is None else len(one.services) for one in fresh) > judging.LITTLE:
            raise NotAtHandError
        if not wait and self._seen.making(thing, last):
            raise NotAtHandError
        if ",".join(sorted(one.id for one in files)) != ",".join(sorted(state.files.split(","))):  # changed again meanwhile
            raise NotAtHandError
        return self._seen.get(thing, last, lambda before: self._look(body, files, state, present, on, lang, before))

    def _look(
        self, body: str, files: Sequence[Listed], held: keeping.State, present: Deciding, on: date, lang: str, old: Seen | None,
    ) -> Seen:  # fmt: skip
        last = held.last
        parts = [body, lang, on.isoformat(), present.digest, held.files, repr(last)]
        state = hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
        if not files:
            return Seen(body, files, last, state, present.digest, None)
        given = self._answers.get((body, last), lambda: self._kept_answers(body, last.version))
        try:
            plain = self._read.get((body, lang), (present.read_with, held.files), lambda _: self._gather(body, files, present, lang))
        except assess.NothingToAssessError as error:
            return Seen(body, files, last, state, present.digest, None, error.message)
        whole = assess.with_answers(plain, given)
        run = assess.survey(
            whole, present.offers, on, present.books,
            lambda *_: self._present.doctrine(present, whole.answers, on), old.judged.run if old and old.judged else None,
        )  # fmt: skip
        return Seen(body, files, last, state, present.digest, Judged(run, self.beside, old.judged if old else None))

    def add_file(
        self, caller: Caller, body: str, name: str, content: bytes, lang: str, seen: Collection[str] | None = None, *,
        strict: bool = False,
    ) -> Brought:  # fmt: skip
        """Keep a file of services.

        Raises `InputError` when it can't be read at all or when there are as many as there may be: nothing is kept of it then.
        ``seen``: the files that the caller knew of. Where another of that name came meanwhile, this one is kept aside; or, where
        it is ``strict``, `OtherFileError` is raised.
        """
        file = keeping.pack(content)
        self._reading(name, content, file.digest, self._present.now(), lang)
        with self.store.write() as tx:
            return bringing.bring(tx, Hand(caller.person.number, caller.token), body, name, file, seen, strict=strict)

    def choose_file(self, caller: Caller, body: str, id: str, seen: str) -> Brought | None:
        """Let a file that was kept aside count, in the place of the one that was seen beside it; None when there is none of that id."""
        with self.store.write() as tx:
            return bringing.choose(tx, Hand(caller.person.number, caller.token), body, id, seen)

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
            raise SpentError(N_("ask whoever gave it to you for another: such a link opens its questions for 60 days"))
        return found

    def make_link(self, caller: Caller, body: str, owner: str, drawn: str | None = None) -> str:
        """The secret of a link by which that owner answers; the one that was drawn for it."""
        secret = drawn or draw()
        with self.store.write() as tx:
            keeping.add_questionnaire(tx, body, owner, digest(secret))
            note(tx, "questionnaire", body=body, person=caller.person.number, token=caller.token)
        return secret

    def decide_beside(self, caller: Caller, body: str, seen: int, decision: Override) -> int:
        """Keep a person's decision beside the verdict of a service; the new version. One on the same service takes its place.

        Raises `ChangedError` when somebody decided on the same service since the version that was seen.
        """
        def of_it(one: Override) -> bool:
            return (one.service, one.hosting) == (decision.service, decision.hosting)

        with self.store.write() as tx:
            tx.lock(f"portfolio:{body}")
            now, before = keeping.version(tx, body), keeping.answers(tx, body)
            if now != seen and [*filter(of_it, before.overrides)] != [*filter(of_it, keeping.answers(tx, body, seen).overrides)]:
                raise keeping.ChangedError(seen, now)
            changed = replace(before, overrides=(*(one for one in before.overrides if not of_it(one)), decision))
            version = keeping.set_answers(tx, body, now, changed, caller.person.number)
            note(tx, "portfolio-override", key_of(decision.service), body=body, person=caller.person.number, token=caller.token,
                 details={"verdict": str(decision.verdict)})  # fmt: skip
        return version

    def _kept_answers(self, body: str, version: int) -> Answers:
        with self.store.read() as tx:
            return keeping.answers(tx, body, version)

    def _gather(self, body: str, files: Sequence[Listed], present: Deciding, lang: str) -> assess.Portfolio:
        return assess.united([(one.name, self._kept_reading(body, one, present, lang)) for one in files], Answers())

    def _kept_reading(self, body: str, file: Listed, present: Deciding, lang: str) -> Reading:
        """What stands in a file. Of the same name and bytes the same stands there for whichever body. Raises `UnreadError`."""
        def again() -> Reading:
            self.beside.check()
            with self.store.read() as tx:
                known = readings.kept(tx, body, file.id, lang, present.read_with)
                content = b"" if known else keeping.content(tx, body, file.id) or b""
            if known:
                with suppress(ValueError):
                    return unpacked(known)
            if bringing.is_large(content):
                raise UnreadError(body, file, lang, present.read_with)
            return read_services(content, file.name, present.index, lang=lang)

        return self._readings.get((file.digest, file.name, present.read_with, lang), again)

    def _reading(self, name: str, content: bytes, digest: str, present: Deciding, lang: str) -> Reading:
        key = (digest, name, present.read_with, lang)
        return self._readings.get(key, lambda: read_services(content, name, present.index, lang=lang))


def _left(seen: Seen) -> None:
    """It was judged anew."""
    if seen.judged is not None:
        seen.judged.leave()


def _answers_to(ask: Ask, answers: Answers) -> list[Answer]:
    """Those that are already there to the same question, of any of the services."""
    about = Answer.to(ask, None, by="", on=None)
    services = {identifier for identifier, _ in ask.services}
    return [one for one in answers.answers if one.about == about.about and (not services or services & set(one.services))]
