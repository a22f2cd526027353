"""How one message is sent, and what is made of the answer: arrived, try again later, or refused.

404 is tried again for a while: a peer may not yet know a process that it has just opened with us. 400 leads to a question: where does the
peer stand? Any fault of the way, and 408, 429 and 5xx, are tried again with growing pauses, for a day by default.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from egide.dataspace.wire.client import Answer

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 300.0
EARLY_ATTEMPTS = 8
"""After so many 404 (some 25 seconds), the peer does not know the process and will not."""
PATIENCE = timedelta(days=1)
AGAIN = frozenset({408, 425, 429})
MOST_QUOTED = 300


class Fate(StrEnum):
    """What became of a sending."""

    ARRIVED = "arrived"
    LATER = "later"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """``reason``: why it did not arrive; ``fault``: the peer, and not the message, is at fault, so others to it need not be tried now."""

    fate: Fate
    reason: dict[str, Any] | None = None
    fault: bool = False


def outcome(answer: Answer | Exception, attempts: int, age: timedelta, *, opening: bool) -> Outcome:
    """``attempts``: before this one; ``age``: of the message."""
    if isinstance(answer, Exception):
        text = f"{type(answer).__name__}: {answer}"[:MOST_QUOTED]
        return _again("peer-unreachable", text, age, fault=True)
    if 200 <= answer.status < 300:
        return Outcome(Fate.ARRIVED)
    text = f"HTTP {answer.status}: {said(answer)}"
    if answer.status >= 500 or answer.status in AGAIN:
        return _again("peer-fault", text, age, fault=answer.status >= 500)
    if answer.status == 404 and not opening and attempts + 1 < EARLY_ATTEMPTS:
        return Outcome(Fate.LATER, {"code": "peer-early", "text": text})
    return Outcome(Fate.REFUSED, {"code": "peer-refused", "text": text})


def _again(code: str, text: str, age: timedelta, *, fault: bool) -> Outcome:
    if age > PATIENCE:
        return Outcome(Fate.REFUSED, {"code": "given-up", "text": text}, fault)
    return Outcome(Fate.LATER, {"code": code, "text": text}, fault)


def pause(attempts: int, answer: Answer | Exception) -> float:
    """Seconds before the next attempt: doubled each time, spread so that many do not come at once; as the peer asks, if it does."""
    if isinstance(answer, Answer) and (asked := answer.headers.get("retry-after", "")).isdigit():
        return min(float(asked), LONGEST_PAUSE_SECONDS)
    longest: float = min(FIRST_PAUSE_SECONDS * 2 ** min(attempts, 20), LONGEST_PAUSE_SECONDS)
    return longest * random.uniform(0.75, 1.25)  # noqa: S311 - no secret


def said(answer: Answer) -> str:
    """What an error says: its code and reasons, else the beginning of the body."""
    body = document(answer)
    if body is None:
        return answer.body[:MOST_QUOTED].decode("utf-8", "replace")
    reasons = body.get("reason")
    texts = [str(one) for one in reasons] if isinstance(reasons, list) else [str(body.get("detail", ""))]
    return " ".join(part for part in (str(body.get("code", "")), *texts) if part)[:MOST_QUOTED]


def document(answer: Answer) -> dict[str, Any] | None:
    """The JSON object of an answer, if it is one."""
    try:
        return msgspec.json.decode(answer.body, type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError):
        return None


def next_time(now: datetime, seconds: float) -> datetime:
    """So many seconds later."""
    return now + timedelta(seconds=seconds)
