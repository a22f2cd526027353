"""The caps of 19.6.b in every reading, powers by contract, and until when an answer on holders holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.label.fixtures import ON, complete, finding, put
from tests.label.shipped_schemes import shipped
from tests.label.test_assess_each_requirement import say, third_holder

from egide.label.assess import assess
from egide.label.results import RequirementFinding
from egide.ownership.answers import Readings
from egide.ownership.countries import EU
from egide.ownership.holdings import Holding, Influence, Nature, Party, PartyKind, Power, Range, Register
from egide.vocabulary.findings import Answer

if TYPE_CHECKING:
    from egide.label.dossier import Dossier

COMPANY = "petit-nuage-fictif"


def held_by(*holders: tuple[str, str | None, float], **more: object) -> Dossier:
    """The provider held by these: name, country (None: not known), share of capital and votes; the partners hold the rest.

    They are sovereign holders, so that nobody unnamed stands behind two of them.
    """
    dossier = complete()
    register = dossier.register
    assert register is not None
    whole = next(one for one in register.holdings if one.held == COMPANY)
    parties = dict(register.parties)
    parts: list[Holding] = []
    for name, country, share in holders:
        parties[name] = Party(name, name, PartyKind.STATE, country, origin=whole.origin)
        parts.append(part(whole, name, share, **more))
    rest = 100.0 - sum(share for _, _, share in holders)
    parts.append(part(whole, whole.holder, rest))
    others = [one for one in register.holdings if one.held != COMPANY]
    return replace(dossier, register=replace(register, parties=parties, holdings=[*others, *parts]))


def part(whole: Holding, holder: str, share: float | Range, **more: object) -> Holding:
    both = share if isinstance(share, Range) else Range(share, share)
    return msgspec.structs.replace(whole, holder=holder, capital=both, votes=both, id=f"part-{holder}", **more)


def with_power(dossier: Dossier, holder: str, power: Power) -> Dossier:
    register = dossier.register
    assert register is not None
    said = Influence(holder, COMPANY, power, register.holdings[0].origin)
    return replace(dossier, register=replace(register, influences=[said]))


def caps(dossier: Dossier, **readings: object) -> RequirementFinding:
    given = Readings(EU, "EU", **readings) if readings else None  # type: ignore[arg-type]
    return finding(assess(dossier, shipped("secnumcloud-3.2"), ON, readings=given), "19.6.b")


@pytest.mark.parametrize(("share", "answer"), [(24.0, "met"), (24.0001, "not-met"), (23.9, "met"), (39.0, "not-met")])
def test_one_third_holder_may_have_twenty_four_per_cent_and_no_more(share: float, answer: str) -> None:
    assert caps(held_by(("Alpha fictif", "US", share))).answer == answer


def test_two_third_holders_may_have_thirty_nine_per_cent_together_and_no_more() -> None:
    assert caps(held_by(("Alpha fictif", "US", 20.0), ("Bêta fictif", "CH", 19.0))).answer is Answer.MET
    found = caps(held_by(("Alpha fictif", "US", 20.0), ("Bêta fictif", "CH", 19.1)))
    assert found.answer is Answer.NOT_MET
    assert found.because[0].code == "label.third_holders_together_within.not-met"
    assert found.because[0].args["share"] == "39.1"


def test_a_breach_names_the_holder_its_share_and_the_chain() -> None:
    told = caps(held_by(("Alpha fictif", "US", 24.1))).because[0]
    assert told.args["holder"] == "Alpha fictif"
    assert told.args["share"] == "24.1"
    assert told.args["cap"] == "24"
    assert told.args["chain"] == "Petit nuage fictif SAS ← Alpha fictif"


def test_each_reading_that_fails_is_told() -> None:
    because = caps(held_by(("Alpha fictif", "US", 24.1))).because
    assert {(one.args["right"], one.args["method"]) for one in because if "cap" in one.args} == {
        (right, method) for right in ("capital", "votes") for method in ("look-through", "attribution")
    }


def test_the_economic_area_counts_as_outside() -> None:
    assert caps(held_by(("Alpha fictif", "NO", 30.0))).answer is Answer.NOT_MET


def test_both_breaches_are_needed_under_the_lenient_reading() -> None:
    one_only = held_by(("Alpha fictif", "US", 30.0))
    assert caps(one_only).answer is Answer.NOT_MET
    assert caps(one_only, either_breach_fails=False).answer is Answer.MET
    assert caps(held_by(("Alpha fictif", "US", 40.0)), either_breach_fails=False).answer is Answer.NOT_MET


def test_the_caps_are_the_schemes_and_not_the_callers() -> None:
    assert caps(held_by(("Alpha fictif", "US", 30.0)), one=Fraction(1), together=Fraction(1)).answer is Answer.NOT_MET


def test_a_holder_whose_place_nobody_knows_is_unknown_and_asked_for() -> None:
    found = caps(held_by(("Alpha fictif", None, 30.0)))
    assert found.answer is Answer.UNKNOWN
    assert any(one.what.code == "ownership.places.unknown" for one in found.missing)


def test_a_bracket_that_spans_the_cap_is_unknown() -> None:
    dossier = held_by(("Alpha fictif", "US", 20.0))
    register = dossier.register
    assert register is not None
    ranges = {"Alpha fictif": Range(20.0, 25.0), "associes-fictifs": Range(75.0, 80.0)}
    holdings = [part(one, one.holder, ranges[one.holder]) if one.held == COMPANY else one for one in register.holdings]
    found = caps(replace(dossier, register=replace(register, holdings=holdings)))
    assert found.answer is Answer.UNKNOWN
    assert found.missing


def test_a_convertible_counts_once_diluted() -> None:
    dossier = held_by(("Alpha fictif", "US", 20.0))
    register = dossier.register
    assert register is not None
    bond = part(register.holdings[-1], "Alpha fictif", 30.0, nature=Nature.CONVERTIBLE)
    found = caps(replace(dossier, register=replace(register, holdings=[*register.holdings, bond])))
    assert found.answer is not Answer.MET
    assert {one.args["state"] for one in found.because if "state" in one.args} == {"diluted"}


def test_without_a_register_nothing_is_known_of_the_caps() -> None:
    found = caps(replace(complete(), register=None))
    assert found.answer is Answer.UNKNOWN
    assert found.because[0].code == "label.no_third_holder_above.no-register"


def test_a_register_without_the_provider_says_nothing_of_it() -> None:
    assert caps(replace(complete(), register=Register())).answer is Answer.UNKNOWN


@pytest.mark.parametrize(("power", "check"), [(Power.VETO, "no_third_veto"), (Power.APPOINTS_ORGANS, "no_third_board_majority")])
def test_a_power_of_a_third_entity_fails_whatever_is_stated(power: Power, check: str) -> None:
    found = caps(with_power(held_by(("Alpha fictif", "US", 1.0)), "Alpha fictif", power))
    assert found.answer is Answer.NOT_MET
    assert found.because[0].code == f"label.{check}.not-met"


def test_a_power_of_somebody_from_nowhere_known_is_unknown() -> None:
    assert caps(with_power(held_by(("Alpha fictif", None, 1.0)), "Alpha fictif", Power.VETO)).answer is Answer.UNKNOWN


@pytest.mark.parametrize("fact", ["veto__third", "organs__majority_appointed_by_third"])
def test_a_register_that_is_silent_does_not_show_that_nobody_has_a_power(fact: str) -> None:
    assert caps(say(**{fact: None})(complete())).answer is Answer.UNKNOWN
    assert caps(say(**{fact: True})(complete())).answer is Answer.NOT_MET


def test_decisive_influence_is_no_percentage() -> None:
    gaia = "gaia-x-24.11"
    thirty = third_holder(30.0)(complete(gaia))
    assert finding(put(thirty, gaia), "P5.1.5").answer is Answer.MET
    vague = with_power(third_holder(30.0)(complete(gaia)), "fonds-fictif-alpha", Power.INFLUENCE)
    assert finding(put(vague, gaia), "P5.1.5").answer is Answer.UNKNOWN


def test_an_answer_on_holders_holds_until_the_sale_that_turns_it() -> None:
    dossier = held_by(("Alpha fictif", "US", 20.0), until=date(2027, 3, 31))
    register = dossier.register
    assert register is not None
    sold = part(register.holdings[-1], "Alpha fictif", 30.0, since=date(2027, 4, 1))
    found = caps(replace(dossier, register=replace(register, holdings=[*register.holdings, sold])))
    assert found.answer is Answer.MET
    assert found.until == date(2027, 3, 31)


def test_a_coming_sale_that_turns_nothing_ends_nothing() -> None:
    dossier = held_by(("Alpha fictif", "US", 10.0), until=date(2027, 3, 31))
    register = dossier.register
    assert register is not None
    sold = part(register.holdings[-1], "Alpha fictif", 12.0, since=date(2027, 4, 1))
    stay = [part(one, one.holder, Range(80.0, 88.0)) if one.holder == "associes-fictifs" and one.held == COMPANY else one
            for one in register.holdings]  # fmt: skip
    found = caps(replace(dossier, register=replace(register, holdings=[*stay, sold])))
    assert found.answer is Answer.MET
    assert found.until is None


@pytest.mark.parametrize("place", ["seat", "administration", "establishment"])
def test_each_of_the_three_places_of_the_provider_must_be_known_and_inside(place: str) -> None:
    dossier = replace(complete(), register=None)
    assert finding(put(dossier), "19.6.a").answer is Answer.MET
    assert finding(put(say(**{f"provider__{place}": "CH"})(dossier)), "19.6.a").answer is Answer.NOT_MET
    assert finding(put(say(**{f"provider__{place}": None})(dossier)), "19.6.a").answer is Answer.UNKNOWN


def test_a_place_that_the_register_contradicts_is_unknown() -> None:
    assert finding(put(say(provider__seat="CH")(complete())), "19.6.a").answer is Answer.UNKNOWN
