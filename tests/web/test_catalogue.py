"""The catalogue for whoever is logged in: search, one offer, several side by side."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING

import pytest
from tests.catalogue.kept.bringing import file, pack

from egide.accounts import entry, people
from egide.accounts.roles import Act
from egide.app.catalogue.compare import compare_offers
from egide.app.catalogue.known import Making
from egide.app.catalogue.search import finder
from egide.app.portfolio import assess
from egide.catalogue.kept.writing import keep
from egide.catalogue.search import chosen, fields, parse
from egide.papers.offers import comparison_document
from egide.web.pages.catalogue import condition_of

from .conftest import ON

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .conftest import Browser, World


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Indexes of these tests are kept apart, and made once."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("home")
        patch.setenv("EGIDE_HOME", str(home))
        yield home


@pytest.fixture(scope="module", autouse=True)
def _made(cache: Path, world: World) -> None:
    """The index is there before a page asks: on a busy machine making it takes longer than a page waits."""
    assert cache.is_dir()
    world.site.known.whole_finder(ON)


def rows(page: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'name="offer" value="([^"]+)" aria-label', page)]


def test_nobody_reads_it_without_logging_in(world: World) -> None:
    with world.browser() as stranger:
        for path in ("/catalogue", "/catalogue/offers?id=outscale", "/catalogue/compare?offer=a&offer=b", "/catalogue/compare.csv"):
            assert stranger.get(path, follow_redirects=False).headers["location"].startswith("/login")


def test_what_is_listed_is_what_the_index_gives(author: Browser) -> None:
    page = author.get("/catalogue?where=qualified%3DSecNumCloud&sort=name").text
    answer = finder(ON).ask("", parse("qualified=SecNumCloud"), limit=25, sort="name")
    assert rows(page) == [hit["key"] for hit in answer.hits]
    assert f"{answer.total} offers answer" in page


def test_each_count_narrows_to_as_many_as_it_says(author: Browser) -> None:
    index = finder(ON)
    answer = index.ask("", parse(""), limit=0, facets=chosen(()))
    asked = 0
    for facet in answer.facets:
        for one in facet.counts:
            condition = condition_of(fields()[facet.field], one)
            if condition is not None:
                asked += 1
                assert index.ask("", parse(condition), limit=0).total == one.count, condition
    assert asked > 30
    page = author.get("/catalogue").text
    link = re.search(r'<a href="(/catalogue\?f=qualification[^"]*qualified[^"]*)">', page)
    assert link
    assert "Narrowed to" in author.get(html.unescape(link[1])).text


def test_what_is_left_out_as_unknown_is_counted_and_listed(author: Browser) -> None:
    answer = finder(ON).ask("", parse("price<1"), limit=25, sort="name", unknown=True)
    assert answer.unknown
    assert f"{answer.unknown} more may" in author.get("/catalogue?where=price%3C1").text
    page = author.get("/catalogue?where=price%3C1&unknown=1&sort=name").text
    assert rows(page) == [hit["key"] for hit in answer.hits]


def test_a_condition_that_cannot_be_read_is_pointed_at_and_nothing_is_hidden(author: Browser) -> None:
    answer = author.get("/catalogue?where=couleur%3D%3Cb%3E")
    assert answer.status_code == 200
    assert "could not be read" in answer.text
    assert "<b>" not in answer.text
    assert rows(answer.text)


def test_a_page_beyond_the_end_says_where_the_list_ends(author: Browser) -> None:
    total = finder(ON).ask("", parse(""), limit=0).total
    last = -(-total // 25)
    page = author.get("/catalogue?page=9999").text
    assert f"it has {last} pages" in page
    assert f'href="/catalogue?page={last}"' in page
    assert not rows(page)
    assert len(rows(author.get(f"/catalogue?page={last}").text)) == total - 25 * (last - 1)


def test_offers_set_aside_stay_while_one_searches_on(author: Browser) -> None:
    page = author.get("/catalogue?offer=scaleway&q=stockage").text
    assert 'value="scaleway" checked' in page
    assert "offer=scaleway" in page[page.index('class="facet"') :]


def test_an_offers_page_says_first_whether_it_is_qualified_and_who_says_so(author: Browser) -> None:
    offers = assess.catalogue()
    for offer in offers.offers:
        answer = author.get(f"/catalogue/offers?id={offer.id}")
        assert answer.status_code == 200
        assert len(answer.content) < 100_000
        assert html.escape(offer.name, quote=False) in html.unescape(answer.text) or offer.name in html.unescape(answer.text)
        for other in offers.offers:
            if offer.id in other.built_on:
                assert f"id={other.id}" in answer.text
    first = next(one for one in offers.offers if one.qualifications)
    assert "SecNumCloud" in author.get(f"/catalogue/offers?id={first.id}").text
    absent = author.get("/catalogue/offers?id=scalewey")
    assert absent.status_code == 404
    assert 'href="/catalogue/offers?id=scaleway"' in absent.text
    assert author.get("/catalogue/offers").status_code == 404


def test_the_services_of_other_bodies_are_never_named(world: World, workbook: bytes) -> None:
    with world.browser("auteur") as browser:
        browser.get("/b/un/portfolio")
        browser.send("/b/un/files", files={"file": ("portefeuille.xlsx", workbook)})
        hosted = re.search(r"id=([a-z0-9-]+)", browser.get("/catalogue").text)
        assert hosted
        pages = [browser.get(f"/catalogue/offers?id={one.id}").text for one in assess.catalogue().offers]
        shown = [one.id for one, page in zip(assess.catalogue().offers, pages, strict=True) if "/b/un/services/" in page]
        assert shown
    with world.browser("autre") as browser:
        for one in shown:
            assert "/b/un/" not in browser.get(f"/catalogue/offers?id={one}").text
        assert browser.get("/catalogue/compare?offer=scaleway&offer=outscale&body=un").status_code == 404


def test_a_comparison_needs_two_offers_and_shows_a_bodys_services_on_each(author: Browser) -> None:
    assert author.get("/catalogue/compare?offer=scaleway").status_code == 400
    assert author.get("/catalogue/compare?offer=scaleway&offer=scaleway").status_code == 400
    page = author.get("/catalogue/compare?offer=scaleway&offer=aws&body=un")
    assert page.status_code == 200
    assert len(page.content) < 100_000
    assert "May your services run there?" in page.text
    assert author.get("/catalogue/compare.xlsx?offer=scaleway&offer=aws").content[:2] == b"PK"
    assert author.get("/catalogue/compare.csv?offer=scaleway&offer=aws").content.startswith(b"\xef\xbb\xbf")


def test_pages_exist_in_both_languages(world: World) -> None:
    with world.browser("lecteur", lang="fr") as browser:
        assert "offres répondent" in browser.get("/catalogue").text
        assert "SecNumCloud" in browser.get("/catalogue/offers?id=scaleway").text


def test_programs_read_the_same_comparison(world: World) -> None:
    with world.store.write() as tx:
        person = next(one for one in people.people_of(tx, "un") if one.login == "lecteur")
        secret = entry.add_token(tx, "un", person.number, "essai", [Act.READ], 30)[1]
    with world.browser() as program:
        program.client.headers["Authorization"] = f"Bearer {secret}"
        said = program.get("/api/v1/comparison?offer=scaleway&offer=aws").json()
        assert said == json.loads(json.dumps(comparison_document(compare_offers(["scaleway", "aws"], ON)[0]), default=str))
        assert program.get("/api/v1/comparison?offer=scaleway").status_code == 400
        assert program.get("/api/v1/comparison?offer=scaleway&offer=absente").status_code == 400


def test_while_an_import_goes_on_the_index_of_before_answers_and_says_so(world: World) -> None:
    known = world.site.known
    before = known.whole_finder(ON).columns.count
    with world.store.write() as tx:
        keep(tx, [file(pack("urn:offre:venue", name="Offre venue"))], ON)
    assert isinstance(known.finder(ON, 0.0), Making)
    earlier = known.earlier(ON)
    assert earlier is not None
    assert earlier.columns.count == before
    assert known.whole_finder(ON).columns.count == before + 1
