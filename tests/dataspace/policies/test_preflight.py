"""Alarms before a policy is offered: each is proved against every state of a small world, and none is missed there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dataspace.policies.world import NOON, conditions, made, request

from egide.dataspace.policies.compiling import compile_policy
from egide.dataspace.policies.deciding import May, decide
from egide.dataspace.policies.facts import Outcome
from egide.dataspace.policies.model import Action, Conflict, Constraint, Operator, Policy, Rule, RuleKind
from egide.dataspace.policies.preflight import Weight, preflight
from egide.dataspace.policies.values import Value

HOUR = timedelta(hours=1)
ORDERS = [Operator.EQ, Operator.NEQ, Operator.LT, Operator.LTEQ, Operator.GT, Operator.GTEQ]
SETS = [Operator.IS_ANY_OF, Operator.IS_NONE_OF, Operator.IS_ALL_OF, Operator.EQ]
WORDS = ["hds", "eucs"]
DAYS = ["2026-11-22", "2026-11-23", "2026-11-23T12:00:00Z"]
LEAVES = st.one_of(
    st.builds(Constraint, st.just("count"), st.sampled_from(ORDERS), st.integers(0, 3)),
    st.builds(Constraint, st.just("partyHeldFromOutsideTheUnion"), st.sampled_from(ORDERS), st.integers(0, 2)),
    st.builds(Constraint, st.just("dateTime"), st.sampled_from(ORDERS), st.sampled_from(DAYS)),
    st.builds(Constraint, st.just("partySeat"), st.sampled_from([Operator.EQ, Operator.NEQ]), st.sampled_from(["FR", "US"])),
    st.builds(Constraint, st.just("partyLabel"), st.sampled_from(SETS), st.lists(st.sampled_from(WORDS), max_size=2, unique=True)),
    st.builds(Constraint, st.just("partyControlledFromOutsideTheUnion"), st.just(Operator.EQ), st.booleans()),
)  # fmt: skip
WORLD: dict[str, list[Value]] = {
    "count": [-1, 0, 1, 2, 3, 4], "partyHeldFromOutsideTheUnion": [-1, 0, Decimal("0.5"), 1, Decimal("1.5"), 2, 3],
    "dateTime": [NOON - 48 * HOUR, NOON - 36 * HOUR, NOON - 24 * HOUR, NOON - 12 * HOUR, NOON - HOUR, NOON, NOON + HOUR, NOON + 12 * HOUR],
    "partySeat": ["FR", "US", "DE"],
    "partyLabel": [frozenset(each) for size in range(4) for each in combinations([*WORDS, "own"], size)],
    "partyControlledFromOutsideTheUnion": [True, False],
}  # fmt: skip


def named(rules: tuple[Rule, ...]) -> list[str]:
    found: list[str] = []
    ahead: list[Any] = [one for rule in rules for one in rule.conditions]
    while ahead:
        one = ahead.pop()
        if isinstance(one, Constraint):
            found.append(one.left)
        else:
            ahead += one.parts
    return sorted(set(found))


def allowed_somewhere(policy: Policy, since: datetime | None = None) -> bool:
    """Whether any state of the world gets a yes: all are tried."""
    compiled, names = compile_policy(policy), named(policy.rules)
    for values in product(*(WORLD[name] for name in names)):
        facts = dict(zip(names, values, strict=True))
        at = facts.pop("dateTime", NOON)
        assert isinstance(at, datetime)
        if (since is None or at >= since) and decide(compiled, request(at=at, facts=facts)).may is May.ALLOWED:
            return True
    return False


@settings(max_examples=250)
@given(st.lists(conditions(LEAVES, ids=False), max_size=3), st.lists(conditions(LEAVES, ids=False), max_size=1), st.booleans(),
       st.sampled_from(Conflict), st.sampled_from([None, NOON]))  # fmt: skip
def test_an_alarm_is_raised_exactly_when_no_state_of_the_world_gets_a_yes(
    permitted: list[Any], prohibited: list[Any], forbids: bool, conflict: Conflict, since: datetime | None
) -> None:
    use = (Action("use"),)
    rules = [Rule(RuleKind.PERMISSION, use, conditions=tuple(permitted))]
    rules += [Rule(RuleKind.PROHIBITION, use, conditions=tuple(prohibited))] * forbids
    policy = Policy("urn:example:policy", rules=tuple(rules), conflict=conflict)
    if len(named(policy.rules)) > 3:
        return
    alarmed = any(one.weight is Weight.NEVER and one.path == "$" for one in preflight(compile_policy(policy), since))
    assert alarmed is not allowed_somewhere(policy, since)


CASES: list[tuple[list[Any], str]] = [
    ([{"dateTime": {"lt": "2026-01-01", "gt": "2027-01-01"}}], "contradiction"), ([{"purpose": []}], "empty-set"),
    ([{"dateTime": {"lteq": "2023-12-31T06:00Z"}}], "closed"), ([{"colour": "red"}], "unknown-operand"),
    ([{"dateTime": {"lt": "soon"}}], "wrong-value"), ([{"purpose": "a"}, {"purpose": "b"}], "contradiction"),
    ([{"count": {"gt": 3, "lt": 4}}], "contradiction"), ([{"any": []}], "contradiction"),
    ([{"one": [{"partySeat": "FR"}, {"partySeat": {"neq": "DE"}}, {"partySeat": {"isAnyOf": ["FR", "DE"]}}]},
      {"partySeat": "FR"}], "contradiction"),
]  # fmt: skip


@pytest.mark.parametrize(("when", "code"), CASES)
def test_what_can_never_be_met_is_named(when: list[Any], code: str) -> None:
    whole, one = preflight(made(allow=[{"do": "use", "when": when}]), NOON)
    assert (whole.path, whole.reason.code) == ("$", "never-met")
    assert (one.path, one.reason.code) == ("$.permission[0]", code)


def test_the_conditions_named_are_the_fewest_that_contradict_each_other() -> None:
    when = [{"partySeat": "FR"}, {"count": {"gt": 5}}, {"dateTime": {"lt": "2027-01-01"}}, {"count": {"lt": 3}}]
    (_, alarm) = preflight(made(allow=[{"do": "use", "when": when}]), NOON)
    assert [one.left for one in alarm.conditions if isinstance(one, Constraint)] == ["count", "count"]


@pytest.mark.parametrize("when", [
    [{"partyHeldFromOutsideTheUnion": {"gt": 3, "lt": 4}}], [{"partyLabel": "hds"}, {"partyLabel": "eucs"}],
    [{"dateTime": {"gteq": "2026-11-23", "lteq": "2026-11-23"}}], [{"partySeat": {"isPartOf": "EU"}}, {"partySeat": {"isPartOf": "OTAN"}}],
    [{"elapsedTime": {"gt": "P1M", "lt": "P31D"}}], [{"DataUsageEndDate": "2023-10-04T12:30:00Z"}],
    [{"partyLabel": {"isAllOf": [f"label-{number}" for number in range(40)]}}, {"partyLabel": {"isNoneOf": ["other"]}}],
])  # fmt: skip
def test_no_alarm_is_raised_for_what_can_be_met(when: list[Any]) -> None:
    assert not preflight(made(allow=[{"do": "use", "when": when}]), NOON)


@pytest.mark.parametrize(("when", "never"), [
    ([{"partyLabel": {"isAllOf": [f"l{n}" for n in range(40)]}}, {"partyLabel": {"isNoneOf": ["l7"]}}], True),
    ([{"partyLabel": [f"l{n}" for n in range(40)]}, {"partyLabel": {"isNoneOf": [f"l{n}" for n in range(40)]}}], True),
    ([{"partyLabel": {"eq": [f"l{n}" for n in range(40)]}}, {"partyLabel": "other"}], True),
    ([{"partyLabel": {"eq": [f"l{n}" for n in range(40)]}}, {"partyLabel": "l3"}], False),
])  # fmt: skip
def test_long_lists_of_labels_are_judged_without_trying_them_all(when: list[Any], never: bool) -> None:
    assert bool(preflight(made(allow=[{"do": "use", "when": when}]), NOON)) is never


def test_a_prohibition_that_covers_everything_leaves_nothing() -> None:
    whole, alarm = preflight(made(allow=[{"do": "read", "when": [{"partySeat": "FR"}]}], forbid=["use"]), NOON)
    assert (whole.reason.code, alarm.reason.code) == ("never-met", "always-prohibited")
    assert not preflight(made(allow=["use"], forbid=["read"]), NOON)
    assert not preflight(made(allow=["read"], forbid=["use"], conflict="permit"), NOON)


def test_a_prohibition_that_never_applies_is_told_apart() -> None:
    (alarm,) = preflight(made(allow=["use"], forbid=[{"do": "use", "when": [{"count": {"lt": 1, "gt": 2}}]}]), NOON)
    assert alarm.weight is Weight.IDLE


def test_a_policy_without_permission_and_one_of_an_unknown_profile_allow_nothing() -> None:
    assert [one.reason.code for one in preflight(made(forbid=["use"]), NOON)] == ["grants-nothing"]
    assert preflight(made(allow=["use"], profile="urn:example:own"), NOON)[0].reason.code == "unknown-profile"


def test_what_would_take_too_long_raises_no_alarm_and_ends() -> None:
    choices = [{"any": [{"count": number}, {"partyHeldFromOutsideTheUnion": number}]} for number in range(40)]
    assert not [one for one in preflight(made(allow=[{"do": "use", "when": choices}]), NOON) if one.weight is Weight.IDLE]


def test_what_the_protocol_cannot_carry_is_named() -> None:
    context = {"@context": ["https://w3id.org/dspace/2025/1/context.jsonld"]}
    allow = [{"do": "use", "about": "urn:example:x", "when": [{"count": {"lt": 3}}]}]
    policy = made(kind="offer", also=context, allow=allow, conflict="prohibit")
    assert {one.reason.code for one in preflight(policy, NOON)} == {"not-carried", "on-the-policy"}
    assert {one.weight for one in preflight(policy, NOON)} == {Weight.PROFILE}


def test_a_period_is_open_until_its_last_moment() -> None:
    soon = made(allow=[{"do": "use", "when": [{"dateTime": {"lt": "2026-11-24"}}]}])
    assert not preflight(soon, NOON)
    assert preflight(soon, datetime(2026, 11, 24, tzinfo=UTC))
    assert decide(soon, request()).permissions == (Outcome.MET,)
