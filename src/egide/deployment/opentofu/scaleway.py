"""Scaleway: instances, clusters, block volumes, a private network, buckets and load balancers (provider `scaleway/scaleway`).

Machines have an address of the internet to leave by; what comes in is dropped but for the ports of the service. UDP comes to the machines
themselves: the load balancer carries TCP.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from egide.deployment.opentofu.module import called_directly

if TYPE_CHECKING:
    from egide.deployment.opentofu.module import Module
    from egide.deployment.site import Stand

REGIONS = re.compile(r"(fr-par|nl-ams|pl-waw|it-mil)(-[1-9])?")
IOPS = 5000
"""The lower of the two classes of block storage that are sold."""


def provider(made: Module) -> dict[str, Any]:
    """Region and zone; the keys come from SCW_ACCESS_KEY and SCW_SECRET_KEY."""
    return {"region": _region(made), "zone": _zone(made)}


def write(made: Module) -> None:
    """Everything of one place."""
    if made.machines or made.clusters:
        network = made.add("scaleway_vpc_private_network", made.name, name=made.name, region=_region(made),
                           ipv4_subnet=[{"subnet": f"{made.first_address}.0.0/20"}])  # fmt: skip
        for stand in made.machines:
            _machine(made, stand, network)
        _clusters(made, network)
    for stand in made.loose:
        for number, size in made.volumes(stand):
            made.add("scaleway_block_volume", f"{stand.name}-{number}", name=f"{stand.name}-{number}", iops=IOPS, size_in_gb=size,
                     zone=_zone(made))  # fmt: skip
    for stand in made.buckets:
        made.add("scaleway_object_bucket", stand.name, name=made.bucket_name(stand), region=_region(made),
                 versioning=[{"enabled": True}])  # fmt: skip
    _balancers(made)


def _machine(made: Module, stand: Stand, network: str) -> None:
    one = stand.component
    rules = [
        {"action": "accept", "protocol": rule.protocol.upper(), "port": rule.port, "ip_range": rule.cidr} for rule in made.openings(stand)
    ]  # fmt: skip
    group = made.add("scaleway_instance_security_group", stand.name, name=stand.name, zone=_zone(made), inbound_default_policy="drop",
                     outbound_default_policy="accept", stateful=True, inbound_rule=rules or None)  # fmt: skip
    apart = None
    if one.count > 1:
        apart = made.add("scaleway_instance_placement_group", stand.name, name=stand.name, zone=_zone(made), policy_type="max_availability",
                         policy_mode="enforced")  # fmt: skip
    disks = []
    for number, size in made.volumes(stand):
        name = f"{stand.name}-data-{number}"
        disk = made.add("scaleway_block_volume", name, count=one.count, name=f"{made.each(stand)}-data-{number}", iops=IOPS,
                        size_in_gb=size, zone=_zone(made))  # fmt: skip
        disks.append(f"${{{disk}[count.index].id}}")
    address = made.add("scaleway_instance_ip", stand.name, count=one.count, zone=_zone(made)) if called_directly(stand) else None
    made.add(
        "scaleway_instance_server", stand.name, count=one.count, name=made.each(stand), type=stand.machine, zone=_zone(made),
        image=made.image("ubuntu_noble"), security_group_id=f"${{{group}.id}}", additional_volume_ids=disks or None,
        ip_id=f"${{{address}[count.index].id}}" if address else None, enable_dynamic_ip=None if address else True,
        placement_group_id=f"${{{apart}.id}}" if apart else None, private_network=[{"pn_id": f"${{{network}.id}}"}],
        root_volume=[{"size_in_gb": one.disk_gib}] if one.disk_gib else None, tags=[made.name, stand.name],
    )  # fmt: skip


def _clusters(made: Module, network: str) -> None:
    for stand, name, nodes in made.clusters:
        cluster = made.add("scaleway_k8s_cluster", name, name=name, region=_region(made), version=made.kubernetes(), cni="cilium",
                           private_network_id=f"${{{network}.id}}", delete_additional_resources=False,
                           tags=[made.name, stand.name])  # fmt: skip
        if nodes:
            made.add("scaleway_k8s_pool", name, name=name, zone=_zone(made), cluster_id=f"${{{cluster}.id}}", node_type=stand.machine,
                     size=nodes, autohealing=True, tags=[made.name, stand.name])  # fmt: skip


def _balancers(made: Module) -> None:
    for stand, port, number in made.balanced_tcp():
        for place in range(stand.component.load_balancers):
            name = stand.name if not place else f"{stand.name}-{place + 1}"
            address = made.add("scaleway_lb_ip", name, zone=_zone(made))
            inside = f"${{scaleway_vpc_private_network.{_id(made.name)}.id}}"
            balancer = made.add("scaleway_lb", name, name=name, type="LB-S", zone=_zone(made), ip_ids=[f"${{{address}.id}}"],
                                private_network=[{"private_network_id": inside}])  # fmt: skip
            behind = made.add(
                "scaleway_lb_backend", f"{name}-{port}", lb_id=f"${{{balancer}.id}}", name=port, forward_protocol="tcp",
                forward_port=number, health_check_tcp=[{}],
                server_ips=f"${{flatten(scaleway_instance_server.{_id(stand.name)}[*].private_ips[*].address)}}",
            )  # fmt: skip
            made.add("scaleway_lb_frontend", f"{name}-{port}", lb_id=f"${{{balancer}.id}}", name=port, inbound_port=number,
                     backend_id=f"${{{behind}.id}}")  # fmt: skip


def _id(name: str) -> str:
    return name.replace("-", "_")


def _zone(made: Module) -> str:
    return made.place.region if made.place.region[-1].isdigit() else f"{made.place.region}-1"


def _region(made: Module) -> str:
    return made.place.region.rsplit("-", 1)[0] if made.place.region[-1].isdigit() else made.place.region
