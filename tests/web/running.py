"""The site as its users run it: `egide serve` in a process of its own, which can be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
from sqlalchemy import select

from egide.accounts import entry, people
from egide.accounts.roles import Act, Role
from egide.accounts.tables import PEOPLE
from egide.app.database import rooms
from egide.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECONDS = 30
EVERY_ROLE = tuple(Role)


@dataclass(frozen=True)
class Running:
    """A process that serves, and where."""

    address: str
    process: subprocess.Popen[str]
    errors: Path

    def kill(self) -> None:
        """As `kill -9` does."""
        self.process.kill()
        self.process.wait(SECONDS)

    def client(self, token: str = "", session: str = "", lang: str = "en") -> httpx.Client:
        made = httpx.Client(base_url=self.address, timeout=SECONDS, trust_env=False)
        made.headers["Accept-Language"] = lang
        if token:
            made.headers["Authorization"] = f"Bearer {token}"
        if session:
            made.cookies.set("egide_session", session)
        return made


@contextmanager
def running(db: str, folder: Path, **settings: str) -> Iterator[Running]:
    """The site on a free port, until the block ends."""
    given = {f"EGIDE_SERVE_{name.upper()}": value for name, value in {"a_second": "100000", "at_once": "100000", **settings}.items()}
    command = [sys.executable, "-m", "egide", "serve", "--db", db, "--port", "0", "--json", "--lang", "en"]
    environment = os.environ | given | {"PYTHONUNBUFFERED": "1", "EGIDE_DEBUG": "1", "EGIDE_HOME": str(folder / "home")}
    errors = folder / "errors.txt"
    with errors.open("a", encoding="utf-8") as kept:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=kept, text=True, encoding="utf-8", env=environment)
        try:
            yield Running(_address(process, errors), process, errors)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.wait(SECONDS)
            assert process.stdout is not None
            process.stdout.close()


def peopled(db: str, login: str = "chacun") -> None:
    """A database with two bodies, and somebody who has every role in both."""
    with open_store(db, rooms()) as store, store.write() as tx:
        number = people.add_person(tx, login, "Personne d’exemple").number
        for body, name, marking in (("un", "Organisme d’exemple un", "DIFFUSION LIMITÉE"), ("deux", "Organisme d’exemple deux", "")):
            people.add_body(tx, body, name, marking)
            people.grant(tx, body, number, EVERY_ROLE)


def opened(db: str, login: str = "chacun") -> str:
    """The secret of a session of that person."""
    with open_store(db, rooms()) as store, store.write() as tx:
        return entry.begin_session(tx, tx.execute(select(PEOPLE.c.number).where(PEOPLE.c.login == login)).scalar_one())


def token(db: str, body: str = "un", login: str = "chacun") -> str:
    """A token that may do all that the person may in that body."""
    with open_store(db, rooms()) as store, store.write() as tx:
        number = tx.execute(select(PEOPLE.c.number).where(PEOPLE.c.login == login)).scalar_one()
        return entry.add_token(tx, body, number, "essai", frozenset(Act), 30)[1]


def _address(process: subprocess.Popen[str], errors: Path) -> str:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        try:
            return str(json.loads(said)["address"])
        except json.JSONDecodeError:
            continue
    raise AssertionError(f"the site ended before it was ready: {errors.read_text(encoding='utf-8')}")
