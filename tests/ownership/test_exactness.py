"""From the text to the verdict nothing is rounded: figures of thirty decimals, thirds, concerts, beside an oracle in fractions alone."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ownership.statements import as_lines, company, interest, relation
from tests.ownership.worlds import ON, READINGS, SAID, asked, party, random_register, test_of, world

from egide.ownership.answers import Bounds, Method
from egide.ownership.bods import read_bods
from egide.ownership.captable import read_cap_table
from egide.ownership.figures import exactly, shortest, written
from egide.ownership.graph import Graph, graph
from egide.ownership.holdings import Holding, Nature, PartyKind, Range, Register, Right
from egide.ownership.own_form import read_own_form, write_own_form
from egide.ownership.percent import read_share
from egide.ownership.subgraph import above
from egide.ownership.wording import percent
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

LOOK, CAPITAL, VOTES = Method.LOOK_THROUGH, Right.CAPITAL, Right.VOTES
laws = settings(max_examples=25, deadline=None)


def exact(share: Fraction) -> Range:
    return Range(shortest(share * 100), shortest(share * 100))


# --- from the text -------------------------------------------------------------------------------

FINE = st.builds(
    lambda whole, digits, places: Fraction(whole * 10**places + digits % 10**places, 10**places) / 100,
    st.integers(0, 99), st.integers(0, 10**40), st.integers(0, 40),
)


def decimal(share: Fraction) -> str:
    """In per cent, all digits."""
    return written(share * 100)


@given(FINE)
def test_a_share_is_read_to_its_last_digit_from_every_format(share: Fraction) -> None:
    text = decimal(share)
    assert read_share(f"{text.replace('.', ',')} %") == exact(share)
    table = f"holder;held;capital %\nalpha;nuage;{text}\n".encode()
    said = as_lines(company("nuage"), company("alpha", "US"), relation("r", "alpha", "nuage", interest(share=0.125)))
    assert said.count(b"0.125") == 1
    bods = said.replace(b"0.125", text.encode())
    form = f'{{"egide": "register", "version": 1, "parties": [], "holdings": [{{"holder": "alpha", "held": "nuage", "capital": {text}, "origin": {{"issuer": "x", "source": "y"}}}}]}}'  # noqa: E501
    for register in (read_cap_table(table, "x.csv"), read_bods(bods, "x"), read_own_form(form.encode(), "x")):
        (row,) = register.holdings
        assert row.capital is not None
        assert row.capital.fractions() == (share, share)
        again = read_own_form(write_own_form(register), "x")
        assert again.holdings == register.holdings


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("33⅓", Fraction(1, 3)), ("66 2/3 %", Fraction(2, 3)), ("100/7", Fraction(1, 7)), ("0⅓", Fraction(1, 300)),
        ("12,5", Fraction(1, 8)),
        ("24.00000000000000000000000000000000000000", Fraction(24, 100)),
    ],
)
def test_shares_that_no_decimal_ends_are_fractions(text: str, share: Fraction) -> None:
    found = read_share(text)
    assert found is not None
    assert found == exact(share)
    assert read_share(written(found.low)) == found


def test_digits_beyond_all_reason_are_said_and_never_rounded() -> None:
    fine = "23." + "9" * 41
    table = read_cap_table(f"holder;held;capital %\nalpha;nuage;{fine}\n".encode(), "x.csv")
    said = as_lines(company("nuage"), relation("r", "alpha", "nuage", interest(share=0.125))).replace(b"0.125", fine.encode())
    for register in (table, read_bods(said, "x"), read_bods(said.replace(fine.encode(), b"1e-4000000"), "x")):
        (row,) = register.holdings
        assert row.capital == Range(0.0, 100.0)
        assert any("decimals" in one.message for one in register.problems)
    with pytest.raises(InputError):
        read_own_form(write_own_form(table).replace(b'"capital":{"low":0.0,"high":100.0}', f'"capital":{fine}'.encode()), "x")


@pytest.mark.parametrize("share", ['{"exact": "24"}', '{"exact": true}', '"24"', "[24]", '{"minimum": {}}', '{"exact": 1e400}'])
def test_a_share_that_is_no_number_refuses_its_statement_with_the_path(share: str) -> None:
    said = as_lines(company("nuage"), relation("r", "alpha", "nuage", interest(), interest(share=0.125)))
    lines = said.replace(json.dumps({"exact": 0.125}).encode(), share.encode())
    register = read_bods(lines, "x")
    assert not register.holdings
    (problem,) = [one for one in register.problems if one.rejected]
    assert problem.at.row == 2
    assert "interests[1].share" in str(problem.args["problem"])


# --- beside a cap --------------------------------------------------------------------------------

STEP = st.builds(lambda digits: Fraction(1, 10**digits), st.integers(1, 38))


@given(st.sampled_from([1, 0, -1]), STEP)
def test_caps_are_decided_to_the_last_digit(side: int, step: Fraction) -> None:
    share = Fraction(24, 100) + side * step / 100
    rest = 1 - share
    tables = f"nuage: alpha {decimal(share)}, marie {decimal(rest)}"
    test = test_of(asked(world(tables, alpha="US", marie="person FR")))
    assert test.one == Bounds(share, share)
    assert test.one_answer is (Answer.NOT_MET if side > 0 else Answer.MET)
    together = Fraction(39, 100) + side * step / 100
    mine, other = Fraction(15, 100), together - Fraction(15, 100)
    tables = f"nuage: alpha {decimal(mine)}, gamma {decimal(other)}, marie {decimal(1 - together)}"
    answer = test_of(asked(world(tables, alpha="US", gamma="CN", marie="person FR")))
    assert answer.together_answer is (Answer.NOT_MET if side > 0 else Answer.MET)


@given(st.sampled_from([1, 0, -1]), STEP)
def test_half_and_the_presumption_are_decided_to_the_last_digit(side: int, step: Fraction) -> None:
    for limit, spread in ((Fraction(1, 2), 2), (Fraction(40, 100), 5)):
        share = limit + side * step / 100
        rest = (1 - share) / spread
        others = ", ".join(f"p{place} {written(rest * 100)}" for place in range(spread))
        register = world(f"nuage: alpha {decimal(share)}, {others}", **{f"p{place}": "person FR" for place in range(spread)})
        held = {one.party: one.how for one in asked(register).controllers}
        if spread == 2:
            assert held.get("alpha") == ("votes" if side > 0 else "presumed")
        else:
            assert held.get("alpha") == ("presumed" if side > 0 else None)


@given(STEP)
def test_an_end_that_is_not_reached_is_not_the_cap(step: Fraction) -> None:
    hair = decimal(step / 100)
    above_cap = test_of(asked(world("nuage: alpha ]24;30], marie 70-76", alpha="US", marie="person FR")))
    assert (above_cap.one_answer, above_cap.one.low, above_cap.one.low_open) == (Answer.NOT_MET, Fraction(24, 100), True)
    on_cap = test_of(asked(world("nuage: alpha [24;30], marie 70-76", alpha="US", marie="person FR")))
    assert (on_cap.one_answer, on_cap.one.low_open) == (Answer.UNKNOWN, False)
    below = test_of(asked(world("nuage: alpha [20;24[, marie 76-80", alpha="US", marie="person FR")))
    assert below.one_answer is Answer.MET
    behind = world(f"nuage: beta 50, alpha {hair}, marie {decimal(Fraction(1, 2) - step / 100)}", "beta: alpha ]48;50], marie 50-52",
                   alpha="US", marie="person FR")  # fmt: skip
    found = test_of(asked(behind))
    assert (found.one.low, found.one_answer) == (Fraction(24, 100) + step / 100, Answer.NOT_MET)


# --- an oracle in fractions ----------------------------------------------------------------------


def fine_register(chance: random.Random) -> Register:
    """Companies that hold one another in shares of eighteen decimals or of sevenths, everything stated, circles that leave themselves."""
    made = Register()
    firms = [f"c{number}" for number in range(chance.randint(2, 5))]
    people = ["p0", "p1"]
    for id_ in firms:
        made.parties[id_] = party(id_, chance.choice(("FR", "DE", "US", "CN")))
    made.parties |= {id_: party(id_, "person FR") for id_ in people}
    for held in firms:
        holders = [*chance.sample([one for one in firms if one != held], chance.randint(1, len(firms) - 1)), chance.choice(people)]
        for right in Right:
            whole = chance.choice((10**20, 10**20, 7, 10**4))
            cuts = sorted(chance.randint(0, whole) for _ in holders[1:])
            parts = [after - before for before, after in zip([0, *cuts], [*cuts, whole], strict=True)]
            if not parts[-1]:
                parts[-1], parts[parts.index(max(parts))] = 1, max(parts) - 1  # somebody outside has a part, so that no circle is closed
            for holder, part in zip(holders, parts, strict=True):
                share = exact(Fraction(part, whole))
                made.holdings.append(Holding(holder, held, share if right is CAPITAL else None, share if right is VOTES else None, SAID,
                                             id=f"{holder}>{held}>{right}"))  # fmt: skip
    return made


def joined(register: Register) -> Register:
    """Capital and votes of one holding in one statement."""
    rows: dict[tuple[str, str], Holding] = {}
    for one in register.holdings:
        known = rows.get((one.holder, one.held))
        rows[one.holder, one.held] = one if known is None else msgspec.structs.replace(known, votes=one.votes)
    return replace(register, holdings=list(rows.values()))


def meets(register: Register, right: Right, goals: set[str], start: str) -> Fraction:
    """The chance ever to meet a goal on the way up, by elimination in fractions; the company itself only when the walk comes back."""
    firms = [one for one in register.parties if register.parties[one].kind is PartyKind.ENTITY]
    steps: dict[str, dict[str, Fraction]] = {one: {} for one in firms}
    for row in register.holdings:
        share = row.capital if right is CAPITAL else row.votes
        assert share is not None
        steps[row.held][row.holder] = share.fractions()[0]
    free = [one for one in firms if one not in goals]
    lines = [[Fraction(row == column) - steps[row].get(column, Fraction(0)) for column in free] for row in free]
    known = [sum((share for to, share in steps[row].items() if to in goals), Fraction(0)) for row in free]
    for pivot in range(len(free)):
        swap = next(row for row in range(pivot, len(free)) if lines[row][pivot])
        lines[pivot], lines[swap], known[pivot], known[swap] = lines[swap], lines[pivot], known[swap], known[pivot]
        for row in range(len(free)):
            if row != pivot and lines[row][pivot]:
                factor = lines[row][pivot] / lines[pivot][pivot]
                lines[row] = [one - factor * other for one, other in zip(lines[row], lines[pivot], strict=True)]
                known[row] -= factor * known[pivot]
    value = {one: known[place] / lines[place][place] for place, one in enumerate(free)} | dict.fromkeys(goals, Fraction(1))
    own = steps[start].get(start, Fraction(0))
    return sum((share * value.get(to, Fraction(0)) for to, share in steps[start].items()), Fraction(0)) / (1 - own)


@laws
@given(st.integers(0, 2**32))
def test_every_share_is_the_fraction_that_elimination_gives(seed: int) -> None:
    register = joined(fine_register(random.Random(seed)))  # noqa: S311
    answer = asked(register, "c0")
    third = {one.id for one in register.parties.values() if one.seat in ("US", "CN")}
    for right in Right:
        expected = meets(register, right, third, "c0")
        assert test_of(answer, right).together == Bounds(expected, expected)
        for held in answer.holders:
            share = meets(register, right, {held.party}, "c0") if held.party not in ("p0", "p1") else None
            assert share is None or held.shares[LOOK, right] == Bounds(share, share), held.party


@laws
@given(st.lists(FINE, min_size=2, max_size=5))
def test_parts_of_a_concert_are_the_members_own_and_make_its_whole(parts: list[Fraction]) -> None:
    names = [f"m{place}" for place in range(len(parts))]
    shares = {name: one / len(parts) for name, one in zip(names, parts, strict=True)}
    total = sum(shares.values())
    register = world("nuage: marie 1", concerts=f"{'+'.join(names)} nuage", marie="person FR", m0="US")
    rows = [*shares.items(), ("marie", 1 - total)]
    register.holdings[:1] = [Holding(name, "nuage", exact(share), exact(share), SAID, id=name) for name, share in rows]
    answer = asked(register)
    held = {one.party: one for one in answer.holders}
    for name, share in shares.items():
        assert held[name].shares[LOOK, CAPITAL] == Bounds(total, total)
        if share > Fraction(1, 10**6):
            assert held[name].chains[0].share == Bounds(share, share)
    assert test_of(answer).together == Bounds(shares["m0"], shares["m0"])


# --- columns and fractions -----------------------------------------------------------------------


def all_fine(made: Graph) -> Graph:
    """The same graph, every company of it worked out in fractions."""
    held = np.array([made.index[row.held] for row in made.rows], np.int64)
    order = np.argsort(held, kind="stable")
    start = np.searchsorted(held[order], np.arange(len(made.parties) + 1))
    return replace(made, fine=np.ones(len(made.parties), bool), said=(start, order))


@laws
@given(st.integers(0, 2**32), st.booleans())
def test_fractions_follow_the_conventions_that_the_columns_follow(seed: int, diluted: bool) -> None:
    chance = random.Random(seed)  # noqa: S311
    register = random_register(chance, chance.randint(2, 5), ranged=0.4, silent=0.3, treasury=0.3, listed=0.3)
    for place, one in enumerate(register.holdings):
        if one.nature is Nature.FULL and chance.random() < 0.4:
            nature = chance.choice(list(Nature)[1:])
            gone = chance.choice(("capital", "votes", ""))
            said = {"nature": nature} | ({gone: None} if gone else {})
            register.holdings[place] = msgspec.structs.replace(one, **said)
        if one.capital and not one.capital.exact and chance.random() < 0.5:
            wide = Range(one.capital.low, one.capital.high, low_open=chance.random() < 0.5, high_open=chance.random() < 0.5)
            register.holdings[place] = msgspec.structs.replace(register.holdings[place], capital=wide)
    made = graph(register, ON, diluted=diluted, readings=READINGS)
    start = made.index["c0"]
    coarse, fine = above(made, start), above(all_fine(made), start)
    assert coarse.ids == fine.ids
    for right in Right:
        for one, other in zip(coarse.rows[right], fine.rows[right], strict=True):
            assert [as_fractions(hold, coarse.whole) for hold in one] == [as_fractions(hold, fine.whole) for hold in other]


def as_fractions(hold: Sequence[int], whole: int) -> tuple[int, Fraction, Fraction]:
    holder, low, high = hold
    return holder, Fraction(low, whole), Fraction(high, whole)


# --- what is printed -----------------------------------------------------------------------------


@given(st.fractions(0, 1), st.integers(0, 40))
def test_a_figure_without_a_mark_is_the_figure(share: Fraction, places: int) -> None:
    for one in (share, Fraction(round(share * 10**places), 10**places)):
        said = percent(one)
        if said[0].isdigit():
            assert Fraction(said) / 100 == one
        else:
            assert said[0] in "≈<>"
            assert Fraction(said[1:]) / 100 != one


@given(st.fractions(0, 100))
def test_figures_are_their_own_shortest_writing(share: Fraction) -> None:
    assert exactly(shortest(share)) == share
    assert exactly(float(f"{float(share):.12g}")) == Fraction(f"{float(share):.12g}")
