"""From a cloud and its provider to credentials that are ready to be signed: one for each subject, as Gaia-X's clearing houses take them.

One offering is one size in one region: so a buyer compares like with like. Images and places are subjects of their own, to which the
offerings refer. What nobody states well enough for the shapes is left out, with what is missing and where to write it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from egide.catalogue.names import slug
from egide.catalogue.openstack import describing
from egide.catalogue.openstack.cloud import COMPUTE, NETWORK, OBJECTS, VOLUMES, Cloud, Region
from egide.catalogue.openstack.nodes import Node, node, ref
from egide.catalogue.openstack.provider import Provider, RegionOf, VolumeRule, matching
from egide.trust.credentials.model import CONTEXT
from egide.vocabulary.errors import Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

RELEASE = "https://w3id.org/gaia-x/2511#"
"""The context of Gaia-X 25.11."""
SHAPES = "gaia-x-25.11"
"""The shapes that the offers keep to, by the name they have in a bundle."""
SELLER = "legal-person"
SUBJECT = "#cs"
"""After the address of a credential: its subject, as Gaia-X writes it."""
NO_PLACE = N_("nothing says where this region is: write `regions.{name}`; it is left out")
NO_RIGHTS = N_("nothing says whose image «{name}» is, under which licence and policy: write a rule under `images`; it is left out")
NO_DISK = N_("nothing says how large the boot disk of flavour «{name}» is: write `boot_disk_gib` in a rule under `flavors`; it is left out")
NO_IMAGE = N_("no image of this region can be published, and a server needs one: no flavour is published")
NO_ENCRYPTION = N_("nothing says how volumes of type «{name}» are encrypted, as Gaia-X asks: write a rule under `volumes`; it is left out")
NO_OBJECTS = N_("the object store is left out: nothing says how it is encrypted; write `objects`")
ZONE_NOWHERE = N_("nothing says in which building the zone «{name}» is: write it under `regions.{region}.datacenters`")
ZONE_UNKNOWN = N_("the cloud has no zone «{name}»: it has {known}")
REGION_UNKNOWN = N_("the cloud has no region «{name}»: it has {known}")


@dataclass(frozen=True, slots=True)
class Made:
    """What was made. ``documents``: by the name under which each is published."""

    documents: Mapping[str, Mapping[str, Any]]
    problems: tuple[Problem, ...]
    counts: Mapping[str, int]
    """How many offerings of each kind, and how many images and regions beside them."""


def make_offers(cloud: Cloud, provider: Provider, file: str) -> Made:
    """All credentials. ``file``: what messages call the provider's statement."""
    making = _Making(provider, file)
    making.add(SELLER, "LegalPerson", describing.legal_person(provider.legal_person, making.id(SELLER)))
    if provider.gaia_x_terms:
        making.add("issuer", "Issuer", node("Issuer", making.id("issuer"), gx_gaiaxTermsAndConditions=provider.gaia_x_terms))
    known = [region.id for region in cloud.regions]
    for name in provider.regions:
        if name not in known:
            making.tell(f"$.regions.{name}", REGION_UNKNOWN, name=name, known=", ".join(known))
    for region in cloud.regions:
        where = provider.regions.get(region.id)
        if where is None:
            making.tell("$.regions", NO_PLACE, name=region.id)
        else:
            making.region(region, where)
    return Made(making.documents, tuple(making.problems), making.counts)


@dataclass(slots=True)
class _Making:
    """The documents while they are made."""

    provider: Provider
    file: str
    documents: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def id(self, name: str) -> str:
        """The identifier of the subject of a credential."""
        return f"{self.provider.base}{name}.json{SUBJECT}"

    def tell(self, path: str, message: str, **args: object) -> None:
        self.problems.append(Problem(Location(self.file, path=path), message, args))

    def name(self, *words: str) -> str:
        """A name for a document, of letters, digits and hyphens, that none has yet."""
        stem = slug(*words)
        found, count = stem, 1
        while found in self.documents:
            count += 1
            found = f"{stem}-{count}"
        return found

    def add(self, name: str, kind: str, subject: Node) -> None:
        self.documents[name] = {
            "@context": [CONTEXT, RELEASE], "id": f"{self.provider.base}{name}.json", "type": ["VerifiableCredential", f"gx:{kind}"],
            "credentialSubject": subject,
        }  # fmt: skip
        self.counts[kind] = self.counts.get(kind, 0) + 1

    def offer(self, name: str, kind: str, title: str, members: Mapping[str, Any], sites: Sequence[str], endpoint: Node | None) -> None:
        """One offering, with what every offering has."""
        made = node(kind, self.id(name), name=title, gx_hostedOn=[ref(site) for site in sites], gx_endpoint=endpoint)
        self.add(name, kind, made | describing.common(self.provider, self.id(SELLER)) | dict(members))

    def region(self, region: Region, where: RegionOf) -> None:
        """All that is offered in one region."""
        name = self.name("region", region.id)
        self._zones(region, where)
        self.add(name, "Region", describing.region(region, where, self.id(name), self.id(SELLER)))
        sites = [describing.datacenter_id(self.id(name), building) for building in where.datacenters]
        called = where.name or region.id
        self._servers(region, called, sites)
        for volume, rule in self._volumes(region):
            self.offer(self.name("volumes", region.id, volume), "BlockStorageServiceOffering", f"{volume}, {called}",
                       describing.block_storage(rule), sites, describing.endpoint(region, VOLUMES))  # fmt: skip
        if region.external_ip_versions is not None:
            members = describing.connectivity(region.external_ip_versions) | self._separation()
            self.offer(self.name("network", region.id), "NetworkConnectivityServiceOffering", called, members, sites,
                       describing.endpoint(region, NETWORK))  # fmt: skip
        if OBJECTS in region.endpoints and self.provider.objects:
            self.offer(self.name("objects", region.id), "ObjectStorageServiceOffering", called,
                       describing.object_storage(self.provider.objects), sites, describing.endpoint(region, OBJECTS))  # fmt: skip
        elif OBJECTS in region.endpoints:
            self.tell("$.objects", NO_OBJECTS)

    def _zones(self, region: Region, where: RegionOf) -> None:
        """Each zone of the API is in a building, and each that is stated is one of the API's, where it names any."""
        if not region.zones:
            return
        placed = {zone for building in where.datacenters for zone in building.zones}
        for zone in region.zones:
            if zone not in placed:
                self.problems.append(Problem(Location(self.file, path=f"$.regions.{region.id}"), ZONE_NOWHERE,
                                             {"name": zone, "region": region.id}, False))  # fmt: skip
        for zone in sorted(placed - set(region.zones)):
            self.tell(f"$.regions.{region.id}", ZONE_UNKNOWN, name=zone, known=", ".join(region.zones))

    def _servers(self, region: Region, called: str, sites: Sequence[str]) -> None:
        """One offering for each flavour, each with every image."""
        images = [ref(self.id(name)) for name in self._images(region)]
        if not images:
            if region.flavors:
                self.tell("$.images", NO_IMAGE)
            return
        for one in region.flavors:
            rules = matching(one.name, self.provider.flavors)
            if any(rule.leave_out for rule in rules):
                continue
            name = self.name("server", region.id, one.name)
            made = describing.flavor(one, rules, f"{self.id(name)}-flavor")
            if made is None:
                self.tell("$.flavors", NO_DISK, name=one.name)
                continue
            members = {"gx:codeArtifact": images, "gx:instantiationReq": [made], **self._separation()}
            self.offer(name, "VirtualMachineServiceOffering", f"{one.name}, {called}", members, sites, describing.endpoint(region, COMPUTE))

    def _separation(self) -> dict[str, str]:
        separation = self.provider.offering.tenant_separation
        return {"gx:tenantSeparation": separation} if separation else {}

    def _images(self, region: Region) -> Iterator[str]:
        """The documents of a region's images."""
        for one in region.images:
            rule = next(iter(matching(one.name, self.provider.images)), None)
            if rule is not None and rule.leave_out:
                continue
            if rule is None or rule.rights is None:
                self.tell("$.images", NO_RIGHTS, name=one.name)
                continue
            name = self.name("image", region.id, one.name)
            self.add(name, "VMImage", describing.image(one, rule, rule.rights, self.id(name)))
            yield name

    def _volumes(self, region: Region) -> Iterator[tuple[str, VolumeRule]]:
        for one in region.volume_types:
            rule = next(iter(matching(one.name, self.provider.volumes)), None)
            if rule is not None and rule.leave_out:
                continue
            if rule is None or not rule.encryption:
                self.tell("$.volumes", NO_ENCRYPTION, name=one.name)
                continue
            yield one.name, rule
