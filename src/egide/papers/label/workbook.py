"""The binder's workbook (XLSX): index of evidence, requirements, gaps, holders, and the lists that 15.1.a and 19.2.d ask."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from egide.papers.label.rows import label_sheets
from egide.papers.label.words import NEVER, count_answers, disclaimer, headline, line_text, meta, standfirst, teller
from egide.papers.workbook import Formats, mark, opened, write_sheet, write_summary
from egide.vocabulary.language import N_, language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.label.results import Gap, LabelAssessment


def label_workbook(assessment: LabelAssessment, lang: str = "fr", gaps: Sequence[Gap] = (), marking: str = "") -> bytes:
    """The whole workbook, with the marking first and on each printed sheet. The same assessment gives the same bytes."""
    told, words, held = teller(assessment, lang), language(lang), BytesIO()
    title = told.t(N_("Label of {offer}, on {day}"), offer=assessment.dossier.name, day=assessment.on)
    book = opened(held, title, assessment.on)
    formats = Formats(book)
    lines = [
        *filter(None, [marking]), *standfirst(assessment, told), told.t(NEVER), line_text(assessment, told), *meta(assessment, told),
        disclaimer(assessment.on, told),
    ]  # fmt: skip
    heads = (told.t(N_("Answer")), told.t(N_("Requirements")))
    counts = list(count_answers(assessment).items())
    write_summary(book, headline(assessment, told), lines, heads, counts, words, formats, assessment.on)
    for sheet in label_sheets(assessment, lang, gaps):
        write_sheet(book, sheet, words, formats)
    mark(book, marking)
    book.close()
    return held.getvalue()
