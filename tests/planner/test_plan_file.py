"""A plan on disk: the same bytes again, every planted fault found from the file alone, and precise words for what cannot be read."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache

import jsonschema
import msgspec
import pytest

from egide.planner import Limits, plan
from egide.planner.need import Flow, ShareOf, Spare
from egide.planner.plan_file import SCHEMA, Judged, PlanFile, plan_bytes, schema
from egide.planner.plan_reading import read_plan, verify_file
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Verdict

from .little_worlds import world


@cache
def written(seed: int) -> PlanFile | None:
    one = world(seed)
    made = plan(one.need, one.market, one.law, Limits(20))
    used = {(placed.place, placed.machine) for placed in made.placements}
    if not used:
        return None
    return PlanFile(
        schema=SCHEMA, made_by="egide test", name=one.need.name, on=date(2026, 11, 23), status=made.status, total=made.total,
        bound=made.bound, need=one.need, places=tuple(one.market.places.values()),
        machines=tuple(machine for machine in one.market.machines if (machine.place, machine.id) in used),
        placements=made.placements, transfers=made.transfers, fixed=dict(made.fixed),
        verdicts=tuple(Judged(placed.component, placed.place, Verdict.ALLOWED) for placed in made.placements),
    )  # fmt: skip


PLANS = [made for seed in range(40) if (made := written(seed))]


def test_a_plan_that_is_read_again_is_the_same_to_the_byte_and_valid_under_its_schema() -> None:
    assert len(PLANS) > 15
    for made in PLANS:
        content = plan_bytes(made)
        assert read_plan(content, "plan.json") == made
        assert plan_bytes(read_plan(content, "plan.json")) == content
        jsonschema.validate(json.loads(content), schema())


def test_no_fault_is_found_in_a_plan_as_it_was_made() -> None:
    assert [verify_file(made) for made in PLANS] == [()] * len(PLANS)


def paths(value: object, path: tuple[object, ...] = ()) -> list[tuple[tuple[object, ...], int]]:
    """Every whole number of the file's answer."""
    if isinstance(value, dict):
        return [one for name, inner in value.items() for one in paths(inner, (*path, name))]
    if isinstance(value, list):
        return [one for place, inner in enumerate(value) for one in paths(inner, (*path, place))]
    return [(path, value)] if isinstance(value, int) and not isinstance(value, bool) else []


def test_a_micro_euro_more_anywhere_in_the_answer_is_found_from_the_file_alone() -> None:
    changed = 0
    for made in PLANS[:12]:
        whole = json.loads(plan_bytes(made))
        answer = {key: whole[key] for key in ("total", "placements", "transfers", "fixed")}
        for path, value in paths(answer):
            wrong = json.loads(json.dumps(whole))
            inner = wrong
            for step in path[:-1]:
                inner = inner[step]
            inner[path[-1]] = value + 1
            assert verify_file(read_plan(json.dumps(wrong).encode(), "plan.json")), path
            changed += 1
    assert changed > 100


def planted(made: PlanFile) -> dict[str, PlanFile]:
    """The plan with its need asking a little more than the plan holds, in every way that a need can ask: by the code of the fault."""
    need, at, market = made.need, made.plan().place_of, made.market()
    places, ids = {one.key: one for one in made.places}, [one.id for one in made.need.components]
    pairs = [(one, other) for one in ids for other in ids if one < other]
    tight = {"budget": replace(need, budget=(made.total or 0) - 1),
             "at-least-providers": replace(need, at_least_providers=len({places[one].provider for one in at.values()}) + 1),
             "most-share": replace(need, most_share=(1, 1000), share_of=ShareOf.INSTANCES),
             "wrong-fixed": replace(need, fixed={**need.fixed, places[at[ids[0]]].provider: 7_000_007})}  # fmt: skip
    for one, other in pairs:
        same = places[at[one]].provider == places[at[other]].provider
        tight |= {"apart": replace(need, apart=((one, other),))} if same else {}
        tight |= {"spare-provider": replace(need, spares=((one, other, Spare(True, 0)),))} if same else {}
        tight |= {"together": replace(need, together=((one, other),))} if at[one] != at[other] else {}
        away, taken = market.distance_km(at[one], at[other]), market.round_trip_us(at[one], at[other])
        tight |= {"spare-distance": replace(need, spares=((one, other, Spare(False, int(away or 0) + 1)),))}
        most = max(0, (taken or 1) - 1)
        tight |= {"round-trip": replace(need, flows=(*need.flows, Flow(one, other, 0, most)))}
    for component in need.components:
        others = [one for one in need.components if one.id != component.id]
        if component.vcpus:
            tight["too-small"] = replace(need, components=(*others, replace(component, ram_mib=2**40)))
            tight["other-kind"] = replace(need, components=(*others, replace(component, architecture="invented")))
        tight["not-allowed-there"] = replace(need, components=(*others, replace(component, countries=frozenset({"ZZ"}))))
    return {code: msgspec.structs.replace(made, need=asked) for code, asked in tight.items()}


def test_a_requirement_that_the_plan_does_not_hold_is_always_named() -> None:
    met: Counter[str] = Counter()
    for made in PLANS:
        for code, wrong in planted(made).items():
            assert code in {fault.code for fault in verify_file(wrong)}, (code, made.name)
            met[code] += 1
        forged = msgspec.structs.replace(made, verdicts=tuple(replace_verdict(one) for one in made.verdicts))
        assert "law" in {fault.code for fault in verify_file(forged)}
    assert set(met) == {"budget", "at-least-providers", "most-share", "wrong-fixed", "apart", "together", "spare-provider",
                        "spare-distance", "round-trip", "too-small", "other-kind", "not-allowed-there"}  # fmt: skip


def replace_verdict(one: Judged) -> Judged:
    return msgspec.structs.replace(one, verdict=Verdict.FORBIDDEN)


def test_a_component_without_a_verdict_or_where_the_law_is_undetermined_is_found() -> None:
    made = PLANS[0]
    first = made.placements[0]
    assert {one.code for one in verify_file(msgspec.structs.replace(made, verdicts=made.verdicts[1:]))} == {"law"}
    doubtful = (Judged(first.component, first.place, Verdict.UNDETERMINED), *made.verdicts[1:])
    unsure = msgspec.structs.replace(made, verdicts=doubtful)
    (fault,) = verify_file(unsure)
    assert (fault.code, fault.message.startswith("the law is undetermined"), "declare" in fault.message) == ("law", True, True)
    assert not verify_file(msgspec.structs.replace(unsure, undetermined_allowed=True))


def test_a_plan_that_says_more_than_it_proves_is_found() -> None:
    made = PLANS[0]
    assert {one.code for one in verify_file(msgspec.structs.replace(made, bound=(made.total or 0) - 1))} == {"not-proven"}
    assert {one.code for one in verify_file(msgspec.structs.replace(made, bound=(made.total or 0) + 1))} == {"wrong-bound", "not-proven"}
    assert {one.code for one in verify_file(msgspec.structs.replace(made, placements=()))} == {"status"}


@pytest.mark.parametrize(("old", "new", "said"), [
    ('"schema": "egide/plan/1"', '"schema": "egide/plan/9"', "egide/plan/1"),
    ('"status": "optimal"', '"status": "best"', "$.status"),
    ('"vcpus": ', '"vcpus": -', "$.need.components[0].vcpus"),
    ('"egress": ', '"egress": -1', "$.places[0].tariffs.egress"),
    ('"id": "c1"', '"id": "c0"', "«c0»"),
])  # fmt: skip
def test_what_cannot_be_a_plan_is_refused_with_its_path(old: str, new: str, said: str) -> None:
    content = plan_bytes(PLANS[0]).decode()
    assert old in content
    with pytest.raises(InputError) as refused:
        read_plan(content.replace(old, new, 1).encode(), "plan.json")
    assert said in str(refused.value)


def test_a_plan_that_is_cut_short_is_refused_wherever_it_is_cut() -> None:
    content = plan_bytes(PLANS[0])
    for length in range(0, len(content) - 2, 97):
        with pytest.raises(InputError):
            read_plan(content[:length], "plan.json")
