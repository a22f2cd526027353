"""Step 5, the dates: of what is said (`validFrom`, `validUntil`) and of the signature (`iat`, `nbf`, `exp`).

VC Data Model 2.0, 4.9; RFC 7519, 4.1; VC-JOSE-COSE, 3.1.3. Clocks differ: what begins may begin a minute ahead of ours; what has ended
has ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec

from egide.trust.credentials.results import Mode, Opened, Step, StepName
from egide.trust.credentials.times import read_numeric, read_stamp
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

LEEWAY = timedelta(seconds=60)
ENDS = ("validUntil", "exp")
SAID = ("validFrom", "validUntil")
CLAIMS = ("iat", "nbf", "exp")
ABSENT: Any = object()
LONGEST = 64


class Period(msgspec.Struct, frozen=True):
    """From when until when, as the document says and as its signature does, and the answer for the moment."""

    valid_from: datetime | None
    valid_until: datetime | None
    step: Step


def period(opened: Opened, mode: Mode, now: datetime) -> Period:
    """The dates of one part, at that moment. Without any it is valid indefinitely (VC Data Model 2.0, 4.9)."""
    document = opened.document
    said = [document.get(member, ABSENT) for member in SAID]
    twice: list[Reason] = []
    if opened.compact is None:
        said += [ABSENT] * len(CLAIMS)
    else:
        said += [_claim(member, opened.compact.header, document, twice) for member in CLAIMS]
    usual = all(map(_is_short, said))
    read = (_usual_dates if usual else _dates)(mode, *said)
    faults = (*read.faults, *twice, *_outside(read.dates, now))
    ends = [read.dates[member] for member in ENDS if member in read.dates]
    step = Step(StepName.VALIDITY, Answer.NOT_MET if faults else Answer.MET, faults or read.flags, opened.at)
    return Period(read.dates.get("validFrom"), min(ends) if ends else None, step)


def _claim(member: str, header: Mapping[str, Any], document: Mapping[str, Any], twice: list[Reason]) -> Any:
    """A date of the signature, from its header or its claims; said twice, it is said alike."""
    if member not in header:
        return document.get(member, ABSENT)
    if member in document and document[member] != header[member]:
        twice.append(Reason("claim-twice", {"member": member}, N_("`{member}` is said twice, and not alike (RFC 7519, 5.3)")))
        return ABSENT
    return header[member]


class _Read(msgspec.Struct, frozen=True):
    """Dates by member, what can't be read, and what had to be assumed."""

    dates: Mapping[str, datetime]
    faults: tuple[Reason, ...]
    flags: tuple[Reason, ...]


def _is_short(said: Any) -> bool:
    """Whether it may be remembered: a number, or a text no longer than a date is."""
    return said is ABSENT or said.__class__ is int or (said.__class__ is str and len(said) <= LONGEST)


def _dates(mode: Mode, valid_from: Any, valid_until: Any, iat: Any, nbf: Any, exp: Any) -> _Read:
    dates: dict[str, datetime] = {}
    faults, flags = [], []
    stamps = zip(SAID, (valid_from, valid_until), strict=True)
    numbers = zip(CLAIMS, (iat, nbf, exp), strict=True)
    for read, those in ((read_stamp, stamps), (read_numeric, numbers)):
        for member, said in those:
            found = None if said is ABSENT else read(said, member, mode)
            if isinstance(found, Reason):
                faults.append(found)
            elif found is not None:
                dates[member] = found.at
                if found.flag and member not in SAID:
                    flags.append(found.flag)
    return _Read(dates, tuple(faults), tuple(flags))


_usual_dates = lru_cache(maxsize=1024, typed=True)(_dates)
"""What is issued together has the same dates. Types count: `true` is no number."""


def _outside(dates: Mapping[str, datetime], now: datetime) -> list[Reason]:
    begun = now + LEEWAY
    found = []
    for member, at in dates.items():
        if member in ENDS:
            if now > at:
                found.append(Reason("expired", {"member": member, "until": at.isoformat()}, N_("valid until {until} only (`{member}`)")))
        elif begun < at:
            found.append(Reason("not-yet-valid", {"member": member, "from": at.isoformat()}, N_("not valid before {from} (`{member}`)")))
    return found
