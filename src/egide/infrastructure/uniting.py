"""Code, plan and state of the same resources are read as one: the plan tells the values, the code the file and the line.

Two readings are of the same resources when at least half of the addresses of the one stand in the other. What a plan that is about
less than its code leaves out, and what a state holds beyond its code, is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from egide.infrastructure.resources import Where

if TYPE_CHECKING:
    from egide.infrastructure.drafts import Draft
    from egide.infrastructure.plan import Drafts

LEAST_SHARE = 0.5


def united(plans: Sequence[Drafts], states: Sequence[Drafts], roots: Sequence[tuple[str, Drafts]]) -> list[Drafts]:
    """The readings, each resource once; ``roots`` are root modules with their folders."""
    kept: list[Drafts] = []
    taken: dict[int, Drafts] = {}
    for plan in plans:
        found = _root_of(plan, roots)
        if found is not None and found not in taken:
            code = roots[found][1]
            _placed(plan, code)
            taken[found] = replace(code, resources=[] if plan.complete else _beyond(code.resources, plan.resources))
        kept.append(plan)
    rest = [taken.get(number, code) for number, (_, code) in enumerate(roots)]
    known = {draft.base for each in (*plans, *(code for _, code in roots)) for draft in each.resources}
    for state in states:
        shared = sum(draft.base in known for draft in state.resources)
        if shared and shared >= LEAST_SHARE * len(state.resources):
            state.resources = [draft for draft in state.resources if draft.base not in known]
    return [*kept, *rest, *states]


def _root_of(plan: Drafts, roots: Sequence[tuple[str, Drafts]]) -> int | None:
    """The root module that a plan was made of: the one that shares most, and among equals the one in the same folder."""
    bases = {draft.base for draft in plan.resources}
    if not bases:
        return None
    folder = str(PurePath(plan.resources[0].where.file).parent)
    shares = [(len(bases & {draft.base for draft in code.resources}), name == folder, number)
              for number, (name, code) in enumerate(roots)]  # fmt: skip
    likely = [one for one in shares if one[0] >= LEAST_SHARE * len(bases)]
    if not likely:
        return None
    best = max(likely)
    equal = [one for one in likely if one[:2] == best[:2]]
    return best[2] if len(equal) == 1 else None


def _placed(plan: Drafts, code: Drafts) -> None:
    """Give the plan's resources the file and the line of their code."""
    lines = {draft.base: draft.where for draft in code.resources}
    for draft in (*plan.resources, *plan.destroyed):
        if found := lines.get(draft.base):
            draft.where = Where(found.file, found.line, draft.address)


def _beyond(code: Sequence[Draft], plan: Sequence[Draft]) -> list[Draft]:
    planned = {draft.base for draft in plan}
    return [draft for draft in code if draft.base not in planned]
