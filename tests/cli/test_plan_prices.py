"""Every kind of price that a plan adds up, from a file and through the database; and measured round trips."""

from __future__ import annotations

import json
from datetime import date

import pytest
from tests.cli.test_plan import GIVEN, ON, SERVICE

from egide.app.plan.prices import Prices, read_prices
from egide.catalogue.prices import Priced, Tariff
from egide.planner.plan_reading import read_plan

DAY = date(2026, 11, 23)
KINDS = """prestataire;catégorie;article;vCPU;mémoire Go;disque Go;unité;prix € HT{end}
Nuage fictif;instance;nf-2-4;2;4;40;heure;{hour}{until}
Nuage fictif;stockage bloc;nf-bloc;;;;Go/mois;{block}{until}
Nuage fictif;stockage objet;nf-objet;;;;Go/mois;{object}{until}
Nuage fictif;trafic sortant;nf-sortie;;;;Go;{egress}{until}
Nuage fictif;changement de prestataire;nf-depart;;;;Go;{switching}{until}
Nuage fictif;répartiteur;nf-repart;;;;mois;{balancer}{until}
Nuage fictif;plan de contrôle;nf-k8s;;;;mois;{plane}{until}
"""
LISTED = {"hour": "0,0301", "block": "0,085", "object": "0,0125", "egress": "0,01", "switching": "0,006", "balancer": "12,5", "plane": "30"}
OURS = {"hour": "0,02", "block": "0,08", "object": "0,01", "egress": "0,009", "switching": "0,001", "balancer": "10", "plane": "0"}
NEED = """
name: Service inventé
components:
  front: {vcpu: 2, memory_gib: 4, load_balancers: 1, control_planes: 1, block_gib: 100, object_gib: 1000}
flows:
  - {from: front, to: internet, gb_per_month: 10}
facts: {}
"""


@pytest.fixture
def files(tmp_path):
    public, deal = tmp_path / "prix-2026-11-02.csv", tmp_path / "prix-negocies-2026-10-01.csv"
    public.write_text(KINDS.format(**LISTED, end="", until=""), "utf-8")
    deal.write_text(KINDS.format(**OURS, end=";fin;prix négocié", until=";2027-09-30;oui"), "utf-8")
    (tmp_path / "service.yaml").write_text(NEED, "utf-8")
    return tmp_path, public, deal


def told(prices: Prices) -> set[tuple[object, ...]]:
    return {
        (price.what, price.item, price.basis, price.micro_euros, price.tariff, price.on, price.issuer)
        for price in (line.price for line in prices.lines)
    }  # fmt: skip


def test_every_kind_of_price_comes_back_from_the_database_with_its_day_and_who_says_it(egide, files):
    folder, public, deal = files
    db = str(folder / "egide.db")
    assert egide("catalogue", "import", public, "--db", db).code in {0, 3}
    stated = told(read_prices((), (), DAY, db))
    assert stated == told(read_prices((public,), (), DAY))
    assert {what for what, *_ in stated} == set(Priced)
    assert egide("catalogue", "import", deal, "--db", db).code in {0, 3}
    both = told(read_prices((), (), DAY, db))
    assert both == stated | told(read_prices((), (deal,), DAY))
    assert {one[4] for one in both} == set(Tariff)


def test_ones_own_negotiated_file_stands_before_the_database_for_every_kind(egide, files):
    folder, public, deal = files
    assert egide("catalogue", "import", public, "--db", folder / "egide.db").code in {0, 3}
    made = egide("plan", "make", folder / "service.yaml", "--db", folder / "egide.db", "--negotiated", deal, *ON,
                 "--allow-undetermined", "--json")  # fmt: skip
    plan = read_plan(made.out.encode(), "plan.json")
    assert plan.total == 20_000 * 730 + 100 * 80_000 + 1000 * 10_000 + 10 * 9_000 + 10_000_000
    (place,) = plan.places
    assert place.tariffs.switching == 1_000
    assert {one.negotiated for one in place.tariffs.sources.values()} == {True}
    assert {one.on for one in place.tariffs.sources.values()} == {date(2026, 10, 1)}


def test_a_month_is_730_hours_and_what_is_not_priced_is_never_free(egide, files):
    folder, public, _ = files
    for kind, code in (("stockage bloc", "block"), ("répartiteur", "load-balancer"), ("plan de contrôle", "control-plane"),
                       ("trafic sortant", "egress"), ("stockage objet", "object")):  # fmt: skip
        lacking = folder / "sans.csv"
        rows = public.read_text("utf-8").splitlines(keepends=True)
        lacking.write_text("".join(row for row in rows if kind not in row), "utf-8")
        made = egide("plan", "make", folder / "service.yaml", "--prices", lacking, *ON, "--allow-undetermined", "--json")
        assert made.code == 1
        (refused,) = json.loads(made.out)["refused"]
        assert [one["code"] for one in refused["reasons"]] == [f"unpriced-{code}"]
    whole = egide("plan", "make", folder / "service.yaml", "--prices", public, *ON, "--allow-undetermined", "--json")
    cents = 30_100 * 730 + 100 * 85_000 + 1000 * 12_500 + 10 * 10_000 + 12_500_000 + 30_000_000
    assert json.loads(whole.out)["total"] == cents


TRIPS = "from,to,ms\nNuage du Ponant/ouest-1,Stratus Nord/nord-1,{ms}\n"


def test_a_measured_round_trip_decides_what_the_estimate_would_have_allowed(egide, tmp_path):
    trips = tmp_path / "trips.csv"
    trips.write_text(TRIPS.format(ms=14), "utf-8")
    made = egide("plan", "make", SERVICE, *GIVEN, "--round-trips", trips, *ON, "--out", tmp_path / "out")
    assert made.code == 0
    plan = read_plan((tmp_path / "out/plan.json").read_bytes(), "plan.json")
    at = plan.plan().place_of
    assert (at["portail"], at["dossiers"]) != ("Stratus Nord/nord-1", "Nuage du Ponant/ouest-1"), "12 ms at most"
    assert (plan.total or 0) > 615_480_000 and [one.role for one in plan.inputs][-1] == "round-trips"
    checked = ("plan", "verify", tmp_path / "out/plan.json", "--service", SERVICE, *GIVEN)
    assert egide(*checked, "--round-trips", trips).code == 0
    without = egide("--lang", "en", *checked)
    assert (without.code, "--round-trips" in without.err) == (2, True)
    trips.write_text(TRIPS.replace("Nuage du Ponant/ouest-1", "Nuage du Ponant/sud-1").format(ms=14), "utf-8")
    assert "other-file" in egide(*checked, "--round-trips", trips, "--json").out


def test_a_measure_between_places_that_nobody_prices_is_told_and_the_plan_made_all_the_same(egide, tmp_path):
    trips = tmp_path / "trips.csv"
    trips.write_text(TRIPS.replace("nord-1", "nord-9").format(ms=14), "utf-8")
    made = egide("--lang", "en", "plan", "make", SERVICE, *GIVEN, "--round-trips", trips, *ON)
    assert (made.code, "row 2" in made.out, "nord-9" in made.out) == (3, True, True)


def test_a_table_of_round_trips_that_cannot_be_read_stops_the_plan(egide, tmp_path):
    (tmp_path / "trips.csv").write_text(TRIPS.format(ms="-1"), "utf-8")
    refused = egide("plan", "make", SERVICE, *GIVEN, "--round-trips", tmp_path / "trips.csv", *ON, "--out", tmp_path / "out")
    assert (refused.code, "trips.csv" in refused.err, (tmp_path / "out").exists()) == (2, True, False)


def test_without_the_regions_that_a_plan_was_made_from_it_is_not_checked_by_halves(egide, tmp_path):
    assert egide("plan", "make", SERVICE, *GIVEN, *ON, "--out", tmp_path).code == 0
    refused = egide("plan", "verify", tmp_path / "plan.json", "--service", SERVICE, *GIVEN[:4])
    assert (refused.code, "--regions" in refused.err) == (2, True)
