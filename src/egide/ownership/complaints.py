"""What could not be used of a register, with its place: a bounded list, and how many more there were of each kind.

A file of ten million lines may be wrong ten million times; nobody reads more than the first of each kind.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from egide.vocabulary.errors import Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

KEPT = 50
"""Problems of one kind that are kept; the rest are counted."""
MORE = N_("There are {count} more problems of the kind above.")


class Complaints:
    """Problems of one file as they are met."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._kept: list[Problem] = []
        self._met: Counter[tuple[str, bool]] = Counter()

    def add(
        self, message: str, args: Mapping[str, object] | None = None, *, row: int | None = None, column: str | None = None,
        path: str | None = None, rejected: bool = False,
    ) -> None:
        """Keep a problem of that row, column or path, or only count it when many like it are kept."""
        self.at(Location(self.file, row=row, column=column, path=path), message, args, rejected=rejected)

    def at(self, place: Location, message: str, args: Mapping[str, object] | None = None, *, rejected: bool = False) -> None:
        """The same, at a place that is already known."""
        kind = message, rejected
        self._met[kind] += 1
        if self._met[kind] <= KEPT:
            self._kept.append(Problem(place, message, dict(args or {}), rejected))

    def all(self) -> list[Problem]:
        """Every problem that was kept, and for each kind how many more there were."""
        found: list[Problem] = []
        left: Counter[tuple[str, bool]] = Counter()
        for one in self._kept:
            kind = one.message, one.rejected
            left[kind] += 1
            found.append(one)
            if left[kind] == KEPT and self._met[kind] > KEPT:
                found.append(Problem(Location(self.file), MORE, {"count": self._met[kind] - KEPT}, one.rejected))
        return found
