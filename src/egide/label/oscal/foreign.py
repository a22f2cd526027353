"""Understands OSCAL that others wrote, as far as it says what a dossier asks, and never further.

A document without a day, a component that nobody is said to operate, a party without a role: each is reported, and what it does not say
stays unknown. What another tool calls satisfied is its own finding, imported as such; it never answers a requirement here.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from egide.label.dossier import Assurance, Base, Component, Document, Dossier, EvidenceKind, Relation, Risk, Supplier
from egide.label.oscal import homes
from egide.label.oscal.carrying import NS
from egide.label.oscal.names import requirement_of
from egide.label.results import RequirementFinding, Stage
from egide.vocabulary.findings import Reason, Source
from egide.vocabulary.language import N_, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from egide.label.oscal.outcome_shapes import Finding
    from egide.label.oscal.outcome_shapes import Risk as RiskShape
    from egide.label.oscal.shapes import DefinedComponent, Metadata, Party, Resource, Responsible, SystemComponent, SystemSecurityPlan

SUPPLIER_ROLES = frozenset({"supplier", "provider", "vendor", "distributor", "maintainer", "sub-processor", "service-provider", "operator"})
OPERATOR_ROLES = ("operator", "provider", "service-provider", "asset-administrator", "maintainer", "supplier")

NO_DAY = N_("the resource «{name}» does not say of which day it is, so it is no evidence")
NO_ISSUER = N_("the resource «{name}» does not say who issued it")
NO_ROLE = N_("the party «{name}» has no role of a supplier, so it is not taken for one")
NO_OPERATOR = N_("nobody is said to operate the component «{name}»")
THEIRS = N_("Found by others: {said}")


def document(resource: Resource) -> Document | None:
    """A resource with a day of publication, as a declared document; None when it has no day."""
    published = next((one.value for one in resource.props if one.name == "published" and one.ns != NS), None)
    day = day_of(published)
    if day is None:
        return None
    known = homes.of_document(resource)
    file, digest = known["file"], known["digest"]
    return Document(
        resource.uuid, resource.title or resource.uuid, EvidenceKind.DOCUMENT, Assurance.DECLARED, "", day, None,
        resource.description or "", (), str(file) if file else None, str(digest) if digest else None,
    )


def day_of(stamp: str | None) -> date | None:
    """The day of a date or of a moment; None when it is neither."""
    try:
        return date.fromisoformat((stamp or "")[:10])
    except ValueError:
        return None


def suppliers(made: Metadata, held: Iterable[Responsible]) -> tuple[list[Supplier], list[Party]]:
    """The organisations that hold a role of supplier, and the parties that hold none."""
    roles = {uuid: one.role_id for one in (*made.responsible_parties, *held) if one.role_id in SUPPLIER_ROLES for uuid in one.party_uuids}
    found, left = [], []
    for party in made.parties:
        if party.type == "organization" and party.uuid in roles:
            found.append(Supplier(party.uuid, party.name or party.short_name or party.uuid, roles[party.uuid], ""))
        else:
            left.append(party)
    return found, left


def operator(responsible: Sequence[Responsible]) -> str:
    """The party that a component says to be operated by; empty when it does not say."""
    named = {one.role_id: one.party_uuids for one in responsible if one.party_uuids}
    return next((named[role][0] for role in OPERATOR_ROLES if role in named), "")


def component(one: SystemComponent | DefinedComponent) -> Component:
    """A component, with what it holds unknown."""
    return Component(one.uuid, one.title, operator(one.responsible_roles))


def layer(one: DefinedComponent) -> Base:
    """A defined component as a layer: what its supplier says it implements is what it would provide."""
    told = [requirement_of(each.control_id) for implements in one.control_implementations for each in implements.implemented_requirements]
    return Base(one.uuid, one.title, "technology", inherits=tuple(dict.fromkeys(told)))


def relations(plan: SystemSecurityPlan, component_uuid: str) -> dict[Relation, dict[str, str]]:
    """What one component of a plan provides and leaves, requirement by requirement, with the words for it."""
    found: dict[Relation, dict[str, str]] = {Relation.PROVIDED: {}, Relation.RESPONSIBILITY: {}}
    for requirement in plan.control_implementation.implemented_requirements:
        parts = [*requirement.by_components, *(part for statement in requirement.statements for part in statement.by_components)]
        for part in parts:
            if part.component_uuid == component_uuid and part.export:
                number = requirement_of(requirement.control_id)
                for provided in part.export.provided:
                    found[Relation.PROVIDED].setdefault(number, provided.description)
                for left in part.export.responsibilities:
                    found[Relation.RESPONSIBILITY].setdefault(number, left.description)
    return found


def base(plan: SystemSecurityPlan, one: SystemComponent) -> Base:
    """A component of a plan as a layer of it."""
    found = relations(plan, one.uuid)
    return Base(one.uuid, one.title, "technology", inherits=tuple(found[Relation.PROVIDED]), leaves=found[Relation.RESPONSIBILITY])


def dossier(plan: SystemSecurityPlan) -> Dossier:
    """The offer that a plan of others describes: its name and perimeter, its provider when one is named."""
    system = plan.system_characteristics
    named = {one.role_id: one.party_uuids for one in (*system.responsible_parties, *plan.metadata.responsible_parties) if one.party_uuids}
    provider = next((named[role][0] for role in ("provider", "service-provider", "system-owner") if role in named), "")
    name = next((party.name or "" for party in plan.metadata.parties if party.uuid == provider), "")
    id = next((one.id for one in system.system_ids), plan.uuid)
    return Dossier(id, system.system_name, provider, name, (), system.authorization_boundary.description)


def finding(one: Finding, source: str) -> RequirementFinding:
    """What others found of a requirement: said by them, with nothing of ours behind it."""
    said = Reason("label.oscal.theirs", {"said": one.description}, THEIRS)
    requirement = requirement_of(homes.control_of(one))
    return RequirementFinding(
        requirement, Text(one.title, one.title), "mandatory", homes.answer_of(one), Stage.DECLARED, False, (said,), (), (), None,
        Source(source, requirement, "secondary"),
    )


def risk(one: RiskShape) -> Risk:
    """A risk of others: nobody here has assessed what remains of it."""
    treatment = one.remediations[0].description if one.remediations else ""
    return Risk(one.uuid, one.title, None, None, treatment, None, None, None)
