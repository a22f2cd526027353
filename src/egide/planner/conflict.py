"""When nothing is feasible: a smallest set of requirements that cannot hold together, and the cheapest way to let some go.

What can hold at all is asked of a model without prices, in which each requirement hangs on a literal. The solver names the literals
that its proof needs; each is then left out in turn, and stays out if the rest still blocks: no part of the set blocks. When only the
budget stands in the way, the rest of the set is found by halves (QuickXplain, Junker 2004) over cheapest plans.
What the law asks may be named in a conflict; it is never among what is let go.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from egide.planner.formulation import Formulation, formulate
from egide.planner.plans import Plan, Requirement, Status
from egide.planner.pruning import pruned
from egide.planner.requirements import ADMISSION, BUDGET, SIZES, requirements
from egide.planner.shortlist import Admission, Candidates, candidates
from egide.planner.solve import Limits, plan, run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.planner.market import Market
    from egide.planner.need import Need

MOST_RELAXATIONS = 12
"""So many equally small ways to let go are priced."""


class UndecidedError(Exception):
    """The search ended before it could say."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """What to let go, and the plan that it gives."""

    dropped: tuple[Requirement, ...]
    plan: Plan
    cheapest: bool
    """Whether every equally small way was priced."""


@dataclass(frozen=True, slots=True)
class Infeasible:
    """The question, with what was already found out."""

    need: Need
    market: Market
    admission: Admission
    known: Candidates
    limits: Limits

    def without_budget(self) -> Infeasible:
        """The same question, whatever it costs."""
        return replace(self, need=replace(self.need, budget=None))


def asked(need: Need, market: Market, admission: Admission, limits: Limits | None = None, found: Candidates | None = None) -> Infeasible:
    """The question, ready to be put."""
    return Infeasible(need, market, admission, found or candidates(need, market, admission), limits or Limits())


def minimal_conflict(question: Infeasible) -> tuple[Requirement, ...]:
    """A smallest set that blocks; empty when nothing does. Raises `UndecidedError`."""
    if sizes := _unsold(question):
        return sizes
    made = _guarded(question)
    kept = _blocking(made, list(made.guards), question.limits)
    for one in tuple(kept):
        if one in kept:
            smaller = _blocking(made, [other for other in kept if other != one], question.limits)
            kept = smaller or kept
    if not kept and question.need.budget is not None:
        kept = _with_budget(question)
    return tuple(one for one in requirements(question.need, question.known) if one in set(kept))


def _unsold(question: Infeasible) -> tuple[Requirement, ...]:
    known = question.known
    without = [one.id for one in question.need.components if not known.kept[one.id] and not known.would[one.id]]
    return (Requirement(SIZES, (without[0],)),) if without else ()


def _guarded(question: Infeasible) -> Formulation:
    need, known = question.need, question.known
    every = {one.id: {**known.kept[one.id], **known.would[one.id]} for one in need.components}
    return formulate(need, question.market, known, pruned(need, question.market, every, broken=known.broken), guarded=True)


def _blocking(made: Formulation, assumed: Sequence[Requirement], limits: Limits) -> list[Requirement]:
    """Those of the assumed that the solver needed for its proof; empty when they can hold together."""
    made.model.clear_assumptions()
    made.model.add_assumptions([made.guards[one] for one in assumed])
    solver, status, _ = run(made.model, limits)
    if status is Status.UNDECIDED:
        raise UndecidedError
    if status is not Status.INFEASIBLE:
        return []
    named = {made.guards[one].index: one for one in assumed}
    return [named[index] for index in solver.sufficient_assumptions_for_infeasibility() if index in named] or list(assumed)


def _with_budget(question: Infeasible) -> list[Requirement]:
    """The budget, and a smallest set of others without which there is a plan within it."""
    every = [one for one in requirements(question.need, question.known) if one.kind != BUDGET]

    def too_dear(held: Sequence[Requirement]) -> bool:
        let_go = frozenset(every) - frozenset(held)
        cheapest = plan(question.need, question.market, question.admission, question.limits, found=question.known, dropped=let_go)
        if cheapest.status is Status.UNDECIDED:
            raise UndecidedError
        return cheapest.status is Status.INFEASIBLE

    def smallest(background: list[Requirement], doubtful: list[Requirement], *, changed: bool) -> list[Requirement]:
        if changed and too_dear(background):
            return []
        if len(doubtful) == 1:
            return doubtful
        half = len(doubtful) // 2
        first, second = doubtful[:half], doubtful[half:]
        from_second = smallest(background + first, second, changed=bool(first))
        from_first = smallest(background + from_second, first, changed=bool(from_second))
        return from_first + from_second

    if not too_dear(every):
        return []
    budget = [Requirement(BUDGET)]
    return budget + ([] if too_dear([]) or not every else smallest([], every, changed=False))


def cheapest_relaxation(question: Infeasible) -> Relaxation | None:
    """The fewest requirements to let go, and of those the cheapest plan; None when the law and the sizes alone leave nothing.

    When only the budget stands in the way it is what is let go: the plan says how much would do. Raises `UndecidedError`.
    """
    if _unsold(question):
        return None
    made = _guarded(question)
    soft = {one: guard for one, guard in made.guards.items() if one.kind != ADMISSION}
    for one, guard in made.guards.items():
        if one not in soft:
            made.model.add(guard == 1)
    made.model.maximize(sum(soft.values()))
    ways: list[frozenset[Requirement]] = []
    fewest: int | None = None
    for _ in range(MOST_RELAXATIONS + 1):
        solver, status, _ = run(made.model, question.limits)
        if status is Status.UNDECIDED:
            raise UndecidedError
        if status is Status.INFEASIBLE:
            break
        dropped = frozenset(one for one, guard in soft.items() if not solver.boolean_value(guard))
        fewest = len(dropped) if fewest is None else fewest
        if len(dropped) > fewest:
            break
        ways.append(dropped)
        if not dropped:
            break
        made.model.add_bool_or([soft[one] for one in dropped])
    return _cheapest_of(question, ways)


def _cheapest_of(question: Infeasible, ways: Sequence[frozenset[Requirement]]) -> Relaxation | None:
    priced: list[tuple[int, tuple[Requirement, ...], Plan]] = []
    for dropped in ways[:MOST_RELAXATIONS]:
        over = frozenset({Requirement(BUDGET)}) if question.need.budget is not None else frozenset[Requirement]()
        within = plan(question.need, question.market, question.admission, question.limits, found=question.known, dropped=dropped)
        let_go = dropped
        if not within.placements:
            let_go = dropped | over
            within = plan(question.need, question.market, question.admission, question.limits, found=question.known, dropped=let_go)
        if within.placements:
            named = tuple(one for one in requirements(question.need, question.known) if one in let_go)
            priced.append((within.total, named, within))
    if not priced:
        return None
    _, named, cheapest = min(priced, key=lambda one: (len(one[1]), one[0], [str(each) for each in one[1]]))
    return Relaxation(named, cheapest, len(ways) <= MOST_RELAXATIONS)
