"""Where an offer's qualification stood on a day: never absent before it is known, never assumed once it is gone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from egide.catalogue import facts_on
from egide.catalogue.standing import BEFORE_FIRST_READING, MISSING, NO_LONGER_LISTED, WHICH_REGION
from egide.vocabulary.offers import Offer

from .world import AS_OF, catalogue, line, offer, region

LATER = date(2026, 10, 15)


def status(of: Offer, on: date, where: str | None = None, *others: Offer, as_of: date = AS_OF) -> object:
    """The qualification on that day, or why it is not known."""
    found = facts_on(of, where, on, catalogue(of, *others, as_of=as_of))["offer.qualification"]
    return found.value if found.value is not None else found.source


@pytest.mark.parametrize(("on", "expected"), [
    (date(2021, 7, 10), BEFORE_FIRST_READING),
    (date(2023, 12, 31), BEFORE_FIRST_READING),
    (date(2024, 1, 1), "qualified"),
    (AS_OF, "qualified"),
    (date(2027, 1, 1), "qualified"),
    (date(2027, 1, 2), "expired"),
])
def test_a_complete_line_qualifies_from_its_first_day_to_its_last_and_nothing_is_known_before(on: date, expected: str) -> None:
    assert status(offer(line()), on) == expected


def test_an_offer_without_any_line_is_unknown_before_the_catalogue_and_none_from_its_day_on() -> None:
    bare = offer()
    assert status(bare, AS_OF - timedelta(days=1)) == BEFORE_FIRST_READING
    assert status(bare, AS_OF) == "none"
    assert status(bare, date(2030, 1, 1)) == "none"


@pytest.mark.parametrize("missing", list(MISSING))
def test_a_line_that_lacks_a_field_is_unknown_and_names_it(missing: tuple[str, ...]) -> None:
    incomplete = line(**dict.fromkeys(missing))  # type: ignore[arg-type]
    assert status(offer(incomplete), AS_OF) == MISSING[missing]


def test_a_line_without_number_still_tells_that_it_ended() -> None:
    assert status(offer(line(decision=None)), date(2027, 1, 2)) == "expired"


def test_in_progress_is_known_from_the_catalogue_that_lists_it_and_is_never_qualified() -> None:
    coming = offer(line(None, None, None, "in-progress"))
    assert status(coming, AS_OF - timedelta(days=1)) == BEFORE_FIRST_READING
    assert status(coming, AS_OF) == "in-progress"


def test_in_progress_is_known_from_its_first_milestone_when_that_is_dated() -> None:
    coming = offer(line(date(2025, 4, 17), None, None, "in-progress"))
    assert status(coming, date(2025, 4, 16)) == BEFORE_FIRST_READING
    assert status(coming, date(2025, 4, 17)) == "in-progress"


def test_a_line_that_names_regions_covers_no_other() -> None:
    two = offer(line(regions=("souveraine",)), regions=(region("souveraine", "FR"), region("ordinaire", "FR")))
    assert status(two, AS_OF, "souveraine") == "qualified"
    assert status(two, AS_OF, "ordinaire") == "none"
    assert status(two, AS_OF, "inconnue") == "none"
    assert status(two, date(2025, 1, 1), "ordinaire") == BEFORE_FIRST_READING


def test_when_the_line_names_regions_and_ours_is_not_known_the_region_is_asked() -> None:
    two = offer(line(regions=("souveraine",)), regions=(region("souveraine", "FR"), region("ordinaire", "FR")))
    assert status(two, AS_OF) == WHICH_REGION
    assert status(two, date(2021, 7, 10)) == BEFORE_FIRST_READING, "no region would change that answer"


def test_the_line_that_holds_longest_gives_the_end_and_the_version() -> None:
    renewed = offer(line(framework="3.1"), line(date(2026, 9, 1), date(2029, 9, 1), "2", framework="3.2"))
    facts = facts_on(renewed, None, AS_OF, catalogue(renewed))
    assert facts["offer.qualified_to"].value == date(2029, 9, 1)
    assert facts["offer.framework"].value == "3.2"


def test_a_line_whose_version_nobody_told_leaves_the_version_unknown_and_says_so() -> None:
    one = offer(line())
    found = facts_on(one, None, AS_OF, catalogue(one))["offer.framework"]
    assert found.value is None
    assert "version" in found.source


def test_a_line_that_a_newer_catalogue_no_longer_holds_is_unknown_from_then_on_and_still_known_before() -> None:
    gone = offer(line())
    other = offer(line(decision="9", as_of=LATER), name="autre-nuage-fictif")
    assert status(gone, AS_OF, None, other, as_of=LATER) == "qualified"
    assert status(gone, LATER, None, other, as_of=LATER) == NO_LONGER_LISTED
    assert status(gone, date(2027, 1, 2), None, other, as_of=LATER) == "expired"


def test_a_line_that_a_newer_catalogue_confirms_goes_on() -> None:
    confirmed = offer(line(), line(as_of=LATER))
    assert status(confirmed, LATER, as_of=LATER) == "qualified"


def test_the_latest_reading_of_a_decision_corrects_its_dates() -> None:
    shortened = offer(line(), line(end=date(2026, 10, 1), as_of=LATER))
    assert status(shortened, LATER, as_of=LATER) == "expired"


def test_a_later_reading_never_turns_a_known_absence_into_doubt() -> None:
    late = offer(line(date(2026, 10, 1), date(2029, 10, 1), as_of=LATER))
    other = offer(line(decision="9"), name="autre-nuage-fictif")
    assert status(late, AS_OF, None, other, as_of=LATER) == "none"
    assert status(late, date(2026, 10, 1), None, other, as_of=LATER) == "qualified"


def test_nothing_is_inherited_from_a_qualified_base() -> None:
    base = offer(line())
    above = offer(name="service-fictif", built_on=("nuage-fictif",))
    assert status(above, AS_OF, None, base) == "none"
