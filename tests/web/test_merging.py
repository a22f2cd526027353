"""Two people, or two tabs, at one thing: the second sees both versions and chooses field by field, and nothing of either is lost."""

from __future__ import annotations

import html
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from egide.accounts import people
from egide.accounts.roles import Role
from egide.app.portfolio.merging import merged
from egide.portfolio.kept import keeping

from .conftest import EXAMPLES, PASSWORD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .conftest import Browser, World

FIELD = re.compile(r'<input type="(hidden|radio|checkbox)" name="([^"]+)" value="([^"]*)"( checked)?')
CARD = re.compile(r'<form class="card ask-form".*?</form>', re.DOTALL)


@pytest.fixture(scope="module", autouse=True)
def filled(world: World, dossier_zip: bytes) -> str:
    """A list and a dossier in the first body, and a second administrator; the dossier's page."""
    roles = (Role.AUTHOR, Role.ADMINISTRATOR, Role.EVALUATOR)
    with world.store.write() as tx:
        people.grant(tx, "un", people.add_person(tx, "second", "Second", PASSWORD).number, roles)
    with world.browser("auteur") as browser:
        browser.get("/b/un/portfolio")
        browser.send("/b/un/files", files={"file": ("portefeuille.xlsx", (EXAMPLES / "portefeuille.xlsx").read_bytes())})
        browser.get("/b/un/label")
        return browser.send("/b/un/label", files={"file": ("d.zip", dossier_zip)}, follow_redirects=False).headers["location"]


def form_of(page: str, mine: bool = True) -> dict[str, Any]:
    """The fields of the merge page's form as a browser sends them: as they stand, or with every choice for the other's."""
    form = re.search(r'<form class="merge".*?</form>', page, re.DOTALL)
    assert form, page
    found: dict[str, list[str]] = {}
    for way, name, value, checked in FIELD.findall(form[0]):
        if name not in ("form_token", "form_key") and (way == "hidden" or (bool(checked) is mine if way == "radio" else checked)):
            found.setdefault(name, []).append(html.unescape(value))
    return found


def _question(page: str) -> tuple[dict[str, str], list[str]]:
    """The first question with a choice: its hidden fields, and what can be answered."""
    card = next(one for one in CARD.findall(page) if 'type="radio"' in one)
    hidden = dict(re.findall(r'<input type="hidden" name="(question|version)" value="([^"]+)"', card))
    return hidden, re.findall(r'type="radio" name="value" value="([^"]+)"', card)


@pytest.mark.parametrize("mine", [True, False])
def test_two_who_answer_one_question_choose_and_what_is_chosen_stands_on_top(world: World, mine: bool) -> None:
    with world.browser("auteur") as one, world.browser("second") as other:
        hidden, values = _question(one.get("/b/un/questions").text)
        other.get("/b/un/questions")
        assert one.send("/b/un/answers", hidden | {"value": values[0], "source": "pièce une"}).status_code == 200
        page = other.send("/b/un/answers", hidden | {"value": values[1], "source": "pièce deux"})
        assert page.status_code == 409
        for said in ("Auteur changed this on", "pièce une", "pièce deux", "As you had read it"):
            assert said in page.text
        assert other.send("/b/un/answers", form_of(page.text, mine)).status_code == 200
    with world.store.read() as tx:
        answers = keeping.answers(tx, "un").answers
    last = answers[-1]
    assert last.source == ("pièce deux" if mine else "pièce une")
    assert last.by == ("Second" if mine else "Auteur")


def test_the_same_answer_twice_is_no_conflict(world: World) -> None:
    with world.browser("auteur") as one, world.browser("auteur") as tab:
        hidden, values = _question(one.get("/b/un/questions").text)
        tab.get("/b/un/questions")
        for browser in (one, tab):
            assert browser.send("/b/un/answers", hidden | {"value": values[0], "source": "même pièce"}).status_code == 200
    with world.store.read() as tx:
        assert sum(one.source == "même pièce" for one in keeping.answers(tx, "un").answers) == 1


def test_two_who_decide_beside_one_verdict_choose_field_by_field(world: World) -> None:
    with world.browser("evaluateur") as one, world.browser("second") as other:
        service = re.search(r"/b/un/services/([0-9a-f]+)", one.get("/b/un/portfolio?verdict=forbidden").text)
        assert service
        version = re.search(r'name="version" value="(\d+)"', one.get(service[0]).text.partition("/b/un/decisions")[2])
        assert version
        given = {"service": service[1], "version": version[1], "verdict": "allowed", "why": "Premier motif", "until": "2027-06-30"}
        other.get(service[0])
        assert one.send("/b/un/decisions", given).status_code == 200
        page = other.send("/b/un/decisions", given | {"why": "Second motif", "until": "2027-03-31"})
        assert page.status_code == 409
        assert "the same in both" in page.text  # the verdict
        chosen = form_of(page.text) | {"until": ["2027-06-30"]}
        third = one.send("/b/un/decisions", given | {"why": "Troisième motif", "version": chosen["version"][0]})
        assert third.status_code == 200
        again = other.send("/b/un/decisions", chosen)  # a third change meanwhile: the choice once more, with what was chosen
        assert again.status_code == 409
        assert "Troisième motif" in again.text
        kept = other.send("/b/un/decisions", form_of(again.text)).text
        assert "Second motif" in kept
        assert "Troisième motif" not in kept


def test_two_who_set_the_roles_of_one_person_see_both(world: World) -> None:
    with world.store.read() as tx:
        reader = next(one for one in people.people_of(tx, "un") if one.login == "lecteur").number
    path = f"/b/un/people/{reader}/roles"
    with world.browser("auteur") as one, world.browser("second") as other:
        one.get("/b/un/people")
        other.get("/b/un/people")
        assert one.send(path, {"seen": "viewer", "role": ["viewer", "author"]}).status_code == 200
        page = other.send(path, {"seen": "viewer", "role": ["viewer", "signer"]})
        assert page.status_code == 409
        assert sorted(form_of(page.text)["role"]) == ["author", "signer", "viewer"]
        assert other.send(path, form_of(page.text)).status_code == 200
    with world.store.read() as tx:
        assert people.roles_in(tx, "un", reader) == {Role.VIEWER, Role.AUTHOR, Role.SIGNER}


def _bring(browser: Browser, here: str, version: int, name: str, content: bytes) -> Any:
    browser.get(f"{here}/evidence")
    return browser.send(f"{here}/evidence", {"version": version, "folder": "preuves", "name": name}, files={"file": (name, content)})


def test_documents_that_two_bring_at_once_stand_side_by_side_and_one_that_both_bring_is_chosen(world: World, filled: str) -> None:
    with world.browser("auteur") as one, world.browser("second") as other:
        assert _bring(one, filled, 1, "premier.md", b"un").status_code == 200
        assert _bring(other, filled, 1, "second.md", b"deux").status_code == 200  # other files: nothing to choose
        page = _bring(other, filled, 1, "premier.md", b"autrement")
        assert page.status_code == 409
        assert "preuves/premier.md" in page.text
        assert other.get(f"{filled}/document?path=preuves/premier.md").content == b"un"
        assert other.send(f"{filled}/merge", form_of(page.text)).status_code == 200
        assert other.get(f"{filled}/document?path=preuves/premier.md").content == b"autrement"
        assert other.get(f"{filled}/document?path=preuves/second.md").content == b"deux"
        stale = other.send(f"{filled}/merge", form_of(page.text) | {"version": ["1"]})
        assert stale.status_code == 409
        now = re.findall(r'name="version" value="(\d+)"', other.get(f"{filled}/evidence").text)[0]
        assert other.send(f"{filled}/merge", {"version": now, "take": f"{'0' * 64}:preuves/absent.md"}).status_code == 400


def test_a_dossier_brought_again_keeps_what_others_brought_meanwhile(world: World, filled: str, dossier_zip: bytes) -> None:
    with world.browser("auteur") as one, world.browser("second") as other:
        assert _bring(other, filled, 1, "tiers.md", b"trois").status_code == 200
        changed = _with(dossier_zip, {"fournisseur/preuves/plan-continuite.md": b"refait"})
        one.get(filled)
        answer = one.send(f"{filled}/files", {"version": 1}, files={"file": ("d.zip", changed)})
        assert answer.status_code == 200, answer.text
        assert one.get(f"{filled}/document?path=preuves/plan-continuite.md").content == b"refait"
        assert one.get(f"{filled}/document?path=preuves/tiers.md").content == b"trois"


def test_files_are_put_together_as_each_of_two_left_what_the_other_changed() -> None:
    was = {"a": "1", "b": "1", "c": "1", "d": "1"}
    found = merged(was, {"a": "2", "b": "1", "c": "2", "e": "9"}, {"a": "1", "b": "2", "c": "3", "d": "1", "f": "7"})
    assert found.mine == {"b": "2", "f": "7"}
    assert found.both == {"c": ("1", "2", "3")}


def _with(packed: bytes, more: Mapping[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as before, zipfile.ZipFile(held, "w") as after:
        for name in before.namelist():
            after.writestr(name, more.get(name, before.read(name)))
    return held.getvalue()
