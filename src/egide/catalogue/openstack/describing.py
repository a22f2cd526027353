"""Flavours, images, places and sellers as nodes of Gaia-X: what the API says of them, and what the provider adds.

What the API documents under other names is translated by the tables below; what they don't hold is left out, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from egide.catalogue.openstack import provider as of
from egide.catalogue.openstack.cloud import Flavor, Image, Region
from egide.catalogue.openstack.nodes import (
    BYTE,
    GIBIBYTE,
    MEBIBYTE,
    Node,
    address_of,
    decimal,
    disk,
    encryption,
    fragment,
    legal_document,
    node,
    postal,
    ref,
    rights,
    size,
)

T = TypeVar("T")
DISK_FORMATS: Mapping[str, str] = {"raw": "RAW", "qcow2": "QCOW2", "vhd": "VHD", "vhdx": "VHD", "vmdk": "VMDK", "iso": "ISO"}
HYPERVISORS: Mapping[str, str] = {"qemu": "quemu", "kvm": "KVM", "xen": "Xen", "vmware": "ESXi", "hyperv": "Hyper-V"}
"""``quemu`` is how the shapes spell it."""
ARCHITECTURES: Mapping[str, str] = {"x86_64": "x86-64", "i686": "x86-32", "aarch64": "AArch-64", "armv7l": "AArch-32", "riscv64": "RISC-V"}
FIRMWARES: Mapping[str, str] = {"bios": "BIOS", "uefi": "UEFI"}
HASHES: Mapping[str, str] = {"md5": "md5", "sha1": "sha-1", "sha256": "sha-256", "sha384": "sha-384", "sha512": "sha-512"}
WATCHDOGS = frozenset({"disabled", "reset", "poweroff", "pause"})
DISTRIBUTIONS: Mapping[str, str] = {
    "alpine": "Alpine Linux", "arch": "Arch Linux", "centos": "CentOS Linux", "debian": "Debian", "fedora": "Fedora", "freebsd": "FreeBSD",
    "gentoo": "Gentoo Linux", "mandrake": "Mandrakelinux", "mandriva": "Mandriva Linux", "mes": "Mandriva Enterprise Server",
    "msdos": "MS-DOS", "netbsd": "NetBSD", "netware": "Novell NetWare", "openbsd": "OpenBSD", "opensolaris": "OpenSolaris",
    "opensuse": "openSUSE", "rocky": "Rocky Linux", "rhel": "Red Hat Enterprise Linux", "sled": "SUSE Linux Enterprise Server",
    "sles": "SUSE Linux Enterprise Server", "ubuntu": "Ubuntu", "windows": "Microsoft Windows", "cirros": "CirrOS",
    "almalinux": "AlmaLinux",
}  # fmt: skip
"""The values of ``os_distro`` that Glance documents, to the names of the shapes."""
TRUE: Mapping[str, bool] = {"true": True, "false": False, "yes": True, "no": False}


def flavor(one: Flavor, rules: Sequence[of.FlavorRule], id_: str) -> Node | None:
    """A size of server; None when nobody says how large its boot disk is."""
    boot = one.disk_gib or first(rules, "boot_disk_gib")
    if not boot:
        return None
    kind = first(rules, "disk_type")
    technology = one.extra_specs.get("hw:mem_encryption_model") or ("AMD SEV" if said(one.extra_specs, "hw:mem_encryption") else None)
    pinned = 1 if one.extra_specs.get("hw:cpu_policy") == "dedicated" else None  # one virtual processor to one of the host's
    return node(
        "ServerFlavor", id_, name=one.name, description=one.description,
        gx_cpu=node("CpuCapabilities", gx_vCPUs=one.vcpus, gx_pCPU=_processor(first(rules, "cpu")),
                    gx_overProvisioningRatio=pinned or first(rules, "cpu_over_provisioning")),
        gx_memory=_memory(one.ram_mib, first(rules, "memory_over_provisioning")),
        gx_bootVolume=disk(boot, kind), gx_additionalVolume=[disk(one.ephemeral_gib, kind)] if one.ephemeral_gib else None,
        gx_gpu=_graphics(one, first(rules, "gpu")),
        gx_confidentialComputing=node("ConfidentialComputing", gx_technology=technology) if technology else None,
    )  # fmt: skip


def _processor(found: of.Processor | None) -> Node:
    if found is None:
        return node("CPU")
    return node("CPU", gx_cpuArchitecture=found.architecture, gx_vendor=found.vendor, gx_generation=found.generation)


def _memory(mib: int, over: float | None) -> Node:
    return node("MemoryCapabilities", gx_memory=node("Memory", gx_memorySize=size(mib, MEBIBYTE)),
                gx_overProvisioningRatio=decimal(over) if over else None)  # fmt: skip


def _graphics(one: Flavor, found: of.Graphics | None) -> Node | None:
    if found is None:
        return node("GPU") if one.extra_specs.get("resources:VGPU", "0") not in {"0", ""} else None
    return node("GPU", gx_vendor=found.vendor, gx_generation=found.generation, gx_gpuPassthrough=found.passthrough,
                gx_gpuMemory=size(found.memory_gib, GIBIBYTE))  # fmt: skip


def image(one: Image, rule: of.ImageRule, owned: of.Rights, id_: str) -> Node:
    """An image that servers start from."""
    notes = one.properties
    architecture = ARCHITECTURES.get(notes.get("hw_architecture", notes.get("architecture", "")))
    made = node(
        "VMImage", id_, name=one.name, description=notes.get("description"),
        gx_vmImageDiskFormat=DISK_FORMATS.get(one.disk_format or ""), gx_hypervisorType=HYPERVISORS.get(notes.get("hypervisor_type", "")),
        gx_firmwareType=FIRMWARES.get(notes.get("hw_firmware_type", "")), gx_fileSize=size(one.size_bytes, BYTE),
        gx_watchDogAction=notes.get("hw_watchdog_action") if notes.get("hw_watchdog_action") in WATCHDOGS else None,
        gx_secureBoot=True if notes.get("os_secure_boot") == "required" else None, gx_vPMU=said(notes, "hw_pmu"),
        gx_multiQueues=said(notes, "hw_vif_multiqueue_enabled"), gx_version=notes.get("os_version"),
        gx_ramReq=node("Memory", gx_memorySize=size(one.min_ram_mib, MEBIBYTE)) if one.min_ram_mib else None,
        gx_rootDiskReq=disk(one.min_disk_gib) if one.min_disk_gib else None,
        gx_cpuReq=node("CPU", gx_cpuArchitecture=architecture) if architecture else None,
        gx_checkSum=node("CheckSum", gx_checkSumCalculation=HASHES.get(one.hash_algorithm or "", "other"), gx_checkSumValue=one.hash_value)
        if one.hash_value else None,
        gx_operatingSystem=_system(notes, rule.operating_system),
    )  # fmt: skip
    return made | rights(owned)


def _system(notes: Mapping[str, str], owned: of.Rights | None) -> Node | None:
    distribution = notes.get("os_distro")
    if owned is None or distribution is None:
        return None
    made = node("OperatingSystem", gx_osDistribution=DISTRIBUTIONS.get(distribution, "others"), gx_version=notes.get("os_version"))
    return made | rights(owned)


def said(notes: Mapping[str, str], name: str) -> bool | None:
    """A yes or a no as the API writes them; None when it says neither."""
    return TRUE.get(notes.get(name, "").lower())


def region(one: Region, of_it: of.RegionOf, id_: str, seller: str) -> Node:
    """A region, the buildings that it is made of, and which zones are in each. A building is a physical resource, whatever refers to it."""
    return node(
        ("Region", "Resource"), id_, name=of_it.name or one.id, description=one.description,
        gx_aggregationOfResources=[_datacenter(building, id_, seller) for building in of_it.datacenters],
    )  # fmt: skip


def _datacenter(found: of.Datacenter, region_id: str, seller: str) -> Node:
    keeper, owner = (None if name is None else ref(seller if name == "self" else name) for name in (found.maintained_by, found.owned_by))
    return node(
        ("Datacenter", "PhysicalResource", "Resource"), datacenter_id(region_id, found), name=found.name, gx_maintainedBy=keeper,
        gx_ownedBy=owner, gx_location=postal(found.address),
        gx_aggregationOfResources=[node(("AvailabilityZone", "Resource"), f"{region_id}-zone-{fragment(zone)}", name=zone)
                                   for zone in found.zones],
        gx_energyUsageEfficiency=node("EnergyUsageEfficiency", gx_powerUsageEffectiveness=decimal(found.pue)) if found.pue else None,
        gx_energyMix=_mix(found.energy) if found.energy else None,
    )  # fmt: skip


def _mix(found: of.EnergyMix) -> Node:
    return node("EnergyMix", gx_attainmentDate={"@type": "xsd:date", "@value": found.on}, gx_renewableEnergy=decimal(found.renewable),
                gx_hourlyCarbonFreeEnergy=decimal(found.carbon_free))  # fmt: skip


def datacenter_id(region_id: str, found: of.Datacenter) -> str:
    """The identifier of a building."""
    return f"{region_id}-site-{fragment(found.name)}"


REGISTERS: Mapping[str, tuple[str, str]] = {
    "vat_id": ("VatID", "gx:vatID"), "euid": ("EUID", "gx:euid"), "lei": ("LeiCode", "httpsschema:leiCode"), "eori": ("EORI", "gx:eori"),
    "tax_id": ("TaxID", "httpsschema:taxID"), "local": ("LocalRegistrationNumber", "gx:local"),
}  # fmt: skip
"""Each kind of number to its class and member."""


def legal_person(found: of.LegalPerson, id_: str) -> Node:
    """Who sells. Its numbers are what it says; a notary of Gaia-X attests them in a credential of its own."""
    numbers = [
        node((kind, "RegistrationNumber"), f"{id_}-{name.replace('_', '-')}") | {member: number}
        for name, (kind, member) in REGISTERS.items() if (number := getattr(found.registration, name))
    ]  # fmt: skip
    return node("LegalPerson", id_, name=found.name, description=found.description, gx_registrationNumber=numbers,
                gx_legalAddress=postal(found.legal_address), gx_headquartersAddress=postal(found.headquarters_address))  # fmt: skip


def common(found: of.Provider, seller: str) -> Node:
    """The members that every offering has."""
    all_of = found.offering
    members = {
        "gx:providedBy": ref(seller),
        "gx:serviceOfferingTermsAndConditions": [
            node("TermsAndConditions", gx_url=address_of(one.url), gx_hash=one.sha256) for one in found.terms
        ],
        "gx:servicePolicy": [node("AccessUsagePolicy", gx_policyLanguage=one.language, gx_policyDocument=one.document)
                             for one in all_of.policies],
        "gx:dataProtectionRegime": list(all_of.data_protection), "gx:keyword": list(all_of.keywords),
        "gx:provisionType": all_of.provision, "gx:cryptographicSecurityStandards": list(all_of.cryptography),
        "gx:dataAccountExport": [node("DataAccountExport", gx_requestType=one.request, gx_accessType=one.access, gx_formatType=one.format)
                                 for one in all_of.data_account_export],
        "gx:legalDocuments": [legal_document(one) for one in all_of.legal_documents],
        "gx:subContractors": [_sub_contractor(one) for one in all_of.sub_contractors],
        "gx:dataPortability": [_portability(one) for one in all_of.data_portability],
        "gx:requiredMeasures": [_measure(one) for one in all_of.measures],
        "gx:providerContactInformation": _contact(all_of.contact) if all_of.contact else None,
    }  # fmt: skip
    return {name: value for name, value in members.items() if value not in (None, [])}


def _measure(one: of.Measure) -> Node:
    return node("Measure", description=one.description, gx_legalDocuments=[legal_document(each) for each in one.documents])


def _sub_contractor(one: of.SubContractor) -> Node:
    return node("SubContractor", gx_applicableJurisdiction=one.jurisdiction, gx_legalName=one.name,
                gx_communicationMethods=list(one.communication),
                gx_informationDocuments=[address_of(url) for url in one.information])  # fmt: skip


def _portability(one: of.Portability) -> Node:
    return node(
        "DataPortability", gx_resource=one.resource, gx_means=list(one.means),
        gx_documentations=[address_of(url) for url in one.documentation],
        gx_legalDocument=legal_document(one.legal_document), gx_deletionMethods=list(one.deletion_methods),
        gx_deletionTimeframe=one.deletion_timeframe, gx_formats=list(one.formats), gx_pricing=address_of(one.pricing),
    )  # fmt: skip


def _contact(one: of.Contact) -> Node:
    return node("ContactInformation", gx_url=address_of(one.url), gx_email=one.email, gx_phoneNumber=one.phone)


APIS: Mapping[str, tuple[str, str]] = {
    "compute": ("OpenStack Compute API", "https://docs.openstack.org/api-ref/compute/"),
    "block-storage": ("OpenStack Block Storage API v3", "https://docs.openstack.org/api-ref/block-storage/v3/"),
    "object-store": ("OpenStack Object Store API", "https://docs.openstack.org/api-ref/object-store/"),
    "network": ("OpenStack Networking API v2.0", "https://docs.openstack.org/api-ref/network/v2/"),
}  # fmt: skip
"""Each service to the reference that its API keeps to."""


def endpoint(one: Region, service: str) -> Node | None:
    """Where a service answers, and by which documented interface."""
    if service not in one.endpoints:
        return None
    title, reference = APIS[service]
    standard = node("StandardConformity", dcterms_title=title, gx_standardReference=address_of(reference))
    return node("Endpoint", gx_endpointURL=address_of(one.endpoints[service]), gx_standardConformity=[standard])


def block_storage(rule: of.VolumeRule) -> Node:
    """How volumes are kept, and how large they may be."""
    configuration = node("BlockStorageConfiguration", gx_blockStorageTechnology=list(rule.technology),
                         gx_storageEncryption=[encryption(one) for one in rule.encryption])  # fmt: skip
    made: dict[str, Any] = {"gx:storageConfiguration": configuration}
    sizes = {"gx:minimumSize": size(rule.smallest_gib, GIBIBYTE), "gx:maximumSize": size(rule.largest_gib, GIBIBYTE)}
    return made | {name: value for name, value in sizes.items() if value}


def object_storage(found: of.Objects) -> Node:
    """How objects are kept."""
    configuration = node("StorageConfiguration", gx_storageEncryption=[encryption(one) for one in found.encryption])
    made: dict[str, Any] = {"gx:storageConfiguration": configuration, "gx:objectAPICompatibility": list(found.apis)}
    largest = size(found.largest_object_gib, GIBIBYTE)
    return made | ({"gx:maximumObjectSize": largest} if largest else {})


def connectivity(versions: frozenset[int]) -> Node:
    """Networks that lead outside: addresses that float, and their version where there is one."""
    made: dict[str, Any] = {
        "gx:publicIpAddressProvisioning": "floating", "gx:connectivityConfiguration": [node("ConnectivityConfiguration")],
    }  # fmt: skip
    return made | ({"gx:ipVersion": f"IPv{next(iter(versions))}"} if len(versions) == 1 else {})


def first(rules: Sequence[of.FlavorRule], name: str) -> Any:
    """What the first rule that states it states."""
    return next((value for rule in rules if (value := getattr(rule, name)) is not None), None)
