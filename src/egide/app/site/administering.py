"""Bodies, people, links and tokens, for whoever runs the server and for whoever administers a body.

An administrator of one body has no power over what somebody is in another: a link for a new password, a lock and an erasure touch the whole
person, so they are refused for whoever has a role in a body that the administrator does not administer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from egide.accounts import entry, people
from egide.accounts.errors import AbsentError, NotAllowedError
from egide.accounts.people import BodyOf, Person
from egide.accounts.roles import Act, Role
from egide.accounts.trail import Done, lines, note
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.accounts.entry import Caller, OpenLink, Token
    from egide.store.connection import Store
    from egide.store.transaction import Transaction


class ElsewhereError(NotAllowedError):
    """The person works for other bodies too, which the administrator does not administer."""

    hint = N_("whoever runs the server does it: `egide site person --help`")

    def __init__(self) -> None:
        super(NotAllowedError, self).__init__(N_("this person has roles in other bodies too, so an administrator of one does not do this"))


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody, with what they are in each body."""

    person: Person
    roles: Mapping[str, frozenset[Role]]


def bodies(store: Store) -> Sequence[BodyOf]:
    """All bodies."""
    with store.read() as tx:
        return people.bodies(tx)


def add_body(store: Store, id: str, name: str, marking: str = "") -> BodyOf:
    """A new body. Raises `InputError`, `TakenError`."""
    with store.write() as tx:
        made = people.add_body(tx, id, name, marking)
        note(tx, "body", body=id)
    return made


def set_body(store: Store, id: str, name: str | None, marking: str | None, by: Caller | None = None) -> BodyOf:
    """Another name or marking. Raises `AbsentError`, `InputError`."""
    with store.write() as tx:
        made = people.set_body(tx, id, name=name, marking=marking)
        _note(tx, "body-changed", body=id, by=by)
    return made


def members(store: Store, body: str | None = None) -> Sequence[Member]:
    """Everybody, or those of a body. Raises `AbsentError`."""
    with store.read() as tx:
        if body is not None:
            people.body(tx, body)
            return [Member(one, {body: roles}) for one, roles in people.people_of(tx, body).items()]
        return [
            Member(one, {found.id: roles for found, roles in people.bodies_of(tx, one.number).items()}) for one in people.everybody(tx)
        ]


def invite(store: Store, body: str, roles: Collection[Role], by: Caller | None = None, drawn: str | None = None) -> str:
    """The secret of a link by which somebody joins a body, the one that was drawn for it. Raises `AbsentError`."""
    with store.write() as tx:
        people.body(tx, body)
        secret = entry.invite(tx, body, roles, drawn=drawn)
        _note(tx, "invited", body=body, details={"roles": sorted(roles)}, by=by)
    return secret


def add_person(store: Store, login: str, name: str, body: str, roles: Collection[Role]) -> tuple[Person, str]:
    """A new person with roles in a body, and the secret of the link by which they choose a password. Raises as `people.add_person`."""
    with store.write() as tx:
        people.body(tx, body)
        made = people.add_person(tx, login, name)
        people.grant(tx, body, made.number, roles)
        note(tx, "person", str(made.number), body=body, details={"roles": sorted(roles)})
        return made, entry.invite(tx, body, (), number=made.number)


class ChangedRolesError(EgideError):
    """Somebody else set the roles of that person since they were shown."""

    def __init__(self, person: Person, held: frozenset[Role]) -> None:
        super().__init__(N_("somebody changed the roles of {name} meanwhile"), {"name": person.name})
        self.person, self.held = person, held


def set_roles(
    store: Store, body: str, number: int, wanted: Collection[Role], by: Caller | None = None, seen: frozenset[Role] | None = None
) -> frozenset[Role]:
    """The person has these roles in the body and no others; what they had. ``seen``: those that the wish is based on.

    Raises `AbsentError`; `ChangedRolesError`; `InputError` when nobody would be left to administer the body.
    """
    wanted = frozenset(wanted)
    with store.write() as tx:
        people.body(tx, body)
        person = people.person(tx, number)
        if person is None:
            raise AbsentError
        held = people.roles_in(tx, body, number)
        if by is not None and not held:  # whoever is not of the body comes in by invitation
            raise AbsentError
        if seen is not None and held not in (seen, wanted):
            raise ChangedRolesError(person, held)
        people.grant(tx, body, number, wanted - held)
        if held - wanted:
            people.withdraw(tx, body, number, held - wanted)
        _note(tx, "roles", str(number), body=body, details={"roles": sorted(wanted)}, by=by)
    return held


def reset(store: Store, number: int, by: Caller | None = None, body: str | None = None, drawn: str | None = None) -> str:
    """The secret of a link by which the person chooses another password, the one that was drawn for it; it ends the one before.

    Raises `ElsewhereError`, `AbsentError`.
    """
    with store.write() as tx:
        home = _allowed(tx, number, by, body)
        if home is None:
            raise AbsentError
        _note(tx, "reset-link", str(number), body=home, by=by)
        return entry.invite(tx, home, (), number=number, drawn=drawn)


def open_links(store: Store, body: str) -> Sequence[OpenLink]:
    """The links of a body that nobody has used yet, newest first."""
    with store.read() as tx:
        return entry.open_links(tx, body)


def end_link(store: Store, body: str, id: str, by: Caller) -> None:
    """The link opens nothing from here on. Raises `AbsentError`."""
    with store.write() as tx:
        if not entry.end_link(tx, body, id):
            raise AbsentError
        _note(tx, "link-ended", id, body=body, by=by)


def set_locked(store: Store, number: int, locked: bool, by: Caller | None = None, body: str | None = None) -> None:
    """Lock or unlock a person. Raises `ElsewhereError`, `AbsentError`."""
    with store.write() as tx:
        home = _allowed(tx, number, by, body)
        (people.lock if locked else people.unlock)(tx, number)
        _note(tx, "locked" if locked else "unlocked", str(number), body=home, by=by)


def may_touch(store: Store, number: int, by: Caller, body: str) -> None:
    """Whether the administrator of that body may touch the whole person. Raises `ElsewhereError`, `AbsentError`."""
    with store.read() as tx:
        _allowed(tx, number, by, body)


def tokens(store: Store, body: str) -> Sequence[Token]:
    """The tokens of a body, newest first. Raises `AbsentError`."""
    with store.read() as tx:
        people.body(tx, body)
        return entry.tokens(tx, body)


def revoke_token(store: Store, body: str, id: str, by: Caller | None = None) -> None:
    """The program is shut out at its next request. Raises `AbsentError`."""
    with store.write() as tx:
        if not entry.revoke_token(tx, body, id):
            raise AbsentError
        _note(tx, "token-revoked", id, body=body, by=by)


def trail(store: Store, body: str | None, most: int, before: int | None = None) -> Sequence[tuple[Done, str | None]]:
    """Who did what, newest first, in a body or everywhere; with the name of each who is still known. Raises `AbsentError`."""
    with store.read() as tx:
        if body is not None:
            people.body(tx, body)
        names = {one.number: one.name for one in people.everybody(tx)}
        return [(one, names.get(one.person) if one.person else None) for one in lines(tx, body, before=before, most=most)]


def _allowed(tx: Transaction, number: int, by: Caller | None, body: str | None) -> str | None:
    """The body in whose trail it stands."""
    of = [one.id for one in people.bodies_of(tx, number)]
    if by is None:
        people.find(tx, str(number))
        return of[0] if of else None
    if body not in of:
        raise AbsentError
    if any(not by.may(Act.ADMINISTER, one) for one in of):
        raise ElsewhereError
    return body


def _note(
    tx: Transaction, act: str, about: str = "", *, body: str | None, by: Caller | None, details: Mapping[str, object] | None = None,
) -> None:  # fmt: skip
    note(tx, act, about, body=body, person=by.person.number if by else None, token=by.token if by else None, details=details)
