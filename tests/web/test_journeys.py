"""What goes out of the portfolio and comes back: calendars, papers, questionnaires by link, decisions beside verdicts."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import icalendar
import pytest

from egide.accounts.trail import lines

from .conftest import BASE

if TYPE_CHECKING:
    from .conftest import World


@pytest.fixture(autouse=True)
def filled(world: World, workbook: bytes) -> None:
    with world.browser("auteur") as browser:
        browser.get("/b/un/portfolio")
        browser.send("/b/un/files", files={"file": ("portefeuille.xlsx", workbook)})


def test_an_agenda_follows_the_deadlines_until_its_token_is_revoked(world: World) -> None:
    with world.browser("auteur") as browser, world.browser() as agenda:
        dated = browser.get("/b/un/calendar").text
        shown = browser.send("/b/un/calendar").text
        address = re.search(rf"{BASE}(/feeds/[^<]+)</code>", shown)
        assert address
        feed = agenda.client.get(address[1])
        assert feed.headers["content-type"].startswith("text/calendar")
        whole = icalendar.Calendar.from_ical(feed.text)
        events = whole.walk("VEVENT")
        assert whole["DESCRIPTION"] == "DIFFUSION LIMITÉE"
        assert {one["CLASS"] for one in events} == {"CONFIDENTIAL"}
        assert all(one["DESCRIPTION"].startswith("DIFFUSION LIMITÉE\n") for one in events)
        assert len(events) == int(re.search(r"<caption>(\d+) deadlines", dated)[1])  # type: ignore[index]
        assert agenda.client.get("/feeds/absent/fr/egide.ics").status_code == 404
        token = re.search(r"/b/un/tokens/[^/]+/revoke", browser.get("/b/un/people").text)
        assert token
        browser.send(token[0])
        assert agenda.client.get(address[1]).status_code == 404


def test_papers_are_those_of_the_command_line_and_stay_in_the_body(world: World) -> None:
    with world.browser("lecteur") as reader, world.browser("autre") as other:
        document = reader.get("/b/un/papers/egide.json").json()
        assert document["schema"] == "egide/assessment/1"
        assert len(document["services"]) == 41
        assert "DIFFUSION LIMITÉE" in reader.client.get("/b/un/papers/egide.html").text
        assert reader.client.get("/b/un/papers/egide.xlsx").content.startswith(b"PK")
        assert reader.get("/b/un/papers/egide.json?on=2024-01-01").json()["on"] == "2024-01-01"
        named = document["services"][0]["name"]
        assert named not in reader.client.get("/b/un/papers/egide.json?anonymised=yes").text
        for path in ("papers/egide.json", "papers/egide.html", "papers/egide.xlsx"):
            assert other.client.get(f"/b/un/{path}").status_code == 404
        service = re.search(r"/b/un/services/[0-9a-f]+", reader.get("/b/un/portfolio").text)
        assert service
        notes = zipfile.ZipFile(io.BytesIO(reader.client.get(f"{service[0]}/notes.zip").content))
        assert {name.rsplit(".", 1)[1] for name in notes.namelist()} == {"docx", "odt"}


def test_the_owner_of_data_answers_by_a_link_without_an_account(world: World) -> None:
    with world.browser("auteur") as browser, world.browser() as owner:
        asked = browser.get("/b/un/questions").text
        whom = re.search(r'<option value="([^"]+)">', asked)
        assert whom
        link = re.search(rf"{BASE}(/q/[^<]+)</code>", browser.send("/b/un/questionnaires", {"owner": whom[1]}).text)
        assert link
        page = owner.get(link[1]).text
        key = re.search(r'name="(v-[0-9a-f]+)"', page)
        assert key
        assert owner.send(link[1], {"name": "", key[1]: "nobody-knows"}).status_code == 400
        owner.get(link[1])
        thanked = owner.send(link[1], {"name": "Bureau des données", key[1]: "nobody-knows"}).text
        assert "is kept, with your name and the day" in thanked
        with world.store.read() as tx:
            assert any(line.act == "portfolio-reply" for line in lines(tx, "un"))
        assert owner.get("/q/absent").status_code == 410
        assert "ask whoever gave it to you for another" in owner.seen.lower()


def test_an_evaluator_decides_beside_the_verdict_and_an_author_does_not(world: World) -> None:
    with world.browser("evaluateur") as browser, world.browser("auteur") as author:
        page = browser.get("/b/un/portfolio?verdict=forbidden").text
        service = re.search(r"/b/un/services/([0-9a-f]+)", page)
        assert service
        shown = browser.get(service[0]).text
        version = re.search(r'name="version" value="(\d+)"', shown[shown.index("/b/un/decisions") :])
        assert version
        given = {"service": service[1], "version": version[1], "verdict": "allowed", "why": "Motif d’essai", "until": "2027-06-30"}
        assert "Decide otherwise" not in author.get(service[0]).text
        assert author.send("/b/un/decisions", given).status_code == 403
        for wrong in ({"why": ""}, {"until": "2020-01-01"}, {"until": ""}, {"verdict": "oui"}):
            browser.get(service[0])
            assert browser.send("/b/un/decisions", given | wrong).status_code == 400
        browser.get(service[0])
        told = browser.send("/b/un/decisions", given).text
        assert "Motif d’essai" in told
        assert re.search(r'<p class="standfirst"><span class="v v-forbidden"', told)  # the verdict stays
        browser.get(service[0])
        assert browser.send("/b/un/decisions", given).status_code == 200  # the same again, from the page of before
        assert browser.get(service[0]).text.count("Motif d’essai") == told.count("Motif d’essai")
