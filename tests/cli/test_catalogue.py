"""`egide catalogue`: the dated offers, and an import that says what it changes before it is accepted."""

from __future__ import annotations

import json

HEADER = "provider,service,kind,qualified_from,qualified_to,anssi_decision,status,note\n"
LINE = "Outscale,IaaS Cloud on Demand,IaaS,2026-11-30,2029-11-30,4001,qualified,\n"


def test_every_offer_is_listed_with_where_it_stands(egide):
    lines = json.loads(egide("catalogue", "list", "--on", "2026-11-23", "--json").out)
    stands = {line["facts"].get("offer.qualification") for line in lines}
    assert {"qualified", "in-progress", "none", None} <= stands


def test_an_offer_is_shown_with_the_source_of_each_fact(egide):
    shown = json.loads(egide("catalogue", "show", "outscale/cloudgouv-eu-west-1", "--on", "2026-11-23", "--json").out)
    assert shown["facts"]["offer.qualification"] == "qualified"
    assert all(claim["source"] for claim in shown["claims"])


def test_a_qualification_has_ended_the_day_after_its_last(egide):
    shown = json.loads(egide("catalogue", "show", "outscale/cloudgouv-eu-west-1", "--on", "2026-12-01", "--json").out)
    assert shown["facts"]["offer.qualification"] == "expired"


def test_an_import_is_told_first_and_kept_only_when_accepted(egide, tmp_path):
    file = tmp_path / "catalogue-2026-11-20.csv"
    file.write_text(HEADER + LINE, encoding="utf-8")
    told = json.loads(egide("catalogue", "import", file, "--as-of", "2026-11-20", "--json").out)
    assert told["changes"]
    assert not told["accepted"]
    before = json.loads(egide("doctor", "--json").out)["catalogue_as_of"]
    egide("catalogue", "import", file, "--as-of", "2026-11-20", "--accept")
    after = json.loads(egide("doctor", "--json").out)["catalogue_as_of"]
    assert (before, after) == ("2026-09-15", "2026-11-20")


def test_something_that_is_no_catalogue_is_refused(egide, tmp_path):
    file = tmp_path / "nothing.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    assert egide("catalogue", "import", file, "--as-of", "2026-11-20").code == 2
