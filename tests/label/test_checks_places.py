"""Places: where data are, from where the service is run, and support that may come from outside when it is held."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.label.fixtures import complete, finding, put
from tests.label.test_assess_each_requirement import say

from egide.label.checks.places import TECHNICAL_DATA
from egide.label.dossier import TechnicalData
from egide.label.results import RequirementFinding
from egide.vocabulary.findings import Answer

FRANCE = frozenset({"FR"})


def after(requirement: str, **facts: object) -> RequirementFinding:
    return finding(put(say(**facts)(complete())), requirement)


@pytest.mark.parametrize("country", ["NO", "IS", "LI", "CH", "GB", "US"])
def test_the_economic_area_is_not_the_union(country: str) -> None:
    found = after("19.2.b", places__storage=frozenset({"FR", country}))
    assert found.answer is Answer.NOT_MET
    assert found.because[0].args["countries"] == (country,)


def test_gaia_x_counts_the_economic_area_as_inside() -> None:
    norway = say(places__storage=frozenset({"NO"}))(complete("gaia-x-24.11"))
    assert finding(put(norway, "gaia-x-24.11"), "P5.1.2").answer is Answer.MET


def test_a_set_without_a_country_says_nothing() -> None:
    assert after("19.2.b", places__storage=frozenset()).answer is Answer.UNKNOWN


def test_supervision_from_outside_fails_whatever_is_known_of_administration() -> None:
    assert after("19.2.c", places__supervision=frozenset({"IN"}), places__administration=None).answer is Answer.NOT_MET
    assert after("19.2.c", places__administration=None).answer is Answer.UNKNOWN


def test_support_from_inside_asks_for_no_hold() -> None:
    assert after("19.2.e", places__support=FRANCE, support__listed=None, support__controlled=None).answer is Answer.MET
    assert after("19.2.e", places__support=frozenset(), support__listed=None).answer is Answer.MET


@pytest.mark.parametrize("hold", ["support__listed", "support__controlled", "support__supervised_from_union"])
def test_support_from_outside_is_listed_controlled_and_supervised(hold: str) -> None:
    assert after("19.2.e", places__support=frozenset({"IN"})).answer is Answer.MET
    assert after("19.2.e", places__support=frozenset({"IN"}), **{hold: False}).answer is Answer.NOT_MET
    assert after("19.2.e", places__support=frozenset({"IN"}), **{hold: None}).answer is Answer.UNKNOWN


def inventory(**elsewhere: frozenset[str] | None) -> RequirementFinding:
    lines = tuple(
        TechnicalData(kind, elsewhere.get(kind.replace("-", "_"), FRANCE), None, "petit-nuage-fictif") for kind in TECHNICAL_DATA
    )
    return finding(put(replace(complete(), technical_data=lines)), "19.2.d")


def test_one_line_of_the_inventory_outside_fails_whatever_is_stated() -> None:
    assert inventory().answer is Answer.MET
    found = inventory(infrastructure_logs=frozenset({"US"}))
    assert found.answer is Answer.NOT_MET
    assert found.because[0].args["kind"] == "infrastructure-logs"


def test_a_line_of_the_inventory_without_a_place_is_unknown() -> None:
    assert inventory(identities=None).answer is Answer.UNKNOWN


def test_an_inventory_that_lacks_a_kind_of_technical_data_is_not_whole() -> None:
    one = (TechnicalData("identities", FRANCE, None, "petit-nuage-fictif"),)
    found = finding(put(replace(complete(), technical_data=one)), "19.2.d")
    assert found.answer is Answer.UNKNOWN
    assert {reason.args["kind"] for reason in found.because} == set(TECHNICAL_DATA) - {"identities"}
