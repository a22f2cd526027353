"""Companies that hold one another: taken out one after the other, whatever is left swept, and every answer with a proven distance."""

from __future__ import annotations

import random
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.ownership.worlds import ON, READINGS, random_register, world

from egide.ownership.bounds import eliminated
from egide.ownership.elimination import back, eliminate, put
from egide.ownership.everyone import everyone, plan
from egide.ownership.graph import graph
from egide.ownership.holdings import Right
from egide.ownership.knots import Knot, settle
from egide.ownership.sweeps import together

if TYPE_CHECKING:
    from egide.ownership.graph import Graph

SYSTEMS = 200


def random_system(chance: random.Random) -> tuple[int, dict[tuple[int, int], Fraction], list[Fraction]]:
    """Companies that hold one another in twentieths, some wholly, and what is known of each: never more than what is left."""
    count = chance.randint(2, 12)
    share, known = dict[tuple[int, int], Fraction](), []
    for row in range(count):
        left = 20
        for above in chance.sample([one for one in range(count) if one != row], min(count - 1, chance.randint(1, 3))):
            part = chance.choice((left, chance.randint(0, left)))
            share[row, above] = Fraction(part, 20)
            left -= part
        known.append(Fraction(chance.randint(0, left), 20))
    return count, share, known


def least_solution(count: int, share: dict[tuple[int, int], Fraction], known: list[Fraction]) -> list[Fraction]:
    """Exactly: who never meets what is known is nothing, and the rest is one system."""
    met = {row for row in range(count) if known[row]}
    while more := {row for (row, above), part in share.items() if part and above in met} - met:
        met |= more
    order = sorted(met)
    lines = [{place: (row == one) - share.get((row, one), Fraction(0)) for place, one in enumerate(order)} for row in order]
    found = dict(zip(order, eliminated(lines, [known[row] for row in order]), strict=True))
    return [Fraction(found.get(row, 0)) for row in range(count)]


@pytest.mark.parametrize("staying", [0.0, 0.5, 1.0])
def test_taking_companies_out_changes_no_value_whoever_stays(staying: float) -> None:
    chance = random.Random(1)  # noqa: S311
    closed = 0
    for _ in range(SYSTEMS):
        count, share, known = random_system(chance)
        pairs = sorted(share)
        row, above = np.array([one for one, _ in pairs]), np.array([one for _, one in pairs])
        chances = np.array([float(share[pair]) for pair in pairs])
        leak = np.array([float(1 - sum(part for (one, _), part in share.items() if one == row)) for row in range(count)])
        shape = eliminate(row, above, count, np.array([chance.random() < staying for _ in range(count)]))
        left = put(shape, chances, np.array([float(one) for one in known]), leak)
        none = np.zeros(0, np.int64)
        found = back(shape, left, settle(Knot(shape.left_row, shape.left_above, left.chance, left.known, none, None)))
        exact = least_solution(count, share, known)
        assert found.tolist() == pytest.approx([float(one) for one in exact], abs=1e-12)
        closed += not all(exact)
    assert closed > SYSTEMS // 10


def test_a_circle_that_hardly_leaves_itself_loses_no_digit() -> None:
    tables = [f"c{number}: c{(number + 1) % 40} 99.9999999, p 0.0000001" for number in range(39)]
    made = graph(world(*tables, "c39: c0 99.9999999, alpha 0.00000005, p 0.00000005", alpha="US", p="person FR"), ON, readings=READINGS)
    all_ = everyone(made)
    share = all_.low[Right.CAPITAL][made.index["c0"]]
    assert share == pytest.approx(1 / 80, rel=1e-7)  # not 1e-9: it stands 39 steps before the one that alpha holds
    stay = Fraction(999999999, 1000000000)
    exact = stay**39 * Fraction(1, 2000000000) / (1 - stay**40)
    assert share == pytest.approx(float(exact), rel=1e-13)


def tangles(seed: int, count: int) -> list[Graph]:
    """Registers in which every company may hold every other, with ranges, floats and silence; many hold one another."""
    chance = random.Random(seed)  # noqa: S311
    drawn = [
        random_register(chance, chance.randint(20, 60), ranged=0.2, silent=0.2, treasury=0.1, unplaced=0.1, listed=0.2, persons=8)
        for _ in range(count)
    ]
    return [graph(one, ON, readings=READINGS) for one in drawn]


@pytest.mark.parametrize("still", [1e-14, 1e-6, 1e-3, 0.1])
def test_no_answer_is_farther_from_the_true_one_than_what_is_proved(still: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when sweeping stops much too early: the bound is proved from the equations, not from how they were solved."""
    seen = []
    for made in tangles(3, 12):
        order = plan(made)
        monkeypatch.undo()
        good = {right: together(made, order, right) for right in Right}
        monkeypatch.setattr("egide.ownership.sweeps.settle", partial(settle, still=still))
        for right in Right:
            found = together(made, order, right)
            apart = max(np.abs(found.low - good[right].low).max(), np.abs(found.high - good[right].high).max())
            assert apart <= found.within + good[right].within
            seen.append((apart, found.within))
    assert max(within for _, within in seen) < (1e-10 if still < 1e-10 else 1)
    assert still < 1e-10 or max(apart for apart, _ in seen) > still / 100  # something was missed, and covered


def test_sweeps_that_stop_early_are_bounds_on_the_safe_side(monkeypatch: pytest.MonkeyPatch) -> None:
    """From nothing upwards, the least is never too large and the greatest never too small."""
    for made in tangles(4, 6):
        order = plan(made)
        monkeypatch.undo()
        good = {right: together(made, order, right) for right in Right}
        monkeypatch.setattr("egide.ownership.sweeps.settle", partial(settle, still=1e-2))
        for right in Right:
            found = together(made, order, right)
            assert (found.low <= good[right].low + 1e-12).all()
            assert (found.high >= good[right].high - 1e-12).all()
