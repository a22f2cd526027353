"""The messages accept and refuse what the published schemas do: on every example, and on each with one thing changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from msgspec import Struct

from egide.dataspace.identity import messages as dcp
from egide.dataspace.identity.messages import UnfitClaimsMessageError, encode, read, typed

KINDS: dict[str, tuple[type[Struct], str]] = {
    "presentation-query-message": (dcp.PresentationQuery, "presentation-query-message-schema"),
    "presentation-query-message-w-presentation-definition": (dcp.PresentationQuery, "presentation-query-message-schema"),
    "presentation-response-message": (dcp.PresentationResponse, "presentation-response-message-schema"),
    "presentation-response-message-w-presentation-submission": (dcp.PresentationResponse, "presentation-response-message-schema"),
    "credential-message": (dcp.CredentialMessage, "credential-message-schema"),
    "credential-message-rejected": (dcp.CredentialMessage, "credential-message-schema"),
    "credential-object": (dcp.CredentialObject, "credential-object-schema"),
    "credential-offer-message": (dcp.CredentialOffer, "credential-offer-message-schema"),
    "credential-request-message": (dcp.CredentialRequest, "credential-request-message-schema"),
    "credential-status": (dcp.CredentialStatus, "credential-status-schema"),
    "issuer-metadata": (dcp.IssuerMetadata, "issuer-metadata-schema"),
}  # fmt: skip
ELSEWHERE = ("https://identity.foundation/presentation-exchange/schemas/presentation-definition.json",
             "https://identity.foundation/presentation-exchange/schemas/presentation-submission.json")  # fmt: skip
LOOSER = {"credential-message", "credential-message-rejected", "credential-request-message"}
"""Their schemas take any type; the specification does not."""


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "data" / "dataspace" / "dcp" / "artifacts" / "src" / "main" / "resources"


@pytest.fixture(scope="module")
def schemas(folder: Path) -> dict[str, Any]:
    """Each schema by its name, with all the others at hand."""
    every = {path.stem: json.loads(path.read_bytes()) for path in folder.rglob("*-schema.json")}
    defs = {one["$id"]: one for one in every.values()}
    defs |= {name: {"$id": name, "type": "object", "properties": {"presentation_submission": {"type": "object"}}} for name in ELSEWHERE}
    context = deepcopy(every["context-schema"]) | {"$id": "https://w3id.org/dspace-dcp/v1.0/common/context-schema.json"}
    defs[context["$id"]] = context  # the messages call it by this name, and it calls itself by that of an older draft
    return {name: jsonschema.Draft201909Validator({"$defs": defs, "$ref": one["$id"]}) for name, one in every.items()}


@pytest.fixture(scope="module")
def examples(folder: Path) -> dict[str, Any]:
    return {path.stem: json.loads(path.read_bytes()) for path in folder.rglob("example/*.json")}


def accepted(body: Any, kind: type[Struct]) -> bool:
    try:
        typed(body, kind)
    except UnfitClaimsMessageError:
        return False
    return True


def changed(value: Any) -> Iterator[Any]:
    """The document with one thing taken out, or made of another kind, at any depth."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield {each: other for each, other in value.items() if each != name}
            for instead in (7, "x", None, [], {}, [7], ["x"]):
                yield value | {name: instead}
            for below in changed(one):
                yield value | {name: below}
    elif isinstance(value, list):
        for index, one in enumerate(value):
            for below in changed(one):
                yield [*value[:index], below, *value[index + 1:]]


def test_every_example_is_there(examples: dict[str, Any]) -> None:
    assert set(examples) == set(KINDS)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_an_example_is_accepted_and_comes_back(name: str, examples: dict[str, Any], schemas: dict[str, Any]) -> None:
    kind, schema = KINDS[name]
    assert schemas[schema].is_valid(examples[name])
    again = json.loads(encode(typed(examples[name], kind)))
    assert again == {key: value for key, value in examples[name].items() if key in again}


@pytest.mark.parametrize("name", sorted(KINDS))
def test_one_thing_changed_is_accepted_or_refused_as_the_schema_does(name: str, examples: dict[str, Any], schemas: dict[str, Any]) -> None:
    kind, schema = KINDS[name]
    wrong = []
    for body in changed(examples[name]):
        if name in LOOSER and body.get("type") != examples[name]["type"]:
            assert not accepted(body, kind)
        elif accepted(body, kind) is not schemas[schema].is_valid(body):
            wrong.append(body)
    assert not wrong


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b"{}", b'{"a":' * 5000, b" " * (dcp.MAX_BODY_BYTES + 1)])
def test_a_body_that_is_no_message_is_refused(content: bytes) -> None:
    with pytest.raises(UnfitClaimsMessageError):
        read(content, dcp.PresentationQuery)
