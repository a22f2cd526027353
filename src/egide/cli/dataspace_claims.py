"""`egide dataspace claims`: credentials that say what a participant is, issued, taken in, listed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from egide.cli import DONE, door
from egide.cli.dataspace import HERE, At, Database, installed
from egide.cli.tools import AsJson, Force
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.vocabulary.findings import Reason


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


def ask(
    issuer: Annotated[str, Parameter(help=N_("The DID of the issuer."))],
    wanted: Annotated[list[str], Parameter(help=N_("Which credentials: their types, or the names that the issuer announces."))],
    /,
    *,
    at: At = HERE,
    db: Database = None,
    json: AsJson = False,
) -> int:
    """Ask an issuer for credentials about us; they come to the connector that serves from the folder once they are issued."""
    installed()
    from egide.app.dataspace.issuance import ask as ask_it

    made = ask_it(at, issuer, wanted, db)
    if json:
        door.emit({"request": made, "issuer": issuer})
    else:
        door.out(door.say(N_("{issuer} has the request {request}; what it issues comes by itself."), issuer=issuer, request=made))
    return DONE


def requests(*, at: At = HERE, db: Database = None, json: AsJson = False) -> int:
    """The requests for credentials that we made, and those that wait for our decision."""
    installed()
    from egide.app.dataspace.issuance import requests as all_of_them
    from egide.app.dataspace.issuance import shown

    found = all_of_them(at, db)
    if json:
        door.emit([shown(one) for one in found])
        return DONE
    words = {"RECEIVED": N_("waits"), "ISSUED": N_("issued"), "REJECTED": N_("rejected")}
    headers = (N_("Request"), N_("Side"), N_("Party"), N_("Wanted"), N_("State"), N_("Why"))
    table = door.table(*(door.say(name) for name in headers))
    for one in found:
        owed = one.delivered is False and one.status != "RECEIVED"
        state = door.say(words[one.status]) + (" · " + door.say(N_("has not arrived yet")) if owed else "")
        side = door.say(N_("we ask") if one.ours else N_("we issue"))
        table.add_row(*map(door.plain, (one.id, side, one.party, ", ".join(one.wanted), state, one.because or "")))
    door.console().print(table)
    return DONE


def grant(
    request: Annotated[str, Parameter(help=N_("The request, as `claims requests` shows it."))],
    /,
    *,
    says: Annotated[
        list[str] | None, Parameter(name="--says", negative="", help=N_("NAME=VALUE: what it says of the holder, as label=secnumcloud.")),
    ] = None,
    days: Annotated[int, Parameter(name="--days", help=N_("How long it lasts."))] = 365,
    at: At = HERE,
    db: Database = None,
    json: AsJson = False,
) -> int:
    """Issue the credentials that a request asks for, and deliver them."""
    installed()
    from egide.app.dataspace.issuance import grant as grant_it

    return _decided(request, *grant_it(at, request, says or [], days, db), json)


def reject(
    request: Annotated[str, Parameter(help=N_("The request, as `claims requests` shows it."))],
    /,
    *,
    because: Annotated[str, Parameter(name="--because", help=N_("Why, for the holder."))],
    at: At = HERE,
    db: Database = None,
    json: AsJson = False,
) -> int:
    """Decide against a request for credentials."""
    installed()
    from egide.app.dataspace.issuance import reject as reject_it

    return _decided(request, *reject_it(at, request, because, db), json)


def _decided(request: str, holder: str, failed: tuple[Reason, ...], json: bool) -> int:
    if json:
        door.emit({"request": request, "holder": holder, "arrived": not failed})
        return DONE
    door.out(door.say(N_("{holder} has the answer to {request}."), holder=holder, request=request) if not failed else
             door.say(N_("{holder} does not answer yet; the connector tries again while it serves."), holder=holder))  # fmt: skip
    for one in failed:
        door.error(f"! {door.say(one.message, **dict(one.args))}")
    return DONE
