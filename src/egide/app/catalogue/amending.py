"""Which subjects have to be read anew to make the index of now from an earlier one, and their rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app.catalogue.made_of import Of, made_of
from egide.catalogue.kept.reading import AT_A_TIME, Kept, statements_about
from egide.catalogue.kept.since import is_still_there, said_since, told_with, turning
from egide.catalogue.kept.tables import SAID, WITHDRAWN
from egide.catalogue.search import rows_of
from egide.catalogue.shelf import Shelf

if TYPE_CHECKING:
    from datetime import date

    from egide.catalogue.search import Row
    from egide.catalogue.shelf import Source
    from egide.store.connection import Store
    from egide.vocabulary.statements import Statement

MOST = 5_000
"""So many subjects are read anew at most."""
FEW, SHARE = 1_000, 8
"""So many rows are put in since an index was made whole, or one in so many of all that it has: then it is made whole again."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """An earlier index, and the subjects that have to be read anew."""

    folder: Path
    of: Of
    subjects: set[str]


def nearest(among: Path, of: Of, store: Store) -> Nearest | None:
    """The nearest of the indexes in that folder: of the same day and list if there is one, the latest; None where too much changed."""
    known = [(folder, before) for folder in _indexes(among) if (before := made_of(folder)) is not None]
    known.sort(key=lambda one: (one[1].on != of.on, one[1].listed != of.listed, -one[1].head(SAID.name)[0]))
    for folder, before in known:
        subjects = changed(store, before, of)
        if subjects is not None:
            return Nearest(folder, before, subjects)
    return None


def _indexes(among: Path) -> list[Path]:
    return [one for one in among.iterdir() if not one.name.startswith(".")] if among.is_dir() else []


def changed(store: Store, before: Of, now: Of) -> set[str] | None:
    """Subjects of which the index of now tells otherwise than the one of before; None when they are too many, or can't be told."""
    if before.how != now.how:
        return None
    listed = {*before.named, *now.named}
    with store.read() as tx:
        for table in (SAID, WITHDRAWN):
            if not is_still_there(tx, table, *before.head(table.name)):
                return None
        found = said_since(tx, before.head(SAID.name)[0], before.head(WITHDRAWN.name)[0], MOST)
        if before.on != now.on:
            found |= turning(tx, before.on, now.on, MOST)
        if (before.on, before.listed) != (now.on, now.listed):
            found |= listed
        found = found if len(found) > MOST else told_with(tx, found, MOST)
    return None if len(found) > MOST else found


def rows_about(subjects: Collection[str], sources: Sequence[Source], store: Store, on: date) -> Iterator[Row]:
    """The rows of these subjects."""
    some = _Some(store, sorted(subjects))
    shelf = Shelf([*sources, some], on)
    for subject in some.subjects():
        yield from rows_of(shelf, subject)


class _Some:
    """Some subjects of the database, read so many at a time; others one by one as they are referred to."""

    def __init__(self, store: Store, names: Sequence[str]) -> None:
        self._kept, self._names = Kept(store), names
        self._held: dict[str, list[Statement]] = {}
        self._withdrawn: Mapping[str, date] | None = None

    def subjects(self) -> Iterator[str]:
        for start in range(0, len(self._names), AT_A_TIME):
            some = self._names[start : start + AT_A_TIME]
            with self._kept.store.read() as tx:
                self._held = {one: [] for one in some} | statements_about(tx, some)
            yield from some

    def about(self, subject: str) -> Sequence[Statement]:
        held = self._held.get(subject)
        return self._kept.about(subject) if held is None else self._kept.labelled(held)

    def each(self) -> Iterator[tuple[str, Sequence[Statement]]]:
        return ((subject, self.about(subject)) for subject in self.subjects())

    def withdrawn(self) -> Mapping[str, date]:
        if self._withdrawn is None:
            self._withdrawn = self._kept.withdrawn()
        return self._withdrawn
