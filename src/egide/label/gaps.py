"""What is missing for a label, in the order of work.

Documented order: what is mandatory before what is recommended; then what most depends on it (requirements that stand on it, through
others too, steps of the road, layers above); then cost: the provider's own estimate, least first, and after those the scheme's
order of effort; then the text's own order. The order is ours and the provider's: it says nothing of what evaluators find.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from egide.label.loading import matches
from egide.label.results import Gap, Missing
from egide.label.road import gap_step
from egide.vocabulary.findings import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from egide.label.results import LabelAssessment, RequirementFinding, Road
    from egide.label.scheme import Scheme

BINDINGS = ("mandatory", "recommended", "apart")
EFFORTS = ("small", "medium", "large", "")


def gaps(assessment: LabelAssessment, road: Road | None = None, schemes: Sequence[Scheme] = ()) -> tuple[Gap, ...]:
    """Every requirement that is not met or not known, the first to close first.

    ``schemes`` are the ones at hand: the assessed one gives the order of work, the others what the same evidence also serves.
    """
    scheme = next((one for one in schemes if one.id == assessment.scheme.id), None)
    waiting = _waiting(scheme)
    steps = _steps(road)
    found = [
        _gap(one, assessment, waiting.get(one.id, ()), steps.get(one.id, ()), schemes)
        for one in assessment.findings if one.answer is not Answer.MET
    ]  # fmt: skip
    efforts = {one.id: one.effort for one in scheme.requirements} if scheme else {}
    return tuple(sorted(found, key=lambda gap: _order(gap, efforts)))


def _order(gap: Gap, efforts: Mapping[str, str]) -> tuple[object, ...]:
    cost = (0, gap.cost_eur) if gap.cost_eur is not None else (1, EFFORTS.index(efforts.get(gap.requirement, "")))
    return (BINDINGS.index(gap.binding), -len(gap.blocks), cost, number(gap.requirement))


def number(requirement: str) -> tuple[tuple[int, str], ...]:
    """A requirement's number as people count: 5.10 after 5.9."""
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"[.\-]|(?<=\d)(?=\D)|(?<=\D)(?=\d)", requirement))


def _gap(
    finding: RequirementFinding, assessment: LabelAssessment, waiting: Iterable[str], steps: Iterable[str], schemes: Sequence[Scheme],
) -> Gap:  # fmt: skip
    dossier = assessment.dossier
    short = [one for one in finding.layers if one.layer != dossier.id and one.answer is not Answer.MET]
    blocks = (*waiting, *steps, *((dossier.id,) if short else ()))
    missing = finding.missing or tuple(Missing(one.because, None, finding.owner) for one in short)
    return Gap(
        finding.id, finding.answer, finding.because, missing, blocks, _cost(finding.id, dossier.efforts), finding.binding,
        served(finding.id, assessment.scheme.id, schemes),
    )  # fmt: skip


def _cost(requirement: str, efforts: Mapping[str, int]) -> int | None:
    """The provider's estimate for it, the nearest pattern first."""
    fitting = [one for one in efforts if matches(one, requirement)]
    return efforts[max(fitting, key=lambda one: (one == requirement, len(one)))] if fitting else None


def _waiting(scheme: Scheme | None) -> dict[str, tuple[str, ...]]:
    """For each requirement, those that stand on it, through others too, in the text's order."""
    if scheme is None:
        return {}
    above: dict[str, list[str]] = defaultdict(list)
    for one in scheme.requirements:
        for below in one.stands_on:
            above[below].append(one.id)
    return {one.id: tuple(sorted(_reached(one.id, above), key=number)) for one in scheme.requirements if one.id in above}


def _steps(road: Road | None) -> dict[str, tuple[str, ...]]:
    """For each requirement whose gap is a step of the road, the other steps that wait for it."""
    if road is None:
        return {}
    after: dict[str, list[str]] = defaultdict(list)
    for milestone in road.milestones:
        for before in milestone.after:
            after[before].append(milestone.id)
    own = gap_step("")
    return {
        one.id.removeprefix(own): tuple(sorted(step for step in _reached(one.id, after) if not step.startswith(own)))
        for one in road.milestones if one.id.startswith(own)
    }  # fmt: skip


def _reached(start: str, edges: Mapping[str, Sequence[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(edges.get(start, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += edges.get(one, ())
    return found - {start}


def served(requirement: str, scheme_id: str, schemes: Sequence[Scheme]) -> tuple[str, ...]:
    """What the evidence for it also serves in other schemes: what it answers and what it supports, never what only looks alike.

    A correspondence with a whole scheme speaks of its certificate, not of the evidence for one requirement.
    """
    return tuple(sorted({
        f"{scheme.id}#{one.requirement}" for scheme in schemes if scheme.id != scheme_id for one in scheme.correspondences
        if one.scheme == scheme_id and one.relation != "differs" and one.other != "*" and matches(one.other, requirement)
    }))  # fmt: skip
