"""What travels between two connectors: the messages of the Dataspace Protocol 2025-1, as types.

They accept and refuse what the published JSON Schemas do (https://w3id.org/dspace/2025/1/); the tests hold both to the same bodies.
Policies and data addresses stay as they came, key for key, beside being checked: an offer is echoed unchanged.
"""

from __future__ import annotations

from egide.dataspace.messages.catalogue import Catalogue, CatalogueError, CatalogueRequest, Dataset, DatasetRequest
from egide.dataspace.messages.context import CONTEXT, Expand
from egide.dataspace.messages.discovery import DidService, ProtocolVersion, ProtocolVersions
from egide.dataspace.messages.negotiation import (
    AgreementMessage,
    AgreementVerification,
    Negotiation,
    NegotiationError,
    NegotiationEvent,
    NegotiationTermination,
    OfferMessage,
    RequestMessage,
)
from egide.dataspace.messages.policy import Agreement, CatalogueOffer, MessageOffer
from egide.dataspace.messages.reading import MAX_BODY_BYTES, UnfitMessageError, decoded, encode, typed
from egide.dataspace.messages.transfer import (
    DataAddress,
    Transfer,
    TransferCompletion,
    TransferError,
    TransferRequest,
    TransferStart,
    TransferSuspension,
    TransferTermination,
)

__all__ = [
    "CONTEXT", "MAX_BODY_BYTES", "Agreement", "AgreementMessage", "AgreementVerification", "Catalogue", "CatalogueError", "CatalogueOffer",
    "CatalogueRequest", "DataAddress", "Dataset", "DatasetRequest", "DidService", "Expand", "MessageOffer", "Negotiation",
    "NegotiationError", "NegotiationEvent", "NegotiationTermination", "OfferMessage", "ProtocolVersion", "ProtocolVersions",
    "RequestMessage", "Transfer", "TransferCompletion", "TransferError", "TransferRequest", "TransferStart", "TransferSuspension",
    "TransferTermination", "UnfitMessageError", "decoded", "encode", "typed",
]  # fmt: skip
