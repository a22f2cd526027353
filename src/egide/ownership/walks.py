"""What the walk upwards from one company goes by, under each method and for each right: in whole numbers, in fractions, in floats.

Look-through follows shares; attribution gives all that a controlled company holds to its controller, and follows shares where nobody
controls. Members of a concert hold by themselves, but are met where the concert is met once the question is what one of them has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from egide.ownership.answers import Method
from egide.ownership.bounds import Inverse, Walk, WholeWay, walk
from egide.ownership.circles import System
from egide.ownership.control import Above
from egide.ownership.flows import Flow
from egide.ownership.holdings import Right
from egide.ownership.ladder import Ladder
from egide.ownership.many import Table
from egide.ownership.rows import Row, Shape, at_least, passing, row_of, shape_of
from egide.ownership.subgraph import INSIDE, Role

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from egide.ownership.control import Control
    from egide.ownership.subgraph import Hold, Sub

Kept = frozenset[int]
"""The concerts that hold as one in this walk; the members of the others hold by themselves."""


class Ends(Enum):
    """How an open end is counted."""

    CLOSED = 0
    """As if it were reached: its figure."""
    INSIDE = 1
    """A hair inside: what tells more than a cap from the cap."""


@dataclass
class Walks:
    """The walks above one company, each made when first asked for."""

    sub: Sub
    control: Control
    by_company: tuple[Above, Above]
    """All controllers of each company: certain, and possible with the certain ones."""
    same: bool
    """Whether votes go with capital everywhere above: one walk serves both."""
    open_: bool
    """Whether any end is open."""
    rows: dict[tuple[Right, Kept, bool], list[tuple[Row, ...]]] = field(default_factory=dict)
    shapes: dict[tuple[Method, Kept], Shape] = field(default_factory=dict)
    ladders: dict[tuple[Method, Right, Kept, bool], Ladder] = field(default_factory=dict)
    inverted: dict[System, Inverse | None] = field(default_factory=dict)
    flows: dict[tuple[Method, Right, Kept, bool, bool], Flow] = field(default_factory=dict)
    tables: dict[tuple[Method, Right, Kept, bool], Table] = field(default_factory=dict)
    fractions: dict[tuple[Method, Right, Kept, bool, Ends], Walk] = field(default_factory=dict)
    found: dict[object, object] = field(default_factory=dict)
    """What was asked before."""
    _alike: bool | None = None
    asked: frozenset[int] | None = None
    """The parties whose shares are wanted; all when None."""

    @cached_property
    def ends(self) -> frozenset[int]:
        """Where a walk ends: at whoever is no company."""
        return frozenset(node for node, role in enumerate(self.sub.role) if role is not Role.COMPANY)

    @property
    def start(self) -> int:
        """The company as the walk sets out: the same holders, but not itself a holder yet."""
        return len(self.sub.ids)

    def method(self, method: Method) -> Method:
        """The method whose walk answers for this one: where nobody controls anything there is nothing to attribute."""
        return method if self.control.possible else Method.LOOK_THROUGH

    def right(self, method: Method, right: Right) -> Right:
        """The right whose walk answers for this one: the same holders are met by both."""
        by_capital = self.same or (self.method(method) is Method.ATTRIBUTION and self._attributed_alike())
        return Right.CAPITAL if by_capital else right

    def _attributed_alike(self) -> bool:
        """Whether every company to which attribution comes has the same holders by both rights, each end reached or not alike."""
        if self._alike is None:
            kept = frozenset(self.sub.concerts)
            one, other = (self._rows(Method.ATTRIBUTION, right, kept, lowest=False) for right in Right)
            nodes = [node for part in self._shape(Method.ATTRIBUTION, kept).parts for node in part]
            self._alike = not (kept or self.open_) and all(one[node] is other[node] or one[node] == other[node] for node in nodes)
        return self._alike

    def reached(self, method: Method) -> list[int]:
        """Whom a walk of that method may meet when several are asked for together."""
        return [node for part in self._shape(method, self.kept(method, None)).parts for node in part]

    def kept(self, method: Method, party: int | None) -> Kept:
        """The concerts that hold as one when the question is what that party has, or what several have together."""
        if method is Method.ATTRIBUTION:
            return frozenset(self.sub.concerts)
        return frozenset(merged for merged, members in self.sub.concerts.items() if party in members)

    def ranged(self, right: Right) -> list[Sequence[Hold]]:
        """The companies of which some holder may have one figure or another: their holders."""
        key = "ranged", right
        if key not in self.found:
            self.found[key] = [row for row in self.sub.rows[right] if [1 for _, low, high in row if low != high]]
        found = self.found[key]
        assert isinstance(found, list)  # noqa: S101 - for the type checker
        return found

    def forced(self, right: Right, roles: Collection[Role]) -> bool:
        """Whether what is left in each company, when everybody has the lowest, may go to somebody of those roles whom nobody stated.

        Where such a one is worth nothing, whoever chooses the least gives it all to him: there is nothing left to choose.
        """
        key = "forced", right, frozenset(roles)
        if key not in self.found:
            self.found[key] = all(self._may_go(row, roles) for row in self.ranged(right))
        return bool(self.found[key])

    def _may_go(self, row: Sequence[Hold], roles: Collection[Role]) -> bool:
        sub = self.sub
        left = sub.whole - sum([hold.low for hold in row])
        return left <= 0 or any(
            sub.places[hold.holder] < 0 and sub.role[hold.holder] in roles and hold.high - hold.low >= left for hold in row
        )

    def ladder(self, method: Method, right: Right, kept: Kept, *, lowest: bool) -> Ladder:
        """The walk in whole numbers.

        ``lowest``: everybody has the lowest share and the rest goes nowhere, as where it is `forced`, however tangled the companies are.
        """
        key = method, right, kept, lowest and bool(self.ranged(right))
        if key not in self.ladders:
            rows, shape = self._rows(*key), self._shape(method, kept)
            # where something turns, a circle is to be no larger than the shares of this walk make it
            alike = not any(shape.circles) or (not self.sub.concerts and shape.steps == sum(
                [len(_above(some, some)) for some in [rows[node] for part in shape.parts for node in part]]))  # fmt: skip
            self.ladders[key] = Ladder(rows, self.sub.whole // INSIDE, self.start, shape if alike else None, self.inverted)
        return self.ladders[key]

    def flow(self, method: Method, right: Right, kept: Kept, *, lowest: bool, most: bool) -> Flow:
        """What comes by each node of that walk, at the least or at the most. Raises `TooMuchError`."""
        key = method, right, kept, lowest and bool(self.ranged(right)), most and bool(self.ranged(right))
        if key not in self.flows:
            self.flows[key] = Flow(self.ladder(method, right, kept, lowest=lowest), self.ends, most=key[-1])
        return self.flows[key]

    def table(self, method: Method, right: Right, kept: Kept, *, lowest: bool) -> Table:
        """The walk in floats, for many targets at once."""
        key = method, right, kept, lowest and bool(self.ranged(right))
        if key not in self.tables:
            whole = self.sub.whole
            ways = [tuple(tuple((to, low / whole, high / whole) for to, low, high in way) for way in some)
                    for some in self._ways(*key, Ends.CLOSED)]  # fmt: skip
            self.tables[key] = Table(walk(ways, self.start))
        return self.tables[key]

    def exact(self, method: Method, right: Right, kept: Kept, ends: Ends, *, lowest: bool = False) -> Walk:
        """The walk in fractions."""
        key = method, right, kept, lowest, ends
        if key not in self.fractions:
            whole = self.sub.whole
            ways = [tuple(tuple((to, Fraction(low, whole), Fraction(high, whole)) for to, low, high in way) for way in some)
                    for some in self._ways(*key)]  # fmt: skip
            self.fractions[key] = walk(ways, self.start)
        return self.fractions[key]

    def _shape(self, method: Method, kept: Kept) -> Shape:
        """Who stands above whom by either right: where nothing turns, one order serves all walks of the method."""
        key = method, kept
        if key not in self.shapes:
            whole = self.sub.whole // INSIDE
            one = self._rows(method, Right.CAPITAL, kept, lowest=False)
            other = one if self.same else self._rows(method, Right.VOTES, kept, lowest=False)
            above: list[tuple[int, ...]] = [()] * len(one)
            met, waiting = {self.start}, [self.start]
            for node in waiting:
                above[node] = _above(one[node], other[node])
                for to in above[node]:
                    if to not in met:
                        met.add(to)
                        waiting.append(to)
            through = passing(one, whole, waiting)
            if one is not other:
                through &= passing(other, whole, waiting)
            self.shapes[key] = shape_of(above, self.start, through)
        return self.shapes[key]

    def _rows(self, method: Method, right: Right, kept: Kept, lowest: bool) -> Sequence[tuple[Row, ...]]:
        """The ways of a walk in units, by node: to its holders, or under attribution to who controls it."""
        if method is Method.LOOK_THROUGH:
            return self._own_rows(right, kept, lowest)
        key = "attributed", right, kept, lowest
        if key not in self.found:
            self.found[key] = rows = list(self._own_rows(right, kept, lowest))
            self._attribute(rows)
        found = self.found[key]
        assert isinstance(found, list)  # noqa: S101 - for the type checker
        return found

    def _attribute(self, rows: list[tuple[Row, ...]]) -> None:
        """Lead from each company that is controlled, or may be, to its last controllers; of those to which the walk comes."""
        whole, met, waiting = self.sub.whole // INSIDE, {self.start}, [self.start]
        for node in waiting:
            certain, maybe = self.tops(node)
            if certain or maybe:
                ways = tuple([Row((top,), (whole,), None, 0) for top in (*certain, *maybe)])
                rows[node] = ways if certain else rows[node] + ways
            new = {to for row in rows[node] for to in row.to} - met
            met |= new
            waiting += new

    def tops(self, node: int) -> tuple[list[int], list[int]]:
        """The last controllers of a company, when certain: those whom nobody outside the circle of their own companies controls, none
        in a closed circle; and all of them, when merely possible."""
        certain, possible = self.by_company
        return sorted([one for one in certain[node] if not certain[one]]), sorted(possible[node] - certain[node])

    def _own_rows(self, right: Right, kept: Kept, lowest: bool) -> list[tuple[Row, ...]]:
        """By node its holders as one row, or none; one and the same where both rights have the same."""
        key = right, kept, lowest
        if key in self.rows:
            return self.rows[key]
        if lowest:
            every = self._own_rows(right, kept, lowest=False)
            found = [rows if not rows or rows[0][2] is None else (at_least(rows[0]),) for rows in every]
        else:
            sub, whole = self.sub, self.sub.whole // INSIDE
            plain = not sub.concerts and not self.open_
            other = self.rows.get((Right.CAPITAL, kept, lowest)) if not sub.concerts else None
            capital, mine = sub.rows[Right.CAPITAL], sub.rows[right]
            found = []
            for node, row in enumerate(mine):
                if other and (row is capital[node] or row == capital[node]):
                    found.append(other[node])
                else:
                    way = row if plain else self._row(right, node, kept, Ends.CLOSED)
                    found.append((row_of(way, whole, INSIDE),) if way else ())
            found.append(tuple([row._replace(to=tuple([to or self.start for to in row.to])) for row in found[0]]))
        self.rows[key] = found
        return found

    def _ways(self, method: Method, right: Right, kept: Kept, lowest: bool, ends: Ends) -> list[tuple[WholeWay, ...]]:
        sub = self.sub
        rows = [self._row(right, node, kept, ends) for node in range(len(sub.ids))]
        if lowest:
            rows = [tuple([(to, low, low) for to, low, _ in row]) for row in rows]
        ways: list[tuple[WholeWay, ...]] = []
        for node, row in enumerate(rows):
            own: tuple[WholeWay, ...] = (row,) if row else ()
            if method is Method.ATTRIBUTION:
                certain, maybe = self.tops(node)
                if certain or maybe:
                    own = (() if certain else own) + tuple(((top, sub.whole, sub.whole),) for top in (*certain, *maybe))
            ways.append(own)
        ways.append((tuple((self.start if to == 0 else to, low, high) for to, low, high in rows[0]),) if rows[0] else ())
        return ways

    def _row(self, right: Right, node: int, kept: Kept, ends: Ends) -> WholeWay:
        sub = self.sub
        row: Iterable[Hold] = sub.rows[right][node]
        if sub.concerts and not kept.issuperset(sub.concerts):
            parts = sub.parts[right]
            row = (part for hold in row for part in (parts[hold.holder] if hold.holder in parts and hold.holder not in kept else (hold,)))
        if ends is Ends.INSIDE or not self.open_:
            return tuple(row)
        return tuple((holder, sub.closed(low), sub.closed(high)) for holder, low, high in row)


def walks(sub: Sub, control: Control) -> Walks:
    """What both methods walk on, given who controls whom."""
    certain = Above(control.certain)
    possible = certain if control.possible is control.certain else Above(control.possible)
    capital, votes = sub.rows[Right.CAPITAL], sub.rows[Right.VOTES]
    same = capital == votes and sub.parts[Right.CAPITAL] == sub.parts[Right.VOTES]
    return Walks(sub, control, (certain, possible), same, sub.open_)


def _above(one: Sequence[Row], other: Sequence[Row]) -> tuple[int, ...]:
    """To whom some ways lead, and others."""
    if len(one) == len(other) < 2 and (one is other or one[0].to == other[0].to):
        return one[0].to if one else ()
    return tuple(sorted({to for row in (*one, *other) for to in row.to}))
