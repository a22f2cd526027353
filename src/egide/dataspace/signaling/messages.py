"""The messages of Data Plane Signaling 1.0-RC3 (signaling.md, «Data Flow API» and «Registration»), as types.

A `DataAddress` is the Dataspace Protocol's; its `@type` may be left out, as the specification's own examples do. Whoever receives a message
ignores members that it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar
from uuid import uuid4

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from egide.dataspace.messages.policy import fits
from egide.dataspace.messages.transfer import DataAddress
from egide.dataspace.signaling.life import Flowing
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_

M = TypeVar("M", bound=Struct)
MAX_BODY_BYTES = 1024 * 1024
Name = Annotated[str, Meta(min_length=1, max_length=2000)]
Address = dict[str, Any] | UnsetType
HTTP_PULL, HTTP_PUSH = "https://w3id.org/dspace-sig/profile/http-pull", "https://w3id.org/dspace-sig/profile/http-push"
"""The transfer profiles of data over HTTP."""


class UnfitSignalError(EgideError):
    """A body that is no message of the signaling, or not the one that was expected there."""

    def __init__(self, problem: str) -> None:
        super().__init__(N_("not a message of data plane signaling: {problem}"), {"problem": problem[:500]})
        self.problem = problem[:500]


def whole(address: Mapping[str, Any]) -> dict[str, Any]:
    """An address with the types that the Dataspace Protocol demands and signaling leaves out."""
    properties = address.get("endpointProperties")
    made = {"@type": "DataAddress", **address}
    if isinstance(properties, list):
        made["endpointProperties"] = [{"@type": "EndpointProperty", **one} if isinstance(one, dict) else one for one in properties]
    return made


def _be_an_address(given: Address) -> None:
    if given is not UNSET:
        fits(whole(given), DataAddress, "dataAddress")


class Message(Struct, kw_only=True, rename="camel", omit_defaults=True):
    """Each has a name of its own."""

    message_id: Name


class Prepare(Message, kw_only=True):
    """Make ready to receive, or to pull (`DataFlowPrepareMessage`)."""

    participant_id: Name
    counter_party_id: Name
    dataspace_context: str
    data_flow_id: Name
    agreement_id: Name
    dataset_id: str
    profile: Name
    claims: dict[str, Any]
    labels: list[str] | UnsetType = UNSET
    metadata: dict[str, Any] | UnsetType = UNSET


class Start(Prepare, kw_only=True):
    """Begin to send, or let the data be pulled (`DataFlowStartMessage`); with an address where it is to be pushed."""

    data_address: Address = UNSET

    def __post_init__(self) -> None:
        _be_an_address(self.data_address)


class Started(Message, kw_only=True):
    """The other side has begun (`DataFlowStartedNotificationMessage`); also what resumes a flow (`DataFlowResumeMessage`)."""

    data_address: Address = UNSET

    def __post_init__(self) -> None:
        _be_an_address(self.data_address)


class Stop(Message, kw_only=True):
    """Rest, or end (`DataFlowSuspendMessage`, `DataFlowTerminateMessage`)."""

    reason: str | UnsetType = UNSET


class Status(Message, kw_only=True):
    """Where a flow stands (`DataFlowStatusMessage`). ``data_flow_id``: may be left out where the address names it."""

    state: Flowing
    data_flow_id: str | UnsetType = UNSET
    data_address: Address = UNSET
    error: str | UnsetType = UNSET

    def __post_init__(self) -> None:
        _be_an_address(self.data_address)


class Authorization(Struct, kw_only=True, rename="camel", omit_defaults=True):
    """How the one who registers is spoken to; `oauth2_client_credentials` (RFC 6749, 4.4) is what is known here."""

    type: Name
    token_endpoint: str | UnsetType = UNSET
    client_id: str | UnsetType = UNSET
    client_secret: str | UnsetType = UNSET


class Registration(Struct, kw_only=True, rename="camel", omit_defaults=True):
    """A data plane says what it is (`DataPlaneRegistrationMessage`)."""

    dataplane_id: Name
    endpoint: Name
    profiles: Annotated[list[Name], Meta(min_length=1, max_length=100)]
    labels: Annotated[list[str], Meta(max_length=100)] | UnsetType = UNSET
    authorization: Authorization | UnsetType = UNSET


def read(content: bytes, kind: type[M]) -> M:
    """The message of that kind in a body. Raises `UnfitSignalError`."""
    if len(content) > MAX_BODY_BYTES:
        raise UnfitSignalError(f"more than {MAX_BODY_BYTES} bytes")
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UnfitSignalError(str(error)) from error


def encode(message: Struct) -> bytes:
    """The JSON of a message."""
    return msgspec.json.encode(message)


def fresh() -> str:
    """A name for a message."""
    return str(uuid4())


def given(address: Mapping[str, Any] | None) -> Address:
    """An address as a member of a message."""
    return UNSET if address is None else dict(address)
