"""How a provider writes a dossier: the shapes of `offer.yaml` and `binder.yaml`, strict and bounded.

A key that is not here is refused with its path: a misspelt key would otherwise be a fact that nobody stated.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

from egide.label.dossier import AccessKind, Assurance, EvidenceKind, PathState
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.yaml import read_yaml

MAX_ITEMS = 20_000

Word = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$(?!\n)")]
"""One line, with nothing that a terminal would take for a command."""
Words = Annotated[str, Meta(max_length=20_000)]
Country = Annotated[str, Meta(pattern="^[A-Z]{2}$")]
Asked = Annotated[str, Meta(max_length=200, pattern=r"^([a-z0-9][a-z0-9.\-]*#)?([A-Za-z0-9][A-Za-z0-9.\-]*(\.\*)?|\*)$(?!\n)")]
"""A requirement, ``prefix.*`` or ``*``, after ``scheme#`` or alone."""
Digest = Annotated[str, Meta(pattern=r"^(sha256:)?[0-9A-Fa-f]{64}$")]
Days = Annotated[int, Meta(ge=0, le=36_600)]
Euros = Annotated[int, Meta(ge=0, le=10**12)]
Level = Annotated[int, Meta(ge=0, le=4)]
Scope = Literal["IaaS", "CaaS", "PaaS", "SaaS"]
DataHeld = Literal["customer", "technical"]
T = TypeVar("T")


class Shape(msgspec.Struct, forbid_unknown_fields=True):
    """What every shape shares: no key of its own invention."""


class OfferShape(Shape):
    """Which offer, of whom, in which perimeter."""

    id: Word
    name: Word
    provider: Word
    provider_name: Word
    kinds: Annotated[list[Scope], Meta(min_length=1, max_length=4)]
    perimeter: Words = ""
    catalogue: Word | None = None
    """The identifier of the offer's own line in the catalogue."""
    on: date | None = None
    """The day on which the plain statements of this file were made."""
    same_as: Annotated[list[Word], Meta(max_length=20)] = []
    """What credentials call this offer: identifiers of their subjects, or their own."""


class StatementShape(Shape, kw_only=True):
    """One statement of a fact, with what stands behind it."""

    value: Any
    issuer: Word | None = None
    on: date | None = None
    until: date | None = None
    source: Words | None = None
    read: Literal["primary", "secondary"] = "primary"
    assurance: Assurance = Assurance.DECLARED
    evidence: list[Word] = []


class BackingShape(Shape, kw_only=True):
    """What stands behind a field of a supplier, whose value is the field itself; only `controlled_by_third` gives its own."""

    value: bool | None = None
    issuer: Word | None = None
    on: date | None = None
    until: date | None = None
    source: Words | None = None
    read: Literal["primary", "secondary"] = "primary"
    assurance: Assurance = Assurance.DECLARED
    evidence: list[Word] = []


class DaysShape(Shape, rename={"start": "from", "end": "to"}):
    """From a day to a day, both included; a side left out is open."""

    start: date | None = None
    end: date | None = None


class SupplierFields(Shape):
    """What is said of a third party, whether it is there or comes."""

    id: Word
    name: Word
    role: Literal["sub-processor", "supplier", "licensor", "support", "host"]
    provides: Words
    under: Word | None = None
    seat: Country | None = None
    administration: Country | None = None
    establishment: Country | None = None
    data: list[DataHeld] | None = None
    countries: list[Country] | None = None
    qualified: DaysShape | None = None
    contract_end: date | None = None


class SupplierShape(SupplierFields):
    """A third party at any level."""

    statements: dict[Word, BackingShape] = {}
    """Field name to what stands behind it."""


class ComponentShape(Shape):
    """A part of the service."""

    id: Word
    name: Word
    operated_by: Word
    holds: list[DataHeld] = []
    layer: Annotated[str, Meta(max_length=200)] = ""


class AccessShape(Shape):
    """One way from a party or component to a component."""

    source: Word
    target: Word
    kind: AccessKind
    id: Word | None = None
    state: PathState = PathState.DECLARED
    control: Words | None = None
    control_state: PathState | None = None
    effort: Days | None = None
    evidence: list[Word] = []
    on: date | None = None
    """The day on which somebody looked."""
    origin: Words | None = None
    """Where it was found, when that is not this file."""


class NeedShape(Shape):
    """A function and what it stands on; a list among `needs` holds alternatives."""

    id: Word
    name: Word
    needs: Annotated[list[Word | Annotated[list[Word], Meta(min_length=1, max_length=100)]], Meta(max_length=500)]
    days: dict[Word, Days | None] = {}
    essential: bool = True


class RecordsShape(Shape):
    """Files of access records, beside the dossier."""

    iam: Word | None = None
    bastion: Word | None = None
    keys: Word | None = None
    egress: Word | None = None


class BaseShape(Shape):
    """An offer underneath."""

    offer: Word
    provides: Literal["site", "IaaS", "CaaS", "PaaS", "technology"]
    name: Word | None = None
    dossier: Word | None = None
    catalogue: Word | None = None
    inherits: list[Asked] = []
    leaves: dict[Asked, Words] = {}


class AnsweredShape(Shape):
    """How a responsibility left by a base is answered."""

    base: Word
    requirement: Asked
    how: Words
    evidence: list[Word] = []


class RiskShape(Shape):
    """One risk and its treatment."""

    id: Word
    title: Words
    treatment: Words
    law: Words | None = None
    country: Country | None = None
    residual: Literal["low", "medium", "high"] | None = None
    accepted_by: Word | None = None
    accepted_on: date | None = None
    requirements: list[Asked] = []
    evidence: list[Word] = []


class TechnicalDataShape(Shape):
    """One line of the inventory of technical data."""

    kind: Word
    held_by: Word
    where: list[Country] | None = None
    component: Word | None = None
    retention_days: Days | None = None


class StepShape(Shape):
    """One step of the road."""

    id: Word
    title: Words
    owner: Word
    days: Days
    after: list[Word] = []
    done_on: date | None = None
    not_before: date | None = None


class CustomerShape(Shape):
    """Somebody who is told of changes."""

    id: Word
    name: Word
    role: Literal["customer", "anssi", "evaluator"] = "customer"


class ObjectiveShape(Shape):
    """The level that the provider claims for one objective."""

    level: Level
    issuer: Word | None = None
    on: date | None = None
    until: date | None = None
    source: Words | None = None
    read: Literal["primary", "secondary"] = "primary"
    assurance: Assurance = Assurance.DECLARED
    evidence: list[Word] = []


class DossierShape(Shape):
    """The whole of `offer.yaml`."""

    offer: OfferShape
    ownership: Annotated[list[Word], Meta(max_length=100)] = []
    facts: Annotated[dict[Word, Any], Meta(max_length=1_000)] = {}
    suppliers: Annotated[list[SupplierShape], Meta(max_length=MAX_ITEMS)] = []
    components: Annotated[list[ComponentShape], Meta(max_length=MAX_ITEMS)] = []
    accesses: Annotated[list[AccessShape], Meta(max_length=MAX_ITEMS)] = []
    needs: Annotated[list[NeedShape], Meta(max_length=MAX_ITEMS)] = []
    records: RecordsShape = msgspec.field(default_factory=RecordsShape)
    built_on: Annotated[list[BaseShape], Meta(max_length=100)] = []
    answered: Annotated[list[AnsweredShape], Meta(max_length=MAX_ITEMS)] = []
    risks: Annotated[list[RiskShape], Meta(max_length=MAX_ITEMS)] = []
    technical_data: Annotated[list[TechnicalDataShape], Meta(max_length=MAX_ITEMS)] = []
    steps: Annotated[list[StepShape], Meta(max_length=1_000)] = []
    requested_on: date | None = None
    customers: Annotated[list[CustomerShape], Meta(max_length=MAX_ITEMS)] = []
    owners: dict[Asked, Word] = {}
    efforts: dict[Asked, Euros] = {}
    objectives: dict[Word, ObjectiveShape] = {}
    evidence: Word | None = None
    """The folder that holds the binder."""


class DocumentShape(Shape):
    """One entry of the binder."""

    id: Word
    title: Words
    kind: EvidenceKind
    issuer: Word
    on: date
    assurance: Assurance = Assurance.DECLARED
    until: date | None = None
    scope: Words = ""
    covers: Annotated[list[Asked], Meta(max_length=1_000)] = []
    file: Annotated[str, Meta(min_length=1, max_length=500)] | None = None
    digest: Digest | None = None
    standard: Word | None = None
    outcome: Literal["conforms", "partial", "does-not-conform"] = "conforms"
    findings: Annotated[list[Words], Meta(max_length=1_000)] = []


class BinderShape(Shape):
    """The whole of `binder.yaml`, as the schema shows it; reading takes each document by itself."""

    documents: Annotated[list[DocumentShape], Meta(max_length=MAX_ITEMS)] = []


def schema(shape: type[Shape] = DossierShape) -> dict[str, Any]:
    """The JSON schema of `offer.yaml`, or of the shape given, for editors that check while typing."""
    return msgspec.json.schema(shape)


def convert(value: object, shape: type[T], file: str, path: str = "$") -> T:
    """The value in that shape; raises `InputError` with the path of what is wrong."""
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        message, below = split(error)
        raise InputError(message, Location(file, path=path + below)) from error


def read(content: bytes, shape: type[T], file: str) -> T:
    """The file in that shape, a heading with nothing under it left out; raises `InputError` with the line or path of what is wrong."""
    whole = read_yaml(content, file)
    if isinstance(whole, dict):
        whole = {name: value for name, value in whole.items() if value is not None}
    return convert(whole, shape, file)


def split(error: msgspec.ValidationError) -> tuple[str, str]:
    """What msgspec says is wrong, and the path below the value that it was given."""
    found = re.match(r"^(?P<message>.*?)(?: - at `\$(?P<path>.*)`)?$", str(error), re.DOTALL)
    return (found["message"], found["path"] or "") if found else (str(error), "")
