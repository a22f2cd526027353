"""`egide site`: bodies, people, tokens and the trail of a site, for whoever runs its server without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from egide.cli import DONE, door
from egide.cli.data import Db
from egide.cli.listening import served
from egide.cli.tools import AsJson
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from egide.accounts.people import BodyOf
    from egide.accounts.roles import Role
    from egide.app.site.administering import Member
    from egide.store.connection import Store

BodyId = Annotated[str, Parameter(help=N_("The short name of the body."))]
InBody = Annotated[str | None, Parameter(name="--body", help=N_("Only of this body, by its short name."))]
OneBody = Annotated[str, Parameter(name="--body", help=N_("In which body, by its short name."))]
Login = Annotated[str, Parameter(help=N_("The person: a login, or the number that the trail shows."))]
RoleName = Literal["viewer", "author", "evaluator", "signer", "administrator"]
Roles = Annotated[list[RoleName], Parameter(name="--role", help=N_("A role; repeat it for several."))]
Base = Annotated[
    str | None, Parameter(name="--base", help=N_("The address by which people reach the site; else EGIDE_SERVE_BASE, else this machine."))
]
Settings = Annotated[Path | None, Parameter(name="--settings", help=N_("The TOML file of settings that the site is served with."))]
MARKING = N_("The marking that each page and paper of the body carries, such as DIFFUSION LIMITÉE; empty: none.")


def list_bodies(*, db: Db = None, json: AsJson = False) -> int:
    """The bodies, with their markings."""
    with opened(db) as store:
        from egide.app.site import administering

        found = administering.bodies(store)
    if json:
        door.emit([_body(one) for one in found])
    elif not found:
        door.out(door.say(N_("No body yet: `egide site body add` makes one.")))
    else:
        table = door.table(*(door.say(head) for head in (N_("Short name"), N_("Name"), N_("Marking"))))
        for one in found:
            table.add_row(one.id, door.plain(one.name), door.plain(one.marking))
        door.console().print(table)
    return DONE


def add_body(
    body: BodyId, /, *, name: Annotated[str, Parameter(name="--name", help=N_("The name that people read."))],
    marking: Annotated[str, Parameter(name="--marking", help=MARKING)] = "", db: Db = None, json: AsJson = False,
) -> int:  # fmt: skip
    """Make a body. Nobody works in it yet: `egide site invite` or `egide site person add` follows."""
    with opened(db, make=True) as store:
        from egide.app.site import administering

        made = administering.add_body(store, body, name, marking)
    return _told(_body(made), json, N_("{name} is there, as `{id}`."), name=made.name, id=made.id)


def set_body(
    body: BodyId, /, *, name: Annotated[str | None, Parameter(name="--name", help=N_("The name that people read."))] = None,
    marking: Annotated[str | None, Parameter(name="--marking", help=MARKING)] = None, db: Db = None, json: AsJson = False,
) -> int:  # fmt: skip
    """Change the name or the marking of a body."""
    with opened(db) as store, of_body(body):
        from egide.app.site import administering

        made = administering.set_body(store, body, name, marking)
    return _told(_body(made), json, N_("{name}, marking: {marking}"), name=made.name, marking=made.marking or door.say(N_("none")))


def list_people(*, body: InBody = None, db: Db = None, json: AsJson = False) -> int:
    """The people, what they are in which body, and who is locked."""
    with opened(db) as store, of_body(body):
        from egide.app.site import administering

        found = administering.members(store, body)
    if json:
        door.emit([_member(one) for one in found])
    elif not found:
        door.out(door.say(N_("Nobody is here yet.")))
    else:
        table = door.table(*(door.say(head) for head in (N_("Number"), N_("Login"), N_("Name"), N_("Roles"), N_("Locked"))))
        for one in found:
            roles = "; ".join(f"{where}: {_roles(held)}" for where, held in one.roles.items())
            locked = door.say(N_("locked")) if one.person.locked else ""
            table.add_row(str(one.person.number), door.plain(one.person.login), door.plain(one.person.name), door.plain(roles), locked)
        door.console().print(table)
    return DONE


def add_person(
    login: Annotated[str, Parameter(help=N_("The login, without blanks."))], /, *,
    name: Annotated[str, Parameter(name="--name", help=N_("The name that others read."))], body: OneBody, role: Roles,
    base: Base = None, settings: Settings = None, db: Db = None, json: AsJson = False,
) -> int:  # fmt: skip
    """Make an account with roles, and print the link by which its person chooses a password."""
    with opened(db) as store, of_body(body):
        from egide.app.site import administering

        made, secret = administering.add_person(store, login, name, body, _asked(role))
    return _linked({"number": made.number, "login": made.login}, secret, base, settings, json)


def invite(
    body: BodyId, /, *, role: Roles, base: Base = None, settings: Settings = None, db: Db = None, json: AsJson = False,
) -> int:  # fmt: skip
    """Print a link by which somebody joins a body with these roles, under a login of their own."""
    with opened(db) as store, of_body(body):
        from egide.app.site import administering

        secret = administering.invite(store, body, _asked(role))
    return _linked({"body": body, "roles": sorted(role)}, secret, base, settings, json)


def set_roles(
    person: Login, /, *, body: OneBody,
    role: Annotated[
        list[RoleName] | None, Parameter(name="--role", help=N_("A role; repeat it for several. None: gone from the body."))
    ] = None,
    db: Db = None, json: AsJson = False,
) -> int:  # fmt: skip
    """Give a person these roles in a body, and take all others away."""
    with opened(db) as store, of_body(body):
        from egide.app.site import administering

        number = who(store, person)
        before = administering.set_roles(store, body, number, _asked(role or []))
    said = {"person": number, "body": body, "before": sorted(before), "roles": sorted(role or [])}
    told = {"before": _roles(before) or "–", "after": _roles(_asked(role or [])) or "–"}
    return _told(said, json, N_("{body}: {before} → {after}"), body=body, **told)


def reset(person: Login, /, *, base: Base = None, settings: Settings = None, db: Db = None, json: AsJson = False) -> int:
    """Print a link by which a person chooses another password; their sessions end when they do."""
    with opened(db) as store:
        from egide.app.site import administering

        number = who(store, person)
        with without_body():
            secret = administering.reset(store, number)
    return _linked({"person": number}, secret, base, settings, json)


def lock(person: Login, /, *, db: Db = None, json: AsJson = False) -> int:
    """Lock a person out at once: no session, no token, no login opens anything until they are unlocked."""
    return _lock(person, db, json, locked=True)


def unlock(person: Login, /, *, db: Db = None, json: AsJson = False) -> int:
    """Let a person in again, and forget attempts that failed."""
    return _lock(person, db, json, locked=False)


def _lock(person: str, db: str | None, json: bool, *, locked: bool) -> int:
    with opened(db) as store:
        from egide.app.site import administering

        number = who(store, person)
        administering.set_locked(store, number, locked)
    said = N_("{person} is locked out.") if locked else N_("{person} may log in again.")
    return _told({"person": number, "locked": locked}, json, said, person=person)


@contextmanager
def opened(db: str | None, *, make: bool = False) -> Iterator[Store]:
    """The database of the site. Raises `NoDatabaseError` where there is none, and `MissingExtraError` without what serves."""
    from egide.app.database import open_database

    with served(), open_database(db, make=make) as store:
        yield store


@contextmanager
def of_body(body: str | None) -> Iterator[None]:
    """Say that there is no such body, to whoever may know."""
    from egide.accounts.errors import AbsentError

    try:
        yield
    except AbsentError as error:
        raise InputError(N_("no body has the short name `{body}`, or nobody of that number is there"), hint="egide site body list",
                         values={"body": (body or "")[:60]}) from error  # fmt: skip


@contextmanager
def without_body() -> Iterator[None]:
    """Say what a link for a password needs."""
    from egide.accounts.errors import AbsentError

    try:
        yield
    except AbsentError as error:
        raise InputError(N_("this person has no role in any body: give one first"), hint="egide site person roles") from error


def who(store: Store, person: str) -> int:
    """The number of a person. Raises `UnknownPersonError`."""
    from egide.accounts.people import find

    with store.read() as tx:
        return find(tx, person).number


def _asked(roles: Sequence[str]) -> frozenset[Role]:
    from egide.accounts.roles import Role

    return frozenset(Role(one) for one in roles)


def _roles(held: Collection[Role]) -> str:
    return ", ".join(door.lang().label(f"role-of-{one}") for one in sorted(held))


def _linked(values: dict[str, Any], secret: str, base: str | None, settings: Path | None, json: bool) -> int:
    from egide.app.site.serving import serving
    from egide.app.trust.vc_api_opening import address

    chosen = serving(settings, base=base)
    link = f"{address(chosen.host, chosen.port, chosen.base)}/join/{secret}"
    if json:
        door.emit({**values, "link": link})
    else:
        door.out(door.say(N_("The link works once, within 7 days:")) + f"\n  {link}")
    return DONE


def _body(one: BodyOf) -> dict[str, str]:
    return {"id": one.id, "name": one.name, "marking": one.marking}


def _member(one: Member) -> dict[str, Any]:
    roles = {body: sorted(held) for body, held in one.roles.items()}
    return {"number": one.person.number, "login": one.person.login, "name": one.person.name, "locked": one.person.locked, "roles": roles}


def _told(values: dict[str, Any], json: bool, said: str, **args: object) -> int:
    if json:
        door.emit(values)
    else:
        door.out(door.say(said, **args))
    return DONE
