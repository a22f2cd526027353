"""The collective share of third entities in every company at once, as least and greatest value of the same walk.

Companies are put in an order in which most are answered by one step: first those above which there is no circle, level by
level; last those below which there is none. Between them lies a core of companies that hold one another, answered by
repeated sweeps from nothing upwards, which converge to the least solution; what turns slowly is then solved by
linear algebra.

The least chance to meet a target takes everybody at their lowest and gives the rest to somebody undisclosed, who may
always be of the other side; only the float of a listed company, which never counts, leaves a choice to make.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from egide.ownership.day import WHOLE, Column
from egide.ownership.holdings import Right

if TYPE_CHECKING:
    from egide.ownership.graph import Graph

STILL = 1e-14
"""A sweep that moves nothing by more has converged."""
SWEEPS = 40
"""Sweeps between two looks at what still moves: knots that are small enough go to linear algebra."""
MOST_SOLVED = 600
"""Companies of one knot that are solved as one system; a larger one is swept until it stands still."""
ENTRIES = 4_000_000
"""Entries of the matrices that are solved together."""
MOST_SWEEPS = 20_000
CHUNK = 50_000
"""Companies of the core that are swept together; the next ones already see what came out."""


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


@dataclass(slots=True)
class Weights:
    """The chances of the walk for one right."""

    low: Column
    choosing: Column
    """Companies with a float and ranges: the rest is somebody's to give."""
    more: Column
    """By edge: how much above its lowest a share may be."""
    rest: Column
    """By company: what is left when everybody has the lowest; goes to the float where there is one."""
    floats: Column
    itself: Column
    """By company: how much more of it may be treasury shares."""


def plan(made: Graph) -> Plan:
    """Sort the companies by what must be known before them."""
    count = len(made.parties)
    order = np.flatnonzero(made.holder != made.held)
    held, holder = made.held[order].astype(np.int64), made.holder[order].astype(np.int64)
    cut = (made.third == 1) | made.ends
    open_ = ~cut[holder]
    """Edges by which a company waits for its holder."""
    companies = np.zeros(count, bool)
    companies[held] = True
    waits = np.bincount(held[open_ & companies[holder]], minlength=count)
    down = _runs(holder[open_], held[open_], count)
    first, waiting = _peel(np.flatnonzero(companies & ~cut & (waits == 0)), waits, down, companies & ~cut)
    inside = waiting[held] & waiting[holder]
    gives = np.bincount(holder[inside], minlength=count)
    up = _runs(held[inside], holder[inside], count)
    last, core = _peel(np.flatnonzero(waiting & (gives == 0)), gives, up, waiting)
    stages = [*first, np.flatnonzero(core), *reversed(last), np.flatnonzero(companies & cut)]
    sequence = np.concatenate([*stages, np.flatnonzero(~companies)]) if stages else np.arange(count)
    place = np.empty(count, np.int64)
    place[sequence] = np.arange(count)
    ends = np.cumsum([0, *(len(stage) for stage in stages)])
    runs = [(int(ends[at]), int(ends[at + 1])) for at in range(len(stages))]
    sorted_ = np.argsort(place[held], kind="stable")
    return Plan(
        place, runs[: len(first)], runs[len(first)], runs[len(first) + 1 : -1], runs[-1],
        np.searchsorted(place[held][sorted_], np.arange(count + 1)), order[sorted_], place[holder[sorted_]],
    )  # fmt: skip


def _runs(key: Column, value: Column, count: int) -> tuple[Column, Column]:
    """Values by key: where each key's run begins, and all the runs."""
    order = np.argsort(key, kind="stable")
    return np.searchsorted(key[order], np.arange(count + 1)), value[order]


def _peel(ready: Column, waits: Column, runs: tuple[Column, Column], wanted: Column) -> tuple[list[Column], Column]:
    """Take away, level by level, what waits for nothing; returns the levels and what is left."""
    start, towards = runs
    left = wanted.copy()
    levels = []
    while len(ready):
        levels.append(ready)
        left[ready] = False
        sizes = start[ready + 1] - start[ready]
        edges = np.repeat(start[ready] - np.concatenate([[0], np.cumsum(sizes)[:-1]]), sizes) + np.arange(int(sizes.sum()))
        reached = towards[edges]
        np.subtract.at(waits, reached, 1)
        reached = reached[(waits[reached] == 0) & left[reached]]
        ready = np.unique(reached)
    return levels, left


def weights(made: Graph, order: Plan, right: Right) -> Weights:
    """Chances by edge, what is held in oneself taken out and the rest in proportion."""
    count = len(made.parties)
    whole = float(WHOLE)
    own = made.holder == made.held
    itself = np.bincount(made.held[own], made.low[right][own], count)
    itself[made.broken[right]] = 0.0
    others = np.maximum(whole - itself, 1.0)
    held = made.held[order.order]
    low = np.where(made.broken[right][held], 0.0, made.low[right][order.order]) / others[held]
    high = np.where(made.broken[right][held], 0.0, made.high[right][order.order]) / others[held]
    more = np.minimum(high - low, 1.0)
    stated = np.bincount(order.place[held], low, count)
    floats = np.zeros(count, bool)
    floats[order.place] = made.floats & ~made.broken[right]
    closed = np.zeros(count, bool)
    closed[order.place] = itself >= whole
    rest = np.where(closed, 0.0, np.maximum(1.0 - stated, 0.0))
    room = np.zeros(count)
    room[order.place] = np.minimum(np.bincount(made.held[own], made.high[right][own], count) - itself, others) / others
    ranged = (np.bincount(order.place[held], more > 0, count) > 0) | (room > 0)
    return Weights(low, np.flatnonzero(floats & ranged), more, rest, floats, room)


def together(made: Graph, order: Plan, right: Right) -> tuple[Column, Column]:
    """Least and greatest collective share of third entities, by company, in the graph's own numbering."""
    chances = weights(made, order, right)
    sure = np.where(made.third == 1, 1.0, 0.0)
    inside = np.where(made.ends & (made.third == 0), 1.0, 0.0)
    low = _least(order, chances, sure, floats=0.0)
    never = made.third == -1
    high = 1.0 - _least(order, chances, inside, floats=1.0, never=never)
    own = made.holder == made.held
    alone = np.bincount(made.held[~own], minlength=len(low)) == 0
    low[alone], high[alone] = 0.0, 1.0
    itself = np.bincount(made.held[own], made.high[right][own], len(low))
    high[alone & made.floats & ~made.broken[right] & (itself < WHOLE)] = 0.0
    low[made.ends], high[made.ends] = 0.0, 0.0
    return low, np.maximum(low, high)


def _least(order: Plan, chances: Weights, fixed: Column, *, floats: float, never: Column | None = None) -> Column:
    """The least chance to meet what is fixed at one."""
    count = len(order.place)
    value = np.empty(count)
    value[order.place] = fixed
    zero = np.zeros(count, bool)
    if never is not None:
        zero[order.place] = never
    answer = value.copy()
    choosing = chances.choosing if floats else chances.choosing[:0]
    constant = np.where(chances.floats, chances.rest, 0.0) * floats
    for first, last in order.levels:
        _step(order, chances, constant, choosing, value, answer, zero, first, last)
    _core(order, chances, constant, choosing, value, answer, zero)
    for first, last in (*order.tail, order.cut):
        if (first, last) == order.cut:
            _run(order, chances, constant, choosing, value, answer, first, last)
        else:
            _step(order, chances, constant, choosing, value, answer, zero, first, last)
    return answer[order.place]


def _step(
    order: Plan, chances: Weights, constant: Column, choosing: Column, value: Column, answer: Column, zero: Column, first: int, last: int
) -> None:
    _run(order, chances, constant, choosing, value, answer, first, last)
    value[first:last] = np.where(zero[first:last], 0.0, answer[first:last])


def _run(order: Plan, chances: Weights, constant: Column, choosing: Column, value: Column, answer: Column, first: int, last: int) -> None:
    """Answer one run of companies from what is known of their holders."""
    if first == last:
        return
    begin, end = int(order.edge[first]), int(order.edge[last])
    carried = chances.low[begin:end] * value[order.holder[begin:end]]
    answer[first:last] = np.add.reduceat(carried, order.edge[first:last] - begin) + constant[first:last]
    if len(choosing):
        here = choosing[np.searchsorted(choosing, first) : np.searchsorted(choosing, last)]
        if len(here):
            _choose(order, chances, value, answer, here)


def _choose(order: Plan, chances: Weights, value: Column, answer: Column, companies: Column) -> None:
    """Answer the companies whose rest is somebody's to give."""
    answer[companies] = _given(order, chances, value, companies).found


@dataclass(slots=True)
class _Given:
    """Who gets the rest of some companies: their edges and the edges' chances; what the float and the company itself get."""

    edges: Column
    chance: Column
    left: Column
    itself: Column
    found: Column
    """The value of each company."""


def _given(order: Plan, chances: Weights, value: Column, companies: Column) -> _Given:
    """Give what is left to the holders of least value first, the float last: it counts fully on this side.

    What may be treasury shares is worth what the company is worth, which depends on who gets the rest: tried until it stands still.
    """
    edges, row = _edges(order, companies)
    worth = value[order.holder[edges]]
    by_worth = np.lexsort((worth, row))
    edges, row, worth = edges[by_worth], row[by_worth], worth[by_worth]
    starts = np.searchsorted(row, np.arange(len(companies)))
    room, rest, own = chances.more[edges], chances.rest[companies], chances.itself[companies]
    before = np.cumsum(room) - room
    before -= before[starts][row]
    known = np.add.reduceat(chances.low[edges] * worth, starts)
    best = np.full(len(companies), np.inf)
    while True:
        better = worth < best[row]
        first = np.minimum(np.add.reduceat(np.where(better, room, 0.0), starts), rest)
        itself = np.where(np.isinf(best), 0.0, np.minimum(own, rest - first))
        given = np.clip(rest[row] - np.where(better, 0.0, itself[row]) - before, 0.0, room)
        left = np.maximum(rest - itself - np.add.reduceat(given, starts), 0.0)
        total = known + np.add.reduceat(given * worth, starts) + left
        found = np.where(itself < 1.0, total / np.maximum(1.0 - itself, STILL), 0.0)
        if not own.any() or (found >= best - STILL).all():
            return _Given(edges, chances.low[edges] + given, left, itself, found)
        best = np.minimum(best, found)


def _edges(order: Plan, companies: Column) -> tuple[Column, Column]:
    """All edges of some companies, and which of the companies each belongs to."""
    sizes = order.edge[companies + 1] - order.edge[companies]
    row = np.repeat(np.arange(len(companies)), sizes)
    return np.repeat(order.edge[companies] - np.cumsum(sizes) + sizes, sizes) + np.arange(len(row)), row


def _core(order: Plan, chances: Weights, constant: Column, choosing: Column, value: Column, answer: Column, zero: Column) -> None:
    """Sweep the companies that hold one another until nothing moves."""
    first, last = order.core
    if first == last:
        return
    value[first:last] = 0.0
    bounds = [*range(first, last, CHUNK), last]
    looked = value[first:last].copy()
    for sweep in range(1, MOST_SWEEPS + 1):
        before = value[first:last].copy()
        for begin, end in pairwise(bounds):
            _step(order, chances, constant, choosing, value, answer, zero, begin, end)
        if np.abs(value[first:last] - before).max() <= STILL:
            break
        if sweep % SWEEPS == 0:
            # a circle passes its news on from one to the next: in any one sweep, part of it stands still
            moving = np.flatnonzero(np.abs(value[first:last] - looked) > STILL)
            if len(moving):
                _solve(order, chances, constant, choosing, value, first + moving)
            looked = value[first:last].copy()
    _run(order, chances, constant, choosing, value, answer, first, last)


def _solve(order: Plan, chances: Weights, constant: Column, choosing: Column, value: Column, companies: Column) -> None:
    """Solve the companies that still move as one linear system, the others and all choices as they stand."""
    count = len(companies)
    known = constant[companies].copy()
    edges, row = _edges(order, companies)
    chance, itself = chances.low[edges], np.zeros(count)
    free = np.isin(companies, choosing)
    if free.any():
        given = _given(order, chances, value, companies[free])
        by_edge = np.argsort(edges)
        chance[by_edge[np.searchsorted(edges[by_edge], given.edges)]] = given.chance
        known[free] = given.left
        itself[free] = np.minimum(given.itself, 1.0 - STILL)
    holder = order.holder[edges]
    at = np.searchsorted(companies, holder)
    inside = companies[np.minimum(at, count - 1)] == holder
    known += np.bincount(row[~inside], chance[~inside] * value[holder[~inside]], count)
    scale = 1.0 - itself
    solved = _by_knots(row[inside], at[inside], chance[inside] / scale[row[inside]], known / scale)
    value[companies] = np.where(np.isnan(solved), value[companies], solved)


def _by_knots(row: Column, at: Column, chance: Column, known: Column) -> Column:
    """Each knot of the system by itself, all of one size together; what is in a knot too large is not a number."""
    count = len(known)
    knot = _knots(row, at, count)
    order = np.argsort(knot, kind="stable")
    start = np.flatnonzero(np.diff(knot[order], prepend=-1))
    sizes = np.diff(np.append(start, count))
    place, number = np.empty(count, np.int64), np.empty(count, np.int64)
    place[order] = np.arange(count) - np.repeat(start, sizes)
    number[order] = np.repeat(np.arange(len(start)), sizes)
    solved = np.full(count, np.nan)
    for size in np.unique(sizes[sizes <= MOST_SOLVED]).tolist():
        all_ = np.flatnonzero(sizes == size)
        for chosen in np.array_split(all_, -(-len(all_) * size * size // ENTRIES)):
            batch = np.full(len(start), -1)
            batch[chosen] = np.arange(len(chosen))
            here = batch[number[row]] >= 0
            matrix = np.tile(np.eye(size), (len(chosen), 1, 1))
            np.subtract.at(matrix, (batch[number[row[here]]], place[row[here]], place[at[here]]), chance[here])
            members = order[start[chosen][:, None] + np.arange(size)]
            solved[members] = np.linalg.solve(matrix, known[members][:, :, None])[:, :, 0]
    return solved


def _knots(row: Column, at: Column, count: int) -> Column:
    """Which companies of a system hang together, by the least of each."""
    knot = np.arange(count)
    while True:
        before = knot.copy()
        np.minimum.at(knot, row, knot[at])
        np.minimum.at(knot, at, knot[row])
        knot = knot[knot]
        if (knot == before).all():
            return knot
