"""Every document that is written is one for compliance-trestle, whose models are those of OSCAL 1.2.1; what trestle writes is read."""

from __future__ import annotations

import json
import re
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from tests.label.oscal_cases import DIGESTS, assessments, worked
from trestle.core.duplicates_validator import DuplicatesValidator
from trestle.core.refs_validator import RefsValidator
from trestle.oscal import OSCAL_VERSION_REGEX
from trestle.oscal.assessment_plan import AssessmentPlan
from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.catalog import Catalog
from trestle.oscal.component import ComponentDefinition
from trestle.oscal.ssp import SystemSecurityPlan

from egide.label.oscal import read_oscal, write_oscal

if TYPE_CHECKING:
    from pathlib import Path

    from egide.label.results import LabelAssessment

MODELS = {
    "catalog": Catalog, "component-definition": ComponentDefinition, "system-security-plan": SystemSecurityPlan,
    "assessment-plan": AssessmentPlan, "assessment-results": AssessmentResults,
}


def as_trestle_reads(content: bytes) -> Any:
    """The document in trestle's own model; it refuses unknown keys, bad tokens, bad UUIDs and empty lists."""
    ((root, document),) = json.loads(content).items()
    return MODELS[root].model_validate(document)


def test_the_worked_offer_is_read_by_trestle_from_its_files(tmp_path: Path) -> None:
    for name, content in write_oscal(worked()).items():
        (tmp_path / name).write_bytes(content)
        ((root, document),) = json.loads(content).items()
        read = MODELS[root].oscal_read(tmp_path / name)
        assert read is not None, name
        assert str(read.uuid) == document["uuid"]
        assert re.match(OSCAL_VERSION_REGEX, document["metadata"]["oscal-version"])


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(assessment=assessments)
def test_trestle_reads_whatever_is_written(assessment: LabelAssessment) -> None:
    for content in write_oscal(assessment).values():
        read = as_trestle_reads(content)
        assert DuplicatesValidator().model_is_valid(read, True)
        assert RefsValidator().model_is_valid(read, True)


def test_every_reference_leads_to_something_that_is_there() -> None:
    files = {name: json.loads(content) for name, content in write_oscal(worked()).items()}
    for name, document in files.items():
        made = {one["uuid"] for one in _objects(document) if "uuid" in one}
        for one in _objects(document):
            for key, value in one.items():
                if key.endswith("-uuid") and key != "uuid":
                    assert value in made, (name, key)
                if key == "href" and value.startswith("#"):
                    assert value[1:] in made, (name, value)
                if key in {"href", "source"} and value.endswith(".json"):
                    assert value in files, (name, value)


def test_a_layer_is_told_in_the_words_of_oscal() -> None:
    plan: Any = as_trestle_reads(write_oscal(worked())["ssp.json"])
    parts = {component.uuid: component.title for component in plan.system_implementation.components}
    told = {requirement.control_id: {parts[part.component_uuid]: part for part in requirement.by_components or ()}
            for requirement in plan.control_implementation.implemented_requirements}
    base, offer = "Socle fictif", "Nuage fictif, bureautique"
    assert told["r-5.1.a"][offer].inherited[0].provided_uuid == told["r-5.1.a"][base].export.provided[0].uuid
    assert told["r-9.7.a"][offer].satisfied[0].responsibility_uuid == told["r-9.7.a"][base].export.responsibilities[0].uuid
    assert told["r-11.1.a"][base].export.provided, "a whole chapter that the base provides is told for each requirement of it"


def test_doubt_is_never_satisfied_and_says_that_it_is_no_failure() -> None:
    results: Any = as_trestle_reads(write_oscal(worked())["assessment-results.json"])
    targets = [one.target for one in results.results[0].findings]
    states = {one.target_id: (one.status.state.value, _plain(one.status.reason)) for one in targets}
    assert states["r-9.7.a_smt"] == ("not-satisfied", "other")
    assert states["r-12.5.a_smt"] == ("not-satisfied", "fail")
    assert states["r-5.1.a_smt"] == ("satisfied", "pass")


def test_evidence_travels_with_its_digest() -> None:
    plan: Any = as_trestle_reads(write_oscal(worked())["ssp.json"])
    first, second = (one for one in plan.back_matter.resources if one.rlinks)
    assert (first.rlinks[0].href, first.rlinks[0].hashes[0].value) == ("politique.pdf", "a" * 64)
    assert second.rlinks[0].href == "preuves/essai%20n%C2%B0%201.txt"


@pytest.mark.parametrize("name", sorted(write_oscal(worked())))
def test_what_trestle_writes_again_is_read_the_same(name: str, tmp_path: Path) -> None:
    files = write_oscal(worked())
    as_trestle_reads(files[name]).oscal_write(tmp_path / name)
    again = files | {name: (tmp_path / name).read_bytes()}
    assert read_oscal(again, DIGESTS) == read_oscal(files, DIGESTS)


def _objects(document: Any) -> list[dict[str, Any]]:
    if isinstance(document, dict):
        return [document, *chain.from_iterable(_objects(one) for one in document.values())]
    return list(chain.from_iterable(_objects(one) for one in document)) if isinstance(document, list) else []


def _plain(value: Any) -> str:
    return str(getattr(value, "value", value))
