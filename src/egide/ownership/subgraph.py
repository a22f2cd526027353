"""All that stands above one company, in small lists: what a single answer is computed on, exactly.

Node 0 is the company. What is stated of each company is completed to 100 % by one more holder: somebody undisclosed, or
the float of a listed company. Shares are whole numbers of a unit in which every share above the company is whole; an open end lies one
`INSIDE` of a unit inside, so that comparing whole numbers tells more than half from half.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum
from fractions import Fraction
from math import gcd, lcm
from typing import TYPE_CHECKING, NamedTuple

from egide.ownership.day import WHOLE
from egide.ownership.fine import exact_holders
from egide.ownership.graph import CONTROLLING
from egide.ownership.holdings import Party, PartyKind, Power, Right

if TYPE_CHECKING:
    from egide.ownership.fine import Ends
    from egide.ownership.graph import Graph

INSIDE = 2**20
"""Parts of a unit of which an open end lies one inside: more than there are holders."""
NEGLIGIBLE = Fraction(1, 10**11)
"""What may miss from a whole and be rounding of who wrote the figures: 10⁻⁹ per cent. It is nobody's."""
LARGEST = 3_000
"""Companies and holders above one company that are looked at one by one: the nearest; what is above them stays undisclosed."""


class Role(IntEnum):
    """What a node is to the walk."""

    COMPANY = 0
    END = 1
    UNDISCLOSED = 2
    FLOAT = 3


class Hold(NamedTuple):
    """One holder's share of a company, in units, from low to high."""

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
    parts: dict[Right, dict[int, list[Hold]]]
    """By merged holder of a concert: what each member has of the company itself."""
    whole: int
    """Units in one."""
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

    @property
    def open_(self) -> bool:
        """Whether any end is open."""
        return any(hold.low % INSIDE or hold.high % INSIDE for rows in self.rows.values() for row in rows for hold in row) or any(
            hold.low % INSIDE or hold.high % INSIDE for parts in self.parts.values() for row in parts.values() for hold in row
        )

    def closed(self, share: int) -> int:
        """A share as it was stated, whether that is reached or not."""
        return (share + INSIDE // 2) // INSIDE * INSIDE

    def changed(self, right: Right, held: int, row: list[Hold]) -> Sub:
        """The same with one company's holders otherwise."""
        rows = list(self.rows[right])
        rows[held] = row
        return replace(self, rows={**self.rows, right: rows})


_Stated = tuple[int, "Ends | tuple[float, float]", "Ends | tuple[float, float]"]
"""Holder, capital and votes: exact parts of one, or grains as the graph has them."""


def above(graph: Graph, company: int) -> Sub:
    """Everything from which the company can be reached downwards, by a holding or a power."""
    local: dict[int, int] = {company: 0}
    order = [company]
    stated: list[list[_Stated]] = []
    powers: list[tuple[int, int, Power]] = []
    here = 0
    while here < len(order):
        node = order[here]
        rows = _stated(graph, node)
        stated.append(rows)
        for holder, _, _ in rows:
            if local.setdefault(holder, len(order)) == len(order):
                order.append(holder)
        for holder, one in graph.powers.get(node, ()):
            place = local.setdefault(holder, len(order))
            if place == len(order):
                order.append(holder)
            if one.power in CONTROLLING and holder != node:
                powers.append((place, here, one.power))
        here += 1
        if len(order) > LARGEST:
            break
    return _completed(graph, order, local, stated, powers)


def _stated(graph: Graph, node: int) -> list[_Stated]:
    """Who is said to hold the company, by name."""
    found: list[_Stated]
    if graph.fine[node]:
        found = [(holder, both[Right.CAPITAL], both[Right.VOTES]) for holder, both in exact_holders(graph, node).items()]
    else:
        first, last = int(graph.start[node]), int(graph.start[node + 1])
        if first == last:
            return []
        edges = slice(first, last)
        capital, votes = Right.CAPITAL, Right.VOTES
        found = [
            (holder, (low, high), (vote_low, vote_high)) for holder, low, high, vote_low, vote_high in zip(
                graph.holder[edges].tolist(), graph.low[capital][edges].tolist(), graph.high[capital][edges].tolist(),
                graph.low[votes][edges].tolist(), graph.high[votes][edges].tolist(), strict=True,
            )
        ]  # fmt: skip
    return sorted(found, key=lambda one: graph.parties[one[0]].id) if len(found) > 1 else found


def _completed(
    graph: Graph, order: list[int], local: dict[int, int], stated: list[list[_Stated]], powers: list[tuple[int, int, Power]]
) -> Sub:
    cut = len(order) > LARGEST
    known = len(stated)
    unit = _Unit(stated)
    concerts = {local[node]: tuple(local[one] for one in members if one in local)
                for node, members in graph.concerts.items() if node in local} if graph.concerts else {}  # fmt: skip
    rows, parts = unit.rows(stated, local, concerts, len(order))
    sub = Sub(
        [graph.parties[node].id for node in order], [graph.parties[node] for node in order], graph.third[order].tolist(),
        [_role(end=end, hidden=hidden) for end, hidden in zip(graph.ends[order].tolist(), graph.hidden[order].tolist(), strict=True)],
        rows, powers, concerts, parts, unit.whole * INSIDE,
        {right: set(map(int, graph.broken[right][order].nonzero()[0])) for right in Right}, list(order), local, cut,
    )  # fmt: skip
    for here, node in enumerate(order):
        if sub.role[here] is Role.COMPANY and here not in concerts and not (cut and here >= known):
            _complete(sub, here, quiet=bool(graph.floats[node]))
    if cut:
        for here in range(known, len(order)):
            if sub.role[here] is Role.COMPANY:  # whoever holds it may be a third entity, if it is not one itself
                sub.role[here], sub.third[here] = Role.UNDISCLOSED, sub.third[here] or -1
    for right in Right:
        rows[right].extend([] for _ in range(len(sub.ids) - len(rows[right])))
    return sub


class _Unit:
    """The coarsest unit in which all that is stated is whole."""

    def __init__(self, stated: list[list[_Stated]]) -> None:
        fine = [ends for rows in stated for row in rows for ends in row[1:] if not isinstance(ends, tuple)]
        common = lcm(WHOLE, *{end.denominator for ends in fine for end in (ends.low, ends.high)}) if fine else WHOLE
        self.times = common // WHOLE
        grains = {grain for rows in stated for row in rows for ends in row[1:] if isinstance(ends, tuple) for grain in ends}
        self.divisor = gcd(common, *(round(grain) * self.times for grain in grains),
                           *(int(end * common) for ends in fine for end in (ends.low, ends.high)))  # fmt: skip
        self.whole, self.common = common // self.divisor, common

    def hold(self, holder: int, ends: Ends | tuple[float, float]) -> Hold | None:
        """A share in units; None when it is none."""
        if isinstance(ends, tuple):
            if not ends[1]:
                return None
            low, high = round(ends[0]), round(ends[1])
            least, most = low * self.times // self.divisor * INSIDE, high * self.times // self.divisor * INSIDE
            return Hold(holder, least + (low != ends[0]), most - (high != ends[1]))
        if not ends.high:
            return None
        low, high = (int(end * self.whole) * INSIDE for end in (ends.low, ends.high))
        return Hold(holder, low + ends.low_open, high - ends.high_open)

    def rows(
        self, stated: list[list[_Stated]], local: dict[int, int], concerts: dict[int, tuple[int, ...]], count: int
    ) -> tuple[dict[Right, list[list[Hold]]], dict[Right, dict[int, list[Hold]]]]:
        """All rows in units, and the parts of concerts. Which part of a concert is whose, no walk asks: any may be."""
        rows: dict[Right, list[list[Hold]]] = {right: [] for right in Right}
        parts: dict[Right, dict[int, list[Hold]]] = {right: {} for right in Right}
        for here in range(count):
            both: tuple[list[Hold], list[Hold]] = [], []
            for holder, capital, votes in stated[here] if here < len(stated) else ():
                one = self.hold(local[holder], capital)
                other = one if votes == capital else self.hold(local[holder], votes)
                for row, hold in zip(both, (one, other), strict=True):
                    if hold:
                        row.append(hold)
            for right, row in zip(rows, both, strict=True):
                if here in concerts:
                    parts[right][here] = row
                rows[right].append(row if here not in concerts else [Hold(hold.holder, 0, self.whole * INSIDE) for hold in row])
        return rows, parts


def _role(*, end: bool, hidden: bool) -> Role:
    return Role.UNDISCLOSED if hidden else Role.END if end else Role.COMPANY


def _complete(sub: Sub, here: int, *, quiet: bool) -> None:
    """Add whoever holds what nobody stated."""
    added = -1
    for right, rows in sub.rows.items():
        row = rows[here]
        if here in sub.broken[right]:
            row.clear()
        most = sub.whole - sum([hold.low for hold in row])
        if most <= 0:
            continue
        least = max(sub.whole - sum([hold.high for hold in row]), 0)
        if most * NEGLIGIBLE.denominator <= sub.whole:
            row.append(Hold(_added(sub, here, Role.FLOAT, "rounding"), most, most))
            continue
        if added < 0:
            floating = quiet and not any(here in some for some in sub.broken.values())
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
