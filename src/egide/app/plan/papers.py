"""Where a plan goes: the file for programs, the page, the workbook, and its costs as FOCUS lines, in one folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app.files import write_all

if TYPE_CHECKING:
    from egide.planner.plan_file import PlanFile

PLAN, PAGE, WORKBOOK, COSTS = "plan.json", "plan.html", "plan.xlsx", "focus.csv"


def save(made: PlanFile, offers: Mapping[str, str], folder: Path, lang: str, *, force: bool = False) -> list[Path]:
    """Write all of them; nothing is written when one would go over an existing file. Without a plan there are no cost lines.

    Returns the paths. Raises `WouldOverwriteError`, `InputError`.
    """
    from egide.papers.plan.focus import focus_csv
    from egide.papers.plan.page import plan_page
    from egide.papers.plan.workbook import plan_workbook
    from egide.planner.plan_file import plan_bytes

    files = {PLAN: plan_bytes(made), PAGE: plan_page(made, lang, offers).encode(), WORKBOOK: plan_workbook(made, lang, offers)}
    if made.placements:
        files[COSTS] = focus_csv(made)
    return write_all(folder, files, force)
