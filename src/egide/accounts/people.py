"""Bodies, people and their roles."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, func, select

from egide.accounts.errors import AbsentError, RefusedLoginError, TakenError, TooOftenError, UnknownPersonError
from egide.accounts.roles import Role
from egide.accounts.secrets import LEAST_SIGNS, MOST_SIGNS, fits, hashed, outdated
from egide.accounts.tables import BODIES, FAILURES, INVITATIONS, PEOPLE, ROLES, SESSIONS, TOKENS
from egide.store.glance import Glance
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from sqlalchemy import Row

    from egide.store.connection import Store
    from egide.store.transaction import Transaction

_BODY_OF = select(BODIES.c.id, BODIES.c.name, BODIES.c.marking)
_BODY = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$")
FREE_ATTEMPTS = 5
LONGEST_WAIT = 900
"""Seconds."""
MOST_NAME = 200
ERASED = ""
"""In the place of a name: of a person who was erased. Nobody's name is empty, and no login holds a blank as theirs does."""


@dataclass(frozen=True, slots=True)
class BodyOf:
    """A body. ``marking``: what each of its pages and papers says of its sensitivity."""

    id: str
    name: str
    marking: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, as the pages call them."""

    number: int
    login: str
    name: str
    locked: bool = False
    """Nobody gets in as them, by any way, until they are unlocked."""


_NAMED: Glance[BodyOf | None] = Glance(
    _BODY_OF.where(BODIES.c.id == bindparam("id")), lambda rows: BodyOf(*rows[0]) if rows else None
)  # fmt: skip


def add_body(tx: Transaction, id: str, name: str, marking: str = "") -> BodyOf:
    """A new body. Raises `InputError` for a name that can't stand in an address, `TakenError`."""
    if not _BODY.match(id):
        raise InputError(N_("the short name of a body has 1 to 40 small letters, digits and hyphens, and not `{name}`"),
                         values={"name": id[:60]})
    if tx.execute(select(BODIES.c.id).where(BODIES.c.id == id)).one_or_none():
        raise TakenError(id)
    made = BodyOf(id, _named(name), marking.strip()[:MOST_NAME])
    tx.execute(BODIES.insert().values(id=made.id, name=made.name, marking=made.marking, created_at=tx.now()))
    return made


def bodies(tx: Transaction) -> Sequence[BodyOf]:
    """All of them, by name."""
    return [BodyOf(**row._mapping) for row in tx.execute(_BODY_OF.order_by(BODIES.c.name))]


def body(tx: Transaction, id: str) -> BodyOf:
    """That body. Raises `AbsentError`."""
    return _there(_NAMED.within(tx, id=id))


def body_now(store: Store, id: str) -> BodyOf:
    """As `body`, of the database at this moment."""
    return _there(_NAMED.now(store, id=id))


def _there(found: BodyOf | None) -> BodyOf:
    if found is None:
        raise AbsentError
    return found


def set_body(tx: Transaction, id: str, *, name: str | None = None, marking: str | None = None) -> BodyOf:
    """Another name or marking of a body; None leaves it. Raises `AbsentError`, `InputError`."""
    before = body(tx, id)
    after = BodyOf(id, before.name if name is None else _named(name), before.marking if marking is None else marking.strip()[:MOST_NAME])
    tx.execute(BODIES.update().where(BODIES.c.id == id).values(name=after.name, marking=after.marking))
    return after


def add_person(
    tx: Transaction, login: str, name: str, password: str | None = None, identity: tuple[str, str] | None = None
) -> Person:
    """A new person. ``identity``: provider and subject of an OpenID login. Raises `InputError`, `TakenError`."""
    login = login.strip().casefold()
    if not login or len(login) > MOST_NAME or any(sign.isspace() or not sign.isprintable() for sign in login):
        raise InputError(N_("a login has no spaces and at most {n} characters"), values={"n": MOST_NAME})
    if tx.execute(select(PEOPLE.c.number).where(PEOPLE.c.login == login)).one_or_none():
        raise TakenError(login)
    kept = None if password is None else hashed(checked(password))
    provider, subject = identity or (None, None)
    (number,) = tx.execute(PEOPLE.insert().returning(PEOPLE.c.number).values(
        login=login, name=_named(name), password=kept, provider=provider, subject=subject, created_at=tx.now(),
    )).one()  # fmt: skip
    return Person(number, login, name.strip())


def checked(password: str) -> str:
    """The password, long enough and not endless. Raises `InputError`."""
    if not LEAST_SIGNS <= len(password) <= MOST_SIGNS:
        raise InputError(N_("a password has {least} to {most} characters"), values={"least": LEAST_SIGNS, "most": MOST_SIGNS})
    return password


def set_password(tx: Transaction, number: int, password: str) -> None:
    """Another password; every session of that person ends."""
    tx.execute(PEOPLE.update().where(PEOPLE.c.number == number).values(password=hashed(checked(password))))
    tx.execute(delete(SESSIONS).where(SESSIONS.c.person == number))


def by_password(tx: Transaction, login: str, password: str) -> Person:
    """Who has that login and password. After some failures each attempt waits, twice as long every time.

    Raises `RefusedLoginError`, `TooOftenError`.
    """
    login = login.strip().casefold()[:MOST_NAME]
    waiting = _wait(tx, login)
    if waiting > 0:
        raise TooOftenError(waiting)
    row = tx.execute(select(PEOPLE).where(PEOPLE.c.login == login, PEOPLE.c.closed_at.is_(None))).one_or_none()
    if not fits(password[: MOST_SIGNS + 1], row.password if row else None) or row is None:
        raise RefusedLoginError
    if outdated(row.password):
        tx.execute(PEOPLE.update().where(PEOPLE.c.number == row.number).values(password=hashed(password)))
    tx.execute(delete(FAILURES).where(FAILURES.c.login == login))
    return _person(row)


def failed(tx: Transaction, login: str) -> None:
    """Remember that an attempt failed; in a transaction of its own, for the attempt's is undone."""
    login = login.strip().casefold()[:MOST_NAME]
    known = tx.execute(select(FAILURES.c.count).where(FAILURES.c.login == login)).scalar_one_or_none()
    if known is None:
        tx.execute(FAILURES.insert().values(login=login, count=1, last_at=tx.now()))
    else:
        tx.execute(FAILURES.update().where(FAILURES.c.login == login).values(count=known + 1, last_at=tx.now()))


def by_identity(tx: Transaction, provider: str, subject: str) -> Person | None:
    """Who an OpenID provider says it is."""
    chosen = select(PEOPLE).where(PEOPLE.c.provider == provider, PEOPLE.c.subject == subject, PEOPLE.c.closed_at.is_(None))
    row = tx.execute(chosen).one_or_none()
    return _person(row) if row else None


def person(tx: Transaction, number: int) -> Person | None:
    """That person, unless closed or erased."""
    row = tx.execute(select(PEOPLE).where(PEOPLE.c.number == number, PEOPLE.c.closed_at.is_(None))).one_or_none()
    return _person(row) if row else None


def anybody(tx: Transaction) -> bool:
    """Whether there is somebody at all: until then, whoever starts the server gets the link of the first administrator."""
    return bool(tx.connection.scalar(select(func.count()).select_from(PEOPLE).where(PEOPLE.c.name != ERASED)))


def grant(tx: Transaction, body: str, number: int, roles: Collection[Role]) -> None:
    """Give roles that the person doesn't have yet."""
    held = roles_in(tx, body, number)
    for role in sorted(set(roles) - held):
        tx.execute(ROLES.insert().values(body=body, person=number, role=role.value))


def withdraw(tx: Transaction, body: str, number: int, roles: Collection[Role]) -> None:
    """Take roles away. Raises `InputError` when nobody would be left to administer the body."""
    tx.execute(delete(ROLES).where(ROLES.c.body == body, ROLES.c.person == number, ROLES.c.role.in_([role.value for role in roles])))
    left = select(func.count()).select_from(ROLES).where(ROLES.c.body == body, ROLES.c.role == Role.ADMINISTRATOR.value)
    if not tx.connection.scalar(left):
        raise InputError(N_("nobody would be left to administer the body"))


def roles_in(tx: Transaction, body: str, number: int) -> frozenset[Role]:
    """What that person is in that body."""
    chosen = select(ROLES.c.role).where(ROLES.c.body == body, ROLES.c.person == number)
    return frozenset(Role(role) for role in tx.execute(chosen).scalars())


def bodies_of(tx: Transaction, number: int) -> Mapping[BodyOf, frozenset[Role]]:
    """The bodies in which that person has a role, by name."""
    chosen = (
        select(BODIES.c.id, BODIES.c.name, BODIES.c.marking, ROLES.c.role)
        .join(ROLES, ROLES.c.body == BODIES.c.id).where(ROLES.c.person == number).order_by(BODIES.c.name, ROLES.c.role)
    )  # fmt: skip
    found: dict[BodyOf, set[Role]] = {}
    for row in tx.execute(chosen):
        found.setdefault(BodyOf(row.id, row.name, row.marking), set()).add(Role(row.role))
    return {one: frozenset(roles) for one, roles in found.items()}


def people_of(tx: Transaction, body: str) -> Mapping[Person, frozenset[Role]]:
    """Who has a role in that body, by name."""
    chosen = select(PEOPLE, ROLES.c.role).join(ROLES, ROLES.c.person == PEOPLE.c.number).where(ROLES.c.body == body)
    found: dict[Person, set[Role]] = {}
    for row in tx.execute(chosen.order_by(PEOPLE.c.name, PEOPLE.c.number, ROLES.c.role)):
        found.setdefault(_person(row), set()).add(Role(row.role))
    return {one: frozenset(roles) for one, roles in found.items()}


def find(tx: Transaction, given: str) -> Person:
    """Whoever has that login or that number, locked or not. Raises `UnknownPersonError`."""
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None
    same = PEOPLE.c.login == given.strip().casefold() if number is None else PEOPLE.c.number == number
    row = tx.execute(select(PEOPLE).where(same, PEOPLE.c.name != ERASED)).one_or_none()
    if row is None:
        raise UnknownPersonError(given[:MOST_NAME])
    return _person(row)


def everybody(tx: Transaction) -> Sequence[Person]:
    """All people, by name."""
    return [_person(row) for row in tx.execute(select(PEOPLE).where(PEOPLE.c.name != ERASED).order_by(PEOPLE.c.name, PEOPLE.c.number))]


def lock(tx: Transaction, number: int) -> None:
    """Nobody gets in as that person any more: their sessions end, their tokens open nothing."""
    tx.execute(PEOPLE.update().where(PEOPLE.c.number == number, PEOPLE.c.closed_at.is_(None)).values(closed_at=tx.now()))
    tx.execute(delete(SESSIONS).where(SESSIONS.c.person == number))


def unlock(tx: Transaction, number: int) -> None:
    """They get in again, and attempts that failed are forgotten."""
    tx.execute(PEOPLE.update().where(PEOPLE.c.number == number, PEOPLE.c.name != ERASED).values(closed_at=None))
    tx.execute(delete(FAILURES).where(FAILURES.c.login.in_(select(PEOPLE.c.login).where(PEOPLE.c.number == number))))


def alone_in(tx: Transaction, number: int) -> Sequence[str]:
    """The bodies that nobody else administers."""
    mine = select(ROLES.c.body).where(ROLES.c.person == number, ROLES.c.role == Role.ADMINISTRATOR.value)
    others = select(ROLES.c.body).where(ROLES.c.person != number, ROLES.c.role == Role.ADMINISTRATOR.value)
    return sorted(tx.execute(mine.where(ROLES.c.body.not_in(others))).scalars())


def erase(tx: Transaction, number: int) -> None:
    """Forget a person: name, login, password, sessions, tokens, links and roles. The trail keeps the number, which then names nobody.

    The number stays taken, without anything beside it: whoever comes next is not taken for the author of what the trail tells.
    """
    tx.execute(delete(FAILURES).where(FAILURES.c.login.in_(select(PEOPLE.c.login).where(PEOPLE.c.number == number))))
    for table in (SESSIONS, TOKENS, ROLES, INVITATIONS):
        tx.execute(delete(table).where(table.c.person == number))
    gone = {"login": f"erased {number}", "name": ERASED, "password": None, "provider": None, "subject": None, "closed_at": tx.now()}
    tx.execute(PEOPLE.update().where(PEOPLE.c.number == number).values(**gone))


def _wait(tx: Transaction, login: str) -> int:
    row = tx.execute(select(FAILURES.c.count.label("failures"), FAILURES.c.last_at).where(FAILURES.c.login == login)).one_or_none()
    if row is None or row.failures < FREE_ATTEMPTS:
        return 0
    ends = row.last_at + timedelta(seconds=min(2 ** (row.failures - FREE_ATTEMPTS), LONGEST_WAIT))
    return max(0, -int(-(ends - tx.now()).total_seconds() // 1))


def _named(name: str) -> str:
    name = name.strip()
    if not name or len(name) > MOST_NAME:
        raise InputError(N_("a name has 1 to {n} characters"), values={"n": MOST_NAME})
    return name


def _person(row: Row[tuple[object, ...]]) -> Person:
    return Person(row.number, row.login, row.name, row.closed_at is not None)
