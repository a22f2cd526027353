"""IONOS Cloud: a virtual data centre, servers, clusters, volumes, LANs, load balancers and buckets (provider `ionos-cloud/ionoscloud`).

Sizes are given in cores and memory; what a price list calls a machine there is a combination of both.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from egide.deployment.opentofu.module import identifier

if TYPE_CHECKING:
    from egide.deployment.opentofu.module import Module
    from egide.deployment.site import Stand

REGIONS = re.compile(r"(de|es|fr|gb|us)/[a-z]{3}")
BUCKETS = {"de/fra": "de", "de/txl": "eu-central-2", "es/vit": "eu-south-2"}
"""Location to the region of its object storage; the others have none of their own."""
LEAST_DISK_GIB = 20
FIRST_HOST = 10
"""The last number of the first machine's address."""


def provider(made: Module) -> dict[str, Any]:
    """Nothing: the token comes from IONOS_TOKEN, and the data centre says where it is."""
    return {}


def write(made: Module) -> None:
    """Everything of one place."""
    centre = ""
    if any(one.component.runs or one.component.block_gib or one.component.control_planes for one in made.stands):
        centre = made.add("ionoscloud_datacenter", made.name, name=made.name, location=made.place.region)
    if made.machines:
        lan = made.add("ionoscloud_lan", made.name, datacenter_id=f"${{{centre}.id}}", name=made.name, public=False)
        _way_out(made, centre, lan)
        first = FIRST_HOST
        for stand in made.machines:
            _machine(made, stand, centre, lan, first)
            first += stand.component.count
        _balancers(made, centre, lan)
    _clusters(made, centre)
    for stand in made.loose:
        if stand.component.block_gib:
            made.lacks(stand, "loose-volume")
    for stand in made.buckets:
        region = BUCKETS.get(made.place.region)
        if region is None:
            made.lacks(stand, "object-storage")
        else:
            made.add("ionoscloud_s3_bucket", stand.name, name=made.bucket_name(stand), region=region)


def _machine(made: Module, stand: Stand, centre: str, lan: str, first: int) -> None:
    """Each instance has an address of the place's own range, since firewalls of other components name it."""
    one = stand.component
    rules = [{"protocol": rule.protocol.upper(), "name": f"{rule.name}-{number}", "port_range_start": rule.port,
              "port_range_end": rule.port, **({} if rule.cidr == "0.0.0.0/0" else {"source_ip": rule.cidr})}
             for number, rule in enumerate(made.openings(stand))]  # fmt: skip
    key = made.ssh_key("Public SSH key of who sets the machines up")
    machine = made.add(
        "ionoscloud_server", stand.name, count=one.count, name=made.each(stand), datacenter_id=f"${{{centre}.id}}",
        cores=one.vcpus, ram=one.ram_mib, image_name=made.image("debian:12"), ssh_keys=[key],
        volume=[{"name": f"{made.each(stand)}-system", "size": max(one.disk_gib, LEAST_DISK_GIB), "disk_type": "SSD Standard"}],
        nic=[{"lan": f"${{{lan}.id}}", "dhcp": True, "ips": [f"{made.first_address}.0.${{{first} + count.index}}"],
              "firewall_active": True, "firewall_type": "INGRESS",
              **({"firewall": rules} if rules else {})}],
    )  # fmt: skip
    for number, size in made.volumes(stand):
        made.add("ionoscloud_volume", f"{stand.name}-data-{number}", count=one.count, name=f"{made.each(stand)}-data-{number}",
                 datacenter_id=f"${{{centre}.id}}", server_id=f"${{{machine}[count.index].id}}", size=size, disk_type="SSD Standard",
                 licence_type="OTHER")  # fmt: skip


def _way_out(made: Module, centre: str, lan: str) -> None:
    """The LAN has none of its own: a gateway that lends its address to what leaves."""
    address = made.add("ionoscloud_ipblock", f"{made.name}-out", name=f"{made.name}-out", location=made.place.region, size=1)
    gateway = made.add("ionoscloud_natgateway", made.name, datacenter_id=f"${{{centre}.id}}", name=made.name,
                       public_ips=[f"${{{address}.ips[0]}}"], lans=[{"id": f"${{{lan}.id}}"}])  # fmt: skip
    made.add("ionoscloud_natgateway_rule", made.name, datacenter_id=f"${{{centre}.id}}", natgateway_id=f"${{{gateway}.id}}", name=made.name,
             type="SNAT", protocol="ALL", source_subnet=f"{made.first_address}.0.0/24", public_ip=f"${{{address}.ips[0]}}")  # fmt: skip


def _balancers(made: Module, centre: str, lan: str) -> None:
    """Their network load balancer, which carries TCP."""
    if not any(made.balanced_tcp()):
        return
    outside = made.add("ionoscloud_lan", f"{made.name}-public", datacenter_id=f"${{{centre}.id}}", name=f"{made.name}-public", public=True)
    for stand, name, ports in made.balancers():
        listening = [(port, number) for port, number, protocol in ports if protocol == "tcp"]
        if not listening:
            continue
        address = made.add("ionoscloud_ipblock", name, name=name, location=made.place.region, size=1)
        balancer = made.add("ionoscloud_networkloadbalancer", name, datacenter_id=f"${{{centre}.id}}", name=name,
                            listener_lan=f"${{{outside}.id}}", target_lan=f"${{{lan}.id}}", ips=[f"${{{address}.ips[0]}}"])  # fmt: skip
        servers = f"ionoscloud_server.{identifier(stand.name)}"
        for port, number in listening:
            made.add("ionoscloud_networkloadbalancer_forwardingrule", f"{name}-{port}", datacenter_id=f"${{{centre}.id}}",
                     networkloadbalancer_id=f"${{{balancer}.id}}", name=port, algorithm="ROUND_ROBIN", protocol="TCP",
                     listener_ip=f"${{{address}.ips[0]}}", listener_port=number,
                     targets=[{"ip": f"${{{servers}[{place}].nic[0].ips[0]}}", "port": number, "weight": 1}
                              for place in range(stand.component.count)])  # fmt: skip


def _clusters(made: Module, centre: str) -> None:
    for stand, name, nodes in made.clusters:
        cluster = made.add("ionoscloud_k8s_cluster", name, name=name, k8s_version=made.kubernetes())
        if nodes:
            made.add("ionoscloud_k8s_node_pool", name, name=name, datacenter_id=f"${{{centre}.id}}", k8s_cluster_id=f"${{{cluster}.id}}",
                     k8s_version=made.kubernetes(), node_count=nodes, cores_count=stand.component.vcpus, ram_size=stand.component.ram_mib,
                     availability_zone="AUTO", storage_type="SSD", storage_size=max(stand.component.disk_gib, LEAST_DISK_GIB))  # fmt: skip
