"""Google Cloud, and S3NS by its `universe_domain`: instances, clusters, disks, a network, balancers and buckets (`hashicorp/google`).

Machines have no address of the internet: what leaves goes by Cloud NAT, what comes in by a balancer that passes packets through.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from egide.deployment.opentofu.module import identifier, watched

if TYPE_CHECKING:
    from egide.deployment.opentofu.module import Module
    from egide.deployment.site import Stand

REGIONS = re.compile(r"([a-z]+-)?[a-z]+-[a-z]+[0-9]+")
S3NS = "s3nsapis.fr"
LEAST_DISK_GIB = 10
MOST_PORTS = 5
"""Ports that a forwarding rule may name one by one; beyond, it takes all, and the firewall alone says which."""
PROBES = ["35.191.0.0/16", "130.211.0.0/22", "209.85.152.0/22", "209.85.204.0/22"]
"""From where Google looks whether an instance behind a balancer is well, as it publishes."""


def provider(made: Module) -> dict[str, Any]:
    """Project and region, and the universe where it is not Google's own; who signs in comes from the environment."""
    said = {"project": made.variable("project", "Identifier of the project"), "region": made.place.region, "zone": _zone(made)}
    return said | ({"universe_domain": S3NS} if made.place.provider == "s3ns" else {})


def write(made: Module) -> None:
    """Everything of one place."""
    if made.machines or made.clusters:
        net = made.add("google_compute_network", made.name, name=made.name, auto_create_subnetworks=False)
        subnet = made.add("google_compute_subnetwork", made.name, name=made.name, network=f"${{{net}.id}}", region=made.place.region,
                          ip_cidr_range=f"{made.first_address}.0.0/20", private_ip_google_access=True)  # fmt: skip
        _way_out(made, net, subnet)
        for stand in made.machines:
            _machine(made, stand, net, subnet)
        _balancers(made, net)
        _clusters(made, net, subnet)
    for stand in made.loose:
        for number, size in made.volumes(stand):
            made.add("google_compute_disk", f"{stand.name}-{number}", name=f"{stand.name}-{number}", zone=_zone(made), size=size,
                     type="pd-balanced")  # fmt: skip
    for stand in made.buckets:
        made.add("google_storage_bucket", stand.name, name=made.bucket_name(stand), location=made.place.region.upper(),
                 uniform_bucket_level_access=True, public_access_prevention="enforced", versioning=[{"enabled": True}])  # fmt: skip


def _machine(made: Module, stand: Stand, net: str, subnet: str) -> None:
    one = stand.component
    for number, rule in enumerate(made.openings(stand)):
        made.add("google_compute_firewall", f"{stand.name}-{number}", name=f"{stand.name}-{number}", network=f"${{{net}.id}}",
                 direction="INGRESS", source_ranges=[rule.cidr], target_tags=[stand.name],
                 allow=[{"protocol": rule.protocol, "ports": [str(rule.port)]}])  # fmt: skip
    key = made.ssh_key("Administrator and public SSH key, as `name:key`")
    machine = made.add(
        "google_compute_instance", stand.name, count=one.count, name=made.each(stand), machine_type=stand.machine, zone=_zone(made),
        boot_disk=[{"initialize_params": [{"image": made.image("debian-cloud/debian-12"), "size": max(one.disk_gib, LEAST_DISK_GIB)}]}],
        network_interface=[{"subnetwork": f"${{{subnet}.id}}"}], tags=[stand.name], labels={"service": made.name, "component": stand.name},
        metadata={"ssh-keys": key, "block-project-ssh-keys": "true"},
    )  # fmt: skip
    for number, size in made.volumes(stand):
        name = f"{stand.name}-data-{number}"
        disk = made.add("google_compute_disk", name, count=one.count, name=f"{made.each(stand)}-data-{number}", zone=_zone(made), size=size,
                        type="pd-balanced")  # fmt: skip
        made.add("google_compute_attached_disk", name, count=one.count, disk=f"${{{disk}[count.index].id}}",
                 instance=f"${{{machine}[count.index].id}}")  # fmt: skip


def _way_out(made: Module, net: str, subnet: str) -> None:
    router = made.add("google_compute_router", made.name, name=made.name, region=made.place.region, network=f"${{{net}.id}}")
    made.add("google_compute_router_nat", made.name, name=made.name, region=made.place.region, router=f"${{{router}.name}}",
             nat_ip_allocate_option="AUTO_ONLY", source_subnetwork_ip_ranges_to_nat="LIST_OF_SUBNETWORKS",
             subnetwork=[{"name": f"${{{subnet}.id}}", "source_ip_ranges_to_nat": ["ALL_IP_RANGES"]}])  # fmt: skip


def _balancers(made: Module, net: str) -> None:
    region = made.place.region
    for stand, name, ports in made.balancers():
        resource, well = identifier(stand.name), watched(ports)
        address = made.add("google_compute_address", name, name=name, region=region)
        group = made.add("google_compute_instance_group", name, name=name, zone=_zone(made),
                         instances=f"${{google_compute_instance.{resource}[*].self_link}}")  # fmt: skip
        check = None
        if well:
            check = made.add("google_compute_region_health_check", name, name=name, region=region, tcp_health_check=[{"port": well}])
            made.add("google_compute_firewall", f"{name}-probes", name=f"{name}-probes", network=f"${{{net}.id}}", direction="INGRESS",
                     source_ranges=PROBES, target_tags=[stand.name], allow=[{"protocol": "tcp", "ports": [str(well)]}])  # fmt: skip
        for protocol in sorted({protocol for _, _, protocol in ports}):
            numbers = [str(number) for _, number, spoken in ports if spoken == protocol]
            behind = made.add(
                "google_compute_region_backend_service", f"{name}-{protocol}", name=f"{name}-{protocol}", region=region,
                protocol=protocol.upper(), load_balancing_scheme="EXTERNAL", health_checks=[f"${{{check}.id}}"] if check else None,
                backend=[{"group": f"${{{group}.id}}", "balancing_mode": "CONNECTION"}],
            )  # fmt: skip
            few = len(numbers) <= MOST_PORTS
            made.add("google_compute_forwarding_rule", f"{name}-{protocol}", name=f"{name}-{protocol}", region=region,
                     ip_protocol=protocol.upper(), load_balancing_scheme="EXTERNAL", ip_address=f"${{{address}.id}}",
                     backend_service=f"${{{behind}.id}}", ports=numbers if few else None, all_ports=None if few else True)  # fmt: skip


def _clusters(made: Module, net: str, subnet: str) -> None:
    zone = _zone(made)
    for stand, name, nodes in made.clusters:
        cluster = made.add("google_container_cluster", name, name=name, location=zone, network=f"${{{net}.id}}",
                           subnetwork=f"${{{subnet}.id}}", min_master_version=made.kubernetes(), remove_default_node_pool=True,
                           initial_node_count=1, networking_mode="VPC_NATIVE", ip_allocation_policy=[{}],
                           datapath_provider="ADVANCED_DATAPATH",
                           private_cluster_config=[{"enable_private_nodes": True, "enable_private_endpoint": False}])  # fmt: skip
        if nodes:
            made.add("google_container_node_pool", name, name=name, location=zone, cluster=f"${{{cluster}.id}}", node_count=nodes,
                     node_config=[{"machine_type": stand.machine, "disk_size_gb": max(stand.component.disk_gib, LEAST_DISK_GIB),
                                   "metadata": {"disable-legacy-endpoints": "true"}}])  # fmt: skip


def _zone(made: Module) -> str:
    return f"{made.place.region}-b"
