"""What an evaluation returns: answers with reasons, findings, questions, clocks, decisions.

A decision can be replayed: the same claims, the same rulebooks and the same day give the same decision.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.vocabulary.errors import Location
    from egide.vocabulary.facts import Claim, FactType, Value
    from egide.vocabulary.language import Text
    from egide.vocabulary.offers import ComputedLabel
    from egide.vocabulary.services import Hosting, Service


class Answer(StrEnum):
    """Kleene's three values."""

    MET = "met"
    NOT_MET = "not-met"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """May this service run there on that day? From the one that stops everything to the one that nothing touches."""

    STOP = "stop"
    FORBIDDEN = "forbidden"
    UNDETERMINED = "undetermined"
    DEROGATION = "derogation"
    CONDITIONAL = "conditional"
    ALLOWED = "allowed"
    OUT_OF_SCOPE = "out-of-scope"


class Effect(StrEnum):
    """What a rule does to the verdict when it applies and is not met."""

    STOP = "stop"
    """Applying is enough: no verdict of ours, another authority decides."""
    FORBID = "forbid"
    CONDITION = "condition"
    """Allowed once the condition is settled."""
    ADVISE = "advise"
    """Never changes the verdict; says what to do."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an answer is what it is: a stable code, arguments, and the message that words them."""

    code: str
    args: Mapping[str, object]
    message: str


@dataclass(frozen=True, slots=True)
class Proof:
    """One node of the proof tree: an operator over children, or a named check with its reason and claims."""

    name: str
    """``all``, ``any``, ``not`` or the check's name."""
    answer: Answer
    reason: Reason | None = None
    claims: tuple[Claim, ...] = ()
    children: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule stands and how that text was read."""

    text: str
    at: str
    read: str
    """``primary`` or ``secondary``. What nobody has read is not a rule."""
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of one case."""

    rule: str
    """``book@version#article``."""
    title: Text
    answer: Answer
    effect: Effect
    source: Source
    because: tuple[Reason, ...]
    """The leaves that decided, most telling first."""
    claims: tuple[Claim, ...]
    remedy: Text | None
    exception: str | None = None
    """The exception that lifted the rule (``derogation`` …), when one did."""
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """The one fact whose answer settles most, and what each answer would give."""

    fact: FactType
    would: Mapping[str, Verdict]


@dataclass(frozen=True, slots=True)
class Change:
    """One fact made otherwise."""

    fact: str
    to: Value


Repair = tuple[Change, ...]
"""Changes that together turn the verdict, and of which no part does."""


class ClockKind(StrEnum):
    """What runs out."""

    QUALIFICATION_ENDS = "qualification-ends"
    QUALIFICATION_BEFORE_CONTRACT = "qualification-ends-before-contract"
    DEROGATION_ENDS = "derogation-ends"
    APPROVAL_ENDS = "approval-ends"
    DINUM_OPINION_DUE = "dinum-opinion-due"
    CONTRACT_ENDS = "contract-ends"
    SWITCHING_NOTICE = "switching-notice"
    SWITCHING_TRANSITION = "switching-transition"
    DATA_RETRIEVAL = "data-retrieval"
    SWITCHING_CHARGES_END = "switching-charges-end"


@dataclass(frozen=True, slots=True)
class Clock:
    """A dated event and the days left; negative when it is past."""

    kind: ClockKind
    on: date
    days: int
    because: Reason
    owner: str
    """The role that must act."""
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class EligibleOffer:
    """An offer that would be lawful on that day, and what it takes."""

    offer: str
    region: str | None
    verdict: Verdict
    conditions: tuple[Change, ...] = ()
    """What must be obtained on the way: the clause in the agreement, say."""


@dataclass(frozen=True, slots=True)
class HostingDecision:
    """The verdict on one hosting of one service."""

    hosting: Hosting
    verdict: Verdict
    findings: tuple[Finding, ...]
    question: Question | None
    repairs: tuple[Repair, ...]
    clocks: tuple[Clock, ...]
    labels: tuple[ComputedLabel, ...] = ()
    """What was computed of the offer, shown beside its catalogue line; no rule reads it."""


@dataclass(frozen=True, slots=True)
class Override:
    """A person's decision beside the verdict, never instead of it."""

    service: str
    hosting: str | None
    verdict: Verdict
    who: str
    why: str
    on: date
    until: date


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on a service: the worst of its hostings in use, with all that made it."""

    service: Service
    verdict: Verdict
    hostings: tuple[HostingDecision, ...]
    eligible: tuple[EligibleOffer, ...]
    refused: Mapping[str, tuple[Reason, ...]]
    """``offer`` or ``offer/region`` to why it lost."""
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the input that could not be used; the good rows went on."""

    at: Location
    message: str
    """A message of the catalogue, its names filled from ``args``."""
    args: Mapping[str, object] = field(default_factory=dict)
    rejected: bool = True
    """True when a row was left out; False when only a cell was."""


@dataclass(frozen=True, slots=True)
class BookUsed:
    """A rulebook that took part, as it stood."""

    id: str
    version: str
    title: Text
    digest: str
    """SHA-256 of the rulebook's files."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """All decisions for a portfolio on one day."""

    on: date
    catalogue_as_of: date
    rulebooks: tuple[BookUsed, ...]
    decisions: tuple[Decision, ...]
    problems: tuple[Problem, ...]
    law_as_read: date
    """The day on which the texts were last read."""
    offers: Mapping[str, str] = field(default_factory=dict)
    """Offer identifiers to names."""
