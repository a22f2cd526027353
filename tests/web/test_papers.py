"""Papers of large portfolios and large lists, which are made and read apart: how far they are, kept, begun again, and never in the way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from litestar.testing import TestClient

from egide.accounts import people
from egide.accounts.roles import Act
from egide.app.portfolio import bringing, paper
from egide.app.portfolio.portfolios import Portfolios
from egide.app.site.kinds import KINDS, PAPER, QUICK
from egide.app.site.works import Works
from egide.portfolio.kept import keeping, readings
from egide.store import jobs
from egide.web.application import application
from egide.web.site import Site

from .conftest import BASE, ON, World
from .test_api import ROOT, token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import Browser

HEAD = "Nom du service;Hébergeur;Secret CRPA;Statut de l’organisme\n"
ROWS = 51
"""One more than are proved while somebody waits."""
HERE = "/b/deux/papers/egide.xlsx"


def a_list(rows: int, host: str = "OVHcloud") -> bytes:
    return (HEAD + "".join(f"Service {row};{host};oui;ministère\n" for row in range(rows))).encode()


@pytest.fixture(autouse=True)
def by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """No thread of its own: each test does the work when it wants it done. Little is much here."""
    monkeypatch.setattr(Works, "wake", lambda _: None)
    monkeypatch.setattr(paper, "AT_ONCE", ROWS - 1)


@pytest.fixture(scope="module")
def client(world: World) -> Iterator[TestClient[Any]]:
    with world.store.write() as tx:
        people.set_body(tx, "deux", marking="DIFFUSION LIMITÉE")
    with TestClient(world.app, base_url=BASE) as made:
        made.headers["Authorization"] = f"Bearer {token(world, 'autre', 'deux', [Act.READ, Act.WRITE])}"
        assert made.post(f"{ROOT}/bodies/deux/files?name=liste.csv", content=a_list(ROWS)).status_code == 201
        yield made


def test_a_paper_of_many_services_is_made_beside_and_given_while_nothing_changes(client: TestClient[Any], world: World) -> None:
    with world.browser("autre") as browser:
        assert "has not been made yet" in browser.get(HERE).text
        here = browser.send(HERE, follow_redirects=False).headers["location"]
        assert browser.get(HERE, follow_redirects=False).headers["location"] == here
        assert Works(world.store).run_one()
        ready = browser.get(here)
        assert "egide.xlsx is ready" in ready.text
        assert "refresh" not in ready.headers
        paper = browser.get(HERE)
        assert paper.content.startswith(b"PK")
        assert paper.content == browser.get(f"{here}/paper").content
        _answered(client)
        assert "older than the portfolio" in browser.get(here).text
        again = browser.get(HERE)
        assert "older than the portfolio" in again.text
        assert f"{here}/paper" in again.text
    with world.browser("auteur") as stranger:
        for path in (HERE, here, f"{here}/paper"):
            assert stranger.get(path).status_code == 404
    with world.browser("autre") as browser:
        for path in ("/b/deux/papers/autre.pdf", "/b/deux/works/999/paper", "/b/deux/works/-1/paper"):
            assert browser.get(path).status_code == 404


def test_programs_are_told_where_to_ask_and_get_the_document_with_its_marking(client: TestClient[Any], world: World) -> None:
    begun = client.get(f"{ROOT}/bodies/deux/assessment")
    assert begun.status_code == 202
    assert client.get(f"{ROOT}/bodies/deux/assessment").json()["number"] == begun.json()["number"]
    where = begun.headers["location"]
    assert Works(world.store).run_one()
    work = client.get(where).json()
    assert (work["state"], work["kind"], work["done"], work["of"]) == ("done", "paper", ROWS, ROWS)
    whole = client.get(f"{ROOT}/bodies/deux/assessment")
    plain = client.get(f"{where}/answer", headers={"Accept-Encoding": "identity"})
    assert whole.headers["content-encoding"] == "deflate"
    assert "content-encoding" not in plain.headers
    assert whole.content == plain.content
    assert whole.json()["marking"] == client.get(f"{ROOT}/bodies/deux/portfolio").json()["marking"] == "DIFFUSION LIMITÉE"
    assert len(whole.json()["services"]) == ROWS
    one = client.get(f"{ROOT}/bodies/deux/services?limit=1").json()["items"][0]
    alone = client.get(f"{ROOT}/bodies/deux/services/{one['key']}").json()
    assert {**alone, "marking": None} == {**next(it for it in whole.json()["services"] if it["id"] == one["id"]), "marking": None}
    coded = client.post(f"{ROOT}/bodies/deux/works/papers?paper=egide.html&anonymised=true").json()["number"]
    assert Works(world.store).run_one()
    page = client.get(f"{ROOT}/bodies/deux/works/{coded}/answer").text
    assert "S-001" in page
    assert "Service 7<" not in page
    assert client.post(f"{ROOT}/bodies/deux/works/papers?paper=egide.pdf").status_code == 400


def test_a_paper_whose_server_died_is_begun_again_and_one_that_is_stopped_leaves_nothing(client: TestClient[Any], world: World) -> None:
    number = client.post(f"{ROOT}/bodies/deux/works/papers?paper=egide.json&on=2026-01-01").json()["number"]
    with world.store.write() as tx:
        held = jobs.claim_job(tx, "dead", {PAPER})
        assert held is not None
        jobs.report(tx, held, done=20, of=ROWS)
        jobs.gone(tx, held)
    with world.browser("autre") as browser:
        shown = browser.get(f"/b/deux/works/{number}")
        assert f"20 of {ROWS} services proved" in shown.text
        assert shown.headers["refresh"] == "2"
        assert Works(world.store).run_one()
        assert "is ready" in browser.get(f"/b/deux/works/{number}").text
        other = client.post(f"{ROOT}/bodies/deux/works/papers?paper=egide.html").json()["number"]
        browser.get(f"/b/deux/works/{other}")
        browser.send(f"/b/deux/works/{other}/cancel")
        assert "stopped" in browser.get(f"/b/deux/works/{other}").text
        assert browser.get(f"/b/deux/works/{other}/paper").status_code == 404
    assert not Works(world.store).run_one(KINDS)


def test_a_large_list_counts_once_the_whole_of_it_is_read(
    client: TestClient[Any], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "AT_ONCE_BYTES", 1000)
    before = client.get(f"{ROOT}/bodies/deux/portfolio").json()["services"]
    begun = client.post(f"{ROOT}/bodies/deux/files?name=autre.csv", content=a_list(70), headers={"Idempotency-Key": "longue"})
    assert begun.status_code == 202
    again = client.post(f"{ROOT}/bodies/deux/files?name=autre.csv", content=a_list(70), headers={"Idempotency-Key": "longue"})
    assert again.json()["number"] == begun.json()["number"]
    assert client.get(f"{ROOT}/bodies/deux/portfolio").json()["services"] == before
    with world.store.write() as tx:  # its server dies
        held = jobs.claim_job(tx, "dead", QUICK)
        assert held is not None
        jobs.gone(tx, held)
    assert client.get(f"{ROOT}/bodies/deux/portfolio").json()["services"] == before
    assert Works(world.store).run_one(QUICK)
    work = client.get(begun.headers["location"]).json()
    assert (work["state"], work["kind"], work["beside"]) == ("done", "import", None)
    held_now = client.get(f"{ROOT}/bodies/deux/portfolio").json()
    assert held_now["services"] == before + 70
    assert [one["id"] for one in held_now["files"] if one["name"] == "autre.csv"] == [work["file"]]
    with world.store.read() as tx:
        assert readings.all_of(tx, "deux", work["file"], "en")
    assert client.delete(f"{ROOT}/bodies/deux/files/{work['file']}").status_code == 204


def test_a_large_list_that_cannot_be_read_leaves_nothing_and_says_why(
    client: TestClient[Any], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "AT_ONCE_BYTES", 1000)
    with world.browser("autre") as browser:
        browser.get("/b/deux/portfolio")
        files = browser.get("/b/deux/portfolio").text.count("/remove")
        here = browser.send("/b/deux/files", files={"file": ("bruit.csv", b"a;b\n1;2\n" * 400)}, follow_redirects=False).headers["location"]
        assert "until the whole list is read" in browser.get(here).text
        assert Works(world.store).run_one(QUICK)
        assert "no column names the services" in browser.get(here).text
        assert browser.get("/b/deux/portfolio").text.count("/remove") == files


def test_what_was_read_of_a_large_list_is_read_back_and_in_another_language_read_beside(
    client: TestClient[Any], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "AT_ONCE_BYTES", 1000)
    client.post(f"{ROOT}/bodies/deux/files?name=relue.csv", content=a_list(60))
    assert Works(world.store).run_one(QUICK)
    with world.store.write() as tx:
        gone = next(one for one in keeping.files(tx, "deux") if one.name == "liste.csv")
        keeping.remove_file(tx, "deux", gone.id)
    begun = Site(world.store, Portfolios(world.store, lambda: ON), lambda: ON, BASE, world.site.db)
    started = World(world.store, begun, application(begun, ("egide.test",)))
    with started.browser("autre") as browser:
        assert "60 services" in browser.get("/b/deux/portfolio").text
    with started.browser("autre", "fr") as french:
        being = french.get("/b/deux/portfolio")
        assert being.status_code == 202
        assert being.headers["refresh"]
        assert "relue.csv est en cours de lecture" in being.text
        assert 'class="marking">DIFFUSION LIMITÉE<' in being.text
        secret = {"Authorization": client.headers["Authorization"], "Accept-Language": "fr"}
        told = french.client.get(f"{ROOT}/bodies/deux/portfolio", headers=secret)
        assert (told.status_code, told.headers["retry-after"]) == (503, "2")
        assert Works(world.store).run_one(QUICK)
        assert not Works(world.store).run_one(QUICK)
        assert "Service 59" in french.get("/b/deux/portfolio?find=Service 59").text


def test_of_two_who_bring_a_list_of_one_name_the_second_chooses(world: World) -> None:
    with world.browser("auteur") as one, world.browser("auteur") as other:
        for browser in (one, other):
            browser.get("/b/un/portfolio")
        assert _brought(one, "commune.csv", 1).url.path == "/b/un/portfolio"
        choice = _brought(other, "commune.csv", 2)
        assert choice.status_code == 409
        assert "Somebody was quicker" in choice.text
        hidden = {"seen": choice.text.partition('name="seen" value="')[2].partition('"')[0]}
        mine = choice.url.path.split("/")[-2]
        third = world.browser("auteur")
        with third as browser:
            browser.get("/b/un/portfolio")
            assert _brought(browser, "commune.csv", 3).url.path == "/b/un/portfolio"
        later = other.send(choice.url.path, {"take": mine, **hidden})
        assert later.status_code == 409
        now = later.text.partition('name="seen" value="')[2].partition('"')[0]
        assert now != hidden["seen"]
        assert other.send(choice.url.path, {"take": now, "seen": now}).url.path == "/b/un/portfolio"
        assert "Service 2<" in other.get("/b/un/portfolio").text
        other.get(choice.url.path)
        assert other.send(choice.url.path, {"take": mine, "seen": now}).url.path == "/b/un/portfolio"
        page = other.get("/b/un/portfolio").text
        assert "Service 1<" in page
        assert "Service 2<" not in page
        assert other.get("/b/un/files/absent/choose").status_code == 404
    with world.browser("autre") as stranger:
        assert stranger.get(choice.url.path).status_code == 404


def test_a_program_replaces_only_the_file_that_it_means(client: TestClient[Any]) -> None:
    path, new = f"{ROOT}/bodies/deux/files?name=visee.csv", {"If-None-Match": "*"}
    assert client.post(path, content=a_list(1), headers={"If-Match": "*"}).status_code == 412
    first = client.post(path, content=a_list(1), headers=new)
    assert first.headers["etag"] == f'"{first.json()["id"]}"'
    assert client.post(path, content=a_list(2), headers=new).status_code == 412
    second = client.post(path, content=a_list(2), headers={"If-Match": first.headers["etag"]})
    assert second.status_code == 201
    stale = client.post(path, content=a_list(3), headers={"If-Match": first.headers["etag"], "Accept-Language": "fr"})
    assert stale.status_code == 412
    assert "visee.csv" in stale.json()["detail"]
    held = [one["id"] for one in client.get(f"{ROOT}/bodies/deux/portfolio").json()["files"] if one["name"] == "visee.csv"]
    assert held == [second.json()["id"]]
    assert client.delete(f"{ROOT}/bodies/deux/files/{held[0]}").status_code == 204


def _brought(browser: Browser, name: str, rows: int) -> Any:
    seen = browser.seen.partition('name="seen" value="')[2].partition('"')[0]
    return browser.send("/b/un/files", {"seen": seen}, files={"file": (name, a_list(rows))})


def _answered(client: TestClient[Any]) -> None:
    asked = client.get(f"{ROOT}/bodies/deux/questions").json()
    given = json.dumps({"question": asked["items"][0]["key"], "version": asked["version"], "value": None})
    assert client.post(f"{ROOT}/bodies/deux/answers", content=given, headers={"Content-Type": "application/json"}).status_code == 201
