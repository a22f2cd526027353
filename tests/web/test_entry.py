"""Coming in, being told apart, and forms that only our own pages send."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from litestar.testing import TestClient

from egide.accounts.entry import invite
from egide.accounts.roles import Role
from egide.app.site.opening import first_link
from egide.web.application import application
from egide.web.site import Accessibility

from .conftest import BASE, PASSWORD

if TYPE_CHECKING:
    from .conftest import Browser, World

PATHS = ("/b/{body}/portfolio", "/b/{body}/people")
FORMS = ("/b/{body}/files", "/b/{body}/files/x/remove", "/b/{body}/invitations", "/b/{body}/tokens", "/b/{body}/people/1/roles")


def test_a_stranger_is_sent_to_log_in_and_then_to_where_he_wanted_to_go(world: World) -> None:
    with world.browser() as browser:
        asked = browser.get("/b/un/people")
        assert asked.url.path == "/login"
        came = browser.send("/login", {"login": "auteur", "password": PASSWORD, "back": "/b/un/people"})
        assert came.url.path == "/b/un/people"


@pytest.mark.parametrize("back", ["https://ailleurs.example/", "//ailleurs.example", "/\\ailleurs.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(world: World, back: str) -> None:
    with world.browser() as browser:
        browser.get("/login")
        came = browser.send("/login", {"login": "auteur", "password": PASSWORD, "back": back}, follow_redirects=False)
        assert came.headers["location"] == "/"


def test_a_wrong_password_says_so_and_keeps_the_name(world: World) -> None:
    with world.browser() as browser:
        browser.get("/login")
        refused = browser.send("/login", {"login": "lecteur", "password": "pas celui-là du tout"})
        assert refused.status_code == 403
        assert "The name or the password is wrong" in refused.text
        assert 'value="lecteur"' in refused.text
        assert "pas celui" not in refused.text


@pytest.mark.parametrize("path", PATHS)
def test_another_bodys_pages_are_not_there(world: World, path: str) -> None:
    with world.browser("autre") as browser:
        theirs, nobodys = browser.get(path.format(body="un")), browser.get(path.format(body="absent"))
        assert theirs.status_code == nobodys.status_code == 404
        assert _plain(theirs.text) == _plain(nobodys.text)


@pytest.mark.parametrize("path", FORMS)
def test_another_bodys_forms_do_nothing(world: World, path: str) -> None:
    with world.browser("autre") as browser:
        browser.get("/b/deux/portfolio")
        assert browser.send(path.format(body="un"), {"role": "viewer"}).status_code == 404


def test_a_viewer_reads_and_changes_nothing(world: World, workbook: bytes) -> None:
    with world.browser("lecteur") as browser:
        page = browser.get("/b/un/portfolio")
        assert page.status_code == 200
        assert "<input id=\"file\"" not in page.text
        assert browser.send("/b/un/files", files={"file": ("p.xlsx", workbook)}).status_code == 403
        assert browser.get("/b/un/people").status_code == 403


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://ailleurs.example"}])
def test_a_form_from_elsewhere_is_refused_even_with_the_token(author: Browser, headers: dict[str, str]) -> None:
    author.get("/b/un/people")
    assert author.send("/b/un/invitations", {"role": "viewer"}, headers=headers).status_code == 403


def test_a_form_without_its_token_or_with_anothers_is_refused(world: World, author: Browser) -> None:
    with world.browser("lecteur") as other:
        other.get("/b/un/portfolio")
        foreign = other.seen
    for seen in ("", foreign):
        author.seen = seen
        assert author.send("/b/un/invitations", {"role": "viewer"}).status_code == 403


def test_an_invitation_lets_one_person_in_once(world: World, author: Browser) -> None:
    author.get("/b/un/people")
    shown = author.send("/b/un/invitations", {"role": ["viewer", "signer"]})
    link = re.search(rf"{BASE}(/join/[^<]+)</code>", shown.text)
    assert link
    with world.browser() as guest:
        assert "Join Organisme d’exemple un" in guest.get(link[1]).text
        short = guest.send(link[1], {"login": "invitee", "name": "Invitée", "password": "court"})
        assert short.status_code == 400
        assert 'value="invitee"' in short.text
        assert guest.send(link[1], {"login": "invitee", "name": "Invitée", "password": PASSWORD}).url.path == "/b/un/portfolio"
    with world.browser() as late:
        assert late.get(link[1]).status_code == 410
    author.get("/b/un/people")
    assert "Invitée" in author.seen


def test_logging_out_ends_the_session_wherever_its_cookie_went(world: World) -> None:
    with world.browser("lecteur") as browser:
        cookies = dict(browser.client.cookies)
        browser.get("/b/un/portfolio")
        browser.send("/logout")
        browser.client.cookies.update(cookies)
        assert browser.get("/b/un/portfolio").url.path == "/login"


def test_every_answer_keeps_scripts_and_frames_of_others_out(author: Browser) -> None:
    for path in ("/b/un/portfolio", "/absent", "/login", "/b/absent/portfolio"):
        headers = author.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_no_page_holds_a_script_or_a_style_of_its_own(author: Browser) -> None:
    for path in ("/b/un/portfolio", "/b/un/people", "/login", "/absent"):
        page = author.get(path).text
        assert not re.search(r"<script(?![^>]* src=)|<style|\son\w+=|\sstyle=", page)
        assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


def test_the_language_is_the_browsers_until_somebody_chooses(world: World) -> None:
    with world.browser(lang="fr") as browser:
        assert "Se connecter" in browser.get("/login").text
        browser.send("/language", {"lang": "en", "back": "/login"})
        assert "Log in" in browser.get("/login").text
        assert '<html lang="en">' in browser.seen


def test_the_accessibility_statement_is_public_and_says_what_whoever_runs_the_site_says(world: World) -> None:
    with world.browser(lang="fr") as stranger:
        assert 'href="/accessibility">Accessibilité : non conforme</a>' in stranger.get("/login").text.replace("\xa0", " ")
        said = stranger.get("/accessibility").text
        assert "lecteur d’écran" in said
        assert "Défenseur des droits" in said
        assert "pas encore dit où écrire" in said
    known = Accessibility("partial", "https://egide.exemple.fr/declaration", "aide@egide.exemple.fr")
    app = application(replace(world.site, accessibility=known), ("egide.test",))
    with TestClient(app, base_url=BASE) as client:
        foot = client.get("/login", headers={"Accept-Language": "en"}).text.partition("<footer>")[2]
        assert 'href="https://egide.exemple.fr/declaration">Accessibility: partly conform</a>' in foot
        assert 'href="mailto:aide@egide.exemple.fr">Help</a>' in foot


def test_the_first_link_is_given_only_while_nobody_is_there(world: World) -> None:
    assert first_link(world.store, BASE) is None


def test_a_link_for_another_password_opens_the_session_of_its_person(world: World) -> None:
    with world.store.write() as tx:
        from egide.accounts import people

        number = people.add_person(tx, "oublieuse", "Oublieuse", PASSWORD).number
        people.grant(tx, "deux", number, [Role.VIEWER])
        secret = invite(tx, "deux", [], number=number)
    with world.browser() as browser:
        browser.get(f"/join/{secret}")
        assert browser.send(f"/join/{secret}", {"password": "un tout autre mot"}).url.path == "/b/deux/portfolio"


def _plain(page: str) -> str:
    return re.sub(r'value="[^"]*"', "", page)
