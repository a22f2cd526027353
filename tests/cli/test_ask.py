"""`egide ask`: from questions to verdicts, at the terminal and through questionnaires."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
from openpyxl import load_workbook

from egide.cli import door

ON = ("--on", "2026-11-23")


class Typing(io.StringIO):
    """A person at the keyboard: says no to everything, and picks the first choice when there is no «no»."""

    def __init__(self, replies: Iterator[str]) -> None:
        super().__init__()
        self.replies = replies

    def readline(self, *_: object) -> str:
        return next(self.replies, "q") + "\n"

    def isatty(self) -> bool:
        return True


def test_without_a_terminal_the_questions_are_listed_most_decisive_first(egide, portfolio, answers):
    questions = json.loads(egide("ask", portfolio, "--answers", answers, *ON, "--json").out)
    assert questions["undetermined"] > 0
    settles = [question["settles"] for question in questions["questions"]]
    assert settles == sorted(settles, reverse=True)


def test_answers_are_kept_after_each_question_with_who_and_when(egide, tmp_path, monkeypatch):
    file, kept = tmp_path / "un.csv", tmp_path / "answers.yaml"
    file.write_text("Service;SIREN;Hébergement\nSite;000000109;Scaleway Paris\n", encoding="utf-8")
    monkeypatch.setattr("sys.stdin", Typing(iter(["2", "q"])))
    said = egide("ask", file, "--answers", kept, "--by", "le RSSI", *ON)
    assert said.code == 3
    written = kept.read_text(encoding="utf-8")
    assert "le RSSI" in written
    assert "2026-11-23" in written


def test_asking_brings_every_row_to_a_verdict_without_a_default(egide, tmp_path, monkeypatch):
    file, kept = tmp_path / "trois.csv", tmp_path / "answers.yaml"
    rows = "Site;000000109;Scaleway Paris\nPaie;000000109;AWS Paris\nIntranet;000000109;\n"
    file.write_text("Service;SIREN;Hébergement\n" + rows, encoding="utf-8")
    monkeypatch.setattr("sys.stdin", Typing(_no_or_first()))
    said = egide("ask", file, "--answers", kept, "--by", "le RSSI", *ON)
    assert said.code == 0, said.out[-2000:]
    document = json.loads(egide("assess", file, "--answers", kept, *ON, "--json").out)
    assert all(service["verdict"] != "undetermined" for service in document["services"])


def _no_or_first() -> Iterator[str]:
    yield from ("non" if count % 2 else "1" for count in range(2000))


def test_a_questionnaire_goes_out_and_comes_back(egide, portfolio, tmp_path):
    forms, kept = tmp_path / "forms", tmp_path / "answers.yaml"
    sent = egide("ask", portfolio, "--answers", kept, "--forms", forms, *ON)
    assert sent.code == 0
    paths = sorted(forms.glob("*.xlsx"))
    assert paths
    before = json.loads(egide("ask", portfolio, "--answers", kept, *ON, "--json").out)["undetermined"]
    answered = _fill(paths)
    back = egide("ask", portfolio, "--answers", kept, "--merge", forms, *ON)
    assert back.code in (0, 3), back.err
    assert answered > 0
    after = json.loads(egide("ask", portfolio, "--answers", kept, *ON, "--json").out)["undetermined"]
    assert after < before


def _fill(paths) -> int:
    """Answer no wherever no can be answered, as a data owner would in a spreadsheet program."""
    filled = 0
    for path in paths:
        book = load_workbook(path)
        for sheet in book:
            header = next((row for row in sheet.iter_rows(max_row=20) if any(cell.value == "Réponse" for cell in row)), None)
            if header is None:
                continue
            reply = next(cell.column for cell in header if cell.value == "Réponse")
            for row in range(header[0].row + 1, sheet.max_row + 1):
                if sheet.cell(row, 1).value:
                    sheet.cell(row, reply).value = "non"
                    filled += 1
        book.save(path)
    return filled


def test_forms_and_merge_together_are_refused(egide, portfolio, tmp_path):
    said = egide("ask", portfolio, "--forms", tmp_path, "--merge", tmp_path)
    assert said.code == 2


@pytest.mark.parametrize("replies", [("oui", "1", "3", "FR"), ("non", "2", "3", "US", "1")])
def test_an_offer_that_the_catalogue_does_not_hold_is_asked_to_a_verdict(egide, tmp_path, monkeypatch, replies):
    file, kept = tmp_path / "un.csv", tmp_path / "answers.yaml"
    file.write_text("Service;SIREN;Hébergement\nRendez-vous;000000109;logiciel fictif de rendez-vous\n", encoding="utf-8")
    answer = "{fact: hosting.offer, services: [rendez-vous-000000109], value: unlisted, by: la DSI, on: 2026-11-20}"
    kept.write_text(f"schema: egide/answers/1\nanswers:\n- {answer}\n", encoding="utf-8")
    monkeypatch.setattr("sys.stdin", Typing(iter(replies * 100)))
    said = egide("ask", file, "--answers", kept, "--by", "le RSSI", *ON)
    assert said.code == 0, said.out[-1500:]
    (service,) = json.loads(egide("assess", file, "--answers", kept, *ON, "--json").out)["services"]
    assert service["verdict"] != "undetermined"


def test_an_offer_that_the_catalogue_does_not_hold_is_not_qualified(egide, tmp_path):
    file, kept = tmp_path / "un.csv", tmp_path / "answers.yaml"
    header = "Service;SIREN;Hébergement;Statut de l’organisme;Informations classifiées;Diffusion Restreinte;Secret CRPA;"
    header += "Atteinte en cas de violation"
    file.write_text(f"{header}\nDossiers;000000109;logiciel fictif;État;non;non;oui;oui\n", encoding="utf-8")
    facts = ("hosting.offer, value: unlisted", "offer.model, value: commercial", "offer.provider_nature, value: private",
             "derogation.requested, value: false")  # fmt: skip
    answers = "".join(f"- {{fact: {one}, services: [dossiers-000000109], by: la DSI, on: 2026-11-20}}\n" for one in facts)
    kept.write_text(f"schema: egide/answers/1\nanswers:\n{answers}", encoding="utf-8")
    (service,) = json.loads(egide("assess", file, "--answers", kept, *ON, "--json").out)["services"]
    assert service["verdict"] == "forbidden"


@pytest.fixture(autouse=True)
def french():
    door.LANG = "fr"
