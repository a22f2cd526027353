"""The public log in the site: what it shows, its proofs, and a check by the server or by the page's own script, which must agree."""

from __future__ import annotations

import html
import json
import shutil
import subprocess
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import resources
from typing import TYPE_CHECKING

import pytest
from litestar.testing import TestClient

from egide.accounts import entry, people
from egide.accounts.roles import Act
from egide.app.portfolio.portfolios import Portfolios
from egide.app.trust import public_log
from egide.app.trust.log_work import judged
from egide.trust.log.proof import log_proof
from egide.web.application import application
from egide.web.site import Site

from .conftest import BASE, ON, Browser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from egide.app.trust.public_log import KeptLog

    from .conftest import World

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ORIGIN = "journal.example/essai"
COUNT = 300
"""Beyond one bundle and one page."""


RUN = """
const { key, cases } = JSON.parse(require("fs").readFileSync(0));
(async () => {
  const found = [];
  for (const one of cases) {
    const notes = new Set(), steps = await checkProof(one, "", key, notes);
    found.push([steps, [...notes]]);
  }
  console.log(JSON.stringify(found));
})();
"""


@dataclass(frozen=True)
class Shown:
    """A site that shows a log, somebody who reads it, and its writer's side."""

    browser: Browser
    kept: KeptLog

    @property
    def key(self) -> str:
        return self.kept.keys[0]

    def proof(self, index: int) -> str:
        return self.browser.get(f"/log/entries/{index}/proof").text


@pytest.fixture(scope="module")
def shown(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    folder = tmp_path_factory.mktemp("writer")
    kept = public_log.begin(folder / "log", ORIGIN, NOW)
    public_log.append(kept, [f"entrée <b>{n}</b>".encode() for n in range(COUNT)], NOW)
    site = Site(world.store, Portfolios(world.store, lambda: ON), lambda: ON, BASE, "", public_log.public_place(str(folder / "log")))
    with TestClient(application(site, ("egide.test",)), base_url=BASE) as client:
        client.headers["Accept-Language"] = "en"
        yield Shown(Browser(client), kept)


def test_a_site_without_a_log_says_how_to_show_one(author: Browser) -> None:
    page = author.get("/log")
    assert page.status_code == 200
    assert "egide serve --public-log" in page.text
    for path in ("/log/checkpoint", "/log/entries/0", "/log/entries/0/proof"):
        assert author.get(path).status_code == 404


def test_every_entry_is_reached_page_by_page(shown: Shown) -> None:
    found, before = [], ""
    for _ in range(COUNT // 50):
        page = shown.browser.get(f"/log{before}").text
        numbers = [n for n in range(COUNT) if f'href="/log/entries/{n}"' in page]
        found += numbers
        before = f"?before={min(numbers)}"
    assert sorted(found) == list(range(COUNT))
    assert f"{ORIGIN} holds 300 entries" in shown.browser.get("/log").text


@pytest.mark.parametrize("number", ["300", "-1", "x", "1e2", "٣", "9" * 40])
def test_an_entry_that_is_not_there_is_not_found(shown: Shown, number: str) -> None:
    for path in (f"/log/entries/{number}", f"/log/entries/{number}/proof", f"/log/check?entry={number}"):
        assert shown.browser.get(path).status_code == 404


def test_what_an_entry_holds_is_shown_as_text(shown: Shown) -> None:
    assert "<b>" not in shown.browser.get("/log/entries/7").text
    assert shown.browser.get("/log?find=7").text.count('href="/log/entries/7"') == 1
    assert shown.browser.get("/log?find=urn:x", follow_redirects=False).headers["location"].startswith("/login")


def test_the_server_computes_a_proof_with_the_key_that_came_with_it(shown: Shown) -> None:
    proof, head = shown.proof(299), shown.browser.get("/log/checkpoint").text
    shown.browser.get("/log/check")
    page = shown.browser.send("/log/check", {"proof": proof.replace("\n", "\r\n"), "key": shown.key, "checkpoint": head}).text
    assert "The entry is in the log" in page
    page = shown.browser.send("/log/check", {"key": shown.key}, files={"proof-file": ("x.tlog-proof", proof.encode())}).text
    assert "The entry is in the log" in page
    other = shown.key.replace(shown.key[-6:], "AAAAA=")
    assert shown.browser.send("/log/check", {"proof": proof, "key": other}).status_code == 400
    assert "does not prove" in shown.browser.send("/log/check", {"proof": proof.replace("index 299", "index 298"), "key": shown.key}).text
    assert shown.browser.send("/log/check", {"proof": "", "key": shown.key}).status_code == 400
    shown.browser.seen = ""
    assert shown.browser.send("/log/check", {"proof": proof, "key": shown.key}).status_code == 403


def in_page(key: str, cases: list[str]) -> list[tuple[str, list[str]]]:
    """What the page's own script answers to each case, and what it says it did not verify; node stands for the browser."""
    node = shutil.which("node")
    assert node, "node is not installed: run tests/system-packages.sh"
    script = resources.files("egide.web").joinpath("assets/log.js").read_text("utf-8") + RUN
    given = json.dumps({"key": key, "cases": cases})
    ran = subprocess.run([node, "-e", script], input=given, capture_output=True, text=True, encoding="utf-8", check=False)
    assert ran.returncode == 0, ran.stderr
    found = []
    for steps, notes in json.loads(ran.stdout):
        answers = {answer for _, answer in steps}
        found.append(("not-met" if "not-met" in answers else "met" if answers == {"met"} else "unknown", notes))
    return found


def altered(whole: str) -> list[str]:
    """A proof and ones with something of it changed."""
    read = log_proof(whole.encode())
    return [
        whole, whole.replace(f"index {read.index}", f"index {read.index ^ 1}"), bytes(replace(read, hashes=read.hashes[:-1])).decode(),
        bytes(replace(read, extra=b"autre")).decode(), bytes(replace(read, extra=None)).decode(),
        whole.replace("\n300\n", "\n301\n"), whole[:-20] + "A" + whole[-19:], whole[:40], "",
    ]  # fmt: skip


def test_the_page_computes_what_the_server_computes(shown: Shown) -> None:
    cases = [case for index in (0, 1, 127, 255, 256, 298, 299) for case in altered(shown.proof(index))]
    for case, (there, notes) in zip(cases, in_page(shown.key, cases), strict=True):
        assert there == judged(case.encode(), None, [shown.key], NOW).examination.answer, case
        assert not notes


def test_a_signature_that_no_browser_computes_is_said_not_to_be_verified(tmp_path: Path, shown: Shown) -> None:
    kept = public_log.begin(tmp_path / "log", ORIGIN, NOW, lasting=True)
    public_log.append(kept, [b"a", b"b"], NOW)
    usual, lasting = kept.keys
    proof = bytes(public_log.reader(str(tmp_path / "log")).prove(1)).decode()
    wrong = proof.replace("index 1", "index 0")
    for keys, said in ((usual, ["others"]), (lasting, ["others", "ml-dsa-44"]), (f"{usual}\n{lasting}\n", ["ml-dsa-44"])):
        (whole, notes), (bad, _) = in_page(keys, [proof, wrong])
        assert notes == said
        assert whole == ("met" if keys == usual else "unknown")
        assert bad == "not-met"
        assert judged(proof.encode(), None, keys.split(), NOW).examination.answer == "met"
    assert in_page(usual[:-8] + lasting[-8:], [proof])[0][0] == "not-met"
    page = shown.browser.get("/log/check").text
    assert "NOT verified in this page: the signature by ML-DSA-44" in html.unescape(page)


def test_programs_take_the_same_head_and_proofs(shown: Shown, world: World) -> None:
    with world.store.write() as tx:
        person = next(one for one in people.people_of(tx, "un") if one.login == "lecteur")
        headers = {"Authorization": f"Bearer {entry.add_token(tx, 'un', person.number, 'essai', [Act.READ], 30)[1]}"}
    assert shown.browser.get("/api/v1/log").status_code == 401
    head = shown.browser.get("/api/v1/log", headers=headers).json()
    assert head["checkpoint"] == shown.browser.get("/log/checkpoint").text
    assert shown.browser.get("/api/v1/log/entries/42/proof", headers=headers).text == shown.proof(42)
    assert shown.browser.get("/api/v1/log/entries/300/proof", headers=headers).status_code == 404
    assert shown.browser.get("/api/v1/log/entries/x/proof", headers=headers).status_code in (400, 404)


def test_a_page_that_is_filled_in_is_not_larger_than_a_page_may_be(shown: Shown, tmp_path: Path) -> None:
    for path in ("/log", "/log/entries/299", "/log/check?entry=299"):
        assert len(shown.browser.get(path).content) < 100_000
