"""Every page of a running site in a real browser: axe finds nothing, nothing scrolls sideways, nothing is asked of others."""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from litestar.handlers import HTTPRouteHandler
from tests.browsers import looked_at

from egide.accounts import people
from egide.app.database import rooms
from egide.app.label.dossiers import Dossiers
from egide.app.site.tour import NOBODY_HERE, example, zipped
from egide.app.trust import public_log
from egide.store import open_store
from egide.web.application import PAGES
from egide.web.pages.examples import FILES

from .conftest import PASSWORD, TOKEN
from .running import EVERY_ROLE, Running, opened, peopled, running

pytestmark = pytest.mark.slow
HERE = Path(__file__).parent
LINK = re.compile(r'<a [^>]*?href="([^"#]+)')
OTHERS = ("evaluateur", "signataire")
ALIKE = 1
"""Pages of one address with one set of questions that are looked at."""
BY_FORMS = ("/catalogue/compare?offer=adista&offer=aws%2Fca-central-1", "/rules/difference?from=2021-05-17&to=2026-11-23",
            "/across?offer=outscale&event=loses&on=2027-01-15")  # fmt: skip
"""Where a form leads that asks."""


@pytest.fixture(scope="module")
def walk(
    tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config, dossier_zip: bytes
) -> Iterator[tuple[set[str], dict[str, Any]]]:
    """The addresses that links led to, by their templates, and what Chromium and axe say of the pages."""
    folder = tmp_path_factory.mktemp("browser")
    db = str(folder / "egide.db")
    peopled(db)
    with open_store(db, rooms()) as store:
        Dossiers(store, lambda: datetime.now(UTC).date()).add(NOBODY_HERE, "un", dossier_zip)
        with store.write() as tx:
            people.set_password(tx, 1, PASSWORD)
            for login in OTHERS:
                people.grant(tx, "un", people.add_person(tx, login, login.title()).number, EVERY_ROLE)
    key = _logged(folder / "log")
    with running(db, folder, public_log=str(folder / "log")) as site:
        secret = opened(db)
        links = _filled(site, secret)
        pages, visited = _walked(site, secret, "/b/un/portfolio", *links, *BY_FORMS, "/")
        pages.append("/b/deux/portfolio")
        pictures = os.environ.get("EGIDE_SCREENSHOTS", "-")
        report = looked_at(pytestconfig, HERE / "look.mjs", site.address, secret, pictures, *pages)
        _at_hand(folder)
        others = [opened(db, one) for one in OTHERS]
        report["journeys"] = looked_at(pytestconfig, HERE / "journeys.mjs", site.address, secret, "chacun", PASSWORD, key, folder, *others)
        report |= {"absent": looked_at(pytestconfig, HERE / "look.mjs", site.address, "nobody", pictures, "/login")}
        report["faults"] = [line for line in site.errors.read_text(encoding="utf-8").splitlines() if "internal fault" in line]
        yield visited, report


def test_links_lead_to_every_page(walk: tuple[set[str], dict[str, Any]]) -> None:
    pages = {path for page in PAGES for route in page.ROUTES for path in _shown(route)}
    missed = {one for one in pages - walk[0] if not one.startswith("/login")}
    assert {one for one in missed if set(re.findall(r"\{(\w+)", one)) <= {"body_id"}} == set()


def test_axe_finds_nothing_on_any_page_and_none_scrolls_sideways(walk: tuple[set[str], dict[str, Any]]) -> None:
    if wrong := _told(walk[1]["violations"] + walk[1]["absent"]["violations"]):
        pytest.fail(wrong)


def test_no_page_asks_anything_of_another_server_or_complains(walk: tuple[set[str], dict[str, Any]]) -> None:
    assert walk[1]["elsewhere"] == []
    assert walk[1]["said"] == []
    assert walk[1]["faults"] == []


def test_the_first_tab_stop_of_every_page_skips_to_its_content(walk: tuple[set[str], dict[str, Any]]) -> None:
    assert walk[1]["unskipped"] == []


def test_a_proof_is_checked_in_the_page_and_nothing_is_asked_of_the_server(walk: tuple[set[str], dict[str, Any]]) -> None:
    proved = walk[1]["journeys"]["proved"]
    assert proved["whole"] == {"answer": "lead a-met", "asked": [], "focus": True}
    assert proved["altered"] == {"answer": "lead a-not-met", "asked": [], "focus": True}


@pytest.mark.parametrize("script", ["with", "without"])
def test_two_tabs_merge_and_a_lost_session_gives_back_what_was_typed(walk: tuple[set[str], dict[str, Any]], script: str) -> None:
    seen, word = walk[1]["journeys"]["decided"][script], str(script == "with").lower()
    assert seen["merge"] == "Somebody was quicker; choose what shall hold"
    assert seen["merged"]
    assert seen["lost"][0].startswith("Your session had ended")
    assert not seen["lost"][1]
    assert seen["given"] == f"third {word}"
    assert seen["after"]


def test_without_javascript_nothing_is_done_twice_and_every_form_leads_on(walk: tuple[set[str], dict[str, Any]]) -> None:
    seen = walk[1]["journeys"]
    assert seen["said"] == []
    assert seen["twice"]["shown"] > 20
    assert seen["labelled"]["brought"]
    assert seen["labelled"]["state"] == "reviewed"
    assert "change" in seen["labelled"]["simulated"] or "requirement" in seen["labelled"]["simulated"]
    assert "1 Jun 2023" in seen["dated"]["written"]
    assert seen["dated"]["slid"]


@pytest.mark.parametrize("script", ["with", "without"])
def test_a_dossier_passes_three_hands_and_a_plan_and_a_check_are_answered(walk: tuple[set[str], dict[str, Any]], script: str) -> None:
    seen = walk[1]["journeys"]["lived"][script]
    assert "all accepted or refused" in seen["judged"]
    assert seen["own"] == 0
    assert seen["signed"].startswith(OTHERS[1].title())
    assert seen["taken"] == "secnumcloud-3.2"
    assert "a month" in seen["planned"]
    assert "wait for an answer" in seen["checked"]
    if script == "without":
        assert seen["proven"] == "The entry is in the log"


@pytest.mark.parametrize("script", ["with", "without"])
def test_people_come_in_by_a_link_bring_a_list_ask_and_are_asked_and_read(walk: tuple[set[str], dict[str, Any]], script: str) -> None:
    seen = {name: walk[1]["journeys"][name][script] for name in ("entered", "carried", "browsed")}
    entered, carried, browsed = seen.values()
    assert entered["joined"] == "/b/un/portfolio"
    assert entered["refused"][0].startswith("Error: Log in")
    assert entered["refused"][1:] == ["The name or the password is wrong.", f"invitee-{str(script == 'with').lower()}"]
    assert "Log out Invitée" in entered["back"]
    assert entered["links"] == ["This link no longer works", "Choose a password"]
    assert "6 of 41 services are not where the law allows" in carried["brought"]
    assert carried["before"] == "Which services do you run?" or script == "with"  # it comes second
    assert carried["filtered"] == f"{14 - (script == 'with')} services"
    assert carried["turned"] == "Your answer turned the verdict from Undetermined to Allowed."
    assert carried["thanked"] == "1 answer is kept, with your name and the day."
    assert carried["feed"] == "BEGIN:VCALENDAR"
    assert carried["merged"]
    assert carried["lost"][1] > 0
    assert browsed["held"].endswith("hold on 1 Jun 2023")
    assert browsed["rule"].startswith("It holds on 1 Jun 2023")
    assert "things changed from" in browsed["changed"]
    assert browsed["tour"].startswith("A tour on invented data")
    assert browsed["invented"] == "DONNÉES INVENTÉES"


def _told(violations: list[dict[str, Any]]) -> str:
    """What is wrong, once for all pages that show it."""
    return "\n".join(sorted({f"{one['rule']}: {one['at'][0]} at {one['path']} ({one['width']} px)" for one in violations}))


def _filled(site: Running, secret: str) -> list[str]:
    """Bring a list, answer a question, make the links that are shown once; their addresses."""
    workbook = (HERE.parents[1] / "examples" / "portefeuille.xlsx").read_bytes()
    made = []
    with site.client(session=secret) as client:
        client.follow_redirects = True
        form = TOKEN.search(client.get("/b/un/portfolio").text)
        assert form
        token = {"form_token": form[1]}
        assert client.post("/b/un/files", data=token, files={"file": ("portefeuille.xlsx", workbook)}).status_code == 200
        for path, fields in (("/b/un/invitations", {"role": "viewer"}), ("/b/un/questionnaires", {"owner": "Agence comptable"})):
            shown = client.post(path, data=token | fields)
            made += re.findall(rf"{re.escape(site.address)}(/(?:join|q)/[\w-]+)", shown.text)
        made.append(client.post("/tour", data=token).url.path)
    return made


def _at_hand(folder: Path) -> None:
    """What the journeys bring."""
    (folder / "document.md").write_text("Une pièce.", "utf-8")
    for name, parts in FILES.items():
        (folder / name).write_bytes(example(*parts))
    (folder / "dossier.zip").write_bytes(zipped("fournisseur/socle"))


def _logged(folder: Path) -> str:
    """A public log with two entries; its public key."""
    now = datetime.now(UTC)
    kept = public_log.begin(folder, "journal.example/essai", now)
    public_log.append(kept, [b"une", b"deux"], now)
    return kept.keys[0]


def _walked(site: Running, secret: str, *begin: str) -> tuple[list[str], set[str]]:
    """The pages that links lead to, few of each kind, and the templates of all addresses, files among them."""
    seen: Counter[tuple[str, frozenset[str]]] = Counter()
    found, left = [], [*begin]
    with site.client(session=secret) as client:
        client.follow_redirects = True
        while left:
            path = left.pop(0)
            kind = (_template(path), frozenset(parse_qs(urlsplit(path).query)))
            if path in found or seen[kind] >= ALIKE:
                continue
            seen[kind] += 1
            while (answer := client.get(path)).status_code == 202:  # an index is being made
                time.sleep(0.5)
            assert answer.status_code == 200, path
            if not answer.headers["content-type"].startswith("text/html") or "/papers/" in path:
                continue  # a file; the page with the proofs is looked at beside the papers
            found.append(path)
            left += [urlsplit(urljoin(path, unescape(link)))._replace(fragment="").geturl() for link in LINK.findall(answer.text)
                     if not urlsplit(link).netloc and not link.startswith(("mailto:", "webcal:"))]  # fmt: skip
    return found, {template for template, _ in seen}


def _template(path: str) -> str:
    """The address as it is declared."""
    path = urlsplit(path).path
    return next((one for one in _templates() if re.fullmatch(_pattern(one), path)), path)


def _pattern(template: str) -> str:
    return re.sub(r"\{\w+:\w+\}", "[^/]+", re.sub(r"\{\w+:path\}", ".+", template))


def _templates() -> list[str]:
    return sorted((path for page in PAGES for route in page.ROUTES for path in _paths(route)), key=lambda one: one.count("{"))


def _shown(route: Any) -> set[str]:
    return {path for path in _paths(route) if "GET" in route.http_methods and not path.startswith("/feeds/")}


def _paths(route: HTTPRouteHandler) -> set[str]:
    return set(route.paths)
