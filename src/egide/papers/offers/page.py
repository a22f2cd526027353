"""The page of a comparison: what differs first, the evidence in each cell, every source in a list that the cells point at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from egide.papers import pictures as shared
from egide.papers import text
from egide.papers.frame import asset, on_each_sheet, policy, template
from egide.papers.offers import words
from egide.papers.offers.words import GROUPS, SHAPES, Notes
from egide.papers.statement_text import said_text
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_
from egide.vocabulary.properties import PROPERTIES
from egide.vocabulary.statements import Assurance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.catalogue.comparing import Compared, Comparison, Line, Standing
    from egide.vocabulary.language import Language
    from egide.vocabulary.statements import Statement

ROOM = "egide.papers.offers"
WIDE = 4
"""From so many offers on, the page is printed across."""
VALUES_SHOWN = 20
ANCHORS = {Answer.MET: "differ", Answer.UNKNOWN: "open", Answer.NOT_MET: "same"}


def comparison_page(comparison: Comparison, lang: str = "fr", offers: Mapping[str, str] | None = None) -> str:
    """The whole page. ``offers``: names of offers, for the conditions and reasons of verdicts."""
    said = words.words(lang)
    title = said.text(N_("Comparison of {names}"), {"names": text.listed((side.name for side in comparison.sides), lang, 6)})
    return filled("comparison.html.j2", said, title, title, **comparison_parts(comparison, lang, offers))


def comparison_parts(comparison: Comparison, lang: str, offers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What the page of a comparison is filled with, whatever frame it stands in."""
    said, notes = words.words(lang), Notes()
    groups = [
        {"id": ANCHORS[answer], "title": said.text(GROUPS[answer]), "lines": [_line(line, said, notes) for line in lines]}
        for answer, lines in words.grouped(comparison).items() if lines
    ]
    return {
        "headline": words.headline(comparison, said),
        "sides": comparison.sides,
        "on": comparison.on,
        "groups": groups,
        "unsaid": [said.text(line.field.of.title) for line in words.unsaid(comparison)],
        "wanted": [
            {"service": one.service, "stands": [_standing(stand, said, offers or {}) for stand in one.stands]} for one in comparison.wanted
        ],
        "notes": [note_view(number, one, said) for number, one in enumerate(notes.cited, 1)],
        "assurances": [(one.value, SHAPES[one], said.label(one)) for one in reversed(Assurance)],
        "across": len(comparison.sides) >= WIDE,
        "disclaimer": said.text(words.DISCLAIMER, {"on": comparison.on}),
    }  # fmt: skip


def filled(name: str, said: Language, title: str, marking: str, **values: Any) -> str:
    """A page of this room with its frame: style, script, policy, words."""
    style, script = asset("page.css") + asset("offers.css", ROOM) + on_each_sheet(marking), asset("page.js")
    frame: dict[str, Any] = {
        "title": title, "style": style, "script": script, "policy": policy(style, script), "sprite": shared.sprite(), "lang": said.code,
        "t": lambda message, **args: said.text(message, args), "n": said.plural, "day": said.day,
    }  # fmt: skip
    return template(name, ROOM).render(**frame, **values)


def _line(line: Line, said: Language, notes: Notes) -> dict[str, Any]:
    return {
        "title": words.title(line, said), "unit": words.unit(line.field, said), "name": line.field.name,
        "cells": [_cell(line, cell, said, notes) for cell in line.cells],
    }  # fmt: skip


def _shortly(text: str, line: Line, cell: Compared, said: Language) -> str:
    """A long list of references or texts by its first; the workbook has them all."""
    values = sorted(cell.value) if isinstance(cell.value, frozenset) and not line.field.of.choices else []
    if len(values) <= VALUES_SHOWN:
        return text
    return f"{', '.join(values[:VALUES_SHOWN])} {said.text(N_('and {n} more'), {'n': len(values) - VALUES_SHOWN})}"


def _cell(line: Line, cell: Compared, said: Language, notes: Notes) -> dict[str, Any]:
    shown = words.differing(line, cell)
    several = len(shown) > 1
    return {
        "value": _shortly(words.value(line, cell, said), line, cell, said), "best": cell.best,
        "known": cell.value is not None or not cell.applies, "conflict": cell.conflict,
        "brought": said.text(words.BROUGHT) if cell.brought else "",
        "said": [statement_view(one, said, notes, several) for one in shown[: words.MOST_STATEMENTS]],
        "more": max(0, len(shown) - words.MOST_STATEMENTS),
    }  # fmt: skip


def statement_view(one: Statement, said: Language, notes: Notes, several: bool) -> dict[str, Any]:
    """Who stands behind it. ``several``: with what it says, as it isn't alone."""
    of = PROPERTIES[one.property]
    return {
        "assurance": one.origin.assurance.value, "shape": SHAPES[one.origin.assurance], "word": said.label(one.origin.assurance),
        "issuer": said.text(one.origin.issuer), "dates": words.dates(one, said), "note": notes.number(one),
        "says": f"{said.text(of.title)}{said.text(N_(': '))}{said_text(of, one, said.code)}" if several else "",
        "region": one.region or "",
    }  # fmt: skip


def note_view(number: int, one: Statement, said: Language) -> dict[str, Any]:
    """A source, as the list at the end of a page has it."""
    origin = one.origin
    return {
        "number": number, "issuer": said.text(origin.issuer), "source": said.text(origin.source), "dates": words.dates(one, said),
        "backing": said.label(origin.backing), "document": origin.document,
        "read": text.read_text(origin.read, said.code),
    }  # fmt: skip


def _standing(stand: Standing, said: Language, offers: Mapping[str, str]) -> dict[str, Any]:
    conditions = [text.change_text(one, offers, said.code) for one in stand.conditions]
    reasons = [text.upper_first(text.reason_text(one, said.code, offers)) for one in stand.reasons[:2]]
    return {
        "verdict": stand.verdict.value if stand.verdict else "", "word": said.label(stand.verdict) if stand.verdict else "",
        "because": conditions or reasons,
    }  # fmt: skip
