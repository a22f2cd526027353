"""Words in French and English: stems, accents, mistakes of a letter or two."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.catalogue.saying import DAY, said
from tests.catalogue.test_shelf import Given

from egide.catalogue.search import Finder, build, parse, rows
from egide.catalogue.shelf import Shelf

OFFERS = {
    "objets": ("Stockage d'objets souverain", "Hébergement de données, réplication entre sites", frozenset({"object-storage"})),
    "buckets": ("Sovereign buckets", "Storing objects in replicated sites", frozenset({"object-storage"})),
    "bases": ("Bases managées", "PostgreSQL sauvegardé chaque nuit", frozenset({"database"})),
    "databases": ("Managed databases", "PostgreSQL backed up nightly", frozenset({"database"})),
    "kube": ("Kubernetes géré", "Grappes de conteneurs", frozenset({"kubernetes"})),
}


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    folder = tmp_path_factory.mktemp("index")
    statements = [
        said(value, name, subject=subject)
        for subject, (title, text, functions) in OFFERS.items()
        for name, value in (("name", title), ("description", text), ("functions", functions))
    ]
    build(rows(Shelf([Given(*statements)], DAY)), folder)
    return Finder(folder)


def found(finder: Finder, text: str) -> set[str]:
    return {hit["key"] for hit in finder.ask(text, parse("")).hits}


@pytest.mark.parametrize(("text", "keys"), [
    ("objet", {"objets", "buckets"}), ("objects", {"objets", "buckets"}), ("hébergements", {"objets"}), ("hebergement", {"objets"}),
    ("database", {"bases", "databases"}), ("base de données", {"bases", "databases"}), ("POSTGRESQL", {"bases", "databases"}),
    ("sauvegarde", {"bases"}), ("object storage", {"objets", "buckets"}), ("stockage objet", {"objets", "buckets"}),
    ("grappe conteneur", {"kube"}), ("managed postgresql", {"databases"}),
])  # fmt: skip
def test_words_are_found_by_their_stem_in_either_language_accents_or_not(finder: Finder, text: str, keys: set[str]) -> None:
    assert found(finder, text) == keys


@pytest.mark.parametrize(("text", "instead", "keys"), [
    ("postgersql", {"postgersql": ("postgresql",)}, {"bases", "databases"}), ("kuberentes", {"kuberentes": ("kubernetes",)}, {"kube"}),
    ("souvrain", {"souvrain": ("souverain",)}, {"objets"}), ("zzzzzz", {"zzzzzz": ()}, set()), ("xyz", {"xyz": ()}, set()),
])  # fmt: skip
def test_a_word_that_nothing_holds_is_looked_for_as_it_may_be_meant(finder: Finder, text: str, instead: object, keys: set[str]) -> None:
    answer = finder.ask(text, parse(""))
    assert answer.instead == instead
    assert {hit["key"] for hit in answer.hits} == keys


def test_an_offer_that_has_the_word_in_its_name_comes_first(finder: Finder) -> None:
    assert finder.ask("buckets objects", parse("")).hits[0]["key"] == "buckets"


def test_signs_alone_ask_for_everything_and_a_word_of_ten_thousand_letters_for_nothing(finder: Finder) -> None:
    assert found(finder, "«!?»") == set(OFFERS)
    assert finder.ask("a" * 10_000, parse("")).total in {0, len(OFFERS)}


def test_an_offer_told_by_region_is_found_once_for_each(tmp_path: Path) -> None:
    statements = [
        said("Nuage", "name", subject="nuage"), said("qualified", "qualification", subject="nuage", region="a"),
        said("none", "qualification", subject="nuage", region="b"), said("nuage", "variant_of", subject="petit"),
        said("Petit nuage", "name", subject="petit"), said(1000, "price_hour", subject="petit", region="a"),
    ]  # fmt: skip
    build(rows(Shelf([Given(*statements)], DAY)), tmp_path)
    finder = Finder(tmp_path)
    assert {hit["key"] for hit in finder.ask("", parse("")).hits} == {"nuage/a", "nuage/b", "petit/a"}
    assert {hit["key"] for hit in finder.ask("", parse("qualified=SecNumCloud price<0.01")).hits} == {"petit/a"}
