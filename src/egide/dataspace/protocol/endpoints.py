"""Where each message is posted, of which type it is there, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Struct

from egide.dataspace import messages as m
from egide.dataspace.machines import Kind, Side, Step
from egide.dataspace.processes.letters import MOST_SAID, REASONS
from egide.dataspace.processes.steps import Reasons, reason_document
from egide.vocabulary.findings import Reason

MOST_REASONS = 20
MOST_TEXT = 500


@dataclass(frozen=True, slots=True)
class Endpoint:
    """``opens``: the side that we are on when a message there opens a process. ``changes``: what of the message the process keeps."""

    kind: Kind
    type: type[Struct]
    step: Callable[[Any], Step]
    opens: Side | None = None
    changes: Callable[[Any], dict[str, Any]] = lambda message: {}


def _event(message: m.NegotiationEvent) -> Step:
    return Step.ACCEPT if message.event == "ACCEPTED" else Step.FINALIZE


def _offer(message: m.RequestMessage | m.OfferMessage) -> dict[str, Any]:
    return {"offer": message.offer}


def _agreement(message: m.AgreementMessage) -> dict[str, Any]:
    return {"agreement": message.agreement}


def _data_address(message: m.TransferStart) -> dict[str, Any]:
    return {} if message.data_address is UNSET else {"data-address": message.data_address}


def _asked(message: m.TransferRequest) -> dict[str, Any]:
    return {"format": message.format} | ({} if message.data_address is UNSET else {"data-address": message.data_address})


def _does(step: Step) -> Callable[[Any], Step]:
    return lambda message: step


N, T = Kind.NEGOTIATION, Kind.TRANSFER
OPENING: Mapping[tuple[Kind, str], Endpoint] = {
    (N, "request"): Endpoint(N, m.RequestMessage, _does(Step.REQUEST), Side.PROVIDER, _offer),
    (N, "offers"): Endpoint(N, m.OfferMessage, _does(Step.OFFER), Side.CONSUMER, _offer),
    (T, "request"): Endpoint(T, m.TransferRequest, _does(Step.REQUEST), Side.PROVIDER, _asked),
}
FOLLOWING: Mapping[tuple[Kind, str], Endpoint] = {
    (N, "request"): Endpoint(N, m.RequestMessage, _does(Step.REQUEST), changes=_offer),
    (N, "offers"): Endpoint(N, m.OfferMessage, _does(Step.OFFER), changes=_offer),
    (N, "agreement"): Endpoint(N, m.AgreementMessage, _does(Step.AGREE), changes=_agreement),
    (N, "agreement/verification"): Endpoint(N, m.AgreementVerification, _does(Step.VERIFY)),
    (N, "events"): Endpoint(N, m.NegotiationEvent, _event),
    (N, "termination"): Endpoint(N, m.NegotiationTermination, _does(Step.TERMINATE)),
    (T, "start"): Endpoint(T, m.TransferStart, _does(Step.START), changes=_data_address),
    (T, "completion"): Endpoint(T, m.TransferCompletion, _does(Step.COMPLETE)),
    (T, "suspension"): Endpoint(T, m.TransferSuspension, _does(Step.SUSPEND)),
    (T, "termination"): Endpoint(T, m.TransferTermination, _does(Step.TERMINATE)),
}


def reasons(message: Any, step: Step, body: Mapping[str, Any]) -> Reasons | None:
    """What a peer gave as its reasons; that it gave none, when it ends something without a word. ``body``: the message as it came."""
    code = getattr(message, "code", UNSET)
    given = getattr(message, "reason", UNSET)
    if step not in {Step.TERMINATE, Step.SUSPEND}:
        return None
    said = "peer" if code is UNSET else str(code)[:100]
    if given is UNSET:
        return [{"code": said, "text": "the peer gave no reason"}]
    made: Reasons = [{"code": said, "text": _text(one)} for one in given[:MOST_REASONS]]
    spoken = body.get(REASONS)
    if isinstance(spoken, list) and len(spoken) == len(given):
        return [{**reason, **_spoken(one, reason["text"])} for reason, one in zip(made, spoken, strict=False)]
    return made


def _spoken(one: Any, text: str) -> dict[str, Any]:
    """The code and the parameters of a reason, where they say what its text says, and nothing else."""
    try:
        said = msgspec.convert(one, _Spoken)
    except msgspec.ValidationError:
        return {}
    document = reason_document(Reason(said.code, said.args, said.message))
    fits = document["text"] == text or (len(text) == MOST_SAID and document["text"].startswith(text))
    return {name: document[name] for name in ("code", "message", "args")} if fits else {}


class _Spoken(msgspec.Struct):
    """A reason as a connector like ours writes it beside the text."""

    code: Annotated[str, msgspec.Meta(max_length=100)]
    message: Annotated[str, msgspec.Meta(max_length=MOST_TEXT)]
    args: Annotated[dict[str, Annotated[str, msgspec.Meta(max_length=MOST_TEXT)]], msgspec.Meta(max_length=20)] = {}


def _text(one: Any) -> str:
    if isinstance(one, dict):
        one = one.get("@value", one)
    return str(one)[:MOST_TEXT].replace("\0", "")
