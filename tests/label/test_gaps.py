"""What is missing, in the order of work: what most depends on it first, then what costs least."""

from __future__ import annotations

from dataclasses import replace

from tests.label.fixtures import complete, put
from tests.label.shipped_schemes import all_shipped, shipped
from tests.label.test_assess_each_requirement import third_holder
from tests.label.world import ON, small, worked

from egide.label.gaps import gaps, number, served
from egide.label.results import Gap
from egide.label.road import road
from egide.vocabulary.findings import Answer

SCHEME = shipped("secnumcloud-3.2")


def without(*requirements: str, **fields: object) -> tuple[Gap, ...]:
    dossier = complete()
    taken = {f"secnumcloud-3.2#{one}" for one in requirements}
    documents = tuple(one for one in dossier.documents if not taken & set(one.covers))
    return gaps(put(replace(dossier, documents=documents, **fields)), None, all_shipped())  # type: ignore[arg-type]


def names(found: tuple[Gap, ...]) -> list[str]:
    return [one.requirement for one in found]


def test_a_whole_file_has_no_gap() -> None:
    assert without() == ()


def test_every_requirement_that_is_not_met_is_a_gap_and_says_why_and_what_to_bring() -> None:
    assessment = put(small(statements={}, documents=(), register=None, line=None))
    found = gaps(assessment, None, (SCHEME,))
    assert set(names(found)) == {one.id for one in assessment.findings if one.answer is not Answer.MET}
    assert all(one.because and one.missing for one in found)


def test_what_most_waits_for_it_comes_first() -> None:
    found = without("5.1.b", "5.2.a")
    assert names(found) == ["5.2.a", "5.1.b"]
    assert len(found[0].blocks) > len(found[1].blocks)


def test_what_waits_through_others_counts_too() -> None:
    low, middle, high = _chain()
    (gap,) = without(low)
    assert {middle, high} <= set(gap.blocks)


def _chain() -> tuple[str, str, str]:
    for one in SCHEME.requirements:
        for middle in (SCHEME.by_id[name] for name in one.stands_on):
            for low in middle.stands_on:
                if not SCHEME.by_id[low].computed:
                    return low, middle.id, one.id
    raise AssertionError


def test_between_two_for_which_as_much_waits_the_cheaper_comes_first() -> None:
    pair = _equals()
    dear, cheap = without(*pair, efforts={pair[0]: 90_000, pair[1]: 1_000}), without(*pair, efforts={pair[0]: 1_000, pair[1]: 90_000})
    assert names(dear) == [pair[1], pair[0]]
    assert names(cheap) == [pair[0], pair[1]]
    assert dear[0].cost_eur == 1_000


def _equals() -> tuple[str, str]:
    """Two requirements of one effort on which nothing stands."""
    below = {name for one in SCHEME.requirements for name in one.stands_on}
    leaves = [one for one in SCHEME.requirements if one.id not in below and not one.computed and one.binding == "mandatory"]
    first = leaves[0]
    return first.id, next(one.id for one in leaves[1:] if one.effort == first.effort)


def test_what_the_provider_estimated_comes_before_what_nobody_did() -> None:
    pair = _equals()
    assert names(without(*pair, efforts={pair[1]: 90_000}))[0] == pair[1]


def test_the_nearest_estimate_is_the_one_that_counts() -> None:
    (gap,) = without("9.6.a", efforts={"9.*": 1, "9.6.*": 2, "9.6.a": 3})
    assert gap.cost_eur == 3


def test_a_recommendation_comes_last_whatever_waits_for_it() -> None:
    recommended = next(one.id for one in SCHEME.requirements if one.binding == "recommended")
    leaf, _ = _equals()
    assert names(without(recommended, leaf)) == [leaf, recommended]


def test_the_steps_of_the_road_that_wait_for_it_are_named() -> None:
    dossier = complete()
    documents = tuple(one for one in dossier.documents if one.covers != ("secnumcloud-3.2#9.6.a",))
    assessment = put(replace(dossier, documents=documents, line=None, requested_on=ON))
    planned = road(assessment.dossier, ON, SCHEME, assessment.findings)
    (gap,) = [one for one in gaps(assessment, planned, (SCHEME,)) if one.binding == "mandatory"]
    assert {"evaluation", "decision"} <= set(gap.blocks)


def test_the_same_evidence_serves_other_schemes_but_not_what_only_looks_alike() -> None:
    assert any(one.startswith("gaia-x-24.11#") for one in served("19.1.c", "secnumcloud-3.2", all_shipped()))
    assert "gaia-x-24.11#P5.1.5" not in served("19.6.b", "secnumcloud-3.2", all_shipped())


def test_numbers_are_ordered_as_people_count() -> None:
    assert sorted(["5.10.a", "5.9.b", "annex-2.c", "5.9.a"], key=number) == ["annex-2.c", "5.9.a", "5.9.b", "5.10.a"]
    assert sorted(["P2.1.10", "P2.1.9"], key=number) == ["P2.1.9", "P2.1.10"]


def test_a_holder_above_the_cap_is_a_gap_with_its_chain() -> None:
    (gap,) = gaps(put(third_holder(24.1)(complete())), None, all_shipped())
    assert gap.requirement == "19.6.b"
    assert "Fonds fictif Alpha" in str(gap.because[0].args["chain"])


def test_the_planted_failures_of_the_worked_provider_are_found() -> None:
    assessment = put(worked())
    found = {one.requirement: one for one in gaps(assessment, None, all_shipped())}
    assert assessment.answer is Answer.NOT_MET
    assert {"19.2.e", "19.6.d"} <= {name for name, one in found.items() if one.answer is Answer.NOT_MET}
    assert found["13.1.a"].because[0].code == "label.evidence.changed"
    assert found["16.1.a"].missing[0].what.code == "label.missing.file"
    assert "19.6.c" in found
