"""The order in which every company of a graph can be answered: first those above which nothing turns, last those below which nothing does.

Companies are renumbered, so that each run of them is one step over neighbouring edges. Between the runs lies the core: companies
that hold one another, or stand between such; `egide.ownership.elimination` takes it apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from egide.ownership.elimination import Elimination, eliminate
from egide.ownership.holdings import Right
from egide.ownership.runs import entries, starts

if TYPE_CHECKING:
    from egide.ownership.day import Column
    from egide.ownership.graph import Graph

LOW_HALF = 0xFFFFFFFF


@dataclass(slots=True)
class Plan:
    """The order of a graph: its companies renumbered, their edges in runs, and the runs that are one step each."""

    place: Column
    """The new number of each party."""
    levels: list[tuple[int, int]]
    """Runs of companies that one step answers, in order, before the core."""
    core: tuple[int, int]
    tail: list[tuple[int, int]]
    """The same after the core."""
    cut: tuple[int, int]
    """Companies that end every walk, but are asked about themselves."""
    edge: Column
    """First edge of each company in the new order."""
    order: Column
    """The graph's edges in the new order, without holdings in oneself."""
    holder: Column
    """The new number of each edge's holder."""
    choosing: Column
    """New numbers of the companies with a float and ranges, in order: what is left of them is somebody's to give."""
    inner: Column
    """The edges inside the core, in the order in which `taken` has them."""
    taken: Elimination
    """The core's companies, counted from its first, taken out in turn."""


def plan(made: Graph) -> Plan:
    """Sort the companies by what must be known before them."""
    count = len(made.parties)
    order, held, holder = np.flatnonzero(made.holder != made.held), made.held, made.holder
    if len(order) < len(held):
        held, holder = held[order], holder[order]
    sizes = np.bincount(held, minlength=count)
    companies, cut = sizes > 0, (made.third == 1) | made.ends
    waiting = companies & ~cut
    waits = waiting[holder] & waiting[held]
    first, left = _from_above(held[waits], holder[waits], waiting)
    last, core = _from_below(held, holder, left)
    stages = [*first, np.flatnonzero(core), *reversed(last), np.flatnonzero(companies & cut)]
    sequence = np.concatenate([*stages, np.flatnonzero(~companies)])
    place = np.empty(count, np.int64)
    place[sequence] = np.arange(count)
    ends = np.cumsum([0, *(len(stage) for stage in stages)]).tolist()
    runs = list(pairwise(ends))
    edge = starts(sizes[sequence])
    moved = entries(starts(sizes)[sequence], sizes[sequence])[0]
    order, new_holder = order[moved], place[holder[moved]]
    choosing = np.sort(place[_choosing(made)])
    inner, taken = _taken_apart(runs[len(first)], edge, new_holder, choosing)
    return Plan(
        place, runs[: len(first)], runs[len(first)], runs[len(first) + 1 : -1], runs[-1], edge, order, new_holder, choosing, inner, taken,
    )  # fmt: skip


def _from_above(held: Column, holder: Column, waiting: Column) -> tuple[list[Column], Column]:
    """Take away who waits for nobody, level by level; ``held`` waits for ``holder``."""
    count = len(waiting)
    waits = np.bincount(held, minlength=count)
    by_holder = np.sort(holder << 32 | held) & LOW_HALF  # both in one number: sorting numbers is many times faster than sorting places
    return _peel(np.flatnonzero(waiting & (waits == 0)), waits, starts(np.bincount(holder, minlength=count)), by_holder, waiting)


def _from_below(held: Column, holder: Column, left: Column) -> tuple[list[Column], Column]:
    """Take away who gives to nobody; edges are sorted by ``held`` already."""
    count = len(left)
    inside = left[held] & left[holder]
    held, holder = held[inside], holder[inside]
    gives = np.bincount(holder, minlength=count)
    return _peel(np.flatnonzero(left & (gives == 0)), gives, starts(np.bincount(held, minlength=count)), holder, left)


def _peel(ready: Column, waits: Column, start: Column, towards: Column, wanted: Column) -> tuple[list[Column], Column]:
    """Take away, level by level, what waits for nothing; returns the levels and what is left."""
    left = wanted.copy()
    levels = []
    while len(ready):
        levels.append(ready)
        left[ready] = False
        reached = towards[entries(start[ready], start[ready + 1] - start[ready])[0]]
        np.subtract.at(waits, reached, 1)
        ready = np.sort(reached[waits[reached] == 0])
        ready = ready[np.diff(ready, prepend=-1) > 0]
    return levels, left


def _choosing(made: Graph) -> Column:
    """Companies with a float of which some share is a range, treasury shares included."""
    if not made.floats.any():
        return np.zeros(0, np.int64)
    edges = np.flatnonzero(made.floats[made.held])
    ranged = np.zeros(len(edges), bool)
    for right in Right:
        ranged |= made.low[right][edges] < made.high[right][edges]
    return np.unique(made.held[edges[ranged]])


def _taken_apart(core: tuple[int, int], edge: Column, holder: Column, choosing: Column) -> tuple[Column, Elimination]:
    """Who chooses and whom the choice looks at stay in; every other company of the core can be put into its holders' place."""
    first, last = core
    begin, end = int(edge[first]), int(edge[last])
    held = np.repeat(np.arange(last - first), np.diff(edge[first : last + 1]))
    above = holder[begin:end] - first
    inside = (above >= 0) & (above < last - first)
    stay = np.zeros(last - first, bool)
    stay[choosing[(choosing >= first) & (choosing < last)] - first] = True
    stay[above[inside & stay[held]]] = True
    inner = np.flatnonzero(inside)
    inner = inner[np.argsort(held[inner] * (last - first) + above[inner], kind="stable")]
    return begin + inner, eliminate(held[inner], above[inner], last - first, stay)
