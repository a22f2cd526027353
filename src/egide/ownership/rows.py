"""A walk in whole numbers, made ready: its ways as rows, and its strongly connected parts in the order in which they can be solved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from egide.ownership.bounds import components

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.ownership.bounds import WholeWay


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
    """By part: the steps that its longest chain still has."""
    steps: int
    """How many there are at all, of nodes that the start doesn't reach too."""


def shape_of(above: Sequence[Sequence[int]], start: int) -> Shape:
    """The shape of what can be reached from the start, given who stands above whom."""
    parts = components(above, [start])
    height: dict[int, int] = {}
    for part in parts:
        top = max((height[to] for node in part for to in above[node] if to in height), default=-1) + 1
        for node in part:
            height[node] = top if above[part[0]] else 0
    circles = tuple([len(part) > 1 or part[0] in above[part[0]] for part in parts])
    return Shape(parts, circles, tuple([height[part[0]] for part in parts]), sum(map(len, above)))


def row_of(way: WholeWay, whole: int, grain: int = 1) -> Row:
    """A way as a row, its shares counted in grains."""
    way = tuple([step for step in way if step[2]])
    if not way:
        return Row((), (), None, whole)
    to, low, high = zip(*way, strict=True)
    if grain > 1:
        low, high = tuple([one // grain for one in low]), tuple([one // grain for one in high])
    room = None if low == high else tuple([most - least for least, most in zip(low, high, strict=True)])
    return Row(to, low, room, whole - sum(low))


def at_least(row: Row) -> Row:
    """The row with the lowest for everybody: who may have nothing is left out."""
    if row.room is None:
        return row
    kept = [(to, low) for to, low in zip(row.to, row.low, strict=True) if low]
    return Row(tuple([to for to, _ in kept]), tuple([low for _, low in kept]), None, row.left)
