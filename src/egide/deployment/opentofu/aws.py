"""AWS, its European sovereign partition (`aws-eusc`) included: instances, volumes, a VPC, buckets (provider `hashicorp/aws`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from egide.deployment.opentofu.module import Module
    from egide.deployment.site import Stand

REGIONS = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[1-9]")
FIRST_DEVICE = "f"
"""The first letter that AWS recommends for volumes beside the system's: /dev/sdf."""


def provider(made: Module) -> dict[str, Any]:
    """The region; who signs in comes from the environment."""
    return {"region": made.place.region}


def write(made: Module) -> None:
    """Everything of one place."""
    zone = f"{made.place.region}a"
    if made.machines:
        net = made.add("aws_vpc", made.name, cidr_block=made.range, enable_dns_support=True, enable_dns_hostnames=True,
                       tags=_tags(made.name))  # fmt: skip
        subnet = made.add("aws_subnet", made.name, vpc_id=f"${{{net}.id}}", cidr_block=f"{made.first_address}.0.0/20",
                          availability_zone=zone)  # fmt: skip
        gate = made.add("aws_internet_gateway", made.name, vpc_id=f"${{{net}.id}}", tags=_tags(made.name))
        made.add("aws_route", made.name, route_table_id=f"${{{net}.main_route_table_id}}", destination_cidr_block="0.0.0.0/0",
                 gateway_id=f"${{{gate}.id}}")  # fmt: skip
        for stand in made.machines:
            _machine(made, stand, net, subnet)
    for stand in made.stands:
        if not stand.component.runs:
            for number, size in made.volumes(stand):
                made.add("aws_ebs_volume", f"{stand.name}-{number}", availability_zone=zone, size=size, encrypted=True, type="gp3",
                         tags=_tags(f"{stand.name}-{number}"))  # fmt: skip
    for stand in made.buckets:
        bucket = made.add("aws_s3_bucket", stand.name, bucket=made.bucket_name(stand))
        made.add("aws_s3_bucket_versioning", stand.name, bucket=f"${{{bucket}.id}}", versioning_configuration=[{"status": "Enabled"}])
        made.add("aws_s3_bucket_public_access_block", stand.name, bucket=f"${{{bucket}.id}}", block_public_acls=True,
                 block_public_policy=True, ignore_public_acls=True, restrict_public_buckets=True)  # fmt: skip
    for stand, *_ in made.balanced():
        made.lacks(stand, "load-balancer")


def _machine(made: Module, stand: Stand, net: str, subnet: str) -> None:
    one, zone = stand.component, f"{made.place.region}a"
    group = made.add("aws_security_group", stand.name, name=stand.name, description=stand.name, vpc_id=f"${{{net}.id}}")
    for number, rule in enumerate(made.openings(stand)):
        made.add("aws_vpc_security_group_ingress_rule", f"{stand.name}-{number}", security_group_id=f"${{{group}.id}}",
                 ip_protocol=rule.protocol, from_port=rule.port, to_port=rule.port, cidr_ipv4=rule.cidr)  # fmt: skip
    made.add("aws_vpc_security_group_egress_rule", stand.name, security_group_id=f"${{{group}.id}}", ip_protocol="-1",
             cidr_ipv4="0.0.0.0/0")  # fmt: skip
    apart = made.add("aws_placement_group", stand.name, name=stand.name, strategy="spread") if one.count > 1 else None
    machine = made.add(
        "aws_instance", stand.name, count=one.count, ami=made.image("ami-00000000"), instance_type=stand.machine, key_name=made.ssh_key(),
        availability_zone=zone, subnet_id=f"${{{subnet}.id}}", associate_public_ip_address=True,
        vpc_security_group_ids=[f"${{{group}.id}}"],
        placement_group=f"${{{apart}.name}}" if apart else None, metadata_options=[{"http_tokens": "required"}],
        root_block_device=[{"encrypted": True, **({"volume_size": one.disk_gib} if one.disk_gib else {})}], tags=_tags(made.each(stand)),
    )  # fmt: skip
    for number, size in made.volumes(stand):
        name = f"{stand.name}-data-{number}"
        disk = made.add("aws_ebs_volume", name, count=one.count, availability_zone=zone, size=size, encrypted=True, type="gp3",
                        tags=_tags(f"{made.each(stand)}-data-{number}"))  # fmt: skip
        made.add("aws_volume_attachment", name, count=one.count, device_name=f"/dev/sd{chr(ord(FIRST_DEVICE) + number)}",
                 volume_id=f"${{{disk}[count.index].id}}", instance_id=f"${{{machine}[count.index].id}}")  # fmt: skip


def _tags(name: str) -> dict[str, str]:
    return {"Name": name}
