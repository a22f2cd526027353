"""Pictures: bars of verdicts and a timeline of deadlines, as SVG that carries its own title and description.

A picture never carries anything alone: its words stand in the table beside it. Colours are classes (``v-forbidden``),
so one picture serves light, dark and grey paper; the shape of each verdict is drawn beside its word.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import TYPE_CHECKING

from egide.vocabulary.findings import Answer, Verdict
from egide.vocabulary.language import language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_THIN = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"'
_BOLD = 'fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round"'

SHAPES: Mapping[Verdict, str] = {
    Verdict.STOP: '<path fill="currentColor" fill-rule="evenodd" d="M5 1h6l4 4v6l-4 4H5l-4-4V5zM4 7h8v2H4z"/>',
    Verdict.FORBIDDEN: f'<path {_BOLD} d="M3.5 3.5l9 9m0-9l-9 9"/>',
    Verdict.UNDETERMINED: (
        f'<path {_THIN} d="M4.6 5.4a3.4 3.4 0 1 1 5.2 2.9C8.6 9 8 9.5 8 10.6"/><circle fill="currentColor" cx="8" cy="14" r="1.4"/>'
    ),
    Verdict.DEROGATION: '<path fill="currentColor" d="M3 1h10v2L9.6 8 13 13v2H3v-2l3.4-5L3 3z"/>',
    Verdict.CONDITIONAL: f'<circle {_THIN} cx="8" cy="8" r="6"/><path fill="currentColor" d="M8 2a6 6 0 0 1 0 12z"/>',
    Verdict.ALLOWED: f'<path {_BOLD} d="M2.5 8.5l4 4 7-8.5"/>',
    Verdict.OUT_OF_SCOPE: f'<circle {_THIN} cx="8" cy="8" r="6"/>',
}
"""The shape of each verdict on a 16 × 16 ground, in the colour of the words beside it."""

ANSWER_SHAPES: Mapping[Answer, Verdict] = {
    Answer.MET: Verdict.ALLOWED,
    Answer.NOT_MET: Verdict.FORBIDDEN,
    Answer.UNKNOWN: Verdict.UNDETERMINED,
}
"""Answers borrow the shapes of the verdicts that they lead to."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: the verdict, its word, how many."""

    verdict: Verdict
    word: str
    count: int


@dataclass(frozen=True, slots=True)
class Mark:
    """One line of the timeline: the day, what happens, and the class that colours it (``past``, ``soon``, ``later``, ``told``)."""

    on: date
    words: str
    near: str


def sprite() -> str:
    """All shapes once, hidden, to be drawn by ``<use href="#v-…">``."""
    drawn = "".join(f'<symbol id="v-{verdict}" viewBox="0 0 16 16">{shape}</symbol>' for verdict, shape in SHAPES.items())
    return f'<svg class="sprite" aria-hidden="true" focusable="false" width="0" height="0">{drawn}</svg>'


def framed(name: str, width: int, height: int, title: str, description: str, drawn: Iterable[str]) -> str:
    """A drawing with its title and description, which readers that see nothing are told."""
    return (
        f'<svg class="picture" role="img" aria-labelledby="{name}-title {name}-desc" viewBox="0 0 {width} {height}" '
        f'xmlns="http://www.w3.org/2000/svg"><title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(description)}</desc>{"".join(drawn)}</svg>'
    )


def bars(rows: Sequence[Bar], title: str, name: str = "bars") -> str:
    """Horizontal bars on one scale, each with its shape, its word and its number."""
    most = max((bar.count for bar in rows), default=0) or 1
    left, width, step = 168, 520, 34
    drawn = []
    for place, bar in enumerate(rows):
        top = place * step
        length = round((width - left - 44) * bar.count / most, 1)
        drawn.append(
            f'<g class="v-{bar.verdict}"><svg x="0" y="{top + 8}" width="15" height="15" viewBox="0 0 16 16">{SHAPES[bar.verdict]}</svg>'
            f'<text class="word" x="24" y="{top + 21}">{escape(bar.word)}</text>'
            f'<rect class="bar" x="{left}" y="{top + 4}" width="{max(length, 1.5)}" height="23" rx="2"/>'
            f'<text class="number" x="{left + length + 8:g}" y="{top + 21}">{bar.count}</text></g>'
        )
    said = "; ".join(f"{bar.word}: {bar.count}" for bar in rows)
    return framed(name, width, max(len(rows), 1) * step, title, said, drawn)


def timeline(marks: Sequence[Mark], on: date, lang: str, title: str, today: str, soon_days: int = 60, name: str = "timeline") -> str:
    """One line a deadline: its day and words on the left, its place on a common scale of days on the right.

    The day judged is a rule, the near days a band, months are ticks; what has passed is drawn dashed.
    """
    first = min([on, *(mark.on for mark in marks)]) - timedelta(days=10)
    last = max([on + timedelta(days=soon_days + 30), *(mark.on for mark in marks)]) + timedelta(days=10)
    left, width, step, head = 470, 900, 32, 40
    height = head + max(len(marks), 1) * step

    def across(day: date) -> float:
        return round(left + (width - left) * (day - first).days / (last - first).days, 1)

    now, near = across(on), across(on + timedelta(days=soon_days))
    drawn = [f'<rect class="band" x="{now}" y="{head - 6}" width="{near - now:g}" height="{height - head + 6}"/>']
    drawn += ticks(first, last, lang, across, head, height)
    drawn.append(
        f'<path class="today" d="M{now} {head - 10}V{height}"/><text class="now" x="{now}" y="11" text-anchor="middle">'
        f"{escape(today)}</text>"
    )
    for place, mark in enumerate(marks):
        middle, at = head + place * step + step / 2, across(mark.on)
        drawn.append(
            f'<g class="{mark.near}"><text class="day" x="0" y="{middle + 4.5:g}">{escape(language(lang).day(mark.on))}</text>'
            f'<text class="word" x="124" y="{middle + 4.5:g}">{escape(mark.words)}</text>'
            f'<path class="reach" d="M{now} {middle:g}H{at}"/><circle class="dot" cx="{at}" cy="{middle:g}" r="5.5"/></g>'
        )
    said = "; ".join(f"{language(lang).day(mark.on)}: {mark.words}" for mark in marks)
    return framed(name, width, height, title, said, drawn)


def ticks(first: date, last: date, lang: str, across: Callable[[date], float], head: int, height: int) -> list[str]:
    """The first days of months (of quarters or years when there are too many), each with its name."""
    months = (last.year - first.year) * 12 + last.month - first.month
    every = next(step for step in (1, 2, 3, 6, 12, 24, 60, 1200) if months / step <= 6)
    drawn = []
    for count in range(first.year * 12 + first.month, last.year * 12 + last.month):
        day, at = date(count // 12, count % 12 + 1, 1), across(date(count // 12, count % 12 + 1, 1))
        if count % every == 0:
            words = language(lang).day(day).split(" ", 1)[1]
            drawn.append(
                f'<path class="tick" d="M{at} {head - 6}V{height}"/><text class="month" x="{at + 3:g}" y="{head - 10}">'
                f"{escape(words)}</text>"
            )
    return drawn
