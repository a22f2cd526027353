"""MonServiceSécurisé's own template, filled with invented rows, is read without help."""

from __future__ import annotations

from datetime import date

import pytest
from tests.portfolio.making import OFFERS, filled

from egide.portfolio import read_services
from egide.portfolio.columns import TARGETS
from egide.portfolio.reader import PLACE_OPEN

pytestmark = pytest.mark.shared

NAME, SIRET, STATUS, KIND = "Nom du service numérique *", "Siret de l'organisation *", "Statut *", "Type de cloud / hébergement utilisé*"
PLACE, APPROVED, LASTING = "Localisation des données traitées*", "Date d'homologation", "Durée d'homologation"
ON_PREMISE = "Hébergement interne (On-premise)"
IAAS = "Le système d’information repose sur une infrastructure ou une plateforme Cloud (IaaS/PaaS)"
SAAS = "Le système est entièrement fourni et vous l'utilisez directement via une interface (SaaS)"
EU, OUTSIDE = "Au sein de l'Union européenne", "En partie ou totalement hors de l'Union européenne"
SHEET = "Template services"


@pytest.fixture(scope="module")
def read(shared):
    content = (shared / "data" / "mss" / "template-services-v2.xlsx").read_bytes()

    def of(*rows, **options):
        return read_services(filled(content, SHEET, rows, header_row=6, first=7), "mss.xlsx", OFFERS, **options)

    return of


def row(**more):
    return {NAME: "Service inventé", SIRET: "000 000 109 00009", STATUS: "En ligne et accessible aux usagers et/ou agents", KIND: IAAS,
            "Durée maximale acceptable de dysfonctionnement du système*": "Moins de 4h", "Type #1 *": "API", **more}


def test_a_row_becomes_a_service_of_its_body_at_its_place(read):
    reading = read(row())
    service, = reading.services
    assert (service.name, service.body.siren) == ("Service inventé", "000000109")
    assert (service.at.file, service.at.sheet, service.at.row) == ("mss.xlsx", SHEET, 7)
    assert service.id == "service-invente-000000109"
    assert not reading.problems
    assert reading.mapping_used.sheets[0].shape == "mss"


def test_the_example_above_the_header_is_not_a_service(read):
    assert [service.name for service in read(row()).services] == ["Service inventé"]


def test_on_premises_is_a_hosting(read):
    service, = read(row(**{KIND: ON_PREMISE})).services
    hosting, = service.hostings
    assert (hosting.offer, hosting.confidence, hosting.text) == ("on-premise", 100, ON_PREMISE)
    assert hosting.claims["offer.model"].value == "on-premise"


@pytest.mark.parametrize("kind", [IAAS, SAAS, "Autre"])
def test_a_cloud_without_a_name_is_a_question_and_not_an_offer(read, kind):
    reading = read(row(**{KIND: kind}))
    hosting, = reading.services[0].hostings
    assert (hosting.text, hosting.offer, hosting.confidence) == ("", None, 0)
    assert "offer.model" not in hosting.claims
    assert not reading.problems


def test_within_the_union_is_within_the_eea_and_not_yet_in_france(read):
    hosting, = read(row(**{PLACE: EU})).services[0].hostings
    assert hosting.claims["hosting.place"].value == "eea"
    assert "Localisation" in hosting.claims["hosting.place"].source
    assert "7" in hosting.claims["hosting.place"].source


def test_outside_the_union_leaves_three_places_open_so_it_is_none(read):
    reading = read(row(**{PLACE: OUTSIDE}))
    assert "hosting.place" not in reading.services[0].hostings[0].claims
    problem, = reading.problems
    assert problem.message == PLACE_OPEN
    assert not problem.rejected
    assert (problem.at.row, problem.at.column) == (7, PLACE)


@pytest.mark.parametrize(("lasting", "end"), [
    ("6 mois", date(2026, 4, 1)), ("1 an", date(2026, 10, 1)), ("2 ans", date(2027, 10, 1)), ("3 ans", date(2028, 10, 1)),
])
def test_an_approval_ends_its_duration_after_its_date(read, lasting, end):
    for written in ("01/10/2025", date(2025, 10, 1)):
        hosting, = read(row(**{APPROVED: written, LASTING: lasting})).services[0].hostings
        assert hosting.claims["hosting.approval_end"].value == end


def test_an_approval_date_alone_has_no_end(read):
    hosting, = read(row(**{APPROVED: "01/10/2025"})).services[0].hostings
    assert "hosting.approval_end" not in hosting.claims


def test_what_the_template_does_not_ask_is_not_known(read):
    service, = read(row(**{PLACE: EU})).services
    assert service.claims == {}
    assert set(service.hostings[0].claims) == {"hosting.place"}
    assert service.data_owner is None


def test_two_hundred_and_fifty_rows_are_all_read(read, shared):
    rows = [row(**{NAME: f"Service {number}", KIND: ON_PREMISE if number % 2 else IAAS, PLACE: EU}) for number in range(250)]
    content = filled((shared / "data" / "mss" / "template-services-v2.xlsx").read_bytes(), SHEET, rows, header_row=6, first=7)
    assert len(read_services(content, "mss.xlsx", OFFERS).services) == 250


def test_every_column_that_is_read_is_one_that_a_person_can_be_shown(read):
    used = read(row()).mapping_used.sheets[0]
    assert {use.target for use in used.columns} <= set(TARGETS)
    assert {"Statut *", "Audience cible du service *"} <= {unused.header for unused in used.unused}
