"""What is written as OSCAL is read back as it was."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.label.oscal_cases import DIGESTS, assessments, below, worked

from egide.label.dossier import Dossier
from egide.label.oscal import read_oscal, write_oscal
from egide.label.results import LabelAssessment


def differences(one: Any, other: Any) -> dict[str, tuple[Any, Any]]:
    return {each.name: (getattr(one, each.name), getattr(other, each.name)) for each in fields(one)
            if getattr(one, each.name) != getattr(other, each.name)}


def test_the_worked_offer_comes_back_as_it_was() -> None:
    assessment = worked()
    read = read_oscal(write_oscal(assessment), DIGESTS)
    assert read.problems == ()
    assert read.dossier is not None
    assert read.assessment is not None
    assert differences(assessment.dossier, read.dossier) == {}
    assert differences(assessment, read.assessment) == {}


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(assessment=assessments, lang=st.sampled_from(["fr", "en"]))
def test_no_dossier_loses_anything(assessment: LabelAssessment, lang: str) -> None:
    read = read_oscal(write_oscal(assessment, lang), DIGESTS, below(assessment.dossier))
    assert read.problems == ()
    assert read.assessment is not None
    assert differences(assessment, read.assessment) == {}


def test_the_same_assessment_gives_the_same_bytes() -> None:
    assert write_oscal(worked()) == write_oscal(worked())


def test_the_order_of_the_files_changes_nothing() -> None:
    files = write_oscal(worked())
    assert read_oscal(dict(reversed(files.items())), DIGESTS) == read_oscal(files, DIGESTS)


def test_a_plan_without_results_gives_the_dossier_alone() -> None:
    files = write_oscal(worked())
    plans = {name: content for name, content in files.items() if name.endswith("ssp.json")}
    read = read_oscal(plans, DIGESTS)
    assert read.assessment is None
    assert read.dossier == replace(worked().dossier, risks=(), bases=read.bases)


def test_a_component_definition_alone_gives_the_offer_and_its_parts() -> None:
    whole = worked().dossier
    read = read_oscal({"c.json": write_oscal(worked())["component-definition.json"]})
    assert isinstance(read.dossier, Dossier)
    assert (read.dossier.id, read.dossier.kinds, read.dossier.provider) == (whole.id, whole.kinds, whole.provider)
    assert read.suppliers == whole.suppliers
    assert read.components == whole.components
    assert read.dossier.accesses == whole.accesses
    assert read.bases == tuple(replace(base, dossier=None) for base in whole.bases)


def test_the_register_stays_at_home_when_asked() -> None:
    assessment = worked()
    files = write_oscal(assessment, with_register=False)
    assert not any(b"base64" in content for content in files.values())


@pytest.mark.parametrize("found", [{}, {"politique.pdf": "f" * 64}])
def test_what_a_file_is_today_is_said_by_whoever_holds_it(found: dict[str, str]) -> None:
    read = read_oscal(write_oscal(worked()), found)
    assert read.dossier is not None
    assert [one.found for one in read.dossier.documents] == [found.get("politique.pdf"), None]
