"""All that stands above one company, in small lists: what a single answer is computed on, exactly.

Node 0 is the company. What is stated of each company is completed to 100 % by one more holder: somebody undisclosed, or
the float of a listed company. Shares are whole numbers of a unit in which every share above the company is whole; an open end lies one
`INSIDE` of a unit inside, so that comparing whole numbers tells more than half from half.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum
from fractions import Fraction
from itertools import starmap
from math import gcd, lcm
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

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
MOST_IN_COLUMNS = 2**40
"""Units of which the parts of INSIDE still fit a column of whole numbers; more are counted without columns."""
LARGEST = 3_000
"""Companies and holders above one company that are looked at one by one: the nearest; what is above them stays undisclosed."""


class Role(IntEnum):
    """What a node is to the walk."""

    COMPANY = 0
    END = 1
    UNDISCLOSED = 2
    FLOAT = 3


ROLES = tuple(Role)


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


class _Stated(NamedTuple):
    """Who is said to hold each company that is looked at, by name."""

    holders: list[list[int]]
    """By company: their places in the graph, in the order of their names."""
    edges: list[int]
    """Their edges in the graph, one company after the other, where its figures are whole grains."""
    exact: dict[int, list[tuple[Ends, Ends]]]
    """By company whose figures are not: capital and votes of the same holders, in parts of one."""


def above(graph: Graph, company: int) -> Sub:
    """Everything from which the company can be reached downwards, by a holding or a power."""
    local: dict[int, int] = {company: 0}
    order = [company]
    stated = _Stated([], [], {})
    powers: list[tuple[int, int, Power]] = []
    here = 0
    while here < len(order):
        node = order[here]
        for holder in _holders(graph, node, here, stated):
            if holder not in local:
                local[holder] = len(order)
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


def _holders(graph: Graph, node: int, here: int, stated: _Stated) -> list[int]:
    """Note who is said to hold a company."""
    parties = graph.parties
    if graph.fine[node]:
        found = sorted(exact_holders(graph, node).items(), key=lambda one: parties[one[0]].id)
        stated.exact[here] = [(both[Right.CAPITAL], both[Right.VOTES]) for _, both in found]
        holders = [holder for holder, _ in found]
    else:
        first, last = graph.start.item(node), graph.start.item(node + 1)
        holders = graph.holder[first:last].tolist() if first < last else []
        if len(holders) < 2:
            stated.edges.extend(range(first, last))
        else:
            ranked = sorted([(parties[holder].id, edge, holder) for edge, holder in enumerate(holders, first)])
            stated.edges.extend([edge for _, edge, _ in ranked])
            holders = [holder for _, _, holder in ranked]
    stated.holders.append(holders)
    return holders


def _completed(
    graph: Graph, order: list[int], local: dict[int, int], stated: _Stated, powers: list[tuple[int, int, Power]]
) -> Sub:
    cut = len(order) > LARGEST
    known = len(stated.holders)
    unit = _Unit(graph, stated)
    concerts = {local[node]: tuple(local[one] for one in members if one in local)
                for node, members in graph.concerts.items() if node in local} if graph.concerts else {}  # fmt: skip
    rows, parts = unit.rows(stated, local, concerts)
    parties, places = [graph.parties[node] for node in order], np.array(order)
    roles = np.where(graph.hidden[places], Role.UNDISCLOSED, np.where(graph.ends[places], Role.END, Role.COMPANY))
    sub = Sub(
        [party.id for party in parties], parties, graph.third[places].tolist(), [ROLES[role] for role in roles.tolist()], rows, powers,
        concerts, parts, unit.whole * INSIDE, {right: set(graph.broken[right][places].nonzero()[0].tolist()) for right in Right}, order,
        local, cut,
    )  # fmt: skip
    quiet, whole, (capital, votes) = graph.floats[places].tolist(), sub.whole, rows.values()
    for here in range(known if cut else len(quiet)):
        if sub.role[here] is Role.COMPANY and here not in concerts:
            row = capital[here]
            if row is not votes[here] or sum([hold[1] for hold in row]) != whole:
                _complete(sub, here, quiet=quiet[here])
    if cut:
        for here in range(known, len(quiet)):
            if sub.role[here] is Role.COMPANY:  # whoever holds it may be a third entity, if it is not one itself
                sub.role[here], sub.third[here] = Role.UNDISCLOSED, sub.third[here] or -1
    for right in Right:
        rows[right].extend([] for _ in range(len(sub.ids) - len(rows[right])))
    return sub


class _Unit:
    """The coarsest unit in which all that is stated is whole, and the shares of the edges in it."""

    def __init__(self, graph: Graph, stated: _Stated) -> None:
        edges = np.array(stated.edges, np.int64)
        ends = {right: (graph.low[right][edges], graph.high[right][edges]) for right in Right}
        grains = {right: [np.rint(end).astype(np.int64) for end in both] for right, both in ends.items()}
        fine = [end for rows in stated.exact.values() for both in rows for one in both for end in (one.low, one.high)]
        common = lcm(WHOLE, *{end.denominator for end in fine})
        times = common // WHOLE
        largest = np.gcd.reduce(np.concatenate([end for both in grains.values() for end in both]), initial=0)
        divisor = gcd(common, int(largest) * times, *[int(end * common) for end in fine])
        self.whole = common // divisor
        self.shares = {}
        """By right: the lowest and the highest of each edge."""
        for right, both in grains.items():
            fits = times == 1 and self.whole <= MOST_IN_COLUMNS
            low, high = ((end if fits else end.astype(object)) * times // divisor * INSIDE for end in both)
            open_low, open_high = (end != np.rint(end) for end in ends[right])
            self.shares[right] = (low + open_low).tolist(), (high - open_high).tolist()

    def rows(
        self, stated: _Stated, local: dict[int, int], concerts: dict[int, tuple[int, ...]]
    ) -> tuple[dict[Right, list[list[Hold]]], dict[Right, dict[int, list[Hold]]]]:
        """All rows in units, one list for both rights where they are alike, and the parts of concerts.

        Which part of a concert is whose, no walk asks: any may be.
        """
        by_capital: list[list[Hold]] = []
        by_votes: list[list[Hold]] = []
        parts: dict[Right, dict[int, list[Hold]]] = {right: {} for right in Right}
        named = [[local[holder] for holder in some] for some in stated.holders] if stated.exact else []
        exact = stated.exact
        capital, votes = self._holds([local[holder] for here, some in enumerate(stated.holders) if here not in exact for holder in some])
        first, gaps = 0, not all(map(itemgetter(2), (*capital, *votes)))
        for here, some in enumerate(stated.holders):
            one: list[Hold]
            if here in stated.exact:
                one, other = ([self._hold(holder, both[place]) for holder, both in zip(named[here], stated.exact[here], strict=True)]
                              for place in range(2))  # fmt: skip
            elif not some:
                one = other = []
            else:
                last = first + len(some)
                one, other = capital[first:last], votes[first:last]
                first = last
            if gaps or here in stated.exact:
                one, other = [hold for hold in one if hold[2]], [hold for hold in other if hold[2]]
            other = one if one == other else other
            if here in concerts:
                parts[Right.CAPITAL][here], parts[Right.VOTES][here] = one, other
                one, other = ([Hold(hold[0], 0, self.whole * INSIDE) for hold in row] for row in (one, other))
            by_capital.append(one)
            by_votes.append(other)
        return {Right.CAPITAL: by_capital, Right.VOTES: by_votes}, parts

    def _holds(self, holders: list[int]) -> tuple[list[Hold], list[Hold]]:
        """The shares of those who have the edges, in capital and in votes."""
        capital = list(starmap(Hold, zip(holders, *self.shares[Right.CAPITAL], strict=True)))
        if self.shares[Right.CAPITAL] == self.shares[Right.VOTES]:
            return capital, capital
        voting = zip(capital, *self.shares[Right.VOTES], strict=True)
        return capital, [one if one[1] == low and one[2] == high else Hold(one[0], low, high) for one, low, high in voting]

    def _hold(self, holder: int, ends: Ends) -> Hold:
        low, high = (int(end * self.whole) * INSIDE for end in (ends.low, ends.high))
        return Hold(holder, low + ends.low_open, high - ends.high_open if ends.high else 0)


def _complete(sub: Sub, here: int, *, quiet: bool) -> None:
    """Add whoever holds what nobody stated."""
    added = -1
    capital, votes = sub.rows.values()
    alike = capital[here] is votes[here]
    if alike and any(here in some for some in sub.broken.values()):
        votes[here], alike = list(votes[here]), False
    for right, rows in sub.rows.items():
        row = rows[here]
        if here in sub.broken[right]:
            row.clear()
        most = sub.whole - sum([hold[1] for hold in row])
        if most > 0:
            least = max(sub.whole - sum([hold[2] for hold in row]), 0)
            if most * NEGLIGIBLE.denominator <= sub.whole:
                row.append(Hold(_added(sub, here, Role.FLOAT, "rounding"), most, most))
            else:
                if added < 0:
                    floating = quiet and not any(here in some for some in sub.broken.values())
                    added = _added(sub, here, Role.FLOAT, "float") if floating else _added(sub, here, Role.UNDISCLOSED, "undisclosed")
                row.append(Hold(added, least, most))
        if alike:
            return


def _added(sub: Sub, here: int, role: Role, word: str) -> int:
    """A holder that nobody named: ``undisclosed:…``, ``float:…``, or ``rounding:…`` for the last digits of thirds."""
    listed = True if role is Role.FLOAT else None
    sub.ids.append(f"{word}:{sub.ids[here]}")
    sub.parties.append(Party(sub.ids[-1], sub.parties[here].name, PartyKind.UNDISCLOSED, listed=listed))
    sub.third.append(-1 if role is Role.UNDISCLOSED else 0)
    sub.role.append(role)
    sub.places.append(-1)
    return len(sub.ids) - 1
