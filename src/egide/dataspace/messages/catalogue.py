"""Catalogues and datasets (catalog/*.json, after DCAT)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from egide.dataspace.messages.context import MINE, Contextual, be_of_the_protocol
from egide.dataspace.messages.policy import CatalogueOffer, fits

Policies = Annotated[list[dict[str, Any]], Meta(min_length=1)]
"""Offers, each as it came."""


class Offering(Struct, kw_only=True):
    """What may have offers."""

    has_policy: Policies | UnsetType = field(name="hasPolicy", default=UNSET)

    def __post_init__(self) -> None:
        for offer in self.has_policy or ():
            fits(offer, CatalogueOffer, "hasPolicy")


class DataService(Struct, kw_only=True):
    """Where data or other catalogues are had."""

    id: str = field(name="@id")
    type: Literal["DataService"] = field(name="@type")
    endpoint: str = field(name="endpointURL")
    serves: Annotated[list[EmbeddedDataset], Meta(min_length=1)] | UnsetType = field(name="servesDataset", default=UNSET)


class Distribution(Offering, kw_only=True):
    """One way to have the data. ``access``: the service, or its name where it stands elsewhere in the catalogue."""

    type: Any = field(name="@type", default=UNSET)
    format: str
    access: str | DataService = field(name="accessService")


class EmbeddedDataset(Offering, kw_only=True):
    """A dataset within a catalogue: never without an offer and a distribution."""

    id: str = field(name="@id")
    type: Any = field(name="@type", default=UNSET)
    distribution: Annotated[list[Distribution], Meta(min_length=1)]
    title: Any = UNSET
    description: Any = UNSET

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.has_policy is UNSET:
            raise ValueError("a dataset has an offer under `hasPolicy`")


class Dataset(EmbeddedDataset, kw_only=True):
    """A dataset alone, as an answer."""

    context: list[str] = field(name="@context", default_factory=lambda: list(MINE))

    def __post_init__(self) -> None:
        super().__post_init__()
        be_of_the_protocol(self.context)


class EmbeddedCatalogue(Struct, kw_only=True):
    """A catalogue within another."""

    id: str = field(name="@id")
    type: Literal["Catalog"] = field(name="@type")
    dataset: Annotated[list[EmbeddedDataset], Meta(min_length=1)] | UnsetType = UNSET
    catalogue: Annotated[list[EmbeddedCatalogue], Meta(min_length=1)] | UnsetType = field(name="catalog", default=UNSET)
    service: Annotated[list[DataService], Meta(min_length=1)] | UnsetType = UNSET
    distribution: Annotated[list[Distribution], Meta(min_length=1)] | UnsetType = UNSET
    has_policy: Any = field(name="hasPolicy", default=UNSET)

    def __post_init__(self) -> None:
        if self.has_policy is not UNSET:
            raise ValueError("a catalogue has no `hasPolicy`")


class Catalogue(EmbeddedCatalogue, kw_only=True):
    """What a provider offers to the one who asks."""

    context: list[str] = field(name="@context", default_factory=lambda: list(MINE))
    participant: str = field(name="participantId")

    def __post_init__(self) -> None:
        super().__post_init__()
        be_of_the_protocol(self.context)


class CatalogueRequest(Contextual, kw_only=True):
    """Asks for a catalogue. What a filter means is left to those who agree on it."""

    type: Literal["CatalogRequestMessage"] = field(name="@type", default="CatalogRequestMessage")
    filter: list[Any] | UnsetType = UNSET


class DatasetRequest(Contextual, kw_only=True):
    """Asks for one dataset."""

    type: Literal["DatasetRequestMessage"] = field(name="@type", default="DatasetRequestMessage")
    dataset: str


class CatalogueError(Contextual, kw_only=True):
    """Why there is no catalogue or dataset."""

    type: Literal["CatalogError"] = field(name="@type", default="CatalogError")
    code: str | UnsetType = UNSET
    reason: list[Any] | UnsetType = UNSET
