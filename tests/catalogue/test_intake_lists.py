"""Lists that nobody signed: recognised by their content, kept as published, with nothing guessed of what they belong to."""

from __future__ import annotations

import json
from datetime import date

import pytest
from tests.catalogue.kept.bringing import PROVIDER
from tests.catalogue.saying import moment

from egide.catalogue import shipped
from egide.catalogue.intake import Terms
from egide.catalogue.intake_lists import read_offers, read_prices
from egide.catalogue.recognising import Kind, recognise
from egide.catalogue.shelf import Listed, Shelf
from egide.vocabulary.errors import InputError
from egide.vocabulary.statements import Assurance, Backing

ON = date(2026, 11, 23)
TABLE = """fournisseur;région;référence;prix horaire HT (€);vcpu;mémoire (Go)
Outscale;eu-west-2;tina-2;0,05;2;8
Inconnu fictif;x;y;0,07;4;16
"""
YAML = """
as_of: 2026-11-20
source: Liste fictive
sources:
  page: {issuer: Prestataire fictif, read_on: 2026-11-19, read: primary, text: page fictive}
offers:
  - id: nuage-fictif
    name: Nuage fictif
    provider: Prestataire fictif
    kinds: [IaaS]
    built_on: [socle-fictif]
    region_source: page
    regions: [{id: par, name: Paris, country: FR}]
    claims:
      - {source: page, from: 2026-01-01, to: 2026-12-31, says: {offer.controlled_from: FR}}
      - {source: page, region: par, says: {offer.hds_certified: true}}
    qualifications:
      - {status: qualified, source: page, from: 2026-01-01, to: 2029-01-01, decision: "fictif-1", framework: "3.2"}
  - {id: socle-fictif, name: Socle fictif, provider: Prestataire fictif}
"""


class Taken:
    """What a file states, as a source."""

    def __init__(self, received):
        self.said = [one for pack in received.packs for one in pack.statements(moment())]

    def subjects(self):
        return iter(dict.fromkeys(one.subject for one in self.said))

    def about(self, subject):
        return [one for one in self.said if one.subject == subject]

    def withdrawn(self):
        return {}


def shelf(*received):
    return Shelf([Listed(shipped(), ON), *map(Taken, received)], ON)


@pytest.mark.parametrize(("content", "name", "kind"), [
    (b'{"products": [], "total_count": 0}', "x", Kind.SCALEWAY), (b'{"addons": [], "plans": []}', "x.json", Kind.OVHCLOUD),
    (b'\xef\xbb\xbf {"providers": {}}', "x", Kind.INSTANCES), (b'{"@context": [], "products": 1}', "x", Kind.CREDENTIAL),
    (b'{"products": ', "x", Kind.CREDENTIAL), (b"a.b.c", "x.csv", Kind.TABLE), (b"as_of: 2026", "x.yaml", Kind.OFFERS),
    (b"a.b.c", "x.jwt", Kind.CREDENTIAL), (b"", "x", Kind.CREDENTIAL),
])  # fmt: skip
def test_a_file_is_what_its_content_says(content, name, kind):
    assert recognise(content, name) is kind


def test_the_answers_of_two_providers_list_sizes_of_one_offer_of_the_catalogue_each(shared):
    prices = shared / "data/prices"
    received = [
        read_prices(kind, (prices / name).read_bytes(), name, Terms(), shipped(), ON)
        for kind, name in ((Kind.OVHCLOUD, "ovh_catalog_response.json"), (Kind.SCALEWAY, "scaleway_catalog_response.json"))
    ]  # fmt: skip
    on = shelf(*received)
    size = on.sheet("ovhcloud/b3-8", "GRA")
    assert (size.value("variant_of"), size.value("vcpu"), size.value("qualification")) == ("ovh-public-cloud", 2, "none")
    rows = json.loads((prices / "ovh_catalog_response.json").read_bytes())["addons"]
    (row,) = [row for row in rows if row["planCode"] == "b3-8.consumption"]
    assert size.value("price_hour") * 100 == row["pricings"][0]["price"]
    assert on.sheet("scaleway/POP2-2C-8G", "fr-par").value("price_hour") is not None
    assert on.sheet("scaleway/POP2-2C-8G", "nl-ams").value("price_hour") is None
    assert {pack.backing for one in received for pack in one.packs} == {Backing.TRANSCRIBED}


def test_an_account_of_others_is_a_secondary_reading_and_joins_what_the_provider_says_itself(shared):
    content = (shared / "data/prices/instances.json").read_bytes()
    received = read_prices(Kind.INSTANCES, content, "instances.json", Terms(), shipped(), ON)
    assert {pack.read for pack in received.packs} == {"secondary"}
    assert shelf(received).sheet("ovhcloud/b2-15").value("variant_of") is None
    listed = json.loads(content)["providers"]
    assert f"hetzner/{listed['hetzner']['instances'][0]['id']}" in {pack.subject for pack in received.packs}


def test_a_price_in_another_currency_is_noted_and_never_converted(shared):
    content = (shared / "data/prices/instances.json").read_bytes()
    received = read_prices(Kind.INSTANCES, content, "instances.json", Terms(), shipped(), ON)
    dollars = [note for note in received.notes if note["args"].get("currency") == "USD"]
    listed = [one for provider in json.loads(content)["providers"].values() for one in provider["instances"]]
    assert len(dollars) >= len([one for one in listed if one["currency"] == "USD"]) > 0
    assert not [pack for pack in received.packs if pack.subject.startswith("civo/") and b"price_hour" in pack.body]


def test_a_table_of_prices_says_which_offer_its_sizes_are_of_only_when_the_user_does():
    alone = read_prices(Kind.TABLE, TABLE.encode(), "prix-2026-11-01.csv", Terms(), shipped(), ON)
    named = read_prices(Kind.TABLE, TABLE.encode(), "prix-2026-11-01.csv", Terms(), shipped(), ON, offer="outscale")
    assert shelf(alone).sheet("outscale/tina-2", "eu-west-2").value("qualification") is None
    sheet = shelf(named).sheet("outscale/tina-2", "eu-west-2")
    assert (sheet.value("price_hour"), sheet.value("memory_gb"), sheet.value("controlled_from")) == (50_000, 8.589935, "FR")


def test_our_own_yaml_states_what_its_sources_say_for_their_days():
    received = read_offers(YAML.encode(), "offres.yaml", Terms())
    sheet = shelf(received).sheet("nuage-fictif", "par")
    assert (sheet.value("controlled_from"), sheet.value("hds_certified"), sheet.value("countries")) == ("FR", True, frozenset({"FR"}))
    assert sheet.value("depends_on") == frozenset({"socle-fictif"})
    later = Shelf([Taken(received)], date(2027, 6, 1)).sheet("nuage-fictif", "par")
    assert later.value("controlled_from") is None


def test_a_qualification_in_a_file_of_ones_own_is_declared_and_never_attested():
    received = read_offers(YAML.encode(), "offres.yaml", Terms())
    (line,) = [one for pack in received.packs for one in pack.statements(moment()) if one.property == "qualification"]
    assert (line.value, line.origin.assurance) == ("qualified", Assurance.DECLARED)
    assert PROVIDER not in {pack.issuer for pack in received.packs}


def test_a_file_of_another_form_is_refused_with_its_place():
    with pytest.raises(InputError):
        read_prices(Kind.SCALEWAY, b'{"products": {}}', "x.json", Terms(), shipped(), ON)
    with pytest.raises(InputError, match="offers"):
        read_offers(b"as_of: 2026-11-20\noffers: [{id: x}]", "x.yaml", Terms())
