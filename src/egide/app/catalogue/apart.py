"""An index made in a process of its own, with less of a claim on the processor: pages are answered meanwhile as ever."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from multiprocessing import connection, get_context, parent_process
from typing import TYPE_CHECKING

from egide.app.catalogue import search
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

LOWER = 5
"""By how much the processor is asked for less."""


class UnmadeIndexError(EgideError):
    """The process that makes an index ended without having made it."""

    hint = N_("look at what the server wrote on standard error; the next search tries again")

    def __init__(self, code: int | None) -> None:
        super().__init__(N_("the index of the catalogue could not be made: its process ended with {code}"), {"code": code})


def finder_apart(on: date, db: str | None, progress: Callable[[int], None]) -> None:
    """Make the index of that day in the cache. ``progress`` is called with how many rows are written. Raises `UnmadeIndexError`."""
    ours, theirs = get_context("spawn").Pipe(duplex=False)
    process = get_context("spawn").Process(target=_make, args=(theirs, on, db), name="egide-index", daemon=True)
    process.start()
    theirs.close()
    with ours, suppress(EOFError):
        while True:
            progress(ours.recv())
    process.join()
    if process.exitcode != 0:
        raise UnmadeIndexError(process.exitcode)


def _make(line: Connection, on: date, db: str | None) -> None:
    if hasattr(os, "nice"):
        os.nice(LOWER)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    search.finder(on, db, lambda rows, _: line.send(rows))


def _end_with_parent() -> None:
    """Nobody waits for the index of a server that was killed."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
