"""`kill -9` at any moment: what was accepted is there, what was not has left no trace, and work goes on where it stopped."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.store.shelf import FIRST_NOTES, SHELF, fill_first, first_shelf
from tests.store.worker import BATCH, ITEMS

from egide.store import open_store, records
from egide.store.archive import archive
from egide.store.connection import Store
from egide.store.jobs import State, claim_job, enqueue, finish, job, report
from egide.store.records import statement
from egide.vocabulary.findings import Answer

pytestmark = pytest.mark.slow
WORKER = Path(__file__).with_name("worker.py")


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, str(WORKER), *arguments], stdout=subprocess.PIPE, text=True)


@contextmanager
def killed_after(words: int, *arguments: str) -> Iterator[list[str]]:
    """What a worker had said when it was killed, at some moment after it had said so many words."""
    process = start(*arguments)
    assert process.stdout is not None
    said = [process.stdout.readline().strip() for _ in range(words)]
    process.kill()
    said += process.stdout.read().split()
    process.stdout.close()
    assert process.wait() != 0
    assert all(said)
    yield said


def whole(store: Store) -> bool:
    return all(integrity.answer is Answer.MET for integrity in store.verify())


@pytest.mark.parametrize("writing", [("append", "a", "100000"), ("crowd", "6")])
def test_what_was_accepted_is_there_and_every_transaction_is_whole(url: str, writing: tuple[str, ...]) -> None:
    action, *rest = writing
    with killed_after(20, action, url, *rest) as said, open_store(url) as store, store.read() as tx:
        found = Counter(record.subject for record in records.since(tx))
        assert found.keys() >= set(said)
        assert set(found.values()) == {BATCH}
        assert whole(store)


def test_a_half_transaction_leaves_no_trace_and_holds_nobody_up(url: str) -> None:
    with killed_after(1, "half", url), open_store(url, busy_seconds=5) as store:
        with store.write() as tx:
            records.add(tx, [statement("claim", "after", "i", {})])
        with store.read() as tx:
            assert [record.subject for record in records.since(tx)] == ["after"]
        assert whole(store)


def test_a_job_goes_on_at_its_checkpoint_and_does_nothing_twice(url: str) -> None:
    with open_store(url) as store, store.write() as tx:
        number = enqueue(tx, "import", {}).id
    with killed_after(5, "work", url, "first") as said:
        pass
    with open_store(url, clock=lambda: datetime.now(UTC) + timedelta(hours=1)) as store:
        with store.write() as tx:
            held = claim_job(tx, "second")
        assert held is not None
        assert held.checkpoint >= len(said)
        for item in range(held.checkpoint, ITEMS):
            with store.write() as tx:
                assert records.add(tx, [statement("item", f"item {item}", "second", item)])[0].new
                held = report(tx, held, done=item + 1, checkpoint=item + 1)
        with store.write() as tx:
            finish(tx, held)
        with store.read() as tx:
            assert job(tx, number).state is State.DONE
            assert [record.subject for record in records.since(tx)] == [f"item {item}" for item in range(ITEMS)]
            assert {record.issuer for record in records.since(tx)} == {"first", "second"}


def test_programs_that_write_at_once_all_write(url: str) -> None:
    running = [start("append", url, name, "30") for name in ("a", "b")]
    said = [process.communicate()[0].split() for process in running]
    assert said == [[f"{name}/{number}" for number in range(30)] for name in ("a", "b")]
    assert [process.returncode for process in running] == [0, 0]
    with open_store(url) as store, store.read() as tx:
        found = Counter(record.subject for record in records.since(tx))
        assert found == {f"{name}/{number}": BATCH for name in ("a", "b") for number in range(30)}
        assert whole(store)


def test_a_restoration_cut_short_leaves_what_was_there(url: str, new_url: Callable[[str], str], archive_path: Path) -> None:
    with open_store(new_url("sqlite")) as other:
        with other.write() as tx:
            records.add(tx, [statement("claim", f"archived {number}", "i", os.urandom(1000).hex()) for number in range(1_500)])
        archive(other, archive_path)
    with open_store(url) as store, store.write() as tx:
        records.add(tx, [statement("claim", "precious", "i", {})])
    with killed_after(1, "restore", url, str(archive_path)) as said, open_store(url) as store, store.read() as tx:
        assert said == ["half"]
        assert [record.subject for record in records.since(tx)] == ["precious"]
        assert whole(store)


UPGRADE = """
import sys
from pathlib import Path
from egide.store import open_store
from egide.store.rooms import Room
from sqlalchemy import MetaData
open_store(sys.argv[1], [Room("shelf", MetaData(), Path(sys.argv[2]))])
"""


def test_an_upgrade_cut_short_leaves_the_older_tables(empty: str, tmp_path: Path) -> None:
    older = first_shelf(tmp_path)
    with open_store(empty, [older]) as store:
        fill_first(store)
    stalling = tmp_path / "stalling"
    stalling.mkdir()
    for step in SHELF.migrations.glob("v*.py"):
        (stalling / step.name).write_text(step.read_text("utf-8"), "utf-8")
    last = stalling / "v0003_places_apart.py"
    last.write_text(last.read_text("utf-8") + "    print('half', flush=True)\n    __import__('time').sleep(600)\n", "utf-8")
    process = subprocess.Popen([sys.executable, "-c", UPGRADE, empty, str(stalling)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "half\n"
    process.kill()
    process.communicate()
    with open_store(empty, [older]) as store, store.read() as tx:
        assert store.upgraded is None
        assert len(tx.execute(select(FIRST_NOTES)).all()) == 100
        assert whole(store)
    with open_store(empty, [SHELF]) as store:
        assert whole(store)
