"""Step 5, the dates: of what is said (`validFrom`, `validUntil`) and of the signature (`iat`, `nbf`, `exp`).

VC Data Model 2.0, 4.9; RFC 7519, 4.1; VC-JOSE-COSE, 3.1.3. Clocks differ: what begins may begin a minute ahead of ours; what has ended
has ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from egide.trust.credentials import Mode, Opened, Step, StepName
from egide.trust.credentials_times import Moment, read_numeric, read_stamp
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

LEEWAY = timedelta(seconds=60)
ENDS = ("validUntil", "exp")
SAID = ("validFrom", "validUntil")
CLAIMS = ("iat", "nbf", "exp")
ABSENT: Any = object()


class Period(msgspec.Struct, frozen=True):
    """From when until when, as the document says and as its signature does, and the answer for the moment."""

    valid_from: datetime | None
    valid_until: datetime | None
    step: Step


def period(opened: Opened, mode: Mode, now: datetime) -> Period:
    """The dates of one part, at that moment. Without any it is valid indefinitely (VC Data Model 2.0, 4.9)."""
    dates: dict[str, datetime] = {}
    faults: list[Reason] = []
    flags: list[Reason] = []
    document = opened.document
    for member in SAID:
        if member in document:
            found = read_stamp(document[member], member, mode)
            if isinstance(found, Moment):
                dates[member] = found.at
            else:
                faults.append(found)
    if opened.compact is not None:
        _signed_dates(document, opened.compact.header, mode, dates, faults, flags)
    faults.extend(_outside(dates, now))
    ends = [dates[member] for member in ENDS if member in dates]
    step = Step(StepName.VALIDITY, Answer.NOT_MET if faults else Answer.MET, tuple(faults or flags), opened.at)
    return Period(dates.get("validFrom"), min(ends) if ends else None, step)


def _signed_dates(
    document: Mapping[str, Any], header: Mapping[str, Any], mode: Mode,
    dates: dict[str, datetime], faults: list[Reason], flags: list[Reason],
) -> None:
    """The dates of a signature, from its header or its claims."""
    for member in CLAIMS:
        said = header[member] if member in header else document.get(member, ABSENT)
        if said is ABSENT:
            continue
        if member in document and document[member] != said:
            faults.append(Reason("claim-twice", {"member": member}, N_("`{member}` is said twice, and not alike (RFC 7519, 5.3)")))
            continue
        found = read_numeric(said, member, mode)
        if not isinstance(found, Moment):
            faults.append(found)
            continue
        dates[member] = found.at
        if found.flag:
            flags.append(found.flag)


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
