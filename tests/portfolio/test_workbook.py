"""Our own workbook: empty, it asks; filled in, it is read back as it was filled."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from tests.portfolio.making import OFFERS, filled

from egide.portfolio import read_services, template
from egide.portfolio.columns import TARGETS
from egide.portfolio.reading import NO_SERVICES
from egide.portfolio.register import NO_SIREN
from egide.portfolio.workbook import HOSTINGS, SERVICES, SHEETS
from egide.vocabulary.errors import InputError
from egide.vocabulary.facts import FACTS, Kind
from egide.vocabulary.language import LANGUAGES, language


def header(target, lang="fr"):
    return language(lang).text(TARGETS[target].header)


def sheet(number, lang="fr"):
    return language(lang).text(SHEETS[number])


def written(values, lang="fr"):
    """Values as a person would choose them in the workbook."""
    words = language(lang)
    return {header(name, lang): value if isinstance(value, (date, int)) and not isinstance(value, bool) else words.value(value)
            if not isinstance(value, str) or (name in FACTS and FACTS[name].choices) else value for name, value in values.items()}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_fact_that_a_list_can_answer_has_its_column(lang):
    made = load_workbook(BytesIO(template(OFFERS, lang)))
    assert made.sheetnames[:4] == [sheet(number, lang) for number in range(4)]
    asked = {cell.value for page in made.worksheets[:3] for cell in page[1]}
    for name, fact in FACTS.items():
        if name.startswith(("body.", "data.", "service.", "hosting.", "derogation.")) and name != "body.status":
            assert header(name, lang) in asked, fact.name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_choice_is_a_list_and_every_header_says_its_question(lang):
    made = load_workbook(BytesIO(template(OFFERS, lang)))
    for page, targets in ((made.worksheets[0], SERVICES), (made.worksheets[1], HOSTINGS)):
        validated = {cell.split(":")[0] for rule in page.data_validations.dataValidation for cell in str(rule.sqref).split()}
        for column, target in enumerate(targets, start=1):
            cell = page.cell(1, column)
            assert cell.value == header(target, lang)
            if target in FACTS:
                assert language(lang).text(FACTS[target].ask) in cell.comment.text
                if FACTS[target].kind in {Kind.YES_NO, Kind.CHOICE, Kind.DATE}:
                    assert page.cell(2, column).coordinate in validated
        assert page.freeze_panes == "B2"


def test_headers_of_one_sheet_are_all_different():
    for lang in LANGUAGES:
        for targets in (SERVICES, HOSTINGS):
            assert len({header(target, lang) for target in targets}) == len(targets)


def test_the_same_offers_give_the_same_bytes():
    assert template(OFFERS, "fr") == template(OFFERS, "fr")


def test_an_empty_workbook_holds_no_service_and_no_problem():
    reading = read_services(template(OFFERS), "vide.xlsx", OFFERS)
    assert reading.services == ()
    assert reading.problems == ()


def test_a_hosting_told_in_its_own_sheet_joins_the_service():
    content = filled(template(OFFERS), sheet(0), [{header("name"): "Paie", header("hosting"): "Nuage"}])
    content = filled(content, sheet(1), [
        {header("name"): "Paie", header("hosting"): "nuage", header("hosting.contract_end"): date(2027, 1, 31)},
        {header("name"): "paie", header("hosting"): "Essai public", header("planned"): "oui", header("hosting.place"): "France"},
        {header("name"): "Inconnu", header("hosting"): "Nuage"},
    ])
    reading = read_services(content, "nous.xlsx", OFFERS)
    here, there = reading.services[0].hostings
    assert (here.offer, here.claims["hosting.contract_end"].value) == ("nuage", date(2027, 1, 31))
    assert (there.offer, there.planned, there.claims["hosting.place"].value) == ("cloud-essai", True, "france")
    assert [(problem.at.row, problem.rejected) for problem in reading.problems] == [(4, True)]


def test_the_register_of_bodies_is_read_with_its_dates():
    content = filled(template(OFFERS), sheet(0), [{header("name"): "Paie", header("siret"): "000000109"}])
    content = filled(content, sheet(2), [
        {header("siren"): "000 000 109", header("body"): "Organisme fictif", header("status"): language("fr").label("state"),
         header("body.vital_operator"): "non", header("body.nis2"): language("fr").label("essential"), header("from"): date(2010, 1, 1),
         header("source"): "décret inventé", header("by"): "la DAJ", header("on"): date(2026, 11, 20)},
        {header("body"): "Sans numéro", header("status"): language("fr").label("company")},
    ])
    reading = read_services(content, "nous.xlsx", OFFERS)
    record, = reading.bodies
    assert (record.siren, record.name, record.start, record.end) == ("000000109", "Organisme fictif", date(2010, 1, 1), None)
    assert record.facts == {"body.status": "state", "body.vital_operator": False, "body.nis2": "essential"}
    assert (record.source, record.by, record.on) == ("décret inventé", "la DAJ", date(2026, 11, 20))
    assert [problem.message for problem in reading.problems] == [NO_SIREN]


def test_an_old_workbook_without_names_is_not_ours():
    with pytest.raises(InputError) as error:
        read_services(b"Colonne;Autre\n1;2\n", "x.csv", OFFERS)
    assert error.value.message == NO_SERVICES


VALUES = {Kind.YES_NO: st.booleans(), Kind.DATE: st.dates(date(1960, 1, 1), date(2140, 1, 1)), Kind.AMOUNT_EUR: st.integers(0, 10**9)}


def answers_to(prefixes):
    facts = [fact for fact in FACTS.values() if fact.name.startswith(prefixes) and fact.name in TARGETS]
    kinds = {fact.name: st.sampled_from(fact.choices) if fact.kind is Kind.CHOICE else VALUES[fact.kind] for fact in facts}
    return st.fixed_dictionaries({}, optional=kinds)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(answers_to(("data.", "service.")), answers_to(("hosting.", "derogation.")), st.sampled_from(LANGUAGES))
def test_what_is_filled_in_is_what_is_read(facts, hosting, lang):
    named = {header("name", lang): "Paie", header("hosting", lang): "Nuage"}
    row = {**named, header("data_owner", lang): "Bureau fictif", **written(facts, lang)}
    content = filled(template(OFFERS, lang), sheet(0, lang), [row])
    content = filled(content, sheet(1, lang), [{**named, **written(hosting, lang)}])
    reading = read_services(content, "nous.xlsx", OFFERS)
    service, = reading.services
    assert {name: claim.value for name, claim in service.claims.items()} == facts
    assert {name: claim.value for name, claim in service.hostings[0].claims.items()} == hosting
    assert service.data_owner == "Bureau fictif"
    assert not reading.problems
