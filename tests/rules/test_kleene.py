"""Three answers: Kleene's laws, that knowing more never changes a known answer, and an oracle of another making."""

from __future__ import annotations

import random
from itertools import product
from typing import TYPE_CHECKING

import clingo
import pytest
from hypothesis import given, settings

from egide.doctrine.checks import CHECKS
from egide.rules.evaluation import formula
from egide.rules.expression import ALWAYS, ANSWERS, MET, NEVER, NOT_MET, UNKNOWN, Node, combine, parse
from egide.rules.proofs import prove
from egide.rules.question import representatives
from egide.vocabulary.errors import Location
from egide.vocabulary.findings import Answer
from rules import little_law
from rules.little_law import cases, expressions, programs
from rules.the_law import DAYS, program

if TYPE_CHECKING:
    from datetime import date

    from egide.rules.checks import Check
    from egide.rules.evaluation import CompiledRule, Program
    from egide.vocabulary.facts import Values

NUMBERS = (NOT_MET, UNKNOWN, MET)
AT = Location("a test")


@pytest.mark.parametrize(("one", "other"), list(product(NUMBERS, NUMBERS)))
def test_de_morgan_exchange_and_absorption(one: int, other: int) -> None:
    both, either = combine("all", (one, other)), combine("any", (one, other))
    assert combine("not", (both,)) == combine("any", (combine("not", (one,)), combine("not", (other,))))
    assert both == combine("all", (other, one))
    assert either == combine("any", (other, one))
    assert combine("all", (one, either)) == one == combine("any", (one, both))
    assert combine("not", (combine("not", (one,)),)) == one


@pytest.mark.parametrize("triple", list(product(NUMBERS, NUMBERS, NUMBERS)))
def test_grouping_and_sharing_out_change_nothing(triple: tuple[int, int, int]) -> None:
    a, b, c = triple
    for op, other in (("all", "any"), ("any", "all")):
        assert combine(op, (a, combine(op, (b, c)))) == combine(op, triple) == combine(op, (combine(op, (a, b)), c))
        assert combine(op, (a, combine(other, (b, c)))) == combine(other, (combine(op, (a, b)), combine(op, (a, c))))


def test_unknown_is_its_own_opposite_and_nothing_excludes_it() -> None:
    assert combine("not", (UNKNOWN,)) == UNKNOWN
    assert combine("any", (UNKNOWN, combine("not", (UNKNOWN,)))) == UNKNOWN


def test_a_scope_that_is_not_written_holds_and_a_demand_that_is_not_written_never_does() -> None:
    assert formula(ALWAYS, "", {}, [])({}) == MET
    assert formula(NEVER, "", {}, [])({}) == NOT_MET


@settings(max_examples=300, deadline=None)
@given(programs(), cases(), cases())
def test_knowing_more_never_changes_a_known_answer(law: Program, known: Values, more: Values) -> None:
    for rule in law.rules:
        before, after = rule.state(known), rule.state({**more, **known})
        for was, now in zip((*before, before.value), (*after, after.value), strict=True):
            assert was in (UNKNOWN, now)


TWO_SOURCES = {"derogation_still_runs", "data_stay_in_france", "data_stay_in_the_eea", "data_stay_where_protection_is_adequate"}
"""These read two facts that may contradict each other: the body says one country and the catalogue another; one fact says since
when an acceptable offer is available and the other that none is. The graver then holds, so a met answer may still fall."""


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_a_check_of_the_law_keeps_its_answer_when_more_is_known_unless_two_sources_contradict(on: date) -> None:
    law = program(on)
    for rule in law.rules:
        for check in rule.whole.checks():
            for known, answer in every(check, rule, law):
                after = {
                    check.answer({**known, name: value}, rule.limits)
                    for name in check.reads
                    if name not in known
                    for value in representatives(law, name, known)
                }
                if answer is Answer.NOT_MET or (answer is Answer.MET and check.name not in TWO_SOURCES):
                    assert after <= {answer}, (check.name, known)


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_where_two_sources_may_contradict_a_rule_only_ever_demands(on: date) -> None:
    """So a contradiction makes a verdict graver, never lighter: no rule ceases to apply because of one."""
    for rule in program(on).rules:
        scope = [*(rule.book.binds.checks() if rule.book.binds else ()), *rule.rule.applies.checks()]
        negated = [check for node in (rule.rule.demands, *(one.when for one in rule.rule.unless)) for check in under_not(node)]
        assert not TWO_SOURCES & {check.name for check in (*scope, *negated)}


def under_not(node: Node) -> list[Check]:
    if node.op == "not":
        return list(node.checks())
    return [check for part in node.parts for check in under_not(part)]


def every(check: Check, rule: CompiledRule, law: Program) -> list[tuple[Values, Answer]]:
    """Every way to know the facts that the check reads, with its answer."""
    known: list[Values] = [{}]
    for name in check.reads:
        known = [{**one, **more} for one in known for more in ({}, *({name: value} for value in representatives(law, name, one)))]
    return [(one, check.answer(one, rule.limits)) for one in known]


@given(expressions(), cases())
def test_a_proof_tree_answers_as_its_formula(written: object, known: Values) -> None:
    node = parse(written, little_law.CHECKS, AT, "$")
    rule = little_law.program_of(little_law.rule_file(applies={"all": list(little_law.CHECKS)})).rules[0]
    said = formula(node, rule.ref, rule.limits, [])(known)
    assert prove(node, rule, known, {}, []).answer is ANSWERS[said]


def test_a_logic_program_of_others_agrees_on_random_formulas() -> None:
    """Answer-set programming, with the three tables written out as facts: nothing of ours but the formula."""
    chance = random.Random(20261123)  # noqa: S311
    leaves = [CHECKS[name] for name in ("data_are_personal", "data_are_health", "breach_would_harm", "offer_is_immune", "system_is_vital")]
    for _ in range(400):
        node = drawn(chance, leaves, depth=4)
        answers = {check.name: chance.choice(list(Answer)) for check in leaves}
        known = {check.reads[0]: answers[check.name] is Answer.MET for check in leaves if answers[check.name] is not Answer.UNKNOWN}
        assert ANSWERS[formula(node, "", {}, [])(known)] is solved(node, answers)


def drawn(chance: random.Random, leaves: list[Check], depth: int) -> Node:
    if depth == 0 or chance.random() < 0.2:
        return Node("check", (), chance.choice(leaves))
    op = chance.choice(("all", "any", "not"))
    return Node(op, tuple(drawn(chance, leaves, depth - 1) for _ in range(1 if op == "not" else chance.randint(1, 4))))


TABLES = """
met(N) :- leaf(N, met).
not_met(N) :- leaf(N, not_met).
met(N) :- op(N, negation), part(N, P), not_met(P).
not_met(N) :- op(N, negation), part(N, P), met(P).
met(N) :- op(N, all), met(P) : part(N, P).
not_met(N) :- op(N, all), part(N, P), not_met(P).
met(N) :- op(N, any), part(N, P), met(P).
not_met(N) :- op(N, any), not_met(P) : part(N, P).
answer(met) :- met(0).
answer(not_met) :- not_met(0).
answer(unknown) :- not met(0), not not_met(0).
#show answer/1.
"""


def solved(node: Node, answers: dict[str, Answer]) -> Answer:
    facts: list[str] = []

    def put(one: Node) -> int:
        number = len(facts)
        facts.append("")
        if one.check is not None:
            facts[number] = f"leaf({number}, {answers[one.check.name].replace('-', '_')})."
        else:
            op = "negation" if one.op == "not" else one.op
            facts[number] = f"op({number}, {op})." + "".join(f" part({number}, {put(part)})." for part in one.parts)
        return number

    put(node)
    control = clingo.Control()
    control.add("base", [], TABLES + "\n".join(facts))
    control.ground([("base", [])])
    found: list[str] = []
    control.solve(on_model=lambda model: found.extend(str(symbol.arguments[0]) for symbol in model.symbols(shown=True)))
    (answer,) = found
    return Answer(answer.replace("_", "-"))
