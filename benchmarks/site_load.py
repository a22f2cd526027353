"""The running site: how long its pages take, how many requests it answers, what it holds when idle, how soon it answers.

    python benchmarks/site_load.py [--db postgresql://…] [--services N] [--seconds S]

One `egide serve` in a process of its own, a portfolio whose every cell is drawn, one client process with threads that keep their
connections. The mix of requests: eight of ten
read (half of them with the ETag they hold), one searches offers, one brings a list of one service.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from measuring import Line, printed

from egide.accounts import entry, people
from egide.accounts.roles import Act, Role
from egide.app.database import rooms
from egide.store import open_store
from portfolio import workbook

ROOT = "/api/v1/bodies/banc"
THREADS = 8
PAGES = ("portfolio", "portfolio?verdict=forbidden", "portfolio?find=77", "questions", "calendar", "people")


class Client:
    """One connection, kept."""

    def __init__(self, address: str, headers: dict[str, str]) -> None:
        parts = urlsplit(address)
        self._line, self._headers = HTTPConnection(parts.hostname or "", parts.port, timeout=120), headers

    def ask(self, method: str, path: str, body: bytes | None = None, **more: str) -> tuple[int, bytes, str]:
        self._line.request(method, path, body, self._headers | more)
        answer = self._line.getresponse()
        return answer.status, answer.read(), answer.getheader("ETag") or ""


def main() -> int:
    given = argparse.ArgumentParser()
    given.add_argument("--db")
    given.add_argument("--services", type=int, default=20_000)
    given.add_argument("--seconds", type=float, default=15)
    chosen = given.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        db = chosen.db or str(Path(folder) / "egide.db")
        session, token = people_in(db)
        begun = time.perf_counter()
        with served(db) as (address, process):
            started = time.perf_counter() - begun
            idle = memory_mib(process.pid)
            client = Client(address, {"Cookie": f"egide_session={session}", "Accept-Language": "fr"})
            program = Client(address, {"Authorization": f"Bearer {token}"})
            lines = [
                Line("from the start to the first answer", f"{started:.2f} s", "at most 1.5 s", started <= 1.5),
                Line("idle memory", f"{idle:.0f} MiB", "under 150 MiB", idle < 150),
                *load(address, token, chosen.seconds, "a portfolio of one service"),
            ]
            path = Path(folder) / "services.xlsx"
            workbook(path, chosen.services)
            took = timed(lambda: program.ask("POST", f"{ROOT}/files?name=services.xlsx", path.read_bytes()))
            lines.append(Line(f"{chosen.services:,} services brought by the API", f"{took:.1f} s", "beside", held=True))
            lines += pages(client, chosen.services)
            lines += load(address, token, chosen.seconds, f"{chosen.services:,} services", writes=False)
            lines.append(Line("memory afterwards", f"{memory_mib(process.pid):.0f} MiB", "beside", held=True))
    return printed(lines)


def people_in(db: str) -> tuple[str, str]:
    """A body and somebody with every role in it; a session and a token of theirs."""
    with open_store(db, rooms()) as store, store.write() as tx:
        number = people.add_person(tx, "banc", "Banc d’essai").number
        people.add_body(tx, "banc", "Organisme du banc d’essai")
        people.grant(tx, "banc", number, tuple(Role))
        return entry.begin_session(tx, number), entry.add_token(tx, "banc", number, "banc", frozenset(Act), 1)[1]


@contextmanager
def served(db: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    environment = os.environ | {"EGIDE_SERVE_A_SECOND": "1000000", "EGIDE_SERVE_AT_ONCE": "1000000"}
    command = [sys.executable, "-m", "egide", "serve", "--db", db, "--port", "0", "--json", "--lang", "en"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
    assert process.stdout is not None
    said = ""
    try:
        for line in process.stdout:
            said += line
            if said.rstrip().endswith("}"):
                break
        yield json.loads(said)["address"], process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:  # a verdict that is being computed isn't interrupted
            process.kill()


def pages(client: Client, services: int) -> list[Line]:
    """Each page when nothing of it is known, and again."""
    first = timed(lambda: client.ask("GET", "/b/banc/portfolio"))
    found = [Line(f"the verdict of {services:,} services computed and shown", f"{first:.2f} s", "at most 3 s", first <= 3)]
    for name in PAGES:
        _, content, _ = client.ask("GET", f"/b/banc/{name}")
        times = sorted(timed(lambda name=name: client.ask("GET", f"/b/banc/{name}")) for _ in range(15))  # type: ignore[misc]
        half, kib = statistics.median(times) * 1000, len(content) / 1024
        found.append(Line(f"page /{name}", f"{half:.0f} ms, {kib:.0f} KiB", "under 100 ms and 100 kB", half < 100 and kib < 97.6,
                          f"the slowest of 15 {times[-1] * 1000:.0f} ms"))  # fmt: skip
    return found


def load(address: str, token: str, seconds: float, of: str, *, writes: bool = True) -> list[Line]:
    """Mixed requests from several connections at once."""
    program = Client(address, {"Authorization": f"Bearer {token}"})
    program.ask("POST", f"{ROOT}/files?name=un.csv", "Nom du service;Hébergeur\nUn;OVHcloud\n".encode())
    program.ask("GET", f"{ROOT}/questions")  # judged before the clock runs, where nothing is written meanwhile
    ends, took, wrong = time.perf_counter() + seconds, [], []

    def worker(seed: int) -> None:
        chance, mine, tag = random.Random(seed), Client(address, {"Authorization": f"Bearer {token}"}), ""
        while time.perf_counter() < ends:
            draw, begun = chance.random(), time.perf_counter()
            if draw < 0.4:
                status, _, tag = mine.ask("GET", f"{ROOT}/portfolio", **({"If-None-Match": tag} if tag else {}))
            elif draw < 0.8:
                status, _, _ = mine.ask("GET", chance.choice((f"{ROOT}/services?limit=20", f"{ROOT}/questions", "/api/v1/me")))
            elif draw < 0.9 or not writes:
                status, _, _ = mine.ask("GET", f"/api/v1/offers?q={chance.choice(('outscale', 'ovh', 'cloud', 'gpu'))}&limit=10")
            else:
                name = f"{seed}-{chance.randrange(4)}.csv"
                body = f"Nom du service;Hébergeur\nService {chance.randrange(9)};OVHcloud\n".encode()
                status, _, _ = mine.ask("POST", f"{ROOT}/files?name={name}", body)
            took.append(time.perf_counter() - begun)
            if status >= 400:
                wrong.append(status)

    threads = [threading.Thread(target=worker, args=(seed,)) for seed in range(THREADS)]
    begun = time.perf_counter()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    a_second, p99 = len(took) / (time.perf_counter() - begun), sorted(took)[int(len(took) * 0.99)] * 1000
    what = f"mixed requests, {of}{'' if writes else ', reading only'}"
    held = a_second >= 2000 and p99 < 50 and not wrong
    return [Line(what, f"{a_second:,.0f}/s, 99 in 100 within {p99:.0f} ms", "2,000/s and 50 ms", held,
                 f"{len(took):,} requests, {len(wrong)} refused or failed, {THREADS} connections")]  # fmt: skip


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
