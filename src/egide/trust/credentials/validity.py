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
from egide.trust.credentials.times import LONGEST_STAMP, read_numeric, read_stamp
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

LEEWAY = timedelta(seconds=60)
MET, NOT_MET, VALIDITY = Answer.MET, Answer.NOT_MET, StepName.VALIDITY
"""Bound once: what is asked of an enumeration by name costs as much as a call, and it is asked for each credential."""
ENDS = ("validUntil", "exp")
SAID = ("validFrom", "validUntil")
CLAIMS = ("iat", "nbf", "exp")
OF_SIGNATURES = frozenset(CLAIMS)
ABSENT: Any = object()
NUMBERS = frozenset({int, object})
"""Classes of claims that may be remembered: whole numbers, and what is absent."""


class Period(msgspec.Struct, frozen=True):
    """From when until when, as the document says and as its signature does, and the answer for the moment."""

    valid_from: datetime | None
    valid_until: datetime | None
    step: Step


def period(opened: Opened, mode: Mode, now: datetime) -> Period:
    """The dates of one part, at that moment. Without any it is valid indefinitely (VC Data Model 2.0, 4.9)."""
    document, compact = opened.document, opened.compact
    since, until = document.get("validFrom", ABSENT), document.get("validUntil", ABSENT)
    twice: list[Reason] = []
    if compact is None:
        iat = nbf = exp = ABSENT
    elif OF_SIGNATURES.isdisjoint(document):
        iat, nbf, exp = compact.header.get("iat", ABSENT), compact.header.get("nbf", ABSENT), compact.header.get("exp", ABSENT)
    else:
        iat, nbf, exp = [_claim(member, compact.header, document, twice) for member in CLAIMS]
    usual = _is_short(since) and _is_short(until) and NUMBERS.issuperset((iat.__class__, nbf.__class__, exp.__class__))
    read = (_usual_dates if usual else _dates)(mode, since, until, iat, nbf, exp)
    faults = read.faults
    if twice or (read.ends and now > read.ends) or (read.begins and now + LEEWAY < read.begins):
        faults = (*faults, *twice, *_outside(read.dates, now))
    step = Step(VALIDITY, NOT_MET if faults else MET, faults or read.flags, opened.at)
    return Period(read.valid_from, read.ends, step)


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
    begins: datetime | None
    """The latest beginning."""
    ends: datetime | None
    """The earliest end."""
    valid_from: datetime | None


def _is_short(said: Any) -> bool:
    """Whether it may be remembered: absent, or a text no longer than a date is."""
    return said is ABSENT or (said.__class__ is str and len(said) <= LONGEST_STAMP)


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
    ends = min((at for member, at in dates.items() if member in ENDS), default=None)
    begins = max((at for member, at in dates.items() if member not in ENDS), default=None)
    return _Read(dates, tuple(faults), tuple(flags), begins, ends, dates.get("validFrom"))


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
