"""What people write of their hosting, and the offer it names, surely or not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.portfolio.making import OFFERS

from egide.catalogue import shipped
from egide.portfolio import THRESHOLD, OfferIndex, match_offer
from egide.portfolio.blank import offer_names

SURE = {
    "OVH public cloud GRA": ("ovh-public-cloud", "GRA"),
    "OVHcloud Public Cloud, région SBG": ("ovh-public-cloud", "SBG"),
    "ovh cloud public Roubaix": ("ovh-public-cloud", "RBX"),
    "OVH Public Cloud": ("ovh-public-cloud", None),
    "OVH Hosted Private Cloud SecNumCloud": ("ovh-hosted-private-cloud-vmware", None),
    "OVH cloud privé VMware": ("ovh-hosted-private-cloud-vmware", None),
    "Hosted Private Cloud powered by VMware": ("ovh-hosted-private-cloud-vmware", None),
    "serveur dédié OVH": ("ovh-dedicated", None),
    "OVH SNC Cloud Platform": ("ovh-snc-cloud-platform", None),
    "Azure France Central": ("azure", "francecentral"),
    "Microsoft Azure (francecentral)": ("azure", "francecentral"),
    "Azure Paris": ("azure", "francecentral"),
    "azure north europe": ("azure", "northeurope"),
    "Microsoft Azure West Europe": ("azure", "westeurope"),
    "hébergé sur Azure": ("azure", None),
    "Office 365": ("microsoft-365", None),
    "Microsoft 365": ("microsoft-365", None),
    "M365": ("microsoft-365", None),
    "Microsoft Teams": ("microsoft-365", None),
    "AWS eu-west-3 (Paris)": ("aws", "eu-west-3"),
    "AWS Paris": ("aws", "eu-west-3"),
    "Amazon Web Services": ("aws", None),
    "amazon web services, Francfort": ("aws", "eu-central-1"),
    "aws us-east-1": ("aws", "us-east-1"),
    "Google Cloud europe-west9": ("gcp", "europe-west9"),
    "GCP": ("gcp", None),
    "Google Workspace": ("google-workspace", None),
    "cloud Pi": ("pi", None),
    "Cloud Pi Native": ("pi", None),
    "Pi": ("pi", None),
    "Pi zone DR": ("pi", "DR"),
    "Cloud π": ("pi", None),
    "Nubo": ("nubo", None),
    "cloud Nubo de la DGFiP": ("nubo", None),
    "serveurs internes": ("on-premise", None),
    "hébergement interne": ("on-premise", None),
    "salle machine du ministère": ("on-premise", None),
    "on-premise": ("on-premise", None),
    "datacentre interne": ("on-premise", None),
    "Scaleway": ("scaleway", None),
    "Scaleway Paris": ("scaleway", "fr-par"),
    "Scaleway fr-par-1": ("scaleway", "fr-par"),
    "Kubernetes chez Scaleway": ("scaleway", None),
    "Outscale": ("outscale", None),
    "3DS Outscale cloudgouv-eu-west-1": ("outscale", "cloudgouv-eu-west-1"),
    "Outscale eu-west-2": ("outscale", "eu-west-2"),
    "Clever Cloud": ("clever-cloud", None),
    "PaaS Clever Cloud Paris": ("clever-cloud", None),
    "Scalingo osc-fr1": ("scalingo", "osc-fr1"),
    "Scalingo osc-secnum-fr1": ("scalingo", "osc-secnum-fr1"),
    "S3NS PREMI3NS": ("s3ns", None),
    "Bleu": ("bleu", None),
    "NumSpot": ("numspot", None),
    "Cloud Temple IaaS": ("cloud-temple-iaas", None),
    "Orange Cloud Avenue": ("orange-cloud-avenue", None),
    "Cloud Avenue SecNum": ("orange-cloud-avenue-secnum", None),
    "Oodrive": ("oodrive", None),
    "Hetzner fsn1": ("hetzner", "fsn1"),
    "Oracle Cloud": ("oracle-oci", None),
    "IONOS": ("ionos", None),
    "Salesforce": ("salesforce", None),
    "ServiceNow": ("servicenow", None),
    "Jira Cloud": ("atlassian", None),
}
ONE_SLIP_AWAY = {
    "Scalewey": "scaleway", "Outscal": "outscale", "Gooogle Cloud Platform": "gcp", "clever clowd": "clever-cloud", "Scalngo": "scalingo",
}
AMBIGUOUS = {
    "OVH": "ovh-public-cloud", "hébergé chez OVH": "ovh-public-cloud", "OVHcloud": "ovh-public-cloud", "OVH Roubaix": "ovh-public-cloud",
    "OVH GRA": "ovh-public-cloud", "Microsoft": "azure", "Google": "gcp", "Amazon": "aws", "Cloud Temple": "cloud-temple-iaas",
    "S3NS": "s3ns", "Orange": "orange-cloud-avenue", "Oracle": "oracle-oci", "AWS puis Azure": "aws", "Azure ou AWS": "azure",
    "migration AWS vers Scaleway": "aws", "ex AWS": "aws", "SaaS sur Outscale": "outscale", "éditeur hébergé chez AWS": "aws",
    "Scaleway (qualifié SecNumCloud)": "scaleway", "cloud interne": "on-premise", "hébergeur local": "on-premise",
    "sauvegarde chez Scaleway": "scaleway", "AWS GRA7": "aws", "infogérant sur Azure": "azure", "pas AWS": "aws",
    "serveurs internes et OVH": "on-premise", "Nubo puis Pi": "nubo", "AWS souverain ou Bleu": "bleu",
}
NONSENSE = (
    "", "?", "je ne sais pas", "à confirmer", "prestataire", "cloud", "un cloud souverain", "Raspberry Pi", "bidule", "n/a", "SecNumCloud",
    "serveur", "hébergeur privé français", "PaaS", "la région", "Paris", "à voir avec la DSI", "12345", "🙂", "…",
)


@pytest.fixture(scope="module")
def index() -> OfferIndex:
    return OfferIndex.of(shipped().offers)


def test_the_table_is_long_enough_to_mean_something():
    assert len(SURE) + len(ONE_SLIP_AWAY) + len(AMBIGUOUS) + len(NONSENSE) >= 100


@pytest.mark.parametrize("text", SURE)
def test_a_name_that_is_written_is_surely_matched(index, text):
    match = index.match(text)
    assert (match.offer, match.region) == SURE[text]
    assert match.confidence >= 90


@pytest.mark.parametrize("text", ONE_SLIP_AWAY)
def test_one_slip_is_forgiven_and_the_confidence_says_so(index, text):
    match = index.match(text)
    assert match.offer == ONE_SLIP_AWAY[text]
    assert THRESHOLD <= match.confidence < 100


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_what_may_be_two_things_is_a_question_with_its_candidates(index, text):
    match = index.match(text)
    assert match.offer is None
    assert match.region is None
    assert match.confidence < THRESHOLD
    assert AMBIGUOUS[text] in match.near


@pytest.mark.parametrize("text", NONSENSE)
def test_what_names_nothing_matches_nothing(index, text):
    assert index.match(text).offer is None


def test_every_offer_is_matched_by_its_own_name_and_region(index):
    for name, (offer, region) in offer_names(shipped().offers).items():
        match = index.match(name)
        assert (name, match.offer, match.region) == (name, offer, region)


def test_every_alias_names_its_offer_or_is_a_question(index):
    for offer in shipped().offers:
        for alias in offer.aliases:
            match = index.match(alias)
            assert match.offer == offer.id or (match.offer is None and offer.id in match.near), (alias, match)


def test_a_provider_that_sells_one_offer_is_named_by_it():
    assert match_offer("chez Exemple, Nuage", OFFERS).offer == "nuage"
    assert match_offer("Essai", OFFERS).near == ("cloud-essai", "cloud-essai-prive")


@given(st.text(max_size=80))
def test_no_text_breaks_the_matching_and_doubt_never_names_an_offer(text):
    match = OfferIndex.of(OFFERS).match(text)
    assert 0 <= match.confidence <= 100
    assert (match.offer is not None) == (match.confidence >= THRESHOLD)


@given(st.sampled_from(sorted(SURE)), st.sampled_from(("sur", "chez", "hébergé chez", "cloud")))
def test_filling_words_change_nothing(text, word):
    index = OfferIndex.of(shipped().offers)
    assert index.match(f"{word} {text}").offer in {index.match(text).offer, None}
