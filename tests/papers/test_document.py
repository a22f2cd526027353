"""The JSON document: valid under its schema, the same bytes, tokens that never vary by language."""

from __future__ import annotations

import json
from datetime import date

import jsonschema
import pytest
from hypothesis import given

from egide.papers.anonymise import anonymise
from egide.papers.document import document, document_bytes, token_value
from egide.papers.schema import assessment_schema
from egide.vocabulary.findings import Assessment

from .golden import same_as_golden
from .test_actions import some_services
from .world import ON, many, world

VALIDATOR = jsonschema.Draft202012Validator(assessment_schema(), format_checker=jsonschema.FormatChecker())


def test_the_schema_is_a_schema_and_reads_as_it_did() -> None:
    jsonschema.Draft202012Validator.check_schema(assessment_schema())
    same_as_golden("assessment.schema.json", json.dumps(assessment_schema(), indent=2, ensure_ascii=False) + "\n")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_document_is_valid(lang: str) -> None:
    for one in (world(), many(30), anonymise(world()), Assessment(ON, ON, (), (), (), ON)):
        VALIDATOR.validate(document(one, lang))


@given(some_services)
def test_any_part_of_a_portfolio_is_valid(some: Assessment) -> None:
    VALIDATOR.validate(document(some))


def test_the_document_reads_as_it_did() -> None:
    same_as_golden("document.en.json", document_bytes(world(), "en").decode())


def test_the_same_assessment_gives_the_same_bytes() -> None:
    assert document_bytes(world()) == document_bytes(world())
    assert json.loads(document_bytes(world())) == document(world())


def without_words(value: object) -> object:
    """The document without what a reader's language may change."""
    if isinstance(value, dict):
        return {
            name: without_words(one) for name, one in value.items() if name not in ("text", "title", "ask", "remedy", "lang", "message")
        }
    return [without_words(one) for one in value] if isinstance(value, list) else value


def test_only_words_vary_by_language() -> None:
    assert document(world(), "fr") != document(world(), "en")
    assert without_words(document(world(), "fr")) == without_words(document(world(), "en"))


def test_the_keys_are_those_that_were_promised() -> None:
    whole = document(world())
    assert {"schema", "on", "catalogue", "rulebooks", "services", "problems"} <= set(whole)
    service = next(one for one in whole["services"] if one["question"])
    assert {"id", "name", "source", "verdict", "hostings", "findings", "question", "repairs", "clocks", "offers"} <= set(service)
    assert {"rule", "answer", "because", "claims", "source"} <= set(service["findings"][0])
    assert {"fact", "ask", "would"} <= set(service["question"])
    assert set(service["offers"]) == {"eligible", "refused"}


def test_values_in_data_are_plain_and_sorted() -> None:
    assert token_value(date(2026, 11, 30)) == "2026-11-30"
    assert token_value(frozenset({"FR", "DE"})) == ["DE", "FR"]
    assert token_value(True) is True and token_value(None) is None and token_value(9_000_000) == 9_000_000
