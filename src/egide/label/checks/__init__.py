"""The named questions that a scheme may put to a dossier: what is computed of a label, and what each answer stands on.

A check answers met, not met or unknown, with reasons. A scheme names checks and gives their dated limits; it is loaded with
these names and refuses any other. Nothing that a check says is a qualification: only a line of ANSSI's catalogue is.
"""

from __future__ import annotations

from collections.abc import Mapping

from egide.label.checks.case import Case, Check, Limits, above
from egide.label.checks.contract import CONTRACT
from egide.label.checks.control import CONTROL
from egide.label.checks.holders import HOLDERS
from egide.label.checks.known import Known
from egide.label.checks.parties import PARTIES
from egide.label.checks.places import PLACES
from egide.label.checks.said import Said, both, worst

QUALIFICATION = "agreement_says_qualified_and_catalogue_holds_it"
"""The one check that speaks of the qualification itself; nothing inherits it and nothing computes it."""

CHECKS: Mapping[str, Check] = {check.name: check for check in (*CONTRACT, *PLACES, *HOLDERS, *CONTROL, *PARTIES)}
"""Every check that a scheme may name."""

__all__ = ["CHECKS", "QUALIFICATION", "Case", "Check", "Known", "Limits", "Said", "above", "both", "worst"]
