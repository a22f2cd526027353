"""Third parties: who is listed, who can reach data, what stops without them, which foreign laws they bring."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.label.fixtures import complete, finding, put
from tests.label.test_assess_each_requirement import say, third_support, third_technology
from tests.label.world import small

from egide.label.dossier import Access, AccessKind, Need, PathState, Risk, Supplier
from egide.label.results import RequirementFinding
from egide.vocabulary.findings import Answer
from egide.vocabulary.offers import Period

DOSSIER = complete()


def after(requirement: str, **fields: object) -> RequirementFinding:
    return finding(put(replace(DOSSIER, **fields)), requirement)  # type: ignore[arg-type]


def test_where_nobody_described_components_nothing_was_looked_at() -> None:
    found = after("19.6.c", components=(), accesses=())
    assert found.answer is Answer.UNKNOWN
    assert found.missing


def test_an_open_way_of_a_third_company_fails_and_names_the_control_to_test() -> None:
    found = finding(put(third_support(DOSSIER)), "19.6.c")
    assert found.answer is Answer.NOT_MET
    assert "Support lointain fictif Inc." in str(found.because[0].args)
    assert any(one.what.args.get("access") == "A-1" for one in found.missing)


@pytest.mark.parametrize(("state", "answer"), [(PathState.TESTED, "met"), (PathState.DECLARED, "unknown"), (PathState.UNTESTED, "unknown")])
def test_only_a_tested_control_cuts_a_way(state: PathState, answer: str) -> None:
    dossier = third_support(DOSSIER)
    (way,) = dossier.accesses
    held = replace(way, control="bastion", control_state=state)
    assert finding(put(replace(dossier, accesses=(held,))), "19.6.c").answer == answer


def test_a_function_that_stands_on_a_third_company_alone_fails() -> None:
    assert finding(put(third_technology(DOSSIER)), "19.6.d").answer is Answer.NOT_MET


def test_a_supplier_that_is_itself_qualified_keeps_the_service_autonomous_while_it_is() -> None:
    dossier = third_technology(DOSSIER)
    qualified = tuple(
        replace(one, qualified=Period(date(2026, 1, 1), date(2027, 5, 31))) if one.id == "editeur-lointain" else one
        for one in dossier.suppliers
    )
    found = finding(put(replace(dossier, suppliers=qualified)), "19.6.d")
    assert found.answer is Answer.MET
    assert found.until == date(2027, 5, 31)


def test_where_nobody_described_what_functions_stand_on_autonomy_is_unknown() -> None:
    assert after("19.6.d", needs=()).answer is Answer.UNKNOWN


def test_own_skills_that_somebody_denies_are_none() -> None:
    denied = finding(put(say(skills__own=False)(DOSSIER)), "19.6.d")
    assert denied.answer is not Answer.MET


def test_autonomy_is_described_by_the_provider_and_shown_by_a_document() -> None:
    without = tuple(one for one in DOSSIER.documents if one.covers != ("secnumcloud-3.2#19.6.d",))
    assert after("19.6.d", documents=without).answer is Answer.UNKNOWN


def test_a_third_party_named_elsewhere_and_not_listed_is_a_missing_level() -> None:
    stranger = Access("A-9", "sous-traitant-tu", "calcul", AccessKind.SUPPORT, PathState.DECLARED)
    found = after("15.1.a", accesses=(*DOSSIER.accesses, stranger))
    assert found.answer is Answer.NOT_MET
    assert found.because[0].args["party"] == "sous-traitant-tu"
    (support,) = DOSSIER.suppliers
    assert after("15.1.a", suppliers=(replace(support, under="personne-connue"),)).answer is Answer.NOT_MET


@pytest.mark.parametrize("field", ["data", "countries"])
def test_a_third_party_of_which_little_is_said_leaves_the_list_unknown(field: str) -> None:
    (support,) = DOSSIER.suppliers
    assert after("15.1.a", suppliers=(replace(support, **{field: None}),)).answer is Answer.UNKNOWN


def test_a_supplier_from_outside_brings_a_law_that_must_be_among_the_risks() -> None:
    away = Supplier("lointain", "Lointain fictif Inc.", "supplier", "pièces", None, "US", "US", "US", frozenset(), frozenset({"US"}))
    suppliers = (*DOSSIER.suppliers, away)
    found = after("5.3.d", suppliers=suppliers)
    assert found.answer is Answer.UNKNOWN
    assert found.because[0].args == {"country": "US", "party": "Lointain fictif Inc."}
    listed = Risk("R-1", "Injonction fictive", "loi fictive", "US", "chiffrement", "low", "security", date(2026, 9, 1))
    assert after("5.3.d", suppliers=suppliers, risks=(listed,)).answer is Answer.MET
    assert after("5.3.d", suppliers=suppliers, risks=(replace(listed, residual=None),)).answer is Answer.UNKNOWN


def test_exposure_is_every_country_outside_that_the_dossier_leads_to() -> None:
    assert put(DOSSIER).exposure == ()
    assert put(third_technology(third_support(DOSSIER))).exposure == ("US",)
    assert put(say(places__support=frozenset({"IN", "FR"}))(DOSSIER)).exposure == ("IN",)


def test_a_need_on_own_skills_asks_whether_they_are_there() -> None:
    silent = small(needs=(Need("calcul", "Calcul", (("own-skills",),)),), statements={})
    found = finding(put(silent), "19.6.d")
    assert found.answer is Answer.UNKNOWN
