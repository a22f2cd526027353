"""The deadlines of a portfolio as a calendar that agendas import and follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.papers.deadlines import deadlines
from egide.papers.text import article_of, listed, reason_text, upper_first
from egide.vocabulary.agenda import Event, written
from egide.vocabulary.language import N_, language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from egide.papers.deadlines import Deadline
    from egide.vocabulary.findings import Assessment

ALARM_DAYS = 30
TOLD = 12
"""Services named in an event; the page holds them all."""


def calendar(assessment: Assessment, lang: str, about: str = "", marking: str = "") -> bytes:
    """Every deadline as an event of its day, with an alarm a month before where somebody must act. ``about``: whose portfolio it is."""
    return written("Portfolio", _events(assessment, lang), assessment.on, lang, about, marking)


def _events(assessment: Assessment, lang: str) -> Iterator[Event]:
    words, names = language(lang), {one.service.id: one.service.name for one in assessment.decisions}
    seen: dict[str, int] = {}
    for one in deadlines(assessment):
        key = _key(one)
        seen[key] = seen.get(key, 0) + 1
        concerned = listed([names[service] for service in one.services], lang, TOLD)
        title = f"{upper_first(words.label(one.kind))}{words.text(N_(': '))}{listed([names[service] for service in one.services], lang, 1)}"
        said = [upper_first(reason_text(one.because, lang, assessment.offers)), concerned, words.label(f"role-{one.owner}")]
        if one.rule:
            said.append(article_of(one.rule))
        yield Event(key if seen[key] == 1 else f"{key} {seen[key]}", one.on, one.on, title, tuple(said),
                    alarm_days=ALARM_DAYS if one.asks_something else None)  # fmt: skip


def _key(one: Deadline) -> str:
    """What stays the same when the day moves: the kind, the rule and the services."""
    return " ".join([str(one.kind), one.rule or "", one.because.code, *sorted(one.services)])
