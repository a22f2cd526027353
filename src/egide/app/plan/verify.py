"""A plan put to the proof: by its own file, and, with the files it was made from, against the need, the prices and the law of its day."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app.files import read
from egide.app.plan.law import judged
from egide.app.plan.making import Wishes, question
from egide.app.portfolio import assess
from egide.planner.plan_reading import read_plan, verify_file
from egide.planner.verifying import verify
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from egide.app.plan.making import Question
    from egide.app.plan.sources import Sources
    from egide.planner.need import Need
    from egide.planner.plan_file import PlanFile

PARTS = ("name", "flows", "together", "apart", "at_least_providers", "most_share", "share_of", "fixed")
BY_ITSELF = N_("Checked by its own file, whose need, prices and verdicts it takes as stated; --service and --prices read them again.")
NOT_GIVEN = N_("the plan was made from {file} too: give that file with {option}, or leave --service out")
BY_FILES = N_("Checked against the files given and the law of its day.")


@dataclass(frozen=True, slots=True)
class Checked:
    """A plan, and everything that is wrong with it."""

    made: PlanFile
    faults: tuple[Reason, ...]
    against_files: bool

    @property
    def note(self) -> str:
        """Against what it was checked."""
        return BY_FILES if self.against_files else BY_ITSELF


def verify_plan(path: Path, sources: Sources | None = None) -> Checked:
    """Everything that is wrong. Raises `InputError` for a file that is no plan."""
    made = read_plan(read(path), str(path))
    faults = list(verify_file(made))
    if sources is not None:
        _whole_of(made, sources, str(path))
        faults += _against(made, question(sources, Wishes(made.on, allow_undetermined=made.undetermined_allowed)), sources)
    unique = {(one.code, str(sorted(one.args.items(), key=str))): one for one in faults}
    return Checked(made, tuple(unique.values()), sources is not None)


def _whole_of(made: PlanFile, sources: Sources, file: str) -> None:
    """Raises `InputError` when the plan was made from files of a kind of which none is given: against less it cannot be checked."""
    given = {"prices": (*sources.prices, *sources.negotiated), "regions": sources.regions, "round-trips": sources.round_trips}
    for one in made.inputs:
        if one.role in given and not given[one.role] and not (one.role == "prices" and sources.db):
            raise InputError(NOT_GIVEN, Location(file), values={"file": one.name, "option": f"--{one.role}"})


def _against(made: PlanFile, asked: Question, sources: Sources) -> Iterator[Reason]:
    """The need as it is written now, the prices and the law as they are read now."""
    said = {one.name: one.sha256 for one in made.inputs}
    for path in (sources.service, *sources.prices, *sources.negotiated, *sources.regions, *sources.round_trips):
        digest = hashlib.sha256(read(path)).hexdigest()
        if said.get(path.name) not in {None, digest}:
            yield Reason("other-file", {"file": path.name}, N_("{file} is not the file that the plan was made from: its digest differs"))
    yield from _other_need(made.need, asked.need)
    total, budget = made.plan().total, asked.need.budget
    if made.need.budget is None and budget is not None and total > budget:
        yield Reason("budget", {"total": total, "budget": budget}, N_("{total} micro-euros a month, {budget} at most"))
    if made.placements:
        facts = {one.id: asked.facts.get(one.id, asked.facts.get(one.spare_of or "", {})) for one in made.need.components}
        law = judged(facts, asked.market, assess.catalogue(), made.on, str(sources.service), asked.told,
                     allow_undetermined=made.undetermined_allowed)  # fmt: skip
        yield from verify(made.plan(), made.need, asked.market, law.admission)


def _other_need(theirs: Need, ours: Need) -> Iterator[Reason]:
    """Where the plan's need is not the file's. A budget and further spares may have been asked for beside the file."""
    other = [name for name in PARTS if getattr(theirs, name) != getattr(ours, name)]
    other += [one.id for one in ours.components if theirs.by_id.get(one.id) != one]
    other += [one.id for one in theirs.components if one.id not in ours.by_id and one.spare_of not in ours.by_id]
    other += [spare for component, spare, where in ours.spares if (component, spare, where) not in theirs.spares]
    for name in other:
        yield Reason("other-need", {"part": name}, N_("the need's {part} is not that of the file given"))
