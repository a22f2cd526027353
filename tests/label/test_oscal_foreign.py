"""OSCAL that another tool wrote is taken for what it says, and the rest is reported."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from trestle.oscal import assessment_results, common, component, ssp

from egide.label.oscal import read_oscal
from egide.label.results import Stage
from egide.vocabulary.findings import Answer

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


def uuid(at: int) -> str:
    return f"00000000-0000-4000-8000-{at:012d}"


def metadata(**more: Any) -> common.Metadata:
    said = {"title": "Document d'un autre outil", "last-modified": NOON, "version": "1", "oscal-version": "1.2.1"}
    return common.Metadata(**said, **more)


def party(at: int, name: str) -> dict[str, object]:
    return {"uuid": uuid(at), "type": "organization", "name": name}


def a_definition() -> bytes:
    told = component.ControlImplementation(**{
        "uuid": uuid(20), "source": "https://exemple.invalid/catalogue.json", "description": "ce qui est fait",
        "implemented-requirements": [{"uuid": uuid(21), "control-id": "r-9.7.a", "description": "fait"}]})
    parts = [
        component.DefinedComponent(**{"uuid": uuid(10), "type": "software", "title": "Annuaire fictif", "description": "un annuaire",
                                      "control-implementations": [told], "protocols": [{"name": "ldaps"}],
                                      "responsible-roles": [{"role-id": "provider", "party-uuids": [uuid(1)]}]}),
        component.DefinedComponent(uuid=uuid(11), type="hardware", title="Boîtier fictif", description="une boîte"),
    ]
    made = metadata(parties=[party(1, "Éditeur fictif SAS"), party(2, "Auditeur fictif")])
    matter = common.BackMatter(resources=[
        common.Resource(uuid=uuid(30), title="Rapport fictif", props=[{"name": "published", "value": "2026-02-03T10:00:00+01:00"}],
                        rlinks=[{"href": "rapports/a.pdf", "hashes": [{"algorithm": "SHA-256", "value": "a" * 64}]}]),
        common.Resource(uuid=uuid(31), title="Sans jour"),
    ])
    return whole(component.ComponentDefinition(
        **{"uuid": uuid(40), "metadata": made, "components": parts, "back-matter": matter}))


def whole(model: Any) -> bytes:
    return bytes(model.oscal_serialize_json().encode())


def a_plan() -> bytes:
    by = {"component-uuid": uuid(50), "uuid": uuid(51), "description": "fait", "export": {
        "provided": [{"uuid": uuid(52), "description": "les sites sont gardés"}],
        "responsibilities": [{"uuid": uuid(53), "description": "tenir vos comptes", "provided-uuid": uuid(52)}]}}
    return whole(ssp.SystemSecurityPlan(**{
        "uuid": uuid(60), "metadata": metadata(parties=[party(1, "Hébergeur fictif SAS")],
                                               **{"responsible-parties": [{"role-id": "provider", "party-uuids": [uuid(1)]}]}),
        "import-profile": {"href": "https://exemple.invalid/profil.json"},
        "system-characteristics": {
            "system-ids": [{"id": "hebergement-fictif"}], "system-name": "Hébergement fictif", "description": "des serveurs",
            "system-information": {"information-types": [{"title": "données", "description": "des clients"}]},
            "status": {"state": "operational"}, "authorization-boundary": {"description": "deux sites"}},
        "system-implementation": {"components": [
            {"uuid": uuid(50), "type": "this-system", "title": "Hébergement", "description": "tout", "status": {"state": "operational"}}]},
        "control-implementation": {"description": "ce qui est fait", "implemented-requirements": [
            {"uuid": uuid(61), "control-id": "pe-3", "statements": [
                {"statement-id": "pe-3_smt", "uuid": uuid(62), "by-components": [by]}]}]},
    }))


def the_results() -> bytes:
    def found(at: int, state: str) -> dict[str, object]:
        return {"uuid": uuid(at), "title": "Accès", "description": "vu", "target": {
            "type": "statement-id", "target-id": f"pe-{at}_smt.a", "status": {"state": state}}}
    return whole(assessment_results.AssessmentResults(**{
        "uuid": uuid(70), "metadata": metadata(), "import-ap": {"href": "plan.json"}, "results": [{
            "uuid": uuid(71), "title": "Constats", "description": "constats", "start": NOON,
            "reviewed-controls": {"control-selections": [{"include-all": {}}]},
            "findings": [found(72, "satisfied"), found(73, "not-satisfied")],
            "risks": [{"uuid": uuid(80), "title": "Panne", "description": "une panne", "statement": "arrêt", "status": "open"}]}]}))


def test_a_component_definition_gives_components_layers_suppliers_and_evidence() -> None:
    read = read_oscal({"définition.json": a_definition()})
    assert [(one.name, one.operated_by) for one in read.components] == [("Annuaire fictif", uuid(1)), ("Boîtier fictif", "")]
    assert [(one.name, one.inherits) for one in read.bases] == [("Annuaire fictif", ("9.7.a",))]
    assert [one.name for one in read.suppliers] == ["Éditeur fictif SAS"]
    assert read.dossier is None


def test_what_is_not_understood_or_not_said_is_reported() -> None:
    messages = [one.message.format(**one.args) for one in read_oscal({"d.json": a_definition()}).problems]
    assert messages == [
        "1 × `$.component-definition.components[].protocols`: not understood, so left out",
        "nobody is said to operate the component «Boîtier fictif»",
        "the party «Auditeur fictif» has no role of a supplier, so it is not taken for one",
        "the resource «Rapport fictif» does not say who issued it",
        "the resource «Sans jour» does not say of which day it is, so it is no evidence",
    ]


def test_the_plan_of_another_is_a_layer_for_whoever_builds_on_it() -> None:
    read = read_oscal({"plan.json": a_plan()})
    assert read.dossier is not None
    offer = read.dossier
    assert (offer.id, offer.provider_name, offer.perimeter) == ("hebergement-fictif", "Hébergeur fictif SAS", "deux sites")
    assert read.exported is not None
    assert (read.exported.inherits, dict(read.exported.leaves)) == (("pe-3",), {"pe-3": "tenir vos comptes"})


def test_what_others_found_is_theirs_and_answers_nothing_here() -> None:
    read = read_oscal({"plan.json": a_plan(), "results.json": the_results()})
    assert read.assessment is None
    assert [(one.id, one.answer, one.stage, one.evidence) for one in read.findings] == [
        ("pe-72", Answer.MET, Stage.DECLARED, ()), ("pe-73", Answer.NOT_MET, Stage.DECLARED, ())]
    assert read.dossier is not None
    assert [(one.title, one.residual, one.accepted_by) for one in read.dossier.risks] == [("Panne", None, None)]


def test_a_document_of_another_is_declared_on_the_day_that_it_says() -> None:
    plan = a_plan().replace(b'"import-profile"', b'"back-matter": ' + (
        b'{"resources": [{"uuid": "' + uuid(90).encode() + b'", "title": "Rapport", '
        b'"props": [{"name": "published", "value": "2026-02-03"}]}]}'
    ) + b', "import-profile"', 1)
    read = read_oscal({"plan.json": plan})
    assert read.dossier is not None
    (found,) = read.dossier.documents
    assert (found.title, found.on, found.assurance, found.covers) == ("Rapport", date(2026, 2, 3), "declared", ())
