"""Of a long file only what stands above one company is kept, and the answer is the one that the whole file gives."""

from __future__ import annotations

import io
import random
from typing import TYPE_CHECKING, Any

import pytest
from tests.ownership.statements import as_lines, company, interest, relation, statement
from tests.ownership.worlds import ON, READINGS

from egide.ownership import bods, bods_outline
from egide.ownership.answer import ownership
from egide.ownership.bods import BAD_LINE, read_bods
from egide.ownership.bods_outline import Outline
from egide.vocabulary.errors import InputError

if TYPE_CHECKING:
    from egide.ownership.answers import Ownership

FILES = 24
COMPANIES = 7


def drawn(chance: random.Random) -> list[dict[str, Any]]:
    """Companies that hold one another; records that are updated, closed or about another company; components, silence, powers."""
    names = [f"c{number}" for number in range(COMPANIES)]
    said = [company(one, chance.choice(("FR", "DE", "US"))) for one in names if chance.random() < 0.9]
    said.append(statement("p", "person", {"personType": "knownPerson", "names": [{"fullName": "Personne Fictive"}]}))
    records = []
    for number in range(chance.randint(6, 18)):
        held = chance.choice(names)
        holder: object = chance.choice((*names, "p"))
        if chance.random() < 0.1:
            holder = {"reason": "interestedPartyHasNotProvidedInformation"}
        record = chance.choice(records) if records and chance.random() < 0.25 else f"r{number}"
        way = "indirect" if chance.random() < 0.2 else "direct"
        share = float(chance.randint(1, 60)) if chance.random() < 0.7 else {"minimum": 10, "exclusiveMaximum": chance.randint(20, 60)}
        interests = [interest(chance.choice(("shareholding", "votingRights", "appointmentOfBoard")), share=share, way=way)]
        more: dict[str, Any] = {"status": "updated" if record in records else "new", "on": f"2025-0{chance.randint(1, 9)}-01"}
        if way == "indirect" and records:
            more["componentRecords"] = chance.sample(records, min(len(records), 2))
        said.append(relation(record, holder, held, *interests, **more))
        records.append(record)
    chance.shuffle(said)
    return said


def outlined(content: bytes, name: str) -> tuple[Outline, Ownership]:
    stream = io.BytesIO(content)
    outline = Outline("x", name)
    outline.read(stream, lambda done: None)
    register = outline.register(stream, name)
    return outline, ownership(register, name, ON, READINGS)


def all_but_problems(answer: Ownership) -> dict[str, object]:
    return {field: getattr(answer, field) for field in answer.__dataclass_fields__ if field != "problems"}


def test_what_stands_above_a_company_answers_as_the_whole_file_does(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = read = 0
    for number in range(FILES):
        monkeypatch.setattr(bods, "_CHUNK", 2**16 if number % 2 else 700)
        content = as_lines(*drawn(random.Random(number)))  # noqa: S311
        whole = read_bods(content, "x")
        name = next(one for one in ("c0", "c1", "c2", "c3") if one in whole.parties)
        outline, answer = outlined(content, name)
        expected = ownership(whole, name, ON, READINGS)
        assert all_but_problems(answer) == all_but_problems(expected), (number, name)
        assert set(map(repr, answer.problems)) <= set(map(repr, expected.problems))
        kept, read = kept + outline.told.count, read + outline.count
    assert kept < read * 0.9


def test_bad_lines_are_said_wherever_they_stand_and_rows_stay_right() -> None:
    lines = as_lines(company("nuage"), company("ailleurs"), relation("r", "alpha", "nuage", interest(share=-5.0)))
    first, second, third = lines.split(b"\n")
    outline, answer = outlined(b"\n".join((b"\xef\xbb\xbf" + first, b"{bad", b"", second, third)), "nuage")
    assert outline.count == 3
    rows = {(problem.message == BAD_LINE, problem.at.row) for problem in answer.problems if problem.at.row}
    assert rows == {(True, 2), (False, 5)}


def test_a_company_is_found_by_its_name_its_number_and_its_record() -> None:
    numbered = company("nuage", identifiers=[{"id": "123456789", "scheme": "FR-SIREN"}])
    content = as_lines(numbered, company("alpha"), relation("r", "alpha", "nuage", interest(share=30.0)))
    for wanted in ("NUAGE fictive", "SIREN:123456789", "Nuage Fictive"):
        outline = Outline("x", wanted)
        outline.read(io.BytesIO(content), lambda done: None)
        assert not outline.knows(wanted)
        assert list(outline.named) == ["nuage"]
    assert outline.knows("nuage")
    assert outline.knows("alpha")
    assert not outline.knows("r")
    stream = io.BytesIO(content)
    assert dict(outline.names(stream)) == {"nuage": "nuage fictive", "alpha": "alpha fictive"}
    assert [one.subject for one in outline.details(stream, outline.tops())] == ["nuage"]


def test_nothing_above_the_nearest_is_read_when_too_much_is_there_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bods_outline, "MOST_KEPT", 1)
    chain = [relation(f"r{number}", f"c{number + 1}", f"c{number}", interest(share=100.0)) for number in range(5)]
    outline, answer = outlined(as_lines(*(company(f"c{number}") for number in range(6)), *chain), "c0")
    assert outline.told.count < outline.count
    assert bods_outline.MUCH_ABOVE in {problem.message for problem in answer.problems}
    assert {link.held for link in answer.links} == {"c0", "c1", "c2"}


def test_how_far_the_reading_is_is_told_to_the_last_byte() -> None:
    content = as_lines(*(company(f"c{number}") for number in range(2_000))) + b"\n"
    steps: list[int] = []
    Outline("x", None).read(io.BytesIO(content), steps.append)
    assert steps == sorted(steps)
    assert len(steps) > 5
    assert steps[-1] >= len(content) - 1


@pytest.mark.parametrize("content", [b"{}", b'{"statementId": 1}\n', b'{"statementID": "x", "statementType": "entityStatement"}'])
def test_a_file_without_a_statement_or_of_another_version_is_an_error(content: bytes) -> None:
    with pytest.raises(InputError):
        Outline("x", None).read(io.BytesIO(content), lambda done: None)
