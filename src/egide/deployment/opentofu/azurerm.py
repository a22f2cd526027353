"""Azure: virtual machines, managed disks, a virtual network and storage accounts (provider `hashicorp/azurerm`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from egide.deployment.opentofu.module import Module
    from egide.deployment.site import Stand

REGIONS = re.compile(r"[a-z]+[0-9]?")
FIRST_PRIORITY = 100
"""The lowest number that a rule of a security group may have."""
DISKS = "StandardSSD_LRS"


def provider(made: Module) -> dict[str, Any]:
    """No more than the block that it asks for; the subscription comes from ARM_SUBSCRIPTION_ID."""
    return {"features": {}}


def write(made: Module) -> None:
    """Everything of one place."""
    group = made.add("azurerm_resource_group", made.name, name=made.name, location=made.place.region)
    home = {"resource_group_name": f"${{{group}.name}}", "location": made.place.region}
    if made.machines:
        net = made.add("azurerm_virtual_network", made.name, name=made.name, address_space=[made.range], **home)
        subnet = made.add("azurerm_subnet", made.name, name=made.name, resource_group_name=home["resource_group_name"],
                          virtual_network_name=f"${{{net}.name}}", address_prefixes=[f"{made.first_address}.0.0/20"])  # fmt: skip
        for stand in made.machines:
            _machine(made, stand, subnet, home)
    for stand in made.stands:
        if not stand.component.runs:
            for number, size in made.volumes(stand):
                made.add("azurerm_managed_disk", f"{stand.name}-{number}", name=f"{stand.name}-{number}", create_option="Empty",
                         storage_account_type=DISKS, disk_size_gb=size, **home)  # fmt: skip
    for stand in made.buckets:
        name = made.variable("storage_account", "Name of the storage account: 3 to 24 small letters and digits that nobody else has")
        account = made.add("azurerm_storage_account", stand.name, name=name, account_tier="Standard", account_replication_type="LRS",
                           min_tls_version="TLS1_2", allow_nested_items_to_be_public=False, **home)  # fmt: skip
        made.add("azurerm_storage_container", stand.name, name=stand.name, storage_account_id=f"${{{account}.id}}")
    for stand, *_ in made.balanced():
        made.lacks(stand, "load-balancer")


def _machine(made: Module, stand: Stand, subnet: str, home: dict[str, str]) -> None:
    one = stand.component
    rules = [
        {"name": f"{rule.name}-{number}", "priority": FIRST_PRIORITY + number, "direction": "Inbound", "access": "Allow",
         "protocol": rule.protocol.capitalize(), "source_port_range": "*", "destination_port_range": str(rule.port),
         "source_address_prefix": rule.cidr, "destination_address_prefix": "*"}
        for number, rule in enumerate(made.openings(stand))
    ]  # fmt: skip
    wall = made.add("azurerm_network_security_group", stand.name, name=stand.name, security_rule=rules or None, **home)
    card = made.add("azurerm_network_interface", stand.name, count=one.count, name=made.each(stand), ip_configuration=[
        {"name": "private", "subnet_id": f"${{{subnet}.id}}", "private_ip_address_allocation": "Dynamic"},
    ], **home)  # fmt: skip
    made.add("azurerm_network_interface_security_group_association", stand.name, count=one.count,
             network_interface_id=f"${{{card}[count.index].id}}", network_security_group_id=f"${{{wall}.id}}")  # fmt: skip
    apart = made.add("azurerm_availability_set", stand.name, name=stand.name, managed=True, **home) if one.count > 1 else None
    key = made.ssh_key("Public SSH key of who sets the machines up")
    machine = made.add(
        "azurerm_linux_virtual_machine", stand.name, count=one.count, name=made.each(stand), size=stand.machine,
        admin_username="admin-egide", disable_password_authentication=True, admin_ssh_key=[{"username": "admin-egide", "public_key": key}],
        network_interface_ids=[f"${{{card}[count.index].id}}"], availability_set_id=f"${{{apart}.id}}" if apart else None,
        source_image_id=made.image("/subscriptions/…/images/debian-12"),
        os_disk=[{"caching": "ReadWrite", "storage_account_type": DISKS, **({"disk_size_gb": one.disk_gib} if one.disk_gib else {})}],
        **home,
    )  # fmt: skip
    for number, size in made.volumes(stand):
        name = f"{stand.name}-data-{number}"
        disk = made.add("azurerm_managed_disk", name, count=one.count, name=f"{made.each(stand)}-data-{number}", create_option="Empty",
                        storage_account_type=DISKS, disk_size_gb=size, **home)  # fmt: skip
        made.add("azurerm_virtual_machine_data_disk_attachment", name, count=one.count, lun=number, caching="None",
                 managed_disk_id=f"${{{disk}[count.index].id}}", virtual_machine_id=f"${{{machine}[count.index].id}}")  # fmt: skip
