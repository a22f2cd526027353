"""What our empty workbooks share: text that stays text, lists to choose from, headers that stay in sight."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from egide.vocabulary.facts import FactType, Kind
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence
    from io import BytesIO

    from egide.vocabulary.language import Language
    from egide.vocabulary.offers import Offer

ROWS = 1_000
"""Rows that are given lists to choose from; more may be filled in."""
LISTS = "Listes"
DOES_NOT_KNOW = N_("I don't know")
_CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed mark, so that the same workbook has the same bytes
_INK, _PAPER, _ACCENT = "#1C1D20", "#F3F1EC", "#2468AD"


@dataclass(slots=True)
class Blank:
    """A workbook being laid out."""

    book: Any
    lang: Language
    formats: dict[str, Any] = field(default_factory=dict)
    lists: dict[tuple[str, ...], str] = field(default_factory=dict)
    """Choices to the range of the hidden sheet that holds them."""
    hidden: Any = None

    def say(self, message: str, **values: object) -> str:
        """The message in the reader's language."""
        return self.lang.text(message, values)

    def header(self, sheet: Any, row: int, column: int, text: str, note: str = "") -> None:
        """One header, with its question as a note."""
        sheet.write_string(row, column, text, self.formats["header"])
        if note:
            sheet.write_comment(row, column, note[:1000], {"x_scale": 2.4, "y_scale": 1.4, "author": "Égide"})

    def choose(self, sheet: Any, area: tuple[int, int, int, int], choices: Sequence[str], note: str = "", *, only: bool = True) -> None:
        """A list to choose from; with ``only`` anything else is questioned, not refused."""
        source = self._listed(tuple(choices))
        told = {"input_message": note[:255]} if note else {}
        sheet.data_validation(*area, {
            "validate": "list", "source": source, "error_type": "warning" if only else "information", "show_error": only,
            "error_title": self.say(N_("Not in the list"))[:32],
            "error_message": self.say(N_("Choose from the list, so that it can be read."))[:255], **told,
        })  # fmt: skip

    def day(self, sheet: Any, area: tuple[int, int, int, int], note: str = "") -> None:
        """A day is asked for; a text such as «à confirmer» may stand there too."""
        told = {"input_message": note[:255]} if note else {}
        sheet.data_validation(*area, {
            "validate": "date", "criteria": "between", "minimum": date(1950, 1, 1), "maximum": date(2150, 12, 31), "error_type": "warning",
            "error_title": self.say(N_("Not a day"))[:32], "error_message": self.say(N_("Write a day such as 30/11/2026."))[:255], **told,
        })  # fmt: skip

    def answer(self, sheet: Any, area: tuple[int, int, int, int], fact: FactType) -> None:
        """What the fact asks for, as a list, a day or nothing; «I don't know» is always an answer."""
        note = self.say(fact.ask)
        if fact.kind is Kind.YES_NO:
            self.choose(sheet, area, (self.say("yes"), self.say("no"), self.say(DOES_NOT_KNOW)), note)
        elif fact.kind is Kind.CHOICE:
            self.choose(sheet, area, (*(self.lang.label(choice) for choice in fact.choices), self.say(DOES_NOT_KNOW)), note)
        elif fact.kind is Kind.DATE:
            self.day(sheet, area, note)

    def _listed(self, choices: tuple[str, ...]) -> str:
        """The range of the hidden sheet that holds these choices."""
        if choices not in self.lists:
            column = len(self.lists)
            for row, choice in enumerate(choices):
                self.hidden.write_string(row, column, choice)
            letters = _letters(column)
            self.lists[choices] = f"='{LISTS}'!${letters}$1:${letters}${len(choices)}"
        return self.lists[choices]


def begin(held: BytesIO, lang: Language, title: str) -> Blank:
    """A workbook in which no text ever becomes a formula or a link."""
    import xlsxwriter  # noqa: PLC0415 - 40 ms, only when a workbook is made

    book = xlsxwriter.Workbook(held, {
        "in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False,
        "default_date_format": "dd/mm/yyyy",
    })  # fmt: skip
    book.set_properties({"title": title, "author": "Égide", "created": _CREATED})
    blank = Blank(book, lang)
    open_cell = {"text_wrap": True, "valign": "top", "bg_color": _PAPER, "border": 1, "border_color": _ACCENT}
    blank.formats = {
        "header": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "font_color": "#FFFFFF", "bg_color": _INK}),
        "title": book.add_format({"bold": True, "font_size": 14, "font_color": _INK}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "open": book.add_format(open_cell),
        "open_day": book.add_format({**open_cell, "num_format": "dd/mm/yyyy"}),
        "day": book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"}),
        "number": book.add_format({"num_format": "@", "valign": "top"}),
    }
    return blank


def finish(blank: Blank) -> None:
    """Close the book, the lists hidden at its end."""
    blank.hidden.hide()
    blank.book.close()


def offer_names(offers: Sequence[Offer]) -> dict[str, tuple[str, str | None]]:
    """What a person chooses, to the offer and region it names: each offer, then each of its regions."""
    found: dict[str, tuple[str, str | None]] = {}
    for offer in offers:
        found[offer.name] = (offer.id, None)
        for region in offer.regions:
            found[f"{offer.name} · {region.name} ({region.id})"] = (offer.id, region.id)
    return found


def _letters(column: int) -> str:
    return (chr(64 + column // 26) if column >= 26 else "") + chr(65 + column % 26)
