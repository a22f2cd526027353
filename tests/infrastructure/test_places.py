"""Where a resource stands is found in one order, and what isn't found is unknown with what to declare."""

from __future__ import annotations

from datetime import date

import pytest
from tests.infrastructure.making import Made, planned

from egide.infrastructure.declared import Declared, read_declared
from egide.vocabulary.errors import InputError

LITERAL = "constant_value"


def block(name: str, **said: object) -> dict[str, object]:
    expressions = {key: value if isinstance(value, dict) else {LITERAL: value} for key, value in said.items()}
    return {name: {"name": name, "expressions": expressions}}


@pytest.mark.parametrize(
    ("type", "after", "region", "zone", "country", "offer"),
    [
        ("scaleway_instance_server", {"zone": "nl-ams-1"}, "nl-ams", "nl-ams-1", "NL", "scaleway"),
        ("scaleway_rdb_acl", {"instance_id": "fr-par/11111111"}, "fr-par", None, "FR", "scaleway"),
        ("ovh_cloud_project_kube", {"region": "GRA11"}, "GRA11", None, "FR", "ovh-public-cloud"),
        ("ovh_cloud_project_database", {"nodes": [{"region": "DE"}, {"region": "DE"}]}, "DE", None, "DE", "ovh-public-cloud"),
        ("hcloud_server", {"datacenter": "fsn1-dc14"}, "fsn1", "fsn1-dc14", "DE", "hetzner"),
        ("hcloud_load_balancer", {"location": "hel1"}, "hel1", None, "FI", "hetzner"),
        ("ionoscloud_datacenter", {"location": "fr/par"}, "fr/par", None, "FR", "ionos"),
        ("exoscale_sks_cluster", {"zone": "at-vie-1"}, "at-vie-1", None, "AT", "exoscale"),
        ("stackit_postgresflex_instance", {"region": "eu02"}, "eu02", None, "AT", "stackit"),
        ("flexibleengine_compute_instance_v2", {"region": "eu-west-0"}, "eu-west-0", None, "FR", None),
        ("aws_ebs_volume", {"availability_zone": "eu-west-3a"}, "eu-west-3", "eu-west-3a", "FR", "aws"),
        ("aws_s3_bucket", {"region": "eusc-de-east-1"}, "eusc-de-east-1", None, "DE", "aws-european-sovereign-cloud"),
        ("azurerm_resource_group", {"location": "France Central"}, "France Central", None, "FR", "azure"),
        ("google_storage_bucket", {"location": "EUROPE-WEST9"}, "EUROPE-WEST9", None, "FR", "gcp"),
        ("google_container_cluster", {"location": "europe-west9-b"}, "europe-west9", "europe-west9-b", "FR", "gcp"),
        ("google_compute_instance", {"zone": "u-france-east1-a"}, "u-france-east1", "u-france-east1-a", "FR", "s3ns"),
    ],
)
def test_an_attribute_tells_the_place(
    type: str, after: dict[str, object], region: str, zone: str | None, country: str, offer: str | None,
) -> None:
    (found,) = planned(Made(type, "x", after)).values()
    standing = found.standing
    assert (standing.region, standing.zone, standing.country, standing.offer) == (region, zone, country, offer)
    assert standing.by == "attribute"
    assert standing.declare is None


def test_a_resource_stands_where_the_data_centre_that_it_names_stands() -> None:
    found = planned(
        Made("ionoscloud_datacenter", "main", {"location": "es/vit"}),
        Made("ionoscloud_server", "web", {}, {"datacenter_id": True},
             expressions={"datacenter_id": {"references": ["ionoscloud_datacenter.main.id", "ionoscloud_datacenter.main"]}}),
    )  # fmt: skip
    standing = found["ionoscloud_server.web"].standing
    assert (standing.country, standing.by) == ("ES", "reference")


def test_a_data_source_tells_where_a_resource_stands_and_is_none_itself() -> None:
    found = planned(
        Made("ionoscloud_datacenter", "old", {"location": "fr/par"}, mode="data", actions=("read",)),
        Made("ionoscloud_server", "web", expressions={"datacenter_id": {"references": ["data.ionoscloud_datacenter.old.id"]}}),
    )  # fmt: skip
    assert list(found) == ["ionoscloud_server.web"]
    assert found["ionoscloud_server.web"].standing.country == "FR"


def test_named_resources_that_disagree_tell_nothing() -> None:
    found = planned(
        Made("scaleway_vpc_private_network", "a", {"region": "fr-par"}), Made("scaleway_vpc_private_network", "b", {"region": "pl-waw"}),
        Made("scaleway_instance_server", "web", expressions={
            "private_network": [{"pn_id": {"references": ["scaleway_vpc_private_network.a.id"]}}],
            "other": {"references": ["scaleway_vpc_private_network.b.id"]},
        }),
    )  # fmt: skip
    assert found["scaleway_instance_server.web"].standing.by == "unknown"


def test_the_provider_block_tells_the_place_and_an_alias_another() -> None:
    paris = block("aws", region="eu-west-3")
    other = {"aws.us": {"name": "aws", "alias": "us", "expressions": {"region": {LITERAL: "us-east-1"}}}}
    found = planned(Made("aws_instance", "a"), Made("aws_instance", "b", provider="aws.us"), providers={**paris, **other})
    assert [(one.standing.country, one.standing.by) for one in found.values()] == [("FR", "provider-block"), ("US", "provider-block")]


def test_what_an_amazon_resource_names_never_outweighs_its_provider_block() -> None:
    """A peering names a network of another region; it stands where its provider does."""
    found = planned(
        Made("aws_vpc", "there", provider="aws.us"),
        Made("aws_vpc_peering_connection_accepter", "here", expressions={"vpc": {"references": ["aws_vpc.there.id"]}}),
        providers={**block("aws", region="eu-west-3"), "aws.us": {"name": "aws", "expressions": {"region": {LITERAL: "us-east-1"}}}},
    )
    assert found["aws_vpc_peering_connection_accepter.here"].standing.country == "FR"


def test_a_variable_tells_the_region_of_the_provider_block_through_modules() -> None:
    inner = {"name": "scaleway", "module_address": "module.web", "expressions": {"region": {"references": ["var.where"]}}}
    calls = {"module_calls": {"web": {"source": "./web", "expressions": {"where": {"references": ["var.region"]}}, "module": {
        "variables": {"where": {}},
        "resources": [{"mode": "managed", "type": "scaleway_lb", "name": "x", "provider_config_key": "module.web:scaleway"}],
    }}}, "variables": {"region": {"default": "nl-ams"}}}  # fmt: skip
    made = Made("scaleway_lb", "x", module=("web",))
    said = planned(made, providers={"module.web:scaleway": inner}, calls=calls, variables={"region": {"value": "pl-waw"}})
    default = planned(made, providers={"module.web:scaleway": inner}, calls=calls)
    found = [(one.standing.country, one.standing.by) for one in (*said.values(), *default.values())]
    assert found == [("PL", "variable"), ("NL", "variable")]


def test_an_expression_that_isnt_one_variable_is_not_taken_for_it() -> None:
    """Terraform prints what an expression refers to, and not what it does with it."""
    region = {"references": ["var.stage"]}
    stage = {"stage": {"value": "prod"}}
    (found,) = planned(Made("scaleway_lb", "x"), providers=block("scaleway", region=region), variables=stage).values()
    assert found.standing.by == "unknown"


def test_the_declared_environment_is_asked_last() -> None:
    declared = Declared({"SCW_DEFAULT_REGION": "pl-waw"})
    nothing, said = planned(Made("scaleway_lb", "a"), Made("scaleway_lb", "b", {"zone": "fr-par-1"}), declared=declared).values()
    assert (nothing.standing.country, nothing.standing.by) == ("PL", "environment")
    assert (said.standing.country, said.standing.by) == ("FR", "attribute")


def test_without_any_word_a_resource_is_unknown_and_says_what_to_declare() -> None:
    (found,) = planned(Made("scaleway_instance_server", "web", {"zone": None})).values()
    standing = found.standing
    assert (standing.region, standing.country, standing.by, standing.qualification) == (None, None, "unknown", None)
    assert standing.declare
    assert "SCW_DEFAULT_REGION" in str(standing.declare.args["variables"])
    assert standing.provider_party == "Scaleway"


def test_a_provider_never_seen_is_unknown_under_its_own_name() -> None:
    (found,) = planned(Made("nimbus_vm", "x", {"region": "fr-par"})).values()
    assert (found.provider, found.standing.by, found.standing.country) == ("nimbus", "unknown", None)
    assert found.standing.declare
    assert found.standing.declare.code == "provider-never-seen"


def test_a_region_never_seen_has_no_country() -> None:
    (found,) = planned(Made("scaleway_lb", "x", {"region": "fr-lyo"})).values()
    assert (found.standing.region, found.standing.country) == ("fr-lyo", None)
    assert found.standing.declare
    assert found.standing.declare.code == "region-never-seen"


def test_a_region_that_spans_countries_has_none() -> None:
    wide, two = planned(Made("hcloud_network_subnet", "x", {"network_zone": "eu-central"}),
                        Made("ovh_cloud_project_storage", "y", {"regions": ["GRA", "WAW"]})).values()  # fmt: skip
    assert [one.standing.declare and one.standing.declare.code for one in (wide, two)] == ["several-countries", "several-countries"]


def test_a_service_without_region_is_identified_and_asks_for_its_country() -> None:
    (found,) = planned(Made("aws_iam_role", "x"), providers=block("aws", region="eu-west-3")).values()
    standing = found.standing
    assert (standing.region, standing.country, standing.offer, standing.controlled_from) == ("global", None, "aws", "US")
    assert standing.declare
    assert standing.declare.code == "global-service"


def test_what_the_code_leaves_open_stands_where_it_is_declared_to() -> None:
    """A type without region and a zone of several countries take the declaration; a region that the code says does not."""
    place = b"{match: 'hcloud_*', offer: hetzner, region: fsn1, country: DE}"
    said = read_declared(b"infrastructure:\n  resources:\n    - " + place + b"\n", "egide.yaml")
    wall, subnet, server = planned(
        Made("hcloud_firewall", "x"), Made("hcloud_network_subnet", "y", {"network_zone": "eu-central"}),
        Made("hcloud_server", "z", {"location": "hel1"}), declared=said,
    ).values()  # fmt: skip
    for one in (wall, subnet):
        standing = one.standing
        assert (standing.region, standing.country, standing.offer, standing.by) == ("fsn1", "DE", "hetzner", "environment")
        assert standing.declare is None
    assert (server.standing.region, server.standing.country, server.standing.by) == ("hel1", "FI", "attribute")


def test_the_same_code_in_the_universe_of_s3ns_is_s3ns() -> None:
    ours = block("google", region="u-france-east1", universe_domain="s3nsapis.fr")
    (found,) = planned(Made("google_sql_database_instance", "x"), providers=ours).values()
    assert (found.standing.offer, found.standing.country, found.standing.qualification) == ("s3ns", "FR", "qualified")


def test_a_universe_never_seen_is_not_taken_for_google() -> None:
    (found,) = planned(Made("google_storage_bucket", "x", {"location": "europe-west9"}),
                       providers=block("google", universe_domain="cloud.example")).values()  # fmt: skip
    assert found.standing.offer is None
    assert found.standing.declare
    assert found.standing.declare.code == "declare-partition"


def test_an_endpoint_tells_the_cloud_behind_a_provider() -> None:
    endpoints = {"aws": {"name": "aws", "expressions": {"region": {LITERAL: "fr-par"}, "endpoints": [{"s3": {LITERAL: "https://s3.fr-par.scw.cloud"}}]}}}
    bucket, queue = planned(Made("aws_s3_bucket", "x"), Made("aws_sqs_queue", "y"), providers=endpoints).values()
    assert (bucket.standing.offer, bucket.standing.country, bucket.service) == ("scaleway", "FR", "object-storage")
    assert queue.standing.offer == "aws"


def test_an_endpoint_never_seen_leaves_the_cloud_unknown() -> None:
    endpoints = {"aws": {"name": "aws", "expressions": {"region": {LITERAL: "eu-west-3"}, "endpoints": [{"s3": {LITERAL: "http://s3.cloud.example"}}]}}}
    (found,) = planned(Made("aws_s3_bucket", "x"), providers=endpoints).values()
    assert (found.standing.offer, found.standing.provider_party) == (None, None)
    assert found.standing.declare
    assert found.standing.declare.code == "declare-endpoint"


def test_openstack_is_whatever_cloud_its_address_says() -> None:
    ovh = block("openstack", auth_url="https://auth.cloud.ovh.net/v3", region="SBG5")
    (found,) = planned(Made("openstack_compute_instance_v2", "x"), providers=ovh).values()
    assert (found.standing.offer, found.standing.country) == ("ovh-public-cloud", "FR")
    (alone,) = planned(Made("openstack_compute_instance_v2", "x", {"region": "SBG5"})).values()
    assert alone.standing.offer is None
    assert alone.standing.declare
    assert alone.standing.declare.code == "declare-cloud"


def test_the_american_ovhcloud_is_not_the_french_one() -> None:
    (found,) = planned(Made("ovh_cloud_project_kube", "x", {"region": "US-EAST-VA-1"}), providers=block("ovh", endpoint="ovh-us")).values()
    assert (found.standing.offer, found.standing.provider_party, found.standing.controlled_from) == (None, "OVH US LLC", None)


def test_a_qualification_is_of_a_service_in_a_region_within_a_perimeter() -> None:
    qualified = Declared({"OSC_REGION": "cloudgouv-eu-west-1"})
    machine, kubernetes, user = planned(Made("outscale_vm", "a"), Made("outscale_oks_cluster", "b"), Made("outscale_user", "c"),
                                        declared=qualified).values()  # fmt: skip
    assert (machine.standing.qualification, machine.standing.until) == ("qualified", date(2026, 11, 30))
    assert kubernetes.standing.qualification == "none"
    assert kubernetes.standing.because
    assert kubernetes.standing.because.code == "out-of-perimeter"
    assert user.standing.qualification is None
    (other,) = planned(Made("outscale_vm", "a"), declared=Declared({"OSC_REGION": "eu-west-2"})).values()
    assert (other.standing.qualification, other.standing.country) == ("none", "FR")
    (later,) = planned(Made("outscale_vm", "a"), declared=qualified, on=date(2026, 12, 1)).values()
    assert later.standing.qualification != "qualified"


def test_what_runs_in_a_cluster_stands_where_the_cluster_does() -> None:
    provider = block("kubernetes", host={"references": ["scaleway_k8s_cluster.prod.kubeconfig[0].host"]})
    found = planned(Made("scaleway_k8s_cluster", "prod", {"region": "fr-par"}), Made("kubernetes_deployment_v1", "web"), providers=provider)
    standing = found["kubernetes_deployment_v1.web"].standing
    assert (standing.offer, standing.country, standing.by) == ("scaleway", "FR", "reference")


def test_what_only_computes_stands_nowhere() -> None:
    found = planned(Made("random_password", "x"), Made("null_resource", "y")).values()
    assert all(one.standing.nowhere and one.standing.declare is None for one in found)


def test_a_declaration_is_strict() -> None:
    said = read_declared(b"infrastructure:\n  resources:\n    - {match: 'nimbus_*', country: FR, party: Nimbus}\n", "egide.yaml")
    (found,) = planned(Made("nimbus_vm", "x"), declared=said).values()
    assert (found.standing.country, found.standing.provider_party, found.standing.by) == ("FR", "Nimbus", "environment")
    for bad in ("clusters: {}", "cluster: {country: france}", "cluster: {}", "environment: [a]"):
        with pytest.raises(InputError) as refused:
            read_declared(f"infrastructure:\n  {bad}\n".encode(), "egide.yaml")
        assert "egide.yaml" in str(refused.value)


def test_a_declared_region_doesnt_say_which_cloud() -> None:
    said = read_declared(b"infrastructure:\n  resources:\n    - {match: 'google_*', region: europe-west9, country: FR}\n", "egide.yaml")
    universe = block("google", universe_domain="cloud.example")
    (found,) = planned(Made("google_storage_bucket", "x"), declared=said, providers=universe).values()
    assert (found.standing.country, found.standing.offer, found.standing.provider_party) == ("FR", None, None)
    assert found.standing.declare
    assert found.standing.declare.code == "declare-partition"
