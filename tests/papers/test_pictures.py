"""Pictures are well-formed, carry their title and description, and draw to scale."""

from __future__ import annotations

import re
from datetime import date, timedelta
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from egide.papers.pictures import SHAPES, Bar, Mark, bars, sprite, timeline
from egide.vocabulary.findings import Verdict

ON = date(2026, 11, 23)
SVG = "{http://www.w3.org/2000/svg}"
marks = st.lists(
    st.builds(
        Mark, st.dates(date(2021, 1, 1), date(2040, 1, 1)), st.text("a<&>\"' ", max_size=20), st.sampled_from(["past", "soon", "later"])
    ),
    max_size=12,
)


def drawn(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own drawing


def test_every_verdict_has_a_shape_of_its_own() -> None:
    assert set(SHAPES) == set(Verdict)
    assert len(set(SHAPES.values())) == len(Verdict)
    assert all(f'id="v-{verdict}"' in sprite() for verdict in Verdict)


def test_bars_are_to_scale_and_say_their_numbers() -> None:
    svg = drawn(bars([Bar(Verdict.FORBIDDEN, "Interdit", 4), Bar(Verdict.ALLOWED, "Permis", 2)], "Services"))
    widths = [float(rect.attrib["width"]) for rect in svg.iter(f"{SVG}rect")]
    assert widths[0] == 2 * widths[1]
    assert svg.findtext(f"{SVG}title") == "Services"
    assert svg.findtext(f"{SVG}desc") == "Interdit: 4; Permis: 2"
    assert svg.attrib["role"] == "img"


def test_words_that_look_like_markup_stay_words() -> None:
    assert drawn(bars([Bar(Verdict.STOP, "<b>&", 1)], "<i>")).findtext(f"{SVG}title") == "<i>"


def test_an_empty_picture_is_still_a_picture() -> None:
    assert drawn(bars([], "Rien")).attrib["viewBox"].endswith("34")
    drawn(timeline([], ON, "fr", "Rien", "aujourd’hui"))


@given(marks)
def test_a_timeline_keeps_the_order_of_days_and_stays_on_its_ground(some: list[Mark]) -> None:
    svg = drawn(timeline(some, ON, "fr", "Échéances", "aujourd’hui"))
    across = [float(dot.attrib["cx"]) for dot in svg.iter(f"{SVG}circle")]
    width = float(svg.attrib["viewBox"].split()[2])
    assert all(0 <= at <= width for at in across)
    days = [mark.on for mark in some]
    for (day, at), (other, there) in zip(zip(days, across, strict=True), zip(days[1:], across[1:], strict=True), strict=False):
        assert day == other or (day < other) == (at < there) or abs(at - there) < 0.2


@given(st.integers(1, 6000))
def test_months_never_crowd(days: int) -> None:
    svg = timeline([Mark(ON + timedelta(days=days), "x", "later")], ON, "en", "t", "today")
    assert 1 <= len(re.findall('class="month"', svg)) <= 8
