"""A catalogue file that is wrong is refused with the path of what is wrong."""

from __future__ import annotations

import pytest

from egide.catalogue import read_catalogue
from egide.vocabulary.errors import InputError

HEAD = """
as_of: 2026-09-15
sources:
  page: {text: page fictive, issuer: Presse fictive, read_on: 2026-11-23, read: secondary}
offers:
"""
GOOD = """
  - id: nuage-fictif
    name: Nuage fictif
    provider: Fournisseur fictif
    aliases: [NF]
    region_source: page
    regions: [{id: ici, name: Ici, country: FR, aliases: [par ici]}]
    claims: [{source: page, from: 2026-01-01, says: {offer.model: commercial}}]
    qualifications: [{status: qualified, from: 2024-01-01, to: 2027-01-01, decision: "1", source: page}]
"""


def refused(*texts: str) -> InputError:
    with pytest.raises(InputError) as caught:
        read_catalogue({f"{index}.yaml": text.encode() for index, text in enumerate(texts)})
    return caught.value


def test_a_good_file_is_read() -> None:
    one = read_catalogue({"a.yaml": (HEAD + GOOD).encode()}).by_id["nuage-fictif"]
    assert one.regions[0].source == "page fictive"
    assert one.qualifications[0].as_of.isoformat() == "2026-09-15"
    assert one.claims[0][2].issuer == "Presse fictive"


@pytest.mark.parametrize(("was", "becomes", "path", "says"), [
    ("name: Nuage fictif", "nom: Nuage fictif", "offers[0]", "nom"),
    ("id: nuage-fictif", "id: Nuage Fictif", "offers[0].id", "hyphens"),
    ("from: 2024-01-01", "from: 2024-13-01", None, ""),
    ("from: 2024-01-01", "from: hier", "offers[0].qualifications[0]", "date"),
    ("to: 2027-01-01", "to: 2023-01-01", "offers[0].qualifications[0]", "before it starts"),
    ("status: qualified", "status: presque", "offers[0].qualifications[0].status", "presque"),
    ("country: FR", "country: France", "offers[0].regions[0].country", "two-letter"),
    ("source: page, from", "source: ailleurs, from", "offers[0].claims[0].source", "ailleurs"),
    ("offer.model: commercial", "offer.model: gratuit", "offers[0].claims[0].says.offer.model", "gratuit"),
    ("offer.model: commercial", "body.status: state", "offers[0].claims[0].says", "body.status"),
    ("offer.model: commercial", "offer.immune: peut-être", "offers[0].claims[0].says.offer.immune", "true, false"),
    ("offer.model: commercial", "offer.controlled_from: NO", "offers[0].claims[0].says.offer.controlled_from", "quote"),
    ("source: page, from: 2026-01-01", "source: page, region: là, from: 2026-01-01", "offers[0].claims[0].region", "là"),
    ("decision: \"1\"", "regions: [là], decision: \"1\"", "offers[0].qualifications[0].regions", "là"),
    ("decision: \"1\"", "regions: [], decision: \"1\"", "offers[0].qualifications[0].regions", "whole offer"),
    ("region_source: page", "note: {fr: un, en: one}", "offers[0].regions[0]", "source"),
    ("aliases: [NF]", "built_on: [rien]", "offers[0].built_on", "rien"),
    ("  page: {", "  page: {ville: Ici, ", "sources[...]", "ville"),
])
def test_what_is_wrong_is_refused_where_it_stands(was: str, becomes: str, path: str | None, says: str) -> None:
    assert was in HEAD + GOOD
    error = refused((HEAD + GOOD).replace(was, becomes))
    assert says in str(error)
    assert error.at is not None
    assert error.at.file == "0.yaml"
    if path is not None:
        assert error.at.path is not None
        assert error.at.path.startswith(path)


def test_an_offer_that_stands_twice_is_refused() -> None:
    assert "stands twice" in refused(HEAD + GOOD, HEAD + GOOD).message


def test_a_name_that_two_offers_share_is_refused_whatever_its_case_and_accents() -> None:
    twin = GOOD.replace("id: nuage-fictif", "id: autre").replace("Nuage fictif", "Autre").replace("[NF]", "[nüage  FICTIF]")
    assert "also names the offer `nuage-fictif`" in str(refused(HEAD + GOOD + twin))


def test_a_name_that_two_regions_of_one_offer_share_is_refused() -> None:
    two = GOOD.replace("regions: [", "regions: [{id: là, name: Là, country: FR, aliases: [Par Ici]}, ")
    assert "two regions" in refused(HEAD + two).message


def test_two_sources_of_one_key_must_agree() -> None:
    assert "source `page` stands twice" in str(refused(HEAD + GOOD, HEAD.replace("page fictive", "autre") + "  []"))


@pytest.mark.parametrize("text", [
    "", "as_of: [", "- 1", "as_of: 2026-09-15\nas_of: 2026-09-15", "a: &a 1\nb: *a", "as_of: 2026-09-15\nvingt: 1",
])
def test_broken_yaml_is_an_input_error(text: str) -> None:
    refused(text)


def test_no_file_at_all_is_an_input_error() -> None:
    with pytest.raises(InputError):
        read_catalogue({})
