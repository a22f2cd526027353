"""Each reading of 19.6.b against its two caps: the third entity that stands worst, and all of them together."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from egide.ownership.alone import all_alone
from egide.ownership.answers import Bounds, CapTest, Method, Readings
from egide.ownership.holdings import Right
from egide.ownership.shares import near, of_one, together
from egide.vocabulary.findings import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from egide.ownership.circles import Value
    from egide.ownership.walks import Walks

WORST = {Answer.MET: 0, Answer.UNKNOWN: 1, Answer.NOT_MET: 2}


def cap_tests(
    walks: Walks, readings: Readings, *, diluted: bool, only: Iterable[tuple[Method, Right]] | None = None
) -> tuple[CapTest, ...]:
    """Each method and right against the two caps."""
    chosen = [(method, right) for method in Method for right in Right] if only is None else list(only)
    return tuple(_cap_test(walks, readings, method, right, diluted=diluted) for method, right in chosen)


def _cap_test(walks: Walks, readings: Readings, method: Method, right: Right, *, diluted: bool) -> CapTest:
    both = together(walks, method, right, readings.together)
    largest, one = _largest(walks, readings, method, right)
    one_answer, both_answer = one.against(readings.one), both.against(readings.together)
    return CapTest(
        method, right, diluted, walks.sub.ids[largest] if largest is not None else None, one, one_answer, both, both_answer,
        _joined(one_answer, both_answer, either=readings.either_breach_fails),
    )  # fmt: skip


def _largest(walks: Walks, readings: Readings, method: Method, right: Right) -> tuple[int | None, Bounds]:
    """The third entity that stands worst against the cap for one."""
    key = "largest", walks.method(method), walks.right(method, right)
    if key not in walks.found:
        walks.found[key] = _worst(walks, readings, method, right)
    found = walks.found[key]
    assert isinstance(found, tuple)  # noqa: S101 - for the type checker
    return found


def _worst(walks: Walks, readings: Readings, method: Method, right: Right) -> tuple[int | None, Bounds]:
    shares, cap = all_alone(walks, method, right), readings.one
    sub, within, times, limit = walks.sub, shares.within, cap.denominator, cap.numerator * shares.unit
    ranked: list[tuple[tuple[int, Value, Value, int, str], int, Bounds | None]] = []
    worst: tuple[int, Value] = 0, 0
    for party, third in enumerate(sub.third):
        if not third or party == 0 or not (high := shares.behind[party]):
            continue
        low = shares.low[party] if third == 1 else 0
        one = None
        if low * times == limit or (within and (near(low, cap, within) or near(high, cap, within))):
            one = of_one(walks, method, right, party, cap)
            answer, low, high = WORST[one.against(cap)], one.low * shares.unit, one.high * shares.unit
        else:
            answer = 0 if high * times <= limit else 2 if low * times > limit else 1
        if (answer, high) >= worst:
            worst = answer, high
            ranked.append(((-answer, -high, -low, sub.role[party], sub.ids[party]), party, one))
    if not ranked:
        return None, Bounds(Fraction(0), Fraction(0))
    _, party, one = min(ranked, key=lambda each: each[0])
    return party, one or of_one(walks, method, right, party, cap)


def _joined(one: Answer, both: Answer, *, either: bool) -> Answer:
    if either:
        return max((one, both), key=WORST.__getitem__)
    return min((one, both), key=WORST.__getitem__)
