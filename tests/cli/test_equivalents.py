"""`egide catalogue equivalents` as a person uses it."""

from __future__ import annotations

import json

import pytest

FOUR = ("AWS S3", "Azure Kubernetes Service", "Google BigQuery", "Microsoft 365 Teams")


def test_the_terminal_answers_first_then_names_losses_and_what_nobody_qualified_does(egide):
    said = egide("--lang", "en", "catalogue", "equivalents", *FOUR)
    assert said.code == 0
    assert said.out.startswith("4 cloud services: ")
    assert "− Object storage: without every feature" in " ".join(said.out.split())
    assert "What no qualified offer is known to do:" in said.out
    assert "team chat" in said.out


def test_the_services_of_a_portfolio_are_put_to_the_rules_on_each_offer(egide, portfolio, answers):
    made = json.loads(egide("catalogue", "equivalents", "AWS S3", "--portfolio", portfolio, "--answers", answers, "--json").out)
    [s3] = made["services"]
    assert s3["use_assumed"] is True
    assert "Paie des agents" in s3["used_by"]
    by_offer = {one["offer"]: {it["service"]: it["verdict"] for it in one["verdicts"]} for one in s3["offers"]}
    assert by_offer["outscale"]["Paie des agents"] == "allowed"
    assert by_offer["ovh-public-cloud"]["Paie des agents"] == "forbidden"
    assert by_offer["cloud-temple-iaas"]["Paie des agents"] == "undetermined"  # which version it was qualified on is not known


def test_without_names_the_hostings_say_which_services_are_used(egide, portfolio, answers):
    made = json.loads(egide("catalogue", "equivalents", "--portfolio", portfolio, "--answers", answers, "--json").out)
    assert {one["service"] for one in made["services"]} == {"microsoft-365", "google-workspace"}
    assert "Paie des agents" in made["unnamed"]["aws"]


def test_each_verdict_is_that_of_the_comparison(egide, portfolio, answers):
    """The same rules, asked in two ways, say the same of every service of the portfolio on every offer."""
    made = json.loads(egide("catalogue", "equivalents", "AWS S3", "--portfolio", portfolio, "--answers", answers, "--json").out)
    offers = ("outscale/cloudgouv-eu-west-1", "ovh-public-cloud/GRA", "numspot", "cloud-temple-iaas")
    beside = json.loads(egide("catalogue", "compare", *offers, "--for", portfolio, "--answers", answers, "--json").out)
    told = {one["service"]: [it["verdict"] for it in one["offers"]] for one in beside["services"]}
    for place, offer in enumerate(offers):
        stands = next(one for one in made["services"][0]["offers"] if one["offer"] == offer.partition("/")[0])["verdicts"]
        for one in stands:
            assert one["verdict"] == told[one["service"]][place], (offer, one)


@pytest.mark.parametrize("suffix", ["html", "xlsx", "csv", "json"])
def test_each_form_is_written_and_never_over_another_without_leave(egide, tmp_path, suffix):
    out = tmp_path / f"e.{suffix}"
    assert egide("catalogue", "equivalents", *FOUR, "--out", out).code == 0
    first = out.read_bytes()
    assert egide("catalogue", "equivalents", *FOUR, "--out", out).code == 2
    assert out.read_bytes() == first


@pytest.mark.parametrize(("words", "said"), [
    (("AWS S33",), "near: Amazon S3"), ((), "give your services with --portfolio"), (("AWS S3", "--out", "x.pdf"), "expected one of"),
])  # fmt: skip
def test_what_cannot_be_answered_is_refused(egide, words, said):
    refused = egide("--lang", "en", "catalogue", "equivalents", *words)
    assert refused.code == 2
    assert said in refused.err


def test_the_known_services_are_listed(egide):
    assert "Azure Kubernetes Service" in egide("catalogue", "equivalents", "--list").out
    assert {"service", "name", "provider", "does"} == set(json.loads(egide("catalogue", "equivalents", "--list", "--json").out)[0])


def test_a_search_finds_offers_by_what_they_do(egide):
    made = json.loads(egide("catalogue", "search", "object storage", "--where", "qualified=SecNumCloud", "--json").out)
    assert {one["subject"] for one in made["hits"]} >= {"cloud-temple-iaas", "numspot", "outscale"}


@pytest.mark.parametrize("words", ["visioconférence", "video conferencing", "visioconference"])
def test_finer_functions_are_found_by_their_words_in_both_languages(egide, words):
    made = json.loads(egide("catalogue", "search", words, "--json").out)
    assert "oodrive" in {one["subject"] for one in made["hits"]}


def test_who_writes_a_condition_among_the_words_is_told_so(egide):
    said = egide("--lang", "en", "catalogue", "search", "stockage objet qualifié")
    assert '--where "qualified=SecNumCloud"' in said.out
