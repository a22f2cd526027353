"""Kills a site at each statement that writes and each commit of one request in turn, then sends the request again under its key.

    python -m tests.web.killing ADDRESS TOKEN [ADDRESS TOKEN]

One process forks a child for each round, as a fork needs a process without threads; the child answers the request itself. Prints as JSON
of each database how many were killed, and how often each file and each line of the trail is there in the end.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, Self

import psycopg
from litestar.testing import TestClient
from sqlalchemy import event

from egide.accounts.trail import lines
from egide.app.database import rooms
from egide.app.portfolio import assess
from egide.app.portfolio.portfolios import Portfolios
from egide.portfolio.kept.keeping import files
from egide.store import open_store
from egide.web.application import application
from egide.web.site import Site

ON = date(2026, 11, 23)
BASE = "http://egide.test"
LIST = b"Nom du service;H\xc3\xa9bergeur\nService;OVHcloud\n"


class AtStatement:
    """Dies at the n-th statement or commit; never, when n is 0."""

    def __init__(self, number: int) -> None:
        self.left = number

    def watch(self, connection: Any, _: object) -> None:
        """Each statement that goes over the connection counts, commits too."""
        if isinstance(connection, sqlite3.Connection):
            connection.set_trace_callback(self.touch)
            return
        death = self

        class Cursor(psycopg.Cursor[Any]):
            def execute(self, *given: Any, **named: Any) -> Self:
                death.touch()
                return super().execute(*given, **named)

            def executemany(self, *given: Any, **named: Any) -> None:
                death.touch()
                super().executemany(*given, **named)

        connection.cursor_factory = Cursor

    def touch(self, *_: Any) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class Sender:
    """The site in this process, and a program that brings files to it."""

    def __init__(self, db: str, secret: str) -> None:
        self.store, self.secret = open_store(db, rooms()), secret
        self.app = application(Site(self.store, Portfolios(self.store, lambda: ON), lambda: ON, BASE, db), ("egide.test",))
        assess.catalogue()
        self.store.close()  # each child opens connections of its own

    def lived(self, names: Sequence[str], number: int) -> bool:
        """Whether a child that brings these files lives until it has been answered; it must then have been with 201."""
        child = os.fork()
        if not child:
            os._exit(self.send(names, AtStatement(number)))
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, f"{names} was refused"
        return os.WIFEXITED(status)

    def send(self, names: Sequence[str], death: AtStatement) -> int:
        with TestClient(self.app, base_url=BASE) as client:
            event.listen(self.store.engines.write, "connect", death.watch)
            if not self.store.address.is_file:
                event.listen(self.store.engines.write, "commit", death.touch)
            client.headers["Authorization"] = f"Bearer {self.secret}"
            found = {client.post(f"/api/v1/bodies/un/files?name={name}.csv", content=LIST, headers={"Idempotency-Key": name}).status_code
                     for name in names}  # fmt: skip
        return int(found != {201})


def main(db: str, secret: str) -> dict[str, Any]:
    sender, names, alive = Sender(db, secret), [], False
    while not alive:
        names.append(f"f{len(names) + 1}")
        alive = sender.lived(names[-1:], len(names))
    assert sender.lived(names, 0)
    with open_store(db, rooms()) as store, store.read() as tx:
        held = Counter(one.name for one in files(tx, "un"))
        told = Counter(line.about for line in lines(tx, "un", most=1000) if line.act == "portfolio-file")
    return {"killed": len(names) - 1, "files": sorted(held.values()), "told": sorted(told.values())}


if __name__ == "__main__":
    sys.stdout.write(json.dumps([main(*pair) for pair in zip(sys.argv[1::2], sys.argv[2::2], strict=True)]))
