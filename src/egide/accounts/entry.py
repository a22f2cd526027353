"""Sessions, tokens and invitations: secrets that open something for a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, select

from egide.accounts.errors import SpentError
from egide.accounts.people import Person
from egide.accounts.roles import Act, Role, allowed
from egide.accounts.secrets import digest, draw
from egide.accounts.tables import INVITATIONS, PEOPLE, ROLES, SESSIONS, TOKENS
from egide.store.glance import Glance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.store.connection import Store
    from egide.store.transaction import Transaction

SESSION_LASTS = timedelta(hours=12)
"""From the last request; a working day."""
LONGEST_SESSION = timedelta(days=7)
REMEMBERED = timedelta(minutes=5)
"""How late the last request may be told: not every page writes."""
INVITATION = timedelta(days=7)
SHOWN = 16
"""As much of a link's digest as tells it from others."""
TOKEN_PREFIX = "egide_"  # noqa: S105 - how a leaked one is recognised


_TOKEN = (
    select(TOKENS.c.ends_at, TOKENS.c.id, TOKENS.c.scopes, PEOPLE.c.number, PEOPLE.c.login, PEOPLE.c.name, TOKENS.c.body, ROLES.c.role)
    .join(PEOPLE, PEOPLE.c.number == TOKENS.c.person)
    .outerjoin(ROLES, (ROLES.c.body == TOKENS.c.body) & (ROLES.c.person == TOKENS.c.person))
    .where(TOKENS.c.digest == bindparam("digest"), TOKENS.c.revoked.is_(False), PEOPLE.c.closed_at.is_(None))
)  # fmt: skip
"""A token with whose it is and each role that they have in its body: one question for every request of a program."""
_SESSION = (
    select(SESSIONS.c.ends_at, SESSIONS.c.seen_at, PEOPLE.c.number, PEOPLE.c.login, PEOPLE.c.name, ROLES.c.body, ROLES.c.role)
    .join(PEOPLE, PEOPLE.c.number == SESSIONS.c.person).outerjoin(ROLES, ROLES.c.person == SESSIONS.c.person)
    .where(SESSIONS.c.digest == bindparam("digest"), PEOPLE.c.closed_at.is_(None)).order_by(ROLES.c.body)
)  # fmt: skip
"""A session with whose it is and each role that they have anywhere: one question for every page."""

@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a person in the bodies where they have roles, or a program with its token in one body."""

    person: Person
    acts: Mapping[str, frozenset[Act]]
    """By body, what may be done there."""
    token: str | None = None
    """The id of the token, for the trail."""

    def may(self, act: Act, body: str) -> bool:
        """Whether the act is allowed in that body."""
        return act in self.acts.get(body, ())


_Open = tuple[datetime, Caller, datetime] | None
"""Until when, whose, and when it was last told that it is in use."""


@dataclass(frozen=True, slots=True)
class Token:
    """A program's token as it can be shown: its secret is shown once, when it is made."""

    id: str
    name: str
    scopes: frozenset[Act]
    created_at: datetime
    ends_at: datetime
    revoked: bool


def begin_session(tx: Transaction, number: int) -> str:
    """A new session; its secret, which goes into the cookie."""
    secret, now = draw(), tx.now()
    tx.execute(delete(SESSIONS).where(SESSIONS.c.ends_at < now))
    tx.execute(SESSIONS.insert().values(digest=digest(secret), person=number, created_at=now, seen_at=now, ends_at=now + SESSION_LASTS))
    return secret


def end_session(tx: Transaction, secret: str) -> None:
    """The session is over."""
    tx.execute(delete(SESSIONS).where(SESSIONS.c.digest == digest(secret)))


def by_session(tx: Transaction, secret: str) -> tuple[Caller, bool] | None:
    """Who that session is of, and whether it should be told (`keep_session`) that it is in use."""
    return _holding(SESSION.within(tx, digest=digest(secret)), tx.now())


def session_now(store: Store, secret: str) -> tuple[Caller, bool] | None:
    """As `by_session`, of the database at this moment."""
    return _holding(*SESSION.timed(store, digest=digest(secret)))


def _holding(found: _Open, now: datetime) -> tuple[Caller, bool] | None:
    if found is None or found[0] < now:
        return None
    return found[1], now - found[2] > REMEMBERED


def _of_session(rows: Sequence[Sequence[Any]]) -> _Open:
    if not rows:
        return None
    ends_at, seen_at, number, login, name, *_ = rows[0]
    roles: dict[str, list[Role]] = {}
    for row in rows:
        if row[5] is not None:
            roles.setdefault(row[5], []).append(Role(row[6]))
    acts = {body: allowed(held) for body, held in roles.items()}
    return ends_at, Caller(Person(number, login, name), MappingProxyType(acts)), seen_at


def keep_session(tx: Transaction, secret: str) -> None:
    """Its end moves on, but not beyond its longest life."""
    row = tx.execute(select(SESSIONS.c.created_at).where(SESSIONS.c.digest == digest(secret))).one_or_none()
    if row is not None:
        now = tx.now()
        ends = min(now + SESSION_LASTS, row.created_at + LONGEST_SESSION)
        tx.execute(SESSIONS.update().where(SESSIONS.c.digest == digest(secret)).values(seen_at=now, ends_at=ends))


def add_token(
    tx: Transaction, body: str, number: int, name: str, scopes: Collection[Act], days: int, *, drawn: str | None = None
) -> tuple[Token, str]:
    """A token for a program in a person's name; it may never more than the person. With its secret, from the one that was drawn."""
    secret, now = TOKEN_PREFIX + (drawn or draw()), tx.now()
    made = Token(draw()[:16], name, frozenset(scopes), now, now + timedelta(days=days), revoked=False)
    tx.execute(TOKENS.insert().values(
        digest=digest(secret), id=made.id, body=body, person=number, name=name, scopes=sorted(scopes), created_at=now,
        ends_at=made.ends_at, revoked=False,
    ))  # fmt: skip
    return made, secret


def by_token(tx: Transaction, secret: str) -> Caller | None:
    """Who a program asks for: what its token says, as far as the person who made it still may."""
    found = _holding(TOKEN.within(tx, digest=digest(secret)), tx.now())
    return found[0] if found else None


def token_now(store: Store, secret: str) -> Caller | None:
    """As `by_token`, of the database at this moment: a token that was taken back is refused by the next request."""
    found = _holding(*TOKEN.timed(store, digest=digest(secret)))
    return found[0] if found else None


def _of_token(rows: Sequence[Sequence[Any]]) -> _Open:
    if not rows:
        return None
    ends_at, id, scopes, number, login, name, body, _ = rows[0]
    acts = allowed([Role(row[7]) for row in rows if row[7] is not None]) & {Act(scope) for scope in scopes}
    return ends_at, Caller(Person(number, login, name), MappingProxyType({body: acts}), id), ends_at


TOKEN, SESSION = Glance(_TOKEN, _of_token), Glance(_SESSION, _of_session)


def tokens(tx: Transaction, body: str) -> Sequence[Token]:
    """The tokens of a body, newest first."""
    chosen = select(TOKENS).where(TOKENS.c.body == body).order_by(TOKENS.c.created_at.desc())
    return [
        Token(row.id, row.name, frozenset(Act(scope) for scope in row.scopes), row.created_at, row.ends_at, row.revoked)
        for row in tx.execute(chosen)
    ]


def revoke_token(tx: Transaction, body: str, id: str) -> bool:
    """Take a token back; whether there was one."""
    return bool(tx.execute(TOKENS.update().where(TOKENS.c.body == body, TOKENS.c.id == id).values(revoked=True)).rowcount)


def invite(tx: Transaction, body: str, roles: Collection[Role], *, number: int | None = None, drawn: str | None = None) -> str:
    """The secret of a link that can be used once, the one that was drawn for it; with ``number``, to choose a password again.

    A person has one such link at a time, and so has the first body: a new one ends the one before.
    """
    secret, now = drawn or draw(), tx.now()
    if number is not None or not body:
        before = INVITATIONS.c.person == number if number is not None else INVITATIONS.c.body == ""
        tx.execute(delete(INVITATIONS).where(before, INVITATIONS.c.used_at.is_(None)))
    tx.execute(INVITATIONS.insert().values(
        digest=digest(secret), body=body, roles=sorted(roles), person=number, created_at=now, ends_at=now + INVITATION,
    ))  # fmt: skip
    return secret


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a link is for."""

    body: str
    """Empty: whoever uses it names the first body."""
    roles: frozenset[Role]
    person: int | None


def invitation(tx: Transaction, secret: str, *, hold: bool = False) -> Invitation:
    """What that link is for; ``hold``: nobody else uses it meanwhile. Raises `SpentError` when it was used, has ended, or never was."""
    chosen = select(INVITATIONS).where(INVITATIONS.c.digest == digest(secret))
    row = tx.execute(chosen.with_for_update() if hold else chosen).one_or_none()
    if row is None or row.used_at is not None or row.ends_at < tx.now():
        raise SpentError
    return Invitation(row.body, frozenset(Role(role) for role in row.roles), row.person)


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that nobody has used yet, as it can be shown: its secret was shown once."""

    id: str
    roles: frozenset[Role]
    person: int | None
    """Whose new password it is for."""
    created_at: datetime
    ends_at: datetime


def open_links(tx: Transaction, body: str) -> Sequence[OpenLink]:
    """The links of a body that can still be used, newest first."""
    chosen = select(INVITATIONS).where(INVITATIONS.c.body == body, INVITATIONS.c.used_at.is_(None), INVITATIONS.c.ends_at >= tx.now())
    return [
        OpenLink(row.digest[:SHOWN], frozenset(Role(role) for role in row.roles), row.person, row.created_at, row.ends_at)
        for row in tx.execute(chosen.order_by(INVITATIONS.c.created_at.desc(), INVITATIONS.c.digest))
    ]


def end_link(tx: Transaction, body: str, id: str) -> bool:
    """The link opens nothing from here on; whether there was one."""
    its = INVITATIONS.c.digest.startswith(id, autoescape=True)
    gone = delete(INVITATIONS).where(INVITATIONS.c.body == body, its, INVITATIONS.c.used_at.is_(None))
    return len(id) == SHOWN and bool(tx.execute(gone).rowcount)


def spend(tx: Transaction, secret: str) -> Invitation:
    """Use the link. Raises `SpentError`."""
    found = invitation(tx, secret, hold=True)
    tx.execute(INVITATIONS.update().where(INVITATIONS.c.digest == digest(secret)).values(used_at=tx.now()))
    return found
