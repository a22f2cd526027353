"""A walk in whole numbers, made ready: its ways as rows, and its strongly connected parts in the order in which they can be solved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from egide.ownership.bounds import components

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence


class Row(NamedTuple):
    """One way upwards: whoever gets nothing in any case is left out, as no circle closes over him."""

    to: tuple[int, ...]
    low: tuple[int, ...]
    room: tuple[int, ...] | None
    """How much more each may have than the lowest; None when nobody may."""
    left: int
    """What the lowest leave of the whole."""

    @property
    def full(self) -> bool:
        """Whether the holders make the whole, and no more."""
        return self.left == 0 if self.room is None else 0 <= self.left <= sum(self.room)


@dataclass(frozen=True, slots=True)
class Shape:
    """The strongly connected parts of a walk, those above first: which of them turn, and how high each stands."""

    parts: tuple[tuple[int, ...], ...]
    circles: tuple[bool, ...]
    heights: tuple[int, ...]
    """By part: the steps that its longest chain still has, where somebody has all of a company not counted."""
    steps: int
    """How many there are at all."""


def shape_of(above: Sequence[Sequence[int]], start: int, passing: Collection[int] = ()) -> Shape:
    """The shape of what can be reached from the start, given who stands above whom, and the companies of which one holder has all."""
    parts = components(above, [start])
    height = [-1] * len(above)
    heights, circles, steps = [], [], 0
    for part in parts:
        node, some = part[0], above[part[0]]
        turning = len(part) > 1 or node in some
        if not turning:
            top = (max([height[to] for to in some]) + (node not in passing) if some else 0)
            height[node] = top
            steps += len(some)
        else:
            top = max([height[to] for one in part for to in above[one]]) + 1
            for one in part:
                height[one] = top
                steps += len(above[one])
        circles.append(turning)
        heights.append(top)
    return Shape(parts, tuple(circles), tuple(heights), steps)


def passing(rows: Sequence[Sequence[Row]], whole: int, nodes: Iterable[int]) -> set[int]:
    """The companies among those of which one holder has all: a step there costs nothing."""
    all_ = (whole,)
    return {node for node in nodes if len(some := rows[node]) == 1 and some[0][1] == all_}


def row_of(way: Sequence[tuple[int, int, int]], whole: int, grain: int = 1) -> Row:
    """A way as a row, its shares counted in grains."""
    if len(way) == 1 and way[0][1] == way[0][2] == whole * grain:
        return Row((way[0][0],), (whole,), None, 0)
    way = [step for step in way if step[2]]
    if not way:
        return Row((), (), None, whole)
    to, low, high = zip(*way, strict=True)
    if grain > 1:
        low = tuple([one // grain for one in low])
        high = low if way[0][1] == way[0][2] and len(way) == 1 else tuple([one // grain for one in high])
    room = None if low == high else tuple([most - least for least, most in zip(low, high, strict=True)])
    return Row(to, low, room, whole - sum(low))


def at_least(row: Row) -> Row:
    """The row with the lowest for everybody: who may have nothing is left out."""
    if row.room is None:
        return row
    kept = [(to, low) for to, low in zip(row.to, row.low, strict=True) if low]
    return Row(tuple([to for to, _ in kept]), tuple([low for _, low in kept]), None, row.left)
