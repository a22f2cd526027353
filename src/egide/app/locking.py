"""One writer at a time in a folder: the system's lock on a file, which goes with the process that holds it, however it ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep

from egide.trust.log.folder import lock
from egide.vocabulary.errors import EgideError, InputError, Location
from egide.vocabulary.language import N_

FILE = ".lock"
WAITS_SECONDS = 30.0


class BusyError(EgideError):
    """Another process is writing there."""

    hint = N_("wait until it has ended")


@contextmanager
def held(folder: Path, seconds: float = WAITS_SECONDS) -> Iterator[None]:
    """Be the only one who writes in the folder. Raises `BusyError` when another has not ended within so many seconds."""
    until = monotonic() + seconds
    with ExitStack() as holding:
        try:
            file = holding.enter_context((folder / FILE).open("a+b"))
        except OSError as error:
            raise InputError(error.strerror or str(error), Location(str(folder / FILE))) from error
        while True:
            try:
                lock(file)
                break
            except OSError as error:
                if monotonic() > until:
                    raise BusyError(N_("another process writes in {folder}"), {"folder": str(folder)}) from error
                sleep(0.02)
        yield
