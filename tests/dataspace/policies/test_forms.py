"""Reading and writing: nothing is lost between ODRL and our short form, and what is wrong is named with its place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.dataspace.policies.world import POLICIES

from egide.dataspace.policies.model import Action, Constraint, Operator, Policy, PolicyError, PolicyKind, RuleKind, Who
from egide.dataspace.policies.profile_core import DSP
from egide.dataspace.policies.reading import MAX_BYTES, WrongPolicyError, parse, read_odrl
from egide.dataspace.policies.short_reading import is_short, read_short
from egide.dataspace.policies.short_writing import write_short
from egide.dataspace.policies.writing import write_exchanged, write_odrl
from egide.vocabulary.errors import InputError
from egide.vocabulary.yaml import read_yaml, write_yaml


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(POLICIES)
def test_any_policy_comes_back_from_both_forms_as_it_was(policy: Policy) -> None:
    assert read_odrl(json.loads(json.dumps(write_odrl(policy)))) == policy
    assert read_short(read_yaml(write_yaml(write_short(policy)), "policy.yaml")) == policy


def policies(value: Any) -> Iterator[dict[str, Any]]:
    """Every policy in a message or a catalogue."""
    if isinstance(value, dict):
        if any(kind.value in value for kind in RuleKind):
            yield value
        for one in value.values():
            yield from policies(one)
    elif isinstance(value, list):
        for one in value:
            yield from policies(one)


def test_the_policies_of_the_protocols_examples_come_back_to_the_letter(shared: Path) -> None:
    found = [
        one for path in sorted((shared / "data/dataspace/dsp").rglob("example/*.json")) for one in policies(json.loads(path.read_bytes()))
    ]
    assert len(found) == 8
    for one in found:
        policy = read_odrl(one)
        assert write_odrl(read_short(write_short(policy))) == {"@type": "Set"} | one


@pytest.fixture(scope="module")
def schema(shared: Path) -> Any:
    return json.loads((shared / "data/dataspace/dsp/artifacts/src/main/resources/negotiation/contract-schema.json").read_bytes())


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(POLICIES, st.sampled_from([PolicyKind.OFFER, PolicyKind.AGREEMENT]))
def test_what_the_protocol_allows_is_what_its_schema_accepts(schema: Any, policy: Policy, kind: PolicyKind) -> None:
    """A policy in which the profile finds no fault passes the published schema, numbers and truths typed."""
    plain = [replace(rule, actions=(Action("use"),), targets=(), duties=(), consequences=(), remedies=()) for rule in policy.rules]
    one = Who("urn:example:one")
    parties = {"targets": (one,), "assigners": (one,), "assignees": (one,)} if kind is PolicyKind.AGREEMENT else {"targets": ()}
    offered = replace(policy, kind=kind, rules=tuple(plain), conflict=None, inherits=(), actions=(), **parties)
    validator = jsonschema.Draft201909Validator(schema | {"allOf": [{"$ref": f"#/definitions/{kind.value}"}]})
    assert validator.is_valid(write_exchanged(offered)) or list(DSP.demands(offered))
    assert read_odrl(write_exchanged(offered)).kind is kind


def test_the_catena_x_samples_come_back_to_the_letter(shared: Path) -> None:
    for path in sorted((shared / "data/dataspace/cx-odrl-profile/schema/samples").glob("*policy*.json")):
        sample = json.loads(path.read_bytes())
        assert write_odrl(read_short(write_short(read_odrl(sample)))) == sample


def test_the_short_form_reads_as_people_write_it() -> None:
    policy = read_short(read_yaml(b"""
policy: urn:example:curves
about: https://data.example/meters
conflict: prohibit
allow:
  - do: use
    when:
      - purpose: [research, billing]
      - partyControlledFromOutsideTheUnion: false
      - dateTime: {gteq: 2026-01-01, lt: 2027-01-01}
forbid:
  - distribute
""", "policy.yaml"))
    allow, forbid = policy.rules
    assert allow.conditions == (
        Constraint("purpose", Operator.IS_ANY_OF, ["research", "billing"]),
        Constraint("partyControlledFromOutsideTheUnion", Operator.EQ, False),
        Constraint("dateTime", Operator.GTEQ, "2026-01-01"), Constraint("dateTime", Operator.LT, "2027-01-01"),
    )  # fmt: skip
    assert forbid.kind is RuleKind.PROHIBITION
    assert write_odrl(policy)["permission"][0]["constraint"][1]["leftOperand"] == "urn:egide:policy:partyControlledFromOutsideTheUnion"


@pytest.mark.parametrize("spelling", ["use", "odrl:use", "http://www.w3.org/ns/odrl/2/use"])
def test_a_term_is_the_same_however_it_is_spelt(spelling: str) -> None:
    document = {"@id": "urn:example:1", "odrl:permission": {"action": spelling, "constraint": {
        "leftOperand": {"@id": "odrl:purpose"}, "operator": "http://www.w3.org/ns/odrl/2/eq", "rightOperand": "research"}}}
    assert read_odrl(document).rules[0].actions[0].name == "use"
    assert read_odrl(document).rules[0].conditions[0] == Constraint("purpose", Operator.EQ, "research")


RULE = {"action": "use"}
WRONG: list[tuple[Any, str]] = [
    (7, "$"), ([], "$"), ({"@type": "Bargain"}, "$.@type"), ({"@type": ["Set", "Offer"]}, "$.@type"), ({"@id": 7}, "$.@id"),
    ({"@id": "urn:a:1", "uid": "urn:a:2"}, "$"), ({"conflict": "fight"}, "$.conflict"), ({"permission": "use"}, "$.permission"),
    ({"permission": [RULE, 3]}, "$.permission[1]"), ({"permission": [{"action": {"refinement": []}}]}, "$.permission[0].action"),
    ({"permission": [{"@type": "Prohibition"}]}, "$.permission[0].@type"), ({"prohibition": [{"duty": [RULE]}]}, "$.prohibition[0].duty"),
    ({"permission": [RULE | {"constraint": [{"leftOperand": "purpose"}]}]}, "$.permission[0].constraint[0]"),
    ({"permission": [RULE | {"constraint": [{"leftOperand": "purpose", "operator": "like", "rightOperand": "x"}]}]},
     "$.permission[0].constraint[0].operator"),
    ({"permission": [RULE | {"constraint": [{"leftOperand": "purpose", "operator": "eq", "rightOperand": None}]}]},
     "$.permission[0].constraint[0].rightOperand"),
    ({"permission": [RULE | {"constraint": [{"leftOperand": "purpose", "operator": "eq", "rightOperand": ["a", []]}]}]},
     "$.permission[0].constraint[0].rightOperand[1]"),
    ({"permission": [RULE | {"constraint": [{"and": [], "or": []}]}]}, "$.permission[0].constraint[0]"),
    ({"permission": [RULE], "odrl:permission": [RULE]}, "$.permission"), ({"target": [True]}, "$.target[0]"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "path"), WRONG)
def test_what_is_wrong_is_named_with_its_path(document: Any, path: str) -> None:
    with pytest.raises(WrongPolicyError) as refused:
        read_odrl(document)
    assert refused.value.path == path


SHORT_WRONG: list[tuple[Any, str]] = [
    ({"permit": []}, "$.permit"), ({"allow": [{"when": [{"purpose": {"like": "x"}}]}]}, "$.allow[0].when[0].purpose.like"),
    ({"allow": [{"when": ["purpose"]}]}, "$.allow[0].when[0]"), ({"allow": [{"does": "use"}]}, "$.allow[0].does"),
    ({"allow": [{"when": [{"any": [{"purpose": "a", "count": 1}]}]}]}, "$.allow[0].when[0].any[0]"),
    ({"allow": [{"when": [{"any": [], "all": []}]}]}, "$.allow[0].when[0]"), ({"forbid": [{"owing": ["pay"]}]}, "$.forbid[0].owing"),
    ({"allow": [{"when": [{"purpose": {}}]}]}, "$.allow[0].when[0].purpose"), ({"conflict": "perm"}, "$.conflict"),
    ({"allow": [{"when": [{"purpose": None}]}]}, "$.allow[0].when[0].purpose"), ({"kind": "bargain"}, "$.kind"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "path"), SHORT_WRONG)
def test_what_is_wrong_in_the_short_form_is_named_with_its_path(document: Any, path: str) -> None:
    with pytest.raises(WrongPolicyError) as refused:
        read_short(document)
    assert refused.value.path == path


def test_ten_megabytes_are_refused_before_they_are_read() -> None:
    with pytest.raises(InputError, match="1024 KiB"):
        parse(b" " * (10 * MAX_BYTES), "policy.json")


def test_a_policy_too_deep_or_too_wide_is_refused() -> None:
    deep: Any = {"leftOperand": "purpose", "operator": "eq", "rightOperand": "x"}
    for _ in range(60):
        deep = {"and": [deep]}
    with pytest.raises(WrongPolicyError, match="levels"):
        read_odrl({"permission": [{"constraint": [deep]}]})
    with pytest.raises(WrongPolicyError, match="values"):
        read_odrl({"permission": [{"action": "use"}] * 20_000})


@pytest.mark.parametrize("content", [b'{"a": 1, "a": 2}', b"NaN", b"{", b"\xff", b"[" * 100_000])
def test_json_that_means_two_things_or_nothing_is_refused(content: bytes) -> None:
    with pytest.raises(InputError):
        parse(content, "policy.json")


KEYS = ["@id", "@type", "permission", "constraint", "and", "leftOperand", "operator", "rightOperand", "action", "target", "allow", "when",
        "do", "any", "refinement", "duty", "inheritFrom"]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from(KEYS), below, max_size=4), max_leaves=9,
)  # fmt: skip


@settings(max_examples=100)
@given(JSON)
def test_whatever_json_is_given_it_is_a_policy_or_is_refused(document: Any) -> None:
    for read in (read_odrl, read_short):
        with suppress(PolicyError):
            read(document)


def test_the_two_forms_are_told_apart() -> None:
    assert is_short({"allow": ["use"]})
    assert not is_short({"@id": "urn:example:1", "permission": []})
