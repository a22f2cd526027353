"""A sheet in the terminal: each value with those who say it, what the offer stands on, what was said before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from egide.catalogue.composition import EXPOSURES, closure, exposure
from egide.catalogue.written import weakest_links
from egide.cli import door
from egide.papers.statement_text import cell_text, origin_text, property_value_text, said_text
from egide.vocabulary.language import N_
from egide.vocabulary.properties import PROPERTIES

if TYPE_CHECKING:
    from egide.catalogue.composition import Closure, SheetOf, Weakest
    from egide.catalogue.shelf import Shelf
    from egide.vocabulary.statements import Statement

SAID = N_("{title}: {said}")
LINKS_SHOWN = 30
PAST_SHOWN = 30
SAYING_SHOWN = 8
NAMES_SHOWN = 3


def sheet_lines(known: Shelf, subject: str, region: str | None, *, listed: bool) -> Iterator[str]:
    """All of it. ``listed``: what the list in use says was shown before, so only what others add, or contradict, is shown."""
    yield from stated_lines(known, subject, region, listed=listed)
    yield from composition_lines(known, subject, region)
    yield from history_lines(known, subject, region)


def head_lines(known: Shelf, subject: str, region: str | None) -> Iterator[str]:
    """What it is."""
    sheet = known.sheet(subject, region)
    if sheet is None:
        return
    provider = sheet.value("provider")
    whole = f"{subject}/{region}" if region else subject
    yield " · ".join(part for part in (sheet.name, str(provider or ""), door.lang().label(known.kind(subject)), whole) if part)
    if regions := known.regions(subject):
        yield door.say(N_("Regions:")) + " " + ", ".join(regions)


def stated_lines(known: Shelf, subject: str, region: str | None, *, listed: bool) -> Iterator[str]:
    """Every property with those who say it."""
    sheet = known.sheet(subject, region)
    cells = [cell for cell in sheet.cells.values() if cell.holding] if sheet else []
    if listed:
        cells = [cell for cell in cells if cell.conflict or any(one.origin.document for one in cell.holding)]
    if not cells or sheet is None:
        return
    yield door.say(N_("Stated on {day}:"), day=sheet.on)
    for cell in cells:
        mark = "≠ " if cell.conflict else ""
        head = "  " + door.say(SAID, title=mark + door.say(cell.property.title), said=cell_text(cell, door.LANG))
        if len(cell.holding) == 1 and cell.value is not None:
            yield f"{head}{_whose(cell.holding[0], subject)} — {origin_text(cell.holding[0], door.LANG)}"
            continue
        yield head
        for one in cell.holding[:SAYING_SHOWN]:
            where = f"[{one.region}] " if one.region and not region else ""
            yield f"      {where}{said_text(cell.property, one, door.LANG)}{_whose(one, subject)} — {origin_text(one, door.LANG)}"
        if (left := len(cell.holding) - SAYING_SHOWN) > 0:
            yield "      " + door.say(N_("and {n} more"), n=left)


def _whose(one: Statement, subject: str) -> str:
    """Of which subject it is said, when that is another: the offer of a variant, one that is the same."""
    return f" ({one.subject})" if one.subject != subject else ""


def composition_lines(known: Shelf, subject: str, region: str | None) -> Iterator[str]:
    """What it stands on, the weakest link, what it is exposed to."""
    sheet_of = known.sheet_in(region)
    reached = closure(subject, sheet_of)
    if not reached.links:
        return
    yield door.say(N_("Stands on:"))
    for link in reached.links[:LINKS_SHOWN]:
        unknown = " ?" if link.to in reached.unknown else ""
        yield f"  {link.subject} — {door.say(PROPERTIES[link.relation].title).lower()} → {link.to}{unknown}"
    if (left := len(reached.links) - LINKS_SHOWN) > 0:
        yield "  " + door.say(N_("and {n} more"), n=left)
    for circle in reached.circles:
        yield "  " + door.say(N_("These stand on each other: {names}"), names=sorted(circle))
    if reached.unknown:
        yield "  " + door.say(N_("Nothing is known of: {names}"), names=sorted(reached.unknown)[:LINKS_SHOWN])
    for found in weakest_links(subject, sheet_of):
        yield "  " + _weakest(found)
    yield from _exposed(sheet_of, subject, reached)


def _weakest(found: Weakest) -> str:
    title = door.say(found.property.title)
    worst = property_value_text(found.property, found.at_most, door.LANG)
    if found.value is not None:
        return door.say(N_("{title}, the chain taken together: {value} ({by})"), title=title, value=worst, by=_few(found.by))
    return door.say(N_("{title}, the chain taken together: not known, {value} at best ({by}); nobody says it of {unknown}"),
                    title=title, value=worst, by=_few(found.by), unknown=_few(found.unknown))  # fmt: skip


def _exposed(sheet_of: SheetOf, subject: str, reached: Closure) -> Iterator[str]:
    for name in EXPOSURES:
        found = exposure(name, subject, sheet_of, reached)
        if found.values:
            said = "; ".join(f"{value} ({_few(those)})" for value, those in found.values.items())
            yield "  " + door.say(N_("{title}, the chain taken together: {said}"), title=door.say(found.property.title), said=said)


def _few(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:NAMES_SHOWN])
    return f"{shown}, +{len(names) - NAMES_SHOWN}" if len(names) > NAMES_SHOWN else shown


def history_lines(known: Shelf, subject: str, region: str | None) -> Iterator[str]:
    """What was said and no longer holds, or not yet."""
    sheet = known.sheet(subject, region)
    past = [(cell.property, why, one) for cell in sheet.cells.values() for why, one in cell.past] if sheet else []
    if not past:
        return
    yield door.say(N_("Before, or not yet:"))
    for of, why, one in past[:PAST_SHOWN]:
        yield f"  {door.lang().label(why)}: {door.say(of.title)} {said_text(of, one, door.LANG)} — {origin_text(one, door.LANG)}"
    if (left := len(past) - PAST_SHOWN) > 0:
        yield "  " + door.say(N_("and {n} more"), n=left)
