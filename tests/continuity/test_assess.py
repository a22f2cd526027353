"""What the assessment says of little services whose answers can be counted by hand."""

from __future__ import annotations

from typing import Any

import pytest
from tests.continuity.world import NEED, ON, closed, declared, known, whole

from egide.continuity import Architecture, Continuity, Disruption, Planned, Qualified, assess, duration_text
from egide.continuity.exercise import rehearsal
from egide.continuity.leaving import quickest
from egide.continuity.spans import NEVER, exactly
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import language

HOUR, MINUTE = 3600, 60


def judged(lose: tuple[str, ...] = (), need: str = NEED, knows: Any = None, planned: Planned | None = None, **more: Any) -> Continuity:
    return assess(declared(whole(**more), need), knows or known(), lose, planned)


def test_each_disruption_is_counted_along_the_order_in_which_parts_start() -> None:
    made = judged()
    told = {cell.disruption: (cell.rto.low, cell.rto.high, cell.rpo.high) for cell in made.cells}
    # 10 min to notice and 20 to decide, for each part in turn, as each is made good once what it needs is there
    region = (2 * HOUR + 30 * MINUTE) + (1 * HOUR + 30 * MINUTE) + (30 * MINUTE + 30 * MINUTE)
    assert told[Disruption.REGION] == (region, region, 30 * MINUTE)
    assert told[Disruption.PROVIDER] == told[Disruption.REGION]
    assert told[Disruption.ZONE] == (2 * MINUTE + 90 * MINUTE + 60 * MINUTE,) * 2 + (10,)
    assert told[Disruption.SOFTWARE][2] == 30 * MINUTE, "the standby takes the fault with it"
    assert made.cell(Disruption.REGION).rto_answer is Answer.NOT_MET
    assert made.cell(Disruption.REGION).rpo_answer is Answer.MET
    assert made.cell(Disruption.LEGAL).rto.high == 0, "no qualification and no third country's law is in play"


def test_two_machines_behind_a_balancer_survive_one_only_without_data() -> None:
    part = whole()["components"]
    lone = {**part, "front": {"at": "alpha/r/a", "keeps_data": False}}
    made = judged(("machine:front",), components=lone)
    assert made.lost is not None and made.lost.rto.high == 0
    kept = judged(("machine:front",), components={**part, "front": {"at": "alpha/r/a", "keeps_data": True}})
    assert kept.lost is not None and kept.lost.rto == NEVER


@pytest.mark.parametrize(("standby", "wanted"), [
    ({"at": "beta/r", "serves": True, "takes": "1 min", "lag": "0 s"}, Architecture.MULTI_SITE),
    ({"at": "beta/r", "runs": True, "takes": "1 min", "lag": "0 s"}, Architecture.WARM_STANDBY),
    ({"at": "beta/r", "runs": False, "takes": "1 min", "lag": "0 s"}, Architecture.PILOT_LIGHT),
    ({"at": "beta/r", "takes": "1 min", "lag": "0 s"}, None),
    (None, Architecture.BACKUP_AND_RESTORE),
])  # fmt: skip
def test_the_architecture_is_found_in_what_is_declared(standby: dict[str, Any] | None, wanted: Architecture | None) -> None:
    backups = [{"at": "beta/s", "every": "1 d", "restore_at": "beta/s", "takes": "1 h"}]
    entry = {"at": "alpha/r", "standby": [standby] if standby else [], "backups": backups}
    components = {name: dict(entry) for name in ("front", "api", "base")}
    assert judged(components=components).cell(Disruption.PROVIDER).architecture is wanted
    bare = {name: {"at": "alpha/r"} for name in components}
    assert judged(components=bare).cell(Disruption.PROVIDER).architecture is Architecture.NONE


def test_nothing_declared_is_unknown_and_never_met() -> None:
    made = assess(declared(None), known())
    assert all(cell.rto_answer is None for cell in made.cells) and made.answer is Answer.UNKNOWN
    with_targets = assess(declared({"targets": whole()["targets"]}), known())
    assert {cell.rto_answer for cell in with_targets.cells} == {Answer.UNKNOWN}
    assert {one.path for one in with_targets.asks} >= {"components.base", "components.api", "components.front"}
    assert len(made.unset) == 12


@pytest.mark.parametrize(("gone", "ask"), [
    (("components", "base", "backups", 0, "takes"), "components.base.backups[0].takes"),
    (("components", "base", "backups", 0, "every"), "components.base.backups[0].every"),
    (("components", "front", "rebuild", "at"), "components.front.rebuild.at"),
    (("decision",), "decision"),
])  # fmt: skip
def test_one_declaration_left_out_is_the_one_that_is_asked_for_and_settles(gone: tuple[Any, ...], ask: str) -> None:
    generous = {name: {"rto": "30 d", "rpo": "30 d"} for name in whole()["targets"]}
    part = whole(targets=generous)
    assert assess(declared(part), known()).answer is Answer.MET
    inside: Any = part
    for step in gone[:-1]:
        inside = inside[step]
    del inside[gone[-1]]
    made = assess(declared(part), known())
    assert made.answer is Answer.UNKNOWN
    assert made.asks[0].path == ask and made.asks[0].settles


def test_who_controls_the_standbys_provider_must_be_known_before_it_counts() -> None:
    providers = closed(beta={"controlled_from": "FR", "regions": {"r": "FR"}})
    made = judged(providers=providers)
    provider = made.cell(Disruption.PROVIDER)
    assert provider.rpo_answer is Answer.UNKNOWN and provider.asks == {"providers.beta"}
    assert provider.rto_answer is Answer.NOT_MET, "it takes longer than the target whoever controls it"


def test_a_shared_owner_is_a_single_point() -> None:
    held = {"controlled_by": ["groupe"], "rests_on": [], "controlled_from": "FR", "regions": {"r": "FR"}}
    providers = {"alpha": held, "beta": held}
    made = judged(providers=providers)
    point = next(one for one in made.points if one.node == "provider:groupe")
    assert (point.how, point.answer) == ("controls", Answer.MET)
    assert set(point.parts) == {"front", "api", "base"}
    assert not any(one.node == "provider:groupe" for one in judged().points)


def test_a_carrier_below_both_is_a_single_point_and_a_holders_carrier_is_not() -> None:
    below = closed(alpha={"controlled_by": ["groupe"], "rests_on": ["fibre"], "controlled_from": "FR", "regions": {"r": "FR"}},
                   beta={"controlled_by": [], "rests_on": ["fibre"], "controlled_from": "FR", "regions": {"r": "FR"}},
                   fibre={"controlled_by": [], "rests_on": []}, groupe={"controlled_by": [], "rests_on": ["traiteur"]})  # fmt: skip
    nodes = {one.node for one in judged(providers=below).points if one.answer is Answer.MET}
    assert "provider:fibre" in nodes and "provider:traiteur" not in nodes


def test_what_uses_a_name_stops_when_it_no_longer_goes_on_without() -> None:
    dependencies = {"dns": {"kind": "dns", "at": "gamma/r/a", "used_by": ["front"], "goes_on_for": "4 h"}}
    made = judged(("dependency:dns",), dependencies=dependencies)
    assert made.lost is not None
    assert [(one.name, one.after, one.because) for one in made.lost.broken] == [("dns", 0, None), ("front", 4 * HOUR, "dns")]
    assert made.lost.rto == NEVER
    spare = {"dns": {**dependencies["dns"], "alternative": {"at": "beta/r/b", "takes": "1 h"}}}
    saved = judged(("dependency:dns",), dependencies=spare).lost
    assert saved is not None and [one.name for one in saved.broken] == ["dns"] and saved.rto.high == 90 * MINUTE


def test_parts_that_call_each_other_come_back_together() -> None:
    round_trip = NEED + "  - {from: base, to: api, gb_per_month: 1}\n"
    made = judged(("provider:alpha",), round_trip)
    assert made.lost is not None and made.lost.back["api"] == made.lost.back["base"]


QUALIFIED = Qualified("offre", "Offre inventée", "r", None, "42")


@pytest.mark.parametrize("name", ["offre", "offre/r", "42", "Offre inventée"])
def test_a_qualification_lost_leaves_time_and_takes_no_data(name: str) -> None:
    knows = known(offers={"alpha": "offre"}, qualified={"offre/r": QUALIFIED, "offre": None})
    made = judged((f"qualification:{name}",), knows=knows)
    assert made.lost is not None and not made.lost.loss.abrupt
    assert made.lost.rpo.high == 0
    assert made.lost.rto.high == (20 + 120 + 20 + 60 + 20 + 30) * MINUTE, "one is told of it: only deciding is counted"


def test_a_third_countrys_law_takes_what_is_there_or_controlled_from_there() -> None:
    providers = closed(alpha={"controlled_by": [], "rests_on": [], "controlled_from": "US", "regions": {"r": "FR"}})
    made = judged(("law:US",), providers=providers)
    assert made.lost is not None and {one.name for one in made.lost.broken} == {"front", "api", "base"}
    assert made.cell(Disruption.LEGAL).outcomes[0].loss.nodes == {"law:US"}
    with pytest.raises(InputError, match="FR"):
        judged(("law:CN",), providers=providers)


@pytest.mark.parametrize("value", ["provider", "planet:earth", "provider:", "provider:nobody", "qualification:none"])
def test_what_is_no_loss_is_refused(value: str) -> None:
    with pytest.raises(InputError):
        judged((value,))


def test_what_could_be_reached_is_the_cheapest_that_meets_the_target_and_says_its_parameters() -> None:
    targets = {"provider": {"rto": "24 h", "rpo": "24 h"}, "region": {"rto": "4 h", "rpo": "1 h"}}
    bare = {"front": {"at": "alpha/r/a", "keeps_data": False}, "api": {"at": "alpha/r/a", "keeps_data": False}, "base": {"at": "alpha/r/a"}}
    made = judged(components=bare, targets=targets, parameters={"restore": 7 * HOUR})
    provider, region = made.cell(Disruption.PROVIDER).reachable, made.cell(Disruption.REGION).reachable
    assert provider is not None and provider.architecture is Architecture.BACKUP_AND_RESTORE
    assert provider.rto.high == 3 * (7 * HOUR + 30 * MINUTE) and provider.parameters == ("restore", "backup_every")
    assert region is not None and region.architecture is Architecture.WARM_STANDBY
    assert made.cell(Disruption.PROVIDER).rto == NEVER, "parameters change nothing that is current"


def test_a_plans_spares_count_in_their_place_and_at_their_price() -> None:
    bare = {name: {"at": "alpha/r/a", "keeps_data": name == "base"} for name in ("front", "api", "base")}
    places = dict.fromkeys(bare, "alpha/r")
    apart = Planned(places, dict.fromkeys(bare, "beta/s"), 12_000_000)
    elsewhere = judged(components=bare, planned=apart).cell(Disruption.PROVIDER).planned
    assert elsewhere is not None and elsewhere.cost == 12_000_000
    assert elsewhere.rto.high == 3 * (15 + 30) * MINUTE
    same = judged(components=bare, planned=Planned(places, dict.fromkeys(bare, "alpha/s"), 1)).cell(Disruption.PROVIDER).planned
    assert same is not None and same.rto == NEVER


def test_a_plan_says_nothing_of_backups_that_nobody_declared() -> None:
    places = dict.fromkeys(("front", "api", "base"), "alpha/r")
    made = assess(declared({"targets": whole()["targets"]}), known(), (), Planned(places, {}, 0))
    planned = made.cell(Disruption.SOFTWARE).planned
    assert planned is not None and planned.rto_answer is Answer.UNKNOWN


def test_a_measured_time_counts_before_a_declared_one() -> None:
    part = whole()["components"]
    part["base"]["backups"][0] |= {"tested_on": "2026-05-01", "took": "5 h"}
    made = judged(("provider:alpha",), components=part)
    assert made.lost is not None
    way = quickest(made.lost.parts["base"])
    assert way is not None and way.takes.high == 5 * HOUR + 30 * MINUTE


def test_the_next_exercise_is_the_one_never_held_and_what_it_expects_is_declared() -> None:
    held = [{"on": "2026-05-01", "what": one, "passed": True} for one in ("software", "hardware", "zone", "region", "legal")]
    made = judged(exercises=held)
    plan = rehearsal(made)
    assert plan is not None and plan.cell.disruption is Disruption.PROVIDER and plan.last is None
    assert plan.on > ON
    assert [one.after for one in plan.injects] == sorted(one.after for one in plan.injects)
    assert {one.part for one in plan.expected} == {"front", "api", "base"}
    assert [one.args["seconds"] for one in plan.criteria if one.args] == [4 * HOUR, HOUR]
    again = rehearsal(judged(exercises=[*held, {"on": "2026-06-01", "what": "provider", "passed": False}]))
    assert again is not None and (again.on - ON).days > 100, "a year after the last one"
    assert duration_text(again.injects[0].after, language("en")) == "0\u202fmin"


def test_a_test_of_last_year_no_longer_counts() -> None:
    part = whole()["components"]
    for name, day in (("front", "2026-01-01"), ("api", "2024-01-01")):
        part[name]["rebuild"]["tested_on"] = day
    [tests] = [one for one in judged(components=part).score.parts if one.name == "tests"]
    assert (tests.low, tests.high, tests.of) == (1, 1, 4)


def test_a_law_lost_without_anywhere_to_go_leaves_the_data_where_they_are() -> None:
    made = assess(declared(whole()), known(), ["law:FR"])
    assert made.lost is not None
    assert made.lost.rto.never and made.lost.rpo == exactly(0)


def test_a_law_that_may_reach_what_nobody_says_enough_of_takes_it_perhaps_and_a_misspelt_one_nothing() -> None:
    part = whole(providers=closed(alpha={"controlled_by": [], "rests_on": [], "regions": {"r": "FR", "s": "FR"}}))
    made = assess(declared(part), known(), ["law:us"])
    assert made.lost is not None and made.lost.touched is Answer.UNKNOWN
    assert {ask for one in made.lost.taken.values() for ask in one.asks} == {"providers.alpha.controlled_from"}
    for wrong in ("law:USA", "law:u"):
        with pytest.raises(InputError):
            assess(declared(part), known(), [wrong])
    with pytest.raises(InputError):
        assess(declared(whole()), known(), ["law:US"])
