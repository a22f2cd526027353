"""The cheapest set of ways to close: a minimum cut where each way has a price and the places between them have none.

Augmenting paths level by level (Dinic 1970). Of all cheapest sets it returns the one nearest to the sources, so that the
order in which ways are given changes nothing.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Way:
    """Something that can be closed, and from where to where it leads; closing it closes all its directions."""

    id: str
    directions: tuple[tuple[Hashable, Hashable], ...]


def least_cut(ways: Sequence[Way], price: Mapping[str, int], sources: Collection[Hashable], goals: Collection[Hashable]) -> tuple[str, ...]:
    """The ways whose closing leaves no goal within reach of a source: least in price, then fewest. Prices are 0 or more.

    A source that is itself a goal cannot be cut off from it and is left out.
    """
    scale = len(ways) + 1
    network = _Network()
    ends = network.node(("end",))
    start = network.node(("start",))
    wall = scale * (sum(price[way.id] for way in ways) + len(ways) + 1)
    for way in ways:
        if len(way.directions) == 1:
            source, target = way.directions[0]
            network.edge(network.node(("at", source)), network.node(("at", target)), price[way.id] * scale + 1)
            continue
        enter, leave = network.node(("in", way.id)), network.node(("out", way.id))
        network.edge(enter, leave, price[way.id] * scale + 1)
        for source, target in way.directions:
            network.edge(network.node(("at", source)), enter, wall)
            network.edge(leave, network.node(("at", target)), wall)
    for source in sources:
        if source not in goals:
            network.edge(start, network.node(("at", source)), wall)
    for goal in goals:
        network.edge(network.node(("at", goal)), ends, wall)
    near = network.saturate(start, ends)

    def crosses(way: Way) -> bool:
        source, target = ("in", way.id), ("out", way.id)
        if len(way.directions) == 1:
            source, target = (("at", end) for end in way.directions[0])  # type: ignore[assignment]
        return network.nodes[source] in near and network.nodes[target] not in near

    return tuple(sorted(way.id for way in ways if crosses(way)))


class _Network:
    """Edges as pairs: an edge and, next to it, what can be taken back of it."""

    def __init__(self) -> None:
        self.nodes: dict[tuple[Hashable, ...], int] = {}
        self.edges: list[list[int]] = []
        self.to: list[int] = []
        self.left: list[int] = []

    def node(self, name: tuple[Hashable, ...]) -> int:
        if name not in self.nodes:
            self.nodes[name] = len(self.edges)
            self.edges.append([])
        return self.nodes[name]

    def edge(self, source: int, target: int, capacity: int) -> None:
        for tail, head, room in ((source, target, capacity), (target, source, 0)):
            self.edges[tail].append(len(self.to))
            self.to.append(head)
            self.left.append(room)

    def saturate(self, start: int, end: int) -> set[int]:
        """Pushes until nothing more passes; returns what the start still reaches."""
        while True:
            levels = self._levels(start)
            if end not in levels:
                return set(levels)
            following = dict.fromkeys(levels, 0)
            while self._push(start, end, levels, following):
                pass

    def _levels(self, start: int) -> dict[int, int]:
        levels = {start: 0}
        queue = deque([start])
        while queue:
            node = queue.popleft()
            for edge in self.edges[node]:
                if self.left[edge] and self.to[edge] not in levels:
                    levels[self.to[edge]] = levels[node] + 1
                    queue.append(self.to[edge])
        return levels

    def _push(self, start: int, end: int, levels: Mapping[int, int], following: dict[int, int]) -> int:
        """Sends as much as one path takes; a walk of its own, for paths may be longer than Python's stack."""
        path: list[int] = []
        node = start
        while node != end:
            edges = self.edges[node]
            while following[node] < len(edges):
                edge = edges[following[node]]
                if self.left[edge] and levels.get(self.to[edge], -1) == levels[node] + 1:
                    break
                following[node] += 1
            else:
                if not path:
                    return 0
                last = path.pop()
                node = self.to[last ^ 1]
                following[node] += 1
                continue
            path.append(edge)
            node = self.to[edge]
        room = min(self.left[edge] for edge in path)
        for edge in path:
            self.left[edge] -= room
            self.left[edge ^ 1] += room
        return room
