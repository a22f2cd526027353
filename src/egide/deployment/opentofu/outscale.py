"""3DS Outscale: virtual machines, volumes, a Net and security groups (provider `outscale/outscale`).

The region stands in the provider block, because no resource carries it. Object storage is made by its S3 address, with another provider.
Each machine has a public address to leave by, and to be reached over UDP; the load balancer carries TCP.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from egide.deployment.opentofu.s3 import write_buckets

if TYPE_CHECKING:
    from egide.deployment.opentofu.module import Module
    from egide.deployment.site import Stand

REGIONS = re.compile(r"cloudgouv-eu-west-1|eu-west-2|us-east-2|us-west-1|ap-northeast-1")
FIRST_DEVICE = "c"
"""Volumes are seen as /dev/xvdc, /dev/xvdd, and so on."""


def provider(made: Module) -> dict[str, Any]:
    """The region; the keys come from OSC_ACCESS_KEY and OSC_SECRET_KEY."""
    return {"region": made.place.region}


def write(made: Module) -> None:
    """Everything of one place."""
    zone = f"{made.place.region}a"
    if made.machines:
        net = made.add("outscale_net", made.name, ip_range=made.range, tags=_tags(made.name))
        subnet = made.add("outscale_subnet", made.name, net_id=f"${{{net}.net_id}}", ip_range=f"{made.first_address}.0.0/20",
                          subregion_name=zone)  # fmt: skip
        _way_out(made, net, subnet)
        for stand in made.machines:
            _machine(made, stand, net, subnet)
    for stand in made.loose:
        for number, size in made.volumes(stand):
            made.add("outscale_volume", f"{stand.name}-{number}", subregion_name=zone, size=size, volume_type="gp2",
                     tags=_tags(f"{stand.name}-{number}"))  # fmt: skip
    write_buckets(made)
    for stand, *_ in made.clusters:
        made.lacks(stand, "kubernetes")
    _balancers(made)


def _way_out(made: Module, net: str, subnet: str) -> None:
    """The Net has none of its own: an Internet service, and a route to it."""
    service = made.add("outscale_internet_service", made.name, tags=_tags(made.name))
    link = made.add("outscale_internet_service_link", made.name, net_id=f"${{{net}.net_id}}",
                    internet_service_id=f"${{{service}.internet_service_id}}")  # fmt: skip
    routes = made.add("outscale_route_table", made.name, net_id=f"${{{net}.net_id}}", tags=_tags(made.name))
    made.add("outscale_route", made.name, route_table_id=f"${{{routes}.route_table_id}}", destination_ip_range="0.0.0.0/0",
             gateway_id=f"${{{service}.internet_service_id}}", depends_on=[link])  # fmt: skip
    made.add("outscale_route_table_link", made.name, route_table_id=f"${{{routes}.route_table_id}}", subnet_id=f"${{{subnet}.subnet_id}}")


def _machine(made: Module, stand: Stand, net: str, subnet: str) -> None:
    one, zone = stand.component, f"{made.place.region}a"
    group = made.add("outscale_security_group", stand.name, security_group_name=stand.name, description=stand.name,
                     net_id=f"${{{net}.net_id}}")  # fmt: skip
    for number, rule in enumerate(made.openings(stand)):
        made.add("outscale_security_group_rule", f"{stand.name}-{number}", flow="Inbound", from_port_range=rule.port,
                 to_port_range=rule.port, ip_protocol=rule.protocol, ip_range=rule.cidr,
                 security_group_id=f"${{{group}.security_group_id}}")  # fmt: skip
    machine = made.add(
        "outscale_vm", stand.name, count=one.count, image_id=made.image("ami-00000000"), vm_type=stand.machine, keypair_name=made.ssh_key(),
        placement_subregion_name=zone, subnet_id=f"${{{subnet}.subnet_id}}", security_group_ids=[f"${{{group}.security_group_id}}"],
        tags=_tags(made.each(stand)),
    )  # fmt: skip
    address = made.add("outscale_public_ip", stand.name, count=one.count, tags=_tags(made.each(stand)))
    made.add("outscale_public_ip_link", stand.name, count=one.count, vm_id=f"${{{machine}[count.index].vm_id}}",
             public_ip=f"${{{address}[count.index].public_ip}}")  # fmt: skip
    for number, size in made.volumes(stand):
        name = f"{stand.name}-data-{number}"
        disk = made.add("outscale_volume", name, count=one.count, subregion_name=zone, size=size, volume_type="gp2",
                        tags=_tags(f"{made.each(stand)}-data-{number}"))  # fmt: skip
        made.add("outscale_volumes_link", name, count=one.count, device_name=f"/dev/xvd{chr(ord(FIRST_DEVICE) + number)}",
                 volume_id=f"${{{disk}[count.index].volume_id}}", vm_id=f"${{{machine}[count.index].vm_id}}")  # fmt: skip


def _balancers(made: Module) -> None:
    listeners: dict[str, list[dict[str, Any]]] = {}
    for stand, _, number in made.balanced_tcp():
        listeners.setdefault(stand.name, []).append({"load_balancer_port": number, "load_balancer_protocol": "TCP",
                                                     "backend_port": number, "backend_protocol": "TCP"})  # fmt: skip
    for stand in made.machines:
        for place in range(stand.component.load_balancers if stand.name in listeners else 0):
            name, resource = stand.name if not place else f"{stand.name}-{place + 1}", stand.name.replace("-", "_")
            balancer = made.add(
                "outscale_load_balancer", name, load_balancer_name=name, load_balancer_type="internet-facing",
                subnets=[f"${{outscale_subnet.{made.name.replace('-', '_')}.subnet_id}}"], listeners=listeners[stand.name],
                security_groups=[f"${{outscale_security_group.{resource}.security_group_id}}"],
            )  # fmt: skip
            made.add("outscale_load_balancer_vms", name, load_balancer_name=f"${{{balancer}.load_balancer_name}}",
                     backend_vm_ids=f"${{outscale_vm.{resource}[*].vm_id}}")  # fmt: skip


def _tags(name: str) -> list[dict[str, str]]:
    return [{"key": "Name", "value": name}]
