"""AWS, its European sovereign partition (`aws-eusc`) included: instances, clusters, volumes, a VPC, balancers, buckets (`hashicorp/aws`).

The load balancer is the one of networks: it carries TCP and UDP and keeps the address of who comes in. A cluster stands in two zones, as
its control plane asks; its nodes in the first, where what they speak to is.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from egide.deployment.opentofu.module import identifier, watched

if TYPE_CHECKING:
    from egide.deployment.opentofu.module import Module
    from egide.deployment.site import Stand

REGIONS = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[1-9]")
LONGEST = 32
"""Characters of the name of a balancer."""
PLANE_RIGHTS = ("AmazonEKSClusterPolicy",)
NODE_RIGHTS = ("AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryPullOnly",
               "service-role/AmazonEBSCSIDriverPolicy")  # fmt: skip
"""What Amazon asks for control planes, nodes and their volumes, each by the name of its own policy."""
FIRST_DEVICE = "f"
"""The first letter that AWS recommends for volumes beside the system's: /dev/sdf."""


def provider(made: Module) -> dict[str, Any]:
    """The region; who signs in comes from the environment."""
    return {"region": made.place.region}


def write(made: Module) -> None:
    """Everything of one place."""
    zone = f"{made.place.region}a"
    if made.machines or made.clusters:
        net = made.add("aws_vpc", made.name, cidr_block=made.range, enable_dns_support=True, enable_dns_hostnames=True,
                       tags=_tags(made.name))  # fmt: skip
        subnet = made.add("aws_subnet", made.name, vpc_id=f"${{{net}.id}}", cidr_block=f"{made.first_address}.0.0/20",
                          availability_zone=zone, map_public_ip_on_launch=True if made.clusters else None)  # fmt: skip
        gate = made.add("aws_internet_gateway", made.name, vpc_id=f"${{{net}.id}}", tags=_tags(made.name))
        made.add("aws_route", made.name, route_table_id=f"${{{net}.main_route_table_id}}", destination_cidr_block="0.0.0.0/0",
                 gateway_id=f"${{{gate}.id}}")  # fmt: skip
        for stand in made.machines:
            _machine(made, stand, net, subnet)
        _balancers(made, net, subnet)
        _clusters(made, net, subnet)
    for stand in made.loose:
        for number, size in made.volumes(stand):
            made.add("aws_ebs_volume", f"{stand.name}-{number}", availability_zone=zone, size=size, encrypted=True, type="gp3",
                     tags=_tags(f"{stand.name}-{number}"))  # fmt: skip
    for stand in made.buckets:
        bucket = made.add("aws_s3_bucket", stand.name, bucket=made.bucket_name(stand))
        made.add("aws_s3_bucket_versioning", stand.name, bucket=f"${{{bucket}.id}}", versioning_configuration=[{"status": "Enabled"}])
        made.add("aws_s3_bucket_public_access_block", stand.name, bucket=f"${{{bucket}.id}}", block_public_acls=True,
                 block_public_policy=True, ignore_public_acls=True, restrict_public_buckets=True)  # fmt: skip


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


def _balancers(made: Module, net: str, subnet: str) -> None:
    for stand, name, ports in made.balancers():
        balancer = made.add("aws_lb", name, name=name[:LONGEST].strip("-"), load_balancer_type="network", internal=False,
                            subnets=[f"${{{subnet}.id}}"], tags=_tags(name))  # fmt: skip
        well = watched(ports)
        for port, number, protocol in ports:
            each = f"{name}-{port}"
            check = {"protocol": "TCP", "port": str(well)} if well else None
            group = made.add("aws_lb_target_group", each, name=f"{name[:14].strip('-')}-{number}-{protocol}", port=number,
                             protocol=protocol.upper(), vpc_id=f"${{{net}.id}}", target_type="instance",
                             health_check=[check] if check else None)  # fmt: skip
            made.add("aws_lb_listener", each, load_balancer_arn=f"${{{balancer}.arn}}", port=number, protocol=protocol.upper(),
                     default_action=[{"type": "forward", "target_group_arn": f"${{{group}.arn}}"}])  # fmt: skip
            made.add("aws_lb_target_group_attachment", each, count=stand.component.count, target_group_arn=f"${{{group}.arn}}",
                     target_id=f"${{aws_instance.{identifier(stand.name)}[count.index].id}}", port=number)  # fmt: skip


def _clusters(made: Module, net: str, subnet: str) -> None:
    if not made.clusters:
        return
    second = made.add("aws_subnet", f"{made.name}-b", vpc_id=f"${{{net}.id}}", cidr_block=f"{made.first_address}.16.0/20",
                      availability_zone=f"{made.place.region}b", map_public_ip_on_launch=True)  # fmt: skip
    for stand, name, nodes in made.clusters:
        plane, ready = _role(made, f"{name}-plane", "eks", PLANE_RIGHTS)
        cluster = made.add("aws_eks_cluster", name, name=name, version=made.kubernetes(), role_arn=f"${{{plane}.arn}}", depends_on=ready,
                           vpc_config=[{"subnet_ids": [f"${{{subnet}.id}}", f"${{{second}.id}}"], "endpoint_private_access": True}],
                           access_config=[{"authentication_mode": "API"}], tags=_tags(name))  # fmt: skip
        if nodes:
            role, ready = _role(made, f"{name}-nodes", "ec2", NODE_RIGHTS)
            made.add("aws_eks_node_group", name, cluster_name=f"${{{cluster}.name}}", node_group_name=name,
                     node_role_arn=f"${{{role}.arn}}", subnet_ids=[f"${{{subnet}.id}}"], instance_types=[stand.machine],
                     disk_size=stand.component.disk_gib or None, depends_on=ready,
                     scaling_config=[{"desired_size": nodes, "min_size": nodes, "max_size": nodes}])  # fmt: skip
            made.add("aws_eks_addon", name, cluster_name=f"${{{cluster}.name}}", addon_name="aws-ebs-csi-driver",
                     depends_on=[f"aws_eks_node_group.{identifier(name)}"])  # fmt: skip


def _role(made: Module, name: str, service: str, rights: tuple[str, ...]) -> tuple[str, list[str]]:
    """As whom a service of theirs acts, and the rights that it waits for."""
    made.data["aws_partition"] = {"own": {}}
    may = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = made.add("aws_iam_role", name, name=name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [may]}))
    theirs = "arn:${data.aws_partition.own.partition}:iam::aws:policy"
    given = [made.add("aws_iam_role_policy_attachment", f"{name}-{number}", role=f"${{{role}.name}}", policy_arn=f"{theirs}/{right}")
             for number, right in enumerate(rights)]  # fmt: skip
    return role, given


def _tags(name: str) -> dict[str, str]:
    return {"Name": name}
