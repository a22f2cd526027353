"""`egide label new`, `assess` and `gaps`: what an offer has for a label, and what it lacks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from egide.cli import DONE, door
from egide.cli.assess import day
from egide.cli.ownership import CODES, Both, Persons
from egide.cli.tools import AsJson, Force, On
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from egide.app.label.assessing import Run
    from egide.label.results import Gap, LabelAssessment, RequirementFinding
    from egide.papers.label.document import RecordedLabel
    from egide.papers.label.words import Teller

Desk = Annotated[
    Path | None, Parameter(name="--status-list", help=N_("The issuer's folder with its status lists: see `egide trust status new`."))
]
Offer = Annotated[Path, Parameter(help=N_("The dossier of the offer (offer.yaml, or its folder)."))]
SchemeName = Annotated[str, Parameter(name="--scheme", help=N_("The scheme: see `egide label scheme list`."))]
Evidence = Annotated[Path | None, Parameter(name="--evidence", help=N_("A folder of evidence in place of the one that the dossier names."))]
Credential = Annotated[
    Path | None, Parameter(name="--credential", help=N_("A label that was issued: suspended when one of its requirements has turned."))
]
Out = Annotated[Path | None, Parameter(name="--out", help=N_("Write the papers into this folder."))]
SECNUMCLOUD = "secnumcloud-3.2"
SHOWN = 25


def new(
    folder: Annotated[Path, Parameter(help=N_("The folder to make."))], /, *, scheme: SchemeName = SECNUMCLOUD, force: Force = False,
) -> int:  # fmt: skip
    """Begin a dossier: a commented offer.yaml, a cap table and an empty binder."""
    from egide.app.label import assessing as job

    for path in job.begin(folder, scheme, door.LANG, force):
        door.out(f"→ {path}")
    door.out(door.say(N_("Fill in what you know, then: egide label assess {folder}"), folder=str(folder)))
    return DONE


def assess(
    offer: Offer,
    /,
    *,
    scheme: SchemeName = SECNUMCLOUD,
    evidence: Evidence = None,
    on: On = None,
    persons: Persons = False,
    both: Both = False,
    minimum: Annotated[
        tuple[str, ...], Parameter(name="--minimum", help=N_("A buyer's minimum for an objective, as SOV-1=3."))
    ] = (),
    since: Annotated[Path | None, Parameter(name="--since", help=N_("An earlier label.json: say what turned since."))] = None,
    credential: Credential = None,
    desk: Desk = None,
    out: Out = None,
    force: Force = False,
    json: AsJson = False,
    schema: Annotated[bool, Parameter(name="--schema", negative="", help=N_("Print the JSON Schema of what --json prints."))] = False,
) -> int:
    """Put a scheme to an offer: what is met, what is not, what is not known, until when."""
    from egide.app.label import assessing as job

    if schema:
        from egide.papers.label.schema import label_schema

        door.emit(label_schema())
        return DONE
    when = day(on)
    run = made(offer, scheme, when, evidence, persons, both, minimums_of(minimum))
    earlier = job.previous(since) if since else None
    if json:
        door.emit(job.document(run, door.LANG))
    else:
        _show(run)
        if earlier is not None:
            _since(earlier, run)
    if out:
        for path in job.save(run, out, door.LANG, since=earlier, force=force):
            (door.error if json else door.out)(f"→ {path}")
    if credential is not None:
        from egide.cli.label_credential import hold

        return hold(credential, job.document(run, door.LANG), when, desk, act=when <= door.today(), json=json)
    return CODES[run.assessment.answer]


def gaps(
    offer: Offer, /, *, scheme: SchemeName = SECNUMCLOUD, evidence: Evidence = None, on: On = None,
    first: Annotated[int, Parameter(name="--first", help=N_("How many to show."))] = SHOWN, json: AsJson = False,
) -> int:  # fmt: skip
    """What is missing, what most depends on first."""
    from egide.app.label import assessing as job

    run = made(offer, scheme, day(on), evidence)
    if json:
        door.emit(job.document(run, door.LANG)["gaps"])
        return CODES[run.assessment.answer]
    told = words_of(run.assessment)
    say_first(run.assessment, told)
    failing = [gap.requirement for gap in run.gaps if gap.answer is Answer.NOT_MET]
    if failing:
        door.out(door.say(N_("Failing as things are: {names}"), names=", ".join(failing)))
    door.out(door.say(N_("First what most other work waits for, then what costs least to close:")))
    missing, cost = N_("What is missing, and from whom"), N_("Cost (your estimate), €")
    heads = N_("Requirement"), N_("Answer"), N_("Why"), missing, N_("Waiting for it"), cost
    table = door.table(*(door.say(one) for one in heads))
    for gap in run.gaps[:first]:
        table.add_row(*_gap_row(gap, run.assessment, told))
    door.console().print(table)
    door.more(len(run.gaps) - first)
    return CODES[run.assessment.answer]


def minimums_of(written: Sequence[str]) -> Mapping[str, int]:
    """A buyer's minimums, as SOV-1=3."""
    minimums: dict[str, int] = {}
    for one in written:
        objective, equals, level = one.partition("=")
        if not equals or not level.strip().isdigit():
            raise InputError(door.say(N_("«{written}» is not an objective and a level, such as SOV-1=3"), written=one))
        minimums[objective.strip()] = int(level)
    return minimums


def made(
    offer: Path, scheme: str, on: date, evidence: Path | None = None, persons: bool = False, both: bool = False,
    minimums: Mapping[str, int] | None = None,
) -> Run:  # fmt: skip
    """Read the dossier and put the scheme to it, with a word on the way when it takes long."""
    from egide.app.label import assessing as job

    with door.progress(door.say(N_("reading"))):
        return job.run(offer, scheme, on, evidence=evidence, persons=persons, both=both, minimums=minimums)


def words_of(assessment: LabelAssessment) -> Teller:
    """The words for this assessment, its identifiers by their names."""
    from egide.papers.label.words import teller

    return teller(assessment, door.LANG)


def say_first(assessment: LabelAssessment, told: Teller) -> None:
    """The sentence that answers, what it leaves unsaid, and the catalogue's line beside it."""
    from egide.papers.label.words import headline, line_text, standfirst

    door.console().print(f"[bold]{door.plain(headline(assessment, told))}[/]")
    for line in standfirst(assessment, told):
        door.out(line)
    door.out(line_text(assessment, told))


def _show(run: Run) -> None:
    """What fails, then what is not known, then the worth of it all."""
    from egide.papers.label.words import NEVER

    assessment = run.assessment
    told = words_of(assessment)
    say_first(assessment, told)
    _levels(assessment)
    open_ = [one for one in assessment.findings if one.answer is not Answer.MET]
    open_.sort(key=lambda one: (one.answer is not Answer.NOT_MET, one.binding != "mandatory", not one.computed))
    table = door.table(*(door.say(one) for one in (N_("Requirement"), N_("Answer"), N_("Why"), N_("Who"))))
    for one in open_[:SHOWN]:
        why = door.plain(told.reasons(one.because, 2))
        table.add_row(named(one, one.id), door.answer_cell(one.answer), why, door.plain(told.role(one.owner)))
    if open_:
        door.console().print(table)
    door.more(len(open_) - SHOWN)
    _parts(assessment, told)
    door.problems(assessment.problems)
    door.out(door.say(NEVER))


def _levels(assessment: LabelAssessment) -> None:
    for level in assessment.levels:
        count = len(level.missing)
        missing = door.lang().plural(N_("{n} criterion is missing"), N_("{n} criteria are missing"), count) if count else ""
        door.console().print(f"  {door.answer_mark(level.answer)} {level.level}  {missing}")
    for one in assessment.objectives:
        reached = f"SEAL-{one.level}" if one.level is not None else "?"
        asked = f" / SEAL-{one.minimum}" if one.minimum is not None else ""
        title = door.plain(one.title.in_(door.LANG))
        door.console().print(f"  {door.answer_mark(one.answer)} {one.objective} {title} : {reached}{asked} ({one.weight} %)")


def _parts(assessment: LabelAssessment, told: Teller) -> None:
    """Holdings, ways to the data, autonomy: each in one sentence."""
    from egide.papers.label import sentences

    if assessment.ownership is not None:
        door.out(f"19.6.b · {sentences.ownership(assessment.ownership, told)}")
    if assessment.access is not None:
        door.out(f"19.6.c · {sentences.access(assessment.access, told)}")
    if assessment.autonomy is not None:
        door.out(f"19.6.d · {sentences.autonomy(assessment.autonomy, told)}")


def _since(earlier: RecordedLabel, run: Run) -> None:
    from egide.papers.label.document import since

    turned = since(earlier, run.assessment, door.LANG).turned
    door.out(door.lang().plural(N_("{n} answer turned since"), N_("{n} answers turned since"), len(turned)))
    for one in turned[:SHOWN]:
        before, after = (door.answer_cell(answer) if answer else "—" for answer in (one.before, one.after))
        door.console().print(f"  {one.requirement} : {before} → {after}")


def _gap_row(gap: Gap, assessment: LabelAssessment, told: Teller) -> tuple[str, ...]:
    finding = next((one for one in assessment.findings if one.id == gap.requirement), None)
    missing = "\n".join(f"{told.reason(one.what)} ({told.role(one.role)})" for one in gap.missing[:3])
    waiting = ", ".join(gap.blocks[:4]) + (f" (+{len(gap.blocks) - 4})" if len(gap.blocks) > 4 else "")
    cost = door.lang().value(gap.cost_eur) if gap.cost_eur is not None else ""
    return (
        named(finding, gap.requirement), door.answer_cell(gap.answer), door.plain(told.reasons(gap.because, 1)), door.plain(missing),
        door.plain(waiting), cost,
    )  # fmt: skip


def named(finding: RequirementFinding | None, number: str) -> str:
    """The number and our short title of a requirement."""
    return f"[bold]{number}[/] {door.plain(finding.title.in_(door.LANG))}" if finding else number
