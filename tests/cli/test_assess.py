"""`egide assess` on the invented portfolio and on wrong input."""

from __future__ import annotations

import json

import pytest

from egide.papers.schema import assessment_schema

ON = ("--on", "2026-11-23")


def verdicts(document: dict) -> dict[str, str]:
    return {service["name"]: service["verdict"] for service in document["services"]}


@pytest.fixture
def judged(egide, portfolio, answers) -> dict:
    return json.loads(egide("assess", portfolio, "--answers", answers, *ON, "--json").out)


def test_the_first_line_answers_the_question(egide, portfolio, answers):
    said = egide("assess", portfolio, "--answers", answers, *ON)
    assert said.out.splitlines()[0].count("41") == 1
    assert said.code == 1


def test_every_verdict_of_the_ladder_but_none_by_default_is_in_the_example(judged):
    assert {"stop", "forbidden", "undetermined", "derogation", "conditional", "allowed"} <= set(verdicts(judged).values())


def test_the_example_shows_what_it_is_for(judged):
    found = verdicts(judged)
    assert found["Paie des agents"] == "forbidden", "sensitive data under third-country law"
    assert found["Statistiques nationales"] == "derogation", "a derogation that runs out"
    assert found["Suivi des informations classifiées"] == "stop"
    assert found["Démarche d’inscription en ligne"] in ("allowed", "conditional"), "personal, not sensitive"
    assert found["Signature électronique"] == "forbidden", "software on a qualified base is not qualified"
    assert found["Recrutement"] == "undetermined"


def test_a_qualification_that_ends_within_days_is_shown(judged):
    (service,) = [one for one in judged["services"] if one["name"] == "Dossiers contentieux"]
    ends = [clock for clock in service["clocks"] if clock["kind"].startswith("qualification-ends")]
    assert min(clock["days"] for clock in ends) == 7
    assert all(clock["on"] == "2026-11-30" for clock in ends)


def test_each_undetermined_service_has_its_question_unless_the_texts_leave_it_open(judged):
    silent = []
    for service in judged["services"]:
        if service["verdict"] == "undetermined" and service["question"] is None:
            silent.append(service["name"])
        elif service["verdict"] == "undetermined":
            assert service["question"]["ask"], service["name"]
            assert service["question"]["would"], service["name"]
    assert silent == ["Instruction des aides aux entreprises"], "between twelve and eighteen months nobody has read which prevails"


def test_the_document_obeys_its_published_schema(judged):
    from jsonschema import Draft202012Validator

    Draft202012Validator(assessment_schema()).validate(judged)


def test_the_same_list_on_three_days_gives_three_tables(egide, portfolio, answers, tmp_path):
    tables = {}
    for day in ("2021-07-10", "2023-06-01", "2026-11-23"):
        document = json.loads(egide("assess", portfolio, "--answers", answers, "--on", day, "--json").out)
        tables[day] = verdicts(document)
        (tmp_path / f"{day}.json").write_text(json.dumps(document), encoding="utf-8")
    assert len({tuple(table.items()) for table in tables.values()}) == 3
    said = egide("assess", portfolio, "--answers", answers, *ON, "--since", tmp_path / "2023-06-01.json")
    assert "1er juin 2023" in said.out


def test_before_the_first_known_line_a_qualification_is_unknown_never_absent(egide, portfolio, answers):
    document = json.loads(egide("assess", portfolio, "--answers", answers, "--on", "2021-07-10", "--json").out)
    (service,) = [one for one in document["services"] if one["name"] == "Dossiers contentieux"]
    assert service["verdict"] == "undetermined"


def test_page_workbook_and_document_are_written_and_not_over_others(egide, portfolio, answers, tmp_path):
    out = tmp_path / "out"
    assert egide("assess", portfolio, "--answers", answers, *ON, "--out", out).code == 1
    assert {path.name for path in out.iterdir()} == {"egide.html", "egide.xlsx", "egide.json"}
    again = egide("assess", portfolio, "--answers", answers, *ON, "--out", out)
    assert (again.code, "--force" in again.err) == (2, True)
    assert egide("assess", portfolio, "--answers", answers, *ON, "--out", out, "--force").code == 1


def test_the_same_run_gives_the_same_bytes(egide, portfolio, answers, tmp_path):
    for name in ("one", "two"):
        egide("assess", portfolio, "--answers", answers, *ON, "--out", tmp_path / name)
    for name in ("egide.html", "egide.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_no_name_survives_anonymisation_on_the_terminal_or_on_paper(egide, portfolio, answers, tmp_path):
    earlier, out = tmp_path / "2023.json", tmp_path / "out"
    earlier.write_text(egide("assess", portfolio, "--answers", answers, "--on", "2023-06-01", "--json").out, encoding="utf-8")
    words = ("assess", portfolio, "--answers", answers, *ON, "--since", earlier, "--anonymise")
    said = [egide(*words, "--json").out, egide(*words, "--out", out).out]
    said += [path.read_text(encoding="utf-8") for path in out.iterdir() if path.suffix in (".html", ".json")]
    names = ("Paie des agents", "Plateforme de données", "Ministère fictif", "Hôpital fictif", "portefeuille.xlsx", "directeur général")
    for name in names:
        assert not [where for where, text in enumerate(said) if name in text], name


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_both_languages_speak(egide, portfolio, answers, lang):
    said = egide("assess", portfolio, "--answers", answers, *ON, "--lang", lang)
    assert {"fr": "interdit", "en": "forbidden"}[lang] in said.out.lower()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("assess",), "au moins un fichier"),
        (("assess", "absent.xlsx"), "absent.xlsx"),
        (("assess", "absent.xlsx", "--on", "demain"), "n’est pas une date"),
        (("assess", "x.csv", "--notes"), "--out"),
        (("assess", "--colour"), "--colour"),
        (("asses",), "asses"),
    ],
)
def test_wrong_usage_says_what_is_wrong_and_exits_2(egide, words, expected):
    said = egide(*words)
    assert said.code == 2
    assert expected in said.err


def test_a_file_without_any_service_is_unusable(egide, tmp_path):
    empty = tmp_path / "vide.csv"
    empty.write_text("Service;Hébergement\n;OVH\n", encoding="utf-8")
    said = egide("assess", empty)
    assert said.code == 2
    assert "vide.csv" in said.err


def test_a_rejected_row_is_told_and_the_good_ones_go_on(egide, tmp_path):
    file = tmp_path / "deux.csv"
    file.write_text("Service;Hébergement;Statut de l’organisme\nSite;serveurs internes;entreprise\n;AWS;entreprise\n", encoding="utf-8")
    said = egide("assess", file, "--json")
    document = json.loads(said.out)
    assert [service["name"] for service in document["services"]] == ["Site"]
    assert [(problem["row"], problem["file"].endswith("deux.csv")) for problem in document["problems"]] == [(3, True)]
    assert said.code == 3


def test_what_a_planned_hosting_says_is_no_cause_of_a_turn(egide, portfolio, answers, tmp_path):
    """«Plateforme de données» runs on an offer that is not qualified and plans to move to one that is."""
    earlier = tmp_path / "2023.json"
    earlier.write_text(egide("assess", portfolio, "--answers", answers, "--on", "2023-06-01", "--json").out, encoding="utf-8")
    said = egide("assess", portfolio, "--answers", answers, *ON, "--since", earlier, "--lang", "en").out
    (line,) = [line for line in said.splitlines() if line.strip().startswith("Plateforme de données:")]
    assert "Forbidden" in line
    assert "now qualified" not in line


def test_nobodys_word_makes_an_offer_qualified(egide, portfolio, tmp_path):
    """A line without its decision number is unknown; an answer that says «qualified» doesn't stand for it (SecNumCloud 3.2, annex 2 c)."""
    word = tmp_path / "answers.yaml"
    said = (
        "offer.qualification, value: qualified", 'offer.framework, value: "3.2"', "offer.provider_nature, value: private",
        "offer.place, value: france",
    )  # fmt: skip
    answers = "".join(f"- {{fact: {one}, offer: worldline-secured-iaas, by: l’acheteur, on: 2026-11-20}}\n" for one in said)
    word.write_text(f"schema: egide/answers/1\nanswers:\n{answers}", encoding="utf-8")
    document = json.loads(egide("assess", portfolio, "--answers", word, *ON, "--json").out)
    assert verdicts(document)["Paiement des aides"] == "undetermined"
    assert any("offer.qualification" in problem["message"] or "catalogue" in problem["message"] for problem in document["problems"])
    asked = json.loads(egide("ask", portfolio, "--answers", word, *ON, "--json").out)
    assert "worldline-secured-iaas" in asked["catalogue"]
    assert "offer.qualification" not in {question["fact"] for question in asked["questions"]}


def test_a_persons_decision_is_shown_on_its_days_only(egide, portfolio, answers):
    def decided(day: str) -> list[dict]:
        document = json.loads(egide("assess", portfolio, "--answers", answers, "--on", day, "--json").out)
        return [one for service in document["services"] for one in service["overrides"]]

    assert [len(decided(day)) for day in ("2026-11-19", "2026-11-20", "2026-12-31", "2027-01-01")] == [0, 1, 1, 0]
