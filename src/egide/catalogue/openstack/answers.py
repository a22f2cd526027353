"""The bodies of OpenStack's own answers, each as its reference documents it, to a `Cloud`.

| file | request |
|---|---|
| ``regions.json`` | GET /v3/regions (identity) |
| ``catalog.json`` | GET /v3/auth/catalog, or the body of POST /v3/auth/tokens (identity) |
| ``flavors.json`` | GET /flavors/detail (compute) |
| ``availability-zones.json`` | GET /os-availability-zone (compute) |
| ``images.json`` | GET /v2/images (image) |
| ``volume-types.json`` | GET /types (block storage) |
| ``networks.json``, ``subnets.json`` | GET /v2.0/networks, /v2.0/subnets (network) |

The first two lie at the top; the others in a folder named like their region, or at the top too when there is one region. An answer in pages
is ``flavors.json``, ``flavors-2.json``, …. Only what is offered to everyone is taken: public, active, not hidden, not disabled.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import msgspec

from egide.catalogue.openstack.cloud import ALSO_CALLED, Cloud, Flavor, Image, Region, VolumeType
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

T = TypeVar("T")
ABOVE = ("regions", "catalog")
LISTS: Mapping[str, str] = {
    "regions": "regions", "flavors": "flavors", "images": "images", "volume-types": "volume_types",
    "availability-zones": "availabilityZoneInfo", "networks": "networks", "subnets": "subnets",
}  # fmt: skip
"""Each answer to the member that holds its list."""
_FILE = re.compile(r"^(?:(?P<region>[^/]+)/)?(?P<what>" + "|".join([*LISTS, "catalog"]) + r")(?:-(?P<page>\d+))?\.json$")
_PROJECT = re.compile(r"/(?:AUTH_)?[0-9a-fA-F]{32}$|/AUTH_[^/]+$|/%\([a-z_]+\)s$|/\$\([a-z_]+\)s$")
"""What ends an address and names a project."""
NOT_FOR_ALL = "not for everyone"


class _Flavor(msgspec.Struct, rename={
    "disabled": "OS-FLV-DISABLED:disabled", "public": "os-flavor-access:is_public", "ephemeral": "OS-FLV-EXT-DATA:ephemeral",
}):  # fmt: skip
    id: str
    name: str
    vcpus: int
    ram: int
    disk: int
    ephemeral: int = 0
    disabled: bool = False
    public: bool = True
    description: str | None = None
    extra_specs: dict[str, str] = {}


class _Image(msgspec.Struct):
    id: str
    status: str
    visibility: str
    name: str | None = None
    disk_format: str | None = None
    size: int | None = None
    min_disk: int = 0
    min_ram: int = 0
    os_hidden: bool = False
    os_hash_algo: str | None = None
    os_hash_value: str | None = None
    checksum: str | None = None


class _Region(msgspec.Struct):
    id: str
    description: str = ""


class _VolumeType(msgspec.Struct):
    id: str
    name: str
    description: str | None = None
    is_public: bool = True


class _State(msgspec.Struct):
    available: bool = True


class _Zone(msgspec.Struct):
    zone: str = msgspec.field(name="zoneName")
    state: _State = msgspec.field(name="zoneState", default_factory=_State)


class _Network(msgspec.Struct):
    id: str
    external: bool = msgspec.field(name="router:external", default=False)


class _Subnet(msgspec.Struct):
    network_id: str
    ip_version: int


class _Endpoint(msgspec.Struct):
    url: str
    interface: str
    region_id: str | None = None
    region: str | None = None


class _Service(msgspec.Struct):
    type: str
    endpoints: list[_Endpoint] = []


@dataclass(frozen=True, slots=True)
class Answers:
    """What a cloud says of itself, and what could not be used of it."""

    cloud: Cloud
    problems: tuple[Problem, ...]
    left_out: Mapping[str, int]
    """How many of each kind are not offered to everyone, and so were not looked at."""


def read_answers(files: Mapping[str, bytes], name: str) -> Answers:
    """The cloud that the files describe. ``files``: by their path below the folder; ``name``: what messages call the folder.

    An entry that is not as documented is a problem with its place, and the others go on. Raises `InputError` when a file is no such
    answer, or no region is known.
    """
    reading = _Reading(name)
    pages = reading.sorted(files)
    services = reading.services(pages.get(("", "catalog"), []))
    regions = {one.id: one.description for one in reading.items(pages, "", "regions", _Region)}
    for service in services:
        if ALSO_CALLED.get(service.type, service.type) == "compute":
            for endpoint in service.endpoints:
                regions.setdefault(endpoint.region_id or endpoint.region or "", "")
    regions.pop("", None)
    for folder in sorted({folder for folder, _ in pages} - {""}):
        regions.setdefault(folder, "")
    flat = any(not folder and what not in ABOVE for folder, what in pages)
    if not regions or (flat and len(regions) > 1):
        said = N_("answers of one region, and {count} regions are known: put each region's answers into a folder of its name")
        unknown = N_("no region is named: neither by regions.json, nor by catalog.json, nor by a folder")
        raise InputError(said if regions else unknown, Location(name), values={"count": len(regions)})
    made = tuple(reading.region(one, said, "" if flat else one, pages, services) for one, said in regions.items())
    return Answers(Cloud(made), tuple(reading.problems), reading.left_out)


class _Reading:
    """Answers while they are read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.left_out: Counter[str] = Counter()

    def at(self, file: str, path: str | None = None) -> Location:
        return Location(f"{self.name}/{file}", path=path)

    def sorted(self, files: Mapping[str, bytes]) -> dict[tuple[str, str], list[tuple[str, Any]]]:
        """Each answer of each region as its pages, in their order."""
        found: dict[tuple[str, str], list[tuple[int, str]]] = {}
        for file in sorted(files):
            known = _FILE.match(file)
            if known is None or (known["region"] and known["what"] in ABOVE):
                self.problems.append(Problem(self.at(file), N_("nothing here reads it"), {}, False))
                continue
            found.setdefault((known["region"] or "", known["what"]), []).append((int(known["page"] or 1), file))
        return {key: [(file, self._body(files[file], file)) for _, file in sorted(pages)] for key, pages in found.items()}

    def _body(self, content: bytes, file: str) -> Any:
        try:
            body = msgspec.json.decode(content)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise InputError(N_("not readable as JSON: {error}"), self.at(file), values={"error": error}) from error
        if not isinstance(body, dict):
            raise InputError(N_("an object was expected, as the API answers"), self.at(file))
        return body

    def items(
        self, pages: Mapping[tuple[str, str], Sequence[tuple[str, Any]]], region: str, what: str, kind: type[T],
    ) -> Iterator[T]:
        """The entries of an answer that are as documented."""
        for one, _ in self.entries(pages, region, what, kind):
            yield one

    def entries(
        self, pages: Mapping[tuple[str, str], Sequence[tuple[str, Any]]], region: str, what: str, kind: type[T],
    ) -> Iterator[tuple[T, dict[str, Any]]]:
        """The same, each with the whole of what the API said of it."""
        for file, body in pages.get((region, what), ()):
            listed = body.get(LISTS[what])
            if not isinstance(listed, list):
                raise InputError(N_("`{member}` is missing: this is not that answer of the API"), self.at(file),
                                 values={"member": LISTS[what]})
            for index, one in enumerate(listed):
                place = f"$.{LISTS[what]}[{index}]"
                try:
                    yield msgspec.convert(one, kind, strict=True), one
                except msgspec.ValidationError as error:
                    message, _, path = str(error).partition(" - at `$")
                    self.problems.append(Problem(self.at(file, place + path.rstrip("`")), message))
        last = pages.get((region, what), ())[-1:]
        for file, body in last:
            if body.get("next") or any(link.get("rel") == "next" for link in _links(body)):
                self.problems.append(Problem(self.at(file), N_("the answer goes on, on a page that is not here"), {}, False))

    def services(self, pages: Sequence[tuple[str, Any]]) -> list[_Service]:
        found: list[_Service] = []
        for file, body in pages:
            token = body.get("token")
            listed = body.get("catalog", token.get("catalog") if isinstance(token, dict) else None)
            try:
                found += msgspec.convert(listed, list[_Service])
            except msgspec.ValidationError as error:
                raise InputError(str(error), self.at(file, "$.catalog")) from error
        return found

    def region(
        self, id_: str, said: str, folder: str, pages: Mapping[tuple[str, str], Sequence[tuple[str, Any]]], services: Sequence[_Service],
    ) -> Region:
        """One region, of the answers in its folder."""
        zones = [one.zone for one in self.items(pages, folder, "availability-zones", _Zone) if one.state.available]
        external = {one.id for one in self.items(pages, folder, "networks", _Network) if one.external}
        subnets = list(self.items(pages, folder, "subnets", _Subnet))
        return Region(
            id_, said or None,
            tuple(_flavor(one) for one in self.items(pages, folder, "flavors", _Flavor) if self._for_all("flavors", _offered(one))),
            tuple(_image(one, body) for one, body in self.entries(pages, folder, "images", _Image) if self._for_all("images", _shown(one))),
            tuple(dict.fromkeys(zones)),
            tuple(VolumeType(one.id, one.name, one.description or None) for one in self.items(pages, folder, "volume-types", _VolumeType)
                  if self._for_all("volume-types", one.is_public)),
            frozenset(one.ip_version for one in subnets if one.network_id in external) if external else None,
            dict(_endpoints(services, id_)),
        )  # fmt: skip

    def _for_all(self, what: str, offered: bool) -> bool:
        if not offered:
            self.left_out[what] += 1
        return offered


def _links(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The links of every answer: ``flavors_links``, ``networks_links``, …"""
    return [link for name, listed in body.items() if name.endswith("_links") and isinstance(listed, list)
            for link in listed if isinstance(link, dict)]  # fmt: skip


def _offered(one: _Flavor) -> bool:
    return one.public and not one.disabled


def _shown(one: _Image) -> bool:
    return one.visibility == "public" and one.status == "active" and not one.os_hidden


def _flavor(one: _Flavor) -> Flavor:
    return Flavor(one.id, one.name, one.vcpus, one.ram, one.disk, one.ephemeral, one.description or None, one.extra_specs)


def _image(one: _Image, body: Mapping[str, Any]) -> Image:
    algorithm, value = one.os_hash_algo, one.os_hash_value
    if not (algorithm and value):
        algorithm, value = ("md5", one.checksum) if one.checksum else (None, None)
    known = set(_Image.__struct_fields__)
    properties = {name: said for name, said in body.items() if isinstance(said, str) and name not in known}
    return Image(one.id, one.name or one.id, one.disk_format, one.size, one.min_disk, one.min_ram, algorithm, value, properties)


def _endpoints(services: Sequence[_Service], region: str) -> Iterator[tuple[str, str]]:
    """The public address of each service, the first that is listed."""
    found: dict[str, str] = {}
    for service in services:
        kind = ALSO_CALLED.get(service.type, service.type)
        for one in service.endpoints:
            if one.interface == "public" and region in (one.region_id, one.region):
                found.setdefault(kind, _without_project(one.url))
    return iter(found.items())


def _without_project(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], _PROJECT.sub("", parts.path.rstrip("/")), "", ""))
