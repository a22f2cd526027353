"""Credentials and presentations, and what verifying them answers: numbered steps, each met, not met or not evaluated, with reasons.

The steps are those of the Gaia-X flow, in order: 1 reading within limits, 2 keys, 3 signature and who signed, 4 certificates,
5 validity, status and the digests that labels are bound to; 6 contexts, 7 shapes and 8 the policy of the trust scope, which
`egide.trust.pipeline` answers and joins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import msgspec

from egide.vocabulary.findings import Answer, Reason

if TYPE_CHECKING:
    from egide.trust.jose import Compact


class Mode(StrEnum):
    """How much of what real presentations do, and the specifications don't allow, is let through: nothing, or the named set, flagged."""

    STRICT = "strict"
    COMPATIBLE = "compatible"


class What(StrEnum):
    """The two things that are signed."""

    CREDENTIAL = "credential"
    PRESENTATION = "presentation"


class StepName(StrEnum):
    """The steps answered in this room."""

    PARSE = "parse"
    KEY = "signer-key"
    SIGNATURE = "signature"
    CHAIN = "chain"
    VALIDITY = "validity"
    STATUS = "status"
    BINDING = "binding"
    CONTEXTS = "contexts"
    SHAPES = "shapes"
    POLICY = "policy"
    RELATED = "related-resources"


NUMBERS: Mapping[str, int] = {
    "parse": 1, "signer-key": 2, "signature": 3, "chain": 4, "validity": 5, "status": 5, "binding": 5, "related-resources": 5,
    "contexts": 6, "shapes": 7, "policy": 8,
}  # fmt: skip


MET, NOT_MET, UNKNOWN = Answer.MET, Answer.NOT_MET, Answer.UNKNOWN
"""Bound once: what is asked of an enumeration by name costs as much as a call, and it is asked for each credential."""
WORST_FIRST, ALL_MET = (NOT_MET, UNKNOWN, MET), {MET}


class Outcome(StrEnum):
    """The whole of it: verified only when every step was met."""

    VERIFIED = "verified"
    REFUSED = "refused"
    NOT_EVALUATED = "not-evaluated"


class Step(msgspec.Struct, frozen=True):
    """One question put to one credential, or to all of them."""

    name: str
    """A `StepName`, or the name of a step answered elsewhere."""
    answer: Answer
    because: tuple[Reason, ...] = ()
    """Why; of a step that is met, what was let through or is worth knowing."""
    at: str = "$"
    """The JSON path of what was asked about, from the outermost document."""


class Opened(msgspec.Struct, frozen=True):
    """A credential or presentation read, not yet believed."""

    at: str
    what: What
    document: Mapping[str, Any]
    compact: Compact | None = None
    """The token that carried it; none when it came as bare JSON."""
    typ: str | None = None
    digest: str | None = None
    """``sha256-`` and the hexadecimal SHA-256 of the document in canonical form: the `gx:digestSRI` that others name it by."""
    faults: tuple[Reason, ...] = ()
    """Why step 1 is not met."""
    flags: tuple[Reason, ...] = ()
    """What the compatible mode let through."""
    within: str | None = None
    """The path of the presentation that it came in."""


class Part(msgspec.Struct, frozen=True):
    """A credential or presentation with the answers about it."""

    opened: Opened
    issuer: str | None
    """Who signed, or says to have: the issuer of a credential, the holder of a presentation."""
    valid_from: datetime | None
    valid_until: datetime | None
    steps: tuple[Step, ...]

    @property
    def id(self) -> str | None:
        """Its identifier, when it has one."""
        found = self.opened.document.get("id", self.opened.document.get("@id"))
        return found if isinstance(found, str) else None

    @property
    def types(self) -> tuple[str, ...]:
        """Its types, as written."""
        found = self.opened.document.get("type", self.opened.document.get("@type", []))
        return tuple(one for one in (found if isinstance(found, list) else [found]) if isinstance(one, str))


class Verification(msgspec.Struct, frozen=True):
    """What was asked of a file at a moment, and every answer. The same inputs give the same value."""

    outcome: Outcome
    steps: tuple[Step, ...]
    """One per name, over all parts: the worst answer, and the reasons for it."""
    parts: tuple[Part, ...]
    mode: Mode
    now: datetime
    consulted: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Each address that was asked to the SHA-256 of what it answered, so that another can ask again and see the same."""
    kept: Mapping[str, datetime] = msgspec.field(default_factory=dict)
    """Of these, the ones that were answered from what had been kept, and since when."""
    absent: tuple[str, ...] = ()
    """Addresses that were asked, and behind which nothing was at hand."""

    def joined(self, steps: Iterable[Step]) -> Verification:
        """With the answers of other rooms."""
        every = (*self.steps, *steps)
        return Verification(outcome(every), every, self.parts, self.mode, self.now, self.consulted, self.kept, self.absent)


def outcome(steps: Iterable[Step]) -> Outcome:
    """Refused when a step isn't met, not evaluated when one can't be answered or none was asked, else verified."""
    answers = {step.answer for step in steps}
    if NOT_MET in answers:
        return Outcome.REFUSED
    return Outcome.VERIFIED if answers == ALL_MET else Outcome.NOT_EVALUATED


def folded(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps of all parts as one each: the worst answer, with the reasons that go with it and where."""
    together: dict[str, list[Step]] = {}
    telling: set[str] = set()
    for step in steps:
        name = step.name
        known = together.get(name)
        if known is None:
            together[name] = [step]
        else:
            known.append(step)
        if step.because or step.answer is not MET:
            telling.add(name)
    return tuple([
        _worst(name, together[name]) if name in telling else Step(name, MET, (), together[name][0].at if len(together[name]) == 1 else "$")
        for name in NUMBERS if name in together
    ])  # fmt: skip


def _worst(name: str, steps: list[Step]) -> Step:
    answers = {step.answer for step in steps}
    answer = NOT_MET if NOT_MET in answers else UNKNOWN if UNKNOWN in answers else MET
    alike = [step for step in steps if step.answer is answer]
    reasons = [Reason(reason.code, {**reason.args, "at": step.at}, reason.message) for step in alike for reason in step.because]
    return Step(name, answer, tuple(reasons), alike[0].at if len(alike) == 1 else "$")
