"""GLEIF shows where companies have their seat and who takes them into its accounts; never a percentage."""

from __future__ import annotations

import json
from datetime import date

import pytest

from egide.ownership.gleif import read_gleif
from egide.ownership.holdings import PartyKind, Power, Range
from egide.vocabulary.errors import InputError

NUAGE, GROUPE, FONDS = "969500FICTIF00000017", "549300FICTIF00000028", "222100FICTIF00000039"
LEVEL1 = f"""LEI,Entity.LegalName,Entity.LegalAddress.Country,Entity.HeadquartersAddress.Country,Entity.EntityCategory,\
Registration.LastUpdateDate
{NUAGE},Nuage fictif SAS,FR,FR,GENERAL,2026-02-01T10:00:00Z
{GROUPE},"Groupe fictif, Inc.",US,IE,GENERAL,2026-01-01
{FONDS},Fonds fictif,LU,LU,FUND,
court,Trop court,FR,FR,GENERAL,
""".encode()
RR = (
    "Relationship.StartNode.NodeID,Relationship.EndNode.NodeID,Relationship.RelationshipType,Relationship.RelationshipStatus,"
    "Relationship.Period.1.startDate,Relationship.Period.1.endDate,Relationship.Period.1.periodType,"
    "Relationship.Period.2.startDate,Relationship.Period.2.endDate,Relationship.Period.2.periodType,Registration.LastUpdateDate\n"
)


def relations(*rows: str) -> bytes:
    return (RR + "\n".join(rows)).encode()


def test_the_legal_address_is_the_seat_and_the_headquarters_the_administration() -> None:
    register = read_gleif(LEVEL1, None)
    group = register.parties[GROUPE]
    assert (group.name, group.seat, group.administration, group.establishment) == ("Groupe fictif, Inc.", "US", "IE", None)
    assert group.identifiers == (f"LEI:{GROUPE}",)
    assert register.parties[FONDS].kind is PartyKind.FUND
    assert [(problem.at.row, problem.rejected) for problem in register.problems] == [(5, True)]


@pytest.mark.parametrize(
    ("relation", "holder", "held", "power"),
    [
        ("IS_DIRECTLY_CONSOLIDATED_BY", GROUPE, NUAGE, Power.DE_FACTO), ("IS_ULTIMATELY_CONSOLIDATED_BY", GROUPE, NUAGE, Power.DE_FACTO),
        ("IS_FUND-MANAGED_BY", GROUPE, NUAGE, Power.MANAGEMENT_COMPANY), ("IS_SUBFUND_OF", GROUPE, NUAGE, Power.INFLUENCE),
        ("IS_FEEDER_TO", NUAGE, GROUPE, Power.INFLUENCE), ("IS_NEW_HERE", GROUPE, NUAGE, Power.INFLUENCE),
    ],
)
def test_a_relationship_is_a_power_and_never_a_share(relation: str, holder: str, held: str, power: Power) -> None:
    register = read_gleif(LEVEL1, relations(f"{NUAGE},{GROUPE},{relation},ACTIVE,2020-01-01,,RELATIONSHIP_PERIOD,,,,2026-01-01"))
    assert [(one.holder, one.held, one.power, one.since) for one in register.influences] == [(holder, held, power, date(2020, 1, 1))]
    assert not register.holdings


def test_the_period_of_the_relationship_is_not_that_of_the_accounts() -> None:
    periods = "2024-01-01,2024-12-31,ACCOUNTING_PERIOD,2019-06-01,,RELATIONSHIP_PERIOD"
    row = f"{NUAGE},{GROUPE},IS_DIRECTLY_CONSOLIDATED_BY,ACTIVE,{periods},2026-01-01"
    (one,) = read_gleif(LEVEL1, relations(row)).influences
    assert (one.since, one.until) == (date(2019, 6, 1), None)


def test_an_inactive_relationship_ends_with_its_last_update_when_it_states_no_end() -> None:
    row = f"{NUAGE},{GROUPE},IS_DIRECTLY_CONSOLIDATED_BY,INACTIVE,2019-06-01,,RELATIONSHIP_PERIOD,,,,2025-03-01"
    assert read_gleif(LEVEL1, relations(row)).influences[0].until == date(2025, 3, 1)


def test_a_branch_is_no_other_person_than_its_head_office() -> None:
    register = read_gleif(LEVEL1, relations(f"{NUAGE},{GROUPE},IS_INTERNATIONAL_BRANCH_OF,ACTIVE,,,,,,,"))
    assert [(one.holder, one.held, one.capital, one.votes) for one in register.holdings] == [
        (GROUPE, NUAGE, Range(100.0, 100.0), Range(100.0, 100.0)),
    ]


def test_a_parent_that_is_not_told_is_undisclosed_and_nobody_is_invented_where_none_consolidates() -> None:
    exceptions = (
        "LEI,Exception.Category,Exception.Reason.1,Exception.Reason.2\n"
        f"{NUAGE},DIRECT_ACCOUNTING_CONSOLIDATION_PARENT,NON_PUBLIC,\n"
        f"{FONDS},ULTIMATE_ACCOUNTING_CONSOLIDATION_PARENT,NO_KNOWN_PERSON,\n"
    ).encode()
    register = read_gleif(LEVEL1, exceptions)
    (one,) = register.influences
    assert register.parties[one.holder].kind is PartyKind.UNDISCLOSED
    assert (one.held, one.power, register.parties[one.holder].name) == (NUAGE, Power.DE_FACTO, "NON_PUBLIC")


def test_the_answers_of_the_interface_say_the_same_as_the_files() -> None:
    records = {"data": [{"type": "lei-records", "id": NUAGE, "attributes": {"lei": NUAGE, "entity": {
        "legalName": {"name": "Nuage fictif SAS"}, "legalAddress": {"country": "FR"}, "headquartersAddress": {"country": "FR"},
        "category": "GENERAL"}, "registration": {"lastUpdateDate": "2026-02-01T10:00:00Z"}}}]}  # fmt: skip
    parents = {"data": [{"type": "relationship-records", "attributes": {"relationship": {
        "startNode": {"id": NUAGE}, "endNode": {"id": GROUPE}, "type": "IS_DIRECTLY_CONSOLIDATED_BY", "status": "ACTIVE",
        "periods": [{"startDate": "2019-06-01T00:00:00Z", "endDate": None, "type": "RELATIONSHIP_PERIOD"}]}}}]}  # fmt: skip
    files = ("records.json", "parents.json")
    register = read_gleif(json.dumps(records).encode(), json.dumps(parents).encode(), files)
    assert (register.parties[NUAGE].seat, register.parties[NUAGE].administration) == ("FR", "FR")
    assert [(one.holder, one.since) for one in register.influences] == [(GROUPE, date(2019, 6, 1))]


def test_a_parent_without_a_record_is_a_party_of_which_nothing_is_known() -> None:
    register = read_gleif(None, relations(f"{NUAGE},{GROUPE},IS_DIRECTLY_CONSOLIDATED_BY,ACTIVE,,,,,,,"))
    assert register.parties[GROUPE].seat is None
    assert len(register.problems) == 2


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2", b"{", b'{"data": 3}', b"\x00" * 100])
def test_what_is_not_of_gleif_is_an_error(content: bytes) -> None:
    with pytest.raises(InputError):
        read_gleif(content, None)
