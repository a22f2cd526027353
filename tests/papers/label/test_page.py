"""The pages of a label as they are read: their order, their words, what they never let pass for a qualification."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from egide.label.compare import compare
from egide.label.results import LabelAssessment
from egide.papers.label import comparison_page, label_page, ownership_page, read_label_document, road_page, simulation_page, since
from egide.papers.label.document import document_bytes, label_document
from egide.vocabulary.findings import Answer

from ..golden import same_as_golden
from ..test_page import Tags
from .holders import ownership
from .world import clean, gaps, label, levels, road, simulation, weighted

EVIL = "<script>alert(1)</script>\"'&"
PAGES: dict[str, Callable[[str], str]] = {
    "label": lambda lang: label_page(label(), lang, gaps=gaps()),
    "levels": lambda lang: label_page(levels(), lang),
    "weighted": lambda lang: label_page(weighted(), lang),
    "clean": lambda lang: label_page(clean(), lang, gaps=()),
    "ownership": lambda lang: ownership_page(ownership(), lang),
    "simulation": lambda lang: simulation_page(simulation(), lang),
    "comparison": lambda lang: comparison_page(compare(label(), clean()), lang),
    "road": lambda lang: road_page(road(), "Nuage fictif, calcul", lang),
}


def main_part(html: str) -> str:
    """What is read: the page without its style and script."""
    return re.sub(r"<(style|script)>.*?</\1>", "", html, flags=re.DOTALL)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_report_reads_as_it_did(lang: str) -> None:
    same_as_golden(f"label.{lang}.html", main_part(PAGES["label"](lang)))


@pytest.mark.parametrize("name", [name for name in PAGES if name not in ("label", "clean")])
def test_every_other_page_reads_as_it_did(name: str) -> None:
    same_as_golden(f"{name}.label.fr.html", main_part(PAGES[name]("fr")))


@pytest.mark.parametrize("name", PAGES)
def test_every_tag_is_closed_and_every_anchor_leads_somewhere(name: str) -> None:
    for lang in ("fr", "en"):
        reader = Tags()
        reader.feed(PAGES[name](lang))
        assert reader.open == []
        assert len(reader.ids) == len(set(reader.ids)), [one for one in reader.ids if reader.ids.count(one) > 1]
        assert reader.links <= set(reader.ids), reader.links - set(reader.ids)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_says_that_it_proves_nothing_under_article_31_or_r9(name: str) -> None:
    html = PAGES[name]("fr")
    head = html[: html.index("<main")]
    assert "l’article 31 de la loi SREN" in head and "R9" in head and "qualification" in head


def test_the_sentence_comes_first_then_what_it_is_worth_then_the_answers() -> None:
    html = PAGES["label"]("fr")
    order = ["<h1", 'class="worth"', 'id="answers"', 'id="gaps"', 'id="ownership"', 'id="access"', 'id="autonomy"', 'id="layers"',
             'id="requirements"', 'id="evidence"', 'id="problems"', 'id="law"', "<footer"]  # fmt: skip
    places = [html.index(mark) for mark in order]
    assert places == sorted(places)
    assert "4 exigences sur 20 ne sont pas remplies, 6 restent à établir" in html
    assert "la première échéance tombe le 2 mars 2027" in html


def test_anssi_s_line_stands_beside_what_was_computed_even_when_all_is_met() -> None:
    html = PAGES["clean"]("fr")
    assert "sont toutes remplies" in html and "Ce n’est jamais une qualification" in html
    assert "Catalogue de l’ANSSI du 2 nov. 2026" in html and "du 2 mai 2025 au 1er mai 2028" in html
    assert "aucune ligne connue pour cette offre" in PAGES["label"]("fr")


def test_no_computed_answer_is_ever_called_qualified() -> None:
    for answer in Answer:
        every = replace(clean(), line=None, answer=answer, findings=tuple(replace(one, answer=answer) for one in clean().findings))
        said = re.sub(r"<[^>]+>", " ", main_part(label_page(every, "en")))
        assert "is qualified" not in said.replace("Only ANSSI qualifies", "")


def test_a_draft_text_is_called_a_simulation_in_the_first_lines() -> None:
    html = PAGES["weighted"]("fr")
    assert html.index("Simulation") < html.index("<main")


def test_the_page_needs_no_script_and_no_network() -> None:
    for name, made in PAGES.items():
        html = made("fr")
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", html), name
        assert " style=" not in html and " onclick=" not in html, name
        assert "default-src &#39;none&#39;" in html, name


def test_an_offer_named_like_a_script_stays_a_name() -> None:
    evil = replace(label(), dossier=replace(label().dossier, name=EVIL, provider_name=EVIL))
    html = label_page(evil, "fr", gaps=gaps(), marking="</style>" + EVIL)
    assert html.count("<script>") == 1 and html.count("</style>") == 1


def test_a_secondary_reading_is_marked_beside_its_requirement_and_listed_for_counsel() -> None:
    html = PAGES["label"]("fr")
    row = html[html.index('id="r-15.1.a"') :]
    assert "lecture secondaire" in row[: row.index("</tr>")]
    assert "Ce que le conseil juridique doit lire" in html


def test_doubt_is_shown_as_doubt() -> None:
    html = PAGES["label"]("fr")
    assert "Non connu\u00a0: the file of E-004 is not what its digest says" in html
    assert "On ne sait pas si ces entités sont tierces" in html


def test_what_turned_since_an_earlier_run_is_said() -> None:
    earlier = read_label_document(document_bytes(label_document(label(), "fr")), "label.json")
    now = simulation().after
    html = label_page(now, "fr", since=since(earlier, now))
    part = html[html.index('id="since"') :]
    assert "19.6.b" in part[: part.index("</section>")] and "À établir" in part[: part.index("</section>")]
    assert "Aucune exigence n’a changé de réponse" in label_page(label(), "fr", since=since(earlier, label()))


def test_an_assessment_with_nothing_in_it_still_makes_a_page() -> None:
    bare: LabelAssessment = replace(label(), findings=(), documents=(), ownership=None, access=None, autonomy=None, parameters={})
    assert "<h1>" in label_page(bare, "fr") and "<h1>" in label_page(bare, "en", gaps=())
