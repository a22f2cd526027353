"""What is typed is neither lost nor done twice: sessions that end under a form, buttons pressed twice, pages gone back to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, func, select

from egide.accounts.tables import INVITATIONS, SESSIONS
from egide.accounts.trail import lines
from egide.portfolio.dossiers.tables import VERSIONS
from egide.web import typed as module

from .conftest import PASSWORD

if TYPE_CHECKING:
    from .conftest import Browser, World

HELD = re.compile(r'name="held" value="([^"]+)"')
WHY = "Motif écrit <pendant> une heure"
GIVEN = {"service": "0" * 16, "version": "0", "verdict": "allowed", "why": WHY, "until": "2027-06-30"}


@pytest.fixture
def cut(world: World) -> Browser:
    """An evaluator whose session ended under a decision that they were writing; what the site answered."""
    with world.browser("evaluateur") as browser:
        browser.get("/b/un/portfolio")
        with world.store.write() as tx:
            tx.execute(delete(SESSIONS))
        answer = browser.send("/b/un/decisions", GIVEN)
        assert answer.status_code == 403
        assert HELD.search(answer.text)
        assert "Motif" not in answer.text
        return browser


def _login(browser: Browser, login: str, password: str = PASSWORD) -> str:
    held = HELD.search(browser.seen)
    return browser.send("/login", {"login": login, "password": password, "back": "/b/un/portfolio", "held": held[1] if held else ""}).text


def test_what_was_typed_under_a_session_that_ended_is_given_back_after_logging_in(world: World, cut: Browser) -> None:
    assert "Motif" not in _login(cut, "evaluateur", "pas le bon mot de passe")
    page = _login(cut, "evaluateur")
    assert "Here is what you wrote" in page
    assert "Motif écrit &lt;pendant&gt; une heure" in page
    assert 'action="/b/un/decisions"' in page
    assert 'name="service" value="0000000000000000"' in page
    sent = cut.send("/b/un/decisions", GIVEN)  # with the token of the new session: it reaches the use case, which knows no such service
    assert sent.status_code == 404


def test_what_somebody_typed_is_not_given_to_whoever_logs_in_next(cut: Browser) -> None:
    page = _login(cut, "lecteur")
    assert "Motif" not in page
    assert 'action="/b/un/decisions"' not in page


def test_what_was_typed_opens_in_its_browser_alone_and_for_a_day(world: World, cut: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    with world.browser() as elsewhere:
        elsewhere.get("/login")
        held = HELD.search(cut.seen)
        assert held
        fields = {"login": "evaluateur", "password": PASSWORD, "back": "/", "held": held[1]}
        assert "Motif" not in elsewhere.send("/login", fields).text
    late = module.time.time() + module.LASTS_SECONDS + 1
    monkeypatch.setattr(module.time, "time", lambda: late)
    assert "Motif" not in _login(cut, "evaluateur")


def test_who_logs_in_in_another_tab_gets_it_back_too(world: World, cut: Browser) -> None:
    held = cut.seen
    assert "nobody is logged in yet" in cut.send("/held", {"held": HELD.search(held)[1]}).text.lower()  # type: ignore[index]
    cut.client.post("/login", data={"login": "evaluateur", "password": PASSWORD, "form_token": re.search(r'form_token" value="([^"]+)', held)[1]})  # type: ignore[index]  # noqa: E501
    assert "Motif" in cut.send("/held", {"held": HELD.search(held)[1]}).text  # type: ignore[index]


def test_a_form_of_the_session_before_is_given_back_to_the_same_person_at_once(world: World) -> None:
    with world.browser("evaluateur") as browser, world.browser("evaluateur") as later:
        browser.get("/b/un/portfolio")
        later.get("/b/un/portfolio")
        later.seen = browser.seen
        assert "Here is what you wrote" in later.send("/b/un/decisions", GIVEN).text
        assert later.send("/b/un/decisions", GIVEN, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    with world.browser("autre") as other:
        other.get("/b/deux/portfolio")
        other.seen = browser.seen
        assert other.send("/b/un/decisions", GIVEN).status_code == 403


def test_an_error_gives_back_what_was_typed(world: World) -> None:
    with world.browser("auteur") as browser:
        browser.get("/b/un/people")
        answer = browser.send("/b/un/tokens", {"name": "Programme au long nom", "days": "90"})
        assert answer.status_code == 400
        assert 'value="Programme au long nom"' in answer.text
        assert browser.send("/b/un/tokens", {"name": "Programme au long nom", "days": "90", "scope": "read"}).status_code == 200


def test_a_form_that_is_sent_twice_is_done_once_and_leads_to_the_same_page(world: World, dossier_zip: bytes) -> None:
    def kept() -> int:
        with world.store.read() as tx:
            return tx.execute(select(func.count()).select_from(VERSIONS)).scalar_one()

    with world.browser("auteur") as browser:
        page = browser.get("/b/un/label").text
        before, led = kept(), set()
        for _ in range(2):
            browser.seen = page
            answer = browser.send("/b/un/label", files={"file": ("dossier.zip", dossier_zip)}, follow_redirects=False)
            led.add((answer.status_code, answer.headers["location"]))
        assert len(led) == 1
        assert kept() == before + 1
        browser.get("/b/un/label")  # the page once more: somebody who means it twice
        browser.send("/b/un/label", files={"file": ("dossier.zip", dossier_zip)}, follow_redirects=False)
        assert kept() == before + 2


def test_a_link_that_is_asked_for_twice_with_one_form_is_one_link(world: World) -> None:
    with world.browser("auteur") as browser:
        page = browser.get("/b/un/people").text
        found = []
        for _ in range(2):
            browser.seen = page
            found.append(re.findall(r"/join/[\w-]+", browser.send("/b/un/invitations", {"role": "viewer"}).text))
        assert found[0] == found[1] != []
    with world.store.read() as tx:
        assert tx.execute(select(func.count()).select_from(INVITATIONS)).scalar_one() == 1
        assert sum(one.act == "invited" for one in lines(tx, "un")) == 1
