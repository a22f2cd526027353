"""The papers of a comparison: the page, the workbook, the table and the document say the same things."""

from __future__ import annotations

import csv
import json
import re
from io import BytesIO, StringIO
from xml.etree import ElementTree

import openpyxl
import pytest
from tests.catalogue.saying import DAY, origin, said

from egide.catalogue.comparing import Comparison, Standing, Wanted, compare
from egide.catalogue.sheets import fold
from egide.papers.offers import comparison_csv, comparison_document, comparison_page, comparison_workbook
from egide.vocabulary.findings import Change, Reason, Verdict
from egide.vocabulary.statements import Assurance


def world() -> Comparison:
    """Two invented offers: a conflict, a price by the month, a hostile name, a value of which nobody speaks."""
    audited = origin("did:web:auditeur-fictif.example", Assurance.AUDITED, document="d2", until=200)
    first = [
        said("Nuage <b>fictif</b> & Cie", "name", subject="a"), said("Fournisseur fictif", "provider", subject="a"),
        said(99.9, subject="a"), said(99.99, subject="a", by=audited), said(51_200, "price_hour", subject="a"),
        said("qualified", "qualification", subject="a", by=origin("ANSSI", Assurance.ATTESTED, document="d3")),
    ]  # fmt: skip
    second = [
        said("=1+1", "name", subject="b"), said(99.5, subject="b"), said(29_200_000, "price_month", subject="b"),
        said("none", "qualification", subject="b", by=origin("ANSSI", Assurance.ATTESTED, document="d3")),
    ]  # fmt: skip
    wanted = Wanted("Paie <fictive>", (
        Standing(Verdict.ALLOWED, (Change("hosting.agreement_says_qualified", True),)),
        Standing(Verdict.FORBIDDEN, (), (Reason("x", {}, "It is a commercial cloud offer"),)),
    ))  # fmt: skip
    return compare([fold("a", first, DAY), fold("b", second, DAY)], DAY, [wanted])


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_page_is_well_formed_and_everything_in_it_is_escaped(lang: str) -> None:
    page = comparison_page(world(), lang)
    assert "<b>fictif</b>" not in page
    assert "Nuage &lt;b&gt;fictif&lt;/b&gt; &amp; Cie" in page
    body = re.sub(r"<script>.*?</script>|<style>.*?</style>", "", page, flags=re.DOTALL)
    body = re.sub(r"<(meta|link|input)([^>]*[^/])>", r"<\1\2/>", body.removeprefix("<!doctype html>\n"))
    ElementTree.fromstring(body)  # noqa: S314 - a page of ours


def test_each_value_has_who_says_it_how_strongly_and_a_source_that_is_there() -> None:
    page = comparison_page(world(), "en")
    assert page.count('class="assured as-audited"') >= 2
    assert page.count('class="assured as-attested"') >= 2
    cited = set(re.findall(r'href="#source-(\d+)"', page))
    assert cited == set(re.findall(r'id="source-(\d+)"', page))
    assert "those who say it differ" in page
    assert "brought to this unit: a month is 730 hours" in page
    assert "What nobody states" in page


def test_a_verdict_is_a_word_and_a_shape_with_what_must_be_obtained() -> None:
    page = comparison_page(world(), "en")
    assert 'class="v v-allowed"' in page
    assert 'href="#v-forbidden"' in page
    assert "Paie &lt;fictive&gt;" in page
    assert "obtain: " in page


def test_the_document_has_every_statement_and_every_state() -> None:
    made = comparison_document(world())
    json.dumps(made)
    by_name = {one["name"]: one for one in made["properties"]}
    assert by_name["sla_percent"]["cells"][0]["state"] == "conflict"
    assert len(by_name["sla_percent"]["cells"][0]["statements"]) == 2
    assert by_name["qualified_to"]["cells"][1]["state"] == "not-applicable"
    assert by_name["exit_days"]["cells"][0] == {"value": None, "state": "unknown", "best": False, "brought": False, "statements": []}
    assert by_name["price"]["cells"][1]["value"] == 40_000
    assert made["services"][0]["offers"][0]["verdict"] == "allowed"


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_workbook_and_the_table_have_the_same_evidence_and_no_formula(lang: str) -> None:
    book = openpyxl.load_workbook(BytesIO(comparison_workbook(world(), lang)))
    assert len(book.sheetnames) == 4
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    table = comparison_csv(world(), lang).decode("utf-8-sig")
    rows = list(csv.reader(StringIO(table), delimiter=";" if lang == "fr" else ","))
    assert len(rows) == book.worksheets[2].max_row
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]
    assert len({len(row) for row in rows}) == 1


def test_the_same_comparison_gives_the_same_bytes() -> None:
    assert comparison_page(world()) == comparison_page(world())
    assert comparison_workbook(world()) == comparison_workbook(world())


def test_a_size_is_rounded_for_people_and_exact_for_programs() -> None:
    exact = 68.719476736
    sizes = compare([fold(name, [said(value, "memory_gb", subject=name)], DAY) for name, value in (("a", exact), ("b", 64))], DAY)
    assert "68,719\u00a0Go (64\u00a0Gio)" in comparison_page(sizes, "fr")
    assert str(exact) not in comparison_page(sizes, "en") + comparison_csv(sizes, "en").decode()
    assert f'"value": {exact}' in json.dumps(comparison_document(sizes))
