"""Moments as credentials write them: `dateTimeStamp` (XML Schema 1.1, as VC Data Model 2.0, 4.9 wants) and numeric dates (RFC 7519, 2)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

import msgspec

from egide.trust.credentials.results import Mode
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

STAMP = re.compile(
    r"(?P<day>[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]))"
    r"T(?:(?P<time>(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])(?:\.(?P<fraction>[0-9]{1,30}))?|(?P<midnight>24:00:00(?:\.0{1,30})?))"
    r"(?P<zone>Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?",
)
LONGEST_STAMP = 64
"""More characters than any `dateTimeStamp` has that is read."""
MILLISECONDS_ABOVE = 10**11
"""A numeric date above this is in milliseconds: in seconds it would lie beyond the year 5138."""
LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


class Moment(msgspec.Struct, frozen=True):
    """A moment, and what had to be assumed to read it."""

    at: datetime
    flag: Reason | None = None


def read_stamp(text: object, member: str, mode: Mode) -> Moment | Reason:
    """A `dateTimeStamp`. Without a zone it counts as UTC (VC Data Model 2.0, 4.9), flagged; the strict mode refuses it."""
    stamp = _stamp(text) if isinstance(text, str) and len(text) <= LONGEST_STAMP else None
    if stamp is None:
        return Reason("not-a-date", {"member": member, "text": str(text)[:60]},
                      N_("`{member}` is not a date and time with its zone: {text} (VC Data Model 2.0, 4.9)"))
    moment, zoned = stamp
    if zoned:
        return moment
    flag = Reason("date-without-zone", {"member": member}, N_("`{member}` has no time zone, and counts as UTC"))
    return flag if mode is Mode.STRICT else Moment(moment.at, flag)


def read_numeric(value: object, member: str, mode: Mode) -> Moment | Reason:
    """A numeric date in seconds since 1970. In milliseconds, as some presentations have it, it is flagged; the strict mode refuses it."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        return Reason("not-a-numeric-date", {"member": member}, N_("`{member}` is not a number of seconds since 1970 (RFC 7519, 2)"))
    if value <= MILLISECONDS_ABOVE:
        return _numeric(value)
    flag = Reason("milliseconds", {"member": member}, N_("`{member}` is in milliseconds, and RFC 7519 wants seconds"))
    if mode is Mode.STRICT:
        return flag
    if value / 1000 > LAST.timestamp():
        return Reason("not-a-numeric-date", {"member": member}, N_("`{member}` is not a number of seconds since 1970 (RFC 7519, 2)"))
    return Moment(datetime.fromtimestamp(value / 1000, UTC), flag)


def stamped(moment: datetime) -> str:
    """The moment as a `dateTimeStamp` in UTC, to the second."""
    return moment.astimezone(UTC).replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ")


@lru_cache(maxsize=4096)
def _numeric(value: float) -> Moment:
    return Moment(datetime.fromtimestamp(value, UTC))


@lru_cache(maxsize=4096)
def _stamp(text: str) -> tuple[Moment, bool] | None:
    """The moment, and whether its zone was written. The same dates come thousands of times."""
    found = STAMP.fullmatch(text)
    if found is None:
        return None
    try:
        day = datetime.fromisoformat(f"{found['day']}T{found['time'] or '00:00:00'}")
        if found["fraction"]:
            day += timedelta(microseconds=int(found["fraction"][:6].ljust(6, "0")))
        if found["midnight"]:
            day += timedelta(days=1)
        return Moment(day.replace(tzinfo=_zone(found["zone"])).astimezone(UTC)), found["zone"] is not None
    except (ValueError, OverflowError):
        return None


def _zone(text: str | None) -> timezone:
    if text is None or text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[4:6])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
