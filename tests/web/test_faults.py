"""What the site keeps, and what it says, when it is killed, cut off, out of room, or without its database."""

from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import openpyxl
import pytest
from tests.databases import ENGINES, Postgres, bases, new_empty, new_url, postgres

from egide.app.database import rooms
from egide.app.portfolio.portfolios import Portfolios
from egide.store import open_store
from egide.web.application import application
from egide.web.site import Site

from .conftest import BASE, ON, World
from .running import Running, opened, peopled, running, token

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["bases", "new_empty", "new_url", "postgres"]

ROOT, WRITERS, BEFORE_THE_END = "/api/v1/bodies/un", 5, 12
LIST = "Nom du service;Hébergeur\nService {n};OVHcloud\n"


@pytest.mark.parametrize("engine", ENGINES)
def test_killed_under_load_it_has_lost_nothing_that_it_accepted_and_doubled_nothing(
    engine: str, new_url: Callable[[str], str], tmp_path: Path
) -> None:
    db = new_url(engine)
    peopled(db)
    secret = token(db)
    accepted: list[str] = []
    enough = threading.Event()
    with running(db, tmp_path) as site:
        writers = [threading.Thread(target=_write, args=(site, secret, number, accepted, enough)) for number in range(WRITERS)]
        for one in writers:
            one.start()
        assert enough.wait(60)
        site.kill()
        for one in writers:
            one.join(60)
    with running(db, tmp_path) as again, again.client(secret) as client:
        files = Counter(one["name"] for one in client.get(f"{ROOT}/portfolio").json()["files"])
        done = Counter(one["about"] for one in client.get(f"{ROOT}/trail").json()["items"] if one["act"] == "portfolio-file")
        assert set(accepted) <= set(files)
        assert set(files.values()) == set(done.values()) == {1}
        assert len(done) == len(files) <= len(accepted) + WRITERS
        for name in {*accepted, *files}:  # sent again under its key by a program that never saw the answer
            assert _bring(client, name, int(name.partition("-")[2].partition(".")[0])).status_code == 201
        assert Counter(one["name"] for one in client.get(f"{ROOT}/portfolio").json()["files"]) == files
        assert _bring(client, "ensuite.csv", 99).status_code == 201


@pytest.mark.skipif(sys.platform == "win32", reason="each round is a fork")
def test_killed_at_any_statement_a_request_that_is_sent_again_is_done_once(new_url: Callable[[str], str]) -> None:
    bases = [new_url(engine) for engine in ENGINES]
    for db in bases:
        peopled(db)
    command = [sys.executable, "-m", "tests.web.killing", *(word for db in bases for word in (db, token(db)))]
    ran = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    for seen in json.loads(ran.stdout):
        assert seen["killed"] > 5
        assert set(seen["files"]) == set(seen["told"]) == {1}
        assert len(seen["files"]) == len(seen["told"]) == seen["killed"] + 1


@pytest.mark.skipif(sys.platform == "win32", reason="the server of PostgreSQL is stopped by a signal")
def test_without_its_database_it_says_so_and_works_again_when_it_is_back(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "pg")
    db = server.database()
    peopled(db)
    secret = opened(db)
    with running(db, tmp_path) as site, site.client(session=secret) as client:
        assert client.get("/b/un/portfolio").status_code == 200
        server.stop()
        gone = client.get("/b/un/portfolio")
        assert gone.status_code == 503
        assert "The database does not answer" in gone.text
        assert str(tmp_path) not in gone.text, "where it is, is said to whoever runs the server alone"
        assert client.get("/ready").status_code == 503
        assert client.get("/health").status_code == 200
        server.server.ensure_postgres_running()
        try:
            assert client.get("/ready").status_code == 200
            assert client.get("/b/un/portfolio").status_code == 200
        finally:
            server.stop()
        told = site.errors.read_text(encoding="utf-8")
        assert str(tmp_path) in told
        assert "internal fault" not in told


def test_killed_in_the_middle_of_a_paper_and_of_a_list_the_next_server_ends_both(tmp_path: Path) -> None:
    db = str(tmp_path / "egide.db")
    peopled(db)
    secret, remark = token(db), "x" * 3000
    long = ("Nom du service;Hébergeur;Remarque\n" + "".join(f"Service {row};OVHcloud;{remark}\n" for row in range(400))).encode()
    with running(db, tmp_path) as site, site.client(secret) as client:
        first = client.post(f"{ROOT}/files?name=un.csv", content=long)
        assert first.status_code == 202
        assert _until(client, first.headers["location"], {"done"})["file"]
        paper = client.get(f"{ROOT}/assessment")
        assert paper.status_code == 202
        second = client.post(f"{ROOT}/files?name=deux.csv", content=long)
        made = [one.headers["location"] for one in (paper, second)]
        for where in made:
            _until(client, where, {"running"})
        site.kill()
    with running(db, tmp_path) as again, again.client(secret) as client:
        assert client.get(made[1]).json()["state"] != "done"
        assert client.get(f"{ROOT}/portfolio").json()["services"] == 400
        for where in made:
            assert _until(client, where, {"done"})["error"] is None
        assert len(client.get(f"{made[0]}/answer").json()["services"]) == 400
        held = client.get(f"{ROOT}/portfolio").json()
        assert (held["services"], sorted(one["name"] for one in held["files"])) == (800, ["deux.csv", "un.csv"])


def _until(client: httpx.Client, where: str, states: set[str]) -> dict[str, Any]:
    """The work once it is in one of those states."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        work: dict[str, Any] = client.get(where).json()
        if work["state"] in states:
            return work
        assert work["state"] in {"queued", "running"}, work
        time.sleep(0.1)
    raise AssertionError(work)


def test_an_upload_that_is_cut_leaves_nothing(tmp_path: Path) -> None:
    db = str(tmp_path / "egide.db")
    peopled(db)
    secret = token(db)
    with running(db, tmp_path) as site, site.client(secret) as client:
        parts = urlsplit(site.address)
        content = LIST.format(n=1).encode() * 1000
        head = (f"POST {ROOT}/files?name=coupe.csv HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {secret}\r\n"
                f"Content-Length: {len(content)}\r\n\r\n")  # fmt: skip
        with socket.create_connection((parts.hostname or "", parts.port or 0), 30) as line:
            line.sendall(head.encode() + content[: len(content) * 9 // 10])
            form = b'--x\r\nContent-Disposition: form-data; name="file"; filename="coupe.csv"\r\n\r\n' + content + b"\r\n--x--\r\n"
            page = (f"POST /b/un/files HTTP/1.1\r\nHost: {parts.netloc}\r\nCookie: egide_session={opened(db)}\r\n"
                    f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {len(form)}\r\n\r\n")  # fmt: skip
            with socket.create_connection((parts.hostname or "", parts.port or 0), 30) as other:
                other.sendall(page.encode() + form[: len(form) * 9 // 10])
        time.sleep(0.2)
        assert client.get(f"{ROOT}/portfolio").json()["files"] == []
        assert _bring(client, "coupe.csv", 1).status_code == 201
        assert "internal fault" not in site.errors.read_text(encoding="utf-8")


def test_a_clock_that_goes_back_or_ahead_shuts_nobody_out_and_reorders_nothing(tmp_path: Path) -> None:
    db, at = str(tmp_path / "egide.db"), [datetime(2026, 11, 23, 12, tzinfo=UTC)]
    peopled(db)
    with open_store(db, rooms(), clock=lambda: at[0]) as store:
        site = Site(store, Portfolios(store, lambda: ON), lambda: ON, BASE, db)
        world = World(store, site, application(site, ("egide.test",)))
        with world.browser("chacun") as browser:
            browser.get("/b/un/portfolio")
            assert browser.send("/b/un/files", files={"file": ("liste.csv", LIST.format(n="avant").encode())}).status_code == 200
            at[0] -= timedelta(hours=3)
            assert "Service avant" in browser.get("/b/un/portfolio").text
            assert browser.send("/b/un/files", files={"file": ("liste.csv", LIST.format(n="ensuite").encode())}).status_code == 200
            page = browser.get("/b/un/portfolio").text  # what came later stands, whatever its moment says
            assert "Service ensuite" in page
            assert "Service avant" not in page
            at[0] += timedelta(hours=10)
            assert browser.get("/b/un/portfolio").url.path == "/b/un/portfolio"
            at[0] += timedelta(days=2)
            assert browser.get("/b/un/portfolio").url.path == "/login"


@pytest.mark.skipif(sys.platform != "linux", reason="the limit of a running process is set from outside on Linux alone")
def test_when_the_disk_is_full_it_refuses_what_it_cannot_keep_and_goes_on(tmp_path: Path) -> None:
    import resource

    db = tmp_path / "egide.db"
    peopled(str(db))
    secret = token(str(db))
    with running(str(db), tmp_path) as site, site.client(secret) as client:
        assert _bring(client, "avant.csv", 1).status_code == 201
        room = resource.prlimit(site.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(site.process.pid, resource.RLIMIT_FSIZE, (1024, room[1]))
        full = _bring(client, "plein.csv", 2)
        assert full.status_code == 503, full.text
        assert [one["name"] for one in client.get(f"{ROOT}/portfolio").json()["files"]] == ["avant.csv"]
        resource.prlimit(site.process.pid, resource.RLIMIT_FSIZE, room)
        assert _bring(client, "plein.csv", 2).status_code == 201
        assert "internal fault" not in site.errors.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["=1+1", "+33 1", "-2", "@SUM(A1)", '=HYPERLINK("https://ailleurs.example")'])
def test_a_cell_that_looks_like_a_formula_stays_text_in_the_workbook(world: World, name: str) -> None:
    quoted = name.replace('"', '""')
    content = f'Nom du service;Hébergeur\n"{quoted}";OVHcloud\n'.encode()
    with world.browser("autre") as browser:
        browser.get("/b/deux/portfolio")
        assert browser.send("/b/deux/files", files={"file": ("formule.csv", content)}).status_code == 200
        book = openpyxl.load_workbook(io.BytesIO(browser.get("/b/deux/papers/egide.xlsx").content))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert name in [cell.value for cell in cells if cell.data_type == "s"]
        assert not [cell.value for cell in cells if cell.data_type == "f" and name in str(cell.value)]
        assert name in browser.get("/b/deux/portfolio").text.replace("&#34;", '"').replace("&#39;", "'")


def _bring(client: httpx.Client, name: str, number: int) -> httpx.Response:
    return client.post(f"{ROOT}/files", params={"name": name}, content=LIST.format(n=number).encode(), headers={"Idempotency-Key": name})


def _write(site: Running, secret: str, number: int, accepted: list[str], enough: threading.Event) -> None:
    """Bring file after file until the server is gone."""
    with site.client(secret) as client:
        for turn in range(20):
            name = f"{number}-{turn}.csv"
            try:
                answer = _bring(client, name, turn)
            except httpx.HTTPError:
                break
            assert answer.status_code == 201, answer.text
            accepted.append(name)
            if len(accepted) >= BEFORE_THE_END:
                enough.set()
    enough.set()
