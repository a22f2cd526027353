"""Every company of a register at once, in columns: collective shares of third entities, and who controls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from egide.ownership.holdings import Right
from egide.ownership.ordering import Plan, plan
from egide.ownership.presumed import Controllers, controllers
from egide.ownership.sweeps import Together, together

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.ownership.day import Column
    from egide.ownership.graph import Graph


@dataclass(frozen=True, slots=True)
class Everyone:
    """Columns by party, in the order of `Graph.parties`; shares are parts of one."""

    low: Mapping[Right, Column]
    """Least collective share of third entities, by look-through."""
    high: Mapping[Right, Column]
    within: float
    """How far at most any of them is from the bounds that solve the equations of the walk, rounding included."""
    control: Controllers


def everyone(made: Graph, order: Plan | None = None) -> Everyone:
    """All companies of the graph. The order of the graph may be given when it was made before."""
    planned = order or plan(made)
    found = {right: together(made, planned, right) for right in Right}
    return Everyone(
        {right: found[right].low for right in Right}, {right: found[right].high for right in Right},
        max(found[right].within for right in Right), controllers(made),
    )  # fmt: skip


__all__ = ["Controllers", "Everyone", "Plan", "Together", "controllers", "everyone", "plan", "together"]
