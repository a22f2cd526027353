"""The road as a calendar that agendas import: iCalendar (RFC 5545), the same bytes for the same road.

Each step, each renewal of evidence and each notice is an event of whole days (``VALUE=DATE``, the end excluded, section 3.6.1). What
somebody must do by a day has an alarm. Identifiers come from the offer and the step, so that a later export moves an event and adds none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from egide.label.road import RENEWAL
from egide.vocabulary.agenda import Event, written
from egide.vocabulary.language import N_, Text, language

if TYPE_CHECKING:
    from egide.label.results import Expiry, Milestone, Notice, Road
    from egide.vocabulary.language import Language

ALARM_DAYS = {"renewal": 90, "expiry": 30, "notice": 7}

RENEW = N_("Renew the evidence {document}")
RENEW_WHY = N_("{document} ends on {ends}, before «{step}» needs it on {day}.")
TELL = N_("Tell of the change: {whom}")
TELL_WHY = N_("Changed on {changed}; to be told by {day} at the latest ({rule}).")
OWNED = N_("Owner: {owner}")
SLACK = N_("Days that it may slip before the end moves: {days}.")
CRITICAL = N_("On the critical path: a day lost here is a day lost at the end.")
PROJECTED = N_("Projected, not promised: durations that the provider did not give are assumptions.")


def calendar(road: Road, lang: str, *, offer: str = "", notices: Sequence[Notice] = ()) -> bytes:
    """The road's steps, the evidence to renew on the way, and the notices of 19.6.f when there are some.

    ``offer`` keeps the identifiers of two offers apart in one agenda.
    """
    speech = language(lang)
    return written("Label", _events(road, notices, speech), road.on, lang, offer)


def _events(road: Road, notices: Sequence[Notice], speech: Language) -> Iterator[Event]:
    titles = {one.id: _title(one, speech) for one in road.milestones}
    for milestone in road.milestones:
        yield _step(milestone, titles[milestone.id], speech)
    for expiry in road.expiries:
        yield _renewal(expiry, titles.get(expiry.needed_for, expiry.needed_for), speech)
    seen: dict[str, int] = {}
    for notice in notices:
        key = f"notice {notice.rule} {notice.changed_on.isoformat()}"
        seen[key] = seen.get(key, 0) + 1
        yield _notice(notice, key if seen[key] == 1 else f"{key} {seen[key]}", speech)


def _title(milestone: Milestone, speech: Language) -> str:
    return milestone.title.in_(speech.code) if isinstance(milestone.title, Text) else milestone.title


def _step(milestone: Milestone, title: str, speech: Language) -> Event:
    said = [speech.text(OWNED, {"owner": milestone.owner})] if milestone.owner else []
    if milestone.because:
        said.append(speech.text(milestone.because.message, milestone.because.args))
    if milestone.critical:
        said.append(speech.text(CRITICAL))
    elif not milestone.done and milestone.slack_days > 0:
        said.append(speech.text(SLACK, {"days": milestone.slack_days}))
    if not milestone.done:
        said.append(speech.text(PROJECTED))
    alarm = ALARM_DAYS["renewal"] if milestone.id == RENEWAL and not milestone.done else None
    return Event(f"step {milestone.id}", milestone.start, milestone.end, title, tuple(said), milestone.done, alarm)


def _renewal(expiry: Expiry, step: str, speech: Language) -> Event:
    why = speech.text(RENEW_WHY, {"document": expiry.document, "ends": expiry.ends, "step": step, "day": expiry.needed_on})
    title = speech.text(RENEW, {"document": expiry.document})
    return Event(f"expiry {expiry.document}", expiry.renew_by, expiry.renew_by, title, (why,), alarm_days=ALARM_DAYS["expiry"])


def _notice(notice: Notice, key: str, speech: Language) -> Event:
    whom = ", ".join(one.name for one in notice.whom)
    why = speech.text(TELL_WHY, {"changed": notice.changed_on, "day": notice.by, "rule": notice.rule})
    said = (why, speech.text(notice.because.message, notice.because.args))
    return Event(key, notice.by, notice.by, speech.text(TELL, {"whom": whom}), said, alarm_days=ALARM_DAYS["notice"])
