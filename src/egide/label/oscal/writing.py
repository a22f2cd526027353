"""Writes an assessment as OSCAL 1.2: catalogue, component definition, security plan, assessment plan and results.

The security plan holds the dossier, the results hold the findings; the catalogue holds numbers and our own short titles, never the text
of a scheme. An offer underneath whose dossier is at hand has a plan of its own. What is computed from the rest (holdings, access,
autonomy) is not written: whoever reads the dossier computes it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from egide.label.oscal import homes
from egide.label.oscal.carrying import carry, line, mark
from egide.label.oscal.layers import implementation, reasons
from egide.label.oscal.names import CATALOG, COMPONENTS, PLAN, RESULTS, SSP, WHOLE, Names, control_id
from egide.label.oscal.outcome import assessment_plan, results
from egide.label.oscal.parts import RECORD, Writing, about, back_matter, components, metadata, register_resource, resource
from egide.label.oscal.shapes import (
    Boundary,
    Catalog,
    ComponentDefinition,
    Control,
    DefinedComponent,
    Implements,
    Import,
    InformationType,
    LeveragedAuthorization,
    Metadata,
    Part,
    Shape,
    Status,
    SystemCharacteristics,
    SystemComponent,
    SystemId,
    SystemImplementation,
    SystemInformation,
    SystemSecurityPlan,
    Told,
)
from egide.vocabulary.language import N_, language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.label.dossier import Dossier
    from egide.label.results import LabelAssessment, RequirementFinding

LEFT_TO_OTHERS = frozenset({
    "documents", "suppliers", "components", "accesses", "needs", "bases", "risks", "technical_data", "register",
})
"""Fields of a dossier that have objects of their own."""


def write_oscal(assessment: LabelAssessment, lang: str = "fr", with_register: bool = True) -> dict[str, bytes]:
    """The documents by file name; the same assessment gives the same bytes.

    ``lang`` is the language of what people read in them. The register of holdings, which may name persons, is attached unless
    ``with_register`` is False.
    """
    writing = Writing(assessment.on, language(lang), with_register=with_register)
    requirements = [one.id for one in assessment.findings]
    files = _system(assessment.dossier, requirements, assessment, writing)
    files[CATALOG] = _file("catalog", _catalog(assessment, writing))
    files[COMPONENTS] = _file("component-definition", _definition(assessment, writing))
    return dict(sorted(files.items()))


def _file(root: str, document: Shape) -> bytes:
    return msgspec.json.format(msgspec.json.encode({root: document}), indent=2) + b"\n"


def _system(dossier: Dossier, requirements: list[str], assessment: LabelAssessment | None, writing: Writing) -> dict[str, bytes]:
    """The plan of one offer, its results when it has any, and the same of the offers underneath."""
    files: dict[str, bytes] = {}
    below: list[str | None] = []
    for at, base in enumerate(dossier.bases, 1):
        prefix = f"{writing.prefix}base-{at}-"
        below.append(prefix + SSP if base.dossier else None)
        if base.dossier:
            under = Writing(writing.on, writing.language, prefix, writing.with_register)
            files |= _system(base.dossier, requirements, None, under)
    names = Names(dossier.id)
    plan = _plan(dossier, requirements, assessment.findings if assessment else (), names, writing, below)
    files[writing.prefix + SSP] = _file("system-security-plan", plan)
    if assessment or dossier.risks:
        files[writing.prefix + PLAN] = _file("assessment-plan", assessment_plan(dossier, writing))
        files[writing.prefix + RESULTS] = _file("assessment-results", results(dossier, assessment, writing))
    return files


def _catalog(assessment: LabelAssessment, writing: Writing) -> Catalog:
    names = Names(assessment.scheme.id)
    title = f"{assessment.scheme.title.in_(writing.language.code)}, {assessment.scheme.version}"
    whole = Control(WHOLE, line(title))
    controls = [_control(one, writing) for one in assessment.findings]
    made = metadata(writing, title, [])
    made.remarks = writing.said(N_("Numbers and titles of our own; the text of the scheme is its author's and is not here."))
    return Catalog(names.new("catalog", assessment.scheme.version), made, [whole, *controls])


def _control(finding: RequirementFinding, writing: Writing) -> Control:
    title = line(finding.title.in_(writing.language.code))
    id = control_id(finding.id)
    part = Part("statement", f"{id}_smt", title)
    return Control(id, title, props=[mark("number", finding.id), mark("binding", finding.binding)], parts=[part])


def _definition(assessment: LabelAssessment, writing: Writing) -> ComponentDefinition:
    dossier = assessment.dossier
    names = Names(dossier.id)
    made = about(dossier, writing, N_("Components of {offer}"), with_parties=True)
    defined = [_defined(one) for one in components(dossier, names, writing, [None] * len(dossier.bases))]
    offer = defined[0]
    offer.props = [*offer.props, *carry(dossier, {}, LEFT_TO_OTHERS | _ONLY_IN_THE_PLAN)]
    told = [Told(names.new("told", one.id), control_id(one.id), reasons(one, writing), [mark("answer", one.answer)])
            for one in assessment.findings]
    if told:
        offer.control_implementations = [Implements(names.new("implements", assessment.scheme.id), CATALOG, writing.said(
            N_("What was found of each requirement on {day}."), day=assessment.on), told)]
    return ComponentDefinition(names.new("definition", dossier.id), made, defined)


_ONLY_IN_THE_PLAN = frozenset({
    "statements", "objectives", "answered", "steps", "requested_on", "customers", "line", "owners", "efforts", "digest", "problems",
})


def _defined(one: SystemComponent) -> DefinedComponent:
    kind = "service" if one.type in {"this-system", "system"} else one.type
    return DefinedComponent(one.uuid, kind, one.title, one.description, props=one.props)


def _plan(dossier: Dossier, requirements: list[str], findings: Sequence[RequirementFinding], names: Names, writing: Writing,
          below: list[str | None]) -> SystemSecurityPlan:
    made = about(dossier, writing, N_("Security plan of {offer}"), with_parties=True)
    parts = SystemImplementation(components(dossier, names, writing, below), _leveraged(dossier, names))
    resources = [resource(one, names) for one in dossier.documents]
    if dossier.register is not None and writing.with_register:
        resources.append(register_resource(dossier.register, names, writing))
    return SystemSecurityPlan(
        names.new("plan", dossier.id), made, Import(CATALOG), _characteristics(dossier, made, names, writing), parts,
        implementation(dossier, requirements, findings, names, writing), back_matter(resources),
    )


def _leveraged(dossier: Dossier, names: Names) -> list[LeveragedAuthorization]:
    """The bases that stand as qualified in a catalogue, since a day that is known."""
    provider = names.of("provider", dossier.provider)
    return [
        LeveragedAuthorization(names.new("leveraged", base.offer), line(base.name), provider, base.line.start.isoformat(),
                               remarks=base.line.source)
        for base in dossier.bases if base.line and base.line.start and base.line.status == "qualified"
    ]


def _characteristics(dossier: Dossier, made: Metadata, names: Names, writing: Writing) -> SystemCharacteristics:
    information = []
    for one in dossier.technical_data:
        typed = InformationType(line(one.kind), writing.said(N_("Technical data, held by {holder}."), holder=one.held_by),
                                names.new("information", one.kind), [mark(RECORD, "technical-data")])
        typed.props += carry(one, homes.of_technical_data(typed))
        information.append(typed)
    if not information:
        said = writing.said(N_("Data of customers"))
        information = [InformationType(said, said, names.new("customer-data", ""))]
    status = Status("other", writing.said(N_("Whether the service runs is not a question of the dossier.")))
    system = SystemCharacteristics([SystemId(line(dossier.id))], line(dossier.name), dossier.perimeter, SystemInformation(information),
                                   status, Boundary(dossier.perimeter))
    system.props = [mark(RECORD, "dossier"), *carry(dossier, homes.of_dossier(system, made.parties[0].name), LEFT_TO_OTHERS)]
    return system
