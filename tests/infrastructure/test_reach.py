"""Names that the code calls: found where they stand, known by who answers them, judged by what passes through."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.infrastructure.code_world import (
    AWS,
    CLOUDGOUV,
    NOWHERE,
    PERSONAL,
    PUBLIC,
    STATE,
    composed,
    deployment,
    found,
    manifest,
    resource,
    rules,
    tidy,
)

from egide.infrastructure.hosts import is_inside, known_hosts
from egide.infrastructure.names_called import called, registry_of
from egide.infrastructure.product import read_product


def named(resource_: object) -> list[str]:
    return [one.host for one in called(resource_, known_hosts())]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("image", "registry"),
    [
        ("nginx", "docker.io"), ("nginx:1.27", "docker.io"), ("bitnami/redis:7", "docker.io"), ("docker.io/library/nginx", "docker.io"),
        ("ghcr.io/org/app:1", "ghcr.io"), ("registry.example.org:5000/app", "registry.example.org"), ("localhost/app", "localhost"),
        ("gcr.io/distroless/python3@sha256:abc", "gcr.io"), ("${REGISTRY}/app", None), ("{{ .Values.image }}", None), ("./build", None),
    ],
)  # fmt: skip
def test_an_image_says_its_registry(image: str, registry: str | None) -> None:
    assert registry_of(image) == registry


def test_names_are_found_in_values_addresses_and_scripts() -> None:
    script = "#!/bin/sh\ncurl -s https://api.datadoghq.eu/install | sh\n"
    one = resource("scaleway_instance_server.web", CLOUDGOUV, attributes={
        "user_data": base64.b64encode(script.encode()).decode(),
        "environment": {
            "SMTP_HOST": "smtp.sendgrid.net", "DATABASE_URL": "postgres://app:pw@db.internal:5432/app", "CONFIG": "app.config.env",
        },
        "tags": {"doc": "https://sentry.io/doc"}, "description": "see https://sentry.io",
        "nested": [{"name": "OIDC", "value": "https://acme.okta.com/x"}],
    })  # fmt: skip
    assert set(named(one)) == {"api.datadoghq.eu", "smtp.sendgrid.net", "acme.okta.com"}


INSIDE = ["db", "db.internal", "app.svc.cluster.local", "10.0.0.4", "127.0.0.1", "[::1]", "printer.lan", "redis.prod.svc"]


@pytest.mark.parametrize("host", INSIDE)
def test_names_for_the_inside_lead_to_no_third_party(host: str) -> None:
    assert is_inside(host)


@pytest.mark.parametrize("host", ["a.example.org", "8.8.8.8", "internal.example.org"])
def test_names_for_the_outside_are_asked_about(host: str) -> None:
    assert not is_inside(host)


def test_a_longer_ending_comes_before_a_shorter_one() -> None:
    hosts = known_hosts()
    mail, service = hosts.holder("smtp-relay.gmail.com"), hosts.holder("storage.googleapis.com")
    assert mail is not None and mail.function == "mail"
    assert service is not None and service.function == "service"
    assert hosts.holder("notgouv.fr") is None


def test_an_identity_provider_that_sees_sensitive_data_is_forbidden_with_the_articles() -> None:
    one = deployment("app", {**tidy(), "env": [{"name": "OIDC_ISSUER", "value": "https://acme.eu.auth0.com/"}]})
    (finding,) = [each for each in found([one]) if each.rule == "reach-identity"]
    assert finding.level == "forbidden"
    assert finding.reason.args == {"name": "acme.eu.auth0.com", "party": "Okta, Inc. (Auth0)", "country": "US"}
    assert finding.articles


def test_a_registry_is_a_dependence_and_not_a_hosting() -> None:
    one = deployment("app", {**tidy(), "image": "ghcr.io/acme/app:1.2"})
    assert ("reach-registry", "conditional") in rules(found([one]))
    assert ("reach-registry", "advise") in rules(found([one], PUBLIC))


def test_a_name_that_nobody_is_known_for_is_never_a_pass() -> None:
    one = deployment("app", {**tidy(), "image": "registry.nowhere.example/app:1"})
    assert ("reach-unknown", "undetermined") in rules(found([one], PERSONAL))
    assert ("reach-unknown", "undetermined") in rules(found([one], STATE))


def test_the_declaration_says_who_answers_and_is_believed_first() -> None:
    host = {
        "name": "registry.nowhere.example", "party": "Forge fictive", "source": "contrat", "controlled_from": "FR", "function": "registry",
    }  # fmt: skip
    product = read_product({"body": "state", "data": "sensitive", "hosts": [host]}, "egide.yaml")
    one = deployment("app", {**tidy(), "image": "registry.nowhere.example/app:1"})
    assert not [each for each in found([one], product) if each.rule.startswith("reach")]


def test_a_policy_that_names_a_service_of_its_own_provider_calls_no_third_party() -> None:
    policy = {"assume_role_policy": '{"Principal": {"Service": "ec2.amazonaws.com"}}'}
    assert not [one for one in found([resource("aws_iam_role.r", AWS, "other", policy)]) if one.key]
    assert [one for one in found([resource("outscale_vm.v", CLOUDGOUV, "compute", policy)]) if one.key == ("ec2.amazonaws.com",)]
    called_ = {"script": "curl https://x.s3.amazonaws.com/y"}
    assert [one for one in found([resource("aws_instance.i", AWS, "compute", called_)]) if one.key == ("x.s3.amazonaws.com",)]


def test_the_name_of_a_schema_is_called_by_nobody() -> None:
    assert named(resource("x_y.z", attributes={"doc": '<a xmlns="http://www.w3.org/2000/svg"/> https://json-schema.org/draft'})) == []


def test_a_service_of_the_state_is_no_third_party() -> None:
    env = [{"name": "URL", "value": "https://app.franceconnect.gouv.fr/api"}]
    one = deployment("app", {**tidy(), "image": "registry.nowhere.example/a:1", "env": env})
    assert not [each for each in found([one]) if each.key == ("app.franceconnect.gouv.fr",)]


def test_a_french_service_that_is_not_qualified_is_judged_as_a_hosting_of_what_passes() -> None:
    one = composed("app", {"image": "registry.nowhere.example/a:1", "environment": {"S3_ENDPOINT": "https://s3.fr-par.scw.cloud"}})
    told = [each for each in found([one]) if each.key == ("s3.fr-par.scw.cloud",)]
    assert [(each.rule, str(each.level)) for each in told] == [("hosting", "forbidden")]


def test_a_provider_that_is_somebody_s_service_is_reached_by_its_resources() -> None:
    told = found([resource("cloudflare_record.www", NOWHERE, "dns"), resource("datadog_monitor.cpu", NOWHERE, "other")])
    assert ("reach-cdn", "forbidden") in rules(told, "cloudflare_record.www")
    assert ("reach-telemetry", "forbidden") in rules(told, "datadog_monitor.cpu")


def test_an_ingress_class_or_an_api_version_calls_nobody() -> None:
    one = manifest("Ingress", "web", {
        "apiVersion": "networking.k8s.io/v1", "metadata": {"labels": {"app": "x.sentry.io"}}, "spec": {"ingressClassName": "nginx"},
    })  # fmt: skip
    assert named(one) == []


VALUES = st.recursive(
    st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=8), VALUES, max_size=5))
def test_whatever_is_written_is_read_without_a_fault(attributes: dict[str, object]) -> None:
    for one in called(resource("scaleway_instance_server.web", attributes=attributes), known_hosts()):
        assert one.host == one.host.lower()
