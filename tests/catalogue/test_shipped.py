"""The catalogue that ships: the lines at hand, the offers that people have, and what is true on three days."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from egide.catalogue import dump, facts_on, read_catalogue, shipped
from egide.catalogue.columns import day_of
from egide.catalogue.knowledge import NO_VERSION
from egide.catalogue.reading import shipped as reading
from egide.catalogue.standing import BEFORE_FIRST_READING, MISSING, WHICH_REGION
from egide.vocabulary.facts import PLACES, PROVIDER_NATURES

TODAY = date(2026, 11, 23)


def said(offer: str, fact: str, on: date = TODAY, region: str | None = None) -> object:
    """The value, or why it is not known; «absent» when nobody spoke of it."""
    whole = shipped()
    found = facts_on(whole.by_id[offer], region, on, whole).get(fact)
    return "absent" if found is None else found.source if found.value is None else found.value


@pytest.mark.parametrize(("offer", "region", "on", "expected"), [
    ("outscale", "cloudgouv-eu-west-1", date(2021, 7, 10), BEFORE_FIRST_READING),
    ("outscale", "cloudgouv-eu-west-1", date(2023, 6, 1), BEFORE_FIRST_READING),
    ("outscale", "cloudgouv-eu-west-1", TODAY, "qualified"),
    ("outscale", "cloudgouv-eu-west-1", date(2026, 12, 1), "expired"),
    ("outscale", "eu-west-2", TODAY, "none"),
    ("outscale", None, TODAY, WHICH_REGION),
    ("ovh-public-cloud", "GRA", date(2023, 6, 1), BEFORE_FIRST_READING),
    ("ovh-public-cloud", "GRA", TODAY, "none"),
    ("ovh-hosted-private-cloud-vmware", None, date(2026, 12, 29), "qualified"),
    ("ovh-hosted-private-cloud-vmware", None, date(2026, 12, 30), "expired"),
    ("ovh-snc-cloud-platform", None, TODAY, "qualified"),
    ("s3ns", "u-france-east1", TODAY, "qualified"),
    ("bleu", None, TODAY, "in-progress"),
    ("scaleway-secnumcloud", None, TODAY, "in-progress"),
    ("scalingo", "osc-secnum-fr1", TODAY, "in-progress"),
    ("worldline-secured-iaas", None, TODAY, MISSING[("decision",)]),
    ("oodrive", None, TODAY, MISSING[("decision", "start")]),
    ("whaller", None, TODAY, MISSING[("decision", "start", "end")]),
    ("aws", "eu-west-3", TODAY, "none"),
    ("azure", "francecentral", date(2021, 7, 10), BEFORE_FIRST_READING),
])
def test_qualification_on_the_day(offer: str, region: str | None, on: date, expected: str) -> None:
    assert said(offer, "offer.qualification", on, region) == expected


@pytest.mark.parametrize(("offer", "fact", "on", "expected"), [
    ("nubo", "offer.model", date(2021, 7, 10), "internal-cloud"),
    ("pi", "offer.provider_nature", TODAY, "state"),
    ("on-premise", "offer.model", date(2021, 7, 10), "on-premise"),
    ("on-premise", "offer.provider_nature", TODAY, "own"),
    ("aws", "offer.controlled_from", date(2021, 7, 10), "US"),
    ("aws", "offer.hds_certified", TODAY, True),
    ("microsoft-365", "offer.controlled_from", date(2021, 7, 10), "US"),
    ("microsoft-365", "offer.place", TODAY, "absent"),
    ("ovh-public-cloud", "offer.controlled_from", date(2021, 7, 10), "FR"),
    ("exoscale", "offer.controlled_from", TODAY, "MX"),
    ("mipih", "offer.provider_nature", TODAY, "other-public"),
    ("s3ns", "offer.framework", TODAY, "3.2"),
    ("ovh-hosted-private-cloud-vmware", "offer.framework", TODAY, NO_VERSION),
])
def test_a_fact_on_the_day(offer: str, fact: str, on: date, expected: object) -> None:
    assert said(offer, fact, on) == expected


def test_hds_says_nothing_before_the_day_its_source_names() -> None:
    assert said("aws", "offer.hds_certified", date(2023, 6, 1)) not in (True, False)


@pytest.mark.shared
def test_every_line_of_the_shared_catalogue_is_there(shared: Path) -> None:
    listed = shared / "data" / "secnumcloud" / "catalogue-2026-09-15.csv"
    ours = [(line.status, line.decision, line.end) for offer in shipped().offers for line in offer.qualifications]
    theirs = [
        (row["status"].replace("_", "-"), row["anssi_decision"] or None, day_of(row["qualified_to"]))
        for row in csv.DictReader(listed.read_text(encoding="utf-8").splitlines())
    ]
    assert sorted(map(str, ours)) == sorted(map(str, theirs))


def test_every_fact_of_every_offer_and_region_is_well_formed_on_every_day() -> None:
    whole = shipped()
    for offer in whole.offers:
        for region in (None, *(known.id for known in offer.regions)):
            for on in (date(2021, 7, 10), date(2023, 6, 1), TODAY):
                facts = facts_on(offer, region, on, whole)
                assert all(name == claim.fact and claim.source for name, claim in facts.items())
                assert facts["offer.qualification"].value != "qualified" or facts["offer.qualified_to"].value
                assert "offer.place" not in facts or facts["offer.place"].value in (None, *PLACES)
                assert "offer.provider_nature" not in facts or facts["offer.provider_nature"].value in (None, *PROVIDER_NATURES)


def test_no_source_names_a_package_registry_or_a_path_of_a_machine() -> None:
    text = dump(shipped()).decode()
    for pieces in (("py", "pi"), ("npm", "js"), ("/wo", "rk/"), ("/ro", "ot/"), ("/t", "mp/"), ("local", "host")):
        assert "".join(pieces) not in text


def test_the_shipped_catalogue_is_written_and_read_back_equal() -> None:
    assert read_catalogue({"all.yaml": dump(shipped())}) == shipped()


def test_the_shipped_catalogue_is_read_once() -> None:
    reading.cache_clear()
    first = shipped()
    assert shipped() is first


@pytest.mark.parametrize("name", [
    "OVH public cloud", "Azure", "cloud Pi", "O365", "Teams", "S3 Outscale", "AWS", "GCP", "Google Workspace", "S3NS", "Bleu",
    "Clever Cloud", "Scalingo", "Nubo", "Pronote", "Office 365", "salle serveur",
])
def test_the_names_that_people_write_are_there(name: str) -> None:
    known = {alias.casefold() for offer in shipped().offers for alias in (offer.name, *offer.aliases)}
    assert name.casefold() in known
