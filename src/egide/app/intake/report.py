"""What an import did, or would do: counted whole, and the first of each named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from egide.trust.credentials.results import Outcome

if TYPE_CHECKING:
    from egide.catalogue.kept.files import Effect, Received, Refused

SAMPLES = 200
"""Subjects that a report names; all are counted."""


@dataclass(slots=True)
class Report:
    """What an import did, or would do."""

    job: int | None = None
    resumed: bool = False
    files: int = 0
    taken: int = 0
    again: int = 0
    refused: int = 0
    not_evaluated: int = 0
    carried: int = 0
    """Single credentials that are held in the company of others, from which nothing new came."""
    sources: int = 0
    """Claims before anybody signed them, of which the signed credentials are held."""
    statements: int = 0
    """Documents' words on a subject: a credential about two subjects makes two."""
    new: int = 0
    changed: int = 0
    conflicts: int = 0
    older: int = 0
    withdrawn: int = 0
    samples: dict[str, list[Any]] = field(default_factory=dict)
    """Under each of the counts above, the first subjects, with the properties concerned."""
    reasons: dict[str, int] = field(default_factory=dict)
    """Each reason for not taking a file to how often it was given."""
    problems: list[dict[str, Any]] = field(default_factory=list)
    """The first files that were not taken: name, outcome, reasons."""
    left_out: int = 0
    """Rows and values of files that were taken, left out of what is compared."""
    notes: list[dict[str, Any]] = field(default_factory=list)
    """The first of these: where, and why."""

    @property
    def unusable(self) -> bool:
        """Whether one file was given, and it is nothing that is read here."""
        codes = {reason["code"] for problem in self.problems for reason in problem["because"]}
        return self.files == 1 and bool(codes) and codes <= {"not-recognised", "not-readable"}

    def add(self, effect: Effect) -> None:
        """Count what a batch changed."""
        self.taken += effect.documents
        self.again += effect.again
        self.statements += effect.packs
        for name in ("new", "changed", "conflicts", "older", "withdrawn"):
            found: Any = getattr(effect, name)
            setattr(self, name, getattr(self, name) + len(found))
            said = self.samples.setdefault(name, [])
            said += [[one, list(found[one])] if isinstance(found, dict) else one for one in list(found)[: max(0, SAMPLES - len(said))]]

    def note(self, received: Iterable[Received]) -> None:
        """Count what was left out of files that are new."""
        for one in received:
            self.left_out += len(one.notes)
            self.notes += [dict(note) for note in one.notes[: max(0, SAMPLES - len(self.notes))]]

    def refuse(self, refused: Iterable[Refused]) -> None:
        """Count what was not taken."""
        for one in refused:
            if one.outcome == Outcome.NOT_EVALUATED.value:
                self.not_evaluated += 1
            else:
                self.refused += 1
            for code in {str(reason["code"]) for reason in one.because}:
                self.reasons[code] = self.reasons.get(code, 0) + 1
            if len(self.problems) < SAMPLES:
                self.problems.append({"file": one.name, "outcome": one.outcome, "because": list(one.because)})
