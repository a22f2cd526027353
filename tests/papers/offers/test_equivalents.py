"""The papers of equivalents: the page, the workbook, the table and the document say the same things."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from io import BytesIO, StringIO
from xml.etree import ElementTree

import openpyxl
import pytest
from tests.catalogue.equivalents import world as facts

from egide.catalogue.equivalents import Equivalents, Replaced, Stand, candidate, functions_of, gaps, ordered
from egide.papers.offers import equivalents_csv, equivalents_document, equivalents_page, equivalents_workbook
from egide.vocabulary.findings import Change, Reason, Verdict


def world() -> Equivalents:
    """Invented services, one with users, one that only a part is known of, one with nothing; and every verdict."""
    known, services = facts.coverage(), facts.services()
    offers = [facts.offered("whole"), facts.offered("open", None), facts.offered("lossy", "none")]
    verdicts = (
        (Stand("Paie <fictive>", Verdict.CONDITIONAL, "paris", (Change("hosting.agreement_says_qualified", True),)), Stand("Site", None)),
        (Stand("Paie <fictive>", Verdict.UNDETERMINED, None, (), (Reason("x.unknown", {}, "It is a commercial cloud offer"),)),
         Stand("Site", Verdict.ALLOWED)),
        (Stand("Paie <fictive>", Verdict.FORBIDDEN, None, (), (Reason("x", {}, "It is a commercial cloud offer"),)),
         Stand("Site", Verdict.FORBIDDEN, None, (), (Reason("x", {}, "It is a commercial cloud offer"),))),
    )  # fmt: skip
    used = [
        replace(one, stands=stands)
        for offer, stands in zip(offers, verdicts, strict=True) if (one := candidate(services["store"], offer, known))
    ]  # fmt: skip
    plain = [one for offer in offers if (one := candidate(services["suite"], offer, known))]
    replaced = (
        Replaced(services["store"], functions_of(services["store"], known), ordered(used),
                 ("Paie <fictive>", "Site"), assumed=True, more=2),
        Replaced(services["suite"], functions_of(services["suite"], known), ordered(plain)),
        Replaced(services["base"], functions_of(services["base"], known), ()),
    )  # fmt: skip
    return Equivalents(
        facts.DAY, replaced, gaps(services.values(), offers, known), (facts.offered("silent"),), {"whole": ("Un autre <site>",)},
    )  # fmt: skip


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_page_is_well_formed_and_everything_in_it_is_escaped(lang: str) -> None:
    page = equivalents_page(world(), lang)
    assert "<fictif>" not in page
    assert "<fictive>" not in page
    body = re.sub(r"<script>.*?</script>|<style>.*?</style>", "", page, flags=re.DOTALL)
    body = re.sub(r"<(meta|link|input)([^>]*[^/])>", r"<\1\2/>", body.removeprefix("<!doctype html>\n"))
    ElementTree.fromstring(body)  # noqa: S314 - a page of ours


def test_losses_and_what_is_not_known_are_named_and_told_apart() -> None:
    page = equivalents_page(world(), "en")
    assert "Storage: without a lock" in page
    assert "Storage: not known whether it has a lock" in page
    assert "No source gives it: chat" in page
    assert "no lawful equivalent known" not in page
    assert "Nobody" not in page
    assert "Your file does not say which services of Fictif they use" in page


def test_each_source_that_is_cited_is_there() -> None:
    page = equivalents_page(world(), "en")
    assert set(re.findall(r'href="#source-(\d+)"', page)) == set(re.findall(r'id="source-(\d+)"', page)) != set()


def test_what_no_qualified_offer_is_known_to_do_is_listed_with_whom_to_ask() -> None:
    made = world()
    assert [one.function.id for one in made.uncovered] == ["sql", "mail", "chat"]
    page = equivalents_page(made, "en")
    assert re.search(r"<strong>database</strong> <span class=\"sub\">to be checked: open", page)


def test_the_answer_leads() -> None:
    page = equivalents_page(world(), "en")
    head = re.search(r"<h1>(.*?)</h1>", page)
    assert head
    assert head[1].startswith("3 cloud services: ")
    assert "1 without a known qualified equivalent" in head[1]
    assert "without" not in (re.search(r"<h1>(.*?)</h1>", equivalents_page(Equivalents(facts.DAY, (), (), ()), "en")) or [""])[0]


def test_the_document_is_plain_json_and_says_what_is_known_of_each_function() -> None:
    made = json.loads(json.dumps(equivalents_document(world())))
    assert made["schema"] == "egide/equivalents/1"
    first = made["services"][0]
    assert first["best"] == "perhaps" or first["best"] in {"same", "open", "partial"}
    lossy = next(one for one in first["offers"] if one["offer"] == "lossy")
    assert lossy["functions"][0]["lost"] == ["lock"]
    assert lossy["functions"][0]["sources"][0]["read_on"] == "2026-11-30"
    assert {one["verdict"] for offer in first["offers"] for one in offer["verdicts"]} >= {"conditional", "undetermined", "forbidden", None}


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_workbook_and_table_hold_a_row_for_each_function_and_source(lang: str) -> None:
    made = world()
    book = openpyxl.load_workbook(BytesIO(equivalents_workbook(made, lang)))
    rows = list(csv.reader(StringIO(equivalents_csv(made, lang).decode("utf-8-sig")), delimiter=";" if lang == "fr" else ","))
    functions = book.worksheets[2]
    assert functions.max_row == len(rows)
    assert len({tuple(row[:3]) for row in rows[1:]}) == 3 + 4 + 1  # by service, function and offer; the service without offers once
    assert [str(cell.value or "") for cell in functions[1]] == rows[0]
