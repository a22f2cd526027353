"""A program of its own, for the tests to kill: it says on its output what was accepted, or that it stands half way."""

from __future__ import annotations

import io
import sys
import threading
import time
from pathlib import Path

from egide.store import open_store, records
from egide.store.connection import Store
from egide.store.jobs import claim_job, finish, report
from egide.store.records import statement
from egide.store.restore import restore

BATCH = 3
ITEMS = 60


def say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def append(store: Store, name: str, batches: int) -> None:
    """Add batch after batch; say the name of each that was accepted."""
    for number in range(batches):
        with store.write() as tx:
            records.add(tx, [statement("claim", f"{name}/{number}", "i", part) for part in range(BATCH)])
        say(f"{name}/{number}")


def crowd(store: Store, count: int) -> None:
    """Add batch after batch in so many threads; say what each was told is accepted."""
    threads = [threading.Thread(target=append, args=(store, f"t{number}", 100_000)) for number in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def half(store: Store) -> None:
    """Stop within a transaction."""
    with store.write() as tx:
        records.add(tx, [statement("claim", "half", "i", number) for number in range(1500)])
        say("half")
        time.sleep(600)


def work(store: Store, name: str) -> None:
    """Do a job from its checkpoint on: an item, a record and a report at a time."""
    with store.write() as tx:
        held = claim_job(tx, name, lease_seconds=60)
    assert held is not None
    for item in range(held.checkpoint or 0, ITEMS):
        with store.write() as tx:
            records.add(tx, [statement("item", f"item {item}", name, item)])
            held = report(tx, held, done=item + 1, of=ITEMS, checkpoint=item + 1)
        say(item)
    with store.write() as tx:
        finish(tx, held)


class Stalling(io.BytesIO):
    """A source that stops giving after a while."""

    reads = 0

    def read(self, size: int | None = -1) -> bytes:
        self.reads += 1
        if self.reads == 60:
            say("half")
            time.sleep(600)
        return super().read(size)


def main() -> None:
    action, url, *rest = sys.argv[1:]
    with open_store(url) as store:
        if action == "append":
            append(store, rest[0], int(rest[1]))
        elif action == "crowd":
            crowd(store, int(rest[0]))
        elif action == "half":
            half(store)
        elif action == "work":
            work(store, rest[0])
        elif action == "restore":
            restore(store, Stalling(Path(rest[0]).read_bytes()), "x", force=True)


if __name__ == "__main__":
    main()
