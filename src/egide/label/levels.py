"""Levels of a scheme: what each asks, and the highest that is reached (Gaia-X Compliance Document 24.11).

Each level is put by itself, with every requirement that it asks and at the strength at which it asks it; a level that does
not name a requirement does not ask for it, for a higher one may replace it by a stricter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.label.checks import worst
from egide.label.results import LevelReached
from egide.label.stages import Demand
from egide.vocabulary.findings import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from egide.label.results import RequirementFinding
    from egide.label.scheme import Requirement, Scheme

STRENGTHS = (Demand.DECLARATION, Demand.CERTIFICATION)
"""What levels ask, weakest first."""


def strictest(requirement: Requirement) -> Demand:
    """The most that any level asks of it; evidence where no level does."""
    asked = {Demand(how) for how in requirement.levels.values()}
    return max(asked, key=STRENGTHS.index) if asked else Demand.EVIDENCE


def reached(scheme: Scheme, found: Mapping[Demand, Mapping[str, RequirementFinding]]) -> tuple[LevelReached, ...]:
    """Each level, lowest first, with the mandatory requirements in its way; what does not concern the offer is not asked."""
    return tuple(_level(level, scheme.requirements, found) for level in scheme.levels)


def _level(level: str, requirements: Sequence[Requirement], found: Mapping[Demand, Mapping[str, RequirementFinding]]) -> LevelReached:
    asked = [one for one in requirements if level in one.levels and one.binding == "mandatory"]
    answers = {one.id: found[Demand(one.levels[level])][one.id].answer for one in asked if one.id in found[Demand(one.levels[level])]}
    short = tuple(number for number, answer in answers.items() if answer is not Answer.MET)
    return LevelReached(level, worst(answers.values()), short)


def highest(levels: Sequence[LevelReached]) -> str | None:
    """The highest level whose own list is met, for each list holds what the lower ones ask or something stricter; None when none is."""
    return next((one.level for one in reversed(levels) if one.answer is Answer.MET), None)
