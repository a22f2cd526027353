"""Passwords stay where they were typed, and nothing heavy is loaded before it is needed."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from egide.store import open_store
from egide.store.address import masked, read_address
from egide.store.connection import Store
from egide.store.errors import UnreachableStoreError
from egide.store.records import add, statement
from egide.vocabulary.errors import InputError


@pytest.mark.parametrize("url", [
    "postgresql://egide:hunter2@base.example/egide",
    "postgres://egide:hunter2@base.example:5432/egide?sslmode=require",
    "postgresql+psycopg://egide:hunter%402@base.example/egide",
    "postgresql://egide@base.example/egide?password=hunter2&sslpassword=hunter2",
    "postgresql://egide:hunter2@x@base.example/egide",
    "postgresql://egide:hunter2/x@base.example/egide",
])  # fmt: skip
def test_an_address_never_shows_its_password(url: str) -> None:
    address = read_address(url)
    assert "hunter" not in str(address) + repr(address) + f"{address}"
    assert "base.example" in str(address)
    assert "hunter" in address.secret_url


@pytest.mark.parametrize("text", [
    "connection to host=base.example user=egide password=hunter2 failed", "password='hunter2 and more' host=x", "PASSWORD = hunter2",
    "cannot fetch https://me:hunter2@example.org/x: refused",
])  # fmt: skip
def test_a_password_is_masked_wherever_it_is_said(text: str) -> None:
    assert "hunter2" not in masked(text)
    assert "***" in masked(text)


def test_a_text_without_a_password_is_left_as_it_is() -> None:
    for text in ("sqlite:///a/b.db", "mail to someone@example.org: done", "https://example.org:8443/x?y=z", "the password is wrong"):
        assert masked(text) == text


@pytest.mark.parametrize("url", ["mysql://egide:hunter2@base.example/x", "sqlite://relative", "", ":memory:", "sqlite:///", "sqlite:///:memory:"])
def test_what_is_no_address_is_refused_with_the_forms_that_are(url: str) -> None:
    with pytest.raises(InputError, match="not an address") as refused:
        open_store(url)
    assert "hunter2" not in str(refused.value)
    assert "postgresql://" in refused.value.hint


@pytest.mark.parametrize("url", ["postgresql://u:hunter2@h:99x/db", "postgresql://u:hunter2@[::1/db"])
def test_a_malformed_address_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(InputError) as refused:
        open_store(url)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(("url", "path"), [
    ("sqlite:///a/b.db", Path("a/b.db").absolute()), ("sqlite:////srv/b.db", Path("/srv/b.db")), ("a b.db", Path("a b.db").absolute()),
    ("sqlite:///a%20b.db", Path("a b.db").absolute()),
])  # fmt: skip
def test_a_path_may_be_written_plain_or_as_an_address(url: str, path: Path) -> None:
    address = read_address(url)
    assert (address.path, address.is_file, str(address)) == (path, True, str(path))


def test_a_server_that_is_not_there_is_told_without_its_password() -> None:
    with pytest.raises(UnreachableStoreError) as refused:
        open_store("postgresql://egide:hunter2@127.0.0.1:1/egide?connect_timeout=2")
    told = str(refused.value) + repr(refused.value) + repr(refused.value.__cause__)
    assert "hunter2" not in told
    assert "postgresql+psycopg://egide:***@127.0.0.1:1/egide" in told


def test_a_path_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UnreachableStoreError, match="cannot be opened"):
        open_store(str(tmp_path / "file" / "egide.db"))


def test_what_is_written_stays_out_of_logs_and_errors(url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with open_store(url) as store:
        with store.write() as tx:
            add(tx, [statement("claim", "hunter2", "hunter2", {"secret": "hunter2"})])
        with pytest.raises(Exception, match=r"NOT NULL|not-null") as refused, store.write() as tx:
            from egide.store.tables import JOBS

            tx.execute(JOBS.insert().values(kind="hunter2"))
    assert "hunter2" not in caplog.text
    assert "hunter2" not in repr(refused.value)
    assert "hunter2" not in repr(store)
    assert isinstance(store, Store)


def loaded(code: str) -> set[str]:
    ran = subprocess.run([sys.executable, "-X", "importtime", "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    return {line.rsplit("|", 1)[1].strip().split(".")[0] for line in io.StringIO(ran.stderr) if line.startswith("import time:")}


def test_the_command_and_the_room_load_no_database_until_one_is_opened() -> None:
    heavy = {"sqlalchemy", "alembic", "psycopg", "sqlite3"}
    assert not loaded("import egide.store, egide.store.bundle, egide.store.address, egide.store.zips, egide.cli") & heavy


def test_a_missing_extra_is_named() -> None:
    blocked = """
import sys
for name in sys.argv[1].split(","):
    sys.modules[name] = None
from egide.store import open_store
from egide.vocabulary.errors import MissingExtraError
try:
    open_store(sys.argv[2])
except MissingExtraError as error:
    print(error.hint)
"""
    for name, url, extra in (("sqlalchemy", "x.db", "store"), ("psycopg", "postgresql://x/y", "postgresql")):
        ran = subprocess.run([sys.executable, "-c", blocked, name, url], capture_output=True, text=True, check=True)
        assert ran.stdout.strip() == f"pip install 'egide[{extra}]'"
