"""19.6.d: what stops, in which order and after how many days, when a third supplier is cut."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.label.world import ON, small

from egide.label.autonomy import autonomy
from egide.label.dossier import Dossier, Need, Statement, Supplier
from egide.label.results import AutonomyAnswer, Stoppage
from egide.label.supply import NEVER, OWN_SKILLS, Supply
from egide.ownership.answer import prepare
from egide.ownership.answers import Readings
from egide.ownership.countries import EU
from egide.ownership.holdings import Holding, Origin, Party, PartyKind, Range, Register
from egide.vocabulary.facts import Claim
from egide.vocabulary.findings import Answer
from egide.vocabulary.offers import Period

READINGS = Readings(EU, "EU")
US = {"seat": "US", "administration": "US", "establishment": "US"}
FR = {"seat": "FR", "administration": "FR", "establishment": "FR"}


def supplier(name: str, **places: str) -> Supplier:
    return Supplier(name, f"{name} fictif", "supplier", "pièces", **(places or FR), data=frozenset())


def held(holders: dict[str, str], third: str = "") -> Register:
    """Each company wholly held by one party; those whose name is in ``third`` are American, parties beginning with p persons."""
    origin, whole = Origin("Registre fictif", None, "registre fictif"), Range(100.0, 100.0)
    names = sorted(set(holders) | set(holders.values()))
    parties = [
        Party(name, name, PartyKind.PERSON if name.startswith("p") else PartyKind.ENTITY, **(US if name in third.split() else FR))
        for name in names
    ]  # fmt: skip
    return Register({one.id: one for one in parties}, [Holding(by, of, whole, whole, origin) for of, by in holders.items()])


APART = {"x": "p1", "a": "p2", "b": "p3", "c": "p4"}


def dossier(*needs: Need, register: Register | None = None, **more: object) -> Dossier:
    suppliers = (supplier("x", **US), supplier("a"), supplier("b"), supplier("c"))
    return small(**{"suppliers": suppliers, "needs": needs, "register": register or held(APART), **more})


def asked(one: Dossier, on: date = ON) -> AutonomyAnswer:
    return autonomy(one, prepare(one.register, on, READINGS) if one.register else None, on, READINGS)


def only(said: AutonomyAnswer) -> Stoppage:
    assert len(said.stoppages) == 1
    return said.stoppages[0]


def need(name: str, *groups: str, days: dict[str, int | None] | None = None, essential: bool = True) -> Need:
    return Need(name, name, tuple(tuple(group.split()) for group in groups), days or {}, essential)


def test_own_skills_keep_the_service_going() -> None:
    said = asked(dossier(need("calcul", "x own-skills")))
    assert (said.answer, only(said).stops, only(said).after_days) == (Answer.MET, (), None)


def test_two_alternatives_that_are_apart_are_enough_and_one_is_not() -> None:
    assert asked(dossier(need("calcul", "x a b"))).answer is Answer.MET
    said = only(asked(dossier(need("calcul", "x a"))))
    assert (said.answer, said.stops, said.because.code) == (Answer.NOT_MET, (), "label.autonomy.one-alternative")


def test_two_alternatives_under_common_control_are_one() -> None:
    said = asked(dossier(need("calcul", "x a b"), register=held({**APART, "a": "groupe", "b": "groupe", "groupe": "p9"})))
    assert said.answer is Answer.NOT_MET


def test_a_supplier_and_its_parent_are_under_common_control() -> None:
    assert asked(dossier(need("calcul", "x a b"), register=held({**APART, "a": "b"}))).answer is Answer.NOT_MET


def test_suppliers_under_common_control_are_cut_together() -> None:
    register = held({**APART, "x": "tiers", "a": "tiers", "tiers": "p9"}, third="tiers")
    said = only(asked(dossier(need("calcul", "x a own-skills"), need("appui", "a b c"), register=register)))
    assert (said.supplier, said.members, said.answer) == ("tiers", ("a", "x"), Answer.MET)
    assert only(asked(dossier(need("calcul", "x a b"), register=register))).answer is Answer.NOT_MET


def test_what_stops_comes_in_the_order_of_days() -> None:
    said = only(asked(dossier(
        need("facturation", "x", days={"x": 90}, essential=False), need("calcul", "x", days={"x": 30}),
        need("console", "calcul own-skills"), need("portail", "calcul"), need("stockage", "a"),
    )))  # fmt: skip
    assert (said.answer, said.stops, said.after_days) == (Answer.NOT_MET, ("calcul", "portail", "facturation"), 30)
    assert said.because.args["days"] == 30


def test_days_that_nobody_knows_are_said_unknown() -> None:
    said = only(asked(dossier(need("calcul", "x", days={"x": None}), need("cles", "x", days={"x": 10}))))
    assert (said.stops, said.after_days, said.because.code) == (("cles", "calcul"), None, "label.autonomy.stops-unknown")


def test_a_function_lasts_as_long_as_its_last_alternative_and_its_first_need() -> None:
    register = held({**APART, "x": "tiers", "a": "tiers", "tiers": "p9"}, third="tiers")
    said = only(asked(dossier(need("calcul", "x a", "a", days={"x": 50, "a": 20}), register=register)))
    assert said.after_days == 20


def test_two_functions_that_lean_on_each_other_do_not_hold_each_other_up() -> None:
    said = only(asked(dossier(need("un", "x deux", days={"x": 5}), need("deux", "un"))))
    assert (said.answer, said.stops, said.after_days) == (Answer.NOT_MET, ("deux", "un"), 5)


def test_a_supplier_that_is_qualified_on_the_day_may_be_leant_on() -> None:
    one = dossier(need("calcul", "x"))
    suppliers = (replace(one.suppliers[0], qualified=Period(date(2026, 1, 1), date(2026, 12, 31))), *one.suppliers[1:])
    assert asked(replace(one, suppliers=suppliers)).answer is Answer.MET
    assert asked(replace(one, suppliers=suppliers), date(2027, 1, 1)).answer is Answer.NOT_MET


def test_a_loss_of_which_nothing_is_essential_loses_no_autonomy() -> None:
    said = only(asked(dossier(need("rapport", "x", essential=False), need("calcul", "own-skills"))))
    assert (said.answer, said.stops) == (Answer.MET, ("rapport",))


def test_an_autonomous_function_carries_those_above_it() -> None:
    assert asked(dossier(need("calcul", "x a b"), need("portail", "calcul"))).answer is Answer.MET
    assert asked(dossier(need("calcul", "x a"), need("portail", "calcul own-skills", essential=True))).answer is Answer.NOT_MET
    assert asked(dossier(need("calcul", "x a", essential=False), need("portail", "calcul own-skills"))).answer is Answer.MET


def test_two_functions_that_stand_on_one_company_are_one_alternative() -> None:
    shared = (need("b1", "b", essential=False), need("b2", "b", essential=False))
    assert asked(dossier(need("calcul", "x b1 b2"), *shared)).answer is Answer.NOT_MET
    assert asked(dossier(need("calcul", "x b1 c"), *shared)).answer is Answer.MET


def test_alternatives_of_unknown_control_may_be_one_company() -> None:
    said = {one.members: one for one in asked(dossier(need("calcul", "x a b"), register=held({"x": "p1", "a": "p2"}))).stoppages}
    assert (said["x",].answer, said["x",].because.code) == (Answer.UNKNOWN, "label.autonomy.perhaps-one")


def test_a_supplier_that_may_be_third_is_cut_too_and_leaves_a_doubt() -> None:
    one = dossier(need("calcul", "a"), register=held({"x": "p1"}), suppliers=(supplier("a"),))
    said = only(asked(one))
    assert (said.answer, said.because.code) == (Answer.UNKNOWN, "label.autonomy.perhaps-third")


def test_a_third_supplier_that_no_function_names_is_not_taken_for_useless() -> None:
    assert only(asked(dossier(need("calcul", "own-skills")))).because.code == "label.autonomy.not-said"


@pytest.mark.parametrize("one", [dossier(), small(suppliers=(), needs=(), statements={})])
def test_a_dossier_that_says_nothing_of_its_functions_is_unknown(one: Dossier) -> None:
    assert asked(one).answer is Answer.UNKNOWN


def test_a_function_that_does_not_work_in_the_first_place_is_unknown() -> None:
    said = asked(dossier(need("un", "deux"), need("deux", "un"), need("calcul", "x own-skills")))
    assert (said.answer, said.because[0].code) == (Answer.UNKNOWN, "label.autonomy.not-working")


def test_a_contract_that_has_ended_holds_nothing_up() -> None:
    one = dossier(need("calcul", "x a b"))
    ended = tuple(replace(each, contract_end=date(2026, 1, 1)) if each.id == "b" else each for each in one.suppliers)
    assert asked(replace(one, suppliers=ended)).answer is Answer.NOT_MET


def test_skills_that_the_provider_says_it_lacks_hold_nothing_up() -> None:
    said = {"skills.own": (Statement(Claim("skills.own", False, "Petit nuage fictif SAS", None, "x")),)}
    assert only(asked(dossier(need("calcul", "x own-skills"), statements=said))).answer is Answer.NOT_MET


def test_without_any_third_supplier_autonomy_is_kept() -> None:
    said = asked(dossier(need("calcul", "a"), suppliers=(supplier("a"),)))
    assert (said.answer, said.stoppages) == (Answer.MET, ())


# --- laws ---------------------------------------------------------------------------------------

NAMES = ("s0", "s1", "s2", "s3")
FUNCTIONS = ("f0", "f1", "f2", "f3")
groups = st.lists(st.sampled_from([*NAMES, *FUNCTIONS, OWN_SKILLS]), min_size=1, max_size=3).map(tuple)
days = st.dictionaries(st.sampled_from(NAMES), st.one_of(st.none(), st.integers(0, 90)))
supplies = st.fixed_dictionaries({
    name: st.builds(lambda needs, days, name=name: Need(name, name, tuple(needs), days), st.lists(groups, min_size=1, max_size=3), days)
    for name in FUNCTIONS
}).map(lambda needs: Supply(needs, frozenset({OWN_SKILLS}), frozenset(NAMES)))  # fmt: skip
cuts = st.frozensets(st.sampled_from(NAMES))


@given(supplies, cuts, cuts)
@settings(max_examples=100, deadline=None)
def test_cutting_more_suppliers_never_revives_the_service(supply: Supply, cut: frozenset[str], more: frozenset[str]) -> None:
    assert supply.works(cut | more) <= supply.works(cut)
    before, after = supply.days(cut, 0.0), supply.days(cut | more, 0.0)
    for name in supply.works(()):
        assert after[name] <= before[name]


@given(supplies, cuts)
@settings(max_examples=100, deadline=None)
def test_what_works_is_the_least_answer(supply: Supply, cut: frozenset[str]) -> None:
    """Found the slow way: of all sets of functions closed under the rules, the smallest."""
    closed = []
    for bits in range(2 ** len(FUNCTIONS)):
        chosen = frozenset(name for place, name in enumerate(FUNCTIONS) if bits >> place & 1)
        if all(name in chosen for name in FUNCTIONS
               if all(any(supply.stands(one, cut, chosen) for one in group) for group in supply.needs[name].needs)):
            closed.append(chosen)
    assert supply.works(cut) == frozenset.intersection(*closed)


@given(supplies, cuts)
@settings(max_examples=100, deadline=None)
def test_unknown_days_lie_between_at_once_and_never(supply: Supply, cut: frozenset[str]) -> None:
    low, high = supply.days(cut, 0.0), supply.days(cut, NEVER)
    assert all(low[name] <= high[name] for name in low)
    assert {name for name, days in low.items() if days == NEVER} == set(supply.works(cut))


@given(supplies, st.sampled_from(NAMES))
@settings(max_examples=100, deadline=None)
def test_what_keeps_its_autonomy_goes_on_and_more_control_in_common_never_helps(supply: Supply, lost: str) -> None:
    apart = [frozenset({name}) for name in NAMES if name != lost]
    joined = [apart[0] | apart[1], apart[2]]
    assert supply.holds({lost}, apart) <= supply.works({lost})
    assert supply.holds({lost}, joined) <= supply.holds({lost}, apart)
