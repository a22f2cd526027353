"""What a cloud offers to everyone, region by region, in the units of its API: RAM in MiB, disks in GiB, images in bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

COMPUTE, VOLUMES, OBJECTS, NETWORK = "compute", "block-storage", "object-store", "network"
ALSO_CALLED: Mapping[str, str] = {"volumev3": VOLUMES, "volumev2": VOLUMES, "volume": VOLUMES, "block-store": VOLUMES}
"""Types of services that catalogues still use, to the official one (https://service-types.openstack.org)."""


@dataclass(frozen=True, slots=True)
class Flavor:
    """A size of server. ``disk_gib`` 0: its boot disk is as large as the image, or a volume."""

    id: str
    name: str
    vcpus: int
    ram_mib: int
    disk_gib: int
    ephemeral_gib: int
    description: str | None
    extra_specs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Image:
    """An image that anybody may start. ``properties``: what its publisher noted of it, by the names of the API."""

    id: str
    name: str
    disk_format: str | None
    size_bytes: int | None
    min_disk_gib: int
    min_ram_mib: int
    hash_algorithm: str | None
    hash_value: str | None
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class VolumeType:
    """A kind of volume."""

    id: str
    name: str
    description: str | None


@dataclass(frozen=True, slots=True)
class Region:
    """One region. ``None`` where its answers don't speak of it at all."""

    id: str
    description: str | None = None
    flavors: tuple[Flavor, ...] = ()
    images: tuple[Image, ...] = ()
    zones: tuple[str, ...] = ()
    volume_types: tuple[VolumeType, ...] = ()
    external_ip_versions: frozenset[int] | None = None
    """The versions of IP on networks that lead outside, where there is one."""
    endpoints: Mapping[str, str] = field(default_factory=dict)
    """Each type of service to its public address, without what names a project."""


@dataclass(frozen=True, slots=True)
class Cloud:
    """All regions."""

    regions: tuple[Region, ...]
