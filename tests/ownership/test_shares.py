"""Shares by a second method: the absorbing walk as one linear system, and exact figures wherever a verdict hangs on them."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.ownership.worlds import ON, READINGS, asked, random_register, sub_of, test_of, world

from egide.ownership.answers import Bounds, Method
from egide.ownership.caps import cap_tests
from egide.ownership.control import controls
from egide.ownership.day import WHOLE
from egide.ownership.everyone import everyone
from egide.ownership.graph import graph
from egide.ownership.holdings import PartyKind, Right
from egide.ownership.shares import near
from egide.ownership.walks import walks
from egide.ownership.wording import percent
from egide.vocabulary.findings import Answer

if TYPE_CHECKING:
    from egide.ownership.answers import Ownership
    from egide.ownership.graph import Graph
    from egide.ownership.holdings import Register

CLOSE = 1e-9
LOOK, FULL = Method.LOOK_THROUGH, Method.ATTRIBUTION
CAPITAL, VOTES = Right.CAPITAL, Right.VOTES


# --- the second method -----------------------------------------------------------------------------


def matrix_of(made: Graph, right: Right) -> np.ndarray:
    """From each company to each party with the chance of the share; what is said of nobody leads nowhere."""
    count = len(made.parties)
    found = np.zeros((count, count))
    found[made.held, made.holder] = made.low[right] / WHOLE
    return found


def meets(steps: np.ndarray, goals: np.ndarray, ends: np.ndarray, leaving: np.ndarray | None = None) -> np.ndarray:
    """The chance to meet a goal from each node after setting out; ``leaving`` has the first steps when they are other ones."""
    free = ~(goals | ends)
    value = goals.astype(float)
    inside = np.eye(int(free.sum())) - steps[np.ix_(free, free)]
    value[free] = np.linalg.solve(inside, steps[np.ix_(free, goals)].sum(axis=1))
    first = steps if leaving is None else leaving
    own = np.diag(first)  # a company's own shares are out of what its holders share
    return np.divide(first @ value - own * value, 1 - own, out=np.zeros(len(steps)), where=own < 1)


def exact_worlds(seed: int, count: int) -> list[Register]:
    """Random registers in which every share is one figure, some held by nobody named, with circles that are not closed."""
    chance = random.Random(seed)  # noqa: S311
    found = []
    while len(found) < count:
        one = random_register(chance, chance.randint(3, 9), silent=0.3, treasury=0.15)
        made = graph(one, ON, readings=READINGS)
        if not any(_closed(matrix_of(made, right), made) for right in Right):
            found.append(one)
    return found


def _closed(steps: np.ndarray, made: Graph) -> bool:
    """Some company is held by its own circle alone."""
    leaves = (steps.sum(axis=1) < 1) | made.ends
    for _ in range(len(steps)):
        leaves |= (steps > 0) @ leaves
    return not leaves.all()


def by_algebra(made: Graph, right: Right) -> tuple[np.ndarray, np.ndarray]:
    """Third entities together, from each company: least and, with all that is undisclosed, greatest."""
    steps = matrix_of(made, right)
    third, ends = made.third == 1, made.ends
    inside = ends & (made.third == 0)
    return meets(steps, third, ends), 1 - meets(steps, inside, ends | third)


def test_shares_of_all_together_agree_with_linear_algebra() -> None:
    farthest = 0.0
    for register in exact_worlds(1, 200):
        made = graph(register, ON, readings=READINGS)
        all_ = everyone(made)
        held = [place for place, party in enumerate(made.parties) if party.kind is not PartyKind.PERSON]
        for right in Right:
            low, high = by_algebra(made, right)
            farthest = max(farthest, np.abs(all_.low[right] - low)[held].max(), np.abs(all_.high[right] - high)[held].max())
    assert farthest < CLOSE


def test_each_holders_share_agrees_with_linear_algebra() -> None:
    """The chance ever to meet that party, other third entities being looked through."""
    for register in exact_worlds(2, 120):
        made = graph(register, ON, readings=READINGS)
        answer = asked(register, "c0")
        for right in Right:
            steps = matrix_of(made, right)
            test = test_of(answer, right)
            low, high = by_algebra(made, right)
            company = made.index["c0"]
            assert [float(test.together.low), float(test.together.high)] == pytest.approx([low[company], high[company]], abs=CLOSE)
            for held in answer.holders:
                if held.party in made.index:
                    goal = np.arange(len(made.parties)) == made.index[held.party]
                    share = meets(steps, goal, made.ends)[company]
                    assert float(held.shares[LOOK, right].low) == pytest.approx(share, abs=CLOSE), (held.party, right)


def test_attribution_agrees_with_linear_algebra_on_companies_given_to_their_controllers() -> None:
    """A holder that is controlled leads to its last controller alone; whatever a third entity controls counts as one."""
    compared = 0
    for register in exact_worlds(3, 150):
        made = graph(register, ON, readings=READINGS)
        control = controls(sub_of(register, "c0"), READINGS.presumption)
        sub = sub_of(register, "c0")
        above = {node: {one for one, held in control.certain.items() if node in held} for node in range(len(sub.ids))}
        last = {node: [one for one in some if not above[one]] for node, some in above.items()}
        if control.certain != control.possible or any(len(last[node]) != 1 for node in above if above[node]):
            continue
        index = [made.index.get(id_, -1) for id_ in sub.ids]
        for right in Right:
            stated = matrix_of(made, right)
            steps, goals = stated.copy(), made.third == 1
            for node, some in above.items():
                if some:
                    steps[index[node]] = 0
                    steps[index[node], index[last[node][0]]] = 1
                    goals[index[node]] |= any(sub.third[one] == 1 for one in some)
            (test,) = cap_tests(walks(sub, control), READINGS, diluted=False, only=[(FULL, right)])
            assert float(test.together.low) == pytest.approx(meets(steps, goals, made.ends, stated)[made.index["c0"]], abs=CLOSE)
            compared += 1
    assert compared > 60


# --- exact where it matters ------------------------------------------------------------------------


def one_test(register: Register, right: Right = CAPITAL) -> tuple[Bounds, Answer]:
    found = test_of(asked(register), right)
    return found.one, found.one_answer


@pytest.mark.parametrize(
    ("tables", "share", "answer"),
    [
        (("nuage: alpha 24.0, beta 76",), "24", Answer.MET),
        (("nuage: alpha 24.0000001, beta 75.9999999",), "24.0000001", Answer.NOT_MET),
        (("nuage: beta 48, marie 52", "beta: alpha 50, marie 50"), "24", Answer.MET),
        (("nuage: beta 48, marie 52", "beta: alpha 50.0000000001, marie 49.9999999999"), "24.000000000048", Answer.NOT_MET),
        (("nuage: alpha 24.00000000000000000001, beta 75.99999999999999999999",), "24.00000000000000000001", Answer.NOT_MET),
        (("nuage: alpha 23.99999999999999999999, beta 76.00000000000000000001",), "23.99999999999999999999", Answer.MET),
        # thirds: 72 % of a third is 24 % exactly
        (("nuage: beta 33⅓, marie 66⅔", "beta: alpha 72, marie 28"), "24", Answer.MET),
        (("nuage: beta 33⅓, marie 66⅔", "beta: alpha 72.00000000000001, marie 27.99999999999999"), None, Answer.NOT_MET),
        # circles: 23.76 % of what is left of 99 % is 24 % exactly
        (("nuage: alpha 23.76, beta 1, marie 75.24", "beta: nuage 100"), "24", Answer.MET),
        (("nuage: alpha 23.760000001, beta 1, marie 75.239999999", "beta: nuage 100"), "24.0000000010101010101", Answer.NOT_MET),
        (("nuage: beta 30, gamma 30, marie 40", "beta: alpha 40, gamma 60", "gamma: alpha 20, beta 50, marie 30"), None, Answer.NOT_MET),
    ],
)
def test_the_cap_for_one_is_met_to_the_last_digit(tables: tuple[str, ...], share: str | None, answer: Answer) -> None:
    found, verdict = one_test(world(*tables, alpha="US", marie="person FR"))
    assert verdict is answer
    assert found.exact
    if share is not None and "0101" not in share:
        assert found.low == Fraction(share) / 100


@pytest.mark.parametrize(("gamma", "answer"), [("15", Answer.MET), ("15.0000001", Answer.NOT_MET)])
def test_the_cap_for_all_together_is_met_to_the_last_digit(gamma: str, answer: Answer) -> None:
    register = world(f"nuage: alpha 24, gamma {gamma}, marie {76 - Fraction(gamma).__float__():.7f}", alpha="US", gamma="CN", marie="person FR")  # noqa: E501
    found = test_of(asked(register))
    assert (found.together_answer, found.one_answer) == (answer, Answer.MET)


def test_figures_that_end_nowhere_are_fractions_all_the_same() -> None:
    """A circle divides: 0.2288/0.98 has no last digit, and is not rounded."""
    register = world("nuage: alpha 22.88, beta 2, marie 75.12", "beta: nuage 100", alpha="US", marie="person FR")
    found, _ = one_test(register)
    assert found == Bounds(Fraction(2288, 9800), Fraction(2288, 9800))
    held = {one.party: one.shares[LOOK, CAPITAL] for one in asked(register).holders}
    assert held["alpha"] == found
    assert held["marie"].low + held["alpha"].low == 1


def test_parts_of_a_concert_make_exactly_what_each_member_holds() -> None:
    register = world("nuage: alpha 16, beta 7, gamma 11, marie 66", concerts="alpha+beta+gamma nuage", alpha="US", marie="person FR")
    answer = asked(register)
    chains = {one.party: one.chains[0].share for one in answer.holders if one.chains}
    for party, share in (("alpha", 16), ("beta", 7), ("gamma", 11)):
        assert chains[party] == Bounds(Fraction(share, 100), Fraction(share, 100))
    assert test_of(answer).together == Bounds(Fraction(16, 100), Fraction(16, 100))
    assert test_of(answer).one == Bounds(Fraction(34, 100), Fraction(34, 100))


def test_a_concert_within_ranges_is_no_wider_than_its_members() -> None:
    register = world("nuage: alpha 10-12, beta 20-25, marie 63-70", concerts="alpha+beta nuage", alpha="US", marie="person FR")
    assert test_of(asked(register)).together == Bounds(Fraction(10, 100), Fraction(17, 100))


def test_near_a_cap_floating_point_is_not_believed() -> None:
    cap = Fraction(24, 100)
    assert near(0.24 + 5e-10, cap)
    assert not near(0.2401, cap)
    assert near(0.2401, cap, within=1e-3)
    assert Bounds(cap, cap).against(cap) is Answer.MET
    assert Bounds(cap, cap, low_open=True).against(cap) is Answer.MET  # it cannot be: the highest is the cap
    assert Bounds(cap, Fraction(1)).against(cap) is Answer.UNKNOWN
    assert Bounds(cap, Fraction(1), low_open=True).against(cap) is Answer.NOT_MET
    assert Bounds(cap + Fraction(1, 10**15), Fraction(1)).against(cap) is Answer.NOT_MET
    assert Bounds(Fraction(20, 100), Fraction(25, 100)).against(cap) is Answer.UNKNOWN


# --- what is counted -------------------------------------------------------------------------------


def together(answer: Ownership, right: Right = CAPITAL, method: Method = LOOK) -> Bounds:
    return test_of(answer, right, method).together


def bounds(low: str, high: str | None = None) -> Bounds:
    return Bounds(Fraction(low) / 100, Fraction(high or low) / 100)


def test_a_chain_of_third_entities_is_not_counted_twice() -> None:
    register = world("nuage: alpha 30, marie 70", "alpha: omega 80, marie 20", alpha="US", omega="CN", marie="person FR")
    assert together(asked(register)) == bounds("30")
    shares = {one.party: one.shares[LOOK, CAPITAL] for one in asked(register).holders}
    assert (shares["alpha"], shares["omega"]) == (bounds("30"), bounds("24"))


def test_a_third_entity_behind_companies_of_the_union_is_counted_with_the_others() -> None:
    register = world("nuage: alpha 10, beta 50, marie 40", "beta: alpha 20, omega 30, marie 50", alpha="US", omega="CN", marie="person FR")
    assert together(asked(register)) == bounds("35")


def test_attribution_gives_a_controller_all_that_its_companies_hold() -> None:
    register = world("nuage: beta 30, marie 70", "beta: alpha 51, marie 49", alpha="US", marie="person FR")
    assert test_of(asked(register), method=LOOK).one == bounds("15.3")
    assert test_of(asked(register), method=FULL).one == bounds("30")
    assert asked(register).answer is Answer.NOT_MET


def test_what_nobody_states_may_be_one_third_entity_or_many() -> None:
    found = test_of(asked(world("nuage: alpha 20, marie 60", alpha="US", marie="person FR")))
    assert (found.together, found.together_answer) == (bounds("20", "40"), Answer.UNKNOWN)
    assert (found.one, found.one_answer) == (bounds("20", "40"), Answer.UNKNOWN)


def test_one_undisclosed_owner_behind_two_third_entities_leaves_the_cap_for_one_unknown() -> None:
    """Directly or indirectly: nobody says that who holds alpha does not hold gamma."""
    tables = "nuage: alpha 15, gamma 15, marie 70"
    hidden = test_of(asked(world(tables, closed=False, alpha="US", gamma="CN", marie="person FR")))
    assert (hidden.one_answer, hidden.one.high) == (Answer.UNKNOWN, Fraction(30, 100))
    named = world(tables, "alpha: paul 100", "gamma: anne 100", alpha="US", gamma="CN", marie="person FR", paul="person US", anne="person CN")  # noqa: E501
    assert test_of(asked(named)).one_answer is Answer.MET


def test_the_cap_tests_hold_for_every_method_right_and_dilution() -> None:
    answer = asked(world("nuage: alpha 10, marie 90", alpha="US", marie="person FR"))
    assert len({(one.method, one.right, one.diluted) for one in answer.tests}) == 8


def test_a_figure_is_never_printed_on_the_other_side_of_a_cap() -> None:
    for numerator in range(239_999_995, 240_000_006):
        share = Fraction(numerator, 10**9)
        said = percent(share)
        shown = Fraction(said.lstrip("≈<>"))
        if share > Fraction(24, 100):
            assert shown > 24 or said == ">24"
        elif share < Fraction(24, 100):
            assert shown < 24 or said == "<24"
        else:
            assert said == "24"


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (Fraction(16, 100), "16"), (Fraction(241, 1000), "24.1"), (Fraction(1, 3), "≈33.33"), (Fraction(2, 3), "≈66.67"),
        (Fraction(123456, 10**6), "12.3456"), (Fraction(1234567, 10**7), "≈12.35"), (Fraction(0), "0"), (Fraction(1), "100"),
        (Fraction(24, 100) + Fraction(1, 10**6), "24.0001"), (Fraction(24, 100) + Fraction(1, 10**9), ">24"),
        (Fraction(39, 100) - Fraction(1, 10**9), "<39"), (Fraction(16, 100) + Fraction(1, 10**15), ">16"),
    ],
)  # fmt: skip
def test_a_figure_is_printed_with_four_decimals_at_most(share: Fraction, said: str) -> None:
    assert percent(share) == said
