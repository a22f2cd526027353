"""The 68 cases of the ODRL test suite: our whole report against the one expected, premise by premise."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode, Store
from tests.dataspace.policies import turtle

from egide.dataspace.policies.compiling import compile_policy
from egide.dataspace.policies.facts import DutyState, Facts, Request
from egide.dataspace.policies.force import report
from egide.dataspace.policies.model import Policy
from egide.dataspace.policies.proving import Proved, prove
from egide.dataspace.policies.reading import read_odrl
from egide.dataspace.policies.short_reading import read_short
from egide.dataspace.policies.short_writing import write_short
from egide.dataspace.policies.terms import short
from egide.dataspace.policies.writing import write_odrl

EX = "http://example.org/"
STATES = {"Fulfilled": DutyState.FULFILLED, "Violated": DutyState.VIOLATED, "NonSet": DutyState.NON_SET}
FOREIGN_DUTY = {65, 66, 67, 68}
"""Cases whose expected report cites the report of another policy's duty: the state of the world says nothing of the policy's own."""
UNLINKED = 65
"""The case whose expected report points to nodes that it doesn't hold: its nodes are compared one by one."""
TOTAL = 68


@pytest.fixture(scope="module")
def data(shared: Path) -> Path:
    return shared / "data" / "dataspace" / "odrl-test-suite" / "data"


@pytest.fixture(scope="module")
def cases(data: Path) -> list[dict[str, str]]:
    """Each case with the files that it takes, in the suite's order."""
    found: dict[str, dict[str, str]] = {}
    lines = re.findall(r"<([^>]+)> <http://example.org/(\w+Source)> <[^>]*/data/([^>]+)>", (data / "index.ttl").read_text("utf-8"))
    for subject, name, address in lines:
        found.setdefault(subject, {})[name] = address
    return sorted(found.values(), key=lambda case: case["expectedReportSource"])


def asked(world: Store, requests: Store) -> Request:
    request = turtle.of_type(requests, f"{turtle.ODRL}Request")
    rule = turtle.objects(requests, request, f"{turtle.ODRL}permission")[0]
    target, party, action = (turtle.objects(requests, rule, f"{turtle.ODRL}{name}")[0].value for name in ("target", "assignee", "action"))
    states = {duty: STATES[state] for duty, state in turtle.duties(world).items()}
    facts = Facts(turtle.moment(world), within=turtle.memberships(world), duties=states)
    return Request(short(action), facts, target, party, request.value, rule.value)


def opened(data: Path, case: dict[str, str]) -> tuple[Store, Store, Store, Store]:
    policies, requests, world, expected = (
        turtle.load(data / case[f"{name}Source"]) for name in ("policy", "request", "sotw", "expectedReport")
    )
    return policies, requests, world, expected


def judged(policies: Store, requests: Store, world: Store) -> tuple[Policy, Proved]:
    root = turtle.of_type(policies, f"{turtle.ODRL}Set")
    policy = read_odrl(write_odrl(read_short(write_short(read_odrl(turtle.document(policies, root))))))
    return policy, prove(compile_policy(policy), asked(world, requests))


def answered(data: Path, case: dict[str, str]) -> tuple[Any, Any]:
    """Our report and the one expected, in comparable shape; the policy goes through our short form on its way."""
    policies, requests, world, expected = opened(data, case)
    policy, proved = judged(policies, requests, world)
    ours = turtle.read(report(policy, proved))
    for other in world:
        expected.add(other)
    node = next(quad.subject for quad in expected.quads_for_pattern(None, NamedNode(f"{turtle.REPORT}policyRequest"), None))
    return turtle.shape(ours, turtle.of_type(ours, f"{turtle.REPORT}PolicyReport")), turtle.shape(expected, node)


def without_duties(said: Any) -> Any:
    return said | {"ruleReport": [{name: each for name, each in one.items() if name != "conditionReport"} for one in said["ruleReport"]]}


@pytest.mark.parametrize("number", range(1, TOTAL + 1))
def test_a_case_gives_the_expected_report(number: int, data: Path, cases: list[dict[str, str]]) -> None:
    assert len(cases) == TOTAL
    if number == UNLINKED:
        return check_each_node(data, cases[number - 1])
    ours, expected = answered(data, cases[number - 1])
    if number in FOREIGN_DUTY:
        ours, expected = without_duties(ours), without_duties(expected)
    assert ours == expected
    return None


def check_each_node(data: Path, case: dict[str, str]) -> None:
    policies, requests, world, expected = opened(data, case)
    policy, proved = judged(policies, requests, world)
    assert nodes(turtle.read(report(policy, proved))) == nodes(expected)


def nodes(store: Store) -> list[Any]:
    """What each report says of itself, whatever it points to; not those on duties, nor the case."""
    found = []
    for quad in store.quads_for_pattern(None, turtle.TYPE, None):
        said = turtle.shape(store, quad.subject)
        own = {name: values for name, values in said.items() if name not in ("ruleReport", "premiseReport", "conditionReport")}
        if quad.object.value.startswith(turtle.REPORT) and not quad.object.value.endswith("DutyReport"):
            found.append(own)
    return sorted(found, key=repr)
