"""Reasons as the errors that the specifications name, for those who speak HTTP (VC Data Model 2.0, 7.2; Bitstring Status List 1.0, 3.5).

Each has a `type` that software knows, a short `title` and a `detail`; which reason it was, and where, is told beside them, as RFC 9457
allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from egide.trust.credentials.results import Step, StepName
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

MODEL = "https://www.w3.org/TR/vc-data-model#"
STATUS = "https://www.w3.org/ns/credentials/status-list#"


class Problem(StrEnum):
    """The errors that the specifications name."""

    PARSING = "PARSING_ERROR"
    CRYPTOGRAPHIC = "CRYPTOGRAPHIC_SECURITY_ERROR"
    MALFORMED = "MALFORMED_VALUE_ERROR"
    RANGE = "RANGE_ERROR"
    STATUS_RETRIEVAL = "STATUS_RETRIEVAL_ERROR"
    STATUS_VERIFICATION = "STATUS_VERIFICATION_ERROR"
    STATUS_LENGTH = "STATUS_LIST_LENGTH_ERROR"

    @property
    def type(self) -> str:
        """Its URL."""
        return (STATUS if self in OF_STATUS else MODEL) + self.value


OF_STATUS = frozenset({Problem.STATUS_RETRIEVAL, Problem.STATUS_VERIFICATION, Problem.STATUS_LENGTH})
TITLES: Mapping[Problem, str] = {
    Problem.PARSING: N_("it cannot be read"), Problem.CRYPTOGRAPHIC: N_("it is not secured as it must be"),
    Problem.MALFORMED: N_("a value is not as it must be"), Problem.RANGE: N_("a value is out of range"),
    Problem.STATUS_RETRIEVAL: N_("the status cannot be had"), Problem.STATUS_VERIFICATION: N_("the status is not verified"),
    Problem.STATUS_LENGTH: N_("the status list is too short"),
}  # fmt: skip
UNREADABLE = frozenset({
    "not-json", "not-utf-8", "duplicate-member", "too-deep", "not-an-object", "number-too-large", "not-a-number", "lone-surrogate",
    "file-too-large", "token-too-large", "token-part-too-large", "token-not-base64url", "not-a-token", "no-canonical-form",
})  # fmt: skip
"""Codes of what could not be read at all."""
OF_THE_LIST: Mapping[str, Problem] = {
    "not-at-hand": Problem.STATUS_RETRIEVAL, "status-stale": Problem.STATUS_RETRIEVAL, "status-list-short": Problem.STATUS_LENGTH,
    "status-malformed": Problem.MALFORMED, "status-encoding": Problem.MALFORMED, "status-compression": Problem.MALFORMED,
    "status-index": Problem.RANGE,
}  # fmt: skip
"""What the algorithm to validate a status raises where (3.2); all else is STATUS_VERIFICATION_ERROR."""
SECURITY = frozenset({StepName.KEY, StepName.SIGNATURE, StepName.CHAIN})


@dataclass(frozen=True, slots=True)
class Found:
    """A problem with the reason for it and the place."""

    problem: Problem
    reason: Reason
    step: str
    at: str


def problems(steps: tuple[Step, ...]) -> tuple[Found, ...]:
    """What stands against a verification, one for each reason of each step that is not met, or that can't be answered.

    What the key and the signature share is said once.
    """
    found: dict[tuple[str, str, str], Found] = {}
    for step in steps:
        for reason in () if step.answer is Answer.MET else step.because:
            at = str(reason.args.get("at", step.at))
            problem = _problem(step, reason)
            found.setdefault((problem, reason.code, at), Found(problem, reason, step.name, at))
    return tuple(found.values())


def _problem(step: Step, reason: Reason) -> Problem:
    if step.name == StepName.STATUS:
        return OF_THE_LIST.get(reason.code, Problem.STATUS_VERIFICATION)
    if step.name in SECURITY:
        return Problem.CRYPTOGRAPHIC
    return Problem.PARSING if reason.code in UNREADABLE else Problem.MALFORMED
