"""From a need to a plan: prune, solve, read the answer off; when nothing is feasible, say what stands against what.

One worker and a full linear relaxation (`linearization_level` 2): on two cores, two workers gave no proof in 120 s where one gave it in 2.
The search is cut by deterministic time, so that the same input gives the same plan on any machine; a cut by the clock says so.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from egide.planner.costs import crossing
from egide.planner.formulation import Formulation, formulate, least_cost, open_to
from egide.planner.need import INTERNET
from egide.planner.plans import Plan, Requirement, Status, Transfer
from egide.planner.pruning import pruned
from egide.planner.shortlist import Admission, Candidates, candidates

if TYPE_CHECKING:
    from egide.planner.market import Market
    from egide.planner.need import Need

Progress = Callable[[int | None, int | None], None]
"""The best total and the bound so far, in micro-euros; called from another thread."""
STATUS = {cp_model.OPTIMAL: Status.OPTIMAL, cp_model.FEASIBLE: Status.FEASIBLE, cp_model.INFEASIBLE: Status.INFEASIBLE}
POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to search."""

    deterministic_seconds: float = 60.0
    """The solver's own measure of work: about a second each, the same on every machine."""
    wall_seconds: float | None = None
    """A plan that this cut cannot be replayed."""


def plan(
    need: Need, market: Market, admission: Admission, limits: Limits | None = None, *, found: Candidates | None = None,
    dropped: frozenset[Requirement] = frozenset(), hint: Plan | None = None, progress: Progress | None = None,
) -> Plan:
    """The cheapest plan, or the proof that there is none. ``hint`` is a plan to begin from; ``dropped`` requirements are let go."""
    known = found or candidates(need, market, admission)
    options = open_to(need, known, dropped)
    if not all(options.values()):
        return Plan(Status.INFEASIBLE, refused=known.refused)
    made = formulate(need, market, known, pruned(need, market, options, dropped), dropped=dropped)
    least_cost(made)
    if hint is not None:
        for (component, place), one in made.at.items():
            made.model.add_hint(one, hint.place_of.get(component) == place)
    solver, status, cut = run(made.model, limits or Limits(), progress, made.scale)
    if status not in (Status.OPTIMAL, Status.FEASIBLE):
        return Plan(status, refused=known.refused, replayable=not cut, effort=solver.response_proto.deterministic_time)
    return replace(read_off(made, solver, status), refused=known.refused, replayable=not cut)


def run(
    model: cp_model.CpModel, limits: Limits, progress: Progress | None = None, scale: int = 1
) -> tuple[cp_model.CpSolver, Status, bool]:
    """The solver after its search, how it ended, and whether the clock cut it. An interrupt stops the search and is raised."""
    solver = cp_model.CpSolver()
    settings = solver.parameters
    settings.num_workers = 1
    settings.linearization_level = 2
    settings.random_seed = 0
    settings.max_deterministic_time = limits.deterministic_seconds
    settings.catch_sigint_signal = False
    if limits.wall_seconds is not None:
        settings.max_time_in_seconds = limits.wall_seconds
    if progress is not None:
        solver.best_bound_callback = lambda bound: progress(None, round(bound * scale))
    ended: list[Status] = []
    told = _Told(progress, scale) if progress is not None else None

    over = threading.Event()

    def search() -> None:
        try:
            ended.append(STATUS.get(solver.solve(model, told), Status.UNDECIDED))
        finally:
            over.set()

    # the solver is native and deaf to signals: it works beside, so that Ctrl-C is heard here. An event, since `Thread.join` that is
    # interrupted (Python 3.11) takes the thread for ended, and the process would then die under the solver's feet
    threading.Thread(target=search, name="solver", daemon=True).start()
    try:
        while not over.wait(POLL_SECONDS):
            pass
    except BaseException:
        solver.stop_search()
        over.wait()
        raise
    if not ended:
        raise RuntimeError("the solver ended without an answer")
    cut = limits.wall_seconds is not None and ended[0] is not Status.OPTIMAL and solver.wall_time >= limits.wall_seconds * 0.99
    return solver, ended[0], cut


class _Told(cp_model.CpSolverSolutionCallback):
    """Passes each better plan on."""

    def __init__(self, progress: Progress, scale: int) -> None:
        super().__init__()
        self._progress, self._scale = progress, scale

    def on_solution_callback(self) -> None:
        self._progress(round(self.objective_value * self._scale), round(self.best_objective_bound * self._scale))


def read_off(made: Formulation, solver: cp_model.CpSolver, status: Status) -> Plan:
    """The plan that the solver found, its costs added anew."""
    need, market = made.need, made.market
    chosen = {component: place for (component, place), one in made.at.items() if solver.boolean_value(one)}
    placements = tuple(made.options[component.id][chosen[component.id]] for component in need.components)
    transfers = []
    for flow in need.flows:
        if flow.target != INTERNET:
            cost = crossing(flow, market.places[chosen[flow.source]], market.places[chosen[flow.target]])
            if cost:
                transfers.append(Transfer(flow.source, flow.target, flow.milli_gb, cost))
    providers = sorted({market.places[place].provider for place in chosen.values()})
    fixed = tuple((provider, need.fixed[provider]) for provider in providers if need.fixed.get(provider))
    made_plan = Plan(status, placements, tuple(transfers), fixed, effort=solver.response_proto.deterministic_time)
    bound = made_plan.total if status is Status.OPTIMAL else round(solver.best_objective_bound * made.scale)
    return replace(made_plan, bound=bound)
