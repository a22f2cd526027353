"""A body's portfolio in the browser: the same verdicts as the command line gives."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app.assess import assess
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
    forbidden = re.search(r"forbidden \((\d+)\)", page)
    assert forbidden
    assert f"<caption>{forbidden[1]} services" in author.get("/b/un/portfolio?verdict=forbidden").text
    assert "1 service<" in author.get("/b/un/portfolio?find=paie des agents").text
    assert "17 May 2021" in author.get("/b/un/portfolio?on=2021-05-17").text
    assert author.get("/b/un/portfolio?on=hier").status_code == 400


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
