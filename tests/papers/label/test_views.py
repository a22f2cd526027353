"""How the papers put things in order, and how they word figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from egide.label.dossier import Supplier
from egide.ownership.answers import Bounds
from egide.papers.label import views
from egide.papers.label.views import Freshness
from egide.papers.label.words import figure, headline, teller
from egide.vocabulary.findings import Answer

from .world import DOCUMENTS, clean, label, levels, weighted

PERMILLE = st.integers(0, 1000).map(lambda n: Fraction(n, 1000))


def supplier(id_: str, under: str | None) -> Supplier:
    return Supplier(id_, id_, "supplier", "", under)


@given(st.lists(st.tuples(st.integers(0, 9), st.none() | st.integers(0, 11)), unique_by=lambda pair: pair[0]))
def test_every_supplier_is_listed_once_and_below_the_one_that_employs_it(pairs: list[tuple[int, int | None]]) -> None:
    given_ = [supplier(str(one), None if under is None else str(under)) for one, under in pairs]
    listed = list(views.levelled(given_))
    assert sorted(one.id for _, one in listed) == sorted(one.id for one in given_)
    levels_ = {one.id: level for level, one in listed}
    for level, one in listed:
        assert level == 1 or level == levels_[str(one.under)] + 1


@given(PERMILLE, PERMILLE, PERMILLE)
def test_a_share_that_may_be_either_is_never_said_to_hold_or_to_fail(one: Fraction, other: Fraction, cap: Fraction) -> None:
    bounds = Bounds(min(one, other), max(one, other))
    points = {Bounds(point, point).against(cap) for point in (bounds.low, bounds.high)}
    assert bounds.against(cap) is (points.pop() if len(points) == 1 else Answer.UNKNOWN)


def test_24_passes_and_a_hair_above_fails() -> None:
    cap = Fraction(24, 100)
    assert Bounds(cap, cap).against(cap) is Answer.MET
    above = cap + Fraction(1, 10**9)
    assert Bounds(above, above).against(cap) is Answer.NOT_MET


def test_what_needs_care_comes_first_in_the_binder() -> None:
    assert [line.freshness for line in views.filed(label())] == [
        Freshness.CHANGED, Freshness.ABSENT, Freshness.ENDED, Freshness.ENDS_SOON, Freshness.FRESH,
    ]  # fmt: skip


def test_only_evidence_that_something_stands_on_is_said_to_expire() -> None:
    idle = replace(label(), findings=())
    assert views.expiring(idle) == ()
    assert [line.document.until for line in views.expiring(label())] == sorted(one.until or date.max for one in DOCUMENTS)


def test_the_first_sentence_says_what_is_reached_what_is_missing_and_what_ends() -> None:
    said = {name: headline(one, teller(one, "en")) for name, one in
            {"label": label(), "clean": clean(), "levels": levels(), "weighted": weighted()}.items()}  # fmt: skip
    assert said == {
        "label": "4 requirements of 20 are not met, 6 remain to be shown; the first thing that counts ends on 2 Mar 2027.",
        "clean": "All 20 requirements are met; the first thing that counts ends on 2 Mar 2027.",
        "levels": "Level reached: Level 1; 3 requirements of 4 are not met; the first thing that counts ends on 2 Mar 2027.",
        "weighted": "Score 62.5 to 72.5 %, 1 objective is below its minimum, 1 objective is not known; "
        "nothing that counts is known to end.",
    }


def test_doubt_alone_is_not_called_failure() -> None:
    doubtful = tuple(replace(one, answer=Answer.UNKNOWN) if one.answer is Answer.NOT_MET else one for one in label().findings)
    said = headline(replace(label(), findings=doubtful), teller(label(), "en"))
    assert said.startswith("None of the 20 requirements is known to fail, 10 remain to be shown")


def test_figures_are_written_as_they_were_stated() -> None:
    assert [figure(one) for one in (24.0, 24.1, 100.0, 0.0, 33.333333)] == ["24", "24.1", "100", "0", "33.333333"]
