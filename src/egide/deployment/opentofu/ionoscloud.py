"""IONOS Cloud: a virtual data centre, servers, volumes, a private LAN and buckets (provider `ionos-cloud/ionoscloud`).

Sizes are given in cores and memory; what a price list calls a machine there is a combination of both.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from egide.deployment.opentofu.module import Module
    from egide.deployment.site import Stand

REGIONS = re.compile(r"(de|es|fr|gb|us)/[a-z]{3}")
BUCKETS = {"de/fra": "de", "de/txl": "eu-central-2", "es/vit": "eu-south-2"}
"""Location to the region of its object storage; the others have none of their own."""
LEAST_DISK_GIB = 20


def provider(made: Module) -> dict[str, Any]:
    """Nothing: the token comes from IONOS_TOKEN, and the data centre says where it is."""
    return {}


def write(made: Module) -> None:
    """Everything of one place."""
    centre = ""
    if any(one.component.runs or one.component.block_gib for one in made.stands):
        centre = made.add("ionoscloud_datacenter", made.name, name=made.name, location=made.place.region)
    if made.machines:
        lan = made.add("ionoscloud_lan", made.name, datacenter_id=f"${{{centre}.id}}", name=made.name, public=False)
        for stand in made.machines:
            _machine(made, stand, centre, lan)
    for stand in made.stands:
        if not stand.component.runs and stand.component.block_gib:
            made.lacks(stand, "loose-volume")
    for stand in made.buckets:
        region = BUCKETS.get(made.place.region)
        if region is None:
            made.lacks(stand, "object-storage")
        else:
            made.add("ionoscloud_s3_bucket", stand.name, name=made.bucket_name(stand), region=region)
    for stand, *_ in made.balanced():
        made.lacks(stand, "load-balancer")


def _machine(made: Module, stand: Stand, centre: str, lan: str) -> None:
    one = stand.component
    rules = [{"protocol": rule.protocol.upper(), "name": f"{rule.name}-{number}", "port_range_start": rule.port,
              "port_range_end": rule.port, **({} if rule.cidr == "0.0.0.0/0" else {"source_ip": rule.cidr})}
             for number, rule in enumerate(made.openings(stand))]  # fmt: skip
    key = made.ssh_key("Public SSH key of who sets the machines up")
    machine = made.add(
        "ionoscloud_server", stand.name, count=one.count, name=made.each(stand), datacenter_id=f"${{{centre}.id}}",
        cores=one.vcpus, ram=one.ram_mib, image_name=made.image("debian:12"), ssh_keys=[key],
        volume=[{"name": f"{made.each(stand)}-system", "size": max(one.disk_gib, LEAST_DISK_GIB), "disk_type": "SSD Standard"}],
        nic=[{"lan": f"${{{lan}.id}}", "dhcp": True, "firewall_active": True, "firewall_type": "INGRESS",
              **({"firewall": rules} if rules else {})}],
    )  # fmt: skip
    for number, size in made.volumes(stand):
        made.add("ionoscloud_volume", f"{stand.name}-data-{number}", count=one.count, name=f"{made.each(stand)}-data-{number}",
                 datacenter_id=f"${{{centre}.id}}", server_id=f"${{{machine}[count.index].id}}", size=size, disk_type="SSD Standard",
                 licence_type="OTHER")  # fmt: skip
