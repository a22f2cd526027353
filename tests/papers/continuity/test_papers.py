"""The papers on continuity as prose, reviewed as such: `EGIDE_GOLDEN=write` rewrites the golden texts."""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from icalendar import Calendar
from jinja2 import Environment
from tests.papers.golden import same_as_golden
from tests.papers.notes.opening import as_text, assert_sound, plain

from egide.app.continuity.assessing import continuity
from egide.app.continuity.leaving_terms import terms
from egide.app.continuity.loss import loss
from egide.papers.continuity import papers
from egide.papers.continuity.loss import papers as loss_papers

EXAMPLES = Path(__file__).parents[3] / "examples"
ON, LOST_ON = date(2026, 11, 23), date(2026, 12, 1)


@cache
def written(lang: str, *lose: str) -> dict[str, bytes]:
    made = continuity(EXAMPLES / "continuite/service.yaml", ON, lose=lose, owners=[EXAMPLES / "continuite/captable.csv"])
    return dict(papers(made, terms(ON), lang))


@cache
def lost(lang: str) -> dict[str, bytes]:
    books = [EXAMPLES / "portefeuille.xlsx", EXAMPLES / "continuite/autres-organismes.csv"]
    made = loss("outscale", LOST_ON, books, answers=EXAMPLES / "reponses.yaml", lang=lang)
    return dict(loss_papers(made, lang))


def one_of(files: dict[str, bytes], ending: str) -> bytes:
    [content] = [content for name, content in files.items() if name.endswith(ending)]
    return content


@pytest.mark.parametrize(("lang", "ending"), [
    ("fr", "plan-de-continuite-et-de-reprise.docx"), ("fr", "plan-d-exercice.docx"), ("en", "continuity-and-recovery-plan.docx"),
    ("en", "exercise-plan.docx"),
])  # fmt: skip
def test_each_plan_reads_as_it_was_reviewed(lang: str, ending: str) -> None:
    word, open_document = one_of(written(lang), ending), one_of(written(lang), ending.replace(".docx", ".odt"))
    same_as_golden(f"continuity.{ending.removesuffix('.docx')}.txt", plain(word))
    assert_sound(word)
    assert_sound(open_document)
    header = plain(open_document).splitlines()[:3]
    assert [line for line in plain(open_document).splitlines() if line not in header] == plain(word).splitlines()[1:]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_each_letter_reads_as_it_was_reviewed(lang: str) -> None:
    for name, content in lost(lang).items():
        if name.endswith(".docx"):
            same_as_golden(f"continuity.{name.removesuffix('.docx')}.txt", plain(content))
            assert_sound(content)
            assert "PROJET" in plain(content) if lang == "fr" else "DRAFT" in plain(content)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_pages_read_as_they_were_reviewed(lang: str) -> None:
    for name, content in (("continuity", written(lang, "qualification:2118")["continuity.html"]), ("loss", lost(lang)["loss.html"])):
        body = re.sub(r"<(style|script)>.*?</\1>|<meta http-equiv[^>]*>|<svg.*?</svg>", "", content.decode(), flags=re.DOTALL)
        same_as_golden(f"continuity.{name}.{lang}.html", body)
        assert "{{" not in body and f'<html lang="{lang}">' in body


def test_a_plan_that_rests_on_a_secondary_reading_is_a_draft_and_one_that_does_not_is_none() -> None:
    leaving = plain(one_of(written("fr", "qualification:2118"), "reprise.docx"))
    assert "PROJET – Plan" in leaving and "article 25" in leaving
    assert "PROJET" not in plain(one_of(written("fr", "provider:nuage-fictif"), "reprise.docx"))


def test_what_is_missing_is_marked_in_the_plan() -> None:
    plan = plain(one_of(written("fr"), "reprise.docx"))
    assert "À compléter : continuity.components.pieces.backups[0].takes" in plan.replace("\u00a0", " ")


def test_agendas_read_the_calendars() -> None:
    for content, least in ((written("fr", "qualification:2118")["continuity.ics"], 6), (lost("en")["loss.ics"], 6)):
        events = Calendar.from_ical(content).walk("VEVENT")
        assert len(events) > least and len({event["UID"] for event in events}) == len(events)
        assert all(len(line) <= 75 for line in content.split(b"\r\n"))


def test_the_same_answer_gives_the_same_bytes() -> None:
    first = dict(written("fr", "provider:nuage-fictif"))
    written.cache_clear()
    assert written("fr", "provider:nuage-fictif") == first


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_each_letter_is_of_one_body_to_one_provider_and_names_nobody_else_s_services(lang: str) -> None:
    touched = json.loads(lost(lang)["loss.json"])["touched"]
    services = {one["name"] for one in touched}
    bodies = {"Ministère fictif de l’Exemple", "Agence fictive des Aides", "Commune fictive de Port-Imaginaire"}
    named: list[str] = []
    for name, content in lost(lang).items():
        if name.endswith(".docx"):
            letter = plain(content)
            assert len([one for one in bodies if one in letter]) == 1, name
            here = [one for one in services if one in letter]
            ending = "resiliation" in name or "termination" in name
            assert ("19.1.g" in letter) is ending, "who never had that agreement cannot end it"
            named += here
    assert sorted(named) == sorted(services), "each service in one letter"


def test_documents_say_the_same_in_both_languages() -> None:
    def tokens(content: bytes) -> object:
        said = json.loads(content)
        return [(one["disruption"], one["rto"], one["rpo"], one["reachable"]) for one in said["disruptions"]], said["score"]

    assert tokens(written("fr")["continuity.json"]) == tokens(written("en")["continuity.json"])


def test_what_a_service_is_called_is_never_markup(tmp_path: Path) -> None:
    name = "{{ 7*7 }} <b>x</b> {% for %}"
    text = (EXAMPLES / "continuite/service.yaml").read_text("utf-8").replace("Téléservice fictif des bourses", f'"{name}"')
    (tmp_path / "service.yaml").write_text(text, "utf-8")
    made = papers(continuity(tmp_path / "service.yaml", ON), terms(ON), "en")
    assert Environment(autoescape=True).from_string("{{ it }}").render(it=name) in made["continuity.html"].decode()
    assert name in plain(one_of(dict(made), "recovery-plan.docx"))


@pytest.mark.slow
def test_libreoffice_opens_every_paper(tmp_path: Path) -> None:
    files = {f"{lang}-{name}".replace(f".{kind}", f"-{kind}.{kind}"): content
             for lang in ("fr", "en") for source in (written(lang), lost(lang)) for name, content in source.items()
             for kind in ("docx", "odt") if name.endswith(f".{kind}")}  # fmt: skip
    for name, text in as_text(tmp_path, files).items():
        assert "{{" not in text and "{%" not in text, name
        assert ("avis juridique" if name.startswith("fr") else "not legal advice") in " ".join(text.split()), name
