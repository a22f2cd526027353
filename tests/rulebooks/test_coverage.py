"""Every rule has precedents for met, not met and unknown, and for the days around each of its dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from egide.rules.book import Rule, Rulebook

from .precedents import precedents, shipped

RULES = [(book, rule) for book in shipped() for rule in book.rules]
IDS = [f"{book.id}#{rule.id}" for book, rule in RULES]
NEVER_MET = {
    "igi-1300#classified": "where it applies, it stops",
    "secnumcloud-annex-2#A2-f": "where it applies, a qualification is of no help",
}
DAY = timedelta(days=1)


def _answers(rule: str) -> Iterator[tuple[date, str]]:
    for case in precedents():
        if rule in case.findings:
            yield case.on, case.findings[rule]


@pytest.mark.parametrize(("book", "rule"), RULES, ids=IDS)
def test_each_answer_has_a_precedent(book: Rulebook, rule: Rule) -> None:
    number = f"{book.id}#{rule.id}"
    wanted = {"not-met", "unknown", "not-applicable"} | (set() if number in NEVER_MET else {"met"})
    assert wanted <= {answer for _, answer in _answers(number)}


@pytest.mark.parametrize(("book", "rule"), RULES, ids=IDS)
def test_the_first_day_and_the_day_before_have_precedents(book: Rulebook, rule: Rule) -> None:
    found = set(_answers(f"{book.id}#{rule.id}"))
    start = rule.in_force.start
    assert start is not None
    assert (start - DAY, "not-applicable") in found
    assert {answer for on, answer in found if on == start} - {"not-applicable"}


@pytest.mark.parametrize(("book", "rule"), RULES, ids=IDS)
def test_the_last_day_and_the_day_after_have_precedents(book: Rulebook, rule: Rule) -> None:
    found = set(_answers(f"{book.id}#{rule.id}"))
    end = rule.in_force.end
    if end is not None:
        assert (end + DAY, "not-applicable") in found
        assert {answer for on, answer in found if on == end} - {"not-applicable"}
