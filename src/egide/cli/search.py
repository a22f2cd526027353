"""`egide catalogue search`: words and conditions in, offers with their counts by value out, and what is left out as unknown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from egide.cli import DONE, door
from egide.cli.assess import day
from egide.cli.catalogue_import import Database
from egide.cli.tools import AsJson, On
from egide.papers.offers.found import count_text, found_text
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from datetime import date

    from egide.catalogue.search import Answered, Facet, Field, Where

SHOWN = ("provider", "countries", "qualification", "price")
"""The fields of the table besides those that are asked."""
HINTED = frozenset({"qualification", "hds_certified", "gaia_x_label", "immune"})
"""What people write among the words, and mean as a condition."""


def search(
    text: Annotated[str, Parameter(help=N_("Words in French or English; all must be found. None: every offer."))] = "",
    /,
    *,
    where: Annotated[str, Parameter(name="--where", help=N_("Conditions, such as «region=FR qualified=SecNumCloud price<0.05».")),] = "",
    facets: Annotated[bool, Parameter(name="--facets", negative="", help=N_("Count the offers found by value."))] = False,
    facet: Annotated[tuple[str, ...], Parameter(name="--facet", negative="", help=N_("Count by this property; may be repeated."))] = (),
    sort: Annotated[Literal["relevance", "name", "price"], Parameter(name="--sort", help=N_("The order."))] = "relevance",
    limit: Annotated[int, Parameter(name="--limit", help=N_("How many offers a page shows."))] = 20,
    page: Annotated[int, Parameter(name="--page", help=N_("Which page, from 1."))] = 1,
    unknown: Annotated[
        bool, Parameter(name="--unknown", negative="", help=N_("List instead the offers left out because a value is not known."))
    ] = False,
    fields: Annotated[bool, Parameter(name="--fields", negative="", help=N_("List what can be asked, and leave."))] = False,
    on: On = None,
    db: Database = None,
    json: AsJson = False,
) -> int:  # fmt: skip
    """Find offers by words and conditions; what is not known is counted apart."""
    from egide.app.catalogue.search import finder

    if fields:
        return _fields(json)
    asked = _asked(where)
    counted = _counted(facets, facet)
    when = day(on)
    with door.progress(door.say(N_("making the index"))) as step:
        index = finder(when, db, step)
    size = max(1, min(limit, 1000))
    answer = index.ask(text, asked, limit=size, offset=(max(1, page) - 1) * size, sort=sort, facets=counted, unknown=unknown)
    if json:
        door.emit(_document(answer, text, asked, when, max(1, page), size, unknown))
        return DONE
    _tell(answer)
    _hint(text)
    _table(answer, asked)
    left = (answer.unknown if unknown else answer.total) - (max(1, page) - 1) * size - len(answer.hits)
    if left > 0:
        door.out(door.say(N_("{n} more: --page {page}"), n=left, page=max(1, page) + 1))
    if answer.facets:
        _facets(answer.facets)
    return DONE


def _asked(where: str) -> Where:
    """The filter; what is wrong in it is pointed at."""
    from egide.catalogue.search import WhereError, parse

    try:
        return parse(where)
    except WhereError as error:
        if "\n" not in where and len(where) < 200:
            door.error(f"  {where}\n  {' ' * error.position}^")
        raise


def _counted(usual: bool, named: Sequence[str]) -> Sequence[Field]:
    from egide.catalogue.search import chosen, field_named, fields, near
    from egide.vocabulary.errors import InputError

    found = []
    for name in named:
        field = field_named(name)
        if field is None:
            close = ", ".join(near(name, fields())) or "—"
            raise InputError(N_("no property is named «{name}»; near: {near}"), values={"name": name, "near": close})
        found.append(field.name)
    return chosen(found) if usual or found else ()


def _document(answer: Answered, text: str, where: Where, when: date, page: int, size: int, unknown: bool) -> dict[str, Any]:
    """The answer for a program. Money is in micro-euros; `units` says the unit of each number."""
    from egide.catalogue.search import fields

    held = {name for hit in answer.hits for name in hit["values"]}
    return {
        "text": text, "where": where.text, "on": when, "total": answer.total, "page": page, "page_size": size,
        "unknown": {"total": answer.unknown, "by": dict(answer.unknown_by), "listed": unknown},
        "instead": {word: list(others) for word, others in answer.instead.items()},
        "units": {name: fields()[name].of.unit for name in sorted(held) if fields()[name].of.unit},
        "hits": list(answer.hits),
        "facets": {
            one.field: {
                "counts": [{"value": each.value, "from": each.low, "below": each.high, "count": each.count} for each in one.counts],
                "others": one.others, "unknown": one.unknown,
            } for one in answer.facets
        },
    }  # fmt: skip


def _tell(answer: Answered) -> None:
    """How many, which words were taken for others, and what is left out."""
    from egide.catalogue.search import fields
    from egide.papers.text import counted

    lang = door.lang()
    for word, others in answer.instead.items():
        if others:
            door.out(door.say(N_("No offer has the word «{word}»; looked for: {others}."), word=word, others=", ".join(others)))
        else:
            door.out(door.say(N_("No offer has the word «{word}», nor one that is near."), word=word))
    door.out(lang.plural(N_("{n} offer found."), N_("{n} offers found."), answer.total))
    if answer.unknown:
        lacking = ", ".join(f"{door.say(fields()[name].of.title)} ({count})" for name, count in answer.unknown_by.items())
        door.out(counted(
            lang, N_("{n} more may answer too; of it is not known: {what}. --unknown lists it."),
            N_("{n} more may answer too; of them is not known: {what}. --unknown lists them."), answer.unknown, what=lacking,
        ))  # fmt: skip


def _hint(text: str) -> None:
    """That a word which was looked for is also what a condition is called: most who write it mean the condition."""
    from egide.catalogue.search import field_named

    for word in text.split():
        field = field_named(word)
        if field is None or field.name not in HINTED:
            continue
        asked = "qualified=SecNumCloud" if field.name == "qualification" else f"{word}=…"
        door.out(door.say(N_("«{word}» was looked for as a word; as a condition: --where \"{asked}\"."), word=word, asked=asked))


def _table(answer: Answered, where: Where) -> None:
    from egide.catalogue.search import fields

    if not answer.hits:
        return
    asked = [one.field.name for one in where.conditions]
    shown = list(dict.fromkeys([*SHOWN, *(name for name in asked if name not in {"region", "name"})]))
    known = fields()
    table = door.table(door.say(N_("Offer")), door.say(N_("Name")), *(door.say(known[name].of.title) for name in shown))
    for hit in answer.hits:
        conflicts = set(hit["conflicts"])
        cells = [_cell(known[name], hit["values"].get(name), name in conflicts) for name in shown]
        table.add_row(door.plain(hit["key"]), door.plain(hit["name"]), *cells)
    door.console().print(table)


def _cell(field: Field, value: Any, conflict: bool) -> str:
    """A value for a person; ? where it isn't known, ≠ where issuers differ."""
    if value is None:
        return "[yellow]≠ ?[/]" if conflict else "[yellow]?[/]"
    said = found_text(field, value, door.LANG)
    return door.plain(f"≠ {said}" if conflict else said)


def _facets(found: Sequence[Facet]) -> None:
    """The counts of each field, the unknown in a line of its own."""
    from egide.catalogue.search import fields

    table = door.table(door.say(N_("Property")), door.say(N_("Value")), door.say(N_("Offers")))
    table.columns[2].justify = "right"
    for facet in found:
        field = fields()[facet.field]
        lines = [(door.plain(count_text(field, one, door.LANG)), str(one.count)) for one in facet.counts]
        if facet.others:
            lines.append((door.say(N_("{n} other values"), n=facet.others), ""))
        if facet.unknown:
            lines.append((f"[yellow]? {door.say(N_('not known'))}[/]", str(facet.unknown)))
        for place, (value, count) in enumerate(lines):
            table.add_row("" if place else door.say(field.of.title), value, count, end_section=place == len(lines) - 1)
    door.console().print(table)


def _fields(json: bool) -> int:
    """What can be asked: each property with its unit, its values and the other words for it."""
    from egide.catalogue.fields import WORDS
    from egide.catalogue.search import fields

    if json:
        door.emit([
            {"name": field.name, "also": list(WORDS.get(field.name, ())), "form": field.of.form.value, "unit": field.of.unit or None,
             "ordered": field.ordered, "values": list(field.of.choices)}
            for field in fields().values()
        ])  # fmt: skip
        return DONE
    heads = (N_("Property"), N_("Also"), N_("What it is"), N_("Unit"), N_("Values"))
    table = door.table(*(door.say(one) for one in heads))
    for field in fields().values():
        values = ", ".join(field.of.choices[:8]) + (" …" if len(field.of.choices) > 8 else "")
        also, unit = ", ".join(WORDS.get(field.name, ())), field.of.unit.replace("µ€", "€")
        table.add_row(field.name, also, door.say(field.of.title), unit, values)
    door.console().print(table)
    return DONE
