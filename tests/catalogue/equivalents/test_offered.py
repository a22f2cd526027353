"""Where a qualification stands, which kinds it names, and what a database alone says of an offer."""

from __future__ import annotations

from datetime import date

import pytest
from tests.catalogue.saying import DAY as SAID
from tests.catalogue.saying import said
from tests.catalogue.world import catalogue, line, offer, region

from egide.catalogue.equivalents import Functions, coverage, stated_offer
from egide.catalogue.equivalents.offered import kinds_of, qualification
from egide.catalogue.sheets import fold

DAY = date(2026, 11, 30)


@pytest.mark.parametrize(("perimeters", "kinds"), [
    (["IaaS+PaaS"], {"IaaS", "PaaS"}), (["IaaS?"], set()), ([""], set()), (["SaaS", "IaaS"], {"SaaS", "IaaS"}),
])  # fmt: skip
def test_the_kinds_of_a_perimeter_are_read_only_when_sure(perimeters: list[str], kinds: set[str]) -> None:
    assert kinds_of(perimeters) == kinds


def test_a_qualification_of_one_region_names_it_and_one_of_all_does_not() -> None:
    regions = (region("paris", "FR"), region("dublin", "IE"))
    one = offer(line(regions=("paris",)), regions=regions)
    held = qualification(one, catalogue(one), DAY)
    assert (held.status, held.regions, held.until) == ("qualified", ("paris",), date(2027, 1, 1))
    every = offer(line(), regions=regions)
    assert qualification(every, catalogue(every), DAY).regions == ()


def test_a_line_without_its_decision_is_not_known_and_says_why() -> None:
    one = offer(line(decision=None))
    held = qualification(one, catalogue(one), DAY)
    assert held.status is None
    assert "decision" in held.because
    assert qualification(offer(), catalogue(offer(line(), name="autre-fictif"), offer()), DAY).status == "none"


def test_an_offer_of_a_database_is_held_by_the_kind_of_its_functions() -> None:
    tokens = frozenset({"object-storage", "database"})
    statements = [said(tokens, "functions"), said("Nuage fictif", "name"), said("qualified", "qualification")]
    made = stated_offer(fold("https://nuage-fictif.example/offers/1", statements, SAID), coverage())
    assert made.covers["object-storage"].loose is False
    assert made.covers["postgresql"].loose is True  # a database, and nobody says which
    assert made.qualified.status == "qualified"
    assert "mail" not in made.covers


def test_the_functions_of_shipped_offers_are_stated_with_their_sources() -> None:
    told = Functions({"outscale": None}, DAY)
    assert list(told.subjects()) == ["outscale"]
    statements = [one for one in told.about("outscale") if one.property == "functions"]
    words = [one.value for one in told.about("outscale") if one.property == "keywords"]
    assert any({"stockage objet", "object storage"} <= set(one) for one in words if isinstance(one, frozenset))
    assert {"object-storage", "compute"} <= {token for one in statements for token in one.value if isinstance(one.value, frozenset)}
    assert all(one.origin.source and one.origin.issuer for one in statements)
    assert told.about("s3ns") == ()
