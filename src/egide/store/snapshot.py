"""A copy of a SQLite file while others read and write it, by the engine's own online backup (https://www.sqlite.org/backup.html)."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from egide.store.files import whole_file

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine


def snapshot(engine: Engine, path: Path, *, force: bool = False) -> None:
    """Write the database, as it stands committed at one moment, to a file that stands alone.

    Raises `InputError` when the file exists and ``force`` is not given.
    """
    with whole_file(path, force=force) as draft:
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
