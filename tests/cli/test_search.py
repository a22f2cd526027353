"""`egide catalogue search` as a person uses it: what ships, prices that were taken in, mistakes, pages, JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

PRICES = (
    "code;catégorie;vCPU;RAM (Go);prix horaire HT (€);région\n"
    "petit;machine;2;8;0,04;Paris\ngrand;machine;16;64;0,80;Paris\nsans-prix;machine;4;16;sur devis;Paris\n"
)  # fmt: skip


@pytest.fixture
def priced(egide, tmp_path: Path):
    (tmp_path / "tarif.csv").write_text(PRICES, encoding="utf-8")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        "schema: egide/price-mapping/1\nconstant: {provider: Nuage Fictif, on: 2026-10-01}\ncolumns:\n"
        + "".join(f"- {{heading: {title}, is: {meaning}}}\n" for title, meaning in (
            ("code", "item"), ("catégorie", "what"), ("vCPU", "vcpus"), ("RAM (Go)", "ram_gb"), ("prix horaire HT (€)", "amount"),
            ("région", "place"),
        )), encoding="utf-8")  # fmt: skip
    assert egide("catalogue", "import", tmp_path / "tarif.csv", "--mapping", mapping).code == 3  # one price is not stated
    return egide


def test_a_question_in_french_finds_what_is_qualified_in_france_and_says_what_is_not_known(egide):
    said = egide("catalogue", "search", "--where", "région=FR qualifié=oui")
    assert said.code == 0
    assert said.out.startswith("6 offres trouvées.\n")
    assert "outscale/cloudgouv-eu-west-1" in said.out
    assert "--unknown" in said.out


def test_json_counts_the_unknown_apart_and_lists_it_when_asked(egide):
    asked = ("catalogue", "search", "--where", "qualified=SecNumCloud region=FR", "--limit", "500", "--json")
    found, listed = json.loads(egide(*asked).out), json.loads(egide(*asked, "--unknown").out)
    assert found["total"] == len(found["hits"]) == 6
    assert found["unknown"]["total"] == len(listed["hits"])
    assert not {hit["key"] for hit in listed["hits"]} & {hit["key"] for hit in found["hits"]}
    lacking = {name: sum(name not in hit["values"] for hit in listed["hits"]) for name in ("qualification", "region")}
    assert found["unknown"]["by"] == lacking


def test_prices_taken_in_are_found_at_once_cheapest_first_and_the_one_without_last(priced):
    found = json.loads(priced("catalogue", "search", "--where", "provider=«Nuage fictif»", "--sort", "price", "--json").out)
    assert [(hit["name"], hit["values"].get("price")) for hit in found["hits"]] == [("petit", 40_000), ("grand", 800_000)]
    assert found["units"]["price"] == "µ€/h"
    said = priced("--lang", "en", "catalogue", "search", "petit", "--where", "price<0.05")
    assert "0.04\u00a0€/h" in said.out


def test_facets_are_shown_with_their_counts_and_their_unknown(priced):
    said = priced("--lang", "en", "catalogue", "search", "--where", "provider=«Nuage fictif»", "--facet", "prix", "--facet", "carbon")
    assert "to below 0.05\u00a0€/h" in said.out
    assert "? not known" in said.out


def test_a_mistake_in_the_filter_is_pointed_at(egide):
    said = egide("--lang", "en", "catalogue", "search", "--where", "price<0.05 regoin=FR")
    assert said.code == 2
    assert said.out == ""
    assert said.err.splitlines()[:3] == ["  price<0.05 regoin=FR", "  " + " " * 11 + "^", said.err.splitlines()[2]]
    assert "character 12: no property is named «regoin»; near: region" in said.err


def test_a_misspelt_word_is_said_to_be_looked_for_otherwise(egide):
    said = egide("--lang", "en", "catalogue", "search", "kuberentes")
    assert "no offer has the word «kuberentes»; looked for: kubernetes." in said.out.casefold()


def test_pages_follow_one_another_and_miss_nothing(egide):
    every = json.loads(egide("catalogue", "search", "--limit", "1000", "--json").out)["hits"]
    pages = [json.loads(egide("catalogue", "search", "--limit", "70", "--page", str(n), "--json").out)["hits"] for n in (1, 2, 3, 4)]
    assert [hit["key"] for page in pages for hit in page] == [hit["key"] for hit in every]


def test_what_can_be_asked_is_listed_with_units_and_values(egide):
    listed = json.loads(egide("catalogue", "search", "--fields", "--json").out)
    price = next(one for one in listed if one["name"] == "price")
    assert "prix" in price["also"]
    assert price["unit"] == "µ€/h"
    assert egide("catalogue", "search", "--fields").code == 0


def test_another_day_is_another_answer(egide):
    def qualified(on: str) -> set[str]:
        found = json.loads(egide("catalogue", "search", "outscale", "--where", "qualified=oui", "--on", on, "--json").out)
        return {hit["key"] for hit in found["hits"]}

    assert qualified("2026-11-23") == {"outscale/cloudgouv-eu-west-1"}
    assert qualified("2026-12-01") == set()


def test_an_unknown_property_to_count_by_is_refused_with_those_that_are_near(egide):
    said = egide("--lang", "en", "catalogue", "search", "--facet", "pryce")
    assert said.code == 2
    assert "near: price" in said.err
