"""Whatever is given, there is a register or an error that says what is wrong; contradictions are kept, and order changes nothing."""

from __future__ import annotations

import contextlib
import json
from datetime import date
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.ownership.statements import as_array, as_lines, company, interest, relation, statement

from egide.ownership.bods import read_bods
from egide.ownership.captable import read_cap_table
from egide.ownership.gleif import read_gleif
from egide.ownership.holdings import Conflict, Nature, Range, Register
from egide.ownership.merging import merge
from egide.ownership.reading import read_register
from egide.vocabulary.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = "holder;held;capital %;votes %;since;until;issuer;on;seat\n"


def table(*rows: str, file: str = "a.csv") -> Register:
    return read_cap_table((HEAD + "\n".join(rows)).encode(), file)


def plain(register: Register) -> tuple[object, ...]:
    """All that a register says, whatever its order."""
    conflicts = sorted((one.holder, one.held, one.right, one.first, one.second) for one in register.conflicts)
    return register.parties, sorted(map(repr, register.holdings)), sorted(map(repr, register.influences)), conflicts


def wrong(register: Register) -> list[tuple[str, str, bool]]:
    """All that is wrong with a file, wherever in it."""
    return sorted((one.message, repr(sorted(one.args.items())), one.rejected) for one in register.problems)


# --- any bytes -----------------------------------------------------------------------------------

TEXT = st.text(st.sampled_from('holder;held,\n"%24-25>?é\t[]{}:0.1éè’'), max_size=80).map(str.encode)


@given(st.one_of(st.binary(max_size=200), TEXT, TEXT.map(lambda more: HEAD.encode() + more)))
@example(b"\xff\xfe\x00")
@example(HEAD.encode() + b'"')
def test_any_bytes_are_a_register_or_an_error(content: bytes) -> None:
    readers: tuple[Callable[[], Register], ...] = (
        lambda: read_bods(content, "x"), lambda: read_cap_table(content, "x"), lambda: read_gleif(content, content),
        lambda: read_register({"x": content, "y": content}),
    )
    for read in readers:
        with contextlib.suppress(InputError):
            assert isinstance(read(), Register)


scalars = st.one_of(st.none(), st.booleans(), st.integers(-5, 200), st.floats(allow_nan=False), st.text(max_size=5))
names = st.sampled_from(["nuage", "alpha", "beta", "ombre"])
days = st.sampled_from(["2020-01-01", "2021-06-01", "2023-02-28", "2024-13-01", "9999-12-31", "0001-01-01", ""])
bounds = st.sampled_from(["exact", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"])
shares = st.dictionaries(bounds, st.integers(-5, 110), max_size=3)
kinds = st.sampled_from(["shareholding", "votingRights", "appointmentOfBoard", "unknownInterest", "conditionalRightsGrantedByContract"])
interests = st.builds(
    lambda kind, share, way, dates: {**interest(kind, share, way), **dates},
    kinds, shares, st.sampled_from(["direct", "indirect", "unknown"]),
    st.dictionaries(st.sampled_from(["startDate", "endDate"]), days, max_size=2),
)
relations = st.builds(
    lambda record, holder, held, said, on, status, parts, name: relation(
        record, holder, held, *said, on=on, status=status, **({"componentRecords": parts} if parts else {}),
        **({"statementId": name * 32} if name else {}),
    ),
    st.sampled_from(["r1", "r2", "r3", "r4"]),
    st.one_of(names, st.just({"reason": "unknown"}), st.just({"reason": "noBeneficialOwners"})), names,
    st.lists(interests, max_size=3), st.one_of(st.none(), days), st.sampled_from(["new", "updated", "closed"]),
    st.lists(st.sampled_from(["r1", "r2", "r9", "beta"]), max_size=2), st.sampled_from(["", "", "", "i", "j"]),
)
companies = st.builds(
    lambda name, country, on, status: statement(name, "entity", company(name, country)["recordDetails"], on=on, status=status),
    names, st.sampled_from(["FR", "US", "xx-yy", "1"]), st.one_of(st.none(), days), st.sampled_from(["new", "updated", "closed"]),
)


@given(st.lists(st.one_of(relations, companies), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_statements_changes_nothing(said: list[dict[str, Any]], chance: Any) -> None:
    shuffled = list(said)
    chance.shuffle(shuffled)
    first = read_bods(as_lines(*said), "x")
    for again in (read_bods(as_lines(*shuffled), "x"), read_bods(as_array(*shuffled), "x")):
        assert (plain(again), wrong(again)) == (plain(first), wrong(first))


HALF = interest(share=50.0)
FOREVER = interest("votingRights", {"minimum": 10}, endDate="9999-12-31")
CONTRADICTORY = {
    "an end that is no date": [
        relation("r", "alpha", "nuage", interest(share=30.0, startDate="2021-06-01", endDate="2024-13-01"), on="9999-12-31"),
        relation("r", "beta", "nuage", interest(share=20.0, endDate="2023-02-28"), on="9999-12-31", status="updated"),
    ],
    "an end on the first of all days, and a power that components make": [
        relation(
            "r", "alpha", "nuage", interest("appointmentOfBoard", way="indirect"),
            interest("votingRights", way="indirect", startDate="", endDate="2021-06-01"), on="9999-12-31", componentRecords=["r", "beta"],
        ),
        relation("r", "beta", "nuage", interest("votingRights", {"exclusiveMinimum": 10}, endDate="0001-01-01"), on="2023-02-28"),
    ],
    "one identifier for statements of two records": [
        relation("r", "alpha", "nuage", HALF, on="0001-01-01", statementId="s" * 32),
        relation("r", "beta", "nuage", HALF, on="2021-06-01"),
        relation("s", "alpha", "beta", FOREVER, on="2020-01-01", statementId="s" * 32),
        relation("s", "beta", "alpha", on="2023-01-01", status="closed", statementId="s" * 32),
    ],
    "no day and two shares": [relation("r", "alpha", "nuage", interest(share=share), on=None) for share in (10.0, 30.0, 20.0)],
    "one day, new and updated": [
        relation("r", "alpha", "nuage", interest(share=10.0)), relation("r", "alpha", "nuage", interest(share=30.0), status="updated"),
        relation("r", "alpha", "nuage", interest(share=20.0), status="updated"),
    ],
    "one bad date after the other": [
        relation("r", "alpha", "nuage", HALF, on="hier"), relation("s", "beta", "nuage", HALF, on="hier"),
        relation("t", "nuage", "beta", HALF), relation("u", "nuage", "alpha", on="hier", status="closed"),
    ],
    "a share that cannot be, of parties described before or after": [
        relation("r", "alpha", "nuage", interest(share={"exact": 0, "minimum": 50}), interest("votingRights", {"exact": 110}, endDate="")),
        company("alpha"), company("nuage"),
    ],
    "a seat here and there on one day": [company("nuage", "FR"), company("nuage", "US"), company("nuage", "DE"), company("alpha")],
}


@pytest.mark.parametrize("said", CONTRADICTORY.values(), ids=CONTRADICTORY.keys())
def test_contradictory_statements_are_read_alike_in_every_order(said: list[dict[str, Any]]) -> None:
    first = read_bods(as_lines(*said), "x")
    for order in permutations(said):
        for again in (read_bods(as_lines(*order), "x"), read_bods(as_array(*order), "x")):
            assert (plain(again), wrong(again)) == (plain(first), wrong(first))


def test_statements_of_one_record_that_nothing_orders_leave_whichever_is_meant() -> None:
    undated = read_bods(as_lines(company("nuage"), company("alpha"), *CONTRADICTORY["no day and two shares"]), "x")
    assert [one.capital for one in undated.holdings] == [Range(10.0, 60.0)]
    assert any("several shares" in one.message for one in undated.problems)
    updated = read_bods(as_lines(company("nuage"), company("alpha"), *CONTRADICTORY["one day, new and updated"]), "x")
    assert [(one.capital, one.since) for one in updated.holdings] == [(Range(20.0, 50.0), date(2026, 1, 1))]


def test_two_seats_stated_on_one_day_leave_it_unknown_whatever_another_file_says() -> None:
    said = as_lines(company("nuage", "FR"), company("nuage", "US"))
    assert read_bods(said, "x").parties["nuage"].seat is None
    merged = read_register({"x": said, "y": as_lines(company("nuage", "FR"))})
    assert merged.parties["nuage"].seat is None
    assert [(one.holder, one.right) for one in merged.conflicts] == [("nuage", "seat")]


@given(st.lists(st.one_of(relations, companies), min_size=1, max_size=8))
def test_no_holding_leaves_its_bounds_and_no_two_speak_of_one_day(said: list[dict[str, Any]]) -> None:
    register = read_bods(as_lines(*said), "x")
    met: dict[tuple[str, str, Nature], list[tuple[date, date]]] = {}
    for one in register.holdings:
        for share in (one.capital, one.votes):
            assert share is None or 0 <= share.low <= share.high <= 100
        span = one.since or date.min, one.until or date.max
        others = met.setdefault((one.holder, one.held, one.nature), [])
        assert all(span[1] < start or end < span[0] for start, end in others)
        others.append(span)
        assert one.holder != one.held or one.nature is Nature.TREASURY
        assert {one.holder, one.held} <= set(register.parties)


@given(relations, st.sampled_from(["recordDetails", "recordType", "statementDate", "publicationDetails", "source", "recordId"]), scalars)
def test_a_statement_with_anything_anywhere_is_read_or_refused(said: dict[str, Any], name: str, value: object) -> None:
    with contextlib.suppress(InputError):
        read_bods(json.dumps({**said, name: value}).encode() + b"\n" + as_lines(company("nuage")), "x")


rows = st.builds(
    lambda holder, held, capital, votes, since, until, issuer: f"{holder};{held};{capital};{votes};{since};{until};{issuer};;",
    st.sampled_from(["A fictif", "B fictif", "Nuage fictif", "flottant", ""]), st.sampled_from(["Nuage fictif", "B fictif", ""]),
    st.sampled_from(["10", "20-25", ">50", "?", "", "abc", "120"]), st.sampled_from(["10", "<5", ""]),
    st.sampled_from(["", "2020-01-01", "2024-05-06"]), st.sampled_from(["", "2022-01-01", "2026-05-06"]),
    st.sampled_from(["Greffe fictif", "Émetteur fictif"]),
)


@given(st.lists(rows, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing_but_their_numbers(said: list[str], chance: Any) -> None:
    shuffled = list(said)
    chance.shuffle(shuffled)

    def values(register: Register) -> tuple[object, ...]:
        return set(register.parties), sorted(
            (one.holder, one.held, one.nature, repr(one.capital), repr(one.votes), repr(one.since), repr(one.until))
            for one in register.holdings
        ), {(one.holder, one.held, one.right, one.first, one.second) for one in register.conflicts}

    assert values(table(*said)) == values(table(*shuffled))


def test_of_two_declarations_of_one_day_neither_is_the_later_whichever_row_it_has() -> None:
    head = "holder;held;capital %;threshold;on\n"
    rows = [f"A fictif;Nuage fictif;{share};oui;2026-01-01" for share in ("10-15", "20-25", "5-10")]
    for order in permutations(rows):
        (one,) = read_cap_table((head + "\n".join(order)).encode(), "a.csv").holdings
        assert one.capital == Range(5.0, 25.0)


# --- two issuers ---------------------------------------------------------------------------------


def test_two_issuers_that_contradict_each_other_are_both_quoted_and_the_range_covers_both() -> None:
    register = table("A fictif;Nuage fictif;30;30;;;Greffe fictif;2026-01-01;", "A fictif;Nuage fictif;22-24;30;;;Émetteur fictif;;")
    (one,) = register.holdings
    assert (one.capital, one.votes) == (Range(22.0, 30.0), Range(30.0, 30.0))
    assert register.conflicts == [
        Conflict("A fictif", "Nuage fictif", "capital", "22 – 24 % (Émetteur fictif, a.csv)", "30 % (Greffe fictif, 2026-01-01, a.csv)"),
    ]


def test_two_issuers_that_can_both_be_right_leave_where_they_are() -> None:
    register = table("A fictif;Nuage fictif;20-25;;;;AMF fictive;;", "A fictif;Nuage fictif;24,1;;;;Émetteur fictif;;")
    assert [one.capital for one in register.holdings] == [Range(24.1, 24.1)]
    assert not register.conflicts
    assert not register.problems


def test_statements_of_other_days_do_not_contradict_each_other() -> None:
    register = table("A fictif;Nuage fictif;30;;;2024-12-31;Greffe fictif;;", "A fictif;Nuage fictif;10;;2025-01-01;;Émetteur fictif;;")
    assert len(register.holdings) == 2
    assert not register.conflicts


def test_only_the_common_days_are_covered_by_both() -> None:
    register = table(
        "A fictif;Nuage fictif;30;;2020-01-01;2024-12-31;Greffe fictif;;", "A fictif;Nuage fictif;10;;2024-01-01;;Émetteur fictif;;",
    )
    assert sorted((one.since, one.until, one.capital) for one in register.holdings if one.since and one.capital) == [
        (date(2020, 1, 1), date(2023, 12, 31), Range(30.0, 30.0)), (date(2024, 1, 1), date(2024, 12, 31), Range(10.0, 30.0)),
        (date(2025, 1, 1), None, Range(10.0, 10.0)),
    ]  # fmt: skip


def test_registers_that_contradict_each_other_of_a_seat_leave_it_unknown_and_quote_both() -> None:
    merged = merge([table("Nuage fictif;;;;;;Greffe fictif;;FR"), table("Nuage fictif;;;;;;Presse fictive;;US", file="b.csv")])
    assert merged.parties["Nuage fictif"].seat is None
    assert merged.conflicts == [Conflict("Nuage fictif", "", "seat", "FR (Greffe fictif, a.csv)", "US (Presse fictive, b.csv)")]


def test_a_register_described_by_another_is_no_longer_a_problem() -> None:
    relations = as_lines(relation("r", "alpha", "nuage", interest(share=30.0)))
    alone = read_register({"r.jsonl": relations})
    both = read_register({"r.jsonl": relations, "p.jsonl": as_lines(company("nuage"), company("alpha", "US"))})
    assert len(alone.problems) == 2
    assert not both.problems
    assert both.parties["alpha"].seat == "US"


def test_a_party_is_one_when_its_number_is_one() -> None:
    lei = "969500FICTIF00000017"
    cap = b"holder;held;capital %;lei\nAlpha fictif;Nuage fictif;30;" + lei.encode()
    gleif = f"LEI,Entity.LegalName,Entity.LegalAddress.Country,Entity.HeadquartersAddress.Country\n{lei},ALPHA FICTIF SA,US,IE\n".encode()
    merged = read_register({"cap.csv": cap, "gleif.csv": gleif})
    party = merged.parties["Alpha fictif"]
    assert (party.seat, party.administration) == ("US", "IE")
    assert lei not in merged.parties


@given(st.permutations([0, 1, 2]))
def test_the_order_of_files_changes_no_share(order: list[int]) -> None:
    given_registers = [
        table("A fictif;Nuage fictif;30;;;;Greffe fictif;;FR"), table("A fictif;Nuage fictif;22-24;10;;;Émetteur fictif;;US", file="b.csv"),
        table("A fictif;Nuage fictif;23-40;;2020-01-01;;Presse fictive;;", file="c.csv"),
    ]
    merged = merge([given_registers[place] for place in order])
    assert plain(merged)[1:] == plain(merge(given_registers))[1:]
    assert merged.parties["A fictif"].seat is None


# --- files by content ----------------------------------------------------------------------------


def test_a_file_is_known_by_its_content_whatever_its_name() -> None:
    files = {
        "un.txt": as_lines(company("nuage"), company("alpha", "US"), relation("r", "alpha", "nuage", interest(share=5.0))),
        "deux.json": b"d\xe9tenteur;soci\xe9t\xe9;capital\nB fictif;nuage;6",
        "trois": b'"LEI","Entity.LegalName"\n"969500FICTIF00000017","Nuage fictif"\n',
        "quatre": as_array(company("beta")),
    }
    register = read_register(files)
    assert {"nuage", "alpha", "B fictif", "969500FICTIF00000017", "beta"} <= set(register.parties)
    assert len(register.holdings) == 2


@pytest.mark.parametrize("files", [{}, {"x": b""}, {"x": b"PK\x03\x04"}, {"x": b"Bonjour, ceci est une lettre."}])
def test_what_is_no_register_is_an_error_that_says_what_is_read(files: dict[str, bytes]) -> None:
    with pytest.raises(InputError) as error:
        read_register(files)
    assert error.value.hint
