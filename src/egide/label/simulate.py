"""What a change does to a label: which requirements turn, why, and who must be told by which day.

SecNumCloud 3.2, 19.6.f: the customer is told of any change that touches 19.6 within one month; the number of months is the
rulebook's. What a change may touch is worked out from what each requirement is computed from; the rest stands.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from egide.label.change import apply_change
from egide.label.checks import CHECKS
from egide.label.documents import HOME, months_later
from egide.label.results import Notice, Simulation, Turn
from egide.label.transfers import TRANSFERS
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from egide.label.change import Change, Move
    from egide.label.dossier import Dossier
    from egide.label.results import LabelAssessment, RequirementFinding
    from egide.label.scheme import Requirement, Scheme

LIMIT = ".notice_months"
"""The limit of a requirement that says how long there is to tell somebody."""
STRUCTURAL = frozenset({"suppliers.list_complete", "skills.own"})
"""Facts that the study of accesses and of supply reads besides the checks' own."""
OF_PARTIES = ("provider.", "organs.", "veto.", "suppliers.", "skills.")
"""Facts about who the provider and its suppliers are, and who holds them."""
PARTIES = frozenset(TRANSFERS) | {"supplier_cut", "supplier_added", "moved", "access_added", "access_removed", "access_controlled",
                                  "base_replaced", "qualification"}
"""Steps about holders, suppliers and what they can reach."""
TELL = N_("{rule}: the change of {changed} touches who holds the service or can reach its data; tell each customer by {by}")
TELL_NOBODY = N_("{rule}: customers must be told by {by}, and the dossier names none")
NEW = N_("the rulebook of {day} asks it")


def simulate(
    dossier: Dossier, change: Change, assess: Callable[[Dossier, date], LabelAssessment],
    assess_after: Callable[[Dossier, date], LabelAssessment] | None = None,
) -> Simulation:  # fmt: skip
    """The offer the day before, on the day, and what lies between. ``assess_after`` puts another rulebook, when that changes.

    Raises `InputError` when the change cannot be.
    """
    changed = apply_change(dossier, change)
    before = assess(dossier, change.on - timedelta(days=1))
    after = (assess_after or assess)(changed, change.on)
    turned = tuple(_turns(before, after))
    return Simulation(change.title, before, after, turned, tuple(_notices(change, before, after, changed, turned)))


def _turns(before: LabelAssessment, after: LabelAssessment) -> Iterator[Turn]:
    """In the order of the rulebook of after; a requirement that was not asked before was not known."""
    asked = {one.id: one for one in before.findings}
    for finding in after.findings:
        was = asked.get(finding.id)
        if was is None:
            new = Reason("label.simulate.new", {"day": after.on}, NEW)
            yield Turn(finding.id, Answer.UNKNOWN, finding.answer, (new, *finding.because))
        elif was.answer is not finding.answer:
            yield Turn(finding.id, was.answer, finding.answer, _why(was, finding))


def _why(was: RequirementFinding, now: RequirementFinding) -> tuple[Reason, ...]:
    """What is new in the reasons, first; where nothing is, all of them."""
    known = {(one.code, repr(sorted(one.args.items(), key=lambda item: item[0]))) for one in was.because}
    new = [one for one in now.because if (one.code, repr(sorted(one.args.items(), key=lambda item: item[0]))) not in known]
    return tuple(new) or now.because


def _notices(
    change: Change, before: LabelAssessment, after: LabelAssessment, dossier: Dossier, turned: tuple[Turn, ...],
) -> Iterator[Notice]:  # fmt: skip
    """One for each requirement that says within how many months somebody is told, when the change touches its section."""
    limits = {**before.parameters, **after.parameters}
    for name in sorted(name for name in limits if name.endswith(LIMIT)):
        rule, months = name.removesuffix(LIMIT), limits[name]
        section = rule.rpartition(".")[0] + "."
        if not isinstance(months, int) or not (touches_parties(change) or any(one.requirement.startswith(section) for one in turned)):
            continue
        by = months_later(change.on, months)
        args = {"rule": rule, "changed": change.on, "by": by}
        because = Reason("label.notice.tell", args, TELL) if dossier.customers else Reason("label.notice.nobody", args, TELL_NOBODY)
        yield Notice(rule, dossier.customers, change.on, by, because)


def touches_parties(change: Change) -> bool:
    """Whether a step speaks of who holds or supplies the service, or of what they reach: what 19.6 is about."""
    return any(
        move.kind in PARTIES or (move.kind == "facts" and any(name.startswith(OF_PARTIES) for name in move.to))
        for move in change.moves
    )  # fmt: skip


def affected(change: Change, scheme: Scheme, dossier: Dossier | None = None) -> frozenset[str]:
    """The requirements that the change may turn; every other one keeps its answer.

    ``dossier`` is the one before the change: without it, what a document covers is not known, and all may turn.
    """
    return frozenset(one.id for move in change.moves for one in scheme.requirements if _depends(one, move, scheme, dossier))


def _depends(requirement: Requirement, move: Move, scheme: Scheme, dossier: Dossier | None) -> bool:
    if move.kind in {"scheme", "base_replaced"} or (
        move.kind == "qualification" and (dossier is None or move.to.offer != dossier.id)
    ):  # fmt: skip
        return True
    if move.kind.startswith("document_"):
        return bool(requirement.computed) or _covered(requirement, move, scheme, dossier)
    if move.kind in {"facts", "site_moved"}:
        return _reads(requirement, frozenset(move.to if move.kind == "facts" else move.to.facts))
    return bool(requirement.computed)


def _reads(requirement: Requirement, facts: frozenset[str]) -> bool:
    if facts & STRUCTURAL or any(name.startswith("provider.") for name in facts):
        return bool(requirement.computed)
    return any(name not in CHECKS or facts.intersection(CHECKS[name].reads) for name in requirement.computed)


def _covered(requirement: Requirement, move: Move, scheme: Scheme, dossier: Dossier | None) -> bool:
    """Whether the document speaks of it: by number, as an accepted standard, or through another scheme's requirement."""
    name = move.to.id if move.kind == "document_added" else move.to.document
    documents = [(one.covers, one.standard) for one in dossier.documents if one.id == name] if dossier is not None else []
    if move.kind == "document_added":
        documents.append((tuple(move.to.covers), move.to.standard))
    if dossier is None or not documents:
        return True
    asked = {(scheme.id, requirement.id)} | {
        (one.scheme, number) for one in scheme.correspondences if _stands_for(one.requirement, requirement.id)
        for number in (one.other, *one.together_with)
    }  # fmt: skip
    return any(
        standard in requirement.standards or any(standard == other for other, _ in asked)
        or any(_speaks(pattern, *pair) for pattern in covers for pair in asked)
        for covers, standard in documents
    )  # fmt: skip


def _stands_for(pattern: str, requirement: str) -> bool:
    return pattern == requirement or (pattern.endswith("*") and requirement.startswith(pattern[:-1]))


def _speaks(pattern: str, scheme: str, number: str) -> bool:
    book, _, bare = pattern.rpartition("#")
    return (book or HOME) == scheme and _stands_for(bare, number)
