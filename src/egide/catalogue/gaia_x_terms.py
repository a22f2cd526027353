"""Which member of a Gaia-X credential is which property here: tables, by the terms' own names.

The terms are those of releases 24.07 to 25.11 (one internal name for both namespaces) and of our own additions, which travel in credentials
of their own: the shapes of 25.11 are closed and hold no price, no exit and no energy of an offer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

GAIA_X = ("https://w3id.org/gaia-x/development#", "https://w3id.org/gaia-x/2511#")
NAMESPACE = "urn:uuid:5b1d7a52-3f0e-4c8b-9a6e-2d9a51c0e7f4#"
"""Of our own additions: `NAMESPACE` and the name of a property. An address that nobody has to own."""
OTHERS = (
    "https://schema.org/", "http://schema.org/", "http://www.w3.org/2006/vcard/ns#", "https://www.w3.org/2006/vcard/ns#",
    "http://qudt.org/schema/qudt/", "https://qudt.org/schema/qudt/", "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/",
    "https://www.w3.org/2018/credentials#",
)  # fmt: skip
PREFIXES: Mapping[str, str] = {
    "gx": GAIA_X[0], "vcard": OTHERS[2], "qudt": OTHERS[4], "dcat": OTHERS[6], "dcterms": OTHERS[7], "cred": OTHERS[8],
    "httpsschema": OTHERS[0],
}  # fmt: skip
"""What the contexts of Gaia-X define; a document's own definitions come before."""
CONTEXTS = frozenset({
    *GAIA_X, "https://w3id.org/gaia-x/development", "https://w3id.org/gaia-x/2511", "https://w3id.org/gaia-x/2406#",
})  # fmt: skip
"""Names of contexts under which a bare word is a term of Gaia-X."""


@dataclass(frozen=True, slots=True)
class To:
    """The member states this property. ``ends``: of an address, only its last part is the value."""

    property: str
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Refers:
    """The member leads to other subjects: by identifier, or described in place."""

    property: str


Tree: TypeAlias = "Mapping[str, To | Refers | Tree]"

_ADDRESS: Tree = {"countryCode": To("countries")}
_FLAVOUR: Tree = {
    "cpu": {
        "numberOfCores": To("vcpu"), "vCPUs": To("vcpu"), "cpuArchitecture": To("architecture", ends=True),
        "pCPU": {"cpuArchitecture": To("architecture", ends=True)},
    },
    "memory": {"memorySize": To("memory_gb"), "memory": {"memorySize": To("memory_gb")}},
    "bootVolume": {"diskSize": To("disk_gb")},
}  # fmt: skip
"""A size of server: as releases before 25.11 write it, and as 25.11 does (`CpuCapabilities`, `MemoryCapabilities`)."""
_QUALITY: Tree = {
    "availability": {"guaranteed": To("sla_percent")}, "latency": {"metric": To("round_trip_ms")},
    "roundTripTime": {"metric": To("round_trip_ms")},
}  # fmt: skip

MEMBERS: Tree = {
    "name": To("name"), "legalName": To("name"), "digitalServiceOfferingName": To("name"), "hasName": To("name"),
    "description": To("description"), "digitalServiceOfferingShortDescription": To("description"), "keyword": To("keywords"),
    "keywords": To("keywords"),
    "providedBy": Refers("provided_by"), "digitalServiceOfferingProvider": Refers("provided_by"), "dependsOn": Refers("depends_on"),
    "hostedOn": Refers("hosted_on"), "subContractors": Refers("sub_contractors"), "aggregationOfResources": Refers("aggregation_of"),
    "aggregationOf": Refers("aggregation_of"), "maintainedBy": Refers("maintained_by"), "ownedBy": Refers("owned_by"),
    "subOrganisationOf": Refers("part_of"), "parentOrganization": Refers("part_of"), "codeArtifact": Refers("aggregation_of"),
    "serviceOfferingTermsAndConditions": {"url": To("terms"), "URL": To("terms")},
    "digitalServiceOfferingTermsAndConditions": {"url": To("terms")},
    "endpoint": {"standardConformity": {"title": To("apis")}, "endpointURL": To("site")},
    "objectAPICompatibility": To("apis", ends=True),
    "dataPortability": {"formats": To("export_formats"), "means": To("export_means"), "deletionTimeframe": To("deletion_days")},
    "dataAccountExport": {"formatType": To("export_formats", ends=True), "requestType": To("export_means", ends=True)},
    "possiblePersonalDataTransfers": {"country": To("transfers_to", ends=True), "subProcessor": Refers("sub_contractors")},
    "instantiationReq": _FLAVOUR, **_FLAVOUR,
    "storageConfiguration": {"storageQoS": _QUALITY}, "qualityOfService": _QUALITY,
    "maximumObjectSize": To("largest_object_gb"),
    "headquartersAddress": {"countryCode": To("headquarters")}, "legalAddress": {"countryCode": To("jurisdictions")},
    "applicableJurisdiction": To("jurisdictions", ends=True),
    "registrationNumber": {
        "vatID": To("registration"), "leiCode": To("registration"), "EORI": To("registration"), "eori": To("registration"),
        "EUID": To("registration"), "euid": To("registration"), "taxID": To("registration"), "localRegistrationNumber": To("registration"),
        "local": To("registration"),
    },
    "vatID": To("registration"), "leiCode": To("registration"), "EORI": To("registration"), "EUID": To("registration"),
    "taxID": To("registration"),
    "location": _ADDRESS, "address": _ADDRESS,
    "energyUsageEfficiency": {"powerUsageEffectiveness": To("pue")},
    "energyMix": {"renewableEnergy": To("renewable_percent"), "hourlyCarbonFreeEnergy": To("carbon_free_percent")},
    "waterUsageEffectiveness": {"waterUsageEffectiveness": To("water_l_kwh")},
    "labelLevel": To("gaia_x_label", ends=True), "compliantCredentials": {"digestSRI": To("covers")},
}  # fmt: skip
"""Of a subject of a credential; what isn't here is not compared, and stays in the document that is kept."""

FUNCTIONS: Mapping[str, tuple[str, str]] = {
    "VirtualMachineServiceOffering": ("compute", "IaaS"), "ComputeServiceOffering": ("compute", "IaaS"),
    "BareMetalServiceOffering": ("bare-metal", "IaaS"), "ComputeFunctionServiceOffering": ("functions", "PaaS"),
    "ContainerServiceOffering": ("containers", "CaaS"), "ObjectStorageServiceOffering": ("object-storage", "IaaS"),
    "BlockStorageServiceOffering": ("block-storage", "IaaS"), "FileStorageServiceOffering": ("file-storage", "IaaS"),
    "ConnectivityServiceOffering": ("networking", "IaaS"), "NetworkConnectivityServiceOffering": ("networking", "IaaS"),
    "LinkConnectivityServiceOffering": ("networking", "IaaS"), "PhysicalConnectivityServiceOffering": ("networking", "IaaS"),
    "InterconnectionServiceOffering": ("networking", "IaaS"), "DataProduct": ("data-product", ""),
    "InfrastructureServiceOffering": ("", "IaaS"), "StorageServiceOffering": ("", "IaaS"),
}  # fmt: skip
"""Each type of offering to what it does and of which kind it is; an empty text says neither."""
ENVELOPE_TYPES = frozenset({"VerifiableCredential", "VerifiablePresentation"})
