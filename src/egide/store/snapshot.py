"""A copy of a SQLite file while others read and write it, by the engine's own online backup (https://www.sqlite.org/backup.html)."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from egide.store.files import whole_file
from egide.vocabulary.errors import InputError, Location

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine


def snapshot(engine: Engine, path: Path, *, force: bool = False) -> None:
    """Write the database, as it stands committed at one moment, to a file that stands alone.

    Raises `InputError` when the file exists and ``force`` is not given, or when it cannot be written.
    """
    with whole_file(path, force=force) as draft, _told(path):
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        source = engine.raw_connection()
        try:
            with closing(sqlite3.connect(draft)) as target:
                driver = source.driver_connection
                assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - only SQLite comes here
                driver.backup(target)
                target.execute("PRAGMA journal_mode=DELETE")  # no companion files
        finally:
            source.close()


def copy_beside(engine: Engine, path: Path, before: str, now: datetime) -> Path:
    """The file as it stands, beside itself: ``name.before-upgrade-20261123T093000Z.db``. Its path."""
    stem = f"{path.stem}.before-{before}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    copy = path.with_name(f"{stem}{path.suffix}")
    count = 1
    while copy.exists():
        count += 1
        copy = path.with_name(f"{stem}-{count}{path.suffix}")
    snapshot(engine, copy)
    return copy


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What the engine says of a full disk, and of whatever else stops a copy, with the name of the copy."""
    try:
        yield
    except sqlite3.Error as error:
        raise InputError(str(error), Location(str(path))) from error
