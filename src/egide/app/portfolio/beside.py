"""Work that goes on beside the requests that asked for it: one piece at a time, ended at once with the site."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_

T = TypeVar("T")
PAUSE_SECONDS = 0.3
"""Before it begins: the page that asked for it goes first."""
Step = Callable[[int, int], None]
"""Told how much is done, of how much; raises `EndingError` when nobody waits for the rest any more."""


class EndingError(EgideError):
    """The server is being stopped."""

    def __init__(self) -> None:
        super().__init__(N_("the server is being stopped"))


class Beside:
    """Where such work is done."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._ending = threading.Event()

    def check(self) -> None:
        """Raise `EndingError` once the site is being stopped."""
        if self._ending.is_set():
            raise EndingError

    def close(self) -> None:
        """Whatever goes on ends at its next step."""
        self._ending.set()

    def begin(self, work: Callable[[Step], T]) -> Piece[T]:
        """Begin it, as soon as what was begun before is done."""
        piece: Piece[T] = Piece()

        def run() -> None:
            def step(done: int, of: int) -> None:
                self.check()
                piece.check()
                piece.done, piece.of = done, of

            try:
                self._ending.wait(PAUSE_SECONDS)
                with self._turn:
                    self.check()
                    piece.check()
                    piece.future.set_result(work(step))
            except BaseException as error:
                piece.future.set_exception(error)

        threading.Thread(target=run, name="egide-beside", daemon=True).start()
        return piece


class Piece(Generic[T]):
    """One piece of work, and how far it has come."""

    def __init__(self) -> None:
        self.future: Future[T] = Future()
        self.done = 0
        self.of = 0
        self._wanted = True

    def leave(self) -> None:
        """Nobody wants it any more: it ends at its next step."""
        self._wanted = False

    def check(self) -> None:
        """Raise `EndingError` once nobody wants it."""
        if not self._wanted:
            raise EndingError

    def result(self, seconds: float) -> T | None:
        """What it made, waited for no longer than that; None while it goes on. Raises what the work raised."""
        try:
            return self.future.result(seconds)
        except TimeoutError:
            if self.future.done():
                raise
            return None
