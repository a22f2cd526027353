"""The plan of continuity and recovery (PCA/PRA) and the exercise plan, as DOCX or ODT: to be completed, decided and signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.papers.continuity.context import context
from egide.papers.notes.base import FORMATS, base_template
from egide.papers.notes.naming import worded
from egide.papers.notes.template import compiled, fill

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.continuity import Continuity
    from egide.continuity.leaving import Terms

ROOM = "egide.papers.continuity"
ENDINGS = {
    ("plan", "fr"): "plan-de-continuite-et-de-reprise", ("plan", "en"): "continuity-and-recovery-plan",
    ("exercise", "fr"): "plan-d-exercice", ("exercise", "en"): "exercise-plan",
}  # fmt: skip


def plans(made: Continuity, terms: Terms, lang: str) -> Mapping[str, bytes]:
    """Both papers in both formats, by file name; no exercise where nothing is known to be lost."""
    values = context(made, terms, lang)
    written = {}
    for paper in ("plan", *(("exercise",) if values["exercise"] else ())):
        own = {**values, "title": values["exercise"]["title"]} if paper == "exercise" else values
        for kind in FORMATS:
            name = f"{paper}.{kind}"
            template = compiled(base_template(paper, lang, kind, ROOM), name)
            written[f"{worded(made.declared.name)}-{ENDINGS[paper, lang]}.{kind}"] = fill(template, own)
    return written
