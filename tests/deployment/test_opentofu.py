"""Machines and what surrounds them, in each provider's own words: its arguments, and the regions and numbers of the plan."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.deployment.plans import BLUEPRINTS, blueprint, machine_name, plan_of

from egide.deployment import Built, Site, Target, build
from egide.deployment.opentofu import TABLES
from egide.planner.need_form import read_need

PLACES = {
    "scaleway": "scaleway/fr-par", "ovh": "ovh/GRA11", "openstack": "infomaniak/dc3-a", "hcloud": "hetzner/fsn1",
    "exoscale": "exoscale/de-fra-1", "outscale": "outscale/cloudgouv-eu-west-1", "stackit": "stackit/eu01",
    "ionoscloud": "ionos/de/fra", "aws": "aws/eu-west-3",
    "azurerm": "azure/francecentral", "google": "gcp/europe-west9",
}  # fmt: skip
MACHINES = {
    "scaleway": ("scaleway_instance_server", "type"), "ovh": ("openstack_compute_instance_v2", "flavor_name"),
    "openstack": ("openstack_compute_instance_v2", "flavor_name"), "hcloud": ("hcloud_server", "server_type"),
    "exoscale": ("exoscale_compute_instance", "type"), "outscale": ("outscale_vm", "vm_type"),
    "stackit": ("stackit_server", "machine_type"), "ionoscloud": ("ionoscloud_server", ""), "aws": ("aws_instance", "instance_type"),
    "azurerm": ("azurerm_linux_virtual_machine", "size"),
    "google": ("google_compute_instance", "machine_type"),
}  # fmt: skip
VOLUMES = {"block_volume", "blockstorage_volume_v3", "volume", "block_storage_volume", "ebs_volume", "managed_disk", "compute_disk"}
SIZES = ("size", "size_in_gb", "disk_size_gb")
META = {"count", "depends_on", "lifecycle", "provider"}
KNOWN: Mapping[str, Any] = json.loads(Path(__file__).with_name("tables.json").read_text("utf-8"))


@cache
def built(provider: str, name: str) -> Built:
    need = read_need(blueprint(name), name).need
    plan = plan_of(need, lambda one: PLACES[provider])
    return build(Site.of(need, plan.placements, plan.market().places, sha256(name.encode()).hexdigest()), Target.OPENTOFU)


def module(provider: str, name: str) -> dict[str, Any]:
    (content,) = [content for path, content in built(provider, name).files.items() if path.endswith("main.tf.json")]
    document: dict[str, Any] = json.loads(content)
    return document


def wrong(arguments: Mapping[str, Any], known: Mapping[str, Any], plural: bool, at: str) -> Iterator[str]:
    """What a provider would not take: unknown arguments, missing ones, other kinds. Some tables write lists in the plural."""
    given = {}
    for name, value in arguments.items():
        found = next((one for one in (name, *((f"{name}s", f"{name}es") if plural else ())) if one in known), None)
        if found is None:
            if name not in META:
                yield f"{at}.{name} is not known"
            continue
        given[found] = value
        said = known[found]
        kind = (said[""] if isinstance(said, dict) else said).rstrip("!")
        yield from _other(value, kind, f"{at}.{name}")
        if isinstance(said, dict):
            for number, one in enumerate(value if isinstance(value, list) else [value]):
                if isinstance(one, dict):
                    yield from wrong(one, {key: block for key, block in said.items() if key}, plural, f"{at}.{name}[{number}]")
    needed = {name for name, said in known.items() if (said[""] if isinstance(said, dict) else said).endswith("!")}
    yield from (f"{at}.{name} is missing" for name in sorted(needed - given.keys()))


def _other(value: Any, kind: str, at: str) -> Iterator[str]:
    if isinstance(value, str) and value.startswith("${"):
        return
    fits = {"string": isinstance(value, str), "number": isinstance(value, int) and not isinstance(value, bool),
            "bool": isinstance(value, bool),
            "list": isinstance(value, list), "map": isinstance(value, dict), "object": isinstance(value, (dict, list))}  # fmt: skip
    if not fits[kind]:
        yield f"{at} is {value!r}, not {kind}"


@pytest.mark.parametrize("provider", PLACES)
def test_every_argument_is_one_that_the_provider_takes(provider: str) -> None:
    seen = set()
    for name in BLUEPRINTS:
        for kind, resources in module(provider, name)["resource"].items():
            assert kind in KNOWN, f"no table was recorded for {kind}"
            seen.add(kind)
            for resource, arguments in resources.items():
                assert not list(wrong(arguments, KNOWN[kind]["arguments"], KNOWN[kind]["plural"], f"{kind}.{resource}"))
    assert MACHINES[provider][0] in seen
    assert len(seen) >= 4


def test_the_tables_would_see_what_is_wrong() -> None:
    server = module("hcloud", "online-service")["resource"]["hcloud_server"]["web"]
    known = KNOWN["hcloud_server"]["arguments"]
    assert list(wrong(server | {"flavour": "x"}, known, True, "web")) == ["web.flavour is not known"]
    assert list(wrong(server | {"location": 3}, known, True, "web")) == ["web.location is 3, not string"]
    assert list(wrong({"name": "x"}, known, True, "web")) == ["web.server_type is missing"]
    assert list(wrong(server | {"network": [{"net": 1}]}, known, True, "web")) == ["web.network[0].net is not known"]


@pytest.mark.parametrize("provider", PLACES)
@pytest.mark.parametrize("name", ["online-service", "ai-platform"])
def test_every_component_stands_once_with_the_machine_and_number_of_the_plan(provider: str, name: str) -> None:
    kind, argument = MACHINES[provider]
    components = read_need(blueprint(name), name).need.components
    resources = module(provider, name)["resource"]
    pools = {key: {"count": one["size"], "type": one["instance_type"]} for key, one in resources.get("exoscale_instance_pool", {}).items()}
    assert not resources[kind].keys() & pools.keys()
    made = {**resources[kind], **pools}
    assert made.keys() == {one.id.replace("-", "_") for one in components if one.runs}
    for one in components:
        if one.runs:
            resource = made[one.id.replace("-", "_")]
            assert resource["count"] == one.count
            if argument:
                assert resource[argument] == machine_name(one)
            else:
                assert (resource["cores"], resource["ram"]) == (one.vcpus, one.ram_mib)


@pytest.mark.parametrize("provider", PLACES)
def test_volumes_hold_what_was_planned(provider: str) -> None:
    for name in BLUEPRINTS:
        found = 0
        for kind, resources in module(provider, name)["resource"].items():
            if kind.split("_", 1)[1] in VOLUMES:
                found += sum(one.get("count", 1) * next(one[key] for key in SIZES if key in one) for one in resources.values())
        assert found == sum(one.block_gib for one in read_need(blueprint(name), name).need.components)


WHERE = {
    "scaleway": ("region", "fr-par"), "ovh": ("region", "GRA11"), "openstack": ("region", "dc3-a"),
    "outscale": ("region", "cloudgouv-eu-west-1"), "stackit": ("default_region", "eu01"),
    "aws": ("region", "eu-west-3"), "google": ("region", "europe-west9"),
}  # fmt: skip
RESOURCE_WHERE = {
    "hcloud": ("hcloud_server", "location", "fsn1"), "exoscale": ("exoscale_compute_instance", "zone", "de-fra-1"),
    "ionoscloud": ("ionoscloud_datacenter", "location", "de/fra"),
    "azurerm": ("azurerm_linux_virtual_machine", "location", "francecentral"),
}  # fmt: skip


@pytest.mark.parametrize("provider", PLACES)
def test_everything_is_in_the_region_of_the_plan(provider: str) -> None:
    made = module(provider, "online-service")
    if provider in WHERE:
        argument, value = WHERE[provider]
        assert made["provider"][MACHINES[provider][0].partition("_")[0]][argument] == value
    else:
        kind, argument, value = RESOURCE_WHERE[provider]
        assert {one[argument] for one in made["resource"][kind].values()} == {value}


@pytest.mark.parametrize("provider", PLACES)
def test_each_module_names_the_providers_of_its_types_and_no_other(provider: str) -> None:
    for name in BLUEPRINTS:
        made = module(provider, name)
        used = {kind.partition("_")[0] for kind in made["resource"]}
        assert used == made["provider"].keys() == made["terraform"]["required_providers"].keys()


BALANCERS = {
    "scaleway": "scaleway_lb", "ovh": "openstack_lb_loadbalancer_v2", "openstack": "openstack_lb_loadbalancer_v2",
    "hcloud": "hcloud_load_balancer", "exoscale": "exoscale_nlb", "outscale": "outscale_load_balancer", "stackit": "stackit_loadbalancer",
    "ionoscloud": "ionoscloud_networkloadbalancer", "aws": "aws_lb", "azurerm": "azurerm_lb", "google": "google_compute_address",
}  # fmt: skip
CARRY_UDP = {"ovh", "openstack", "exoscale", "stackit", "aws", "azurerm", "google"}


@pytest.mark.parametrize("provider", PLACES)
def test_what_is_public_is_behind_a_balancer_or_said_not_to_be(provider: str) -> None:
    """Each planned balancer stands; what keeps volumes at Exoscale is reached by an elastic address."""
    for name in BLUEPRINTS:
        made, public = module(provider, name)["resource"], [one for one in read_need(blueprint(name), name).need.components
                                                            if one.load_balancers and one.run and one.run.public]  # fmt: skip
        found = set(made.get(BALANCERS[provider], {})) | set(made.get("exoscale_elastic_ip", {}))
        only_udp = {one.id.replace("-", "_") for one in public if all(port.protocol == "udp" for port in one.run.public)}
        wanted = {one.id.replace("-", "_") for one in public}
        assert found == (wanted if provider in CARRY_UDP else wanted - only_udp)
        assert not [one for one in built(provider, name).missing if one.because.code == "no-load-balancer"]


@pytest.mark.parametrize("provider", PLACES)
def test_every_bucket_stands_where_it_was_planned(provider: str) -> None:
    """By the provider's own types, or by its S3 address, so that no call goes to Amazon."""
    made = module(provider, "ai-platform")
    kinds = {kind for kind in made["resource"] if "bucket" in kind or kind.endswith(("container_v1", "storage_container"))}
    assert {name for kind in kinds for name in made["resource"][kind]} == {"donnees", "sauvegardes"}
    if provider in ("hcloud", "exoscale", "outscale"):
        (endpoints,) = made["provider"]["aws"]["endpoints"]
        assert endpoints["s3"] == {"hcloud": "https://fsn1.your-objectstorage.com", "exoscale": "https://sos-de-fra-1.exo.io",
                                   "outscale": "https://oos.cloudgouv-eu-west-1.outscale.com"}[provider]  # fmt: skip


def test_the_paper_says_whose_keys_open_buckets_that_are_made_by_their_address() -> None:
    for provider, said in (("exoscale", True), ("scaleway", False)):
        assert ("Nothing goes to Amazon" in built(provider, "ai-platform").files["README.md"].decode()) is said


CLUSTER = b"""
name: Grappe
components:
  grappe: {vcpu: 4, memory_gib: 16, disk_gib: 80, count: 3, control_planes: 1}
  deux: {vcpu: 2, memory_gib: 8, count: 3, control_planes: 2}
  base: {vcpu: 2, memory_gib: 4, block_gib: 50}
"""
CLUSTERS = {
    "scaleway": ("scaleway_k8s_cluster", "scaleway_k8s_pool", "size"),
    "ovh": ("ovh_cloud_project_kube", "ovh_cloud_project_kube_nodepool", "desired_nodes"),
    "openstack": ("openstack_containerinfra_cluster_v1", "openstack_containerinfra_cluster_v1", "node_count"),
    "exoscale": ("exoscale_sks_cluster", "exoscale_sks_nodepool", "size"),
    "stackit": ("stackit_ske_cluster", "stackit_ske_cluster", ""),
    "ionoscloud": ("ionoscloud_k8s_cluster", "ionoscloud_k8s_node_pool", "node_count"),
    "aws": ("aws_eks_cluster", "aws_eks_node_group", ""), "azurerm": ("azurerm_kubernetes_cluster", "azurerm_kubernetes_cluster", ""),
    "google": ("google_container_cluster", "google_container_node_pool", "node_count"),
}  # fmt: skip
NODES = {
    "stackit_ske_cluster": lambda one: one["node_pools"][0]["maximum"],
    "aws_eks_node_group": lambda one: one["scaling_config"][0]["max_size"],
    "azurerm_kubernetes_cluster": lambda one: one["default_node_pool"][0]["node_count"],
}  # fmt: skip


@pytest.mark.parametrize("provider", PLACES)
def test_a_managed_cluster_has_the_planned_nodes_or_is_said_to_be_missing(provider: str) -> None:
    need = read_need(CLUSTER, "x").need
    plan = plan_of(need, lambda one: PLACES[provider])
    found = build(Site.of(need, plan.placements, plan.market().places, "0" * 64), Target.OPENTOFU)
    missing = [(one.component, one.because.code) for one in found.missing]
    (content,) = [content for path, content in found.files.items() if path.endswith("main.tf.json")]
    made = json.loads(content)["resource"]
    machines = made[MACHINES[provider][0]]
    assert machines.keys() == {"base"}
    if provider not in CLUSTERS:
        assert missing == [("deux", "no-kubernetes"), ("grappe", "no-kubernetes")]
        return
    assert missing == []
    cluster, pool, argument = CLUSTERS[provider]
    assert made[cluster].keys() == {"grappe", "deux", "deux_2"}
    nodes = {name: NODES[pool](one) if pool in NODES else one[argument] for name, one in made[pool].items()}
    assert nodes == {"grappe": 3, "deux": 2, "deux_2": 1}
    for kind, resources in made.items():
        for name, arguments in resources.items():
            assert not list(wrong(arguments, KNOWN[kind]["arguments"], KNOWN[kind]["plural"], f"{kind}.{name}"))


def test_no_secret_is_in_a_module_and_each_names_its_plan() -> None:
    for provider in PLACES:
        made = module(provider, "secure-messaging")
        assert made["//"].endswith(sha256(b"secure-messaging").hexdigest())
        keys = {key for block in made["provider"].values() for key in block}
        assert not {"access_key", "secret_key", "token", "password", "user_name"} & keys
        assert all("default" not in one or one["default"] for one in made["variable"].values())


@pytest.mark.parametrize(("key", "code"), [
    ("nuage-inconnu/x-1", "no-table"), ("scaleway/atlantis-1", "no-region"), ("hetzner/eu", "no-region"),
])  # fmt: skip
def test_what_has_no_table_or_no_such_region_is_said_for_each_component(key: str, code: str) -> None:
    need = read_need(blueprint("online-service"), "x").need
    plan = plan_of(need, lambda one: key if one.spare_of else PLACES["scaleway"])
    made = build(Site.of(need, plan.placements, plan.market().places, "0" * 64), Target.OPENTOFU)
    assert [(one.component, one.because.code) for one in made.missing] == [("base-spare", code)]
    assert [path for path in made.files if path.endswith(".json")] == ["scaleway-fr-par/main.tf.json", "egide-build.json"]


def test_every_table_knows_its_own_regions_and_no_name_stands_in_two() -> None:
    names = [name for table in TABLES for name in table.names]
    assert len(names) == len(set(names))
    for key in PLACES.values():
        provider, region = key.split("/", 1)
        assert next(table for table in TABLES if provider in table.names).regions.fullmatch(region)
