"""`egide dataspace policy`, typed as the owner of data would."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.conftest import EXAMPLES, Said

CURVES = EXAMPLES / "politiques" / "courbes-de-charge.yaml"
HELD = (EXAMPLES / "fournisseur" / "captable.csv", EXAMPLES / "fournisseur" / "holdings.json")
Egide = Callable[..., Said]
LABELLED = ("--value", "partyQualification=secnumcloud-3.2", "--purpose", "research")


@pytest.fixture
def explain(egide: Egide) -> Egide:
    return lambda *words: egide("dataspace", "policy", "explain", *words, "--lang", "en")


def test_a_party_held_within_the_union_is_let_in_and_told_what_it_owes(explain: Egide) -> None:
    owned = [word for path in HELD for word in ("--ownership", path)]
    said = explain(CURVES, "--for", "did:web:nuage-fictif.example", "--company", "nuage-fictif", *owned, *LABELLED)
    assert said.code == 0, said.out + said.err
    assert said.out.startswith("✓ Permitted")
    assert "◌ owed : delete (the moment is 31 Dec 2027 at the latest)" in said.out
    assert "◌ still forbidden, by promise : distribute" in said.out
    assert "It ends on 2027-07-01T00:00:00+00:00" in said.out


def test_a_party_controlled_from_outside_is_refused_with_the_condition_and_where_it_is_enforced(explain: Egide) -> None:
    said = explain(CURVES, "--for", "did:web:abroad.example", "--value", "partyControlledFromOutsideTheUnion=true", *LABELLED)
    assert said.code == 1
    assert said.out.startswith("✕ Refused: a condition of the permission is not met.")
    line = next(line for line in said.out.splitlines() if "control from outside" in line)
    assert "at the door" in line
    assert "✕ not met" in line


def test_what_is_not_known_is_asked(explain: Egide) -> None:
    said = explain(CURVES, "--for", "did:web:new.example")
    assert said.code == 3
    assert "--value partyControlledFromOutsideTheUnion=…" in said.out


def test_a_computed_label_lets_in_where_the_policy_asks_for_one(egide: Egide, explain: Egide, tmp_path: Path) -> None:
    folder = tmp_path / "label"
    egide("label", "assess", EXAMPLES / "fournisseur" / "offer-stockage.yaml", "--out", folder)
    label = json.loads((folder / "label.json").read_bytes())
    policy = tmp_path / "policy.yaml"
    policy.write_text(f"allow: [{{do: use, when: [{{partyLabel: {label['scheme']['id']}}}]}}]", "utf-8")
    said = explain(policy, "--label", folder / "label.json")
    assert said.code == (0 if label["answer"] == "met" else 1)


def test_the_same_as_json(explain: Egide) -> None:
    said = json.loads(explain(CURVES, "--for", "x", *LABELLED, "--json").out)
    assert said["answer"] == "undetermined"
    assert said["missing"] == ["partyControlledFromOutsideTheUnion"]
    assert {one["left"]: one["where"] for one in said["enforced"]}["purpose"] == "by-promise"


def test_the_check_names_what_can_never_be_met_with_its_place(egide: Egide, tmp_path: Path) -> None:
    assert egide("dataspace", "policy", "check", CURVES).code == 0
    assert egide("dataspace", "policy", "check", CURVES, "--on", "2027-08-01").code == 1
    bad = tmp_path / "bad.yaml"
    bad.write_text("allow: [{do: use, when: [{count: {lt: 2, gt: 3}}]}]\nforbid: [{do: use, when: [{purpose: []}]}]", "utf-8")
    said = egide("dataspace", "policy", "check", bad, CURVES, "--lang", "en")
    assert said.code == 1
    assert "$.permission[0] : these conditions can never hold together : the number of uses is below 2 · the number of" in said.out
    assert "$.prohibition[0] : a prohibition that never applies" in said.out
    assert json.loads(egide("dataspace", "policy", "check", bad, "--json").out)[0]["alarms"][0]["code"] == "never-met"


def test_the_two_forms_turn_into_each_other(egide: Egide, tmp_path: Path) -> None:
    policy, back = tmp_path / "policy.json", tmp_path / "back.yaml"
    assert egide("dataspace", "policy", "convert", CURVES, "--out", policy).code == 0
    assert egide("dataspace", "policy", "convert", policy, "--out", back).code == 0
    assert egide("dataspace", "policy", "convert", policy, "--out", back).code == 2, "nothing is written over without leave"
    again = egide("dataspace", "policy", "convert", back, "--to", "odrl")
    assert json.loads(again.out) == json.loads(policy.read_bytes())


def test_the_report_is_written_for_other_programs(explain: Egide, tmp_path: Path) -> None:
    explain(CURVES, "--for", "x", "--report", tmp_path / "report.nt")
    assert "compliance-report#PermissionReport" in (tmp_path / "report.nt").read_text("utf-8")


def test_operands_say_where_they_are_enforced(egide: Egide) -> None:
    said = egide("dataspace", "policy", "operands", "--profile", "catena-x", "--json", "--lang", "en")
    found = {one["left"]: one["where"] for one in json.loads(said.out)}
    assert (found["Membership"], found["UsagePurpose"]) == ("at-the-door", "by-promise")
    assert "sur parole seulement" in egide("dataspace", "policy", "operands").out
    assert egide("dataspace", "policy", "operands", "--profile", "unheard").code == 2


@pytest.mark.parametrize(("content", "said"), [
    ("allow: [{do: use, when: [{purpose: {like: x}}]}]", "at $.allow[0].when[0].purpose.like : `like` is none of eq"),
    ("permit: [use]", "at $.permit : `permit` is not known here"),
    ("policy: urn:a:1\ninherits: urn:a:1\nallow: [use]", "inherits from itself: urn:a:1 → urn:a:1"),
    ("policy: urn:a:1\ninherits: urn:a:2\nallow: [use]", "inherits from `urn:a:2`, which is not at hand"), ("[", "not readable as YAML"),
])  # fmt: skip
def test_a_policy_that_cannot_be_used_is_refused_with_the_place(egide: Egide, tmp_path: Path, content: str, said: str) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(content, "utf-8")
    refused = egide("dataspace", "policy", "explain", policy, "--lang", "en")
    assert refused.code == 2
    assert said in refused.err


@pytest.mark.parametrize("words", [("--value", "colour=red"), ("--value", "count=many"), ("--on", "tomorrow"), ("--duty", "x=done")])
def test_a_fact_that_cannot_be_used_is_refused(explain: Egide, words: tuple[str, str]) -> None:
    assert explain(CURVES, *words).code == 2
