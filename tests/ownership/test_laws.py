"""Laws that hold in every structure: more third holders are never less exposure, and what is said less exactly never says otherwise."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.ownership.worlds import SAID, asked, holding, party, random_register

from egide.ownership.answers import Method
from egide.ownership.disclosures import MOST_TRIED
from egide.ownership.holdings import NOTHING_SAID, Concert, Holding, Influence, Nature, Power, Range, Register, Right
from egide.vocabulary.findings import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.ownership.answers import Bounds, CapTest, Disclosure, Ownership

CLOSE = Fraction(1, 10**11)
T = TypeVar("T")
SEEDS = st.integers(0, 2**32)
COMPANY = "c0"
laws = settings(max_examples=12, deadline=None)


def some(seed: int, *, ranged: float = 0.3, listed: float = 0.15, silent: float = 0.2) -> tuple[random.Random, Register]:
    chance = random.Random(seed)  # noqa: S311
    return chance, random_register(
        chance, chance.randint(3, 7), ranged=ranged, silent=silent, treasury=0.15, unplaced=0.1, listed=listed,
    )  # fmt: skip


def with_holdings(register: Register, rows: list[Holding]) -> Register:
    return replace(register, parties=dict(register.parties), holdings=rows)


def test_of_all(answer: Ownership) -> dict[tuple[Method, Right, bool], CapTest]:
    return {(one.method, one.right, one.diluted): one for one in answer.tests}


test_of_all.__test__ = False  # type: ignore[attr-defined]


def lies_within(inner: Bounds, outer: Bounds) -> bool:
    return outer.low - CLOSE <= inner.low and inner.high <= outer.high + CLOSE


def alike(one: Bounds, other: Bounds) -> bool:
    return abs(one.low - other.low) <= CLOSE and abs(one.high - other.high) <= CLOSE


def never_less(before: Ownership, after: Ownership) -> None:
    then = test_of_all(after)
    for key, test in test_of_all(before).items():
        if key[0] is Method.LOOK_THROUGH:
            assert then[key].together.low >= test.together.low - CLOSE, key
            assert then[key].together.high >= test.together.high - CLOSE, key
            assert not (test.together_answer is Answer.NOT_MET and then[key].together_answer is not Answer.NOT_MET), key
            assert not (test.together_answer is Answer.UNKNOWN and then[key].together_answer is Answer.MET), key


# --- adding a third holder -------------------------------------------------------------------------


@laws
@given(SEEDS)
@example(252).via("companies that hold all of each other, and nothing for certain of the third that stands in their circle")
@example(2_000_000_680).via("the same among more companies")
def test_a_third_entity_that_buys_from_anybody_never_lowers_the_collective_share(seed: int) -> None:
    chance, register = some(seed)
    sold = chance.choice([row for row in register.holdings if row.nature is Nature.FULL])
    rows = [msgspec.structs.replace(row, holder="omega") if row is sold else row for row in register.holdings]
    after = with_holdings(register, rows)
    after.parties["omega"] = party("omega", "US")
    never_less(asked(register, COMPANY), asked(after, COMPANY))


@laws
@given(SEEDS)
def test_new_shares_for_a_third_entity_never_lower_the_collective_share(seed: int) -> None:
    chance, register = some(seed)
    held = chance.choice(register.holdings).held
    rows = [_halved(row) if row.held == held else row for row in register.holdings]
    after = with_holdings(register, [*rows, holding("omega", held, "50")])
    after.parties["omega"] = party("omega", "US")
    never_less(asked(register, COMPANY), asked(after, COMPANY))


def _halved(row: Holding) -> Holding:
    return msgspec.structs.replace(row, capital=_half(row.capital), votes=_half(row.votes))


def _half(share: Range | None) -> Range | None:
    return share and Range(share.low / 2, share.high / 2)


@laws
@given(SEEDS)
def test_a_party_that_turns_out_to_be_third_never_lowers_the_collective_share(seed: int) -> None:
    chance, register = some(seed)
    moved = chance.choice([id_ for id_ in register.parties if id_.startswith("c") and id_ != COMPANY])
    after = with_holdings(register, register.holdings)
    after.parties[moved] = msgspec.structs.replace(register.parties[moved], administration="US")
    never_less(asked(register, COMPANY), asked(after, COMPANY))


# --- an interval verdict contains every point verdict -------------------------------------------------


@laws
@given(SEEDS)
def test_what_is_said_in_ranges_contains_every_figure_within_them(seed: int) -> None:
    chance, point = some(seed, ranged=0.0)
    contains(asked(_blurred(chance, point), COMPANY), asked(point, COMPANY))


@laws
@given(SEEDS)
def test_what_nobody_states_contains_whatever_may_be_stated(seed: int) -> None:
    chance, point = some(seed, ranged=0.0, listed=0.0)
    less = with_holdings(point, [row for row in point.holdings if chance.random() < 0.8 or row.nature is Nature.TREASURY])
    for id_, one in point.parties.items():
        if chance.random() < 0.2:
            less.parties[id_] = msgspec.structs.replace(one, establishment=None)
    vague, exact = asked(less, COMPANY), asked(point, COMPANY)
    for key, test in test_of_all(vague).items():
        if key[0] is Method.LOOK_THROUGH:
            _contains(test, test_of_all(exact)[key])


def contains(vague: Ownership, exact: Ownership) -> None:
    points = test_of_all(exact)
    for key, test in test_of_all(vague).items():
        _contains(test, points[key])
    assert vague.answer in (Answer.UNKNOWN, exact.answer)
    assert vague.third_control in (Answer.UNKNOWN, exact.third_control)
    held = {one.party: one for one in exact.holders}
    for one in vague.holders:
        if one.party in held and not one.party.startswith("undisclosed:"):
            for (method, right), bounds in one.shares.items():
                if method is Method.LOOK_THROUGH:
                    assert held[one.party].shares[method, right].low >= bounds.low - CLOSE, (one.party, right)
    surely = {one.party for one in vague.controllers if one.answer is Answer.MET}
    assert surely <= {one.party for one in exact.controllers}


def _contains(test: CapTest, point: CapTest) -> None:
    assert lies_within(point.together, test.together)
    for said, shown in ((test.together_answer, point.together_answer), (test.one_answer, point.one_answer), (test.answer, point.answer)):
        assert said in (Answer.UNKNOWN, shown)


def _blurred(chance: random.Random, point: Register) -> Register:
    return with_holdings(point, [
        msgspec.structs.replace(row, capital=_wider(chance, row.capital), votes=_wider(chance, row.votes)) for row in point.holdings
    ])


def _wider(chance: random.Random, share: Range | None) -> Range | None:
    if share is None or chance.random() < 0.5:
        return share
    if chance.random() < 0.1:
        return NOTHING_SAID
    return Range(max(share.low - chance.randint(0, 8), 0.0), min(share.high + chance.randint(0, 8), 100.0))


# --- a shell, and the order ------------------------------------------------------------------------


@laws
@given(SEEDS)
def test_a_holding_put_into_a_shell_company_changes_no_look_through(seed: int) -> None:
    chance, register = some(seed)
    before, then = asked(register, COMPANY), test_of_all(asked(_shelled(chance, register), COMPANY))
    for key, test in test_of_all(before).items():
        if key[0] is Method.LOOK_THROUGH:
            assert alike(then[key].together, test.together)
            assert alike(then[key].one, test.one)
            assert (then[key].one_answer, then[key].together_answer) == (test.one_answer, test.together_answer)


@laws
@given(SEEDS)
def test_a_holding_put_into_a_shell_company_changes_nothing_where_all_is_stated(seed: int) -> None:
    chance, register = some(seed, ranged=0.0, silent=0.0)
    same(asked(register, COMPANY), asked(_shelled(chance, register), COMPANY), but={"coquille"})


@laws
@given(SEEDS)
def test_a_holding_split_between_two_shells_changes_nothing_where_all_is_stated(seed: int) -> None:
    chance, register = some(seed, ranged=0.0, silent=0.0)
    moved = chance.choice([row for row in register.holdings if row.nature is Nature.FULL])
    rows = [row for row in register.holdings if row is not moved]
    for shell in ("coquille1", "coquille2"):
        rows += [msgspec.structs.replace(_halved(moved), holder=shell, id=shell), holding(moved.holder, shell, "100")]
    after = with_holdings(register, rows)
    after.parties |= {shell: party(shell, "LU") for shell in ("coquille1", "coquille2")}
    same(asked(register, COMPANY), asked(after, COMPANY), but={"coquille1", "coquille2"})


def _shelled(chance: random.Random, register: Register) -> Register:
    moved = chance.choice([row for row in register.holdings if row.nature is Nature.FULL])
    rows = [msgspec.structs.replace(row, holder="coquille") if row is moved else row for row in register.holdings]
    after = with_holdings(register, [*rows, holding(moved.holder, "coquille", "100")])
    after.parties["coquille"] = party("coquille", "LU")
    return after


@laws
@given(SEEDS)
def test_the_order_of_statements_changes_nothing(seed: int) -> None:
    chance, register = some(seed)
    firms = [id_ for id_ in register.parties if id_.startswith("c")]
    holder, held = chance.sample(firms, 2)
    register.influences += [Influence(holder, held, chance.choice(list(Power)), SAID, id="pouvoir"),
                            Influence(held, COMPANY, Power.VETO, SAID, id="veto")]  # fmt: skip
    register.concerts += [Concert(tuple(chance.sample(firms, 2)), chance.choice(firms), SAID, id="concert")]
    twice = chance.choice(register.holdings)
    register.holdings.append(msgspec.structs.replace(twice, capital=Range(0.0, 90.0), id="encore"))
    after = Register(
        dict(_shuffled(chance, list(register.parties.items()))), _shuffled(chance, register.holdings),
        _shuffled(chance, register.influences), [msgspec.structs.replace(one, members=one.members[::-1]) for one in register.concerts],
    )  # fmt: skip
    one, other = asked(register, COMPANY), asked(after, COMPANY)
    same(one, other, but=set())
    assert (one.third_veto, one.third_organs, one.oscillating) == (other.third_veto, other.third_organs, other.oscillating)
    assert wanted(one) == wanted(other)
    assert sorted(map(repr, one.links)) == sorted(map(repr, other.links))
    assert sorted(map(repr, one.problems)) == sorted(map(repr, other.problems))
    assert one.conflicts == other.conflicts


def wanted(answer: Ownership) -> set[tuple[str, str, str, bool]]:
    return {(one.holder, one.held, one.right, one.settles) for one in answer.disclosures}


def _shuffled(chance: random.Random, rows: Sequence[T]) -> list[T]:
    return chance.sample(rows, len(rows))


def same(before: Ownership, after: Ownership, but: set[str]) -> None:
    """All that is answered of the parties that both know."""
    then = test_of_all(after)
    for key, test in test_of_all(before).items():
        assert alike(then[key].together, test.together), key
        assert alike(then[key].one, test.one), key
        assert (then[key].one_answer, then[key].together_answer, then[key].answer) == (
            test.one_answer, test.together_answer, test.answer
        ), key  # fmt: skip
    assert (after.answer, after.third_control) == (before.answer, before.third_control)
    assert {(one.party, one.answer) for one in after.controllers if one.party not in but} == {
        (one.party, one.answer) for one in before.controllers
    }
    held = {one.party: one for one in after.holders}
    for one in before.holders:
        for key, share in one.shares.items():
            assert alike(held[one.party].shares[key], share), (one.party, *key)


def test_a_disclosure_settles_alone_exactly_when_some_register_that_has_it_is_answered() -> None:
    """Nothing is left untried that would settle: each share and each place is disclosed in the register, and asked again."""
    chance = random.Random(9)  # noqa: S311
    settled = set()
    for _ in range(30):
        register = random_register(chance, 3, ranged=0.4, unplaced=0.2, persons=5, width=8)
        found = asked(register, "c0")
        if found.answer is not Answer.UNKNOWN or len(found.disclosures) > MOST_TRIED:
            continue
        for one in found.disclosures:
            if one.right != "holders":
                answers = {asked(disclosed, "c0").answer for disclosed in _disclosed(register, one)}
                settled.add(one.settles)
                assert one.settles == (answers != {Answer.UNKNOWN})
    assert settled == {True, False}


def _disclosed(register: Register, one: Disclosure) -> list[Register]:
    """The register with the share at its least and at its most, or with the places within and outside."""
    if one.right == "places":
        return [replace(register, parties={**register.parties, one.holder: party(one.holder, what)}) for what in ("FR", "US")]
    every = []
    for end in ("low", "high"):
        share = float(one.ask.args[end])  # type: ignore[arg-type]
        figure = {one.right: Range(share, share)}
        rows = [msgspec.structs.replace(row, **figure) if (row.holder, row.held) == (one.holder, one.held) else row
                for row in register.holdings]  # fmt: skip
        every.append(replace(register, holdings=rows))
    return every
