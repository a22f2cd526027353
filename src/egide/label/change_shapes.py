"""How a change is written: the shapes of its YAML, one for each kind of step."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from egide.label.dossier import AccessKind, PathState
from egide.label.shapes import Country, Days, DocumentShape, Shape, SupplierFields, Word, Words
from egide.ownership.holdings import Nature, PartyKind, Power

Percent = Annotated[float, Meta(ge=0, le=100)]
"""Of the company, not of what the holder has."""
Between = Annotated[tuple[float, ...], Meta(min_length=2, max_length=2)]
"""The two ends of a range. (A tuple of fixed length inside a union crashes msgspec 0.22 when its collector runs.)"""


class TextShape(Shape):
    """A text in both languages."""

    fr: Words
    en: Words


class PartyShape(Shape):
    """A party that the register does not know yet."""

    name: Word
    kind: PartyKind
    seat: Country | None = None
    administration: Country | None = None
    establishment: Country | None = None
    listed: bool | None = None


class SaleShape(Shape):
    """Shares change hands."""

    holder: Word
    of: Word
    to: Word
    capital: Percent | Literal["all"]
    votes: Percent | Literal["all"]
    party: PartyShape | None = None


class HoldingShape(Shape):
    """A holding that is new, or that replaces the one between the same two."""

    holder: Word
    of: Word
    capital: Percent | Between | None = None
    votes: Percent | Between | None = None
    nature: Nature = Nature.FULL
    dilutes: bool = False
    party: PartyShape | None = None


class PowerShape(Shape):
    """A power that is given or taken away."""

    holder: Word
    of: Word
    power: Power
    ends: bool = False
    party: PartyShape | None = None


class BoughtShape(Shape):
    """Somebody comes to hold that much of a company; the others sell in proportion."""

    company: Word
    by: Word
    capital: Percent = 100.0
    votes: Percent = 100.0
    party: PartyShape | None = None


class CutShape(Shape):
    """A supplier goes."""

    supplier: Word
    replaced_by: Word | None = None


class SupplierAddedShape(SupplierFields):
    """A supplier comes."""

    alternative_to: tuple[Word, ...] = ()


class MovedShape(Shape):
    """A company's places change; those that are not given stay."""

    who: Word
    seat: Country | None = None
    administration: Country | None = None
    establishment: Country | None = None
    countries: list[Country] | None = None


class SiteMovedShape(Shape, rename={"source": "from"}):
    """In each of these lists of countries one replaces another."""

    facts: Annotated[list[Word], Meta(min_length=1)]
    source: Country
    to: Country


class DocumentNamedShape(Shape):
    """A document of the binder."""

    document: Word


class AccessAddedShape(Shape):
    """A new way."""

    id: Word
    source: Word
    target: Word
    kind: AccessKind
    state: PathState = PathState.DECLARED
    control: Words | None = None
    control_state: PathState | None = None
    effort: Days | None = None
    evidence: tuple[Word, ...] = ()


class AccessNamedShape(Shape):
    """A way that ends."""

    access: Word


class AccessControlledShape(Shape):
    """What stands on a way from then on."""

    access: Word
    control: Words | None
    control_state: PathState | None = None
    state: PathState | None = None


class NewBaseShape(Shape):
    """The offer that the service stands on from then on."""

    offer: Word
    provides: Literal["site", "IaaS", "CaaS", "PaaS", "technology"]
    name: Word | None = None
    dossier: Word | None = None
    inherits: tuple[Word, ...] = ()
    leaves: dict[Word, Words] = msgspec.field(default_factory=dict)


class BaseReplacedShape(Shape):
    """A base goes, another may come."""

    base: Word
    by: NewBaseShape | None = None


class QualificationShape(Shape, rename={"start": "from", "end": "to"}):
    """What the catalogue says from then on of a base, or of the offer itself."""

    offer: Word
    status: Literal["qualified", "in-progress", "expired", "none"]
    framework: Word | None = None
    start: date | None = None
    end: date | None = None
    source: Words = ""


class StepShape(Shape):
    """One step: exactly one of these."""

    sale: SaleShape | None = None
    holding: HoldingShape | None = None
    power: PowerShape | None = None
    bought: BoughtShape | None = None
    supplier_cut: CutShape | None = None
    supplier_added: SupplierAddedShape | None = None
    moved: MovedShape | None = None
    site_moved: SiteMovedShape | None = None
    facts: dict[Word, Any] | None = None
    document_withdrawn: DocumentNamedShape | None = None
    document_expired: DocumentNamedShape | None = None
    document_added: DocumentShape | None = None
    access_added: AccessAddedShape | None = None
    access_removed: AccessNamedShape | None = None
    access_controlled: AccessControlledShape | None = None
    base_replaced: BaseReplacedShape | None = None
    qualification: QualificationShape | None = None
    scheme: Word | None = None


class ChangeShape(Shape):
    """The whole file."""

    title: Words | TextShape
    on: date
    changes: Annotated[list[StepShape], Meta(min_length=1, max_length=1_000)]
