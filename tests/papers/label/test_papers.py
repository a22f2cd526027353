"""The papers that a provider signs, as prose: `EGIDE_GOLDEN=write` rewrites the golden texts, and a person reads them again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from egide.papers.label.notes import PAPERS, ROOM, label_papers, notices
from egide.papers.notes.base import FORMATS, base_template
from egide.vocabulary.errors import InputError

from ..golden import same_as_golden
from ..notes.opening import as_text, assert_sound, plain
from .world import clean, gaps, label, levels, simulation, weighted


def written(lang: str = "fr", kind: str = "docx") -> Mapping[str, bytes]:
    return {**label_papers(label(), lang, kind, gaps=gaps()), **notices(simulation(), lang, kind)}


def paper(ending: str, lang: str = "fr", kind: str = "docx") -> str:
    (content,) = [content for name, content in written(lang, kind).items() if name.endswith(f"{ending}.{kind}")]
    return plain(content)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_each_paper_reads_as_it_was_reviewed(lang: str) -> None:
    for name, content in written(lang).items():
        if not name.endswith(("-c2.docx", "-anssi.docx")):
            same_as_golden(f"label.{name.removesuffix('.docx')}.txt", plain(content))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_both_formats_say_the_same_thing(lang: str) -> None:
    word, open_document = written(lang, "docx"), written(lang, "odt")
    assert [name.removesuffix(".docx") for name in word] == [name.removesuffix(".odt") for name in open_document]
    for one, other in zip(word.values(), open_document.values(), strict=True):
        assert_sound(one)
        assert_sound(other)
        header = plain(other).splitlines()[:3]
        assert plain(one).splitlines()[1:] == [line for line in plain(other).splitlines() if line not in header]


@pytest.mark.slow
def test_libreoffice_opens_every_paper(tmp_path: Path) -> None:
    files = {f"{lang}-{kind}-{name}": content for lang in ("fr", "en") for kind in FORMATS for name, content in written(lang, kind).items()}
    for name, text in as_text(tmp_path, files).items():
        assert "{{" not in text and "{%" not in text, name
        assert ("avis juridique" if name.startswith("fr-") else "not legal advice") in " ".join(text.split()), name


def test_every_kind_of_scheme_makes_its_papers() -> None:
    for one in (clean(), levels(), weighted()):
        for kind in FORMATS:
            assert all(plain(content) for content in label_papers(one, "en", kind).values())


def test_the_report_says_that_it_is_no_qualification() -> None:
    assert "Ce n’est jamais une qualification" in paper("rapport-de-label") and "article 31" in paper("rapport-de-label")


def test_a_notice_names_its_addressee_its_day_and_no_other_customer() -> None:
    mine = paper("information-des-clients-c1")
    assert "Ministère fictif des Horizons" in mine and "Hôpital fictif" not in mine
    assert "22 janv. 2027" in mine and "19.6.f" in mine and "19.1.g" in mine
    assert len(notices(simulation(), "fr", "docx")) == 3
    assert notices(replace(simulation(), notices=()), "fr", "docx") == {}


def test_a_risk_that_nobody_accepted_keeps_the_statement_open() -> None:
    assert "État à compléter avant remise" in paper("risques-residuels")
    accepted = tuple(replace(one, residual="low", accepted_by="direction juridique") for one in label().dossier.risks)
    settled = replace(label(), dossier=replace(label().dossier, risks=accepted))
    (content,) = [content for name, content in label_papers(settled, "fr", "docx").items() if "risques" in name]
    assert "État à compléter avant remise" not in plain(content)


def test_the_third_parties_stand_under_those_that_employ_them() -> None:
    annexes = paper("tiers-et-donnees-techniques")
    assert annexes.index("Exploitant fictif SARL") < annexes.index("Sonde fictive Ltd") and "pour Exploitant fictif SARL" in annexes


def test_our_templates_are_ordinary_templates() -> None:
    ours = {f"{name}.docx": base_template(name, "fr", "docx", ROOM) for name in PAPERS}
    assert label_papers(label(), "fr", "docx", gaps=gaps(), templates=ours) == label_papers(label(), "fr", "docx", gaps=gaps())


def test_a_template_that_no_paper_uses_is_refused() -> None:
    with pytest.raises(InputError, match=r"report\.docx"):
        label_papers(label(), "fr", "docx", templates={"rapport.docx": b""})


def test_what_an_offer_is_called_is_never_read_as_a_tag() -> None:
    name = "{{ 7*7 }} {% for x in y %} <w:p/>"
    for kind in FORMATS:
        named = replace(label(), dossier=replace(label().dossier, name=name))
        assert all(name in plain(content) for content in label_papers(named, "fr", kind).values())
