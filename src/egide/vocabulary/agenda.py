"""Dated events as a calendar that agendas import: iCalendar (RFC 5545), the same bytes for the same events.

Events are whole days (``VALUE=DATE``, the end excluded, section 3.6.1). What somebody must do by a day has an alarm. Identifiers come from
what the event is about, so that a later export moves an event and adds none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import NAMESPACE_URL, uuid5

LINE_OCTETS = 75
"""Of a line, without its end (section 3.1)."""
_SPACE = uuid5(NAMESPACE_URL, "urn:x-egide:calendar")
_CRLF = "\r\n"


@dataclass(frozen=True, slots=True)
class Event:
    """One event. ``key`` tells it from the others about the same thing; ``said``: lines of its description."""

    key: str
    first: date
    last: date
    title: str
    said: tuple[str, ...]
    done: bool = False
    alarm_days: int | None = None


def written(room: str, events: Iterable[Event], on: date, lang: str, about: str = "", marking: str = "") -> bytes:
    """The calendar. ``room``: which part of the product made it; ``about`` keeps the events of two things apart in one agenda.

    ``marking``: what it says of its sensitivity, as the calendar's description (RFC 7986, 5.2) and first in each event's, for agendas that
    show no other; each event is then of class CONFIDENTIAL (RFC 5545, 3.8.1.3), which agendas that are shared hold back.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//Egide//{room}//{lang.upper()}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    if marking:
        lines.append(f"DESCRIPTION:{escaped(marking)}")
    for event in events:
        lines += _lines(event, on, about, marking)
    lines.append("END:VCALENDAR")
    return "".join(folded(line) + _CRLF for line in lines).encode()


def _lines(event: Event, on: date, about: str, marking: str) -> list[str]:
    lines = [
        "BEGIN:VEVENT", f"UID:{uuid5(_SPACE, about + chr(0) + event.key)}", f"DTSTAMP:{_day(on)}T000000Z", f"SEQUENCE:{on.toordinal()}",
        f"DTSTART;VALUE=DATE:{_day(event.first)}", f"DTEND;VALUE=DATE:{_day(event.last + timedelta(1))}",
        f"SUMMARY:{escaped(event.title)}", f"STATUS:{'CONFIRMED' if event.done else 'TENTATIVE'}", "TRANSP:TRANSPARENT",
    ]
    if marking:
        lines.append("CLASS:CONFIDENTIAL")
    if said := [*filter(None, [marking]), *event.said]:
        lines.append(f"DESCRIPTION:{escaped(chr(10).join(said))}")
    if event.alarm_days is not None:
        lines += ["BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:-P{event.alarm_days}D", f"DESCRIPTION:{escaped(event.title)}", "END:VALARM"]
    return [*lines, "END:VEVENT"]


def _day(day: date) -> str:
    return f"{day.year:04}{day.month:02}{day.day:02}"


def escaped(text: str) -> str:
    """A text as a value (section 3.3.11): line breaks told, no other control character."""
    for plain, told in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\n"), ("\r", "\n"), ("\n", "\\n")):
        text = text.replace(plain, told)
    return "".join(char for char in text if char == "\t" or (char >= " " and char != "\x7f"))


def folded(line: str) -> str:
    """The line in pieces of at most 75 octets, none of which cuts a character (section 3.1)."""
    pieces, piece, room = [], "", LINE_OCTETS
    for char in line:
        size = len(char.encode())
        if size > room:
            pieces.append(piece)
            piece, room = "", LINE_OCTETS - 1
        piece += char
        room -= size
    return (_CRLF + " ").join([*pieces, piece])
