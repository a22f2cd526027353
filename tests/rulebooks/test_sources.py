"""Every rule says where it stands and how that was read; what nobody has read is not a rule."""

from __future__ import annotations

from datetime import date

import pytest

from egide.rules.book import Rule, Rulebook
from egide.vocabulary.findings import Effect
from egide.vocabulary.language import language

from .precedents import RULEBOOKS, files_of, shipped

BOOKS = shipped()
RULES = [(book, rule) for book in BOOKS for rule in book.rules]
IDS = [f"{book.id}#{rule.id}" for book, rule in RULES]

FIRST_DAYS = {
    "circular-6282-sg#R9": date(2021, 7, 10), "circular-6404-sg#R9": date(2023, 5, 31), "sren-article-31#31-I": date(2024, 5, 21),
    "sren-article-31#D-2026-272": date(2026, 4, 14), "sren-article-31#A-2026-08-12": date(2026, 8, 15), "hds-v2#HDS-1": date(2024, 4, 26),
    "data-act#25": date(2025, 9, 12), "dinum-opinion#controller": date(2025, 5, 31), "circular-6519-sg#sovereignty": date(2026, 2, 5),
    "recyf#13.2": date(2026, 3, 17), "dora#register": date(2025, 1, 17), "secnumcloud-annex-2#A2-c": date(2022, 3, 8),
}  # fmt: skip
ONLY_SECONDARY = {
    "circular-6282-sg#R9", "circular-6404-sg#R9", "circular-6282-sg#R8", "circular-6404-sg#R8", "circular-6282-sg#R1-1M",
    "circular-6404-sg#R1-1M", "public-archives#R212-23", "public-archives#note-2016", "hds-v2#L1111-8", "oiv#siiv",
    "dinum-opinion#opinion", "circular-6519-sg#order-of-choice", "data-act#25", "dora#register", "sren-article-31#A-2026-08-12",
}  # fmt: skip
UNION = {
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL",
    "PT", "RO", "SE", "SI", "SK",
}  # fmt: skip
NOT_READ = {"R5", "R6", "R7", "R10", "R11", "R12", "R13", "R14", "R15"}


@pytest.mark.parametrize(("book", "rule"), RULES, ids=IDS)
def test_a_rule_has_an_article_a_reading_dates_and_what_to_do(book: Rulebook, rule: Rule) -> None:
    assert rule.source.at and rule.source.text
    assert rule.source.read in ("primary", "secondary")
    assert rule.in_force.start is not None
    assert rule.title.fr and rule.title.en and rule.title.fr != rule.title.en
    assert rule.remedy is not None and rule.remedy.fr.endswith(".") and rule.remedy.en.endswith(".")
    assert book.read_on == date(2026, 11, 23)


@pytest.mark.parametrize("rule", sorted(FIRST_DAYS))
def test_a_rule_begins_on_its_day(rule: str) -> None:
    (found,) = [one for book, one in RULES if f"{book.id}#{one.id}" == rule]
    assert found.in_force.start == FIRST_DAYS[rule]


@pytest.mark.parametrize("rule", sorted(ONLY_SECONDARY))
def test_what_was_read_at_second_hand_says_so(rule: str) -> None:
    (found,) = [one for book, one in RULES if f"{book.id}#{one.id}" == rule]
    assert found.source.read == "secondary"


def test_rules_that_nobody_has_read_are_absent() -> None:
    assert not NOT_READ & {rule.id for book, rule in RULES if book.id.startswith("circular-6")}


def test_packs_of_other_sectors_only_advise() -> None:
    packs = {"dora", "recyf", "data-act", "circular-6519-sg", "secnumcloud-annex-2", "rgs-2"}
    assert {rule.effect for book, rule in RULES if book.id in packs} == {Effect.ADVISE}


def test_the_area_is_the_union_and_three_more_wherever_it_is_listed() -> None:
    lists = [dated.value for _, rule in RULES for dated in rule.limits.get("eea_countries", ())]
    assert lists
    assert all(one == UNION | {"IS", "LI", "NO"} for one in lists)


def test_nis_2_is_said_to_be_in_progress() -> None:
    (recyf,) = [book for book in BOOKS if book.id == "recyf"]
    assert "en cours de transposition" in recyf.title.fr and "in progress" in recyf.title.en


def test_the_folder_of_a_book_bears_its_name_and_holds_yaml_only() -> None:
    for book in BOOKS:
        assert set(files_of(book.id)) >= {"book.yaml"}
        assert {path.suffix for path in (RULEBOOKS / book.id).iterdir()} == {".yaml"}


def test_every_check_and_question_is_said_in_french() -> None:
    french = language("fr").catalogue
    for book, rule in RULES:
        nodes = [rule.applies, rule.demands, *(one.when for one in rule.unless), *([book.binds] if book.binds else [])]
        for check in (check for node in nodes for check in node.checks()):
            assert french.gettext(check.met) != check.met, check.name
            assert french.gettext(check.not_met) != check.not_met, check.name
