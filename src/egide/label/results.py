"""What an assessment of a label returns: a finding for each requirement, the level reached, the dates, the chains, the limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from egide.label.dossier import Assurance, EvidenceKind, PathState, Relation
from egide.vocabulary.findings import Answer, BookUsed, Problem, Reason, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.label.dossier import CatalogueLine, Customer, Document, Dossier
    from egide.ownership.answers import Ownership
    from egide.vocabulary.language import Text


class Stage(StrEnum):
    """The states that a requirement passes through in the binder."""

    NOTHING = "nothing"
    """No evidence and no statement."""
    DECLARED = "declared"
    """The provider says so; nothing stands behind it."""
    PARTIAL = "partial"
    """Some of the accepted kinds of evidence are there, or a document concludes with reservations."""
    READY = "ready"
    """All that is asked is there and fresh."""
    AUDITED = "audited"
    """Ready, and somebody else looked."""
    EXPIRED = "expired"
    """It was ready; time has passed it."""
    CONTRADICTED = "contradicted"
    """A document concludes that it does not conform, a file is not what its digest says, or two issuers disagree."""
    COMPUTED = "computed"
    """Answered from facts by the engine, whatever the documents say."""


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that would bring a requirement nearer: what, of which kind, from whom."""

    what: Reason
    kind: EvidenceKind | None
    role: str
    fact: str | None = None
    """The fact of the dossier to state, when it is one."""


@dataclass(frozen=True, slots=True)
class Inheritance:
    """What one layer does with one requirement."""

    layer: str
    """The offer's identifier."""
    relation: Relation
    answer: Answer
    because: Reason
    until: date | None = None


@dataclass(frozen=True, slots=True)
class RequirementFinding:
    """What one requirement of a scheme comes to for one offer on one day."""

    id: str
    title: Text
    binding: str
    """``mandatory`` or ``recommended``."""
    answer: Answer
    stage: Stage
    computed: bool
    because: tuple[Reason, ...]
    """Most telling first."""
    evidence: tuple[str, ...]
    """Documents that count for it."""
    missing: tuple[Missing, ...]
    until: date | None
    """The last day on which the answer holds with what is there; None: nothing known ends it."""
    source: Source
    layers: tuple[Inheritance, ...] = ()
    assurance: Assurance | None = None
    """The weakest of what it stands on; None when it stands on nothing."""
    owner: str = ""
    remedy: Text | None = None


@dataclass(frozen=True, slots=True)
class AccessStep:
    """One step of an access path, with the state of the way and of its control."""

    access: str
    source: str
    target: str
    kind: str
    state: PathState
    control: str | None
    control_state: PathState | None


@dataclass(frozen=True, slots=True)
class AccessPath:
    """A way by which a party from outside, or one that it controls, may reach data; the weakest step gives the state."""

    party: str
    why_third: Reason
    component: str
    data: frozenset[str]
    steps: tuple[AccessStep, ...]
    state: PathState
    """``tested``: seen open; ``declared``: said to be open or said to be cut only on paper; ``untested``: nobody looked."""


@dataclass(frozen=True, slots=True)
class AccessAnswer:
    """19.6.c: has a third-controlled company a technical possibility of obtaining data?"""

    answer: Answer
    """Met: no path without a tested control. Not met: a path was seen open or is declared open. Else unknown."""
    paths: tuple[AccessPath, ...]
    """Shortest first, at most one for each party, component and state."""
    cut: tuple[str, ...]
    """The least-effort set of accesses on which a tested control would close every path."""
    cut_effort: int | None
    """Its days of work; None when some were not estimated (then the set is the smallest by number)."""
    parties: tuple[str, ...]
    """The third-controlled companies that were looked at."""
    unknown_parties: tuple[str, ...]
    """Parties whose place or controller is not known."""
    because: tuple[Reason, ...] = ()
    """Why the answer is what it is, most telling first."""


@dataclass(frozen=True, slots=True)
class Stoppage:
    """What happens when one third supplier is cut."""

    supplier: str
    """One supplier, or several under common control joined by their controller."""
    members: tuple[str, ...]
    answer: Answer
    """Met: the service goes on (own skills, or two alternatives not under common control), or the supplier is qualified."""
    stops: tuple[str, ...]
    """Functions that stop, in the order of days."""
    after_days: int | None
    """When the service is first interrupted; None when it is not, or when the days are not known."""
    because: Reason


@dataclass(frozen=True, slots=True)
class AutonomyAnswer:
    """19.6.d: does the service keep its operating autonomy when each third supplier is cut?"""

    answer: Answer
    stoppages: tuple[Stoppage, ...]
    because: tuple[Reason, ...] = ()
    """What is not known of the whole, most telling first; each stoppage has its own reason."""


@dataclass(frozen=True, slots=True)
class LevelReached:
    """One level of a scheme: reached, not reached, or not known, and what is in the way."""

    level: str
    answer: Answer
    missing: tuple[str, ...]
    """Requirements that are not met or not known."""


@dataclass(frozen=True, slots=True)
class ObjectiveScore:
    """One objective of the European sovereignty framework."""

    objective: str
    title: Text
    weight: int
    level: int | None
    """SEAL-0 … SEAL-4 as claimed with evidence; None when nobody said."""
    minimum: int | None
    """The buyer's gate for it."""
    answer: Answer
    because: Reason


@dataclass(frozen=True, slots=True)
class LabelAssessment:
    """One scheme put to one offer on one day. Evidence for a file: never a qualification, never proof under article 31 or R9."""

    dossier: Dossier
    scheme: BookUsed
    scheme_kind: str
    """``requirements``, ``levels`` or ``weighted``."""
    simulation: bool
    """The scheme is a draft or a proposal: nothing follows from it in law."""
    on: date
    answer: Answer
    """All mandatory requirements met; not met when one is not; else unknown."""
    level: str | None
    """The highest level reached, where the scheme has levels."""
    levels: tuple[LevelReached, ...]
    findings: tuple[RequirementFinding, ...]
    until: date | None
    """The first day after which something that is met falls, less one: the intersection of all that it stands on."""
    because_until: str | None
    """The requirement that ends first."""
    parameters: Mapping[str, object]
    """The readings and limits that were used, by name."""
    ownership: Ownership | None
    access: AccessAnswer | None
    autonomy: AutonomyAnswer | None
    exposure: tuple[str, ...]
    """Countries outside whose law reaches the offer or a layer under it: the union over all layers."""
    documents: tuple[Document, ...]
    objectives: tuple[ObjectiveScore, ...] = ()
    score: Fraction | None = None
    """Weighted score, 0 to 1, where the scheme ranks; exact bounds when some objective is unknown are in `score_bounds`."""
    score_bounds: tuple[Fraction, Fraction] | None = None
    line: CatalogueLine | None = None
    """What ANSSI's catalogue says, shown beside and never replaced."""
    problems: tuple[Problem, ...] = ()
    """The dossier's own and what the assessment adds."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap to close, with what depends on it."""

    requirement: str
    answer: Answer
    because: tuple[Reason, ...]
    missing: tuple[Missing, ...]
    blocks: tuple[str, ...]
    """Requirements, steps of the road and layers above that wait for it."""
    cost_eur: int | None
    """The provider's own estimate; None when it gave none."""
    binding: str
    schemes: tuple[str, ...] = ()
    """``scheme#requirement`` of the other schemes that the same evidence serves."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A requirement whose answer a change turns."""

    requirement: str
    before: Answer
    after: Answer
    because: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Somebody must be told by a day (19.6.f: the customer, within one month of the change)."""

    rule: str
    whom: tuple[Customer, ...]
    changed_on: date
    by: date
    because: Reason


@dataclass(frozen=True, slots=True)
class Simulation:
    """What a change does: what turned, who must be told by when, and the two assessments."""

    change: Text | str
    before: LabelAssessment
    after: LabelAssessment
    turned: tuple[Turn, ...]
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Milestone:
    """One dated step of the road."""

    id: str
    title: Text | str
    owner: str
    start: date
    end: date
    after: tuple[str, ...]
    critical: bool
    """On the longest chain: a day lost here is a day lost at the end."""
    slack_days: int
    done: bool
    because: Reason | None = None


@dataclass(frozen=True, slots=True)
class Expiry:
    """Evidence that ends before the step that needs it."""

    document: str
    ends: date
    needed_for: str
    needed_on: date
    renew_by: date


@dataclass(frozen=True, slots=True)
class Road:
    """From the request to the decision, the surveillance and the renewal."""

    on: date
    milestones: tuple[Milestone, ...]
    expiries: tuple[Expiry, ...]
    decision: date | None
    slippage_days: int
    """Days by which what is late has already moved the decision; 0 when nothing is late."""
    assumptions: Mapping[str, int] = field(default_factory=dict)
    """Durations in days that are not the provider's, by step: ours, to be replaced."""
