"""The messages of a contract negotiation (negotiation/*.json)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType, field

from egide.dataspace.messages.context import Contextual
from egide.dataspace.messages.policy import Agreement, MessageOffer, TargetedOffer, fits

Reasons = Annotated[list[Any], Meta(min_length=1)]


class Pair(Contextual, kw_only=True):
    """Both sides' names for one process."""

    provider_pid: str = field(name="providerPid")
    consumer_pid: str = field(name="consumerPid")


class Reasoned(Pair, kw_only=True):
    """With a code, and reasons of any form."""

    code: str | UnsetType = UNSET
    reason: Reasons | UnsetType = UNSET


class RequestMessage(Contextual, kw_only=True):
    """The consumer asks for an offer: the first time with where to answer, later with the provider's name for the negotiation."""

    type: Literal["ContractRequestMessage"] = field(name="@type", default="ContractRequestMessage")
    consumer_pid: str = field(name="consumerPid")
    provider_pid: str | UnsetType = field(name="providerPid", default=UNSET)
    offer: dict[str, Any]
    callback: str | UnsetType = field(name="callbackAddress", default=UNSET)

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.callback is UNSET) == (self.provider_pid is UNSET):
            raise ValueError("a request has either a `callbackAddress` or a `providerPid`")
        fits(self.offer, MessageOffer, "offer")


class OfferMessage(Contextual, kw_only=True):
    """The provider makes an offer: the first time with where to answer, later with the consumer's name for the negotiation."""

    type: Literal["ContractOfferMessage"] = field(name="@type", default="ContractOfferMessage")
    provider_pid: str = field(name="providerPid")
    consumer_pid: str | UnsetType = field(name="consumerPid", default=UNSET)
    offer: dict[str, Any]
    callback: str | UnsetType = field(name="callbackAddress", default=UNSET)

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.callback is UNSET) == (self.consumer_pid is UNSET):
            raise ValueError("an offer has either a `callbackAddress` or a `consumerPid`")
        fits(self.offer, TargetedOffer, "offer")


class AgreementMessage(Pair, kw_only=True):
    """The provider agrees."""

    type: Literal["ContractAgreementMessage"] = field(name="@type", default="ContractAgreementMessage")
    agreement: dict[str, Any]

    def __post_init__(self) -> None:
        super().__post_init__()
        fits(self.agreement, Agreement, "agreement")


class AgreementVerification(Pair, kw_only=True):
    """The consumer has verified the agreement."""

    type: Literal["ContractAgreementVerificationMessage"] = field(name="@type", default="ContractAgreementVerificationMessage")


class NegotiationEvent(Pair, kw_only=True):
    """The consumer accepts an offer, or the provider makes the agreement final."""

    type: Literal["ContractNegotiationEventMessage"] = field(name="@type", default="ContractNegotiationEventMessage")
    event: Literal["ACCEPTED", "FINALIZED"] = field(name="eventType")


class NegotiationTermination(Reasoned, kw_only=True):
    """Either side ends the negotiation."""

    type: Literal["ContractNegotiationTerminationMessage"] = field(name="@type", default="ContractNegotiationTerminationMessage")


class Negotiation(Pair, kw_only=True):
    """Where a negotiation stands."""

    type: Literal["ContractNegotiation"] = field(name="@type", default="ContractNegotiation")
    state: Literal["REQUESTED", "OFFERED", "ACCEPTED", "AGREED", "VERIFIED", "FINALIZED", "TERMINATED"]


class NegotiationError(Reasoned, kw_only=True):
    """A message was refused; nothing changed."""

    type: Literal["ContractNegotiationError"] = field(name="@type", default="ContractNegotiationError")
