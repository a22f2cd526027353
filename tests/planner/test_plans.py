"""Plans: the cheapest by another solver too, without a fault by a checker that knows no solver, and every planted fault found."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from egide.planner import Limits, Status, candidates, plan, verify
from egide.planner.conflict import asked, cheapest_relaxation, minimal_conflict
from egide.planner.plans import Plan
from egide.planner.requirements import requirements

from .little_worlds import World, by_highs, world

LIMITS = Limits(20)
MANY = 1000


def planned(one: World) -> Plan:
    return plan(one.need, one.market, one.law, LIMITS)


def test_two_solvers_agree_to_the_cent_on_two_hundred_needs() -> None:
    answers = Counter()
    for seed in range(200):
        one = world(seed)
        ours, theirs = planned(one), by_highs(one)
        assert (ours.total if ours.placements else None) == theirs, seed
        assert ours.status is (Status.OPTIMAL if theirs is not None else Status.INFEASIBLE)
        answers[ours.status] += 1
    assert min(answers[Status.OPTIMAL], answers[Status.INFEASIBLE]) >= 50, answers


def test_the_checker_finds_no_fault_in_a_thousand_needs_of_which_a_third_cannot_be_met() -> None:
    infeasible = 0
    for seed in range(MANY):
        one = world(seed)
        ours = planned(one)
        if ours.placements:
            assert not verify(ours, one.need, one.market, one.law), seed
            assert ours.bound == ours.total
        else:
            assert ours.status is Status.INFEASIBLE
            infeasible += 1
    assert infeasible >= MANY * 3 // 10


@pytest.mark.parametrize("seed", range(40))
def test_a_planted_cent_is_found(seed: int) -> None:
    one, ours = feasible(seed)
    random = Random(seed)  # noqa: S311 - a draw that can be repeated
    place = random.randrange(len(ours.placements))
    part = random.choice(["machines", "storage", "services", "internet"])
    wrong = replace(ours.placements[place], **{part: getattr(ours.placements[place], part) + random.choice((-10_000, 1, 10_000))})
    planted = replace(ours, placements=(*ours.placements[:place], wrong, *ours.placements[place + 1 :]))
    assert {fault.code for fault in verify(planted, one.need, one.market, one.law)} >= {"wrong-cost"}


@pytest.mark.parametrize("seed", range(40))
def test_a_component_moved_by_hand_is_lawful_and_no_cheaper_or_a_fault_is_named(seed: int) -> None:
    one, ours = feasible(seed)
    random = Random(seed)  # noqa: S311 - a draw that can be repeated
    found = candidates(one.need, one.market, one.law)
    place = random.randrange(len(ours.placements))
    component = ours.placements[place].component
    elsewhere = [each for key, each in {**found.would[component], **found.kept[component]}.items() if key != ours.place_of[component]]
    for other in elsewhere:
        moved = replace(ours, placements=(*ours.placements[:place], other, *ours.placements[place + 1 :]), transfers=(), fixed=())
        faults = {fault.code for fault in verify(moved, one.need, one.market, one.law)} - {"wrong-transfer", "wrong-fixed"}
        alone = plan(replace(one.need, components=tuple(
            replace(each, places=frozenset({other.place})) if each.id == component else each for each in one.need.components
        )), one.market, one.law, LIMITS)  # fmt: skip
        assert faults or alone.total >= ours.total or not alone.placements


def feasible(seed: int) -> tuple[World, Plan]:
    while True:
        one = world(seed)
        ours = planned(one)
        if ours.placements:
            return one, ours
        seed += 1000


def test_no_part_of_a_minimal_conflict_blocks_and_the_whole_does() -> None:
    seen = 0
    for seed in range(120):
        one = world(seed)
        if planned(one).placements:
            continue
        question = asked(one.need, one.market, one.law, LIMITS)
        conflict = minimal_conflict(question)
        assert conflict
        if conflict[0].kind == "sizes":
            continue
        seen += 1
        every = frozenset(requirements(one.need, question.known))
        assert not plan(one.need, one.market, one.law, LIMITS, dropped=every - set(conflict)).placements
        for each in conflict:
            let_go = (every - set(conflict)) | {each}
            assert plan(one.need, one.market, one.law, LIMITS, dropped=let_go).placements, (seed, conflict, each)
    assert seen >= 20


def test_a_relaxation_lets_go_of_no_law_and_gives_a_plan_that_only_breaks_what_it_names() -> None:
    seen = 0
    for seed in range(120):
        one = world(seed)
        if planned(one).placements:
            continue
        relaxed = cheapest_relaxation(asked(one.need, one.market, one.law, LIMITS))
        if relaxed is None:
            continue
        seen += 1
        assert relaxed.dropped
        assert not any(each.law for each in relaxed.dropped)
        assert relaxed.plan.placements
        faults = verify(relaxed.plan, one.need, one.market, one.law)
        assert faults
        assert "law" not in {fault.code for fault in faults}
    assert seen >= 20


def test_the_same_need_gives_the_same_plan() -> None:
    for seed in range(20):
        assert planned(world(seed)) == planned(world(seed))
