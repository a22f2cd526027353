"""Shares as people write them: «24,5 %», «20-25», «> 50», «[20 ; 25[», «?»."""

from __future__ import annotations

import re
from functools import lru_cache

from egide.ownership.holdings import NOTHING_SAID, Range

_NUMBER = r"(-?\d{1,6}(?:[.,]\d{1,12})?)"
_THIRDS = {"⅓": (1, 3), "1/3": (1, 3), "⅔": (2, 3), "2/3": (2, 3), "½": (1, 2), "¼": (1, 4), "¾": (3, 4)}
_THIRD = re.compile(r"(\d{1,3})(⅓|⅔|½|¼|¾|1/3|2/3)")
_EXACT = re.compile(_NUMBER)
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

    Raises `NotAShareError`, and `OutOfBoundsError` for less than 0 or more than 100.
    """
    plain = re.sub(r"[\s\u00a0\u202f]|%|pour ?cent|per ?cent", "", words.casefold()).replace("−", "-").replace("–", "-").replace("—", "-")
    if plain in {"", "-"}:
        return None
    if plain in _UNKNOWN:
        return NOTHING_SAID
    return _bounded(_said(plain))


def _said(plain: str) -> Range:
    if found := _EXACT.fullmatch(plain):
        value = _figure(found[1])
        return Range(value, value)
    if found := _THIRD.fullmatch(plain):
        return _with_fraction(int(found[1]), *_THIRDS[found[2]])
    if found := _BETWEEN.fullmatch(plain):
        return Range(_figure(found[1]), _figure(found[2]))
    if found := _INTERVAL.fullmatch(plain):
        return Range(_figure(found[2]), _figure(found[3]), found[1] in "](", found[4] in "[)")
    if found := _ABOVE.fullmatch(plain):
        return Range(_figure(found[2]), 100.0, found[1] not in _REACHED)
    if found := _BELOW.fullmatch(plain):
        return Range(0.0, _figure(found[2]), False, found[1] not in _REACHED)
    raise NotAShareError(plain)


def _figure(words: str) -> float:
    return float(words.replace(",", ".")) + 0.0


def _with_fraction(whole: int, part: int, of: int) -> Range:
    """A half or a quarter exactly; a third between its two nearest decimals, so that three of them can make a whole."""
    if of != 3:
        return Range(whole + part / of, whole + part / of)
    digits = "3" * 12 if part == 1 else "6" * 12
    return Range(float(f"{whole}.{digits}"), float(f"{whole}.{digits[:-1]}{int(digits[-1]) + 1}"))


def _bounded(said: Range) -> Range:
    if said.low < 0 or said.high > 100:
        raise OutOfBoundsError
    if said.low > said.high or (said.exact and (said.low_open or said.high_open)):
        raise NotAShareError
    return said


def in_words(said: Range | None) -> str:
    """The range with its signs, for a reader of either language: «20 – < 25 %»; «?» when nothing is known."""
    if said is None:
        return "—"
    low, high = f"{said.low:.12g}", f"{said.high:.12g}"
    if said.exact:
        return f"{low} %"
    if said.low == 0 and said.high == 100:
        return "?"
    if said.high == 100 and not said.high_open:
        return f"{'>' if said.low_open else '≥'} {low} %"
    if said.low == 0 and not said.low_open:
        return f"{'<' if said.high_open else '≤'} {high} %"
    return f"{'> ' if said.low_open else ''}{low} – {'< ' if said.high_open else ''}{high} %"
