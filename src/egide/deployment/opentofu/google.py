"""Google Cloud, and S3NS by its `universe_domain`: instances, disks, a network and buckets (provider `hashicorp/google`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from egide.deployment.opentofu.module import Module
    from egide.deployment.site import Stand

REGIONS = re.compile(r"([a-z]+-)?[a-z]+-[a-z]+[0-9]+")
S3NS = "s3nsapis.fr"
LEAST_DISK_GIB = 10


def provider(made: Module) -> dict[str, Any]:
    """Project and region, and the universe where it is not Google's own; who signs in comes from the environment."""
    said = {"project": made.variable("project", "Identifier of the project"), "region": made.place.region, "zone": _zone(made)}
    return said | ({"universe_domain": S3NS} if made.place.provider == "s3ns" else {})


def write(made: Module) -> None:
    """Everything of one place."""
    if made.machines:
        net = made.add("google_compute_network", made.name, name=made.name, auto_create_subnetworks=False)
        subnet = made.add("google_compute_subnetwork", made.name, name=made.name, network=f"${{{net}.id}}", region=made.place.region,
                          ip_cidr_range=f"{made.first_address}.0.0/20", private_ip_google_access=True)  # fmt: skip
        for stand in made.machines:
            _machine(made, stand, net, subnet)
    for stand in made.stands:
        if not stand.component.runs:
            for number, size in made.volumes(stand):
                made.add("google_compute_disk", f"{stand.name}-{number}", name=f"{stand.name}-{number}", zone=_zone(made), size=size,
                         type="pd-balanced")  # fmt: skip
    for stand in made.buckets:
        made.add("google_storage_bucket", stand.name, name=made.bucket_name(stand), location=made.place.region.upper(),
                 uniform_bucket_level_access=True, public_access_prevention="enforced", versioning=[{"enabled": True}])  # fmt: skip
    for stand, *_ in made.balanced():
        made.lacks(stand, "load-balancer")


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


def _zone(made: Module) -> str:
    return f"{made.place.region}-b"
