"""The picture of holdings shows every box whole, takes its lines round them, and says in words and lines what its colours say."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.ownership.answer import ownership
from egide.ownership.answers import Ownership, Readings
from egide.ownership.captable import read_cap_table
from egide.ownership.countries import EU
from egide.papers.layers import BOX_HEIGHT, BOX_WIDTH, Box, Chart, chart
from egide.papers.ownership_picture import chain_sentences, ownership_picture, picture_rows, standalone_picture
from egide.papers.ownership_view import MOST_BOXES, view
from egide.vocabulary.findings import Answer

ON = date(2026, 11, 23)
HEAD = "holder;held;capital %;votes %;nature;power;kind;seat;administration;establishment;listed;concert\n"
NUAGE = "Nuage fictif SAS;;;;;;;FR;FR;FR;non;"
SVG = "{http://www.w3.org/2000/svg}"
THIRD = "Fonds fictif Alpha;Nuage fictif SAS;24,1;20;;;fonds;US;US;US;;"
PERSON = "Personne fictive;Nuage fictif SAS;75,9;80;;;personne;FR;FR;FR;;"
LAYERS = (
    NUAGE, "Holding fictive <Nord> & Cie;Nuage fictif SAS;60;66,6;;;;FR;FR;FR;;", "Flottant;Nuage fictif SAS;20;18,4;;;;;;;;",
    "État fictif;Nuage fictif SAS;20;15;;nomme les organes;State;FR;FR;FR;;",
    "Participations fictives BV;Holding fictive <Nord> & Cie;55;60;;;;NL;NL;NL;;",
    "Nuage fictif SAS;Participations fictives BV;10;10;;;;;;;;", "Groupe fictif Inc.;Participations fictives BV;80;80;;;;US;US;US;;",
    "Gestion fictive LLP;Holding fictive <Nord> & Cie;;;;société de gestion;;US;US;US;;",
)
WIDE = (NUAGE, *(f"Actionnaire fictif {place};Nuage fictif SAS;1;1;;;société;{'FR' if place % 2 else 'US'};;;;" for place in range(90)),
        "Groupe fictif Inc.;Nuage fictif SAS;0,5;0,5;;droit de veto;société;US;US;US;;")  # fmt: skip


@cache
def answer(*rows: str) -> Ownership:
    register = read_cap_table((HEAD + "\n".join(rows)).encode(), "captable.csv")
    return ownership(register, "Nuage fictif SAS", ON, Readings(EU, "EU"))


def drawn(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.encode())  # noqa: S314 - our own drawing


def texts(svg: str) -> list[str]:
    return [text.text or "" for text in drawn(svg).iter(f"{SVG}text")]


# --- the layout ----------------------------------------------------------------------------------

NAMES = [f"p{place}" for place in range(14)]
edges = st.sets(st.tuples(st.sampled_from(NAMES), st.sampled_from(["root", *NAMES])), max_size=30)


def laid(some: set[tuple[str, str]]) -> Chart:
    return chart("root", NAMES, some, {edge: 1 + len(edge[0]) % 3 for edge in some})


def crosses(box: Box, start: tuple[float, float], end: tuple[float, float]) -> bool:
    """Whether the line runs through the inside of the box."""
    (x, y), (to_x, to_y) = sorted((start, end))
    top, bottom = min(y, to_y), max(y, to_y)
    return x < box.x + BOX_WIDTH - 1 and to_x > box.x + 1 and top < box.y + BOX_HEIGHT - 1 and bottom > box.y + 1


@given(edges)
def test_no_box_covers_another_and_none_leaves_the_ground(some: set[tuple[str, str]]) -> None:
    made = laid(some)
    for place, one in enumerate(made.boxes):
        assert one.x >= 0
        assert one.y >= 0
        assert one.x + BOX_WIDTH <= made.width
        assert one.y + BOX_HEIGHT <= made.height
        for other in made.boxes[place + 1 :]:
            assert abs(one.x - other.x) >= BOX_WIDTH or abs(one.y - other.y) >= BOX_HEIGHT


@given(edges)
def test_no_line_runs_through_a_box_and_each_ends_at_what_is_held(some: set[tuple[str, str]]) -> None:
    made = laid(some)
    at = {box.id: box for box in made.boxes}
    for line in made.lines:
        assert not [box.id for box in made.boxes for start, end in pairwise(line.points) if crosses(box, start, end)]
        assert all(start[0] == end[0] or start[1] == end[1] for start, end in pairwise(line.points))
        x, y = line.points[-1]
        assert at[line.held].x <= x <= at[line.held].x + BOX_WIDTH
        assert y in {at[line.held].y, at[line.held].y + BOX_HEIGHT}
        assert min(x for x, _ in line.points) >= 0
        assert max(x for x, _ in line.points) <= made.width


@given(edges)
def test_all_that_is_above_is_drawn_and_only_what_closes_a_circle_runs_upwards(some: set[tuple[str, str]]) -> None:
    made = laid(some)
    above, more = {"root"}, True
    while more:
        found = {holder for holder, held in some if held in above} - above
        above |= found
        more = bool(found)
    assert {box.id for box in made.boxes} == above
    assert {(line.holder, line.held) for line in made.lines} == {edge for edge in some if edge[0] != edge[1] and above.issuperset(edge)}
    at = {box.id: box for box in made.boxes}
    assert all(line.back == (at[line.holder].y >= at[line.held].y) for line in made.lines)


# --- the picture ---------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("rows", [(NUAGE,), (NUAGE, THIRD, PERSON), LAYERS, WIDE])
def test_a_picture_carries_its_title_and_description_and_is_the_same_each_time(rows: tuple[str, ...], lang: str) -> None:
    own = answer(*rows)
    for svg in (ownership_picture(own, lang), standalone_picture(own, lang)):
        picture = drawn(svg)
        assert picture.attrib["role"] == "img"
        assert "Nuage fictif SAS" in (picture.findtext(f"{SVG}title") or "")
        assert picture.findtext(f"{SVG}desc")
        assert picture.attrib["aria-labelledby"] == "holdings-title holdings-desc"
    assert standalone_picture(own, lang) == standalone_picture(answer.__wrapped__(*rows) if rows is not WIDE else own, lang)


def test_names_that_look_like_markup_stay_names() -> None:
    assert any("<Nord>" in said for said in texts(standalone_picture(answer(*LAYERS), "fr")))


def test_on_a_page_it_takes_the_page_s_colours_and_brings_no_style_of_its_own() -> None:
    svg = ownership_picture(answer(*LAYERS), "fr")
    assert "<style" not in svg
    assert "style=" not in svg
    assert "var(--ink, " in svg


def test_alone_it_brings_its_colours_for_light_and_dark_and_no_other_file() -> None:
    svg = standalone_picture(answer(*LAYERS), "fr")
    assert "prefers-color-scheme:dark" in svg
    assert not re.findall(r'(?:href|src)="|url\(', svg)
    classes = {name for element in drawn(svg).iter() for name in element.attrib.get("class", "").split()}
    assert all(f".{name}{{" in svg for name in classes)


def test_each_edge_says_capital_and_votes_and_its_powers() -> None:
    said = texts(standalone_picture(answer(*LAYERS), "fr"))
    assert "60 / 66,6\u00a0%" in said
    assert "80\u00a0%" in said
    assert sum("20 / 18,4" in one for one in said) == 1


def test_the_chains_of_third_entities_that_count_are_thick_and_told() -> None:
    own = answer(NUAGE, THIRD, PERSON)
    made = view(own, "fr")
    assert {pair: hold.critical for pair, hold in made.holds.items() if hold.critical} == {
        ("Fonds fictif Alpha", "Nuage fictif SAS"): Answer.MET,
    }
    thick = [path for path in drawn(standalone_picture(own, "fr")).iter(f"{SVG}path") if path.attrib.get("stroke-width") == "3.5"]
    assert len(thick) == 2  # the line and its sample
    (sentence,) = chain_sentences(own, "fr")
    assert "Fonds fictif Alpha (US)" in sentence
    assert "24,1" in sentence


def test_a_chain_in_doubt_is_broken_and_not_only_coloured() -> None:
    person = "Personne fictive;Nuage fictif SAS;70;70;;;personne;FR;;;;"
    own = answer(NUAGE, "Fonds fictif Beta;Nuage fictif SAS;30;30;;;fonds;;;;;", person)
    assert {hold.critical for hold in view(own, "fr").holds.values() if hold.holder == "Fonds fictif Beta"} == {Answer.UNKNOWN}
    assert 'stroke-dasharray="11 6"' in standalone_picture(own, "fr")


def test_where_no_third_entity_counts_no_line_is_thick_and_a_sentence_says_so() -> None:
    own = answer(NUAGE, "Personne fictive;Nuage fictif SAS;100;100;;;personne;FR;FR;FR;;")
    assert 'stroke-width="3.5"' not in standalone_picture(own, "en")
    assert len(chain_sentences(own, "en")) == 1


def test_a_circle_is_dotted_and_the_legend_says_what_that_is() -> None:
    svg = standalone_picture(answer(*LAYERS), "en")
    assert svg.count('stroke-dasharray="2 5"') == 2
    assert 'stroke-dasharray="2 5"' not in standalone_picture(answer(NUAGE, THIRD, PERSON), "en")


def test_each_kind_has_a_shape_of_its_own() -> None:
    from egide.ownership.holdings import PartyKind
    from egide.papers.ownership_picture import _outline

    shapes = {kind: _outline(kind, 0, 0) for kind in PartyKind}
    square = shapes.pop(PartyKind.ENTITY)
    assert shapes.pop(PartyKind.UNDISCLOSED) == square  # drawn with a broken line
    assert len({square, *shapes.values()}) == 5


def test_beyond_sixty_boxes_it_says_how_many_are_left_out_and_keeps_the_critical_ones() -> None:
    svg = standalone_picture(answer(*WIDE), "en")
    boxes = [text for text in texts(svg) if text.startswith(("Actionnaire fictif", "Groupe fictif", "Nuage fictif"))]
    assert len(boxes) == MOST_BOXES
    assert "Groupe fictif Inc." in boxes
    assert any(said.startswith("31 ") for said in texts(svg))


# --- its table -----------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [(NUAGE,), (NUAGE, THIRD, PERSON), LAYERS, WIDE])
def test_the_table_has_every_hold_and_one_header(rows: tuple[str, ...]) -> None:
    own = answer(*rows)
    head, *lines = picture_rows(own, "en")
    assert {len(line) for line in lines} <= {len(head)}
    assert len(lines) == len({(link.holder, link.held) for link in own.links})


def test_a_line_of_the_table_says_who_holds_what_of_whom_and_who_says_so() -> None:
    lines = picture_rows(answer(NUAGE, THIRD, PERSON), "en")
    assert ("Fonds fictif Alpha", "US", "yes", "Nuage fictif SAS", "24.1", "20", "yes", "captable.csv") in {
        (line[0], line[1], line[3], line[4], line[5], line[6], line[8], line[9]) for line in lines
    }


def test_what_nobody_states_is_named_after_what_it_holds() -> None:
    own = answer(NUAGE, THIRD)
    assert any("Nuage fictif SAS" in line[0] and line[0] != "Nuage fictif SAS" for line in picture_rows(own, "en")[1:])
