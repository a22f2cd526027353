"""`egide catalogue equivalents`: cloud services in, the offers that may stand for each out, with what is lost named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from egide.cli import DONE, door
from egide.cli.assess import day
from egide.cli.catalogue_import import Database
from egide.cli.forms import Forms, deliver, expected
from egide.cli.tools import AsJson, Force, On
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.catalogue.equivalents import Candidate, Equivalents, Replaced
    from egide.papers.offers.equivalents_words import Verdicts

COLOURS = {"same": "green", "open": "yellow", "partial": "yellow", "perhaps": "yellow", "none": "red"}


def equivalents(
    *services: Annotated[str, Parameter(help=N_("Cloud services in use, such as «AWS S3»; none: those that your services name."))],
    portfolio: Annotated[
        tuple[Path, ...], Parameter(name="--portfolio", negative="", help=N_("Your services: which of them may run on each offer."))
    ] = (),
    answers: Annotated[Path | None, Parameter(name="--answers", help=N_("What was answered about these services."))] = None,
    out: Annotated[
        Path | None, Parameter(name="--out", help=N_("A page, a workbook or a table to write (.html, .xlsx, .csv, .json)."))
    ] = None,
    list_: Annotated[bool, Parameter(name="--list", negative="", help=N_("List the cloud services that are known, and leave."))] = False,
    on: On = None,
    db: Database = None,
    force: Force = False,
    json: AsJson = False,
) -> int:  # fmt: skip
    """The lawful offers in the place of the cloud services that you use: the same, in part with the loss named, or none."""
    from egide.app.catalogue.equivalents import equivalents as answer
    from egide.papers.offers import equivalents_csv, equivalents_document, equivalents_page, equivalents_workbook

    if list_:
        return _list(json)
    expected(out)
    with door.progress(door.say(N_("reading"))):
        made, names = answer(services, day(on), db, portfolio, answers, door.LANG)
    forms = Forms(
        document=lambda: equivalents_document(made), page=lambda: equivalents_page(made, door.LANG, names),
        workbook=lambda: equivalents_workbook(made, door.LANG, names),
        table=lambda: equivalents_csv(made, door.LANG), show=lambda: _show(made, names),
    )  # fmt: skip
    return deliver(forms, out, json=json, force=force)


def _list(json: bool) -> int:
    """The cloud services that are known, with what they do."""
    from egide.catalogue.equivalents import coverage, functions_of, services
    from egide.papers.offers.equivalents_words import title

    known = sorted(services().values(), key=lambda one: (one.provider, one.name.casefold()))
    if json:
        door.emit([{"service": one.id, "name": one.name, "provider": one.provider, "does": list(one.does)} for one in known])
        return DONE
    table = door.table(*(door.say(one) for one in (N_("Cloud service"), N_("Provider"), N_("Functions"))))
    for one in known:
        done = ", ".join(title(each, door.lang()) for each in functions_of(one, coverage()))
        table.add_row(door.plain(one.name), door.plain(one.provider), done)
    door.console().print(table)
    return DONE


def _show(made: Equivalents, names: Mapping[str, str]) -> None:
    from egide.papers.offers.equivalents_words import headline, title

    lang = door.lang()
    door.out(headline(made, lang))
    for one in made.replaced:
        _service(one, names)
    if made.uncovered:
        door.out("")
        door.out(door.say(N_("What no qualified offer is known to do:")))
        for gap in made.uncovered:
            perhaps = ", ".join(names.get(offer, offer) for offer in gap.perhaps)
            asked = door.say(N_(" (to be checked: {names})"), names=perhaps) if perhaps else ""
            door.out(f"  - {title(gap.function, lang)}{asked}")
    for offer, used in made.unnamed.items():
        said = N_("{offer}: these do not say which of its services they use: {names}")
        door.out(door.say(said, offer=names.get(offer, offer), names=", ".join(used[:6])))


def _service(one: Replaced, names: Mapping[str, str]) -> None:
    from egide.papers.offers.equivalents_words import BEST_SHAPES, assumed, best, does

    style = COLOURS[one.best.value]
    door.console().print("")
    door.console().print(
        f"[bold]{door.plain(one.service.name)}[/] ({door.plain(does(one, door.lang()))}): "
        f"[{style}]{BEST_SHAPES[one.best]} {best(one, door.lang())}[/]",
    )
    if one.assumed:
        door.out(assumed(one, door.lang()))
    if not one.candidates:
        return
    heads = [N_("Offer"), N_("How far"), N_("SecNumCloud"), *([N_("Your services")] if one.uses else [])]
    table = door.table(*(door.say(head) for head in heads))
    for candidate in one.candidates:
        table.add_row(*_cells(candidate, names, used=bool(one.uses)))
    door.console().print(table)
    if one.more:
        door.out(door.say(N_("{n} more of the database state only that kind of function."), n=one.more))


def _cells(one: Candidate, names: Mapping[str, str], *, used: bool) -> list[str]:
    from egide.papers.offers.equivalents_words import MATCH_SHAPES, MATCHES, lost, qualification, scope, unsaid, verdicts

    lang = door.lang()
    how = f"[{COLOURS[one.match.value]}]{MATCH_SHAPES[one.match]} {door.say(MATCHES[one.match])}[/]"
    far = [how, *(f"− {door.plain(line)}" for line in lost(one, lang)), *(f"[dim]? {door.plain(line)}[/]" for line in unsaid(one, lang))]
    held = door.plain(qualification(one.offer.qualified, lang)) + (f"\n[dim]{door.plain(said)}[/]" if (said := scope(one, lang)) else "")
    cells = [door.plain(one.offer.name), "\n".join(far), held]
    if used:
        cells.append("\n".join(_verdict(it) for it in verdicts(one.stands, lang, names)))
    return cells


def _verdict(it: Verdicts) -> str:
    head = door.verdict_cell(it.verdict) if it.verdict else f"? {it.word}"
    named = door.plain(", ".join(it.services[:4]) + ("…" if len(it.services) > 4 else ""))
    return f"{head} [dim]{named}[/]" + "".join(f"\n[dim]{door.plain(line)}[/]" for line in it.because[:2])
