"""The share of third entities in a company, one by one and together, under each reading (SecNumCloud 3.2, 19.6.b).

Together: the chance that the walk upwards from the company first meets any third entity, so that nothing held through two of them
counts twice and circles count as often as they turn. One by one: the chance that the walk ever meets that entity, other third
entities being looked through.

Whoever is undisclosed, or whose places are not all known, may be a third entity or not; and may be any of them: the
highest share of one third entity counts all that is undisclosed as its own.

Figures are exact. Above so many steps they are found in floating point instead, with a bound on how far that can be off, and said to be
rounded; what lies nearer to a cap than that bound is worked out in fractions all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from egide.ownership.answers import Bounds, Method
from egide.ownership.bounds import greatest, least
from egide.ownership.ladder import Ladder, TooMuchError, Value
from egide.ownership.many import DelicateError
from egide.ownership.subgraph import Role
from egide.ownership.walks import Ends

if TYPE_CHECKING:
    from egide.ownership.holdings import Right
    from egide.ownership.many import Table
    from egide.ownership.walks import Kept, Walks

STEPS, STEPS_EACH = 2_000, 8
"""Steps in whole numbers that one right under one method may take, and how many more for each holder: what is a tree is always exact."""
NEAR = 1e-9
"""What lies nearer to a cap in floating point is worked out in fractions, and farther when floating point may be farther off."""
SNAP = 10**12
"""Figures that are not exact are given to this part of one."""
AT_ONCE = 256
"""Holders whose shares are found in one pass."""

Fixed = dict[int, int]


def together(walks: Walks, method: Method, right: Right, cap: Fraction) -> Bounds:
    """Least and greatest share of all third entities together; exact beside the cap at least."""
    key = "together", walks.method(method), walks.right(right), cap
    if key not in walks.found:
        walks.found[key] = _together(walks, walks.method(method), walks.right(right), cap)
    found = walks.found[key]
    assert isinstance(found, Bounds)  # noqa: S101 - for the type checker: nothing else is under that key
    return found


def _together(walks: Walks, method: Method, right: Right, cap: Fraction) -> Bounds:
    low, high = _third_nodes(walks, method)
    kept = walks.kept(method, None)
    ladder = walks.ladder(method, right, kept)
    ladder.steps = 4 * (STEPS + STEPS_EACH * len(walks.sub.ids))  # two questions only
    try:
        ends = [_solved(ladder, low), 1 - _solved(ladder, {node: 1 - one for node, one in high.items()})]
    except TooMuchError:
        try:
            table = walks.table(method, right, kept)
            found = table.least(_columns(len(walks.sub.ids), low))[walks.start, 0], table.greatest(
                _columns(len(walks.sub.ids), high))[walks.start, 0]  # fmt: skip
            if not any(near(one, cap, table.within) for one in found):
                return _rounded(*found)
        except DelicateError:
            pass
        walked = walks.exact(method, right, kept, Ends.CLOSED)
        ends = [Fraction(least(walked, _given(walks, low))[walks.start]), Fraction(greatest(walked, _given(walks, high))[walks.start])]
    inside = walks.open_ and ends[0] == cap and _inside(walks, method, right, kept, low) > cap
    return Bounds(ends[0], max(ends), low_open=inside)


def _third_nodes(walks: Walks, method: Method) -> tuple[Fixed, Fixed]:
    """Where the walk ends: at third entities and what they control, at the least; at whoever may be one, at the most."""
    sub, attributed = walks.sub, method is Method.ATTRIBUTION
    low, high = Fixed(), Fixed()
    for node, third in enumerate(sub.third):
        certain = walks.by_company[0].get(node, ()) if attributed else ()
        possible = walks.by_company[1].get(node, ()) if attributed else ()
        end = sub.role[node] is not Role.COMPANY
        if third == 1 or any(sub.third[one] == 1 for one in certain):
            low[node] = 1
        elif end:
            low[node] = 0
        if third or any(sub.third[one] for one in possible):
            high[node] = 1
        elif end:
            high[node] = 0
    return low, high


def _solved(ladder: Ladder, fixed: Fixed) -> Fraction:
    return Fraction(Fraction(ladder.solved(fixed)[ladder.start]), ladder.unit)


def _given(walks: Walks, fixed: Fixed) -> list[int | None]:
    return [fixed.get(node) for node in range(walks.start + 1)]


def _columns(count: int, *fixed: Fixed) -> np.ndarray:
    columns = np.full((count + 1, len(fixed)), np.nan)
    for column, one in enumerate(fixed):
        columns[list(one), column] = list(one.values())
    return columns


def _inside(walks: Walks, method: Method, right: Right, kept: Kept, fixed: Fixed) -> Fraction:
    """The least share when open ends lie a hair inside."""
    return Fraction(least(walks.exact(method, right, kept, Ends.INSIDE), _given(walks, fixed))[walks.start])


def _rounded(low: float, high: float) -> Bounds:
    least_ = Fraction(round(float(low) * SNAP), SNAP)
    return Bounds(least_, max(least_, Fraction(round(float(high) * SNAP), SNAP)), rounded=True)


# --- one by one ----------------------------------------------------------------------------------


@dataclass(slots=True)
class Shares:
    """By node: least and greatest share of each party, and the greatest if it also stands behind whoever is undisclosed."""

    low: list[Value]
    high: list[Value]
    behind: list[Value]
    unit: int = 1
    """The whole, in which the shares are counted."""
    within: float = 0.0
    """How far floating point may be off; nothing where all is exact."""

    def measured(self, unit: int) -> int:
        """Count in a unit that is a multiple of what was used; gives what one of a coarser unit comes to."""
        if unit > self.unit:
            times = unit // self.unit
            for column in (self.low, self.high, self.behind):
                column[:] = [one * times for one in column]
            self.unit = unit
        return self.unit // unit


def all_alone(walks: Walks, method: Method, right: Right) -> Shares:
    """Every holder's share."""
    key = "alone", walks.method(method), walks.right(right)
    if key not in walks.found:
        walks.found[key] = _all_alone(walks, walks.method(method), walks.right(right))
    found = walks.found[key]
    assert isinstance(found, Shares)  # noqa: S101
    return found


def bounds_of(walks: Walks, method: Method, right: Right, party: int, cap: Fraction) -> Bounds:
    """What one party has, wherever else it may stand; exact beside the cap at least."""
    shares = all_alone(walks, method, right)
    return _bounds(walks, method, walks.right(right), party, cap, (shares.low[party], shares.high[party]), behind=False)


def of_one(walks: Walks, method: Method, right: Right, party: int, cap: Fraction) -> Bounds:
    """What one party that is, or may be, a third entity has at least and at most; it may be nobody, or stand behind anybody."""
    shares = all_alone(walks, method, right)
    low = shares.low[party] if walks.sub.third[party] == 1 else 0
    return _bounds(walks, method, walks.right(right), party, cap, (low, shares.behind[party]), behind=True)


def _bounds(walks: Walks, method: Method, right: Right, party: int, cap: Fraction, ends: tuple[Value, Value], *, behind: bool) -> Bounds:
    shares = all_alone(walks, method, right)
    if shares.within:
        low, high = (float(end) for end in ends)
        if not (near(low, cap, shares.within) or near(high, cap, shares.within)):
            return _rounded(low, high)
        least_, most = _exactly(walks, method, right, party, behind=behind)
        least_ = least_ if ends[0] else Fraction(0)
    else:
        least_ = Fraction(Fraction(ends[0]), shares.unit)
        most = least_ if ends[0] == ends[1] else Fraction(Fraction(ends[1]), shares.unit)
    return Bounds(least_, most, low_open=least_ == cap and _reaches_above(walks, method, right, party, cap))


def _reaches_above(walks: Walks, method: Method, right: Right, party: int, cap: Fraction) -> bool:
    """Whether the least share of a party, which is the cap by its figures, is above it by ends that are not reached."""
    if not walks.open_:
        return False
    goals, _ = _goals(walks, method, party, behind=False)
    return _inside(walks, method, right, walks.kept(method, party), goals) > cap


def _own(walks: Walks, method: Method, party: int) -> tuple[set[int], set[int]]:
    """Where the walk has met the party: itself, a concert that it is in, and under attribution what it controls; at least and at most."""
    own = {party}
    if walks.sub.concerts:
        own |= {merged for merged, members in walks.sub.concerts.items() if party in members}
    if method is Method.LOOK_THROUGH:
        return own, own
    return own | walks.control.certain.get(party, frozenset()), own | walks.control.possible.get(party, frozenset())


def _all_alone(walks: Walks, method: Method, right: Right) -> Shares:
    count = len(walks.sub.ids)
    groups: dict[Kept, list[int]] = {}
    for party in range(count) if walks.asked is None else sorted(walks.asked):
        groups.setdefault(walks.kept(method, party), []).append(party)
    found = Shares([0] * count, [0] * count, [0] * count)
    try:
        left = STEPS + STEPS_EACH * count
        for kept, parties in groups.items():
            left = _in_whole_numbers(walks, method, walks.ladder(method, right, kept), parties, found, left)
        return found
    except TooMuchError:
        pass
    try:
        found.unit, found.within = 1, max(
            (_in_floats(walks, method, walks.table(method, right, kept), parties, found) for kept, parties in groups.items()), default=0.0
        )
    except DelicateError:
        found = Shares([0] * count, [0] * count, [0] * count)
        for kept, parties in groups.items():
            ladder = walks.ladder(method, right, kept)
            ladder.patient = True
            _in_whole_numbers(walks, method, ladder, parties, found, STEPS)
    return found


def _in_whole_numbers(walks: Walks, method: Method, ladder: Ladder, parties: list[int], found: Shares, most: int) -> int:
    """Fill in those parties; gives how many steps are left."""
    sub = walks.sub
    ladder.steps = most
    if not ladder.patient and ladder.least_steps(parties) > most:
        raise TooMuchError
    ends = {node for node, role in enumerate(sub.role) if role is not Role.COMPANY}
    hidden = {node for node in ends if sub.role[node] is Role.UNDISCLOSED}
    nobody, anybody = dict.fromkeys(ends, 0), dict.fromkeys(ends, 1)
    seldom = {**anybody, **dict.fromkeys(hidden, 0)}
    low, other = ladder.solved(nobody), ladder.solved(anybody)
    settled = ladder.plain and all(value == ladder.unit for value in other.values())
    unseen = ladder.solved(seldom) if hidden else other
    times, whole = found.measured(ladder.unit), ladder.unit
    for party in parties:
        sure, perhaps = _own(walks, method, party)
        most_ = least_ = ladder.again(low, nobody, dict.fromkeys(sure, 1))
        none = dict.fromkeys(perhaps, 0)
        if not settled or sure != perhaps:
            most_ = max(whole - ladder.again(other, anybody, none), least_)
        behind = most_
        if hidden and sub.third[party]:
            behind = max(whole - ladder.again(unseen, seldom, none), most_)
        if party in hidden:
            least_ = 0  # several may share it: nobody surely has any
        found.low[party], found.high[party], found.behind[party] = least_ * times, most_ * times, behind * times
    return ladder.steps


def _in_floats(walks: Walks, method: Method, table: Table, parties: list[int], found: Shares) -> float:
    for first in range(0, len(parties), AT_ONCE):
        some = parties[first : first + AT_ONCE]
        for party, low, high, behind in zip(some, *_some_alone(walks, method, table, some), strict=True):
            found.low[party], found.high[party], found.behind[party] = Fraction(low), Fraction(high), Fraction(behind)
    return table.within


def _some_alone(walks: Walks, method: Method, table: Table, parties: list[int]) -> tuple[list[float], list[float], list[float]]:
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
    named = table.greatest(high)[walks.start]
    behind = named
    if hidden:
        high[hidden] = 1.0
        behind = table.greatest(high)[walks.start]
        least_[[column for column, party in enumerate(parties) if roles[party] is Role.UNDISCLOSED]] = 0.0
    return least_.tolist(), np.maximum(least_, named).tolist(), np.maximum(least_, behind).tolist()


def _exactly(walks: Walks, method: Method, right: Right, party: int, *, behind: bool) -> tuple[Fraction, Fraction]:
    """Least and greatest share of one party in fractions; the greatest also counts whoever it may stand behind when ``behind``."""
    low, high = _goals(walks, method, party, behind=behind)
    walked = walks.exact(method, right, walks.kept(method, party), Ends.CLOSED)
    least_ = Fraction(least(walked, _given(walks, low))[walks.start])
    if walks.sub.role[party] is Role.UNDISCLOSED:
        least_ = Fraction(0)
    return least_, max(least_, Fraction(greatest(walked, _given(walks, high))[walks.start]))


def _goals(walks: Walks, method: Method, party: int, *, behind: bool) -> tuple[Fixed, Fixed]:
    sure, perhaps = _own(walks, method, party)
    low, high = Fixed(), Fixed()
    for node, role in enumerate(walks.sub.role):
        if role is not Role.COMPANY:
            low[node], high[node] = 0, int(behind and role is Role.UNDISCLOSED)
    low.update(dict.fromkeys(sure, 1))
    high.update(dict.fromkeys(perhaps, 1))
    return low, high


def near(value: float | Fraction, cap: Fraction, within: float = 0.0) -> bool:
    """Whether floating point may have put the figure on the wrong side."""
    return abs(float(value) - float(cap)) <= max(NEAR, within)
