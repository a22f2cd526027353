"""Which offers meet a need at least cost, which spare stands by, and why the others lost.

    from egide.planner import Limits, plan
    answer = plan(need, market, admission, Limits())

Doctrine comes first: what the law refuses arrives as refusals and is never chosen, however cheap. What is left is pruned to one machine
per component and place, solved exactly (CP-SAT), and verified by `verify`, which knows nothing of the solver. Names are imported when
they are first used: the solver is an extra, and verifying a plan needs none of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from egide.planner.market import Machine, Market, Place
    from egide.planner.need import Component, Flow, Need
    from egide.planner.plans import Plan, Status
    from egide.planner.shortlist import Candidates, candidates
    from egide.planner.solve import Limits, plan
    from egide.planner.verifying import verify

HOME = {
    "Candidates": "shortlist", "Component": "need", "Flow": "need", "Limits": "solve", "Machine": "market", "Market": "market",
    "Need": "need", "Place": "market", "Plan": "plans", "Status": "plans", "candidates": "shortlist", "plan": "solve",
    "verify": "verifying",
}  # fmt: skip
__all__ = [
    "Candidates", "Component", "Flow", "Limits", "Machine", "Market", "Need", "Place", "Plan", "Status", "candidates", "plan", "verify",
]  # fmt: skip


def __getattr__(name: str) -> object:
    if name not in HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{HOME[name]}"), name)
