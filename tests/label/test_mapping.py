"""One body of evidence for several schemes: what it answers, what it only helps, and what looks alike and is not."""

from __future__ import annotations

import pytest

from egide.label.mapping import answered_through, helped_by, serves, unknown_names

from .shipped_schemes import SCHEMES, all_shipped, shipped

GAIA_X = shipped("gaia-x-24.11")
SNC = "secnumcloud-3.2"


def relations(requirement: str) -> set[tuple[str, str]]:
    return {(one.other, one.relation) for one in helped_by(GAIA_X, requirement) if one.scheme == SNC}


def test_every_correspondence_names_what_exists() -> None:
    assert [str(one.at) for one in unknown_names(all_shipped())] == []


@pytest.mark.parametrize("name", SCHEMES)
def test_every_correspondence_says_who_says_so_and_where_it_stops(name: str) -> None:
    for one in shipped(name).correspondences:
        assert one.source is not None
        assert one.source.text
        assert one.source.at
        assert one.limits is not None
        assert one.limits.fr != one.limits.en


def test_decisive_influence_is_not_the_count_of_shares() -> None:
    assert relations("P5.1.5") == {("19.6.b", "differs")}
    (one,) = helped_by(GAIA_X, "P5.1.5")
    assert one.limits is not None
    assert "39" in one.limits.fr
    assert "39" in one.limits.en


def test_a_criterion_has_several_correspondences_that_hold_only_together() -> None:
    assert relations("P4.1.1") == {("19.1.g", "answers"), ("19.1.h", "answers")}
    assert not answered_through(GAIA_X, "P4.1.1", {"19.1.g"}, SNC)
    assert len(answered_through(GAIA_X, "P4.1.1", {"19.1.g", "19.1.h"}, SNC)) == 2


def test_what_only_helps_never_answers() -> None:
    assert ("19.6.c", "supports") in relations("P5.1.6")
    assert not answered_through(GAIA_X, "P5.1.6", {"19.6.c"}, SNC)


def test_a_certificate_named_as_an_example_only_helps() -> None:
    examples = [one for one in GAIA_X.correspondences if one.scheme != SNC]
    assert examples
    assert {one.relation for one in examples} == {"supports"}


def test_iso_27001_never_answers_secnumcloud() -> None:
    (one,) = helped_by(shipped(SNC), "9.4.a")
    assert (one.scheme, one.relation) == ("iso-27001", "supports")


def test_hds_says_nothing_of_immunity() -> None:
    assert {one.relation for one in helped_by(shipped(SNC), "19.6.b")} == {"differs"}


def test_evidence_for_one_scheme_lists_what_it_serves_elsewhere() -> None:
    served = {(one.scheme, one.requirement): one.correspondence.relation for one in serves(all_shipped(), SNC, "19.6.d")}
    assert served["gaia-x-24.11", "P5.1.7"] == "answers"
    assert served["eu-csf-1.2.1", "SOV-4"] == "supports"


def test_nothing_answers_a_simulation() -> None:
    simulations = [one for scheme in all_shipped() if scheme.simulation for one in scheme.correspondences]
    assert simulations
    assert all(one.relation != "answers" for one in simulations)
