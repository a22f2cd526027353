"""Lays out who holds whom in layers: the company below, its holders above it, theirs above them; lines go round boxes, never through.

Layers are the longest way from the company (what closes a circle is drawn backwards); within a row, each box stands near the middle of
what it holds (barycentre). Lines run in the gaps between rows and columns; those to one company share a line, as in a chart of a group.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Edge = tuple[str, str]
    """Holder and held."""

BOX_WIDTH, BOX_HEIGHT = 190, 88
GAP = 36
COLUMNS = 5
SWEEPS = 6
LABEL_LINE, TRACK, TIP = 15, 9, 16
CLEARANCE = 7


@dataclass(frozen=True, slots=True)
class Box:
    """Where one party stands."""

    id: str
    x: float
    y: float
    row: int
    """0 for the company, then upwards."""

    @property
    def middle(self) -> float:
        """Its horizontal middle."""
        return self.x + BOX_WIDTH / 2


@dataclass(frozen=True, slots=True)
class Line:
    """The way of one hold, from its holder to what is held."""

    holder: str
    held: str
    points: tuple[tuple[float, float], ...]
    back: bool
    """It closes a circle, and so runs upwards."""
    words_x: float
    words_y: float
    words_end: bool
    """The words end at that point instead of beginning there."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Boxes and lines on a ground of that size."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def chart(
    root: str, parties: Sequence[str], edges: Iterable[Edge], words: Mapping[Edge, int] | None = None, least_width: float = 0,
) -> Chart:
    """The layout of what is above the root: ``parties`` in the order of their weight, ``words`` the lines of words on each edge."""
    known = set(parties) | {root}
    given = {edge for edge in edges if edge[0] != edge[1] and known.issuperset(edge)}
    above = _above(root, given)
    wanted = sorted((edge for edge in given if above.issuperset(edge)), key=lambda edge: (edge[1], edge[0]))
    backs = _closing(root, wanted)
    forward = [edge for edge in wanted if edge not in backs]
    rows = _ordered(_rows(root, parties, forward), forward)
    return _Drawing(rows, forward, sorted(backs), dict(words or {}), least_width).chart()


def _above(root: str, edges: Iterable[Edge]) -> set[str]:
    """The root and all that holds it, directly or through others."""
    holders: dict[str, set[str]] = {}
    for holder, held in edges:
        holders.setdefault(held, set()).add(holder)
    found, waiting = {root}, [root]
    while waiting:
        new = holders.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def _closing(root: str, edges: Sequence[Edge]) -> set[Edge]:
    """The edges that lead back to a party on the way down from it: without them no circle is left."""
    holders: dict[str, list[str]] = {}
    for holder, held in edges:
        holders.setdefault(held, []).append(holder)
    found: set[Edge] = set()
    on_way, done = {root}, set()
    stack = [(root, iter(holders.get(root, ())))]
    while stack:
        node, rest = stack[-1]
        for holder in rest:
            if holder in on_way:
                found.add((holder, node))
            elif holder not in done:
                on_way.add(holder)
                stack.append((holder, iter(holders.get(holder, ()))))
                break
        else:
            stack.pop()
            on_way.discard(node)
            done.add(node)
    return found


def _rows(root: str, parties: Sequence[str], forward: Sequence[Edge]) -> list[list[str]]:
    """Rows from the company upwards: a layer with more parties than columns takes several, the weightiest nearest."""
    layer = {root: 0}
    for _ in range(len(parties) + 1):  # the longest way: each turn settles one layer more
        turned = False
        for holder, held in forward:
            if held in layer and layer.get(holder, -1) < layer[held] + 1:
                layer[holder], turned = layer[held] + 1, True
        if not turned:
            break
    layers: dict[int, list[str]] = {}
    for party in dict.fromkeys((root, *parties)):
        if party in layer:
            layers.setdefault(layer[party], []).append(party)
    return [
        members[first : first + COLUMNS] for _, members in sorted(layers.items()) for first in range(0, len(members), COLUMNS)
    ]


def _ordered(rows: list[list[str]], forward: Sequence[Edge]) -> list[list[str]]:
    """Each row by the middle of its neighbours, upwards and downwards in turn."""
    below: dict[str, list[str]] = {}
    above: dict[str, list[str]] = {}
    for holder, held in forward:
        below.setdefault(holder, []).append(held)
        above.setdefault(held, []).append(holder)
    at = {party: (place + 0.5) / len(row) for row in rows for place, party in enumerate(row)}
    for sweep in range(SWEEPS):
        near = above if sweep % 2 else below
        for row in reversed(rows) if sweep % 2 else rows:
            row.sort(key=lambda party: (_middle(near.get(party, ()), at, party)))
            at.update({party: (place + 0.5) / len(row) for place, party in enumerate(row)})
    return rows


def _middle(near: Sequence[str], at: Mapping[str, float], party: str) -> float:
    return sum(at[one] for one in near) / len(near) if near else at[party]


@dataclass(slots=True)
class _Drawing:
    rows: list[list[str]]
    forward: Sequence[Edge]
    backs: Sequence[Edge]
    words: Mapping[Edge, int]
    least_width: float
    boxes: dict[str, Box] = field(default_factory=dict)
    tracks: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    """For each gap, named by the row under it: who shares which horizontal line, from the top."""
    track_top: dict[int, float] = field(default_factory=dict)

    def chart(self) -> Chart:
        columns = max(len(row) for row in self.rows)
        width = max(columns * (BOX_WIDTH + GAP) + GAP, self.least_width)
        row_of = {party: place for place, row in enumerate(self.rows) for party in row}
        self._share_tracks(row_of)
        height = self._place(width)
        lines = [self._forward(edge) for edge in self.forward] + [self._back(edge) for edge in self.backs]
        return Chart(width, height, tuple(self.boxes.values()), tuple(lines))

    def _share_tracks(self, row_of: Mapping[str, int]) -> None:
        for holder, held in self.forward:
            for gap in {row_of[held], row_of[holder] - 1}:
                self._note(gap, ("to", held))
        for holder, held in self.backs:
            for gap in {row_of[holder], row_of[held] - 1}:
                self._note(gap, (holder, held))
        for gap, sharing in self.tracks.items():
            order = {party: place for place, party in enumerate(self.rows[gap])}
            sharing.sort(key=lambda key: (key[0] != "to", order.get(key[1], len(order)), key))

    def _note(self, gap: int, key: tuple[str, str]) -> None:
        if key not in self.tracks.setdefault(gap, []):
            self.tracks[gap].append(key)

    def _place(self, width: float) -> float:
        """Rows from the top; between them room for the words under each box, the shared lines and the tips of arrows."""
        top = GAP / 2
        for place in range(len(self.rows) - 1, -1, -1):
            row = self.rows[place]
            left = (width - len(row) * (BOX_WIDTH + GAP) + GAP) / 2
            for column, party in enumerate(row):
                self.boxes[party] = Box(party, left + column * (BOX_WIDTH + GAP), top, place)
            top += BOX_HEIGHT
            if place:
                lines = max((sum(self.words.get(edge, 1) for edge in self._out(party)) for party in row), default=1)
                self.track_top[place - 1] = top + lines * LABEL_LINE + 8
                top = self.track_top[place - 1] + len(self.tracks.get(place - 1, ())) * TRACK + TIP
        return top + GAP / 2

    def _out(self, party: str) -> list[Edge]:
        return [edge for edge in self.forward if edge[0] == party]

    def _track(self, gap: int, key: tuple[str, str]) -> float:
        return self.track_top[gap] + (self.tracks[gap].index(key) + 0.5) * TRACK

    def _forward(self, edge: Edge) -> Line:
        source, target = self.boxes[edge[0]], self.boxes[edge[1]]
        out = sorted(self._out(source.id), key=lambda one: (self.boxes[one[1]].middle, one))
        place = out.index(edge)
        start = source.x + BOX_WIDTH * (place + 1) / (len(out) + 1)
        under = source.y + BOX_HEIGHT
        key = "to", target.id
        last = self._track(target.row, key)
        points = [(start, under)]
        if source.row == target.row + 1:
            points += [(start, last)]
        else:
            channel = self._channel(start, target.middle, range(target.row + 1, source.row), target.id)
            first = self._track(source.row - 1, key)
            points += [(start, first), (channel, first), (channel, last)]
        points += [(target.middle, last), (target.middle, target.y)]
        before = sum(self.words.get(one, 1) for one in out[:place])
        at_end = place >= 1 and place == len(out) - 1
        return Line(*edge, _straight(points), False, start + (-5 if at_end else 5), under + before * LABEL_LINE + LABEL_LINE, at_end)

    def _back(self, edge: Edge) -> Line:
        source, target = self.boxes[edge[0]], self.boxes[edge[1]]
        start, end = source.x + BOX_WIDTH * 0.88, target.x + BOX_WIDTH * 0.94
        first = self._track(source.row, edge)
        points = [(start, source.y), (start, first)]
        if target.row > source.row + 1:
            channel = self._channel(start, end, range(source.row + 1, target.row), target.id)
            last = self._track(target.row - 1, edge)
            points += [(channel, first), (channel, last)]
            first = last
        points += [(end, first), (end, target.y + BOX_HEIGHT)]
        return Line(*edge, _straight(points), True, start + 5, source.y - 3, False)

    def _channel(self, start: float, end: float, rows: range, target: str) -> float:
        """The nearest way up or down that passes between the boxes of these rows."""
        shift = (sorted(self.boxes).index(target) % 3 - 1) * CLEARANCE
        sides = [
            side + shift for row in rows for party in self.rows[row]
            for side in (self.boxes[party].x - GAP / 2, self.boxes[party].x + BOX_WIDTH + GAP / 2)
        ]
        free = [x for x in (start, end, *sides) if all(self._passes(x, row) for row in rows)]
        return min(free, key=lambda x: (abs(x - start) + abs(x - end), x)) if free else start

    def _passes(self, x: float, row: int) -> bool:
        return all(not self.boxes[party].x - CLEARANCE < x < self.boxes[party].x + BOX_WIDTH + CLEARANCE for party in self.rows[row])


def _straight(points: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Without the points that change nothing."""
    kept: list[tuple[float, float]] = []
    for x, y in points:
        here = round(x, 1), round(y, 1)
        if kept and here == kept[-1]:
            continue
        if len(kept) > 1 and (kept[-2][0] == kept[-1][0] == here[0] or kept[-2][1] == kept[-1][1] == here[1]):
            kept[-1] = here
        else:
            kept.append(here)
    return tuple(kept)
