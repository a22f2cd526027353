"""The smallest changes that turn a verdict: each was tried, none holds a part that would do, none smaller was missed."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from egide.doctrine.assess import ACCEPTED
from egide.doctrine.verdict import verdict
from egide.rules.question import representatives
from egide.rules.repairs import smallest_repairs
from egide.vocabulary.facts import FACTS
from egide.vocabulary.findings import Change, Repair, Verdict
from rules.little_law import ON, cases, program_of, programs, rule_file
from rules.the_law import precedents, program

if TYPE_CHECKING:
    from egide.rules.evaluation import Program
    from egide.vocabulary.facts import Value, Values

SMALL = 2
"""Brute force looks at sets of at most so many changes."""


def reached(law: Program, values: Values) -> Verdict:
    return verdict(law, law.states(values))


def repairs(law: Program, values: Values) -> tuple[Repair, ...]:
    wanted = ACCEPTED[reached(law, values)]
    return smallest_repairs(law, values, lambda states: verdict(law, states) in wanted)


def applied(values: Values, changes: tuple[Change, ...]) -> Values:
    return {**values, **{change.fact: change.to for change in changes}}


def assert_each_turns_and_no_part_does(law: Program, values: Values) -> tuple[Repair, ...]:
    wanted = ACCEPTED[reached(law, values)]
    found = repairs(law, values)
    for repair in found:
        assert repair
        assert all(FACTS[change.fact].changeable for change in repair)
        assert reached(law, applied(values, repair)) in wanted
        for size in range(len(repair)):
            for part in combinations(repair, size):
                assert reached(law, applied(values, part)) not in wanted
    assert len(set(found)) == len(found)
    assert [len(repair) for repair in found] == sorted(len(repair) for repair in found)
    return found


def by_force(law: Program, values: Values) -> int | None:
    """The size of the smallest repair of at most `SMALL` changes, by trying all of them."""
    wanted = ACCEPTED[reached(law, values)]
    names = [name for name in law.readers if FACTS[name].changeable]
    for size in range(1, SMALL + 1):
        for chosen in combinations(names, size):
            answers: list[tuple[Value, ...]] = [representatives(law, name, values) for name in chosen]
            for picked in product(*answers):
                if reached(law, {**values, **dict(zip(chosen, picked, strict=True))}) in wanted:
                    return size
    return None


@settings(max_examples=100, deadline=None)
@given(programs(), st.lists(cases(), min_size=8, max_size=8))
def test_a_repair_turns_the_verdict_and_no_part_of_it_does(law: Program, drawn: list[Values]) -> None:
    repairable = [values for values in drawn if reached(law, values) in ACCEPTED]
    assume(repairable)
    for values in repairable:
        assert_each_turns_and_no_part_does(law, values)


@settings(max_examples=60, deadline=None)
@given(programs(most=3), st.lists(cases(), min_size=8, max_size=8))
def test_no_smaller_repair_was_missed(law: Program, drawn: list[Values]) -> None:
    repairable = [values for values in drawn if reached(law, values) in ACCEPTED]
    assume(repairable)
    for values in repairable:
        smallest = by_force(law, values)
        if smallest is not None:
            found = repairs(law, values)
            assert found
            assert len(found[0]) == smallest


@pytest.mark.slow
def test_repairs_of_the_precedents_turn_their_verdicts_and_none_smaller_was_missed() -> None:
    seen = set()
    for on, values, _ in precedents():
        law = program(on)
        if reached(law, values) not in ACCEPTED:
            continue
        found = assert_each_turns_and_no_part_does(law, values)
        smallest = by_force(law, values)
        assert (len(found[0]) if found and len(found[0]) <= SMALL else None) == smallest
        seen.add(bool(found))
    assert seen == {True, False}


def test_what_cannot_be_acted_on_is_never_a_repair() -> None:
    law = program_of(rule_file(applies="data_are_secret", demands="offer_is_commercial"))
    assert repairs(law, {"data.secret": True, "offer.model": "internal-cloud"}) == ()


def test_the_shortest_way_comes_first() -> None:
    law = program_of(rule_file(demands={"any": [{"all": ["offer_is_qualified", "offer_is_immune"]}, "derogation_was_validated"]}))
    values = {"offer.qualification": "none", "offer.immune": False, "derogation.validated": False}
    found = repairs(law, values)
    assert found[0] == (Change("derogation.validated", True),)
    assert found[1] == (Change("offer.qualification", "qualified"), Change("offer.immune", True))


def test_several_rules_in_the_way_are_repaired_together() -> None:
    names = ("offer_is_qualified", "offer_is_immune", "contract_has_exit_terms", "derogation_was_validated", "approval_runs")
    law = program_of(*(rule_file(name, demands=name) for name in names[:4]))
    values = {"offer.qualification": "none", "offer.immune": False, "hosting.exit_terms": False, "derogation.validated": False}
    (repair,) = repairs(law, values)
    assert {change.fact for change in repair} == set(values)


def test_nothing_is_to_be_repaired_where_the_verdict_is_accepted() -> None:
    law = program_of(rule_file())
    accepted = smallest_repairs(law, {"offer.qualification": "qualified"}, lambda states: verdict(law, states) is Verdict.ALLOWED)
    assert accepted == ()


def test_a_date_is_repaired_to_the_nearest_day_that_turns_the_verdict() -> None:
    law = program_of(rule_file(demands="qualified_long_enough"))
    values = {"offer.qualified_to": ON.replace(year=2025)}
    assert repairs(law, values) == ((Change("offer.qualified_to", ON),),)
