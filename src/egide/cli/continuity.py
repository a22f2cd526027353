"""`egide continuity assess`: what a service loses when something is lost, how soon it is back, what to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from egide.cli import DONE, REFUSED, UNDETERMINED, door
from egide.cli.assess import day
from egide.cli.tools import AsJson, Force, On
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.continuity import Continuity
    from egide.continuity.leaving import Terms
    from egide.papers.continuity.words import Teller

CODES = {Answer.MET: DONE, Answer.NOT_MET: REFUSED, Answer.UNKNOWN: UNDETERMINED}
COLOURS = {Answer.MET: "green", Answer.NOT_MET: "red", Answer.UNKNOWN: "yellow", None: "dim"}
SHOWN = 12


def assess(
    service: Annotated[Path, Parameter(help=N_("The service: service.yaml, with its part «continuity»."))],
    /,
    *,
    plan: Annotated[
        Path | None, Parameter(name="--plan", help=N_("A plan of egide plan make: what its places and spares would bring."))
    ] = None,
    lose: Annotated[
        tuple[str, ...],
        Parameter(name="--lose", negative="", help=N_("What is lost, several together: provider:NAME, region:…, law:US, qualification:…")),
    ] = (),
    owners: Annotated[
        tuple[Path, ...], Parameter(name="--owners", negative="", help=N_("Files of holdings: who controls the providers."))
    ] = (),
    on: On = None,
    out: Annotated[
        Path | None, Parameter(name="--out", help=N_("Write the page, JSON, the plan and the exercise (DOCX, ODT) and a calendar here."))
    ] = None,
    force: Force = False,
    json: AsJson = False,
) -> int:  # fmt: skip
    """How soon a service is back when something is lost: today, with a plan, and by what it could be."""
    from egide.app.continuity.assessing import continuity, save
    from egide.app.continuity.leaving_terms import terms

    with door.progress(door.say(N_("judging"))):
        made = continuity(service, day(on), lose=lose, plan=plan, owners=owners)
        said = terms(made.on)
        written = save(made, out, door.LANG, force=force) if out else []
    if json:
        from egide.papers.continuity import document

        door.emit(document(made, said, door.LANG))
    else:
        _show(made, said)
        for path in written:
            door.out(f"→ {path}")
    return CODES[made.answer]


def _show(made: Continuity, said: Terms) -> None:
    from egide.papers.continuity.words import PARTS, Teller

    told = Teller(made, door.lang())
    door.console().print(f"[bold]{door.plain(told.headline())}[/]")
    for line in told.lead():
        door.out(line)
    _cells(made, told)
    if made.lost is not None:
        _lost(made, told, said)
    _points(made, told)
    for one in made.asks[1:SHOWN]:
        door.out(f"? continuity.{one.path} – {told.ask(one.path)}")
    door.more(len(made.asks) - SHOWN)
    low, high = (round(100 * float(one)) for one in (made.score.low, made.score.high))
    counted = "; ".join(f"{told.t(PARTS[one.name][0])} {told.part(one)}" for one in made.score.parts)
    score = str(low) if low == high else told.t(N_("{low} to {high}"), low=low, high=high)
    door.out(f"{told.t(N_('Score: {score} of 100'), score=score)} ({counted})")


def _cells(made: Continuity, told: Teller) -> None:
    from egide.papers.continuity.words import DISRUPTIONS, MARKS
    from egide.papers.text import upper_first

    heads = [N_("Disruption"), N_("Outage"), N_("Target"), N_("Data lost"), N_("Target"), N_("Way back today")]
    heads += [N_("With the plan")] if any(one.planned for one in made.cells) else []
    table = door.table(*(door.say(one) for one in (*heads, N_("Could be reached, by our parameters"))))
    for cell in made.cells:
        rto, rpo = cell.rto_answer, cell.rpo_answer
        table.add_row(
            upper_first(told.t(DISRUPTIONS[cell.disruption])), told.span(cell.rto),
            f"[{COLOURS[rto]}]{MARKS[rto]} {told.target(cell.target.rto)}[/]", told.lost(cell.rpo),
            f"[{COLOURS[rpo]}]{MARKS[rpo]} {told.target(cell.target.rpo)}[/]",
            told.architecture(cell.architecture) if cell.outcomes else "–",
            *([told.planned(cell.planned)] if any(one.planned for one in made.cells) else []), told.reached(cell.reachable) or "–",
        )  # fmt: skip
    door.console().print(table)


def _lost(made: Continuity, told: Teller, said: Terms) -> None:
    """What was asked: what stops, in which order, and what to do."""
    from egide.continuity import duration_text
    from egide.continuity.leaving import steps

    if made.lost is None:
        return
    door.out(told.t(N_("Lost: {loss}. Away: {rto}. Lost of the data: {rpo}."), loss=told.loss(made.lost.loss.nodes),
                    rto=told.span(made.lost.rto), rpo=told.lost(made.lost.rpo)))  # fmt: skip
    if made.lost.loss.abrupt:
        for one in made.lost.broken:
            mark = "✕" if one.surely else "?"
            door.out(f"  {mark} {duration_text(one.after, told.lang)}  {one.name} – {told.because(one)}")
    table = door.table(*(door.say(one) for one in (N_("Step"), N_("Who"), N_("When"), N_("Source"))))
    for step in steps(made, made.lost, said):
        words = told.step(step)
        secondary = f" ({told.t(N_('secondary reading'))})" if words["read"] == "secondary" else ""
        table.add_row(*(door.plain(one) for one in (words["what"], words["who"], words["when"], words["source"] + secondary)))
    door.console().print(table)


def _points(made: Continuity, told: Teller) -> None:
    from egide.papers.text import listed, upper_first

    for one in made.points[:SHOWN]:
        mark = "[red]✕[/]" if one.answer is Answer.MET else "[yellow]?[/]"
        said = told.t(N_("{what} ({how}): {parts}"), what=upper_first(told.node(one.node)), how=told.point(one),
                      parts=listed(one.parts, door.LANG, 6))  # fmt: skip
        door.console().print(f"{mark} {door.plain(said)}")
    door.more(len(made.points) - SHOWN)
