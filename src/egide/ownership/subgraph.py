"""All that stands above one company, in small lists: what a single answer is computed on, exactly.

Node 0 is the company. What is stated of each company is completed to 100 % by one more holder: somebody undisclosed, or
the float of a listed company. Shares are whole grains (`egide.ownership.day`), so that everything can be exact.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from egide.ownership.day import WHOLE
from egide.ownership.graph import CONTROLLING
from egide.ownership.holdings import Party, PartyKind, Power, Right

if TYPE_CHECKING:
    from egide.ownership.graph import Graph

NEGLIGIBLE = 1000
"""Grains missing from a whole that are rounding: 10⁻⁹ per cent."""
LARGEST = 3_000
"""Companies and holders above one company that are looked at one by one: the nearest; what is above them stays undisclosed."""


class Role(IntEnum):
    """What a node is to the walk."""

    COMPANY = 0
    END = 1
    UNDISCLOSED = 2
    FLOAT = 3


@dataclass(frozen=True, slots=True)
class Hold:
    """One holder's share of a company, in grains, from low to high."""

    holder: int
    low: int
    high: int


@dataclass(slots=True)
class Sub:
    """What stands above one company."""

    ids: list[str]
    parties: list[Party]
    third: list[int]
    role: list[Role]
    rows: dict[Right, list[list[Hold]]]
    """By company: its holders."""
    powers: list[tuple[int, int, Power]]
    """Holder, company held, a power that gives control."""
    concerts: dict[int, tuple[int, ...]]
    broken: dict[Right, set[int]]
    places: list[int]
    """Each node's index in the graph; -1 for what completes a company."""
    local: dict[int, int] = field(default_factory=dict)
    cut: bool = False
    """More stands above than was looked at."""

    @property
    def exact(self) -> bool:
        """Whether every share is one figure and nothing is undisclosed."""
        return all(hold.low == hold.high for rows in self.rows.values() for row in rows for hold in row)

    def changed(self, right: Right, held: int, row: list[Hold]) -> Sub:
        """The same with one company's holders otherwise."""
        rows = list(self.rows[right])
        rows[held] = row
        return replace(self, rows={**self.rows, right: rows})


def above(graph: Graph, company: int) -> Sub:
    """Everything from which the company can be reached downwards, by a holding or a power."""
    local: dict[int, int] = {company: 0}
    order = [company]
    found: dict[Right, list[list[Hold]]] = {right: [] for right in Right}
    powers: list[tuple[int, int, Power]] = []
    capital, votes = Right.CAPITAL, Right.VOTES
    here = 0
    while here < len(order):
        node = order[here]
        first, last = int(graph.start[node]), int(graph.start[node + 1])
        rows: tuple[list[Hold], list[Hold]] = ([], [])
        if last > first:
            edges = slice(first, last)
            stated = zip(
                graph.holder[edges].tolist(), graph.low[capital][edges].tolist(), graph.high[capital][edges].tolist(),
                graph.low[votes][edges].tolist(), graph.high[votes][edges].tolist(), strict=True,
            )  # fmt: skip
            for holder, low, high, vote_low, vote_high in sorted(stated, key=lambda one: graph.parties[one[0]].id):
                place = local.get(holder)
                if place is None:
                    place = local[holder] = len(order)
                    order.append(holder)
                if high:
                    rows[0].append(Hold(place, int(low), int(high)))
                if vote_high:
                    rows[1].append(Hold(place, int(vote_low), int(vote_high)))
        found[capital].append(rows[0])
        found[votes].append(rows[1])
        for holder, one in graph.powers.get(node, ()):
            place = local.setdefault(holder, len(order))
            if place == len(order):
                order.append(holder)
            if one.power in CONTROLLING and holder != node:
                powers.append((place, here, one.power))
        here += 1
        if len(order) > LARGEST:
            break
    return _completed(graph, order, local, found, powers)


def _completed(
    graph: Graph, order: list[int], local: dict[int, int], rows: dict[Right, list[list[Hold]]], powers: list[tuple[int, int, Power]]
) -> Sub:
    cut = len(order) > LARGEST
    known = len(rows[Right.CAPITAL])
    for right in Right:
        rows[right].extend([] for _ in range(len(order) - known))
    sub = Sub(
        [graph.parties[node].id for node in order], [graph.parties[node] for node in order], graph.third[order].tolist(),
        [_role(end=end, hidden=hidden) for end, hidden in zip(graph.ends[order].tolist(), graph.hidden[order].tolist(), strict=True)],
        rows, powers,
        {local[node]: tuple(local[one] for one in members if one in local)
         for node, members in graph.concerts.items() if node in local},
        {right: {here for here, node in enumerate(order) if graph.broken[right][node]} for right in Right}, list(order), local, cut,
    )  # fmt: skip
    for here, node in enumerate(order):
        if sub.role[here] is Role.COMPANY and not (cut and here >= known):
            _complete(sub, here, quiet=bool(graph.floats[node]))
    if cut:
        for here in range(known, len(order)):
            sub.role[here], sub.third[here] = Role.UNDISCLOSED, -1
    for right in Right:
        rows[right].extend([] for _ in range(len(sub.ids) - len(rows[right])))
    return sub


def _role(*, end: bool, hidden: bool) -> Role:
    return Role.UNDISCLOSED if hidden else Role.END if end else Role.COMPANY


def _complete(sub: Sub, here: int, *, quiet: bool) -> None:
    """Add whoever holds what nobody stated."""
    broken = any(here in sub.broken[right] for right in Right)
    added = -1
    for right in Right:
        row = sub.rows[right][here]
        if here in sub.broken[right]:
            row.clear()
        most = WHOLE - sum(hold.low for hold in row)
        least = max(WHOLE - sum(hold.high for hold in row), 0)
        if most <= 0:
            continue
        if most <= NEGLIGIBLE:
            row.append(Hold(_added(sub, here, Role.FLOAT, "rounding"), most, most))
            continue
        if added < 0:
            floating = quiet and not broken
            added = _added(sub, here, Role.FLOAT, "float") if floating else _added(sub, here, Role.UNDISCLOSED, "undisclosed")
        row.append(Hold(added, least, most))


def _added(sub: Sub, here: int, role: Role, word: str) -> int:
    """A holder that nobody named: ``undisclosed:…``, ``float:…``, or ``rounding:…`` for the last digits of thirds."""
    listed = True if role is Role.FLOAT else None
    sub.ids.append(f"{word}:{sub.ids[here]}")
    sub.parties.append(Party(sub.ids[-1], sub.parties[here].name, PartyKind.UNDISCLOSED, listed=listed))
    sub.third.append(-1 if role is Role.UNDISCLOSED else 0)
    sub.role.append(role)
    sub.places.append(-1)
    return len(sub.ids) - 1
