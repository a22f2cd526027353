"""A plan on the terminal, and the search while it goes on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from egide.cli import door
from egide.vocabulary.findings import Verdict
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.plan.making import Question
    from egide.app.plan.verify import Checked
    from egide.papers.plan.tables import Cell, Part
    from egide.planner.plan_file import PlanFile

STEPS = {
    "search": N_("searching"), "conflict": N_("looking for what cannot hold together"),
    "relaxation": N_("looking for the cheapest way out"), "rules": N_("pricing the rules"),
    "frontier": N_("cost against diversity"), "carbon": N_("cost against carbon"),
}  # fmt: skip
ALWAYS = ("conflict", "placements", "costs", "spares", "conditions", "rules", "providers", "carbon")
MORE = ("flows", "alternatives", "refused", "places", "leaving", "unpriced", "sources")
MOST = 40
"""Lines of one table on the terminal."""
WIDE = 120
NARROW = {"placements": (0, 1, 2, 3, 8, 10)}
"""The columns of a wide table that a terminal narrower than `WIDE` shows; the page and the workbook have them all."""


@contextmanager
def searching() -> Iterator[Callable[[str, int | None, int | None], None]]:
    """One line on standard error that says what goes on; nothing when that is not a terminal."""
    if not sys.stderr.isatty():
        yield lambda step, one, other: None
        return
    from rich.console import Console

    from egide.papers.plan.words import money

    lang = door.lang()
    with Console(stderr=True).status(door.say(N_("reading"))) as status:

        def told(step: str, one: int | None, other: int | None) -> None:
            words = door.say(STEPS[step])
            if step == "search":
                words += f" · {door.say(N_('best {total}, at least {bound}'), total=money(one, lang), bound=money(other, lang))}"
            elif one is not None:
                words += f" · {one}/{other}"
            status.update(words)

        yield told


def show(made: PlanFile, question: Question, *, explain: bool) -> None:
    """The sentence, how sure it is, the tables."""
    from egide.papers.plan.tables import parts
    from egide.papers.plan.words import headline, standing

    lang = door.lang()
    door.out(headline(made, lang))
    for line in standing(made, lang):
        door.out(line)
    if not made.placements:
        _unanswered(made, question)
    wanted = (*ALWAYS, *MORE) if explain else ALWAYS
    for part in parts(made, lang.code, question.law.offers):
        if part.id in wanted:
            _table(part)
    door.problems(question.problems)
    if not explain:
        refused = len({(one.component, one.place) for one in made.refused if one.law})
        if refused:
            door.out(door.lang().plural(N_("{n} pair of component and place is refused by the law or undetermined: --explain says why."),
                                        N_("{n} pairs of component and place are refused by the law or undetermined: --explain says why."),
                                        refused))  # fmt: skip


def _unanswered(made: PlanFile, question: Question) -> None:
    """For components that the law lets run nowhere for want of facts: the fact that would settle most."""
    asked: dict[str, list[str]] = {}
    for component in made.need.components:
        open_ = [one.place for one in made.refused if one.component == component.id and one.verdict is Verdict.UNDETERMINED]
        if open_ and not question.found.kept[component.id]:
            found = question.law.question(component.id, question.market.places[open_[0]])
            if found is not None:
                asked.setdefault(f"{door.say(found.fact.ask)} ({found.fact.name})", []).append(component.id)
    for words, components in asked.items():
        door.out(f"? {', '.join(components)} : {words}" if door.LANG == "fr" else f"? {', '.join(components)}: {words}")


def _table(part: Part) -> None:
    console = door.console()
    narrow = console.width < WIDE and part.id in NARROW
    shown = NARROW[part.id] if narrow else tuple(range(len(part.columns)))
    table = door.table(*(part.columns[place][0] for place in shown), title=part.title)
    for column, place in zip(table.columns, shown, strict=True):
        if any(isinstance(row[place], (Decimal, int)) for row in part.rows):
            column.justify = "right"
    for row in part.rows[:MOST]:
        table.add_row(*(_cell(row[place]) for place in shown))
    door.out()
    console.print(table)
    if part.note:
        door.out(part.note)
    door.more(len(part.rows) - MOST)


def _cell(cell: Cell) -> str:
    if cell is None:
        return "—"
    if isinstance(cell, Verdict):
        return door.verdict_cell(cell)
    if isinstance(cell, date):
        return door.lang().day(cell)
    if isinstance(cell, Decimal):
        figure = f"{cell:,.2f}"
        return figure.replace(",", "\u202f").replace(".", ",") if door.LANG == "fr" else figure
    return door.plain(door.lang().value(cell) if isinstance(cell, int) else cell)


def show_faults(checked: Checked) -> None:
    """What is wrong with a plan that was checked, or that nothing is."""
    from egide.papers.plan.words import money

    lang, made = door.lang(), checked.made
    if not checked.faults:
        said = N_("The plan holds: every limit and every cent was derived again ({total} a month).") if made.placements else (
            N_("The plan places nothing ({status}); what it says agrees with itself.")
        )  # fmt: skip
        door.out(door.say(said, total=money(made.total, lang), status=lang.label(f"plan-{made.status}")))
        door.out(door.say(checked.note))
        return
    door.out(lang.plural(N_("{n} fault in the plan:"), N_("{n} faults in the plan:"), len(checked.faults)))
    for fault in checked.faults:
        door.out(f"✕ {lang.text(fault.message, dict(fault.args))}")
