"""Bounds are the extremes over every way to fill in the figures: each vertex is tried, in fractions."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from tests.ownership.worlds import ON, READINGS, asked, random_register, sub_of, test_of, world

from egide.ownership.answers import Method
from egide.ownership.bounds import Way, components, eliminated, greatest, least, walk
from egide.ownership.control import controls
from egide.ownership.everyone import everyone
from egide.ownership.flows import Flow
from egide.ownership.graph import graph
from egide.ownership.holdings import Right
from egide.ownership.ladder import Ladder
from egide.ownership.many import Table
from egide.ownership.rows import row_of
from egide.ownership.shares import together
from egide.ownership.subgraph import Role, Sub
from egide.ownership.walks import Ends, walks
from egide.vocabulary.findings import Answer

GRAPHS = 500
Line = dict[int, Fraction]


def vertices(way: Way) -> list[Line]:
    """The corners of what the figures of one company may be: all but one at an end of its range, the last makes the whole."""
    found = []
    for free, (to, low, high) in enumerate(way):
        others = [step for place, step in enumerate(way) if place != free]
        for ends in product(*({step[1], step[2]} for step in others)):
            rest = 1 - sum(ends)
            if low <= rest <= high:
                line: Line = {}
                for holder, chance in (*zip((step[0] for step in others), ends, strict=True), (to, rest)):
                    line[holder] = line.get(holder, Fraction(0)) + Fraction(chance)
                found.append({holder: chance for holder, chance in line.items() if chance})
    return [line for place, line in enumerate(found) if line not in found[:place]]


def met(lines: list[Line | None], fixed: list[int | None]) -> list[Fraction]:
    """The least solution of one filled-in graph: nothing for who never comes to the target, a linear system for the others."""
    comes = {node for node, one in enumerate(fixed) if one}
    while True:
        more = {node for node, line in enumerate(lines) if fixed[node] is None and node not in comes and line and comes & line.keys()}
        if not more:
            break
        comes |= more
    asked_ = sorted(node for node in comes if fixed[node] is None)
    matrix = [[Fraction(row == column) - (lines[row] or {}).get(column, 0) for column in asked_] for row in asked_]
    known = [sum((chance for to, chance in (lines[row] or {}).items() if fixed[to]), Fraction(0)) for row in asked_]
    solved = dict(zip(asked_, _solved(matrix, known), strict=True))
    return [Fraction(one) if one is not None else solved.get(node, Fraction(0)) for node, one in enumerate(fixed)]


def _solved(matrix: list[list[Fraction]], known: list[Fraction]) -> list[Fraction]:
    """Gauss and Jordan, on rows that are looked for a pivot."""
    size = len(known)
    rows = [[*matrix[row], known[row]] for row in range(size)]
    for column in range(size):
        pivot = next(row for row in range(column, size) if rows[row][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = rows[column][column]
        rows[column] = [entry / head for entry in rows[column]]
        for row in range(size):
            factor = rows[row][column]
            if row != column and factor:
                rows[row] = [entry - factor * other for entry, other in zip(rows[row], rows[column], strict=True)]
    return [rows[row][size] for row in range(size)]


def extremes(ways: list[tuple[Way, ...]], low: list[int | None], high: list[int | None]) -> tuple[list[Fraction], list[Fraction]]:
    """Least and greatest over all vertices; the greatest counts who never leaves a circle, as the complement of the other side."""
    choices: list[list[Line | None]] = [[line for way in some for line in vertices(way)] or [None] for some in ways]
    other = [None if one is None else 1 - one for one in high]
    lowest, highest = [Fraction(2)] * len(ways), [Fraction(-1)] * len(ways)
    for lines in product(*choices):
        for node, (one, two) in enumerate(zip(met(list(lines), low), met(list(lines), other), strict=True)):
            lowest[node], highest[node] = min(lowest[node], one), max(highest[node], 1 - two)
    return lowest, highest


def random_walk(chance: random.Random) -> tuple[list[tuple[Way, ...]], list[int | None]]:
    """Two to four companies that hold one another within ranges, a target, and somebody else."""
    companies = chance.randint(2, 4)
    ways: list[tuple[Way, ...]] = []
    wide = chance.sample(range(companies), min(companies, 3))
    for node in range(companies):
        holders = chance.sample([one for one in range(companies + 2) if one != node or chance.random() < 0.2], chance.randint(2, 3))
        cuts = sorted(chance.randint(0, 20) for _ in holders[1:])
        parts = [after - before for before, after in zip([0, *cuts], [*cuts, 20], strict=True)]
        spread = [chance.randint(0, 5) if node in wide and chance.random() < 0.7 else 0 for _ in holders]
        ways.append((tuple(
            (to, Fraction(max(part - more, 0), 20), Fraction(min(part + more, 20), 20))
            for to, part, more in zip(holders, parts, spread, strict=True)
        ),))  # fmt: skip
    return [*ways, (), ()], [None] * companies + [1, 0]


def test_bounds_are_the_extremes_of_all_vertices_on_five_hundred_interval_graphs() -> None:
    chance = random.Random(1)  # noqa: S311
    ranged = 0
    for _ in range(GRAPHS):
        ways, fixed = random_walk(chance)
        lowest, highest = extremes(ways, fixed, fixed)
        walked = walk(ways)
        assert (least(walked, fixed), greatest(walked, fixed)) == (lowest, highest)
        ranged += lowest != highest
    assert ranged > GRAPHS // 2


def test_all_targets_at_once_in_floating_point_are_the_same_bounds() -> None:
    chance = random.Random(2)  # noqa: S311
    for _ in range(GRAPHS // 5):
        ways, fixed = random_walk(chance)
        floats = [tuple(tuple((to, float(low), float(high)) for to, low, high in way) for way in some) for some in ways]
        columns = np.array([[np.nan if one is None else float(one), np.nan if one is None else 1.0 - one] for one in fixed])
        table = Table(walk(floats))
        exact = walk(ways)
        for column, goal in enumerate((fixed, [None if one is None else 1 - one for one in fixed])):
            assert table.least(columns)[:, column].tolist() == pytest.approx([float(one) for one in least(exact, goal)], abs=1e-12)
            assert table.greatest(columns)[:, column].tolist() == pytest.approx([float(one) for one in greatest(exact, goal)], abs=1e-12)


def test_one_target_after_the_other_in_whole_numbers_is_the_same_bounds() -> None:
    """Looking again only at what stands below a target, circles and choices included, is solving it anew."""
    chance = random.Random(5)  # noqa: S311
    for _ in range(GRAPHS):
        ways, _ = random_walk(chance)
        start, ends = 0, {len(ways) - 2: 0, len(ways) - 1: chance.randint(0, 1)}
        ladder = in_whole_numbers(ways, start)
        known = ladder.solved(ends)
        for target in range(len(ways)):
            given = {**ends, target: 1 - ends.get(target, 0)}
            (expected,) = least(walk(ways), [given.get(node) for node in range(len(ways))])[start : start + 1]
            assert Fraction(Fraction(ladder.again(known, ends, {target: given[target]})), known.unit) == expected


def test_all_targets_in_one_pass_are_the_extremes_of_all_vertices_where_the_pass_tells() -> None:
    """Alone or two together, above circles, ranges and several ways; where it doesn't tell, something is to be chosen or never leaves."""
    chance = random.Random(6)  # noqa: S311
    instead, told = 0, dict.fromkeys(((count, most) for count in (1, 2) for most in (True, False)), 0)
    for _ in range(GRAPHS // 2):
        ways, _ = random_walk(chance)
        if chance.random() < 0.2:
            ways[chance.randrange(len(ways) - 2)] += (((chance.randrange(len(ways)), Fraction(1), Fraction(1)),),)
        ends = {len(ways) - 2, len(ways) - 1}
        lowest = [tuple([tuple([(to, low, low) for to, low, _ in way]) for way in some]) for some in ways]
        flows = {True: Flow(in_whole_numbers(ways, 0), ends, most=True), False: Flow(in_whole_numbers(lowest, 0), ends, most=False)}
        at_least = [[{to: low for to, low, _ in way if low} for way in some] or [None] for some in ways]
        lines = {True: [[line for way in some for line in vertices(way)] or [None] for some in ways], False: at_least}
        for own in ({one} for one in range(len(ways))), (set(chance.sample(range(len(ways)), 2)) for _ in range(3)):
            for some in own:
                fixed = [int(node in some) if node in ends | some else None for node in range(len(ways))]
                for most, flow in flows.items():
                    first = flow.met(min(some), some if len(some) > 1 else ())
                    if first is None and len(some) == 1:
                        first = flow.instead(min(some))
                        instead += first is not None
                    if first is not None:
                        told[len(some), most] += 1
                        every = [met(list(chosen), fixed)[0] for chosen in product(*lines[most])]
                        found = sum((Fraction(Fraction(one), flow.unit) for _, one in first), Fraction(0))
                        assert found == (max(every) if most else min(every))
    assert min(told.values()) > GRAPHS // 5
    assert instead > 10


def in_whole_numbers(ways: list[tuple[Way, ...]], start: int) -> Ladder:
    whole = [tuple(tuple((to, int(low * 20), int(high * 20)) for to, low, high in way) for way in some) for some in ways]
    ladder = Ladder([[row_of(way, 20) for way in some] for some in whole], 20, start)
    ladder.patient = True
    return ladder


def goals(sub: Sub) -> tuple[list[int | None], list[int | None]]:
    """Third entities at the least, and whoever may be one at the most; whom nobody holds is the end of the walk."""
    both = list(zip(sub.third, sub.role, strict=True))
    low: list[int | None] = [1 if third == 1 else None if role is Role.COMPANY else 0 for third, role in both]
    high: list[int | None] = [1 if third else None if role is Role.COMPANY else 0 for third, role in both]
    return low, high


def test_the_collective_share_is_the_extreme_of_all_vertices_of_a_register_with_ranges() -> None:
    """Undisclosed remainders included: what completes a company may be anybody's."""
    chance = random.Random(3)  # noqa: S311
    compared = 0
    while compared < 60:
        sub = sub_of(random_register(chance, 3, ranged=0.3, silent=0.3, treasury=0.1, unplaced=0.2, persons=2, width=9), "c0")
        made = walks(sub, controls(sub, READINGS.presumption))
        for right in Right:
            walked = made.exact(Method.LOOK_THROUGH, right, frozenset(), Ends.CLOSED)
            choices = [len(vertices(way)) for some in walked.ways for way in some]
            if np.prod(choices) > 300:
                continue
            low, high = goals(sub)
            lowest, highest = extremes(list(walked.ways), [*low, None], [*high, None])
            found = together(made, Method.LOOK_THROUGH, right, READINGS.together)
            assert (found.low, found.high, found.rounded) == (lowest[made.start], highest[made.start], False)
            compared += 1


def test_all_companies_at_once_have_the_bounds_of_each_alone() -> None:
    """Listed companies, treasury shares, unknown places, undisclosed holders, ranges and circles, one after the other and in one sweep."""
    chance = random.Random(4)  # noqa: S311
    for number in range(150):
        register = random_register(
            chance, chance.randint(2, 9), ranged=chance.choice((0.3, 0.8)), silent=0.3, treasury=0.2, unplaced=0.15,
            listed=chance.choice((0.3, 0.7)), width=chance.choice((15, 100)),
        )  # fmt: skip
        made = graph(register, ON, readings=READINGS)
        all_ = everyone(made)
        for company in ("c0", "c1"):
            sub, place = sub_of(register, company), made.index[company]
            one = walks(sub, controls(sub, READINGS.presumption))
            for right in Right:
                found = together(one, Method.LOOK_THROUGH, right, READINGS.together)
                assert all_.low[right][place] == pytest.approx(float(found.low), abs=1e-9), (number, company, right)
                assert all_.high[right][place] == pytest.approx(float(found.high), abs=1e-9), (number, company, right)


def test_scores_of_companies_that_hold_one_another_within_ranges_are_answered_as_all_at_once_are() -> None:
    """Nothing is left to choose where what nobody states takes the rest, so that no knot is too large; figures say they are rounded."""
    register = random_register(random.Random(6), 72, ranged=0.4, silent=0.3, unplaced=0.1)  # noqa: S311
    answer, made = asked(register, "c0"), graph(register, ON, readings=READINGS)
    all_ = everyone(made)
    for right in Right:
        found = test_of(answer, right).together
        assert found.rounded
        assert float(found.low) == pytest.approx(all_.low[right][made.index["c0"]], abs=1e-9)
        assert float(found.high) == pytest.approx(all_.high[right][made.index["c0"]], abs=1e-9)


@pytest.mark.parametrize(
    ("alpha", "beta", "answer"),
    [
        ("20-25", "75-80", Answer.UNKNOWN), ("20-24", "76-80", Answer.MET), ("[20;24[", "76-80", Answer.MET),
        ("24-25", "75-76", Answer.UNKNOWN), (">24", "70-76", Answer.NOT_MET), ("20-24", "60-80", Answer.UNKNOWN),
    ],
)  # fmt: skip
def test_a_verdict_is_unknown_exactly_where_the_bounds_lie_on_both_sides_of_the_cap(alpha: str, beta: str, answer: Answer) -> None:
    """In the last one, what beta leaves is somebody's, perhaps alpha's."""
    assert test_of(asked(world(f"nuage: alpha {alpha}, beta {beta}", alpha="US"))).one_answer is answer


def test_circles_that_nobody_outside_holds_meet_nobody_and_may_be_anybodys() -> None:
    ways: list[tuple[Way, ...]] = [((((1, 1, 1)),),), (((0, 1, 1),),), ()]
    walked = walk(ways)
    assert least(walked, [None, None, 1]) == [0, 0, 1]
    assert greatest(walked, [None, None, 1]) == [1, 1, 1]


def test_who_may_choose_to_stay_in_a_circle_never_meets_the_target() -> None:
    """Choosing between equal values, value by value, would stop at one: the circle has to be seen."""
    half = Fraction(1, 2)
    none, one = Fraction(0), Fraction(1)
    ways: list[tuple[Way, ...]] = [(((1, half, one), (2, none, half)),), (((0, half, one), (2, none, half)),), ()]
    assert least(walk(ways), [None, None, 1]) == [0, 0, 1]


def test_parts_come_after_all_that_they_lead_to() -> None:
    above = [[1], [2, 3], [1], [], [0, 4]]
    parts = components(above)
    assert [set(part) for part in parts] == [{3}, {1, 2}, {0}, {4}]


def test_elimination_is_exact() -> None:
    third = Fraction(1, 3)
    lines = [{0: 1, 1: -third}, {0: -third, 1: Fraction(1)}]
    assert eliminated(lines, [Fraction(1), Fraction(0)]) == [Fraction(9, 8), Fraction(3, 8)]
