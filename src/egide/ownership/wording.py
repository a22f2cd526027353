"""Fractions in words that never say more, or other, than the figure."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from egide.ownership.answers import Bounds

MOST_DIGITS = 4
ROUNDED_DIGITS = 2


def percent(share: Fraction) -> str:
    """The share in per cent, without the sign: «24.1» when it is exactly that, «≈33.33» when it had to be rounded.

    Four decimals at most. A figure beside a whole per cent, where the caps of the law stand, is given as many of them as keep it
    on its side, and then in words: 24.0000003 is «>24», never 24.
    """
    value = share * 100
    scaled = value * 10**MOST_DIGITS
    if scaled.denominator == 1:
        return _decimal(scaled.numerator, MOST_DIGITS)
    for digits in range(ROUNDED_DIGITS, MOST_DIGITS + 1):
        rounded = round(value * 10**digits)
        if rounded % 10**digits:
            return f"≈{_decimal(rounded, digits)}"
    whole = value.numerator // value.denominator
    return f">{whole}" if value - whole < Fraction(1, 2) else f"<{whole + 1}"


def between(bounds: Bounds) -> str:
    """One figure, or the two ends: «20–25»; each marked where it was rounded."""
    low, high = ends(bounds)
    return low if bounds.exact else f"{low}–{high}"


def ends(bounds: Bounds) -> tuple[str, str]:
    """Both ends, each as exactly as it is known: «24.1», «≈24.1», «>24» for what is beside 24 and above it."""
    low, high = (_marked(end, rounded=bounds.rounded) for end in (bounds.low, bounds.high))
    return f">{low}" if bounds.low_open else low, high


def _marked(share: Fraction, *, rounded: bool) -> str:
    said = percent(share)
    return f"≈{said}" if rounded and 0 < share < 1 and said[0].isdigit() else said


def _decimal(scaled: int, digits: int) -> str:
    sign, size = ("-", -scaled) if scaled < 0 else ("", scaled)
    whole, rest = divmod(size, 10**digits)
    tail = f"{rest:0{digits}d}".rstrip("0")
    return f"{sign}{whole}.{tail}" if tail else f"{sign}{whole}"
