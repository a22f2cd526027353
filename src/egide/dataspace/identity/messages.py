"""The messages of the Decentralized Claims Protocol 1.0.1, as types; they accept and refuse what the published JSON Schemas do.

Where the schemas say less than the specification (a credential message's own type, a request's) the type is demanded all the same: a body
of another type is not the message that was expected there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_

CONTEXT = "https://w3id.org/dspace-dcp/v1.0/dcp.jsonld"
MAX_BODY_BYTES = 1024 * 1024
M = TypeVar("M", bound=Struct)


class UnfitClaimsMessageError(EgideError):
    """A body that is no message of the protocol, or not the one that was expected there."""

    def __init__(self, problem: str) -> None:
        super().__init__(N_("not a message of the claims protocol: {problem}"), {"problem": problem[:500]})


class Message(Struct, kw_only=True, omit_defaults=False):
    """What every message has."""

    context: list[str] = field(name="@context", default_factory=lambda: [CONTEXT])

    def __post_init__(self) -> None:
        if CONTEXT not in self.context:
            raise ValueError(f"`@context` does not name {CONTEXT}")


class PresentationQuery(Message, kw_only=True):
    """A verifier asks for presentations: by scope, or by a definition (Presentation Exchange 2)."""

    type: Literal["PresentationQueryMessage"] = "PresentationQueryMessage"
    scope: Annotated[list[str], Meta(min_length=1)] | UnsetType = UNSET
    definition: dict[str, Any] | UnsetType = field(name="presentationDefinition", default=UNSET)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.scope is UNSET and self.definition is UNSET:
            raise ValueError("a query names scopes or a presentation definition")


class PresentationResponse(Message, kw_only=True):
    """The presentations: tokens, or objects with a proof within."""

    type: Literal["PresentationResponseMessage"] = "PresentationResponseMessage"
    presentation: list[dict[str, Any] | str]
    submission: dict[str, Any] | UnsetType = field(name="presentationSubmission", default=UNSET)


class CredentialContainer(Struct, kw_only=True):
    """One issued credential."""

    kind: str = field(name="credentialType")
    payload: str
    format: str


class CredentialMessage(Message, kw_only=True):
    """An issuer delivers what was asked for, or says why not."""

    type: Literal["CredentialMessage"] = "CredentialMessage"
    issuer_pid: str = field(name="issuerPid")
    holder_pid: str | UnsetType = field(name="holderPid", default=UNSET)
    status: Literal["ISSUED", "REJECTED"]
    credentials: list[CredentialContainer] | UnsetType = UNSET
    rejection: str | UnsetType = field(name="rejectionReason", default=UNSET)


class CredentialObject(Struct, kw_only=True):
    """What an issuer can issue."""

    id: str
    type: Literal["CredentialObject"] = "CredentialObject"
    kind: str | UnsetType = field(name="credentialType", default=UNSET)
    schema: str | UnsetType = field(name="credentialSchema", default=UNSET)
    reason: str | UnsetType = field(name="offerReason", default=UNSET)
    binding: list[str] | UnsetType = field(name="bindingMethods", default=UNSET)
    profile: str | UnsetType = UNSET
    policy: dict[str, Any] | UnsetType = field(name="issuancePolicy", default=UNSET)


class CredentialOffer(Message, kw_only=True):
    """An issuer tells a holder what it may ask for."""

    type: Literal["CredentialOfferMessage"] = "CredentialOfferMessage"
    issuer: str
    credentials: list[CredentialObject]


class Wanted(Struct, kw_only=True):
    """One credential that is asked for, by the identifier of what the issuer supports."""

    id: str


class CredentialRequest(Message, kw_only=True):
    """A holder asks for credentials."""

    type: Literal["CredentialRequestMessage"] = "CredentialRequestMessage"
    holder_pid: str = field(name="holderPid")
    credentials: list[Wanted]


class CredentialStatus(Message, kw_only=True):
    """Where a request stands."""

    type: Literal["CredentialStatus"] = "CredentialStatus"
    issuer_pid: str = field(name="issuerPid")
    holder_pid: str = field(name="holderPid")
    status: Literal["RECEIVED", "REJECTED", "ISSUED"]


class Supported(CredentialObject, kw_only=True):
    """What an issuer announces: every member is there."""

    def __post_init__(self) -> None:
        for name in ("kind", "schema", "reason", "binding", "profile"):
            if getattr(self, name) is UNSET:
                raise ValueError(f"a supported credential says its `{name}`")


class IssuerMetadata(Message, kw_only=True):
    """What an issuer can issue."""

    type: Literal["IssuerMetadata"] = "IssuerMetadata"
    issuer: str
    supported: list[Supported] = field(name="credentialsSupported")


def read(content: bytes, kind: type[M]) -> M:
    """The message of that kind in a body. Raises `UnfitClaimsMessageError`."""
    if len(content) > MAX_BODY_BYTES:
        raise UnfitClaimsMessageError(f"more than {MAX_BODY_BYTES} bytes")
    try:
        body = msgspec.json.decode(content, type=dict[str, Any])
        return typed(body, kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UnfitClaimsMessageError(str(error)) from error


def typed(body: Mapping[str, Any], kind: type[M]) -> M:
    """The body as a message of that kind. Raises `UnfitClaimsMessageError`."""
    demanded: Sequence[str] = ("@context", "type") if issubclass(kind, Message) else ("type",)
    for name in demanded:
        if name not in body:
            raise UnfitClaimsMessageError(f"required field `{name}` is missing")
    for one in _objects(body):
        if "type" not in one:
            raise UnfitClaimsMessageError("a credential object has a `type`")
    try:
        return msgspec.convert(body, kind)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise UnfitClaimsMessageError(str(error)) from error


def _objects(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The credential objects in an offer or in an issuer's metadata."""
    if body.get("type") not in ("CredentialOfferMessage", "IssuerMetadata"):
        return []
    found = [one for name in ("credentials", "credentialsSupported") if isinstance(body.get(name), list) for one in body[name]]
    return [one for one in found if isinstance(one, dict)]


def encode(message: Struct) -> bytes:
    """The JSON of a message."""
    return msgspec.json.encode(message)
