"""What takes longer than a page may is worked out beside the requests: the page says how far it has come, and nothing is answered twice."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from egide.accounts import entry
from egide.accounts.roles import Act
from egide.accounts.tables import PEOPLE
from egide.app.portfolio import judged
from egide.app.portfolio.ask import open_questions
from egide.app.portfolio.beside import Beside, EndingError
from egide.app.portfolio.judged import question_key

from .conftest import ON

if TYPE_CHECKING:
    from .conftest import Browser, World

QUESTIONS = "/api/v1/bodies/un/questions"


@contextmanager
def held(world: World) -> Iterator[None]:
    """Something else is being worked out meanwhile."""
    going, let = threading.Event(), threading.Event()

    def work(_: object) -> None:
        going.set()
        assert let.wait(60)

    piece = world.site.portfolios.beside.begin(work)
    assert going.wait(60)
    try:
        yield
    finally:
        let.set()
        piece.result(60)


@pytest.fixture
def token(world: World) -> dict[str, str]:
    with world.store.write() as tx:
        number = tx.execute(select(PEOPLE.c.number).where(PEOPLE.c.login == "auteur")).scalar_one()
        return {"Authorization": f"Bearer {entry.add_token(tx, 'un', number, 'programme', [Act.READ], 1)[1]}"}


def test_a_page_says_how_far_the_questions_have_come_and_then_has_them_all(
    world: World, author: Browser, workbook: bytes, token: dict[str, str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(judged, "AT_ONCE", 0)
    author.get("/b/un/portfolio")
    with held(world):
        first = author.send("/b/un/files", files={"file": ("portefeuille.xlsx", workbook)})
        assert "services wait for an answer" in first.text
        waiting = author.get("/b/un/questions")
        assert "0 of " in waiting.text
        assert waiting.headers["refresh"]
        told = author.client.get(QUESTIONS, headers=token).json()
        assert told["left"] == told["undetermined"] > 0
        assert told["items"] == []
        whole = author.client.get("/api/v1/bodies/un/portfolio", headers=token)
        assert whole.json()["questions"] is None
        assert "etag" not in whole.headers  # the same state will have another answer
    seen = world.site.portfolios.see("un", ON, "en")
    assert seen.judged
    at_once = [question_key(one.ask) for one in open_questions(seen.judged.run).groups]
    found = author.client.get(QUESTIONS, headers=token).json()
    assert found["left"] == 0
    assert [one["key"] for one in found["items"]] == at_once
    assert author.client.get("/api/v1/bodies/un/portfolio", headers=token).json()["questions"] == len(at_once)


def test_one_service_is_asked_of_alone_while_the_others_are_looked_at(
    world: World, author: Browser, workbook: bytes, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(judged, "AT_ONCE", 0)
    author.get("/b/un/portfolio")
    with held(world):
        author.send("/b/un/files", files={"file": ("p2.xlsx", workbook)})
        page = author.get("/b/un/portfolio?find=Forge logicielle").text
        service = re.search(r'href="(/b/un/services/([0-9a-f]+))"', page)
        assert service
        asked = author.get(service[1]).text
        question, version = re.search(r'name="question" value="([^"]+)"', asked), re.search(r'name="version" value="([^"]+)"', asked)
        value = re.search(r'name="value"[^>]*value="([^"]+)"', asked)
        assert question
        assert version
        assert value
        fields = {"question": question[1], "version": version[1], "value": value[1], "service": service[2]}
        assert author.send("/b/un/answers", fields).url.path == service[1]
    assert world.site.portfolios.see("un", ON, "en").version == int(version[1]) + 1


def test_what_nobody_waits_for_any_more_ends_at_its_next_step() -> None:
    place = Beside()
    begun, ended = threading.Event(), threading.Event()

    def work(step: object) -> None:
        assert callable(step)
        begun.set()
        assert ended.wait(60)
        step(1, 2)

    piece = place.begin(work)
    assert begun.wait(60)
    piece.leave()
    ended.set()
    with pytest.raises(EndingError):
        piece.result(60)
    place.close()
    with pytest.raises(EndingError):
        place.begin(lambda step: step(0, 1)).result(60)
