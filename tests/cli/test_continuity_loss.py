"""`egide continuity loss` on the portfolios of several bodies: who is touched, by which clause one leaves, when, at what cost, for what."""

from __future__ import annotations

import json

import pytest
from tests.cli.conftest import EXAMPLES

BOOKS = (EXAMPLES / "portefeuille.xlsx", EXAMPLES / "continuite/autres-organismes.csv")
ANSWERED = ("--answers", EXAMPLES / "reponses.yaml")
ON = ("--on", "2026-12-01")
PRICES = """prestataire;catégorie;article;région;vCPU;mémoire Go;unité;prix € HT;fin;prix négocié;date
Cloud Temple;instance;ct-2-4;;2;4;heure;0,05;;;2026-10-01
Cloud Temple;instance;ct-4-8;;4;8;heure;0,10;;;2026-10-01
Cloud Temple;instance;ct-4-8;;4;8;heure;0,03;2027-12-31;oui;2026-11-01
"""
SWITCHING = "prestataire;catégorie;article;unité;prix € HT;date\nOutscale;changement de prestataire;depart;Go;0,0042;2026-09-15\n"


@pytest.fixture(scope="module")
def told():
    """What the command prints for both portfolios, asked once."""
    return {}


@pytest.fixture
def made(egide, told):
    if not told:
        said = egide("continuity", "loss", "outscale", *BOOKS, *ANSWERED, *ON, "--json")
        told["code"], told["made"] = said.code, json.loads(said.out)
    assert told["code"] == 1
    return told["made"]


def test_the_services_of_all_bodies_are_looked_at_together(made):
    told = {one["name"]: one for one in made["touched"]}
    assert made["services_looked_at"] == 46
    assert {one["body"] for one in made["touched"]} == {"000000109", "000000117", "000000125"}
    assert told["Dossiers contentieux"]["after"] == "forbidden"
    assert (told["Instruction des aides"]["before"], told["Instruction des aides"]["after"]) == ("allowed", "undetermined")
    assert (told["Observatoire ouvert"]["surely"], told["Rendez-vous des usagers"]["path"]) == (False, ["scalingo", "outscale"])
    assert "Site de la bibliothèque" not in told


def test_the_verdicts_are_those_of_all_services_judged_together(egide, made):
    """Only the services touched are judged: the others change nothing for them."""
    judged = json.loads(egide("assess", *BOOKS, *ANSWERED, "--on", "2026-11-30", "--json").out)
    verdicts = {one["id"]: [it["verdict"] for it in one["hostings"]] for one in judged["services"]}
    assert all(one["before"] in verdicts[one["service"]] for one in made["touched"])


def test_the_clause_the_notice_and_the_days_are_told_with_their_sources(made):
    steps = {one["step"]: one for one in made["steps"]}
    assert steps["give-notice"]["source"]["at"] == "19.1.g"
    assert {name: steps[name]["by"] for name in ("notice-ends", "transition-ends", "retrieval-ends", "erasure")} == {
        "notice-ends": "2027-02-01", "transition-ends": "2027-03-03", "retrieval-ends": "2027-04-02", "erasure": "2027-04-23",
    }  # fmt: skip
    assert made["leaving"] == {"penalty_micro_euros": 0, "per_gb": None, "free_from": "2027-01-12"}


def test_a_replacement_has_the_price_that_a_database_states_and_no_other(egide, tmp_path):
    db = tmp_path / "egide.db"
    (tmp_path / "prix.csv").write_text(PRICES, "utf-8")
    (tmp_path / "depart.csv").write_text(SWITCHING, "utf-8")
    assert egide("catalogue", "import", tmp_path / "prix.csv", "--offer", "cloud-temple-iaas", "--db", db).code == 0
    assert egide("catalogue", "import", tmp_path / "depart.csv", "--offer", "outscale", "--db", db).code == 0
    made = json.loads(egide("continuity", "loss", "outscale", *BOOKS, *ANSWERED, *ON, "--json", "--db", db).out)
    assert all(one["offer"] for touched in made["touched"] for one in touched["replacements"])
    prices = {it["offer"]: it["price"] for one in made["touched"] for it in one["replacements"]}
    assert prices["cloud-temple-iaas"] == {
        "micro_euros": 30_000 * 730, "size": "ct-4-8", "issuer": "Cloud Temple", "on": "2026-11-01", "negotiated": True,
    }  # fmt: skip
    assert {name for name, price in prices.items() if price} == {"cloud-temple-iaas"}
    assert made["leaving"]["per_gb"]["micro_euros"] == 4_200
    said = egide("--lang", "en", "continuity", "loss", "outscale", *BOOKS, *ANSWERED, *ON, "--db", db).out
    assert "from €21.90 a month (ct-4-8)" in " ".join(said.split()) and "€0.0042 a GB" in " ".join(said.split())


def test_what_replaces_is_lawful_does_not_stand_on_it_and_the_qualified_come_first(made):
    for one in made["touched"]:
        offers = [it["offer"] for it in one["replacements"]]
        assert not {"outscale", "scalingo"} & set(offers)
        assert all(it["verdict"] in {"allowed", "conditional", "out-of-scope"} for it in one["replacements"])
        first = [it["qualified"] or it["offer"] in {"nubo", "pi"} for it in one["replacements"]]
        assert first == sorted(first, reverse=True)


def test_each_body_gets_a_letter_for_each_provider_that_it_has_a_contract_with(egide, tmp_path):
    said = egide("continuity", "loss", "outscale", *BOOKS, *ANSWERED, *ON, "--out", tmp_path / "out")
    letters = sorted(path.name for path in (tmp_path / "out").glob("*.docx"))
    assert said.code == 1 and len(letters) == 6
    assert [sum(start in name for name in letters) for start in ("agence", "commune", "ministere")] == [1, 2, 3]
    assert [sum(end in name for name in letters) for end in ("resiliation", "question")] == [3, 3]


def test_one_bad_file_among_several_stops_before_anything_is_written(egide, tmp_path):
    (tmp_path / "cut.xlsx").write_bytes(BOOKS[0].read_bytes()[:3000])
    refused = egide("continuity", "loss", "outscale", *BOOKS, tmp_path / "cut.xlsx", *ON, "--out", tmp_path / "out")
    assert (refused.code, "cut.xlsx" in refused.err, (tmp_path / "out").exists()) == (2, True, False)


@pytest.mark.parametrize(("named", "touched"), [("outscale/cloudgouv-eu-west-1", 7), ("2118", 7), ("ovh-hosted-private-cloud-vmware", 3)])
def test_a_qualification_is_named_by_its_offer_its_region_or_its_number(egide, named, touched):
    made = egide("continuity", "loss", named, *BOOKS, *ANSWERED, "--on", "2026-11-24", "--json")
    assert len(json.loads(made.out)["touched"]) == touched
