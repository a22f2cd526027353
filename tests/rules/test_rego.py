"""The exported module answers as the engine does: full truth tables, put to a Rego interpreter of others."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egide.doctrine.checks import CHECKS
from egide.doctrine.verdict import contribution, verdict
from egide.rules.book import load
from egide.rules.evaluation import Program, ask, compile_rules
from egide.rules.expression import ANSWERS
from egide.rules.question import representatives
from egide.rules.rego import export, given_checks, in_rego
from egide.vocabulary.findings import Answer
from rules import little_law
from rules.the_law import DAYS, TODAY, files, precedents, program
from rules.truth import WHOLE, Line, answered, columns, size, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.vocabulary.facts import Value, Values

def opa(module: str, query: str, cases: Sequence[Any]) -> list[Any]:
    """The module's answers, from another process."""
    return opa_of_several([(module, cases)], query)


def opa_of_several(modules: Sequence[tuple[str, Sequence[Any]]], query: str) -> list[Any]:
    """The answers of each module to its cases, one after the other, from one process."""
    asked = "\n".join(json.dumps({"module": module, "query": query, "cases": cases}) for module, cases in modules)
    command = [sys.executable, str(Path(__file__).with_name("opa.py"))]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    return [json.loads(line)["expressions"][0] if line.startswith("{") else None for line in done.stdout.splitlines()]


def case(line: Line) -> dict[str, Any]:
    return {"facts": {name: in_rego(value) for name, value in line.facts.items()}, "checks": dict(line.given)}


@pytest.mark.slow
@pytest.mark.parametrize("ref", [rule.ref for rule in program().rules])
def test_every_line_of_a_rules_truth_table_is_answered_the_same_way(ref: str) -> None:
    law = program()
    rule = next(one for one in law.rules if one.ref == ref)
    alone = replace(law, rules=(rule,))
    asked = list(table(rule, law))
    answers = opa(export(alone), "data.egide.rules", [case(line) for line in asked])
    given: dict[str, Answer] = {}
    ours = answered(rule, given, law.on)
    assert len(answers) == len(asked)
    for line, answer in zip(asked, answers, strict=True):
        given.clear()
        given.update(line.given)
        state = ours.evaluate(line.facts)
        said = {part: ANSWERS[number].value for part, number in state._asdict().items()}
        assert answer[ref] == {**said, "value": ANSWERS[state.value].value, "makes": contribution(rule.effect, state).value}, line


def test_small_tables_are_whole_and_large_ones_cover_each_part() -> None:
    law = program()
    large = {rule.ref.partition("@")[0] for rule in law.rules if size(columns(rule.whole, rule, law)) > WHOLE}
    assert large == {"circular-6404-sg", "sren-article-31"}


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_the_law_of_a_day_gives_the_same_verdicts_on_cases_drawn_at_random(on: date) -> None:
    law = program(on)
    chance = random.Random(str(on))  # noqa: S311
    drawn = [draw(law, chance) for _ in range(60)]
    answers = opa(export(law), "data.egide.verdict", [asked_of(law, values) for values in drawn])
    assert answers == [verdict(law, law.states(values)).value for values in drawn]


@pytest.mark.slow
def test_the_precedents_are_decided_the_same_way() -> None:
    """Each by the rulebooks that it is a precedent of; the first of each law, and what no rule of its day binds, by the whole law."""
    asked: dict[tuple[date, frozenset[str]], list[Values]] = {}
    laws = set()
    for on, values, books in precedents():
        law = program(on)
        refs = tuple(rule.ref for rule in law.rules)
        whole = refs not in laws or not any(rule.book.id in books for rule in law.rules)
        laws.add(refs)
        asked.setdefault((on, frozenset(rule.book.id for rule in law.rules if whole or rule.book.id in books)), []).append(values)
    parts = [replace(program(on), rules=tuple(rule for rule in program(on).rules if rule.book.id in books)) for on, books in asked]
    assert parts
    given = [(law, values) for law, known in zip(parts, asked.values(), strict=True) for values in known]
    answers = opa_of_several(
        [(export(law), [asked_of(law, values) for values in known]) for law, known in zip(parts, asked.values(), strict=True)], "data.egide"
    )
    for (law, values), answer in zip(given, answers, strict=True):
        states = law.states(values)
        assert answer["verdict"] == verdict(law, states).value
        assert {ref: said["value"] for ref, said in answer["rules"].items()} == {
            rule.ref: ANSWERS[state.value].value for rule, state in zip(law.rules, states, strict=True)
        }


def asked_of(law: Program, values: Values) -> dict[str, Any]:
    """The module's input: the facts, and the answers of the checks that only Python can ask."""
    checks = {
        name: ask(check, values, rule.limits, rule.ref, law.faults).value for name, (check, rule) in given_checks(law).items()
    }
    return {"facts": {name: in_rego(value) for name, value in values.items()}, "checks": checks, "on": law.on.isoformat()}


def draw(law: Program, chance: random.Random) -> dict[str, Value]:
    known: dict[str, Value] = {}
    unknown_share = chance.choice((0.1, 0.4, 0.8))
    for name in law.readers:
        if chance.random() > unknown_share:
            known[name] = chance.choice(representatives(law, name, known))
    return known


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(little_law.programs(), st.lists(little_law.cases(), min_size=5, max_size=20))
def test_invented_laws_are_decided_the_same_way(law: Program, known: list[Values]) -> None:
    answers = opa(export(law), "data.egide.verdict", [asked_of(law, values) for values in known])
    assert answers == [verdict(law, law.states(values)).value for values in known]


def test_the_same_law_gives_the_same_bytes() -> None:
    again = compile_rules([load(content, CHECKS) for content in files().values()], TODAY)
    assert export(again) == export(program())


def test_a_module_gives_no_verdict_for_another_day() -> None:
    asked = [{"on": "2026-11-23"}, {"on": "2026-11-24"}, {}]
    said = opa(export(little_law.program_of(little_law.rule_file())), "data.egide.verdict", asked)
    assert said == ["undetermined", None, "undetermined"]


def test_a_law_without_rules_leaves_everything_out_of_scope() -> None:
    assert opa(export(compile_rules([], TODAY), "law.of_today"), "data.law.of_today.verdict", [{}]) == ["out-of-scope"]


def test_a_function_check_with_two_sets_of_limits_has_two_names() -> None:
    other = little_law.rule_file("2", demands="notice_runs", limits={"notice_days": [{"from": date(2020, 1, 1), "value": 30}]})
    law = little_law.program_of(little_law.rule_file("1", demands="notice_runs"), other)
    assert list(given_checks(law)) == [f"notice_runs [notice_days={days}][notice_days_longest=200]" for days in (30, 60)]
    day = {"hosting.exit_notice_on": little_law.ON - timedelta(days=45)}
    answer = opa(export(law), "data.egide.rules", [asked_of(law, day)])[0]
    assert [said["value"] for said in answer.values()] == ["met", "unknown"]


@pytest.mark.parametrize("name", ["", "Egide", "egide.", "egide\nimport data", "9law", "a-b"])
def test_what_is_not_a_package_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not the name of a Rego package"):
        export(program(), name)
