"""Records which arguments each resource type takes, from packages of PyPI that carry them: `python record_tables.py FOLDER`.

FOLDER holds the packages, unpacked, as `pip download --no-deps` brings them: `cdktf-cdktf-provider-*` (generated from the provider's own
schema, with its argument names) where it exists, and Pulumi's otherwise, which writes lists in the plural. The tables are facts of ours
(names, which are required, what kind of value), not their code; the tests read `tables.json` beside this file and need no package.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

PULUMI = {
    "scaleway": ("pulumiverse_scaleway", {
        "scaleway_block_volume": "block/volume", "scaleway_instance_ip": "instance/ip",
        "scaleway_instance_placement_group": "instance/placement_group", "scaleway_instance_security_group": "instance/security_group",
        "scaleway_instance_server": "instance/server", "scaleway_lb": "loadbalancers/load_balancer",
        "scaleway_lb_backend": "loadbalancers/backend", "scaleway_lb_frontend": "loadbalancers/frontend",
        "scaleway_lb_ip": "loadbalancers/ip", "scaleway_object_bucket": "object/bucket",
        "scaleway_vpc_private_network": "network/private_network", "scaleway_k8s_cluster": "kubernetes/cluster",
        "scaleway_k8s_pool": "kubernetes/pool",
    }),
    "hcloud": ("pulumi_hcloud", {f"hcloud_{name}": name for name in (
        "firewall", "load_balancer", "load_balancer_network", "load_balancer_service", "load_balancer_target", "network", "network_subnet",
        "placement_group", "server", "volume", "volume_attachment",
    )}),
    "exoscale": ("pulumiverse_exoscale", {f"exoscale_{name}": name for name in (
        "anti_affinity_group", "block_storage_volume", "compute_instance", "elastic_ip", "instance_pool", "nlb", "nlb_service",
        "private_network", "security_group", "security_group_rule", "sks_cluster", "sks_nodepool",
    )}),
    "outscale": ("pulumi_outscale", {f"outscale_{name}": name for name in (
        "internet_service", "internet_service_link", "load_balancer", "load_balancer_vms", "net", "public_ip", "public_ip_link", "route",
        "route_table", "route_table_link", "security_group", "security_group_rule", "subnet", "vm", "volume", "volumes_link",
    )}),
    "stackit": ("ediri_stackit", {f"stackit_{name}": name for name in (
        "affinity_group", "loadbalancer", "network", "network_interface", "objectstorage_bucket", "public_ip", "security_group",
        "security_group_rule", "server", "server_volume_attach", "ske_cluster", "volume",
    )}),
    "ovh": ("pulumi_ovh", {
        "ovh_cloud_project_kube": "cloudproject/kube", "ovh_cloud_project_kube_nodepool": "cloudproject/kube_node_pool",
    }),
}  # fmt: skip
"""Provider to its package and the file of each resource type."""
CDKTF = {
    "openstack": (
        "blockstorage_volume_v3", "compute_instance_v2", "compute_servergroup_v2", "compute_volume_attach_v2",
        "containerinfra_cluster_v1", "lb_listener_v2",
        "lb_loadbalancer_v2", "lb_member_v2", "lb_pool_v2", "networking_floatingip_v2", "networking_network_v2", "networking_port_v2",
        "networking_router_interface_v2", "networking_router_v2", "networking_secgroup_rule_v2", "networking_secgroup_v2",
        "networking_subnet_v2", "objectstorage_container_v1",
    ),
    "ionoscloud": (
        "datacenter", "ipblock", "k8_s_cluster", "k8_s_node_pool", "lan", "natgateway", "natgateway_rule", "networkloadbalancer",
        "networkloadbalancer_forwardingrule", "s3_bucket", "server", "volume",
    ),
    "aws": (
        "ebs_volume", "eks_addon", "eks_cluster", "eks_node_group", "iam_role", "iam_role_policy_attachment", "instance",
        "internet_gateway", "lb", "lb_listener", "lb_target_group", "lb_target_group_attachment", "placement_group", "route",
        "s3_bucket", "s3_bucket_public_access_block", "s3_bucket_versioning", "security_group", "subnet", "volume_attachment", "vpc",
        "vpc_security_group_egress_rule", "vpc_security_group_ingress_rule",
    ),
    "azurerm": (
        "availability_set", "kubernetes_cluster", "lb", "lb_backend_address_pool", "lb_probe", "lb_rule", "linux_virtual_machine",
        "managed_disk", "nat_gateway", "nat_gateway_public_ip_association", "network_interface",
        "network_interface_backend_address_pool_association", "network_interface_security_group_association", "network_security_group",
        "public_ip", "resource_group", "storage_account", "storage_container", "subnet", "subnet_nat_gateway_association",
        "virtual_machine_data_disk_attachment", "virtual_network",
    ),
    "google": (
        "compute_address", "compute_attached_disk", "compute_disk", "compute_firewall", "compute_forwarding_rule", "compute_instance",
        "compute_instance_group", "compute_network", "compute_region_backend_service", "compute_region_health_check", "compute_router",
        "compute_router_nat", "compute_subnetwork", "container_cluster", "container_node_pool", "storage_bucket",
    ),
}  # fmt: skip
META = {"connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioners", "id", "opts", "resource_name"}
DEEPEST = 3
"""Blocks within blocks that are recorded."""
Arguments = dict[str, object]
"""Argument to its kind, with ``!`` when it is required; a block holds its own kind under the empty name."""


def keywords(tree: ast.Module, name: str) -> Iterator[tuple[str, bool, str]]:
    """Keyword arguments of a class: name, whether required, annotation."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and method.name == "__init__":
                    for one, default in zip(method.args.kwonlyargs, method.args.kw_defaults, strict=True):
                        yield one.arg, default is None, ast.unparse(one.annotation) if one.annotation else ""


def kind(said: str) -> str:
    """What sort of value an annotation stands for."""
    bare = re.sub(r"pulumi\.Input|Optional|Union|IResolvable|typing\.|_builtins\.|builtins\.|jsii\.|_cdktf_\w+\.", "", said)
    for word, found in (("Sequence", "list"), ("Mapping", "map"), ("bool", "bool"), ("Dict", "object"), ("Args", "object"),
                        ("int", "number"), ("float", "number"), ("Number", "number")):  # fmt: skip
        if word in bare:
            return found
    return "string"


def arguments(tree: ast.Module, inputs: ast.Module, name: str, depth: int = DEEPEST) -> Arguments:
    """The arguments of a class, with those of its blocks."""
    found: Arguments = {}
    for argument, required, said in keywords(tree, name):
        if argument in META and (depth == DEEPEST or argument != "id"):
            continue
        argument = argument.replace("k8_s", "k8s")  # noqa: PLW2901 - the package splits the word, not the provider
        found[argument] = kind(said) + ("!" if required else "")
        nested = re.search(r"'(?:\w+\.)?(\w+)'", said)
        if nested and depth and (block := arguments(inputs, inputs, nested[1], depth - 1)):
            found[argument] = {"": found[argument], **block}
    return found


def classes(tree: ast.Module) -> dict[str, str]:
    """Classes with their first base."""
    return {node.name: ast.unparse(node.bases[0]) if node.bases else "" for node in tree.body if isinstance(node, ast.ClassDef)}


def record(folder: Path) -> dict[str, object]:
    """Every table."""
    tables: dict[str, object] = {}
    for package, files in PULUMI.values():
        root = next(path for path in folder.rglob(package) if path.is_dir() and (path / "__init__.py").is_file())
        source = root.parent.name.removesuffix("-py3-none-any.whl").removesuffix(".tar.gz")
        for resource, file in files.items():
            path = root / f"{file}.py"
            tree, inputs = ast.parse(path.read_text("utf-8")), ast.parse((path.parent / "_inputs.py").read_text("utf-8"))
            name = next(one for one in classes(tree) if re.fullmatch(r"[A-Z]\w+(Args|InitArgs)", one))
            tables[resource] = {"from": source, "plural": True, "arguments": arguments(tree, inputs, name)}
    for provider, names in CDKTF.items():
        root = next(path for path in folder.rglob(f"cdktf_cdktf_provider_{provider}") if path.is_dir())
        for short in names:
            tree = ast.parse((root / short / "__init__.py").read_text("utf-8"))
            name = next(one for one, base in classes(tree).items() if "TerraformResource" in base)
            tables[f"{provider}_{short}".replace("k8_s", "k8s")] = {
                "from": root.parent.name.removesuffix("-py3-none-any.whl"), "plural": False, "arguments": arguments(tree, tree, name),
            }  # fmt: skip
    return tables


if __name__ == "__main__":
    lines = (f'"{name}": {json.dumps(table, sort_keys=True)}' for name, table in sorted(record(Path(sys.argv[1])).items()))
    Path(__file__).with_name("tables.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
