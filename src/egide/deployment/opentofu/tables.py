"""Which providers can be built for: under which names a plan knows them, where their module comes from, and what their regions look like.

A provider that stands here writes its own resource types, each argument checked against a table recorded from a published package
(tests). One that doesn't is not guessed at: what is missing is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from egide.deployment.opentofu import aws, azurerm, exoscale, google, hcloud, ionoscloud, openstack, outscale, scaleway, stackit
from egide.deployment.opentofu.module import Module


@dataclass(frozen=True, slots=True)
class Table:
    """One provider."""

    alias: str
    """Its name within a module, which its resource types begin with."""
    source: str
    version: str
    names: tuple[str, ...]
    """The names by which a plan knows it."""
    regions: re.Pattern[str]
    provider: Callable[[Module], dict[str, Any]]
    write: Callable[[Module], None]


TABLES = (
    Table("scaleway", "scaleway/scaleway", "~> 2.50", ("scaleway",), scaleway.REGIONS, scaleway.provider, scaleway.write),
    Table("openstack", "terraform-provider-openstack/openstack", "~> 3.0", ("ovh", "ovhcloud"), openstack.OVH, openstack.provider,
          openstack.write),
    Table("openstack", "terraform-provider-openstack/openstack", "~> 3.0",
          ("openstack", "infomaniak", "cleura", "cyso", "elastx", "leafcloud", "nws", "safespring"),
          openstack.REGIONS, openstack.provider, openstack.write),
    Table("hcloud", "hetznercloud/hcloud", "~> 1.50", ("hcloud", "hetzner"), hcloud.REGIONS, hcloud.provider, hcloud.write),
    Table("exoscale", "exoscale/exoscale", "~> 0.64", ("exoscale",), exoscale.REGIONS, exoscale.provider, exoscale.write),
    Table("outscale", "outscale/outscale", "~> 1.0", ("outscale",), outscale.REGIONS, outscale.provider, outscale.write),
    Table("stackit", "stackitcloud/stackit", ">= 0.50.0, < 1.0.0", ("stackit",), stackit.REGIONS, stackit.provider, stackit.write),
    Table("ionoscloud", "ionos-cloud/ionoscloud", "~> 6.7", ("ionoscloud", "ionos"), ionoscloud.REGIONS, ionoscloud.provider,
          ionoscloud.write),
    Table("aws", "hashicorp/aws", "~> 6.0", ("aws", "amazon"), aws.REGIONS, aws.provider, aws.write),
    Table("azurerm", "hashicorp/azurerm", "~> 4.0", ("azurerm", "azure", "microsoft"), azurerm.REGIONS, azurerm.provider, azurerm.write),
    Table("google", "hashicorp/google", ">= 6.0, < 8.0", ("google", "gcp", "s3ns"), google.REGIONS, google.provider, google.write),
)  # fmt: skip
OF: dict[str, Table] = {name: table for table in TABLES for name in table.names}


def table_of(provider: str) -> Table | None:
    """The table of a provider, by the name that a plan gives it."""
    return OF.get(provider.lower())
