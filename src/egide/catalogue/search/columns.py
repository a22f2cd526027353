"""What is known of every row, field by field, in columns: what conditions are put to and what is counted by value.

A column of texts keeps the values of each row one after the other, so that a row may have none, one or many; a column of numbers has one
number a row, or none. A field that no row knows has no column.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from egide.catalogue.fields import Field, fields, key_of
from egide.catalogue.search.conditions import rank
from egide.vocabulary.properties import Form

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from egide.catalogue.search.conditions import Condition
    from egide.catalogue.sheets import Sheet

    Mask = NDArray[np.bool_]
    Places = NDArray[np.int64]

WORDED = frozenset({Form.TEXT, Form.CHOICE, Form.COUNTRY, Form.YES_NO})
"""Forms whose values are texts."""
MANIFEST = "columns.json"
FEW = 6
"""Below one row in so many, only the rows chosen are looked at."""


@dataclass(frozen=True)
class Texts:
    """The texts of each row: those of row `r` are `codes[starts[r]:starts[r + 1]]`, indexes into `values`."""

    values: Sequence[str]
    starts: NDArray[np.int64]
    codes: NDArray[np.int32]

    @cached_property
    def known(self) -> Mask:
        """Which rows have a value."""
        return self.starts[1:] > self.starts[:-1]

    @cached_property
    def _rows(self) -> NDArray[np.int64]:
        """The row of each value."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    @cached_property
    def _by_code(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        order = np.argsort(self.codes, kind="stable")
        return self._rows[order], np.searchsorted(self.codes[order], np.arange(len(self.values) + 1))

    @cached_property
    def _codes_of(self) -> Mapping[str, list[int]]:
        """A text as it is compared, to every way in which it is written."""
        found: dict[str, list[int]] = {}
        for code, value in enumerate(self.values):
            found.setdefault(key_of(value), []).append(code)
        return found

    def among(self, keys: Iterable[str]) -> Mask:
        """Which rows have one of these texts."""
        mask = np.zeros(len(self.starts) - 1, np.bool_)
        rows, starts = self._by_code
        for key in keys:
            for code in self._codes_of.get(key, ()):
                mask[rows[starts[code]:starts[code + 1]]] = True
        return mask

    @cached_property
    def _only(self) -> NDArray[np.int32] | None:
        """The value of each row, one past the last where it has none, when no row has two."""
        if int(np.diff(self.starts).max(initial=0)) > 1:
            return None
        only = np.full(len(self.starts) - 1, len(self.values), np.int32)
        only[self._rows] = self.codes
        return only

    def counts(self, places: Places) -> NDArray[np.int64]:
        """How many of the rows have each value."""
        total, most = len(self.starts) - 1, len(self.values)
        if len(places) == total:
            return np.bincount(self.codes, minlength=most)
        if self._only is not None:
            return np.bincount(self._only[places], minlength=most + 1)[:most]
        if len(places) * FEW < total:
            lengths = self.starts[places + 1] - self.starts[places]
            begin = np.repeat(self.starts[places] - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
            return np.bincount(self.codes[begin + np.arange(int(lengths.sum()))], minlength=most)
        mask = np.zeros(total, np.bool_)
        mask[places] = True
        return np.bincount(self.codes[mask[self._rows]], minlength=most)


class Columns:
    """Every column of an index."""

    def __init__(self, folder: Path) -> None:
        said: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        self.count = int(said["count"])
        self.by_name: NDArray[np.int32] = np.load(folder / "by_name.npy", mmap_mode="r")
        """The place of each row in the order of names."""
        self._folder, self._texts, self._numbers = folder, said["texts"], frozenset(said["numbers"])
        self._loaded: dict[str, Texts | NDArray[np.float64] | None] = {}

    def texts(self, name: str) -> Texts | None:
        """The texts of a field; None when no row knows it."""
        if f"t:{name}" not in self._loaded:
            values = self._texts.get(name)
            self._loaded[f"t:{name}"] = None if values is None else Texts(
                values, np.load(self._folder / f"starts-{name}.npy"), np.load(self._folder / f"codes-{name}.npy"),
            )  # fmt: skip
        found = self._loaded[f"t:{name}"]
        return found if isinstance(found, Texts) else None

    def numbers(self, name: str) -> NDArray[np.float64] | None:
        """The numbers of a field, not a number where it isn't known; None when no row knows it."""
        if f"n:{name}" not in self._loaded:
            self._loaded[f"n:{name}"] = np.load(self._folder / f"numbers-{name}.npy") if name in self._numbers else None
        found = self._loaded[f"n:{name}"]
        return None if found is None or isinstance(found, Texts) else found

    def answers(self, one: Condition) -> tuple[Mask, Mask]:
        """Which rows meet the condition, and of which it isn't known."""
        if one.spans:
            numbers = self.numbers(one.field.name)
            if numbers is None:
                return self._none(), ~self._none()
            unknown = np.isnan(numbers)
            inside = self._none()
            for span in one.spans:
                low = numbers >= span.low if span.with_low else numbers > span.low
                inside |= low & (numbers <= span.high if span.with_high else numbers < span.high)
        else:
            texts = self.texts(one.field.name)
            if texts is None:
                return self._none(), ~self._none()
            unknown, inside = ~texts.known, texts.among(one.among)
        return (~inside & ~unknown if one.negated else inside), unknown

    def _none(self) -> Mask:
        return np.zeros(self.count, np.bool_)


class ColumnWriter:
    """Gathers the columns row by row."""

    def __init__(self) -> None:
        self.count = 0
        self._values: dict[str, dict[str, int]] = {}
        self._codes: dict[str, list[int]] = {}
        self._ends: dict[str, tuple[list[int], list[int]]] = {}
        self._numbers: dict[str, tuple[list[int], list[float]]] = {}
        self._names: list[tuple[str, str]] = []

    def add(self, sheet: Sheet, name: str, key: str) -> dict[str, Any]:
        """Take in a row; its known values are given back as a list of results shows them."""
        shown: dict[str, Any] = {}
        for field in _spoken_of(sheet):
            if field.of.form in WORDED and (texts := sorted(field.strings(sheet))):
                self._text(field.name, texts)
                shown[field.name] = texts if field.of.many else texts[0]
            if field.ordered and (number := rank(field, sheet)) is not None and math.isfinite(number):
                places, numbers = self._numbers.setdefault(field.name, ([], []))
                places.append(self.count)
                numbers.append(number)
                shown.setdefault(field.name, int(number) if number.is_integer() else number)
        self._names.append((key_of(name) or key, key))
        self.count += 1
        return shown

    def _text(self, name: str, texts: Sequence[str]) -> None:
        values, codes = self._values.setdefault(name, {}), self._codes.setdefault(name, [])
        places, counts = self._ends.setdefault(name, ([], []))
        codes += [values.setdefault(text, len(values)) for text in texts]
        places.append(self.count)
        counts.append(len(texts))

    def write(self, folder: Path) -> None:
        """Write every column."""
        for name, codes in self._codes.items():
            lengths = np.zeros(self.count + 1, np.int64)
            places, counts = self._ends[name]
            lengths[np.asarray(places) + 1] = counts
            np.save(folder / f"starts-{name}.npy", np.cumsum(lengths))
            np.save(folder / f"codes-{name}.npy", np.asarray(codes, np.int32))
        for name, (places, numbers) in self._numbers.items():
            column = np.full(self.count, np.nan)
            column[places] = numbers
            np.save(folder / f"numbers-{name}.npy", column)
        order = sorted(range(self.count), key=self._names.__getitem__)
        ranks = np.empty(self.count, np.int32)
        ranks[order] = np.arange(self.count, dtype=np.int32)
        np.save(folder / "by_name.npy", ranks)
        said = {"count": self.count, "texts": {name: list(values) for name, values in self._values.items()}, "numbers": list(self._numbers)}
        (folder / MANIFEST).write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")


_ANSWERED: dict[str, tuple[Field, ...]] = {}


def _spoken_of(sheet: Sheet) -> Iterable[Field]:
    """The fields that the sheet's properties answer."""
    if not _ANSWERED:
        for name in {part for field in fields().values() for part in field.answered_by}:
            _ANSWERED[name] = tuple(field for field in fields().values() if name in field.answered_by)
    return dict.fromkeys(field for name in sheet.cells for field in _ANSWERED.get(name, ()))
