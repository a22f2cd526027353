"""Who administers a body, on its pages and through the API: links, locks, erasure; never over what somebody is in another body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from litestar.testing import TestClient

from egide.accounts import entry, people
from egide.accounts.roles import Act, Role
from egide.portfolio.kept.keeping import answers

from .conftest import BASE, ON, PASSWORD
from .test_api import ROOT, token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import World

HERE = f"{ROOT}/bodies/un"


@pytest.fixture
def client(world: World) -> Iterator[TestClient[Any]]:
    with TestClient(world.app, base_url=BASE) as made:
        made.headers["Authorization"] = f"Bearer {token(world, 'auteur', 'un', [Act.ADMINISTER])}"
        yield made


def somebody(world: World, login: str, *bodies: str) -> int:
    with world.store.write() as tx:
        number = people.add_person(tx, login, f"Personne {login.title()}", PASSWORD).number
        for body in bodies:
            people.grant(tx, body, number, [Role.VIEWER])
    return number


def test_a_person_has_one_link_for_a_new_password_at_a_time_and_it_works_once(world: World) -> None:
    number = somebody(world, "oublieuse", "un")
    with world.browser("auteur") as admin, world.browser() as person:

        def made(page: str) -> str:
            return page.partition(f"<code>{BASE}")[2].partition("<")[0]

        before = admin.get("/b/un/people").text
        first = made(admin.send(f"/b/un/people/{number}/reset").text)
        admin.seen = before  # pressed twice, or gone back to: the same form
        assert made(admin.send(f"/b/un/people/{number}/reset").text) == first
        shown = admin.send(f"/b/un/people/{number}/reset").text
        assert "ended the one before" in shown
        assert person.get(first).status_code == 410
        assert "Personne Oublieuse" in person.get(made(shown)).text
        assert person.send(made(shown), {"password": "une autre phrase"}, follow_redirects=False).status_code == 303
        assert person.get(made(shown)).status_code == 410
        assert "gave way to a newer one" in person.seen


def test_an_invitation_that_nobody_has_used_is_shown_and_can_be_ended(world: World, client: TestClient[Any]) -> None:
    with world.browser("auteur") as admin, world.browser() as guest, world.browser("autre") as other:
        admin.get("/b/un/people")
        shown = admin.send("/b/un/invitations", {"role": "signer"}).text
        path = shown.partition(f"<code>{BASE}")[2].partition("<")[0]
        assert "Invitation: signer" in shown
        end = shown.partition("Invitation: signer")[2].partition('action="')[2].partition('"')[0]
        other.get("/b/deux/portfolio")
        assert other.send(end).status_code == other.send(end.replace("/un/", "/deux/")).status_code == 404
        assert guest.get(path).status_code == 200
        assert "Invitation: signer" not in admin.send(end).text
        assert guest.get(path).status_code == 410
        admin.get("/b/un/people")
        assert admin.send(end).status_code == 404
    assert client.post(f"{HERE}/invitations", json={"roles": ["evaluator"]}).status_code == 201
    (open_,) = [one for one in client.get(f"{HERE}/links").json()["items"] if one["roles"] == ["evaluator"]]
    assert client.delete(f"{HERE}/links/{open_['id'][:4]}").status_code == 404
    assert client.delete(f"{HERE}/links/{open_['id']}").status_code == 204
    assert open_ not in client.get(f"{HERE}/links").json()["items"]


def test_whoever_is_locked_is_out_at_once_and_their_link_opens_nothing(world: World) -> None:
    number = somebody(world, "verrou", "un")
    with world.store.write() as tx:
        link = entry.invite(tx, "un", (), number=number)
    with world.browser("auteur") as admin, world.browser("verrou") as person:
        assert person.get("/b/un/portfolio").status_code == 200
        admin.get("/b/un/people")
        assert "Unlock" in admin.send(f"/b/un/people/{number}/lock", {"locked": "yes"}).text
        assert person.get("/b/un/portfolio", follow_redirects=False).status_code == 303
        assert person.get(f"/join/{link}").status_code == 410
        assert "Unlock" not in admin.send(f"/b/un/people/{number}/lock", {"locked": "no"}).text


def test_an_erasure_is_told_before_it_is_done(world: World) -> None:
    number = somebody(world, "effacee", "un")
    with world.browser("auteur") as admin:
        told = admin.get(f"/b/un/people/{number}/erase").text
        assert "Erase Personne Effacee?" in told
        assert f"personne-{number}" in told
        assert "Personne Effacee" in admin.get("/b/un/people").text
        admin.get(f"/b/un/people/{number}/erase")
        assert "Personne Effacee" not in admin.send(f"/b/un/people/{number}/erase").text


def test_what_somebody_is_in_another_body_is_out_of_reach(world: World, client: TestClient[Any]) -> None:
    number = somebody(world, "double", "un", "deux")
    for method, path in (("POST", "reset"), ("PUT", "lock"), ("DELETE", "lock"), ("GET", "erasure"), ("DELETE", "")):
        answer = client.request(method, f"{HERE}/people/{number}/{path}".rstrip("/"))
        assert answer.status_code == 403, (method, path)
        assert "other bodies" in answer.json()["detail"]
    with world.store.read() as tx:
        elsewhere = next(one.number for one in people.people_of(tx, "deux") if one.login == "autre")
    for method, path in (("POST", "reset"), ("PUT", "lock"), ("GET", "erasure"), ("DELETE", "")):
        assert client.request(method, f"{HERE}/people/{elsewhere}/{path}".rstrip("/")).status_code == 404
    assert client.put(f"{HERE}/people/{elsewhere}/roles", json={"roles": ["viewer"]}).status_code == 404


def test_programs_do_what_the_page_does(world: World, client: TestClient[Any]) -> None:
    number = somebody(world, "membre", "un")
    assert client.put(f"{HERE}/people/{number}/roles", json={"roles": ["signer"]}).json() == {"roles": ["signer"]}
    assert client.post(f"{HERE}/invitations", json={"roles": ["viewer"]}).json()["link"].startswith(f"{BASE}/join/")
    assert client.post(f"{HERE}/people/{number}/reset").json()["link"].startswith(f"{BASE}/join/")
    assert client.put(f"{HERE}/people/{number}/lock").status_code == 204
    member = next(one for one in client.get(f"{HERE}/people").json()["items"] if one["number"] == number)
    assert (member["roles"], member["locked"]) == (["signer"], True)
    assert not client.get(f"{HERE}/people/{number}/erasure").json()["done"]
    assert client.delete(f"{HERE}/people/{number}").json()["pseudonym"] == f"personne-{number}"
    assert client.delete(f"{HERE}/people/{number}").status_code == 404
    last = client.get(f"{HERE}/tokens").json()["items"][0]
    assert client.delete(f"{HERE}/tokens/{last['id']}").status_code == 204
    assert client.get(f"{HERE}/people").status_code == 401


def test_a_name_in_another_body_is_no_administrators_to_take_away(world: World, client: TestClient[Any]) -> None:
    caller = entry.Caller(people.Person(4, "autre", "Homonyme"), {})
    portfolios = world.site.portfolios
    portfolios.add_file(caller, "deux", "l.csv", "Nom du service;Hébergeur\nS;OVHcloud\n".encode(), "fr")
    seen = portfolios.see("deux", ON, "fr")
    assert seen.judged
    asked = seen.judged.open(60)
    assert asked
    portfolios.answer(caller, "deux", 0, asked.groups[0].ask, None)
    with world.store.read() as tx:
        (said,) = answers(tx, "deux").answers
    number = somebody(world, "homonyme", "un")
    with world.store.write() as tx:
        tx.execute(people.PEOPLE.update().where(people.PEOPLE.c.number == number).values(name=said.by))
    assert client.get(f"{HERE}/people/{number}/erasure").json()["named"] == []
    assert client.delete(f"{HERE}/people/{number}").status_code == 200
    with world.store.read() as tx:
        assert answers(tx, "deux").answers == (said,)


def test_the_marking_is_set_on_the_page_and_stands_on_every_page(world: World) -> None:
    with world.browser("autre") as admin:
        admin.get("/b/deux/people")
        admin.send("/b/deux/marking", {"marking": "SENSIBLE <i>"})
        assert 'class="marking">SENSIBLE &lt;i&gt;<' in admin.get("/b/deux/portfolio").text
        admin.send("/b/deux/marking", {"marking": ""})
        assert 'class="marking"' not in admin.get("/b/deux/portfolio").text
