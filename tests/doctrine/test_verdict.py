"""From the states of rules to one verdict, and decisions that replay."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egide.doctrine.assess import ACCEPTED, Doctrine
from egide.doctrine.candidates import LAWFUL, OBTAINABLE
from egide.doctrine.verdict import SERIOUSNESS, contribution, verdict, worst
from egide.rules.evaluation import State, compile_rules
from egide.rules.expression import MET, NOT_MET, UNKNOWN
from egide.vocabulary.errors import Location
from egide.vocabulary.facts import Claim
from egide.vocabulary.findings import Effect, Verdict
from egide.vocabulary.offers import OfferOnDay
from egide.vocabulary.services import Body, Hosting, Service
from rules.little_law import OFFER_SIDE, ON, SERVICE_SIDE, cases, program_of, programs, rule_file

if TYPE_CHECKING:
    from egide.rules.evaluation import Program
    from egide.vocabulary.facts import Claims, Values

STATES = [State(bound, min(bound, applies), *rest) for bound, applies, *rest in product(range(3), repeat=5)]


def claims(values: Values) -> Claims:
    return {name: Claim(name, value, "the office", ON, "a form") for name, value in values.items()}


def service(values: Values, *hostings: Hosting) -> Service:
    return Service("s1", "A service", Body("000000000"), Location("a test"), claims(values), hostings)


def offers(*known: Values) -> list[OfferOnDay]:
    return [OfferOnDay(f"offer-{place}", None, ("IaaS",), claims(values)) for place, values in enumerate(known)]


@pytest.mark.parametrize("effect", list(Effect))
def test_doubt_never_becomes_approval(effect: Effect) -> None:
    for state in STATES:
        one = contribution(effect, state)
        if state.value == UNKNOWN and effect is not Effect.ADVISE and one is not Verdict.UNDETERMINED:
            assert (effect, one) in ((Effect.STOP, Verdict.STOP), (Effect.CONDITION, Verdict.CONDITIONAL))
        if one is Verdict.ALLOWED:
            assert state.value == MET


def test_only_a_rule_that_forbids_forbids_and_only_one_that_stops_stops() -> None:
    for effect, state in product(Effect, STATES):
        one = contribution(effect, state)
        if one is Verdict.FORBIDDEN:
            assert effect is Effect.FORBID
            assert state.value == NOT_MET
        if one is Verdict.STOP:
            assert effect is Effect.STOP


def test_advice_never_changes_a_verdict() -> None:
    assert {contribution(Effect.ADVISE, state) for state in STATES} == {Verdict.OUT_OF_SCOPE}


@given(programs(), cases())
def test_the_verdict_is_the_gravest_of_the_contributions(law: Program, values: Values) -> None:
    states = law.states(values)
    each = [contribution(rule.effect, state) for rule, state in zip(law.rules, states, strict=True)]
    reached = verdict(law, states)
    assert reached is min([*each, Verdict.OUT_OF_SCOPE], key=SERIOUSNESS.index) is worst(each)
    assert any(contribution(rule.effect, state) is reached for rule, state in zip(law.rules, states, strict=True))


def test_nothing_at_all_is_out_of_scope() -> None:
    assert worst([]) is Verdict.OUT_OF_SCOPE
    assert verdict(compile_rules([], ON), []) is Verdict.OUT_OF_SCOPE


@settings(max_examples=60, deadline=None)
@given(programs(), st.lists(cases(SERVICE_SIDE), min_size=1, max_size=3), st.lists(cases(OFFER_SIDE), min_size=1, max_size=4))
def test_a_decision_replays_identically(law: Program, services: list[Values], catalogue: list[Values]) -> None:
    asked = [service(values, Hosting("x", "offer-0", None, 100)) for values in services]
    books = {rule.book.id: rule.book for rule in law.rules}.values()
    first = list(Doctrine(law, offers(*catalogue)).decisions(asked))
    again = list(Doctrine(compile_rules(books, ON), offers(*catalogue)).decisions(reversed(asked)))
    assert first == again[::-1]


@settings(max_examples=60, deadline=None)
@given(programs(), cases(SERVICE_SIDE), st.lists(cases(OFFER_SIDE).filter(bool), min_size=1, max_size=5))
def test_each_offer_is_eligible_or_refused_with_a_reason_and_keeps_its_verdict_on_its_conditions(
    law: Program, values: Values, catalogue: list[Values]
) -> None:
    decision = Doctrine(law, offers(*catalogue)).decide(service(values))
    own = {name: value for name, value in values.items() if name.startswith(("body.", "service.", "data."))}
    own["derogation.requested"] = False
    for one in decision.eligible:
        offer = catalogue[int(one.offer.removeprefix("offer-"))]
        taken = {change.fact: change.to for change in one.conditions}
        assert one.verdict in LAWFUL
        assert set(taken) <= set(OBTAINABLE)
        assert verdict(law, law.states({**own, **taken, **offer})) is one.verdict
        for name in taken:
            less = {fact: value for fact, value in taken.items() if fact != name}
            assert verdict(law, law.states({**own, **less, **offer})) is not one.verdict
    assert all(decision.refused.values())
    assert {one.offer for one in decision.eligible} | set(decision.refused) == {f"offer-{place}" for place in range(len(catalogue))}


def test_a_service_is_where_its_worst_hosting_in_use_is() -> None:
    law = program_of(rule_file())
    doctrine = Doctrine(law, offers({"offer.qualification": "qualified"}, {"offer.qualification": "none"}))
    good, bad = Hosting("good", "offer-0", None, 100), Hosting("bad", "offer-1", None, 100)
    planned = Hosting("bad", "offer-1", None, 100, planned=True)
    assert doctrine.decide(service({}, good, bad)).verdict is Verdict.FORBIDDEN
    assert doctrine.decide(service({}, good, planned)).verdict is Verdict.ALLOWED
    assert doctrine.decide(service({}, planned)).verdict is Verdict.FORBIDDEN


def test_what_a_hosting_says_wins_over_its_service_and_its_offer() -> None:
    law = program_of(rule_file())
    doctrine = Doctrine(law, offers({"offer.qualification": "qualified"}))
    said = Hosting("x", "offer-0", None, 100, claims=claims({"offer.qualification": "none"}))
    assert doctrine.decide(service({}, said)).verdict is Verdict.FORBIDDEN


def test_a_forbidden_service_is_shown_where_it_could_go() -> None:
    law = program_of(rule_file())
    doctrine = Doctrine(law, offers({"offer.qualification": "none"}, {"offer.qualification": "qualified"}))
    (judged,) = doctrine.decide(service({}, Hosting("x", "offer-0", None, 100))).hostings
    assert judged.verdict in ACCEPTED
    assert [[change.fact for change in repair] for repair in judged.repairs] == [["hosting.offer"], ["offer.qualification"]]


def test_without_an_offer_the_question_is_which_offer() -> None:
    law = program_of(rule_file())
    (judged,) = Doctrine(law, offers({"offer.qualification": "qualified"})).decide(service({})).hostings
    assert judged.question is not None
    assert judged.question.fact.name == "hosting.offer"
