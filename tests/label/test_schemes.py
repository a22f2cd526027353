"""The schemes as shipped: every number is there, every title is ours and in both languages, every source is complete."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import pytest

from egide.label.checks import CHECKS
from egide.label.dossier import EvidenceKind
from egide.label.loading import load_scheme
from egide.vocabulary.facts import Role

from .shipped_schemes import RULEBOOKS, SCHEMES, all_shipped, files_of, shipped

if TYPE_CHECKING:
    from pathlib import Path

    from egide.label.scheme import Requirement, Scheme

REQUIREMENTS = [(scheme, one) for scheme in all_shipped() for one in scheme.requirements]
IDS = [f"{scheme.id}#{one.id}" for scheme, one in REQUIREMENTS]
CHAPTERS = {"5": 15, "6": 13, "7": 12, "8": 8, "9": 34, "10": 20, "11": 42, "12": 37, "13": 8, "14": 12, "15": 9, "16": 14, "17": 7,
            "18": 11, "19": 36}  # fmt: skip
COMPUTED = {
    "5.3.d": ["residual_foreign_law_risks_are_listed"], "5.3.e": ["residual_risks_are_given_on_request"],
    "15.1.a": ["third_parties_are_listed_at_every_level"],
    "19.1.c": ["contract_is_under_the_law_of_a_member_state"], "19.1.g": ["contract_ends_without_penalty_if_the_label_is_lost"],
    "19.1.h": ["all_data_can_be_taken_back"], "19.1.i": ["data_leave_in_a_documented_way"], "19.1.n": ["remote_access_is_stated"],
    "19.2.a": ["places_are_documented"], "19.2.b": ["data_stay_in_the_union"], "19.2.c": ["run_from_the_union"],
    "19.2.d": ["technical_data_stay_in_the_union"], "19.2.e": ["support_from_outside_is_held"], "19.4.a": ["erasure_is_announced"],
    "19.6.a": ["provider_is_established_in_the_union"],
    "19.6.b": ["no_third_holder_above", "third_holders_together_within", "no_third_veto", "no_third_board_majority"],
    "19.6.c": ["third_parties_cannot_reach_data"], "19.6.d": ["service_is_autonomous"], "19.6.f": ["customers_are_told_of_changes"],
    "annex-2.c": ["agreement_says_qualified_and_catalogue_holds_it"],
}  # fmt: skip
UNION = {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL",
         "PT", "RO", "SE", "SI", "SK"}  # fmt: skip


def counted() -> list[Requirement]:
    return [one for one in shipped("secnumcloud-3.2").requirements if one.binding != "apart"]


def limit(scheme: str, requirement: str, name: str) -> object:
    (dated,) = shipped(scheme).by_id[requirement].limits[name]
    return dated.value


def section(number: str) -> str:
    return number.rpartition(".")[0]


@pytest.mark.parametrize(("scheme", "one"), REQUIREMENTS, ids=IDS)
def test_a_requirement_says_what_it_is_about_in_both_languages(scheme: Scheme, one: Requirement) -> None:
    for title in (one.title.fr, one.title.en):
        assert 0 < len(title) <= 90
        assert title == title.strip()
        assert not title.endswith(".")
    assert one.chapter in scheme.chapters
    assert one.evidence <= set(EvidenceKind)
    assert one.role in set(Role)
    assert one.kinds <= {"IaaS", "CaaS", "PaaS", "SaaS"}


@pytest.mark.parametrize(("scheme", "one"), REQUIREMENTS, ids=IDS)
def test_a_requirement_says_where_it_stands_and_how_that_was_read(scheme: Scheme, one: Requirement) -> None:
    assert one.source.text == scheme.source.text
    assert one.source.at
    assert one.source.read in ("primary", "secondary")
    if one.computed:
        assert one.remedy is not None
        assert one.remedy.fr.endswith(".")
        assert one.remedy.en.endswith(".")


@pytest.mark.parametrize("name", SCHEMES)
def test_no_title_of_a_section_stands_twice(name: str) -> None:
    used = [one for one in shipped(name).requirements if one.binding != "apart"]
    for language in ("fr", "en"):
        for first, second in combinations(used, 2):
            if section(first.id) == section(second.id):
                assert first.title.in_(language) != second.title.in_(language), (first.id, second.id)


@pytest.mark.parametrize("name", SCHEMES)
def test_a_scheme_says_who_issues_it_how_it_was_read_and_what_is_ours(name: str) -> None:
    scheme = shipped(name)
    assert scheme.id == name
    assert scheme.read_on == date(2026, 11, 23)
    assert scheme.source.note is not None
    assert scheme.title.fr != scheme.title.en
    assert {path.suffix for path in (RULEBOOKS / name).iterdir()} == {".yaml"}


@pytest.mark.parametrize("name", SCHEMES)
def test_every_check_is_known_and_every_limit_that_it_reads_is_given(name: str) -> None:
    assert load_scheme(files_of(name), CHECKS) == shipped(name)


def test_french_titles_have_their_unbreakable_spaces() -> None:
    for scheme in all_shipped():
        for text in (scheme.source.note, *(one.title for one in scheme.requirements), *(one.remedy for one in scheme.requirements)):
            assert text is None or not any(f" {sign}" in text.fr for sign in ":;?!%»"), text


def test_the_278_numbers_are_there_and_17_of_them_are_recommended(shared: Path) -> None:
    lines = (shared / "data/secnumcloud/requirement-ids.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    assert {row[0]: "recommended" if row[1:] else "mandatory" for row in rows} == {one.id: one.binding for one in counted()}


def test_each_chapter_has_its_count() -> None:
    assert len(counted()) == 278
    assert sum(one.binding == "recommended" for one in counted()) == 17
    assert Counter(one.chapter for one in counted()) == CHAPTERS


def test_the_catalogue_and_the_agreement_are_counted_apart() -> None:
    (apart,) = [one for one in shipped("secnumcloud-3.2").requirements if one.binding == "apart"]
    assert apart.id == "annex-2.c"


def test_what_facts_decide_is_computed_and_nothing_else() -> None:
    assert {one.id: list(one.computed) for one in shipped("secnumcloud-3.2").requirements if one.computed} == COMPUTED


def test_a_check_that_settles_a_part_only_says_so() -> None:
    partly = {one.id for one in shipped("secnumcloud-3.2").requirements if one.computed_in_part}
    assert partly == {"5.3.e", "15.1.a", "19.2.e", "19.4.a"}


def test_the_numbers_of_the_text_are_dated_limits() -> None:
    assert Fraction(str(limit("secnumcloud-3.2", "19.6.b", "one_holder_share"))) == Fraction(24, 100)
    assert Fraction(str(limit("secnumcloud-3.2", "19.6.b", "all_holders_share"))) == Fraction(39, 100)
    assert limit("secnumcloud-3.2", "19.4.a", "erasure_notice_days") == 21
    assert limit("secnumcloud-3.2", "19.6.f", "notice_months") == 1


def test_the_area_counts_as_outside_for_secnumcloud_and_as_inside_for_gaia_x() -> None:
    assert limit("secnumcloud-3.2", "19.6.a", "union_countries") == UNION
    assert limit("gaia-x-24.11", "P5.1.5", "union_countries") == UNION | {"IS", "LI", "NO"}


def test_what_only_some_services_are_asked_is_asked_of_those() -> None:
    narrow = {one.id: set(one.kinds) for one in counted() if len(one.kinds) < 4}
    assert narrow == {
        "9.5.c": {"SaaS"}, "9.6.g": {"SaaS"}, "9.6.i": {"CaaS", "PaaS", "SaaS"}, "9.6.j": {"PaaS", "SaaS"}, "9.6.k": {"SaaS"},
        "12.2.c": {"PaaS"},
    }  # fmt: skip


def test_what_the_text_asks_every_quarter_or_month_is_not_shown_by_last_year() -> None:
    assert {one.id for one in counted() if one.fresh_months == 3} == {"9.4.c", "11.2.2.i", "12.5.b"}


def test_the_63_criteria_ask_at_each_level_what_the_document_asks(shared: Path) -> None:
    rows = [line.split("\t") for line in (shared / "data/gaia-x/criteria-levels.tsv").read_text(encoding="utf-8").splitlines()]
    words = {"D": "declaration", "C": "certification"}
    levels = ("SC", "L1", "L2", "L3")
    recorded = {
        row[0]: {level: words[kind.strip()] for level, kind in zip(levels, row[1:], strict=True) if kind.strip() != "-"}
        for row in rows if len(row) == 5 and row[0] != "id"
    }  # fmt: skip
    assert {one.id: dict(one.levels) for one in shipped("gaia-x-24.11").requirements} == recorded


def test_the_levels_of_gaia_x_have_their_counts() -> None:
    scheme = shipped("gaia-x-24.11")
    asked = {level: [one.levels[level] for one in scheme.requirements if level in one.levels] for level in scheme.levels}
    assert {level: (len(kinds), kinds.count("certification")) for level, kinds in asked.items()} == {
        "SC": (47, 0), "L1": (53, 0), "L2": (54, 35), "L3": (57, 40),
    }  # fmt: skip


def test_where_no_standard_is_accepted_ownership_and_access_answer() -> None:
    bare = [one for one in shipped("gaia-x-24.11").requirements if "certification" in one.levels.values() and not one.standards]
    assert [one.id for one in bare] == ["P5.1.3", "P5.1.5", "P5.1.6"]
    assert all(one.computed for one in bare)


def test_the_objectives_weigh_100_and_have_five_levels() -> None:
    scheme = shipped("eu-csf-1.2.1")
    assert [one.weight for one in scheme.objectives] == [15, 10, 10, 15, 20, 15, 10, 5]
    assert scheme.levels == ("SEAL-0", "SEAL-1", "SEAL-2", "SEAL-3", "SEAL-4")


def test_drafts_and_proposals_are_simulations_and_nothing_else_is() -> None:
    assert {one.id for one in all_shipped() if one.simulation} == {"eucs-draft", "cada-proposal"}
    assert all(one.source.read == "secondary" for name in ("eucs-draft", "cada-proposal") for one in shipped(name).requirements)


def test_each_level_of_the_proposal_asks_all_that_the_one_below_asks() -> None:
    scheme = shipped("cada-proposal")
    asked = [{one.id for one in scheme.requirements if level in one.levels} for level in scheme.levels]
    assert all(low < high for low, high in pairwise(asked))


def test_a_scheme_is_the_same_whatever_the_ends_of_its_lines() -> None:
    windows = {name: content.replace(b"\n", b"\r\n") for name, content in files_of("eu-csf-1.2.1").items()}
    assert load_scheme(windows).digest == shipped("eu-csf-1.2.1").digest
