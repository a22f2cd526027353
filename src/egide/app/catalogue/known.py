"""What is known of offers, held open for many who ask at once: an index and a shelf for each of the last days asked.

They are thrown away as soon as the catalogue in use, or the database's tables of offers, are no longer what they were made of. An index
that takes longer than a moment is made in the background, and whoever asks meanwhile is told how far it has come.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYetError
from dataclasses import dataclass
from typing import TYPE_CHECKING

from egide.app.catalogue.chains import Chains
from egide.app.catalogue.heads import heads
from egide.app.portfolio.deciding import Present
from egide.app.portfolio.remembered import Remembered

if TYPE_CHECKING:
    from datetime import date

    from egide.catalogue.kept.reading import Kept
    from egide.catalogue.search import Finder
    from egide.catalogue.shelf import Shelf
    from egide.store.connection import Store
    from egide.vocabulary.offers import Catalogue

DAYS = 4
"""Days that stay open."""
PATIENCE_SECONDS = 2.0
ANSWERS = 512
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Making:
    """An index that isn't there yet."""

    rows: int
    """Offers read so far."""


class _Work:
    """An index being made, or made."""

    def __init__(self, key: Key) -> None:
        self.key = key
        self.done: Future[Finder] = Future()
        self.rows = 0


class Known:
    """The offers of one open database. Threads share it."""

    def __init__(self, store: Store, db: str) -> None:
        self.store, self.db = store, db
        self._lock = threading.Lock()
        self._catalogue: tuple[Catalogue | None, str] = None, ""
        """The list in use as it was last, and what stands for all that it says."""
        self._shelves: Remembered[tuple[Shelf, Kept]] = Remembered(DAYS)
        self._works: OrderedDict[Key, _Work] = OrderedDict()
        self._present = Present()
        self.answers: Remembered[bytes] = Remembered(ANSWERS)
        """What was answered to programs, by the state of the offers and what was asked."""
        self.chains = Chains()
        """What offers stand on, by the state of the offers."""

    def shelf(self, on: date) -> tuple[Shelf, Kept]:
        """All that is stated on that day, and the database's part of it. One for each who asks: it remembers what it was asked."""
        from egide.app.catalogue.shelves import written
        from egide.catalogue.kept.reading import Kept
        from egide.catalogue.shelf import Shelf

        def make() -> tuple[Shelf, Kept]:
            kept = Kept(self.store)
            return Shelf([*written(on), kept], on), kept

        shelf, kept = self._shelves.get(self.state(on), make)
        return shelf.anew(), kept

    def finder(self, on: date, patience_seconds: float = PATIENCE_SECONDS) -> Finder | Making:
        """The index of that day; how far it has come, where it isn't made within the time that whoever asks has.

        One is made at a time: while an import goes on, each of its batches makes another state.
        """
        key, until = self.state(on), time.monotonic() + patience_seconds
        while True:
            work = self._work(key, on)
            try:
                made = work.done.result(max(0.0, until - time.monotonic()))
            except NotYetError:
                return Making(work.rows)
            if work.key == key:
                return made

    def _work(self, key: Key, on: date) -> _Work:
        """The making of that index: under way, begun now, or what has to end before it can begin."""
        with self._lock:
            if key in self._works:
                return self._works[key]
            if busy := next((one for one in self._works.values() if not one.done.done()), None):
                return busy
            work = self._works[key] = _Work(key)
            while len(self._works) > DAYS:
                self._works.popitem(last=False)
        threading.Thread(target=self._make, args=(key, on, work), name="egide-index", daemon=True).start()
        return work

    def earlier(self, on: date) -> Finder | None:
        """The index of that day that was made last, of the same list in use, while the one of now is made: imports came since."""
        day, listed, *_ = self.state(on)
        with self._lock:
            made = [one for one in self._works.values() if one.key[:2] == (day, listed) and one.done.done()]
        return made[-1].done.result() if made else None

    def whole_finder(self, on: date) -> Finder:
        """As `finder`, for who waits until it is made."""
        found = self.finder(on, 600.0)
        if isinstance(found, Making):
            raise TimeoutError
        return found

    def _make(self, key: Key, on: date, work: _Work) -> None:
        from egide.app.catalogue.apart import finder_apart
        from egide.app.catalogue.search import finder_in

        def step(rows: int, _: int) -> None:
            work.rows = rows

        try:
            made = finder_in(self.store, on, self.db, step, finder_apart)
        except BaseException as error:
            with self._lock:
                self._works.pop(key, None)
            work.done.set_exception(error)
        else:
            work.done.set_result(made)

    def state(self, on: date) -> Key:
        """What tells the offers of that day from what they were before: the list in use and the database's tables."""
        offers = self._present.now().offers
        if offers is not self._catalogue[0]:
            self._catalogue = offers, str(hash(offers.offers))
        return on.isoformat(), self._catalogue[1], *heads(self.store)
