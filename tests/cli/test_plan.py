"""`egide plan make` and `egide plan verify` as a person uses them, on the example."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import msgspec
import openpyxl
import pytest

from egide.planner.plan_reading import read_plan

EXAMPLE = Path(__file__).parents[2] / "examples/plan"
SERVICE, REGIONS = EXAMPLE / "service.yaml", EXAMPLE / "regions.csv"
LIST, NEGOTIATED = EXAMPLE / "prix-2026-11-02.csv", EXAMPLE / "prix-negocies-2026-10-01.csv"
GIVEN = ("--prices", LIST, "--negotiated", NEGOTIATED, "--regions", REGIONS)
ON = ("--on", "2026-11-23")
EXTRAS = ("--price-of-rules", "--frontier")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plan") / "out"
    said = subprocess.run(
        [sys.executable, "-m", "egide", "--lang", "en", "plan", "make", SERVICE, *GIVEN, *ON, *EXTRAS, "--out", folder],
        capture_output=True, text=True, check=False, env={**os.environ, "EGIDE_HOME": str(folder.parent / "home")},
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    return folder, said.stdout


def changed(tmp_path: Path, file: Path, old: str, new: str) -> Path:
    content = file.read_text("utf-8")
    assert old in content
    made = tmp_path / file.name
    made.write_text(content.replace(old, new, 1), "utf-8")
    return made


def test_the_first_line_answers_and_what_the_law_forbids_is_never_planned(written):
    folder, said = written
    made = read_plan((folder / "plan.json").read_bytes(), "plan.json")
    assert said.splitlines()[:2] == [
        "€615.48 a month: 6 components at 3 providers, in 3 places.",
        "Proven: no lawful plan that meets the need is cheaper, at these prices.",
    ]
    at = {one.component: one.place for one in made.placements}
    assert {at["dossiers"], at["dossiers-spare"]} == {"Nuage du Ponant/ouest-1", "Brume/est-1"}
    forbidden = {(one.component, one.place) for one in made.refused if one.verdict == "forbidden"}
    assert ("dossiers", "Stratus Nord/nord-1") in forbidden
    assert not forbidden & set(at.items())


def test_a_negotiated_price_stands_before_the_list_and_says_so(written):
    made = read_plan((written[0] / "plan.json").read_bytes(), "plan.json")
    machine = next(one for one in made.machines if one.id == "pn-8-32" and one.place == "Nuage du Ponant/ouest-1")
    assert (machine.per_hour, machine.source.negotiated, machine.source.on.isoformat()) == (149_000, True, "2026-10-01")


def test_the_plan_holds_by_itself_and_against_its_files(egide, written):
    assert egide("plan", "verify", written[0] / "plan.json").code == 0
    said = egide("--lang", "en", "plan", "verify", written[0] / "plan.json", "--service", SERVICE, *GIVEN)
    assert (said.code, said.out.splitlines()[1]) == (0, "Checked against the files given and the law of its day.")


def test_prices_that_were_taken_in_give_the_same_plan_as_their_file(egide, tmp_path, written):
    assert egide("catalogue", "import", LIST, "--db", tmp_path / "egide.db").code in {0, 3}
    made = egide("plan", "make", SERVICE, "--db", tmp_path / "egide.db", *GIVEN[2:], *ON, "--json")
    assert made.code == 0
    assert json.loads(made.out)["placements"] == json.loads((written[0] / "plan.json").read_text("utf-8"))["placements"]


def test_spares_that_were_asked_for_beside_the_file_are_checked_against_it_too(egide, tmp_path):
    made = egide("plan", "make", SERVICE, *GIVEN, "--on", "2027-02-01", "--spare", "--spare-km", "200", "--explain", "--out", tmp_path)
    assert made.code == 0
    assert "Ce que coûte un départ, une fois" in made.out
    plan = read_plan((tmp_path / "plan.json").read_bytes(), "plan.json")
    assert len(plan.placements) == 10
    assert {place.tariffs.switching for place in plan.places} == {0}
    assert egide("plan", "verify", tmp_path / "plan.json", "--service", SERVICE, *GIVEN).code == 0


def test_a_cent_that_was_changed_and_a_price_list_that_was_changed_are_found(egide, tmp_path, written):
    wrong = changed(tmp_path, written[0] / "plan.json", '"storage": 39500000', '"storage": 39490000')
    assert egide("plan", "verify", wrong).code == 1
    dearer = changed(tmp_path, LIST, "br-8-32;;8;32;160;;heure;0,1815", "br-8-32;;8;32;160;;heure;0,1816")
    found = egide("plan", "verify", written[0] / "plan.json", "--service", SERVICE, *GIVEN[2:], "--prices", dearer, "--json")
    assert {"other-file", "wrong-cost"} <= {one["code"] for one in json.loads(found.out)["faults"]}


def test_a_verdict_that_was_forged_is_found_when_the_law_is_read_again(egide, tmp_path, written):
    made = read_plan((written[0] / "plan.json").read_bytes(), "plan.json")
    service = changed(tmp_path, SERVICE, "data.secret: false", "data.secret: true")
    service.write_text(service.read_text("utf-8").replace("data.harm: false", "data.harm: true"), "utf-8")
    said = egide("plan", "verify", written[0] / "plan.json", "--service", service, *GIVEN, "--json")
    assert made.facts["portail"]["data.secret"] is False
    assert {"law", "other-file"} <= {one["code"] for one in json.loads(said.out)["faults"]}


def test_the_cost_lines_add_up_to_the_plan_and_their_unit_prices_to_each_line(written):
    made = read_plan((written[0] / "plan.json").read_bytes(), "plan.json")
    rows = list(csv.DictReader(io.StringIO((written[0] / "focus.csv").read_text("utf-8"))))
    assert sum(Decimal(row["BilledCost"]) for row in rows) * 1_000_000 == made.total
    for row in rows:
        if row["ContractedUnitPrice"]:
            assert Decimal(row["ContractedUnitPrice"]) * Decimal(row["PricingQuantity"]) == Decimal(row["ContractedCost"])
    assert {row["x_Tariff"] for row in rows} == {"list", "negotiated", ""}


def test_the_page_stands_alone_and_every_picture_has_its_table(written):
    page = (written[0] / "plan.html").read_text("utf-8")
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)
    assert page.count("<svg class=\"picture\" role=\"img\"") == 2
    sections = set(re.findall(r'<section id="([a-z-]+)"', page))
    assert {"map-section", "placements", "costs", "flows", "spares", "rules", "providers", "refused"} <= sections
    assert "<th scope=\"col\"" in page
    assert "✕" not in re.sub(r"<[^>]+>", "", page)  # the shape is drawn, the word says it


def test_the_workbook_is_written_in_french_too(egide, tmp_path):
    assert egide("plan", "make", SERVICE, *GIVEN, *ON, "--out", tmp_path / "fr").code == 0
    assert "Planifié à part, sans prix" in openpyxl.load_workbook(tmp_path / "fr/plan.xlsx", read_only=True).sheetnames


def test_the_workbook_holds_amounts_as_numbers(written):
    book = openpyxl.load_workbook(written[0] / "plan.xlsx", read_only=True)
    sheet = book["What it costs a month"]
    last = list(sheet.iter_rows(values_only=True))[-1]
    assert (last[0], round(last[2], 2)) == ("Total", 615.48)


def test_the_same_files_give_the_same_bytes_and_nothing_is_written_over(egide, tmp_path, written):
    again = egide("--lang", "en", "plan", "make", SERVICE, *GIVEN, *ON, *EXTRAS, "--out", tmp_path)
    assert again.code == 0
    for name in ("plan.json", "plan.html", "focus.csv"):
        assert (tmp_path / name).read_bytes() == (written[0] / name).read_bytes(), name
    assert egide("plan", "make", SERVICE, *GIVEN, *ON, "--out", tmp_path).code == 2


def test_a_search_that_the_clock_cuts_says_that_it_cannot_be_replayed(egide):
    said = egide("--lang", "en", "plan", "make", SERVICE, *GIVEN, *ON, "--time-limit", "1e-6")
    assert said.code == 3
    assert said.out.splitlines()[:2] == [
        "Time ran out with neither a plan nor a proof that there is none.",
        "The clock cut the search: the same files may give another plan, so this one cannot be replayed.",
    ]


def test_a_plan_is_checked_where_no_solver_is_installed(tmp_path, written):
    without = "import sys; sys.modules['ortools'] = None\nfrom egide.cli import main; main(sys.argv[1:])"
    env = {**os.environ, "EGIDE_HOME": str(tmp_path)}
    command = [sys.executable, "-c", without, "--lang", "en", "plan"]
    checked = subprocess.run([*command, "verify", written[0] / "plan.json"], capture_output=True, text=True, check=False, env=env)
    assert (checked.returncode, checked.stderr) == (0, "")
    refused = subprocess.run([*command, "make", SERVICE, *GIVEN], capture_output=True, text=True, check=False, env=env)
    assert refused.returncode == 2
    assert "pip install 'egide[planner]'" in refused.stderr


def test_an_earlier_plan_begins_the_search_and_changes_nothing(egide, written):
    made = egide("plan", "make", SERVICE, *GIVEN, *ON, "--from", written[0] / "plan.json", "--json")
    assert msgspec.json.decode(made.out)["total"] == msgspec.json.decode((written[0] / "plan.json").read_bytes())["total"]


def test_a_need_that_cannot_be_met_is_an_answer_with_its_way_out(egide, tmp_path):
    said = egide("--lang", "en", "plan", "make", SERVICE, *GIVEN, *ON, "--budget", "600", "--out", tmp_path)
    assert said.code == 1
    assert "The cheapest way out lets go of this: the budget. The plan then costs €615.48 a month." in said.out
    assert egide("plan", "verify", tmp_path / "plan.json").code == 0
    assert not (tmp_path / "focus.csv").exists()


def test_where_the_law_is_undetermined_nothing_is_planned_unless_that_is_asked_and_then_it_is_shown(egide, tmp_path):
    doubtful = changed(tmp_path, SERVICE, "  service.project_cost_eur: 480000\n", "")
    said = egide("--lang", "en", "plan", "make", doubtful, *GIVEN, *ON)
    assert said.code == 1
    assert "(service.project_cost_eur)" in said.out
    allowed = egide("--lang", "en", "plan", "make", doubtful, *GIVEN, *ON, "--allow-undetermined")
    assert allowed.code == 3
    assert "Planned though the law is undetermined, as was asked:" in allowed.out


@pytest.mark.parametrize(("file", "old", "new", "said"), [
    (SERVICE, "gb_per_month: 900", "gb_per_month: -900", "$.flows[0].gb_per_month"),
    (SERVICE, "to: dossiers,", "to: dossier,", "dossier"),
    (SERVICE, "  courriels:", "  portail:", "portail"),
    (SERVICE, "memory_gib: 8,", "memory_mib: 8192,", "memory_mib"),
    (SERVICE, "body.status: state", "body.status: mairie", "mairie"),
    (SERVICE, "data.harm: false", "data.hram: false", "data.harm"),
    (SERVICE, "Brume: 25", "Brouillard: 25", "Brouillard"),
    (REGIONS, ",48.1,", ",4810,", "4810"),
    (REGIONS, "provider,region", "provider,place", "region"),
    (REGIONS, "offer.model", "offer.modl", "offer.modl"),
    (REGIONS, "country", "kountry", "kountry"),
    (LIST, "prix € HT", "montant TTC", "montant TTC"),
    (LIST, ";vCPU;", ";cœurs alloués;", "vCPU"),
    (LIST, "unité;", "", "€"),
])  # fmt: skip
def test_what_cannot_be_used_is_named_and_nothing_is_written(egide, tmp_path, file, old, new, said):
    wrong = changed(tmp_path, file, old, new)
    out = tmp_path / "out"
    given = ["--prices", wrong if file == LIST else LIST, "--regions", wrong if file == REGIONS else REGIONS]
    refused = egide("--lang", "en", "plan", "make", wrong if file == SERVICE else SERVICE, *given, *ON, "--out", out)
    assert refused.code == 2, refused.out
    assert said in refused.err
    assert not out.exists()


def test_an_interrupt_leaves_nothing(tmp_path):
    out = tmp_path / "out"
    command = [sys.executable, "-c", SLOW, "plan", "make", str(SERVICE), *map(str, GIVEN), *ON, "--out", str(out)]
    env = {**os.environ, "EGIDE_HOME": str(tmp_path)}
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=env) as running:
        assert running.stderr is not None
        assert running.stderr.readline().strip() == b"searching"
        time.sleep(0.3)
        running.send_signal(signal.SIGINT)
        try:
            assert running.wait(20) == 130
        finally:
            running.kill()
    assert not out.exists()


SLOW = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where a shell without job control began the tests
from random import Random
import egide.planner.solve as solve
def hard(*args, **kw):
    from ortools.sat.python import cp_model
    model, random = cp_model.CpModel(), Random(1)
    taken = [model.new_bool_var("") for _ in range(60)]
    for _ in range(6):
        weights = [random.randrange(100) for _ in taken]
        model.add(sum(weight * one for weight, one in zip(weights, taken)) == sum(weights) // 2)
    print("searching", file=sys.stderr, flush=True)
    return solve.run(model, solve.Limits(1e6))
solve.plan = hard
from egide.cli import main
main(sys.argv[1:])
"""
"""The command with a search that would not end: six ways to share sixty weights in equal halves at once."""


def test_a_deployment_problem_of_sage_is_packed(egide, tmp_path):
    part = {"id": 7, "name": "Front", "Compute": {"CPU": 2, "Memory": 512}, "Storage": {"StorageSize": 10}}
    asked = {"application": "invented", "components": [part], "restrictions": [{"type": "LowerBound", "compsIdList": [7], "bound": -1}]}
    offers = {"small": {"cpu": 2, "memory": 1024, "storage": 100, "price": 10}}
    (tmp_path / "a.json").write_text(json.dumps(asked))
    (tmp_path / "o.json").write_text(json.dumps(offers))
    refused = egide("plan", "make", "--format", "sage", tmp_path / "a.json", tmp_path / "o.json")
    assert (refused.code, "--instances" in refused.err) == (2, True)
    made = egide("plan", "make", "--format", "sage", tmp_path / "a.json", tmp_path / "o.json", "--instances", "7=3", "--json")
    assert (made.code, json.loads(made.out)["price"]) == (0, 30)
