"""The shortest trail from a company to each component that holds data, by ways that are at least so sure, one of them no surer.

Each place is visited once before and once after a way of that very sureness; a trail that comes by one place twice says
nothing that a shorter and surer one does not, and is left out. Whole levels are taken at once, so that a hundred thousand ways do not
have to be walked one by one for every company.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Column = np.ndarray[Any, np.dtype[Any]]
Place = TypeVar("Place", bound=Hashable)
Edges = Mapping[Place, Sequence[tuple[Place, str, int]]]
"""From a place: to which, by which way, how sure it is open; in the order in which they are tried."""


class Trails:
    """The ways at one sureness, made ready to be followed from many companies.

    A state is a place twice: before a way of that very sureness was taken, and, ``count`` further, after it.
    """

    def __init__(self, edges: Edges[Place], sure: int) -> None:
        self.number: dict[Hashable, int] = {}
        source, target, self.names, level = list[int](), list[int](), list[str](), list[bool]()
        for at, leaving in edges.items():
            for to, name, how in leaving:
                if how <= sure:
                    source.append(self.number.setdefault(at, len(self.number)))
                    target.append(self.number.setdefault(to, len(self.number)))
                    self.names.append(name)
                    level.append(how == sure)
        self.count = len(self.number)
        tail, head, now = np.array(source, np.int64), np.array(target, np.int64), np.array(level, bool)
        self.tail = np.concatenate([tail, tail + self.count])
        self.head = np.concatenate([head + now * self.count, head + self.count])
        self.place = list(self.number)
        self._forward = _runs(self.tail, 2 * self.count)
        self._back: tuple[Column, Column] | None = None

    def to_each(self, start: Hashable, goals: Iterable[Hashable]) -> Iterator[tuple[Hashable, list[str]]]:
        """Goals that are reached from the start, in the order of the goals; the names of the ways, first to last."""
        if start not in self.number:
            return
        by = self._spread([self.number[start]], self._forward, self.head)
        for goal in goals:
            if (state := self.number.get(goal, -1)) >= 0 and by[state + self.count] >= 0:
                names = self._followed(by, state + self.count, self.tail)
                if names is not None:
                    yield goal, names[::-1]

    def to_nearest(self, starts: Iterable[Hashable], goals: Iterable[Hashable]) -> Iterator[tuple[Hashable, Hashable, list[str]]]:
        """From each start, the goal that is nearest, and the names of the ways: found for all starts at once."""
        if self._back is None:
            self._back = _runs(self.head, 2 * self.count)
        ends = [self.number[goal] + self.count for goal in goals if goal in self.number]
        by = self._spread(ends, self._back, self.tail)
        for start in starts:
            state = self.number.get(start, -1)
            if state >= 0 and by[state] >= 0:
                names = self._followed(by, state, self.head)
                if names is not None:
                    last = state
                    while by[last] < len(self.tail):
                        last = int(self.head[by[last]])
                    yield start, self.place[last - self.count], names

    def _spread(self, starts: Sequence[int], runs: tuple[Column, Column], ahead: Column) -> Column:
        """By state: the edge by which it was met first, level by level; past the last edge where it began, -1 where it was not met."""
        first, order = runs
        by = np.full(2 * self.count, -1)
        front = np.array(starts, np.int64)
        by[front] = len(self.tail)
        while len(front):
            sizes = first[front + 1] - first[front]
            edges = order[np.repeat(first[front] - np.cumsum(sizes) + sizes, sizes) + np.arange(int(sizes.sum()))]
            met = ahead[edges]
            new = by[met] < 0
            edges, met = edges[new], met[new]
            met, where = np.unique(met, return_index=True)
            turn = np.argsort(where, kind="stable")
            front, edges = met[turn], edges[where[turn]]
            by[front] = edges
        return by

    def _followed(self, by: Column, state: int, towards: Column) -> list[str] | None:
        """The names of the ways from a state to where it began; None when the trail comes by one place twice."""
        names: list[str] = []
        seen = {state % self.count}
        while (edge := int(by[state])) < len(self.tail):
            state = int(towards[edge])
            if state % self.count in seen:
                return None
            seen.add(state % self.count)
            names.append(self.names[edge % len(self.names)])
        return names


def _runs(key: Column, count: int) -> tuple[Column, Column]:
    """Where the edges of each state begin, and all edges in that order."""
    order = np.argsort(key, kind="stable")
    return np.searchsorted(key[order], np.arange(count + 1)), order
