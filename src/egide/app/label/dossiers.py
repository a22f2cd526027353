"""Dossiers of labels kept by a site: a zip in, an assessment of what was accepted out, each version judged once.

Nothing of an upload is trusted: it is unpacked within limits, read as the command reads a folder, and refused whole when it is no dossier.
A document that an evaluator refused counts as if it weren't there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from egide.accounts.secrets import draw
from egide.accounts.trail import note
from egide.app import law
from egide.app.label import assessing as job
from egide.app.label.unpacking import LIMITS, is_document, read_files, unzipped
from egide.app.portfolio.assess import catalogue
from egide.app.portfolio.merging import Files, merged
from egide.app.portfolio.remembered import Remembered
from egide.portfolio.dossiers import keeping as kept
from egide.portfolio.dossiers.keeping import State
from egide.portfolio.kept.keeping import ChangedError
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from datetime import date

    from egide.accounts.entry import Caller
    from egide.label.dossier import Dossier
    from egide.label.results import LabelAssessment, Simulation
    from egide.label.scheme import Scheme
    from egide.portfolio.dossiers.keeping import Recorded, Review, Version
    from egide.store.connection import Store

CHANGE = "changement.yaml"
MOST_DOSSIERS, REMEMBERED = 50, 16


@dataclass(frozen=True, slots=True)
class Seen:
    """A dossier as it stands, and what became of its documents."""

    version: Version
    states: Mapping[str, State]
    """Of the documents of its binders, by path."""
    steps: Sequence[Review]
    recorded: Sequence[Recorded]
    hands: frozenset[int] = frozenset()
    """Everybody who brought, judged or assessed any of it, and so does not sign."""

    @property
    def unaccepted(self) -> list[str]:
        """The documents that nobody accepted yet, refused ones apart: those count for nothing."""
        return [path for path, state in self.states.items() if state in {State.DECLARED, State.REVIEWED}]

    @property
    def counted(self) -> dict[str, str]:
        """The files that count: all but those that were refused."""
        return {path: digest for path, digest in self.version.files.items() if self.states.get(path) is not State.REFUSED}


@dataclass(frozen=True, slots=True)
class Clash:
    """Files that somebody else changed too since they were read; those that were brought are held, so that a person can choose."""

    files: Files
    seen: int


class Dossiers:
    """The dossiers of one database."""

    def __init__(self, store: Store, today: Callable[[], date]) -> None:
        self.store, self.today = store, today
        self._judged: Remembered[job.Run] = Remembered(REMEMBERED)

    def listed(self, body: str) -> Sequence[Version]:
        """The dossiers of a body."""
        with self.store.read() as tx:
            return kept.listed(tx, body)

    def see(self, body: str, id: str) -> Seen | None:
        """One dossier; None where the body has none of that name."""
        with self.store.read() as tx:
            version = kept.get(tx, body, id)
            if version is None:
                return None
            steps, done, hands = kept.reviews(tx, body, id), kept.recorded(tx, body, id), kept.hands(tx, body, id)
        documents = [path for path in version.files if is_document(path, version.files)]
        states = {path: state for path, state in kept.states(steps, version.files).items() if path in documents}
        return Seen(version, states, steps, done, frozenset(hands))

    def judge(self, body: str, seen: Seen, scheme: str, on: date) -> job.Run:
        """What the scheme says of the dossier on that day, refused documents left out. Raises `UnknownSchemeError`, `InputError`."""
        asked = law.scheme(scheme)
        key = (body, seen.version.id, seen.version.version, frozenset(seen.counted), asked.digest, on, catalogue().as_of)
        return self._judged.get(key, lambda: job.judge(self._read(body, seen, on), asked, on, job.parameters(on)))

    def simulate(self, body: str, seen: Seen, change: bytes, scheme: str) -> Simulation:
        """What a change, as YAML, turns. Raises `InputError` on one that cannot be made."""
        from egide.label.change import read_change
        from egide.label.simulate import simulate as what_if

        asked = read_change(change, CHANGE)
        books = law.scheme(scheme), law.scheme(asked.scheme or scheme)
        given = self._read(body, seen, asked.on)
        return what_if(given, asked, *(_under(book) for book in books))

    def add(self, caller: Caller, body: str, content: bytes, id: str = "", seen: int = 0) -> Version:
        """Keep an uploaded dossier, as a new one or as the next version of one. Raises `InputError`, `ChangedError`."""
        files = unzipped(content)
        name = read_files(files, self.today()).name
        with self.store.write() as tx:
            if not id and len(kept.listed(tx, body)) >= MOST_DOSSIERS:
                raise InputError(N_("a body keeps at most {n} dossiers"), values={"n": MOST_DOSSIERS})
            made = kept.put(tx, body, id or draw()[:16], seen, name[:300], files, caller.person.number)
            note(tx, "label-dossier", made.id, body=body, person=caller.person.number, token=caller.token,
                 details={"version": made.version})  # fmt: skip
        return made

    def add_again(self, caller: Caller, body: str, id: str, seen: int, content: bytes) -> Version | Clash:
        """An uploaded dossier as the next version. What others changed meanwhile stands, where this one left it alone.

        Raises `InputError`, and `ChangedError` when the dossier is gone.
        """
        files = unzipped(content)
        read_files(files, self.today())
        return self._put_together(caller, body, id, seen, files, whole=True)

    def add_document(self, caller: Caller, body: str, id: str, seen: int, path: str, content: bytes) -> Version | Clash:
        """One document of the binder, new or in the place of another. Raises `InputError` when the dossier can't be read with it."""
        with self.store.read() as tx:
            version = kept.get(tx, body, id)
            files = {**kept.contents(tx, body, version.files), path: content} if version else {path: content}
        if version and (len(files) > LIMITS.files or len(content) > LIMITS.file_bytes or not is_document(path, files)):
            raise InputError(N_("a document goes into the folder of evidence, under a plain name, within {n} MiB"),
                             values={"n": LIMITS.file_bytes // 2**20})  # fmt: skip
        if version:
            read_files(files, self.today())
        return self._put_together(caller, body, id, seen, {path: content}, whole=False)

    def choose(self, caller: Caller, body: str, id: str, seen: int, chosen: Mapping[str, str]) -> Version:
        """The version after the one that was seen, with files that were chosen: paths to digests of what the body holds, empty: none.

        Raises `ChangedError`, and `InputError` when the dossier can't be read with them.
        """
        with self.store.write() as tx:
            files = kept.choose(tx, body, id, seen, chosen)
            name = read_files(kept.contents(tx, body, files), self.today()).name
            made = kept.rewrite(tx, body, id, seen, name[:300], files, caller.person.number)
            note(tx, "label-dossier", id, body=body, person=caller.person.number, token=caller.token, details={"version": made.version})
        return made

    def _put_together(
        self, caller: Caller, body: str, id: str, seen: int, files: Mapping[str, bytes], *, whole: bool
    ) -> Version | Clash:
        """``whole``: the files are all of the dossier; else they stand beside those that it has."""
        with self.store.write() as tx:
            was, now = kept.get(tx, body, id, seen), kept.get(tx, body, id)
            if was is None or now is None:
                raise ChangedError(seen, now.version if now else 0)
            mine = {**({} if whole else was.files), **kept.hold(tx, body, id, files)}
            found = merged(was.files, now.files, mine)
            if found.both:
                return Clash(found, now.version)
            wanted = kept.choose(tx, body, id, now.version, {path: digest or "" for path, digest in found.mine.items()})
            if wanted == now.files:
                return now
            name = read_files(kept.contents(tx, body, wanted), self.today()).name
            made = kept.rewrite(tx, body, id, now.version, name[:300], wanted, caller.person.number)
            act = "label-dossier" if whole else "label-document"
            note(tx, act, id, body=body, person=caller.person.number, token=caller.token, details={"version": made.version})
        return made

    def review(self, caller: Caller, body: str, id: str, path: str, digest: str, state: State, why: str) -> None:
        """One step further for a document. Raises as `egide.portfolio.dossiers.keeping.review`."""
        with self.store.write() as tx:
            made = kept.review(tx, body, id, path, digest, state, why, caller.person.number)
            note(tx, "label-review", id, body=body, person=caller.person.number, token=caller.token,
                 details={"number": made.number, "state": state.value})  # fmt: skip

    def record(self, caller: Caller, body: str, seen: Seen, scheme: str, on: date, lang: str) -> Recorded:
        """Keep the assessment of that version, as its evaluator read it. Raises `ChangedError`."""
        run = self.judge(body, seen, scheme, on)
        content = document_bytes_of(run, lang)
        with self.store.write() as tx:
            made = kept.record(tx, body, seen.version.id, seen.version.version, scheme, on, str(run.assessment.answer), content,
                               caller.person.number)  # fmt: skip
            note(tx, "label-assessed", seen.version.id, body=body, person=caller.person.number, token=caller.token,
                 details={"number": made.number, "digest": made.digest})  # fmt: skip
        return made

    def sign(self, caller: Caller, body: str, seen: Seen, number: int, digest: str) -> Recorded:
        """Sign a recorded assessment. Raises as `egide.portfolio.dossiers.keeping.sign`; `InputError` while a document isn't accepted."""
        if left := len(seen.unaccepted):
            raise InputError(N_("{n} documents of the binder are not accepted yet: none is signed over"), values={"n": left})
        with self.store.write() as tx:
            made = kept.sign(tx, body, seen.version.id, number, digest, caller.person.number)
            note(tx, "label-signed", seen.version.id, body=body, person=caller.person.number, token=caller.token,
                 details={"number": number, "digest": digest})  # fmt: skip
        return made

    def document(self, body: str, id: str, number: int) -> bytes | None:
        """The label.json that was recorded."""
        with self.store.read() as tx:
            return kept.document(tx, body, id, number)

    def content(self, body: str, seen: Seen, path: str) -> bytes | None:
        """One file of the dossier."""
        if path not in seen.version.files:
            return None
        with self.store.read() as tx:
            return kept.contents(tx, body, {path: seen.version.files[path]})[path]

    def remove(self, caller: Caller, body: str, id: str) -> bool:
        """The dossier no longer counts; whether it did."""
        with self.store.write() as tx:
            found = kept.remove(tx, body, id, caller.person.number)
            if found:
                note(tx, "label-dossier-removed", id, body=body, person=caller.person.number, token=caller.token)
        return found

    def _read(self, body: str, seen: Seen, on: date) -> Dossier:
        with self.store.read() as tx:
            return read_files(kept.contents(tx, body, seen.counted), on)


def document_bytes_of(run: job.Run, lang: str) -> bytes:
    """The label.json of an assessment."""
    from egide.papers.label.document import document_bytes

    return document_bytes(job.document(run, lang))


def _under(book: Scheme) -> Callable[[Dossier, date], LabelAssessment]:
    return lambda given, when: job.judge(given, book, when, job.parameters(when)).assessment
