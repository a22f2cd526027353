"""`egide dataspace claims`: credentials that say what a participant is, issued, taken in, listed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from egide.cli import DONE, door
from egide.cli.dataspace import HERE, At, Database, installed
from egide.cli.tools import AsJson, Force
from egide.vocabulary.language import N_


def issue(
    holder: Annotated[str, Parameter(help=N_("Whom it is about: the DID of a participant."))],
    /,
    *,
    type: Annotated[str, Parameter(name="--type", help=N_("The type of the credential, as MembershipCredential or PartyLabelCredential."))],
    to: Annotated[Path, Parameter(name="--to", help=N_("The file to write."))],
    says: Annotated[
        list[str] | None, Parameter(name="--says", negative="", help=N_("NAME=VALUE: what it says of the holder, as label=secnumcloud.")),
    ] = None,
    days: Annotated[int, Parameter(name="--days", help=N_("How long it lasts."))] = 365,
    at: At = HERE,
    force: Force = False,
    json: AsJson = False,
) -> int:
    """Issue a credential about a participant, with the key of this connector."""
    installed()
    from egide.app.dataspace.wallet import issue as issue_it
    from egide.app.files import write

    write(to, issue_it(at, holder, type, says or [], days).encode(), force=force)
    if json:
        door.emit({"file": str(to), "type": type, "holder": holder})
    else:
        door.out(door.say(N_("{file}: {type} about {holder}"), file=to, type=type, holder=holder))
        door.out(f"→ egide dataspace claims take {to}")
    return DONE


def take(
    file: Annotated[Path, Parameter(help=N_("The credential, as its issuer gave it."))],
    /,
    *,
    at: At = HERE,
    db: Database = None,
    json: AsJson = False,
) -> int:
    """Take in a credential about us; its signature is checked with the key that its issuer publishes."""
    installed()
    from egide.app.dataspace.wallet import take as take_it

    issuer, types = take_it(at, file, db)
    if json:
        door.emit({"issuer": issuer, "types": types})
    else:
        door.out(door.say(N_("{types} of {issuer} is shown to peers from now on."), types=", ".join(types), issuer=issuer))
    return DONE


def list_claims(*, at: At = HERE, db: Database = None, json: AsJson = False) -> int:
    """The credentials that this connector can show."""
    installed()
    from egide.app.dataspace.wallet import held

    found = held(at, db)
    if json:
        door.emit(found)
        return DONE
    table = door.table(*(door.say(name) for name in (N_("Type"), N_("Issuer"), N_("Says"), N_("Until"))))
    for one in found:
        says = ", ".join(f"{name}={value}" for name, value in one["says"].items())
        table.add_row(*map(door.plain, (", ".join(one["types"]), str(one["issuer"]), says, str(one["until"] or "—"))))
    door.console().print(table)
    return DONE
