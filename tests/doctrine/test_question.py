"""The deciding question: what each answer would give, and that asking again and again comes to an end."""

from __future__ import annotations

import random
from statistics import mean
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egide.doctrine.verdict import contribution, verdict
from egide.rules.question import deciding_question, open_facts, representatives
from egide.vocabulary.facts import FACTS
from egide.vocabulary.findings import Verdict
from rules.little_law import ON, SETTLED_CHECKS, cases, program_of, programs, rule_file
from rules.the_law import DAYS, program

if TYPE_CHECKING:
    from datetime import date

    from egide.rules.evaluation import Program
    from egide.rules.question import Settling
    from egide.vocabulary.facts import Value, Values

MOST_QUESTIONS = 30


def reached(law: Program, values: Values) -> Verdict:
    return verdict(law, law.states(values))


def asked(law: Program, values: Values, unsettled: Verdict = Verdict.UNDETERMINED) -> Settling[Verdict] | None:
    return deciding_question(law, values, lambda states: verdict(law, states), unsettled)


@settings(max_examples=150, deadline=None)
@given(programs(), cases())
def test_each_answer_gives_what_the_question_says_it_would(law: Program, values: Values) -> None:
    question = asked(law, values)
    if question is None:
        return
    assert question.fact.name not in values
    for answer, would in question.would.items():
        assert reached(law, {**values, question.fact.name: answer}) is would


@settings(max_examples=150, deadline=None)
@given(programs(), cases(), st.randoms(use_true_random=False))
def test_asking_ends_in_a_verdict_or_in_texts_that_do_not_settle_it(law: Program, values: Values, chance: random.Random) -> None:
    known, _ = asked_to_the_end(law, values, chance)
    if reached(law, known) is Verdict.UNDETERMINED:
        blocked = [rule for rule in law.deciding if contribution(rule.effect, rule.state(known)) is Verdict.UNDETERMINED]
        assert blocked
        for rule in blocked:
            assert not open_facts(rule, known, law)


@settings(max_examples=150, deadline=None)
@given(programs(SETTLED_CHECKS), cases(), st.randoms(use_true_random=False))
def test_where_every_check_answers_once_its_facts_are_known_asking_ends_in_a_verdict(
    law: Program, values: Values, chance: random.Random
) -> None:
    known, _ = asked_to_the_end(law, values, chance)
    assert reached(law, known) is not Verdict.UNDETERMINED


@settings(max_examples=100, deadline=None)
@given(programs(SETTLED_CHECKS), cases(), cases())
def test_a_lawful_verdict_stays_lawful_and_a_forbidden_one_forbidden_when_more_is_known(law: Program, known: Values, more: Values) -> None:
    before, after = reached(law, known), reached(law, {**more, **known})
    if before in (Verdict.STOP, Verdict.FORBIDDEN):
        assert after in (Verdict.STOP, before)
    elif before is not Verdict.UNDETERMINED:
        assert after not in (Verdict.STOP, Verdict.FORBIDDEN, Verdict.UNDETERMINED)


def asked_to_the_end(law: Program, values: Values, chance: random.Random, unsettled: Verdict = Verdict.UNDETERMINED) -> tuple[Values, int]:
    """The case once every question was answered somehow, and how many were asked."""
    known: dict[str, Value] = dict(values)
    count = 0
    while (question := asked(law, known, unsettled)) is not None:
        known[question.fact.name] = chance.choice(list(question.would))
        count += 1
        assert count <= len(FACTS)
    return known, count


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_the_law_of_a_day_is_asked_to_the_end_from_nothing_known(on: date) -> None:
    law = program(on)
    for seed in range(40):
        known, count = asked_to_the_end(law, {}, random.Random(seed))  # noqa: S311
        assert count <= MOST_QUESTIONS
        left = {
            name
            for rule in law.deciding
            if contribution(rule.effect, rule.state(known)) is Verdict.UNDETERMINED
            for name in open_facts(rule, known, law)
        }
        assert reached(law, known) is not Verdict.UNDETERMINED or not left


def test_few_questions_settle_a_case_of_which_nothing_is_known() -> None:
    law = program()
    counts = [asked_to_the_end(law, {}, random.Random(seed))[1] for seed in range(60)]  # noqa: S311
    assert mean(counts) < 12


def test_two_facts_that_only_decide_together_are_both_asked() -> None:
    law = program_of(rule_file(demands="contract_outlives_qualification"))
    first = asked(law, {})
    assert first is not None
    assert first.fact.name == "hosting.contract_end"
    second = asked(law, {"hosting.contract_end": ON})
    assert second is not None
    assert second.fact.name == "offer.qualified_to"
    assert set(second.would.values()) == {Verdict.FORBIDDEN, Verdict.ALLOWED}


def test_a_law_that_turns_on_neither_of_two_facts_alone_still_asks() -> None:
    both = ["data_are_secret", "breach_would_harm"]
    agree: dict[str, Any] = {"any": [{"all": both}, {"not": {"any": both}}]}
    question = asked(program_of(rule_file(demands=agree)), {})
    assert question is not None
    assert question.would == {True: Verdict.UNDETERMINED, False: Verdict.UNDETERMINED}


def test_what_the_texts_leave_open_has_no_question() -> None:
    law = program_of(rule_file(demands="notice_runs"))
    day = next(day for day in representatives(law, "hosting.exit_notice_on", {})
               if reached(law, {"hosting.exit_notice_on": day}) is Verdict.UNDETERMINED)  # fmt: skip
    assert asked(law, {"hosting.exit_notice_on": day}) is None


def test_a_rule_that_cannot_change_the_verdict_is_not_asked_about() -> None:
    forbidding, advising = rule_file("1", demands="offer_is_qualified"), rule_file("2", "advise", demands="offer_is_immune")
    conditional = rule_file("3", "condition", demands="contract_has_exit_terms")
    question = asked(program_of(forbidding, advising, conditional), {})
    assert question is not None
    assert question.fact.name == "offer.qualification"


def test_a_condition_that_is_known_not_to_hold_leaves_nothing_to_ask() -> None:
    law = program_of(rule_file("1", "condition", demands="contract_has_exit_terms"), rule_file("2", "condition", demands="offer_is_immune"))
    assert asked(law, {"hosting.exit_terms": False}, Verdict.CONDITIONAL) is None
    question = asked(law, {"hosting.exit_terms": True}, Verdict.CONDITIONAL)
    assert question is not None
    assert question.fact.name == "offer.immune"


def test_the_answers_of_a_date_lie_on_either_side_of_every_day_at_which_a_rule_turns() -> None:
    law = program_of(rule_file(demands="notice_runs"))
    ages = [(ON - day).days for day in representatives(law, "hosting.exit_notice_on", {})]
    assert {60, 61, 200, 201} <= set(ages)


def test_the_answers_of_a_word_are_one_in_and_one_out_of_each_list() -> None:
    law = program_of(rule_file(demands="controlled_from_near"))
    assert representatives(law, "offer.controlled_from", {}) == ("FR", "US")


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_every_fact_that_the_law_of_a_day_reads_has_answers_to_choose_from(on: date) -> None:
    law = program(on)
    for name in law.readers:
        assert representatives(law, name, {}), name
