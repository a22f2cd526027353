"""`egide site`: bodies, people and tokens without a browser; a person erased wherever they were named; what was kept long enough."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from tests.cli.conftest import Said

from egide.accounts import entry, people, repeats
from egide.accounts.roles import Act, Role
from egide.accounts.trail import LOG, lines
from egide.app.database import open_database, rooms
from egide.app.portfolio.portfolios import Portfolios
from egide.app.site import administering, forgetting
from egide.app.site.serving import Serving
from egide.portfolio.kept import keeping
from egide.store import open_store
from egide.store.connection import Store
from egide.vocabulary.findings import Answer, Override, Verdict

ON = date(2026, 11, 23)
NAME = "Camille D’Exemple-Longue"
LIST = "Nom du service;Hébergeur;Commentaire\nService;OVHcloud;vu par camille  d’exemple-longue\n"
Typed = Callable[..., Any]


@pytest.fixture
def site(egide: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, empty: str) -> Typed:
    """Types `egide site … --json` that must end with 0; what it printed."""
    monkeypatch.setenv("EGIDE_DB", empty)

    def type_(*words: object, code: int = 0) -> Any:
        said = egide("site", *words, "--json", "--lang", "en")
        assert said.code == code, said.err
        return json.loads(said.out) if code == 0 else said.err

    type_("body", "add", "un", "--name", "Organisme d’exemple", "--marking", "SENSIBLE")
    type_("person", "add", "camille", "--name", NAME, "--body", "un", "--role", "author", "--role", "administrator")
    return type_


def test_a_site_is_peopled_and_ruled_without_a_browser(site: Typed, egide: Callable[..., Said]) -> None:
    assert site("body", "set", "un", "--marking", "")["name"] == "Organisme d’exemple"
    assert site("body", "list") == [{"id": "un", "name": "Organisme d’exemple", "marking": ""}]
    link = site("person", "add", "autre", "--name", "Autre", "--body", "un", "--role", "viewer", "--base", "https://egide.example")["link"]
    assert link.startswith("https://egide.example/join/")
    assert "/join/" in site("invite", "un", "--role", "signer")["link"]
    assert site("person", "roles", "autre", "--body", "un", "--role", "evaluator")["before"] == ["viewer"]
    assert "administer" in site("person", "roles", "camille", "--body", "un", code=2)
    assert site("person", "reset", "2")["person"] == 2
    with open_database() as store, store.write() as tx:
        session = entry.begin_session(tx, 2)
        token, secret = entry.add_token(tx, "un", 2, "essai", [Act.READ], 10)
    assert site("person", "lock", "autre")["locked"]
    assert [one["login"] for one in site("person", "list", "--body", "un") if one["locked"]] == ["autre"]
    with open_database() as store, store.write() as tx:
        assert entry.by_session(tx, session) is None
        assert entry.by_token(tx, secret) is None
    assert not site("person", "unlock", "autre")["locked"]
    assert [one["name"] for one in site("token", "list", "un")] == ["essai"]
    assert site("token", "revoke", "un", token.id)["revoked"]
    acts = [one["act"] for one in site("trail", "--body", "un")]
    assert acts == ["token-revoked", "unlocked", "locked", "reset-link", "roles", "invited", "person", "body-changed", "person", "body"]
    for words in (("token", "revoke", "un", "absent"), ("person", "lock", "personne"), ("invite", "absent", "--role", "viewer")):
        assert "→ egide site" in site(*words, code=2)
    for words in (("body", "list"), ("person", "list"), ("token", "list", "un"), ("trail",)):
        assert "Nom" in egide("site", *words).out or words == ("trail",)


def test_an_erased_person_stands_nowhere_but_as_a_number(site: Typed, egide: Callable[..., Said]) -> None:
    with open_database() as store:
        written(store)
    site("person", "add", "autre", "--name", "Autre Personne", "--body", "un", "--role", "administrator")
    dry = site("erase", "camille", "--dry-run")
    assert not dry["done"]
    assert set(dry["stays"]) == {"trail", "decisions", "signatures", "files", "backups"}
    (here,) = dry["named"]
    assert {key: here[key] for key in ("answers", "decisions", "questionnaires", "files")} == {
        "answers": 1, "decisions": 1, "questionnaires": 1, "files": ["liste.csv"],
    }  # fmt: skip
    done = site("erase", "camille")
    assert {**done, "done": False} == dry
    with open_database() as store, store.read() as tx:
        kept = keeping.answers(tx, "un")
        assert [one.by for one in kept.answers] == ["personne-1"]
        assert [(one.who, one.why) for one in kept.overrides] == [("personne-1, RSSI", "Vu avec personne-1")]
        assert all(NAME not in str(keeping.answers(tx, "un", at)) for at in range(1, keeping.version(tx, "un") + 1))
        assert {one.person for one in lines(tx, "un")} >= {1}
        assert LOG.verify(tx).answer is Answer.MET
        assert people.person(tx, 1) is None
        assert store.address.path is None or b"camille" not in store.address.path.read_bytes()
    assert site("person", "add", "camille", "--name", NAME, "--body", "un", "--role", "viewer")["number"] == 3
    assert "camille" not in egide("site", "erase", "camille", "--lang", "en").err
    nothing = {**here, "versions": 0, "answers": 0, "decisions": 0, "questionnaires": 0}
    assert site("erase", NAME, "--name", "--dry-run")["named"] == [nothing]
    assert "letters" in site("erase", "Li", "--name", code=2)


def test_the_last_administrator_and_a_namesake_are_not_erased_blindly(site: Typed) -> None:
    assert site("erase", "camille", "--dry-run")["alone"] == ["un"]
    assert "administer un" in site("erase", "camille", code=2)
    site("person", "add", "double", "--name", NAME.upper(), "--body", "un", "--role", "administrator")
    with open_database() as store:
        written(store)
    assert site("erase", "camille")["namesakes"] == 1
    with open_database() as store, store.read() as tx:
        assert [one.by for one in keeping.answers(tx, "un").answers] == [NAME]


class Later:
    """The database, so many days from now."""

    def __init__(self, url: str) -> None:
        self.url, self.days = url, 0

    def __call__(self) -> Store:
        from datetime import UTC, datetime

        return open_store(self.url, rooms(), clock=lambda: datetime(2026, 12, 1, tzinfo=UTC) + timedelta(days=self.days))


def test_what_is_kept_long_enough_is_forgotten_and_the_rest_is_not(empty: str) -> None:
    later, settings = Later(empty), Serving(keep_people_days=1000)
    with later() as store:
        administering.add_body(store, "un", "Organisme d’exemple")
        administering.add_person(store, "camille", NAME, "un", [Role.ADMINISTRATOR])
        gone, _ = administering.add_person(store, "partie", "Personne Partie", "un", [Role.VIEWER])
        administering.set_roles(store, "un", gone.number, [])
        written(store, "Personne Partie")
        with store.write() as tx:
            entry.begin_session(tx, 1)
            entry.add_token(tx, "un", 1, "essai", [Act.READ], 1)
            keeping.add_file(tx, "un", "b", "liste.csv", keeping.pack(b"Nom du service\nb\n"), 1)
            assert repeats.keep(tx, "t", "k", "r", {})
    expected = (
        (20, {"sessions": 1, "repeats": 1}), (100, {"links": 2, "tokens": 1, "questionnaires": 1}), (400, {"files": 1}),
        (2000, {"answers": 1, "people": 1}),
    )  # fmt: skip
    for days, forgotten in expected:
        later.days = days
        with later() as store:
            found = forgetting.outlived(store, settings)
            assert {name: count for name, count in found.items() if count} == forgotten
            assert forgetting.forget_outlived(store, settings) == found
            assert not any(forgetting.outlived(store, settings).values())
    with later() as store, store.read() as tx:
        assert keeping.version(tx, "un") == 2
        assert [one.by for one in keeping.answers(tx, "un").answers] == ["personne-2"]
        assert [one.login for one in people.everybody(tx)] == ["camille"]


def written(store: Store, name: str = NAME) -> None:
    """What a body keeps in which the name stands: a file, an answer, a decision, a link."""
    portfolios = Portfolios(store, lambda: ON)
    caller = entry.Caller(people.Person(1, "camille", name), {})
    portfolios.add_file(caller, "un", "liste.csv", LIST.encode(), "fr")
    seen = portfolios.see("un", ON, "fr")
    assert seen.judged
    asked = seen.judged.open(60)
    assert asked
    portfolios.answer(caller, "un", 0, asked.groups[0].ask, None)
    service = seen.judged.ordered[0].service.id
    portfolios.decide_beside(caller, "un", 1, Override(service, None, Verdict.ALLOWED, f"{name}, RSSI", f"Vu avec {name.upper()}", ON, ON))
    portfolios.make_link(caller, "un", name)
