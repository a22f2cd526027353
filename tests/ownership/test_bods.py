"""BODS 0.4 is read whole: interests, shares, histories, components, silence; and nothing is counted twice."""

from __future__ import annotations

import io
from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ownership.statements import as_array, as_lines, company, interest, relation, statement

from egide.ownership.bods import MAX_LINE_BYTES, read_bods
from egide.ownership.bods_shapes import InterestType
from egide.ownership.complaints import KEPT
from egide.ownership.holdings import NOTHING_SAID, Holding, Nature, PartyKind, Power, Range, Register
from egide.vocabulary.errors import InputError

NUAGE, ALPHA, BETA = company("nuage"), company("alpha", "US"), company("beta", "DE")


def read(*statements: dict[str, Any]) -> Register:
    return read_bods(as_lines(*statements), "test.jsonl")


def only(register: Register) -> Holding:
    (one,) = register.holdings
    return one


def messages(register: Register) -> set[str]:
    return {problem.message for problem in register.problems}


def on_day(register: Register, day: date) -> list[Holding]:
    return [one for one in register.holdings if (one.since or date.min) <= day <= (one.until or date.max)]


def test_an_array_and_lines_say_the_same() -> None:
    said = NUAGE, ALPHA, relation("r", "alpha", "nuage", interest(share=24.1), interest("votingRights", 20.0))
    array, lines = read_bods(as_array(*said), "x"), read_bods(as_lines(*said), "x")
    assert array.parties == lines.parties
    assert array.holdings == lines.holdings
    assert only(lines).capital == Range(24.1, 24.1)
    assert only(lines).votes == Range(20.0, 20.0)


def test_a_stream_is_read_as_its_bytes_are() -> None:
    content = as_lines(NUAGE, ALPHA, relation("r", "alpha", "nuage", interest(share=24.1)))
    assert read_bods(io.BytesIO(content), "x").holdings == read_bods(content, "x").holdings


def test_the_standard_has_twenty_three_interests_and_each_leaves_something() -> None:
    assert len(get_args(InterestType)) == 23
    for kind in get_args(InterestType):
        register = read(NUAGE, ALPHA, relation("r", "alpha", "nuage", interest(kind)))
        assert len(register.holdings) + len(register.influences) == 1, kind


@pytest.mark.parametrize(
    ("kind", "power"),
    [
        ("appointmentOfBoard", Power.APPOINTS_ORGANS), ("controlViaCompanyRulesOrArticles", Power.MAJORITY_BY_AGREEMENT),
        ("controlByLegalFramework", Power.DE_FACTO), ("trustee", Power.DE_FACTO), ("nominator", Power.DE_FACTO),
        ("boardMember", Power.INFLUENCE), ("otherInfluenceOrControl", Power.INFLUENCE), ("rightsToProfitOrIncome", Power.INFLUENCE),
    ],
)
def test_an_interest_that_is_no_share_is_a_power(kind: str, power: Power) -> None:
    register = read(NUAGE, ALPHA, relation("r", "alpha", "nuage", interest(kind)))
    assert [one.power for one in register.influences] == [power]


def test_the_right_to_appoint_half_of_a_board_is_not_the_right_to_appoint_its_majority() -> None:
    register = read(NUAGE, ALPHA, relation("r", "alpha", "nuage", interest("appointmentOfBoard", 50.0)))
    assert [one.power for one in register.influences] == [Power.INFLUENCE]


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        ({"exact": 24}, Range(24.0, 24.0)),
        ({"exact": 24, "minimum": 24, "maximum": 24}, Range(24.0, 24.0)),
        ({"minimum": 20, "maximum": 25}, Range(20.0, 25.0)),
        ({"minimum": 20, "exclusiveMaximum": 25}, Range(20.0, 25.0, False, True)),
        ({"exclusiveMinimum": 25, "maximum": 50}, Range(25.0, 50.0, True, False)),
        ({"exclusiveMinimum": 75}, Range(75.0, 100.0, True, False)),
        ({"maximum": 5}, Range(0.0, 5.0)),
        ({"minimum": 10, "exclusiveMinimum": 20, "maximum": 60, "exclusiveMaximum": 50}, Range(20.0, 50.0, True, True)),
        ({"exclusiveMinimum": 0}, Range(0.0, 100.0, True, False)),
        ({}, NOTHING_SAID),
        (None, NOTHING_SAID),
    ],
)
def test_a_share_is_the_range_that_its_bounds_leave(share: dict[str, float] | None, expected: Range) -> None:
    assert only(read(NUAGE, ALPHA, relation("r", "alpha", "nuage", interest(share=share)))).capital == expected


@pytest.mark.parametrize(
    "share",
    [{"exact": -1}, {"exact": 120}, {"minimum": 30, "maximum": 20}, {"exclusiveMinimum": 5, "maximum": 5}, {"exact": 10, "minimum": 20}],
)
def test_a_share_that_cannot_be_is_not_known_and_is_said(share: dict[str, float]) -> None:
    register = read(NUAGE, ALPHA, relation("r", "alpha", "nuage", interest(share=share)))
    assert only(register).capital == NOTHING_SAID
    assert register.problems[0].at.row == 3


@given(
    st.dictionaries(
        st.sampled_from(("exact", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")),
        st.decimals(-1, 101, places=3).map(lambda one: f"{one:.3f}"), max_size=4,
    )
)  # fmt: skip
def test_a_share_says_the_same_however_long_its_figures_are_written(ends: dict[str, str]) -> None:
    """Short figures are read as floats, long ones as decimals."""
    lines = as_lines(NUAGE, ALPHA, relation("r", "alpha", "nuage", interest(share=-5.0))).decode()
    short, long = (
        ", ".join(f'"{name}": {said}{tail}' for name, said in ends.items()) for tail in ("", "0" * 20)
    )
    short_read, long_read = (read_bods(lines.replace('"exact": -5.0', words).encode(), "x") for words in (short, long))
    assert only(short_read).capital == only(long_read).capital
    assert short_read.problems == long_read.problems


def test_two_holdings_of_one_statement_are_two_and_add_up() -> None:
    more = interest(share={"minimum": 20, "exclusiveMaximum": 25})
    register = read(NUAGE, ALPHA, relation("r", "alpha", "nuage", interest(share=10.0), more))
    assert only(register).capital == Range(30.0, 35.0, False, True)
    assert not register.problems


def test_conditional_rights_are_options() -> None:
    one = only(read(NUAGE, ALPHA, relation("r", "alpha", "nuage", interest("conditionalRightsGrantedByContract", 12.0))))
    assert one.nature is Nature.OPTION
    assert one.capital == Range(12.0, 12.0)


def test_an_interest_that_nobody_states_may_be_anything() -> None:
    for said in (relation("r", "alpha", "nuage"), relation("r", "alpha", "nuage", interest("unpublishedInterest"))):
        one = only(read(NUAGE, ALPHA, said))
        assert (one.capital, one.votes) == (NOTHING_SAID, NOTHING_SAID)


# --- parties -------------------------------------------------------------------------------------


def test_the_seat_is_the_registered_address_and_else_the_jurisdiction() -> None:
    addresses = [
        {"type": "registered", "address": "1 rue de l’Exemple", "country": {"name": "Irlande", "code": "IE"}},
        {"type": "business", "address": "2 rue de l’Exemple", "country": {"name": "États-Unis", "code": "US"}},
    ]
    parties = read(company("nuage", "FR", addresses=addresses), company("alpha", "US-DE")).parties
    assert (parties["nuage"].seat, parties["nuage"].establishment, parties["nuage"].administration) == ("IE", "US", None)
    assert parties["alpha"].seat == "US"


def test_parties_keep_their_kind_listing_and_numbers() -> None:
    parties = read(
        company("nuage", publicListing={"hasPublicListing": True}, identifiers=[{"id": "969500FICTIF00000017", "scheme": "XI-LEI"}]),
        company("etat", entityType={"type": "state"}), company("fiducie", entityType={"type": "arrangement", "subtype": "trust"}),
        company("inconnue", entityType={"type": "unknownEntity"}),
        statement("p", "person", {"personType": "knownPerson", "names": [{"fullName": "Personne fictive"}],
                                  "placeOfResidence": {"type": "residence", "country": {"name": "France", "code": "FR"}}}),
        statement("q", "person", {"personType": "unknownPerson", "unspecifiedPersonDetails": {"reason": "unknown"}}),
    ).parties
    assert parties["nuage"].listed is True
    assert parties["nuage"].identifiers == ("LEI:969500FICTIF00000017",)
    assert [parties[name].kind for name in ("etat", "fiducie", "inconnue", "p", "q")] == [
        PartyKind.STATE, PartyKind.ARRANGEMENT, PartyKind.UNDISCLOSED, PartyKind.PERSON, PartyKind.UNDISCLOSED,
    ]
    assert parties["p"].seat == "FR"


def test_nobody_named_is_somebody_undisclosed_and_the_reason_is_kept() -> None:
    register = read(NUAGE, relation("r", {"reason": "interestedPartyHasNotProvidedInformation"}, "nuage", interest(share={"minimum": 25})))
    party = register.parties[only(register).holder]
    assert party.kind is PartyKind.UNDISCLOSED
    assert party.name == "interestedPartyHasNotProvidedInformation"


def test_a_declared_absence_of_owners_invents_nobody() -> None:
    register = read(NUAGE, relation("r", {"reason": "noBeneficialOwners"}, "nuage"))
    assert not register.holdings
    assert set(register.parties) == {"nuage"}


def test_a_party_that_nobody_describes_is_kept_with_unknown_places_and_said() -> None:
    register = read(NUAGE, relation("r", "ombre", "nuage", interest(share=30.0)))
    assert register.parties["ombre"].seat is None
    assert any("no statement describes it" in message for message in messages(register))


def test_what_a_company_holds_of_itself_is_treasury_and_is_said() -> None:
    register = read(NUAGE, relation("r", "nuage", "nuage", interest(share=4.0)))
    assert only(register).nature is Nature.TREASURY
    assert any("of itself" in message for message in messages(register))


# --- who says, and when --------------------------------------------------------------------------


def test_the_issuer_is_who_asserts_it_and_else_the_publisher() -> None:
    source = {"assertedBy": [{"name": "Nuage fictif SAS"}], "description": "Statuts"}
    said = relation("r", "alpha", "nuage", interest(share=5.0), source=source)
    origin = only(read(NUAGE, ALPHA, said)).origin
    assert (origin.issuer, origin.source, origin.on) == ("Nuage fictif SAS", "Statuts", date(2026, 1, 1))
    assert only(read(NUAGE, ALPHA, relation("r", "alpha", "nuage", interest(share=5.0)))).origin.issuer == "Registre fictif"


def test_a_record_is_what_its_latest_statement_says_on_the_day() -> None:
    register = read(
        NUAGE, ALPHA,
        relation("r", "alpha", "nuage", interest(share=30.0, startDate="2019-05-01"), on="2020-01-01"),
        relation("r", "alpha", "nuage", interest(share=24.0, startDate="2019-05-01"), on="2023-06-01", status="updated"),
        relation("r", "alpha", "nuage", on="2025-02-01", status="closed"),
    )
    assert not register.problems
    assert not on_day(register, date(2019, 4, 30))
    assert [one.capital.low for one in on_day(register, date(2019, 6, 1)) if one.capital] == [30.0]
    assert [one.capital.low for one in on_day(register, date(2023, 5, 31)) if one.capital] == [30.0]
    assert [one.capital.low for one in on_day(register, date(2023, 6, 1)) if one.capital] == [24.0]
    assert on_day(register, date(2025, 1, 31))
    assert not on_day(register, date(2025, 2, 1))


def test_an_end_that_is_stated_late_holds_from_the_day_it_names() -> None:
    ended = interest(share=30.0, startDate="2019-05-01", endDate="2024-03-01")
    for status in ("updated", "closed"):
        register = read(
            NUAGE, ALPHA, relation("r", "alpha", "nuage", interest(share=30.0, startDate="2019-05-01"), on="2020-01-01"),
            relation("r", "alpha", "nuage", ended, on="2024-09-01", status=status),
        )
        assert on_day(register, date(2024, 2, 29))
        assert not on_day(register, date(2024, 3, 1))


def test_an_interest_that_ends_before_it_begins_is_said_and_left_out() -> None:
    register = read(NUAGE, ALPHA, relation("r", "alpha", "nuage", interest(share=3.0, startDate="2024-01-01", endDate="2023-01-01")))
    assert not register.holdings
    assert [problem.rejected for problem in register.problems] == [True]


def test_the_latest_statement_on_a_party_describes_it() -> None:
    early = statement("alpha", "entity", {"entityType": {"type": "registeredEntity"}, "name": "Avant"}, on="2020-01-01")
    late = company("alpha", "US")
    assert read(late, early).parties == read(early, late).parties
    assert read(late, early).parties["alpha"].name == "alpha fictive"


def test_one_issuer_that_says_two_shares_of_the_same_days_leaves_whichever_is_meant() -> None:
    said = [relation(record, "alpha", "nuage", interest(share=share)) for record, share in (("r", 10.0), ("s", 15.0))]
    register = read(NUAGE, ALPHA, *said)
    assert only(register).capital == Range(10.0, 25.0)
    assert any("several shares" in message for message in messages(register))


# --- components ----------------------------------------------------------------------------------


def chain(*, with_last: bool = True) -> list[dict[str, Any]]:
    said = [NUAGE, ALPHA, BETA, relation("r1", "alpha", "beta", interest(share=60.0), isComponent=True)]
    if with_last:
        said.append(relation("r2", "beta", "nuage", interest(share=50.0), isComponent=True))
    said.append(relation("r3", "alpha", "nuage", interest(share=30.0, way="indirect"), componentRecords=["r1", "beta", "r2"]))
    return said


def test_an_indirect_holding_is_not_counted_beside_its_components() -> None:
    register = read(*chain())
    assert {(one.holder, one.held) for one in register.holdings} == {("alpha", "beta"), ("beta", "nuage")}
    assert not register.problems


def test_an_indirect_holding_without_its_last_component_is_counted_when_nobody_holds_directly() -> None:
    assert {(one.holder, one.held) for one in read(*chain(with_last=False)).holdings} == {("alpha", "beta"), ("alpha", "nuage")}


def test_an_indirect_holding_without_its_ways_is_shown_but_not_counted_beside_direct_holders() -> None:
    register = read(NUAGE, ALPHA, BETA, relation("r", "beta", "nuage", interest(share=100.0)),
                    relation("s", "alpha", "nuage", interest(share=40.0, way="indirect")))  # fmt: skip
    assert {(one.holder, one.held) for one in register.holdings} == {("beta", "nuage")}
    assert [(one.holder, one.power) for one in register.influences] == [("alpha", Power.INFLUENCE)]
    assert any("indirectly" in message for message in messages(register))


def test_the_direct_part_of_a_mixed_relationship_is_counted() -> None:
    said = chain()
    both = interest(share=30.0, way="indirect"), interest(share=10.0)
    said[-1] = relation("r3", "alpha", "nuage", *both, componentRecords=["r1", "beta", "r2"])
    register = read(*said)
    assert {(one.holder, one.held): one.capital for one in register.holdings}["alpha", "nuage"] == Range(10.0, 10.0)


# --- what cannot be read -------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["0.1", "0.2", "0.3", "0.5"])
def test_another_version_is_refused_with_the_one_that_is_read(version: str) -> None:
    said = {**NUAGE, "publicationDetails": {**NUAGE["publicationDetails"], "bodsVersion": version}}
    with pytest.raises(InputError, match=rf"BODS {version}; version 0\.4 is read") as error:
        read(said)
    assert error.value.at
    assert error.value.at.row == 1


def test_the_shape_of_older_versions_is_known_even_when_they_do_not_name_themselves() -> None:
    older = {"statementID": "x" * 32, "statementType": "ownershipOrControlStatement", "subject": {"describedByEntityStatement": "y"}}
    for content in (as_lines(older), as_array(older), as_lines(NUAGE, older)):
        with pytest.raises(InputError, match=r"version 0\.4 is read"):
            read_bods(content, "old.json")


def test_a_bad_line_is_a_problem_with_its_number_and_the_good_ones_go_on() -> None:
    lines = as_lines(NUAGE, ALPHA).split(b"\n")
    last = as_lines(relation("r", "alpha", "nuage", interest(share=5.0)))
    content = b"\n".join([lines[0], b"{not json", b"", lines[1], b'{"statementId": 3}', last])
    register = read_bods(content, "x.jsonl")
    assert len(register.holdings) == 1
    assert [problem.at.row for problem in register.problems if problem.rejected] == [2, 5]


def test_an_interest_outside_the_list_is_refused_with_its_path() -> None:
    register = read(NUAGE, ALPHA, relation("r", "alpha", "nuage", interest("shareholdings")))
    assert "interests[0].type" in str(register.problems[0].args["problem"])


def test_a_line_too_long_is_left_out_and_the_numbers_stay_right() -> None:
    long = company("longue", name="x" * (MAX_LINE_BYTES + 10))
    longer = company("longue", name="x" * (3 * MAX_LINE_BYTES))
    for content in (as_lines(NUAGE, long, longer, ALPHA) + b"\n{bad", as_lines(longer, long, NUAGE, ALPHA) + b"\n{bad"):
        register = read_bods(content, "x.jsonl")
        assert set(register.parties) == {"nuage", "alpha"}
        rows = [problem.at.row for problem in register.problems]
        assert len(rows) == 3
        assert rows[-1] == 5


def test_a_million_bad_lines_leave_a_short_list_and_a_count() -> None:
    register = read_bods(as_lines(NUAGE) + b"\n{bad" * 3_000, "x.jsonl")
    assert len(register.problems) == KEPT + 1
    assert register.problems[-1].args["count"] == 3_000 - KEPT


@pytest.mark.parametrize("content", [b"", b"   ", b"[", b"[]", b"{", b"null", b"\xff\xfe", b"[1, 2]", b'{"a": 1}', b"[" * 100_000])
def test_a_file_without_a_statement_is_an_error_that_says_so(content: bytes) -> None:
    with pytest.raises(InputError):
        read_bods(content, "x.json")
