"""What clients of the common management API read: processes, agreements, catalogues, data addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from egide.dataspace.deciding import terms
from egide.dataspace.machines import Kind, Side
from egide.dataspace.managed.defined import milliseconds
from egide.dataspace.managed.reading import EDC, PROTOCOL
from egide.dataspace.processes.process import Process

CONTEXT = {
    "@vocab": EDC, "edc": EDC, "odrl": "http://www.w3.org/ns/odrl/2/", "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/", "dspace": "https://w3id.org/dspace/2025/1/",
}  # fmt: skip
_ODRL = ("permission", "prohibition", "obligation", "duty", "consequence", "remedy", "constraint", "refinement", "action", "leftOperand",
         "operator", "rightOperand", "target", "assigner", "assignee", "hasPolicy", "profile", "and", "or", "xone", "andSequence")
NAMES: Mapping[str, str] = {
    **{name: f"odrl:{name}" for name in _ODRL}, "dataset": "dcat:dataset", "distribution": "dcat:distribution", "service": "dcat:service",
    "accessService": "dcat:accessService", "endpointURL": "dcat:endpointUrl", "format": "dct:format", "title": "dct:title",
    "description": "dct:description", "participantId": "dspace:participantId", "keyword": "dcat:keyword",
}  # fmt: skip
TYPES: Mapping[str, str] = {
    "Catalog": "dcat:Catalog", "Dataset": "dcat:Dataset", "Distribution": "dcat:Distribution", "DataService": "dcat:DataService",
    "Offer": "odrl:Offer", "Agreement": "odrl:Agreement",
}  # fmt: skip
_TERMS = frozenset({"action", "leftOperand", "operator"})


def prefixed(value: Any, under: str = "") -> Any:
    """A message of the protocol with the prefixes that this API's clients look for."""
    if isinstance(value, list):
        return [prefixed(one, under) for one in value]
    if isinstance(value, dict):
        return {NAMES.get(name, name): TYPES.get(str(one), one) if name == "@type" else prefixed(one, name)
                for name, one in value.items() if name != "@context"}  # fmt: skip
    if under in _TERMS and isinstance(value, str):
        return {"@id": value if ":" in value else f"odrl:{value}"}
    return {"@id": value} if under in {"format", "target", "assigner", "assignee"} else value


def negotiation(process: Process) -> dict[str, Any]:
    """A negotiation."""
    return {
        **_process(process), "@type": "ContractNegotiation",
        **({"contractAgreementId": process.agreement} if process.agreement else {}), "assetId": process.subject,
    }  # fmt: skip


def transfer(process: Process) -> dict[str, Any]:
    """A transfer."""
    return {
        **_process(process), "@type": "TransferProcess", "contractId": process.subject, "contractAgreementId": process.subject,
        "transferType": process.body.get("format"), "stateTimestamp": milliseconds(process.updated_at),
    }  # fmt: skip


def _process(process: Process) -> dict[str, Any]:
    said = "; ".join(str(one["text"]) for one in process.reason or ())
    return {
        "@id": process.pid, "type": process.side.value.upper(), "protocol": PROTOCOL, "state": process.state.value,
        "counterPartyId": process.peer, "counterPartyAddress": process.address, "correlationId": process.peer_pid or "",
        "callbackAddresses": [], "createdAt": milliseconds(process.created_at), **({"errorDetail": said} if said else {}),
    }  # fmt: skip


def agreement(process: Process, participant: str) -> dict[str, Any]:
    """The agreement that a negotiation ended in. ``participant``: who we are."""
    agreed = process.body.get("agreement", {})
    ours_first = (participant, process.peer) if process.side is Side.PROVIDER else (process.peer, participant)
    return {
        "@id": process.agreement, "@type": "ContractAgreement", "assetId": process.subject, "providerId": ours_first[0],
        "consumerId": ours_first[1], "contractSigningDate": int(process.updated_at.timestamp()),
        "policy": {"@id": process.agreement, "@type": "odrl:Agreement", **prefixed(terms(agreed))},
    }  # fmt: skip


def reference(process: Process, negotiated: Process | None) -> dict[str, Any]:
    """An entry of the references to data that has started to flow."""
    return {
        "@id": process.pid, "@type": "EndpointDataReferenceEntry", "transferProcessId": process.pid, "agreementId": process.subject,
        "providerId": process.peer, "createdAt": milliseconds(process.updated_at),
        **({"assetId": negotiated.subject, "contractNegotiationId": negotiated.pid} if negotiated else {}),
    }  # fmt: skip


def data_address(process: Process) -> dict[str, Any]:
    """Where the data of a transfer is to be pulled, and with what token."""
    given = process.body.get("data-address", {})
    properties = {one["name"]: one["value"] for one in given.get("endpointProperties", ())}
    endpoint = {"endpoint": given["endpoint"]} if "endpoint" in given else {}
    return {"@type": "DataAddress", "type": given.get("endpointType", ""), **endpoint, **properties}


WRITTEN = {Kind.NEGOTIATION: negotiation, Kind.TRANSFER: transfer}
