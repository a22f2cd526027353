"""An answer that is given again is what would be made: whatever changes, by whomever, the next request sees it, on both engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from litestar.testing import TestClient
from tests.databases import ENGINES, bases, new_empty, postgres

from egide.accounts import entry, people
from egide.accounts.roles import Act, Role
from egide.app.database import rooms
from egide.app.portfolio.portfolios import Portfolios
from egide.store import open_store
from egide.web.application import application
from egide.web.site import Site

from .conftest import BASE

if TYPE_CHECKING:
    import httpx

    from egide.store.connection import Store

__all__ = ["bases", "new_empty", "postgres"]
ROOT = "/api/v1"
HOSTS = ("OVHcloud", "Outscale", "Nos locaux", "S3NS", "Microsoft Azure", "un hébergeur que personne ne connaît")
OF_NO_BODY = ("me", "offers?q=outscale&limit=3")
ASKED = ("me", "bodies/un/portfolio", "bodies/un/services?limit=5", "bodies/un/questions", "offers?q=outscale&limit=3")


@dataclass
class Served:
    """A site whose clock is ours, and the same database as another process has it."""

    client: TestClient[Any]
    elsewhere: Store
    clock: list[datetime]
    begun: Callable[[], Site]
    """The site as if it was just started."""

    def program(self, body: str = "un", days: int = 365) -> Program:
        """Of somebody who has just come, with every right that an author and administrator has."""
        with self.elsewhere.write() as tx:
            number = people.add_person(tx, uuid4().hex[:12], "Une personne d’exemple").number
            people.grant(tx, body, number, (Role.AUTHOR, Role.ADMINISTRATOR))
            token, secret = entry.add_token(tx, body, number, "essai", frozenset(Act), days)
        return Program(self.client, number, token.id, secret)


@dataclass
class Program:
    """A program that asks for its body, and what it was answered."""

    client: TestClient[Any]
    number: int
    token: str
    secret: str
    before: dict[str, bytes] = field(default_factory=dict)

    def asked(self, path: str, **headers: str) -> httpx.Response:
        return self.client.get(f"{ROOT}/{path}", headers={"Authorization": f"Bearer {self.secret}", **headers})

    def bring(self, host: str, name: str = "l.csv", service: str = "Paie", personal: str = "") -> None:
        content = f"Nom du service;Hébergeur;Données personnelles\n{service};{host};{personal}\n"
        self.sent("POST", f"files?name={name}", content=content.encode())

    def sent(self, method: str, path: str, **given: Any) -> None:
        answer = self.client.request(method, f"{ROOT}/bodies/un/{path}", headers={"Authorization": f"Bearer {self.secret}"}, **given)
        assert answer.status_code in {201, 204}, answer.text

    def changed(self) -> list[str]:
        """Each of the paths, twice; those that answer otherwise than before, and the second time as the first."""
        now = {path: self.asked(path) for path in ASKED}
        for path, first in now.items():
            again = self.asked(path)
            assert first.status_code == 200, path
            assert (again.status_code, again.content, again.headers) == (200, first.content, first.headers), path
        other = [path for path in ASKED if path in self.before and self.before[path] != now[path].content]
        self.before = {path: one.content for path, one in now.items()}
        return other


@pytest.fixture(scope="module", params=ENGINES)
def served(request: pytest.FixtureRequest, new_empty: Callable[[str], str]) -> Iterator[Served]:
    db, clock = new_empty(request.param), [datetime(2026, 11, 23, 12, tzinfo=UTC)]

    def now() -> datetime:
        return clock[0]

    def today() -> date:
        return clock[0].date()

    with open_store(db, rooms(), clock=now) as store, open_store(db, rooms(), clock=now) as elsewhere:
        with store.write() as tx:
            for body in ("un", "deux"):
                people.add_body(tx, body, f"Organisme {body}")
        def begun() -> Site:
            return Site(store, Portfolios(store, today), today, BASE, db)

        with TestClient(application(begun(), ("egide.test",)), base_url=BASE) as client:
            yield Served(client, elsewhere, clock, begun)


def test_what_changed_is_seen_by_the_next_request_and_nothing_else_changes(served: Served) -> None:
    program = served.program()
    program.bring("OVHcloud")
    assert program.changed() == program.changed() == []
    with served.elsewhere.write() as tx:
        people.set_body(tx, "un", name="Un autre nom")
    assert program.changed() == ["me"]
    program.bring("Nos locaux")
    assert program.changed()[:2] == ["bodies/un/portfolio", "bodies/un/services?limit=5"]
    served.program("deux")
    assert program.changed() == []
    served.clock[0] += timedelta(days=1)
    assert program.changed() == ["bodies/un/portfolio"]
    tag = program.asked("bodies/un/portfolio").headers["etag"]
    for given in (tag, f'W/{tag}, "autre"', "*"):
        unchanged = program.asked("bodies/un/portfolio", **{"If-None-Match": given})
        assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", tag)
        assert "content-security-policy" in unchanged.headers
    assert program.asked("bodies/un/portfolio", **{"If-None-Match": '"autre"'}).status_code == 200


def test_a_token_that_no_longer_holds_is_answered_nothing_that_it_was_answered_before(served: Served) -> None:
    served.program()  # somebody else administers the body too
    for how in ("revoked", "locked", "withdrawn", "ended"):
        program = served.program(days=10)
        program.bring("OVHcloud")
        program.changed()
        with served.elsewhere.write() as tx:
            if how == "revoked":
                entry.revoke_token(tx, "un", program.token)
            elif how == "locked":
                people.lock(tx, program.number)
            elif how == "withdrawn":
                people.withdraw(tx, "un", program.number, (Role.AUTHOR, Role.ADMINISTRATOR))
        if how == "ended":
            served.clock[0] += timedelta(days=10, minutes=-1)
            program.changed()
            served.clock[0] += timedelta(minutes=2)  # of the same day
        for path in ASKED:
            wanted = {401} if how != "withdrawn" else {200} if path in OF_NO_BODY else {403}
            assert program.asked(path).status_code in wanted, (how, path)


def test_an_answer_is_nobody_elses(served: Served) -> None:
    ours, theirs = served.program(), served.program("deux")
    ours.bring("OVHcloud")
    ours.changed()
    for path in ASKED[1:4]:
        assert theirs.asked(path).status_code == 404
        assert theirs.asked(path, Authorization="Bearer egide_absent").status_code == 401
    assert ours.asked("me").json()["person"] == ours.number
    assert theirs.asked("me").json()["person"] == theirs.number


def test_what_is_worked_out_again_is_what_it_is_from_the_start(served: Served) -> None:
    program, drawn = served.program(), Random(11)  # noqa: S311 - any lists do
    for step in range(10):
        for _ in range(2):
            personal = drawn.choice(("oui", "non", ""))
            program.bring(drawn.choice(HOSTS), f"l{drawn.randrange(6)}.csv", f"Service {drawn.randrange(4)}", personal)
        asked = program.asked("bodies/un/questions").json()
        if step % 3 == 2 and asked["items"]:
            one = drawn.choice(asked["items"])
            value = drawn.choice([choice["value"] for choice in one["choices"]] or [None])
            program.sent("POST", "answers", json={"question": one["key"], "version": asked["version"], "value": value})
        if step == 7:
            program.sent("DELETE", f"files/{program.asked('bodies/un/portfolio').json()['files'][0]['id']}")
        with TestClient(application(served.begun(), ("egide.test",)), base_url=BASE) as fresh:
            anew = replace(program, client=fresh)
            for path in ASKED[1:4]:
                assert program.asked(path).json() == anew.asked(path).json(), (step, path)
