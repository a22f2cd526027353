"""Exoscale: instances, clusters, block volumes, a private network, security groups and load balancers (provider `exoscale/exoscale`).

Its load balancer serves pools of instances, which can't carry a volume for each instance: what keeps volumes is reached by an elastic
address instead, which looks whether an instance is well, and which each instance takes as its own when it starts. Buckets are made by
their S3 address.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from egide.deployment.opentofu.module import watched
from egide.deployment.opentofu.s3 import write_buckets

if TYPE_CHECKING:
    from egide.deployment.opentofu.module import Module
    from egide.deployment.site import Stand

REGIONS = re.compile(r"(ch-gva|ch-dk|de-fra|de-muc|at-vie|bg-sof|hr-zag)-[1-9]")
LEAST_DISK_GIB = 10
LEAST_NODE_GIB = 50
"""What images of containers need on a node."""
NODES = (("kubelet", "TCP", 10250, 10250), ("services", "TCP", 30000, 32767), ("pods", "UDP", 4789, 4789))
"""What nodes of a cluster let in, as Exoscale asks: their control plane, services that are published, and pods of other nodes (Calico)."""


def provider(made: Module) -> dict[str, Any]:
    """Nothing: the keys come from EXOSCALE_API_KEY and EXOSCALE_API_SECRET, and each resource says its zone."""
    return {}


def write(made: Module) -> None:
    """Everything of one place."""
    zone = made.place.region
    network = ""
    if made.machines or made.clusters:
        network = made.add("exoscale_private_network", made.name, name=made.name, zone=zone, start_ip=f"{made.first_address}.0.10",
                           end_ip=f"{made.first_address}.15.250", netmask="255.255.240.0")  # fmt: skip
        for stand in made.machines:
            _machine(made, stand, network)
    for stand in made.loose:
        for number, size in made.volumes(stand):
            made.add("exoscale_block_storage_volume", f"{stand.name}-{number}", name=f"{stand.name}-{number}", zone=zone, size=size)
    write_buckets(made)
    _clusters(made, network)


def _machine(made: Module, stand: Stand, network: str) -> None:
    one, zone = stand.component, made.place.region
    group = made.add("exoscale_security_group", stand.name, name=stand.name)
    for number, rule in enumerate(made.openings(stand)):
        made.add("exoscale_security_group_rule", f"{stand.name}-{number}", security_group_id=f"${{{group}.id}}", type="INGRESS",
                 protocol=rule.protocol.upper(), start_port=rule.port, end_port=rule.port, cidr=rule.cidr)  # fmt: skip
    apart = made.add("exoscale_anti_affinity_group", stand.name, name=stand.name) if one.count > 1 else None
    disks = []
    for number, size in made.volumes(stand):
        disk = made.add("exoscale_block_storage_volume", f"{stand.name}-data-{number}", count=one.count,
                        name=f"{made.each(stand)}-data-{number}", zone=zone, size=size)  # fmt: skip
        disks.append(f"${{{disk}[count.index].id}}")
    template = made.variable("template_id", "Identifier of the template of the machines, in the zone")
    balancers = [(name, ports) for one_of, name, ports in made.balancers() if one_of is stand]
    if balancers and not disks:
        pool = made.add(
            "exoscale_instance_pool", stand.name, name=stand.name, zone=zone, size=one.count, instance_type=stand.machine,
            template_id=template, disk_size=max(one.disk_gib, LEAST_DISK_GIB), key_pair=made.ssh_key(),
            security_group_ids=[f"${{{group}.id}}"], anti_affinity_group_ids=[f"${{{apart}.id}}"] if apart else None,
            network_ids=[f"${{{network}.id}}"], labels={"service": made.name, "component": stand.name},
        )  # fmt: skip
        _balancers(made, pool, balancers)
        return
    addresses = [_elastic(made, name, ports) for name, ports in balancers]
    made.add(
        "exoscale_compute_instance", stand.name, count=one.count, name=made.each(stand), zone=zone, type=stand.machine,
        template_id=template, disk_size=max(one.disk_gib, LEAST_DISK_GIB), ssh_keys=[made.ssh_key()],
        security_group_ids=[f"${{{group}.id}}"], anti_affinity_group_ids=[f"${{{apart}.id}}"] if apart else None,
        elastic_ip_ids=[f"${{{address}.id}}" for address in addresses] or None, user_data=_own(addresses) if addresses else None,
        block_storage_volume_ids=disks or None, network_interface=[{"network_id": f"${{{network}.id}}"}],
        labels={"service": made.name, "component": stand.name},
    )  # fmt: skip


def _balancers(made: Module, pool: str, balancers: list[tuple[str, tuple[tuple[str, int, str], ...]]]) -> None:
    zone = made.place.region
    for name, ports in balancers:
        balancer = made.add("exoscale_nlb", name, name=name, zone=zone)
        for port, number, protocol in ports:
            well = watched(ports) or number
            made.add("exoscale_nlb_service", f"{name}-{port}", name=port, zone=zone, nlb_id=f"${{{balancer}.id}}",
                     instance_pool_id=f"${{{pool}.id}}", protocol=protocol, port=number, target_port=number, strategy="round-robin",
                     healthcheck=[{"mode": "tcp", "port": well, "interval": 10, "timeout": 5, "retries": 2}])  # fmt: skip


def _elastic(made: Module, name: str, ports: tuple[tuple[str, int, str], ...]) -> str:
    """An address that goes to the instances that are well."""
    well = watched(ports)
    check = {"mode": "tcp", "port": well, "interval": 10, "timeout": 5, "strikes_ok": 2, "strikes_fail": 3} if well else None
    return made.add("exoscale_elastic_ip", name, zone=made.place.region, description=name, healthcheck=[check] if check else None)


def _own(addresses: list[str]) -> str:
    """What each instance does when it starts: it takes the elastic addresses as its own, or it would not answer to them (cloud-init)."""
    taken = "".join(f"  - [ip, address, add, '${{{address}.ip_address}}/32', dev, lo]\n" for address in addresses)
    return f"#cloud-config\nbootcmd:\n{taken}"


def _clusters(made: Module, network: str) -> None:
    zone = made.place.region
    for stand, name, nodes in made.clusters:
        group = made.add("exoscale_security_group", f"{name}-nodes", name=f"{name}-nodes")
        for what, protocol, first, last in NODES:
            among = what == "pods"
            made.add("exoscale_security_group_rule", f"{name}-nodes-{what}", security_group_id=f"${{{group}.id}}", type="INGRESS",
                     protocol=protocol, start_port=first, end_port=last, cidr=None if among else "0.0.0.0/0",
                     user_security_group_id=f"${{{group}.id}}" if among else None)  # fmt: skip
        cluster = made.add("exoscale_sks_cluster", name, zone=zone, name=name, version=made.kubernetes(), cni="calico", service_level="pro",
                           exoscale_ccm=True, exoscale_csi=True, metrics_server=True)  # fmt: skip
        apart = made.add("exoscale_anti_affinity_group", name, name=name) if nodes > 1 else None
        if nodes:
            made.add("exoscale_sks_nodepool", name, zone=zone, name=name, cluster_id=f"${{{cluster}.id}}", instance_type=stand.machine,
                     size=nodes, disk_size=max(stand.component.disk_gib, LEAST_NODE_GIB), security_group_ids=[f"${{{group}.id}}"],
                     private_network_ids=[f"${{{network}.id}}"],
                     anti_affinity_group_ids=[f"${{{apart}.id}}"] if apart else None)  # fmt: skip
