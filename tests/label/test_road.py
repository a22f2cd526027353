"""The road: what comes after what, what a lost day costs, what is late, and which evidence ends on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.label import world
from tests.label.oscal_cases import finding
from tests.label.shipped_schemes import shipped

from egide.label.dossier import Assurance, Base, CatalogueLine, Document, Dossier, EvidenceKind, Step
from egide.label.road import ASSUMED_DAYS, CORRECTIONS, DECISION, EVALUATION, RENEWAL, STRATEGY, road
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer

if TYPE_CHECKING:
    from egide.label.results import Milestone, Road

J0 = date(2026, 1, 15)
SCHEME = shipped("secnumcloud-3.2")


def dossier(*steps: Step, **more: Any) -> Dossier:
    return Dossier("nuage-fictif", "Nuage fictif", "nuage-fictif", "Nuage fictif SAS", ("IaaS",), "calcul",
                   **{"steps": steps, "requested_on": J0} | more)


def by_id(found: Road) -> dict[str, Milestone]:
    return {one.id: one for one in found.milestones}


def a_line(start: date, end: date | None) -> CatalogueLine:
    return CatalogueLine("nuage-fictif", "qualified", "3.2", start, end, "catalogue", "primary", J0)


def paper(id: str, on: date, until: date | None, *covers: str) -> Document:
    return Document(id, id, EvidenceKind.DOCUMENT, Assurance.AUDITED, "Cabinet fictif", on, until, "tout", covers)


def test_from_request_to_decision_takes_18_to_24_months_and_says_that_the_parts_are_assumed() -> None:
    found = road(dossier(), J0, SCHEME)
    assert found.decision is not None
    assert 18 * 30 <= (found.decision - J0).days <= 24 * 31
    assert {STRATEGY, EVALUATION, CORRECTIONS, DECISION} <= set(found.assumptions)
    assert found.slippage_days == 0


def test_surveillance_is_each_year_and_renewal_at_three_years() -> None:
    found = by_id(road(dossier(), J0, SCHEME))
    decided = found["decision"].end
    ends = [found[id].end for id in ("surveillance-1", "surveillance-2", RENEWAL)]
    assert [end.year - decided.year for end in ends] == [1, 2, 3]
    assert {(end.month, end.day) for end in ends} == {(decided.month, decided.day)}


def test_the_providers_own_duration_replaces_the_assumed_one() -> None:
    found = road(dossier(Step("evaluation", "Évaluation convenue", "evaluator", 200)), J0, SCHEME)
    assert EVALUATION not in found.assumptions
    assert by_id(found)["evaluation"].title == "Évaluation convenue"
    usual = road(dossier(), J0, SCHEME).decision
    assert found.decision is not None
    assert usual is not None
    assert (usual - found.decision).days == ASSUMED_DAYS[EVALUATION] - 200


def test_the_providers_steps_come_before_the_evaluation_unless_it_says_after() -> None:
    steps = (Step("essai", "Essai", "security", 200), Step("annonce", "Annonce", "buyer", 10, ("decision",)))
    found = by_id(road(dossier(*steps), J0, SCHEME))
    assert "essai" in found["evaluation"].after
    assert found["evaluation"].start == J0 + timedelta(200)
    assert found["essai"].critical
    assert found["annonce"].start == found["decision"].end
    assert not found["annonce"].critical


def test_every_gap_in_what_is_mandatory_is_a_step_after_those_it_stands_on() -> None:
    findings = [finding("19.6.a", Answer.UNKNOWN), finding("19.6.b", Answer.NOT_MET), finding("5.1.a", Answer.MET),
                replace(finding("5.2.a", Answer.NOT_MET), binding="recommended")]
    found = by_id(road(dossier(Step("cession", "Cession", "provider", 30, ("19.6.b",))), J0, SCHEME, findings))
    assert found["gap-19.6.b"].after == ("gap-19.6.a",)
    assert found["cession"].after == ("gap-19.6.b",)
    assert not {"gap-5.1.a", "gap-5.2.a"} & set(found)


def test_a_step_of_the_provider_by_the_number_of_a_requirement_closes_its_gap() -> None:
    found = by_id(road(dossier(Step("19.6.b", "Cession", "provider", 30)), J0, SCHEME, [finding("19.6.b", Answer.NOT_MET)]))
    assert "gap-19.6.b" not in found
    assert "19.6.b" in found["evaluation"].after


def test_a_step_after_a_requirement_without_a_gap_waits_for_nothing() -> None:
    assert by_id(road(dossier(Step("a", "A", "x", 1, ("5.1.a",))), J0, SCHEME))["a"].after == ()


@pytest.mark.parametrize(("steps", "message"), [
    ((Step("a", "A", "x", 1, ("b",)), Step("b", "B", "x", 1, ("a",))), "lead back to themselves: "),
    ((Step("a", "A", "x", 1, ("a",)),), "lead back to themselves: a → a"),
    ((Step("strategy", "S", "x", 1, ("decision",)),), "lead back to themselves"),
    ((Step("a", "A", "x", 1, ("rien",)),), "«a» comes after «rien»"),
    ((Step("a", "A", "x", 1), Step("a", "B", "x", 1)), "«a» is there twice"),
    ((Step("a", "A", "x", -1),), "less than no time: -1"),
    ((Step("a", "A", "x", 10**9),), "last day of the calendar"),
])
def test_steps_that_make_no_road_are_refused(steps: tuple[Step, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        road(dossier(*steps), J0, SCHEME)


def test_what_is_late_moves_the_decision_and_says_by_how_much() -> None:
    steps = (Step("strategy", "Stratégie", "anssi", 100), Step("essai", "Essai", "security", 60))
    found = road(dossier(*steps), J0 + timedelta(90), SCHEME)
    assert found.slippage_days == 50, "the test, not begun on day 90, ends on day 150; the strategy was to be accepted on day 100"
    late = by_id(road(dossier(*steps), J0 + timedelta(110), SCHEME))["strategy"]
    assert late.because is not None
    assert (late.because.code, late.because.args["days"], late.end) == ("label.road.late", 10, J0 + timedelta(110))


def test_what_is_done_early_gains_nothing_on_paper_and_loses_nothing() -> None:
    found = road(dossier(Step("essai", "Essai", "security", 30, done_on=J0 + timedelta(5))), J0 + timedelta(40), SCHEME)
    assert found.slippage_days == 0
    assert (by_id(found)["essai"].done, by_id(found)["essai"].critical) == (True, False)


def test_without_a_request_the_road_begins_on_the_day_of_the_question() -> None:
    found = road(dossier(requested_on=None), date(2026, 11, 23), SCHEME)
    assert by_id(found)["request"].start == date(2026, 11, 23)
    assert (by_id(found)["request"].done, found.slippage_days) == (False, 0)


def test_a_qualification_that_runs_leads_to_its_renewal() -> None:
    found = road(dossier(line=a_line(date(2024, 6, 1), date(2027, 6, 1))), date(2026, 11, 23), SCHEME)
    milestones = by_id(found)
    assert found.decision == date(2024, 6, 1)
    assert not {"request", "evaluation"} & set(milestones)
    assert (milestones[RENEWAL].end, milestones[RENEWAL].critical) == (date(2027, 6, 1), True)
    assert milestones[RENEWAL].because is not None
    assert milestones[RENEWAL].because.code == "label.road.line-ends"


def test_a_renewal_that_cannot_be_decided_in_time_is_said_to_lapse() -> None:
    line = a_line(date(2024, 6, 1), date(2027, 6, 1))
    found = road(dossier(Step("travaux", "Travaux", "cio", 300), line=line), date(2026, 11, 23), SCHEME)
    because = by_id(found)[RENEWAL].because
    assert because is not None
    assert because.code == "label.road.lapses"
    assert found.slippage_days == (by_id(found)[RENEWAL].end - date(2027, 6, 1)).days > 0


def test_an_expired_qualification_is_asked_for_anew() -> None:
    found = by_id(road(dossier(line=a_line(date(2026, 2, 1), date(2026, 6, 1))), date(2026, 11, 23), SCHEME))
    assert found["request"].start == date(2026, 11, 23), "the request of January led to the line that has ended"


def test_the_end_of_a_base_is_on_the_road() -> None:
    base = Base("socle", "Socle fictif", "IaaS", line=a_line(date(2025, 1, 1), date(2028, 1, 1)))
    found = by_id(road(dossier(bases=(base,)), J0, SCHEME))["base-ends-socle"]
    assert (found.start, found.end) == (date(2028, 1, 1), date(2028, 1, 1))


def test_evidence_that_ends_on_the_way_is_to_be_renewed_before_it_is_needed() -> None:
    papers = (
        paper("avant", date(2026, 1, 1), date(2026, 2, 1), "5.1.a"), paper("pendant", date(2026, 5, 1), date(2027, 2, 1), "5.*"),
        paper("ailleurs", date(2026, 1, 1), date(2026, 2, 1), "gaia-x-24.11#P1.1.1"), paper("toujours", J0, None, "nulle-part"),
    )
    found = road(dossier(documents=papers), J0, SCHEME)
    begins, decided = by_id(found)["evaluation"].start, by_id(found)["decision"].end
    told = {one.document: (one.needed_for, one.needed_on, one.renew_by) for one in found.expiries}
    assert told == {"avant": ("evaluation", begins, begins), "pendant": ("decision", decided, date(2027, 2, 1))}


def test_freshness_ends_what_says_no_end() -> None:
    fresh = SCHEME.by_id["5.1.a"].fresh_months
    assert fresh is not None
    (found,) = road(dossier(documents=(paper("frais", date(2025, 3, 1), None, "5.1.a"),)), J0, SCHEME).expiries
    assert found.ends.year * 12 + found.ends.month == 2025 * 12 + 3 + fresh


@pytest.mark.parametrize("scheme", ["gaia-x-24.11", "eucs-draft"])
def test_other_schemes_have_no_official_road(scheme: str) -> None:
    found = road(dossier(Step("a", "A", "x", 10), Step("b", "B", "x", 5, ("a",)), Step("c", "C", "x", 3)), J0, shipped(scheme))
    assert found.decision is None
    assert {one.id: (one.slack_days, one.critical) for one in found.milestones} == {"a": (0, True), "b": (0, True), "c": (12, False)}


def test_the_worked_provider_has_a_road() -> None:
    found = road(world.worked(), world.ON, SCHEME)
    assert found.decision is not None
    assert any(one.critical for one in found.milestones)
    assert found.expiries


@st.composite
def some_steps(draw: st.DrawFn) -> tuple[Step, ...]:
    names = [f"s{at}" for at in range(draw(st.integers(1, 6)))]
    return tuple(
        Step(name, name, "x", draw(st.integers(0, 400)), tuple(draw(st.lists(st.sampled_from(names[:at]), unique=True)) if at else ()))
        for at, name in enumerate(names)
    )


@given(steps=some_steps(), data=st.data())
def test_a_step_may_slip_by_its_slack_and_no_more(steps: tuple[Step, ...], data: st.DataObject) -> None:
    before = road(dossier(*steps), J0, SCHEME)
    chosen = data.draw(st.sampled_from(steps))
    milestone = by_id(before)[chosen.id]
    assert before.decision is not None

    def slipped(days: int) -> date:
        moved = tuple(replace(one, days=one.days + days) if one.id == chosen.id else one for one in steps)
        decision = road(dossier(*moved), J0, SCHEME).decision
        assert decision is not None
        return decision
    assert slipped(milestone.slack_days) == before.decision
    assert slipped(milestone.slack_days + 3) == before.decision + timedelta(3)
    assert milestone.critical == (milestone.slack_days == 0)


@given(steps=some_steps(), days=st.integers(0, 900))
def test_the_longest_chain_gives_the_decision(steps: tuple[Step, ...], days: int) -> None:
    found = road(dossier(*steps), J0 + timedelta(days), SCHEME)
    milestones = by_id(found)
    for one in found.milestones:
        assert all(milestones[before].end <= one.start or milestones[before].done for before in one.after)
    critical = [one for one in found.milestones if one.critical]
    assert any(one.id == DECISION for one in critical)
    assert found.slippage_days >= 0


@given(steps=some_steps(), days=st.integers(0, 900), order=st.randoms())
def test_the_order_of_the_steps_changes_nothing(steps: tuple[Step, ...], days: int, order: Any) -> None:
    assume(len(steps) > 1)
    shuffled = list(steps)
    order.shuffle(shuffled)
    on = J0 + timedelta(days)
    found, other = road(dossier(*steps), on, SCHEME), road(dossier(*shuffled), on, SCHEME)
    assert [(one.id, one.start, one.end, one.slack_days) for one in found.milestones] == [
        (one.id, one.start, one.end, one.slack_days) for one in other.milestones]
    assert (found.decision, found.slippage_days) == (other.decision, other.slippage_days)
