"""OSCAL's shapes of an assessment: its plan, its results, observations, risks and findings.

As in `egide.label.oscal.shapes`: a key that is not named below is legal OSCAL that Égide does not read.
"""

from __future__ import annotations

from egide.label.oscal.shapes import BackMatter, Import, Metadata, Prop, Shape


class Everything(Shape):
    """All controls: an empty object."""


class ControlSelection(Shape):
    """Which controls were looked at."""

    include_all: Everything | None = None
    include_controls: list[dict[str, object]] = []


class ReviewedControls(Shape):
    """The controls that were looked at."""

    control_selections: list[ControlSelection]


class AssessmentPlan(Shape):
    """The plan that assessment results must name."""

    uuid: str
    metadata: Metadata
    import_ssp: Import
    reviewed_controls: ReviewedControls


class Actor(Shape):
    """Who made an observation."""

    type: str
    actor_uuid: str
    role_id: str | None = None


class Origin(Shape):
    """Where an observation or a risk comes from."""

    actors: list[Actor]


class Evidence(Shape):
    """A piece of evidence."""

    description: str
    href: str | None = None


class Observation(Shape):
    """What was seen."""

    uuid: str
    description: str
    methods: list[str]
    collected: str
    title: str | None = None
    types: list[str] = []
    origins: list[Origin] = []
    relevant_evidence: list[Evidence] = []
    expires: str | None = None
    props: list[Prop] = []
    remarks: str | None = None


class Facet(Shape):
    """One measure of a risk."""

    name: str
    system: str
    value: str


class Characterization(Shape):
    """How a risk is measured, by whom."""

    origin: Origin
    facets: list[Facet]


class Response(Shape):
    """How a risk is treated."""

    uuid: str
    lifecycle: str
    title: str
    description: str


class Risk(Shape):
    """A risk."""

    uuid: str
    title: str
    description: str
    statement: str
    status: str
    props: list[Prop] = []
    characterizations: list[Characterization] = []
    remediations: list[Response] = []
    related_observations: list[RelatedObservation] = []


class RelatedObservation(Shape):
    """An observation that a finding or a risk stands on."""

    observation_uuid: str


class RelatedRisk(Shape):
    """A risk that a finding names."""

    risk_uuid: str


class ObjectiveStatus(Shape):
    """Satisfied, or not."""

    state: str
    reason: str | None = None
    remarks: str | None = None


class Target(Shape):
    """The statement of a control that a finding is about."""

    type: str
    target_id: str
    status: ObjectiveStatus | None = None
    title: str | None = None
    description: str | None = None
    props: list[Prop] = []


class Finding(Shape):
    """What was found of one requirement."""

    uuid: str
    title: str
    description: str
    target: Target
    props: list[Prop] = []
    origins: list[Origin] = []
    implementation_statement_uuid: str | None = None
    related_observations: list[RelatedObservation] = []
    related_risks: list[RelatedRisk] = []
    remarks: str | None = None


class Result(Shape):
    """One set of results."""

    uuid: str
    title: str
    description: str
    start: str
    reviewed_controls: ReviewedControls
    end: str | None = None
    props: list[Prop] = []
    observations: list[Observation] = []
    risks: list[Risk] = []
    findings: list[Finding] = []
    remarks: str | None = None


class AssessmentResults(Shape):
    """The results."""

    uuid: str
    metadata: Metadata
    import_ap: Import
    results: list[Result]
    back_matter: BackMatter | None = None
