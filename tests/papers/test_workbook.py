"""The workbook: every sheet, its header in sight, text that is never a formula, the same bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from openpyxl import load_workbook

from egide.papers.sheets import sheets
from egide.papers.workbook import workbook
from egide.vocabulary.findings import Assessment

from .golden import same_as_golden
from .world import ON, world

FORMULA = '=HYPERLINK("http://exemple.invalid","cliquez")'


def opened(assessment: Assessment, lang: str = "fr") -> Any:
    return load_workbook(BytesIO(workbook(assessment, lang)))


def test_the_sheets_come_in_order_with_their_header_in_sight() -> None:
    book = opened(world())
    assert book.sheetnames == [
        "Synthèse",
        "Actions",
        "Services",
        "Constats",
        "Échéances",
        "Questions",
        "Offres",
        "Problèmes",
        "Sources",
    ]
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet.print_title_rows == "$1:$1"
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)


def test_the_sheets_read_as_they_did() -> None:
    lines = []
    for sheet in sheets(world(), "fr"):
        lines += [f"# {sheet.name}", " | ".join(title for title, _ in sheet.columns)]
        lines += [" | ".join("" if cell is None else str(cell).replace("\n", " / ") for cell in row) for row in sheet.rows]
    same_as_golden("sheets.fr.txt", "\n".join(lines) + "\n")


def test_text_is_never_a_formula() -> None:
    first, *others = world().decisions
    evil = replace(first, service=replace(first.service, name=FORMULA))
    written = workbook(replace(world(), decisions=(evil, *others)))
    cell = load_workbook(BytesIO(written))["Services"]["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (FORMULA, "s", True)
    with ZipFile(BytesIO(written)) as parts:
        assert not any(b"<f>" in parts.read(name) or b"<hyperlink" in parts.read(name) for name in parts.namelist())


def test_days_are_days_and_numbers_are_numbers() -> None:
    sheet = opened(world())["Échéances"]
    assert sheet["A2"].value == datetime(2026, 10, 1)  # noqa: DTZ001 - a cell has no zone
    assert sheet["B2"].value == -53


def test_the_same_assessment_gives_the_same_bytes() -> None:
    assert workbook(world()) == workbook(world())


def test_an_empty_portfolio_still_gives_a_workbook() -> None:
    assert opened(Assessment(ON, ON, (), (), (), ON))["Services"].max_row == 1


def test_a_text_longer_than_a_cell_is_cut() -> None:
    first, *others = world().decisions
    long = replace(first, service=replace(first.service, name="a" * 40_000))
    assert len(opened(replace(world(), decisions=(long, *others)))["Services"]["A2"].value) == 32_000
