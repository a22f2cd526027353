"""Reads OSCAL 1.2 back: what Égide wrote exactly as it was, what others wrote as far as it is understood, the rest as problems.

What is read is what its writers say. In particular the digests of files as they are on this machine are never taken from a
document: they are given by whoever holds the files.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from egide.label import dossier as nouns
from egide.label.oscal import foreign, homes
from egide.label.oscal.carrying import BadValueError, built, marked
from egide.label.oscal.gathering import MARKS, Gathering, Parts, add
from egide.label.oscal.layers import AT, FROM
from egide.label.oscal.outcome import COMPUTED_AGAIN, observed_by
from egide.label.oscal.parsing import MAX_DEPTH, Parsed, parse
from egide.label.oscal.parts import OFFER, RECORD
from egide.label.oscal.writing import LEFT_TO_OTHERS
from egide.label.results import Inheritance, LabelAssessment, RequirementFinding
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from egide.label.oscal.outcome_shapes import AssessmentResults, Result
    from egide.label.oscal.shapes import ComponentDefinition, SystemComponent, SystemSecurityPlan

NO_DOCUMENT = N_("none of the files is a security plan, assessment results or a component definition")
TWO_PLANS = N_("several security plans describe an offer of their own: {files}; give one, with those of the offers underneath")
NO_PLAN_BELOW = N_("the plan of the offer underneath is not among the files: `{plan}`")
PLAN_IN_A_CIRCLE = N_("the plan leads back to itself")
OTHER_RESULTS = N_("these results are of another plan than «{plan}», so they are left out")


@dataclass(frozen=True, slots=True)
class Imported:
    """What OSCAL documents hold. `dossier` and `assessment` are there when a plan and results are.

    All of it is its writer's word. In particular a line of ANSSI's catalogue in a dossier is no line of the catalogue: whoever holds
    the catalogue puts its own lines in their place before anything is assessed.
    """

    dossier: nouns.Dossier | None
    assessment: LabelAssessment | None
    """Without what is computed from the dossier: holdings, access, autonomy."""
    findings: tuple[RequirementFinding, ...]
    documents: tuple[nouns.Document, ...]
    suppliers: tuple[nouns.Supplier, ...]
    components: tuple[nouns.Component, ...]
    bases: tuple[nouns.Base, ...]
    """Layers underneath, and components of a definition seen as layers."""
    exported: nouns.Base | None
    """The system of a plan that others wrote, seen as a layer for those above."""
    problems: tuple[Problem, ...]


def read_oscal(files: Mapping[str, bytes], found: Mapping[str, str] | None = None,
               below: Mapping[str, Mapping[str, str]] | None = None) -> Imported:
    """The dossier, its assessment and the rest, from documents by file name.

    ``found`` gives the SHA-256 of the evidence files as they are, by the name that documents give them; ``below`` the same for each
    offer underneath, by its identifier. Raises `InputError` when a document cannot be used at all.
    """
    return _Reading(files, found or {}, below or {}).imported()


class _Reading(Gathering):
    def __init__(self, files: Mapping[str, bytes], found: Mapping[str, str], below: Mapping[str, Mapping[str, str]]) -> None:
        super().__init__()
        self.found = found
        self.below = below
        self.parsed = parse(files, self.problems)

    def imported(self) -> Imported:
        plans = [one for one in self.parsed.values() if one.root == "system-security-plan"]
        if plans:
            return self._of_plan(self._top(plans))
        results = [one for one in self.parsed.values() if one.root == "assessment-results"]
        definitions = [one for one in self.parsed.values() if one.root == "component-definition"]
        if not results and not definitions:
            raise InputError(NO_DOCUMENT)
        parts = Parts()
        offers = [self._definition(one, parts) for one in definitions]
        offer = next((one for one in offers if one is not None), None)
        if offer is not None:
            offer = replace(offer, **parts.fields())
        findings = [finding for one in results for finding in self._loose_findings(one, parts)]
        return Imported(offer, None, tuple(findings), tuple(parts.documents), tuple(parts.suppliers), tuple(parts.components),
                        tuple(parts.bases), None, tuple(self.problems))

    # --- the plan -------------------------------------------------------------------------------

    def _top(self, plans: Sequence[Parsed]) -> Parsed:
        """The plan that no other plan names as one underneath."""
        below = {link.href for one in plans for part in one.document.system_implementation.components for link in part.links
                 if link.rel == "system-security-plan"}
        top = [one for one in plans if one.file not in below]
        if len(top) != 1:
            raise InputError(TWO_PLANS, values={"files": ", ".join(one.file for one in top or plans)})
        return top[0]

    def _of_plan(self, top: Parsed) -> Imported:
        dossier = self._dossier(top, (top.file,))
        results = self._results_of(top)
        layers = self._layers(top)
        findings: tuple[RequirementFinding, ...] = ()
        assessment = None
        for one in results[:1]:
            findings, assessment = self._outcome(one, dossier, layers)
        for one in [*results[1:], *self._orphans(top)]:
            self.tell(one.file, f"$.{one.root}", OTHER_RESULTS, plan=top.file)
        ours = marked(top.document.system_characteristics.props, RECORD) == "dossier"
        exported = None if ours else self._exported(top.document, dossier)
        return Imported(dossier, assessment, findings, dossier.documents, dossier.suppliers, dossier.components, dossier.bases, exported,
                        tuple(self.problems))

    def _dossier(self, one: Parsed, trail: tuple[str, ...]) -> nouns.Dossier:
        plan: SystemSecurityPlan = one.document
        system = plan.system_characteristics
        provider = next((party.name for party in plan.metadata.parties if marked(party.props, RECORD) == "provider"), None)
        if marked(system.props, RECORD) == "dossier":
            at = Location(one.file, path="$.system-security-plan.system-characteristics")
            try:
                dossier = built(nouns.Dossier, system.props, homes.of_dossier(system, provider), LEFT_TO_OTHERS, MARKS)
            except BadValueError as error:
                raise InputError(error.message, at, values={"name": error.name}) from error
        else:
            dossier = foreign.dossier(plan)
        parts = Parts()
        where = f"$.{one.root}"
        self._components(one.file, f"{where}.system-implementation.components", plan, parts, trail)
        self.place_parties(one.file, where, plan.metadata, [role for part in plan.system_implementation.components
                                                       for role in part.responsible_roles], parts, {dossier.provider})
        self.place_evidence(one.file, where, plan.back_matter, parts,
                            self.found if len(trail) == 1 else self.below.get(dossier.id, {}))
        risks = [risk for result in self._results_of(one) for risk in self._risks(result)]
        return replace(dossier, **parts.fields(), risks=tuple(risks), technical_data=tuple(self._technical_data(one)))

    def _components(self, file: str, where: str, plan: SystemSecurityPlan, parts: Parts, trail: tuple[str, ...]) -> None:
        for at, one in enumerate(plan.system_implementation.components):
            path = f"{where}[{at}]"
            if marked(one.props, RECORD) == "base":
                base = self.record(nouns.Base, one.props, homes.of_titled(one.title), file, path, frozenset({"dossier"}))
                if base:
                    parts.bases.append(replace(base, dossier=self._below(one, file, path, trail)))
            elif not self.part(one, file, path, parts) and one.type != "this-system":
                if one.type == "system" or any(foreign.relations(plan, one.uuid).values()):
                    parts.bases.append(foreign.base(plan, one))
                else:
                    parts.components.append(self.foreign_component(one, file, path))

    def _below(self, one: SystemComponent, file: str, path: str, trail: tuple[str, ...]) -> nouns.Dossier | None:
        """The dossier of an offer underneath, from the plan that its component names."""
        link = next((link.href for link in one.links if link.rel == "system-security-plan"), None)
        if link is None:
            return None
        plan = self.parsed.get(link)
        if plan is None or plan.root != "system-security-plan":
            self.tell(file, path, NO_PLAN_BELOW, rejected=False, plan=link)
            return None
        if link in trail or len(trail) >= MAX_DEPTH:
            raise InputError(PLAN_IN_A_CIRCLE, Location(file, path=path))
        return self._dossier(plan, (*trail, link))

    def _technical_data(self, one: Parsed) -> Iterable[nouns.TechnicalData]:
        for at, information in enumerate(one.document.system_characteristics.system_information.information_types):
            if marked(information.props, RECORD) == "technical-data":
                path = f"$.{one.root}.system-characteristics.system-information.information-types[{at}]"
                record = self.record(nouns.TechnicalData, information.props, homes.of_technical_data(information), one.file, path)
                if record:
                    yield record

    def _layers(self, one: Parsed) -> dict[str, tuple[Inheritance, ...]]:
        """What was found of the layers, control by control, in the order in which it was found."""
        found: dict[str, list[tuple[int, Inheritance]]] = {}
        for at, requirement in enumerate(one.document.control_implementation.implemented_requirements):
            path = f"$.{one.root}.control-implementation.implemented-requirements[{at}]"
            for part in requirement.by_components:
                given: list[tuple[nouns.Relation, Sequence[Any]]] = [
                    (nouns.Relation.INHERITED, part.inherited), (nouns.Relation.SATISFIED, part.satisfied)]
                if part.export:
                    given.append((nouns.Relation.PROVIDED, part.export.provided))
                    given.append((nouns.Relation.RESPONSIBILITY, part.export.responsibilities))
                for relation, entries in given:
                    for entry in entries:
                        order = marked(entry.props, AT)
                        if order is None or marked(entry.props, FROM):
                            continue
                        record = self.record(Inheritance, entry.props, {"relation": relation}, one.file, path, marks=frozenset({AT}))
                        if record:
                            found.setdefault(requirement.control_id, []).append((int(order) if order.isdecimal() else 0, record))
        return {control: tuple(each for _, each in sorted(some, key=lambda pair: pair[0])) for control, some in found.items()}

    def _exported(self, plan: SystemSecurityPlan, dossier: nouns.Dossier) -> nouns.Base | None:
        own = next((one for one in plan.system_implementation.components if one.type == "this-system"), None)
        base = foreign.base(plan, own) if own else None
        return replace(base, offer=dossier.id, name=dossier.name) if base and (base.inherits or base.leaves) else None

    # --- results --------------------------------------------------------------------------------

    def _results_of(self, plan: Parsed) -> list[Parsed]:
        """The results whose assessment plan names this security plan; any results when there is but one plan."""
        results = [one for one in self.parsed.values() if one.root == "assessment-results"]
        named = [one for one in results if self._plan_of(one) == plan.file]
        alone = sum(one.root == "system-security-plan" for one in self.parsed.values()) == 1
        return named + [one for one in results if alone and self._plan_of(one) is None]

    def _plan_of(self, results: Parsed) -> str | None:
        between = self.parsed.get(results.document.import_ap.href)
        href: str | None = between.document.import_ssp.href if between and between.root == "assessment-plan" else None
        return href if href in self.parsed else None

    def _orphans(self, top: Parsed) -> list[Parsed]:
        """Results that are of no plan that is here."""
        plans = [one for one in self.parsed.values() if one.root == "system-security-plan"]
        held = {each.file for one in plans for each in self._results_of(one)}
        return [one for one in self.parsed.values() if one.root == "assessment-results" and one.file not in held]

    def _risks(self, one: Parsed) -> Iterable[nouns.Risk]:
        for number, result in enumerate(one.document.results):
            for at, risk in enumerate(result.risks):
                path = f"$.{one.root}.results[{number}].risks[{at}]"
                if marked(risk.props, RECORD) != "risk":
                    yield foreign.risk(risk)
                    continue
                record = self.record(nouns.Risk, risk.props, homes.of_risk(risk), one.file, path)
                if record:
                    yield record

    def _outcome(self, one: Parsed, dossier: nouns.Dossier, layers: Mapping[str, tuple[Inheritance, ...]],
                 ) -> tuple[tuple[RequirementFinding, ...], LabelAssessment | None]:
        parts = Parts()
        documents = self.place_evidence(one.file, f"$.{one.root}", one.document.back_matter, parts, self.found)
        findings: list[RequirementFinding] = []
        assessment = None
        for number, result in enumerate(one.document.results):
            some = self._findings(one, number, result, documents, layers)
            findings += some
            if marked(result.props, RECORD) == "assessment" and assessment is None:
                assessment = self._assessment(one, number, result, dossier, tuple(some), tuple(parts.documents))
        return tuple(findings), assessment

    def _assessment(self, one: Parsed, number: int, result: Result, dossier: nouns.Dossier, findings: tuple[RequirementFinding, ...],
                    documents: tuple[nouns.Document, ...]) -> LabelAssessment | None:
        known = {"dossier": dossier, "findings": findings, "documents": documents, "on": foreign.day_of(result.start),
                 "ownership": None, "access": None, "autonomy": None}
        return self.record(LabelAssessment, result.props, known, one.file, f"$.{one.root}.results[{number}]", COMPUTED_AGAIN)

    def _findings(self, one: Parsed, number: int, result: Result, documents: Mapping[str, str],
                  layers: Mapping[str, tuple[Inheritance, ...]]) -> list[RequirementFinding]:
        observed = observed_by(result.observations, documents)
        found = []
        for at, finding in enumerate(result.findings):
            path = f"$.{one.root}.results[{number}].findings[{at}]"
            if marked(finding.props, RECORD) != "finding":
                found.append(foreign.finding(finding, one.document.metadata.title))
                continue
            record = self.record(RequirementFinding, finding.props, homes.of_finding(finding, observed), one.file, path,
                                  frozenset({"layers"}))
            if record:
                found.append(replace(record, layers=layers.get(homes.control_of(finding), ())))
        return found

    def _loose_findings(self, one: Parsed, parts: Parts) -> list[RequirementFinding]:
        """Findings of results whose plan is not here."""
        document: AssessmentResults = one.document
        documents = self.place_evidence(one.file, f"$.{one.root}", document.back_matter, parts, self.found)
        return [finding for number, result in enumerate(document.results) for finding in self._findings(one, number, result, documents, {})]

    # --- a component definition alone -----------------------------------------------------------

    def _definition(self, one: Parsed, parts: Parts) -> nouns.Dossier | None:
        """Its components in place; the offer that it describes, when it is one of ours."""
        document: ComponentDefinition = one.document
        offer = None
        for at, part in enumerate(document.components):
            path = f"$.{one.root}.components[{at}]"
            if marked(part.props, RECORD) == OFFER:
                offer = self.record(nouns.Dossier, part.props, {}, one.file, path, LEFT_TO_OTHERS)
            elif marked(part.props, RECORD) == "base":
                add(parts.bases, self.record(nouns.Base, part.props, homes.of_titled(part.title), one.file, path, frozenset({"dossier"})))
            elif not self.part(part, one.file, path, parts):
                parts.components.append(self.foreign_component(part, one.file, path))
                if part.control_implementations:
                    parts.bases.append(foreign.layer(part))
        held = [role for part in document.components for role in part.responsible_roles]
        self.place_parties(one.file, f"$.{one.root}", document.metadata, held, parts, set())
        self.place_evidence(one.file, f"$.{one.root}", document.back_matter, parts, self.found)
        return offer
