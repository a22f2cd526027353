"""MonServiceSécurisé's own template, filled with invented rows: read without help, then asked to the end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from .test_ask import ON, Typing

CLOUD = "Le système d’information repose sur une infrastructure ou une plateforme Cloud (IaaS/PaaS)"
SAAS = "Le système est entièrement fourni et vous l'utilisez directement via une interface (SaaS)"
ROWS = (
    ("Service fictif en ligne", "000 000 109 00003", CLOUD, "Accessible depuis internet", "Au sein de l'Union européenne"),
    ("Logiciel fictif de paie", "000 000 109 00003", SAAS, "Interne à l'organisation", "Au sein de l'Union européenne"),
    ("Serveur fictif de fichiers", "000 000 109 00003", "Hébergement interne (On-premise)", "Interne à l'organisation",
     "Au sein de l'Union européenne"),
    ("Portail fictif", "000 000 109 00003", CLOUD, "Accessible depuis internet", "En partie ou totalement hors de l'Union européenne"),
)  # fmt: skip


@pytest.fixture
def filled(shared: Path, tmp_path: Path) -> Path:
    book = load_workbook(shared / "data" / "mss" / "template-services-v2.xlsx")
    sheet = book["Template services"]
    for row, (name, siret, hosting, opening, place) in enumerate(ROWS, 7):
        for column, value in zip("ABCDIJKLMN", (name, siret, "En conception", "Service en ligne", hosting, opening, "Moyenne",
                                                "Moins de 4h", "Faible", place), strict=True):  # fmt: skip
            sheet[f"{column}{row}"] = value
    path = tmp_path / "mss.xlsx"
    book.save(path)
    return path


def test_the_template_is_read_without_help(egide, filled):
    document = json.loads(egide("assess", filled, *ON, "--json").out)
    assert [service["name"] for service in document["services"]] == [row[0] for row in ROWS]
    assert all(service["body"]["siren"] == "000000109" for service in document["services"])
    assert all(service["verdict"] == "undetermined" for service in document["services"]), "nothing is guessed"


@pytest.mark.parametrize("reply", ["non", "1", "2"])
def test_asking_brings_every_row_to_a_verdict(egide, filled, tmp_path, monkeypatch, reply):
    """Whatever is answered: always no, always the first choice, always the second."""
    kept = tmp_path / "answers.yaml"
    monkeypatch.setattr("sys.stdin", Typing(_replies(reply)))
    said = egide("ask", filled, "--answers", kept, "--by", "le RSSI", *ON)
    assert said.code == 0, said.out[-1500:]
    document = json.loads(egide("assess", filled, "--answers", kept, *ON, "--json").out)
    assert {service["verdict"] for service in document["services"]} & {"undetermined"} == set()


def _replies(reply: str) -> Iterator[str]:
    """The same answer over and over; where it does not fit, a date, an amount or a word that does."""
    while True:
        yield from (reply, "1", "2026-01-01", "0", "FR")
