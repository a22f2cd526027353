"""The planner on 12,500 offers: its plan and proof, beside HiGHS on the same model and beside the pairwise formulation.

python benchmarks/planner.py [--cap SECONDS]

Needs and markets are drawn (`planner_world`) over the prices of ``../shared/data/prices``. The clock counts what a person waits for once
files are read: choosing candidates, pruning, modelling, searching, proving. Others on the machine disturb it, so the processor's time
stands beside it. HiGHS gets our own pruned model, row by row, on one thread. The pairwise model has the same pruned places and rules,
but the usual edges: a Boolean for each pair of places that an edge may join, searched by the same CP-SAT with the same settings. Both
are cut after the cap.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import highspy
from measuring import Line, machine, printed
from ortools.sat.python import cp_model
from planner_world import market, need

from egide.planner import Limits, Market, Need, Plan, Status, candidates, plan, verify
from egide.planner.conflict import asked, cheapest_relaxation, minimal_conflict
from egide.planner.costs import carried
from egide.planner.formulation import formulate, least_cost, open_to
from egide.planner.need import Flow
from egide.planner.packing import pack
from egide.planner.pruning import pruned
from egide.planner.requirements import requirements
from egide.planner.sage import read_application, read_offers
from egide.planner.solve import run as search

OFFERS = 12_500
SEEDS = (1, 2, 3)
SAGE = Path(__file__).parents[2] / "shared/data/sage"
CLASSES = (
    ("50 components", (50, 100, 0), 5.0), ("100 components", (100, 100, 0), 10.0), ("50 components, 200 flows", (50, 200, 0), 20.0),
    ("50 components and 50 spares", (50, 100, 50), 20.0),
)  # fmt: skip


def lawful(component: str, place: str) -> None:
    """Nothing is refused: every place stays in the search."""


@dataclass(frozen=True)
class Taken:
    """What came out, and what it took."""

    wall: float
    processor: float
    total: int | None
    proven: bool


def ours(one: Need, where: Market) -> tuple[Plan, Taken]:
    wall, processor = time.perf_counter(), time.process_time()
    made = plan(one, where, lawful, Limits(600))
    return made, Taken(time.perf_counter() - wall, time.process_time() - processor, made.total, made.status is Status.OPTIMAL)


def by_highs(one: Need, where: Market, cap: float) -> Taken:
    """The same pruned model, its rows as they are."""
    wall, processor = time.perf_counter(), time.process_time()
    found = candidates(one, where, lawful)
    made = formulate(one, where, found, pruned(one, where, open_to(one, found, frozenset())))
    least_cost(made)
    proto = made.model.proto
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("time_limit", cap)
    solver.setOptionValue("mip_rel_gap", 0.0)
    for place, variable in enumerate(proto.variables):
        domain = list(variable.domain)
        solver.addVar(domain[0], domain[-1])
        solver.changeColIntegrality(place, highspy.HighsVarType.kInteger)
    for place, price in zip(list(proto.objective.vars), list(proto.objective.coeffs), strict=True):
        solver.changeColCost(place, price)
    for row in proto.constraints:
        for columns, weights, least, most in rows(row):
            solver.addRow(least, most, len(columns), columns, weights)
    solver.run()
    ended = solver.getModelStatus()
    assert ended in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit), ended
    proven = ended == highspy.HighsModelStatus.kOptimal
    value = solver.getInfo().objective_function_value
    total = round(value) * made.scale if proven or value < highspy.kHighsInf else None
    return Taken(time.perf_counter() - wall, time.process_time() - processor, total, proven)


def rows(row: cp_model.Constraint) -> list[tuple[list[int], list[float], float, float]]:
    """A constraint as linear rows; a negative literal is one less the variable."""
    if row.has_exactly_one():
        columns, weights, shift = literals(list(row.exactly_one.literals))
        return [(columns, weights, 1 - shift, 1 - shift)]
    if row.has_bool_or():
        columns, weights, shift = literals(list(row.bool_or.literals))
        return [(columns, weights, 1 - shift, highspy.kHighsInf)]
    if row.has_linear() and not row.enforcement_literal:
        domain = list(row.linear.domain)
        least = -highspy.kHighsInf if domain[0] <= -(2**62) else domain[0]
        most = highspy.kHighsInf if domain[-1] >= 2**62 else domain[-1]
        return [(list(row.linear.vars), [float(one) for one in row.linear.coeffs], least, most)]
    raise TypeError(str(row))


def literals(given: list[int]) -> tuple[list[int], list[float], int]:
    columns = [one if one >= 0 else -one - 1 for one in given]
    return columns, [1.0 if one >= 0 else -1.0 for one in given], sum(1 for one in given if one < 0)


def pairwise(one: Need, where: Market, cap: float) -> Taken:
    """The same places and rules, but a Boolean for each pair of places on an edge that costs, a clause for each that is too far."""
    wall, processor = time.perf_counter(), time.process_time()
    found = candidates(one, where, lawful)
    options = pruned(one, where, open_to(one, found, frozenset()))
    made = formulate(replace(one, flows=()), where, found, options)
    terms = list(made.terms)
    for flow in one.flows:
        for source, target in product(options[flow.source], options[flow.target]):
            here, there = made.at[flow.source, source], made.at[flow.target, target]
            away = where.round_trip_us(source, target)
            if flow.round_trip_us is not None and (away is None or away > flow.round_trip_us):
                made.model.add_bool_or([~here, ~there])
            price = where.places[source].tariffs.egress or 0
            if where.places[source].provider != where.places[target].provider and price and flow.milli_gb:
                both = made.model.new_bool_var("")
                made.model.add_bool_or([~here, ~there, both])
                terms.append((carried(flow.milli_gb, price), both))
    made.model.minimize(cp_model.LinearExpr.weighted_sum([each for _, each in terms], [cost for cost, _ in terms]))
    solver, status, _ = search(made.model, Limits(1e9, cap))
    total = round(solver.objective_value) if status in (Status.OPTIMAL, Status.FEASIBLE) else None
    return Taken(time.perf_counter() - wall, time.process_time() - processor, total, status is Status.OPTIMAL)


def told(taken: Taken) -> str:
    return f"{taken.wall:.1f} s, {taken.processor:.1f} s of processor{'' if taken.proven else ', no proof'}"


def classes(cap: float) -> list[Line]:
    lines = []
    for name, (components, flows, spares), target in CLASSES:
        every = []
        for seed in SEEDS:
            where, one = market(OFFERS, seed), need(components, flows, spares, seed)
            made, taken = ours(one, where)
            assert not verify(made, one, where, lawful)
            every.append(taken)
        worst, half = max(each.wall for each in every), statistics.median(each.processor for each in every)
        figure = f"{worst:.1f} s the slowest of {len(SEEDS)}; {half:.1f} s of processor the middle one"
        proven = all(each.proven for each in every)
        held = proven and max(each.processor for each in every) < target
        note = "all proven and verified" if proven else "NOT all proven"
        lines.append(Line(f"{name} × 12,500 offers", figure, f"proven in {target:.0f} s", held, note))
        where, one = market(OFFERS, SEEDS[0]), need(components, flows, spares, SEEDS[0])
        theirs = by_highs(one, where, cap)
        if theirs.proven:
            assert theirs.total == every[0].total, (theirs.total, every[0].total)
        ratio = theirs.processor / every[0].processor
        note = f"{ratio:.1f} × ours on the same instance, cut at {cap:.0f} s"
        lines.append(Line("the same model in HiGHS", told(theirs), "beside", True, note))
    return lines


def usual(cap: float) -> Line:
    where, one = market(OFFERS, SEEDS[0]), need(*CLASSES[0][1], SEEDS[0])
    _, exact = ours(one, where)
    theirs = pairwise(one, where, cap)
    if theirs.proven:
        assert theirs.total == exact.total
    found = "no plan" if theirs.total is None else f"{theirs.total / (exact.total or 1) - 1:.1%} above the cheapest"
    note = f"{found}, search cut at {cap:.0f} s; ours {told(exact)}: {theirs.processor / exact.processor:.0f} × as much"
    return Line("50 components, a Boolean for each pair of places on an edge", told(theirs), "beside", True, note)


def blocked() -> Line:
    where, one = market(OFFERS, 1), need(50, 100, 0, 1)
    far = {"c0": frozenset({"FI"}), "c1": frozenset({"ES"})}
    components = tuple(replace(each, countries=far.get(each.id, each.countries)) for each in one.components)
    one = replace(one, components=components, flows=(*one.flows, Flow("c0", "c1", 1000, 5_000)))
    wall, processor = time.perf_counter(), time.process_time()
    question = asked(one, where, lawful, Limits(600))
    conflict = minimal_conflict(question)
    middle = time.process_time()
    relaxed = cheapest_relaxation(question)
    assert conflict
    assert relaxed
    figure = f"{middle - processor:.1f} s of processor, the cheapest way out {time.process_time() - middle:.1f} s more"
    count = len(requirements(one, question.known))
    note = f"{', '.join(map(str, conflict))}; of {count} requirements; {time.perf_counter() - wall:.1f} s in all by the clock"
    return Line("minimal conflict, 50 components × 12,500 offers", figure, "conflict in 5 s", middle - processor < 5, note)


def sage() -> Line:
    published = json.loads((SAGE / "published_prices.json").read_text("utf-8"))
    taken, right = [], 0
    for one in published:
        open_ = {1: one["inst"]} if one["inst"] else None
        _, problem = read_application((SAGE / f"models/{one['app']}.json").read_bytes(), one["app"], open_)
        boxes = read_offers((SAGE / f"offers/offers_{one['offers']}.json").read_bytes(), "offers")
        begun = time.process_time()
        right += pack(problem, boxes).price == one["mode_price"]
        taken.append(time.process_time() - begun)
    figure = f"{right} of {len(published)} at the published price; {statistics.median(taken):.2f} s of processor the middle one"
    held = right == len(published) and max(taken) < 5
    return Line("SAGE applications", figure, "all, each within 5 s", held, f"the slowest {max(taken):.1f} s")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cap", type=float, default=60.0)
    cap = parser.parse_args().cap
    print(f"{machine()}\n")
    sys.exit(printed([*classes(cap), usual(cap), blocked(), sage()]))


if __name__ == "__main__":
    main()
