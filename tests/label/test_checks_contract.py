"""The service agreement, and the one thing that nothing computes: the qualification."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.label.fixtures import LINE, complete, finding, put
from tests.label.test_assess_each_requirement import say

from egide.label.dossier import CatalogueLine
from egide.label.results import RequirementFinding
from egide.vocabulary.findings import Answer


def after(requirement: str, **facts: object) -> RequirementFinding:
    return finding(put(say(**facts)(complete())), requirement)


@pytest.mark.parametrize(("country", "answer"), [("FR", "met"), ("SE", "met"), ("NO", "not-met"), ("CH", "not-met"), ("GB", "not-met")])
def test_only_the_law_of_a_member_state_will_do(country: str, answer: str) -> None:
    assert after("19.1.c", contract__law=country).answer == answer


@pytest.mark.parametrize(("days", "answer"), [(20, "not-met"), (21, "met"), (90, "met")])
def test_erasure_is_announced_twenty_one_days_before(days: int, answer: str) -> None:
    assert after("19.4.a", contract__erasure_notice_days=days).answer == answer


@pytest.mark.parametrize(("days", "answer"), [(0, "met"), (28, "met"), (29, "unknown"), (30, "unknown"), (31, "unknown"), (32, "not-met")])
def test_thirty_days_are_more_than_a_month_in_february(days: int, answer: str) -> None:
    assert after("19.6.f", contract__change_notice_days=days).answer == answer


@pytest.mark.parametrize("way", ["documented-formats", "documented-api", "both"])
def test_documented_formats_or_a_documented_api_will_do(way: str) -> None:
    assert after("19.1.i", contract__reversibility_way=way).answer is Answer.MET


def line(**more: object) -> CatalogueLine:
    return replace(LINE, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("given", "answer"), [
    (line(), "met"),
    (None, "not-met"),
    (line(status="in-progress"), "not-met"),
    (line(status="none"), "not-met"),
    (line(status="expired"), "not-met"),
    (line(status="unknown"), "unknown"),
    (line(end=date(2026, 11, 22)), "not-met"),
    (line(end=date(2026, 11, 23)), "met"),
    (line(start=date(2026, 11, 24)), "not-met"),
    (line(start=None), "unknown"),
    (line(end=None), "unknown"),
    (line(framework=None), "unknown"),
    (line(framework="3.1"), "not-met"),
])  # fmt: skip
def test_only_a_line_that_holds_on_the_day_under_this_version_makes_a_service_qualified(given: CatalogueLine | None, answer: str) -> None:
    assert finding(put(replace(complete(), line=given)), "annex-2.c").answer == answer


@pytest.mark.parametrize(("says", "answer"), [(True, "met"), (False, "not-met"), (None, "unknown")])
def test_the_line_is_not_enough_without_the_clause(says: bool | None, answer: str) -> None:
    assert after("annex-2.c", contract__says_qualified=says).answer == answer


def test_the_qualification_ends_with_its_line() -> None:
    assert finding(put(complete()), "annex-2.c").until == LINE.end


def test_an_offer_that_prepares_its_file_meets_the_scheme_without_being_qualified() -> None:
    assessment = put(replace(complete(), line=None))
    assert assessment.answer is Answer.MET
    assert finding(assessment, "annex-2.c").answer is Answer.NOT_MET
