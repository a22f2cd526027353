"""The road in an agenda, as an independent reader of iCalendar understands it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from egide.label.calendar import calendar
from egide.label.dossier import Customer
from egide.label.results import Expiry, Milestone, Notice, Road
from egide.vocabulary.agenda import LINE_OCTETS, escaped, folded
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import Text

ON = date(2026, 11, 23)
WORDS = st.text(st.characters(codec="utf-8"), max_size=120)


def milestone(id: str = "evaluation", title: Text | str = Text("Évaluation", "Evaluation"), **more: Any) -> Milestone:  # noqa: B008
    said = {"owner": "evaluator", "start": date(2027, 1, 1), "end": date(2027, 10, 28), "after": (), "critical": True, "slack_days": 0,
            "done": False} | more
    return Milestone(id, title, **said)


def a_road() -> Road:
    expiry = Expiry("E-001", date(2027, 3, 1), "evaluation", date(2027, 10, 28), date(2027, 3, 1))
    return Road(ON, (milestone(), milestone("renewal", "Renouvellement", critical=False, slack_days=12)), (expiry,), date(2027, 10, 28), 0)


def events(content: bytes) -> list[Any]:
    read = icalendar.Calendar.from_ical(content)
    assert not read.errors
    for event in read.walk("VEVENT"):
        assert not event.errors
    return list(read.walk("VEVENT"))


def test_every_step_and_renewal_is_an_event_of_whole_days() -> None:
    read = events(calendar(a_road(), "fr"))
    assert [(str(one["SUMMARY"]), one["DTSTART"].dt, one["DTEND"].dt - timedelta(1)) for one in read[:2]] == [
        ("Évaluation", date(2027, 1, 1), date(2027, 10, 28)), ("Renouvellement", date(2027, 1, 1), date(2027, 10, 28))]
    assert (read[2]["DTSTART"].dt, read[2]["DTEND"].dt) == (date(2027, 3, 1), date(2027, 3, 2))
    assert all(one["DTSTART"].params["VALUE"] == "DATE" for one in read)


def test_what_somebody_must_do_by_a_day_rings_before() -> None:
    notice = Notice("secnumcloud-3.2#19.6.f", (Customer("c", "Hôpital fictif; service A, B"),), date(2026, 11, 1), date(2026, 12, 1),
                    Reason("x", {}, "a holder sold"))
    step, renewal, evidence, told = events(calendar(a_road(), "en", notices=[notice]))
    alarms = [[one["TRIGGER"].dt.days for one in event.walk("VALARM")] for event in (step, renewal, evidence, told)]
    assert alarms == [[], [-90], [-30], [-7]]
    assert told["DTSTART"].dt == date(2026, 12, 1)
    assert "Hôpital fictif; service A, B" in str(told["SUMMARY"])


def test_the_same_step_keeps_its_identifier_when_it_moves() -> None:
    later = Road(date(2026, 12, 1), (milestone(start=date(2027, 2, 1)),), (), None, 31)
    (before,), (after,) = events(calendar(Road(ON, (milestone(),), (), None, 0), "fr", offer="a")), events(calendar(later, "fr", offer="a"))
    assert before["UID"] == after["UID"]
    assert before["SEQUENCE"] < after["SEQUENCE"]
    assert after["DTSTAMP"].dt.date() == date(2026, 12, 1)
    assert events(calendar(later, "fr", offer="b"))[0]["UID"] != after["UID"]


def test_two_notices_of_one_rule_and_day_are_two_events() -> None:
    notice = Notice("19.6.f", (), ON, ON, Reason("x", {}, "changed"))
    read = events(calendar(Road(ON, (), (), None, 0), "fr", notices=[notice, notice]))
    assert len({one["UID"] for one in read}) == 2


def test_the_same_road_gives_the_same_bytes() -> None:
    assert calendar(a_road(), "fr") == calendar(a_road(), "fr")


@given(line=WORDS)
def test_a_folded_line_has_at_most_75_octets_and_unfolds_to_itself(line: str) -> None:
    whole = folded(line).encode()
    if "\r\n " not in line and "\n" not in line:
        assert all(len(piece) <= LINE_OCTETS for piece in whole.split(b"\r\n"))
        assert whole.replace(b"\r\n ", b"").decode() == line
    for piece in whole.split(b"\r\n"):
        piece.decode()


@given(title=WORDS, owner=WORDS)
def test_any_title_is_read_back_as_it_was(title: str, owner: str) -> None:
    content = calendar(Road(ON, (milestone(title=title, owner=owner),), (), None, 0), "en")
    assert all(len(line) <= LINE_OCTETS for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    (event,) = events(content)
    shown = "".join(char for char in title.replace("\r\n", "\n").replace("\r", "\n") if char in "\n\t" or (char >= " " and char != "\x7f"))
    assert str(event["SUMMARY"]) == shown


def test_what_has_a_meaning_in_icalendar_is_escaped() -> None:
    assert escaped("a, b; c\\d\ne\x00") == "a\\, b\\; c\\\\d\\ne"
