"""What decides on this machine at this moment: the catalogue and the rulebooks, read again when what is accepted has changed.

Whether it has is told by two small files: the one that says which bundles are in use, and the list that a person accepted last.
"""

from __future__ import annotations

import hashlib
import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from egide import __version__
from egide.app import law
from egide.app.files import home, read
from egide.app.portfolio import assess
from egide.app.portfolio.remembered import Remembered
from egide.app.updates.installed import FILE as INSTALLED
from egide.doctrine.assess import Doctrine
from egide.portfolio import OfferIndex
from egide.portfolio.packed import FORMAT
from egide.rules.evaluation import compile_rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from egide.portfolio import Answers
    from egide.rules.book import Rulebook
    from egide.vocabulary.offers import Catalogue

LAWS = 16
"""Days and answers about offers for which the law stays compiled."""
WORN = 100_000
"""Parts of decisions after which a compiled law is made anew: it remembers what it was asked."""


@dataclass(frozen=True)
class Deciding:
    """The catalogue and the law, with what tells them from any other."""

    offers: Catalogue
    books: tuple[Rulebook, ...]
    digest: str
    index: OfferIndex
    """The offers by the names that people give them."""

    @cached_property
    def read_with(self) -> str:
        """What a reading of a file depends on beside the file and the language: this version, and those names; no law."""
        return hashlib.sha256(f"{FORMAT} {__version__} {self.index.digest}".encode()).hexdigest()[:32]


class Present:
    """What decides now. Threads may share it."""

    def __init__(self) -> None:
        self._places = tuple(str(home() / name) for name in (INSTALLED, assess.CATALOGUE_FILE))
        self._lock = threading.Lock()
        self._read: tuple[object, Deciding] | None = None
        self._laws: Remembered[Doctrine] = Remembered(LAWS)
        self._mine = threading.local()

    @contextmanager
    def looked_at(self, found: Deciding | None) -> Iterator[None]:
        """Within, that is what this thread finds: it was looked at for it already."""
        self._mine.found = found
        try:
            yield
        finally:
            self._mine.found = None

    def now(self) -> Deciding:
        """The catalogue and the rulebooks in use. Raises as `egide.app.law.in_use` and `egide.app.portfolio.assess.catalogue`."""
        found: Deciding | None = getattr(self._mine, "found", None)
        if found is not None:
            return found
        marks = tuple([_mark(path) for path in self._places])
        with self._lock:
            if self._read is None or self._read[0] != marks:
                offers, books = assess.catalogue(), law.in_use()
                said = [offers.as_of.isoformat(), *(book.digest for book in books)]
                said += [hashlib.sha256(read(path)).hexdigest() for path in map(Path, self._places) if path.is_file()]
                digest = hashlib.sha256("\n".join(said).encode()).hexdigest()
                self._read = marks, Deciding(offers, books, digest, OfferIndex.of(offers.offers))
            return self._read[1]

    def doctrine(self, of: Deciding, answers: Answers, on: date) -> Doctrine:
        """The law of that day, ready to be put to any services: each offer is there with its regions and as named without one."""
        key = (of.digest, on, tuple(one for one in answers.answers if one.offer is not None))
        made = self._laws.get(key, lambda: self._compiled(of, answers, on))
        if made.asked > WORN:
            self._laws.drop(key)
        return made

    def _compiled(self, of: Deciding, answers: Answers, on: date) -> Doctrine:
        every = [offer.id for offer in of.offers.offers]
        return Doctrine(compile_rules(of.books, on), assess.offers_on(of.offers, on, every, answers.offer_claims(on)))


def _mark(path: str) -> tuple[int, int, int] | None:
    """What changes with the content of a file that is only ever replaced as a whole."""
    try:
        found = os.stat(path)  # noqa: PTH116 - asked by every request
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
