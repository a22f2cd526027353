"""`egide check`: may this code run there? Findings with file and line, for people and for continuous integration."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from egide.cli import DONE, FAULT, REFUSED, UNDETERMINED, UNUSABLE, door
from egide.cli.assess import day
from egide.cli.tools import AsJson, Force, On
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import LANGUAGES, N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.app.infrastructure.check import CheckRun
    from egide.infrastructure.code_findings import Checked
    from egide.infrastructure.product import Product
    from egide.papers.infrastructure.words import Group

SHOWN = 40
"""Groups of findings in the table."""
NAMED = 3
"""Resources named in one line of the table."""
ARTICLES = 3
"""Articles named for one line of the table; the other forms name them all."""
COLOURS = {"forbidden": "bold red", "undetermined": "yellow", "conditional": "cyan", "advise": "dim"}
Data = Annotated[
    tuple[str, ...],
    Parameter(name="--data", negative="", help=N_("What the product holds: public, personal, health, sensitive, restricted, classified.")),
]
Body = Annotated[
    str | None, Parameter(name="--body", help=N_("Whose product it is, as `body.status` has it: state, local-authority …"))
]
ServiceFile = Annotated[
    Path | None, Parameter(name="--service", help=N_("The service as `egide plan` or `egide assess` reads it, instead of --data."))
]
Declare = Annotated[
    Path | None, Parameter(name="--declare", help=N_("What the code does not say: egide.yaml in the folder checked by default."))
]
Sarif = Annotated[Path | None, Parameter(name="--sarif", help=N_("Write SARIF 2.1.0 for code scanning."))]
Junit = Annotated[Path | None, Parameter(name="--junit", help=N_("Write JUnit XML for test reports."))]
Markdown = Annotated[
    str | None,
    Parameter(name="--markdown", allow_leading_hyphen=True, help=N_("Write a comment for GitHub or GitLab; `-` prints it.")),
]
Known = Annotated[
    Path | None, Parameter(name="--baseline", help=N_("Findings already known: they do not count until they change."))
]
WriteKnown = Annotated[
    bool, Parameter(name="--write-baseline", negative="", help=N_("Write what is found now into the file of --baseline."))
]
Within = Annotated[
    Path | None, Parameter(name="--within", help=N_("Follow no path that the code names out of this folder: for code of others."))
]
Database = Annotated[
    str | None,
    Parameter(name="--db", help=N_("Offers that egide.yaml names and the catalogue lacks: those of this database, EGIDE_DB or your own.")),
]

Both = Annotated[
    bool, Parameter(name="--both-languages", negative="", help=N_("With --json: what is said, in the other language too, under `also`.")),
]


def check(
    *paths: Annotated[Path, Parameter(help=N_("Plans, states, HCL, Kubernetes, Compose, or folders of them; here by default."))],
    data: Data = (),
    body: Body = None,
    service: ServiceFile = None,
    declare: Declare = None,
    sarif: Sarif = None,
    junit: Junit = None,
    markdown: Markdown = None,
    baseline: Known = None,
    write_baseline: WriteKnown = False,
    db: Database = None,
    within: Within = None,
    on: On = None,
    force: Force = False,
    json: AsJson = False,
    both_languages: Both = False,
    schema: Annotated[bool, Parameter(name="--schema", negative="", help=N_("Print the JSON Schema of what --json prints."))] = False,
) -> int:
    """Check infrastructure code: where each resource stands, who can reach it, and what the law says to that."""
    if schema:
        from egide.papers.infrastructure.schema import check_schema

        door.emit(check_schema())
        return DONE
    if write_baseline and baseline is None:
        raise InputError(door.say(N_("--write-baseline goes with --baseline FILE")))
    if data and service is not None:
        raise InputError(door.say(N_("--data and --service say the same thing: give one of them")))
    run = _checked(paths, data, body, service, declare, None if write_baseline else baseline, db, on, within)
    written = _write(run, {"sarif": sarif, "junit": junit, "markdown": markdown, "baseline": baseline if write_baseline else None}, force)
    if json:
        from egide.papers.infrastructure.document import check_document

        door.emit(check_document(run.checked, door.LANG, [one for one in LANGUAGES if one != door.LANG] if both_languages else ()))
    elif markdown == "-":
        from egide.papers.infrastructure.markdown import markdown as comment

        door.out(comment(run.checked, door.LANG).rstrip("\n"))
    else:
        _show(run.checked)
        for path in written:
            door.out(f"→ {path}")
    return exit_code(run, written_baseline=write_baseline)


def exit_code(run: CheckRun, *, written_baseline: bool = False) -> int:
    """4 when a check failed, 2 when a plan or a state can't be used, 1 when something is forbidden, 3 when something is undetermined or a
    piece was rejected; 0 else.
    """
    from egide.infrastructure.code_findings import Level

    if run.faults:
        return FAULT
    if run.unusable:
        return UNUSABLE
    rejected = any(problem.rejected for problem in run.checked.problems)
    if written_baseline:
        return UNDETERMINED if rejected else DONE
    if run.checked.count(Level.FORBIDDEN):
        return REFUSED
    return UNDETERMINED if run.checked.count(Level.UNDETERMINED) or rejected else DONE


def _checked(
    paths: Sequence[Path], data: Sequence[str], body: str | None, service: Path | None, declare: Path | None, baseline: Path | None,
    db: str | None, on: str | None, within: Path | None,
) -> CheckRun:  # fmt: skip
    from egide.app.infrastructure import check as work

    given = list(paths) or [Path()]
    declaration = declare if declare is not None else work.declaration_in(given)
    product: Product = work.product_of(declaration, service, [word for one in data for word in one.split(",") if word], body, door.LANG)
    the_day, declared = day(on), work.declared_in(declaration)
    offers = work.offers_named(declared, product, the_day, db)
    with door.progress(door.say(N_("reading"))) as step:
        found = work.read_code(given, declared, the_day, offers, step, within)
    return work.check(found, product, the_day, baseline=baseline, offers=offers)


def _write(run: CheckRun, wanted: dict[str, Path | str | None], force: bool) -> list[Path]:
    """Every file asked for; nothing is written when one of them would go over an existing one."""
    from egide.app.files import WouldOverwriteError, write
    from egide.app.infrastructure import check as work
    makers = {"sarif": _sarif, "junit": _junit, "markdown": _markdown, "baseline": work.baseline_of}
    paths = {kind: Path(path) for kind, path in wanted.items() if path is not None and not (kind == "markdown" and path == "-")}
    for path in paths.values():
        if path.exists() and not force:
            raise WouldOverwriteError(path)
    for kind, path in paths.items():
        write(path, makers[kind](run), force=force)
    return list(paths.values())


def _sarif(run: CheckRun) -> bytes:
    from egide.papers.infrastructure.sarif import sarif

    return sarif(run.checked, door.LANG)


def _junit(run: CheckRun) -> bytes:
    from egide.papers.infrastructure.junit import junit

    return junit(run.checked, door.LANG)


def _markdown(run: CheckRun) -> bytes:
    from egide.papers.infrastructure.markdown import markdown

    return markdown(run.checked, door.LANG).encode()


def _show(checked: Checked) -> None:
    from egide.papers.infrastructure.words import disclaimer, groups, headline, standfirst

    console = door.console()
    console.print(f"[bold]{door.plain(headline(checked, door.LANG))}[/]")
    for line in standfirst(checked, door.LANG):
        console.print(door.plain(line))
    told = groups(checked.standing, checked.offers, door.LANG)
    if told:
        notes: dict[str, int] = {}
        table = door.table(*(door.say(one) for one in (N_("Finding"), N_("Where"), N_("To do"))))
        for group in told[:SHOWN]:
            table.add_row(*_row(group, notes))
        console.print(table)
        for source, number in notes.items():
            console.print(f"[dim]{door.plain(f'[{number}] {source}')}[/]")
    door.more(len(told) - SHOWN)
    door.problems(checked.problems)
    console.print(f"[dim]{door.plain(disclaimer(checked, door.LANG))}[/]")


def _row(group: Group, notes: dict[str, int]) -> tuple[str, str, str]:
    """What is found, where, and what to do; each source is named once below the table, by the number that it gets in ``notes``."""
    from egide.papers.infrastructure.words import address_text, level_text, where_text

    lang = door.lang()
    where = [line for one in group.findings[:NAMED] for line in (address_text(one.address, door.LANG), f"  {where_text(one.where)}")]
    if (left := len(group.findings) - NAMED) > 0:
        where.append(lang.plural(N_("and {n} more resource"), N_("and {n} more resources"), left))
    head = f"[{COLOURS[group.level]}]{level_text(group.level, lang)}[/] · [bold]{door.plain(group.rule)}[/]"
    numbers = ", ".join(str(notes.setdefault(source, len(notes) + 1)) for source in group.sources[:ARTICLES])
    if len(group.sources) > ARTICLES:
        numbers += f" +{len(group.sources) - ARTICLES}"
    return f"{head}\n{door.plain(group.text)}", door.plain("\n".join(where)), door.plain(f"{group.to_do} [{numbers}]")
