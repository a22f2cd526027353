"""`egide trust status`: the lists that say what of an issuer's credentials still counts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from egide.cli import DONE, door
from egide.cli.tools import AsJson
from egide.cli.trust_issue import LogOption, TakeOver, standing_values
from egide.cli.trust_keys import KeyOption
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

Folder = Annotated[Path | None, Parameter(help=N_("The issuer's folder; the one of this machine's person by default."))]

MOST = 100


def new(
    folder: Folder = None, /, *,
    address: Annotated[str, Parameter(name="--address", help=N_("The https address below which the lists will be published."))],
    key: KeyOption = None, log: LogOption = None,
    list_days: Annotated[int, Parameter(name="--list-days", help=N_("For how many days a list counts once it is signed."))] = 30,
) -> int:  # fmt: skip
    """Set up an issuer's folder: the register of what is issued, and its status lists."""
    from egide.app.trust import issuing

    place = folder or issuing.default()
    made = issuing.set_up(place, address, door.now(), key=key, log=log, list_days=list_days)
    door.out(door.say(N_("What is issued with --status-list {folder} can be revoked."), folder=str(place)))
    door.out(door.say(N_("Its lists will lie in {folder} and are to be published at {address}"), folder=str(place / issuing.PUBLIC),
                      address=made.address))
    return DONE


def show(
    folder: Folder = None,
    name: Annotated[str | None, Parameter(help=N_("One credential: its identifier or its digest."))] = None,
    /,
    *,
    token: Annotated[bool, Parameter(name="--token", negative="", help=N_("Print the credential as it was issued."))] = False,
    json: AsJson = False,
) -> int:
    """What was issued, and what it is worth now."""
    from egide.app.trust import issuing
    from egide.trust.register import UnknownCredentialError

    settings, register = issuing.looked_at(folder)
    rows = list(register.entries.values()) if name is None else register.named(name)
    if name is not None and not rows:
        none = N_("the register in {folder} knows no credential `{name}`")
        raise UnknownCredentialError(none, {"folder": str(folder or issuing.default()), "name": name[:200]})
    if token:
        return _tokens(folder, [one.digest for one in rows])
    if json:
        values = [standing_values(one) for one in rows]
        door.emit({"address": settings.address, "credentials": values, "owed_to_the_log": len(register.owed)})
        return DONE
    table = door.table(*(door.say(one) for one in (N_("Credential"), N_("Standing"), N_("Since"), N_("Why"), N_("Until"))))
    for one in rows[-MOST:]:
        last = one.decisions[-1] if one.decisions else None
        standing, since = door.lang().label(f"standing-{one.standing}"), last.at if last else one.issued_at
        why = door.plain(last.because) if last else ""
        table.add_row(door.plain(one.id or one.digest), standing, since, why, one.until or "—")
    door.console().print(table)
    door.more(len(rows) - MOST)
    if register.owed:
        door.out("! " + door.say(N_("the public log lacks {n} of these decisions: egide trust status publish"), n=len(register.owed)))
    return DONE


def publish(folder: Folder = None, /, *, take_over: TakeOver = False, json: AsJson = False) -> int:
    """Sign the lists anew, so that they count for longer, and bring to the public log whatever it still lacks."""
    from egide.app.trust import issuing

    with issuing.at_desk(folder, door.now(), take_over=take_over) as place:
        place.settle(again=True)
        lists = sorted((place.folder / issuing.PUBLIC).glob("*.jwt"))
        address = place.settings.address
    if json:
        door.emit([{"file": str(path), "address": f"{address}{path.name}"} for path in lists])
        return DONE
    for path in lists:
        door.out(f"→ {path}  {address}{path.name}")
    if not lists:
        door.out(door.say(N_("No list yet: nothing was issued.")))
    return DONE


def _tokens(folder: Path | None, digests: list[str]) -> int:
    from egide.app.trust import issuing

    if len(digests) != 1:
        raise InputError(door.say(N_("--token goes with one credential, and these are {n}"), n=len(digests)))
    found = issuing.token_of(folder, digests[0])
    if found is None:
        raise InputError(door.say(N_("this credential was given its place and never left: issue it again")))
    door.out(found)
    return DONE
