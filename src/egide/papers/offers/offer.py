"""One offer for a reader: the sentence that answers, each value with who says it, what it stands on, and what was said before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from egide.catalogue.composition import EXPOSURES, closure, exposure
from egide.catalogue.written import weakest_links
from egide.papers.offers.page import note_view, statement_view
from egide.papers.offers.words import Notes, words
from egide.papers.statement_text import cell_text, property_value_text, said_text
from egide.vocabulary.language import N_
from egide.vocabulary.properties import PROPERTIES

if TYPE_CHECKING:
    from egide.catalogue.composition import SheetOf
    from egide.catalogue.sheets import Cell, Sheet
    from egide.vocabulary.language import Language

GROUPS: Mapping[str, str] = {
    "trust": N_("What vouches for it"), "place": N_("Where it is, and under which law"), "identity": N_("What it is"),
    "service": N_("What is promised"), "price": N_("What it costs"), "exit": N_("How one leaves"), "capacity": N_("How much of it"),
    "energy": N_("Energy and carbon"), "relation": N_("What it refers to"),
}  # fmt: skip
"""The groups of the registry, in the order in which a person asks."""
HEADLINES: Mapping[str, str] = {
    "in-progress": N_("{name} is not qualified SecNumCloud: it is on the way"),
    "expired": N_("{name} is no longer qualified SecNumCloud"), "none": N_("{name} is not qualified SecNumCloud"),
}  # fmt: skip
SAYING_SHOWN, PAST_SHOWN, LINKS_SHOWN, NAMES_SHOWN = 6, 40, 40, 3


def offer_headline(sheet: Sheet, lang: str) -> str:
    """Whether it is qualified on the day, in a sentence: what is asked first."""
    said, cell, until = words(lang), sheet.cells.get("qualification"), sheet.value("qualified_to")
    name = {"name": sheet.name, "until": until}
    if cell is None or (cell.value is None and not cell.conflict and not cell.varies):
        return said.text(N_("Nobody says whether {name} is qualified SecNumCloud"), name)
    if cell.conflict and cell.value is None:
        return said.text(N_("Those who say whether {name} is qualified SecNumCloud differ"), name)
    if cell.value is None:
        return said.text(N_("Whether {name} is qualified SecNumCloud depends on the region"), name)
    if cell.value == "qualified":
        return said.text(N_("{name} is qualified SecNumCloud until {until}") if until else N_("{name} is qualified SecNumCloud"), name)
    return said.text(HEADLINES[str(cell.value)], name)


def offer_parts(sheet: Sheet, lang: str) -> dict[str, Any]:
    """What a page of the offer is filled with: its values by group, their sources, what was said before; `stands_on` is apart."""
    said, notes = words(lang), Notes()
    groups = [(said.text(title), rows) for name, title in GROUPS.items() if (rows := list(_rows(sheet, name, said, notes)))]
    past = [_past(cell, why.value, one, said) for cell in sheet.cells.values() for why, one in cell.past]
    return {
        "headline": offer_headline(sheet, lang), "groups": groups, "past": past[:PAST_SHOWN], "past_all": len(past),
        "notes": [note_view(number, one, said) for number, one in enumerate(notes.cited, 1)],
    }  # fmt: skip


def _rows(sheet: Sheet, group: str, said: Language, notes: Notes) -> Iterator[dict[str, Any]]:
    for cell in sheet.cells.values():
        if cell.property.group != group or not cell.holding:
            continue
        several = len(cell.holding) > 1
        shown = cell.holding[:SAYING_SHOWN]
        refers = sorted(cell.value) if cell.property.is_relation and isinstance(cell.value, frozenset) else []
        yield {
            "title": said.text(cell.property.title), "value": _value(cell, said), "known": cell.value is not None,
            "conflict": cell.conflict, "refers": refers,
            "said": [statement_view(one, said, notes, several) for one in shown], "more": len(cell.holding) - len(shown),
        }  # fmt: skip


def _value(cell: Cell, said: Language) -> str:
    """A text in the reader's language where it has one."""
    return said.text(cell.value) if isinstance(cell.value, str) and not cell.property.choices else cell_text(cell, said.code)


def _past(cell: Cell, why: str, one: Any, said: Language) -> dict[str, Any]:
    return {
        "why": said.label(why), "title": said.text(cell.property.title), "value": said_text(cell.property, one, said.code),
        **statement_view(one, said, Notes(), several=False), "source": said.text(one.origin.source),
    }  # fmt: skip


def stands_on(subject: str, sheet_of: SheetOf, lang: str) -> dict[str, Any]:
    """What the subject reaches through its relations, what that chain is worth at most, and what it is exposed to."""
    said, reached = words(lang), closure(subject, sheet_of)
    links = [
        {"subject": one.subject, "relation": said.text(PROPERTIES[one.relation].title), "to": one.to, "unknown": one.to in reached.unknown}
        for one in reached.links[:LINKS_SHOWN]
    ]
    weakest = [
        {
            "title": said.text(one.property.title), "value": property_value_text(one.property, one.at_most, said.code),
            "exact": one.value is not None, "by": _few(one.by), "unknown": _few(one.unknown),
        } for one in weakest_links(subject, sheet_of)
    ]  # fmt: skip
    found = [exposure(name, subject, sheet_of, reached) for name in EXPOSURES] if reached.links else []
    exposed = [
        {
            "title": said.text(one.property.title), "unknown": _few(one.unknown),
            "values": [(said.value(value) if one.property.choices else value, _few(by)) for value, by in one.values.items()],
        } for one in found if one.values
    ]  # fmt: skip
    return {
        "links": links, "more": len(reached.links) - len(links), "circles": [sorted(one) for one in reached.circles],
        "weakest": weakest, "exposed": exposed, "truncated": reached.truncated,
    }  # fmt: skip


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(names[:NAMES_SHOWN])
    return f"{shown}, +{len(names) - NAMES_SHOWN}" if len(names) > NAMES_SHOWN else shown
