"""What only the provider knows, asked for and refused with its place when it is missing or wrong."""

from __future__ import annotations

import pytest
from tests.catalogue.openstack.clouds import STATEMENT, answers, provider

from egide.catalogue.openstack import read_provider, template
from egide.catalogue.openstack.provider import ImageRule, matching, named_files
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import language
from egide.vocabulary.yaml import read_yaml


def test_terms_have_the_digest_of_their_file() -> None:
    assert named_files(STATEMENT.read_bytes(), "provider.yaml") == ["conditions.md"]
    (terms,) = provider().terms
    assert terms.sha256 is not None
    assert len(terms.sha256) == 64


@pytest.mark.parametrize(("old", "new", "path"), [
    ("base: https://nuage-fictif.example/gaia-x/", "base: http://nuage-fictif.example/gaia-x/", "$.base"),
    ("base: https://nuage-fictif.example/gaia-x/", "base: https://nuage-fictif.example/gaia-x", "$.base"),
    ("  name: Nuage Fictif SAS\n", "", "$.legal_person"),
    ("registration: {vat_id: FR00000000000}", "registration: {}", "$.legal_person.registration"),
    ("registration: {vat_id: FR00000000000}", "registration: {siret: x}", "$.legal_person.registration"),
    ("headquarters_address: {country: FR,", "headquarters_address: {country: France,", "$.legal_person.headquarters_address.country"),
    (", file: conditions.md", "", "$.terms[0]"),
    (", file: conditions.md", ", file: autre.md", "$.terms[0]"),
    (", file: conditions.md", ", file: conditions.md, sha256: " + "a" * 64, "$.terms[0]"),
    ("provision: public", "provision: open", "$.offering.provision"),
    ("data_protection: [GDPR2016]", "data_protection: [RGPD]", "$.offering.data_protection[0]"),
    ("zones: [nord-1]", "zones: []", "$.regions.fictif-nord.datacenters[0].zones"),
    ("        maintained_by: self\n        pue", "        pue", "$.regions.fictif-nord.datacenters[0]"),
    ("boot_disk_gib: 50", "boot_disk_gib: 0", "$.flavors[0].boot_disk_gib"),
    ("cipher: AES, keys: managed}], technology", "cipher: ROT13, keys: managed}], technology", "$.volumes[0].encryption[0].cipher"),
    ("technology: [SSD]", "technologie: [SSD]", "$.volumes[0]"),
    ("apis: [Swift, S3]", "apis: []", "$.objects.apis"),
])  # fmt: skip
def test_what_is_missing_unknown_or_wrong_is_refused_with_its_path(old: str, new: str, path: str) -> None:
    assert old in STATEMENT.read_text("utf-8")
    with pytest.raises(InputError) as refused:
        provider(lambda text: text.replace(old, new))
    assert refused.value.at is not None
    assert (refused.value.at.file, refused.value.at.path) == ("provider.yaml", path)


def test_rules_speak_of_the_names_that_they_match() -> None:
    rules = [ImageRule("Debian *"), ImageRule("Rocky Linux ?"), ImageRule("*")]
    assert [rule.match for rule in matching("Debian 13", rules)] == ["Debian *", "*"]
    assert [rule.match for rule in matching("Rocky Linux 9", rules)] == ["Rocky Linux ?", "*"]
    assert [rule.match for rule in matching("debian 13", rules)] == ["*"], "letters count"


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_template_asks_what_this_cloud_leaves_open(lang: str) -> None:
    written = template(answers().cloud, language(lang))
    asked = read_yaml(written, "template.yaml")
    assert list(asked["regions"]) == ["fictif-nord", "fictif-sud"]
    assert asked["regions"]["fictif-nord"]["datacenters"][0]["zones"] == ["nord-1", "nord-2"]
    assert [rule["match"] for rule in asked["flavors"]] == ["fictif.volume"], "the others have a disk"
    assert [rule["match"] for rule in asked["images"]] == ["Debian 13", "Rocky Linux 9"]
    assert [rule["match"] for rule in asked["volumes"]] == ["rapide"]
    assert "objects" in asked
    with pytest.raises(InputError):
        read_provider(written, "template.yaml")


def test_the_template_is_in_the_language_of_the_run() -> None:
    cloud = answers().cloud
    assert "Ce qu’OpenStack ne sait pas" in template(cloud, language("fr")).decode()
    assert "What OpenStack does not know" in template(cloud, language("en")).decode()
