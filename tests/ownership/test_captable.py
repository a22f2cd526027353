"""Cap tables are read as people keep them, and a cell that cannot be read never makes a holding smaller."""

from __future__ import annotations

from datetime import date

import pytest

from egide.ownership.captable import read_cap_table
from egide.ownership.holdings import NOTHING_SAID, Holding, Nature, PartyKind, Power, Range, Register
from egide.ownership.percent import NotAShareError, in_words, read_share
from egide.vocabulary.errors import InputError

HEAD = "détenteur;société détenue;% du capital;% des droits de vote;depuis;jusqu’au"


def table(*rows: str, head: str = HEAD) -> Register:
    return read_cap_table("\n".join((head, *rows)).encode(), "table.csv")


def only(register: Register) -> Holding:
    (one,) = register.holdings
    return one


def said(register: Register) -> list[tuple[int | None, str | None, bool]]:
    return [(problem.at.row, problem.at.column, problem.rejected) for problem in register.problems]


def test_a_row_says_who_holds_what_of_whom_and_when() -> None:
    register = table("Fonds fictif Alpha;Nuage fictif SAS;24,1 %;20;2024-01-01;31/12/2026")
    one = only(register)
    assert (one.holder, one.held) == ("Fonds fictif Alpha", "Nuage fictif SAS")
    assert (one.capital, one.votes) == (Range(24.1, 24.1), Range(20.0, 20.0))
    assert (one.since, one.until) == (date(2024, 1, 1), date(2026, 12, 31))
    assert (one.origin.issuer, one.id, register.at[one.id].row) == ("table.csv", "table.csv:2", 2)
    assert not register.problems


@pytest.mark.parametrize(
    "head",
    [
        "holder,held,capital %,votes %,since,until", "Shareholder\tCompany\tCapital\tVoting rights\tFrom\tTo",
        "Actionnaire;Société;Part du capital (%);Droits de vote (%);Depuis;Jusqu'au",
        '"ASSOCIÉ";"FILIALE";"Capital (en %)";"DV";"À compter du";"Fin"',
    ],
)
def test_the_columns_are_known_in_both_languages_and_under_any_separator(head: str) -> None:
    separator = next(mark for mark in "\t;," if mark in head)
    row = separator.join(("Alpha fictif", "Nuage fictif", "24.1", "20", "2024-01-01", ""))
    one = only(table(row, head=head))
    assert (one.holder, one.held, one.capital, one.votes) == ("Alpha fictif", "Nuage fictif", Range(24.1, 24.1), Range(20.0, 20.0))
    assert one.since == date(2024, 1, 1)


def test_lines_above_the_header_are_passed_over_and_rows_keep_their_numbers() -> None:
    register = table("", HEAD, "Alpha fictif;Nuage fictif;x;;;", head="Nuage fictif SAS : capital au 1er mars 2026")
    assert said(register) == [(4, "% du capital", False)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("24", Range(24.0, 24.0)), ("24,5 %", Range(24.5, 24.5)), ("24.5 pour cent", Range(24.5, 24.5)), ("0", Range(0.0, 0.0)),
        ("20-25", Range(20.0, 25.0)), ("20 – 25 %", Range(20.0, 25.0)), ("20 à 25", Range(20.0, 25.0)), ("20 to 25", Range(20.0, 25.0)),
        ("[20 ; 25[", Range(20.0, 25.0, False, True)), ("]20;25]", Range(20.0, 25.0, True, False)),
        (">50", Range(50.0, 100.0, True)), ("≥ 50", Range(50.0, 100.0)), ("plus de 50", Range(50.0, 100.0, True)),
        ("<5", Range(0.0, 5.0, False, True)), ("≤ 5", Range(0.0, 5.0)), ("<= 5 %", Range(0.0, 5.0)), ("au plus 5", Range(0.0, 5.0)),
        ("?", NOTHING_SAID), ("n.c.", NOTHING_SAID), ("", None), ("—", None),
    ],
)  # fmt: skip
def test_a_share_is_read_as_it_is_written(words: str, expected: Range | None) -> None:
    assert read_share(words) == expected


def test_three_thirds_make_no_more_than_the_whole() -> None:
    third, two = read_share("33⅓"), read_share("66 2/3 %")
    assert third
    assert two
    assert 3 * third.fractions()[0] <= 1 <= 3 * third.fractions()[1]
    assert third.fractions()[0] + two.fractions()[0] <= 1 <= third.fractions()[1] + two.fractions()[1]


@pytest.mark.parametrize("words", ["-3", "120", "25-20", "abc", "1e3", "> 101", "50 % environ", "24..5"])
def test_what_is_no_share_is_refused(words: str) -> None:
    with pytest.raises(NotAShareError):
        read_share(words)


@pytest.mark.parametrize("share", [Range(24.1, 24.1), Range(20.0, 25.0), Range(50.0, 100.0), Range(50.0, 100.0, True), Range(0.0, 5.0)])
def test_a_share_in_words_reads_back_as_itself(share: Range) -> None:
    assert read_share(in_words(share)) == share


@pytest.mark.parametrize("cell", ["-3", "120", "beaucoup"])
def test_a_share_that_cannot_be_read_is_not_known_and_names_its_row_and_column(cell: str) -> None:
    register = table(f"Alpha fictif;Nuage fictif;{cell};10;;")
    assert only(register).capital == NOTHING_SAID
    assert said(register) == [(2, "% du capital", False)]


def test_a_row_without_holder_is_left_out_and_said() -> None:
    register = table(";Nuage fictif;10;10;;")
    assert not register.holdings
    assert said(register) == [(2, "détenteur", True)]


def test_a_row_that_says_nothing_of_the_share_leaves_it_unknown() -> None:
    register = table("Alpha fictif;Nuage fictif;;;;")
    assert (only(register).capital, only(register).votes) == (NOTHING_SAID, NOTHING_SAID)
    assert len(register.problems) == 1


def test_a_period_that_ends_before_it_begins_is_left_open() -> None:
    register = table("Alpha fictif;Nuage fictif;10;10;2025-01-01;2024-01-01")
    assert (only(register).since, only(register).until) == (None, None)
    assert said(register) == [(2, "jusqu’au", False)]


def test_a_date_that_is_none_is_said_and_the_row_kept() -> None:
    register = table("Alpha fictif;Nuage fictif;10;10;30/02/2025;")
    assert only(register).since is None
    assert said(register) == [(2, "depuis", False)]


def test_the_float_is_undisclosed_and_each_company_has_its_own() -> None:
    register = table("Flottant;Nuage fictif;30;30;;", "flottant;Autre fictive;40;40;;", "?;Tiers fictif;10;10;;")
    assert {party.kind for name, party in register.parties.items() if "#" in name} == {PartyKind.UNDISCLOSED}
    assert len({one.holder for one in register.holdings}) == 3
    assert register.parties["Nuage fictif#Flottant"].name == "Flottant"


FULL = (
    "holder;held;capital %;votes %;nature;power;kind;seat;administration;establishment;listed;concert;issuer;on;source;threshold;identifier"
)


def test_the_further_columns_describe_the_holder_the_hold_and_who_says_so() -> None:
    register = table(
        "Fonds fictif;Nuage fictif;10;;usufruit;;fonds;US;Irlande;LU;oui;;Greffe fictif;2026-03-01;Registre;non;969500FICTIF00000017",
        "État fictif;Nuage fictif;;;;droit de veto;État;FR;;;;;;;;;", head=FULL,
    )
    fund = register.parties["Fonds fictif"]
    assert (fund.kind, fund.seat, fund.administration, fund.establishment, fund.listed) == (PartyKind.FUND, "US", "IE", "LU", True)
    assert fund.identifiers == ("LEI:969500FICTIF00000017",)
    one = only(register)
    assert one.nature is Nature.USUFRUCT
    assert (one.origin.issuer, one.origin.on, one.origin.source) == ("Greffe fictif", date(2026, 3, 1), "Registre")
    assert [(power.holder, power.power) for power in register.influences] == [("État fictif", Power.VETO)]
    assert not register.problems


def test_a_row_without_a_held_company_describes_its_holder() -> None:
    register = table("Nuage fictif;;;;;;;FR;FR;FR;non;;;;;;", head=FULL)
    party = register.parties["Nuage fictif"]
    assert (party.seat, party.administration, party.establishment, party.listed) == ("FR", "FR", "FR", False)
    assert not register.holdings
    assert not register.problems


def test_rows_that_describe_a_party_otherwise_leave_it_unknown() -> None:
    register = table("Nuage fictif;;;;;;;FR;;;;;;;;;", "Nuage fictif;;;;;;;US;;;;;;;;;", head=FULL)
    assert register.parties["Nuage fictif"].seat is None
    assert said(register) == [(3, "seat", False)]


def test_words_that_a_column_does_not_know_are_said_with_their_place() -> None:
    register = table("Alpha fictif;Nuage fictif;10;;louage;grand pouvoir;ovni;Atlantide;;;peut-être;;;;;;", head=FULL)
    assert {column for _, column, _ in said(register)} == {"nature", "power", "kind", "seat", "listed"}
    assert [power.power for power in register.influences] == [Power.INFLUENCE]
    assert only(register).nature is Nature.FULL


def test_the_same_word_of_concert_joins_holders_over_their_common_days() -> None:
    head = "holder;held;capital;since;until;concert"
    register = table(
        "A fictif;Nuage fictif;10;2020-01-01;;pacte", "B fictif;Nuage fictif;10;2021-01-01;2022-12-31;pacte",
        "C fictif;Nuage fictif;10;;;seul", head=head,
    )
    assert [(one.members, one.since, one.until) for one in register.concerts] == [
        (("A fictif", "B fictif"), date(2021, 1, 1), date(2022, 12, 31)),
    ]
    assert len(register.problems) == 1


def test_a_company_that_holds_itself_holds_treasury_shares_and_it_is_said() -> None:
    register = table("Nuage fictif;Nuage fictif;4;4;;")
    assert only(register).nature is Nature.TREASURY
    assert said(register) == [(2, None, False)]


def test_rows_of_one_issuer_over_the_same_days_are_read_as_whichever_is_meant() -> None:
    register = table("Alpha fictif;Nuage fictif;20;20;2024-01-01;", "Alpha fictif;Nuage fictif;5;5;2025-01-01;")
    first, second = sorted(register.holdings, key=lambda one: one.since or date.min)
    assert (first.capital, first.until) == (Range(20.0, 20.0), date(2024, 12, 31))
    assert (second.capital, second.since) == (Range(5.0, 25.0), date(2025, 1, 1))
    assert said(register) == [(3, None, False)]


def test_a_later_declaration_of_threshold_replaces_the_earlier_one_of_the_same_issuer() -> None:
    head = "holder;held;capital;since;threshold"
    register = table("A fictif;Nuage fictif;[15 à 20];2023-01-01;oui", "A fictif;Nuage fictif;20-25;2024-01-01;oui",
                     "A fictif;Nuage fictif;25-30;2025-01-01;oui", head=head.replace("capital", "capital %"))  # fmt: skip
    later = sorted(register.holdings, key=lambda one: one.since or date.min)
    assert [one.capital for one in later[1:]] == [Range(20.0, 25.0), Range(25.0, 30.0)]
    assert not any("same days" in problem.message for problem in register.problems)


def test_fractions_of_one_are_pointed_out() -> None:
    register = table("Alpha fictif;Nuage fictif;0.245;0.3;;", "Beta fictif;Nuage fictif;0.755;0.7;;")
    assert {problem.at.column for problem in register.problems} == {"capital", "votes"}


@pytest.mark.parametrize(
    "content", [b"", b"a;b\n1;2", b"\x00\x01\x02\x03" * 50, b"holder;capital\nA;3", "détenteur;capital".encode("utf-16")],
)
def test_what_is_no_cap_table_is_an_error_that_says_which_columns_it_wants(content: bytes) -> None:
    with pytest.raises(InputError):
        read_cap_table(content, "x.csv")


def test_a_column_that_is_not_known_is_said() -> None:
    register = table("Alpha fictif;Nuage fictif;10;10;chef", head="holder;held;capital %;votes %;humeur")
    assert said(register) == [(1, "humeur", False)]


def test_cells_that_quote_their_separator_are_whole() -> None:
    assert only(table('Alpha fictif;Nuage fictif;"[20 ; 25[";;;')).capital == Range(20.0, 25.0, False, True)
