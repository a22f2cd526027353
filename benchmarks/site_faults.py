"""The site under faults, killed under load while backups run, its database stopped, its disk full: what was accepted is counted.

    python benchmarks/site_faults.py kills [--rounds 20] [--engine sqlite|postgresql]
    python benchmarks/site_faults.py database [--rounds 5]
    python benchmarks/site_faults.py disk FOLDER        # a folder of a file system that has some MB left

Programs bring a list of services again and again, each time under a key of its own, and send it again under that key until it was
answered. In the end the trail must tell of each accepted list once, and the list that stands must be the last one. ``kills``: some of
the backups are restored into empty databases of both engines, which must hold what had been accepted before each was begun.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.databases import Postgres
from tests.web.running import Running, peopled, running, token

from egide.accounts.trail import lines
from egide.app.database import rooms
from egide.portfolio.kept.keeping import files
from egide.store import open_store

WRITERS = 3
PAUSE_SECONDS = 0.05
AT = "/api/v1/bodies/un/files"


@dataclass
class Load:
    """Programs that write; what they were told was accepted, and what they had to send again."""

    secret: str
    site: Running | None = None
    accepted: list[tuple[int, int]] = field(default_factory=list)
    """Writer and turn, in the order of the answers."""
    again: int = 0
    refused: dict[int, int] = field(default_factory=dict)
    done: threading.Event = field(default_factory=threading.Event)

    def __str__(self) -> str:
        return f"{len(self.accepted)} lists accepted, {self.again} tries without an answer, refused {self.refused}"

    @contextmanager
    def going(self) -> Iterator[None]:
        writers = [threading.Thread(target=self._write, args=(number,)) for number in range(WRITERS)]
        for one in writers:
            one.start()
        try:
            yield
        finally:
            self.done.set()
            for one in writers:
                one.join(120)

    def _write(self, number: int) -> None:
        turn = 0
        while not self.done.is_set():
            if self._brought(number, turn):
                self.accepted.append((number, turn))
                turn += 1
            else:
                self.again += 1
            time.sleep(PAUSE_SECONDS)

    def _brought(self, number: int, turn: int) -> bool:
        if (site := self.site) is None:
            return False
        try:
            with site.client(self.secret) as client:
                key = {"Idempotency-Key": f"{number}-{turn}"}
                answer = client.post(AT, params={"name": named(number)}, content=list_of(number, turn), headers=key)
        except httpx.HTTPError:
            return False
        if answer.status_code != 201:
            self.refused[answer.status_code] = self.refused.get(answer.status_code, 0) + 1
        return answer.status_code == 201


def named(number: int) -> str:
    return f"programme-{number}.csv"


def list_of(number: int, turn: int) -> bytes:
    return f"Nom du service;Hébergeur\nService {number}-{turn};OVHcloud\n".encode()


def digest(number: int, turn: int) -> str:
    return hashlib.sha256(list_of(number, turn)).hexdigest()


def judged(db: str, accepted: list[tuple[int, int]], more: int | None) -> list[str]:
    """What is wrong in a database: lists that are lost, or there twice. ``more``: how many it may hold that nobody was told of."""
    with open_store(db, rooms()) as store, store.read() as tx:
        told = Counter(str((line.details or {}).get("digest")) for line in lines(tx, "un", most=1_000_000) if line.act == "portfolio-file")
        standing = {one.name: one.digest for one in files(tx, "un")}
    wrong = [f"{number}-{turn} is lost" for number, turn in accepted if not told[digest(number, turn)]]
    wrong += [f"{one} is there {times} times" for one, times in told.items() if times > 1]
    if more is not None and len(told) > len(accepted) + more:
        wrong.append(f"{len(accepted)} were accepted, {len(told)} are there")
    for number in {number for number, _ in accepted}:
        turns = [turn for turn in range(len(told) + 1) if told[digest(number, turn)]]
        if turns != list(range(len(turns))) or standing.get(named(number)) != digest(number, turns[-1]):
            wrong.append(f"of {named(number)} stands another than the last")
    return [f"{db}: {one}" for one in wrong]


def egide(folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "egide", "data", *map(str, words), "--json", "--lang", "en"]
    return subprocess.run(command, env=os.environ | {"EGIDE_HOME": str(folder)}, capture_output=True, text=True, check=False)


@dataclass
class Backups:
    """Backups one after the other, each with how much had been accepted when it was begun."""

    db: str
    folder: Path
    load: Load
    made: list[tuple[Path, int]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def run(self) -> None:
        number = 0
        while not self.load.done.is_set():
            number += 1
            before, file = len(self.load.accepted), self.folder / f"{number}.zip"
            ran = egide(self.folder / "home", "backup", file, "--db", self.db)
            if ran.returncode == 0:
                self.made.append((file, before))
            else:
                self.failed.append(ran.stderr.strip()[-300:])


def kills(db: str, empty: Callable[[], list[str]], folder: Path, rounds: int) -> list[str]:
    """Kill the site so often under load while backups run; restore every tenth backup and the last into empty databases."""
    load, chance = Load(token(db)), random.Random(1)
    backups = Backups(db, folder, load)
    beside = threading.Thread(target=backups.run)
    with load.going():
        beside.start()
        for _ in range(rounds):
            with running(db, folder) as site:
                load.site, before = site, len(load.accepted)
                until = time.monotonic() + 30
                while len(load.accepted) < before + 5 and time.monotonic() < until:
                    time.sleep(0.02)
                time.sleep(chance.random())
                site.kill()
        with running(db, folder) as site:
            load.site, before = site, len(load.accepted)
            time.sleep(3)
            load.done.set()
    beside.join(120)
    wrong = judged(db, load.accepted, WRITERS)
    restored = [*backups.made[:-1:10], *backups.made[-1:]]
    for file, before in restored:
        for other in empty():
            ran = egide(folder / "elsewhere", "restore", file, "--db", other, "--force")
            verified = egide(folder / "elsewhere", "verify", "--db", other)
            if ran.returncode or verified.returncode:
                wrong.append(f"{file}: {ran.stderr[-300:]} {verified.stderr[-300:]}")
            else:
                wrong += judged(other, load.accepted[:before], None)
    print(f"killed {rounds} times; {load}; {len(backups.made)} backups made, {len(backups.failed)} failed; {2 * len(restored)} restored")
    return wrong + [f"a backup failed: {one}" for one in backups.failed]


def database(server: Postgres, folder: Path, rounds: int) -> list[str]:
    """Stop the database server at once, and start it, so often under load."""
    db = server.database()
    peopled(db)
    load, wrong, back = Load(token(db)), [], []
    server.connection.execute("ALTER SYSTEM RESET fsync")
    server.connection.execute("SELECT pg_reload_conf()")
    with running(db, folder) as site, load.going(), site.client() as client:
        load.site = site
        for _ in range(rounds):
            time.sleep(2)
            server.stop()
            time.sleep(1)
            if (client.get("/ready").status_code, client.get("/health").status_code) != (503, 200):
                wrong.append("it does not say that its database is away")
            server.server.ensure_postgres_running()
            began, before = time.monotonic(), len(load.accepted)
            while len(load.accepted) == before and time.monotonic() < began + 30:
                time.sleep(0.01)
            back.append(time.monotonic() - began)
        time.sleep(1)
        load.done.set()
    wrong += judged(db, load.accepted, WRITERS)
    wrong += ["an internal fault"] * ("internal fault" in site.errors.read_text("utf-8"))
    print(f"stopped {rounds} times; {load}; the first is accepted {max(back):.2f} s after the server is back at the latest")
    return wrong


def disk(folder: Path, logs: Path) -> list[str]:
    """Write until the file system is full, go on, make room, go on."""
    db, ballast, wrong = str(folder / "egide.db"), folder / "ballast", []
    peopled(db)
    load = Load(token(db))
    with running(db, logs) as site, load.going(), site.client(load.secret) as client:
        load.site = site
        time.sleep(2)
        with suppress(OSError), ballast.open("wb", buffering=0) as filled:
            while filled.write(bytes(4096)):
                pass
        until = time.monotonic() + 60
        while not load.refused and time.monotonic() < until:
            time.sleep(0.1)
        time.sleep(2)
        reading, full = client.get("/api/v1/bodies/un/portfolio").status_code, dict(load.refused)
        held_then = len(load.accepted)
        ballast.unlink()
        time.sleep(3)
        load.done.set()
    wrong += judged(db, load.accepted, WRITERS)
    if not full or reading != 200 or len(load.accepted) == held_then:
        wrong.append(f"refused {full}, reading answered {reading}, {len(load.accepted) - held_then} accepted once there was room")
    wrong += ["an internal fault"] * ("internal fault" in site.errors.read_text("utf-8"))
    print(f"disk full: {held_then} lists accepted before and meanwhile, refused {full}, pages meanwhile {reading}; "
          f"{len(load.accepted) - held_then} accepted once there was room")  # fmt: skip
    return wrong


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("what", choices=("kills", "database", "disk"))
    words.add_argument("folder", nargs="?", type=Path)
    words.add_argument("--rounds", type=int, default=20)
    words.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    said = words.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        if said.what == "disk":
            wrong = disk(said.folder, folder)
        else:
            with closing(Server(folder / "pg")) as server:
                if said.what == "database":
                    wrong = database(server, folder, said.rounds)
                else:
                    db = server.database() if said.engine == "postgresql" else str(folder / "egide.db")
                    peopled(db)
                    wrong = kills(db, lambda: [str(folder / f"{time.monotonic_ns()}.db"), server.database()], folder, said.rounds)
    print(json.dumps(wrong, indent=1) if wrong else "nothing lost, nothing twice")
    return int(bool(wrong))


class Server(Postgres):
    """A server that is stopped when the run ends."""

    def close(self) -> None:
        self.stop()


if __name__ == "__main__":
    sys.exit(main())
