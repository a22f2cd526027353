"""`egide build`: what is deployed, from a plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from egide.cli import DONE, REFUSED, UNDETERMINED, door
from egide.cli.tools import AsJson, Force
from egide.papers.text import reason_text
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.plan.building import Outcome
    from egide.deployment import Built

SHOWN = 40


def build(
    plan: Annotated[Path, Parameter(help=N_("The plan: see `egide plan make`."))],
    folder: Annotated[Path, Parameter(help=N_("The folder to make."))],
    /,
    *,
    to: Annotated[
        Literal["opentofu", "kubernetes", "compose"], Parameter(name="--to", help=N_("For what: opentofu, kubernetes or compose."))
    ],
    registry: Annotated[str | None, Parameter(name="--registry", help=N_("Where images are pulled from, in place of the plan’s."))] = None,
    domain: Annotated[
        str | None, Parameter(name="--domain", help=N_("The private domain in which the places know each other, in place of the plan’s."))
    ] = None,
    partial: Annotated[bool, Parameter(name="--partial", negative="", help=N_("Build what can be built, and list what can’t."))] = False,
    platform_users: Annotated[
        bool,
        Parameter(name="--platform-users", negative="", help=N_("Leave it to the platform as whom pods run, as OpenShift wants it.")),
    ] = False,
    force: Force = False,
    json: AsJson = False,
) -> int:
    """What to deploy, from a plan: machines, manifests or one machine, with backups, spare and the way back.

    Exit codes: 0 built, 1 nothing built (the plan is infeasible or unsound, or a part can't be built), 2 unusable, 3 built in part.
    """
    from egide.app.plan.building import build_plan
    from egide.deployment import Target

    with door.progress(door.say(N_("building"))):
        outcome = build_plan(plan, Target(to), folder, registry=registry, domain=domain, partial=partial,
                             platform_users=platform_users, force=force)  # fmt: skip
    if json:
        door.emit(_document(outcome, folder))
    else:
        _show(outcome, folder)
    if not outcome.paths:
        return REFUSED
    return UNDETERMINED if outcome.built and outcome.built.missing else DONE


def _document(outcome: Outcome, folder: Path) -> dict[str, object]:
    """The summary that lies beside the files, with the sentences of this run; nothing built has no folder."""
    missing = outcome.built.missing if outcome.built else ()
    return {
        **outcome.summary,
        "missing": [{"component": one.component, "place": one.place, "code": one.because.code, "args": dict(one.because.args),
                     "text": reason_text(one.because, door.LANG)} for one in missing],
        "refused": [{"code": one.code, "text": reason_text(one, door.LANG)} for one in outcome.refused],
        "folder": str(folder) if outcome.paths else None, "kept": [str(path) for path in outcome.kept],
    }  # fmt: skip


def _show(outcome: Outcome, folder: Path) -> None:
    for one in outcome.refused:
        door.out(f"✕ {reason_text(one, door.LANG)}")
    built = outcome.built
    if built is None:
        door.out(door.say(N_("Nothing was built.")))
        return
    if built.missing:
        door.out(door.say(N_("What can’t be built:")))
        for lack in built.missing[:SHOWN]:
            door.out(f"  {lack.component} ({lack.place}): {reason_text(lack.because, door.LANG)}")
        door.more(len(built.missing) - SHOWN)
    if not outcome.paths:
        door.out(door.say(N_("Nothing was built. --partial builds the rest.")))
        return
    _table(built)
    for path in outcome.kept:
        door.out(door.say(N_("changed by hand since the last build, no longer built, kept: {path}"), path=str(path)))
    count = len(outcome.paths)
    door.out(door.lang().plural(N_("{n} file in {folder}"), N_("{n} files in {folder}"), count).replace("{folder}", str(folder)))
    readme = folder / ("LISEZMOI.md" if door.LANG == "fr" else "README.md")
    door.out(door.say(N_("Read {path} first: what to set before, how to set it up, how it comes back."), path=str(readme)))


def _table(built: Built) -> None:
    heads = N_("Component"), N_("Place"), N_("Machine"), N_("Instances"), N_("Storage"), N_("Stands by for")
    table = door.table(*(door.say(one) for one in heads))
    for one in built.summary["components"]:
        sizes = [f"{one['block_gib']} GiB" if one["block_gib"] else "", f"S3 {one['object_gib']} GiB" if one["object_gib"] else ""]
        table.add_row(
            door.plain(one["component"]), door.plain(one["place"]), door.plain(one["machine"] or "—"),
            str(one["count"]) if one["machine"] else "—", ", ".join(size for size in sizes if size) or "—",
            door.plain(one["spare_of"] or ""),
        )  # fmt: skip
    door.console().print(table)
