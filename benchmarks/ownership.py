"""Who holds and who controls a million companies: all of them at once, and one of them with its chains, beside the usual ways.

    python benchmarks/ownership.py [--companies 1000000]

The registers are drawn (`ownership_world`). Drawing and compiling the graph are not in the figures of shares and
control. scipy solves the shares as one sparse linear system, which has no bounds: it is given everybody's least share and
gives the least. networkx and clingo are given registers of a size that they can do.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any

import clingo
import networkx
import numpy as np
from measuring import Line, best_seconds, in_a_process, peak_mib, printed
from ownership_world import ON, READINGS, register
from scipy.sparse import csc_matrix, identity
from scipy.sparse.linalg import spsolve

from egide.cli import COLLECTED_AFTER
from egide.ownership.answer import prepare
from egide.ownership.day import WHOLE
from egide.ownership.everyone import Together, controllers, plan, together
from egide.ownership.graph import graph
from egide.ownership.holdings import Right
from egide.ownership.roots import Counted, counted

if TYPE_CHECKING:
    from egide.ownership.answer import Prepared
    from egide.ownership.graph import Graph

SECONDS = 3.0
MIB = 1_500
ANSWER_MS = 10.0
ASKED = 600
SMALL = 20_000
"""Companies that networkx is given, and scipy where all are tangled."""
SMALLER = 5_000
"""Companies that clingo is given."""
AGREED = 1e-9
TANGLED = 0.7


def all_at_once(companies: int, tangled: float | None) -> list[Line]:
    """Shares and control of all, and the most memory that the process has held by then."""
    made, compiling = _compiled(companies, tangled)
    shares = best_seconds(lambda: shared(made), 2)
    control = best_seconds(lambda: controllers(made), 2)
    peak = peak_mib()
    core, found = plan(made).core, controllers(made)
    within = max(one.within for one in shared(made).values())
    solving, apart = _by_scipy(made) if tangled is None else (None, 0.0)
    beside = f"; {_ratio(shares, solving, apart)}" if solving else ""
    return [
        Line(
            f"shares of third entities in {companies:,} companies with {2 * companies:,} holdings, {_kind(tangled)}", f"{shares:.2f} s",
            f"at most {SECONDS:.0f} s", shares <= SECONDS and apart <= AGREED,
            f"least and greatest, capital and votes, ordering included; compiled in {compiling:.1f} s; {core[1] - core[0]:,} companies in "
            f"circles or between them, proved within {within:.0e} of their solution{beside}",
        ),
        Line(
            "who controls each of them", f"{control:.2f} s, {peak:,.0f} MiB", f"at most {SECONDS:.0f} s and {MIB:,} MiB",
            control <= SECONDS and peak <= MIB,
            f"{int((found.controller >= 0).sum()):,} are controlled, the presumption counted, {int(found.unsettled.sum())} not settled; "
            "memory is the peak of the process, drawn register included",
        ),
    ]  # fmt: skip


def beside_scipy(companies: int) -> Line:
    """Where one knot holds a tenth of the companies, elimination fills up: a size that it can do."""
    made, _ = _compiled(companies, TANGLED)
    ours = best_seconds(lambda: shared(made))
    theirs, apart = _by_scipy(made)
    return Line(
        f"shares in {companies:,} companies, {_kind(TANGLED)}", f"{ours * 1000:.0f} ms, {theirs / ours:.0f} × scipy", "beside",
        apart <= AGREED, _ratio(ours, theirs, apart),
    )  # fmt: skip


def _kind(tangled: float | None) -> str:
    return "in groups" if tangled is None else "anybody holding anybody"


def _ratio(ours: float, theirs: float, apart: float) -> str:
    return f"scipy {theirs:.2f} s for the least alone, {theirs / ours:.1f} ×, at most {apart:.0e} away"


def _compiled(companies: int, tangled: float | None) -> tuple[Graph, float]:
    drawn = register(companies, 2 * companies, 1, tangled=tangled)
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)  # as in the command
    start = time.perf_counter()
    made = graph(drawn, ON, readings=READINGS)
    return made, time.perf_counter() - start


def shared(made: Graph) -> dict[Right, Together]:
    order = plan(made)
    return {right: together(made, order, right) for right in Right}


def _by_scipy(made: Graph) -> tuple[float, float]:
    """Seconds for the least shares of both rights as linear systems, and the farthest that any of them is from ours."""
    ours = {right: found.low for right, found in shared(made).items()}
    systems = {right: _system(made, right) for right in Right}
    start = time.perf_counter()
    theirs = {right: spsolve(matrix, known) for right, (matrix, known) in systems.items()}
    seconds = time.perf_counter() - start
    asked = (made.start[1:] > made.start[:-1]) & (made.third != 1) & ~made.ends
    return seconds, max(float(np.abs(ours[right] - theirs[right])[asked].max()) for right in Right)


def _system(made: Graph, right: Right) -> tuple[Any, Any]:
    """One equation for each company; a hair on the diagonal, as a circle that holds all of itself leaves it empty."""
    count = len(made.parties)
    holder, held, weight = _weights(made, right)
    third = made.third == 1
    inner = ~(third | made.ends)[holder]
    matrix = csc_matrix((weight[inner], (held[inner], holder[inner])), shape=(count, count))
    return identity(count, format="csc") * (1 + 1e-13) - matrix, np.bincount(held, weight * third[holder], count)


def _weights(made: Graph, right: Right) -> tuple[Any, Any, Any]:
    """Each walk's step with its chance, at the lowest of what was said, what is held in oneself taken out."""
    own = made.holder == made.held
    itself = np.bincount(made.held[own], made.low[right][own], len(made.parties))
    ends = (made.third == 1) | made.ends
    keep = ~own & ~made.broken[right][made.held] & ~ends[made.held] & (made.low[right] > 0)
    holder, held = made.holder[keep], made.held[keep]
    return holder, held, made.low[right][keep] / (WHOLE - itself[held])


def beside_networkx(companies: int) -> Line:
    """networkx puts the companies in order and finds the circles; each is then solved by itself."""
    made, _ = _compiled(companies, None)
    ours = best_seconds(lambda: together(made, plan(made), Right.CAPITAL))
    holder, held, weight = _weights(made, Right.CAPITAL)
    drawn = networkx.DiGraph()
    drawn.add_nodes_from(range(len(made.parties)))
    drawn.add_weighted_edges_from(zip(held.tolist(), holder.tolist(), weight.tolist(), strict=True))
    third = (made.third == 1).tolist()
    theirs = best_seconds(lambda: _by_networkx(drawn, third))
    found = _by_networkx(drawn, third)
    low = together(made, plan(made), Right.CAPITAL).low
    asked = np.flatnonzero((made.start[1:] > made.start[:-1]) & (made.third != 1) & ~made.ends).tolist()
    apart = max(abs(float(low[place]) - found[place]) for place in asked)
    return Line(
        f"shares in {companies:,} companies, capital", f"{ours * 1000:.0f} ms, {theirs / ours:.0f} × networkx", "beside", apart <= AGREED,
        f"networkx {theirs * 1000:,.0f} ms, the least alone; at most {apart:.0e} away",
    )  # fmt: skip


def _by_networkx(drawn: Any, third: list[bool]) -> dict[int, float]:
    value: dict[int, float] = {}
    for part in networkx.strongly_connected_components(drawn):  # what a part leads to comes before it
        nodes = [node for node in part if not third[node]]
        value.update((node, 1.0) for node in part if third[node])
        if len(nodes) == 1:
            value[nodes[0]] = sum(data["weight"] * value[to] for _, to, data in drawn.out_edges(nodes[0], data=True))
        elif nodes:
            place = {node: at for at, node in enumerate(nodes)}
            matrix, known = np.eye(len(nodes)) * (1 + 1e-13), np.zeros(len(nodes))
            for held, holder, data in drawn.out_edges(nodes, data=True):
                if holder in place:
                    matrix[place[held], place[holder]] -= data["weight"]
                else:
                    known[place[held]] += data["weight"] * value[holder]
            value.update(zip(nodes, np.linalg.solve(matrix, known).tolist(), strict=True))
    return value


CONTROL = """
above(X, Y) :- holds(X, Y, _).
above(X, Y) :- above(X, Z), holds(Z, Y, _).
controls(X, Y) :- above(X, Y), X != Y, castable(Y, C), #sum{2*S, X : holds(X, Y, S); 2*S, Z : controls(X, Z), holds(Z, Y, S), Z != Y} > C.
#show controls/2.
"""


def beside_clingo(companies: int) -> Line:
    """clingo finds every controller of every company; the last ones are held against ours, the presumption left out."""
    made, _ = _compiled(companies, None)
    ours = best_seconds(lambda: counted(made))
    program = _program(made)
    start = time.perf_counter()
    relation = _by_clingo(program)
    theirs = time.perf_counter() - start
    agree = sum(_agree(counted(made), relation, company) for company in range(companies))
    return Line(
        f"control of {companies:,} companies", f"{ours * 1000:.1f} ms, {theirs / ours:,.0f} × clingo", "beside", agree == companies,
        f"clingo {theirs:.2f} s, grounding included; {agree:,} of {companies:,} last controllers agree",
    )  # fmt: skip


def _program(made: Graph) -> str:
    unit = WHOLE // 10_000
    votes, own = made.low[Right.VOTES], made.holder == made.held
    castable = np.full(len(made.parties), WHOLE, float) - np.bincount(made.held[own], votes[own], len(made.parties))
    usable = ~own & (votes > 0) & ~made.broken[Right.VOTES][made.held]
    lines = [f"holds({holder},{held},{round(low / unit)})." for holder, held, low in
             zip(made.holder[usable].tolist(), made.held[usable].tolist(), votes[usable].tolist(), strict=True)]  # fmt: skip
    lines += [f"castable({held},{round(castable[held] / unit)})." for held in sorted(set(made.held[usable].tolist()))]
    return "\n".join(lines) + CONTROL


def _by_clingo(program: str) -> dict[int, set[int]]:
    solver = clingo.Control(["--warn=none"])
    solver.add("base", [], program)
    solver.ground([("base", [])])
    above: dict[int, set[int]] = {}

    def keep(model: clingo.Model) -> None:
        for atom in model.symbols(shown=True):
            above.setdefault(atom.arguments[1].number, set()).add(atom.arguments[0].number)

    solver.solve(on_model=keep)
    return above


def _agree(found: Counted, above: dict[int, set[int]], company: int) -> bool:
    """Ours is among the last controllers: those whom nobody controls but companies of their own circle."""
    ours, theirs = int(found.controller[company]), above.get(company, set())
    last = {one for one in theirs if all(one in above.get(other, ()) for other in above.get(one, ()))}
    return ours in last | ({company} if found.circle[company] else set()) if ours >= 0 else not theirs


def one_by_one(companies: int) -> Line:
    """The whole answer for companies drawn at random among all, in processor time; and which of them have a rounded figure."""
    drawn = register(companies, 2 * companies, 1)
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)  # as in the command
    start = time.perf_counter()
    prepared = prepare(drawn, ON, READINGS)
    seconds = time.perf_counter() - start
    chance = random.Random(3)
    taken, parties, chains, rounded = [], [], 0, 0
    for _ in range(ASKED):
        company = f"C{chance.randrange(companies)}"
        taken.append(min(_asked(prepared, company) for _ in range(2)))
        answer = prepared.ownership(company)
        parties.append(len(answer.parties))
        chains += sum(len(one.chains) for one in answer.holders)
        rounded += any(share.rounded for one in answer.holders for share in one.shares.values())
    middle, most, worst = statistics.median(taken) * 1000, statistics.quantiles(taken, n=100)[-1] * 1000, max(taken) * 1000
    within = sum(one * 1000 <= ANSWER_MS for one in taken)
    return Line(
        f"one company's answer with its chains, {companies:,} companies loaded",
        f"{middle:.1f} ms; the slowest of {ASKED} took {worst:.1f} ms", f"{ANSWER_MS:.0f} ms", worst <= ANSWER_MS,
        f"processor time; {within} within {ANSWER_MS:.0f} ms, 99 in 100 within {most:.1f} ms; {statistics.median(parties):.0f} parties "
        f"above a company, at most {max(parties)}; {chains:,} chains; {ASKED - rounded} are exact in every figure; prepared in "
        f"{seconds:.1f} s, {peak_mib():,.0f} MiB",
    )  # fmt: skip


def _asked(prepared: Prepared, company: str) -> float:
    start = time.process_time()
    prepared.ownership(company)
    return time.process_time() - start


def measure(companies: int = 1_000_000) -> list[Line]:
    lines = in_a_process(all_at_once, companies, None) + in_a_process(all_at_once, companies, TANGLED)
    beside = [in_a_process(work, size) for work, size in ((beside_scipy, SMALL), (beside_networkx, SMALL), (beside_clingo, SMALLER))]
    return [*lines, *beside, in_a_process(one_by_one, companies)]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--companies", type=int, default=1_000_000)
    sys.exit(printed(measure(parser.parse_args().companies)))


if __name__ == "__main__":
    main()
