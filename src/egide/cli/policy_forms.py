"""`egide dataspace policy convert` and `operands`: the two forms of a policy, and what constraints may speak of."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from egide.cli import DONE, door
from egide.cli.tools import AsJson, Force
from egide.vocabulary.language import N_


def convert(
    file: Annotated[Path, Parameter(help=N_("A policy: our short form (YAML) or ODRL (JSON)."))],
    /,
    *,
    to: Annotated[Literal["odrl", "short"] | None, Parameter(name="--to", help=N_("The form wanted; the other one by default."))] = None,
    out: Annotated[Path | None, Parameter(name="--out", help=N_("Write it into this file."))] = None,
    force: Force = False,
) -> int:
    """From our short form to ODRL, or back, without loss."""
    import json

    from egide.app.dataspace import policies as app
    from egide.app.files import write

    policy = app.read_policy(file)
    wanted = to or ("short" if file.suffix in (".json", ".jsonld") else "odrl")
    content = app.in_short(policy) if wanted == "short" else json.dumps(app.odrl(policy), ensure_ascii=False, indent=2).encode() + b"\n"
    if out:
        write(out, content, force=force)
        door.error(f"→ {out}")
    else:
        door.out(content.decode().rstrip())
    return DONE


def operands(
    profile: Annotated[str | None, Parameter(name="--profile", help=N_("Only those of this profile: odrl, catena-x or egide."))] = None,
    *,
    json: AsJson = False,
) -> int:
    """What constraints may speak of, and where each is enforced."""
    from egide.dataspace.policies.profiles import PROFILES
    from egide.papers.policies.words import WHERE
    from egide.vocabulary.errors import InputError

    if profile is not None and profile not in PROFILES:
        raise InputError(N_("`{word}` is none of {wanted}"), values={"word": profile, "wanted": " | ".join(PROFILES)})
    chosen = [one for name, one in PROFILES.items() if profile in (None, name)]
    every = [(each, one) for each in chosen for one in each.operands.values()]
    if json:
        door.emit([{"profile": each.name, "left": one.name, "kind": one.kind.value, "several": one.many, "where": one.where.value,
                    "title": door.say(one.title)} for each, one in every])  # fmt: skip
        return DONE
    table = door.table(*(door.say(head) for head in (N_("Left operand"), N_("What it is"), N_("Enforced"), N_("Profile"))))
    for each, one in every:
        table.add_row(one.name, door.say(one.title), door.say(WHERE[one.where]), each.name)
    door.console().print(table)
    return DONE
