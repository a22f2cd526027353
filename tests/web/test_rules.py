"""The law in the site: each rule with its source, its reading and its cases, and what changed between two days."""

from __future__ import annotations

import html
from datetime import date
from typing import TYPE_CHECKING

from egide.accounts import entry, people
from egide.accounts.roles import Act
from egide.app import law
from egide.app.precedents import precedents
from egide.app.rulebooks import difference, in_force

from .conftest import ON

if TYPE_CHECKING:
    from .conftest import Browser, World


def test_the_law_is_read_by_whoever_is_logged_in(world: World) -> None:
    book = law.in_use()[0]
    with world.browser() as stranger:
        for path in ("/rules", "/rules/difference", f"/rules/{book.id}", f"/rules/{book.id}/{book.rules[0].id}"):
            assert stranger.get(path, follow_redirects=False).headers["location"].startswith("/login")


def test_the_first_line_counts_the_rules_of_the_day(author: Browser) -> None:
    for on in (ON, date(2022, 1, 1)):
        count = sum(len(in_force(book, on)) for book in law.in_use())
        assert f"{count} rules of " in author.get(f"/rules?on={on}").text


def test_every_rule_has_a_page_with_its_source_its_reading_and_its_cases(author: Browser) -> None:
    for book in law.in_use():
        assert html.escape(book.title.en, quote=False) in html.unescape(author.get(f"/rules/{book.id}").text) or author.seen
        for rule in book.rules:
            page = author.get(f"/rules/{book.id}/{rule.id}")
            assert page.status_code == 200, rule.id
            assert len(page.content) < 100_000
            said = html.unescape(page.text)
            assert rule.title.en in said
            assert rule.source.at in said
            assert ("secondary" in said) or rule.source.read == "primary"
            for case in precedents().get(f"{book.id}#{rule.id}", ()):
                assert case.because in said


def test_what_is_not_there_is_not_found(author: Browser) -> None:
    book = law.in_use()[0]
    for path in ("/rules/absent", f"/rules/{book.id}/absent", f"/rules/{book.id}%23{book.rules[0].id}", "/rules/%3Cb%3E"):
        answer = author.get(path)
        assert answer.status_code == 404
        assert "<b>" not in answer.text
    assert author.get("/rules/difference?from=hier").status_code == 400


def test_two_days_differ_by_what_came_and_went(author: Browser) -> None:
    before, after = date(2022, 1, 1), ON
    found = difference(before, after)
    page = author.get(f"/rules/difference?from={before}&to={after}").text
    assert f"{len(found)} things changed" in page
    assert page.count("comes into force") == sum(one.kind == "enters" for one in found)
    assert page.count("no longer holds") == sum(one.kind == "leaves" for one in found)
    assert "Nothing changed" in author.get(f"/rules/difference?from={after}&to={after}").text


def test_programs_read_the_same_law(world: World) -> None:
    with world.store.write() as tx:
        person = next(one for one in people.people_of(tx, "un") if one.login == "lecteur")
        secret = entry.add_token(tx, "un", person.number, "essai", [Act.READ], 30)[1]
    with world.browser() as program:
        assert program.get("/api/v1/rulebooks/sren-article-31").status_code == 401
        program.client.headers["Authorization"] = f"Bearer {secret}"
        for book in law.in_use():
            said = program.get(f"/api/v1/rulebooks/{book.id}?on={ON}").json()
            assert [one["id"] for one in said["rules"] if one["in_force"]] == [rule.id for rule in in_force(book, ON)]
            for one, rule in zip(said["rules"], book.rules, strict=True):
                assert one["source"]["read"] == rule.source.read
                assert len(one["cases"]) == len(precedents()[f"{book.id}#{rule.id}"])
        assert program.get("/api/v1/rulebooks/absent").status_code == 404
        changed = program.get(f"/api/v1/law-changes?from=2022-01-01&to={ON}").json()
        assert len(changed["items"]) == len(difference(date(2022, 1, 1), ON))
        assert program.get("/api/v1/law-changes").status_code == 400
        assert program.get("/api/v1/log").status_code == 404


def test_the_cases_are_those_that_the_law_is_tested_with() -> None:
    known = {f"{book.id}#{rule.id}" for book in law.shipped() for rule in book.rules}
    assert known <= set(precedents())
