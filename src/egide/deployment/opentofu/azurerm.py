"""Azure: virtual machines, clusters, managed disks, a virtual network, balancers and storage accounts (provider `hashicorp/azurerm`).

Machines have no address of the internet: what leaves goes by a NAT gateway, what comes in by the load balancer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from egide.deployment.opentofu.module import identifier, watched

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
    if made.machines or made.clusters:
        net = made.add("azurerm_virtual_network", made.name, name=made.name, address_space=[made.range], **home)
        subnet = made.add("azurerm_subnet", made.name, name=made.name, resource_group_name=home["resource_group_name"],
                          virtual_network_name=f"${{{net}.name}}", address_prefixes=[f"{made.first_address}.0.0/20"])  # fmt: skip
        _way_out(made, subnet, home)
        for stand in made.machines:
            _machine(made, stand, subnet, home)
        _balancers(made, home)
        _clusters(made, subnet, home)
    for stand in made.loose:
        for number, size in made.volumes(stand):
            made.add("azurerm_managed_disk", f"{stand.name}-{number}", name=f"{stand.name}-{number}", create_option="Empty",
                     storage_account_type=DISKS, disk_size_gb=size, **home)  # fmt: skip
    for stand in made.buckets:
        name = made.variable("storage_account", "Name of the storage account: 3 to 24 small letters and digits that nobody else has")
        account = made.add("azurerm_storage_account", stand.name, name=name, account_tier="Standard", account_replication_type="LRS",
                           min_tls_version="TLS1_2", allow_nested_items_to_be_public=False, **home)  # fmt: skip
        made.add("azurerm_storage_container", stand.name, name=stand.name, storage_account_id=f"${{{account}.id}}")


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


def _address(made: Module, name: str, home: dict[str, str]) -> str:
    return made.add("azurerm_public_ip", name, name=name, allocation_method="Static", sku="Standard", **home)


def _way_out(made: Module, subnet: str, home: dict[str, str]) -> None:
    address = _address(made, f"{made.name}-out", home)
    gate = made.add("azurerm_nat_gateway", made.name, name=made.name, sku_name="Standard", **home)
    made.add("azurerm_nat_gateway_public_ip_association", made.name, nat_gateway_id=f"${{{gate}.id}}",
             public_ip_address_id=f"${{{address}.id}}")  # fmt: skip
    made.add("azurerm_subnet_nat_gateway_association", made.name, nat_gateway_id=f"${{{gate}.id}}", subnet_id=f"${{{subnet}.id}}")


def _balancers(made: Module, home: dict[str, str]) -> None:
    for stand, name, ports in made.balancers():
        address, well = _address(made, name, home), watched(ports)
        balancer = made.add("azurerm_lb", name, name=name, sku="Standard", frontend_ip_configuration=[
            {"name": "public", "public_ip_address_id": f"${{{address}.id}}"},
        ], **home)  # fmt: skip
        behind = made.add("azurerm_lb_backend_address_pool", name, name=name, loadbalancer_id=f"${{{balancer}.id}}")
        cards = f"azurerm_network_interface.{identifier(stand.name)}"
        made.add("azurerm_network_interface_backend_address_pool_association", name, count=stand.component.count,
                 network_interface_id=f"${{{cards}[count.index].id}}", ip_configuration_name="private",
                 backend_address_pool_id=f"${{{behind}.id}}")  # fmt: skip
        probe = None
        if well:
            probe = made.add("azurerm_lb_probe", name, name=name, loadbalancer_id=f"${{{balancer}.id}}", protocol="Tcp", port=well)
        for port, number, protocol in ports:
            made.add("azurerm_lb_rule", f"{name}-{port}", name=port, loadbalancer_id=f"${{{balancer}.id}}", protocol=protocol.capitalize(),
                     frontend_port=number, backend_port=number, frontend_ip_configuration_name="public",
                     backend_address_pool_ids=[f"${{{behind}.id}}"], probe_id=f"${{{probe}.id}}" if probe else None,
                     disable_outbound_snat=True)  # fmt: skip


def _clusters(made: Module, subnet: str, home: dict[str, str]) -> None:
    """A cluster always has nodes here: one that is planned without takes none of this."""
    for stand, name, nodes in made.clusters:
        if not nodes:
            made.lacks(stand, "kubernetes")
            continue
        pool = {"name": "noeuds", "vm_size": stand.machine, "node_count": nodes, "vnet_subnet_id": f"${{{subnet}.id}}",
                **({"os_disk_size_gb": stand.component.disk_gib} if stand.component.disk_gib else {})}  # fmt: skip
        made.add("azurerm_kubernetes_cluster", name, name=name, dns_prefix=name, kubernetes_version=made.kubernetes(),
                 default_node_pool=[pool], identity=[{"type": "SystemAssigned"}], role_based_access_control_enabled=True,
                 network_profile=[{"network_plugin": "azure", "network_policy": "cilium", "network_data_plane": "cilium",
                                   "network_plugin_mode": "overlay", "outbound_type": "userAssignedNATGateway"}], **home)  # fmt: skip
