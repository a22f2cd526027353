"""Dossiers of labels kept by a site: a zip in, an assessment of what was accepted out, each version judged once.

Nothing of an upload is trusted: it is unpacked within limits, read as the command reads a folder, and refused whole when it is no dossier.
A document that an evaluator refused counts as if it weren't there.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from egide.accounts.secrets import draw
from egide.accounts.trail import note
from egide.app import law
from egide.app.label import assessing as job
from egide.app.portfolio.assess import catalogue
from egide.app.portfolio.remembered import Remembered
from egide.portfolio.dossiers import keeping as kept
from egide.portfolio.dossiers.keeping import State
from egide.store.zips import Limits, Zip
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from datetime import date

    from egide.accounts.entry import Caller
    from egide.label.dossier import Dossier
    from egide.label.results import LabelAssessment, Simulation
    from egide.label.scheme import Scheme
    from egide.portfolio.dossiers.keeping import Recorded, Review, Version
    from egide.store.connection import Store

OFFER, CHANGE = "offer.yaml", "changement.yaml"
INDEXES = ("binder.yaml", "index.csv")
LIMITS = Limits(files=2_000, file_bytes=20 * 2**20, total_bytes=100 * 2**20)
MOST_DOSSIERS, REMEMBERED = 50, 16


@dataclass(frozen=True, slots=True)
class Seen:
    """A dossier as it stands, and what became of its documents."""

    version: Version
    states: Mapping[str, State]
    """Of the documents of its binders, by path."""
    steps: Sequence[Review]
    recorded: Sequence[Recorded]

    @property
    def unaccepted(self) -> list[str]:
        """The documents that nobody accepted yet, refused ones apart: those count for nothing."""
        return [path for path, state in self.states.items() if state in {State.DECLARED, State.REVIEWED}]

    @property
    def counted(self) -> dict[str, str]:
        """The files that count: all but those that were refused."""
        return {path: digest for path, digest in self.version.files.items() if self.states.get(path) is not State.REFUSED}


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
            steps, done = kept.reviews(tx, body, id), kept.recorded(tx, body, id)
        documents = [path for path in version.files if is_document(path, version.files)]
        return Seen(version, {path: state for path, state in kept.states(steps, version.files).items() if path in documents}, steps, done)

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

    def add_document(self, caller: Caller, body: str, id: str, seen: int, path: str, content: bytes) -> Version:
        """One document of the binder, new or in the place of another. Raises `InputError` when the dossier can't be read with it."""
        with self.store.write() as tx:
            version = kept.get(tx, body, id)
            if version is not None:
                files = {**kept.contents(tx, body, version.files), path: content}
                if len(files) > LIMITS.files or len(content) > LIMITS.file_bytes or not is_document(path, files):
                    raise InputError(N_("a document goes into the folder of evidence, under a plain name, within {n} MiB"),
                                     values={"n": LIMITS.file_bytes // 2**20})  # fmt: skip
                read_files(files, self.today())
            made = kept.amend(tx, body, id, seen, {path: content}, caller.person.number)
            note(tx, "label-document", id, body=body, person=caller.person.number, token=caller.token, details={"version": made.version})
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


def unzipped(content: bytes) -> dict[str, bytes]:
    """The files of an uploaded dossier, by their paths below the folder of its `offer.yaml`. Raises `InputError`."""
    archive = Zip(BytesIO(content), "dossier.zip", LIMITS)
    offers = sorted((path for path in archive.sizes if posixpath.basename(path) == OFFER), key=lambda one: (one.count("/"), one))
    if not offers:
        raise InputError(N_("the archive holds no `{name}`"), Location("dossier.zip"), "egide label new", {"name": OFFER})
    root = offers[0].removesuffix(OFFER)
    return {path.removeprefix(root): archive.read(path, LIMITS.file_bytes) for path in archive.sizes if path.startswith(root)}


def read_files(files: Mapping[str, bytes], on: date, name: str = OFFER, above: tuple[str, ...] = ()) -> Dossier:
    """A dossier from its files in memory, as `egide.app.label.assessing.dossier` reads one from a folder. Raises `InputError`."""
    from egide.label.reading import Given, read_dossier, references

    if name not in files:
        raise InputError(N_("`{name}` is named here and was not given"), Location(above[-1] if above else OFFER), values={"name": name})
    if name in above or len(above) > job.MAX_LAYERS:
        raise InputError(N_("an offer that is built on itself"), Location(name))
    folder = posixpath.dirname(name)
    named = references(files[name], name)
    given = {one: files[path] for one in named.files if (path := _below(folder, one)) in files}
    found: dict[str, str] = {}
    if named.evidence:
        prefix = _below(folder, named.evidence) + "/"
        index = next((one for one in INDEXES if prefix + one in files), None)
        if index is None:
            raise InputError(N_("a folder with a `binder.yaml` was expected"), Location(prefix))
        given[f"{named.evidence}/{index}"] = files[prefix + index]
        found = {
            path.removeprefix(prefix): hashlib.sha256(content).hexdigest() for path, content in files.items()
            if path.startswith(prefix) and path != prefix + index
        }  # fmt: skip
    bases = {one: read_files(files, on, _base(folder, one), (*above, name)) for one in named.bases}
    return read_dossier(files[name], name, Given(given, found, bases, job.lines(on)))


def is_document(path: str, files: Mapping[str, object]) -> bool:
    """Whether the path is that of a document of a binder: below a folder that holds an index, and not the index itself."""
    parts = path.split("/")
    if len(parts) < 2 or any(part in {"", ".", ".."} for part in parts) or parts[-1] in INDEXES or "\\" in path or len(path) > 300:
        return False
    return any("/".join([*parts[:depth], index]) in files for depth in range(1, len(parts)) for index in INDEXES)


def _below(folder: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(folder, name))


def _base(folder: str, name: str) -> str:
    """A base's own `offer.yaml`, when its folder is named."""
    path = _below(folder, name)
    return path if path.endswith((".yaml", ".yml")) else f"{path}/{OFFER}"


def _under(book: Scheme) -> Callable[[Dossier, date], LabelAssessment]:
    return lambda given, when: job.judge(given, book, when, job.parameters(when)).assessment
