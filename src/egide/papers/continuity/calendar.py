"""The exercise and the dated steps as a calendar that agendas import: the same bytes for the same answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.continuity.exercise import rehearsal
from egide.continuity.leaving import steps
from egide.papers.continuity.context import exercise
from egide.papers.continuity.words import Teller
from egide.vocabulary.agenda import Event, written
from egide.vocabulary.language import N_, language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from egide.continuity import Continuity
    from egide.continuity.leaving import Terms

ALARM_DAYS = 14


def calendar(made: Continuity, terms: Terms, lang: str) -> bytes:
    """The next exercise, and every step that the law dates when something was lost."""
    return written("Continuity", _events(made, terms, Teller(made, language(lang))), made.on, lang, f"continuity {made.declared.name}")


def _events(made: Continuity, terms: Terms, told: Teller) -> Iterator[Event]:
    plan, said = rehearsal(made), exercise(made, told)
    if plan is not None:
        title = told.t(N_("Exercise: {scenario} ({service})"), scenario=said["scenario"], service=made.declared.name)
        told_by = tuple(f"{one['after']} – {one['what']} ({one['to']})" for one in said["injects"])
        yield Event(f"exercise {plan.cell.disruption}", plan.on, plan.on, title, told_by, alarm_days=ALARM_DAYS)
    if made.lost is not None:
        for step in steps(made, made.lost, terms):
            if step.by is not None:
                words = told.step(step)
                said_of = (words["who"], words["source"])
                yield Event(f"step {step.what.code}", step.by, step.by, words["what"], said_of, alarm_days=ALARM_DAYS)
