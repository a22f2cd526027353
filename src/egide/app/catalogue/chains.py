"""What offers stand on, worked out once for each state of the catalogue: at once where a chain is short, beside the requests otherwise."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any

from egide.app.portfolio.remembered import Remembered

if TYPE_CHECKING:
    from egide.catalogue.composition import SheetOf
    from egide.catalogue.sheets import Sheet

AT_ONCE = 150
"""Subjects that whoever asks waits for; each takes about a third of a millisecond."""
CHAINS = 256
Make = Callable[["SheetOf"], dict[str, Any]]


class _TooManyError(Exception):
    """The chain is longer than somebody waits for."""


class Chains:
    """The chains asked for last. Threads share it."""

    def __init__(self) -> None:
        self._made: Remembered[dict[str, Any]] = Remembered(CHAINS)

    def of(self, key: Hashable, make: Make, sheet_of: SheetOf, anew: Callable[[], SheetOf]) -> dict[str, Any] | None:
        """What ``make`` makes of the sheets; None while a long chain is worked out, with sheets of its own (``anew``)."""
        found = self._made.at_hand(key)
        if found is not None or self._made.making(key):
            return found
        try:
            found = make(_few(sheet_of))
        except _TooManyError:
            threading.Thread(target=self._made.get, args=(key, lambda: make(anew())), name="egide-chain", daemon=True).start()
            return None
        self._made.put(key, found)
        return found


def _few(sheet_of: SheetOf) -> SheetOf:
    seen: set[str] = set()

    def one(subject: str) -> Sheet | None:
        seen.add(subject)
        if len(seen) > AT_ONCE:
            raise _TooManyError
        return sheet_of(subject)

    return one
