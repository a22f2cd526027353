"""Questionnaires that came back: replies to answers, with who said it and when."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from egide.portfolio import forms
from egide.portfolio.answers import HOSTING_OFFER, Answer, Answers, subject_of
from egide.portfolio.cells import Cell, Said, day, said_nothing, shown, value_of
from egide.portfolio.matching import OfferIndex
from egide.portfolio.tables import Table, read_tables
from egide.portfolio.words import fold
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.facts import FACTS, Subject
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import LANGUAGES, N_, language

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from egide.vocabulary.facts import Value
    from egide.vocabulary.offers import Offer

NOT_OURS = N_("this is not one of our questionnaires: its hidden sheet is missing")
NO_NUMBER = N_("the row has a reply and no question number that we know: not used")
NO_ONE = N_("nobody is named as having answered: not used")
NO_DAY = N_("the day of the answer is not given: taken without one")
NOT_UNDERSTOOD = N_("«{value}» is not understood: the question stays open")


@dataclass(slots=True)
class _Replies:
    """The visible sheet, and the columns where replies stand."""

    table: Table
    file: str
    header: int
    columns: dict[int, int]
    """Columns of the form, to where they stand in the file."""
    problems: list[Problem]

    def cell(self, row: int, column: int) -> Cell:
        """The cell of one of the form's columns."""
        return self.table.cell(row, self.columns[column]) if column in self.columns else None

    def tell(self, row: int, column: int, message: str, *, rejected: bool = False, **values: object) -> None:
        header = shown(self.table.cell(self.header, self.columns.get(column, 0)))
        at = Location(self.file, self.table.sheet, row + 1, header or None)
        self.problems.append(Problem(at, message, values, rejected))


def read_questionnaire(content: bytes, file: str, *, offers: Sequence[Offer] = ()) -> tuple[Answers, tuple[Problem, ...]]:
    """The answers in a questionnaire, and the replies that could not be read.

    With ``offers``, an offer may be named in free words; without, by identifier. Raises `InputError` on another kind of file.
    """
    tables = read_tables(content, file, hidden=True)
    keys = next((table for table in tables if table.sheet == forms.KEYS), None)
    if keys is None:
        raise InputError(NOT_OURS, Location(file))
    questions = _questions(keys)
    replies = next((found for table in tables if (found := _replies(table, file))), None)
    if replies is None:
        raise InputError(N_("the column of replies is missing"), Location(file))
    index = OfferIndex.of(offers)
    by, on = _above(replies)
    answers = []
    for row in range(replies.header + 1, len(replies.table.rows)):
        reply = replies.cell(row, forms.REPLY)
        if said_nothing(reply) is not Said.NOTHING:
            answers += _answered(replies, row, questions, by, on, index)
    return Answers(answers=tuple(answers)), tuple(replies.problems)


def _questions(keys: Table) -> dict[int, Answer]:
    """Number to an answer without a value; a line about a fact that we no longer have is left out and its reply reported."""
    found: dict[int, Answer] = {}
    for line in keys.rows[1:]:
        number, fact, service, body, offer, region, hosting = (shown(cell) for cell in (*line, *[None] * 7)[:7])
        if not number.isdecimal() or (fact not in FACTS and fact != HOSTING_OFFER):
            continue
        place: int | str | None = None
        if hosting:
            place = int(hosting[1:]) if re.fullmatch(r"#\d{1,4}", hosting) else hosting[1:]
        asked = found.setdefault(int(number), Answer(fact, None, "", None, "", (), body or None, offer or None, region or None, place))
        if service:
            found[int(number)] = replace(asked, services=(*asked.services, service))
    return {number: asked for number, asked in found.items() if _whole(asked)}


def _whole(asked: Answer) -> bool:
    """Whether the question says whom it is about, as the fact asks."""
    subject = subject_of(asked.fact)
    targets = [bool(asked.services), asked.body is not None, asked.offer is not None]
    return sum(targets) == 1 and (asked.body is None or subject is Subject.BODY) and (asked.offer is None or subject is Subject.OFFER)


def _replies(table: Table, file: str) -> _Replies | None:
    if table.sheet == forms.KEYS:
        return None
    wanted = {fold(language(code).text(header)): place for code in LANGUAGES for place, header in enumerate(forms.HEADERS)}
    for row in range(min(40, len(table.rows))):
        columns: dict[int, int] = {}
        for column, cell in enumerate(table.rows[row]):
            if isinstance(cell, str) and fold(cell) in wanted:
                columns.setdefault(wanted[fold(cell)], column)
        if forms.REPLY in columns and forms.NUMBER in columns:
            return _Replies(table, file, row, columns, [])
    return None


def _above(replies: _Replies) -> tuple[str, date | None]:
    """Who answered and when, for the whole form."""
    by = replies.table.cell(forms.BY_ROW, forms.ABOVE_COLUMN) if replies.header > forms.ON_ROW else None
    on = day(replies.table.cell(forms.ON_ROW, forms.ABOVE_COLUMN)) if replies.header > forms.ON_ROW else Said.NOTHING
    return "" if said_nothing(by) else shown(by), None if isinstance(on, Said) else on


def _answered(
    replies: _Replies, row: int, questions: dict[int, Answer], by: str, on: date | None, index: OfferIndex,
) -> list[Answer]:
    number, reply = shown(replies.cell(row, forms.NUMBER)), replies.cell(row, forms.REPLY)
    asked = questions.get(int(number)) if re.fullmatch(r"\d{1,6}", number) else None
    if asked is None:
        replies.tell(row, forms.NUMBER, NO_NUMBER, rejected=True)
        return []
    fault = replies.table.faults.get((row, replies.columns[forms.REPLY]))
    value = Said.NOT_UNDERSTOOD if fault else _value(asked.fact, reply, index)
    if value is Said.NOT_UNDERSTOOD:
        replies.tell(row, forms.REPLY, NOT_UNDERSTOOD, value=shown(reply)[:80])
        return []
    own_by, own_on = replies.cell(row, forms.BY), day(replies.cell(row, forms.ON))
    who = by if said_nothing(own_by) else shown(own_by)
    when = on if isinstance(own_on, Said) else own_on
    if own_on is Said.NOT_UNDERSTOOD:
        replies.tell(row, forms.ON, NOT_UNDERSTOOD, value=shown(replies.cell(row, forms.ON))[:80])
    if not who:
        replies.tell(row, forms.BY, NO_ONE, rejected=True)
        return []
    if when is None:
        replies.tell(row, forms.ON, NO_DAY)
    remark = replies.cell(row, forms.REMARK)
    source = replies.file if said_nothing(remark) else shown(remark)[:1000]
    said = replace(asked, by=who, on=when, source=source)
    if value is Said.DOES_NOT_KNOW:
        return [said]
    if asked.fact == HOSTING_OFFER and isinstance(value, str):
        offer, _, region = value.partition("/")
        return [replace(said, value=offer, region=region or None)]
    return [replace(said, value=value)] if not isinstance(value, Said) else []


def _value(fact: str, reply: Cell, index: OfferIndex) -> Value | Said:
    nothing = said_nothing(reply)
    if fact != HOSTING_OFFER:
        return value_of(FACTS[fact], reply)
    if nothing:
        return nothing
    match = index.match(shown(reply))
    if match.offer is not None:
        return f"{match.offer}/{match.region}" if match.region else match.offer
    return shown(reply) if re.fullmatch(r"[a-z0-9-]+(/[\w./-]+)?", shown(reply)) and not match.near else Said.NOT_UNDERSTOOD
