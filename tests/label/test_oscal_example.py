"""The provider of the examples, under each scheme: out as OSCAL, through trestle, and back."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.label import world
from tests.label.shipped_schemes import shipped
from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.ssp import SystemSecurityPlan

from egide.label.assess import assess
from egide.label.oscal import read_oscal, write_oscal

if TYPE_CHECKING:
    from egide.label.dossier import Dossier
    from egide.label.results import LabelAssessment

SCHEMES = ("secnumcloud-3.2", "gaia-x-24.11", "eu-csf-1.2.1")


def found(dossier: Dossier) -> dict[str, str]:
    """The digests of the evidence files of an offer as they are."""
    return {one.file: one.found for one in dossier.documents if one.file and one.found}


def below(dossier: Dossier) -> dict[str, dict[str, str]]:
    """The same of the offers underneath."""
    under = [base.dossier for base in dossier.bases if base.dossier]
    return {one.id: found(one) for one in under} | {id: files for one in under for id, files in below(one).items()}


@cache
def assessed(scheme: str) -> LabelAssessment:
    return assess(world.worked(), shipped(scheme), world.ON)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_round_trip_loses_nothing(scheme: str) -> None:
    assessment = assessed(scheme)
    read = read_oscal(write_oscal(assessment), found(assessment.dossier), below(assessment.dossier))
    assert read.problems == ()
    assert read.assessment == replace(assessment, ownership=None, access=None, autonomy=None)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_trestle_reads_it(scheme: str) -> None:
    files = write_oscal(assessed(scheme))
    assert SystemSecurityPlan.model_validate(json.loads(files["ssp.json"])["system-security-plan"])
    assert AssessmentResults.model_validate(json.loads(files["assessment-results.json"])["assessment-results"])


def test_what_is_read_is_assessed_the_same() -> None:
    assessment = assessed("eu-csf-1.2.1")
    read = read_oscal(write_oscal(assessment), found(assessment.dossier), below(assessment.dossier))
    assert read.dossier == assessment.dossier
