"""The workbook: one sheet for each thing to sort, filter and send on. Text is always text, never a formula.

Dates are dates, numbers are numbers, tokens are words in the reader's language; every sheet keeps its header in sight
and filters. The same assessment gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, Any

from egide.papers import text
from egide.papers.sheets import sheets
from egide.vocabulary.findings import Answer, Assessment, Verdict
from egide.vocabulary.language import N_, Language, language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.papers.sheets import Cell, Sheet

CELL_MOST = 32_000
"""Excel refuses a cell of more than 32,767 characters."""
LINE_POINTS = 13.5
SUMMARY_SIGNS = 95
"""What the summary holds on one line; more is wrapped."""
LINES_MOST = 12
"""A row never fills the screen: what is longer is read in the cell."""
LOOKS_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")

COLOURS = {
    Verdict.STOP: "#1C1D20",
    Verdict.FORBIDDEN: "#B23A0E",
    Verdict.UNDETERMINED: "#74449C",
    Verdict.DEROGATION: "#8A5F00",
    Verdict.CONDITIONAL: "#2468AD",
    Verdict.ALLOWED: "#00704F",
    Verdict.OUT_OF_SCOPE: "#62666E",
}


ANSWER_COLOURS = {
    Answer.NOT_MET: COLOURS[Verdict.FORBIDDEN],
    Answer.UNKNOWN: COLOURS[Verdict.UNDETERMINED],
    Answer.MET: COLOURS[Verdict.ALLOWED],
}


def workbook(assessment: Assessment, lang: str = "fr", marking: str = "") -> bytes:
    """The whole workbook as XLSX. ``marking``: what it says of its sensitivity, first and on each printed sheet."""
    words, held = language(lang), BytesIO()
    book = opened(held, words.text(N_("Where the services may run, on {day}"), {"day": assessment.on}), assessment.on)
    formats = Formats(book)
    _summary(book, assessment, words, formats, marking)
    for sheet in sheets(assessment, lang):
        write_sheet(book, sheet, words, formats)
    mark(book, marking)
    book.close()
    return held.getvalue()


def mark(book: Any, marking: str) -> None:
    """The marking at the head of each sheet when it is printed."""
    said = marking.replace("&", "&&")[:250]
    for sheet in book.worksheets() if said else ():
        sheet.set_header(f"&C{said}")


def opened(held: BytesIO, title: str, on: date) -> Any:
    """An empty book that takes no text for anything but text, and carries no clock but the day assessed."""
    import xlsxwriter  # noqa: PLC0415 - the command line starts without it

    book = xlsxwriter.Workbook(
        held,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    book.set_properties({"title": title, "author": "Égide", "created": datetime.combine(on, time())})
    return book


@dataclass(slots=True)
class Formats:
    """The few formats of the book, made once. ``quote_prefix`` keeps text that looks like a formula text when it is edited."""

    book: Any
    made: dict[tuple[object, ...], Any] = field(default_factory=dict)

    def of(self, **properties: object) -> Any:
        """The format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format({"valign": "top", "font_name": "Arial", "font_size": 10, **properties})
        return self.made[key]


def _summary(book: Any, assessment: Assessment, words: Language, formats: Formats, marking: str) -> None:
    """The first sheet: the sentence, what it leaves unsaid, the counts, the disclaimer."""
    lines = [
        *filter(None, [marking]),
        *text.standfirst(assessment, words.code),
        words.text(N_("Assessed for {day}"), {"day": assessment.on}),
        *filter(None, [text.catalogue_line(assessment, words.code)]),
        text.disclaimer(assessment, words.code),
    ]
    heads = (words.text(N_("Verdict")), words.text(N_("Services")))
    counts = list(text.count_verdicts(assessment).items())
    write_summary(book, text.upper_first(text.headline(assessment, words.code)), lines, heads, counts, words, formats, assessment.on)


def write_summary(
    book: Any, headline: str, lines: Sequence[str], heads: tuple[str, str], counts: Sequence[tuple[Cell, int]], words: Language,
    formats: Formats, on: date,
) -> None:  # fmt: skip
    """The first sheet of any book: the sentence, the lines under it, a count for each answer."""
    page = book.add_worksheet(words.text(N_("Summary")))
    page.set_column(0, 0, 46)
    page.set_column(1, 1, 12)
    page.hide_gridlines(2)
    page.merge_range(0, 0, 0, 5, "", formats.of())
    page.write_string(0, 0, headline, formats.of(bold=True, font_size=16, text_wrap=True, valign="vcenter"))
    page.set_row(0, 48)
    for row, line in enumerate(lines, 1):
        if len(line) > SUMMARY_SIGNS:
            page.merge_range(row, 0, row, 5, "", formats.of())
            page.set_row(row, LINE_POINTS * ceil(len(line) / SUMMARY_SIGNS))
        page.write_string(row, 0, line, formats.of(text_wrap=True) if len(line) > SUMMARY_SIGNS else formats.of())
    row = len(lines) + 2
    for column, name in enumerate(heads):
        page.write_string(row, column, name, formats.of(bold=True, bottom=1))
    for answer, count in counts:
        row += 1
        _cell(page, row, 0, answer, words, formats)
        page.write_number(row, 1, count, formats.of())
    _printed(page, on.isoformat())


def write_sheet(book: Any, sheet: Sheet, words: Language, formats: Formats) -> None:
    """One sheet with its header kept in sight, filters and widths."""
    page = book.add_worksheet(sheet.name)
    for column, (name, width) in enumerate(sheet.columns):
        page.set_column(column, column, width)
        page.write_string(0, column, name, formats.of(bold=True, bottom=1, bg_color="#F1F1EE", text_wrap=True))
    widths = [width for _, width in sheet.columns]
    page.set_row(0, LINE_POINTS * max(_lines(name, width) for name, width in sheet.columns))
    for row, cells in enumerate(sheet.rows, 1):
        page.set_row(row, LINE_POINTS * min(LINES_MOST, max(map(_lines, cells, widths), default=1)))
        for column, cell in enumerate(cells):
            _cell(page, row, column, cell, words, formats)
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.columns) - 1)
    page.repeat_rows(0)
    _printed(page, sheet.name)


def _lines(cell: Cell, width: float) -> int:
    """How many lines the text takes in a column of that width: no program measures it when it opens a file."""
    if not isinstance(cell, str) or isinstance(cell, (Verdict, Answer)):
        return 1
    return sum(max(1, ceil(len(line) / (width * 1.05))) for line in cell[: int(width) * LINES_MOST * 2].split("\n")) or 1


def _cell(page: Any, row: int, column: int, cell: Cell, words: Language, formats: Formats) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, Verdict):
        page.write_string(row, column, f"{text.SHAPES[cell]} {words.label(cell)}", formats.of(bold=True, font_color=COLOURS[cell]))
    elif isinstance(cell, Answer):
        said = f"{text.ANSWER_SHAPES[cell]} {words.label(f'requirement-{cell}')}"
        page.write_string(row, column, said, formats.of(bold=True, font_color=ANSWER_COLOURS[cell]))
    elif isinstance(cell, date):
        page.write_datetime(row, column, datetime.combine(cell, time()), formats.of(num_format="yyyy-mm-dd", align="left"))
    elif isinstance(cell, Decimal):
        page.write_number(row, column, float(cell), formats.of(num_format="#,##0.00"))
    elif isinstance(cell, int):
        page.write_number(row, column, cell, formats.of())
    else:
        quoted = {"quote_prefix": True} if cell.startswith(LOOKS_LIKE_A_FORMULA) else {}
        page.write_string(row, column, cell[:CELL_MOST], formats.of(text_wrap=True, **quoted))


def _printed(page: Any, name: str) -> None:
    """A4 across, as wide as the page, numbered."""
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_margins(0.5, 0.5, 0.6, 0.6)
    page.set_footer(f"&L&8Égide · {name}&R&8&P / &N")
