"""Two pictures of a plan: where it stands, on a bare graticule, and what diversity or carbon costs. Each has its table beside it.

The map draws parallels and meridians only: no coastline, so nobody's drawing is copied. Degrees of longitude are shortened by the
cosine of the middle latitude, which keeps shapes near it.
"""

from __future__ import annotations

from collections import defaultdict
from html import escape
from math import ceil, cos, floor, radians
from typing import TYPE_CHECKING

from egide.papers.pictures import framed
from egide.papers.plan import words
from egide.planner.need import INTERNET
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from egide.planner.market import Place
    from egide.planner.plan_file import PlanFile, Step
    from egide.vocabulary.language import Language

WIDTH, MARGIN, TALLEST = 820, 64, 560
STEPS = (1, 2, 5, 10, 15, 30)
"""Degrees between the lines of the graticule."""
LINES_MOST = 8
LABEL_LINE = 17


class _Projection:
    """Degrees to the picture's units."""

    def __init__(self, places: Sequence[Place]) -> None:
        latitudes = [place.latitude for place in places if place.latitude is not None]
        longitudes = [place.longitude for place in places if place.longitude is not None]
        south, north, west, east = min(latitudes), max(latitudes), min(longitudes), max(longitudes)
        tall, wide = max(north - south, 4.0), max(east - west, 6.0)
        middle, centre = (north + south) / 2, (east + west) / 2
        self.south, self.north = max(middle - tall * 0.65, -89.0), min(middle + tall * 0.65, 89.0)
        self.west, self.east = centre - wide * 0.65, centre + wide * 0.65
        self.shorter = max(cos(radians(middle)), 0.2)
        across = (self.east - self.west) * self.shorter
        self.scale = min((WIDTH - 2 * MARGIN) / across, (TALLEST - 2 * MARGIN) / (self.north - self.south))
        self.height = round((self.north - self.south) * self.scale) + 2 * MARGIN
        self.left = (WIDTH - (self.east - self.west) * self.shorter * self.scale) / 2

    def at(self, latitude: float, longitude: float) -> tuple[float, float]:
        across = self.left + (longitude - self.west) * self.shorter * self.scale
        return round(across, 1), round(MARGIN + (self.north - latitude) * self.scale, 1)

    def graticule(self, said: Language) -> Iterator[str]:
        step = next((one for one in STEPS if (self.east - self.west) / one <= LINES_MOST), STEPS[-1])
        bottom, top = self.at(self.south, self.west)[1], self.at(self.north, self.west)[1]
        start, end = self.at(self.north, self.west)[0], self.at(self.north, self.east)[0]
        for degree in range(ceil(self.south / step) * step, floor(self.north) + 1, step):
            _, y = self.at(degree, self.west)
            yield f'<path class="line" d="M{start} {y}H{end}"/><text class="degree" x="{start - 6}" y="{y + 4}" text-anchor="end">'
            yield f"{_degree(degree, 'N', 'S')}</text>"
        for degree in range(ceil(self.west / step) * step, floor(self.east) + 1, step):
            x, _ = self.at(self.south, degree)
            west = "O" if said.code == "fr" else "W"
            yield f'<path class="line" d="M{x} {top}V{bottom}"/><text class="degree" x="{x}" y="{bottom + 16}" text-anchor="middle">'
            yield f"{_degree(degree, 'E', west)}</text>"


def _degree(value: int, positive: str, negative: str) -> str:
    return f"{abs(value)}°{positive if value > 0 else negative if value < 0 else ''}"


def plan_map(made: PlanFile, said: Language) -> tuple[str, str]:
    """Places used, the flows between them, the spares; and what is not drawn. Empty when no place used has coordinates."""
    used = {one.place for one in made.placements}
    places = [place for place in made.places if place.key in used and place.latitude is not None and place.longitude is not None]
    if not places:
        return "", ""
    ground = _Projection(places)
    where = {place.key: ground.at(place.latitude or 0.0, place.longitude or 0.0) for place in places}
    drawn = [*ground.graticule(said), *_ways(made, where), *_marks(made, where, ground.height)]
    hidden = len(used) - len(places)
    about = "; ".join(f"{place.key}: {', '.join(one.component for one in made.placements if one.place == place.key)}" for place in places)
    one, many = N_("{n} place without coordinates is not drawn."), N_("{n} places without coordinates are not drawn.")
    left = said.plural(one, many, hidden) if hidden else ""
    return framed("map", WIDTH, ground.height, said.text(N_("Where it runs")), about, drawn), left


def _ways(made: PlanFile, where: dict[str, tuple[float, float]]) -> Iterator[str]:
    at = made.plan().place_of
    ways: dict[tuple[str, str], int] = defaultdict(int)
    for flow in made.need.flows:
        if flow.target != INTERNET and at[flow.source] != at[flow.target] and {at[flow.source], at[flow.target]} <= where.keys():
            one, other = sorted((at[flow.source], at[flow.target]))
            ways[one, other] += flow.milli_gb
    most = max(ways.values(), default=0) or 1
    for (one, other), amount in sorted(ways.items()):
        yield _arc("way", where[one], where[other], 1 + 5 * amount / most)
    for component, spare, _ in made.need.spares:
        if {at[component], at[spare]} <= where.keys():
            one, other = sorted((at[component], at[spare]))
            yield _arc("stand-by", where[one], where[other], 1.5)


def _arc(name: str, one: tuple[float, float], other: tuple[float, float], width: float) -> str:
    bend = 0.12 if name == "way" else -0.12
    middle = (
        (one[0] + other[0]) / 2 + (other[1] - one[1]) * bend, (one[1] + other[1]) / 2 - (other[0] - one[0]) * bend,
    )  # fmt: skip
    return f'<path class="{name}" stroke-width="{width:.1f}" d="M{one[0]} {one[1]}Q{middle[0]:.1f} {middle[1]:.1f} {other[0]} {other[1]}"/>'


def _marks(made: PlanFile, where: dict[str, tuple[float, float]], height: int) -> Iterator[str]:
    """A dot and two lines of words for each place; places that would overlap are told one below the other."""
    taken: list[tuple[float, float]] = []
    for key, (x, y) in sorted(where.items(), key=lambda one: (one[1][1], one[1][0])):
        components = [one.component for one in made.placements if one.place == key]
        left = x > WIDTH * 0.62
        line = y
        while any(abs(line - other) < LABEL_LINE * 2 and abs(x - across) < WIDTH * 0.3 for across, other in taken):
            line += 4
        line = min(line, height - LABEL_LINE)
        taken.append((x, line))
        at, anchor = (x - 12, "end") if left else (x + 12, "start")
        told = ", ".join(components[:3]) + (f" +{len(components) - 3}" if len(components) > 3 else "")
        yield (
            f'<circle class="place" cx="{x}" cy="{y}" r="6"/><text class="name" x="{at}" y="{line - 2:g}" text-anchor="{anchor}">'
            f'{escape(key)}</text><text class="held" x="{at}" y="{line + LABEL_LINE - 3:g}" text-anchor="{anchor}">{escape(told)}</text>'
        )  # fmt: skip


def frontier_picture(steps: Sequence[Step], said: Language, name: str, title: str, labels: Sequence[str]) -> str:
    """Bars of cost, one for each step, on one scale; a step without a plan says so."""
    totals = [one.total or 0 for one in steps]
    most, left, width, step = max(totals, default=0) or 1, 150, 620, 34
    drawn = []
    for place, (one, label) in enumerate(zip(steps, labels, strict=True)):
        top = place * step
        length = round((width - left - 120) * (one.total or 0) / most, 1)
        figure = said.label(f"plan-{one.status}") if one.total is None else words.money(one.total, said)
        drawn.append(
            f'<text class="word" x="0" y="{top + 21}">{escape(label)}</text><rect class="bar" x="{left}" y="{top + 4}" '
            f'width="{max(length, 1.5)}" height="23" rx="2"/><text class="number" x="{left + length + 8:g}" y="{top + 21}">'
            f"{escape(figure)}</text>"
        )
    about = "; ".join(f"{label}: {words.money(one.total, said)}" for one, label in zip(steps, labels, strict=True))
    return framed(name, width, max(len(steps), 1) * step, title, about, drawn)
