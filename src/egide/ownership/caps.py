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

    from egide.ownership.ladder import Value
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
    ranked: list[tuple[tuple[int, Value, Value, int, str], int, Bounds | None]] = []
    for party, third in enumerate(walks.sub.third):
        low, high = shares.low[party] if third == 1 else 0, shares.behind[party]
        if not third or party == 0 or not high:
            continue
        beside = (shares.within and (near(low, cap, shares.within) or near(high, cap, shares.within))) or low * cap.denominator == (
            cap.numerator * shares.unit
        )
        one = of_one(walks, method, right, party, cap) if beside else None
        if one is not None:
            answer, low, high = one.against(cap), one.low * shares.unit, one.high * shares.unit
        else:
            answer = _against(low, high, cap.numerator * shares.unit, cap.denominator)
        ranked.append(((-WORST[answer], -high, -low, walks.sub.role[party], walks.sub.ids[party]), party, one))
    if not ranked:
        return None, Bounds(Fraction(0), Fraction(0))
    _, party, one = min(ranked, key=lambda each: each[0])
    return party, one or of_one(walks, method, right, party, cap)


def _against(low: Value, high: Value, cap: int, times: int) -> Answer:
    if high * times <= cap:
        return Answer.MET
    return Answer.NOT_MET if low * times > cap else Answer.UNKNOWN


def _joined(one: Answer, both: Answer, *, either: bool) -> Answer:
    if either:
        return max((one, both), key=WORST.__getitem__)
    return min((one, both), key=WORST.__getitem__)
