"""Our types accept and refuse what the published schemas do: the examples, what is wrong on purpose, and any mutation of them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dataspace.schemas import FOLDER, validator

from egide.dataspace import messages as m
from egide.dataspace.messages import json_ld
from egide.dataspace.messages.context import DIGESTS, PROFILE
from egide.dataspace.messages.reading import MAX_BODY_BYTES

KINDS: dict[str, tuple[str, type[msgspec.Struct]]] = {
    "CatalogRequestMessage": ("catalog/catalog-request-message-schema.json", m.CatalogueRequest),
    "Catalog": ("catalog/catalog-schema.json", m.Catalogue),
    "CatalogError": ("catalog/catalog-error-schema.json", m.CatalogueError),
    "Dataset": ("catalog/dataset-schema.json", m.Dataset),
    "DatasetRequestMessage": ("catalog/dataset-request-message-schema.json", m.DatasetRequest),
    "ContractRequestMessage": ("negotiation/contract-request-message-schema.json", m.RequestMessage),
    "ContractOfferMessage": ("negotiation/contract-offer-message-schema.json", m.OfferMessage),
    "ContractAgreementMessage": ("negotiation/contract-agreement-message-schema.json", m.AgreementMessage),
    "ContractAgreementVerificationMessage": ("negotiation/contract-agreement-verification-message-schema.json", m.AgreementVerification),
    "ContractNegotiationEventMessage": ("negotiation/contract-negotiation-event-message-schema.json", m.NegotiationEvent),
    "ContractNegotiationTerminationMessage": ("negotiation/contract-negotiation-termination-message-schema.json", m.NegotiationTermination),
    "ContractNegotiation": ("negotiation/contract-negotiation-schema.json", m.Negotiation),
    "ContractNegotiationError": ("negotiation/contract-negotiation-error-schema.json", m.NegotiationError),
    "TransferRequestMessage": ("transfer/transfer-request-message-schema.json", m.TransferRequest),
    "TransferStartMessage": ("transfer/transfer-start-message-schema.json", m.TransferStart),
    "TransferCompletionMessage": ("transfer/transfer-completion-message-schema.json", m.TransferCompletion),
    "TransferSuspensionMessage": ("transfer/transfer-suspension-message-schema.json", m.TransferSuspension),
    "TransferTerminationMessage": ("transfer/transfer-termination-message-schema.json", m.TransferTermination),
    "TransferProcess": ("transfer/transfer-process-schema.json", m.Transfer),
    "TransferError": ("transfer/transfer-error-schema.json", m.TransferError),
    "versions": ("common/protocol-version-schema.json", m.ProtocolVersions),
    "service": ("common/did-service-schema.json", m.DidService),
}
AMISS_AS_PUBLISHED = {"dataservice-did-service.json"}
"""It does not fit the schema that stands beside it, which wants every endpoint to end in `/catalog`."""


@pytest.fixture(scope="module")
def root(shared: Path) -> Path:
    return shared / FOLDER


def examples(root: Path) -> list[tuple[str, dict[str, Any]]]:
    return [(path.name, json.loads(path.read_text("utf-8"))) for path in sorted(root.rglob("example/*.json"))]


def kind_of(body: dict[str, Any]) -> str:
    return body.get("@type") or ("versions" if "protocolVersions" in body else "service")


def ours(body: Any, kind: type[msgspec.Struct]) -> bool:
    try:
        m.typed(m.decoded(json.dumps(body).encode()), kind)
    except m.UnfitMessageError:
        return False
    return True


def test_all_published_examples_are_read_as_their_schemas_say(root: Path) -> None:
    found = examples(root)
    assert len(found) == 27
    for name, body in found:
        schema, kind = KINDS[kind_of(body)]
        assert validator(root, schema).is_valid(body) is (name not in AMISS_AS_PUBLISHED), name
        assert ours(body, kind) is (name not in AMISS_AS_PUBLISHED), name


def test_what_is_written_is_what_was_read_and_fits_the_schema(root: Path) -> None:
    for name, body in examples(root):
        schema, kind = KINDS[kind_of(body)]
        if name in AMISS_AS_PUBLISHED or kind is m.CatalogueRequest:
            continue
        written = json.loads(m.encode(m.typed(body, kind)))
        assert written == body, name
        assert validator(root, schema).is_valid(written)


WRONG: list[tuple[str, str, Any]] = [
    ("contract-request-message_initial.json", "providerPid", "urn:uuid:1"),
    ("contract-request-message_initial.json", "callbackAddress", None),
    ("contract-request-message_initial.json", "@context", "https://w3id.org/dspace/2025/1/context.jsonld"),
    ("contract-request-message_initial.json", "@context", ["https://example.org/other.jsonld"]),
    ("contract-request-message_initial.json", "@type", "ContractOfferMessage"),
    ("contract-request-message_initial.json", "offer.@type", "Set"),
    ("contract-request-message_initial.json", "offer.permission", []),
    ("contract-request-message_initial.json", "offer.permission.0.action", {"@id": "use"}),
    ("contract-request-message.json", "offer.permission.0.constraint.0.operator", "equals"),
    ("contract-request-message.json", "offer.permission.0.constraint.0.rightOperand", 5),
    ("contract-request-message.json", "offer.permission.0.constraint.0.and", []),
    ("contract-offer-message_initial.json", "offer.target", None),
    ("contract-agreement-message.json", "agreement.assigner", None),
    ("contract-agreement-message.json", "agreement.timestamp", "yesterday"),
    ("contract-agreement-message.json", "agreement.prohibition", []),
    ("contract-agreement-message-full.json", "agreement.permission.6.constraint.0.xone", []),
    ("contract-negotiation-event-message.json", "eventType", "accepted"),
    ("contract-negotiation-termination-message.json", "reason", []),
    ("contract-negotiation.json", "state", "OFFERING"),
    ("transfer-start-message.json", "dataAddress.@type", None),
    ("transfer-start-message.json", "dataAddress.endpointProperties", []),
    ("transfer-start-message.json", "dataAddress.endpointProperties.0.value", 1),
    ("transfer-request-message.json", "agreementId", None),
    ("transfer-termination-message.json", "providerPid", None),
    ("catalog.json", "dataset.0.hasPolicy.0.target", "urn:uuid:1"),
    ("catalog.json", "dataset.0.distribution", None),
    ("catalog.json", "hasPolicy", []),
    ("catalog.json", "participantId", None),
    ("nested-catalog.json", "catalog.0.@type", "Catalogue"),
    ("nested-catalog.json", "catalog.0.service.0.endpointURL", None),
    ("catalog-request-message.json", "filter", {}),
    ("dataset.json", "distribution.0.accessService", {"@id": "x"}),
    ("catalogservice-did-service.json", "type", "LinkedDomains"),
    ("catalogservice-did-service.json", "@context", ["https://w3id.org/dspace/2025/1/context.jsonld"]),
]


@pytest.mark.parametrize(("name", "path", "value"), WRONG)
def test_what_the_schemas_refuse_is_refused(root: Path, name: str, path: str, value: Any) -> None:
    body = dict(examples(root))[name]
    *steps, last = path.split(".")
    schema, kind = KINDS[kind_of(body)]
    place: Any = body
    for step in steps:
        place = place[int(step)] if isinstance(place, list) else place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    assert not validator(root, schema).is_valid(body)
    assert not ours(body, kind)


VALUES = st.sampled_from([
    None, True, 0, 1.5, "", "text", "Offer", "eq", [], ["text"], [{}], {}, {"@id": "x"}, [None], "2023-01-01T01:00:00Z", "HTTPS",
    {"leftOperand": "a", "operator": "eq", "rightOperand": "b"}, [{"leftOperand": "a", "operator": "eq", "rightOperand": ["b"]}],
])  # fmt: skip
KEYS = st.sampled_from([
    "@id", "@type", "@context", "target", "permission", "prohibition", "obligation", "and", "or", "xone", "andSequence", "leftOperand",
    "rightOperand", "operator", "constraint", "callbackAddress", "providerPid", "consumerPid", "code", "reason", "hasPolicy", "profile",
    "servesDataset", "catalog", "dataset", "distribution", "service", "endpoint", "timestamp", "filter", "unheard-of", "auth",
])  # fmt: skip


def places(node: Any) -> list[Any]:
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return ([node] if isinstance(node, (dict, list)) and node else []) + [one for child in inner for one in places(child)]


def mutate(draw: st.DrawFn, body: dict[str, Any]) -> None:
    place = draw(st.sampled_from(places(body)))
    kept = [one for other in places(body) for one in (other.values() if isinstance(other, dict) else other)]
    value = copy.deepcopy(draw(VALUES | st.sampled_from(kept)) if kept else draw(VALUES))
    how = draw(st.sampled_from(["drop", "change", "add"]))
    if isinstance(place, list):
        at = draw(st.integers(0, len(place) - 1))
        if how == "drop":
            del place[at]
        else:
            place[at] = value
    elif how == "add":
        place[draw(KEYS)] = value
    else:
        key = draw(st.sampled_from(sorted(place)))
        if how == "drop":
            del place[key]
        else:
            place[key] = value


@settings(max_examples=900)
@given(data=st.data())
def test_any_mutation_is_judged_as_the_schemas_judge_it(root: Path, data: st.DataObject) -> None:
    name, body = data.draw(st.sampled_from(examples(root)), label="example")
    schema, kind = KINDS[kind_of(body)]

    @st.composite
    def changed(draw: st.DrawFn) -> dict[str, Any]:
        made = copy.deepcopy(body)
        for _ in range(draw(st.integers(1, 3))):
            if places(made):
                mutate(draw, made)
        return made

    one = data.draw(changed(), label=name)
    assert ours(one, kind) is validator(root, schema).is_valid(one)


def contexts(root: Path) -> dict[str, bytes]:
    return {
        m.CONTEXT: (root / "context/dspace.jsonld").read_bytes(), PROFILE: (root / "context/odrl.jsonld").read_bytes(),
        "https://example.org/more.jsonld": b'{"@context": {"more": "https://example.org/more#", "note": "more:note"}}',
    }  # fmt: skip


def test_a_body_with_further_names_is_read_by_their_meaning(root: Path) -> None:
    """JSON-LD and plain JSON agree, as the protocol's protected context promises."""
    expand = json_ld.expander(contexts(root))
    for name, body in examples(root):
        if "@context" not in body or ("negotiation" not in name and "contract" not in name and "transfer" not in name):
            continue
        _, kind = KINDS[kind_of(body)]
        more = {**body, "@context": [*body["@context"], "https://example.org/more.jsonld"], "note": "anything"}
        assert json.loads(m.encode(m.typed(more, kind, expand))) == json.loads(m.encode(m.typed(body, kind))), name


def test_a_context_that_is_not_at_hand_is_named(root: Path) -> None:
    body = dict(examples(root))["contract-request-message_initial.json"]
    body["@context"].append("https://example.org/unheard.jsonld")
    with pytest.raises(m.UnfitMessageError, match=r"https://example\.org/unheard\.jsonld is not at hand"):
        m.typed(body, m.RequestMessage, json_ld.expander(contexts(root)))


def test_a_copy_of_the_protocols_context_that_was_changed_is_not_used(root: Path) -> None:
    changed = {**contexts(root), m.CONTEXT: b"{}"}
    assert DIGESTS[m.CONTEXT] != DIGESTS[PROFILE]
    with pytest.raises(ValueError, match="is not the published file"):
        json_ld.expander(changed)


@pytest.mark.parametrize("content", [
    b"", b"[]", b"nothing", b"\xff\xfe", b'{"a": NaN}', b"[" * 100_000, b'{"a":' * 50_000, b'{"a": "' + b"x" * MAX_BODY_BYTES + b'"}',
])  # fmt: skip
def test_what_is_no_object_of_bearable_size_is_refused(content: bytes) -> None:
    with pytest.raises(m.UnfitMessageError):
        m.decoded(content)
