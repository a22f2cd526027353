"""How often each voter turns a vote: the Shapley-Shubik index, exactly, as evidence of control de facto.

Of all orders in which the voters may join, the part in which this one brings the sum above half (Shapley and Shubik 1954).
Counted by dynamic programming over sums and sizes of coalitions (Lucas 1983): a polynomial for each size, its coefficients packed
into one whole number, so that adding a voter is one shift and one sum.
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial, gcd
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

HEAVIEST = 20_000
"""The most that weights may add up to, in their greatest common unit."""
MOST_VOTERS = 40


def shapley_shubik(votes: Sequence[int]) -> list[Fraction] | None:
    """Each voter's index when more than half of all votes decides; None when too fine or too many to count exactly."""
    unit = gcd(*votes) if votes else 0
    if not unit or len(votes) > MOST_VOTERS:
        return None
    weights = [one // unit for one in votes]
    if sum(weights) > HEAVIEST:
        return None
    digits = len(votes) + 1
    sizes = [1] + [0] * len(weights)
    for weight in weights:
        shift = weight * digits
        for size in range(len(weights), 0, -1):
            sizes[size] += sizes[size - 1] << shift
    known: dict[int, Fraction] = {}
    for weight in weights:
        if weight not in known:
            known[weight] = _index(weight, weights, sizes, digits)
    return [known[weight] for weight in weights]


def _index(weight: int, weights: Sequence[int], sizes: Sequence[int], digits: int) -> Fraction:
    """Orders in which the others before it have at most half, and with it more."""
    count, half = len(weights), sum(weights) // 2
    if not weight:
        return Fraction(0)
    first, last = max(half - weight + 1, 0), half
    shift, orders, without = weight * digits, 0, 0
    for size in range(count):
        without = sizes[size] - (without << shift)
        window = (without >> (first * digits)) & ((1 << ((last - first + 1) * digits)) - 1)
        orders += _digit_sum(window, digits) * factorial(size) * factorial(count - size - 1)
    return Fraction(orders, factorial(count))


def _digit_sum(packed: int, digits: int) -> int:
    """The sum of the coefficients, by folding in two; no sum can outgrow its digit."""
    count = -(-packed.bit_length() // digits)
    while count > 1:
        count = (count + 1) // 2
        packed = (packed & ((1 << count * digits) - 1)) + (packed >> count * digits)
    return packed
