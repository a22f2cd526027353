"""What is allowed, refused or not known, and why: operators, scopes, duties, conflicts, inheritance, time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dataspace.policies.world import NOON, made, request

from egide.dataspace.policies.compiling import compile_policy
from egide.dataspace.policies.deciding import Ground, May, decide, until
from egide.dataspace.policies.facts import DutyState, Outcome
from egide.dataspace.policies.inheriting import AbsentParentError, CircularInheritanceError, inherited
from egide.dataspace.policies.model import Policy, PolicyError
from egide.dataspace.policies.operands import Profile
from egide.dataspace.policies.preflight import preflight
from egide.dataspace.policies.profiles import PROFILES, vocabulary
from egide.dataspace.policies.proving import prove
from egide.dataspace.policies.short_reading import read_short
from egide.dataspace.policies.values import Kind, Value, one

A, B = "urn:example:a", "urn:example:b"
LABELS = frozenset({"secnumcloud", "hds"})


def answer(condition: dict[str, Any], facts: dict[str, Value], **more: Any) -> Outcome:
    """How one condition stands, seen through a permission that has only this one."""
    return decide(made(allow=[{"do": "use", "when": [condition]}]), request(facts=facts, **more)).permissions[0]


YES, NO, OPEN, WORD, NEVER = Outcome.MET, Outcome.NOT_MET, Outcome.UNKNOWN, Outcome.PROMISED, Outcome.UNUSABLE
HELD, CONTROLLED = "partyHeldFromOutsideTheUnion", "partyControlledFromOutsideTheUnion"
BOTH = ["secnumcloud", "hds"]
OPERATORS: list[tuple[str, str, Any, Any, Outcome]] = [
    ("partySeat", "eq", "FR", "FR", YES), ("partySeat", "eq", "FR", "US", NO), ("partySeat", "eq", "FR", None, OPEN),
    ("purpose", "eq", "research", None, WORD), ("purpose", "eq", "research", "billing", NO), ("partySeat", "neq", "FR", "FR", NO),
    ("partySeat", "isAnyOf", ["FR", "DE"], "DE", YES), ("partySeat", "isNoneOf", ["FR", "DE"], "DE", NO),
    ("partyLabel", "eq", "hds", LABELS, YES), ("partyLabel", "neq", "hds", LABELS, NO), ("partyLabel", "isAllOf", BOTH, LABELS, YES),
    ("partyLabel", "isAllOf", ["hds", "eucs"], LABELS, NO), ("partyLabel", "eq", ["hds"], LABELS, NO),
    ("partyLabel", "eq", BOTH, LABELS, YES), ("partyLabel", "isAnyOf", [], LABELS, NO), ("count", "lteq", 3, 3, YES),
    ("count", "lt", "3", 3, NO), (HELD, "lteq", 24.5, 24, YES), (HELD, "gt", 24, 24, NO), (CONTROLLED, "eq", False, False, YES),
    ("dateTime", "lteq", "2026-11-23", None, YES), ("dateTime", "lt", "2026-11-23", None, NO),
    ("dateTime", "eq", "2026-11-23T13:00:00+01:00", None, YES), ("dateTime", "term-lteq", "2026-11-23T12:00Z", None, YES),
    ("dateTime", "isNoneOf", ["2026-11-22", "2026-11-23"], None, NO), ("elapsedTime", "lt", "P30D", one("P29D", Kind.DURATION), YES),
    ("dateTime", "gteq", "soon", None, NEVER), ("colour", "eq", "red", "red", NEVER), ("partySeat", "lt", "FR", "FR", NEVER),
    ("count", "isPartOf", 3, 3, NEVER), ("count", "eq", True, 1, NEVER), ("count", "lt", [3], 1, NEVER),
]  # fmt: skip


@pytest.mark.parametrize(("left", "operator", "right", "fact", "expected"), OPERATORS)
def test_an_operator_answers_as_the_standard_says(left: str, operator: str, right: Any, fact: Any, expected: Outcome) -> None:
    assert answer({left: {operator: right}}, {} if fact is None else {left: fact}) is expected


def test_another_unit_and_an_operand_that_stands_elsewhere_are_not_compared() -> None:
    assert answer({"left": "absoluteSize", "is": "lteq", "right": 5, "also": {"unit": "MB"}}, {"absoluteSize": 3}) is NEVER
    elsewhere = {"left": "purpose", "is": "eq", "also": {"rightOperandReference": "https://elsewhere.example"}}
    assert answer(elsewhere, {"purpose": "x"}) is NEVER


def test_belonging_is_followed_upwards_and_its_circles_end() -> None:
    within = {"FR": frozenset({"EU"}), "EU": frozenset({"Europe"}), "Europe": frozenset({"EU"})}
    for operator, right, expected in (("isPartOf", "Europe", YES), ("isA", "EU", YES), ("isPartOf", "Asia", NO)):
        assert answer({"partySeat": {operator: right}}, {"partySeat": "FR"}, within=within) is expected
    assert answer({"partyPlaces": {"hasPart": "FR"}}, {"partyPlaces": frozenset({"Europe"})}, within=within) is Outcome.MET
    assert answer({"partyPlaces": {"hasPart": ["FR", "US"]}}, {"partyPlaces": frozenset({"Europe"})}, within=within) is Outcome.NOT_MET


def test_a_month_is_between_28_and_31_days_and_what_lies_between_is_not_known() -> None:
    for days, expected in ((27, YES), (28, OPEN), (31, OPEN), (32, NO)):
        assert answer({"elapsedTime": {"lt": "P1M"}}, {"elapsedTime": one(f"P{days}D", Kind.DURATION)}) is expected


OUTCOMES = st.sampled_from(Outcome)
KLEENE = {Outcome.MET: True, Outcome.NOT_MET: False}
CELLS: dict[Outcome, tuple[dict[str, Any], dict[str, Value]]] = {
    Outcome.MET: ({"partySeat": "FR"}, {"partySeat": "FR"}), Outcome.NOT_MET: ({"partySeat": "US"}, {"partySeat": "FR"}),
    Outcome.UNKNOWN: ({"partyQualification": "x"}, {}), Outcome.PROMISED: ({"purpose": "x"}, {}), Outcome.UNUSABLE: ({"colour": "x"}, {}),
}  # fmt: skip


@settings(max_examples=150)
@given(st.sampled_from(["all", "any", "one", "in-order"]), st.lists(OUTCOMES, min_size=1, max_size=4))
def test_joined_conditions_are_kleenes(how: str, parts: list[Outcome]) -> None:
    found = answer({how: [CELLS[part][0] for part in parts]}, {"partySeat": "FR"})
    answers = [KLEENE.get(part) for part in parts]
    kleene: bool | None
    if how == "any":
        kleene = True if True in answers else None if None in answers else False
    elif how == "one":
        kleene = False if answers.count(True) > 1 else None if None in answers else answers.count(True) == 1
    else:
        kleene = False if False in answers else None if None in answers else True
    assert KLEENE.get(found) is kleene
    if kleene is None:
        assert found in parts


def test_an_operand_that_nobody_declares_denies_and_the_reason_names_it() -> None:
    policy = made(allow=[{"do": "use", "when": [{"colour": "red"}]}])
    proved = prove(policy, request())
    assert (proved.decision.may, proved.decision.ground) == (May.REFUSED, Ground.UNUSABLE)
    (leaf,) = proved.permissions[0].leaves()
    assert leaf.wrong and leaf.wrong.code == "unknown-operand"
    prohibited = made(allow=["use"], forbid=[{"do": "use", "when": [{"colour": "red"}]}])
    assert decide(prohibited, request()).may is May.REFUSED


def test_what_is_not_known_refuses_for_now_and_says_what_to_ask() -> None:
    proved = prove(made(allow=[{"do": "use", "when": [{"partySeat": "FR"}, {"purpose": "x"}]}]), request())
    assert proved.decision.may is May.UNDETERMINED
    assert [one.name for one in proved.missing()] == ["partySeat"]


@pytest.mark.parametrize(("asked", "rule", "holds"), [
    ("read", "use", True), ("use", "read", False), ("display", "play", True), ("display", "use", True), ("sell", "use", False),
    ("sell", "transfer", True), ("write", "use", True), ("access", "use", False), ("unheard", "unheard", True), ("unheard", "use", False),
])  # fmt: skip
def test_a_permission_covers_what_is_part_of_its_action(asked: str, rule: str, holds: bool) -> None:
    assert (decide(made(allow=[rule]), request(asked)).may is May.ALLOWED) is holds
    assert (decide(made(allow=[asked], forbid=[rule], conflict="prohibit"), request(asked)).may is May.REFUSED) is holds


def test_what_an_action_implies_must_not_be_prohibited() -> None:
    own = Profile("own", "urn:example:own", "own", {}, wider={"mirror": "reproduce", "ship": "distribute"},
                  implies={"mirror": frozenset({"ship"})})  # fmt: skip
    words = vocabulary([*PROFILES.values(), own])
    policy = read_short({"allow": ["mirror"], "forbid": ["distribute"], "conflict": "prohibit"})
    assert decide(compile_policy(policy, words), request("mirror")).may is May.REFUSED
    assert decide(compile_policy(policy, vocabulary(PROFILES.values())), request("mirror")).may is May.ALLOWED


def test_collections_take_in_their_members_and_refinements_narrow_them() -> None:
    policy = made(allow=[{"do": "use", "about": {"id": "urn:example:curves", "kind": "AssetCollection"},
                          "to": {"id": "urn:example:members", "kind": "PartyCollection", "where": [{"partySeat": "FR"}]}}])  # fmt: skip
    within = {"urn:example:data": frozenset({"urn:example:curves"}), A: frozenset({"urn:example:members"})}
    assert decide(policy, request(party=A, facts={"partySeat": "FR"}, within=within)).may is May.ALLOWED
    assert decide(policy, request(party=A, facts={"partySeat": "US"}, within=within)).may is May.REFUSED
    assert decide(policy, request(party=A, within=within)).may is May.UNDETERMINED
    assert decide(policy, request(party=B, facts={"partySeat": "FR"}, within=within)).ground is Ground.NO_PERMISSION
    assert decide(policy, request(party=None, within=within)).may is May.UNDETERMINED


def test_a_refined_action_is_another_action_when_the_refinement_fails() -> None:
    policy = made(allow=[{"do": {"do": "print", "where": [{"resolution": {"lteq": 300}}]}}])
    assert decide(policy, request("print", facts={"resolution": 200})).may is May.ALLOWED
    assert decide(policy, request("print", facts={"resolution": 600})).may is May.REFUSED


@pytest.mark.parametrize(("conflict", "may", "ground"), [
    ("permit", May.ALLOWED, Ground.PERMITTED), ("prohibit", May.REFUSED, Ground.PROHIBITED), ("invalid", May.REFUSED, Ground.VOID),
    (None, May.REFUSED, Ground.VOID),
])  # fmt: skip
def test_conflicts_end_as_the_policy_says(conflict: str | None, may: May, ground: Ground) -> None:
    said = {"conflict": conflict} if conflict else {}
    policy = made(allow=["use"], forbid=[{"do": "use", "when": [{"partySeat": "US"}]}], **said)
    decision = decide(policy, request(facts={"partySeat": "US"}))
    assert (decision.may, decision.ground) == (may, ground)
    assert decide(policy, request()).may is (May.ALLOWED if conflict == "permit" else May.UNDETERMINED)


def test_a_prohibition_by_promise_does_not_stop_and_is_told() -> None:
    proved = prove(made(allow=["use"], forbid=["distribute", {"do": "use", "when": [{"purpose": "advertising"}]}]), request())
    assert proved.decision.may is May.ALLOWED
    assert [one.path for one in proved.restraints()] == ["$.prohibition[0]", "$.prohibition[1]"]


DUTY = {"allow": [{"do": "use", "owing": [{"id": "urn:example:pay", "do": "compensate", "when": [{"dateTime": {"lteq": "2026-12-31"}}],
                                           "otherwise": [{"id": "urn:example:fine", "do": "compensate"}]}]}]}  # fmt: skip


def test_a_duty_is_owed_until_its_day_and_then_not_known() -> None:
    proved = prove(made(**DUTY), request())
    assert proved.decision.may is May.ALLOWED
    assert [one.duty.key for one in proved.owed()] == ["urn:example:pay"]
    late = datetime(2027, 1, 1, tzinfo=UTC)
    assert proved.until == late
    assert decide(made(**DUTY), request(at=late)).may is May.UNDETERMINED
    done = {"urn:example:pay": DutyState.FULFILLED}
    assert decide(made(**DUTY), request(at=late, duties=done)).may is May.ALLOWED


def test_a_violated_duty_refuses_until_its_consequence_is_done() -> None:
    violated = {"urn:example:pay": DutyState.VIOLATED}
    assert decide(made(**DUTY), request(duties=violated)).may is May.REFUSED
    assert decide(made(**DUTY), request(duties=violated | {"urn:example:fine": DutyState.FULFILLED})).may is May.ALLOWED
    bare = made(allow=[{"do": "use", "owing": [{"id": "urn:example:pay", "do": "compensate"}]}])
    assert decide(bare, request(duties=violated)).may is May.REFUSED


def test_an_obligation_binds_whom_it_names() -> None:
    policy = made(allow=["use"], oblige=[{"id": "urn:example:tell", "do": "inform", "to": A}])
    violated = {"urn:example:tell": DutyState.VIOLATED}
    assert decide(policy, request(party=A, duties=violated)).ground is Ground.VIOLATED
    assert decide(policy, request(party=B, duties=violated)).may is May.ALLOWED
    assert [one.duty.key for one in prove(policy, request(party=A)).owed()] == ["urn:example:tell"]


def test_an_infringed_prohibition_refuses_until_it_is_repaired() -> None:
    repair = [{"id": "urn:example:mend", "do": "delete"}]
    policy = made(allow=["use"], forbid=[{"id": "urn:example:no", "do": "distribute", "repair": repair}])
    infringed = frozenset({"urn:example:no"})
    assert decide(policy, request(infringed=infringed)).ground is Ground.UNREMEDIED
    assert decide(policy, request(infringed=infringed, duties={"urn:example:mend": DutyState.FULFILLED})).may is May.ALLOWED


def test_a_profile_that_is_not_known_refuses_everything() -> None:
    decision = decide(made(allow=["use"], profile="https://profile.example/unheard"), request())
    assert (decision.may, decision.ground) == (May.REFUSED, Ground.STRANGE_PROFILE)
    assert decide(made(allow=["use"], profile=["egide", "http://www.w3.org/ns/odrl/2/"]), request()).may is May.ALLOWED


def test_until_is_the_moment_at_which_the_clock_alone_ends_it() -> None:
    day = made(allow=[{"do": "use", "when": [{"dateTime": {"lteq": "2026-12-31"}}]}])
    assert until(day, request()) == datetime(2027, 1, 1, tzinfo=UTC)
    moment = made(allow=[{"do": "use", "when": [{"dateTime": {"lteq": "2026-12-31T06:00Z"}}]}])
    assert until(moment, request()) == datetime(2026, 12, 31, 6, 0, 0, 1, tzinfo=UTC)
    longer = made(allow=[{"do": "use", "when": [{"dateTime": {"lt": f"{year}-12-31"}}]} for year in (2026, 2027)])
    assert until(longer, request()) == datetime(2027, 12, 31, tzinfo=UTC)
    begins = made(allow=["use"], forbid=[{"do": "use", "when": [{"dateTime": {"gteq": "2027-06-01"}}]}])
    assert until(begins, request()) == datetime(2027, 6, 1, tzinfo=UTC)
    assert until(made(allow=["use"]), request()) is None
    assert until(made(allow=[{"do": "use", "when": [{"dateTime": {"lteq": "9999-12-31"}}]}]), request()) is None


def test_a_policy_inherits_the_rules_of_its_parents_once() -> None:
    top = read_short({"policy": "urn:p:top", "forbid": ["distribute"], "conflict": "prohibit"})
    left = read_short({"policy": "urn:p:left", "inherits": "urn:p:top", "allow": ["read"], "to": A})
    right = read_short({"policy": "urn:p:right", "inherits": "urn:p:top", "profile": "egide"})
    child = read_short({"policy": "urn:p:child", "inherits": ["urn:p:left", "urn:p:right"], "allow": ["use"], "to": B})
    known: dict[str, Policy] = {one.id: one for one in (top, left, right) if one.id}
    whole = inherited(child, known.get)
    assert [rule.actions[0].name for rule in whole.rules] == ["use", "read", "distribute"]
    compiled = compile_policy(whole)
    assert decide(compiled, request("read", party=A)).may is May.ALLOWED
    assert decide(compiled, request("use", party=A)).may is May.REFUSED
    assert decide(compiled, request("distribute", party=B)).ground is Ground.PROHIBITED


def test_a_policy_whose_parents_were_not_joined_refuses_everything() -> None:
    orphan = compile_policy(read_short({"policy": "urn:p:child", "inherits": "urn:p:parent", "allow": ["use"]}))
    assert decide(orphan, request()).ground is Ground.UNJOINED
    assert preflight(orphan)[0].reason.code == "not-joined"


def test_two_strategies_that_differ_make_the_policy_void_in_conflict() -> None:
    parent = read_short({"policy": "urn:p:parent", "forbid": ["use"], "conflict": "permit"})
    child = read_short({"policy": "urn:p:child", "inherits": "urn:p:parent", "allow": ["use"], "conflict": "prohibit"})
    whole = compile_policy(inherited(child, {"urn:p:parent": parent}.get))
    assert decide(whole, request()).ground is Ground.VOID


def test_circles_and_absent_parents_are_refused_by_name() -> None:
    one = read_short({"policy": "urn:p:1", "inherits": "urn:p:2"})
    two = read_short({"policy": "urn:p:2", "inherits": "urn:p:1"})
    with pytest.raises(CircularInheritanceError) as circle:
        inherited(one, {"urn:p:1": one, "urn:p:2": two}.get)
    assert circle.value.chain == ("urn:p:1", "urn:p:2", "urn:p:1")
    with pytest.raises(AbsentParentError):
        inherited(one)
    chain = {f"urn:p:{n}": read_short({"policy": f"urn:p:{n}", "inherits": f"urn:p:{n + 1}"}) for n in range(300)}
    with pytest.raises(PolicyError, match="100"):
        inherited(chain["urn:p:0"], chain.get)


@settings(max_examples=60)
@given(st.sets(st.sampled_from(["secnumcloud", "hds", "eucs"])), st.booleans())
def test_knowing_more_never_turns_a_no_into_a_yes_by_itself(labels: set[str], outside: bool) -> None:
    """What is met or not met with fewer facts stays so with more: only doubt is ever settled."""
    policy = made(allow=[{"do": "use", "when": [{"any": [{"partyLabel": "secnumcloud"}, {"partyControlledFromOutsideTheUnion": False}]}]}])
    first = decide(policy, request(facts={"partyLabel": frozenset(labels)})).permissions[0]
    both = decide(policy, request(facts={"partyLabel": frozenset(labels), "partyControlledFromOutsideTheUnion": outside})).permissions[0]
    assert first is both or first is Outcome.UNKNOWN


def test_a_request_at_the_last_moment_of_a_day_is_of_that_day() -> None:
    last = made(allow=[{"do": "use", "when": [{"dateTime": {"eq": "2026-11-23"}}]}])
    assert decide(last, request(at=NOON.replace(hour=23, minute=59, second=59))).may is May.ALLOWED
    assert decide(last, request(at=NOON + timedelta(hours=12))).may is May.REFUSED
