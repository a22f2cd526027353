"""Small tools: an empty workbook, the state of the installation, completion."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from egide.cli import door
from egide.vocabulary.language import N_

Force = Annotated[bool, Parameter(name="--force", negative="", help=N_("Write over existing files."))]
AsJson = Annotated[bool, Parameter(name="--json", negative="", help=N_("Print JSON instead of a table."))]
On = Annotated[str | None, Parameter(name="--on", help=N_("The day of the law and of the catalogue (YYYY-MM-DD); today by default."))]


def template(file: Annotated[Path, Parameter(help=N_("The workbook to write (.xlsx)."))], /, *, force: Force = False) -> int:
    """Write an empty workbook with lists to choose from."""
    from egide.app.files import write
    from egide.app.portfolio import assess
    from egide.portfolio import template as make

    write(file, make(assess.catalogue().offers, door.LANG), force=force)
    door.out(door.say(N_("{file}: fill it in, then: egide assess {file}"), file=str(file)))
    return 0


def doctor(*, json: AsJson = False) -> int:
    """Say what is installed and how old the law and the catalogue are."""
    from egide.app.doctor import examine

    health = examine(door.today())
    if json:
        import dataclasses

        door.emit(dataclasses.asdict(health))
        return 0
    lines = (
        ("Égide", health.version),
        ("Python", f"{health.python} · {health.system}"),
        (door.say(N_("rulebooks")), door.say(N_("{books} rulebooks, {rules} rules; texts read on {day}"),
                                             books=health.rulebooks, rules=health.rules, day=health.law_as_read)),
        (door.say(N_("catalogue")), door.say(N_("{offers} offers, as of {day} ({age} days)"), offers=health.offers,
                                             day=health.catalogue_as_of, age=health.catalogue_age_days)),
        (door.say(N_("catalogue's source")), health.catalogue_source),
        (door.say(N_("your data")), health.home),
        (door.say(N_("database")), health.database),
        *((door.say(N_("bundle in use")), f"{name} {edition}") for name, edition in health.bundles.items()),
        *((f"egide[{name}]", door.say(N_("installed") if there else N_("not installed"))) for name, there in health.extras.items()),
        *((name, version) for name, version in health.libraries.items()),
    )  # fmt: skip
    table = door.table("", "")
    table.show_header = False
    for name, value in lines:
        table.add_row(f"[bold]{door.plain(name)}[/]", door.plain(str(value)))
    door.console().print(table)
    return 0


def completion(shell: Annotated[Literal["bash", "zsh", "fish"], Parameter(help=N_("The shell."))], /) -> int:
    """Print the completion script for a shell."""
    from egide.cli.commands import application

    door.out(application().generate_completion(shell=shell))
    return 0
