"""Two assessments of one scheme side by side: two offers on one day, or one offer on two days.

Requirement by requirement, who stands better where, until when, and how far each is exposed. Nothing here ranks the offers: an
offer that is better on two hundred points and fails one mandatory point fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from egide.label.gaps import number
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from datetime import date

    from egide.label.results import LabelAssessment, RequirementFinding
    from egide.vocabulary.language import Text

RANK = {Answer.NOT_MET: 0, Answer.UNKNOWN: 1, Answer.MET: 2}


class Side(StrEnum):
    """Who stands better on one point."""

    FIRST = "first"
    SECOND = "second"
    SAME = "same"
    APART = "not-comparable"
    """Only one of them is asked."""


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement or objective in both."""

    requirement: str
    title: Text
    binding: str
    first: RequirementFinding | None
    """None: it does not concern that offer."""
    second: RequirementFinding | None
    better: Side


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One level, or one objective with its levels, in both."""

    name: str
    first: Answer | None
    second: Answer | None
    first_level: int | None = None
    second_level: int | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two assessments of one scheme."""

    first: LabelAssessment
    second: LabelAssessment
    rows: tuple[Row, ...]
    """Every requirement that either is asked, in the text's order."""
    levels: tuple[LevelRow, ...]
    only_first: tuple[str, ...]
    """Countries to which only the first is exposed."""
    only_second: tuple[str, ...]

    def better(self, side: Side) -> tuple[Row, ...]:
        """The rows where that side stands better."""
        return tuple(row for row in self.rows if row.better is side)

    @property
    def until(self) -> tuple[date | None, date | None]:
        """Until when what each meets holds."""
        return self.first.until, self.second.until


def compare(first: LabelAssessment, second: LabelAssessment) -> Comparison:
    """Both side by side. Raises `InputError` when they are not of one scheme in one version: nothing would compare."""
    if (first.scheme.id, first.scheme.version) != (second.scheme.id, second.scheme.version):
        named = {"first": f"{first.scheme.id} {first.scheme.version}", "second": f"{second.scheme.id} {second.scheme.version}"}
        raise InputError(N_("two assessments of one scheme compare; these are of {first} and {second}"), values=named)
    left, right = ({one.id: one for one in side.findings} for side in (first, second))
    rows = tuple(_row(left.get(one), right.get(one)) for one in sorted({*left, *right}, key=number))
    return Comparison(
        first, second, rows, _levels(first, second), tuple(sorted(set(first.exposure) - set(second.exposure))),
        tuple(sorted(set(second.exposure) - set(first.exposure))),
    )  # fmt: skip


def _row(first: RequirementFinding | None, second: RequirementFinding | None) -> Row:
    known = first or second
    assert known is not None  # noqa: S101 - the number comes from one of them
    if first is None or second is None:
        better = Side.APART
    elif first.answer is second.answer:
        better = Side.SAME
    else:
        better = Side.FIRST if RANK[first.answer] > RANK[second.answer] else Side.SECOND
    return Row(known.id, known.title, known.binding, first, second, better)


def _levels(first: LabelAssessment, second: LabelAssessment) -> tuple[LevelRow, ...]:
    """Levels of both; for a weighted scheme its objectives."""
    if first.objectives or second.objectives:
        left, right = ({one.objective: one for one in side.objectives} for side in (first, second))
        return tuple(
            LevelRow(name, left[name].answer if name in left else None, right[name].answer if name in right else None,
                     left[name].level if name in left else None, right[name].level if name in right else None)
            for name in dict.fromkeys((*left, *right))
        )  # fmt: skip
    steps, others = ({one.level: one.answer for one in side.levels} for side in (first, second))
    return tuple(LevelRow(name, steps.get(name), others.get(name)) for name in dict.fromkeys((*steps, *others)))
