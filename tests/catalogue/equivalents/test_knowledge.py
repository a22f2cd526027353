"""The files of functions, services and offers: what ships is sound, what is wrong is named with its place."""

from __future__ import annotations

import pytest

from egide.catalogue import shipped
from egide.catalogue.equivalents import by_name, coverage, named_in, services
from egide.catalogue.equivalents.knowledge import read_coverage, read_services
from egide.catalogue.names import plain
from egide.vocabulary.errors import InputError

from . import world


def test_what_ships_names_offers_of_the_catalogue_and_is_used_whole() -> None:
    offers = shipped().by_id
    assert set(coverage().offers) <= set(offers)
    assert {one.offer for one in services().values() if one.offer} <= set(offers)
    used = {name for one in services().values() for name in one.does} | {name for one in coverage().offers.values() for name in one}
    assert used == set(coverage().functions)


def test_every_fact_has_a_source_with_a_day() -> None:
    for service in services().values():
        assert service.sources
    for covers in coverage().offers.values():
        for cover in covers.values():
            assert cover.sources
            assert all(source.text and source.issuer and source.read_on.year >= 2026 for source in cover.sources)


def test_each_function_and_trait_is_said_in_both_languages() -> None:
    for function in coverage().functions.values():
        for words in (function.title, *function.traits.values()):
            assert words["fr"]
            assert words["en"]


@pytest.mark.parametrize(("said", "meant"), [
    ("AWS S3", "aws-s3"), ("amazon s3", "aws-s3"), ("Azure Kubernetes Service", "azure-aks"), ("google bigquery", "gcp-bigquery"),
    ("Microsoft 365 Teams", "microsoft-teams"), ("gke", "gcp-gke"), ("Azure AD", "entra-id"), ("OneDrive", "onedrive"),
])  # fmt: skip
def test_services_are_found_by_what_people_call_them(said: str, meant: str) -> None:
    assert by_name(services())[plain(said)].id == meant


@pytest.mark.parametrize(("text", "offer", "found"), [
    ("AWS (S3, RDS et Lambda), Paris", "aws", {"aws-s3", "aws-rds", "aws-lambda"}),
    ("AWS EKS", "aws", {"aws-eks"}), ("Microsoft Teams", "microsoft-365", {"microsoft-teams"}),
    ("Azure AD B2C", "azure", {"azure-ad-b2c"}), ("AWS Paris", "aws", set()), ("OVH S3", "ovh-public-cloud", set()),
    ("Microsoft 365 Teams", "microsoft-365", {"microsoft-teams"}),
])  # fmt: skip
def test_a_hosting_names_services_of_its_own_offer_once(text: str, offer: str, found: set[str]) -> None:
    assert {one.id for one in named_in(text, offer, services())} == found


@pytest.mark.parametrize(("change", "said"), [
    ((b"[store]", b"[stroe]"), "stroe"), ((b"[api, lock]", b"[api, locks]"), "locks"), ((b"[list]", b"[lists]"), "lists"),
    ((b"lacks: [lock]", b"lacks: [api]"), "opposite"), ((b"sources: [page]}]\n  open", b"sources: []}]\n  open"), "a source is needed"),
    ((b"qualified: true", b"qualifed: true"), "qualifed"),
])  # fmt: skip
def test_what_is_wrong_in_offers_is_named(change: tuple[bytes, bytes], said: str) -> None:
    assert change[0] in world.OFFERS
    with pytest.raises(InputError, match=said) as refused:
        read_coverage(world.FUNCTIONS, world.OFFERS.replace(*change, 1))
    assert "offers.yaml" in str(refused.value)


@pytest.mark.parametrize(("change", "said"), [
    ((b"does: {sql: []}", b"does: {sqll: []}"), "sqll"), ((b"aliases: [Base]", b"aliases: [Store]"), "two services bear the name store"),
    ((b"provider: Fictif,", b""), "provider"),
])  # fmt: skip
def test_what_is_wrong_in_services_is_named(change: tuple[bytes, bytes], said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_services(world.SERVICES.replace(*change, 1), world.coverage().functions)


def test_a_token_that_the_catalogue_does_not_know_is_refused() -> None:
    with pytest.raises(InputError, match="objectstorage"):
        read_coverage(world.FUNCTIONS.replace(b"object-storage", b"objectstorage"), world.OFFERS)
