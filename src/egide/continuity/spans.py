"""How long something takes, or how much is lost: two bounds in seconds, so that what is not known stays so and still adds up.

An unbounded high is not known; both unbounded is never. Sums, the greater and the smaller of two work on each bound, so a law that
holds of numbers holds here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from math import inf
from typing import TYPE_CHECKING

from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

    from egide.vocabulary.language import Language

UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86_400, "j": 86_400, "w": 604_800, "sem": 604_800}
"""Seconds in each; ``j`` and ``sem`` as French writes days and weeks."""
MOST_SECONDS = 20 * 366 * 86_400
_WRITTEN = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*([a-z]+)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """Not less than ``low``, not more than ``high``, in seconds."""

    low: float
    high: float

    def __add__(self, other: Span) -> Span:
        return Span(self.low + other.low, self.high + other.high)

    def or_sooner(self, other: Span) -> Span:
        """The smaller of two, bound by bound."""
        return Span(min(other.low, self.low), min(other.high, self.high))

    def or_later(self, other: Span) -> Span:
        """The greater of two, bound by bound."""
        return Span(max(other.low, self.low), max(other.high, self.high))

    def less(self, seconds: float) -> Span:
        """What is left of it after so long; never below nothing."""
        return Span(max(0.0, self.low - seconds), max(0.0, self.high - seconds))

    @property
    def known(self) -> bool:
        """Whether both bounds are one figure, or it is never."""
        return self.low == self.high

    @property
    def never(self) -> bool:
        """Whether it has no end."""
        return self.low == inf

    def within(self, target: float) -> Answer:
        """Whether it is at most the target."""
        if self.high <= target:
            return Answer.MET
        return Answer.NOT_MET if self.low > target else Answer.UNKNOWN


NONE = Span(0.0, 0.0)
UNKNOWN = Span(0.0, inf)
NEVER = Span(inf, inf)


def exactly(seconds: float) -> Span:
    """One figure."""
    return Span(seconds, seconds)


def at_least(seconds: float) -> Span:
    """So long, and nobody says how much longer."""
    return Span(seconds, inf)


def longest(spans: Iterable[Span]) -> Span:
    """The greater of all, bound by bound; none at all is nothing."""
    every = list(spans)
    return Span(max((one.low for one in every), default=0.0), max((one.high for one in every), default=0.0))


def shortest(spans: Iterable[Span]) -> Span:
    """The smaller of all, bound by bound; none at all is never."""
    every = list(spans)
    return Span(min((one.low for one in every), default=inf), min((one.high for one in every), default=inf))


def seconds(text: str) -> int | None:
    """«4 h», «30 min», «1,5 d» in whole seconds; None for anything else, a negative included."""
    written = _WRITTEN.fullmatch(text)
    unit = UNITS.get(written[2].lower()) if written else None
    if written is None or unit is None:
        return None
    exact = Decimal(written[1].replace(",", ".")) * unit
    return int(exact) if exact == exact.to_integral_value() and exact <= MOST_SECONDS else None


def duration_text(value: float, lang: Language) -> str:
    """«2 d 4 h» in words; at most two units."""
    if value == inf:
        return lang.text(N_("no way back"))
    names = {"d": N_("d"), "h": N_("h"), "min": N_("min"), "s": N_("s")}
    left, parts = int(value), []
    for unit, name in names.items():
        count, left = divmod(left, UNITS[unit])
        if count:
            parts.append(f"{count}\u202f{lang.text(name)}")
    return " ".join(parts[:2]) or f"0\u202f{lang.text(names['min'])}"


def span_text(span: Span, lang: Language) -> str:
    """A figure, «at least 2 h», or «not known»."""
    if span.known:
        return duration_text(span.low, lang)
    if span.high == inf:
        return lang.text(N_("at least {least}"), {"least": duration_text(span.low, lang)}) if span.low else lang.text(N_("not known"))
    return lang.text(N_("{least} to {most}"), {"least": duration_text(span.low, lang), "most": duration_text(span.high, lang)})
