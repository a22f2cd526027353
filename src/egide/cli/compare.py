"""`egide catalogue compare`: offers side by side, with who says each value."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from egide.cli import door
from egide.cli.assess import day
from egide.cli.catalogue_import import Database
from egide.cli.forms import Forms, deliver, expected
from egide.cli.tools import AsJson, Force, On
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.catalogue.comparing import Compared, Comparison, Line, Standing


def compare(
    *offers: Annotated[str, Parameter(help=N_("Two offers or more, by name or identifier (or offer/region)."))],
    for_: Annotated[
        tuple[Path, ...], Parameter(name="--for", negative="", help=N_("Your services, to say which of them may run on each offer."))
    ] = (),
    answers: Annotated[Path | None, Parameter(name="--answers", help=N_("What was answered about these services."))] = None,
    out: Annotated[
        Path | None, Parameter(name="--out", help=N_("A page, a workbook or a table to write (.html, .xlsx, .csv, .json)."))
    ] = None,
    on: On = None,
    db: Database = None,
    force: Force = False,
    json: AsJson = False,
) -> int:  # fmt: skip
    """Offers side by side: what differs first, who says each value, and what is not known."""
    from egide.app.catalogue.compare import compare_offers
    from egide.papers.offers import comparison_csv, comparison_document, comparison_page, comparison_workbook

    expected(out)
    with door.progress(door.say(N_("reading"))):
        made, names = compare_offers(offers, day(on), db, for_, answers, door.LANG)
    forms = Forms(
        document=lambda: comparison_document(made), page=lambda: comparison_page(made, door.LANG, names),
        workbook=lambda: comparison_workbook(made, door.LANG, names),
        table=lambda: comparison_csv(made, door.LANG), show=lambda: _show(made, names),
    )  # fmt: skip
    return deliver(forms, out, json=json, force=force)


def _show(made: Comparison, names: Mapping[str, str]) -> None:
    """The table, what differs first, with the mark of each assurance."""
    from egide.papers.offers.words import GROUPS, SHAPES, grouped, headline, unsaid
    from egide.vocabulary.statements import Assurance

    lang = door.lang()
    door.out(headline(made, lang))
    table = door.table(door.say(N_("Property")), *(door.plain(side.name) for side in made.sides))
    for one in made.wanted:
        table.add_row(door.plain(one.service), *(_stand(stand, names) for stand in one.stands))
    if made.wanted:
        table.add_section()
    for answer, lines in grouped(made).items():
        for place, line in enumerate(lines):
            title = f"[bold]{door.plain(door.say(GROUPS[answer]))}[/]\n" if place == 0 else ""
            cells = [_cell(line, cell) for cell in line.cells]
            table.add_row(title + door.plain(door.say(line.field.of.title)), *(("\n" if title else "") + cell for cell in cells))
        if lines:
            table.add_section()
    door.console().print(table)
    door.out(" · ".join([*(f"{SHAPES[one]} {lang.label(one)}" for one in reversed(Assurance)), f"? {door.say(N_('not known'))}",
                         f"≠ {door.say(N_('those who say it differ'))}"]))  # fmt: skip
    if left := unsaid(made):
        door.out(door.say(N_("What nobody states: {names}."), names=", ".join(door.say(line.field.of.title) for line in left)))


def _cell(line: Line, cell: Compared) -> str:
    from egide.papers.offers.words import SHAPES, dates, value

    if not cell.applies:
        return "—"
    if cell.value is None:
        return f"[yellow]{'≠' if cell.conflict else '?'}[/]"
    said = ("≠ " if cell.conflict else "") + value(line, cell, door.lang())
    first = cell.holding[0]
    evidence = f"{SHAPES[first.origin.assurance]} {door.say(first.origin.issuer)}, {dates(first, door.lang())}"
    best = f" [green]✓ {door.say(N_('best'))}[/]" if cell.best else ""
    return f"{door.plain(said)}{best}\n[dim]{door.plain(evidence)}[/]"


def _stand(stand: Standing, names: Mapping[str, str]) -> str:
    from egide.papers.text import change_text

    if stand.verdict is None:
        return f"[yellow]? {door.say(N_('not on the list that the rules read'))}[/]"
    conditions = "".join(f"\n[dim]{door.plain(change_text(one, names, door.LANG))}[/]" for one in stand.conditions)
    return door.verdict_cell(stand.verdict) + conditions
