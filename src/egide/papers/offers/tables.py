"""A comparison as a workbook and as CSV: what is read on a page, to sort and to send on."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

from egide.papers import text
from egide.papers.offers import words
from egide.papers.offers.words import GROUPS, SHAPES
from egide.papers.sheets import Sheet
from egide.papers.statement_text import said_text
from egide.papers.workbook import LOOKS_LIKE_A_FORMULA, Formats, opened, write_sheet, write_summary
from egide.vocabulary.language import N_
from egide.vocabulary.properties import PROPERTIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from egide.catalogue.comparing import Compared, Comparison, Line, Standing
    from egide.papers.sheets import Cell
    from egide.vocabulary.language import Language

EVIDENCE = (
    (N_("Property"), 30), (N_("Offer"), 32), (N_("Value"), 26), (N_("Stated"), 26), (N_("Issuer"), 30), (N_("Assurance"), 14),
    (N_("Backing"), 14),
    (N_("Since"), 12), (N_("Until"), 12), (N_("Source"), 60), (N_("Where"), 24), (N_("Document"), 30), (N_("Comparison"), 22),
)  # fmt: skip
"""One row for each statement, or for a value that nobody states."""


def comparison_workbook(comparison: Comparison, lang: str = "fr", offers: Mapping[str, str] | None = None) -> bytes:
    """The whole workbook as XLSX: a summary, the values side by side, the evidence row by row."""
    said, held = words.words(lang), BytesIO()
    names = text.listed((side.name for side in comparison.sides), lang, 6)
    book = opened(held, said.text(N_("Comparison of {names}"), {"names": names}), comparison.on)
    formats = Formats(book)
    counts = [(said.text(GROUPS[answer]), len(lines)) for answer, lines in words.grouped(comparison).items()]
    counts.append((said.text(N_("What nobody states")), len(words.unsaid(comparison))))
    lines = [names, said.text(words.DISCLAIMER, {"on": comparison.on})]
    heads = (said.text(N_("Comparison")), said.text(N_("Properties")))
    write_summary(book, words.headline(comparison, said), lines, heads, counts, said, formats, comparison.on)
    write_sheet(book, _side_by_side(comparison, said), said, formats)
    write_sheet(book, Sheet(said.text(N_("Evidence")), tuple((said.text(name), width) for name, width in EVIDENCE),
                            list(_evidence(comparison, said))), said, formats)  # fmt: skip
    if comparison.wanted:
        write_sheet(book, _services(comparison, said, offers or {}), said, formats)
    book.close()
    return held.getvalue()


def comparison_csv(comparison: Comparison, lang: str = "fr") -> bytes:
    """The evidence as CSV, with a mark that spreadsheets read as UTF-8."""
    said, held = words.words(lang), StringIO(newline="")
    writer = csv.writer(held, delimiter=";" if lang == "fr" else ",", lineterminator="\r\n")
    writer.writerow([said.text(name) for name, _ in EVIDENCE])
    for row in _evidence(comparison, said):
        writer.writerow([plain_cell(cell) for cell in row])
    return b"\xef\xbb\xbf" + held.getvalue().encode()


def plain_cell(cell: Cell) -> str:
    """A cell as text that no spreadsheet takes for a formula."""
    shown = "" if cell is None else str(cell)
    return f"'{shown}" if shown.startswith(LOOKS_LIKE_A_FORMULA) else shown


def _side_by_side(comparison: Comparison, said: Language) -> Sheet:
    columns = ((said.text(N_("Property")), 34), (said.text(N_("Comparison")), 22), *((side.name, 34) for side in comparison.sides))
    rows: list[Sequence[Cell]] = [
        (_title(line, said), _group(line, said), *(_shown(line, cell, said) for cell in line.cells)) for line in comparison.lines
    ]
    return Sheet(said.text(N_("Side by side")), columns, rows)


def _title(line: Line, said: Language) -> str:
    unit = words.unit(line.field, said)
    return words.title(line, said) + (f" ({unit})" if unit else "")


def _group(line: Line, said: Language) -> str:
    return said.text(N_("What nobody states") if words.silent(line) else GROUPS[line.differs])


def _shown(line: Line, cell: Compared, said: Language) -> str:
    marks = " ".join(dict.fromkeys(f"{SHAPES[one.origin.assurance]} {said.label(one.origin.assurance)}" for one in cell.holding[:1]))
    conflict = "≠ " if cell.conflict else "? " if cell.value is None and cell.applies else ""
    return f"{conflict}{words.value(line, cell, said)}" + (f" · {marks}" if marks else "")


def _evidence(comparison: Comparison, said: Language) -> Iterator[Sequence[Cell]]:
    for line in comparison.lines:
        for side, cell in zip(comparison.sides, line.cells, strict=True):
            head = (_title(line, said), side.name, words.value(line, cell, said))
            if not cell.holding:
                yield (*head, *[None] * (len(EVIDENCE) - 4), _group(line, said))
            for one in cell.holding:
                origin, of = one.origin, PROPERTIES[one.property]
                yield (
                    *head, said_text(of, one, said.code), said.text(origin.issuer),
                    f"{SHAPES[origin.assurance]} {said.label(origin.assurance)}", said.label(origin.backing),
                    (origin.issued or origin.recorded_at).date(), origin.until.date() if origin.until else None, said.text(origin.source),
                    one.at, origin.document, _group(line, said),
                )  # fmt: skip


def _services(comparison: Comparison, said: Language, offers: Mapping[str, str]) -> Sheet:
    columns = ((said.text(N_("Service")), 34), (said.text(N_("Offer")), 34), (said.text(N_("Verdict")), 16),
               (said.text(N_("Conditions, or why it lost")), 80))  # fmt: skip
    rows: list[Sequence[Cell]] = [
        (one.service, side.name, stand.verdict, _because(stand, said, offers))
        for one in comparison.wanted for side, stand in zip(comparison.sides, one.stands, strict=True)
    ]
    return Sheet(said.text(N_("Your services")), columns, rows)


def _because(stand: Standing, said: Language, offers: Mapping[str, str]) -> str:
    if stand.verdict is None:
        return said.text(N_("The offer is not on the list that the rules read."))
    conditions = [text.change_text(one, offers, said.code) for one in stand.conditions]
    return "; ".join(conditions or [text.reason_text(one, said.code, offers) for one in stand.reasons])
