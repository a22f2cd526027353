"""`egide trust bundle`: what verification has at hand, on a machine that asks nobody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from egide.cli import DONE, UNDETERMINED, door
from egide.cli.tools import AsJson, Force
from egide.cli.trust_verify import NEED, Trusted
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.trust.bundle import Line
    from egide.trust.linked.bundle import Bundle

Vouch = Annotated[
    bool, Parameter(name="--vouch", negative="", help=N_("Take anchors, issuers, keys and lists too: you vouch for whoever gave them."))
]
DIGITS = 16


def show(*, trust: Trusted = None, json: AsJson = False) -> int:
    """Each file that is at hand, its digest, and whether it is one that we know; and what is known and isn't at hand."""
    with door.brought_by("federation", NEED):
        from egide.app.trust import bundle as app

    bundle = app.at_hand(trust or ())
    lines = app.lines(bundle)
    if json:
        door.emit({"schema": "egide/trust-bundle/1", "files": [_values(line) for line in lines]})
        return DONE
    at_hand = sum(line.digest is not None for line in lines)
    door.console().print(f"[bold]{door.lang().plural(N_('{n} file at hand'), N_('{n} files at hand'), at_hand)}[/]")
    heads = N_("Kind"), N_("Name"), N_("SHA-256"), N_("Known"), N_("Source")
    table = door.table(*(door.say(one) for one in heads))
    for line in lines:
        digest = f"{line.digest[:DIGITS]}…" if line.digest else f"[yellow]{door.say(N_('not at hand'))}[/]"
        known = door.say(N_("yes")) if line.known else f"[yellow]{door.say(N_('your word'))}[/]"
        source = line.source or (door.say(N_("read on {day}"), day=line.read.date()) if line.read else "—")
        table.add_row(door.lang().label(f"bundle-{line.kind}"), door.plain(line.name), digest, known, door.plain(source))
    door.console().print(table)
    door.problems(bundle.problems)
    return DONE


def import_(
    file: Annotated[Path, Parameter(help=N_("An archive, a folder, or one file."))], /, *, vouch: Vouch = False, json: AsJson = False,
) -> int:
    """Keep what it holds, each file once its digest says what it is. Exits 3 when something was left out."""
    with door.brought_by("federation", NEED):
        from egide.app.trust import bundle as app

    return _taken(app.take_in(file, vouched=vouch), json=json, hint=not vouch)


def export(
    file: Annotated[Path, Parameter(help=N_("The archive to write (.zip)."))], /, *, force: Force = False,
) -> int:
    """Write all that is kept as one archive, for a machine without a network."""
    with door.brought_by("federation", NEED):
        from egide.app.trust import bundle as app

    bundle = app.give_out(file, force=force)
    door.out(door.lang().plural(N_("{n} file"), N_("{n} files"), len(bundle.files)))
    door.out(f"→ {file}")
    return DONE


def fetch(
    *names: Annotated[str, Parameter(help=N_("A known file, a did:web or an https address; by default all that is known and missing."))],
    allow: Annotated[
        list[str] | None, Parameter(name="--allow", negative="", help=N_("A host that may be asked too; .example.org allows all under it."))
    ] = None,
    source: Annotated[str | None, Parameter(name="--from", help=N_("Where a known file lies, when that isn’t its name."))] = None,
    json: AsJson = False,
) -> int:
    """Ask the network, https only and no private address, and keep what has the digest it should have."""
    with door.brought_by("federation", NEED):
        from egide.app.trust import bundle as app

    with door.progress(door.say(N_("fetching"))):
        found = app.fetch(names, allow or (), door.now(), source=source)
    return _taken(found, json=json, hint=False)


def remove(
    *names: Annotated[str, Parameter(help=N_("Names, addresses or digests, as `show` gives them."))],
) -> int:
    """Forget files."""
    with door.brought_by("federation", NEED):
        from egide.app.trust import bundle as app

    app.remove(names)
    door.out(door.lang().plural(N_("{n} name forgotten"), N_("{n} names forgotten"), len(names)))
    return DONE


def _taken(found: Bundle, *, json: bool, hint: bool) -> int:
    if json:
        door.emit({
            "taken": [{"name": file.name, "kind": file.kind.value, "sha256": file.digest, "known": file.known} for file in found.files],
            "left_out": [{"file": problem.at.file, "why": door.say(problem.message, **problem.args)} for problem in found.problems],
        })
    else:
        door.out(door.lang().plural(N_("{n} file taken"), N_("{n} files taken"), len(found.files)))
        for file in found.files:
            door.out(f"  {door.lang().label(f'bundle-{file.kind.value}')} : {file.name}  {file.digest[:DIGITS]}…")
        door.problems(found.problems)
        if hint and any("vouch" in problem.message for problem in found.problems):
            door.out(door.say(N_("→ --vouch takes them on your word")))
    return UNDETERMINED if found.problems else DONE


def _values(line: Line) -> dict[str, object]:
    return {
        "name": line.name, "kind": line.kind, "sha256": line.digest, "known": line.known, "at_hand": line.digest is not None,
        "source": line.source, "bytes": line.size, "read": line.read.isoformat() if line.read else None,
    }  # fmt: skip
