"""The other facts of an offer: dated, by region, never told for a day or a place that no source speaks of."""

from __future__ import annotations

from datetime import date

import pytest

from egide.catalogue import facts_on, shipped
from egide.catalogue.knowledge import DEPENDS_ON_REGION, NOT_THAT_DAY
from egide.catalogue.places import place_of
from egide.vocabulary.offers import Period

from .world import AS_OF, catalogue, claim, offer, region

OPEN = Period(None, None)


def test_a_claim_holds_only_for_the_days_it_speaks_of() -> None:
    one = offer(claims=((Period(date(2026, 4, 21), None), None, claim("offer.hds_certified", True)),))
    before = facts_on(one, None, date(2026, 4, 20), catalogue(one))["offer.hds_certified"]
    assert (before.value, before.source) == (None, NOT_THAT_DAY)
    assert facts_on(one, None, date(2026, 4, 21), catalogue(one))["offer.hds_certified"].value is True


def test_a_fact_of_which_no_source_speaks_is_absent() -> None:
    one = offer()
    assert set(facts_on(one, None, AS_OF, catalogue(one))) == {"offer.qualification"}


def test_what_is_said_of_the_region_comes_before_what_is_said_of_the_offer() -> None:
    one = offer(regions=(region("ici", "FR"), region("ailleurs", "FR")), claims=(
        (OPEN, None, claim("offer.hds_certified", False)), (OPEN, "ici", claim("offer.hds_certified", True)),
    ))
    assert facts_on(one, "ici", AS_OF, catalogue(one))["offer.hds_certified"].value is True
    assert facts_on(one, "ailleurs", AS_OF, catalogue(one))["offer.hds_certified"].value is False


def test_a_fact_known_only_by_region_asks_for_the_region() -> None:
    one = offer(regions=(region("ici", "FR"), region("ailleurs", "FR")),
                claims=((OPEN, "ici", claim("offer.hds_certified", True)),))
    found = facts_on(one, None, AS_OF, catalogue(one))["offer.hds_certified"]
    assert (found.value, found.source) == (None, DEPENDS_ON_REGION)
    assert "offer.hds_certified" not in facts_on(one, "ailleurs", AS_OF, catalogue(one))


def test_of_two_sources_the_one_read_last_holds() -> None:
    one = offer(claims=(
        (OPEN, None, claim("offer.controlled_from", "FR", date(2026, 1, 1))),
        (OPEN, None, claim("offer.controlled_from", "US", date(2025, 1, 1))),
    ))
    assert facts_on(one, None, AS_OF, catalogue(one))["offer.controlled_from"].value == "FR"


def test_the_place_is_known_without_the_region_only_when_every_region_shares_it() -> None:
    home = offer(regions=(region("un", "FR"), region("deux", "FR")))
    spread = offer(regions=(region("un", "FR"), region("deux", "DE")))
    assert facts_on(home, None, AS_OF, catalogue(home))["offer.place"].value == "france"
    found = facts_on(spread, None, AS_OF, catalogue(spread))["offer.place"]
    assert (found.value, found.source) == (None, DEPENDS_ON_REGION)
    assert facts_on(spread, "deux", AS_OF, catalogue(spread))["offer.place"].value == "eea"
    assert "offer.place" not in facts_on(spread, "trois", AS_OF, catalogue(spread))


@pytest.mark.parametrize(("country", "on", "place"), [
    ("FR", AS_OF, "france"),
    ("DE", AS_OF, "eea"),
    ("NO", AS_OF, "eea"),
    ("CH", date(2021, 7, 10), "adequate-country"),
    ("GB", date(2021, 6, 27), "outside"),
    ("GB", date(2021, 6, 28), "adequate-country"),
    ("GB", date(2026, 11, 23), "adequate-country"),
    ("GB", date(2031, 12, 28), "outside"),
    ("US", date(2023, 6, 1), "outside"),
    ("US", date(2026, 11, 23), "outside"),
    ("SG", AS_OF, "outside"),
])
def test_the_place_follows_the_law_of_the_day(country: str, on: date, place: str) -> None:
    assert place_of(region("ici", country), on).value == place


def test_every_claim_tells_its_source_and_how_it_was_read() -> None:
    one = offer(regions=(region("ici", "FR"),), claims=((OPEN, None, claim("offer.hds_certified", True)),))
    for found in facts_on(one, "ici", AS_OF, catalogue(one)).values():
        assert found.source
        assert found.issuer
        assert found.read in ("primary", "secondary")


def test_software_built_on_a_qualified_base_says_so_and_is_not_itself_qualified():
    known = shipped()
    (software, *_) = [one for one in known.offers if "outscale" in one.built_on]
    claims = facts_on(software, None, date(2026, 11, 23), known)
    assert claims["offer.on_qualified_base"].value is True
    assert claims["offer.qualification"].value != "qualified"
