"""Files damaged at random: whatever the bytes, an answer or an `InputError`, and nothing else."""

from __future__ import annotations

import io
import random
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.portfolio.making import OFFERS, book
from tests.portfolio.test_answers import FILE as ANSWERS
from tests.portfolio.test_bad_input import compound, ods, ods_row, record
from tests.portfolio.test_reading import HEADERS, ROW, csv

from egide.portfolio import (
    Ask,
    Reading,
    questionnaire,
    read_answers,
    read_mapping,
    read_questionnaire,
    read_services,
    template,
    write_mapping,
)
from egide.vocabulary.errors import InputError
from egide.vocabulary.facts import FACTS

WORKBOOK = book({"Inventaire": [["Titre"], HEADERS, ROW, ROW], "Organismes": [["SIREN", "Statut"], ["000000109", "État"]]})
MAPPING = write_mapping(read_services(WORKBOOK, "a.xlsx", OFFERS).mapping_used)
LISTED = b"services:\n  - {name: Paie, siret: '00000010900009', facts: {data.personal: true}, hostings: [Nuage]}\n"
SENT = questionnaire("Bureau fictif", [Ask(FACTS["data.secret"], (("paie", "Paie"),))], "fr")
OLD = compound("Workbook", streams=record(0x809, b"\0\x06\x05\0" + bytes(12)) + record(0x0A, b""))


def services(content: bytes) -> object:
    return read_services(content, "liste.xlsx", OFFERS)


READERS = {
    "workbook": (WORKBOOK, services),
    "our workbook": (template(OFFERS), services),
    "open document": (ods(ods_row(*HEADERS) + ods_row(*ROW)), services),
    "old workbook": (OLD, services),
    "delimited": (csv(HEADERS, ROW, ROW), services),
    "delimited, utf-16": (csv(HEADERS, ROW, ROW, encoding="utf-16"), services),
    "list": (LISTED, services),
    "mapping": (MAPPING, lambda content: read_mapping(content, "m.yaml")),
    "answers": (ANSWERS.encode(), lambda content: read_answers(content, "a.yaml")),
    "questionnaire": (SENT, lambda content: read_questionnaire(content, "q.xlsx")),
}


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The bytes with a few of them changed, cut out, doubled or lost at the end."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(changed) + 1)
        match chance.randrange(5):
            case 0:
                changed[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del changed[at : at + chance.randint(1, 30)]
            case 2:
                changed[at:at] = changed[at : at + chance.randint(1, 30)]
            case 3:
                changed[at:at] = chance.choice((b"\0", b"<", b'"', b"&#0;", b"999999999", b"- ", b"{", b"\xff\xff", b"\n\n", b"']"))
            case _:
                changed[at:] = changed[at : max(at, len(changed) - chance.randint(0, 40))]
    return bytes(changed)


def damaged_inside(content: bytes, chance: random.Random) -> bytes:
    """The archive with one of its parts damaged, whole as an archive."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        chosen = chance.choice(names)
        for name in names:
            part = old.read(name)
            new.writestr(name, damaged(part, chance) if name == chosen else part)
    return held.getvalue()


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("seed", range(4))
def test_damage_gives_an_answer_or_an_input_error(kind, seed):
    content, reader = READERS[kind]
    chance = random.Random(f"{kind} {seed}")  # noqa: S311 - the same damage at each run
    for _ in range(40):
        inside = content[:2] == b"PK" and chance.random() < 0.7
        attempt = damaged_inside(content, chance) if inside else damaged(content, chance)
        try:
            reader(attempt)
        except InputError as error:
            assert error.message


@pytest.mark.parametrize("kind", READERS)
def test_a_file_cut_anywhere_gives_an_answer_or_an_input_error(kind):
    content, reader = READERS[kind]
    for end in range(0, len(content), max(1, len(content) // 60)):
        try:
            reader(content[:end])
        except InputError as error:
            assert error.message


@settings(deadline=None)
@given(st.binary(max_size=400), st.sampled_from((b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"services:\n")))
def test_any_bytes_give_an_answer_or_an_input_error(content, beginning):
    for _, reader in READERS.values():
        try:
            reader(beginning + content)
        except InputError as error:
            assert error.message


NAMES = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12), min_size=1, max_size=8)


@given(st.lists(NAMES, min_size=1, max_size=12), st.sampled_from(";,\t|"))
def test_no_table_of_texts_loses_a_row_in_silence(rows, separator):
    """Every line that holds something is a service, or a reported one, or stands above the header."""
    table = [["Application", "Hébergeur"], *rows]
    quoted = "\n".join(separator.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in table)
    try:
        reading = read_services(quoted.encode(), "liste.csv", OFFERS)
    except InputError:
        return
    assert isinstance(reading, Reading)
    first = reading.mapping_used.sheets[0].header_row + 1
    used = reading.mapping_used.sheets[0].columns
    spoken = {service.at.row for service in reading.services} | {problem.at.row for problem in reading.problems}
    for number, row in enumerate(table[first:], start=first + 1):
        if any(use.index < len(row) and row[use.index].strip() for use in used):
            assert number in spoken
