"""`egide label simulate`, `compare` and `plan`: what would change, what differs, what is ahead."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from egide.cli import DONE, door
from egide.cli.assess import day
from egide.cli.label import (
    SECNUMCLOUD,
    SHOWN,
    Desk,
    Evidence,
    Offer,
    Out,
    SchemeName,
    made,
    named,
    say_first,
    words_of,
)
from egide.cli.ownership import CODES
from egide.cli.tools import AsJson, Force, On
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from egide.label.compare import Comparison
    from egide.label.results import Road, Simulation
    from egide.papers.label.words import Teller


def simulate(
    offer: Offer,
    /,
    *,
    change: Annotated[Path, Parameter(name="--change", help=N_("What changes (YAML): a sale, a supplier, a place, a document …"))],
    scheme: SchemeName = SECNUMCLOUD,
    evidence: Evidence = None,
    credential: Annotated[
        Path | None, Parameter(name="--credential", help=N_("A label that was issued: does the change turn one of its requirements?"))
    ] = None,
    desk: Desk = None,
    suspend: Annotated[
        bool, Parameter(name="--suspend", negative="", help=N_("The change has happened: suspend the label whose requirement it turns."))
    ] = False,
    out: Out = None,
    force: Force = False,
    json: AsJson = False,
) -> int:
    """What a change turns, and who must be told by when."""
    from egide.app.label import assessing as job
    from egide.papers.label.answers_document import simulation_document

    found = job.simulate(offer, change, scheme, evidence)
    if suspend and found.after.on > door.today():
        raise InputError(door.say(N_("the change is of {on}, which has not come: nothing is suspended for it"), on=found.after.on))
    if json:
        door.emit(simulation_document(found, door.LANG))
    else:
        _show_turns(found)
    _written(job.save_simulation(found, out, door.LANG, force) if out else [], json)
    if credential is not None:
        from egide.cli.label_credential import hold
        from egide.papers.label.document import label_document

        after, before = label_document(found.after, door.LANG), label_document(found.before, door.LANG)
        return hold(credential, after, found.after.on, desk, act=suspend, json=json, before=before)
    return CODES[found.after.answer]


def _show_turns(found: Simulation) -> None:
    from egide.papers.label.pages import turned_text

    told = words_of(found.after)
    door.console().print(f"[bold]{door.plain(turned_text(found, told))}[/]")
    table = door.table(*(door.say(one) for one in (N_("Requirement"), N_("Before"), N_("After"), N_("Why"))))
    known = {one.id: one for one in (*found.before.findings, *found.after.findings)}
    for turn in found.turned:
        before, after = door.answer_cell(turn.before), door.answer_cell(turn.after)
        table.add_row(named(known.get(turn.requirement), turn.requirement), before, after, door.plain(told.reasons(turn.because, 2)))
    door.console().print(table)
    for notice in found.notices:
        whom = ", ".join(customer.name for customer in notice.whom)
        said = N_("{rule}: tell {whom} by {by} (changed on {on})")
        door.out("⏱ " + door.say(said, rule=notice.rule, whom=whom, by=notice.by, on=notice.changed_on))


def compare(
    first: Offer, second: Annotated[Path, Parameter(help=N_("The dossier to compare with."))], /, *,
    scheme: SchemeName = SECNUMCLOUD, on: On = None, out: Out = None, force: Force = False, json: AsJson = False,
) -> int:  # fmt: skip
    """Two offers side by side, requirement by requirement; nothing is ranked."""
    from egide.app.label import assessing as job
    from egide.label.compare import compare as side_by_side
    from egide.papers.label.answers_document import comparison_document

    when = day(on)
    found = side_by_side(made(first, scheme, when).assessment, made(second, scheme, when).assessment)
    if json:
        door.emit(comparison_document(found))
    else:
        _show_both(found)
    _written(job.save_comparison(found, out, door.LANG, force) if out else [], json)
    return DONE


def _show_both(found: Comparison) -> None:
    from egide.label.compare import Side

    names = found.first.dossier.name, found.second.dossier.name
    for one in (found.first, found.second):
        door.console().print(f"[bold]{door.plain(one.dossier.name)}[/]")
        say_first(one, words_of(one))
    table = door.table(door.say(N_("Requirement")), *(door.plain(name) for name in names), door.say(N_("Stands better")))
    differing = [row for row in found.rows if row.better is not Side.SAME]
    better = {Side.FIRST: names[0], Side.SECOND: names[1], Side.APART: door.say(N_("only one is asked"))}
    for row in differing[:SHOWN]:
        cells = (door.answer_cell(side.answer) if side else "—" for side in (row.first, row.second))
        table.add_row(f"[bold]{row.requirement}[/] {door.plain(row.title.in_(door.LANG))}", *cells, door.plain(better[row.better]))
    door.console().print(table)
    door.more(len(differing) - SHOWN)
    for name, countries in zip(names, (found.only_first, found.only_second), strict=True):
        if countries:
            said = N_("only {name} is within reach of the law of {countries}")
            door.out(door.say(said, name=name, countries=", ".join(countries)))


def plan(
    offer: Offer, /, *, scheme: SchemeName = SECNUMCLOUD, evidence: Evidence = None, on: On = None, out: Out = None,
    force: Force = False, json: AsJson = False,
) -> int:  # fmt: skip
    """The road from the request to the decision, its surveillance and its renewal, with what expires on the way."""
    from egide.app.label import assessing as job
    from egide.papers.label.answers_document import road_document

    run = made(offer, scheme, day(on), evidence)
    if json:
        door.emit(road_document(run.road, door.LANG))
    else:
        _show_road(run.road, words_of(run.assessment))
    _written(job.save_road(run, out, door.LANG, force) if out else [], json)
    return DONE


def _show_road(road: Road, told: Teller) -> None:
    from egide.papers.label.pages import late_text, road_text

    door.console().print(f"[bold]{door.plain(road_text(road, told))}[/]")
    for line in late_text(road, told):
        door.out(line)
    table = door.table(*(door.say(one) for one in (N_("Step"), N_("From"), N_("To"), N_("Owner"), N_("Slack, days"), "")))
    shown = [step for step in road.milestones if step.critical or step.done or not step.id.startswith("gap-")]
    for step in shown:
        mark = door.say(N_("done")) if step.done else door.say(N_("critical")) if step.critical else ""
        title, owner = door.plain(told.either(step.title)), door.plain(told.role(step.owner))
        table.add_row(title, door.lang().day(step.start), door.lang().day(step.end), owner, str(step.slack_days), mark)
    door.console().print(table)
    if left := len(road.milestones) - len(shown):
        more = N_("{n} gap to close beside these, not critical; all are in --out or --json"), N_(
            "{n} gaps to close beside these, none critical; all are in --out or --json"
        )
        door.out(door.lang().plural(*more, left))
    _show_expiries(road, told)
    if road.assumptions:
        titles = {step.id: told.either(step.title) for step in road.milestones}
        ours = ", ".join(f"{titles.get(name, door.lang().label(name))} {days}" for name, days in road.assumptions.items())
        door.out(door.say(N_("Durations in days that are ours, to be replaced by yours: {steps}"), steps=ours))


def _show_expiries(road: Road, told: Teller) -> None:
    """What ends before it is needed, one line for each step that needs it."""
    titles = {step.id: told.either(step.title) for step in road.milestones}
    needs: dict[tuple[str, date, date], list[str]] = {}
    for one in road.expiries:
        needs.setdefault((one.needed_for, one.needed_on, one.renew_by), []).append(f"{one.document} ({one.ends.isoformat()})")
    for (step, on, by), documents in needs.items():
        said = N_("to be renewed by {renew_by} for «{step}» on {on}: {documents}")
        door.out("⏱ " + door.say(said, renew_by=by, step=titles.get(step, step), on=on, documents=", ".join(documents)))


def _written(paths: Iterable[Path], json: bool) -> None:
    for path in paths:
        (door.error if json else door.out)(f"→ {path}")
