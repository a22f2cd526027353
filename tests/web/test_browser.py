"""Every page of a running site in a real browser: axe finds nothing, nothing scrolls sideways, nothing is asked of others."""

from __future__ import annotations

import os
import re
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

from egide.app.trust import public_log
from egide.web.application import PAGES

from .conftest import TOKEN
from .running import Running, opened, peopled, running

pytestmark = pytest.mark.slow
HERE = Path(__file__).parent
LINK = re.compile(r'<a [^>]*?href="([^"#]+)')
ALIKE = 1
"""Pages of one address with one set of questions that are looked at."""
BY_FORMS = ("/catalogue/compare?offer=adista&offer=aws%2Fca-central-1", "/rules/difference?from=2021-05-17&to=2026-11-23")
"""Where a form leads that asks."""


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[tuple[set[str], dict[str, Any]]]:
    """The addresses that links led to, by their templates, and what Chromium and axe say of the pages."""
    folder = tmp_path_factory.mktemp("browser")
    db = str(folder / "egide.db")
    peopled(db)
    _logged(folder / "log")
    with running(db, folder, public_log=str(folder / "log")) as site:
        secret = opened(db)
        links = _filled(site, secret)
        pages, visited = _walked(site, secret, "/b/un/portfolio", *links, *BY_FORMS, "/")
        pages.append("/b/deux/portfolio")
        pictures = os.environ.get("EGIDE_SCREENSHOTS", "-")
        report = looked_at(pytestconfig, HERE / "look.mjs", site.address, secret, pictures, *pages)
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
        for path, fields in (("/b/un/invitations", {"role": "viewer"}), ("/b/un/questionnaires", {"owner": ""})):
            shown = client.post(path, data=token | fields)
            made += re.findall(rf"{re.escape(site.address)}(/(?:join|q)/[\w-]+)", shown.text)
    return made


def _logged(folder: Path) -> None:
    """A public log with two entries."""
    now = datetime.now(UTC)
    public_log.append(public_log.begin(folder, "journal.example/essai", now), [b"une", b"deux"], now)


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
            answer = client.get(path)
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
