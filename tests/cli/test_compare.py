"""`egide catalogue compare` as a person uses it."""

from __future__ import annotations

import json

import pytest

THREE = ("outscale/cloudgouv-eu-west-1", "ovh-public-cloud/GRA", "s3ns")


def test_the_terminal_shows_what_differs_first_with_marks(egide):
    said = egide("--lang", "en", "catalogue", "compare", *THREE)
    assert said.code == 0
    assert said.out.startswith("3 offers differ on ")
    assert said.out.index("Where they differ") < said.out.index("Where they agree") < said.out.index("What nobody states")
    assert "● ANSSI" in said.out
    assert "qualified ✓ best" in said.out


@pytest.mark.parametrize("suffix", ["html", "xlsx", "csv", "json"])
def test_each_form_is_written_and_never_over_another_without_leave(egide, tmp_path, suffix):
    out = tmp_path / f"c.{suffix}"
    assert egide("catalogue", "compare", *THREE, "--out", out).code == 0
    first = out.read_bytes()
    assert egide("catalogue", "compare", *THREE, "--out", out).code == 2
    assert out.read_bytes() == first


def test_services_are_put_to_each_offer_and_derogations_nobody_asked_for_save_none(egide, portfolio, answers):
    said = egide("catalogue", "compare", *THREE, "--for", portfolio, "--answers", answers, "--json")
    made = json.loads(said.out)
    pay = next(one for one in made["services"] if one["service"] == "Paie des agents")
    outscale, ovh, _ = pay["offers"]
    assert outscale["verdict"] == "allowed"
    assert {one["fact"] for one in outscale["conditions"]} >= {"hosting.agreement_says_qualified"}
    assert ovh["verdict"] == "forbidden"


@pytest.mark.parametrize(("names", "said"), [
    (("outscale",), "from 2 to 12"), (("outscale", "outscale"), "named twice"), (("outscale", "outscail"), "near: "),
])  # fmt: skip
def test_offers_that_cannot_be_compared_are_refused(egide, names, said):
    refused = egide("--lang", "en", "catalogue", "compare", *names)
    assert refused.code == 2
    assert said in refused.err


def test_another_form_is_refused(egide, tmp_path):
    assert egide("catalogue", "compare", *THREE, "--out", tmp_path / "c.pdf").code == 2
