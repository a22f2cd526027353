"""The shapes of BODS 0.4 that ownership needs (Open Ownership, Beneficial Ownership Data Standard, schema 0.4); the rest is passed over.

One shape serves the three record types, so that a statement is decoded in one pass; `egide.ownership.bods_statements` asks of each type
what the rules ask of it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal

import msgspec

from egide.ownership.holdings import PartyKind, Power

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = "0.4"

InterestType = Literal[
    "shareholding", "votingRights", "appointmentOfBoard", "otherInfluenceOrControl", "seniorManagingOfficial", "settlor", "trustee",
    "protector", "beneficiaryOfLegalArrangement", "rightsToSurplusAssetsOnDissolution", "rightsToProfitOrIncome",
    "rightsGrantedByContract", "conditionalRightsGrantedByContract", "controlViaCompanyRulesOrArticles", "controlByLegalFramework",
    "boardMember", "boardChair", "unknownInterest", "unpublishedInterest", "enjoymentAndUseOfAssets",
    "rightToProfitOrIncomeFromAssets", "nominee", "nominator",
]
CAPITAL = frozenset({"shareholding", "beneficiaryOfLegalArrangement"})
"""Counted in the capital: shares, and what a beneficiary has of an arrangement."""
UNSAID = frozenset({"unknownInterest", "unpublishedInterest"})
"""May be anything up to the whole."""
POWERS: Mapping[str, Power] = {
    "appointmentOfBoard": Power.APPOINTS_ORGANS,
    "controlViaCompanyRulesOrArticles": Power.MAJORITY_BY_AGREEMENT,
    "controlByLegalFramework": Power.DE_FACTO,
    "trustee": Power.DE_FACTO,
    "nominator": Power.DE_FACTO,
}
"""Interests that decide; every other one that is not a share, a vote or unsaid is `Power.INFLUENCE`: shown, never taken for control."""

ENTITY_KINDS: Mapping[str, PartyKind] = {
    "registeredEntity": PartyKind.ENTITY, "legalEntity": PartyKind.ENTITY, "arrangement": PartyKind.ARRANGEMENT,
    "anonymousEntity": PartyKind.UNDISCLOSED, "unknownEntity": PartyKind.UNDISCLOSED, "state": PartyKind.STATE,
    "stateBody": PartyKind.STATE,
}
SCHEMES: Mapping[str, str] = {"XI-LEI": "LEI", "FR-INSEE": "SIREN", "FR-SIREN": "SIREN"}
"""Codes of registration lists under the names that we use; the others stay as they are."""


class Share(msgspec.Struct, frozen=True, gc=False):
    """The shape of a share of an interest, in per cent."""

    exact: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    exclusiveMinimum: float | None = None  # noqa: N815 - the standard's own name
    exclusiveMaximum: float | None = None  # noqa: N815


class Figures(msgspec.Struct, frozen=True, gc=False):
    """The same, to the last digit that is written."""

    exact: Decimal | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    exclusiveMinimum: Decimal | None = None  # noqa: N815
    exclusiveMaximum: Decimal | None = None  # noqa: N815


class Interest(msgspec.Struct, gc=False):
    """One interest of the party in the subject."""

    type: InterestType | None = None
    directOrIndirect: Literal["direct", "indirect", "unknown"] | None = None  # noqa: N815
    share: msgspec.Raw = msgspec.Raw(b"null")
    """As it is written: a register repeats few shares, and each is read once (`egide.ownership.bods_interests`)."""
    startDate: str | None = None  # noqa: N815
    endDate: str | None = None  # noqa: N815


class Unspecified(msgspec.Struct, frozen=True, gc=False):
    """Nobody is named, and why."""

    reason: Literal[
        "noBeneficialOwners", "subjectUnableToConfirmOrIdentifyBeneficialOwner", "interestedPartyHasNotProvidedInformation",
        "subjectExemptFromDisclosure", "interestedPartyExemptFromDisclosure", "unknown", "informationUnknownToPublisher",
    ]
    description: str | None = None


class Place(msgspec.Struct, gc=False):
    """A country or a jurisdiction."""

    code: str | None = None


class Address(msgspec.Struct, gc=False):
    """An address, of which only the country counts."""

    type: Literal["placeOfBirth", "residence", "registered", "service", "alternative", "business"] | None = None
    country: Place | None = None


class Identifier(msgspec.Struct, gc=False):
    """A number that an authority gave."""

    id: str | None = None
    scheme: str | None = None
    schemeName: str | None = None  # noqa: N815


class EntityType(msgspec.Struct, gc=False):
    """What an entity is."""

    type: Literal["registeredEntity", "legalEntity", "arrangement", "anonymousEntity", "unknownEntity", "state", "stateBody"]


class Name(msgspec.Struct, gc=False):
    """A name of a person."""

    fullName: str | None = None  # noqa: N815


class Listing(msgspec.Struct, gc=False):
    """Whether shares are traded."""

    hasPublicListing: bool  # noqa: N815


class Details(msgspec.Struct, gc=False):
    """What the record says: an entity, a person or a relationship."""

    isComponent: bool  # noqa: N815
    subject: str | Unspecified | None = None
    interestedParty: str | Unspecified | None = None  # noqa: N815
    interests: list[Interest] | None = None
    componentRecords: list[str] | None = None  # noqa: N815
    entityType: EntityType | None = None  # noqa: N815
    name: str | None = None
    jurisdiction: Place | None = None
    identifiers: list[Identifier] | None = None
    addresses: list[Address] | None = None
    publicListing: Listing | None = None  # noqa: N815
    personType: Literal["anonymousPerson", "unknownPerson", "knownPerson"] | None = None  # noqa: N815
    names: list[Name] | None = None
    placeOfResidence: Address | None = None  # noqa: N815
    unspecifiedEntityDetails: Unspecified | None = None  # noqa: N815
    unspecifiedPersonDetails: Unspecified | None = None  # noqa: N815


class Agent(msgspec.Struct, gc=False):
    """Who publishes, or who says."""

    name: str | None = None


class Publication(msgspec.Struct, gc=False):
    """Which version, and who published."""

    bodsVersion: str | None = None  # noqa: N815
    publisher: Agent | None = None


class Source(msgspec.Struct, gc=False):
    """Where the statement comes from."""

    assertedBy: list[Agent] | None = None  # noqa: N815
    description: str | None = None
    url: str | None = None


class Statement(msgspec.Struct, gc=False):
    """One statement on one record."""

    statementId: str  # noqa: N815
    recordId: str  # noqa: N815
    recordType: Literal["entity", "person", "relationship"]  # noqa: N815
    recordDetails: Details  # noqa: N815
    declarationSubject: str | None = None  # noqa: N815
    recordStatus: Literal["new", "updated", "closed"] | None = None  # noqa: N815
    statementDate: str | None = None  # noqa: N815
    publicationDetails: msgspec.Raw = msgspec.Raw(b"null")  # noqa: N815
    source: msgspec.Raw = msgspec.Raw(b"null")


class Older(msgspec.Struct, gc=False):
    """What tells a statement of versions 0.1 to 0.3."""

    statementID: str | None = None  # noqa: N815
    statementType: str | None = None  # noqa: N815
    publicationDetails: Publication | None = None  # noqa: N815
