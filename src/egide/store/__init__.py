"""Where what was accepted is kept: transactions, migrations, append-only tables, records, jobs, backups, signed bundles.

SQLite by default, PostgreSQL when one machine is outgrown; the same calls and the same tests serve both. This room knows no
domain type: each room that stores brings its own tables and migrations as a `Room`.
Importing the package loads no database library; opening a store does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.vocabulary.errors import MissingExtraError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from egide.store.connection import Store
    from egide.store.rooms import Room

BUSY_SECONDS = 30.0
"""How long a writer waits for another before it gives up."""


def open_store(
    url: str, rooms: Sequence[Room] = (), *, busy_seconds: float = BUSY_SECONDS, clock: Callable[[], datetime] | None = None,
) -> Store:
    """The store at that address, created when absent and brought to the present schema, after a backup when it is a file.

    ``url``: ``sqlite:///path``, a plain path, or ``postgresql://user@host/base``. ``rooms``: those whose tables live there besides
    the store's own, in an order in which later ones may refer to earlier ones. ``clock``: aware UTC instants; by default this
    machine's for a file and the server's for PostgreSQL, so that workers on many machines agree.
    Raises `InputError` (not an address, not a database of ours), `NewerDatabaseError`, `UnreachableStoreError`, `MissingExtraError`.
    """
    return _store().open(url, rooms, busy_seconds=busy_seconds, clock=clock)


def look(url: str) -> Mapping[str, str]:
    """The version of each room's tables at that address, nothing being created nor changed; empty where nothing was ever written.

    Raises as `open_store`, but for newer databases, of which this says the version.
    """
    return _store().look(url, busy_seconds=BUSY_SECONDS)


def _store() -> type[Store]:
    try:
        from egide.store.connection import Store  # noqa: PLC0415 - the database library loads when a store is opened
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] in {"sqlalchemy", "alembic", "rfc8785"}:
            raise MissingExtraError("store", N_("keeping a database")) from error
        raise
    return Store
