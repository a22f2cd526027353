"""Every precedent of `cases/` is decided as a jurist wrote that it should be."""

from __future__ import annotations

import pytest

from egide.rules.proofs import finding

from .precedents import Precedent, answers, decided, law, law_for, number, precedents, rings

ALL = precedents()


@pytest.mark.parametrize("case", ALL, ids=[case.id for case in ALL])
def test_precedent(case: Precedent) -> None:
    program = law_for(case.id)
    got = answers(program, case.facts)
    assert {rule: got.get(rule, "not-applicable") for rule in case.findings} == case.findings
    lifted = {number(rule): finding(rule, case.facts, {}, program).exception for rule in program.rules}
    assert {rule: lifted[rule] for rule in case.exceptions} == case.exceptions
    running = rings(program, case.facts)
    assert {kind: running.get(kind, []) for kind in case.clocks} == case.clocks
    assert decided(program, case.facts) == case.verdict, case.because


def test_each_case_has_a_name_of_its_own_and_says_why() -> None:
    ids = [case.id for case in ALL]
    assert len(ids) == len(set(ids)) >= 130
    assert all(case.title and case.because.endswith((".", "?")) for case in ALL)


def test_the_twelve_questions_that_people_ask_are_answered() -> None:
    assert {case.question for case in ALL if case.question} == set(range(1, 13))


def test_no_case_names_a_rule_that_does_not_exist() -> None:
    known = {number(rule) for case in ALL for rule in law(case.on).rules}
    assert {rule for case in ALL for rule in case.findings} <= known
