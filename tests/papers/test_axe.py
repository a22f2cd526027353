"""The page in a real browser: axe finds nothing in either theme at either width, and the script does what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.browsers import looked_at

from egide.papers.differences import differences
from egide.papers.document import document
from egide.papers.offers import comparison_page, equivalents_page
from egide.papers.page import page
from egide.vocabulary.findings import Assessment

from .continuity.test_papers import lost as loss
from .continuity.test_papers import written as continuity
from .label.test_page import PAGES
from .offers.test_comparison import world as compared
from .offers.test_equivalents import world as replaced
from .world import ON, world

HERE = Path(__file__).parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def looked(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Chromium and axe say of the page with everything on it, in both languages, of the empty one, and of the pages of a label."""
    folder = tmp_path_factory.mktemp("pages")
    since = differences(document(world()) | {"services": document(world())["services"][:9]}, world())
    pages = {
        "fr.html": page(world(), "fr", since=since),
        "en.html": page(world(), "en"),
        "empty.html": page(Assessment(ON, ON, (), (), (), ON), "fr"),
        **{f"comparison-{lang}.html": comparison_page(compared(), lang) for lang in ("fr", "en")},
        **{f"equivalents-{lang}.html": equivalents_page(replaced(), lang) for lang in ("fr", "en")},
        **{f"continuity-{lang}.html": continuity(lang, "qualification:2118")["continuity.html"].decode() for lang in ("fr", "en")},
        **{f"loss-{lang}.html": loss(lang)["loss.html"].decode() for lang in ("fr", "en")},
        **{f"{name}-of-a-label.html": made("fr") for name, made in PAGES.items() if name in ("label", "levels", "weighted", "road")},
    }
    for name, content in pages.items():
        (folder / name).write_text(content, encoding="utf-8")
    return looked_at(pytestconfig, HERE / "look.mjs", *(folder / name for name in pages))


def test_axe_finds_nothing(looked: dict[str, Any]) -> None:
    assert looked["violations"] == []


def test_the_page_asks_nothing_of_the_network_and_its_policy_lets_its_script_run(looked: dict[str, Any]) -> None:
    assert looked["behaviour"]["asked"] == []
    assert looked["behaviour"]["said"] == []


def test_the_first_tab_stop_skips_to_the_content(looked: dict[str, Any]) -> None:
    assert looked["behaviour"]["firstFocus"] == "skip"


def test_the_table_sorts_both_ways_from_the_keyboard(looked: dict[str, Any]) -> None:
    behaviour = looked["behaviour"]
    assert behaviour["sort"] == "ascending"
    assert behaviour["sortedUp"].startswith("Archives")
    assert behaviour["sortedDown"].startswith("Téléservice")


def test_the_table_filters_by_words_without_accents_and_by_verdict(looked: dict[str, Any]) -> None:
    behaviour = looked["behaviour"]
    assert behaviour["found"] == 1
    assert "1" in behaviour["status"] and str(behaviour["all"]) in behaviour["status"]
    assert behaviour["withoutForbidden"] == behaviour["all"] - 4


def test_a_service_leads_to_its_proof(looked: dict[str, Any]) -> None:
    assert looked["behaviour"]["revealed"] is True


def test_the_table_gives_its_csv(looked: dict[str, Any]) -> None:
    assert looked["behaviour"]["csv"].startswith('"') and ";" in looked["behaviour"]["csv"]
