"""ANSSI's PDF is read by its columns, on files made here: the real one was never at hand."""

from __future__ import annotations

import builtins
import io
from datetime import date

import pytest
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table

from egide.catalogue import read_import
from egide.vocabulary.errors import InputError, MissingExtraError

TITLES = ["Prestataire", "Service", "Type", "Date de qualification", "Date de fin de validité", "N° de décision"]
ROWS = [
    ["Société fictive A", "Nuage fictif A", "IaaS", "30/11/2023", "30/11/2026", "2118"],
    ["Société fictive B", "Service fictif B avec un nom\nsur deux lignes", "SaaS", "", "25/01/2028", ""],
]
NAME = "catalogue.pdf"


def made(*parts: object) -> bytes:
    styles = getSampleStyleSheet()
    story = []
    for part in parts:
        if isinstance(part, str):
            story.append(Paragraph(part, styles["Normal"]))
        elif isinstance(part, list):
            story.append(Table(part, style=[("GRID", (0, 0), (-1, -1), 0.5, colors.black)], repeatRows=0))
        else:
            story.append(part)
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=landscape(A4)).build(story)
    return out.getvalue()


FRONT = ("Catalogue des produits et services qualifiés", "Édition du 15 octobre 2026",
         "3.2 Prestataires d'audit ........ 40", "3.3 Services d'informatique en nuage (SecNumCloud) ........ 45", PageBreak())


def test_only_the_tables_of_the_section_are_read_and_the_day_is_told_by_the_first_page() -> None:
    found = read_import(made(
        *FRONT, "3.2 Prestataires d'audit", [TITLES, ["Auditeur fictif", "Audit", "PASSI", "01/01/2024", "01/01/2027", "1"]],
        "3.3 Services d'informatique en nuage (SecNumCloud)", [TITLES, *ROWS],
        "3.4 Prestataires de réponse aux incidents", [TITLES, ["Autre fictif", "PRIS", "PRIS", "01/01/2024", "01/01/2027", "2"]],
    ), NAME)
    assert found.as_of == date(2026, 10, 15)
    assert found.read == "primary"
    assert [(line.provider, line.start, line.end, line.decision, line.status) for line in found.lines] == [
        ("Société fictive A", date(2023, 11, 30), date(2026, 11, 30), "2118", "qualified"),
        ("Société fictive B", None, date(2028, 1, 25), None, "qualified"),
    ]
    assert found.lines[1].service == "Service fictif B avec un nom sur deux lignes"


def test_a_table_that_goes_on_over_the_page_keeps_its_columns() -> None:
    many = [[f"Société fictive {n}", f"Nuage {n}", "IaaS", "01/01/2025", "01/01/2028", str(1000 + n)] for n in range(60)]
    found = read_import(made(*FRONT, "3.3 Qualification SecNumCloud", [TITLES, *many]), NAME)
    assert [line.decision for line in found.lines] == [str(1000 + n) for n in range(60)]


def test_a_pdf_without_the_section_is_refused() -> None:
    with pytest.raises(InputError, match="no table"):
        read_import(made("Une page", [TITLES, *ROWS]), NAME)


@pytest.mark.parametrize("content", [b"%PDF-1.7\nnothing", b"%PDF-1.4\n%%EOF", b"%PDF" + b"\0" * 1000])
def test_a_broken_pdf_is_refused(content: bytes) -> None:
    with pytest.raises(InputError):
        read_import(content, NAME, as_of=date(2026, 10, 15))


def test_without_the_extra_the_hint_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: object) -> object:
        if name == "pdfplumber":
            raise ImportError(name)
        return real(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError) as caught:
        read_import(b"%PDF-1.7", NAME)
    assert "egide[pdf]" in caught.value.hint
