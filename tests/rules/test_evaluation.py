"""States, findings and proofs of the rules in force on a day; and what becomes of a check that crashes."""

from __future__ import annotations

import warnings
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from egide.rules.book import load
from egide.rules.checks import Limit, by_name, compare, function, is_true
from egide.rules.evaluation import CheckFaultWarning, Program, compile_rules
from egide.rules.expression import ANSWERS, MET, NOT_MET, UNKNOWN
from egide.rules.proofs import decisive, finding
from egide.vocabulary.facts import Claim
from egide.vocabulary.findings import Answer, Proof
from rules.little_law import CHECKS, ON, as_yaml, book_file, book_of, cases, program_of, programs, rule_file

if TYPE_CHECKING:
    from egide.rules.checks import Limits
    from egide.vocabulary.facts import Values


def claims_of(values: Values) -> dict[str, Claim]:
    return {name: Claim(name, value, "the data owner", ON, "a form") for name, value in values.items()}


def test_a_rule_that_does_not_apply_is_respected() -> None:
    (rule,) = program_of(rule_file(applies="data_are_secret")).rules
    assert rule.state({"data.secret": False, "offer.qualification": "none"}).value == MET


def test_a_rule_that_may_apply_and_is_not_met_is_unknown() -> None:
    (rule,) = program_of(rule_file(applies="data_are_secret")).rules
    assert rule.state({"offer.qualification": "none"}).value == UNKNOWN


def test_an_unknown_demand_is_unknown_and_a_known_one_decides() -> None:
    (rule,) = program_of(rule_file(applies="data_are_secret")).rules
    assert rule.state({"data.secret": True}).value == UNKNOWN
    assert rule.state({"data.secret": True, "offer.qualification": "none"}).value == NOT_MET
    assert rule.state({"data.secret": True, "offer.qualification": "qualified"}).value == MET


def test_an_exception_lifts_a_rule_that_is_not_met_and_is_named() -> None:
    lifted = [{"id": "old-project", "when": "derogation_was_validated", "gives": "derogation"}]
    law = program_of(rule_file(applies="data_are_secret", unless=lifted))
    values = {"data.secret": True, "offer.qualification": "none", "derogation.validated": True}
    said = finding(law.rules[0], values, claims_of(values), law)
    assert (said.answer, said.exception) == (Answer.MET, "old-project")
    assert [reason.code for reason in said.because] == ["derogation_was_validated.met", "offer_is_qualified.not-met"]


def test_an_exception_that_was_not_needed_is_not_named() -> None:
    lifted = [{"id": "old-project", "when": "derogation_was_validated", "gives": "derogation"}]
    law = program_of(rule_file(unless=lifted))
    values = {"offer.qualification": "qualified", "derogation.validated": True}
    assert finding(law.rules[0], values, {}, law).exception is None


def test_a_book_that_does_not_bind_concerns_nobody() -> None:
    (rule,) = program_of(rule_file(), binds="body_is_bound").rules
    assert rule.state({"body.status": "company", "offer.qualification": "none"}).concerned == NOT_MET
    assert rule.state({"body.status": "state", "offer.qualification": "none"}).value == NOT_MET


@pytest.mark.parametrize(("on", "rules"), [(date(2019, 12, 31), 0), (date(2020, 1, 1), 1), (date(2023, 12, 31), 1), (date(2024, 1, 1), 0)])
def test_a_rule_is_in_force_from_its_first_day_to_its_last(on: date, rules: int) -> None:
    rule = rule_file(in_force={"from": date(2020, 1, 1), "to": date(2023, 12, 31)})
    assert len(program_of(rule, on=on).rules) == rules


def test_a_book_out_of_force_takes_its_rules_with_it() -> None:
    force = {"from": date(2020, 1, 1), "to": date(2024, 6, 30)}
    book = book_of(rule_file(in_force=force), in_force=force)
    assert [len(compile_rules([book], on).rules) for on in (date(2024, 6, 30), date(2024, 7, 1))] == [1, 0]


def test_a_day_is_a_limit_that_is_always_there() -> None:
    (rule,) = program_of(rule_file(demands="approval_runs")).rules
    assert [rule.state({"hosting.approval_end": ON + timedelta(days=days)}).value for days in (-1, 0, 1)] == [NOT_MET, MET, MET]


def test_the_telling_leaves_carry_their_claims() -> None:
    law = program_of(rule_file(applies={"all": ["data_are_secret", "breach_would_harm"]}))
    values = {"data.secret": True, "data.harm": False, "offer.qualification": "none"}
    said = finding(law.rules[0], values, claims_of(values), law)
    assert [reason.code for reason in said.because] == ["breach_would_harm.not-met"]
    assert [claim.fact for claim in said.claims] == ["data.harm"]


@settings(max_examples=200, deadline=None)
@given(programs(), cases())
def test_every_proof_answers_as_the_state_and_its_telling_leaves_are_leaves_of_it(law: Program, values: Values) -> None:
    for rule in law.rules:
        state = rule.state(values)
        said = finding(rule, values, claims_of(values), law)
        assert said.proof is not None
        assert said.answer is said.proof.answer is ANSWERS[state.value]
        applies, demands, *lifted = said.proof.children
        numbers = [ANSWERS.index(one.answer) for one in (demands, *lifted)]
        assert max(2 - ANSWERS.index(applies.answer), *numbers) == state.value
        codes = {leaf.reason.code for leaf in leaves(said.proof) if leaf.reason}
        assert {reason.code for reason in said.because} <= codes
        assert said.because


@settings(max_examples=100, deadline=None)
@given(programs(), cases())
def test_the_same_case_gives_the_same_findings_again(law: Program, values: Values) -> None:
    again = compile_rules({rule.book.id: rule.book for rule in law.rules}.values(), law.on)
    claims = claims_of(values)
    first = {rule.ref: finding(rule, values, claims, law) for rule in law.rules}
    assert first == {rule.ref: finding(rule, values, claims, again) for rule in again.rules}


@given(programs(), cases(), cases())
def test_asking_again_only_the_rules_that_read_what_changed_is_asking_all(law: Program, known: Values, more: Values) -> None:
    changed = [name for name in more if known.get(name) != more[name]]
    after = {**known, **more}
    assert law.restated(law.states(known), after, changed) == law.states(after)


def leaves(tree: Proof) -> list[Proof]:
    return [leaf for child in tree.children for leaf in leaves(child)] if tree.children else [tree]


def test_the_decisive_leaves_of_a_negation_are_those_below_it() -> None:
    yes = Proof("check", Answer.MET, reason=CHECKS["data_are_secret"].reason(Answer.MET, {"data.secret": True}, {}))
    no = Proof("other", Answer.NOT_MET, reason=CHECKS["breach_would_harm"].reason(Answer.NOT_MET, {"data.harm": False}, {}))
    either = Proof("any", Answer.MET, children=(yes, no))
    assert decisive(Proof("not", Answer.NOT_MET, children=(either,))) == [yes]


def _crashes(values: Values, limits: Limits) -> Answer:
    raise ZeroDivisionError("one over nothing")


def faulty() -> Program:
    checks = by_name((
        function("divides_by_nothing", ("data.secret",), _crashes, "met", "not met"),
        compare("cost_is_high", "service.project_cost_eur", "above", Limit("cost_eur"), "high", "low"),
        is_true("offer_is_immune", "offer.immune", "immune", "not immune"),
    ))  # fmt: skip
    rule = rule_file(demands={"any": ["divides_by_nothing", "offer_is_immune"]})
    return compile_rules([load({"book.yaml": as_yaml(book_file()), "rules.yaml": as_yaml({"rules": [rule]})}, checks)], ON)


def test_a_check_that_crashes_answers_unknown_is_recorded_and_warned_of() -> None:
    law = faulty()
    with pytest.warns(CheckFaultWarning, match="divides_by_nothing"):
        assert law.rules[0].state({"offer.immune": False}).value == UNKNOWN
    assert [(fault.rule, fault.check, fault.error) for fault in law.faults] == [
        ("little-law@1#1", "divides_by_nothing", "ZeroDivisionError: one over nothing")
    ]


def test_a_check_that_crashes_never_hides_what_is_certain() -> None:
    law = faulty()
    with pytest.warns(CheckFaultWarning):
        assert law.rules[0].state({"offer.immune": True}).value == MET


def test_a_check_that_crashes_fails_a_test_run() -> None:
    with pytest.raises(CheckFaultWarning):
        faulty().states({})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert faulty().states({})


def test_a_value_of_the_wrong_kind_is_unknown_and_recorded() -> None:
    law = program_of(rule_file(demands="cost_is_high"))
    with pytest.warns(CheckFaultWarning):
        assert law.states({"service.project_cost_eur": "nine millions"})[0].value == UNKNOWN
    assert law.faults


def test_a_check_sees_only_the_facts_it_declares() -> None:
    seen: list[Values] = []

    def look(values: Values, limits: Limits) -> Answer:
        seen.append(values)
        return Answer.MET

    checks = by_name((function("looks", ("data.secret",), look, "met", "not met"),))
    book = load({"book.yaml": as_yaml(book_file()), "rules.yaml": as_yaml({"rules": [rule_file(demands="looks")]})}, checks)
    compile_rules([book], ON).states({"data.secret": True, "data.harm": True})
    assert seen == [{"data.secret": True}]


@pytest.mark.parametrize("made", [
    lambda: compare("x", "no.such.fact", "is", True, "", ""),
    lambda: compare("x", "data.secret", "resembles", True, "", ""),
    lambda: function("x", ("no.such.fact",), _crashes, "", ""),
    lambda: by_name((is_true("x", "data.secret", "", ""), is_true("x", "data.harm", "", ""))),
])  # fmt: skip
def test_a_check_that_cannot_be_asked_is_refused_when_it_is_made(made: object) -> None:
    with pytest.raises(ValueError, match=r"fact|comparison|named"):
        made()  # type: ignore[operator]
