"""The site's API: what it answers is what the command line answers; its errors are problems; nothing is done twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from litestar.testing import TestClient

from egide.accounts import entry, people
from egide.accounts.roles import Act
from egide.app.portfolio.assess import assess
from egide.papers.document import document

from .conftest import BASE, ON

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from .conftest import World

ROOT = "/api/v1"


WRONG = (
    ("bodies/absent/portfolio", 404), ("bodies/deux/portfolio", 404), ("bodies/un/trail", 403), ("nowhere", 404),
    ("bodies/un/services?limit=0", 400), ("bodies/un/portfolio?on=demain", 400), ("offers?where=???", 400),
)  # fmt: skip


@pytest.fixture
def client(world: World) -> Iterator[TestClient[Any]]:
    """A program with a token of the author of the first body, that may read and write."""
    with TestClient(world.app, base_url=BASE) as made:
        made.headers["Authorization"] = f"Bearer {token(world, 'auteur', 'un', [Act.READ, Act.WRITE])}"
        yield made


def token(world: World, login: str, body: str, scopes: list[Act]) -> str:
    with world.store.write() as tx:
        person = next(one for one in people.people_of(tx, body) if one.login == login)
        return entry.add_token(tx, body, person.number, "essai", scopes, 30)[1]


def bring(client: TestClient[Any], content: bytes, key: str = "", name: str = "p.xlsx") -> httpx.Response:
    return client.post(f"{ROOT}/bodies/un/files?name={name}", content=content, headers={"Idempotency-Key": key} if key else {})


def test_services_come_page_by_page_as_the_command_line_gives_them(client: TestClient[Any], workbook: bytes, tmp_path: Path) -> None:
    assert bring(client, workbook).status_code == 201
    path = tmp_path / "p.xlsx"
    path.write_bytes(workbook)
    expected = {one["id"]: one for one in document(assess([path], ON, lang="en").assessment, "en")["services"]}
    found, after = [], ""
    while after is not None:
        page = client.get(f"{ROOT}/bodies/un/services?limit=7&after={after}").json()
        found += page["items"]
        after = page["next"]
        assert page["total"] == len(expected)
    assert {one["id"]: one["verdict"] for one in found} == {name: one["verdict"] for name, one in expected.items()}
    one = client.get(f"{ROOT}/bodies/un/services/{found[0]['key']}").json()
    assert one["findings"] == expected[found[0]["id"]]["findings"]


def test_what_did_not_change_is_not_sent_again(client: TestClient[Any], workbook: bytes) -> None:
    bring(client, workbook)
    first = client.get(f"{ROOT}/bodies/un/portfolio")
    tag = {"If-None-Match": first.headers["etag"]}
    assert client.get(f"{ROOT}/bodies/un/portfolio", headers=tag).status_code == 304
    assert client.get(f"{ROOT}/bodies/un/portfolio?on=2024-01-01", headers=tag).status_code == 200
    asked = client.get(f"{ROOT}/bodies/un/questions").json()
    given = {"question": asked["items"][0]["key"], "version": asked["version"], "value": None}
    assert client.post(f"{ROOT}/bodies/un/answers", json=given).status_code == 201
    assert client.get(f"{ROOT}/bodies/un/portfolio", headers=tag).status_code == 200
    assert client.post(f"{ROOT}/bodies/un/answers", json=given).status_code == 409


def test_what_is_sent_twice_under_one_key_is_done_once(client: TestClient[Any], workbook: bytes) -> None:
    first, again = bring(client, workbook, "une-fois"), bring(client, workbook, "une-fois")
    assert first.json() == again.json()
    assert bring(client, workbook + b" ", "une-fois").status_code == 409
    assert bring(client, b"nothing", "autre").status_code == 400
    assert bring(client, b"nothing", "autre").status_code == 400  # what was refused may be tried again


def test_errors_are_problems_in_the_callers_language(client: TestClient[Any]) -> None:
    for path, status in WRONG:
        answer = client.get(f"{ROOT}/{path}", headers={"Accept-Language": "fr"})
        assert answer.status_code == status, path
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status
    assert "vos rôles" in client.get(f"{ROOT}/bodies/un/trail", headers={"Accept-Language": "fr"}).json()["detail"]


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer egide_absent", "Basic YTpi"])
def test_without_a_token_that_holds_nothing_is_answered(world: World, given: str) -> None:
    with TestClient(world.app, base_url=BASE) as stranger:
        for path in ("me", "bodies/un/portfolio", "offers", "rulebooks"):
            answer = stranger.get(f"{ROOT}/{path}", headers={"Authorization": given})
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_session_opens_no_api_so_no_page_of_others_can_use_it(world: World) -> None:
    with world.browser("auteur") as browser:
        assert browser.client.get(f"{ROOT}/me").status_code == 401


def test_a_reading_token_changes_nothing(world: World, workbook: bytes) -> None:
    with TestClient(world.app, base_url=BASE) as reader:
        reader.headers["Authorization"] = f"Bearer {token(world, 'auteur', 'un', [Act.READ])}"
        assert reader.get(f"{ROOT}/me").json()["bodies"] == [{"id": "un", "name": "Organisme d’exemple un", "may": ["read"]}]
        assert bring(reader, workbook).status_code == 403


def test_offers_are_found_and_shown_and_the_law_of_a_day_too(client: TestClient[Any]) -> None:
    found = client.get(f"{ROOT}/offers?q=outscale&limit=3").json()
    assert found["total"] >= 1
    shown = client.get(f"{ROOT}/offers/{found['items'][0]['key']}")
    assert shown.status_code == 200, shown.text
    assert client.get(f"{ROOT}/offers/absente-partout").status_code == 400
    assert len(client.get(f"{ROOT}/rulebooks?on=2020-01-01").json()["books"]) < len(client.get(f"{ROOT}/rulebooks").json()["books"])


def test_the_description_is_published_and_names_every_path(client: TestClient[Any]) -> None:
    described = client.get(f"{ROOT}/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert f"{ROOT}/bodies/{{body_id}}/services" in described["paths"]
    assert not [path for path in described["paths"] if not path.startswith((f"{ROOT}/", "/api/credential-offers/"))]
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert operation.get("summary") or operation.get("description"), (path, method)


def test_too_many_requests_at_once_are_told_to_wait(world: World) -> None:
    from egide.api.limits import Limits

    now = [0.0]
    limits = Limits(world.app, a_second=2, at_once=3, clock=lambda: now[0])
    assert [limits.wait(b"a") for _ in range(3)] == [0, 0, 0]
    assert limits.wait(b"a") == 0.5
    assert limits.wait(b"b") == 0
    now[0] = 1.0
    assert [limits.wait(b"a"), limits.wait(b"a")] == [0, 0]
    assert limits.wait(b"a") > 0
