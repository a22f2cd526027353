"""What OSCAL has a place for: the fields of our nouns that stand in places of its own models.

Writer and reader ask the same functions, so that what a place says exactly is not carried a second time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from egide.label.dossier import Relation
from egide.label.oscal.names import file_of, requirement_of
from egide.vocabulary.findings import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.label.oscal.outcome_shapes import Finding, Risk
    from egide.label.oscal.shapes import InformationType, Party, Resource, SystemCharacteristics

Homes = dict[str, object]

STATES = {Answer.MET: ("satisfied", "pass"), Answer.NOT_MET: ("not-satisfied", "fail"), Answer.UNKNOWN: ("not-satisfied", "other")}
"""OSCAL knows two states; what nobody knows is not satisfied, for another reason than a failure."""
SHA_256 = re.compile(r"[0-9A-Fa-f]{64}")
RELATIONS = {Relation.PROVIDED: "provided", Relation.RESPONSIBILITY: "responsibilities", Relation.INHERITED: "inherited",
             Relation.SATISFIED: "satisfied"}


def of_document(resource: Resource) -> Homes:
    """Title, file and digest of a piece of evidence."""
    link = next(iter(resource.rlinks), None)
    digest = next((one.value for one in link.hashes if one.algorithm == "SHA-256" and SHA_256.fullmatch(one.value)), None) if link else None
    return {"title": resource.title, "file": file_of(link.href) if link else None, "digest": digest}


def of_supplier(party: Party) -> Homes:
    """Name of a supplier."""
    return {"name": party.name}


def of_titled(title: str) -> Homes:
    """Name of a component, a function or a base."""
    return {"name": title}


def of_technical_data(information: InformationType) -> Homes:
    """Kind of technical data."""
    return {"kind": information.title}


def of_risk(risk: Risk) -> Homes:
    """Title and treatment of a risk."""
    return {"title": risk.title, "treatment": risk.remediations[0].description if risk.remediations else None}


def of_dossier(system: SystemCharacteristics, provider: str | None) -> Homes:
    """Identifier, name, perimeter and provider's name of an offer."""
    return {
        "id": next((one.id for one in system.system_ids), None), "name": system.system_name, "perimeter": system.description,
        "provider_name": provider,
    }


def answer_of(finding: Finding) -> Answer:
    """Met only when satisfied; a failure needs no reason, doubt says that it is for another reason."""
    status = finding.target.status
    if status is None:
        return Answer.UNKNOWN
    if status.state == "satisfied":
        return Answer.MET if status.reason in {None, "pass"} else Answer.UNKNOWN
    return Answer.NOT_MET if status.state == "not-satisfied" and status.reason in {None, "fail"} else Answer.UNKNOWN


def control_of(finding: Finding) -> str:
    """The control that a finding is about: its statement, less the ending by which statements are told."""
    return finding.target.target_id.split("_smt", 1)[0]


def of_finding(finding: Finding, observed: Mapping[str, str]) -> Homes:
    """Number, answer and evidence of a finding; ``observed`` gives the document of each observation."""
    documents = tuple(observed[one.observation_uuid] for one in finding.related_observations if one.observation_uuid in observed)
    return {"id": requirement_of(control_of(finding)), "answer": answer_of(finding), "evidence": documents}
