"""What holds of every check: order changes nothing, more code takes no finding from another resource, a waiver is about its rule."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.infrastructure.code_world import (
    AMSTERDAM,
    AWS,
    CLOUDGOUV,
    FRAMEWORK,
    NOWHERE,
    PUBLIC,
    SCALEWAY,
    STATE,
    UNKNOWN_PLACE,
    composed,
    deployment,
    found,
    manifest,
    resource,
    run,
    tidy,
)

from egide.infrastructure.code_findings import PRODUCT, CodeFinding
from egide.infrastructure.code_rules import code_rules
from egide.infrastructure.product import read_product

POOL = [
    resource("aws_instance.a", AWS, line=1), resource("aws_s3_bucket.backup", AWS, "object-storage", line=9),
    resource("scaleway_instance_server.b", SCALEWAY, line=20, file="b.tf"),
    resource("scaleway_rdb_instance.c", AMSTERDAM, "database", {"disable_backup": True}),
    resource("outscale_vm.d", CLOUDGOUV), resource("scaleway_object_bucket.e", UNKNOWN_PLACE, "object-storage", {"name": "e"}),
    resource("cloudflare_record.f", NOWHERE, "dns"), deployment("g", {"image": "ghcr.io/a/b"}), deployment("h", tidy()),
    composed("i", {"image": "nginx", "environment": {"SENTRY_DSN": "https://k@o1.ingest.sentry.io/1"}}),
    manifest("StatefulSet", "j", {"spec": {"template": {"spec": {"containers": [{"name": "db", "image": "quay.io/x/y:1"}]}}}}),
    resource("scaleway_instance_server.k", SCALEWAY, attributes={"user_data": "curl https://nobody.example/x"}),
]  # fmt: skip
PRODUCTS = st.sampled_from([STATE, PUBLIC, FRAMEWORK])
SOME = st.lists(st.sampled_from(POOL), unique_by=lambda one: one.address, min_size=1)


def own(findings: tuple[CodeFinding, ...]) -> set[str]:
    """Fingerprints of what is found of a resource, not of the product as a whole."""
    return {one.fingerprint for one in findings if one.address != PRODUCT}


@settings(max_examples=25)
@given(SOME, PRODUCTS, st.randoms(use_true_random=False))
def test_the_order_of_resources_changes_nothing(resources: list, product: object, random: object) -> None:  # type: ignore[type-arg]
    shuffled = list(resources)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert found(resources, product) == found(shuffled, product)  # type: ignore[arg-type]


@settings(max_examples=25)
@given(SOME, st.sampled_from(POOL), PRODUCTS)
def test_another_resource_takes_no_finding_from_the_rest(resources: list, more: object, product: object) -> None:  # type: ignore[type-arg]
    kept = [one for one in resources if one.address != more.address]  # type: ignore[attr-defined]
    assert own(found(kept, product)) <= own(found([*kept, more], product))  # type: ignore[arg-type]


@settings(max_examples=25)
@given(SOME, st.sampled_from(sorted(code_rules())), st.sampled_from(["*.*", "*/*", "aws_*", "Deployment/default/g", "*"]))
def test_a_waiver_sets_aside_its_own_rule_and_nothing_else(resources: list, rule: str, address: str) -> None:  # type: ignore[type-arg]
    waiver = {"rule": rule, "address": address, "reason": "essai", "until": date(2027, 1, 1)}
    product = read_product({"body": "state", "data": "sensitive", "waivers": [waiver]}, "egide.yaml")
    plain = read_product({"body": "state", "data": "sensitive"}, "egide.yaml")
    before, after = run(resources, plain).checked, run(resources, product).checked
    assert {one.finding.rule for one in after.suppressed} <= {rule}
    assert {one.fingerprint for one in after.standing} | {one.finding.fingerprint for one in after.suppressed} == {
        one.fingerprint for one in before.standing
    }


def test_every_finding_is_of_a_rule_and_every_rule_can_be_found() -> None:
    extra = [
        resource("aws_ses_email_identity.m", AWS, "mail"), resource("aws_cognito_user_pool.i", AWS, "identity"),
        resource("aws_route53_zone.z", AWS, "dns"), resource("aws_cloudfront_distribution.c", AWS, "cdn"),
        resource("github_repository.r", NOWHERE, "other"),
        deployment("p", {"image": "x/y:1", "securityContext": {"privileged": True, "runAsUser": 0}}),
        composed("s", {"image": "x/y:1", "environment": {"URL": "https://x.s3.amazonaws.com"}}),
    ]  # fmt: skip
    database = resource("scaleway_rdb_instance.z", SCALEWAY, "database")
    bucket = resource("scaleway_object_bucket.backup", SCALEWAY, "object-storage")
    batches = ([*POOL, *extra], [POOL[0]], [POOL[2], POOL[3]], [database], [database, bucket])
    told = {one.rule for batch in batches for one in found(batch, STATE)}
    told |= {one.rule for one in found([deployment("q", {"image": "x/y:1", "securityContext": {"runAsUser": 7}})], FRAMEWORK)}
    assert told == set(code_rules())


def test_two_findings_of_one_product_never_share_a_fingerprint() -> None:
    told = found(POOL, STATE)
    assert len({one.fingerprint for one in told}) == len(told)
