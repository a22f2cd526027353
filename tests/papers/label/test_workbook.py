"""The binder's workbook: its sheets, its rows, text that is never a formula, the same bytes."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from egide.label.results import LabelAssessment
from egide.papers.label.rows import label_sheets
from egide.papers.label.workbook import label_workbook
from egide.vocabulary.findings import Answer

from ..golden import same_as_golden
from .world import clean, gaps, label

FORMULA = '=HYPERLINK("http://exemple.invalid","cliquez")'


def opened(assessment: LabelAssessment, lang: str = "fr") -> Any:
    return load_workbook(BytesIO(label_workbook(assessment, lang, gaps())))


def test_the_sheets_come_in_order_with_their_header_in_sight() -> None:
    book = opened(label())
    assert book.sheetnames == [
        "Synthèse", "Exigences", "Écarts", "Classeur", "Détenteurs", "Plafonds", "Accès", "Autonomie", "Tiers", "Données techniques",
        "Risques", "Lectures et limites", "Problèmes",
    ]  # fmt: skip
    assert all(sheet.freeze_panes == "B2" and sheet.auto_filter.ref.startswith("A1:") for sheet in book.worksheets[1:])


def test_a_sheet_without_a_row_is_left_out() -> None:
    assert "Accès" not in opened(clean()).sheetnames


def test_the_sheets_read_as_they_did() -> None:
    lines = []
    for sheet in label_sheets(label(), "fr", gaps()):
        lines += [f"# {sheet.name}", " | ".join(title for title, _ in sheet.columns)]
        lines += [" | ".join("" if cell is None else str(cell).replace("\n", " / ") for cell in row) for row in sheet.rows]
    same_as_golden("label.sheets.fr.txt", "\n".join(lines) + "\n")


def test_the_index_has_a_row_for_each_document_and_requirement() -> None:
    sheet = opened(label())["Classeur"]
    served = [(row[0].value, row[10].value) for row in sheet.iter_rows(min_row=2)]
    assert [one for one in served if one[0] == "E-001"] == [("E-001", "5.1.a"), ("E-001", "5.2.a"), ("E-001", "5.3.d")]


def test_an_answer_is_a_word_and_a_shape() -> None:
    answers = {row[3].value for row in opened(label())["Exigences"].iter_rows(min_row=2)}
    assert answers == {"✓ Remplie", "✕ Non remplie", "? À établir"}
    assert len(Answer) == 3


def test_the_first_sheet_says_what_it_is_worth() -> None:
    said = " ".join(str(row[0].value) for row in opened(label())["Synthèse"].iter_rows())
    assert "Ce n’est jamais une qualification" in said and "article 31" in said


def test_text_is_never_a_formula() -> None:
    first, *others = label().dossier.suppliers
    evil = replace(label(), dossier=replace(label().dossier, suppliers=(replace(first, name=FORMULA), *others)))
    cell = opened(evil)["Tiers"]["B2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (FORMULA, "s", True)


def test_the_same_assessment_gives_the_same_bytes() -> None:
    assert label_workbook(label(), "en", gaps()) == label_workbook(label(), "en", gaps())
