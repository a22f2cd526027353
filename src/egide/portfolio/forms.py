"""Questionnaires: one workbook for each data owner, sent by mail and read back when it returns.

A visible sheet for people (question, services, what each answer would give, the reply), a hidden one for us that says which question a
number stands for. Rows may be sorted or left empty; what cannot be read is reported and the rest is taken.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from egide.portfolio.answers import HOSTING_OFFER, Ask
from egide.portfolio.blank import DOES_NOT_KNOW, LISTS, Blank, begin, finish, offer_names
from egide.vocabulary.facts import Kind
from egide.vocabulary.language import N_, language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from egide.vocabulary.offers import Offer

KEYS = "egide-questions"
"""The hidden sheet: number, fact, service, body, offer, region, hosting, one row for each question and service."""
KEY_HEADERS = ("number", "fact", "service", "body", "offer", "region", "hosting")
NAMES_SHOWN = 25
HEADERS = (
    N_("No."), N_("Question"), N_("About"), N_("What each answer would give"), N_("Reply"), N_("Answered by"), N_("Answered on"),
    N_("Source or remark"),
)
_WIDTHS = (5, 48, 34, 30, 22, 20, 12, 28)
NUMBER, REPLY, BY, ON, REMARK = 0, 4, 5, 6, 7
_FIRST = 5
"""The row of the headers, from zero; who answers and when stand above."""
BY_ROW, ON_ROW, ABOVE_COLUMN = 2, 3, 2


def questionnaire(owner: str, asks: Sequence[Ask], lang: str = "fr", *, offers: Sequence[Offer] = ()) -> bytes:
    """The workbook for one owner; ``offers`` fills the list of the question «which offer?»."""
    held, words = BytesIO(), language(lang)
    blank = begin(held, words, words.text(N_("Questions to {owner}"), {"owner": owner}))
    page = blank.book.add_worksheet(words.text(N_("Questions")))
    keys = blank.book.add_worksheet(KEYS)
    blank.hidden = blank.book.add_worksheet(LISTS)
    names = offer_names(offers)
    _above(blank, page, owner)
    for column, (header, width) in enumerate(zip(HEADERS, _WIDTHS, strict=True)):
        page.set_column(column, column, width)
        blank.header(page, _FIRST, column, blank.say(header))
    page.freeze_panes(_FIRST + 1, 2)
    for place, ask in enumerate(asks):
        _row(blank, page, _FIRST + 1 + place, ask, names)
    _keys(keys, asks)
    keys.hide()
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(_FIRST)
    finish(blank)
    return held.getvalue()


def _above(blank: Blank, page: Any, owner: str) -> None:
    page.write_string(0, 0, blank.say(N_("Questions to {owner}"), owner=owner), blank.formats["title"])
    told = N_("Fill in the column «Reply»; leave empty what you do not want to answer now. «I don't know» is an answer.")
    page.write_string(1, 0, blank.say(told))
    for row, message in ((BY_ROW, N_("Answered by (for every row that does not say otherwise)")), (ON_ROW, N_("Answered on"))):
        page.write_string(row, 0, blank.say(message))
    page.write_string(BY_ROW, ABOVE_COLUMN, owner, blank.formats["open"])
    page.write_blank(ON_ROW, ABOVE_COLUMN, None, blank.formats["open_day"])
    blank.day(page, (ON_ROW, ABOVE_COLUMN, ON_ROW, ABOVE_COLUMN))


def _row(blank: Blank, page: Any, row: int, ask: Ask, names: Mapping[str, tuple[str, str | None]]) -> None:
    text, empty = blank.formats["text"], blank.formats["open"]
    question = "\n".join(filter(None, (blank.say(ask.fact.ask), blank.say(ask.fact.help))))
    said = (question, about(blank, ask, names), _would(blank, ask, names))
    page.set_row(row, 15 * min(26, max(_lines(cell, width) for cell, width in zip(said, _WIDTHS[1:], strict=False))) + 3)
    page.write_number(row, NUMBER, row - _FIRST, text)
    for column, cell in enumerate(said, start=1):
        page.write_string(row, column, cell[:32_000], text)
    for column in (REPLY, BY, REMARK):
        page.write_blank(row, column, None, empty)
    page.write_blank(row, ON, None, blank.formats["open_day"])
    blank.day(page, (row, ON, row, ON))
    area = (row, REPLY, row, REPLY)
    if ask.fact.name == HOSTING_OFFER:
        offered = tuple(names) or tuple(ask.would)
        if offered:
            blank.choose(page, area, (*offered, blank.say(DOES_NOT_KNOW)), only=False)
        return
    if ask.fact.kind is Kind.DATE:
        page.write_blank(row, REPLY, None, blank.formats["open_day"])
    blank.answer(page, area, ask.fact)


def _lines(text: str, width: int) -> int:
    """How many lines the text takes in a column of so many characters."""
    return sum(1 + len(line) // width for line in text.split("\n"))


def about(blank: Blank, ask: Ask, names: Mapping[str, tuple[str, str | None]]) -> str:
    """The body, the offer, or the services by name, and the hosting when one is meant."""
    if ask.offer is not None:
        return _offer_said(ask.offer, ask.region, names)
    if ask.body is not None:
        return ask.body.name or ask.body.key
    said = "\n".join(name for _, name in ask.services[:NAMES_SHOWN])
    left = len(ask.services) - NAMES_SHOWN
    if left > 0:
        said += "\n" + blank.say(N_("and {n} more"), n=left)
    if isinstance(ask.hosting, str) and ask.hosting:
        said += "\n" + blank.say(N_("hosting: {hosting}"), hosting=ask.hosting)
    elif isinstance(ask.hosting, int) and ask.hosting > 0:
        said += "\n" + blank.say(N_("hosting no. {n}"), n=ask.hosting + 1)
    return said[:32_000]


def _offer_said(offer: str, region: str | None, names: Mapping[str, tuple[str, str | None]]) -> str:
    found = next((name for name, named in names.items() if named == (offer, region)), None)
    return found or (f"{offer}/{region}" if region else offer)


def _would(blank: Blank, ask: Ask, names: Mapping[str, tuple[str, str | None]]) -> str:
    lines = []
    for answer, verdict in ask.would.items():
        said = blank.say(answer) if answer in {"yes", "no"} else blank.lang.label(answer)
        if ask.fact.name == HOSTING_OFFER:
            offer, _, region = answer.partition("/")
            said = _offer_said(offer, region or None, names)
        lines.append(f"{said} → {blank.lang.label(verdict)}")
    return "\n".join(lines)


def _keys(page: Any, asks: Sequence[Ask]) -> None:
    for column, header in enumerate(KEY_HEADERS):
        page.write_string(0, column, header)
    row = 1
    for number, ask in enumerate(asks, start=1):
        hosting = "" if ask.hosting is None else f"#{ask.hosting}" if isinstance(ask.hosting, int) else f"={ask.hosting}"
        about_services = () if ask.offer is not None or ask.body is not None else ask.services
        for service, _ in about_services or (("", ""),):
            cells = (ask.fact.name, service, ask.body.key if ask.body else "", ask.offer or "", ask.region or "", hosting)
            page.write_number(row, 0, number)
            for column, cell in enumerate(cells, start=1):
                page.write_string(row, column, cell)
            row += 1
