"""Policies put to requests, beside what reading the same policy as JSON takes in the same run.

    python benchmarks/policies.py

A typical policy: one permission of the protocol's form with a purpose, a label, the ownership and a period, a duty, two prohibitions. Ours
gives the answer with the outcome of every rule; the proof costs more and is asked for when somebody wants to know why. The large one is a
permission with an alternative for each weekday of a year (261 periods), as in the ODRL test suite. No evaluator in Python was found that
answers the same. The peer is `json.loads` of the policy, which every connector does before it evaluates at all, and cedarpy, which reads a
policy of the same sense each time it is asked and has no third answer.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import cedarpy
from measuring import Line, machine, printed

from egide.dataspace.policies.compiling import compile_policy
from egide.dataspace.policies.deciding import May, decide, until
from egide.dataspace.policies.facts import Facts, Request
from egide.dataspace.policies.preflight import preflight
from egide.dataspace.policies.proving import prove
from egide.dataspace.policies.reading import read_odrl
from egide.dataspace.policies.short_reading import read_short
from egide.dataspace.policies.writing import write_odrl

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MOST_MICROSECONDS = 100
TYPICAL: dict[str, Any] = {
    "policy": "urn:example:policy", "kind": "offer", "conflict": "prohibit", "about": "urn:example:curves",
    "allow": [{"do": "use", "when": [
        {"purpose": ["research", "load-forecasting"]}, {"partyControlledFromOutsideTheUnion": False},
        {"any": [{"partyLabel": "secnumcloud-3.2"}, {"partyQualification": "secnumcloud-3.2"}]},
        {"dateTime": {"gteq": "2026-01-01", "lt": "2027-07-01"}},
    ], "owing": [{"id": "urn:example:delete", "do": "delete", "when": [{"dateTime": {"lteq": "2027-12-31"}}]}]}],
    "forbid": ["distribute", {"do": "use", "when": [{"purpose": "advertising"}]}],
}  # fmt: skip
FACTS = {
    "purpose": "research", "partyControlledFromOutsideTheUnion": False, "partyLabel": frozenset({"hds"}),
    "partyQualification": frozenset({"secnumcloud-3.2"}),
}  # fmt: skip
CEDAR = """
permit(principal, action == Action::"use", resource == Data::"curves") when {
  ["research", "load-forecasting"].contains(context.purpose) && context.controlled == false &&
  (context.labels.contains("secnumcloud-3.2") || context.qualifications.contains("secnumcloud-3.2")) &&
  context.now >= 1767225600 && context.now < 1814400000 };
forbid(principal, action == Action::"distribute", resource);
forbid(principal, action == Action::"use", resource) when { context.purpose == "advertising" };
"""
ASKED: dict[str, Any] = {
    "principal": 'Party::"p"', "action": 'Action::"use"', "resource": 'Data::"curves"',
    "context": {"purpose": "research", "controlled": False, "labels": ["hds"], "qualifications": ["secnumcloud-3.2"], "now": 1795435200},
}  # fmt: skip


def office_hours() -> dict[str, Any]:
    days = [day for day in (date(2026, 1, 1) + timedelta(days=number) for number in range(365)) if day.weekday() < 5]
    periods = [{"all": [{"dateTime": {"gt": f"{day}T09:00:00Z"}}, {"dateTime": {"lt": f"{day}T17:00:00Z"}}]} for day in days]
    return {"policy": "urn:example:hours", "allow": [{"do": "read", "when": [{"any": periods}]}]}


def microseconds(work: Callable[[], object], times: int) -> float:
    """The least processor time that one of seven rounds took, for one piece of work."""
    taken = []
    for _ in range(7):
        start = time.process_time()
        for _ in range(times):
            work()
        taken.append((time.process_time() - start) / times * 1e6)
    return min(taken)


def measure() -> list[Line]:
    policy = read_short(TYPICAL)
    written = json.dumps(write_odrl(policy))
    compiled, asked = compile_policy(policy), Request("use", Facts(NOW, FACTS), "urn:example:curves", "urn:example:party")
    large = compile_policy(read_short(office_hours()))
    reading = Request("read", Facts(NOW), "urn:example:data", "urn:example:party")
    right = decide(compiled, asked).may is May.ALLOWED and decide(large, reading).may is May.ALLOWED
    agreed = cedarpy.is_authorized(ASKED, CEDAR, []).decision is cedarpy.Decision.Allow
    loads = microseconds(lambda: json.loads(written), 3000)
    ours = microseconds(lambda: decide(compiled, asked), 3000)
    cedar = microseconds(lambda: cedarpy.is_authorized(ASKED, CEDAR, []), 300)
    proof = microseconds(lambda: prove(compiled, asked), 300)
    ready = microseconds(lambda: compile_policy(read_odrl(json.loads(written))), 300)
    ends = microseconds(lambda: until(compiled, asked), 300)
    year = microseconds(lambda: decide(large, reading), 100)
    flight = microseconds(lambda: preflight(compiled, NOW), 100)
    target = f"under {MOST_MICROSECONDS} µs"
    return [
        Line("a typical policy put to a request", f"{ours:.0f} µs, {ours / loads:.1f} × json.loads of the policy", target,
             right and ours < MOST_MICROSECONDS,
             f"json.loads {loads:.0f} µs, {len(written):,} bytes; 6 conditions, 1 duty, 2 prohibitions"),
        Line("the same in Cedar, policy read each time", f"{cedar:.0f} µs", "beside", agreed, "two answers, no duty"),
        Line("the same with its proof", f"{proof:.0f} µs", "beside", True, f"of which {ends:.0f} µs for the moment at which it ends"),
        Line("the same read from JSON and made ready", f"{ready:.0f} µs", "beside", True, "once for each policy"),
        Line("261 periods of a year, put to a request", f"{year:.0f} µs", "beside", True, "523 conditions"),
        Line("the pre-flight check of the typical policy", f"{flight:.0f} µs", "beside", True, ""),
    ]  # fmt: skip


if __name__ == "__main__":
    print(f"{machine()}\n")
    sys.exit(printed(measure()))
