"""Parts of one as fractions in lowest terms, each reduced once: the readings of an answer and its chains share most of theirs."""

from __future__ import annotations

from fractions import Fraction

from egide.ownership.answers import Bounds


class Parts:
    """Whole numbers of one unit, as the parts of one that they are."""

    def __init__(self, unit: int) -> None:
        self.unit = unit
        self.parts: dict[int | Fraction, Fraction] = {}
        self.points: dict[int | Fraction, Bounds] = {}

    def part(self, value: int | Fraction) -> Fraction:
        """As a part of one."""
        found = self.parts.get(value)
        if found is None:
            found = self.parts[value] = Fraction(value, self.unit) if isinstance(value, int) else value / self.unit
        return found

    def bounds(self, low: int | Fraction, high: int | Fraction) -> Bounds:
        """From one to the other, both reached."""
        if low != high:
            return Bounds(self.part(low), self.part(high))
        found = self.points.get(low)
        if found is None:
            part = self.part(low)
            found = self.points[low] = Bounds(part, part)
        return found
