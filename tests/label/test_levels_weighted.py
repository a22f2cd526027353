"""The European framework: a gate by objective, a weighted score, and no level without evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.label.fixtures import ON, paper
from tests.label.shipped_schemes import shipped
from tests.label.world import small

from egide.label.assess import assess
from egide.label.dossier import Document, Dossier, Statement
from egide.label.results import LabelAssessment, ObjectiveScore
from egide.vocabulary.errors import InputError
from egide.vocabulary.facts import Claim
from egide.vocabulary.findings import Answer

CSF = "eu-csf-1.2.1"
SCHEME = shipped(CSF)
OBJECTIVES = [one.id for one in SCHEME.objectives]


def claimed(levels: dict[str, int | None], documents: tuple[Document, ...] | None = None, **more: object) -> Dossier:
    """These levels, each with a document behind it."""
    said = {}
    for name, level in levels.items():
        claim = Claim(f"{CSF}#{name}", level, "Petit nuage fictif SAS", date(2026, 10, 1), "dossier")
        said[f"{CSF}#{name}"] = Statement(claim, evidence=("E-1",), **more)  # type: ignore[arg-type]
    return small(objectives=said, documents=documents if documents is not None else (paper("E-1", ()),))


def put(dossier: Dossier, **minimums: int) -> LabelAssessment:
    return assess(dossier, SCHEME, ON, minimums={name.replace("_", "-"): least for name, least in minimums.items()})


def objective(assessment: LabelAssessment, name: str) -> ObjectiveScore:
    return next(one for one in assessment.objectives if one.objective == name)


def test_the_weights_are_those_of_the_framework() -> None:
    assert [one.weight for one in SCHEME.objectives] == [15, 10, 10, 15, 20, 15, 10, 5]


def test_the_score_weighs_every_objective_exactly() -> None:
    assert put(claimed(dict.fromkeys(OBJECTIVES, 4))).score == 1
    assert put(claimed(dict.fromkeys(OBJECTIVES, 0))).score == 0
    only_first = {**dict.fromkeys(OBJECTIVES, 0), "SOV-1": 2}
    assert put(claimed(only_first)).score == Fraction(15 * 2, 100 * 4)


def test_an_objective_that_nobody_claims_leaves_the_score_between_two_bounds() -> None:
    known = {name: 4 for name in OBJECTIVES if name != "SOV-5"}
    assessment = put(claimed(known))
    assert assessment.score is None
    assert assessment.score_bounds == (Fraction(80, 100), Fraction(1))


@pytest.mark.parametrize("documents", [
    (), (paper("E-1", (), file=None, digest=None, found=None),), (paper("E-1", (), found="cd"),),
    (paper("E-1", (), until=date(2026, 10, 2)),), (paper("E-1", (), outcome="does-not-conform"),),
])  # fmt: skip
def test_a_level_claimed_without_evidence_that_counts_is_not_taken(documents: tuple[Document, ...]) -> None:
    assessment = put(claimed(dict.fromkeys(OBJECTIVES, 4), documents), SOV_1=1)
    assert all(one.level is None for one in assessment.objectives)
    assert assessment.score_bounds == (0, 1)
    assert assessment.answer is Answer.UNKNOWN


@pytest.mark.parametrize("level", [None, 5, -1])
def test_a_level_that_the_scheme_does_not_have_is_not_taken(level: int | None) -> None:
    assert objective(put(claimed({"SOV-1": level})), "SOV-1").level is None


def test_a_claim_past_its_last_day_is_not_taken() -> None:
    assert objective(put(claimed({"SOV-1": 3}, until=date(2026, 11, 1))), "SOV-1").level is None


@pytest.mark.parametrize(("least", "answer"), [(2, "met"), (3, "met"), (4, "not-met")])
def test_the_gate_is_the_buyers_minimum_for_each_objective(least: int, answer: str) -> None:
    assessment = put(claimed(dict.fromkeys(OBJECTIVES, 3)), SOV_4=least)
    assert objective(assessment, "SOV-4").answer == answer
    assert assessment.answer == answer


def test_one_objective_under_its_minimum_fails_whatever_the_score() -> None:
    assessment = put(claimed({**dict.fromkeys(OBJECTIVES, 4), "SOV-8": 0}), SOV_8=1)
    assert assessment.answer is Answer.NOT_MET
    assert assessment.score == Fraction(95, 100)


def test_without_a_minimum_nothing_was_asked_and_nothing_is_answered() -> None:
    assert put(claimed(dict.fromkeys(OBJECTIVES, 4))).answer is Answer.UNKNOWN


def test_a_minimum_of_zero_is_reached_whatever_is_claimed() -> None:
    assert put(small(), SOV_1=0).answer is Answer.MET


@pytest.mark.parametrize("minimums", [{"SOV_9": 1}, {"SOV_1": 5}, {"SOV_1": -1}])
def test_a_minimum_that_the_scheme_does_not_know_cannot_be_asked(minimums: dict[str, int]) -> None:
    with pytest.raises(InputError):
        put(small(), **minimums)


LEVELS = st.fixed_dictionaries({name: st.none() | st.integers(0, 4) for name in OBJECTIVES})


@given(LEVELS, st.sampled_from(OBJECTIVES), st.integers(0, 4))
def test_what_becomes_known_stays_within_what_was_bounded(levels: dict[str, int | None], name: str, level: int) -> None:
    before = put(claimed({**levels, name: None})).score_bounds
    after = put(claimed({**levels, name: level})).score_bounds
    assert before is not None
    assert after is not None
    assert before[0] <= after[0] <= after[1] <= before[1]


@given(LEVELS, st.dictionaries(st.sampled_from(OBJECTIVES), st.integers(0, 4), min_size=1), st.sampled_from(OBJECTIVES))
def test_taking_a_claim_away_never_passes_the_gate(levels: dict[str, int | None], minimums: dict[str, int], name: str) -> None:
    whole = assess(claimed(levels), SCHEME, ON, minimums=minimums)
    left = {key: one for key, one in claimed(levels).objectives.items() if not key.endswith(name)}
    less = assess(replace(claimed(levels), objectives=left), SCHEME, ON, minimums=minimums)
    assert not (less.answer is Answer.MET and whole.answer is not Answer.MET)
