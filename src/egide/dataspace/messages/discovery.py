"""How a connector is found: its protocol versions, and the services of a DID document (schemas in `common`)."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from egide.dataspace.messages.context import be_of_the_protocol

VERSION = "2025-1"
WELL_KNOWN = "/.well-known/dspace-version"
DID_CONTEXT = "https://www.w3.org/ns/did/v1"
CATALOGUE_ENDPOINT = re.compile(r"https?://.*?/catalog$")
"""As the schema has it, for either kind of service; the example of a `DataService` that is published beside it does not fit."""


class Auth(Struct, kw_only=True):
    """How one proves who one is."""

    protocol: str
    version: str
    profile: list[str] | UnsetType = UNSET


class ProtocolVersion(Struct, kw_only=True):
    """A version and where it is spoken."""

    version: str
    path: str
    binding: Literal["HTTPS"]
    identifier_type: str | UnsetType = field(name="identifierType", default=UNSET)
    service_id: str | UnsetType = field(name="serviceId", default=UNSET)
    auth: Auth | UnsetType = UNSET


class ProtocolVersions(Struct, kw_only=True):
    """All the versions of a connector."""

    versions: Annotated[list[ProtocolVersion], Meta(min_length=1)] = field(name="protocolVersions")


class DidService(Struct, kw_only=True):
    """A service of a DID document that leads to a catalogue or to a connector."""

    context: list[str] | UnsetType = field(name="@context", default=UNSET)
    id: str
    type: Literal["DataService", "CatalogService"]
    endpoint: str = field(name="serviceEndpoint")

    def __post_init__(self) -> None:
        if self.context is not UNSET:
            be_of_the_protocol(self.context)
            if DID_CONTEXT not in self.context:
                raise ValueError(f"`@context` does not name {DID_CONTEXT}")
        if not CATALOGUE_ENDPOINT.search(self.endpoint):
            raise ValueError("`serviceEndpoint` does not end in /catalog")
