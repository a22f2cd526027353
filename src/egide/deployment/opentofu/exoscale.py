"""Exoscale: instances, block volumes, a private network and security groups (provider `exoscale/exoscale`).

Its load balancer serves instance pools, which can't carry a volume for each instance, and its buckets are made with an S3 client: neither
is written here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from egide.deployment.opentofu.module import Module
    from egide.deployment.site import Stand

REGIONS = re.compile(r"(ch-gva|ch-dk|de-fra|de-muc|at-vie|bg-sof|hr-zag)-[1-9]")
LEAST_DISK_GIB = 10


def provider(made: Module) -> dict[str, Any]:
    """Nothing: the keys come from EXOSCALE_API_KEY and EXOSCALE_API_SECRET, and each resource says its zone."""
    return {}


def write(made: Module) -> None:
    """Everything of one place."""
    zone = made.place.region
    if made.machines:
        network = made.add("exoscale_private_network", made.name, name=made.name, zone=zone, start_ip=f"{made.first_address}.0.10",
                           end_ip=f"{made.first_address}.15.250", netmask="255.255.240.0")  # fmt: skip
        for stand in made.machines:
            _machine(made, stand, network)
    for stand in made.stands:
        if not stand.component.runs:
            for number, size in made.volumes(stand):
                made.add("exoscale_block_storage_volume", f"{stand.name}-{number}", name=f"{stand.name}-{number}", zone=zone, size=size)
    for stand in made.buckets:
        made.lacks(stand, "object-storage")
    for stand, *_ in made.balanced():
        made.lacks(stand, "load-balancer")


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
    made.add(
        "exoscale_compute_instance", stand.name, count=one.count, name=made.each(stand), zone=zone, type=stand.machine,
        template_id=template, disk_size=max(one.disk_gib, LEAST_DISK_GIB), ssh_keys=[made.ssh_key()],
        security_group_ids=[f"${{{group}.id}}"], anti_affinity_group_ids=[f"${{{apart}.id}}"] if apart else None,
        block_storage_volume_ids=disks or None, network_interface=[{"network_id": f"${{{network}.id}}"}],
        labels={"service": made.name, "component": stand.name},
    )  # fmt: skip
