"""Figures as they are written, to the last digit.

A float stands for the decimal that it prints as: 24.1 is 241/10 and not its binary neighbour. Every decimal of fifteen digits has such a
float; whatever has none (more digits, thirds, sums and parts of others) is a fraction. Two floats compare as their decimals do; a float
and a fraction only by `exactly`.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

Figure = float | Fraction
"""In per cent, mostly."""
MOST_DECIMALS = 40
"""Digits after the point that are read; a capital of a billion billion shares needs eighteen."""

LONGEST = 200
"""Characters of the longest figure."""


class TooFineError(ValueError):
    """More digits after the point than are read."""


def figure(said: Decimal) -> Figure:
    """The figure that a decimal is. Raises `TooFineError`; the decimal is small enough to be a share, or refused before."""
    exponent = said.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -MOST_DECIMALS:
        raise TooFineError(str(said)[:60])
    found = float(said) + 0.0
    return found if Decimal(repr(found)) == said else Fraction(said)


def shortest(value: Fraction) -> Figure:
    """The figure that a fraction is: a float where one prints as it."""
    found = float(value)
    return found if exactly(found) == value else value


def exactly(said: Figure) -> Fraction:
    """The figure as a fraction."""
    return said if isinstance(said, Fraction) else _of_float(said)


@lru_cache(maxsize=65_536)
def _of_float(said: float) -> Fraction:
    return Fraction(repr(float(said)))


def added(*said: Figure) -> Figure:
    """The sum, to the last digit."""
    return shortest(sum((exactly(one) for one in said), Fraction(0)))


def written(said: Figure) -> str:
    """The figure as a decimal with a point, or as «33⅓» or «100/7» where that has no end; a cap table says it likewise."""
    value = exactly(said)
    digits = _decimals(value.denominator)
    if digits is None:
        whole, rest = divmod(value.numerator, value.denominator)
        return f"{whole}{'⅓' if rest == 1 else '⅔'}" if value.denominator == 3 else str(value)
    whole, rest = divmod(abs(value.numerator) * 10**digits // value.denominator, 10**digits)
    tail = f"{rest:0{digits}d}".rstrip("0") if digits else ""
    return f"{'-' if value < 0 else ''}{whole}{'.' if tail else ''}{tail}"


def plain(said: Figure) -> str:
    """The figure for machines: a decimal with a point, else a fraction, ``100/3``."""
    value = exactly(said)
    return str(value) if _decimals(value.denominator) is None else written(value)


def told(said: object) -> Figure:
    """A figure out of JSON: a number, or a fraction as `plain` writes it. Raises `ValueError`."""
    if isinstance(said, (float, int)) and not isinstance(said, bool):
        return float(said) + 0.0
    if isinstance(said, str) and len(said) <= LONGEST:
        return shortest(Fraction(said))
    raise ValueError(str(said)[:60])


def _decimals(denominator: int) -> int | None:
    """How many decimals a fraction of that denominator has; None when it never ends."""
    twos = (denominator & -denominator).bit_length() - 1
    left, fives = denominator >> twos, 0
    while left % 5 == 0:
        left, fives = left // 5, fives + 1
    return max(twos, fives) if left == 1 else None
