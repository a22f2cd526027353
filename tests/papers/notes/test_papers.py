"""Each paper as prose, reviewed as such: `EGIDE_GOLDEN=write` rewrites the golden texts, and a person reads them again."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from egide.papers.notes import FORMATS, base_template, notes
from egide.vocabulary.findings import Answer, Decision, Proof, Verdict

from .invented import CASES, ON, allowed, assessment, claim, derogated, forbidden, r9, two_hostings, undetermined
from .opening import as_text, assert_sound, parts, plain

GOLDEN = Path(__file__).parent / "golden"


def written(decision: Decision, lang: str = "fr", kind: str = "docx") -> dict[str, bytes]:
    return dict(notes(decision, assessment(decision), lang, kind))


def paper(decision: Decision, ending: str, lang: str = "fr", kind: str = "docx") -> str:
    (content,) = [content for name, content in written(decision, lang, kind).items() if name.endswith(f"{ending}.{kind}")]
    return plain(content)


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("case", CASES)
def test_each_paper_reads_as_it_was_reviewed(case: str, lang: str) -> None:
    for name, content in written(CASES[case](), lang).items():
        golden = GOLDEN / f"{case}.{name.removesuffix('.docx')}.txt"
        if os.environ.get("EGIDE_GOLDEN") == "write":
            golden.parent.mkdir(exist_ok=True)
            golden.write_text(plain(content), encoding="utf-8", newline="\n")
        assert plain(content) == golden.read_text("utf-8"), f"{golden.name}: read it again, then EGIDE_GOLDEN=write"


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("case", CASES)
def test_both_formats_say_the_same_thing(case: str, lang: str) -> None:
    word, open_document = written(CASES[case](), lang, "docx"), written(CASES[case](), lang, "odt")
    assert [name.removesuffix(".docx") for name in word] == [name.removesuffix(".odt") for name in open_document]
    for one, other in zip(word.values(), open_document.values(), strict=True):
        assert_sound(one)
        assert_sound(other)
        header = plain(other).splitlines()[:3]
        assert plain(one).splitlines()[1:] == [line for line in plain(other).splitlines() if line not in header]


@pytest.mark.slow
def test_libreoffice_opens_every_paper(tmp_path: Path) -> None:
    files = {
        f"{case}-{lang}-{name}".replace(f".{kind}", f"-{kind}.{kind}"): content
        for case in CASES for lang in ("fr", "en") for kind in FORMATS
        for name, content in written(CASES[case](), lang, kind).items()
    }  # fmt: skip
    shown = as_text(tmp_path, files)
    for name, text in shown.items():
        assert "{{" not in text and "{%" not in text, name
        assert ("avis juridique" if "-fr-" in name else "not legal advice") in " ".join(text.split()), name
        assert re.search(r"\b1 ?/ ?[1-9]", text), f"{name} has no page number"
    note = next(text for name, text in shown.items() if name.startswith("forbidden-fr") and "note-de-decision-docx" in name)
    assert "PROJET" in note and "Paie des agents" in note and "USAGE INTERNE" in note


def test_the_same_decision_gives_the_same_bytes() -> None:
    assert written(forbidden()) == written(forbidden())


def test_a_note_that_rests_on_a_secondary_source_is_a_draft_and_says_what_to_read() -> None:
    note = paper(forbidden(), "note-de-decision")
    assert "PROJET – Note de décision" in note
    assert "PROJET – à faire lire" in note.splitlines()[0]
    assert "Circulaire n° 6404/SG du 31 mai 2023 : R9" in note.replace("\u00a0", " ")
    assert "PROJET" not in paper(allowed(), "note-de-decision")


def test_a_service_allowed_because_a_secondary_text_does_not_reach_it_is_a_draft_too() -> None:
    decision = allowed()
    (host,) = decision.hostings
    scope = Proof("applies", Answer.NOT_MET, children=(Proof("body_is_bound", Answer.MET), Proof("all", Answer.NOT_MET)))
    spared = replace(r9(Answer.MET), proof=Proof("rule", Answer.MET, children=(scope,)))
    spared_by_it = replace(decision, hostings=(replace(host, findings=(*host.findings, spared)),))
    note = paper(spared_by_it, "note-de-decision")
    assert "PROJET" in note and "Règles examinées qui ne jouent pas ici" in note


def test_every_paper_states_that_it_is_no_legal_advice_and_the_day_of_the_law() -> None:
    for lang, said in (("fr", "juridique"), ("en", "not legal advice")):
        for kind in FORMATS:
            for content in written(forbidden(), lang, kind).values():
                part = "word/footer1.xml" if kind == "docx" else "styles.xml"
                assert said in parts(content)[part].decode()


def test_a_derogation_request_is_due_only_where_one_may_be_granted() -> None:
    assert any("demande-de-derogation" in name for name in written(forbidden()))
    assert any("demande-de-derogation" in name for name in written(derogated()))
    for case in (allowed(), undetermined(), forbidden("Nouveau projet", **{"service.stage": "new"})):
        assert not any("demande-de-derogation" in name for name in written(case))


def test_what_nobody_said_is_left_blank_and_what_was_said_is_kept() -> None:
    request = paper(forbidden(), "demande-de-derogation")
    assert "à compléter" in request and "Premier ministre" in request
    assert "2 nov. 2026" in paper(derogated(), "demande-de-derogation")


def test_the_clauses_are_those_that_the_case_calls_for() -> None:
    sensitive, health = paper(forbidden(), "clauses-a-demander"), paper(two_hostings(), "clauses-a-demander")
    assert "19.1.g" in sensitive and "article 25" in sensitive and "EXI 30" not in sensitive
    assert all(article in health for article in ("EXI 27", "EXI 28", "EXI 29", "EXI 30", "EXI 31"))
    assert not any("clauses" in name for name in written(allowed())), "the contract holds them all"


def test_a_clause_waits_for_its_text_to_be_in_force() -> None:
    decision = forbidden()
    before = replace(assessment(decision), on=ON.replace(year=2024))
    (content,) = [content for name, content in notes(decision, before, "fr", "docx").items() if "clauses" in name]
    assert "2023/2854" not in plain(content) and "19.1.g" in plain(content)


def test_a_stopped_service_gets_no_clause_and_no_marking_of_ours() -> None:
    stopped = replace(forbidden(), verdict=Verdict.STOP, hostings=tuple(replace(one, verdict=Verdict.STOP) for one in forbidden().hostings))
    assert [name for name in written(stopped) if "note-de-decision" not in name] == []
    assert "AUTORITÉ DE SÉCURITÉ" in paper(stopped, "note-de-decision").splitlines()[0]


def test_an_override_stands_beside_the_verdict() -> None:
    note = paper(two_hostings(), "note-de-decision")
    assert "le secrétaire général" in note and "ne le remplace pas" in note and "Interdit" in note


def test_what_a_service_is_called_is_never_read_as_a_tag_or_as_markup() -> None:
    name = "{{ 7*7 }} {% for x in y %} <w:p/> & \"co\" **gras** \x0b\n| ¦ #"
    for kind in FORMATS:
        for content in written(forbidden(name), "fr", kind).values():
            text = plain(content)
            assert "{{ 7*7 }} {% for x in y %} <w:p/> & \"co\" **gras**" in text and "49" not in text.splitlines()[1]


@pytest.mark.parametrize("name", ["CON", "a/b\\c:d*e?f\"g<h>i|j", "." * 300, "Œuvre été", "日本", "x" * 400, "paie "])
def test_file_names_hold_on_windows(name: str) -> None:
    for kind in FORMATS:
        for file in written(forbidden(name), "fr", kind):
            assert len(file) < 100 and file == file.lower() and file.isascii()
            assert not set(file) & set('<>:"/\\|?* ') and file.partition(".")[0] not in ("con", "nul", "prn", "aux")


def test_two_services_of_one_name_have_two_files() -> None:
    one, other = forbidden("Paie"), forbidden("paie")
    other = replace(other, service=replace(other.service, id="paie-2"))
    assert not set(written(one)) & set(written(other))


def test_a_restricted_service_leaves_its_marking_to_the_security_authority() -> None:
    decision = forbidden(**{"data.restricted": True})
    assert decision.service.claims["data.restricted"] == claim("data.restricted", True, "cio")
    assert "AUTORITÉ DE SÉCURITÉ" in paper(decision, "note-de-decision").splitlines()[0]


def test_our_templates_are_ordinary_templates() -> None:
    decision = forbidden()
    ours = {f"{name}.docx": base_template(name, "fr", "docx") for name in ("decision", "derogation", "clauses")}
    assert dict(notes(decision, assessment(decision), "fr", "docx", ours)) == written(decision)
