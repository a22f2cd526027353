"""The table of providers holds together: every country is one, every offer is in the catalogue, no region lies in two countries."""

from __future__ import annotations

import re
from collections import Counter

from egide.catalogue import shipped
from egide.infrastructure.tables import tables


def test_every_country_is_a_code_and_no_region_lies_in_two() -> None:
    for provider in tables().providers.values():
        countries = provider.spec.countries
        assert all(re.fullmatch("[A-Z]{2}", country) for country in countries)
        counts = Counter(provider.folded(region) for regions in countries.values() for region in regions)
        assert [region for region, count in counts.items() if count > 1] == []


def test_every_offer_is_one_of_the_catalogue_and_agrees_on_where_its_regions_are() -> None:
    offers = shipped().by_id
    for provider in tables().providers.values():
        named = {entry.offer for entry in provider.spec.offers} | {cloud.offer for cloud in provider.spec.clouds.values()}
        assert named - {None} <= offers.keys()
        for entry in provider.spec.offers:
            for region in offers[entry.offer].regions if entry.offer and not entry.types else ():
                assert provider.country(region.id) in (None, region.country), (provider.name, region.id)


def test_every_list_has_its_source() -> None:
    known = tables()
    assert all(provider.spec.source in known.sources for provider in known.providers.values())


def test_a_type_goes_by_its_longest_beginning_and_then_by_its_words() -> None:
    known = tables()
    assert known.service("aws", "aws_db_snapshot") == "backup"
    assert known.service("aws", "aws_db_instance") == "database"
    assert known.service("nimbus", "nimbus_managed_redis") == "database"
    assert known.service("nimbus", "nimbus_thing") == "other"
