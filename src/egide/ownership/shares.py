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

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from egide.ownership.answers import Bounds, CapTest, Method, Readings
from egide.ownership.bounds import greatest, least
from egide.ownership.holdings import Right
from egide.ownership.ladder import Ladder, TooMuchError, Value
from egide.ownership.many import DelicateError
from egide.ownership.subgraph import Role
from egide.ownership.walks import Ends, Walks, walks
from egide.vocabulary.findings import Answer

if TYPE_CHECKING:
    from egide.ownership.many import Table
    from egide.ownership.walks import Kept

__all__ = ["WORST", "Walks", "all_alone", "bounds_of", "cap_tests", "near", "together", "walks"]

STEPS = 2_500
"""Steps in whole numbers that one right under one method may take."""
NEAR = 1e-9
"""What lies nearer to a cap in floating point is worked out in fractions, and farther when floating point may be farther off."""
SNAP = 10**12
"""Figures that are not exact are given to this part of one."""
AT_ONCE = 256
"""Holders whose shares are found in one pass."""
WORST = {Answer.MET: 0, Answer.UNKNOWN: 1, Answer.NOT_MET: 2}

Fixed = dict[int, int]


@dataclass(frozen=True, slots=True)
class Shares:
    """By node: least and greatest share of each party, and the greatest if it also stands behind whoever is undisclosed."""

    low: list[Fraction]
    high: list[Fraction]
    behind: list[Fraction]
    within: float
    """How far floating point may be off; nothing where all is exact."""


def together(walks: Walks, method: Method, right: Right, cap: Fraction) -> Bounds:
    """Least and greatest share of all third entities together; exact beside the cap at least."""
    key = "together", method, walks.right(right), cap
    if key not in walks.found:
        walks.found[key] = _together(walks, method, walks.right(right), cap)
    found = walks.found[key]
    assert isinstance(found, Bounds)  # noqa: S101 - for the type checker: nothing else is under that key
    return found


def _together(walks: Walks, method: Method, right: Right, cap: Fraction) -> Bounds:
    low, high = _third_nodes(walks, method)
    kept = walks.kept(method, None)
    ladder = walks.ladder(method, right, kept)
    ladder.steps = STEPS
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


def all_alone(walks: Walks, method: Method, right: Right) -> Shares:
    """Every holder's share."""
    key = "alone", method, walks.right(right)
    if key not in walks.found:
        walks.found[key] = _all_alone(walks, method, walks.right(right))
    found = walks.found[key]
    assert isinstance(found, Shares)  # noqa: S101
    return found


def bounds_of(walks: Walks, method: Method, right: Right, party: int, cap: Fraction) -> Bounds:
    """What one party has, wherever else it may stand; exact beside the cap at least."""
    shares = all_alone(walks, method, right)
    low, high = shares.low[party], shares.high[party]
    if shares.within:
        if not (near(low, cap, shares.within) or near(high, cap, shares.within)):
            return _rounded(float(low), float(high))
        low, high = _exactly(walks, method, walks.right(right), party, behind=False)
    return Bounds(low, high, low_open=low == cap and _reaches_above(walks, method, walks.right(right), party, cap))


def _own(walks: Walks, method: Method, party: int) -> tuple[set[int], set[int]]:
    """Where the walk has met the party: itself, a concert that it is in, and under attribution what it controls; at least and at most."""
    own = {party} | {merged for merged, members in walks.sub.concerts.items() if party in members}
    if method is Method.LOOK_THROUGH:
        return own, own
    return own | walks.control.certain.get(party, frozenset()), own | walks.control.possible.get(party, frozenset())


def _all_alone(walks: Walks, method: Method, right: Right) -> Shares:
    count = len(walks.sub.ids)
    groups: dict[Kept, list[int]] = {}
    for party in range(count):
        groups.setdefault(walks.kept(method, party), []).append(party)
    found = Shares([Fraction(0)] * count, [Fraction(0)] * count, [Fraction(0)] * count, 0.0)
    try:
        left = STEPS
        for kept, parties in groups.items():
            left = _in_whole_numbers(walks, method, walks.ladder(method, right, kept), parties, found, left)
        return found
    except TooMuchError:
        pass
    try:
        within = max(_in_floats(walks, method, walks.table(method, right, kept), parties, found) for kept, parties in groups.items())
        return Shares(found.low, found.high, found.behind, within)
    except DelicateError:
        for kept, parties in groups.items():
            ladder = walks.ladder(method, right, kept)
            ladder.patient = True
            _in_whole_numbers(walks, method, ladder, parties, found, STEPS)
        return found


def _in_whole_numbers(walks: Walks, method: Method, ladder: Ladder, parties: list[int], found: Shares, most: int) -> int:
    """Fill in those parties; gives how many steps are left."""
    sub = walks.sub
    ladder.steps = most
    if 2 * ladder.turning * len(parties) > most and not ladder.patient:
        raise TooMuchError
    ends = {node for node, role in enumerate(sub.role) if role is not Role.COMPANY}
    hidden = {node for node in ends if sub.role[node] is Role.UNDISCLOSED}
    nobody, anybody = dict.fromkeys(ends, 0), dict.fromkeys(ends, 1)
    seldom = {**anybody, **dict.fromkeys(hidden, 0)}
    low, other = ladder.solved(nobody), ladder.solved(anybody)
    settled = ladder.plain and all(value == ladder.unit for value in other.values())
    unseen = ladder.solved(seldom) if hidden else other

    def share(value: Value) -> Fraction:
        return Fraction(value) / ladder.unit if value else Fraction(0)

    for party in parties:
        sure, perhaps = _own(walks, method, party)
        none = dict.fromkeys(perhaps, 0)
        most_ = least_ = share(ladder.again(low, nobody, dict.fromkeys(sure, 1)))
        if not settled or sure != perhaps:
            most_ = 1 - share(ladder.again(other, anybody, none))
        behind = most_
        if hidden and sub.third[party]:
            behind = 1 - share(ladder.again(unseen, seldom, none))
        if party in hidden:
            least_ = Fraction(0)  # several may share it: nobody surely has any
        found.low[party], found.high[party], found.behind[party] = least_, max(least_, most_), max(least_, behind)
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


# --- against the caps ----------------------------------------------------------------------------


def cap_tests(
    walks: Walks, readings: Readings, *, diluted: bool, only: Iterable[tuple[Method, Right]] | None = None
) -> tuple[CapTest, ...]:
    """Each method and right against the two caps."""
    chosen = [(method, right) for method in Method for right in Right] if only is None else list(only)
    return tuple(_cap_test(walks, readings, method, right, diluted=diluted) for method, right in chosen)


def _cap_test(walks: Walks, readings: Readings, method: Method, right: Right, *, diluted: bool) -> CapTest:
    both = together(walks, method, right, readings.together)
    largest, one = _largest(walks, readings, method, walks.right(right))
    one_answer, both_answer = one.against(readings.one), both.against(readings.together)
    return CapTest(
        method, right, diluted, walks.sub.ids[largest] if largest is not None else None, one, one_answer, both, both_answer,
        _joined(one_answer, both_answer, either=readings.either_breach_fails),
    )  # fmt: skip


def _largest(walks: Walks, readings: Readings, method: Method, right: Right) -> tuple[int | None, Bounds]:
    """The third entity that stands worst against the cap for one."""
    worst: tuple[int, Fraction, Fraction, int, str] | None = None
    found: tuple[int | None, Bounds] = (None, Bounds(Fraction(0), Fraction(0)))
    shares = all_alone(walks, method, right)
    for party, third in enumerate(walks.sub.third):
        if not third or party == 0 or not shares.behind[party]:
            continue
        one = _of_one(walks, readings, method, right, party)
        rank = -WORST[one.against(readings.one)], -one.high, -one.low, walks.sub.role[party], walks.sub.ids[party]
        if worst is None or rank < worst:
            worst, found = rank, (party, one)
    return found


def _of_one(walks: Walks, readings: Readings, method: Method, right: Right, party: int) -> Bounds:
    """What one party that is, or may be, a third entity has at least and at most."""
    shares = all_alone(walks, method, right)
    certain = walks.sub.third[party] == 1
    low, high = shares.low[party] if certain else Fraction(0), shares.behind[party]
    if shares.within:
        if not (near(low, readings.one, shares.within) or near(high, readings.one, shares.within)):
            return _rounded(float(low), float(high))
        low, high = _exactly(walks, method, right, party, behind=True)
        low = low if certain else Fraction(0)
    return Bounds(low, high, low_open=low == readings.one and _reaches_above(walks, method, right, party, readings.one))


def _reaches_above(walks: Walks, method: Method, right: Right, party: int, cap: Fraction) -> bool:
    """Whether the least share of a party, which is the cap by its figures, is above it by ends that are not reached."""
    if not walks.open_:
        return False
    goals, _ = _goals(walks, method, party, behind=False)
    return _inside(walks, method, right, walks.kept(method, party), goals) > cap


def near(value: float | Fraction, cap: Fraction, within: float = 0.0) -> bool:
    """Whether floating point may have put the figure on the wrong side."""
    return abs(float(value) - float(cap)) <= max(NEAR, within)


def _joined(one: Answer, both: Answer, *, either: bool) -> Answer:
    if either:
        return max((one, both), key=WORST.__getitem__)
    return min((one, both), key=WORST.__getitem__)
