"""Values that constraints compare: moments and days, numbers, durations, yes and no, words; each comparison has three answers.

A day stands for all of its moments, in UTC; so does a moment without a zone. A duration of months or years lies between the shortest
and the longest that the calendar makes of it (XML Schema 1.1 part 2, §3.3.6): what depends on the calendar is not known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeAlias

from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_


class Kind(StrEnum):
    """What a left operand is made of."""

    MOMENT = "moment"
    NUMBER = "number"
    DURATION = "duration"
    TRUTH = "truth"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Span:
    """A duration: the shortest and the longest it can be, in seconds."""

    low: Decimal
    high: Decimal


One: TypeAlias = datetime | date | Decimal | int | Span | bool | str
Value: TypeAlias = One | frozenset[One]


class WrongValueError(EgideError):
    """The value is not of the kind that the left operand compares."""

    def __init__(self, value: object, kind: Kind) -> None:
        super().__init__(WANTED[kind], {"value": str(value)[:80]})
        self.kind = kind


WANTED = {
    Kind.MOMENT: N_("«{value}» is neither a day nor a moment (2026-11-23, 2026-11-23T12:00:00Z)"),
    Kind.NUMBER: N_("«{value}» is not a number"),
    Kind.DURATION: N_("«{value}» is not a duration (P30D, PT12H)"),
    Kind.TRUTH: N_("«{value}» is neither true nor false"),
    Kind.TEXT: N_("«{value}» is not a word"),
}
_DURATION = re.compile(
    r"P(?=.)(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?=.)(?:(\d{1,8})H)?(?:(\d{1,8})M)?(?:(\d{1,9}(?:\.\d{1,6})?)S)?)?"
)
_MONTH_DAYS, _YEAR_DAYS = (28, 31), (365, 366)
TRUTHS = {"true": True, "false": False, "yes": True, "no": False}


def one(right: object, kind: Kind) -> One:
    """A value of the kind from what JSON or a caller has. Raises `WrongValueError`."""
    if isinstance(right, dict):
        right = right.get("@value", right.get("@id", right))
    return _READERS[kind](right)


def _moment(right: object) -> One:
    if isinstance(right, datetime):
        return right if right.tzinfo else right.replace(tzinfo=UTC)
    if isinstance(right, date):
        return right
    try:
        if not isinstance(right, str):
            raise TypeError
        if len(right) == 10:
            return date.fromisoformat(right)
        moment = datetime.fromisoformat(right)
    except (ValueError, TypeError):
        raise WrongValueError(right, Kind.MOMENT) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _number(right: object) -> One:
    if isinstance(right, bool) or not isinstance(right, (int, float, str, Decimal)):
        raise WrongValueError(right, Kind.NUMBER)
    if isinstance(right, int):
        return right
    try:
        found = Decimal(str(right)) if len(str(right)) < 100 else Decimal("NaN")
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found.adjusted()) > 1000:
        raise WrongValueError(right, Kind.NUMBER)
    return found


def _duration(right: object) -> One:
    if isinstance(right, (Span, timedelta)):
        return right if isinstance(right, Span) else Span(seconds := Decimal(str(right.total_seconds())), seconds)
    match = _DURATION.fullmatch(right) if isinstance(right, str) else None
    if match is None:
        raise WrongValueError(right, Kind.DURATION)
    years, months, weeks, days, hours, minutes = (int(part or 0) for part in match.groups()[:6])
    rest = Decimal(weeks * 7 + days) * 86400 + hours * 3600 + minutes * 60 + Decimal(match[7] or 0)
    low, high = (rest + 86400 * (years * year + months * month) for year, month in zip(_YEAR_DAYS, _MONTH_DAYS, strict=True))
    return Span(low, high)


def _truth(right: object) -> One:
    if isinstance(right, bool):
        return right
    if isinstance(right, str) and right.lower() in TRUTHS:
        return TRUTHS[right.lower()]
    raise WrongValueError(right, Kind.TRUTH)


def _text(right: object) -> One:
    if isinstance(right, str):
        return right
    if isinstance(right, bool) or not isinstance(right, (int, float)):
        raise WrongValueError(right, Kind.TEXT)
    return str(right)


_READERS = {Kind.MOMENT: _moment, Kind.NUMBER: _number, Kind.DURATION: _duration, Kind.TRUTH: _truth, Kind.TEXT: _text}


def compared(left: One, right: One) -> int | None:
    """Below (−1), the same (0), above (1); None when that cannot be said. Both are of one kind."""
    if isinstance(left, datetime) and not isinstance(right, datetime) and isinstance(right, date):
        left = left.astimezone(UTC).date()
    elif isinstance(left, date) and not isinstance(left, datetime) and isinstance(right, datetime):
        return _day_with(left, right)
    if isinstance(left, Span) and isinstance(right, Span):
        return _spans(left, right)
    if left == right:
        return 0
    try:
        return -1 if left < right else 1  # type: ignore[operator]
    except TypeError:
        return None


def _day_with(day: date, moment: datetime) -> int | None:
    """A whole day beside one moment: known unless the moment is in that day."""
    other = moment.astimezone(UTC).date()
    return None if day == other else (-1 if day < other else 1)


def _spans(left: Span, right: Span) -> int | None:
    if left.high < right.low:
        return -1
    if left.low > right.high:
        return 1
    return 0 if left == right else None
