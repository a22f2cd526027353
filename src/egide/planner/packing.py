"""Several components on one machine: the fewest euros for the machines that hold all instances, when some components may not share one.

A machine holds a set of components, one instance of each at the most. The sets that no conflict forbids are few; for each, the
cheapest offer that is large enough for their sum is enough. What is left is to choose how many machines of each set: exact.
Source of the problem and of the words: the SAGE and Zephyrus deployment problems (bounds, conflicts, dependencies, alternatives).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from egide.planner.plans import Status
from egide.planner.solve import Limits, run

if TYPE_CHECKING:
    from egide.planner.solve import Progress

MOST_SETS = 200_000


class TooManySetsError(ValueError):
    """More sets of components may share a machine than are tried."""


@dataclass(frozen=True, slots=True)
class Part:
    """One component: what one instance takes of a machine."""

    id: int
    name: str
    cpus: int
    ram: int
    disk: int
    system: str | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """One offer of a machine, at a price in whole units of the source."""

    id: str
    cpus: int
    ram: int
    disk: int
    price: int
    system: str | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """The instances of some components together, at least and at most; both the same for an exact number."""

    parts: tuple[int, ...]
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Provides:
    """``needed`` of the provider's service for each instance of ``by``; each instance of ``of`` provides ``given``."""

    by: int
    of: int
    needed: int
    given: int


@dataclass(frozen=True, slots=True)
class Packing:
    """What is to be packed."""

    parts: tuple[Part, ...]
    conflicts: frozenset[tuple[int, int]] = frozenset()
    """Ordered pairs that may not share a machine."""
    bounds: tuple[Bound, ...] = ()
    provides: tuple[Provides, ...] = ()
    either: tuple[tuple[int, int], ...] = ()
    """One of the two is deployed, not both; what hangs on the other then falls away."""
    everywhere: tuple[int, ...] = ()
    """On every machine that holds anything it has no conflict with."""
    equal: tuple[tuple[int, ...], ...] = ()
    """As many instances of each."""


@dataclass(frozen=True, slots=True)
class Packed:
    """The machines, each with what it holds."""

    status: Status
    machines: tuple[tuple[str, tuple[int, ...]], ...] = ()
    price: int | None = None


def pack(asked: Packing, boxes: Sequence[Box], limits: Limits | None = None, *, progress: Progress | None = None) -> Packed:
    """The cheapest machines. Raises `TooManySetsError`."""
    sets = {held: box for held in _sets(asked) if (box := _cheapest(asked, held, boxes))}
    model = cp_model.CpModel()
    most = _most_instances(asked)
    count = {held: model.new_int_var(0, most, str(held)) for held in sets}
    instances = {
        part.id: cp_model.LinearExpr.sum([one for held, one in count.items() if part.id in held]) for part in asked.parts
    }  # fmt: skip
    deployed = {part.id: model.new_bool_var(f"deployed{part.id}") for part in asked.parts}
    optional = {part for pair in asked.either for part in pair}
    for part in asked.parts:
        model.add(instances[part.id] >= deployed[part.id])
        model.add(instances[part.id] <= most * deployed[part.id])
        if part.id not in optional:
            model.add(deployed[part.id] == 1)
    for one, other in asked.either:
        model.add(deployed[one] + deployed[other] == 1)
    _counts(asked, model, instances, deployed, optional)
    model.minimize(sum(one * sets[held].price for held, one in count.items()))
    solver, status, _ = run(model, limits or Limits(), progress)
    if status not in (Status.OPTIMAL, Status.FEASIBLE):
        return Packed(status)
    machines = [(sets[held].id, held) for held, one in count.items() for _ in range(solver.value(one))]
    return Packed(status, tuple(sorted(machines)), sum(sets[held].price for held, one in count.items() for _ in range(solver.value(one))))


def _counts(
    asked: Packing, model: cp_model.CpModel, instances: Mapping[int, cp_model.LinearExpr], deployed: Mapping[int, cp_model.IntVar],
    optional: set[int],
) -> None:
    for bound in asked.bounds:
        total = sum(instances[part] for part in bound.parts)
        if bound.most is not None:
            model.add(total <= bound.most)
        if bound.least is not None:
            row = model.add(total >= bound.least)
            if len(bound.parts) == 1 and bound.parts[0] in optional:
                row.only_enforce_if(deployed[bound.parts[0]])
    for one in asked.provides:
        row = model.add(one.needed * instances[one.by] <= one.given * instances[one.of])
        if one.of in optional:
            row.only_enforce_if(deployed[one.of])
    for group in asked.equal:
        for part in group[1:]:
            model.add(instances[part] == instances[group[0]])


def _sets(asked: Packing) -> Iterator[tuple[int, ...]]:
    """Every set of components that may share a machine, with whatever must be on every machine."""
    apart: dict[int, set[int]] = {part.id: set() for part in asked.parts}
    for one, other in asked.conflicts:
        apart[one].add(other)
        apart[other].add(one)
    ids = [part.id for part in asked.parts]
    made = 0
    waiting: list[tuple[tuple[int, ...], int]] = [((), 0)]
    while waiting:
        held, place = waiting.pop()
        if held and all(part in held or apart[part] & set(held) for part in asked.everywhere):
            made += 1
            if made > MOST_SETS:
                raise TooManySetsError
            yield held
        waiting += [
            ((*held, ids[after]), after + 1) for after in range(place, len(ids)) if not apart[ids[after]] & set(held)
        ]  # fmt: skip


def _cheapest(asked: Packing, held: tuple[int, ...], boxes: Sequence[Box]) -> Box | None:
    parts = [part for part in asked.parts if part.id in held]
    cpus, ram, disk = sum(part.cpus for part in parts), sum(part.ram for part in parts), sum(part.disk for part in parts)
    systems = {part.system for part in parts if part.system}
    fits = [
        box for box in boxes
        if box.cpus >= cpus and box.ram >= ram and box.disk >= disk
        and (not systems or (len(systems) == 1 and box.system in (*systems, None)))
    ]  # fmt: skip
    return min(fits, key=lambda box: (box.price, box.id), default=None)


def _most_instances(asked: Packing) -> int:
    """No plan needs more of anything: the sum of all that is asked for, carried through what provides what."""
    named = sum(max(bound.least or 0, bound.most or 0) for bound in asked.bounds)
    carried = sum(one.needed + one.given for one in asked.provides)
    return 10 + (named + len(asked.parts)) * (1 + carried)
