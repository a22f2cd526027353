"""What the API of a cloud does not know, and its provider states: who sells, under which terms, where, and whose images those are.

Read strictly: an unknown word, a missing one or a wrong choice is refused with its path. Choices are those of the shapes of Gaia-X 25.11.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta

from egide.rules.book import converted
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_
from egide.vocabulary.yaml import read_yaml

Address_ = Annotated[str, Meta(pattern=r"^https?://[^\s#]+$")]
Place = Annotated[str, Meta(pattern=r"^[A-Z]{2}$")]
Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
Words = Annotated[str, Meta(min_length=1)]
Share = Annotated[float, Meta(ge=0, le=100)]


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whatever is written must be known."""


class Address(Strict, frozen=True):
    """A postal address."""

    country: Place
    street: str | None = None
    postal_code: str | None = None
    locality: str | None = None


class Registration(Strict, frozen=True):
    """The numbers under which registers know a company; at least one."""

    vat_id: str | None = None
    euid: str | None = None
    lei: str | None = None
    eori: str | None = None
    tax_id: str | None = None
    local: str | None = None


class LegalPerson(Strict, frozen=True):
    """Who sells. ``id``: its identifier, when its own credential is published elsewhere and none is to be made here."""

    name: Words
    registration: Registration
    legal_address: Address
    headquarters_address: Address
    description: str | None = None


class Terms(Strict, frozen=True):
    """A document of terms, by its address and its SHA-256, which is computed when the file itself is named."""

    url: Address_
    sha256: Digest | None = None
    file: str | None = None


class LegalDocument(Strict, frozen=True):
    """A document of law."""

    url: Address_
    mime_types: tuple[str, ...] = ()
    governing_law: tuple[Place, ...] = ()


class Policy(Strict, frozen=True):
    """A policy of access and usage."""

    language: Literal["ODRL", "XACML", "Rego", "JSON", "Other"]
    document: Words


class AccountExport(Strict, frozen=True):
    """How a customer asks for its data, and gets them."""

    request: Literal["API", "email", "webform", "unregisteredLetter", "registeredLetter", "supportCenter"]
    access: Literal["digital", "physical"]
    format: Words


class Portability(Strict, frozen=True):
    """How a customer leaves."""

    resource: Words
    means: Annotated[tuple[Words, ...], Meta(min_length=1)]
    documentation: Annotated[tuple[Address_, ...], Meta(min_length=1)]
    legal_document: LegalDocument
    deletion_methods: Annotated[tuple[Words, ...], Meta(min_length=1)]
    deletion_timeframe: Words
    formats: Annotated[tuple[Words, ...], Meta(min_length=1)]
    pricing: Address_


class SubContractor(Strict, frozen=True):
    """Who works for the provider."""

    name: Words
    jurisdiction: Place
    communication: Annotated[tuple[Words, ...], Meta(min_length=1)]
    information: Annotated[tuple[Address_, ...], Meta(min_length=1)]


class Contact(Strict, frozen=True):
    """Whom to ask."""

    url: Address_
    email: str | None = None
    phone: str | None = None


class Measure(Strict, frozen=True):
    """A measure that is required of the customer."""

    description: Words
    documents: Annotated[tuple[LegalDocument, ...], Meta(min_length=1)]


class Offering(Strict, frozen=True):
    """What holds for every offering."""

    keywords: tuple[Words, ...] = ()
    provision: Literal["private", "public", "hybrid"] | None = None
    tenant_separation: Literal[
        "hw-virtualized", "sw-virtualized", "os-virtualized", "os-hw-virtualized", "hw-partitioned", "physical",
    ] | None = None  # fmt: skip
    data_protection: tuple[Literal["GDPR2016", "LGPD2019", "PDPA2012", "CCPA2018", "VCDPA2021"], ...] = ()
    cryptography: tuple[Literal["FIPS186-5", "FIPS180-4", "RFC9142", "RFC5406", "RFC7296", "RFC8446", "RFC7515"], ...] = ()
    policies: tuple[Policy, ...] = ()
    data_account_export: tuple[AccountExport, ...] = ()
    data_portability: tuple[Portability, ...] = ()
    legal_documents: tuple[LegalDocument, ...] = ()
    sub_contractors: tuple[SubContractor, ...] = ()
    measures: tuple[Measure, ...] = ()
    contact: Contact | None = None


class EnergyMix(Strict, frozen=True):
    """Where its electricity came from in the year that ended on a day, in percent."""

    on: str
    renewable: Share
    carbon_free: Share


class Datacenter(Strict, frozen=True):
    """A building. ``maintained_by``: ``self``, or the identifier of another legal person."""

    name: Words
    address: Address
    zones: Annotated[tuple[Words, ...], Meta(min_length=1)]
    maintained_by: Words
    owned_by: str | None = None
    pue: float | None = None
    energy: EnergyMix | None = None


class RegionOf(Strict, frozen=True):
    """Where a region is."""

    datacenters: Annotated[tuple[Datacenter, ...], Meta(min_length=1)]
    name: str | None = None


class Processor(Strict, frozen=True):
    """What its processors are."""

    architecture: Literal["x86-32", "x86-64", "AArch-32", "AArch-64", "RISC-V", "Other"] | None = None
    vendor: str | None = None
    generation: str | None = None


class Graphics(Strict, frozen=True):
    """What its graphics processors are."""

    vendor: str | None = None
    generation: str | None = None
    memory_gib: float | None = None
    passthrough: bool | None = None


class FlavorRule(Strict, frozen=True):
    """What holds for the flavours whose names match; the first rule that states something states it."""

    match: Words
    leave_out: bool = False
    boot_disk_gib: Annotated[float, Meta(gt=0)] | None = None
    disk_type: Literal[
        "local HDD", "local SSD", "magnetic hard drive", "hybrid hard drive", "shared network storage", "other",
    ] | None = None  # fmt: skip
    cpu: Processor | None = None
    gpu: Graphics | None = None
    cpu_over_provisioning: Annotated[int, Meta(ge=1)] | None = None
    memory_over_provisioning: Annotated[float, Meta(ge=1, le=3)] | None = None


class Rights(Strict, frozen=True):
    """Whose it is and what may be done with it. ``license``: identifiers of SPDX, or addresses."""

    copyright: Annotated[tuple[Words, ...], Meta(min_length=1)]
    license: Annotated[tuple[Words, ...], Meta(min_length=1)]
    policy: Words


class ImageRule(Strict, frozen=True):
    """What holds for the images whose names match; the first that matches."""

    match: Words
    leave_out: bool = False
    rights: Rights | None = None
    operating_system: Rights | None = None
    """Of the system inside, where the image itself says which it is (`os_distro`)."""


class Encryption(Strict, frozen=True):
    """How stored data are encrypted."""

    cipher: Literal["RSA", "AES", "3DES", "Blowfish", "Twofish", "SDA", "other"]
    keys: Literal["BYOK", "HYOK", "managed"]


class VolumeRule(Strict, frozen=True):
    """What holds for the types of volumes whose names match; the first that matches."""

    match: Words
    leave_out: bool = False
    encryption: tuple[Encryption, ...] = ()
    technology: tuple[Literal["HDD", "SSD", "Optane"], ...] = ()
    smallest_gib: float | None = None
    largest_gib: float | None = None


class Objects(Strict, frozen=True):
    """The object store."""

    encryption: Annotated[tuple[Encryption, ...], Meta(min_length=1)]
    apis: Annotated[tuple[Literal["Swift", "CDMI", "S3", "Azure-Blob", "CloudStorage"], ...], Meta(min_length=1)]
    largest_object_gib: float | None = None


class Provider(Strict, frozen=True):
    """The whole file. ``base``: the address below which the credentials will be published; each has its identifier there."""

    base: Annotated[str, Meta(pattern=r"^https://[^\s#?]+/$")]
    legal_person: LegalPerson
    terms: Annotated[tuple[Terms, ...], Meta(min_length=1)]
    regions: dict[str, RegionOf]
    offering: Offering = Offering()
    flavors: tuple[FlavorRule, ...] = ()
    images: tuple[ImageRule, ...] = ()
    volumes: tuple[VolumeRule, ...] = ()
    objects: Objects | None = None
    gaia_x_terms: Digest | None = None
    """The hash of the terms of Gaia-X that the provider accepted; without it, no credential says that it did."""


REGIONS = "$.regions[...]"
"""How a place in the map of regions is told by what reads it."""
Rule = TypeVar("Rule", FlavorRule, ImageRule, VolumeRule)


def read_provider(content: bytes, file: str, digests: Mapping[str, str] | None = None) -> Provider:
    """The provider. ``digests``: the SHA-256 of each file of terms that is named.

    Raises `InputError` with the path of what is missing, unknown or wrong.
    """
    read = _converted(content, file)
    if not any(getattr(read.legal_person.registration, one) for one in Registration.__struct_fields__):
        raise InputError(N_("at least one number of registration is needed: {names}"), Location(file, path="$.legal_person.registration"),
                         values={"names": ", ".join(Registration.__struct_fields__)})
    terms = tuple(_hashed(one, index, file, digests or {}) for index, one in enumerate(read.terms))
    return msgspec.structs.replace(read, terms=terms)


def named_files(content: bytes, file: str) -> list[str]:
    """The files of terms that the provider names, whose digests are wanted. Raises `InputError`."""
    return [one.file for one in _converted(content, file).terms if one.file]


def _converted(content: bytes, file: str) -> Provider:
    """The file as it is written; of what is wrong in a region the place names the region."""
    try:
        return converted(content, file, Provider)
    except InputError as error:
        path = str(error.at.path if error.at else "")
        if not path.startswith(REGIONS):
            raise
        for name, said in read_yaml(content, file)["regions"].items():
            try:
                msgspec.convert(said, RegionOf)
            except msgspec.ValidationError as wrong:
                message, _, inner = str(wrong).partition(" - at `$")
                raise InputError(message, Location(file, path=f"$.regions.{name}{inner.rstrip('`')}")) from error
        raise


def _hashed(one: Terms, index: int, file: str, digests: Mapping[str, str]) -> Terms:
    at = Location(file, path=f"$.terms[{index}]")
    if one.file is None and one.sha256 is None:
        raise InputError(N_("the SHA-256 of the document is needed (`sha256`), or its file (`file`)"), at)
    if one.file is None:
        return one
    found = digests.get(one.file)
    if found is None:
        raise InputError(N_("the file `{name}` was not read"), at, values={"name": one.file})
    if one.sha256 not in (None, found):
        raise InputError(N_("the file `{name}` does not have that SHA-256: it is {digest}"), at, values={"name": one.file, "digest": found})
    return msgspec.structs.replace(one, sha256=found)


def matching(name: str, rules: Sequence[Rule]) -> list[Rule]:
    """The rules that speak of a name, in their order; ``*`` and ``?`` stand for anything."""
    return [rule for rule in rules if fnmatchcase(name, rule.match)]
