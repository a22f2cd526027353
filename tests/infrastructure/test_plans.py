"""Real plans and states: every resource is read, none is passed over, and nothing that isn't known passes for known."""

from __future__ import annotations

import codecs
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.infrastructure.making import Made, made_plan, planned, stands

from egide.infrastructure.plan import read_plan
from egide.infrastructure.resources import SENSITIVE, UNKNOWN, Resource
from egide.infrastructure.state import read_state
from egide.vocabulary.errors import InputError

PLANS = ["aws-example.json", "exoscale.json", "scaleway.json", "utf16.json"]


def settled(resource: Resource) -> bool:
    """Identified, or explicitly unknown with what to declare; or it stands nowhere."""
    standing = resource.standing
    if standing.nowhere:
        return standing.declare is None
    if standing.by == "unknown":
        return standing.declare is not None and standing.country is None and standing.qualification is None
    return standing.region is not None and (standing.country is None) == (standing.declare is not None)


def walked(node: Any) -> Iterator[dict[str, Any]]:
    """Every managed resource under ``planned_values``, by a walk that knows nothing of the reader."""
    if isinstance(node, dict):
        if node.get("mode") == "managed" and "address" in node:
            yield node
        for value in node.values():
            yield from walked(value)
    elif isinstance(node, list):
        for value in node:
            yield from walked(value)


@pytest.mark.parametrize("name", PLANS)
def test_every_resource_of_a_real_plan_is_identified_or_unknown_on_purpose(shared: Path, name: str) -> None:
    content = (shared / "data" / "plans" / name).read_bytes()
    drafts = read_plan(content, name)
    found = stands(drafts)
    text = content.decode("utf-16") if content.startswith(codecs.BOM_UTF16_LE) else content.decode()
    expected = Counter(one["address"] for one in walked(json.loads(text)["planned_values"]))
    assert Counter(draft.address for draft in drafts.resources) == expected
    assert not drafts.problems
    assert all(settled(one) for one in found.values())


@pytest.mark.parametrize("name", PLANS)
def test_nothing_of_what_a_plan_marks_as_sensitive_is_kept(shared: Path, name: str) -> None:
    drafts = read_plan((shared / "data" / "plans" / name).read_bytes(), name)
    assert "mock_secret_key" not in repr(drafts)
    assert "mock_access_key" not in repr(drafts)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("name", PLANS)
def test_the_encoding_of_a_plan_changes_nothing(shared: Path, name: str, encoding: str) -> None:
    content = (shared / "data" / "plans" / name).read_bytes()
    text = content.decode("utf-16") if content.startswith(codecs.BOM_UTF16_LE) else content.decode()
    assert repr(read_plan(text.encode(encoding), name)) == repr(read_plan(text.encode(), name))


NAMES = st.sampled_from(["a", "b", "web", "eu"])
MADE = st.builds(
    Made,
    st.sampled_from(["scaleway_lb", "aws_instance", "hcloud_server", "exoscale_sks_cluster", "nimbus_vm", "random_id"]),
    st.uuids().map(lambda one: f"n{one.hex[:8]}"),
    st.dictionaries(
        st.sampled_from(["region", "zone", "location", "name"]), st.sampled_from(["fr-par", "fr-par-1", "fsn1", "ch-gva-2", "x", ""])
    ),
)


@settings(max_examples=60)
@given(st.lists(MADE, max_size=8), st.lists(NAMES, max_size=5))
def test_nesting_modules_changes_no_standing(made: list[Made], inside: list[str]) -> None:
    nested = [Made(one.type, one.name, one.after, module=tuple(inside)) for one in made]
    flat, deep = planned(*made), planned(*nested)
    assert [one.standing for one in flat.values()] == [one.standing for one in deep.values()]
    assert all(settled(one) for one in deep.values())
    prefix = "".join(f"module.{name}." for name in inside)
    assert [prefix + address for address in flat] == list(deep)


@settings(max_examples=60)
@given(st.lists(MADE, min_size=1, max_size=6, unique_by=lambda one: one.name), st.randoms(use_true_random=False))
def test_the_order_of_resources_changes_nothing(made: list[Made], random: Any) -> None:
    turned = list(made)
    random.shuffle(turned)
    one, other = planned(*made), planned(*turned)
    assert {key: value.standing for key, value in one.items()} == {key: value.standing for key, value in other.items()}


def test_values_that_are_not_known_yet_or_secret_are_marked() -> None:
    (found,) = planned(Made(
        "scaleway_rdb_instance", "x",
        after={"name": "x", "password": "s3cret", "user": "app", "backup": [{"at": None, "key": "k"}], "disabled": "false"},
        unknown={"id": True, "backup": [{"at": True}]}, sensitive={"user": True},
    )).values()  # fmt: skip
    attributes = dict(found.attributes)
    assert attributes["id"] is UNKNOWN
    assert attributes["user"] is SENSITIVE
    assert attributes["password"] is SENSITIVE
    assert attributes["backup"] == [{"at": UNKNOWN, "key": "k"}]
    assert attributes["disabled"] == "false"
    assert "s3cret" not in repr(attributes)


def test_what_is_destroyed_is_apart_and_what_is_replaced_stays() -> None:
    plan = made_plan([Made("scaleway_lb", "old", actions=("delete",)), Made("scaleway_lb", "new", actions=("delete", "create")),
                      Made("scaleway_lb", "same", actions=("no-op",))])  # fmt: skip
    drafts = read_plan(json.dumps(plan).encode(), "plan.json")
    assert [draft.address for draft in drafts.destroyed] == ["scaleway_lb.old"]
    assert {draft.address: draft.action for draft in drafts.resources} == {"scaleway_lb.new": "replace", "scaleway_lb.same": "no-op"}


def test_a_resource_that_cannot_be_read_is_a_problem_with_its_path_and_the_rest_goes_on() -> None:
    plan = made_plan([Made("scaleway_lb", "a"), Made("scaleway_lb", "b")])
    plan["resource_changes"].insert(1, {"address": "x", "type": 3})  # type: ignore[attr-defined]
    drafts = read_plan(json.dumps(plan).encode(), "plan.json")
    assert len(drafts.resources) == 2
    assert [str(problem.at) for problem in drafts.problems] == ["plan.json at resource_changes[1]"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"format_version": "1.2", "resource_changes": [{"addr', "cut off: it ends at byte 53"),
        (b"PK\x03\x04rest", "binary"),
        (b'{"@level":"info","@message":"OpenTofu 1.9","type":"version"}\n{"@level":"info"}', "messages"),
        (b"[]", "Expected `object`"),
        (b'{"format_version": "1.2"}', "neither a plan nor a state"),
        (b"\xff\xfe{\x00\"", "UTF-16"),
        (b"[" * 100_000, "JSON"),
        (b'{"format_version": "1.2", "resource_changes": [], "x": ' + b"[" * 100_000, "JSON"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_with_its_name(content: bytes, says: str) -> None:
    with pytest.raises(InputError) as refused:
        read_plan(content, "plan.json")
    assert "plan.json" in str(refused.value)
    assert says in str(refused.value)


def test_a_state_is_read_like_a_plan() -> None:
    state = {"version": 4, "serial": 3, "resources": [
        {"mode": "managed", "type": "scaleway_instance_server", "name": "web", "module": "module.a", "provider":
         'provider["registry.example/scaleway/scaleway"]', "instances": [
            {"index_key": "x", "attributes": {"id": "fr-par-2/11", "user_data": {"k": "clear"}, "secret_key": "s3cret"},
             "sensitive_attributes": [[{"type": "get_attr", "value": "user_data"}]]},
            {"index_key": 1, "attributes": {"id": None}, "dependencies": ["module.a.scaleway_vpc.n"]}]},
        {"mode": "managed", "type": "scaleway_vpc", "name": "n", "module": "module.a", "instances": [{"attributes": {"region": "pl-waw"}}]},
        {"mode": "data", "type": "scaleway_image", "name": "i", "instances": [{"attributes": {}}]},
    ]}  # fmt: skip
    drafts = read_state(json.dumps(state).encode(), "terraform.tfstate")
    found = stands(drafts)
    web = "module.a.scaleway_instance_server.web"
    assert list(found) == [f'{web}["x"]', f"{web}[1]", "module.a.scaleway_vpc.n"]
    assert [one.standing.country for one in found.values()] == ["FR", "PL", "PL"]
    assert "clear" not in repr(drafts)
    assert "s3cret" not in repr(drafts)


@pytest.mark.parametrize(("state", "says"), [({"version": 3}, "version 3"), ({"encrypted_data": "x"}, "encrypted"), ([], "object")])
def test_another_state_is_refused(state: object, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read_state(json.dumps(state).encode(), "terraform.tfstate")


@given(st.data())
def test_no_mutation_of_a_plan_ends_in_anything_but_a_word(data: st.DataObject) -> None:
    expressions = {"region": {"references": ["var.r", "module.m.out"]}, "block": [{"x": {"constant_value": 1}}]}
    here = {"region": "eu-west-3"}
    made = [Made("aws_instance", "a", here, {"id": True}, expressions=expressions), Made("scaleway_lb", "b", module=("m", "n"))]
    plan = made_plan(made, {"aws": {"name": "aws", "expressions": {"region": {"references": ["var.r"]}}}}, {"r": {"value": "eu-west-3"}})
    content = bytearray(json.dumps(plan).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        how = data.draw(st.sampled_from(["byte", "cut", "word"]))
        if how == "byte":
            content[at] = data.draw(st.integers(0, 255))
        elif how == "cut":
            del content[at : at + data.draw(st.integers(1, 40))]
        else:
            content[at:at] = data.draw(st.sampled_from([b"null", b"{}", b"[]", b'"x"', b"-1", b"1e999", b",", b'"references":7,']))
        if not content:
            return
    try:
        drafts = read_plan(bytes(content), "plan.json")
    except InputError as error:
        assert "plan.json" in str(error)
    else:
        assert all(settled(one) for one in stands(drafts).values())
