"""What a check says to people and to programs: read as prose, held to the official schemas, bounded."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from tests.infrastructure.code_world import AWS, STATE, deployment, resource, run
from tests.papers.golden import same_as_golden

from egide.infrastructure.code_findings import Checked, Level
from egide.infrastructure.code_rules import code_rules
from egide.papers.infrastructure.document import check_document
from egide.papers.infrastructure.junit import junit
from egide.papers.infrastructure.markdown import LONGEST, markdown
from egide.papers.infrastructure.sarif import sarif
from egide.papers.infrastructure.schema import check_schema
from egide.vocabulary.errors import Location
from egide.vocabulary.findings import Problem

BOTH = pytest.mark.parametrize("lang", ["fr", "en"])


@BOTH
def test_the_comment_reads_as_it_was_reviewed(checked: Checked, lang: str) -> None:
    same_as_golden(f"check.{lang}.md", markdown(checked, lang))


@BOTH
def test_sarif_is_what_the_official_schema_says(checked: Checked, official: dict[str, Any], lang: str) -> None:
    schema = official["sarif-2.1.0.json"]
    Draft7Validator.check_schema(schema)
    document = json.loads(sarif(checked, lang))
    assert not [error.message for error in Draft7Validator(schema).iter_errors(document)]


def test_the_official_schema_refuses_what_is_no_sarif(checked: Checked, official: dict[str, Any]) -> None:
    document = json.loads(sarif(checked, "fr"))
    document["runs"][0]["results"][0]["level"] = "forbidden"
    assert list(Draft7Validator(official["sarif-2.1.0.json"]).iter_errors(document))


def test_sarif_keeps_names_fingerprints_places_and_suppressions(checked: Checked) -> None:
    run_ = json.loads(sarif(checked, "en"))["runs"][0]
    rules, results = run_["tool"]["driver"]["rules"], run_["results"]
    assert [one["id"] for one in rules] == [name for name in code_rules() if name in {one["ruleId"] for one in results}]
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in results)
    assert {one["level"] for one in results} == {"error", "warning", "note"}
    assert len(results) == len(checked.standing) + len(checked.suppressed)
    kinds = [one["kind"] for result in results for one in result.get("suppressions", ())]
    assert sorted(kinds) == ["external", "inSource"]
    web = next(one for one in results if one["message"]["text"].startswith("aws_instance.web "))
    assert web["locations"][0]["physicalLocation"]["region"] == {"startLine": 12}
    assert web["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "terraform/main.tf", "uriBaseId": "%SRCROOT%"}
    assert re.fullmatch("[0-9a-f]{32}", web["partialFingerprints"]["egide/v1"])


def test_sarif_names_a_file_of_any_name() -> None:
    made = run([resource("aws_instance.web", AWS, line=1, file="dépôt n° 1/a b%.tf")]).checked
    results = json.loads(sarif(made, "fr"))["runs"][0]["results"]
    assert results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "d%C3%A9p%C3%B4t%20n%C2%B0%201/a%20b%25.tf"


@BOTH
def test_json_is_what_the_published_schema_says(checked: Checked, lang: str) -> None:
    other = "en" if lang == "fr" else "fr"
    document = json.loads(json.dumps(check_document(checked, lang, [other])))
    Draft202012Validator.check_schema(check_schema())
    assert not [error.message for error in Draft202012Validator(check_schema()).iter_errors(document)]
    said = check_document(checked, other)
    assert document["also"][other]["headline"] == said["headline"]
    assert [one["text"] for one in document["also"][other]["findings"]] == [one["text"] for one in said["findings"]]
    assert "also" not in said
    assert sum(document["counts"].values()) == len(document["findings"]) == len(checked.standing)


def test_junit_counts_what_it_holds(checked: Checked) -> None:
    whole = ElementTree.fromstring(junit(checked, "en"))  # noqa: S314 - our own
    suites = list(whole)
    assert {suite.get("name") for suite in suites} >= {"terraform/main.tf", "plan.json", "vide.tf"}
    for suite in suites:
        cases = list(suite)
        assert suite.get("tests") == str(len(cases))
        for kind in ("failure", "error", "skipped"):
            plural = {"failure": "failures", "error": "errors", "skipped": "skipped"}[kind]
            assert suite.get(plural) == str(sum(case.find(kind) is not None for case in cases)), (suite.get("name"), kind)
    assert whole.get("failures") == str(checked.count(Level.FORBIDDEN))
    assert whole.get("errors") == str(checked.count(Level.UNDETERMINED))


def test_junit_survives_what_xml_cannot_hold() -> None:
    strange = 'a\x00b<c>&"d\ud800'
    made = run([resource(f"aws_instance.{strange}", AWS)]).checked
    problem = Problem(Location(strange), "no service could be read")
    ElementTree.fromstring(junit(replace(made, problems=(problem,)), "fr"))  # noqa: S314 - our own


def test_a_comment_stays_below_what_a_forge_takes_however_much_is_found() -> None:
    many = [deployment(f"app-{number}", {"image": f"registry{number}.nowhere.example/{'x' * 200}:1"}) for number in range(400)]
    said = markdown(run(many).checked, "fr")
    assert len(said) < LONGEST + 200
    assert re.search(r"\d+ autres constats sont laissés de côté", said)


def test_nothing_in_a_comment_is_taken_for_markup_or_a_person(checked: Checked) -> None:
    hostile = resource("aws_instance.`x`|@team<script>", AWS, line=1)
    said = markdown(run([hostile], STATE).checked, "en")
    assert "`` aws_instance.`x`|@team<script> ``" in said
    assert "@quelqu" not in markdown(checked, "fr")
    assert "<b>" not in markdown(checked, "fr")


def test_the_same_check_gives_the_same_bytes(checked: Checked) -> None:
    assert sarif(checked, "fr") == sarif(checked, "fr")
    assert junit(checked, "fr") == junit(checked, "fr")
