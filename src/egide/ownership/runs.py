"""Lists of many owners in one column, run after run: edges by company, parties by company."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from egide.ownership.day import Column


def starts(sizes: Column) -> Column:
    """Where each run begins, and where the last one ends."""
    found = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=found[1:])
    return found


def entries(first: Column, sizes: Column) -> tuple[Column, Column]:
    """The places of some runs, one run after the other, and which run each belongs to; by where runs begin and how long they are."""
    row = np.repeat(np.arange(len(sizes)), sizes)
    return np.repeat(first - np.cumsum(sizes) + sizes, sizes) + np.arange(len(row)), row


@dataclass(slots=True)
class Runs:
    """Edges by company."""

    start: Column
    edge: Column

    def of(self, companies: Column) -> tuple[Column, Column]:
        """The edges of some companies, and which of them each belongs to."""
        places, row = entries(self.start[companies], self.start[companies + 1] - self.start[companies])
        return self.edge[places], row


def runs(company: Column, count: int) -> Runs:
    """Edges by the company that each is of."""
    return Runs(starts(np.bincount(company, minlength=count)), np.argsort(company, kind="stable"))


class Lists:
    """A list of parties for each party, most of them empty."""

    def __init__(self, count: int) -> None:
        self.start, self.size, self.pool = np.zeros(count, np.int64), np.zeros(count, np.int64), np.zeros(0, np.int64)

    def of(self, parties: Column) -> tuple[Column, Column]:
        """The lists of some parties one after the other, and which of them each entry belongs to."""
        places, row = entries(self.start[parties], self.size[parties])
        return self.pool[places], row

    def put(self, parties: Column, sizes: Column, listed: Column) -> None:
        """Give each party its list; ``listed`` has them one after the other."""
        self.start[parties], self.size[parties] = len(self.pool) + np.cumsum(sizes) - sizes, sizes
        self.pool = np.concatenate([self.pool, listed])
