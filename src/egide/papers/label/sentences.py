"""The sentence that opens each part of a report: what was found, in words, before the table that shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.label.dossier import PathState
from egide.papers.label import views
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Collection

    from egide.label.dossier import Access
    from egide.label.results import AccessAnswer, AutonomyAnswer, LabelAssessment
    from egide.ownership.answers import Ownership
    from egide.papers.label.words import Teller


def ownership(own: Ownership, told: Teller) -> str:
    """Where third entities stand against both caps, and the reading that weighs most."""
    return " ".join(said for said in (caps(own, told), weightiest(own, told)) if said)


def caps(own: Ownership, told: Teller) -> str:
    """Where third entities stand against both caps, over all readings."""
    total = len(own.tests)
    if not total:
        return told.t(N_("No reading could be computed."))
    args = {"one": told.share(own.readings.one), "all": told.share(own.readings.together)}
    if own.answer is Answer.MET:
        return told.t(N_("In every reading, no third entity holds more than {one} and all together hold no more than {all}."), **args)
    if own.answer is Answer.NOT_MET:
        breached = sum(test.answer is Answer.NOT_MET for test in own.tests)
        return told.n(N_("{n} reading of {total} exceeds a cap."), N_("{n} readings of {total} exceed a cap."), breached, total=total)
    unsettled = sum(test.answer is Answer.UNKNOWN for test in own.tests)
    return told.n(
        N_("No reading is known to exceed a cap, and {n} of {total} cannot be settled."),
        N_("No reading is known to exceed a cap, and {n} of {total} cannot be settled."),
        unsettled, total=total,
    )  # fmt: skip


def weightiest(own: Ownership, told: Teller) -> str:
    """The largest third entity and all of them together, in the reading that weighs most; nothing when there is none."""
    made = views.worst(own.tests)
    if made is None or not made.largest:
        return ""
    args = {"largest": told.name(made.largest), "share": told.bounds(made.one), "together": told.bounds(made.together)}
    return told.t(N_("Where it weighs most, {largest} holds {share} and all third entities together {together}."), **args)


def access(answer: AccessAnswer, told: Teller) -> str:
    """Whether a third-controlled company can reach data, and on what that rests."""
    counts = {state: sum(path.state is state for path in answer.paths) for state in PathState}
    if answer.answer is Answer.MET:
        return told.t(N_("No third-controlled party was found to have a way to data that no tested control closes."))
    if not answer.paths:
        return told.t(N_("No way to data was found, but not every party is known."))
    parts = [
        told.n(N_("{n} seen open"), N_("{n} seen open"), counts[PathState.TESTED]),
        told.n(N_("{n} declared"), N_("{n} declared"), counts[PathState.DECLARED]),
        told.n(N_("{n} looked at by nobody"), N_("{n} looked at by nobody"), counts[PathState.UNTESTED]),
    ]
    said = told.n(
        N_("{n} way to data that no tested control closes"), N_("{n} ways to data that no tested control closes"), len(answer.paths)
    )
    return said + told.t(N_(": ")) + ", ".join(part for part, count in zip(parts, counts.values(), strict=True) if count) + "."


def autonomy(answer: AutonomyAnswer, told: Teller) -> str:
    """Whether the service goes on when each third supplier is cut."""
    if not answer.stoppages:
        return told.t(N_("No third supplier is known to be used for the service."))
    stopping = [one for one in answer.stoppages if one.answer is Answer.NOT_MET]
    said = told.n(
        N_("Cutting {n} third supplier of {total} interrupts the service."),
        N_("Cutting {n} third suppliers of {total} interrupts the service."),
        len(stopping), total=len(answer.stoppages),
    )  # fmt: skip
    soonest = min((one.after_days for one in stopping if one.after_days is not None), default=None)
    if soonest is not None:
        said += " " + told.n(N_("The soonest, after {n} day."), N_("The soonest, after {n} days."), soonest)
    return said


def way(identifier: str, assessment: LabelAssessment, told: Teller) -> str:
    """An access by its two ends and its kind, whether the dossier lists it or a path stands on it."""
    steps = {step.access: step for path in assessment.access.paths for step in path.steps} if assessment.access else {}
    listed: dict[str, Access] = {one.id: one for one in assessment.dossier.accesses}
    one = listed.get(identifier) or steps.get(identifier)
    if one is None:
        return identifier
    return f"{told.name(one.source)} → {told.name(one.target)}{told.t(': ')}{told.token('access-', one.kind)}"


def data(kinds: Collection[str], told: Teller) -> str:
    """Customer data, technical data, or both; that nobody said which, when nobody did."""
    if not kinds:
        return told.t(N_("data not specified"))
    return ", ".join(told.token("data-", kind) for kind in sorted(kinds))
