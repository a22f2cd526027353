"""What is known of every row, field by field, in columns: what conditions are put to and what is counted by value.

A column of texts keeps the values of each row one after the other, so that a row may have none, one or many; a column of numbers has one
number a row, or none. A field that no row knows has no column.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from egide.catalogue.fields import key_of
from egide.vocabulary.properties import Form

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from egide.catalogue.search.conditions import Condition

    Mask = NDArray[np.bool_]
    Places = NDArray[np.int64]

WORDED = frozenset({Form.TEXT, Form.CHOICE, Form.COUNTRY, Form.YES_NO})
"""Forms whose values are texts."""
MANIFEST = "columns.json"
BY_NAME = "by_name.npy"
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


class Manifest(msgspec.Struct):
    """How many rows there are, and which fields have a column."""

    count: int
    texts: list[str]
    numbers: list[str]


class Columns:
    """Every column of an index."""

    def __init__(self, folder: Path) -> None:
        self.said = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
        self.count = self.said.count
        self.by_name: NDArray[np.int32] = np.load(folder / BY_NAME, mmap_mode="r")
        """The place of each row in the order of names."""
        self._folder = folder
        self._loaded: dict[str, Texts | NDArray[np.float64] | None] = {}

    def texts(self, name: str) -> Texts | None:
        """The texts of a field; None when no row knows it."""
        if f"t:{name}" not in self._loaded:
            self._loaded[f"t:{name}"] = None if name not in self.said.texts else Texts(
                msgspec.json.decode((self._folder / f"values-{name}.json").read_bytes(), type=list[str]),
                np.load(self._folder / f"starts-{name}.npy"), np.load(self._folder / f"codes-{name}.npy"),
            )  # fmt: skip
        found = self._loaded[f"t:{name}"]
        return found if isinstance(found, Texts) else None

    def numbers(self, name: str) -> NDArray[np.float64] | None:
        """The numbers of a field, not a number where it isn't known; None when no row knows it."""
        if f"n:{name}" not in self._loaded:
            self._loaded[f"n:{name}"] = np.load(self._folder / f"numbers-{name}.npy") if name in self.said.numbers else None
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
