"""Lists of every shape: what is read, what is reported, what is left unknown."""

from __future__ import annotations

from datetime import date

import pytest
from tests.portfolio.making import OFFERS, book

from egide.portfolio import read_mapping, read_services, unite, write_mapping
from egide.portfolio.drafts import TWICE
from egide.portfolio.reader import CHOOSE, MERGED_ACROSS, NOT_UNDERSTOOD
from egide.portfolio.reading import COLUMN_NOT_READ
from egide.portfolio.rows import NO_NAME, TOO_MANY_CELLS, WHICH_HOSTING
from egide.vocabulary.errors import InputError

HEADERS = ["Application", "SIRET", "Organisme", "Direction métier", "Hébergeur", "Données personnelles", "Fin de contrat", "Localisation"]
ROW = ["Paie", "000 000 109 00009", "Ministère fictif", "Bureau fictif", "Essai Cloud Public PAR1", "oui", "30/11/2026", "France"]


def read(content, file="liste.xlsx", **options):
    return read_services(content, file, OFFERS, **options)


def csv(*rows, separator=";", encoding="utf-8"):
    return "\n".join(separator.join(row) for row in rows).encode(encoding)


def assert_is_paie(service):
    assert (service.name, service.body.siren, service.body.name) == ("Paie", "000000109", "Ministère fictif")
    assert service.data_owner == "Bureau fictif"
    hosting, = service.hostings
    assert (hosting.text, hosting.offer, hosting.region) == ("Essai Cloud Public PAR1", "cloud-essai", "fr-1")
    assert service.claims["data.personal"].value is True
    assert hosting.claims["hosting.contract_end"].value == date(2026, 11, 30)
    assert hosting.claims["hosting.place"].value == "france"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le", "mac_roman", "cp850"])
def test_delimited_text_is_read_whatever_its_separator_and_encoding(separator, encoding):
    reading = read(csv(HEADERS, ROW, separator=separator, encoding=encoding), "liste.csv")
    assert_is_paie(reading.services[0])


def test_a_line_that_names_the_separator_is_obeyed():
    assert_is_paie(read(b"sep=|\n" + csv(HEADERS, ROW, separator="|"), "liste.csv").services[0])


def test_a_workbook_of_any_shape_is_read_under_its_titles():
    content = book({"Inventaire": [["Inventaire des applications"], [], ["Mis à jour par la DSI fictive"], HEADERS, ROW]})
    reading = read(content)
    assert_is_paie(reading.services[0])
    assert reading.mapping_used.sheets[0].header_row == 3
    assert reading.services[0].at.row == 5


def test_a_file_is_what_its_bytes_say_and_not_what_it_is_called():
    assert_is_paie(read(book({"A": [HEADERS, ROW]}), "liste.csv").services[0])
    assert_is_paie(read(csv(HEADERS, ROW), "liste.xlsx").services[0])


def test_each_claim_says_the_file_the_sheet_the_row_and_the_column():
    service = read(book({"Inventaire": [HEADERS, ROW]}), lang="fr").services[0]
    claim = service.claims["data.personal"]
    assert claim.issuer == "fichier liste.xlsx"
    assert claim.source == "liste.xlsx, Inventaire, ligne 2, colonne «\u00a0Données personnelles\u00a0»"
    assert claim.on is None


def test_a_column_of_dates_dates_the_claims_of_its_row():
    service = read(csv([*HEADERS, "Date de mise à jour"], [*ROW, "12/03/2026"])).services[0]
    assert service.claims["data.personal"].on == date(2026, 3, 12)


def test_an_empty_cell_is_unknown_and_to_be_confirmed_is_somebody_who_does_not_know():
    first, second = read(csv(["Application", "DCP", "Données de santé"], ["A", "", "non"], ["B", "à confirmer", ""])).services
    assert "data.personal" not in first.claims
    assert second.claims["data.personal"].value is None
    assert "data.health" not in second.claims


def test_an_unknown_word_is_reported_and_its_fact_stays_unknown():
    headers = ["Application", "Statut juridique", "Données personnelles"]
    reading = read(csv(headers, ["A", "confrérie", "oui"], ["B", "État", "non"], ["C", "État", "oui"]))
    assert "body.status" not in reading.services[0].claims
    assert reading.services[1].claims["body.status"].value == "state"
    problem = next(problem for problem in reading.problems if problem.message == CHOOSE)
    assert (problem.at.row, problem.at.column, problem.args["value"], problem.rejected) == (2, "Statut juridique", "confrérie", False)


def test_a_row_without_a_name_is_left_out_and_reported_and_the_others_go_on():
    reading = read(csv(HEADERS, ["", *ROW[1:]], ROW))
    assert len(reading.services) == 1
    problem, = reading.problems
    assert (problem.message, problem.at.row, problem.rejected) == (NO_NAME, 2, True)


def test_an_empty_row_is_no_problem():
    assert not read(csv(HEADERS, [""] * 8, ROW, [""] * 8)).problems


def test_the_same_service_twice_is_kept_twice_and_said():
    reading = read(csv(HEADERS, ROW, ROW))
    assert [service.id for service in reading.services] == ["paie-000000109", "paie-000000109-2"]
    problem, = reading.problems
    assert (problem.message, problem.rejected, problem.at.row) == (TWICE, False, 3)


def test_the_same_name_in_two_bodies_is_two_services():
    other = [ROW[0], "000 000 208 00008", *ROW[2:]]
    assert not [problem for problem in read(csv(HEADERS, ROW, other)).problems if problem.message == TWICE]


def test_several_files_become_one_portfolio_without_losing_a_row():
    one, other = read(csv(HEADERS, ROW), "a.csv"), read(csv(HEADERS, ROW), "b.csv")
    both = unite(one, other)
    assert len({service.id for service in both.services}) == 2
    assert both.problems[0].message == TWICE


def test_several_hostings_stand_in_several_columns_or_in_one_cell():
    headers = ["Application", "Hébergement principal", "Hébergement de secours", "Hébergement prévu"]
    service, = read(csv(headers, ["A", "Nuage", "serveurs internes", "Essai public"], separator=",")).services
    assert [hosting.offer for hosting in service.hostings] == ["nuage", "on-premise", "cloud-essai"]
    assert [hosting.planned for hosting in service.hostings] == [False, False, True]
    service, = read(csv(["Application", "Hébergement"], ["A", "Nuage ; serveurs internes"], separator=",")).services
    assert [hosting.offer for hosting in service.hostings] == ["nuage", "on-premise"]
    service, = read(book({"A": [["Application", "Hébergement"], ["A", "Nuage\nserveurs internes"]]})).services
    assert [hosting.offer for hosting in service.hostings] == ["nuage", "on-premise"]


def test_one_date_for_two_hostings_is_given_to_neither():
    headers = ["Application", "Hébergement", "Fin de contrat"]
    reading = read(csv(headers, ["A", "Nuage ; serveurs internes", "30/11/2026"], separator=","))
    assert all(not hosting.claims for hosting in reading.services[0].hostings)
    assert reading.problems[0].message == WHICH_HOSTING
    paired = read(csv(headers, ["A", "Nuage ; serveurs internes", "30/11/2026 ; 31/12/2027"], separator=","))
    assert [hosting.claims["hosting.contract_end"].value.year for hosting in paired.services[0].hostings] == [2026, 2027]


def test_provider_offer_and_region_in_three_columns_are_one_hosting():
    service, = read(csv(["Application", "Fournisseur", "Offre", "Région"], ["A", "Essai", "Cloud Public", "PAR1"])).services
    hosting, = service.hostings
    assert (hosting.text, hosting.offer, hosting.region) == ("Essai Cloud Public PAR1", "cloud-essai", "fr-1")


def test_a_name_merged_over_two_rows_is_one_service_with_two_hostings():
    from io import BytesIO

    from openpyxl import load_workbook

    made = load_workbook(BytesIO(book({"A": [["Organisme", "Application", "Hébergement"], ["Organisme fictif", "Paie", "Nuage"],
                                             [None, None, "serveurs internes"], [None, "Site", "Nuage"]]})))
    made.active.merge_cells("A2:A4")
    made.active.merge_cells("B2:B3")
    held = BytesIO()
    made.save(held)
    first, second = read(held.getvalue()).services
    assert [hosting.offer for hosting in first.hostings] == ["nuage", "on-premise"]
    assert second.body.name == "Organisme fictif"


def test_a_cell_merged_over_columns_is_read_in_the_first_and_reported():
    from io import BytesIO

    from openpyxl import load_workbook

    made = load_workbook(BytesIO(book({"A": [["Application", "DCP", "Données de santé"], ["Paie", "oui", None]]})))
    made.active.merge_cells("B2:C2")
    held = BytesIO()
    made.save(held)
    reading = read(held.getvalue())
    assert "data.health" not in reading.services[0].claims
    assert reading.problems[0].message == MERGED_ACROSS


def test_words_that_are_not_facts_of_the_law_are_not_taken_for_them():
    headers = ["Application", "Données sensibles", "SecNumCloud", "HDS", "Sans données personnelles", "Hébergeur"]
    reading = read(csv(headers, ["A", "oui", "oui", "oui", "oui", "Nuage"]))
    assert reading.services[0].claims == {}
    assert reading.services[0].hostings[0].claims == {}
    unused = {column.header for column in reading.mapping_used.sheets[0].unused}
    assert unused >= {"Données sensibles", "SecNumCloud", "HDS", "Sans données personnelles"}


def test_a_header_one_slip_away_is_recognised_and_its_confidence_shown():
    sheet = read(csv(["Nom de l'aplication", "Hébergeurs", "Données personelles"], ["A", "Nuage", "oui"])).mapping_used.sheets[0]
    assert [use.target for use in sheet.columns] == ["name", "hosting", "data.personal"]
    assert all(80 <= use.confidence < 100 for use in sheet.columns)


def test_the_cells_weigh_too():
    reading = read(csv(["Application", "Hébergeur", "DCP"], *[[f"A{n}", "Nuage", f"voir dossier {n}"] for n in range(5)]))
    assert reading.mapping_used.sheets[0].column("data.personal") is None
    assert reading.mapping_used.sheets[0].unused[0].near == "data.personal"
    problem, = reading.problems
    assert (problem.message, problem.at.column, problem.args["target"]) == (COLUMN_NOT_READ, "DCP", "data.personal")


def test_under_an_exact_header_each_cell_that_cannot_be_read_is_reported():
    reading = read(csv(["Application", "DCP"], ["A", "voir dossier"], ["B", "oui"]))
    assert [problem.at.row for problem in reading.problems] == [2]
    assert reading.services[1].claims["data.personal"].value is True


def test_a_mapping_is_saved_corrected_and_used_again():
    content = csv(["Quoi", "Où ça", "Perso"], ["A", "Nuage", "oui"])
    with pytest.raises(InputError):
        read(content)
    mapping = read_mapping(
        "schema: egide/mapping/1\nsheets:\n  - columns:\n      - {header: Quoi, is: name}\n      - {header: Où ça, is: hosting}\n"
        "      - {header: Perso, is: data.personal}\n".encode(), "correspondance.yaml")
    reading = read(content, mapping=mapping)
    assert reading.services[0].claims["data.personal"].value is True
    again = read_mapping(write_mapping(reading.mapping_used), "correspondance.yaml")
    assert read(content, mapping=again).services == reading.services


def test_a_guessed_mapping_read_back_reads_the_same():
    content = book({"Inventaire": [["Titre"], HEADERS, ROW], "Notes": [["rien"]]})
    first = read(content)
    mapping = read_mapping(write_mapping(first.mapping_used), "m.yaml")
    assert read(content, mapping=mapping).services == first.services


def test_a_column_of_the_mapping_that_is_gone_is_reported():
    first = read(csv(HEADERS, ROW))
    mapping = read_mapping(write_mapping(first.mapping_used), "m.yaml")
    reading = read(csv(HEADERS[:-1], ROW[:-1]), mapping=mapping)
    assert reading.problems[0].args["header"] == "Localisation"


@pytest.mark.parametrize("wrong", [
    "schema: egide/mapping/2", "schema: egide/mapping/1\nsheets: 3",
    "schema: egide/mapping/1\nsheets: [{columns: [{header: A, is: bidule}]}]",
    "schema: egide/mapping/1\nsheets: [{header_row: 0, columns: []}]", "schema: egide/mapping/1\nsheets: [{colonnes: []}]", "[]", "3",
])
def test_a_wrong_mapping_is_refused_with_its_path(wrong):
    with pytest.raises(InputError):
        read_mapping(wrong.encode(), "m.yaml")


def test_a_list_in_yaml_is_read_alike():
    reading = read("""
schema: egide/services/1
services:
  - name: Paie
    siret: "000 000 109 00009"
    body: Ministère fictif
    data_owner: Bureau fictif
    facts: {data.personal: true, service.stage: running, data.secret: unknown, data.bidule: 3}
    hostings:
      - {text: Essai Cloud Public PAR1, facts: {hosting.contract_end: 2026-11-30, hosting.place: france}}
  - nom: sans nom
bodies:
  - {siren: "000000109", status: state, from: 2010-01-01, source: décret inventé}
""".encode(), "services.yaml")
    assert_is_paie(reading.services[0])
    assert reading.services[0].claims["data.secret"].value is None
    assert reading.services[0].at.path == "services[0]"
    assert [problem.at.path for problem in reading.problems] == ["services[0].facts.data.bidule", "services[1]"]
    assert reading.bodies[0].facts == {"body.status": "state"}


def test_sheets_that_list_nothing_are_said_to_be_skipped():
    reading = read(book({"Applications": [HEADERS, ROW], "Contacts": [["Nom", "Téléphone"], ["RSSI", "00"]]}))
    assert len(reading.services) == 1
    assert reading.mapping_used.skipped == ("Contacts",)
    assert reading.problems[0].at.sheet == "Contacts"
    assert not reading.problems[0].rejected


def test_a_sheet_of_names_alone_is_a_list_of_services():
    reading = read(b"Application\nA\nB\n")
    assert [service.name for service in reading.services] == ["A", "B"]
    assert all(service.hostings[0].text == "" for service in reading.services)


def test_a_day_that_is_none_is_reported_once():
    reading = read(csv(HEADERS, [*ROW[:6], "bientôt", "France"], ROW, [ROW[0], "000 000 208 00008", *ROW[2:]]))
    assert [problem.message for problem in reading.problems if problem.at.row == 2] == [NOT_UNDERSTOOD]


def test_a_row_with_more_cells_than_headers_is_read_and_reported():
    reading = read(csv(["Application", "Hébergement"], ["A", "Nuage ", " serveurs internes"]))
    problem, = reading.problems
    assert (problem.message, problem.at.row, problem.rejected) == (TOO_MANY_CELLS, 2, False)
