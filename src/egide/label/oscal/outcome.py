"""Writes the results of an assessment: an observation for each piece of evidence, a finding for each requirement, the risks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.label.dossier import EvidenceKind
from egide.label.oscal import homes
from egide.label.oscal.carrying import NS, carry, line, mark
from egide.label.oscal.layers import covers, reasons
from egide.label.oscal.names import PLAN, SSP, Names, control_id
from egide.label.oscal.outcome_shapes import (
    Actor,
    AssessmentPlan,
    AssessmentResults,
    Characterization,
    ControlSelection,
    Everything,
    Evidence,
    Facet,
    Finding,
    ObjectiveStatus,
    Observation,
    Origin,
    RelatedObservation,
    RelatedRisk,
    Response,
    Result,
    ReviewedControls,
    Risk,
    Target,
)
from egide.label.oscal.parts import NOT_A_QUALIFICATION, RECORD, about, back_matter, resource, stamp
from egide.label.oscal.shapes import Import
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from egide.label.dossier import Document, Dossier
    from egide.label.dossier import Risk as OurRisk
    from egide.label.oscal.parts import Writing
    from egide.label.oscal.shapes import Resource
    from egide.label.results import LabelAssessment, RequirementFinding

METHODS = {EvidenceKind.DOCUMENT: "EXAMINE", EvidenceKind.INTERVIEW: "INTERVIEW", EvidenceKind.TEST: "TEST", EvidenceKind.SAMPLE: "EXAMINE"}
COMPUTED_AGAIN = frozenset({"dossier", "findings", "documents", "ownership", "access", "autonomy"})
"""Fields of an assessment that stand elsewhere or follow from the dossier."""
FINDING = "finding"


def assessment_plan(dossier: Dossier, writing: Writing) -> AssessmentPlan:
    """The plan that OSCAL demands of every result: it says only that the whole catalogue is put to the dossier."""
    made = about(dossier, writing, N_("Plan of the assessment of {offer}"))
    made.remarks = writing.said(N_("The whole catalogue is put to the dossier."))
    return AssessmentPlan(Names(dossier.id).new("assessment-plan", dossier.id), made, Import(writing.prefix + SSP), _reviewed())


def _reviewed() -> ReviewedControls:
    return ReviewedControls([ControlSelection(Everything())])


def results(dossier: Dossier, assessment: LabelAssessment | None, writing: Writing) -> AssessmentResults:
    """The results; for an offer underneath, which is not assessed here, its risks alone."""
    names = Names(dossier.id)
    made = about(dossier, writing, N_("Results of the assessment of {offer}"), with_parties=True)
    documents = assessment.documents if assessment else ()
    resources = [resource(one, names) for one in documents]
    observations = [_observation(one, at, names) for one, at in zip(documents, resources, strict=True)]
    actor = Origin([Actor("party", made.parties[0].uuid)])
    result = Result(names.new("result", dossier.id), made.title, made.title, writing.moment, _reviewed(), observations=observations,
                    risks=[_risk(one, actor, names) for one in dossier.risks], remarks=writing.said(NOT_A_QUALIFICATION))
    if assessment:
        observed: dict[str, str] = {}
        for document, seen in zip(documents, observations, strict=True):
            observed.setdefault(document.id, seen.uuid)
        result.props = [mark(RECORD, "assessment"), *carry(assessment, {"on": assessment.on}, COMPUTED_AGAIN)]
        result.findings = [_finding(one, dossier, observed, names, writing) for one in assessment.findings]
    return AssessmentResults(names.new("results", dossier.id), made, Import(writing.prefix + PLAN), [result], back_matter(resources))


def _observation(document: Document, kept: Resource, names: Names) -> Observation:
    """Looking at one piece of evidence."""
    title = line(document.title)
    return Observation(
        names.new("observation", document.id), document.title or title, [METHODS[document.kind]], stamp(document.on), title,
        relevant_evidence=[Evidence(document.scope, f"#{kept.uuid}")], props=[mark(RECORD, "observation")],
        expires=stamp(document.until) if document.until else None,
    )


def observed_by(observations: Sequence[Observation], documents: Mapping[str, str]) -> dict[str, str]:
    """Observation to document, by the resource that its evidence names; ``documents`` gives the document of each resource."""
    found: dict[str, str] = {}
    for one in observations:
        for evidence in one.relevant_evidence:
            document = documents.get((evidence.href or "").removeprefix("#"))
            if document is not None:
                found.setdefault(one.uuid, document)
    return found


def _finding(finding: RequirementFinding, dossier: Dossier, observed: Mapping[str, str], names: Names, writing: Writing) -> Finding:
    state, reason = homes.STATES[finding.answer]
    status = ObjectiveStatus(state, reason, writing.language.label(finding.answer))
    target = Target("statement-id", f"{control_id(finding.id)}_smt", status)
    made = Finding(names.new(FINDING, finding.id), line(finding.title.in_(writing.language.code)), reasons(finding, writing), target)
    made.related_observations = [RelatedObservation(observed[one]) for one in finding.evidence if one in observed]
    made.related_risks = [
        RelatedRisk(names.of("risk", one.id)) for one in dossier.risks if any(covers(pattern, finding.id) for pattern in one.requirements)
    ]
    documents = {uuid: document for document, uuid in observed.items()}
    made.props = [mark(RECORD, FINDING), *carry(finding, homes.of_finding(made, documents), frozenset({"layers"}))]
    return made


def _risk(risk: OurRisk, actor: Origin, names: Names) -> Risk:
    """A risk, with what remains of it as a facet; it is closed by nobody here: what is accepted is accepted, not gone."""
    title = line(risk.title)
    accepted = risk.accepted_by is not None and risk.accepted_on is not None
    made = Risk(names.new("risk", risk.id), title, risk.title or title, risk.law or risk.title or title,
                "deviation-approved" if accepted else "investigating" if risk.residual is None else "open")
    made.remediations = [Response(names.new("treatment", risk.id), "completed" if accepted else "planned", title, risk.treatment)]
    if risk.residual is not None:
        made.characterizations = [Characterization(actor, [Facet("residual", NS, line(risk.residual))])]
    made.props = [mark(RECORD, "risk"), *carry(risk, homes.of_risk(made))]
    return made
