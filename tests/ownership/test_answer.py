"""Small structures whose answer the law gives by hand: caps, natures of shares, listed companies, dates, and statements that are wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import msgspec
import pytest
from tests.ownership.worlds import ON, READINGS, SAID, asked, holding, party, test_of, world

from egide.ownership import EEA
from egide.ownership.answer import UnknownCompanyError, ownership, prepare
from egide.ownership.answers import CUT_OFF, Bounds, Chain, Method, Ownership
from egide.ownership.holdings import Holding, Origin, Range, Register, Right
from egide.vocabulary.findings import Answer

CAPITAL, VOTES = Right.CAPITAL, Right.VOTES
MET, NOT_MET, UNKNOWN = Answer.MET, Answer.NOT_MET, Answer.UNKNOWN


def per_cent(low: str, high: str | None = None) -> Bounds:
    return Bounds(Fraction(low) / 100, Fraction(high or low) / 100)


def share(answer: Ownership, holder: str, right: Right = CAPITAL) -> Bounds:
    (held,) = (one for one in answer.holders if one.party == holder)
    return held.shares[Method.LOOK_THROUGH, right]


def three(register: Register, right: Right = CAPITAL, *, diluted: bool = False) -> tuple[Answer, Answer, Answer]:
    """By look-through: one, together, both."""
    test = test_of(asked(register), right, diluted=diluted)
    return test.one_answer, test.together_answer, test.answer


def changed(register: Register, holder: str, **fields: object) -> Register:
    rows = [msgspec.structs.replace(row, **fields) if row.holder == holder else row for row in register.holdings]
    return replace(register, holdings=rows)


# --- the caps --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alpha", "rest", "answer"),
    [("24", "76", MET), ("24.0", "76.0", MET), ("24.0000001", "75.9999999", NOT_MET), ("23.9999999", "76.0000001", MET)],
)
def test_one_third_entity_may_hold_24_per_cent_and_nothing_more(alpha: str, rest: str, answer: Answer) -> None:
    found = asked(world(f"nuage: alpha {alpha}, beta {rest}", alpha="US"))
    assert found.answer is answer
    assert test_of(found).one == per_cent(alpha)
    assert test_of(found).largest == "alpha"


@pytest.mark.parametrize(("gamma", "rest", "answer"), [("19", "61", MET), ("19.0000001", "60.9999999", NOT_MET), ("18.5", "61.5", MET)])
def test_all_third_entities_may_hold_39_per_cent_together_and_nothing_more(gamma: str, rest: str, answer: Answer) -> None:
    found = asked(world(f"nuage: alpha 20, gamma {gamma}, beta {rest}", alpha="US", gamma="CN"))
    assert (found.answer, test_of(found).one_answer, test_of(found).together_answer) == (answer, MET, answer)
    assert test_of(found).together == per_cent(str(20 + Fraction(gamma)))


def test_capital_and_votes_are_capped_apart() -> None:
    register = world("nuage: alpha 20/30, beta 80/70", alpha="US")
    assert (three(register, CAPITAL)[2], three(register, VOTES)[2]) == (MET, NOT_MET)
    assert asked(register).answer is NOT_MET


def test_either_breach_fails_unless_the_reading_asks_for_both() -> None:
    one = world("nuage: alpha 30, beta 70", alpha="US")
    together = world("nuage: alpha 20, gamma 20, beta 60", alpha="US", gamma="CN")
    both = world("nuage: alpha 40, beta 60", alpha="US")
    lenient = replace(READINGS, either_breach_fails=False)
    assert [asked(made).answer for made in (one, together, both)] == [NOT_MET, NOT_MET, NOT_MET]
    assert [asked(made, readings=lenient).answer for made in (one, together, both)] == [MET, MET, NOT_MET]


def test_a_natural_person_from_outside_counts_only_under_that_reading() -> None:
    register = world("nuage: marie 30, beta 70", marie="person US")
    assert asked(register).answer is MET
    assert asked(register, readings=replace(READINGS, persons_count=True)).answer is NOT_MET


def test_a_third_entity_is_one_whatever_person_from_within_holds_it() -> None:
    assert asked(world("nuage: alpha 30, beta 70", "alpha: marie 100", alpha="US", marie="person FR")).answer is NOT_MET


def test_a_state_and_a_fund_from_outside_are_third_entities() -> None:
    for what in ("state US", "fund US", "arrangement US"):
        assert asked(world("nuage: alpha 30, beta 70", "alpha: marie 100" if what != "state US" else "", alpha=what, marie="person FR"),
                     ).answer is NOT_MET  # fmt: skip


def test_norway_is_outside_the_union_and_inside_the_economic_area() -> None:
    register = world("nuage: alpha 30, beta 70", alpha="NO")
    assert asked(register).answer is NOT_MET
    assert asked(register, readings=replace(READINGS, union=EEA, union_name="EEA")).answer is MET


@pytest.mark.parametrize("place", ["seat", "administration", "establishment"])
def test_one_place_outside_makes_a_third_entity_and_one_place_unknown_leaves_it_open(place: str) -> None:
    register = world("nuage: alpha 30, beta 70")
    for where, answer in (("US", NOT_MET), (None, UNKNOWN)):
        alpha = msgspec.structs.replace(register.parties["alpha"], **{place: where})
        found = asked(replace(register, parties={**register.parties, "alpha": alpha}))
        assert found.answer is answer
        assert [(one.holder, one.right, one.settles) for one in found.disclosures] == ([("alpha", "places", True)] if where is None else [])


# --- through others --------------------------------------------------------------------------------


def test_a_chain_multiplies_and_names_each_link() -> None:
    found = asked(world("nuage: beta 40, delta 60", "beta: alpha 45, marie 55", alpha="US", marie="person FR"))
    assert share(found, "alpha") == per_cent("18")
    (alpha,) = (one for one in found.holders if one.party == "alpha")
    (chain,) = alpha.chains
    assert isinstance(chain, Chain)
    assert [(link.holder, link.held, link.how, link.share, link.origin) for link in chain.links] == [
        ("beta", "nuage", "capital", Range(40.0, 40.0), SAID), ("alpha", "beta", "capital", Range(45.0, 45.0), SAID),
    ]  # fmt: skip
    assert chain.share == per_cent("18")


def test_what_a_third_entity_holds_through_a_third_entity_counts_once_together_and_for_each() -> None:
    found = asked(world("nuage: alpha 20, beta 70, omega 10", "alpha: omega 100", alpha="US", omega="CN"))
    assert test_of(found).together == per_cent("30")
    assert (share(found, "alpha"), share(found, "omega")) == (per_cent("20"), per_cent("30"))
    assert (test_of(found).largest, test_of(found).one_answer, test_of(found).together_answer) == ("omega", NOT_MET, MET)


def test_a_circle_is_counted_exactly() -> None:
    """18 % held directly turn once more for each quarter that the circle brings back: 18 / (1 − 1/4) = 24."""
    tables = "nuage: alpha 18, beta 50, marie 32", "beta: nuage 50, marie 50"
    found = asked(world(*tables, alpha="US", marie="person FR"))
    assert test_of(found).together == per_cent("24")
    assert test_of(found).answer is MET
    more = asked(world("nuage: alpha 18.0000001, beta 50, marie 31.9999999", tables[1], alpha="US", marie="person FR"))
    assert test_of(more).answer is NOT_MET


def test_what_a_controlled_company_holds_is_its_controllers_in_full() -> None:
    found = asked(world("nuage: beta 30, delta 30, epsilon 40", "beta: alpha 51, marie 49", alpha="US", marie="person FR"))
    assert test_of(found).one == per_cent("15.3")
    assert test_of(found, method=Method.ATTRIBUTION).one == per_cent("30")
    assert (test_of(found).answer, test_of(found, method=Method.ATTRIBUTION).answer, found.answer) == (MET, NOT_MET, NOT_MET)


# --- what is not known -----------------------------------------------------------------------------


def test_a_declaration_of_20_to_25_is_unknown_against_24_and_its_figure_would_settle_it() -> None:
    register = changed(world("nuage: alpha [20;25[, beta 30", alpha="US", nuage="listed FR"), "alpha", declared_threshold=True)
    found = asked(register)
    assert three(register) == (UNKNOWN, MET, UNKNOWN)
    assert found.answer is UNKNOWN
    assert test_of(found).one == per_cent("20", "25")
    first = found.disclosures[0]
    assert (first.holder, first.held, first.settles, first.ask.code) == ("alpha", "nuage", True, "ownership.share.unknown")
    assert first.ask.args["low"] == "20"


def test_a_declaration_that_ends_below_the_cap_is_met_and_one_above_it_is_not() -> None:
    for said, answer in (("15-20", MET), ("15-24", MET), ("[24;25]", UNKNOWN), ("]24;25]", NOT_MET), ("25-30", NOT_MET)):
        assert three(world(f"nuage: alpha {said}, beta 30", alpha="US", nuage="listed FR"))[0] is answer, said


def test_the_undeclared_float_of_a_listed_company_does_not_count_and_that_of_another_does() -> None:
    table = "nuage: alpha 20, beta 20"
    listed, other = world(table, alpha="US", nuage="listed FR"), world(table, alpha="US")
    assert test_of(asked(listed)).together == per_cent("20")
    assert asked(listed).answer is MET
    assert not asked(listed).disclosures
    assert test_of(asked(other)).together == per_cent("20", "80")
    assert three(other) == (UNKNOWN, UNKNOWN, UNKNOWN)


def test_the_float_of_a_listed_holder_does_not_count_either() -> None:
    found = asked(world("nuage: groupe 100", "groupe: alpha 20, beta 25", alpha="US", groupe="listed FR"))
    assert test_of(found).together == per_cent("20")
    assert test_of(found).answer is MET


def test_who_is_undisclosed_may_stand_behind_two_third_entities() -> None:
    table, inside = "nuage: alpha 20, gamma 19, marie 61", "alpha: paul 100"
    parties = {"alpha": "US", "gamma": "CN", "marie": "person FR", "paul": "person FR"}
    hidden = world(table, closed=False, **parties)
    assert three(hidden) == (UNKNOWN, MET, UNKNOWN)
    assert test_of(asked(hidden)).one.high == Fraction(39, 100)
    assert {one.held for one in asked(hidden).disclosures if one.right == "holders"} == {"alpha", "gamma"}
    assert three(world(table, inside, "gamma: paul 100", closed=False, **parties)) == (MET, MET, MET)


def test_whoever_is_undisclosed_may_have_all_of_what_nobody_says_or_none() -> None:
    held = {one.party: one for one in asked(world("nuage: alpha 94, inconnu 6", inconnu="undisclosed ?")).holders}
    assert {(share.low, share.high) for share in held["inconnu"].shares.values()} == {(0, Fraction(6, 100))}
    assert {(share.low, share.high) for share in held["alpha"].shares.values()} == {(Fraction(94, 100), Fraction(94, 100))}


def test_a_third_entity_may_itself_stand_behind_who_is_undisclosed() -> None:
    parties = {"alpha": "US", "gamma": "CN", "marie": "person FR", "paul": "person FR"}
    assert three(world("nuage: alpha 20, gamma 19, marie 61", "alpha: paul 100", closed=False, **parties)) == (UNKNOWN, MET, UNKNOWN)


def test_one_owner_may_stand_behind_two_holders_and_so_control_a_company_between() -> None:
    tables = "nuage: holding 30, paul 70", "holding: alpha 26, beta 26, marie 48"
    persons = {"marie": "person FR", "paul": "person FR"}
    assert asked(world(*tables, "alpha: omega 100", "beta: omega 100", omega="US", **persons)).answer is NOT_MET
    assert asked(world(*tables, closed=False, **persons)).answer is UNKNOWN


def test_a_company_of_which_nothing_is_said_is_wholly_unknown() -> None:
    found = asked(world("nuage: beta 100", closed=False))
    assert (test_of(found).together, found.answer) == (per_cent("0", "100"), UNKNOWN)


# --- natures of shares -----------------------------------------------------------------------------


def test_a_bare_owner_holds_capital_and_a_usufructuary_votes() -> None:
    register = world("nuage: alpha 30/0 bare-ownership, paul 30/30 usufruct, beta 70", alpha="US", paul="person FR")
    assert share(asked(register), "alpha") == per_cent("30")
    assert share(asked(register), "alpha", VOTES) == per_cent("0")
    assert share(asked(register), "paul") == per_cent("0")
    assert (three(register, CAPITAL)[2], three(register, VOTES)[2]) == (NOT_MET, MET)


def test_votes_of_a_usufruct_that_nobody_states_lie_between_nothing_and_the_shares() -> None:
    register = world("nuage: alpha 30 bare-ownership, paul 30 usufruct, beta 70", alpha="US", paul="person FR")
    rows = [msgspec.structs.replace(row, votes=None) if row.nature != "full" else row for row in register.holdings]
    found = asked(replace(register, holdings=rows))
    assert share(found, "alpha", VOTES) == share(found, "paul", VOTES) == per_cent("0", "30")
    assert test_of(found, VOTES).answer is UNKNOWN


def test_a_pledge_is_shown_and_changes_nothing() -> None:
    without = world("nuage: alpha 20, beta 80", alpha="US")
    pledged = world("nuage: alpha 20, beta 80, omega 60 pledge", alpha="US", omega="US")
    assert asked(pledged).tests == asked(without).tests
    assert [(one.holder, one.how) for one in asked(pledged).links if one.how == "pledge"] == [("omega", "pledge")]


@pytest.mark.parametrize("nature", ["option", "convertible"])
def test_options_and_convertibles_count_fully_diluted_only(nature: str) -> None:
    register = world(f"nuage: beta 100, omega 60 {nature}", omega="US")
    assert three(register) == (MET, MET, MET)
    assert three(register, diluted=True) == (NOT_MET, MET, NOT_MET)
    diluted = test_of(asked(register), diluted=True)
    assert abs(diluted.one.low - Fraction(60, 160)) < Fraction(1, 10**9)
    assert asked(register).answer is NOT_MET


def test_options_of_others_dilute_a_third_entity_too() -> None:
    register = world("nuage: alpha 25, beta 75, delta 25 option", alpha="US")
    assert three(register) == (NOT_MET, MET, NOT_MET)
    assert three(register, diluted=True) == (MET, MET, MET)


def test_treasury_shares_leave_the_votes() -> None:
    register = world("nuage: alpha 20, beta 60, nuage 20 treasury", alpha="US")
    assert test_of(asked(register), VOTES).one == per_cent("25")
    assert three(register, VOTES) == (NOT_MET, MET, NOT_MET)
    assert three(world("nuage: alpha 20/24, beta 60/76, nuage 20/0 treasury", alpha="US"), VOTES) == (MET, MET, MET)


def test_members_of_a_concert_are_one_holder() -> None:
    apart = world("nuage: alpha 13, gamma 12, beta 75", alpha="US", gamma="CN")
    joined = world("nuage: alpha 13, gamma 12, beta 75", concerts="alpha+gamma nuage", alpha="US", gamma="CN")
    assert three(apart) == (MET, MET, MET)
    assert three(joined) == (NOT_MET, MET, NOT_MET)
    assert test_of(asked(joined)).one == per_cent("25")
    assert test_of(asked(joined)).together == per_cent("25")


# --- dates -----------------------------------------------------------------------------------------


def test_the_day_chooses_what_holds_first_and_last_day_included() -> None:
    sold = date(2026, 6, 30)
    register = world("nuage: alpha 30, beta 70, gamma 30", alpha="US")
    register = changed(changed(register, "alpha", until=sold), "gamma", since=sold + timedelta(days=1))
    assert [ownership(register, "nuage", day, READINGS).answer for day in (date(2020, 1, 1), sold)] == [NOT_MET, NOT_MET]
    assert ownership(register, "nuage", sold + timedelta(days=1), READINGS).answer is MET
    assert not asked(register).problems


def test_a_power_and_a_concert_hold_on_their_days_only() -> None:
    register = world("nuage: alpha 13, gamma 12, beta 75", concerts="alpha+gamma nuage", powers="alpha veto nuage", alpha="US", gamma="CN")
    ended = replace(
        register, concerts=[msgspec.structs.replace(one, until=date(2026, 1, 1)) for one in register.concerts],
        influences=[msgspec.structs.replace(one, since=date(2027, 1, 1)) for one in register.influences],
    )  # fmt: skip
    assert (asked(register).answer, asked(register).third_veto) == (NOT_MET, MET)
    assert (asked(ended).answer, asked(ended).third_veto) == (MET, UNKNOWN)


def test_one_preparation_answers_for_every_company() -> None:
    register = world("nuage: beta 40, delta 60", "beta: alpha 45, marie 55", alpha="US", marie="person FR")
    prepared = prepare(register, ON, READINGS)
    assert {id_: prepared.ownership(id_).answer for id_ in ("nuage", "beta")} == {"nuage": MET, "beta": NOT_MET}
    with pytest.raises(UnknownCompanyError):
        prepared.ownership("personne")


# --- statements that are wrong ---------------------------------------------------------------------


def said(answer: Ownership) -> list[str]:
    return [problem.message for problem in answer.problems]


def test_shares_above_100_per_cent_conclude_nothing_and_are_said() -> None:
    for table in ("nuage: alpha 20, beta 81", "nuage: beta 60, delta 60"):
        found = asked(world(table, alpha="US"))
        assert (found.answer, found.third_control, test_of(found).together) == (UNKNOWN, UNKNOWN, per_cent("0", "100"))
        assert {problem.args["right"] for problem in found.problems} == {"capital", "votes"}
        assert all("more than 100 %" in one for one in said(found))


def test_ranges_that_only_might_pass_100_per_cent_are_no_error() -> None:
    found = asked(world("nuage: alpha 15-20, beta 80-85", alpha="US"))
    assert (found.answer, list(found.problems)) == (MET, [])


WRONG = [Range(-5.0, -5.0), Range(120.0, 120.0), Range(30.0, 20.0), Range(20.0, 20.0, True), Range(float("nan"), 1.0)]


@pytest.mark.parametrize("wrong", WRONG)
def test_a_share_that_is_none_is_unknown_and_said(wrong: Range) -> None:
    register = changed(world("nuage: alpha 10, beta 70", alpha="US"), "alpha", capital=wrong)
    found = asked(register)
    assert test_of(found).together == per_cent("0", "30")
    assert (found.answer, test_of(found, VOTES).together) == (UNKNOWN, per_cent("10", "30"))
    assert len(said(found)) == 1
    assert "is none" in said(found)[0]


def test_overlapping_periods_that_disagree_are_both_kept_and_the_range_covers_both() -> None:
    register = changed(world("nuage: alpha 20, beta 70", alpha="US"), "alpha", since=date(2026, 1, 1), until=date(2026, 12, 31))
    other = Origin("Autre registre fictif", date(2026, 10, 1), "autre.csv")
    register.holdings.append(Holding("alpha", "nuage", Range(30.0, 30.0), Range(30.0, 30.0), other, since=date(2026, 7, 1)))
    found = asked(register)
    assert share(found, "alpha") == per_cent("20", "30")
    assert found.answer is UNKNOWN
    assert {(one.holder, one.held, one.right) for one in found.conflicts} == {("alpha", "nuage", "capital"), ("alpha", "nuage", "votes")}
    assert ownership(register, "nuage", date(2026, 6, 30), READINGS).conflicts == ()


def test_overlapping_periods_that_agree_count_once() -> None:
    register = world("nuage: alpha 20, beta 80", alpha="US")
    register.holdings += [msgspec.structs.replace(row, id="encore") for row in register.holdings]
    found = asked(register)
    assert (test_of(found).together, found.conflicts, found.problems, found.answer) == (per_cent("20"), (), (), MET)


def test_a_party_that_is_described_nowhere_is_unknown_and_said() -> None:
    register = world("nuage: alpha 20, beta 80")
    del register.parties["alpha"]
    found = asked(register)
    assert (found.answer, test_of(found).together) == (MET, per_cent("0", "20"))
    assert [problem.args for problem in found.problems] == [{"party": "alpha"}]
    more = world("nuage: alpha 30, beta 70")
    del more.parties["alpha"]
    assert asked(more).answer is UNKNOWN


def test_a_company_that_holds_itself_is_said_and_its_shares_are_counted_as_treasury_shares() -> None:
    found = asked(world("nuage: alpha 20, beta 60, nuage 20", alpha="US"))
    assert found.tests == asked(world("nuage: alpha 20, beta 60, nuage 20 treasury", alpha="US")).tests
    assert len(said(found)) == 1
    assert "holds shares of itself" in said(found)[0]


def test_a_company_that_holds_all_of_itself_is_unknown_and_said() -> None:
    found = asked(world("nuage: nuage 100"))
    assert (found.answer, test_of(found).together, bool(found.problems)) == (UNKNOWN, per_cent("0", "100"), True)


def test_a_circle_that_holds_all_of_itself_is_unknown() -> None:
    found = asked(world("nuage: beta 100", "beta: delta 100", "delta: nuage 100"))
    assert (found.answer, test_of(found).together, found.third_control) == (UNKNOWN, per_cent("0", "100"), UNKNOWN)


def test_a_holder_of_a_person_is_left_out_and_said() -> None:
    register = world("nuage: marie 100", marie="person FR")
    register.holdings.append(holding("alpha", "marie", "100"))
    register.parties["alpha"] = party("alpha", "US")
    found = asked(register)
    assert (found.answer, len(said(found))) == (MET, 1)


def test_an_empty_register_knows_no_company() -> None:
    with pytest.raises(UnknownCompanyError):
        asked(Register())


# --- more than is looked at ------------------------------------------------------------------------


def test_what_is_cut_off_above_a_company_is_said_and_counts_as_not_disclosed(monkeypatch: pytest.MonkeyPatch) -> None:
    register = world("nuage: alpha 20, marie 80", "alpha: beta 100", "beta: gamma 100", "gamma: omega 100", omega="US", marie="person FR")
    whole = asked(register)
    assert not whole.problems
    assert test_of(whole).together == Bounds(Fraction(20, 100), Fraction(20, 100))
    monkeypatch.setattr("egide.ownership.subgraph.LARGEST", 3)
    cut = asked(register)
    (problem,) = cut.problems
    assert problem.message == CUT_OFF
    assert problem.args["company"] == "nuage"
    assert test_of(cut).together == Bounds(Fraction(0), Fraction(20, 100))
