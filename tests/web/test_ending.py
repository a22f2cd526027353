"""What a site does when it is told to end while it works."""

from __future__ import annotations

import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from .running import SECONDS, Running, peopled, running, token
from .test_works import TERRAFORM

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it is told to end by a signal")
ROOT = "/api/v1/bodies/un"
LIST = "Nom du service;Hébergeur\nPaie;OVHcloud\n".encode()


@contextmanager
def held_up(db: str, client: httpx.Client) -> Iterator[tuple[Callable[[], None], list[object]]]:
    """A request that waits for the database: what lets it go on, and what came of it once the block has ended."""
    came: list[object] = []
    client.get("/health")
    holder = sqlite3.connect(db, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")

    def bring() -> None:
        try:
            came.append(client.post(f"{ROOT}/files", params={"name": "liste.csv"}, content=LIST).status_code)
        except httpx.HTTPError as error:
            came.append(type(error))

    sender = threading.Thread(target=bring)
    sender.start()
    time.sleep(1)
    try:
        yield holder.rollback, came
    finally:
        holder.close()
        sender.join(SECONDS)


def names(client: httpx.Client) -> list[str]:
    return [one["name"] for one in client.get(f"{ROOT}/portfolio").json()["files"]]


def ended(site: Running) -> str:
    """What it said, once it has ended well."""
    assert site.process.wait(SECONDS) == 0
    return site.errors.read_text(encoding="utf-8")


def test_told_to_end_it_answers_what_is_in_work_and_the_next_does_the_job_that_was_begun(tmp_path: Path) -> None:
    db = str(tmp_path / "egide.db")
    peopled(db)
    secret = token(db)
    with running(db, tmp_path) as site, site.client(secret) as client:
        made = client.post(f"{ROOT}/works/checks", params={"name": "plan.json"}, content=TERRAFORM).json()
        work = f"{ROOT}/works/{made['number']}"
        while client.get(work).json()["state"] == "queued":
            time.sleep(0.02)
        with held_up(db, client) as (let_go, came):
            site.process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            with pytest.raises(httpx.ConnectError), site.client() as late:
                late.get("/health")
            let_go()
        assert came == [201]
        assert "Traceback" not in ended(site)
    with running(db, tmp_path) as again, again.client(secret) as client:
        assert names(client) == ["liste.csv"]
        until = time.monotonic() + 20  # sooner than its lease would have run out
        while (state := client.get(work).json()["state"]) != "done":
            assert state in {"queued", "running"}
            assert time.monotonic() < until
            time.sleep(0.05)


def test_what_outlasts_the_grace_is_broken_off_and_leaves_nothing(tmp_path: Path) -> None:
    db = str(tmp_path / "egide.db")
    peopled(db)
    with running(db, tmp_path) as site, site.client(token(db)) as client:
        with held_up(db, client) as (let_go, came):
            site.process.send_signal(signal.SIGINT)
            time.sleep(4)
            let_go()
        assert came != [201]
        assert "Traceback" not in ended(site)
    with sqlite3.connect(db) as held:
        assert held.execute("SELECT count(*) FROM portfolio_files").fetchone() == (0,)
    held.close()
