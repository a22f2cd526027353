"""The whole scheme put to an offer: who is asked what, what the answer is, until when, and what is written down beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from tests.label.fixtures import ON, complete, finding, paper, put
from tests.label.shipped_schemes import shipped
from tests.label.test_assess_each_requirement import say, third_support
from tests.label.world import small, worked

from egide.label import checks
from egide.label.assess import assess
from egide.label.checks import CHECKS, Case, Check, Limits, Said
from egide.label.dossier import Assurance
from egide.label.results import Stage
from egide.ownership.answers import Readings
from egide.ownership.countries import EEA, EU
from egide.rules.evaluation import CheckFaultWarning
from egide.vocabulary.findings import Answer
from egide.vocabulary.offers import Period

SNC = shipped("secnumcloud-3.2")


@pytest.mark.parametrize("kind", ["IaaS", "CaaS", "PaaS", "SaaS"])
def test_an_offer_is_asked_what_concerns_its_scope_types(kind: str) -> None:
    asked = {one.id for one in put(replace(complete(), kinds=(kind,))).findings}
    assert asked == {one.id for one in SNC.requirements if kind in one.kinds}


def test_an_offer_that_names_no_type_is_asked_everything() -> None:
    assert len(put(small(kinds=())).findings) == len(SNC.requirements)


def test_one_mandatory_requirement_that_fails_fails_the_whole() -> None:
    assert put(say(contract__law="CH")(complete())).answer is Answer.NOT_MET


def test_one_mandatory_requirement_that_is_unknown_leaves_the_whole_unknown() -> None:
    assert put(say(contract__law=None)(complete())).answer is Answer.UNKNOWN


def test_a_recommendation_never_changes_the_answer() -> None:
    dossier = complete()
    recommended = {f"secnumcloud-3.2#{one.id}" for one in SNC.requirements if one.binding == "recommended"}
    assert len(recommended) == 17
    kept = tuple(one for one in dossier.documents if not recommended & set(one.covers))
    denied = tuple(paper(f"non-{one}", (one,), outcome="does-not-conform") for one in recommended)
    assert put(replace(dossier, documents=kept)).answer is Answer.MET
    failed = put(replace(dossier, documents=(*kept, *denied)))
    assert failed.answer is Answer.MET
    assert any(one.answer is Answer.NOT_MET for one in failed.findings if one.binding == "recommended")


def test_it_holds_until_the_first_thing_that_it_stands_on_ends() -> None:
    dossier = complete()
    short = tuple(replace(one, until=date(2026, 12, 24)) if one.id.startswith("9.6.a-") else one for one in dossier.documents)
    assessment = put(replace(dossier, documents=short))
    assert (assessment.until, assessment.because_until) == (date(2026, 12, 24), "9.6.a")
    later = put(replace(dossier, documents=short), on=date(2026, 12, 25))
    assert finding(later, "9.6.a").stage is Stage.EXPIRED
    assert later.answer is Answer.UNKNOWN


def test_every_limit_that_was_used_is_written_down() -> None:
    parameters = put(complete()).parameters
    assert parameters["19.6.b.one_holder_share"] == "0.24"
    assert parameters["19.6.b.all_holders_share"] == "0.39"
    assert parameters["19.4.a.erasure_notice_days"] == 21
    assert parameters["19.2.b.union_countries"] == EU
    assert parameters["union"] == "EU"
    assert parameters["one"] == Fraction(24, 100)
    assert "5.1.a.union_countries" not in parameters


def test_the_area_is_the_schemes_own() -> None:
    given = Readings(EU, "EU", persons_count=True)
    told = assess(complete("gaia-x-24.11"), shipped("gaia-x-24.11"), ON, readings=given)
    assert told.ownership is not None
    assert told.ownership.readings.union == EEA
    assert told.parameters["union"] == "EEA"
    assert told.parameters["persons_count"] is True


def test_who_answers_is_the_nearest_owner_else_the_schemes_role() -> None:
    assessment = put(replace(complete(), owners={"9.*": "cio", "9.6.*": "buyer", "9.6.a": "legal"}))
    told = [finding(assessment, one).owner for one in ("9.1.a", "9.6.b", "9.6.a", "10.1.a")]
    assert told == ["cio", "buyer", "legal", SNC.by_id["10.1.a"].role]


def test_the_assurance_is_the_weakest_that_it_stands_on() -> None:
    assessment = put(complete())
    assert finding(assessment, "19.1.c").assurance is Assurance.AUDITED
    assert finding(put(small()), "5.1.a").assurance is None


def test_a_check_that_crashes_answers_unknown_and_the_fault_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(case: Case, limits: Limits) -> Said:
        raise ZeroDivisionError("planted")

    name = "contract_is_under_the_law_of_a_member_state"
    monkeypatch.setitem(checks.CHECKS, name, Check(name, (), (), crash))  # type: ignore[arg-type]
    with pytest.warns(CheckFaultWarning):
        assessment = put(complete())
    found = finding(assessment, "19.1.c")
    assert found.answer is Answer.UNKNOWN
    assert found.because[0].code == "label.fault.unknown"
    assert "planted" in str(found.because[0].args["error"])
    assert assessment.answer is Answer.UNKNOWN


def test_a_limit_without_a_value_on_the_day_leaves_the_requirement_unknown() -> None:
    before = assess(complete(), SNC, date(2021, 1, 1))
    found = finding(before, "19.6.b")
    assert found.answer is Answer.UNKNOWN
    assert found.because[0].code == "label.limit.unknown"


def test_a_scheme_that_is_not_in_force_on_the_day_answers_nothing() -> None:
    ended = replace(SNC, in_force=Period(date(2022, 3, 8), date(2026, 1, 1)), by_id={})
    assessment = assess(complete(), ended, ON)
    assert assessment.answer is Answer.UNKNOWN
    assert any("not in force" in one.message for one in assessment.problems)


def test_a_scheme_that_names_an_unknown_check_is_unknown_there() -> None:
    odd = replace(SNC.by_id["19.1.c"], computed=("no_such_check",))
    scheme = replace(SNC, requirements=(odd,), by_id={})
    assert finding(assess(complete(), scheme, ON), "19.1.c").answer is Answer.UNKNOWN


def test_without_a_mandatory_requirement_nothing_is_met() -> None:
    assert assess(complete(), replace(SNC, requirements=(), by_id={}), ON).answer is Answer.UNKNOWN


def test_the_access_and_autonomy_answers_are_handed_over() -> None:
    assessment = put(third_support(complete()))
    assert assessment.access is not None
    assert assessment.access.answer is Answer.NOT_MET
    assert assessment.autonomy is not None
    assert assessment.ownership is not None


def test_the_same_dossier_gives_the_same_assessment() -> None:
    first, second = put(worked()), put(worked())
    assert first.findings == second.findings
    assert first.parameters == second.parameters


def test_the_worked_provider_is_exposed_to_every_layers_countries() -> None:
    assert {"IN", "US"} <= set(put(worked()).exposure)


def test_every_computed_answer_says_why() -> None:
    for assessment in (put(complete()), put(small(statements={}, register=None)), put(worked())):
        assert all(one.because for one in assessment.findings)
        assert all(one.missing for one in assessment.findings if one.computed and one.answer is not Answer.MET and not one.layers)


def test_every_check_has_a_limit_list_that_its_requirements_give() -> None:
    for one in SNC.requirements:
        for name in one.computed:
            assert set(CHECKS[name].limits) <= set(one.limits)
