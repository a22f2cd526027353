"""Schemes of levels: what each level asks, how strongly, and the highest that is reached."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.label.fixtures import complete, finding, papers_for, put
from tests.label.shipped_schemes import shipped
from tests.label.test_assess_each_requirement import say, third_holder
from tests.label.world import small

from egide.label.dossier import Assurance
from egide.label.levels import highest
from egide.label.results import LevelReached
from egide.vocabulary.findings import Answer

GAIA = "gaia-x-24.11"


def test_all_levels_of_a_whole_file_are_reached() -> None:
    assessment = put(complete(GAIA), GAIA)
    assert assessment.level == "L3"
    assert [one.answer for one in assessment.levels] == [Answer.MET] * 4


def test_declarations_alone_reach_the_levels_that_ask_for_no_more() -> None:
    scheme = shipped(GAIA)
    documents = tuple(
        replace(one, file=None, digest=None, found=None, assurance=Assurance.DECLARED)
        for requirement in scheme.requirements for one in papers_for(scheme, requirement)
    )
    assessment = put(small(documents=documents), GAIA)
    answers = {one.level: one.answer for one in assessment.levels}
    assert answers == {"SC": Answer.MET, "L1": Answer.MET, "L2": Answer.UNKNOWN, "L3": Answer.UNKNOWN}
    assert assessment.level == "L1"
    certified = {one.id for one in scheme.requirements if one.levels.get("L2") == "certification"}
    assert set(assessment.levels[2].missing) == certified
    assert len(certified) == 35


def test_the_providers_own_documents_do_not_certify() -> None:
    dossier = complete(GAIA)
    own = tuple(replace(one, assurance=Assurance.DECLARED) for one in dossier.documents)
    assert put(replace(dossier, documents=own), GAIA).level == "L1"


@pytest.mark.parametrize("standard", ["secnumcloud", "iso-27001"])
def test_the_certificate_of_a_standard_serves_the_criteria_that_accept_it_and_no_other(standard: str) -> None:
    scheme = shipped(GAIA)
    assert standard in scheme.standards
    accepting = next(one for one in scheme.requirements if standard in one.standards and not one.computed)
    dossier = complete(GAIA)
    attested = replace(dossier.documents[0], id="C-1", covers=(), standard=standard, assurance=Assurance.ATTESTED)
    answers = {one.id: one.answer for one in put(replace(dossier, documents=(attested,)), GAIA).findings}
    assert answers[accepting.id] is Answer.MET
    assert all(answers[one.id] is not Answer.MET for one in scheme.requirements if standard not in one.standards and not one.computed
               and not any(pair.requirement == one.id for pair in scheme.correspondences))  # fmt: skip


def test_a_failure_at_the_highest_level_leaves_the_lower_ones() -> None:
    assessment = put(third_holder(60.0)(complete(GAIA)), GAIA)
    assert assessment.level == "L2"
    assert assessment.levels[3].answer is Answer.NOT_MET
    assert assessment.levels[3].missing == ("P5.1.5",)


def test_what_is_computed_is_not_declared_where_certification_is_asked() -> None:
    declared = say(places__storage=frozenset({"FR"}))(complete(GAIA))
    claim = declared.statements["places.storage"][0]
    own = replace(claim, assurance=Assurance.DECLARED, claim=replace(claim.claim, issuer="Petit nuage fictif SAS"))
    documents = tuple(one for one in declared.documents if one.covers != (f"{GAIA}#P5.1.2",))
    given = replace(declared, statements={**declared.statements, "places.storage": (own,)}, documents=documents)
    assert finding(put(given, GAIA), "P5.1.2").answer is Answer.UNKNOWN


def test_the_highest_level_is_the_last_whose_own_list_is_met() -> None:
    def at(*answers: Answer) -> tuple[LevelReached, ...]:
        return tuple(LevelReached(f"L{place}", answer, ()) for place, answer in enumerate(answers))

    met, unknown = Answer.MET, Answer.UNKNOWN
    assert highest(at(met, met, unknown)) == "L1"
    assert highest(at(unknown, unknown)) is None
    assert highest(()) is None


def test_a_level_of_a_draft_is_marked_as_a_simulation() -> None:
    assessment = put(complete("cada-proposal"), "cada-proposal")
    assert assessment.simulation
    assert assessment.level == "level-4"
