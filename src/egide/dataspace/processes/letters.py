"""The message of each step as the protocol has it: where it is posted, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from egide.dataspace.machines import Kind, Side, Step
from egide.dataspace.messages.context import MINE
from egide.dataspace.processes.outbox import Letter

TYPES: Mapping[tuple[Kind, Step], str] = {
    (Kind.NEGOTIATION, Step.REQUEST): "ContractRequestMessage",
    (Kind.NEGOTIATION, Step.OFFER): "ContractOfferMessage",
    (Kind.NEGOTIATION, Step.ACCEPT): "ContractNegotiationEventMessage",
    (Kind.NEGOTIATION, Step.AGREE): "ContractAgreementMessage",
    (Kind.NEGOTIATION, Step.VERIFY): "ContractAgreementVerificationMessage",
    (Kind.NEGOTIATION, Step.FINALIZE): "ContractNegotiationEventMessage",
    (Kind.NEGOTIATION, Step.TERMINATE): "ContractNegotiationTerminationMessage",
    (Kind.TRANSFER, Step.REQUEST): "TransferRequestMessage",
    (Kind.TRANSFER, Step.START): "TransferStartMessage",
    (Kind.TRANSFER, Step.SUSPEND): "TransferSuspensionMessage",
    (Kind.TRANSFER, Step.COMPLETE): "TransferCompletionMessage",
    (Kind.TRANSFER, Step.TERMINATE): "TransferTerminationMessage",
}
PATHS: Mapping[Step, str] = {
    Step.REQUEST: "request", Step.OFFER: "offers", Step.ACCEPT: "events", Step.FINALIZE: "events", Step.AGREE: "agreement",
    Step.VERIFY: "agreement/verification", Step.TERMINATE: "termination", Step.START: "start", Step.SUSPEND: "suspension",
    Step.COMPLETE: "completion",
}  # fmt: skip
ROOTS: Mapping[Kind, str] = {Kind.NEGOTIATION: "negotiations", Kind.TRANSFER: "transfers"}
EVENTS = {Step.ACCEPT: "ACCEPTED", Step.FINALIZE: "FINALIZED"}
MOST_SAID = 400
REASONS = "urn:egide:reasons"
"""Beside the texts: their codes and parameters, from which a connector like ours says each in its reader's own language."""


def opens(letter: Letter) -> bool:
    """Whether it is the first message of the process: then the peer has no name for it yet."""
    return letter.process.peer_pid is None


def target(letter: Letter) -> str:
    """Where it is posted."""
    process = letter.process
    root = f"{process.address.rstrip('/')}/{ROOTS[process.kind]}"
    if process.peer_pid is None:
        return f"{root}/{PATHS[letter.step]}"
    return f"{root}/{quote(process.peer_pid, safe=':')}/{PATHS[letter.step]}"


def status_address(letter: Letter) -> str:
    """Where the peer says how it sees the process."""
    process = letter.process
    return f"{process.address.rstrip('/')}/{ROOTS[process.kind]}/{quote(process.peer_pid or '', safe=':')}"


def written(letter: Letter, callback: str) -> bytes:
    """The body. ``callback``: where our own endpoint is, which an opening message says."""
    process = letter.process
    body: dict[str, Any] = {"@context": MINE, "@type": TYPES[process.kind, letter.step]}
    names = {"consumerPid": process.consumer_pid, "providerPid": process.provider_pid}
    body |= {name: pid for name, pid in names.items() if pid}
    if letter.step in EVENTS:
        body["eventType"] = EVENTS[letter.step]
    if opens(letter):
        body["callbackAddress"] = callback
    body |= letter.says
    if letter.reason and letter.step in {Step.TERMINATE, Step.SUSPEND}:
        body["code"] = str(letter.reason[0]["code"])
        body["reason"] = [str(one["text"])[:MOST_SAID] for one in letter.reason]
        if any("message" in one for one in letter.reason):
            body[REASONS] = [{name: one[name] for name in ("code", "message", "args") if name in one} for one in letter.reason]
    return msgspec.json.encode(body)


def names_pair(process_kind: Kind, side: Side, body: Mapping[str, Any]) -> str | None:
    """The peer's name for the process, in an answer to our opening message."""
    name = "providerPid" if side is Side.CONSUMER else "consumerPid"
    found = body.get(name)
    return found if isinstance(found, str) and found else None
