"""Where resources stand, put to the law; and what is not known is never a pass."""

from __future__ import annotations

from datetime import date

import pytest
from tests.infrastructure.code_world import (
    AWS,
    CLOUDGOUV,
    NOWHERE,
    OUTSCALE_PARIS,
    PERSONAL,
    PUBLIC,
    SCALEWAY,
    STATE,
    UNKNOWN_PLACE,
    found,
    resource,
    rules,
)

from egide.infrastructure.product import of_words, read_product
from egide.vocabulary.errors import InputError


def test_sensitive_data_of_the_state_on_an_unqualified_offer_are_forbidden_with_the_articles() -> None:
    (finding,) = [one for one in found([resource("aws_instance.web", AWS)]) if one.rule == "hosting"]
    assert finding.level == "forbidden"
    assert {article.rule.partition("@")[0] for article in finding.articles} >= {"sren-article-31", "circular-6404-sg"}
    assert finding.place == "aws/eu-west-3"
    assert finding.ask is None


def test_the_same_offer_is_judged_by_region() -> None:
    told = found([resource("outscale_vm.gov", CLOUDGOUV), resource("outscale_vm.plain", OUTSCALE_PARIS)])
    assert ("hosting", "forbidden") in rules(told, "outscale_vm.plain")
    assert ("hosting", "forbidden") not in rules(told, "outscale_vm.gov")


def test_a_qualified_region_asks_for_the_agreement_that_says_so() -> None:
    (asked,) = [one for one in found([resource("outscale_vm.gov", CLOUDGOUV)]) if one.rule == "hosting"]
    assert asked.level == "undetermined"
    assert asked.ask is not None and asked.ask.args["fact"].startswith("hosting.")  # type: ignore[union-attr]


def test_what_is_settled_in_the_declaration_is_no_longer_asked() -> None:
    facts = {"hosting.agreement_says_qualified": True, "hosting.exit_terms": True}
    product = read_product({"body": "state", "data": "sensitive", "facts": facts}, "egide.yaml")
    assert not [one for one in found([resource("outscale_vm.gov", CLOUDGOUV)], product) if one.rule == "hosting"]


def test_after_the_last_day_of_the_qualification_the_same_code_is_forbidden() -> None:
    told = found([resource("outscale_vm.gov", OUTSCALE_PARIS)], STATE, date(2026, 12, 15))
    assert ("hosting", "forbidden") in rules(told)


def test_on_a_day_before_any_text_nothing_is_forbidden_and_the_names_are_still_known() -> None:
    told = found([resource("aws_instance.web", AWS, attributes={"x": "https://api.datadoghq.eu"})], STATE, date(2018, 1, 1))
    assert not [one for one in told if one.level == "forbidden"]
    assert [one.party for one in told if one.rule == "reach-telemetry"] == ["Datadog, Inc."]


def test_an_unknown_place_is_a_finding_with_what_to_declare_even_for_public_data() -> None:
    (finding,) = [one for one in found([resource("scaleway_instance_server.web", UNKNOWN_PLACE)], PUBLIC) if one.rule == "standing"]
    assert finding.level == "undetermined"
    assert finding.ask is not None and finding.ask.args == {"name": "SCW_DEFAULT_REGION"}


def test_what_has_no_place_is_not_asked_for_one() -> None:
    assert not found([resource("random_password.db", NOWHERE, "other")])


def test_without_a_word_on_the_data_nothing_commercial_passes() -> None:
    told = found([resource("scaleway_instance_server.web", SCALEWAY)], of_words([], None, "test"))
    assert ("hosting", "undetermined") in rules(told)


def test_a_derogation_nobody_declares_is_taken_not_to_exist_and_a_declared_one_counts() -> None:
    facts = {
        "derogation.requested": True, "derogation.validated": True, "derogation.public": True, "derogation.project_engaged": True,
        "derogation.no_acceptable_offer": True,
    }  # fmt: skip
    product = read_product({"body": "state", "data": "sensitive", "facts": facts}, "egide.yaml")
    assert ("hosting", "forbidden") in rules(found([resource("aws_instance.web", AWS)]))
    assert ("hosting", "forbidden") not in rules(found([resource("aws_instance.web", AWS)], product))


def test_personal_data_under_third_country_law_are_to_be_settled() -> None:
    assert ("hosting", "conditional") in rules(found([resource("aws_instance.web", AWS)], PERSONAL))


def test_an_american_cdn_bears_the_name_of_what_it_is() -> None:
    told = found([resource("aws_cloudfront_distribution.site", AWS, "cdn")])
    assert ("reach-cdn", "forbidden") in rules(told)


def test_one_finding_says_where_a_resource_stands_however_many_articles_object() -> None:
    told = found([resource(f"aws_instance.n{number}", AWS) for number in range(50)])
    assert len([one for one in told if one.rule == "hosting"]) == 50


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ({"data": ["secret"]}, "$.data[0]"),
        ({"data": ["public", "personal"]}, "$.data"),
        ({"body": "ministry"}, "$.body"),
        ({"facts": {"offer.immune": True}}, "$.facts['offer.immune']"),
        ({"facts": {"data.harm": "perhaps"}}, "$.facts['data.harm']"),
        ({"facts": {"data.nothing": True}}, "$.facts['data.nothing']"),
        ({"requirements": ["rgs"]}, "$.requirements[0]"),
        ({"hosts": [{"name": "a.example", "party": "A", "source": "x"}]}, "$.hosts[0]"),
        ({"hosts": [{"name": "a.example", "party": "A", "source": "x", "controlled_from": "France"}]}, "$.hosts[0].controlled_from"),
        ({"waivers": [{"rule": "hosting", "address": "a", "reason": "x"}]}, "$.waivers[0]"),
        ({"waiver": []}, "$.waiver"),
    ],
)
def test_a_declaration_that_does_not_fit_is_refused_with_its_path(written: dict[str, object], path: str) -> None:
    with pytest.raises(InputError) as refused:
        read_product(written, "egide.yaml")
    assert refused.value.at is not None and refused.value.at.path == path
