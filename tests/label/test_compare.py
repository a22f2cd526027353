"""Two assessments side by side: two offers, or one offer on two days; nothing ranks them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.label.fixtures import ON, complete, put
from tests.label.test_assess_each_requirement import say, third_support
from tests.label.world import rival, small, worked

from egide.label.compare import Side, compare
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer


def test_an_offer_stands_as_well_as_itself() -> None:
    same = compare(put(complete()), put(complete()))
    assert {row.better for row in same.rows} == {Side.SAME}
    assert same.only_first == same.only_second == ()


def test_each_row_says_who_stands_better() -> None:
    first = say(contract__law="CH")(complete())
    second = say(places__documented=None)(complete())
    told = compare(put(first), put(second))
    assert [row.requirement for row in told.better(Side.SECOND)] == ["19.1.c"]
    assert [row.requirement for row in told.better(Side.FIRST)] == ["19.2.a"]


def test_exposure_is_told_apart() -> None:
    told = compare(put(third_support(complete())), put(complete()))
    assert told.only_first == ("US",)
    assert told.only_second == ()


def test_one_offer_on_two_days_shows_what_time_takes() -> None:
    dossier = complete()
    told = compare(put(dossier), put(dossier, on=date(2028, 6, 1)))
    assert told.until[0] is not None
    assert told.better(Side.FIRST)
    assert not told.better(Side.SECOND)


def test_what_only_one_of_them_is_asked_does_not_compare() -> None:
    told = compare(put(replace(complete(), kinds=("IaaS",))), put(replace(complete(), kinds=("SaaS",))))
    apart = told.better(Side.APART)
    assert apart
    assert all((row.first is None) != (row.second is None) for row in apart)


def test_levels_are_set_side_by_side() -> None:
    gaia = "gaia-x-24.11"
    told = compare(put(complete(gaia), gaia), put(small(), gaia))
    assert [one.name for one in told.levels] == ["SC", "L1", "L2", "L3"]
    assert told.levels[0].first is Answer.MET
    assert told.levels[0].second is Answer.UNKNOWN


def test_two_schemes_do_not_compare() -> None:
    with pytest.raises(InputError):
        compare(put(complete()), put(complete(), "gaia-x-24.11"))


def test_the_rows_are_in_the_order_of_the_text() -> None:
    rows = [row.requirement for row in compare(put(complete()), put(complete())).rows]
    assert rows.index("9.6.a") < rows.index("10.1.a") < rows.index("19.6.b")


def test_the_worked_provider_and_its_rival_compare() -> None:
    told = compare(put(worked()), put(rival()))
    assert len(told.rows) >= 270
    assert told.better(Side.FIRST)
    assert told.better(Side.SECOND)
    assert {told.first.on, told.second.on} == {ON}
