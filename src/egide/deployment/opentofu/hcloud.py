"""Hetzner Cloud: servers, volumes, a network, firewalls and load balancers (provider `hetznercloud/hcloud`).

Its object storage is not in that provider and is made by its S3 address; managed Kubernetes it doesn't sell. UDP comes to the machines
themselves, which have public addresses behind their firewall: the load balancer carries TCP.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from egide.deployment.opentofu.s3 import write_buckets

if TYPE_CHECKING:
    from egide.deployment.opentofu.module import Module
    from egide.deployment.site import Stand

ZONES = {"nbg1": "eu-central", "fsn1": "eu-central", "hel1": "eu-central", "ash": "us-east", "hil": "us-west", "sin": "ap-southeast"}
"""Location to network zone."""
REGIONS = re.compile(rf"({'|'.join(ZONES)})(-dc[0-9]+)?")
BALANCER = "lb11"


def provider(made: Module) -> dict[str, Any]:
    """Nothing: the token comes from HCLOUD_TOKEN, and each resource says where it is."""
    return {}


def write(made: Module) -> None:
    """Everything of one place."""
    if made.machines:
        network = made.add("hcloud_network", made.name, name=made.name, ip_range=made.range)
        subnet = made.add("hcloud_network_subnet", made.name, network_id=f"${{{network}.id}}", type="cloud",
                          network_zone=ZONES[_location(made)], ip_range=f"{made.first_address}.0.0/20")  # fmt: skip
        for stand in made.machines:
            _machine(made, stand, network, subnet)
    for stand in made.loose:
        for number, size in made.volumes(stand):
            made.add("hcloud_volume", f"{stand.name}-{number}", name=f"{stand.name}-{number}", size=size, location=_location(made),
                     delete_protection=True)  # fmt: skip
    write_buckets(made)
    for stand, *_ in made.clusters:
        made.lacks(stand, "kubernetes")
    _balancers(made)


def _machine(made: Module, stand: Stand, network: str, subnet: str) -> None:
    one, location = stand.component, _location(made)
    rules = [
        {"direction": "in", "protocol": rule.protocol, "port": str(rule.port), "source_ips": [rule.cidr]} for rule in made.openings(stand)
    ]  # fmt: skip
    wall = made.add("hcloud_firewall", stand.name, name=stand.name, rule=rules or None)
    apart = made.add("hcloud_placement_group", stand.name, name=stand.name, type="spread") if one.count > 1 else None
    machine = made.add(
        "hcloud_server", stand.name, count=one.count, name=made.each(stand), server_type=stand.machine, location=location,
        image=made.image("debian-12"), ssh_keys=[made.ssh_key()], firewall_ids=[f"${{{wall}.id}}"],
        placement_group_id=f"${{{apart}.id}}" if apart else None, network=[{"network_id": f"${{{network}.id}}"}],
        labels={"service": made.name, "component": stand.name}, depends_on=[subnet],
    )  # fmt: skip
    for number, size in made.volumes(stand):
        name = f"{stand.name}-data-{number}"
        disk = made.add("hcloud_volume", name, count=one.count, name=f"{made.each(stand)}-data-{number}", size=size, location=location,
                        delete_protection=True)  # fmt: skip
        made.add("hcloud_volume_attachment", name, count=one.count, volume_id=f"${{{disk}[count.index].id}}",
                 server_id=f"${{{machine}[count.index].id}}", automount=False)  # fmt: skip


def _balancers(made: Module) -> None:
    for stand, port, number in made.balanced_tcp():
        for place in range(stand.component.load_balancers):
            name = stand.name if not place else f"{stand.name}-{place + 1}"
            balancer = made.add("hcloud_load_balancer", name, name=name, load_balancer_type=BALANCER, location=_location(made))
            inside = made.add("hcloud_load_balancer_network", name, load_balancer_id=f"${{{balancer}.id}}",
                              subnet_id=f"${{hcloud_network_subnet.{made.name.replace('-', '_')}.id}}")  # fmt: skip
            made.add("hcloud_load_balancer_target", name, load_balancer_id=f"${{{balancer}.id}}", type="label_selector",
                     label_selector=f"service={made.name},component={stand.name}", use_private_ip=True, depends_on=[inside])  # fmt: skip
            made.add("hcloud_load_balancer_service", f"{name}-{port}", load_balancer_id=f"${{{balancer}.id}}", protocol="tcp",
                     listen_port=number, destination_port=number)  # fmt: skip


def _location(made: Module) -> str:
    return made.place.region.split("-")[0]
