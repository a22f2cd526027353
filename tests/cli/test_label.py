"""`egide label`, typed as a provider, an evaluator and a buyer would."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from openpyxl import load_workbook

from cli.conftest import EXAMPLES, Said

OFFER = EXAMPLES / "fournisseur"
ON = ("--on", "2026-11-23")
Egide = Callable[..., Said]


def test_a_new_dossier_is_judged_at_once_and_knows_nothing(egide: Egide, tmp_path: Path) -> None:
    assert egide("label", "new", tmp_path / "mine").code == 0
    said = egide("label", "assess", tmp_path / "mine", *ON, "--json")
    assert said.code in (1, 3), said.err
    answers = {one["id"]: one["answer"] for one in json.loads(said.out)["requirements"]}
    assert "met" not in answers.values()
    assert egide("label", "new", tmp_path / "mine").code == 2


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_worked_provider_fails_where_it_was_planted(egide: Egide, lang: str) -> None:
    said = egide("label", "assess", OFFER, *ON, "--lang", lang)
    assert said.code == 1
    for number in ("19.2.e", "19.6.d", "19.6.c", "annex-2.c"):
        assert number in said.out
    assert ("jamais une qualification" if lang == "fr" else "never a qualification") in said.out


@pytest.mark.parametrize("scheme", ["secnumcloud-3.2", "gaia-x-24.11", "eu-csf-1.2.1", "eucs-draft", "cada-proposal"])
def test_every_scheme_takes_the_same_dossier(egide: Egide, scheme: str) -> None:
    said = egide("label", "assess", OFFER, *ON, "--scheme", scheme, "--json", "--lang", "en")
    assert said.code in (0, 1, 3), said.err
    document = json.loads(said.out)
    assert document["scheme"]["id"] == scheme
    schema = json.loads(egide("label", "assess", OFFER, "--schema").out)
    jsonschema.Draft202012Validator(schema).validate(document)


def test_gaps_are_ordered_by_what_waits_for_them_and_name_the_failures_first(egide: Egide) -> None:
    said = egide("label", "gaps", OFFER, *ON, "--lang", "en", "--first", "3")
    assert said.code == 1
    assert "Failing as things are: " in said.out
    gaps = json.loads(egide("label", "gaps", OFFER, *ON, "--json").out)
    waiting = [len(gap["blocks"]) for gap in gaps]
    assert waiting == sorted(waiting, reverse=True)
    assert {"19.2.e", "19.6.c", "19.6.d", "15.1.a", "19.2.d"} <= {gap["requirement"] for gap in gaps}


def test_a_sale_turns_the_caps_and_says_who_is_told_by_when(egide: Egide, tmp_path: Path) -> None:
    words = ("label", "simulate", OFFER, "--change", OFFER / "change-vente.yaml", "--lang", "en")
    said = egide(*words, "--out", tmp_path / "sale")
    assert said.code == 1
    assert "19.6.b" in said.out
    assert "19.6.f: tell " in said.out
    document = json.loads(egide(*words, "--json").out)
    assert [(turn["requirement"], turn["before"], turn["after"]) for turn in document["turned"]] == [("19.6.b", "met", "not-met")]
    assert document["notices"][0]["by"] == "2027-04-01"
    written = {path.suffix for path in (tmp_path / "sale").iterdir()}
    assert written == {".html", ".docx", ".odt"}


@pytest.mark.parametrize("change", ["change-site.yaml", "change-fournisseur.yaml"])
def test_other_changes_are_simulated_too(egide: Egide, change: str) -> None:
    said = egide("label", "simulate", OFFER, "--change", OFFER / change, "--json")
    assert said.code in (1, 3)
    assert json.loads(said.out)["turned"]


def test_two_offers_are_set_side_by_side_and_nothing_is_ranked(egide: Egide, tmp_path: Path) -> None:
    words = ("label", "compare", OFFER / "offer.yaml", OFFER / "offer-concurrent.yaml", *ON, "--lang", "en")
    said = egide(*words, "--out", tmp_path / "both")
    assert said.code == 0
    assert "Concurrent fictif" in said.out
    assert (tmp_path / "both" / "comparison.html").is_file()
    assert {row["better"] for row in json.loads(egide(*words, "--json").out)["rows"]} <= {"first", "second", "same", "not-comparable"}


def test_the_road_is_a_page_and_a_calendar(egide: Egide, tmp_path: Path) -> None:
    said = egide("label", "plan", OFFER, *ON, "--lang", "en", "--out", tmp_path / "road")
    assert said.code == 0
    assert "Durations in days that are ours" in said.out
    assert (tmp_path / "road" / "road.ics").read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    assert (tmp_path / "road" / "road.html").is_file()
    assert json.loads(egide("label", "plan", OFFER, *ON, "--json").out)["milestones"]


def test_the_report_has_every_paper_and_writes_over_none(egide: Egide, tmp_path: Path) -> None:
    out = tmp_path / "report"
    assert egide("label", "assess", OFFER, *ON, "--out", out).code == 1
    names = {path.name for path in out.iterdir()}
    assert {"label.html", "label.json", "label.xlsx", "ownership.svg"} <= names
    assert sum(name.endswith(".docx") for name in names) == sum(name.endswith(".odt") for name in names) == 3
    assert load_workbook(out / "label.xlsx", read_only=True).sheetnames
    assert egide("label", "assess", OFFER, *ON, "--out", out).code == 2


def test_what_turned_since_an_earlier_run_is_said(egide: Egide, tmp_path: Path) -> None:
    egide("label", "assess", OFFER, *ON, "--out", tmp_path / "before")
    said = egide("label", "assess", OFFER, "--on", "2027-12-31", "--since", tmp_path / "before" / "label.json", "--lang", "en")
    assert "answers turned since" in said.out


def test_the_dossier_goes_to_oscal_and_comes_back_the_same(egide: Egide, tmp_path: Path) -> None:
    assert egide("label", "export", OFFER, *ON, "--out", tmp_path / "oscal").code == 0
    assert egide("label", "import", tmp_path / "oscal", "--out", tmp_path / "back").code == 0
    for ours, theirs in (("preuves", "preuves"), ("socle/preuves", "socle-1/preuves")):
        for path in (OFFER / ours).iterdir():
            if path.name != "binder.yaml":
                shutil.copy(path, tmp_path / "back" / theirs / path.name)
    before, after = (
        {
            one["id"]: (one["answer"], one["stage"], one["until"])
            for one in json.loads(egide("label", "assess", folder, *ON, "--json").out)["requirements"]
        }
        for folder in (OFFER, tmp_path / "back")
    )
    assert after == before


def test_a_line_of_the_catalogue_in_a_document_of_others_is_not_believed(egide: Egide, tmp_path: Path) -> None:
    egide("label", "export", OFFER, *ON, "--out", tmp_path / "oscal")
    plan = tmp_path / "oscal" / "ssp.json"
    assert '"line.status"' not in plan.read_text("utf-8")
    egide("label", "import", tmp_path / "oscal", "--out", tmp_path / "back")
    said = json.loads(egide("label", "assess", tmp_path / "back", *ON, "--json").out)
    assert said["catalogue_line"] is None


def test_schemes_are_listed_and_shown(egide: Egide) -> None:
    assert "secnumcloud-3.2" in egide("label", "scheme", "list", *ON).out
    shown = json.loads(egide("label", "scheme", "show", "secnumcloud-3.2", "19.6", "--json").out)
    assert [one["id"] for one in shown] == [f"19.6.{letter}" for letter in "abcdef"]
    assert egide("label", "scheme", "show", "secnumcloud-3.2", "99").code == 2
    assert "no scheme is named" in egide("label", "scheme", "show", "x", "--lang", "en").err


def test_the_users_own_text_is_bound_to_the_numbers_and_stays_home(egide: Egide, tmp_path: Path) -> None:
    (tmp_path / "text.csv").write_text("id;text\n19.6.a;Notre exemplaire fictif\n", "utf-8")
    said = egide("label", "scheme", "import", tmp_path / "text.csv", "--lang", "en")
    assert said.code == 3
    assert "1 requirements have your text" in said.out
    shown = json.loads(egide("label", "scheme", "show", "secnumcloud-3.2", "19.6.a", "--json").out)
    assert shown[0]["your_text"] == "Notre exemplaire fictif"


def test_a_recognition_is_taken_in_from_its_source_only(egide: Egide, tmp_path: Path) -> None:
    register = tmp_path / "register.yaml"
    register.write_text(
        "read_on: 2026-11-23\nequivalences:\n- scheme: eucs-draft\n  level: high+\n  recognised_as: secnumcloud-3.2\n"
        "  in_force: {from: 2026-01-01}\n  source: {text: Acte fictif, at: article 1, read: secondary}\n  read_on: 2026-11-23\n", "utf-8"
    )  # fmt: skip
    assert egide("label", "scheme", "import", register).code == 0
    said = egide("label", "assess", OFFER, *ON, "--scheme", "eucs-draft", "--lang", "en")
    assert "high+ is recognised as secnumcloud-3.2 by Acte fictif, article 1" in said.out


def test_a_computed_label_stands_beside_the_line_and_changes_no_verdict(egide: Egide, tmp_path: Path) -> None:
    egide("label", "assess", OFFER, *ON, "--out", tmp_path / "bid")
    label = json.loads((tmp_path / "bid" / "label.json").read_text("utf-8"))
    label["offer"]["id"], label["answer"] = "aws", "met"
    offers = json.loads(egide("catalogue", "list", *ON, "--json").out)
    label["offer"]["id"] = next(one["offer"] for one in offers if "amazon" in one["name"].lower())
    (tmp_path / "label.json").write_text(json.dumps(label), "utf-8")
    words = ("assess", EXAMPLES / "portefeuille.xlsx", "--answers", EXAMPLES / "reponses.yaml", *ON, "--json")
    plain, beside = (json.loads(egide(*words, *more).out) for more in ((), ("--label", tmp_path / "label.json")))
    assert [one["verdict"] for one in plain["services"]] == [one["verdict"] for one in beside["services"]]
    shown = [label for one in beside["services"] for hosting in one["hostings"] for label in hosting["computed_labels"]]
    assert {label["scheme"] for label in shown} == {"secnumcloud-3.2@3.2"}
    said = egide("explain", EXAMPLES / "portefeuille.xlsx", "Paie des agents", *ON, "--label", tmp_path / "label.json", "--lang", "en")
    assert "Computed label: computed on 23 Nov 2026" in said.out
    assert "not a qualification" in said.out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("assess", "absent.yaml"), "no such file"),
        (("assess", OFFER, "--evidence", "absent"), "binder.yaml"),
        (("assess", OFFER, "--minimum", "SOV-1"), "SOV-1=3"),
        (("assess", OFFER, "--scheme", "rgs"), "no scheme is named"),
        (("assess", OFFER, "--since", OFFER / "offer.yaml"), "JSON"),
        (("simulate", OFFER, "--change", OFFER / "offer.yaml"), "offer.yaml"),
        (("import", OFFER), "not a document of OSCAL"),
        (("compare", OFFER, "absent"), "absent"),
    ],
)
def test_what_cannot_be_asked_is_said(egide: Egide, words: tuple[object, ...], complaint: str) -> None:
    said = egide("label", *words, "--lang", "en")
    assert said.code == 2, said.out
    assert complaint in said.err


def test_a_dossier_built_on_itself_is_refused(egide: Egide, tmp_path: Path) -> None:
    folder = tmp_path / "loop"
    egide("label", "new", folder)
    base = "built_on:\n- {offer: loop, name: Loop, dossier: offer.yaml, provides: IaaS}\n"
    text = (folder / "offer.yaml").read_text("utf-8").replace("built_on:\n", base, 1)
    (folder / "offer.yaml").write_text(text, "utf-8")
    said = egide("label", "assess", folder, "--lang", "en")
    assert said.code == 2
    assert "built on itself" in said.err
