"""The least chance to meet each of many targets at once: one column for each, in floating point.

The same walk and the same bounds as `egide.ownership.bounds`; what that answers for one target in fractions, this answers for
all holders of a company together, within a few thousandths of a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.ownership.bounds import Walk, Way
    from egide.ownership.day import Column


MOST_POLICIES = 100
"""Far more than are ever needed: each is better than the one before."""
CLOSE = 1e-15
ROUNDING = 4e-16
MOST_TURNS = 1e4
"""A circle in which the walk turns longer is left to fractions."""
MOST_KEPT = 1_000
"""Companies of a circle whose inverse is kept for the next targets."""
MOST_CHOOSING = 60
"""Companies of a circle whose choices are looked for."""
MOST_AT_ONCE = 2_000_000
"""Entries of all matrices that are solved together."""


class DelicateError(Exception):
    """A circle hardly leaves itself: floating point would lose digits."""


class TangledError(Exception):
    """A circle in which too many companies may choose: it would not be solved in any time that somebody waits."""


class Table:
    """A walk made ready for many targets."""

    def __init__(self, walked: Walk) -> None:
        self.walked = walked
        self.rows = {node: [_row(way) for way in walked.ways[node]] for part in walked.parts for node in part}
        self.plain = {node for node, rows in self.rows.items() if len(rows) == 1 and rows[0][2] is None}
        """Companies from which there is nothing to choose."""
        self.edges = sum(len(row[0]) for rows in self.rows.values() for row in rows)
        self.turns = 1.0
        """How long the walk turns in the circles that were solved, at most."""
        self._inverses: dict[int, Column] = {}

    @property
    def within(self) -> float:
        """How far a value can be off.

        Values are chances: what is wrong with those above is passed on by at most one. A step adds the rounding of its sum, a circle that
        of solving it: of its entries, as often as it turns (Higham 2002, theorem 9.3; the matrix is an M-matrix, whose elimination
        does not grow).
        """
        return ROUNDING * (self.edges + len(self.rows)) * self.turns

    def least(self, fixed: Column) -> Column:
        """The least chances by node and target; what is not given (nan) is found."""
        value = np.nan_to_num(fixed)
        asked = np.isnan(fixed)
        for part, turning in zip(self.walked.parts, self.walked.circles, strict=True):
            if turning:
                self._circle(part, value, asked)
            elif self.rows[part[0]]:
                node = part[0]
                found = self._best(node, value)
                value[node] = np.where(asked[node], found, value[node])
        return value

    def greatest(self, fixed: Column) -> Column:
        """The greatest chances to meet what is fixed at one, or never to leave a circle."""
        return 1.0 - self.least(1.0 - fixed)

    def _best(self, node: int, value: Column) -> Column:
        found = _carried(self.rows[node][0], value)
        for row in self.rows[node][1:]:
            found = np.minimum(found, _carried(row, value))
        return found

    def _circle(self, part: Sequence[int], value: Column, asked: Column) -> None:
        """A part without choices is one linear system for all targets; else choices are made better target by target."""
        nodes = np.array(part)
        if self.plain.issuperset(part):
            self._solve(nodes, value, asked[nodes])
            return
        if len(part) > MOST_CHOOSING:
            raise TangledError
        at_once = max(MOST_AT_ONCE // len(part) ** 2, 1)
        for first in range(0, value.shape[1], at_once):
            some = slice(first, first + at_once)
            if asked[nodes, some].any():
                columns = value[:, some].copy()
                self._by_policy(nodes, columns, asked[nodes, some])
                value[:, some] = columns

    def _solve(self, nodes: Column, value: Column, asked: Column) -> None:
        """Solve as if nothing inside were given, then with what each target gives inside put in its place.

        ``value[:, target]`` is ``known`` carried by the inverse, and a correction by its columns at the nodes that are given.
        """
        matrix, known = self._system(nodes, value)
        if not known.any() and asked.all():
            value[nodes] = 0.0
            return
        inverse = self._inverse(int(nodes[0]), matrix)
        free = inverse @ known
        for target in np.flatnonzero(~asked.all(axis=0)):
            inside = np.flatnonzero(~asked[:, target])
            wanted = value[nodes[inside], target] - free[inside, target]
            free[:, target] += inverse[:, inside] @ np.linalg.solve(inverse[np.ix_(inside, inside)], wanted)
        value[nodes] = np.where(asked, free, value[nodes])

    def _inverse(self, first: int, matrix: Column) -> Column:
        """The inverse: how often the walk comes by each company of the circle, from each. Raises `DelicateError`."""
        if first in self._inverses:
            return self._inverses[first]
        try:
            inverse: Column = np.linalg.inv(matrix)
        except np.linalg.LinAlgError as error:
            raise DelicateError from error
        self._note(np.abs(inverse).sum(axis=1).max())
        if len(matrix) <= MOST_KEPT:
            self._inverses[first] = inverse
        return inverse

    def _note(self, turns: float) -> None:
        if not turns < MOST_TURNS:
            raise DelicateError
        self.turns = max(self.turns, float(turns))

    def _system(self, nodes: Column, value: Column) -> tuple[Column, Column]:
        place = {int(node): at for at, node in enumerate(nodes)}
        matrix, known = np.eye(len(nodes)), np.zeros((len(nodes), value.shape[1]))
        for at, node in enumerate(nodes.tolist()):
            (to, low, _) = self.rows[node][0]
            for holder, chance in zip(to.tolist(), low.tolist(), strict=True):
                if holder in place:
                    matrix[at, place[holder]] -= chance
                else:
                    known[at] += chance * value[holder]
        return matrix, known

    def _by_policy(self, nodes: Column, value: Column, asked: Column) -> None:
        """Sweeps find who cannot avoid the target and good choices to begin with; then policies, each solved for every target."""
        order = nodes.tolist()
        met = None
        while met is None or (met != (value[nodes] > 0)).any():
            met = value[nodes] > 0
            for at, node in enumerate(order):
                value[node] = np.where(asked[at], self._best(node, value), value[node])
        free = asked & (value[nodes] > 0)
        for _ in range(MOST_POLICIES):
            before = value[nodes]
            matrix, known = self._policy(order, value, free)
            try:
                solved = np.linalg.solve(matrix, np.stack([known, np.ones_like(known)], axis=-1))
            except np.linalg.LinAlgError as error:
                raise DelicateError from error
            self._note(np.abs(solved[..., 1]).max())
            value[nodes] = np.where(free, solved[..., 0].T, before)
            best = np.array([self._best(node, value) for node in order])
            if not (free & (best < value[nodes] - CLOSE)).any():
                return

    def _policy(self, order: Sequence[int], value: Column, free: Column) -> tuple[Column, Column]:
        """The linear systems of the choices that are best as values stand, one for each target."""
        count, targets = len(order), value.shape[1]
        place = {node: at for at, node in enumerate(order)}
        matrix = np.zeros((targets, count, count))
        matrix[:, range(count), range(count)] = 1.0
        known = value[order].T.copy()
        for at, node in enumerate(order):
            rows = self.rows[node]
            best = np.argmin([_carried(row, value) for row in rows], axis=0) if len(rows) > 1 else np.zeros(targets, int)
            known[free[at], at] = 0.0
            for index, row in enumerate(rows):
                chosen = free[at] & (best == index)
                if chosen.any():
                    for holder, chance in zip(row[0].tolist(), _chances(row, value), strict=True):
                        if holder in place:
                            matrix[chosen, at, place[holder]] -= chance[chosen]
                        else:
                            known[chosen, at] += (chance * value[holder])[chosen]
        return matrix, known


Row = tuple["Column", "Column", "Column | None"]
"""To whom, with what least chance, and how much more it may be; None when it may not."""


def _row(way: Way) -> Row:
    to, low, high = zip(*way, strict=True)
    return np.array(to), np.array(low, float), np.array(high, float) - np.array(low, float) if low != high else None


def _carried(row: Row, value: Column) -> Column:
    to, low, room = row
    if room is None:
        return value[to[0]] * low[0] if len(to) == 1 else low @ value[to]
    carried: Column = (_chances(row, value) * value[to]).sum(axis=0)
    return carried


def _chances(row: Row, value: Column) -> Column:
    """By holder and target: the lowest for each, and what is left to those of least value."""
    to, low, room = row
    spread = np.repeat(low[:, None], value.shape[1], axis=1)
    if room is None:
        return spread
    order = np.argsort(value[to], axis=0, kind="stable")
    free = room[order]
    given = np.clip(1.0 - low.sum() - (np.cumsum(free, axis=0) - free), 0.0, free)
    np.put_along_axis(spread, order, low[order] + given, axis=0)
    return spread
