"""The catalogue that ships is one source of statements: what the law reads and what is compared are the same facts."""

from __future__ import annotations

from datetime import date

import pytest
from tests.catalogue.saying import said

from egide.catalogue import facts_on, shipped
from egide.catalogue.sheets import fold
from egide.catalogue.shelf import Listed, Shelf
from egide.vocabulary.properties import OF_FACT, SubjectKind
from egide.vocabulary.statements import Assurance, Statement


class Given:
    """Statements at hand."""

    def __init__(self, *statements: Statement) -> None:
        self.statements = statements

    def subjects(self):
        return iter(dict.fromkeys(one.subject for one in self.statements))

    def about(self, subject):
        return [one for one in self.statements if one.subject == subject]

    def each(self):
        return ((subject, self.about(subject)) for subject in self.subjects())

    def withdrawn(self):
        return {}


@pytest.mark.parametrize("on", [date(2023, 1, 1), date(2026, 9, 15), date(2026, 11, 23), date(2026, 12, 1), date(2027, 6, 1)])
def test_what_is_shown_of_a_day_is_what_the_rules_read_of_that_day(on):
    catalogue = shipped()
    shelf = Shelf([Listed(catalogue, on)], on)
    for offer in catalogue.offers:
        for region in [one.id for one in offer.regions] or [None]:
            sheet = shelf.sheet(offer.id, region)
            assert sheet is not None
            facts = {name: claim.value for name, claim in facts_on(offer, region, on, catalogue).items() if name in OF_FACT}
            assert {name: sheet.value(OF_FACT[name]) for name in facts} == facts


def test_only_what_anssi_alone_says_is_attested():
    on = date(2026, 11, 23)
    shelf = Shelf([Listed(shipped(), on)], on)
    attested = {one.property for subject in shelf.subjects() for one in shelf.about(subject) if one.origin.assurance is Assurance.ATTESTED}
    assert attested == {"qualification", "qualified_to", "framework"}


def test_offers_and_their_providers_are_all_there():
    on = date(2026, 11, 23)
    shelf = Shelf([Listed(shipped(), on)], on)
    kinds = [shelf.kind(subject) for subject in shelf.subjects()]
    assert kinds.count(SubjectKind.OFFER) >= len(shipped().offers)
    assert shelf.sheet("provider:outscale").value("controlled_from") == "FR"


def test_a_variant_is_told_with_what_is_said_of_its_offer_and_keeps_its_own_size_and_price():
    on = date(2026, 11, 23)
    sizes = Given(said("outscale", "variant_of", subject="outscale/small"), said("Small", "name", subject="outscale/small"),
                  said(50_000, "price_hour", subject="outscale/small", region="cloudgouv-eu-west-1"))
    shelf = Shelf([Listed(shipped(), on), sizes], on)
    sheet = shelf.sheet("outscale/small", "cloudgouv-eu-west-1")
    assert (sheet.value("qualification"), sheet.value("price_hour"), sheet.name) == ("qualified", 50_000, "Small")
    assert sheet.cells["qualification"].holding[0].subject == "outscale"
    assert shelf.sheet("outscale").value("price_hour") is None
    assert shelf.kind("outscale/small") is SubjectKind.VARIANT


def test_subjects_that_are_the_same_are_told_together():
    on = date(2026, 11, 23)
    twin = Given(said(frozenset({"scaleway"}), "same_as", subject="https://nuage-fictif.example/s"),
                 said(99.9, subject="https://nuage-fictif.example/s"))
    sheet = Shelf([Listed(shipped(), on), twin], on).sheet("https://nuage-fictif.example/s")
    assert (sheet.value("controlled_from"), sheet.value("sla_percent")) == ("FR", 99.9)


def test_nothing_is_known_of_a_subject_that_nobody_names():
    on = date(2026, 11, 23)
    assert Shelf([Listed(shipped(), on)], on).sheet("nobody") is None


def test_a_sheet_is_a_fold_of_what_every_source_says():
    on = date(2026, 11, 23)
    more = Given(said(99.9, subject="outscale"))
    shelf = Shelf([Listed(shipped(), on), more], on)
    assert shelf.sheet("outscale") == fold("outscale", shelf.about("outscale"), on)
    assert shelf.sheet("outscale").value("sla_percent") == 99.9


def test_an_offer_is_where_all_that_hosts_it_is_and_unknown_when_one_host_does_not_say():
    on = date(2026, 11, 23)
    offer = said(frozenset({"urn:dc1", "urn:dc2"}), "hosted_on", subject="urn:o")
    first, second = said(frozenset({"FR"}), "countries", subject="urn:dc1"), said(frozenset({"DE"}), "countries", subject="urn:dc2")
    assert Shelf([Given(offer, first, second)], on).sheet("urn:o").value("countries") == frozenset({"FR", "DE"})
    assert Shelf([Given(offer, first)], on).sheet("urn:o").value("countries") is None
    own = said(frozenset({"ES"}), "countries", subject="urn:o")
    assert Shelf([Given(offer, first, second, own)], on).sheet("urn:o").value("countries") == frozenset({"ES"})


def test_a_provider_is_called_what_is_said_of_it():
    on = date(2026, 11, 23)
    given = Given(said(frozenset({"urn:p"}), "provided_by", subject="urn:o"), said("Prestataire fictif", "name", subject="urn:p"))
    cell = Shelf([given], on).sheet("urn:o").cells["provider"]
    assert (cell.value, cell.holding[0].subject) == ("Prestataire fictif", "urn:p")


def test_going_through_all_subjects_gives_the_sheets_that_each_has_alone():
    on = date(2026, 11, 23)
    by = said(frozenset({"urn:p"}), "provided_by", subject="y")
    more = Given(said("outscale", "variant_of", subject="x/small"), said(99.9, subject="outscale"), by)
    shelf = Shelf([Listed(shipped(), on), more], on)
    went = {subject: fold(subject, told, on) for subject, told in shelf.each()}
    assert list(went) == list(shelf.subjects())
    assert all(shelf.sheet(subject) == sheet for subject, sheet in went.items())
