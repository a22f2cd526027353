"""A provider's dossier: what it says of one offer, with who said it, when, and on what evidence.

One body of facts serves every scheme. Nothing here judges; what nobody said is absent, never no.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.ownership.holdings import Register
    from egide.vocabulary.facts import Claim
    from egide.vocabulary.findings import Problem
    from egide.vocabulary.offers import Period


class Assurance(StrEnum):
    """How much stands behind a statement, weakest first."""

    DECLARED = "declared"
    AUDITED = "audited"
    """Somebody who is not the issuer looked."""
    ATTESTED = "attested"
    """A body that may certify it did."""


class EvidenceKind(StrEnum):
    """How a requirement is shown to be met."""

    DOCUMENT = "document"
    INTERVIEW = "interview"
    TEST = "test"
    SAMPLE = "sample"


class AccessKind(StrEnum):
    """Why somebody reaches a component."""

    ADMINISTRATION = "administration"
    SUPPORT = "support"
    TELEMETRY = "telemetry"
    UPDATES = "updates"
    KEYS = "keys"
    ESCROW = "escrow"
    DATA = "data"
    """Components that pass data to each other."""


class PathState(StrEnum):
    """What is known of an access path, or of the control that cuts it."""

    TESTED = "tested"
    DECLARED = "declared"
    UNTESTED = "untested"


class Relation(StrEnum):
    """What a layer does with a requirement, in OSCAL's words."""

    PROVIDED = "provided"
    RESPONSIBILITY = "responsibility"
    INHERITED = "inherited"
    SATISFIED = "satisfied"


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim of the dossier with what stands behind it."""

    claim: Claim
    assurance: Assurance = Assurance.DECLARED
    until: date | None = None
    """The last day on which it holds, when it says so."""
    evidence: tuple[str, ...] = ()
    """Identifiers of documents of the binder."""


@dataclass(frozen=True, slots=True)
class Document:
    """One piece of evidence: a file of the binder, or an interview, test or sample that is recorded in one."""

    id: str
    title: str
    kind: EvidenceKind
    assurance: Assurance
    issuer: str
    on: date
    """The day it speaks of."""
    until: date | None
    """Its own last day; the scheme's freshness may end it earlier."""
    scope: str
    covers: tuple[str, ...]
    """``scheme#requirement`` or ``scheme#prefix.*``; a bare number belongs to SecNumCloud 3.2."""
    file: str | None = None
    digest: str | None = None
    """SHA-256 as written in the index, in hexadecimal."""
    found: str | None = None
    """SHA-256 of the file as it is; None when the file is not there. Differs from `digest`: the file has changed."""
    standard: str | None = None
    """The standard that a certificate attests (``iso-27001``, ``bsi-c5`` …), a token of the schemes."""
    outcome: str = "conforms"
    """``conforms``, ``partial`` or ``does-not-conform``: what the document concludes."""
    findings: tuple[str, ...] = ()
    """The reservations that it states, in its words."""


@dataclass(frozen=True, slots=True)
class Supplier:
    """A third party used for the service: sub-processor, supplier, licensor, support (15.1.a), at any level."""

    id: str
    """Also its identifier among the parties of ownership."""
    name: str
    role: str
    """``sub-processor``, ``supplier``, ``licensor``, ``support``, ``host``."""
    provides: str
    under: str | None = None
    """The supplier that employs it; None when it is the provider's own."""
    seat: str | None = None
    administration: str | None = None
    establishment: str | None = None
    data: frozenset[str] | None = None
    """``customer``, ``technical``: what it processes by contract; empty for none; None when nobody said."""
    countries: frozenset[str] | None = None
    """From where it works."""
    qualified: Period | None = None
    """Days on which it is itself qualified for what it provides."""
    contract_end: date | None = None
    statements: Mapping[str, Statement] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the service: what runs, who operates it, which data it holds."""

    id: str
    name: str
    operated_by: str
    """A supplier, or the provider itself."""
    holds: frozenset[str] = frozenset()
    """``customer``, ``technical``."""
    layer: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """One way from a party or a component to a component, and the control that is said to cut it."""

    id: str
    source: str
    target: str
    kind: AccessKind
    state: PathState
    """Whether the way was seen to be open by a test, is declared, or was looked at by nobody."""
    control: str | None = None
    """What is to stop data on this way (a bastion with four eyes, an offline update, keys kept by the customer)."""
    control_state: PathState | None = None
    """Whether that control was tested, declared or untested; only a tested one cuts."""
    effort: int | None = None
    """Days of work to put a tested control there, as the provider estimates; None when not estimated."""
    evidence: tuple[str, ...] = ()
    origin: str = ""
    """The record it was read from: a file and row of IAM, bastion, keys or egress, or the dossier."""
    on: date | None = None
    """The day on which the way or its control was looked at, when a record says so."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a function of the service stands on: every one of `needs`, each being any one of its alternatives."""

    id: str
    name: str
    needs: tuple[tuple[str, ...], ...]
    """Each inner tuple holds alternatives: suppliers, other functions, or ``own-skills``."""
    days: Mapping[str, int | None] = field(default_factory=dict)
    """For a supplier: how many days the function goes on once cut from it (0: at once; None: not known)."""
    essential: bool = True
    """Whether the service is interrupted when this function stops."""


@dataclass(frozen=True, slots=True)
class CatalogueLine:
    """A line of ANSSI's catalogue, as `app` hands it over from the catalogue room."""

    offer: str
    status: str
    """``qualified``, ``in-progress``, ``expired``, ``none``."""
    framework: str | None
    start: date | None
    end: date | None
    source: str
    read: str
    as_of: date


@dataclass(frozen=True, slots=True)
class Base:
    """An offer underneath: its dossier when it is at hand, its catalogue line when it has one."""

    offer: str
    name: str
    provides: str
    """The layer it is: ``site``, ``IaaS``, ``CaaS``, ``PaaS``, ``technology``."""
    dossier: Dossier | None = None
    line: CatalogueLine | None = None
    inherits: tuple[str, ...] = ()
    """Requirements that this layer provides for those above: numbers or ``prefix.*``."""
    leaves: Mapping[str, str] = field(default_factory=dict)
    """Requirement (or ``prefix.*``) to the responsibility it leaves to the layer above, in its words."""


@dataclass(frozen=True, slots=True)
class Answered:
    """How this offer answers a responsibility that a base leaves to it."""

    base: str
    requirement: str
    how: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk of 5.3: its cause, its treatment, what remains and who accepted it."""

    id: str
    title: str
    law: str | None
    """The law of a third country that it comes from; None for other risks."""
    country: str | None
    treatment: str
    residual: str | None
    """``low``, ``medium``, ``high``; None when not assessed."""
    accepted_by: str | None
    """A role."""
    accepted_on: date | None
    requirements: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TechnicalData:
    """One line of the inventory of technical data (19.2.d)."""

    kind: str
    """``identities``, ``network``, ``infrastructure-logs``, ``directory``, ``certificates``, ``access-configuration``, or another."""
    where: frozenset[str] | None
    """Countries; None when not known."""
    component: str | None
    held_by: str
    retention_days: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the provider's own road: given, or to be planned by `egide.label.road`."""

    id: str
    title: str
    owner: str
    """A role."""
    days: int
    """Working time needed, in calendar days."""
    after: tuple[str, ...] = ()
    done_on: date | None = None
    not_before: date | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """Whom 19.6.f tells: a customer or a class of customers, by name of the body only."""

    id: str
    name: str
    role: str = "customer"
    """``customer``, ``anssi``, ``evaluator``."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is said of one offer."""

    id: str
    name: str
    provider: str
    """The company's identifier among the parties of ownership."""
    provider_name: str
    kinds: tuple[str, ...]
    """IaaS, CaaS, PaaS, SaaS."""
    perimeter: str
    statements: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)
    """Facts of `egide.label.facts` by name; several statements when several issuers speak."""
    objectives: Mapping[str, Statement] = field(default_factory=dict)
    """``eu-csf-1.2.1#SOV-1`` … to the level that the provider claims, with its evidence."""
    documents: tuple[Document, ...] = ()
    suppliers: tuple[Supplier, ...] = ()
    components: tuple[Component, ...] = ()
    accesses: tuple[Access, ...] = ()
    needs: tuple[Need, ...] = ()
    bases: tuple[Base, ...] = ()
    answered: tuple[Answered, ...] = ()
    risks: tuple[Risk, ...] = ()
    technical_data: tuple[TechnicalData, ...] = ()
    steps: tuple[Step, ...] = ()
    requested_on: date | None = None
    """J0: the day of the request for qualification."""
    customers: tuple[Customer, ...] = ()
    register: Register | None = None
    """Who holds the provider and its suppliers."""
    line: CatalogueLine | None = None
    """The offer's own line of the catalogue; None when it has none."""
    owners: Mapping[str, str] = field(default_factory=dict)
    """Requirement (or ``prefix.*``) to the role that answers for it."""
    efforts: Mapping[str, int] = field(default_factory=dict)
    """Requirement (or ``prefix.*``) to the provider's own estimate of what closing a gap costs, in euros."""
    digest: str = ""
    """SHA-256 over the files that it was read from."""
    problems: tuple[Problem, ...] = ()
    same_as: tuple[str, ...] = ()
    """What credentials call the offer, besides its identifier."""
