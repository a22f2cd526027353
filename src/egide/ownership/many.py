"""The least chance to meet each of many targets at once: one column for each, in floating point.

The same walk and the same bounds as `egide.ownership.bounds`; what that answers for one target in fractions, this answers for
all holders of a company together, within a few thousandths of a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from egide.ownership.bounds import circle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.ownership.bounds import Walk, Way
    from egide.ownership.day import Column


class Table:
    """A walk made ready for many targets."""

    def __init__(self, walked: Walk) -> None:
        self.walked = walked
        self.rows = {node: [_row(way) for way in walked.ways[node]] for part in walked.parts for node in part}
        self.plain = {
            node for node, rows in self.rows.items() if len(rows) == 1 and rows[0][2] is None
        }  # fmt: skip
        """Companies from which there is nothing to choose."""

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
        """A part without choices is a linear system for all targets outside it; the rest goes target by target."""
        nodes = np.array(part)
        free = asked[nodes].all(axis=0)
        if self.plain.issuperset(part):
            self._solve(nodes, value, np.flatnonzero(free))
            for target in np.flatnonzero(~free & asked[nodes].any(axis=0)):
                self._solve(nodes[asked[nodes, target]], value, np.array([target]))
            return
        for target in np.flatnonzero(asked[nodes].any(axis=0)):
            column = value[:, target].tolist()
            circle(self.walked, [node for node in part if asked[node, target]], column)
            value[nodes, target] = [column[node] for node in part]

    def _solve(self, nodes: Column, value: Column, targets: Column) -> None:
        if not len(targets):
            return
        place = {int(node): at for at, node in enumerate(nodes)}
        matrix = np.eye(len(nodes))
        known = np.zeros((len(nodes), len(targets)))
        for at, node in enumerate(nodes.tolist()):
            (to, low, _) = self.rows[node][0]
            for holder, chance in zip(to.tolist(), low.tolist(), strict=True):
                if holder in place:
                    matrix[at, place[holder]] -= chance
                else:
                    known[at] += chance * value[holder, targets]
        if known.any():
            value[nodes[:, None], targets] = np.linalg.solve(matrix, known)
        else:
            value[nodes[:, None], targets] = 0.0


Row = tuple["Column", "Column", "Column | None"]
"""To whom, with what least chance, and how much more it may be; None when it may not."""


def _row(way: Way) -> Row:
    to, low, high = zip(*way, strict=True)
    return np.array(to), np.array(low, float), np.array(high, float) - np.array(low, float) if low != high else None


def _carried(row: Row, value: Column) -> Column:
    to, low, room = row
    if room is None:
        return value[to[0]] * low[0] if len(to) == 1 else low @ value[to]
    worth = value[to]
    order = np.argsort(worth, axis=0, kind="stable")
    free = room[order]
    given = np.clip(1.0 - low.sum() - (np.cumsum(free, axis=0) - free), 0.0, free)
    carried: Column = low @ worth + (given * np.take_along_axis(worth, order, axis=0)).sum(axis=0)
    return carried
