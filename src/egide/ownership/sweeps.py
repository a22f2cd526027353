"""The collective share of third entities in every company at once, as least and greatest value of the same walk.

Companies come in the order of `egide.ownership.ordering`: most are answered by one step. Those that hold one another are taken out one
after the other (`egide.ownership.elimination`); what is left of them is swept from nothing upwards until it stands still
(`egide.ownership.knots`), which converges to the least solution.

The least chance to meet a target takes everybody at their lowest and gives the rest to somebody undisclosed, who may
always be of the other side; only the float of a listed company, which never counts, leaves a choice to make.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from egide.ownership.certificate import Equations, farthest
from egide.ownership.choices import Choices, Inside, give
from egide.ownership.day import WHOLE
from egide.ownership.elimination import back, put
from egide.ownership.knots import Knot, settle
from egide.ownership.runs import entries

if TYPE_CHECKING:
    from egide.ownership.day import Column
    from egide.ownership.graph import Graph
    from egide.ownership.holdings import Right
    from egide.ownership.ordering import Plan

ROUNDING = float(np.finfo(float).eps)
"""What one addition may be off by."""


@dataclass(frozen=True, slots=True)
class Together:
    """Columns by party, in the graph's own numbering."""

    low: Column
    """Least collective share of third entities."""
    high: Column
    within: float
    """How far at most a share of the companies that hold one another can be from the bounds that solve their equations."""


@dataclass(slots=True)
class Weights:
    """The chances of the walk for one right, in the plan's order."""

    low: Column
    floats: Column
    """By company: what its float has when everybody has the lowest; nothing where there is no float."""
    choices: Choices | None
    """Companies with a float and ranges."""
    grains: Column
    """By inner edge: the lowest share, exactly; and by company of the core what all but itself hold, in the same measure."""
    others: Column


def weights(made: Graph, order: Plan, right: Right) -> Weights:
    """Chances by edge, what is held in oneself taken out and the rest in proportion."""
    count, whole, broken = len(made.parties), float(WHOLE), made.broken[right]
    own = np.flatnonzero(made.holder == made.held)
    least, most = (np.bincount(made.held[own], bound[right][own], count) for bound in (made.low, made.high))
    least[broken] = most[broken] = 0.0
    others = np.maximum(whole - least, 1.0)
    grains = made.low[right][order.order]
    grains[_edges(order, order.place[broken])[0]] = 0.0
    low = grains / whole
    partly = order.place[least > 0]
    edges, row = _edges(order, partly)
    low[edges] = grains[edges] / others[least > 0][row]
    floats = np.zeros(count)
    quoted = order.place[made.floats & ~broken & (least < whole)]
    edges, row = _edges(order, quoted)
    floats[quoted] = np.maximum(1.0 - np.bincount(row, low[edges], len(quoted)), 0.0)
    by_place = np.empty((2, count))
    by_place[:, order.place] = others, np.minimum(most - least, others) / others
    choices = _choices(made, order, right, low, floats, *by_place) if len(order.choosing) else None
    return Weights(low, floats, choices, grains[order.inner], by_place[0, slice(*order.core)])


def _choices(made: Graph, order: Plan, right: Right, low: Column, floats: Column, others: Column, itself: Column) -> Choices | None:
    broken = np.zeros(len(floats), bool)
    broken[order.place] = made.broken[right]
    companies = order.choosing[~broken[order.choosing]]
    if not len(companies):
        return None
    edges, row = _edges(order, companies)
    more = np.minimum(made.high[right][order.order[edges]] / others[companies][row] - low[edges], 1.0)
    start = np.searchsorted(row, np.arange(len(companies) + 1))
    return Choices(companies, start, edges, order.holder[edges], low[edges], more, floats[companies], itself[companies])


def _edges(order: Plan, companies: Column) -> tuple[Column, Column]:
    """All edges of some companies, and which of the companies each belongs to."""
    return entries(order.edge[companies], order.edge[companies + 1] - order.edge[companies])


def together(made: Graph, order: Plan, right: Right) -> Together:
    """Least and greatest collective share of third entities in every company."""
    chances = weights(made, order, right)
    sure, inside = made.third == 1, made.ends & (made.third == 0)
    least = _Side(order, chances, sure, np.zeros(len(sure), bool), floats=False)
    avoided = _Side(order, chances, inside, made.third == -1, floats=True)
    low, high = least.solved(), 1.0 - avoided.solved()
    alone = (order.edge[1:] == order.edge[:-1])[order.place]
    low[alone], high[alone] = 0.0, 1.0
    own = np.flatnonzero(made.holder == made.held)
    itself = np.bincount(made.held[own], made.high[right][own], len(low))
    high[alone & made.floats & ~made.broken[right] & (itself < WHOLE)] = 0.0
    low[made.ends], high[made.ends] = 0.0, 0.0
    return Together(low, np.maximum(low, high), max(least.within, avoided.within))


class _Side:
    """One side of one right: the least chance to meet what is fixed at one, from every company."""

    def __init__(self, order: Plan, chances: Weights, fixed: Column, zero: Column, *, floats: bool) -> None:
        count = len(fixed)
        self.order, self.chances = order, chances
        self.choices = chances.choices if floats else None
        self.floats = chances.floats if floats else None
        self.value = np.empty(count)
        """What a company is worth to those it holds."""
        self.value[order.place] = fixed
        self.answer = self.value.copy()
        """What comes out for the company itself."""
        self.zero = np.empty(count, bool)
        """Worth nothing, whatever comes out for it."""
        self.zero[order.place] = zero
        self.within = 0.0

    def solved(self) -> Column:
        """By party."""
        for first, last in self.order.levels:
            self._step(first, last)
        if self.order.core[0] < self.order.core[1]:
            self._core()
        for first, last in self.order.tail:
            self._step(first, last)
        self._run(*self.order.cut)
        return self.answer[self.order.place]

    def _step(self, first: int, last: int) -> None:
        self._run(first, last)
        np.multiply(self.answer[first:last], ~self.zero[first:last], out=self.value[first:last])

    def _run(self, first: int, last: int) -> None:
        """Answer one run of companies from what is known of their holders."""
        if first < last:
            self.answer[first:last] = self._carried(first, last)
            choices = self.choices and self.choices.among(first, last)
            if choices:
                self.answer[choices.companies] = give(choices, self.value).found

    def _carried(self, first: int, last: int) -> Column:
        """What the companies of a run have from their holders and their floats."""
        edge = self.order.edge
        begin, end = int(edge[first]), int(edge[last])
        carried = self.value[self.order.holder[begin:end]]
        carried *= self.chances.low[begin:end]
        found: Column = np.add.reduceat(carried, edge[first:last] - begin)
        if self.floats is not None:
            found += self.floats[first:last]
        return found

    def _core(self) -> None:
        """Answer the companies that hold one another."""
        first, last = self.order.core
        shape, zero = self.order.taken, self.zero[first:last]
        self.value[first:last] = 0.0
        known = np.where(zero, 0.0, self._carried(first, last))
        open_ = ~(zero[shape.row] | zero[shape.above])
        chance = np.where(open_, self.chances.low[self.order.inner], 0.0)
        turning = np.bincount(shape.row, np.where(open_, self.chances.grains, 0.0), shape.count)
        leak = (self.chances.others - turning) / self.chances.others
        choices = self.choices and self.choices.among(first, last)
        reduced = put(shape, chance, known, leak)
        numbers = first + shape.left
        inside = Inside(choices, numbers, self.value, zero[choices.companies - first]) if choices else None
        choosing = inside.companies if inside else np.zeros(0, np.int64)
        knot = Knot(shape.left_row, shape.left_above, reduced.chance, reduced.known, choosing, inside.least if inside else None)
        self.value[first:last] = back(shape, reduced, settle(knot))
        self._run(first, last)
        missed = np.abs(self.answer[first:last] - self.value[first:last])
        missed += ROUNDING * (3 + np.diff(self.order.edge[first : last + 1]))
        self.within = farthest(Equations(shape, chance, leak, missed), knot, reduced, inside)
