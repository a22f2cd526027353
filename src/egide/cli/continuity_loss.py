"""`egide continuity loss`: a qualification is lost; who stands on it, what the law then says, how to leave, what to write."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from egide.cli import DONE, REFUSED, UNDETERMINED, door
from egide.cli.assess import Given, Mapped, day
from egide.cli.catalogue_import import Database
from egide.cli.tools import AsJson, Force, On
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Verdict
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.continuity.qualification import QualificationLost

SHOWN, SHOWN_PLACES = 40, 3


def loss(
    qualification: Annotated[str, Parameter(help=N_("The offer that loses it, offer/region, or the number of ANSSI's decision."))],
    /,
    *portfolio: Annotated[Path, Parameter(help=N_("Workbooks, CSV or YAML files of services, of one or several bodies."))],
    on: On = None,
    answers: Given = None,
    mapping: Mapped = None,
    db: Database = None,
    out: Annotated[
        Path | None, Parameter(name="--out", help=N_("Write the page, JSON, a calendar and the letters (DOCX, ODT) into this folder."))
    ] = None,
    force: Force = False,
    json: AsJson = False,
) -> int:  # fmt: skip
    """A qualification is lost on a day: every service that it touches, what replaces it, and the letters."""
    from egide.app.continuity.loss import NotKnownThenError, save
    from egide.app.continuity.loss import loss as lose

    if not portfolio:
        raise InputError(N_("name at least one file of services"), hint="egide template services.xlsx")
    try:
        with door.progress(door.say(N_("judging"))) as step:
            made = lose(qualification, day(on), portfolio, answers=answers, mapping=mapping, db=db, lang=door.LANG, progress=step)
    except NotKnownThenError as unknown:
        door.error(door.say(unknown.message, **unknown.values))
        door.error("  → " + door.say(unknown.hint))
        return UNDETERMINED
    written = save(made, out, door.LANG, force=force) if out else []
    if json:
        from egide.papers.continuity.loss import document

        door.emit(document(made, door.LANG))
    else:
        _show(made)
        for path in written:
            door.out(f"→ {path}")
    if made.worst in (Verdict.FORBIDDEN, Verdict.STOP):
        return REFUSED
    return UNDETERMINED if made.worst is Verdict.UNDETERMINED else DONE


def _show(made: QualificationLost) -> None:
    from egide.papers.continuity.loss import context

    said = context(made, door.LANG)
    console = door.console()
    console.print(f"[bold]{door.plain(said['headline'])}[/]")
    if made.touched:
        table = door.table(*(door.say(one) for one in (
            N_("Body"), N_("Service"), N_("Hosting"), N_("Before"), N_("From that day"), N_("Lawful in its place"),
        )))  # fmt: skip
        for one, row in list(zip(made.touched, said["rows"], strict=True))[:SHOWN]:
            perhaps = "" if one.surely else "\n" + door.say(N_("perhaps: the region is not known"))
            path = f"\n{row['path']}" if row["path"] else ""
            places = "\n".join(f"{it['name']} – {it['told']}" for it in row["replacements"][:SHOWN_PLACES]) or door.say(N_("none is known"))
            table.add_row(
                door.plain(row["body"]), door.plain(row["service"]), door.plain(row["hosting"] + path + perhaps),
                door.verdict_cell(one.before), door.verdict_cell(one.after), door.plain(places),
            )  # fmt: skip
        console.print(table)
        door.more(len(made.touched) - SHOWN)
    steps = door.table(*(door.say(one) for one in (N_("Step"), N_("Who"), N_("When"), N_("Source"))))
    for it in said["steps"]:
        secondary = f" ({door.say(N_('secondary reading'))})" if it["read"] == "secondary" else ""
        steps.add_row(*(door.plain(one) for one in (it["what"], it["who"], it["when"], it["source"] + secondary)))
    console.print(steps)
    costs = door.table(*(door.say(one) for one in (N_("What leaving costs"), N_("How much"), N_("Source"))))
    for it in said["costs"]:
        secondary = f" ({door.say(N_('secondary reading'))})" if it["read"] == "secondary" else ""
        costs.add_row(*(door.plain(one) for one in (it["what"], it["amount"], it["source"] + secondary)))
    console.print(costs)
