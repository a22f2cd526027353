"""The messages of a transfer (transfer/*.json), and where data is to be had or put."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from egide.dataspace.messages.context import Contextual
from egide.dataspace.messages.negotiation import Pair, Reasoned
from egide.dataspace.messages.policy import fits


class EndpointProperty(Struct, kw_only=True):
    """A name and a value."""

    type: Literal["EndpointProperty"] = field(name="@type")
    name: str
    value: str


class DataAddress(Struct, kw_only=True):
    """Where data is had, or put."""

    type: Literal["DataAddress"] = field(name="@type")
    endpoint_type: str = field(name="endpointType")
    endpoint: str | UnsetType = UNSET
    properties: Annotated[list[EndpointProperty], Meta(min_length=1)] | UnsetType = field(name="endpointProperties", default=UNSET)

    def said(self, name: str) -> str | None:
        """The value of a property."""
        return next((one.value for one in self.properties or () if one.name == name), None)


def be_an_address(given: dict[str, Any] | UnsetType) -> None:
    """Raise `ValueError` unless it is a data address, or absent."""
    if given is not UNSET:
        fits(given, DataAddress, "dataAddress")


class TransferRequest(Contextual, kw_only=True):
    """The consumer asks for the data of an agreement; with an address, which stays as it came, when the provider is to push."""

    type: Literal["TransferRequestMessage"] = field(name="@type", default="TransferRequestMessage")
    agreement: str = field(name="agreementId")
    format: str
    callback: str = field(name="callbackAddress")
    consumer_pid: str = field(name="consumerPid")
    data_address: dict[str, Any] | UnsetType = field(name="dataAddress", default=UNSET)

    def __post_init__(self) -> None:
        super().__post_init__()
        be_an_address(self.data_address)


class TransferStart(Pair, kw_only=True):
    """Data may flow; with an address when the consumer is to pull."""

    type: Literal["TransferStartMessage"] = field(name="@type", default="TransferStartMessage")
    data_address: dict[str, Any] | UnsetType = field(name="dataAddress", default=UNSET)

    def __post_init__(self) -> None:
        super().__post_init__()
        be_an_address(self.data_address)


class TransferCompletion(Pair, kw_only=True):
    """All data went over."""

    type: Literal["TransferCompletionMessage"] = field(name="@type", default="TransferCompletionMessage")


class TransferSuspension(Reasoned, kw_only=True):
    """Data stops for now."""

    type: Literal["TransferSuspensionMessage"] = field(name="@type", default="TransferSuspensionMessage")


class TransferTermination(Reasoned, kw_only=True):
    """Data stops for good."""

    type: Literal["TransferTerminationMessage"] = field(name="@type", default="TransferTerminationMessage")


class Transfer(Pair, kw_only=True):
    """Where a transfer stands."""

    type: Literal["TransferProcess"] = field(name="@type", default="TransferProcess")
    state: Literal["REQUESTED", "STARTED", "TERMINATED", "COMPLETED", "SUSPENDED"]


class TransferError(Reasoned, kw_only=True):
    """A message was refused; nothing changed."""

    type: Literal["TransferError"] = field(name="@type", default="TransferError")
