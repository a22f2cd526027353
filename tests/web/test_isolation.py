"""Bodies are apart: no address of another body ever answers anything but 404, whatever the method, for people and programs alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient

from egide.accounts import entry, people
from egide.accounts.roles import Act, Role
from egide.api.site import BODY_ROUTES
from egide.web.application import PAGES

from .conftest import BASE, PASSWORD

if TYPE_CHECKING:
    from .conftest import World

SENT = {
    "/answers": {"question": "a", "version": 0, "value": None}, "/invitations": {"roles": ["viewer"]}, "/roles": {"roles": []},
    "/simulations": {"change": "a"}, "/records": {"version": 1}, "/signature": {"digest": "a"},
    "/reviews": {"path": "a", "digest": "a", "state": "reviewed"},
}  # fmt: skip
WORD = re.compile(r"\{(\w+):\w+\}")
HANDLERS = [route for room in PAGES for route in room.ROUTES] + list(BODY_ROUTES)
ADDRESSES = sorted({(path, method) for one in HANDLERS for path in one.paths for method in one.http_methods if "{body_id" in path})


def filled(path: str, body: str, other: str) -> str:
    """The address of that body, its other parts filled with one text."""
    whole = WORD.sub(lambda found: body if found[1] == "body_id" else "1" if found[0].endswith(":int}") else other, path)
    return f"/api/v1{whole}" if whole.startswith("/bodies/") else whole


def test_there_are_addresses_to_try() -> None:
    assert len(ADDRESSES) > 20


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(address=st.sampled_from(ADDRESSES), other=st.sampled_from(["0123456789abcdef", "a", "1"]), data=st.data())
def test_no_address_of_another_body_answers_anything_but_404(
    world: World, address: tuple[str, Any], other: str, data: st.DataObject
) -> None:
    path, method = address
    body = data.draw(st.sampled_from(["un", "absent"]))
    where = filled(path, body, other)
    if where.startswith("/api/"):
        with world.store.write() as tx:
            person = next(one for one in people.people_of(tx, "deux") if one.login == "autre")
            secret = entry.add_token(tx, "deux", person.number, "essai", list(Act), 30)[1]
        with TestClient(world.app, base_url=BASE) as client:
            sent = next((value for ending, value in SENT.items() if where.endswith(ending)), None)
            answer = client.request(str(method), f"{where}?name=x", json=sent, headers={"Authorization": f"Bearer {secret}"})
    else:
        with world.browser("autre") as browser:
            browser.get("/b/deux/portfolio")
            answer = browser.get(where) if str(method) == "GET" else browser.send(where, {"role": "viewer", "service": other})
    assert answer.status_code == 404, (method, where, answer.status_code)
    assert "exemple un" not in answer.text


@pytest.mark.parametrize("path", ["portfolio", "questions", "calendar", "papers/egide.json"])
def test_the_administrators_role_alone_reads_no_verdict(world: World, path: str) -> None:
    with world.store.write() as tx:
        login = f"chef-{path.replace('/', '-')}"
        people.grant(tx, "un", people.add_person(tx, login, "Chef", PASSWORD).number, [Role.ADMINISTRATOR])
    with world.browser(login) as browser:
        assert browser.get("/b/un/people").status_code == 200
        assert browser.get(f"/b/un/{path}").status_code == 403
