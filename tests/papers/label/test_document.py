"""The document of a label: valid under its schema, the same bytes, tokens that never vary, and read back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import jsonschema
import msgspec
import pytest

from egide.ownership.holdings import Party
from egide.papers.label import ownership_document, ownership_table, read_label_document, since
from egide.papers.label.document import document_bytes, label_document
from egide.papers.label.schema import label_schema, ownership_schema
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer

from ..golden import same_as_golden
from .holders import ownership
from .world import clean, gaps, label, levels, simulation, weighted

VALIDATOR = jsonschema.Draft202012Validator(label_schema(), format_checker=jsonschema.FormatChecker())
WORDS = {"text", "title", "headline", "worth", "remedy", "lang", "message"}


def test_the_schema_is_a_schema_and_reads_as_it_did() -> None:
    jsonschema.Draft202012Validator.check_schema(label_schema())
    same_as_golden("label.schema.json", json.dumps(label_schema(), indent=2, ensure_ascii=False) + "\n")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_document_is_valid(lang: str) -> None:
    for one in (label(), clean(), levels(), weighted(), simulation().after):
        VALIDATOR.validate(label_document(one, lang))
        VALIDATOR.validate(label_document(one, lang, gaps()))


def test_the_document_reads_as_it_did() -> None:
    same_as_golden("label.en.json", document_bytes(label_document(label(), "en", gaps(3))).decode())


def without_words(value: object) -> object:
    """The document without what a reader's language may change."""
    if isinstance(value, dict):
        return {name: without_words(one) for name, one in value.items() if name not in WORDS}
    return [without_words(one) for one in value] if isinstance(value, list) else value


def test_only_words_vary_by_language() -> None:
    assert label_document(label(), "fr") != label_document(label(), "en")
    assert without_words(label_document(label(), "fr")) == without_words(label_document(label(), "en"))


def test_shares_are_exact() -> None:
    tests = label_document(label())["ownership"]["tests"]
    assert {"low": "241/1000", "high": "241/1000", "low_open": False, "rounded": False} in [one["one"] for one in tests]


def test_what_an_earlier_run_wrote_is_read_back() -> None:
    held = read_label_document(document_bytes(label_document(label())), "label.json")
    assert (held.offer, held.scheme, held.answer, held.until) == ("nuage-fictif-iaas", "secnumcloud-3.2", Answer.NOT_MET, date(2027, 3, 2))
    assert held.requirements["19.6.b"].answer is Answer.UNKNOWN and len(held.requirements) == 20
    assert since(held, label()).turned == ()


def test_what_came_and_went_is_told_apart_from_what_turned() -> None:
    held = read_label_document(document_bytes(label_document(label())), "label.json")
    first, *others = label().findings
    now = replace(label(), findings=(replace(first, id="5.1.z"), *others))
    turned = {one.requirement: (one.before, one.after) for one in since(held, now).turned}
    assert turned == {"5.1.z": (None, Answer.MET), "5.1.a": (Answer.MET, None)}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"schema": "egide/label/1"}', b'{"schema": "egide/assessment/1"}', b"\xff"])
def test_what_is_no_such_document_is_refused_with_its_file(content: bytes) -> None:
    with pytest.raises(InputError, match=r"label\.json"):
        read_label_document(content, "label.json")


def test_ownership_alone_is_valid_under_its_own_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(ownership_schema())
    for lang in ("fr", "en"):
        jsonschema.Draft202012Validator(ownership_schema()).validate(json.loads(ownership_document(ownership(), lang)))


def test_the_table_of_holders_opens_in_a_spreadsheet_and_holds_no_formula() -> None:
    evil = replace(ownership(), parties={**ownership().parties, "alpha": _named("=1+1")})
    lines = ownership_table(evil, "fr").decode("utf-8-sig").split("\r\n")
    assert lines[0].startswith("Détenteur;") and len(lines) == 1 + 7 + 1
    assert any(line.startswith("'=1+1;") for line in lines)


def _named(name: str) -> Party:
    return msgspec.structs.replace(ownership().parties["alpha"], name=name)
