"""The exercise and the dated steps as a calendar that agendas import: iCalendar (RFC 5545), the same bytes for the same answer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from egide.continuity.exercise import rehearsal
from egide.continuity.leaving import steps
from egide.label.calendar import escaped, folded
from egide.papers.continuity.context import exercise
from egide.papers.continuity.words import Teller
from egide.vocabulary.language import N_, language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from egide.continuity import Continuity
    from egide.continuity.leaving import Terms

_SPACE = uuid5(NAMESPACE_URL, "urn:x-egide:continuity")
ALARM_DAYS = 14


def calendar(made: Continuity, terms: Terms, lang: str) -> bytes:
    """The next exercise, and every step that the law dates when something was lost."""
    told = Teller(made, language(lang))
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//Egide//Continuity//{lang.upper()}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    plan, said = rehearsal(made), exercise(made, told)
    if plan is not None:
        title = told.t(N_("Exercise: {scenario} ({service})"), scenario=said["scenario"], service=made.declared.name)
        told_by = [f"{one['after']} – {one['what']} ({one['to']})" for one in said["injects"]]
        lines += _event(f"exercise {plan.cell.disruption}", plan.on, title, "\n".join(told_by), made)
    if made.lost is not None:
        for step in steps(made, made.lost, terms):
            if step.by is not None:
                words = told.step(step)
                lines += _event(f"step {step.what.code}", step.by, words["what"], f"{words['who']}\n{words['source']}", made)
    lines.append("END:VCALENDAR")
    return "".join(folded(line) + "\r\n" for line in lines).encode()


def _event(key: str, on: date, title: str, text: str, made: Continuity) -> Iterator[str]:
    first, after = (f"{day.year:04}{day.month:02}{day.day:02}" for day in (on, on + timedelta(1)))
    stamp = f"{made.on.year:04}{made.on.month:02}{made.on.day:02}T000000Z"
    yield from (
        "BEGIN:VEVENT", f"UID:{uuid5(_SPACE, made.declared.name + chr(0) + key)}", f"DTSTAMP:{stamp}", f"SEQUENCE:{made.on.toordinal()}",
        f"DTSTART;VALUE=DATE:{first}", f"DTEND;VALUE=DATE:{after}", f"SUMMARY:{escaped(title)}", "STATUS:TENTATIVE",
        f"DESCRIPTION:{escaped(text)}", "BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:-P{ALARM_DAYS}D", f"DESCRIPTION:{escaped(title)}",
        "END:VALARM", "END:VEVENT",
    )  # fmt: skip
