"""Actions are another reading of the same findings: nothing is added, nothing is lost, the grave comes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from egide.papers.actions import PROPOSED_DAYS, Action, ActionKind, Basis, actions
from egide.papers.deadlines import clocks_of, deadlines, past, soon
from egide.papers.text import reason_text
from egide.vocabulary.findings import Assessment, ClockKind, Verdict
from egide.vocabulary.language import language

from .golden import same_as_golden
from .world import ON, world

some_services = st.sets(st.integers(0, 14)).map(
    lambda kept: replace(world(), decisions=tuple(one for place, one in enumerate(world().decisions) if place in kept))
)


def told(action: Action) -> str:
    words = language("fr")
    law = "; ".join(rule for rule, _ in action.sources)
    what = reason_text(action.what, "fr")
    owner = words.label(f"role-{action.owner}")
    return f"{action.before} [{action.basis}] {action.kind}: {what} | {owner} | {law} | {len(action.services)}"


def test_the_actions_read_as_they_did() -> None:
    same_as_golden("actions.fr.txt", "\n".join(told(one) for one in actions(world())) + "\n")


def test_one_action_stands_for_many_services() -> None:
    moves = [one for one in actions(world()) if one.kind is ActionKind.MOVE]
    assert [len(one.services) for one in moves] == [4]


def test_two_texts_that_ask_for_the_same_move_are_one_move() -> None:
    (move,) = (one for one in actions(world()) if one.kind is ActionKind.MOVE)
    assert [rule.partition("#")[2] for rule, _ in move.sources] == ["I", "R9"]


@given(some_services)
def test_every_service_that_is_not_settled_is_in_an_action(some: Assessment) -> None:
    concerned = {service for one in actions(some) for service in one.services}
    waiting = {Verdict.STOP, Verdict.FORBIDDEN, Verdict.UNDETERMINED, Verdict.CONDITIONAL}
    assert {one.service.id for one in some.decisions if one.verdict in waiting} <= concerned


@given(some_services)
def test_actions_come_by_day_then_by_gravity(some: Assessment) -> None:
    order = [(one.before, list(ActionKind).index(one.kind)) for one in actions(some)]
    assert order == sorted(order)


@given(some_services)
def test_a_proposed_day_is_never_after_a_clock_of_its_services(some: Assessment) -> None:
    clocks = {one.service.id: [clock.on for clock in clocks_of(one) if clock.days >= 0] for one in some.decisions}
    for action in actions(some):
        if action.basis is Basis.PROPOSED:
            assert ON <= action.before <= ON + timedelta(days=PROPOSED_DAYS)
            assert all(action.before <= day for service in action.services for day in clocks[service])


@given(some_services)
def test_no_action_names_a_service_twice_nor_one_that_is_not_there(some: Assessment) -> None:
    known = {one.service.id for one in some.decisions}
    for action in actions(some):
        assert len(action.services) == len(set(action.services)) > 0
        assert set(action.services) <= known


def test_what_the_law_already_requires_is_due_now() -> None:
    for action in actions(world()):
        if action.kind in (ActionKind.MOVE, ActionKind.REFER):
            assert (action.before, action.basis) == (ON, Basis.ALREADY_DUE)


def test_an_owner_is_always_inside_the_body() -> None:
    assert {str(one.owner) for one in actions(world())} <= {"data-owner", "cio", "buyer", "security", "legal"}


def test_the_end_of_switching_charges_asks_nothing_of_anyone() -> None:
    lines = deadlines(world())
    assert ClockKind.SWITCHING_CHARGES_END in {line.kind for line in lines}
    assert ClockKind.SWITCHING_CHARGES_END not in {line.kind for line in (*soon(lines), *past(lines))}
    assert all(action.what.code != "action.switching-charges-end" for action in actions(world()))


def test_a_clock_that_many_services_share_is_one_deadline() -> None:
    ends = [line for line in deadlines(world()) if line.kind is ClockKind.QUALIFICATION_ENDS]
    assert [(line.days, len(line.services)) for line in ends] == [(7, 2)]


def test_a_hosting_only_planned_moves_nobody() -> None:
    aids = world().decisions[7]
    assert all(one.kind is not ActionKind.MOVE for one in actions(replace(world(), decisions=(aids,))))


def test_what_a_provider_must_do_is_asked_for_by_the_body() -> None:
    one = world().decisions[4]
    hosting = one.hostings[0]
    transition = replace(hosting.clocks[0], kind=ClockKind.SWITCHING_TRANSITION, owner="provider")
    asked = replace(one, hostings=(replace(hosting, clocks=(transition,)),))
    assert [action.owner for action in actions(replace(world(), decisions=(asked,)))] == ["cio"]
