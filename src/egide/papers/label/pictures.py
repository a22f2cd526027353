"""Pictures of a label: answers by chapter, the ladder of levels, objectives with their gate, access paths, the road.

Like every picture here, each carries its title and description, takes its colours from classes and repeats nothing that
its table does not say. What is not met is solid, what is open is hatched, what is met is an outline: grey paper shows it too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import TYPE_CHECKING

from egide.papers.pictures import ANSWER_SHAPES, SHAPES, Bar, bars, framed, ticks
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.label.results import AccessAnswer, AccessPath, LevelReached, ObjectiveScore, Road
    from egide.papers.label.views import Group
    from egide.papers.label.words import Teller

ORDER = (Answer.NOT_MET, Answer.UNKNOWN, Answer.MET)
DEFINITIONS = (
    '<svg class="sprite" aria-hidden="true" focusable="false" width="0" height="0"><defs>'
    '<pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path class="a-unknown" d="M0 0V5" stroke="currentColor" stroke-width="3.4"/></pattern>'
    '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0l8 4-8 4z" fill="context-stroke"/></marker></defs></svg>'
)
"""The hatching of what is open and the tip of a way, once on a page."""


def clipped(said: str, signs: int) -> str:
    """As much of a text as a picture holds."""
    return said if len(said) <= signs else said[: signs - 1].rstrip() + "…"


def _shape(answer: Answer, x: int, y: int) -> str:
    """The shape of an answer, in the colour of the words beside it."""
    return f'<svg x="{x}" y="{y}" width="14" height="14" viewBox="0 0 16 16">{SHAPES[ANSWER_SHAPES[answer]]}</svg>'


def answer_bars(counts: dict[Answer, int], told: Teller, title: str, name: str = "answers") -> str:
    """One bar for each answer."""
    rows = [Bar(ANSWER_SHAPES[one], told.token("requirement-", one), counts[one]) for one in ORDER if counts[one]]
    return bars(rows, title, name)


def chapters(groups: Sequence[Group], told: Teller, title: str) -> str:
    """One line a chapter: its requirements side by side on one scale, failing ones first, with the three counts."""
    most = max((len(group.findings) for group in groups), default=0) or 1
    left, width, step, head = 400, 900, 26, 24
    drawn: list[str] = []
    for place, answer in enumerate(ORDER):
        mark = left + 20 + place * 44
        drawn.append(f'<g class="a-{answer}">{_shape(answer, mark - 7, 2)}</g>')
    for place, group in enumerate(groups):
        top = head + place * step
        name = group.name(told.lang.code)
        drawn.append(f'<text class="word" x="0" y="{top + 17}">{escape(clipped(name, 52))}</text>')
        at = left + 150.0
        for column, answer in enumerate(ORDER):
            count = group.count(answer)
            quiet = "" if count else " nil"
            drawn.append(f'<text class="number{quiet}" x="{left + 26 + column * 44}" y="{top + 17}" text-anchor="end">{count}</text>')
            if count:
                length = round((width - left - 152) * count / most, 1)
                drawn.append(f'<rect class="seg a-{answer}" x="{at:g}" y="{top + 5}" width="{max(length - 2, 1):g}" height="15"/>')
                at += length
    said = "; ".join(
        f"{group.id}: "
        + ", ".join(f"{told.token('requirement-', answer)} {group.count(answer)}" for answer in ORDER if group.count(answer))
        for group in groups
    )
    return framed("chapters", width, head + max(len(groups), 1) * step, title, said, drawn)


def ladder(levels: Sequence[LevelReached], told: Teller, title: str) -> str:
    """The levels as steps, the lowest below; each with its answer and how much is missing."""
    width, step = 620, 46
    drawn: list[str] = []
    for place, level in enumerate(reversed(levels)):
        top = place * step
        inset = (len(levels) - 1 - place) * 36
        missing = told.n(N_("{n} is missing"), N_("{n} are missing"), len(level.missing)) if level.missing else ""
        drawn.append(
            f'<g class="a-{level.answer}"><path class="stair" d="M{inset} {top + step - 4}H{width}"/>'
            f"{_shape(level.answer, inset, top + 15)}"
            f'<text class="word" x="{inset + 26}" y="{top + 28}">{escape(told.token("rung-", level.level))}</text>'
            f'<text class="number" x="{width}" y="{top + 28}" text-anchor="end">{escape(missing)}</text></g>'
        )
    said = "; ".join(f"{told.token('rung-', level.level)}: {told.token('requirement-', level.answer)}" for level in levels)
    return framed("ladder", width, max(len(levels), 1) * step, title, said, drawn)


def objectives(scores: Sequence[ObjectiveScore], told: Teller, title: str) -> str:
    """One bar an objective from level 0 to 4; a rule stands at the buyer's minimum."""
    left, width, step, head = 400, 900, 34, 22
    unit = (width - left - 40) / 4
    drawn: list[str] = []
    for level in range(5):
        at = left + unit * level
        drawn.append(f'<path class="tick" d="M{at:g} {head - 4}V{head + len(scores) * step}"/>')
        drawn.append(f'<text class="month" x="{at:g}" y="12" text-anchor="middle">SEAL-{level}</text>')
    for place, one in enumerate(scores):
        top = head + place * step
        name = clipped(f"{one.objective} ({one.weight}\u00a0%) {one.title.in_(told.lang.code)}", 50)
        drawn.append(f'<g class="a-{one.answer}"><text class="word" x="24" y="{top + 21}">{escape(name)}</text>')
        drawn.append(_shape(one.answer, 0, top + 9))
        if one.level is None:
            drawn.append(f'<rect class="seg a-unknown" x="{left}" y="{top + 8}" width="{unit * 4:g}" height="16"/>')
        else:
            drawn.append(f'<rect class="bar" x="{left}" y="{top + 8}" width="{max(unit * one.level, 2):g}" height="16"/>')
        if one.minimum is not None:
            drawn.append(f'<path class="gate" d="M{left + unit * one.minimum:g} {top + 2}v28"/>')
        drawn.append("</g>")
    said = "; ".join(f"{one.objective}: {one.level if one.level is not None else '?'}" for one in scores)
    return framed("objectives", width, head + len(scores) * step, title, said, drawn)


# --- access paths -----------------------------------------------------------------------------------

SHOWN_PATHS, MOST_STEPS, LEAST_GAP = 8, 4, 84
"""A longer way is drawn without its middle; the table gives every step."""


def access_paths(answer: AccessAnswer, told: Teller, title: str) -> str:
    """One row a path, from the party to the data: a way seen open is solid, a declared one dashed, an untested one dotted.

    A control stands across the way: filled when it was tested, hollow when it is only said; a ring marks where to cut.
    """
    shown = answer.paths[:SHOWN_PATHS]
    width, step = 900, 92
    drawn: list[str] = []
    for place, path in enumerate(shown):
        drawn += _path(path, place * step, width, told, frozenset(answer.cut))
    said = "; ".join(f"{told.name(path.party)} → {told.name(path.component)}" for path in shown)
    return framed("paths", width, max(len(shown), 1) * step, title, said, drawn)


def _path(path: AccessPath, top: int, width: int, told: Teller, cut: frozenset[str]) -> list[str]:
    steps = path.steps if len(path.steps) <= MOST_STEPS else (*path.steps[: MOST_STEPS - 1], path.steps[-1])
    nodes = [path.party, *(step.target for step in steps)]
    box = min(156, int((width - LEAST_GAP * len(steps)) / len(nodes)))
    gap = (width - box * len(nodes)) / max(len(steps), 1)
    middle = top + 46
    drawn = []
    for place, step in enumerate(steps):
        start, end = box * (place + 1) + gap * place, box * (place + 1) + gap * (place + 1)
        centre = (start + end) / 2
        drawn.append(f'<path class="way p-{step.state}" d="M{start + 2:g} {middle}H{end - 3:g}" marker-end="url(#tip)"/>')
        kind = clipped(told.token("access-", step.kind), int(gap / 7))
        drawn.append(f'<text class="month" x="{centre:g}" y="{middle - 22}" text-anchor="middle">{escape(kind)}</text>')
        if step.control:
            look = f"guard c-{step.control_state or 'untested'}"
            drawn.append(f'<rect class="{look}" x="{centre - 4:g}" y="{middle - 14}" width="8" height="28" rx="2"/>')
        if step.access in cut:
            drawn.append(f'<circle class="cut" cx="{centre:g}" cy="{middle}" r="19"/>')
    for place, node in enumerate(nodes):
        at = (box + gap) * place
        role = "data" if place == len(nodes) - 1 else "third" if place == 0 else "part"
        lines = _wrapped(told.name(node), box // 8)
        drawn.append(f'<rect class="node n-{role}" x="{at:g}" y="{middle - 22}" width="{box}" height="44" rx="4"/>')
        first = middle + 5 - 8 * (len(lines) - 1)
        drawn += [
            f'<text class="word in" x="{at + box / 2:g}" y="{first + 17 * row:g}" text-anchor="middle">{escape(line)}</text>'
            for row, line in enumerate(lines)
        ]
    return drawn


def _wrapped(said: str, signs: int) -> list[str]:
    """A name on at most two lines."""
    if len(said) <= signs:
        return [said]
    space = said.rfind(" ", 0, signs + 1)
    first, rest = (said[:space], said[space + 1 :]) if space > 0 else (said[:signs], said[signs:])
    return [first, clipped(rest, signs)]


# --- the road ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stretch:
    """One step of the road as a bar."""

    words: str
    start: date
    end: date
    look: str
    """``done``, ``critical`` or ``slack``."""
    slack_days: int


def road(stretches: Sequence[Stretch], it: Road, told: Teller, title: str, today: str) -> str:
    """One bar a step on a common scale of days: the longest chain in full, the others with the slack they have."""
    days = [it.on, *(one.start for one in stretches), *(one.end + timedelta(days=one.slack_days) for one in stretches)]
    days += [expiry.ends for expiry in it.expiries]
    first, last = min(days) - timedelta(days=15), max(days) + timedelta(days=20)
    left, width, step, head = 350, 960, 28, 40
    height = head + max(len(stretches) + len(it.expiries), 1) * step

    def across(day: date) -> float:
        return round(left + (width - left) * (day - first).days / (last - first).days, 1)

    drawn = ticks(first, last, told.lang.code, across, head, height)
    for place, one in enumerate(stretches):
        top, begin, end = head + place * step, across(one.start), across(one.end)
        slack = f'<path class="reach" d="M{end} {top + 14}H{across(one.end + timedelta(days=one.slack_days))}"/>' if one.slack_days else ""
        drawn.append(
            f'<g class="r-{one.look}"><text class="word" x="0" y="{top + 19}">{escape(clipped(one.words, 46))}</text>{slack}'
            f'<rect class="stretch" x="{begin}" y="{top + 6}" width="{max(end - begin, 3):g}" height="16" rx="2"/></g>'
        )
    for place, expiry in enumerate(it.expiries, len(stretches)):
        top, at = head + place * step, across(expiry.ends)
        words = told.t(N_("{document} ends"), document=expiry.document)
        drawn.append(
            f'<g class="r-ends"><text class="word" x="0" y="{top + 19}">{escape(clipped(words, 46))}</text>'
            f'<path class="diamond" d="M{at} {top + 6}l8 8-8 8-8-8z"/></g>'
        )
    now = across(it.on)
    drawn.append(f'<path class="today" d="M{now} {head - 10}V{height}"/>')
    drawn.append(f'<text class="now" x="{now}" y="11" text-anchor="middle">{escape(today)}</text>')
    said = "; ".join(f"{one.words}: {told.lang.day(one.start)} – {told.lang.day(one.end)}" for one in stretches)
    return framed("road", width, height, title, said, drawn)
