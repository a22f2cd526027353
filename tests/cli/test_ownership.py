"""`egide ownership`, typed as a provider's finance office would."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.ownership.statements import as_lines, company, interest, relation

from cli.conftest import EXAMPLES, Said
from egide.ownership.bods_outline import Outline

FOLDER = EXAMPLES / "fournisseur"
HELD = (FOLDER / "captable.csv", FOLDER / "holdings.json")
Egide = Callable[..., Said]


def test_the_first_line_answers_and_every_reading_is_shown(egide: Egide) -> None:
    said = egide("ownership", "show", *HELD, "nuage-fictif", "--on", "2026-11-23", "--lang", "en")
    assert said.code == 0
    assert said.out.startswith("In every reading, no third entity holds more than 24")
    assert said.out.count("Looked through") == said.out.count("Attributed in full") == 4
    assert "A third entity controls it: no" in said.out


def test_a_company_is_found_by_its_name_and_a_wrong_name_gets_the_near_ones(egide: Egide) -> None:
    assert egide("ownership", "show", *HELD, "Nuage fictif SAS", "--on", "2026-11-23").code == 0
    said = egide("ownership", "show", *HELD, "Nuage fictif SA", "--on", "2026-11-23", "--lang", "en")
    assert said.code == 2
    assert "near: Nuage fictif SAS (nuage-fictif)" in said.err


def test_holders_that_nobody_names_leave_the_caps_unknown_and_say_what_would_settle_it(egide: Egide) -> None:
    said = egide("ownership", "show", FOLDER / "captable-incertaine.csv", "--on", "2026-11-23", "--lang", "en")
    assert said.code == 3, said.err
    assert "What would settle the doubt:" in said.out


def test_the_document_holds_exact_shares(egide: Egide) -> None:
    said = egide("ownership", "show", *HELD, "nuage-fictif", "--on", "2026-11-23", "--json")
    document = json.loads(said.out)
    assert document["company"] == "nuage-fictif"
    assert {test["method"] for test in document["tests"]} == {"look-through", "attribution"}


def test_page_picture_and_document_are_written_and_never_over_others(egide: Egide, tmp_path: Path) -> None:
    words = ("ownership", "show", *HELD, "nuage-fictif", "--on", "2026-11-23", "--out", tmp_path / "out")
    assert egide(*words).code == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"ownership.html", "ownership.svg", "ownership.json", "ownership.csv"}
    assert egide(*words).code == 2
    assert egide(*words, "--force").code == 0


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ((), "name a file of holdings"),
        (("absent.csv", "x"), "no such file"),
        ((*HELD, "nuage-fictif", "--union", "XYZ"), "EU, EEA"),
        ((*HELD, "nuage-fictif", "--on", "2020-01-01"), "not in force"),
        ((*HELD, "nuage-fictif", "--on", "hier"), "not a date"),
    ],
)
def test_what_cannot_be_asked_is_said(egide: Egide, words: tuple[object, ...], complaint: str) -> None:
    said = egide("ownership", "show", *words, "--lang", "en")
    assert said.code == 2
    assert complaint in said.err


def test_a_file_that_is_nothing_of_the_sort_is_refused_by_name(egide: Egide, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_bytes(b"\x00\x01 nothing")
    said = egide("ownership", "show", tmp_path / "x.txt", "x", "--lang", "en")
    assert said.code == 2
    assert "x.txt" in said.err


def test_of_a_file_too_large_to_hold_only_what_stands_above_the_company_is_kept(
    egide: Egide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("egide.app.ownership.STREAMED_ABOVE_BYTES", 1)
    file = tmp_path / "registre.jsonl"
    said = [company("nuage"), company("alpha", "US"), company("autre"), relation("r", "alpha", "nuage", interest(share=30.0))]
    file.write_bytes(as_lines(*said, relation("s", "alpha", "autre", interest(share=50.0))))
    words = ("ownership", "show", file)
    by_record = egide(*words, "nuage", "--lang", "en")
    assert by_record.code == 1
    assert "alpha fictive" in by_record.out
    assert "30 %" in by_record.out
    assert egide(*words, "Nuage fictive", "--lang", "en").out == by_record.out
    assert "near: nuage fictive (nuage)" in egide(*words, "nuages fictive", "--lang", "en").err
    assert "several are held (nuage, autre)" in egide(*words, "--lang", "en").err


def test_an_interruption_in_the_middle_of_a_long_file_ends_with_130_and_leaves_nothing(
    egide: Egide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: Outline, stream: object, step: Callable[[int], None]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("egide.app.ownership.STREAMED_ABOVE_BYTES", 1)
    monkeypatch.setattr(Outline, "read", interrupted)
    file = tmp_path / "registre.jsonl"
    file.write_bytes(as_lines(company("nuage")))
    assert egide("ownership", "show", file, "nuage", "--out", tmp_path / "out").code == 130
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["registre.jsonl"]
