"""The share of third entities in a company, one by one and together, under each reading (SecNumCloud 3.2, 19.6.b).

Together: the chance that the walk upwards from the company first meets any third entity, so that nothing held through two of them
counts twice and circles count as often as they turn. One by one: the chance that the walk ever meets that entity, other third
entities being looked through. Look-through follows shares; attribution gives all that a controlled company
holds to its controller, and follows shares where nobody controls.

Whoever is undisclosed, or whose places are not all known, may be a third entity or not; and may be any of them: the
highest share of one third entity counts all that is undisclosed as its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from egide.ownership.answers import Bounds, CapTest, Method, Readings
from egide.ownership.bounds import Number, Walk, Way, greatest, least, walk
from egide.ownership.day import WHOLE
from egide.ownership.holdings import Right
from egide.ownership.many import Table
from egide.ownership.subgraph import Role
from egide.vocabulary.findings import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.ownership.control import Control
    from egide.ownership.subgraph import Hold, Sub

NEAR = 1e-9
"""A figure in floating point that lies nearer to a cap is computed again in fractions."""
SNAP = 10**12
"""Figures that are not exact are given to this part of one."""
SAID = 10**9
AT_ONCE = 256
"""Holders whose shares are found in one pass."""


@dataclass(slots=True)
class Walks:
    """The walks above one company: by method and right, in floating point and, when asked, in fractions."""

    sub: Sub
    control: Control
    tops: tuple[dict[int, list[int]], dict[int, list[int]]]
    """Last controllers of each company, when certain; all of them, when merely possible."""
    by_company: tuple[dict[int, set[int]], dict[int, set[int]]]
    """All controllers of each company: certain, and possible with the certain ones."""
    same: bool
    """Whether votes go with capital everywhere above: one walk serves both."""
    made: dict[tuple[Method, Right, bool], Walk]
    shares: dict[tuple[Method, Right], Shares]
    sums: dict[tuple[Method, Right, bool], tuple[Number, Number]]

    @property
    def start(self) -> int:
        """The company as the walk sets out: the same holders, but not itself a holder yet."""
        return len(self.sub.ids)

    def of(self, method: Method, right: Right, *, exact: bool) -> Walk:
        """One walk, made when first asked for."""
        key = (method, Right.CAPITAL if self.same else right, exact)
        if key not in self.made:
            self.made[key] = walk(self._ways(method, right, exact=exact), self.start)
        return self.made[key]

    def all_alone(self, method: Method, right: Right) -> Shares:
        """Every holder's share, in floating point."""
        key = (method, Right.CAPITAL if self.same else right)
        if key not in self.shares:
            self.shares[key] = _all_alone(self, *key)
        return self.shares[key]

    def _ways(self, method: Method, right: Right, *, exact: bool) -> list[tuple[Way, ...]]:
        sub, one = self.sub, (Fraction(1) if exact else 1.0)
        rows = sub.rows[right]
        ways: list[tuple[Way, ...]] = []
        for node, row in enumerate(rows):
            own: tuple[Way, ...] = (_way(row, exact=exact),) if row else ()
            if method is Method.ATTRIBUTION:
                certain, maybe = self.tops[0].get(node, []), self.tops[1].get(node, [])
                if certain or maybe:
                    own = (() if certain else own) + tuple(((top, one, one),) for top in (*certain, *maybe))
            ways.append(own)
        ways.append((tuple((self.start if to == 0 else to, low, high) for to, low, high in _way(rows[0], exact=exact)),) if rows[0] else ())
        return ways


@dataclass(frozen=True, slots=True)
class Shares:
    """Columns by node: least and greatest share of each party, and the greatest if it also stands behind whoever is undisclosed."""

    low: list[float]
    high: list[float]
    behind: list[float]


def _way(row: Sequence[Hold], *, exact: bool) -> Way:
    if exact:
        return tuple((hold.holder, Fraction(hold.low, WHOLE), Fraction(hold.high, WHOLE)) for hold in row)
    return tuple((hold.holder, hold.low / WHOLE, hold.high / WHOLE) for hold in row)


def walks(sub: Sub, control: Control) -> Walks:
    """What both methods walk on, given who controls whom."""
    certain, possible = _by_company(control.certain), _by_company(control.possible)
    top_certain = {node: _tops(above, certain) for node, above in certain.items()}
    maybe = {node: sorted(above - certain.get(node, set())) for node, above in possible.items()}
    same = sub.rows[Right.CAPITAL] == sub.rows[Right.VOTES]
    return Walks(sub, control, (top_certain, {node: some for node, some in maybe.items() if some}), (certain, possible), same, {}, {}, {})


def _by_company(relation: Mapping[int, Iterable[int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for party, companies in relation.items():
        for company in companies:
            found.setdefault(company, set()).add(party)
    return found


def _tops(above: set[int], controllers: Mapping[int, set[int]]) -> list[int]:
    """Those controllers that nobody outside the circle of their own companies controls; none in a closed circle."""
    return sorted(one for one in above if not controllers.get(one))


def together(walks: Walks, method: Method, right: Right, *, exact: bool) -> tuple[Number, Number]:
    """Least and greatest share of all third entities together."""
    key = (method, Right.CAPITAL if walks.same else right, exact)
    if key not in walks.sums:
        walks.sums[key] = _together(walks, method, right, exact=exact)
    return walks.sums[key]


def _together(walks: Walks, method: Method, right: Right, *, exact: bool) -> tuple[Number, Number]:
    sub = walks.sub
    attributed = method is Method.ATTRIBUTION
    low: list[Number | None] = []
    high: list[Number | None] = []
    for node, third in enumerate(sub.third):
        certain = walks.by_company[0].get(node, ()) if attributed else ()
        possible = walks.by_company[1].get(node, ()) if attributed else ()
        end = sub.role[node] is not Role.COMPANY
        low.append(1 if third == 1 or any(sub.third[one] == 1 for one in certain) else 0 if end else None)
        high.append(1 if third or any(sub.third[one] for one in possible) else 0 if end else None)
    walked = walks.of(method, right, exact=exact)
    return least(walked, [*low, None])[walks.start], greatest(walked, [*high, None])[walks.start]


def _own(walks: Walks, method: Method, party: int) -> tuple[set[int], set[int]]:
    """Where the walk has met the party: itself, a concert that it is in, and under attribution what it controls; at least and at most."""
    own = {party} | {merged for merged, members in walks.sub.concerts.items() if party in members}
    if method is Method.LOOK_THROUGH:
        return own, own
    return own | walks.control.certain.get(party, frozenset()), own | walks.control.possible.get(party, frozenset())


def alone(walks: Walks, method: Method, right: Right, party: int) -> tuple[Number, Number]:
    """Least share of one party, and its greatest if it also stands behind whoever is undisclosed; in fractions."""
    roles = walks.sub.role
    sure, perhaps = _own(walks, method, party)
    low = [1 if node in sure else None if role is Role.COMPANY else 0 for node, role in enumerate(roles)]
    high = [1 if node in perhaps or role is Role.UNDISCLOSED else None if role is Role.COMPANY else 0 for node, role in enumerate(roles)]
    walked = walks.of(method, right, exact=True)
    return least(walked, [*low, None])[walks.start], greatest(walked, [*high, None])[walks.start]


def _all_alone(walks: Walks, method: Method, right: Right) -> Shares:
    """One column for each party above the company."""
    walked = walks.of(method, right, exact=False)
    table, settled, count = Table(walked), _settled(walked), len(walks.sub.ids)
    found = Shares([], [], [])
    for first in range(0, count, AT_ONCE):
        some = _some_alone(walks, method, table, range(first, min(first + AT_ONCE, count)), settled=settled)
        found.low.extend(some.low)
        found.high.extend(some.high)
        found.behind.extend(some.behind)
    return found


def _some_alone(walks: Walks, method: Method, table: Table, parties: range, *, settled: bool) -> Shares:
    roles = walks.sub.role
    low = np.full((len(roles) + 1, len(parties)), np.nan)
    hidden = [node for node, role in enumerate(roles) if role is Role.UNDISCLOSED]
    low[[node for node, role in enumerate(roles) if role is not Role.COMPANY]] = 0.0
    high = low.copy()
    for column, party in enumerate(parties):
        sure, perhaps = _own(walks, method, party)
        low[list(sure), column] = 1.0
        high[list(perhaps), column] = 1.0
    least_ = table.least(low)[walks.start]
    named = least_ if settled else table.greatest(high)[walks.start]
    behind = named = named.copy()
    if hidden:
        high[hidden] = 1.0
        behind = table.greatest(high)[walks.start]
        least_[[node - parties[0] for node in hidden if node in parties]] = 0.0  # several may share it: nobody surely has any
    return Shares(least_.tolist(), np.maximum(least_, named).tolist(), np.maximum(least_, behind).tolist())


def _settled(walked: Walk) -> bool:
    """Nothing to choose and nowhere to stay for ever: least and greatest are one."""
    for part, turning in zip(walked.parts, walked.circles, strict=True):
        ways = [way for node in part for way in walked.ways[node]]
        if len(ways) > len(part) or any(low != high for way in ways for _, low, high in way):
            return False
        if turning and all(to in part for way in ways for to, _, _ in way):
            return False
    return True


def cap_tests(
    walks: Walks, readings: Readings, *, diluted: bool, only: Iterable[tuple[Method, Right]] | None = None
) -> tuple[CapTest, ...]:
    """Each method and right against the two caps."""
    chosen = [(method, right) for method in Method for right in Right] if only is None else list(only)
    return tuple(_cap_test(walks, readings, method, right, diluted=diluted) for method, right in chosen)


def _cap_test(walks: Walks, readings: Readings, method: Method, right: Right, *, diluted: bool) -> CapTest:
    low, high = together(walks, method, right, exact=False)
    if near(low, readings.together) or near(high, readings.together):
        low, high = together(walks, method, right, exact=True)
    together_answer = within(low, high, readings.together)
    largest, one_low, one_high, one_answer = _largest(walks, readings, method, right)
    return CapTest(
        method, right, diluted, walks.sub.ids[largest] if largest is not None else None, bounds(one_low, one_high), one_answer,
        bounds(low, high), together_answer, _joined(one_answer, together_answer, either=readings.either_breach_fails),
    )  # fmt: skip


def _largest(walks: Walks, readings: Readings, method: Method, right: Right) -> tuple[int | None, Number, Number, Answer]:
    """The third entity that stands worst against the cap for one."""
    worst: tuple[int, float, float, int, str] | None = None
    found: tuple[int | None, Number, Number, Answer] = (None, Fraction(0), Fraction(0), Answer.MET)
    shares = walks.all_alone(method, right)
    for party, third in enumerate(walks.sub.third):
        if not third or party == 0:
            continue
        low: Number = shares.low[party]
        high: Number = shares.behind[party]
        if near(low, readings.one) or near(high, readings.one):
            low, high = alone(walks, method, right, party)
        low = low if third == 1 else 0
        answer = within(low, high, readings.one)
        rank = (-WORST[answer], -round(float(high), 12), -round(float(low), 12), walks.sub.role[party], walks.sub.ids[party])
        if high > 0 and (worst is None or rank < worst):
            worst, found = rank, (party, low, high, answer)
    return found


WORST = {Answer.MET: 0, Answer.UNKNOWN: 1, Answer.NOT_MET: 2}


def near(value: Number, cap: Fraction) -> bool:
    """Whether floating point may have put the figure on the wrong side."""
    return abs(float(value) - float(cap)) <= NEAR


def within(low: Number, high: Number, cap: Fraction) -> Answer:
    """Strictly above the cap fails."""
    if high <= cap:
        return Answer.MET
    return Answer.NOT_MET if low > cap else Answer.UNKNOWN


def bounds(low: Number, high: Number) -> Bounds:
    """As fractions: exact ones as they are, others to 10⁻¹²."""
    least_ = _fraction(low)
    return Bounds(least_, least_ if low == high else max(least_, _fraction(high)))


def _fraction(value: Number) -> Fraction:
    """An open end is 10⁻¹⁴ inside of what was said: the figure that is shown is what was said."""
    if isinstance(value, float):
        return Fraction(round(value * SNAP), SNAP)
    said = Fraction(round(value * SAID), SAID)
    return said if abs(value - said) < Fraction(1, SNAP) else Fraction(value)


def _joined(one: Answer, both: Answer, *, either: bool) -> Answer:
    if either:
        return max((one, both), key=WORST.__getitem__)
    return min((one, both), key=WORST.__getitem__)
