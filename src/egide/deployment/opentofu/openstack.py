"""OpenStack, as several European providers sell it, OVHcloud's public cloud among them (provider `terraform-provider-openstack/openstack`).

Ports carry the security groups, since a machine on a network that shuts its ports takes them from there. Load balancers are Octavia's.
Clusters are Magnum's, made from a template that the provider offers; OVHcloud's come from its own provider of code (`ovh/ovh`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from egide.deployment.opentofu.module import Module
    from egide.deployment.site import Stand

REGIONS = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
OVH = re.compile(r"[A-Z]{2,4}[0-9]*|[A-Z]{2}(-[A-Z]+)*-[A-Z0-9]+|[A-Z]{3}-[A-Z]")
"""Regions of OVHcloud's public cloud: GRA11, EU-WEST-PAR, RBX-A."""
OVH_NAMES = ("ovh", "ovhcloud")
MOST_APART = 5
"""Nodes that OVHcloud keeps apart in one pool."""
OVH_CODE = "ovh/ovh", "~> 2.0", {"endpoint": "ovh-eu"}
"""Its own provider: source, version, and the API of its European company."""
OVH_KEYSTONE = "https://auth.cloud.ovh.net/v3"


def provider(made: Module) -> dict[str, Any]:
    """The region, and where one signs in; who does comes from OS_APPLICATION_CREDENTIAL_ID and the like."""
    known = OVH_KEYSTONE if made.place.provider.lower() in OVH_NAMES else None
    return {"region": made.place.region, "auth_url": known or made.variable("auth_url", "Where one signs in (Keystone, version 3)")}


def write(made: Module) -> None:
    """Everything of one place."""
    region = made.place.region
    if made.machines:
        network = made.add("openstack_networking_network_v2", made.name, name=made.name, region=region, admin_state_up=True)
        subnet = made.add("openstack_networking_subnet_v2", made.name, name=made.name, region=region, network_id=f"${{{network}.id}}",
                 cidr=f"{made.first_address}.0.0/20", ip_version=4)  # fmt: skip
        outside = made.variable("external_network_id", "Identifier of the provider's public network")
        router = made.add("openstack_networking_router_v2", made.name, name=made.name, region=region, external_network_id=outside)
        made.add("openstack_networking_router_interface_v2", made.name, region=region, router_id=f"${{{router}.id}}",
                 subnet_id=f"${{{subnet}.id}}")  # fmt: skip
        for stand in made.machines:
            _machine(made, stand, network)
    for stand in made.loose:
        for number, size in made.volumes(stand):
            made.add("openstack_blockstorage_volume_v3", f"{stand.name}-{number}", name=f"{stand.name}-{number}", region=region,
                     size=size)  # fmt: skip
    for stand in made.buckets:
        made.add("openstack_objectstorage_container_v1", stand.name, name=made.bucket_name(stand), region=region, versioning=True)
    _balancers(made)
    _clusters(made)


def _clusters(made: Module) -> None:
    region = made.place.region
    for stand, name, nodes in made.clusters:
        if made.place.provider.lower() not in OVH_NAMES:
            template = made.variable("cluster_template_id", "Identifier of the provider's template of clusters (Magnum)")
            made.add("openstack_containerinfra_cluster_v1", name, name=name, region=region, cluster_template_id=template,
                     master_count=1, node_count=nodes, flavor=stand.machine, keypair=made.ssh_key())  # fmt: skip
            continue
        made.also("ovh", *OVH_CODE)
        project = made.variable("project_id", "Identifier of the Public Cloud project")
        cluster = made.add("ovh_cloud_project_kube", name, service_name=project, name=name, region=region, version=made.kubernetes())
        if nodes:
            made.add("ovh_cloud_project_kube_nodepool", name, service_name=project, kube_id=f"${{{cluster}.id}}", name=name,
                     flavor_name=stand.machine, desired_nodes=nodes, min_nodes=nodes, max_nodes=nodes,
                     anti_affinity=True if 1 < nodes <= MOST_APART else None)  # fmt: skip


def _machine(made: Module, stand: Stand, network: str) -> None:
    one, region, subnet = stand.component, made.place.region, _subnet(made)
    group = made.add("openstack_networking_secgroup_v2", stand.name, name=stand.name, region=region, delete_default_rules=True)
    for number, rule in enumerate(made.openings(stand)):
        made.add("openstack_networking_secgroup_rule_v2", f"{stand.name}-{number}", region=region, direction="ingress", ethertype="IPv4",
                 protocol=rule.protocol, port_range_min=rule.port, port_range_max=rule.port, remote_ip_prefix=rule.cidr,
                 security_group_id=f"${{{group}.id}}")  # fmt: skip
    made.add("openstack_networking_secgroup_rule_v2", f"{stand.name}-out", region=region, direction="egress", ethertype="IPv4",
             security_group_id=f"${{{group}.id}}")  # fmt: skip
    port = made.add("openstack_networking_port_v2", stand.name, count=one.count, name=made.each(stand), region=region,
                    network_id=f"${{{network}.id}}", security_group_ids=[f"${{{group}.id}}"],
                    fixed_ip=[{"subnet_id": f"${{{subnet}.id}}"}])  # fmt: skip
    apart = None
    if one.count > 1:
        apart = made.add("openstack_compute_servergroup_v2", stand.name, name=stand.name, region=region, policies=["anti-affinity"])
    machine = made.add(
        "openstack_compute_instance_v2", stand.name, count=one.count, name=made.each(stand), region=region, flavor_name=stand.machine,
        image_name=made.image("Debian 12"), key_pair=made.ssh_key(), network=[{"port": f"${{{port}[count.index].id}}"}],
        scheduler_hints=[{"group": f"${{{apart}.id}}"}] if apart else None, tags=[made.name, stand.name],
    )  # fmt: skip
    for number, size in made.volumes(stand):
        name = f"{stand.name}-data-{number}"
        disk = made.add("openstack_blockstorage_volume_v3", name, count=one.count, name=f"{made.each(stand)}-data-{number}", region=region,
                        size=size)  # fmt: skip
        made.add("openstack_compute_volume_attach_v2", name, count=one.count, region=region,
                 instance_id=f"${{{machine}[count.index].id}}", volume_id=f"${{{disk}[count.index].id}}")  # fmt: skip


def _balancers(made: Module) -> None:
    region, subnet = made.place.region, _subnet(made)
    for stand, port, number, protocol in made.balanced():
        for place in range(stand.component.load_balancers):
            name = stand.name if not place else f"{stand.name}-{place + 1}"
            balancer = made.add("openstack_lb_loadbalancer_v2", name, name=name, region=region, vip_subnet_id=f"${{{subnet}.id}}")
            pool_of_addresses = made.variable("external_network", "Name of the provider's public network")
            made.add("openstack_networking_floatingip_v2", name, region=region, pool=pool_of_addresses,
                     port_id=f"${{{balancer}.vip_port_id}}")  # fmt: skip
            listener = made.add("openstack_lb_listener_v2", f"{name}-{port}", name=f"{name}-{port}", region=region,
                                protocol=protocol.upper(), protocol_port=number, loadbalancer_id=f"${{{balancer}.id}}")  # fmt: skip
            pool = made.add("openstack_lb_pool_v2", f"{name}-{port}", name=f"{name}-{port}", region=region, protocol=protocol.upper(),
                            lb_method="ROUND_ROBIN", listener_id=f"${{{listener}.id}}")  # fmt: skip
            ports = f"openstack_networking_port_v2.{stand.name.replace('-', '_')}"
            made.add("openstack_lb_member_v2", f"{name}-{port}", count=stand.component.count, region=region, pool_id=f"${{{pool}.id}}",
                     address=f"${{{ports}[count.index].all_fixed_ips[0]}}", protocol_port=number,
                     subnet_id=f"${{{subnet}.id}}")  # fmt: skip


def _subnet(made: Module) -> str:
    return f"openstack_networking_subnet_v2.{made.name.replace('-', '_')}"
