"""A plan as a workbook: one sheet for each table of the page, its amounts as numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING

from egide.papers.plan import words
from egide.papers.plan.tables import parts
from egide.papers.sheets import Sheet
from egide.papers.workbook import Formats, opened, write_sheet, write_summary
from egide.vocabulary.language import N_, language

if TYPE_CHECKING:
    from egide.planner.plan_file import PlanFile

SHEET_NAME_MOST = 31
NOT_IN_A_NAME = re.compile(r"\s*[\[\]:*?/\\]\s*")
"""Excel's limits on the names of sheets."""


def plan_workbook(made: PlanFile, lang: str, offers: Mapping[str, str]) -> bytes:
    """The whole workbook as XLSX. The same plan gives the same bytes."""
    said, held = language(lang), BytesIO()
    title = said.text(N_("Plan: {name}"), {"name": made.name})
    book = opened(held, title, made.on)
    formats = Formats(book)
    lines = [title, *words.standing(made, said), said.text(words.DISCLAIMER), said.text(N_("Prices and law of {day}"), {"day": made.on})]
    found = parts(made, lang, offers)
    counts = [(part.title, len(part.rows)) for part in found]
    heads = (said.text(N_("Table")), said.text(N_("Lines")))
    write_summary(book, words.headline(made, said), lines, heads, counts, said, formats, made.on)
    for part in found:
        write_sheet(book, Sheet(NOT_IN_A_NAME.sub(" ", part.title)[:SHEET_NAME_MOST], part.columns, part.rows), said, formats)
    book.close()
    return held.getvalue()
