"""The page as it is read: its order, its words, its escapes, its size."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from egide.papers.differences import differences
from egide.papers.document import document
from egide.papers.page import page
from egide.vocabulary.findings import Assessment, Verdict

from .golden import same_as_golden
from .world import ON, many, world

EVIL = "<script>alert(1)</script>\"'&"


def named(name: str) -> Assessment:
    """The world with its first service under another name."""
    first, *others = world().decisions
    return replace(world(), decisions=(replace(first, service=replace(first.service, name=name)), *others))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_page_reads_as_it_did(lang: str) -> None:
    same_as_golden(f"page.{lang}.html", page(world(), lang))


def test_the_sentence_comes_first_then_actions_pictures_services_proofs_and_law() -> None:
    html = page(world(), "fr")
    order = ["<h1", 'id="actions"', 'id="pictures"', 'id="services"', 'id="proofs"', 'id="problems"', 'id="law"', "<footer"]
    places = [html.index(mark) for mark in order]
    assert places == sorted(places)
    assert "4 des 15\u00a0services ne sont pas là où la loi le permet" in html


def test_a_service_named_like_a_script_stays_a_name() -> None:
    html = page(named(EVIL), "fr", marking="</style>" + EVIL)
    assert html.count("<script>") == 1
    assert html.count("</style>") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_the_page_names_no_address_and_allows_only_its_own_style_and_script() -> None:
    html = page(world(), "fr")
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", html)
    assert " style=" not in html and " onclick=" not in html
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    assert policy and policy[1].startswith("default-src &#39;none&#39;")


def test_every_tag_is_closed_and_every_anchor_leads_somewhere() -> None:
    since = differences(document(world()), world())
    for html in (page(world(), "fr", since=since), page(world(), "en"), page(Assessment(ON, ON, (), (), (), ON))):
        reader = Tags()
        reader.feed(html)
        assert reader.open == []
        assert len(reader.ids) == len(set(reader.ids))
        assert reader.links <= set(reader.ids)


class Tags(HTMLParser):
    """Which tags are open, which anchors exist, which are linked to."""

    VOID = frozenset({"meta", "link", "input", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name == "href" and value and value.startswith("#"):
                self.links.add(value[1:])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.remove(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes <{self.open[-1:]}>"
        self.open.pop()


def test_an_empty_page_teaches() -> None:
    html = page(Assessment(ON, ON, (), (), (), ON), "fr")
    assert "Aucun service" in html and "egide template" in html


def test_a_verdict_is_a_word_a_shape_and_a_colour() -> None:
    html = page(world(), "fr")
    for verdict in Verdict:
        assert f'<span class="v v-{verdict}"><svg aria-hidden="true"><use href="#v-{verdict}"/></svg>' in html
        assert f'<symbol id="v-{verdict}"' in html


def test_an_override_stands_beside_the_verdict() -> None:
    html = page(world(), "fr")
    assert "décision contraire" in html and "Migration engagée" in html


def test_the_catalogue_is_called_old_only_after_45_days() -> None:
    assert "antérieur de 69\u202fjours" in page(world(), "fr") or "antérieur de 69 jours" in page(world(), "fr")
    assert "antérieur de" not in page(replace(world(), catalogue_as_of=ON), "fr")


def test_secondary_readings_are_marked_and_listed_for_counsel() -> None:
    html = page(world(), "fr")
    assert "lecture secondaire" in html and "Ce que le conseil juridique doit lire" in html


def test_the_differences_say_what_turned() -> None:
    old = document(world())
    old["services"][4]["verdict"] = "forbidden"
    html = page(world(), "fr", since=differences(old, world()))
    assert "1 verdict a changé" in html


@pytest.mark.slow
def test_two_hundred_and_fifty_services_weigh_little() -> None:
    large = many(250)
    html = page(large, "fr")
    assert len(html.encode()) < 1_550_000
