"""STACKIT: servers, clusters, volumes, a network, security groups, load balancers and buckets (provider `stackitcloud/stackit`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from egide.deployment.opentofu.module import identifier

if TYPE_CHECKING:
    from egide.deployment.opentofu.module import Module
    from egide.deployment.site import Stand

REGIONS = re.compile(r"eu0[1-9]")
LEAST_DISK_GIB = 20
LONGEST_CLUSTER = 11
"""Characters of a cluster's name."""


def provider(made: Module) -> dict[str, Any]:
    """The region; the key comes from STACKIT_SERVICE_ACCOUNT_KEY_PATH."""
    return {"default_region": made.place.region}


def write(made: Module) -> None:
    """Everything of one place."""
    project = made.variable("project_id", "Identifier of the STACKIT project")
    network = ""
    if made.machines:
        network = made.add("stackit_network", made.name, project_id=project, name=made.name, ipv4_prefix=f"{made.first_address}.0.0/20")
        for stand in made.machines:
            _machine(made, stand, network, project)
    for stand in made.loose:
        for number, size in made.volumes(stand):
            made.add("stackit_volume", f"{stand.name}-{number}", project_id=project, name=f"{stand.name}-{number}",
                     availability_zone=f"{made.place.region}-1", size=size)  # fmt: skip
    for stand in made.buckets:
        made.add("stackit_objectstorage_bucket", stand.name, project_id=project, name=made.bucket_name(stand))
    _balancers(made, network, project)
    for stand, name, nodes in made.clusters:
        pool = {"name": "noeuds", "machine_type": stand.machine, "minimum": nodes, "maximum": nodes,
                "availability_zones": [f"{made.place.region}-1"], "volume_size": max(stand.component.disk_gib, LEAST_DISK_GIB)}  # fmt: skip
        made.add("stackit_ske_cluster", name, project_id=project, region=made.place.region, name=name[:LONGEST_CLUSTER].rstrip("-"),
                 kubernetes_version_min=made.kubernetes(), node_pools=[pool] if nodes else [])  # fmt: skip


def _machine(made: Module, stand: Stand, network: str, project: str) -> None:
    one, zone = stand.component, f"{made.place.region}-1"
    group = made.add("stackit_security_group", stand.name, project_id=project, name=stand.name, stateful=True)
    for number, rule in enumerate(made.openings(stand)):
        made.add("stackit_security_group_rule", f"{stand.name}-{number}", project_id=project, direction="ingress", ip_range=rule.cidr,
                 security_group_id=f"${{{group}.security_group_id}}", protocol={"name": rule.protocol},
                 port_range={"min": rule.port, "max": rule.port})  # fmt: skip
    card = made.add("stackit_network_interface", stand.name, count=one.count, project_id=project, name=made.each(stand),
                    network_id=f"${{{network}.network_id}}", security_group_ids=[f"${{{group}.security_group_id}}"])  # fmt: skip
    apart = None
    if one.count > 1:
        apart = made.add("stackit_affinity_group", stand.name, project_id=project, name=stand.name, policy="hard-anti-affinity")
    image = made.variable("image_id", "Identifier of the image of the machines")
    machine = made.add(
        "stackit_server", stand.name, count=one.count, project_id=project, name=made.each(stand), machine_type=stand.machine,
        availability_zone=zone, keypair_name=made.ssh_key(), affinity_group=f"${{{apart}.affinity_group_id}}" if apart else None,
        boot_volume={"size": max(one.disk_gib, LEAST_DISK_GIB), "source_type": "image", "source_id": image},
        network_interfaces=[f"${{{card}[count.index].network_interface_id}}"], labels={"service": made.name, "component": stand.name},
    )  # fmt: skip
    for number, size in made.volumes(stand):
        name = f"{stand.name}-data-{number}"
        disk = made.add("stackit_volume", name, count=one.count, project_id=project, name=f"{made.each(stand)}-data-{number}",
                        availability_zone=zone, size=size)  # fmt: skip
        made.add("stackit_server_volume_attach", name, count=one.count, project_id=project,
                 server_id=f"${{{machine}[count.index].server_id}}", volume_id=f"${{{disk}[count.index].volume_id}}")  # fmt: skip


def _balancers(made: Module, network: str, project: str) -> None:
    for stand, name, ports in made.balancers():
        address = made.add("stackit_public_ip", f"{name}-public", project_id=project)
        cards = f"stackit_network_interface.{identifier(stand.name)}"
        targets = [{"display_name": f"{stand.name}-{place + 1}", "ip": f"${{{cards}[{place}].ipv4}}"}
                   for place in range(stand.component.count)]  # fmt: skip
        made.add(
            "stackit_loadbalancer", name, project_id=project, name=name, external_address=f"${{{address}.ip}}",
            networks=[{"network_id": f"${{{network}.network_id}}", "role": "ROLE_LISTENERS_AND_TARGETS"}],
            listeners=[{"display_name": port, "port": number, "protocol": f"PROTOCOL_{protocol.upper()}", "target_pool": port}
                       for port, number, protocol in ports],
            target_pools=[{"name": port, "target_port": number, "targets": targets} for port, number, _ in ports],
        )  # fmt: skip
