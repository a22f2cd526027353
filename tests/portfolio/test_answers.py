"""Answers: read strictly, put to services for a day, written back the same, merged without a word lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.portfolio.making import OFFERS

from egide.portfolio import (
    Answer,
    Answers,
    Ask,
    BodyRecord,
    apply,
    body_claims,
    merge,
    read_answers,
    read_services,
    unplaced,
    write_answers,
)
from egide.portfolio.applying import NO_HOSTING, NO_SERVICE
from egide.vocabulary.errors import InputError
from egide.vocabulary.facts import FACTS, Kind, Subject
from egide.vocabulary.findings import Override, Verdict
from egide.vocabulary.services import Body

ON = date(2026, 11, 23)
SAID = date(2026, 11, 20)
LIST = 'Service;SIREN;Hébergement;Données personnelles\nPaie;000000109;"Nuage ; serveurs internes";oui\nSite;000000109;chez quelqu\'un;\n'
PAIE, SITE = "paie-000000109", "site-000000109"


@pytest.fixture(scope="module")
def services():
    return read_services(LIST.encode(), "liste.csv", OFFERS).services


def said(fact, value, *services, **more):
    return Answer(fact, value, "le RSSI", SAID, "", tuple(services), **more)


def given_answers(*answers, **more):
    return Answers(answers=tuple(answers), **more)


def test_an_answer_becomes_a_claim_of_who_gave_it(services):
    paie, site = apply(given_answers(said("data.secret", True, PAIE)), services, ON)
    claim = paie.claims["data.secret"]
    assert (claim.value, claim.issuer, claim.on) == (True, "le RSSI", SAID)
    assert "data.secret" not in site.claims


def test_an_answer_holds_over_the_file_since_it_came_after(services):
    paie, _ = apply(given_answers(said("data.personal", False, PAIE)), services, ON)
    assert paie.claims["data.personal"].value is False


def test_not_knowing_never_hides_what_the_file_says(services):
    paie, site = apply(given_answers(said("data.personal", None, PAIE, SITE)), services, ON)
    assert paie.claims["data.personal"].value is True
    assert site.claims["data.personal"].value is None


def test_an_answer_about_a_hosting_is_about_that_one_or_all(services):
    first, second = apply(given_answers(said("hosting.exit_terms", True, PAIE, hosting=0)), services, ON)[0].hostings
    assert "hosting.exit_terms" in first.claims
    assert "hosting.exit_terms" not in second.claims
    by_text, other = apply(given_answers(said("hosting.exit_terms", True, PAIE, hosting="serveurs internes")), services, ON)[0].hostings
    assert not by_text.claims
    assert other.claims
    assert all(hosting.claims for hosting in apply(given_answers(said("hosting.exit_terms", True, PAIE)), services, ON)[0].hostings)


def test_naming_the_offer_settles_the_question_of_which_offer(services):
    _, site = apply(given_answers(said("hosting.offer", "cloud-essai", SITE, region="fr-1")), services, ON)
    hosting, = site.hostings
    assert (hosting.offer, hosting.region, hosting.confidence, hosting.near) == ("cloud-essai", "fr-1", 100, ())
    assert hosting.text == "chez quelqu'un"


def test_naming_the_offer_without_saying_where_touches_only_hostings_without_one(services):
    paie, _ = apply(given_answers(said("hosting.offer", "cloud-essai", PAIE)), services, ON)
    assert [hosting.offer for hosting in paie.hostings] == ["nuage", "on-premise"]


def test_what_is_said_of_an_offer_is_said_once_for_all_who_run_there():
    answers = given_answers(Answer("offer.immune", False, "le RSSI", SAID, offer="nuage"),
                            Answer("offer.immune", True, "le RSSI", SAID, offer="nuage", region="fr-1", start=date(2027, 1, 1)))
    assert answers.offer_claims(ON)["nuage", None]["offer.immune"].value is False
    assert ("nuage", "fr-1") not in answers.offer_claims(ON)
    assert answers.offer_claims(date(2027, 1, 1))["nuage", "fr-1"]["offer.immune"].value is True


def test_a_body_is_what_the_register_says_on_that_day(services):
    records = (BodyRecord("000000109", None, {"body.status": "state-operator"}, date(2010, 1, 1), date(2023, 12, 31), "annexe", "DAJ"),
               BodyRecord("000000109", None, {"body.status": "state", "body.nis2": "essential"}, date(2024, 1, 1), None, "décret", "DAJ"))
    answers = Answers(bodies=records)
    assert [apply(answers, services, when)[0].claims.get("body.status") and apply(answers, services, when)[0].claims["body.status"].value
            for when in (date(2009, 12, 31), date(2023, 12, 31), ON)] == [None, "state-operator", "state"]
    assert apply(answers, services, ON)[1].claims["body.nis2"].source == "décret"


def test_a_register_that_disagrees_with_itself_is_believed_in_neither_line():
    records = [BodyRecord("000000109", None, {"body.status": status}, None, None, status, "DAJ", SAID) for status in ("state", "company")]
    assert body_claims(records, "000000109", ON)["body.status"].value is None
    later = replace(records[1], on=ON)
    assert body_claims([later, records[0]], "000000109", ON)["body.status"].value == "company"


def test_an_answer_about_a_body_holds_for_all_its_services(services):
    ask = Ask(FACTS["body.status"], ((PAIE, "Paie"), (SITE, "Site")), Body("000000109", "Organisme fictif"))
    answers = Answers().adding(Answer.to(ask, "state", by="la DAJ", on=SAID))
    assert [service.claims["body.status"].value for service in apply(answers, services, ON)] == ["state", "state"]


def test_an_answer_to_which_offer_may_name_its_region_after_a_slash(services):
    from egide.vocabulary.facts import FactType, Role

    which = FactType("hosting.offer", Subject.HOSTING, Kind.TEXT, "?", Role.CIO)
    answer = Answer.to(Ask(which, ((SITE, "Site"),), hosting=0), "cloud-essai/fr-1", by="la DSI", on=SAID)
    assert apply(Answers().adding(answer), services, ON)[1].hostings[0].region == "fr-1"


def test_the_latest_answer_holds_and_the_former_is_kept_in_the_file(services):
    first, later = said("data.secret", True, PAIE), replace(said("data.secret", False, PAIE), on=ON)
    answers = Answers().adding(first, later)
    assert len(answers.answers) == 2
    assert apply(answers, services, ON)[0].claims["data.secret"].value is False
    assert apply(Answers().adding(later, first), services, ON)[0].claims["data.secret"].value is False


def test_a_person_who_corrects_an_answer_the_same_day_has_one(services):
    answers = Answers().adding(said("data.secret", True, PAIE)).adding(said("data.secret", False, PAIE))
    assert [answer.value for answer in answers.answers] == [False]


def test_an_answer_about_nothing_that_is_there_is_reported(services):
    answers = given_answers(said("data.secret", True, "disparu-1"), said("hosting.exit_terms", True, SITE, hosting=3))
    assert [problem.message for problem in unplaced(answers, services, "a.yaml")] == [NO_SERVICE, NO_HOSTING]


FILE = """
schema: egide/answers/1
bodies:
  - {siren: "000000109", name: Organisme fictif, status: state, from: 2010-01-01, to: null, source: "décret inventé", by: le RSSI,
     on: 2026-11-20}
answers:
  - {fact: data.secret, services: [paie-000000109], value: true, by: le RSSI, on: 2026-11-20, source: "note"}
  - {fact: hosting.exit_terms, services: [paie-000000109], hosting: 0, value: unknown, by: la DSI, on: 2026-11-20}
  - {fact: hosting.offer, services: [site-000000109], value: cloud-essai, region: fr-1, by: la DSI, on: 2026-11-20}
  - {fact: offer.immune, offer: nuage, region: null, value: no, by: la DSI, on: 2026-11-20}
  - {fact: hosting.contract_end, services: [paie-000000109], value: 2027-03-31, by: la DSI, on: 2026-11-20}
  - {fact: service.project_cost_eur, services: [paie-000000109], value: 1200000, by: la DSI, on: 2026-11-20}
overrides:
  - {service: paie-000000109, hosting: null, verdict: allowed, who: le directeur, why: "essai", on: 2026-11-20, until: 2027-05-20}
"""


def test_the_file_is_read_and_written_back_the_same():
    answers = read_answers(FILE.encode(), "answers.yaml")
    assert [answer.value for answer in answers.answers] == [True, None, "cloud-essai", False, date(2027, 3, 31), 1_200_000]
    assert answers.overrides == (Override("paie-000000109", None, Verdict.ALLOWED, "le directeur", "essai", SAID, date(2027, 5, 20)),)
    assert read_answers(write_answers(answers), "answers.yaml") == answers
    assert write_answers(answers) == write_answers(read_answers(write_answers(answers), "x.yaml"))


def test_an_empty_file_holds_no_answers():
    assert read_answers(b"", "answers.yaml") == Answers()


@pytest.mark.parametrize(("wrong", "path"), [
    ("schema: egide/answers/2", "schema"),
    ("schema: egide/answers/1\nreponses: []", "reponses"),
    ("schema: egide/answers/1\nanswers: 3", "answers"),
    ("schema: egide/answers/1\nanswers: [3]", "answers[0]"),
    ("schema: egide/answers/1\nanswers: [{fact: data.bidule, services: [a], value: true, by: x, on: 2026-11-20}]", "answers[0].fact"),
    ("schema: egide/answers/1\nanswers: [{fact: data.secret, services: [a], value: peut-être, by: x, on: 2026-11-20}]", "answers[0].value"),
    ("schema: egide/answers/1\nanswers: [{fact: data.secret, services: [a], by: x, on: 2026-11-20}]", "answers[0].value"),
    ("schema: egide/answers/1\nanswers: [{fact: data.secret, services: [a], value: true, on: 2026-11-20}]", "answers[0].by"),
    ("schema: egide/answers/1\nanswers: [{fact: data.secret, services: [a], value: true, by: x, on: hier}]", "answers[0].on"),
    ("schema: egide/answers/1\nanswers: [{fact: data.secret, offer: a, value: true, by: x, on: 2026-11-20}]", "answers[0]"),
    ("schema: egide/answers/1\nanswers: [{fact: data.secret, services: [a], body: b, value: true, by: x, on: 2026-11-20}]", "answers[0]"),
    ("schema: egide/answers/1\nanswers: [{fact: data.secret, services: [a], valeur: true, by: x, on: 2026-11-20}]", "answers[0].valeur"),
    ("schema: egide/answers/1\nanswers: [{fact: hosting.exit_terms, services: [a], hosting: true, value: true, by: x, on: 2026-11-20}]",
     "answers[0].hosting"),
    ("schema: egide/answers/1\nbodies: [{siren: 12}]", "bodies[0].siren"),
    ("schema: egide/answers/1\nbodies: [{siren: '000000109', status: bidule}]", "bodies[0].status"),
    ("schema: egide/answers/1\nbodies: [{siren: '000000109', from: 2026-01-01, to: 2020-01-01}]", "bodies[0].to"),
    ("schema: egide/answers/1\noverrides: [{service: a, verdict: oui, who: x, why: y, on: 2026-01-01, until: 2026-02-01}]",
     "overrides[0].verdict"),
    ("schema: egide/answers/1\noverrides: [{service: a, verdict: allowed, who: x, why: y, on: 2026-01-01}]", "overrides[0].until"),
])
def test_what_is_wrong_is_refused_with_its_path(wrong, path):
    with pytest.raises(InputError) as error:
        read_answers(wrong.encode(), "answers.yaml")
    assert error.value.at.path == path


def test_two_files_that_agree_or_speak_of_other_things_are_one():
    one, other = given_answers(said("data.secret", True, PAIE)), given_answers(said("data.secret", True, PAIE, SITE))
    merged, conflicts = merge(one, other)
    assert not conflicts
    assert [answer.services for answer in merged.answers] == [(PAIE,), (SITE,)]


def test_two_files_that_differ_keep_the_first_and_show_both():
    other = replace(said("data.secret", False, PAIE, SITE), by="la DSI")
    merged, conflicts = merge(given_answers(said("data.secret", True, PAIE)), given_answers(other))
    assert [(answer.services, answer.value) for answer in merged.answers] == [((PAIE,), True), ((SITE,), False)]
    conflict, = conflicts
    assert (conflict.about, conflict.kept, conflict.other, conflict.other_by) == (PAIE, True, False, "la DSI")
    assert PAIE in str(conflict)


def test_somebody_who_knows_fills_in_for_somebody_who_does_not():
    for one, other in ((None, True), (True, None)):
        merged, conflicts = merge(given_answers(said("data.secret", one, PAIE, SITE)), given_answers(said("data.secret", other, PAIE)))
        assert not conflicts
        assert [answer.value for answer in merged.answers if PAIE in answer.services] == [True]


def test_registers_and_overrides_that_differ_are_shown_too():
    decided = Override(PAIE, None, Verdict.ALLOWED, "le directeur", "essai", SAID, ON)
    one = Answers((BodyRecord("000000109", None, {"body.status": "state"}),), (), (decided,))
    other = Answers((BodyRecord("000000109", None, {"body.status": "company"}),), (), (replace(decided, verdict=Verdict.FORBIDDEN),))
    merged, conflicts = merge(one, other)
    assert merged == one
    assert [conflict.fact for conflict in conflicts] == ["body.status", "override"]


VALUES = {
    Kind.YES_NO: st.booleans(), Kind.DATE: st.dates(date(1960, 1, 1), date(2140, 1, 1)), Kind.AMOUNT_EUR: st.integers(0, 10**9),
    Kind.TEXT: st.text("abcdefghijklmnop-é", min_size=1, max_size=8).filter(lambda text: text != "unknown"),
}


@st.composite
def an_answer(draw):
    fact = draw(st.sampled_from([one for one in FACTS.values() if one.kind in {*VALUES, Kind.CHOICE}]))
    value = draw(st.none() | (st.sampled_from(fact.choices) if fact.kind is Kind.CHOICE else VALUES[fact.kind]))
    about = {"offer": draw(st.sampled_from(("nuage", "cloud-essai")))} if fact.subject is Subject.OFFER else {
        "services": tuple(draw(st.sets(st.sampled_from((PAIE, SITE)), min_size=1)))}
    by = draw(st.text(st.characters(exclude_categories=("C", "Z")), min_size=1))
    return Answer(fact.name, value, by, draw(st.none() | st.dates(date(2000, 1, 1))), **about)


@given(st.lists(an_answer(), max_size=6))
def test_any_answers_survive_the_file(answers):
    given = Answers(answers=tuple(answers))
    try:
        content = write_answers(given)
        back = read_answers(content, "answers.yaml")
    except InputError as error:
        raise AssertionError(content.decode()) from error
    assert back == given


@given(st.lists(an_answer(), max_size=5), st.lists(an_answer(), max_size=5))
def test_merging_loses_nothing_that_only_one_says(one, other):
    first, second = Answers(answers=tuple(one)), Answers(answers=tuple(other))
    merged, conflicts = merge(first, second)

    def points(answers):
        return {(*answer.about, key) for answer in answers.answers for key in (answer.services or (answer.offer,))}

    assert points(merged) == points(first) | points(second)
    assert merge(merged, merged)[0].answers == merged.answers or one != other
    assert merge(first, first) == (first, ()) or conflicts or len(one) > 1
