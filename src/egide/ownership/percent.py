"""Shares as people write them: «24,5 %», «33⅓», «100/3», «20-25», «> 50», «[20 ; 25[», «?»."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from egide.ownership.figures import Figure, figure, shortest, written
from egide.ownership.holdings import NOTHING_SAID, Range, between

LONGEST = 200
"""Characters of the longest share that is read."""
_NUMBER = r"(-?\d{1,6}(?:[.,]\d{1,60})?)"
_THIRDS = {"⅓": (1, 3), "1/3": (1, 3), "⅔": (2, 3), "2/3": (2, 3), "½": (1, 2), "¼": (1, 4), "¾": (3, 4)}
_THIRD = re.compile(r"(\d{1,3})(⅓|⅔|½|¼|¾|1/3|2/3)")
_EXACT = re.compile(_NUMBER)
_FRACTION = re.compile(r"(\d{1,60})/(\d{1,60})")
_BETWEEN = re.compile(_NUMBER + r"(?:-|à|to|\.\.)" + _NUMBER)
_INTERVAL = re.compile(r"([\[\](])" + _NUMBER + r"[;:]" + _NUMBER + r"([\[\])])")
_ABOVE = re.compile(r"(>=|≥|>|plusde|morethan|over|above|aumoins|atleast)" + _NUMBER)
_BELOW = re.compile(r"(<=|≤|<|moinsde|lessthan|under|below|auplus|atmost)" + _NUMBER)
_REACHED = {">=", "≥", "aumoins", "atleast", "<=", "≤", "auplus", "atmost"}
_UNKNOWN = frozenset({"?", "nc", "n.c.", "n/c", "inconnu", "inconnue", "unknown", "nondéclaré", "undisclosed"})


class NotAShareError(ValueError):
    """The words do not say a share."""


class OutOfBoundsError(NotAShareError):
    """A share below nothing or above the whole."""


@lru_cache(maxsize=65_536)
def read_share(words: str) -> Range | None:
    """The range that the words say, in per cent; None when they are empty.

    Raises `NotAShareError`, `OutOfBoundsError` for less than 0 or more than 100, and `TooFineError` for more digits than are read.
    """
    plain = re.sub(r"[\s\u00a0\u202f]|%|pour ?cent|per ?cent", "", words.casefold()).replace("−", "-").replace("–", "-").replace("—", "-")
    if plain in {"", "-"}:
        return None
    if plain in _UNKNOWN:
        return NOTHING_SAID
    if len(plain) > LONGEST:
        raise NotAShareError(plain[:60])
    return _bounded(_said(plain))


def _said(plain: str) -> Range:
    if found := _EXACT.fullmatch(plain):
        value = _figure(found[1])
        return Range(value, value)
    if found := _THIRD.fullmatch(plain):
        return _one(Fraction(int(found[1])) + Fraction(*_THIRDS[found[2]]))
    if (found := _FRACTION.fullmatch(plain)) and 0 < int(found[2]) <= int(found[1]):  # «1/3» might mean a third of all
        return _one(Fraction(int(found[1]), int(found[2])))
    if found := _BETWEEN.fullmatch(plain):
        return Range(_figure(found[1]), _figure(found[2]))
    if found := _INTERVAL.fullmatch(plain):
        return Range(_figure(found[2]), _figure(found[3]), found[1] in "](", found[4] in "[)")
    if found := _ABOVE.fullmatch(plain):
        return Range(_figure(found[2]), 100.0, found[1] not in _REACHED)
    if found := _BELOW.fullmatch(plain):
        return Range(0.0, _figure(found[2]), False, found[1] not in _REACHED)
    raise NotAShareError(plain)


def _figure(words: str) -> Figure:
    return figure(Decimal(words.replace(",", ".")))


def _one(value: Fraction) -> Range:
    return Range(shortest(value), shortest(value))


def _bounded(said: Range) -> Range:
    if said.low < 0 or said.high > 100:
        raise OutOfBoundsError
    if between(said.least(), said.most()) is None:
        raise NotAShareError
    return said


def in_words(said: Range | None) -> str:
    """The range with its signs, for a reader of either language: «20 – < 25 %»; «?» when nothing is known."""
    if said is None:
        return "—"
    low, high = written(said.low), written(said.high)
    if said.exact:
        return f"{low} %"
    if said.low == 0 and said.high == 100:
        return "?"
    if said.high == 100 and not said.high_open:
        return f"{'>' if said.low_open else '≥'} {low} %"
    if said.low == 0 and not said.low_open:
        return f"{'<' if said.high_open else '≤'} {high} %"
    return f"{'> ' if said.low_open else ''}{low} – {'< ' if said.high_open else ''}{high} %"
