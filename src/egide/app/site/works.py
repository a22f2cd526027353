"""Long work that a site does for people: plans, checks, papers of large portfolios, the reading of large files.

Each is a job, done in a process of its own in a folder with the files that were given: it follows no path out of it that they name, and
is stopped when somebody asks, when it takes too long, or with the server. A job whose server died is taken over once its lease has run out,
and begun again from what was given. What each kind is and what becomes of it is `egide.app.site.kinds`.
"""

from __future__ import annotations

import contextlib
import os
import socket
import tempfile
import threading
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from egide.accounts.trail import note
from egide.app.portfolio import paper as papers
from egide.app.site import kinds
from egide.app.site.given import Named, code
from egide.app.site.kinds import CHECK, IMPORT, KINDS, PAPER, PLAN, QUICK, READING, SHOWN, command
from egide.app.site.leftovers import RUNS, clear_leftovers, prefix
from egide.app.site.processes import Ended, Running
from egide.portfolio.works import keeping as kept
from egide.store import jobs
from egide.store.errors import LostLeaseError, StoreError, UnknownJobError
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from egide.accounts.entry import Caller
    from egide.app.portfolio.portfolios import Seen, UnreadError
    from egide.portfolio.works.keeping import Work
    from egide.store.connection import Store

LISTED, MOST_WAITING, MOST_LINES = 30, 5, 100
IDLE_SECONDS, LEASE_SECONDS = 2.0, 30.0
LANES = (QUICK, KINDS - QUICK)
"""Kinds that wait for each other: who brings a file doesn't wait for somebody's paper."""
ALIVE = frozenset({jobs.State.QUEUED, jobs.State.RUNNING})
PIECE_BYTES = 2**20
TOO_LONG = N_("it took more than ten minutes and was stopped")
STRANGE = N_("it ended without an answer")


class Works:
    """The long work of one database, and the threads that see to it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._lock = threading.Lock()
        self._threads: dict[Collection[str], threading.Thread] = {}
        self._bell = threading.Condition(self._lock)
        self._worker = f"site:{socket.gethostname()}:{os.getpid()}"
        self._runs: set[Running] = set()
        self._closing = False

    def check(self, caller: Caller, body: str, given: Sequence[Named], data: Sequence[str], status: str, lang: str) -> Work:
        """Check infrastructure code: files, or one zip of them. Raises `InputError` when there is none, or a path could lead elsewhere."""
        files = code(given)
        name = given[0][0] if len(given) == 1 else ", ".join(sorted(files))
        asked = {"data": sorted(data), "status": status, "lang": lang, "file": next(iter(files)) if len(files) == 1 else ""}
        return self._begin(caller, body, CHECK, name, asked, files)

    def plan(self, caller: Caller, body: str, name: str, files: Mapping[str, bytes], lang: str) -> Work:
        """Make a plan; ``files``: ``service.yaml``, ``prices.csv`` and, where it is known, ``regions.csv``."""
        return self._begin(caller, body, PLAN, name, {"lang": lang, "regions": "regions.csv" in files}, files)

    def paper(self, caller: Caller, seen: Seen, name: str, coded: bool, marking: str, lang: str) -> Work:
        """Make a paper of a portfolio as it stands; the one that is being made or was made of the same, where there is one."""
        if (found := self.paper_of(seen, name, coded, marking)) is not None:
            return found
        assert seen.judged is not None  # noqa: S101 - a paper of something
        assessment = seen.judged.run.assessment
        asked = {"paper": name, "coded": coded, "marking": marking, "lang": lang, "on": assessment.on.isoformat(), "version": seen.version,
                 "files": [one.id for one in seen.files], "names": [one.name for one in seen.files],
                 "services": len(assessment.decisions), "law": seen.law}  # fmt: skip
        return self._begin(caller, seen.body, PAPER, name, asked, {}, papers.about(name, coded, seen, marking))

    def paper_of(self, seen: Seen, name: str, coded: bool, marking: str) -> Work | None:
        """The paper of just that state, made or being made."""
        about = papers.about(name, coded, seen, marking)
        with self.store.read() as tx:
            found = next((one for one in kept.alike(tx, seen.body, PAPER, about) if one.job.state in {*ALIVE, jobs.State.DONE}), None)
        if found is not None and found.job.state in ALIVE:
            self.wake()
        return found

    def paper_before(self, body: str, name: str, coded: bool, lang: str) -> Work | None:
        """The last paper of that kind and language that was made, of whatever state."""
        with self.store.read() as tx:
            found = kept.alike(tx, body, PAPER, papers.kind(name, coded), LISTED)
        return next((one for one in found if one.job.state is jobs.State.DONE and one.asked["lang"] == lang), None)

    def bring(self, caller: Caller, body: str, name: str, content: bytes, lang: str, seen: Collection[str] | None) -> Work:
        """Read a large file; it counts once the whole of it is read. ``seen``: the files that its bringer knew of."""
        asked = {"name": name, "lang": lang, "seen": None if seen is None else sorted(seen), "token": caller.token}
        return self._begin(caller, body, IMPORT, name, asked, {"0.file": content})

    def read(self, unread: UnreadError) -> Work:
        """Read a large file that counts already, as the catalogue or the language is another: begun once, whoever asks."""
        about = f"{unread.file.id}:{unread.lang}:{unread.read_with}"
        with self.store.write() as tx:
            tx.lock(f"reading:{unread.body}")
            found = next(iter(kept.alike(tx, unread.body, READING, about)), None)
            if found is None or found.job.state not in ALIVE | {jobs.State.FAILED}:
                asked = {"file": unread.file.id, "name": unread.file.name, "lang": unread.lang}
                found = kept.begin(tx, unread.body, READING, unread.file.name[:200], asked, {}, unread.file.person, about)
        self.wake()
        return found

    def see(self, body: str, number: int) -> Work | None:
        """One piece of work of that body."""
        with self.store.read() as tx:
            found = kept.get(tx, body, number)
        if found is not None and found.job.state in ALIVE:
            self.wake()
        return found

    def listed(self, body: str) -> Sequence[Work]:
        """The last of that body."""
        with self.store.read() as tx:
            return kept.listed(tx, body, LISTED, SHOWN)

    def made(self, body: str, number: int) -> bytes | None:
        """What came of a plan or a check, as the command writes it with ``--json``."""
        pieces = self.pieces(body, number)
        return None if pieces is None else b"".join(pieces)

    def pieces(self, body: str, number: int, *, deflated: bool = False) -> Iterator[bytes] | None:
        """What came of it, piece by piece; None while nothing has. ``deflated``: as it is kept (RFC 1950)."""
        with self.store.read() as tx:
            packed = kept.made(tx, body, number)
        if packed is None:
            return None
        return (packed[at : at + PIECE_BYTES] for at in range(0, len(packed), PIECE_BYTES)) if deflated else _inflated(packed)

    def cancel(self, caller: Caller, body: str, number: int) -> bool:
        """Ask that it stop; whether it is there."""
        return self._change(caller, body, number, jobs.cancel, "work-cancelled")

    def again(self, caller: Caller, body: str, number: int) -> int:
        """Begin it again from what was given: one that failed under its own number, one that was stopped under a new one; which."""
        found = self.see(body, number)
        if found is not None and found.job.state is jobs.State.CANCELLED:
            with self.store.read() as tx:
                asked, files = kept.asked(tx, number)
            return self._begin(caller, body, found.kind, found.name, asked, files, found.about).job.id
        self._change(caller, body, number, jobs.retry, "work-retried")
        self.wake()
        return number

    def wake(self) -> None:
        """See that somebody is at work: after a restart too, when jobs of before wait."""
        with self._lock:
            if not self._threads:
                clear_leftovers()
            for lane in LANES:
                thread = self._threads.get(lane)
                if thread is None or not thread.is_alive():
                    self._threads[lane] = threading.Thread(target=self._work, args=(lane,), name="egide-works", daemon=True)
                    self._threads[lane].start()
            self._bell.notify_all()

    def close(self) -> None:
        """Stop what runs, as the server ends: the job is begun again by the next one."""
        self._closing = True
        for run in list(self._runs):
            run.end()
        with self._lock:
            self._bell.notify_all()

    def run_one(self, of: Collection[str] = KINDS) -> bool:
        """Do the next job of those kinds, here and now; whether there was one."""
        with self.store.write() as tx:
            held = jobs.claim_job(tx, self._worker, of, lease_seconds=LEASE_SECONDS)
            if held is None:
                return False
            asked, given = kept.asked(tx, held.id)
            files = {**given, **kinds.files(tx, held, asked)}
        with tempfile.TemporaryDirectory(prefix=prefix(os.getpid())) as folder:
            for name, content in files.items():
                Path(folder, name).parent.mkdir(parents=True, exist_ok=True)
                Path(folder, name).write_bytes(content)
            with contextlib.suppress(LostLeaseError):
                self._do(held, asked, folder)
        return True

    def _begin(
        self, caller: Caller, body: str, kind: str, name: str, asked: Mapping[str, Any], files: Mapping[str, bytes], about: str = ""
    ) -> Work:
        with self.store.write() as tx:
            waiting = [one for one in kept.listed(tx, body, LISTED, SHOWN) if one.job.state in ALIVE]
            if len(waiting) >= MOST_WAITING:
                raise InputError(N_("{n} pieces of work of this body wait already: let one end first"), values={"n": len(waiting)})
            made = kept.begin(tx, body, kind, name[:200], asked, files, caller.person.number, about)
            note(tx, "work", str(made.job.id), body=body, person=caller.person.number, token=caller.token, details={"kind": kind})
        self.wake()
        return made

    def _change(self, caller: Caller, body: str, number: int, how: Callable[..., jobs.Job], act: str) -> bool:
        with self.store.write() as tx:
            if kept.get(tx, body, number) is None:
                return False
            with contextlib.suppress(UnknownJobError):
                how(tx, number)
            note(tx, act, str(number), body=body, person=caller.person.number, token=caller.token)
        return True

    def _work(self, lane: Collection[str]) -> None:
        """Until nothing waits for a while: then the next request wakes another."""
        idle = 0
        while idle < 5 and not self._closing:
            try:
                idle = 0 if self.run_one(lane) else idle + 1
                if idle and self._others(lane):
                    idle = 1  # whoever does it may die
            except StoreError:
                idle += 1
            if idle and not self._closing:
                with self._bell:
                    self._bell.wait(IDLE_SECONDS)

    def _others(self, lane: Collection[str]) -> bool:
        """Whether others are at work. Of a server of this machine that is known to be dead, nobody waits for the lease to run out."""
        with self.store.read() as tx:
            alive = [one for one in jobs.jobs(tx, ALIVE) if one.kind in lane]
        if dead := [one for one in alive if one.worker and _is_dead(one.worker)]:
            with self.store.write() as tx:
                for one in dead:
                    with contextlib.suppress(LostLeaseError):
                        jobs.gone(tx, one)
        return bool(alive)

    def _do(self, held: jobs.Job, asked: Mapping[str, Any], folder: str) -> None:
        """The process of a job: heard of twice a second, stopped when asked."""
        with Running(command(held.kind, asked), folder) as run:
            self._runs.add(run)
            Path(folder, RUNS).write_text(str(run.number), "ascii")
            try:
                ended = run.watched(lambda: self._heard(held, run), lambda: self._closing)
            finally:
                self._runs.discard(run)
        with self.store.write() as tx:
            if ended is Ended.ASKED:
                jobs.abandon(tx, held)
            elif ended is Ended.LONG:
                jobs.fail(tx, held, TOO_LONG)
            elif ended is Ended.CLOSING:
                jobs.gone(tx, held)
            elif run.answered:
                if (far := run.progress())[1] is not None:  # it may have ended before it was heard of
                    jobs.report(tx, held, done=far[0], of=far[1], lease_seconds=LEASE_SECONDS)
                said = run.told.splitlines()[:MOST_LINES]
                jobs.finish(tx, held, {"code": run.code, "said": said, **kinds.keep(tx, held, asked, Path(folder))})
            else:
                jobs.fail(tx, held, run.told[-2000:] or STRANGE)

    def _heard(self, held: jobs.Job, run: Running) -> bool:
        """Say how far it is; whether somebody asked that it stop."""
        done, of = run.progress()
        said: dict[str, Any] = {"done": run.seconds} if of is None else {"done": done, "of": of, "checkpoint": {"seconds": run.seconds}}
        with self.store.write() as tx:
            return jobs.report(tx, held, **said, lease_seconds=LEASE_SECONDS).cancelling


def _is_dead(worker: str) -> bool:
    """Whether a server of this machine by that name is there no more."""
    _, host, process = worker.split(":") if worker.count(":") == 2 else ("", "", "")
    if host != socket.gethostname() or not process.isdigit() or os.name == "nt":
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _inflated(packed: bytes) -> Iterator[bytes]:
    inflater = zlib.decompressobj()
    left = packed
    while left and not inflater.eof:
        yield inflater.decompress(left, PIECE_BYTES)
        left = inflater.unconsumed_tail
    yield inflater.flush()
