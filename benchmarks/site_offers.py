"""The site with a catalogue of 100,000 offers and a portfolio of 20,000 services in one database: its pages, and what a change costs.

    python benchmarks/site_offers.py [--db postgresql://…] [--offers N] [--services N] [--keep FOLDER]

Offers are drawn (`benchmarks/offers_world.py`) and taken in by `egide catalogue import` itself; the services are those of
`benchmarks/portfolio.py`. Each page is asked once after a change, then fifteen times; the processor's time of the server stands beside what
the clock says. ``--keep``: leave the lines and the database in that folder, and take them from there the next time. ``--db`` is an empty
database on a server of this machine, or with ``--keep`` the one that was filled before: its own processes are counted too.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from urllib.parse import quote_plus

from measuring import Line, compiled, machine, printed
from offers_world import HUB, WIDE, World, credential
from site_load import Client, data_folder, memory_mib, people_in, processes, served, timed
from site_wrk import processor

from portfolio import workbook

LIST = "prestataire;service;type;date de qualification;fin de validité;décision;statut;version\n"
AGAIN = 15
SECONDS, WAITED = 300, 0.05
KB = 1000


@dataclass
class Asking:
    """The running site as somebody with a browser and a program see it."""

    person: Client
    program: Client
    pids: Callable[[], list[int]]

    @classmethod
    def of(cls, address: str, session: str, token: str, pids: Callable[[], list[int]]) -> Asking:
        """Both, in French."""
        person = Client(address, {"Cookie": f"egide_session={session}", "Accept-Language": "fr"})
        return cls(person, Client(address, {"Authorization": f"Bearer {token}", "Accept-Language": "fr"}), pids)

    def measured(self, what: str, path: str, *, program: bool = False) -> Line:
        """One page: the first time, then again and again."""
        client = self.program if program else self.person
        before = processor(self.pids())
        first = timed(lambda: client.ask("GET", path)) * 1000
        status, content = client.ask("GET", path)
        if status != 200:
            raise RuntimeError(f"{path} answered {status}")
        begun = processor(self.pids())
        times = sorted(timed(lambda: client.ask("GET", path)) * 1000 for _ in range(AGAIN))
        each, half, size = (processor(self.pids()) - begun) / AGAIN * 1000, statistics.median(times), len(content) / KB
        once = f"the first {first:.0f} ms, {(begun - before) * 1000:.0f} of processor with the second"
        note = f"{each:.0f} ms of processor; the slowest of {AGAIN} {times[-1]:.0f} ms; {once}"
        return Line(what, f"{half:.0f} ms, {size:.0f} kB", "under 100 ms and 100 kB", half < 100 and size < 100, note)

    def until(self, what: str, path: str, holds: Callable[[bytes], bool], target: float | None = None) -> Line:
        """How long until the answer there is as wanted, and how often it said that it isn't there yet."""
        begun, before, waited = time.perf_counter(), processor(self.pids()), 0
        while True:
            status, content = self.person.ask("GET", path)
            if status == 200 and holds(content):
                break
            if time.perf_counter() - begun > SECONDS:
                raise RuntimeError(f"{path} did not answer as wanted within {SECONDS} s: {status}")
            waited += status == 202
            time.sleep(WAITED)
        took = time.perf_counter() - begun
        said = f"; {waited} answers before it told how far it was" if waited else ""
        wanted = "beside" if target is None else f"at most {target:g} s"
        note = f"{processor(self.pids()) - before:.2f} s of processor{said}"
        return Line(what, f"{took:.2f} s", wanted, target is None or took <= target, note)


def main() -> int:
    given = argparse.ArgumentParser()
    given.add_argument("--db")
    given.add_argument("--offers", type=int, default=100_000)
    given.add_argument("--services", type=int, default=20_000)
    given.add_argument("--keep", type=Path)
    chosen = given.parse_args()
    print(f"{machine()}\n")
    with nullcontext(chosen.keep) if chosen.keep else tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["EGIDE_HOME"] = str(folder / "home")
        return printed(measure(folder, chosen.db, chosen.offers, chosen.services))


def measure(folder: Path, server: str | None, offers: int, services: int) -> list[Line]:
    """All of it, in a folder that may hold what an earlier run made."""
    db, drawn = server or str(folder / "egide.db"), folder / "offers.jsonl"
    lines = Lines()
    if not (folder / "taken").exists():
        World(offers).write(drawn)
        lines.add(imported(db, drawn, offers))
        (folder / "people").write_text(" ".join(people_in(db)))
        (folder / "taken").touch()
    session, token = (folder / "people").read_text().split()
    begun = time.perf_counter()
    with served(db) as (address, process):
        pids = partial(processes, process.pid, data_folder(server) if server else None)
        asking, ready = Asking.of(address, session, token, pids), time.perf_counter() - begun
        idle = f"{memory_mib(process.pid):.0f} MiB"
        lines.add(Line("from the start until it is ready", f"{ready:.2f} s", "beside", held=True, note=idle))
        lines.add(asking.until("from then until the first search answers", "/catalogue", lambda _: True))
        if not (folder / "portfolio").exists():
            workbook(folder / "services.xlsx", services)
            brought = (folder / "services.xlsx").read_bytes()
            took = timed(lambda: asking.program.ask("POST", "/api/v1/bodies/banc/files?name=services.xlsx", brought))
            lines.add(Line(f"{services:,} services brought by the API", f"{took:.1f} s", "beside", held=True))
            (folder / "portfolio").touch()
        lines.add(asking.until(f"the verdicts of {services:,} services read and judged after a start", "/b/banc/portfolio", lambda _: True))
        pages(asking, lines)
        changes(asking, lines, folder, db, services)
        lines.add(Line("memory afterwards", f"{memory_mib(process.pid):.0f} MiB", "beside", held=True))
    begun = time.perf_counter()
    with served(db) as (address, process):
        Asking.of(address, session, token, lambda: [process.pid]).person.ask("GET", "/catalogue")
        took, note = time.perf_counter() - begun, f"{processor([process.pid]):.2f} s of processor, {memory_mib(process.pid):.0f} MiB"
        what = "a start with the index at hand until the first search has answered"
        lines.add(Line(what, f"{took:.2f} s", "beside", held=True, note=note))
    return lines.all


class Lines:
    """Figures, told as they come: a run takes minutes."""

    def __init__(self) -> None:
        self.all: list[Line] = []

    def add(self, line: Line) -> None:
        self.all.append(line)
        print(f"{'' if line.held else 'MISSED '}{line.what}: {line.figure} ({line.note})", file=sys.stderr, flush=True)


def imported(db: str, drawn: Path, offers: int) -> Line:
    """`egide catalogue import` of them all, whole process."""
    before, begun = os.times(), time.perf_counter()
    take(db, drawn)
    took, after = time.perf_counter() - begun, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Line(f"{offers:,} offers imported, whole process", f"{took:.0f} s", "beside", held=True, note=f"{cpu:.0f} s of processor")


def take(db: str, path: Path, *more: str) -> None:
    command = [sys.executable, "-m", "egide", "catalogue", "import", str(path), "--json", *more]
    done = subprocess.run([*command, *(() if more else ("--db", db, "--unverified"))], env=compiled(), capture_output=True, check=False)
    if done.returncode not in (0, 3):
        raise RuntimeError(done.stderr.decode()[-800:])


def pages(asking: Asking, lines: Lines) -> None:
    """Every page of the catalogue, and those of the portfolio beside it."""
    found = json.loads(asking.program.ask("GET", "/api/v1/offers?limit=8&where=memory_gb%3E1")[1])
    total = json.loads(asking.program.ask("GET", "/api/v1/offers?limit=1")[1])["total"]
    keys, last = [one["key"] for one in found["items"]], (total - 1) // 25 + 1
    word = found["items"][0]["name"].split()[0]
    offer, lists = "/catalogue/offers?id=", {number: "&".join(f"offer={quote_plus(one)}" for one in keys[:number]) for number in (2, 4, 8)}
    two = f"/catalogue?where={quote_plus('sla>97 price<0.5')}"
    for what, path in {
        "/catalogue, bare": "/catalogue",
        "/catalogue, a word": f"/catalogue?q={word}",
        "/catalogue, a word with a mistake": f"/catalogue?q={word[:-2] + word[-1]}",
        "/catalogue, two conditions": two,
        "/catalogue, what these leave out as unknown": f"{two}&unknown=1",
        "/catalogue, three values ticked": "/catalogue?f=countries%3DFR&f=kinds%3DIaaS&f=functions%3Ddatabase",
        "/catalogue, a condition, cheapest first": f"/catalogue?sort=price&where={quote_plus('memory>8 GB')}",
        "/catalogue, page 2": "/catalogue?page=2",
        f"/catalogue, the last page ({last:,})": f"/catalogue?page={last}",
        "an offer’s page": offer + quote_plus(keys[0]),
        "of one on which thousands stand": offer + quote_plus(HUB),
        "of one that stands on hundreds, and thousands below": offer + quote_plus(WIDE),
        "of one on another day": f"{offer}{quote_plus(keys[1])}&on=2026-06-01",
        "2 offers compared": f"/catalogue/compare?{lists[2]}",
        "4 offers compared": f"/catalogue/compare?{lists[4]}",
        "8 offers compared": f"/catalogue/compare?{lists[8]}",
        "2 offers compared beside a body’s services": f"/catalogue/compare?{lists[2]}&body=banc",
        "the portfolio beside that catalogue": "/b/banc/portfolio",
        "the portfolio, the forbidden ones": "/b/banc/portfolio?verdict=forbidden",
    }.items():  # fmt: skip
        lines.add(asking.measured(what, path))
    lines.add(asking.measured("a search by the API", f"/api/v1/offers?q={word}&where={quote_plus('price<1')}", program=True))
    lines.add(asking.measured("an offer by the API", f"/api/v1/offers/{HUB}", program=True))


def changes(asking: Asking, lines: Lines, folder: Path, db: str, services: int) -> None:
    """One offer more; another day; another list in use."""
    moment = str(time.time_ns())
    line = credential(f"urn:offre:neuve-{moment}", "ServiceOffering", "did:web:p1.example", 11, {"name": f"Offre{moment} toute neuve"})
    (folder / "one.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    took = timed(lambda: take(db, folder / "one.jsonl"))
    lines.add(Line("one offer imported, whole process", f"{took:.2f} s", "beside", held=True))
    name = f">Offre{moment} toute neuve<".encode()
    lines.add(asking.until("from then until a search finds it", f"/catalogue?q=Offre{moment}", lambda page: name in page, 3))
    lines.add(asking.until("the portfolio after it", "/b/banc/portfolio", lambda _: True, 3))
    lines.add(asking.until("a search on another day", "/catalogue?on=2026-12-20", lambda _: True))
    listed, row = folder / "liste.csv", f"Outscale;IaaS Cloud on Demand;IaaS;2023-11-30;2029-11-30;fictif-{moment[-6:]};qualifié;3.2\n"
    listed.write_text(LIST + row, encoding="utf-8")
    take(db, listed, "--accept", "--as-of", date.today().isoformat())  # noqa: DTZ011 - the day here
    judged = f"another list accepted: the verdicts of {services:,} services recomputed and shown"
    lines.add(asking.until(judged, "/b/banc/portfolio", lambda _: True, 3))
    lines.add(asking.until("the search after it", "/catalogue", lambda _: True, 3))


if __name__ == "__main__":
    sys.exit(main())
