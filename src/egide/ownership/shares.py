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

from contextlib import suppress
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from egide.ownership.alone import ANYBODY, STEPS, STEPS_EACH, UNKNOWN, all_alone, own_of
from egide.ownership.answers import Bounds, Method
from egide.ownership.bounds import greatest, least
from egide.ownership.circles import TooMuchError, Value
from egide.ownership.flows import Flow
from egide.ownership.ladder import Ladder
from egide.ownership.many import DelicateError, TangledError
from egide.ownership.parts import Parts
from egide.ownership.rounded import NEAR, Fixed, can_be_exact
from egide.ownership.subgraph import Role
from egide.ownership.walks import Ends

if TYPE_CHECKING:
    from egide.ownership.holdings import Right
    from egide.ownership.many import Table
    from egide.ownership.walks import Kept, Walks

SNAP = 10**12
"""Figures that are not exact are given to this part of one."""
def together(walks: Walks, method: Method, right: Right, cap: Fraction) -> Bounds:
    """Least and greatest share of all third entities together; exact beside the cap at least."""
    key = "together", walks.method(method), walks.right(method, right), cap
    if key not in walks.found:
        walks.found[key] = _together(walks, walks.method(method), walks.right(method, right), cap)
    found = walks.found[key]
    assert isinstance(found, Bounds)  # noqa: S101 - for the type checker: nothing else is under that key
    return found


def _together(walks: Walks, method: Method, right: Right, cap: Fraction) -> Bounds:
    key = "third", method
    if key not in walks.found:
        walks.found[key] = _third_nodes(walks, method)
    found = walks.found[key]
    assert isinstance(found, tuple)  # noqa: S101 - for the type checker
    low, _, other = found
    kept = walks.kept(method, None)
    forced, lowest = walks.forced(right, ANYBODY), walks.forced(right, UNKNOWN)
    try:
        ladders = walks.ladder(method, right, kept, lowest=forced), walks.ladder(method, right, kept, lowest=lowest)
        ends = _ends(walks, ladders, low, other)
    except TooMuchError:
        try:
            found = _in_columns(walks, walks.table(method, right, kept, lowest=forced), low), 1.0 - _in_columns(
                walks, walks.table(method, right, kept, lowest=lowest), other)  # fmt: skip
            within = max(walks.table(method, right, kept, lowest=one).within for one in {forced, lowest})
            if not any(near(one, cap, within) for one in found):
                return _rounded(*found)
        except (DelicateError, TangledError):
            pass
        if not can_be_exact(walks, method, right, kept):
            return Bounds(Fraction(0), Fraction(1), rounded=True)
        sure, perhaps = (walks.exact(method, right, kept, Ends.CLOSED, lowest=one) for one in (forced, lowest))
        ends = [Fraction(least(sure, _given(walks, low))[walks.start]), 1 - Fraction(least(perhaps, _given(walks, other))[walks.start])]
    inside = walks.open_ and ends[0] == cap and _inside(walks, method, right, kept, low) > cap
    return Bounds(ends[0], max(ends), low_open=inside)


def _third_nodes(walks: Walks, method: Method) -> tuple[Fixed, Fixed, Fixed]:
    """Where the walk ends: at third entities and what they control, at the least; at whoever may be one, at the most; and of these
    at whoever is none."""
    third = walks.sub.third
    low, high = dict.fromkeys(walks.ends, 0), dict.fromkeys(walks.ends, 0)
    low.update([(node, 1) for node, one in enumerate(third) if one == 1])
    high.update([(node, 1) for node, one in enumerate(third) if one])
    if method is Method.ATTRIBUTION:
        certain, possible = walks.by_company
        reached = walks.reached(method)
        low.update([(node, 1) for node in reached if any(third[one] == 1 for one in certain[node])])
        high.update([(node, 1) for node in reached if any(third[one] for one in possible[node])])
    return low, high, {node: 1 - one for node, one in high.items()}


def _ends(walks: Walks, ladders: tuple[Ladder, Ladder], low: Fixed, other: Fixed) -> list[Fraction]:
    """The least chance to meet what is fixed at one in ``low``, and what that of ``other`` leaves."""
    flows = [_flow(walks, ladders[0], low)]
    flows.append(flows[0] if ladders[0] is ladders[1] and low.keys() == other.keys() else _flow(walks, ladders[1], other))
    found = []
    for ladder, flow, fixed in zip(ladders, flows, (low, other), strict=True):
        if flow:
            found.append(Fraction(sum([flow.come[node] for node, one in fixed.items() if one]), flow.unit))
        else:
            ladder.steps = _steps(walks)
            value, unit = ladder.solved(fixed)
            found.append(Fraction(Fraction(value[walks.start]), unit))
    return [found[0], 1 - found[1]]


def _flow(walks: Walks, ladder: Ladder, fixed: Fixed) -> Flow | None:
    """What comes by until the walk meets one of those; None where something is to be chosen on the way."""
    ladder.steps = _steps(walks)
    with suppress(TooMuchError):
        flow = Flow(ladder, fixed, most=False)
        if not flow.doubtful:
            return flow
    return None


def _steps(walks: Walks) -> int:
    return 4 * (STEPS + STEPS_EACH * len(walks.sub.ids))  # one question only


def _given(walks: Walks, fixed: Fixed) -> list[int | None]:
    return [fixed.get(node) for node in range(walks.start + 1)]


def _in_columns(walks: Walks, table: Table, fixed: Fixed) -> float:
    column = np.full((walks.start + 1, 1), np.nan)
    column[list(fixed), 0] = list(fixed.values())
    return float(table.least(column)[walks.start, 0])


def _inside(walks: Walks, method: Method, right: Right, kept: Kept, fixed: Fixed) -> Fraction:
    """The least share when open ends lie a hair inside."""
    return Fraction(least(walks.exact(method, right, kept, Ends.INSIDE), _given(walks, fixed))[walks.start])


def _rounded(low: float, high: float) -> Bounds:
    least_ = Fraction(round(float(low) * SNAP), SNAP)
    return Bounds(least_, max(least_, Fraction(round(float(high) * SNAP), SNAP)), rounded=True)


def bounds_of(walks: Walks, method: Method, right: Right, cap: Fraction) -> list[tuple[Bounds, float]]:
    """What each party has, wherever else it may stand, and the most as a float; exact beside the cap at least."""
    key = "bounds", walks.method(method), walks.right(method, right), cap
    if key not in walks.found:
        walks.found[key] = _all_bounds(walks, walks.method(method), walks.right(method, right), cap)
    found = walks.found[key]
    assert isinstance(found, list)  # noqa: S101 - for the type checker
    return found


def _all_bounds(walks: Walks, method: Method, right: Right, cap: Fraction) -> list[tuple[Bounds, float]]:
    """Where all is exact, equal figures are put into lowest terms once."""
    shares = all_alone(walks, method, right)
    exact, parts = not max(shares.within, shares.loosely), parts_of(walks, method, right)
    unit = parts.unit
    beside: Value = cap * unit
    beside = beside.numerator if beside.denominator == 1 else beside
    known: dict[Value | tuple[Value, Value], tuple[Bounds, float]] = {}
    found = []
    for party, (low, high) in enumerate(zip(shares.low, shares.high, strict=True)):
        key = low if low == high else (low, high)
        told = known.get(key)
        if told is None:
            if not exact or low == beside:
                bounds = _bounds(walks, method, right, party, cap, (low, high), behind=False)
                found.append((bounds, float(bounds.high)))
                continue
            told = known[key] = parts.bounds(low, high), float(high / unit)
        found.append(told)
    return found


def parts_of(walks: Walks, method: Method, right: Right) -> Parts:
    """The parts of one in the unit of those shares, of which every reading and chain keeps what it found."""
    unit = all_alone(walks, method, right).unit
    key = "parts", unit
    if key not in walks.found:
        walks.found[key] = Parts(unit)
    found = walks.found[key]
    assert isinstance(found, Parts)  # noqa: S101 - for the type checker
    return found


def of_one(walks: Walks, method: Method, right: Right, party: int, cap: Fraction) -> Bounds:
    """What one party that is, or may be, a third entity has at least and at most; it may be nobody, or stand behind anybody."""
    shares = all_alone(walks, method, right)
    low = shares.low[party] if walks.sub.third[party] == 1 else 0
    return _bounds(walks, method, walks.right(method, right), party, cap, (low, shares.behind[party]), behind=True)


def _bounds(walks: Walks, method: Method, right: Right, party: int, cap: Fraction, ends: tuple[Value, Value], *, behind: bool) -> Bounds:
    shares = all_alone(walks, method, right)
    within = shares.within if behind else max(shares.within, shares.loosely)
    if within:
        low, high = (float(Fraction(Fraction(end), shares.unit)) for end in ends)
        beside = near(low, cap, within) or near(high, cap, within)
        if beside and not can_be_exact(walks, method, right, walks.kept(method, party)):
            return _rounded(max(low - within, 0.0), min(high + within, 1.0))
        if not beside:
            return _rounded(low, high)
        least_, most = _exactly(walks, method, right, party, behind=behind)
        least_ = least_ if ends[0] else Fraction(0)
    else:
        least_ = _part(ends[0], shares.unit)
        most = least_ if ends[0] == ends[1] else _part(ends[1], shares.unit)
    return Bounds(least_, most, low_open=least_ == cap and _reaches_above(walks, method, right, party, cap))


def _part(value: Value, unit: int) -> Fraction:
    return Fraction(value, unit) if isinstance(value, int) else value / unit


def _reaches_above(walks: Walks, method: Method, right: Right, party: int, cap: Fraction) -> bool:
    """Whether the least share of a party, which is the cap by its figures, is above it by ends that are not reached."""
    if not walks.open_:
        return False
    goals, _ = _goals(walks, method, party, behind=False)
    return _inside(walks, method, right, walks.kept(method, party), goals) > cap


def _exactly(walks: Walks, method: Method, right: Right, party: int, *, behind: bool) -> tuple[Fraction, Fraction]:
    """Least and greatest share of one party in fractions; the greatest also counts whoever it may stand behind when ``behind``."""
    low, high = _goals(walks, method, party, behind=behind)
    walked = walks.exact(method, right, walks.kept(method, party), Ends.CLOSED)
    least_ = Fraction(least(walked, _given(walks, low))[walks.start])
    if walks.sub.role[party] is Role.UNDISCLOSED:
        least_ = Fraction(0)
    return least_, max(least_, Fraction(greatest(walked, _given(walks, high))[walks.start]))


def _goals(walks: Walks, method: Method, party: int, *, behind: bool) -> tuple[Fixed, Fixed]:
    sure, perhaps = own_of(walks, method, party)
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
