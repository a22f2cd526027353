"""What a verification says: one answer per step, each with its reason, and the worst of them for the whole.

Nothing doubtful passes: the whole is met only when every step is, and an examination without a step is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer, Reason


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a verification."""

    name: str
    """A stable token: ``proof``, ``origin``, ``signature``, ``witnesses``, ``inclusion``, ``consistency`` …"""
    answer: Answer
    because: Reason


@dataclass(frozen=True, slots=True)
class Examination:
    """The steps in their order; the first that is not met ends them, as what follows would lean on it."""

    steps: tuple[Step, ...]

    @property
    def answer(self) -> Answer:
        """Kleene's conjunction of the steps."""
        answers = {step.answer for step in self.steps}
        if Answer.NOT_MET in answers:
            return Answer.NOT_MET
        return Answer.MET if answers == {Answer.MET} else Answer.UNKNOWN

    @property
    def because(self) -> tuple[Reason, ...]:
        """The reasons that decided: of what failed, else of what is not known, else of all that holds."""
        return tuple(step.because for step in self.steps if step.answer == self.answer)


class MalformedError(InputError):
    """The bytes are not what they should be; nothing of them is used. A verification turns this into a step that is not met."""

    def __init__(self, code: str, message: str, /, **values: object) -> None:
        super().__init__(message, values=values)
        self.code = code

    @property
    def reason(self) -> Reason:
        """The same, as the reason of a step."""
        return Reason(self.code, self.values, self.message)


def met(step: str, code: str, message: str, /, **values: object) -> Step:
    """A step that holds."""
    return Step(step, Answer.MET, Reason(code, values, message))


def not_met(step: str, code: str, message: str, /, **values: object) -> Step:
    """A step that fails."""
    return Step(step, Answer.NOT_MET, Reason(code, values, message))


def unknown(step: str, code: str, message: str, /, **values: object) -> Step:
    """A step that could not be evaluated."""
    return Step(step, Answer.UNKNOWN, Reason(code, values, message))
