"""The figures that are ours where a service has none of its own: each with its reason, printed wherever it counted.

They are no law and no measure: they stand in for an exercise that nobody has run yet. A service replaces any of them under
``continuity.parameters``; what is reachable is computed with them, what is current never is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from egide.vocabulary.language import N_


@dataclass(frozen=True, slots=True)
class Parameter:
    """One figure, its unit and why it is what it is."""

    name: str
    value: int
    unit: str
    """``s``, ``days`` or ``weight``."""
    why: str


_ALL = (
    Parameter("switch_traffic", 300, "s", N_("turning traffic to a copy that serves already; ours, to be measured")),
    Parameter("scale_up", 900, "s", N_("bringing a copy that runs small to full size; ours, to be measured")),
    Parameter("start_machines", 3600, "s", N_("starting machines beside data that are there; ours, to be measured")),
    Parameter("restore", 28_800, "s", N_("making machines and restoring a backup; ours, to be measured")),
    Parameter("replication_lag", 60, "s", N_("how far a copy's data stand behind; ours, to be measured")),
    Parameter("backup_every", 86_400, "s", N_("one backup a day; ours, to be chosen")),
    Parameter("test_days", 366, "days", N_("a test counts for a year (SecNumCloud 3.2, chapter 17: yearly)")),
    Parameter("exercise_in_days", 30, "days", N_("time to prepare an exercise; ours, to be chosen")),
    Parameter("weight_targets", 1, "weight", N_("every part weighs the same unless the service says otherwise")),
    Parameter("weight_tests", 1, "weight", N_("every part weighs the same unless the service says otherwise")),
    Parameter("weight_independence", 1, "weight", N_("every part weighs the same unless the service says otherwise")),
    Parameter("weight_procedures", 1, "weight", N_("every part weighs the same unless the service says otherwise")),
)
PARAMETERS: Mapping[str, Parameter] = {one.name: one for one in _ALL}


def value(given: Mapping[str, int], name: str) -> int:
    """The service's own figure, else ours."""
    return given.get(name, PARAMETERS[name].value)
