"""Dossiers of labels in the site: what is brought is read and never trusted, and three hands are three persons."""

from __future__ import annotations

import hashlib
import html
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from egide.accounts import people
from egide.accounts.roles import Role
from egide.app.label import assessing as job
from egide.portfolio.dossiers import keeping
from egide.vocabulary.findings import Answer

from .conftest import ON, PASSWORD

if TYPE_CHECKING:
    from .conftest import Browser, World

EXAMPLE = Path(__file__).parents[2] / "examples" / "fournisseur"


@pytest.fixture(scope="module")
def dossier(dossier_zip: bytes) -> bytes:
    return dossier_zip


@pytest.fixture(scope="module")
def hands(world: World) -> None:
    """Beside the author and the evaluator of the first body: a signer, and one who may do all of it."""
    with world.store.write() as tx:
        for login, roles in (("signataire", [Role.SIGNER]), ("tout", [Role.AUTHOR, Role.EVALUATOR, Role.SIGNER])):
            people.grant(tx, "un", people.add_person(tx, login, login.title(), PASSWORD).number, roles)


@contextmanager
def brought(world: World, dossier: bytes, by: str = "auteur") -> Iterator[tuple[Browser, str]]:
    """Somebody with a dossier that they brought, at its page."""
    with world.browser(by) as browser:
        browser.get("/b/un/label")
        answer = browser.send("/b/un/label", files={"file": ("dossier.zip", dossier)}, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        yield browser, answer.headers["location"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (b"id: nuage-fictif-plateforme", b"id: adista", "As the dossier of this offer says"),
        (b"id: nuage-fictif-plateforme", b"same_as: [adista]\n  id: nuage-fictif-plateforme", "As the dossier of this offer says"),
        (b"provider: nuage-fictif", b"provider: nuage-fictif\n  catalogue: adista", "As the dossier of this offer says"),
        (b"Nuage fictif, plateforme", b"Adista", "The names alone are the same"),
        (b"Nuage fictif, plateforme", b"Adiste", "No dossier of this offer or of its provider"),
    ],
)  # fmt: skip
def test_the_page_of_an_offer_draws_who_holds_its_provider_for_those_who_read_its_dossier(
    world: World, dossier: bytes, before: bytes, after: bytes, said: str
) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(dossier)) as old, zipfile.ZipFile(held, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(before, after, 1) if name.endswith("fournisseur/offer.yaml") else content)
    with brought(world, held.getvalue()) as (browser, here), world.browser("autre") as other:
        page = html.unescape(browser.get("/catalogue/offers?id=adista").text)
        assert said in page
        drawn = "No dossier" not in said
        assert (f'href="{here}"' in page) is drawn
        assert ("entité tierce" in page or "third entity" in page) is drawn
        assert "No dossier of this offer" in other.get("/catalogue/offers?id=adista").text
        with world.store.write() as tx:
            keeping.remove(tx, "un", here.rpartition("/")[2], 1)


def documents(page: str) -> list[tuple[str, str]]:
    return list(zip(re.findall(r'name="path" value="([^"]+)"', page), re.findall(r'name="digest" value="([0-9a-f]+)"', page), strict=True))


def judge(browser: Browser, here: str, *states: str) -> None:
    """Every document one step further for each state."""
    for state in states:
        for path, digest in documents(browser.get(f"{here}/evidence").text):
            answer = browser.send(f"{here}/reviews", {"path": path, "digest": digest, "state": state, "why": "lu"}, follow_redirects=False)
            assert answer.status_code == 303, answer.text


def test_the_page_says_what_the_command_says(world: World, hands: None, dossier: bytes) -> None:
    run = job.run(EXAMPLE, "secnumcloud-3.2", ON)
    with brought(world, dossier) as (browser, here):
        page = browser.get(here)
        assert page.status_code == 200
        assert len(page.content) < 100_000
        for answer in Answer:
            count = sum(one.answer is answer for one in run.assessment.findings)
            assert re.search(rf'class="a-{answer}"><strong>[^<]+</strong>: {count}<', page.text)
        written = browser.get(f"{here}/papers/label.json").json()
        assert {one["id"]: one["answer"] for one in written["requirements"]} == {one.id: str(one.answer) for one in run.assessment.findings}
        assert browser.get(f"{here}/papers/label.xlsx").content[:2] == b"PK"
        assert "attachment" in browser.get(f"{here}/papers/label.html").headers["content-disposition"]
        assert "<svg" in page.text
        assert "style=" not in page.text


def test_what_is_no_dossier_is_refused_and_not_kept(world: World, hands: None, dossier: bytes) -> None:
    def zipped(**files: str) -> bytes:
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            for name, content in files.items():
                archive.writestr(name.replace("__", "/"), content)
        return held.getvalue()

    slip = io.BytesIO()
    with zipfile.ZipFile(slip, "w") as archive:
        archive.writestr("../offer.yaml", "id: x")
    cut = dossier[: int(len(dossier) * 0.9)]
    with world.browser("auteur") as browser:
        before = browser.get("/b/un/label").text.count("/b/un/label/")
        for content in (b"", b"PK", cut, zipped(), zipped(a="b"), slip.getvalue(), zipped(**{"offer.yaml": "- 1"})):
            assert browser.send("/b/un/label", files={"file": ("dossier.zip", content)}).status_code == 400
            browser.get("/b/un/label")
        assert browser.seen.count("/b/un/label/") == before


def test_nobody_of_another_body_learns_that_it_is_there(world: World, hands: None, dossier: bytes) -> None:
    with brought(world, dossier) as (_, here), world.browser("autre") as other:
        other.get("/b/deux/label")
        for path in ("", "/evidence", "/document?path=offer.yaml", "/papers/label.json", "/assessments/1/label.json"):
            assert other.get(f"{here}{path}").status_code == 404
            assert other.get(f"{here.replace('/b/un', '/b/deux')}{path}").status_code == 404
        other.get("/b/deux/label")
        for path in ("/files", "/remove", "/evidence", "/reviews", "/assessments", "/sign"):
            assert other.send(f"{here.replace('/b/un', '/b/deux')}{path}", {"version": "1"}).status_code in (403, 404)
            other.get("/b/deux/label")


def test_each_role_does_its_own_and_no_more(world: World, hands: None, dossier: bytes) -> None:
    with brought(world, dossier) as (author, here):
        for path in ("/reviews", "/assessments", "/sign"):
            author.get(here)
            assert author.send(f"{here}{path}").status_code == 403
        with world.browser("lecteur") as viewer:
            for path in ("/files", "/remove", "/evidence", "/reviews", "/assessments", "/sign"):
                viewer.get(here)
                assert viewer.send(f"{here}{path}").status_code == 403


def test_whoever_brought_a_document_does_not_judge_it_even_with_the_role(world: World, hands: None, dossier: bytes) -> None:
    with brought(world, dossier, by="tout") as (browser, here):
        path, digest = documents(browser.get(f"{here}/evidence").text)[0]
        assert browser.send(f"{here}/reviews", {"path": path, "digest": digest, "state": "reviewed"}).status_code == 403
        with world.browser("evaluateur") as evaluator:
            evaluator.get(f"{here}/evidence")
            steps = (("accepted", 400), ("reviewed", 303), ("reviewed", 400), ("refused", 303), ("accepted", 400))
            for state, status in steps:
                why = {"why": "illisible"} if status == 303 else {}
                answer = evaluator.send(f"{here}/reviews", {"path": path, "digest": digest, "state": state, **why}, follow_redirects=False)
                assert answer.status_code == status, state
                evaluator.get(f"{here}/evidence")
            assert "illisible" in evaluator.seen


def test_the_binder_says_what_its_index_says_and_several_are_judged_at_once(world: World, hands: None, dossier: bytes) -> None:
    with brought(world, dossier) as (author, here), world.browser("evaluateur") as evaluator:
        page = author.get(f"{here}/evidence").text
        assert "The index names 1 document that nobody brought" in page
        rows = dict(re.findall(r'<tr id="d-\d+">.*?path=([^"]+)">.*?</th>(.*?)</tr>', page, re.DOTALL))
        assert "until 28 Feb 2027" in rows["preuves%2Fcertificat-27001.md"]
        assert "file changed" in rows["preuves%2Farchitecture-reseau.md"]
        assert "counts for nothing" in rows["preuves%2Fbrouillon-plan-action.md"]
        assert "12.1.a" in rows["preuves%2Fexploitation.md"]
        assert "ticked" not in page
        ticked = re.findall(r'name="ticked" value="([^"]+)"', evaluator.get(f"{here}/evidence").text)
        assert len(ticked) == len(rows)
        for asked in ({"state": "reviewed"}, {"state": "accepted", "ticked": ticked}):
            evaluator.get(f"{here}/evidence")
            assert evaluator.send(f"{here}/reviews", asked).status_code == 400
        evaluator.get(f"{here}/evidence")
        assert evaluator.send(f"{here}/reviews", {"state": "reviewed", "ticked": ticked[:3]}, follow_redirects=False).status_code == 303
        evaluator.get(f"{here}/evidence")  # the fourth is not there yet: none is accepted
        assert evaluator.send(f"{here}/reviews", {"state": "accepted", "ticked": ticked[:4]}).status_code == 400
        evaluator.get(f"{here}/evidence")
        led = evaluator.send(f"{here}/reviews", {"state": "accepted", "ticked": ticked[:3]}, follow_redirects=False)
        assert led.headers["location"].endswith("#d-3")
        assert "accepted: 3 ·" in evaluator.get(f"{here}/evidence").text
        given = evaluator.send(f"{here}/reviews", {"state": "refused", "why": "", "ticked": ticked[:1]})
        assert given.status_code == 400
        assert 'name="why"' in given.text  # what is wanting can be written there


def test_a_dossier_begins_with_an_empty_one_or_the_example(world: World, hands: None) -> None:
    with world.browser("auteur") as browser, world.browser() as stranger:
        for name in re.findall(r'href="(/examples/[^"]+)"', browser.get("/b/un/label").text):
            given = browser.client.get(name).content
            browser.get("/b/un/label")
            assert browser.send("/b/un/label", files={"file": ("dossier.zip", given)}).status_code == 200
            assert stranger.client.get(name, follow_redirects=False).status_code == 303
        for name in re.findall(r'href="(/examples/[^"]+)"', browser.get("/b/un/works").text):
            assert browser.client.get(name).content
        assert browser.client.get("/examples/absent").status_code == 404


def test_a_refused_document_counts_as_if_it_were_not_there(world: World, hands: None, dossier: bytes) -> None:
    with brought(world, dossier) as (browser, here), world.browser("evaluateur") as evaluator:
        before = {one["id"]: one["answer"] for one in browser.get(f"{here}/papers/label.json").json()["requirements"]}
        judge(evaluator, here, "reviewed", "refused")
        after = {one["id"]: one["answer"] for one in browser.get(f"{here}/papers/label.json").json()["requirements"]}
        assert sum(one == "met" for one in after.values()) < sum(one == "met" for one in before.values())


def test_who_assessed_does_not_sign_and_nothing_is_signed_before_all_is_accepted(world: World, hands: None, dossier: bytes) -> None:
    with brought(world, dossier) as (_, here), world.browser("evaluateur") as evaluator, world.browser("signataire") as signer:
        evaluator.get(here)
        form = {"version": "1", "scheme": "secnumcloud-3.2"}
        assert evaluator.send(f"{here}/assessments", form, follow_redirects=False).status_code == 303
        assert "documents are to be judged first" in signer.get(here).text
        asked = {"number": "1", "digest": hashlib.sha256(signer.client.get(f"{here}/assessments/1/label.json").content).hexdigest()}
        assert signer.send(f"{here}/sign", asked).status_code == 400
        judge(evaluator, here, "reviewed", "accepted")
        assert f'name="digest" value="{asked["digest"]}"' in signer.get(here).text
        with world.store.write() as tx:
            number = next(one.number for one in people.people_of(tx, "un") if one.login == "evaluateur")
            people.grant(tx, "un", number, [Role.SIGNER])
        assert "so somebody else signs" in evaluator.get(here).text
        assert evaluator.send(f"{here}/sign", asked).status_code == 403
        signer.get(here)
        assert signer.send(f"{here}/sign", {**asked, "digest": "0" * 64}).status_code == 409
        signer.get(here)
        assert signer.send(f"{here}/sign", asked, follow_redirects=False).status_code == 303
        signer.get(here)
        assert signer.send(f"{here}/sign", asked).status_code == 400
        assert "Signataire" in signer.get(here).text
        kept = signer.get(f"{here}/assessments/1/label.json")
        assert kept.json()["scheme"]["id"] == "secnumcloud-3.2"
        with world.store.write() as tx:
            people.withdraw(tx, "un", number, [Role.SIGNER])


def test_two_who_change_one_dossier_do_not_overwrite_each_other(world: World, hands: None, dossier: bytes) -> None:
    with brought(world, dossier) as (browser, here), world.browser("tout") as other:
        for one in (browser, other):
            one.get(f"{here}/evidence")
        form = {"version": "1", "folder": "preuves", "name": "exploitation.md"}
        assert browser.send(f"{here}/evidence", form, files={"file": ("x.md", b"autre")}, follow_redirects=False).status_code == 303
        assert other.send(f"{here}/evidence", form, files={"file": ("x.md", b"encore")}).status_code == 409
        other.get(here)
        assert other.send(f"{here}/files", {"version": "1"}, files={"file": ("d.zip", dossier)}).status_code == 200
        assert browser.get(f"{here}/document?path=preuves/exploitation.md").content == b"autre"
        for name in ("../offer.yaml", "binder.yaml", "a\\b", ""):
            browser.get(f"{here}/evidence")
            answer = browser.send(f"{here}/evidence", {**form, "version": "2", "name": name or "..", "folder": "preuves"},
                                  files={"file": ("x.md", b"x")})  # fmt: skip
            assert answer.status_code == 400, name


def test_what_people_wrote_is_shown_as_text(world: World, hands: None) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for path in sorted(EXAMPLE.rglob("*")):
            if path.is_file():
                content = path.read_text("utf-8")
                name = path.relative_to(EXAMPLE).as_posix()
                archive.writestr(name, content.replace("name: ", "name: <b>x</b> ", 1) if name == "offer.yaml" else content)
    with brought(world, held.getvalue()) as (browser, here):
        for path in (here, "/b/un/label", f"{here}/evidence"):
            assert "<b>x" not in browser.get(path).text
        assert "&lt;b&gt;x" in browser.get(here).text


@pytest.mark.parametrize(
    ("step", "fields"),
    [
        ("document_withdrawn: {document: E-012}", {"kind": "document_withdrawn", "document": "E-012"}),
        ("supplier_cut: {supplier: technologie-lointaine-fictive}",
         {"kind": "supplier_cut", "supplier": "technologie-lointaine-fictive"}),
        ("bought: {company: nuage-fictif, by: technologie-lointaine-fictive, capital: 60.0, votes: 60.0}",
         {"kind": "bought", "company": "nuage-fictif", "by": "technologie-lointaine-fictive", "capital": "60", "votes": "60,0"}),
        ("moved: {who: nuage-fictif, seat: US}", {"kind": "moved", "who": "nuage-fictif", "seat": "us"}),
    ],
)  # fmt: skip
def test_a_change_chosen_in_the_form_turns_what_the_command_says(
    world: World, hands: None, dossier: bytes, tmp_path: Path, step: str, fields: dict[str, str],
) -> None:  # fmt: skip
    written = f"title: essai\non: 2026-12-15\nchanges:\n  - {step}\n"
    (tmp_path / "c.yaml").write_text(written, "utf-8")
    turned = job.simulate(EXAMPLE, tmp_path / "c.yaml", "secnumcloud-3.2").turned
    with brought(world, dossier, by="tout") as (browser, here):
        browser.get(f"{here}/simulate")
        for form in ({"on": "2026-12-15", **fields}, {"written": written}):
            page = browser.send(f"{here}/simulate", {"scheme": "secnumcloud-3.2", **form})
            assert page.status_code == 200
            rows = page.text.partition("<tbody>")[2].partition("</tbody>")[0] if turned else ""
            assert re.findall(r'<th scope="row">([^<]+)<', rows) == [one.requirement for one in turned]
        assert browser.send(f"{here}/simulate", {"kind": "moved", "on": "2026-12-15"}).status_code == 400
        browser.get(f"{here}/simulate")
        assert browser.send(f"{here}/simulate", {"written": "- [", "on": "x"}).status_code == 400
    with world.browser("autre") as other:
        other.get("/b/deux/label")
        assert other.send(f"{here}/simulate", {"written": written}).status_code == 404


def test_a_removed_dossier_is_not_there(world: World, hands: None, dossier: bytes) -> None:
    with brought(world, dossier) as (browser, here):
        browser.get(here)
        assert browser.send(f"{here}/remove", follow_redirects=False).status_code == 303
        assert browser.get(here).status_code == 404
