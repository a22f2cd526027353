"""The index that searches ask, kept in the user's cache: made again when what it was made of has changed, and always whole.

An index is named after all that it depends on: the day, the catalogue in use, the heads of the database's tables, what wrote it. Another
name is another index, so nothing in use is ever written to; one that a killed run left half made has no name yet and is swept away later.
Where an earlier index of the same database is at hand and few subjects changed since, the new one is made from it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from egide import __version__
from egide.app.catalogue.made_of import Of
from egide.app.catalogue.shelves import written
from egide.app.database import database_if_any, shown
from egide.app.portfolio import assess
from egide.catalogue import dump
from egide.catalogue.equivalents import coverage
from egide.catalogue.search import Finder, amend, build, fields, release, rows
from egide.catalogue.shelf import Shelf
from egide.vocabulary.errors import InputError

if TYPE_CHECKING:
    from egide.catalogue.kept.reading import Kept
    from egide.store.connection import Store
    from egide.vocabulary.statements import Statement

KEPT = 4
"""How many indexes stay: the same question is asked of a few days, not of all."""
LEFT_OVER_SECONDS = 86_400
LARGE = 5_000
"""Documents' words in the database from which making an index takes more than a moment."""
Apart = Callable[[date, "str | None", Callable[[int], None]], None]


def cache() -> Path:
    """Where what can be made again is kept: a folder of ``EGIDE_HOME``, or the system's for caches."""
    if given := os.environ.get("EGIDE_HOME"):
        return Path(given) / "cache"
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "egide" / "cache"
    return Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "egide"


def finder(on: date, db: str | None = None, progress: Callable[[int, int], None] | None = None) -> Finder:
    """The index of all that is known on that day, made when it is not there.

    ``progress`` is called with how many rows are written, and 0 where it isn't known of how many.
    """
    with database_if_any(db) as store:
        return finder_in(store, on, db, progress)


def finder_in(
    store: Store | None, on: date, db: str | None, progress: Callable[[int, int], None] | None = None, apart: Apart | None = None,
) -> Finder:  # fmt: skip
    """As `finder`, of a database that is open already; ``db`` is its address.

    ``apart``: makes a large index in the cache elsewhere, so that whoever serves others meanwhile isn't held up.
    """
    of = _of(on, db, store)
    folder = cache() / "search" / _name(of)
    if not (folder.is_dir() and _opens(folder)) and not (store is not None and _amended(folder, of, store)):
        if apart is not None and sum(number for _, number, _ in of.heads) > LARGE:
            apart(on, db, lambda done: progress(done, 0) if progress else None)
            return finder_in(store, on, db, progress)  # the database may have gone on meanwhile
        _make(folder, of, store, progress)
    folder.touch()
    _sweep(folder)
    return Finder(folder)


def _of(on: date, db: str | None, store: Store | None) -> Of:
    """All that the index is made from."""
    how = [__version__, release(), ",".join(fields())]
    heads: tuple[tuple[str, int, str], ...] = ()
    if store is not None:
        from egide.app.catalogue.heads import heads as of_tables

        how.append(hashlib.sha256(str(shown(db)).encode()).hexdigest())  # nobody reads an address out of it
        heads = tuple((name, int(number), link) for name, number, link in (one.split(":") for one in of_tables(store)))
    offers = assess.catalogue()
    listed = hashlib.sha256(dump(offers)).hexdigest() + coverage().digest
    return Of(tuple(how), on, listed, heads, tuple(one for source in written(on) for one in source.subjects()))


def _name(of: Of) -> str:
    parts = [*of.how, of.on.isoformat(), of.listed, *map(str, of.heads)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _opens(folder: Path) -> bool:
    """Whether the index can be read; a disk may have eaten some of it."""
    try:
        Finder(folder)
    except (OSError, EOFError, ValueError, KeyError):
        shutil.rmtree(folder, ignore_errors=True)
        return False
    return True


def _make(folder: Path, of: Of, store: Store | None, progress: Callable[[int, int], None] | None) -> None:
    from egide.store.files import whole_folder

    sources = [*written(of.on), *([_InOrder(store)] if store is not None else ())]
    try:
        with whole_folder(folder) as draft:
            build(rows(Shelf(sources, of.on)), draft, (lambda done: progress(done, 0)) if progress else None)
            of.write(draft)
    except InputError:
        if not folder.is_dir():  # else another run made the same meanwhile
            raise


def _amended(folder: Path, of: Of, store: Store) -> bool:
    """Make the index from the earlier one of which least changed; False where none is near enough, or the nearest is not whole."""
    from egide.app.catalogue import amending
    from egide.store.files import whole_folder

    nearest = amending.nearest(folder.parent, of, store)
    if nearest is None:
        return False
    fresh = list(amending.rows_about(nearest.subjects, written(of.on), store, of.on))
    anew = nearest.of.anew + len(fresh)
    try:
        if anew > max(amending.FEW, Finder(nearest.folder).columns.count // amending.SHARE):
            return False
        with whole_folder(folder) as draft:
            amend(nearest.folder, nearest.subjects, fresh, draft)
            replace(of, anew=anew).write(draft)
    except (InputError, OSError, ValueError):  # it was swept away meanwhile, or a disk ate some of it: the whole is made instead
        return folder.is_dir()
    return True


def _sweep(used: Path) -> None:
    """Take away the indexes that were used longest ago, and what killed runs left."""
    with suppress(OSError):
        made = sorted((one for one in used.parent.iterdir() if one.is_dir()), key=lambda one: one.stat().st_mtime, reverse=True)
        old = [one for one in made if not one.name.startswith(".")][KEPT:]
        left = [one for one in made if one.name.startswith(".") and one.stat().st_mtime < time.time() - LEFT_OVER_SECONDS]
        for one in (*old, *left):
            if one != used:
                shutil.rmtree(one, ignore_errors=True)


class _InOrder:
    """The database as a source that is gone through once, in order: each subject's statements come with its name."""

    def __init__(self, store: Store) -> None:
        from egide.catalogue.kept.reading import Kept
        from egide.vocabulary.properties import SubjectKind

        self._kept: Kept = Kept(store)
        self._labelled = self._kept.count().get(SubjectKind.LABEL, 0) > 0
        self._at: tuple[str, Sequence[Statement]] = ("", ())
        self._withdrawn: Mapping[str, date] | None = None

    def subjects(self) -> Iterator[str]:
        """Every subject, its statements at hand while it is the last that was given."""
        for subject, statements in self._kept.each():
            self._at = (subject, self._kept.about(subject) if self._labelled else statements)
            yield subject

    def about(self, subject: str) -> Sequence[Statement]:
        """All that is stated of it."""
        return self._at[1] if self._at[0] == subject else self._kept.about(subject)

    def each(self) -> Iterator[tuple[str, Sequence[Statement]]]:
        """As `about`, of all."""
        return ((subject, self.about(subject)) for subject in self.subjects())

    def withdrawn(self) -> Mapping[str, date]:
        """Documents that no longer hold."""
        if self._withdrawn is None:
            self._withdrawn = self._kept.withdrawn()
        return self._withdrawn
