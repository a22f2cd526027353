"""Bars on a scale of powers: how long each disruption keeps the service away, against what was set. The table beside says the same."""

from __future__ import annotations

from math import isinf, log10
from typing import TYPE_CHECKING

from markupsafe import escape

from egide.continuity.declared import Disruption
from egide.continuity.spans import duration_text
from egide.papers.continuity.words import DISRUPTIONS
from egide.papers.text import upper_first
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.continuity import Cell, Continuity
    from egide.papers.continuity.words import Teller

LEFT, WIDTH, ROW, TOP = 210, 860, 34, 26
LEAST, MOST = 60, 180 * 86_400
SHORT = {**DISRUPTIONS, Disruption.LEGAL: N_("a qualification or a law lost")}
SCALE = (60, 3600, 86_400, 7 * 86_400, 30 * 86_400, 180 * 86_400)


def bars(made: Continuity, told: Teller, title: str) -> str:
    """One row for each disruption: what is known, what is open beyond it, and the mark of the target."""
    rows = "".join(_row(cell, number, told) for number, cell in enumerate(made.cells))
    height = TOP + ROW * len(made.cells) + 6
    ticks = "".join(
        f'<line class="grid" x1="{_x(one):.0f}" x2="{_x(one):.0f}" y1="{TOP - 6}" y2="{height - 4}"/>'
        f'<text class="tick" x="{_x(one):.0f}" y="14" text-anchor="middle">{escape(duration_text(one, told.lang))}</text>'
        for one in SCALE
    )  # fmt: skip
    return (
        f'<svg class="bars" viewBox="0 0 {WIDTH + 20} {height}" role="img" aria-labelledby="bars-t">'
        f'<title id="bars-t">{escape(title)}</title>'
        f"{ticks}{rows}</svg>"
    )  # fmt: skip


def _x(seconds: float) -> float:
    held = min(max(seconds, LEAST), MOST)
    return LEFT + (WIDTH - LEFT) * (log10(held) - log10(LEAST)) / (log10(MOST) - log10(LEAST))


def _row(cell: Cell, number: int, told: Teller) -> str:
    y = TOP + ROW * number
    known = WIDTH if isinf(cell.rto.low) else _x(cell.rto.low)
    open_ = WIDTH if isinf(cell.rto.high) else _x(cell.rto.high)
    name = escape(upper_first(told.t(SHORT[cell.disruption])))
    target = "" if cell.target.rto is None else (
        f'<line class="target" x1="{_x(cell.target.rto):.1f}" x2="{_x(cell.target.rto):.1f}" y1="{y + 2}" y2="{y + 24}"/>'
    )
    said = cell.rto_answer.value if cell.rto_answer else "none"
    return (
        f'<text class="name" x="{LEFT - 10}" y="{y + 18}" text-anchor="end">{name}</text>'
        f'<rect class="bar b-{said}" x="{LEFT}" y="{y + 6}" width="{max(known - LEFT, 2):.1f}" height="14"/>'
        + (f'<rect class="bar open" x="{known:.1f}" y="{y + 6}" width="{open_ - known:.1f}" height="14"/>' if open_ > known else "")
        + target
    )

