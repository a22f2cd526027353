"""Gathers the columns of an index row by row; of an earlier index, the rows that stay come first, with the values that they had."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from egide.catalogue.fields import Field, fields, key_of
from egide.catalogue.search.columns import BY_NAME, MANIFEST, WORDED, Columns, Manifest
from egide.catalogue.search.conditions import rank

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from egide.catalogue.search.columns import Mask
    from egide.catalogue.sheets import Sheet

Named = tuple[str, str]
"""By what a row stands in the order of names: its name as it is compared, then its key."""


@dataclass(frozen=True, slots=True)
class Before:
    """An earlier index, and which of its rows stay."""

    columns: Columns
    stays: Mask
    named: Callable[[int], Named]
    """The name and key of one of its rows."""

    @property
    def count(self) -> int:
        """How many stay."""
        return int(self.stays.sum())


class ColumnWriter:
    """The columns of rows that are added one by one, after those that stay of an earlier index."""

    def __init__(self, before: Before | None = None) -> None:
        self.before = before
        self.count = self._first = before.count if before else 0
        self._values: dict[str, dict[str, int]] = {}
        self._codes: dict[str, list[int]] = {}
        self._ends: dict[str, tuple[list[int], list[int]]] = {}
        self._numbers: dict[str, tuple[list[int], list[float]]] = {}
        self._names: list[Named] = []

    def add(self, sheet: Sheet, name: str, key: str) -> dict[str, Any]:
        """Take in a row; its known values are given back as a list of results shows them."""
        shown: dict[str, Any] = {}
        for field in _spoken_of(sheet):
            if field.of.form in WORDED and (texts := sorted(field.strings(sheet))):
                self._text(field.name, texts)
                shown[field.name] = texts if field.of.many else texts[0]
            if field.ordered and (number := rank(field, sheet)) is not None and math.isfinite(number):
                places, numbers = self._numbers.setdefault(field.name, ([], []))
                places.append(self.count - self._first)
                numbers.append(number)
                shown.setdefault(field.name, int(number) if number.is_integer() else number)
        self._names.append(name_of(name, key))
        self.count += 1
        return shown

    def _text(self, name: str, texts: Sequence[str]) -> None:
        if name not in self._values:
            known = self.before.columns.texts(name) if self.before else None
            self._values[name] = {} if known is None else {value: code for code, value in enumerate(known.values)}
        values, codes = self._values[name], self._codes.setdefault(name, [])
        places, counts = self._ends.setdefault(name, ([], []))
        codes += [values.setdefault(text, len(values)) for text in texts]
        places.append(self.count - self._first)
        counts.append(len(texts))

    def write(self, folder: Path) -> None:
        """Write every column."""
        old = self.before.columns.said if self.before else Manifest(0, [], [])
        said = Manifest(self.count, list(dict.fromkeys([*old.texts, *self._codes])), list(dict.fromkeys([*old.numbers, *self._numbers])))
        for name in said.texts:
            self._write_texts(name, folder)
        for name in said.numbers:
            places, numbers = self._numbers.get(name, ([], []))
            column = np.full(self.count - self._first, np.nan)
            column[places] = numbers
            np.save(folder / f"numbers-{name}.npy", np.concatenate([self._numbers_before(name), column]))
        ranks = np.empty(self.count, np.int32)
        ranks[self._order()] = np.arange(self.count, dtype=np.int32)
        np.save(folder / BY_NAME, ranks)
        (folder / MANIFEST).write_bytes(msgspec.json.encode(said))

    def _write_texts(self, name: str, folder: Path) -> None:
        lengths = np.zeros(self.count + 1, np.int64)
        places, counts = self._ends.get(name, ([], []))
        lengths[np.asarray(places, np.int64) + 1 + self._first] = counts
        codes = np.asarray(self._codes.get(name, ()), np.int32)
        known = self.before.columns.texts(name) if self.before else None
        if self.before and known is not None:
            each = np.diff(known.starts)
            lengths[1 : self._first + 1] = each[self.before.stays]
            codes = np.concatenate([known.codes[np.repeat(self.before.stays, each)], codes])
        values = list(self._values[name]) if name in self._values else known.values if known is not None else ()
        np.save(folder / f"starts-{name}.npy", np.cumsum(lengths))
        np.save(folder / f"codes-{name}.npy", codes)
        (folder / f"values-{name}.json").write_bytes(msgspec.json.encode(values))

    def _numbers_before(self, name: str) -> NDArray[np.float64]:
        known = self.before.columns.numbers(name) if self.before else None
        return np.full(self._first, np.nan) if self.before is None or known is None else known[self.before.stays]

    def _order(self) -> NDArray[np.int64]:
        """The places of all rows, by name: those added are put among those that stay."""
        added = sorted(range(len(self._names)), key=self._names.__getitem__)
        fresh = np.asarray(added, np.int64) + self._first
        if self.before is None:
            return fresh
        old = np.argsort(self.before.columns.by_name)
        old = old[self.before.stays[old]]
        at = [bisect_left(old, self._names[one], key=lambda place: self._named_before(int(place))) for one in added]
        place = np.cumsum(self.before.stays) - 1
        return np.insert(place[old], at, fresh)

    def _named_before(self, place: int) -> Named:
        return self.before.named(place) if self.before else ("", "")


def name_of(name: str, key: str) -> Named:
    """By what a row of that name and key is put in order."""
    return key_of(name) or key, key


_ANSWERED: dict[str, tuple[Field, ...]] = {}


def _spoken_of(sheet: Sheet) -> Iterable[Field]:
    """The fields that the sheet's properties answer."""
    if not _ANSWERED:
        for name in {part for field in fields().values() for part in field.answered_by}:
            _ANSWERED[name] = tuple(field for field in fields().values() if name in field.answered_by)
    return dict.fromkeys(field for name in sheet.cells for field in _ANSWERED.get(name, ()))
