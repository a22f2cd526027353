"""Plans and checks that a site makes for people: each a job, done by the command itself in a process of its own.

The process works in a folder with the files that were given, and follows no path out of it that they name; it is stopped when somebody
asks, when it takes too long, or with the server. A job whose server died is taken over once its lease has run out, and begun again from
what was given.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from egide.accounts.trail import note
from egide.app.site.given import Named, code
from egide.app.site.leftovers import RUNS, clear_leftovers, prefix
from egide.portfolio.works import keeping as kept
from egide.store import jobs
from egide.store.errors import LostLeaseError, StoreError, UnknownJobError
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.accounts.entry import Caller
    from egide.portfolio.works.keeping import Work
    from egide.store.connection import Store

CHECK, PLAN = "site-check", "site-plan"
KINDS = (CHECK, PLAN)
LISTED, MOST_WAITING, MOST_LINES = 30, 5, 100
BEAT_SECONDS, IDLE_SECONDS, LEASE_SECONDS = 0.5, 2.0, 30.0
LONGEST_SECONDS = 600.0
ANSWERED = frozenset({0, 1, 3})
"""Exit codes that come with an answer: done, refused, undetermined."""
SETTINGS = "EGIDE_SERVE_"
"""What the site was set up with is none of the command's."""
TOO_LONG = N_("it took more than ten minutes and was stopped")
STRANGE = N_("it ended without an answer")


class Works:
    """The long work of one database, and the thread that does it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._worker = f"site:{os.getpid()}"
        self._run: subprocess.Popen[bytes] | None = None
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

    def see(self, body: str, number: int) -> Work | None:
        """One piece of work of that body."""
        with self.store.read() as tx:
            found = kept.get(tx, body, number)
        if found is not None and found.job.state in {jobs.State.QUEUED, jobs.State.RUNNING}:
            self.wake()
        return found

    def listed(self, body: str) -> Sequence[Work]:
        """The last of that body."""
        with self.store.read() as tx:
            return kept.listed(tx, body, LISTED)

    def made(self, body: str, number: int) -> bytes | None:
        """What came of it, as the command writes it with ``--json``."""
        with self.store.read() as tx:
            return kept.made(tx, body, number)

    def cancel(self, caller: Caller, body: str, number: int) -> bool:
        """Ask that it stop; whether it is there."""
        return self._change(caller, body, number, jobs.cancel, "work-cancelled")

    def again(self, caller: Caller, body: str, number: int) -> int:
        """Begin it again from what was given: one that failed under its own number, one that was stopped under a new one; which."""
        found = self.see(body, number)
        if found is not None and found.job.state is jobs.State.CANCELLED:
            with self.store.read() as tx:
                asked, files = kept.asked(tx, number)
            return self._begin(caller, body, found.kind, found.name, asked, files).job.id
        self._change(caller, body, number, jobs.retry, "work-retried")
        self.wake()
        return number

    def wake(self) -> None:
        """See that somebody is at work: after a restart too, when jobs of before wait."""
        with self._lock:
            if self._thread is None:
                clear_leftovers()
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="egide-works", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Stop what runs, as the server ends: the job is begun again by the next one."""
        self._closing = True
        if (run := self._run) is not None:
            _end(run)

    def run_one(self) -> bool:
        """Do the next job, here and now; whether there was one."""
        with self.store.write() as tx:
            held = jobs.claim_job(tx, self._worker, KINDS, lease_seconds=LEASE_SECONDS)
            if held is None:
                return False
            asked, files = kept.asked(tx, held.id)
        with tempfile.TemporaryDirectory(prefix=prefix(os.getpid())) as folder:
            for name, content in files.items():
                Path(folder, name).parent.mkdir(parents=True, exist_ok=True)
                Path(folder, name).write_bytes(content)
            with contextlib.suppress(LostLeaseError):
                self._do(held, _command(held.kind, asked), folder)
        return True

    def _begin(self, caller: Caller, body: str, kind: str, name: str, asked: Mapping[str, Any], files: Mapping[str, bytes]) -> Work:
        with self.store.write() as tx:
            waiting = [one for one in kept.listed(tx, body, LISTED) if one.job.state in {jobs.State.QUEUED, jobs.State.RUNNING}]
            if len(waiting) >= MOST_WAITING:
                raise InputError(N_("{n} pieces of work of this body wait already: let one end first"), values={"n": len(waiting)})
            made = kept.begin(tx, body, kind, name[:200], asked, files, caller.person.number)
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

    def _work(self) -> None:
        """Until nothing waits for a while: then the next request wakes another."""
        idle = 0
        while idle < 5 and not self._closing:
            try:
                idle = 0 if self.run_one() else idle + 1
            except StoreError:
                idle += 1
            if idle:
                time.sleep(IDLE_SECONDS)

    def _do(self, held: jobs.Job, command: Sequence[str], folder: str) -> None:
        """The command in its own process: heard of twice a second, stopped when asked."""
        begun, stop = time.monotonic(), ""
        out, told = Path(folder, ".out"), Path(folder, ".err")
        with out.open("wb") as answer, told.open("wb") as words:
            own = {name: value for name, value in os.environ.items() if not name.startswith(SETTINGS)}
            run = subprocess.Popen(  # noqa: S603 - our own command, on files whose names are ours
                command, cwd=folder, env=own, stdin=subprocess.DEVNULL, stdout=answer, stderr=words, start_new_session=True,
            )  # fmt: skip
            self._run = run
            Path(folder, RUNS).write_text(str(run.pid), "ascii")
            try:
                while run.poll() is None and not stop and not self._closing:
                    time.sleep(BEAT_SECONDS)
                    with self.store.write() as tx:
                        now = jobs.report(tx, held, done=int(time.monotonic() - begun), lease_seconds=LEASE_SECONDS)
                    stop = "asked" if now.cancelling else "long" if time.monotonic() - begun > LONGEST_SECONDS else ""
            finally:
                self._run = None
                _end(run)
        made = out.read_bytes() if run.returncode in ANSWERED else b""
        result = {"code": run.returncode, "said": _said(told, folder).splitlines()[:MOST_LINES], **_sum(made)} if made else {}
        with self.store.write() as tx:
            if stop == "asked":
                jobs.abandon(tx, held)
            elif stop:
                jobs.fail(tx, held, TOO_LONG)
            elif self._closing:
                jobs.gone(tx, held)
            elif made:
                kept.answer(tx, held.id, made)
                jobs.finish(tx, held, result)
            else:
                jobs.fail(tx, held, _said(told, folder)[-2000:] or STRANGE)


def _command(kind: str, asked: Mapping[str, Any]) -> list[str]:
    own = [sys.executable, "-P", "-m", "egide"]  # -P: nothing is imported from the folder that was given
    if kind == PLAN:
        regions = ["--regions", "regions.csv"] if asked["regions"] else []
        return [*own, "plan", "make", "service.yaml", "--prices", "prices.csv", *regions, "--explain", "--json", "--lang", asked["lang"]]
    data = [word for one in asked["data"] for word in ("--data", one)]
    status = ["--body", asked["status"]] if asked["status"] else []
    return [*own, "check", ".", "--within", ".", *data, *status, "--json", "--both-languages", "--lang", asked["lang"]]


def _said(told: Path, folder: str) -> str:
    """What the command said beside its answer, the folder's own name left out."""
    return told.read_text("utf-8", "replace").strip().replace(f"{folder}/", "").replace(folder, "").removeprefix("egide: ")


def _sum(made: bytes) -> dict[str, Any]:
    """What a list of answers shows: counts of a check, standing and total (micro-euros) of a plan."""
    whole = json.loads(made)
    return {name: whole[name] for name in ("counts", "status", "total") if name in whole}


def _end(run: subprocess.Popen[bytes]) -> None:
    """The process and all that it began."""
    if run.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            if os.name == "nt":
                run.kill()
            else:
                os.killpg(run.pid, signal.SIGKILL)
        run.wait()
