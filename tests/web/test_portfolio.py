"""A body's portfolio in the browser: the same verdicts as the command line gives."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl

from egide.app.portfolio.assess import assess
from egide.papers.text import headline, upper_first

from .conftest import ON

if TYPE_CHECKING:
    from .conftest import Browser, World


def test_a_workbook_becomes_the_verdicts_that_the_command_gives(author: Browser, workbook: bytes, tmp_path: Path) -> None:
    author.get("/b/un/portfolio")
    assert "Which services do you run?" in author.seen
    page = author.send("/b/un/files", files={"file": ("portefeuille.xlsx", workbook)})
    assert page.url.path == "/b/un/portfolio"
    path = tmp_path / "portefeuille.xlsx"
    path.write_bytes(workbook)
    assessment = assess([path], ON, lang="en").assessment
    for decision in assessment.decisions:
        assert decision.service.name.replace("'", "&#39;") in page.text
    assert upper_first(headline(assessment, "en")) in page.text
    assert "DIFFUSION LIMITÉE" in page.text


def test_a_newer_file_of_the_same_name_takes_its_place(author: Browser, workbook: bytes) -> None:
    author.get("/b/un/portfolio")
    for _ in range(2):
        page = author.send("/b/un/files", files={"file": ("portefeuille.xlsx", workbook)})
    assert page.text.count("/remove") == 1


def test_filters_and_the_day_are_in_the_address(author: Browser, workbook: bytes) -> None:
    author.get("/b/un/portfolio")
    page = author.send("/b/un/files", files={"file": ("portefeuille.xlsx", workbook)}).text
    forbidden = re.search(r'value="forbidden">[^(]*\((\d+)\)', page)
    assert forbidden
    assert f"<caption>{forbidden[1]} services" in author.get("/b/un/portfolio?verdict=forbidden").text
    assert "1 service<" in author.get("/b/un/portfolio?find=paie des agents").text
    assert "17 May 2021" in author.get("/b/un/portfolio?on=2021-05-17").text
    assert author.get("/b/un/portfolio?on=hier").status_code == 400
    for far in ("on=9999-12-31", "on=0001-01-01"):
        assert author.get(f"/b/un/portfolio?{far}").status_code == 400
    assert author.get(f"/b/un/portfolio?from={'9' * 5000}").status_code == 200


def test_what_cannot_be_read_is_not_kept(world: World) -> None:
    with world.browser("autre") as browser:
        browser.get("/b/deux/portfolio")
        refused = browser.send("/b/deux/files", files={"file": ("p.xlsx", b"PK\x03\x04 cut")})
        assert refused.status_code == 400
        assert "Which services do you run?" in browser.get("/b/deux/portfolio").text
        assert browser.send("/b/deux/files", files={"file": ("", b"")}).status_code == 400


def test_text_from_a_file_is_never_markup(world: World) -> None:
    with world.browser("autre") as browser:
        browser.get("/b/deux/portfolio")
        page = browser.send("/b/deux/files", files={"file": ("s.csv", b"Nom,Hebergement\n<script>alert(1)</script>,\"<b>x\"\n")})
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text


def test_answering_in_place_turns_the_verdict(world: World, workbook: bytes) -> None:
    with world.browser("auteur") as browser:
        browser.get("/b/un/portfolio")
        browser.send("/b/un/files", files={"file": ("portefeuille.xlsx", workbook)})
        page = browser.get("/b/un/portfolio?find=Forge logicielle").text
        service = re.search(r'href="(/b/un/services/[0-9a-f]+)"', page)
        assert service
        asked = browser.get(service[1]).text
        assert "Undetermined" in asked
        told = browser.send("/b/un/answers", {**_hidden(asked), "value": "s3ns-crypt3ns", "source": "contrat"})
        assert told.url.path == service[1]
        assert "Your answer turned the verdict from Undetermined to Forbidden" in told.text


def test_of_two_who_answer_one_question_the_second_sees_that_somebody_was_quicker(world: World, workbook: bytes) -> None:
    with world.browser("auteur") as one, world.browser("auteur") as other:
        one.get("/b/un/portfolio")
        one.send("/b/un/files", files={"file": ("portefeuille.xlsx", workbook)})
        seen = one.get("/b/un/questions").text
        assert other.get("/b/un/questions").text.count("name=\"question\"") == seen.count("name=\"question\"")
        forms = seen.split("<form class=\"card ask-form\"")[1:]
        first = _hidden(forms[0]) | {"value": "nobody-knows"}
        assert one.send("/b/un/answers", first).status_code == 200
        assert other.send("/b/un/answers", first | {"source": "ailleurs"}).status_code == 409
        other.get("/b/un/questions")
        assert other.send("/b/un/answers", _hidden(forms[-1]) | {"value": "nobody-knows"}).status_code == 200


def test_what_is_no_answer_is_refused_and_nothing_is_kept(world: World, workbook: bytes) -> None:
    with world.browser("auteur") as browser:
        browser.get("/b/un/portfolio")
        browser.send("/b/un/files", files={"file": ("portefeuille.xlsx", workbook)})
        seen = browser.get("/b/un/questions").text
        for value in ("", "peut-être", "<b>"):
            browser.seen = seen
            assert browser.send("/b/un/answers", _hidden(seen) | {"value": value}).status_code == 400
        assert browser.get("/b/un/questions").text.count("name=\"question\"") == seen.count("name=\"question\"")


def test_every_service_has_its_page_on_any_day(world: World, workbook: bytes) -> None:
    with world.browser("lecteur") as browser:
        keys = set(re.findall(r'href="(/b/un/services/[0-9a-f]+)"', browser.get("/b/un/portfolio").text))
        assert keys
        for key in keys:
            assert browser.get(key).status_code == browser.get(key + "?on=2023-01-01").status_code == 200
        assert browser.get("/b/un/services/0000").status_code == 404


def _hidden(form: str) -> dict[str, str]:
    """The hidden fields of the first form of a question."""
    start = form.index('name="question"')
    piece = form[max(0, start - 400) : start + 400]
    return dict(re.findall(r'type="hidden" name="(question|version|service)" value="([^"]*)"', piece))


def test_the_marking_of_a_body_stands_on_its_papers_and_on_the_pages_of_others_who_see_its_matters(world: World, workbook: bytes) -> None:
    marking = "DIFFUSION LIMITÉE"
    with world.browser("auteur") as author, world.browser() as owner:
        author.get("/b/un/portfolio")
        author.send("/b/un/files", files={"file": ("p.xlsx", workbook)})
        for query in ("", "?anonymised=yes"):
            book = openpyxl.load_workbook(io.BytesIO(author.get(f"/b/un/papers/egide.xlsx{query}").content))
            assert marking in [cell.value for row in book.worksheets[0].iter_rows(max_row=4) for cell in row]
            assert all(sheet.oddHeader.center.text == marking for sheet in book)
        assert marking in author.get("/b/un/papers/egide.html").text
        service = author.get("/b/un/portfolio").text.partition("/b/un/services/")[2][:16]
        with zipfile.ZipFile(io.BytesIO(author.get(f"/b/un/services/{service}/notes.zip").content)) as notes:
            name = next(one for one in notes.namelist() if one.endswith(".docx"))
            with zipfile.ZipFile(io.BytesIO(notes.read(name))) as note:
                assert marking in note.read("word/header1.xml").decode()
        author.get("/b/un/questions")
        made = author.send("/b/un/questionnaires", {"owner": "Agence comptable"}).text
        link = made.partition("/q/")[2].partition("<")[0].partition('"')[0]
        assert f'class="marking">{marking}<' in owner.get(f"/q/{link}").text
        for path in ("portfolio", "questions", "calendar", "people", "label", "works", f"services/{service}"):
            assert f'class="marking">{marking}<' in author.get(f"/b/un/{path}").text, path
