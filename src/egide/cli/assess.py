"""`egide assess`: the main job."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from egide.cli import DONE, FAULT, REFUSED, UNDETERMINED, door
from egide.cli.tools import AsJson, Force, On
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Verdict
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.portfolio.assess import Run
    from egide.papers.differences import Differences
    from egide.vocabulary.findings import Assessment, Decision

Given = Annotated[Path | None, Parameter(name="--answers", help=N_("The answers given so far (answers.yaml)."))]
Mapped = Annotated[Path | None, Parameter(name="--mapping", help=N_("Which column holds what (YAML), for a table of any shape."))]
Labels = Annotated[
    tuple[Path, ...],
    Parameter(name="--label", help=N_("A label.json of `egide label assess`, shown beside the catalogue's line; it changes no verdict.")),
]
SHOWN = 50
SURE = 95
"""Columns recognised less surely than this are named one by one."""


def day(written: str | None) -> date:
    """The day asked for, or today. Raises `InputError` on anything that is not a date."""
    if written is None:
        return door.today()
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise InputError(door.say(N_("«{written}» is not a date such as 2026-11-23"), written=written)) from None


def judged(files: Sequence[Path], on: str | None, answers: Path | None, mapping: Path | None, labels: Sequence[Path] = ()) -> Run:
    """Read and judge, with a bar on the way."""
    from egide.app.label.assessing import computed_labels
    from egide.app.portfolio.assess import assess as judge

    if not files:
        raise InputError(door.say(N_("name at least one file of services")), hint="egide template services.xlsx")
    if answers is not None and not answers.exists():
        raise InputError(door.say(N_("{file}: no such file"), file=str(answers)))
    with door.progress(door.say(N_("judging"))) as step:
        shown = computed_labels(labels)
        return judge(files, day(on), answers=answers, mapping=mapping, lang=door.LANG, progress=step, labels=shown)


def assess(
    *files: Annotated[Path, Parameter(help=N_("Workbooks, CSV or YAML files of services."))],
    on: On = None,
    answers: Given = None,
    out: Annotated[Path | None, Parameter(name="--out", help=N_("Write page, workbook and JSON into this folder."))] = None,
    notes: Annotated[bool, Parameter(name="--notes", negative="", help=N_("With --out: the notes of each service, DOCX and ODT."))] = False,
    templates: Annotated[Path | None, Parameter(name="--templates", help=N_("With --notes: a folder with your own templates."))] = None,
    since: Annotated[Path | None, Parameter(name="--since", help=N_("An earlier egide.json: say what turned since, and why."))] = None,
    anonymise: Annotated[
        bool, Parameter(name="--anonymise", negative="", help=N_("Replace names of services, bodies and people by codes."))
    ] = False,
    mapping: Mapped = None,
    label: Labels = (),
    save_mapping: Annotated[Path | None, Parameter(name="--save-mapping", help=N_("Write down how the columns were understood."))] = None,
    force: Force = False,
    json: AsJson = False,
    schema: Annotated[bool, Parameter(name="--schema", negative="", help=N_("Print the JSON Schema of what --json prints."))] = False,
) -> int:
    """Judge a list of services: verdicts, questions, deadlines and papers."""
    from egide.app.portfolio.outputs import previous, save

    if schema:
        from egide.papers.schema import assessment_schema

        door.emit(assessment_schema())
        return DONE
    if (notes or templates) and out is None:
        raise InputError(door.say(N_("--notes and --templates go with --out")))
    earlier = previous(since) if since else None
    run = judged(files, on, answers, mapping, label)
    assessment = run.assessment
    if save_mapping:
        _save_mapping(run, save_mapping, force)
    turned = _turned(earlier, assessment, anonymise)
    if anonymise:
        from egide.papers.anonymise import anonymise as without_names

        assessment = without_names(assessment)
    written: list[Path] = []
    if out:
        with door.progress(door.say(N_("writing"))) as step:
            written = save(
                assessment, out, door.LANG, since=turned, notes=notes, templates=templates, force=force, progress=step
            )  # fmt: skip
    if json:
        from egide.papers.document import document

        door.emit(document(assessment, door.LANG))
    else:
        _show(run, assessment, turned)
        _say_where(written)
    return exit_code(run)


def exit_code(run: Run) -> int:
    """4 when a check failed, 1 when something is forbidden or stopped, 3 when something is open or a row was rejected."""
    if run.doctrine.program.faults:
        return FAULT
    verdicts = {decision.verdict for decision in run.assessment.decisions}
    if verdicts & {Verdict.FORBIDDEN, Verdict.STOP}:
        return REFUSED
    rejected = any(problem.rejected for problem in run.assessment.problems)
    return UNDETERMINED if Verdict.UNDETERMINED in verdicts or rejected else DONE


def _save_mapping(run: Run, path: Path, force: bool) -> None:
    from egide.app.files import write
    from egide.portfolio import write_mapping

    guessed = [columns for columns in run.portfolio.columns_read.values() if columns.sheets]
    if len(guessed) != 1:
        raise InputError(door.say(N_("--save-mapping takes one workbook or delimited file")))
    write(path, write_mapping(guessed[0]), force=force)


def _turned(earlier: dict[str, object] | None, assessment: Assessment, anonymise: bool) -> Differences | None:
    """What turned since: found by the real names, told without them when that is asked."""
    if earlier is None:
        return None
    from egide.papers.anonymise import anonymise_differences
    from egide.papers.differences import differences

    found = differences(earlier, assessment)
    return anonymise_differences(found, assessment) if anonymise else found


def _show(run: Run, assessment: Assessment, turned: Differences | None) -> None:
    from egide.cli.lines import turn_lines
    from egide.papers.text import catalogue_line, headline, place_text, upper_first

    console = door.console()
    console.print(f"[bold]{door.plain(upper_first(headline(assessment, door.LANG)))}[/]")
    if assessment is run.assessment:
        _show_mapping(run)
    table = door.table(*(door.say(one) for one in (N_("Service"), N_("Hosting"), N_("Verdict"), N_("Why"), N_("Next date"))))
    ordered = sorted(assessment.decisions, key=lambda one: list(Verdict).index(one.verdict))
    for decision in ordered[:SHOWN]:
        table.add_row(*_row(decision, assessment))
    console.print(table)
    if len(ordered) > SHOWN:
        more = N_("{n} more service; all are in --out or --json"), N_("{n} more services; all are in --out or --json")
        door.out(door.lang().plural(*more, len(ordered) - SHOWN))
    _show_actions(assessment)
    if turned is not None:
        for said in turn_lines(turned, assessment):
            door.out(said)
    for problem in assessment.problems[:SHOWN]:
        door.out(f"! {place_text(problem.at, door.LANG)} : {door.lang().text(problem.message, problem.args)}")
    if len(assessment.problems) > SHOWN:
        more = N_("{n} more problem; all are in --out or --json"), N_("{n} more problems; all are in --out or --json")
        door.out(door.lang().plural(*more, len(assessment.problems) - SHOWN))
    if line := catalogue_line(assessment, door.LANG):
        door.out(line)


def _row(decision: Decision, assessment: Assessment) -> tuple[str, ...]:
    from egide.cli.lines import why_line
    from egide.papers.deadlines import next_clock
    from egide.papers.text import hosting_text

    clock = next_clock(decision)
    hostings = "\n".join(hosting_text(one.hosting, assessment.offers, door.LANG) for one in decision.hostings)
    return (
        door.plain(decision.service.name), door.plain(hostings), door.verdict_cell(decision.verdict),
        door.plain(why_line(decision, assessment)), door.lang().day(clock.on) if clock else "",
    )  # fmt: skip


def _show_mapping(run: Run) -> None:
    """How the columns of a table of unknown shape were understood: shown, never silent."""
    for file, columns in run.portfolio.columns_read.items():
        for sheet in columns.sheets:
            if sheet.shape != "guessed":
                continue
            unsure = [column for column in sheet.columns if column.confidence < SURE]
            where = f"{file} [{sheet.sheet}]" if sheet.sheet else file
            said = N_("{file}: columns understood: {n} of {all} (--save-mapping keeps them, --mapping corrects them)")
            door.out(door.say(said, file=where, n=len(sheet.columns), all=len(sheet.columns) + len(sheet.unused)))
            for column in unsure:
                door.out(f"  {column.header} → {column.target} ({column.confidence} %)")
            if sheet.unused:
                door.out(door.say(N_("  not read: {columns}"), columns=[column.header for column in sheet.unused]))


def _show_actions(assessment: Assessment) -> None:
    from egide.cli.lines import action_cells
    from egide.papers.actions import actions

    first = actions(assessment)[:10]
    if not first:
        return
    table = door.table(*(door.say(one) for one in (N_("Before"), N_("To do"), N_("Article"), N_("Owner"))))
    for action in first:
        table.add_row(*(door.plain(cell) for cell in action_cells(action, assessment)))
    door.console().print(table)


def _say_where(written: Sequence[Path]) -> None:
    shown = [path for path in written if path.parent.name != "notes"]
    for path in shown:
        door.out(f"→ {path}")
    if len(shown) < len(written):
        door.out(f"→ {written[-1].parent} ({len(written) - len(shown)})")
