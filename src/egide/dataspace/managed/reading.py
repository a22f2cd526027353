"""What a client of the common management API sends, read without JSON-LD processing: the shapes that clients write, nothing fetched.

A term may stand bare (under `@vocab`), with the prefix `edc:` or in full; a value may stand in `{"@value": …}`, a name in `{"@id": …}`, one
value in a list of one. Policies go through our ODRL reader. What a connector here would not heed is refused, never left out in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from egide.dataspace.deciding import terms
from egide.dataspace.messages.policy import CatalogueOffer
from egide.dataspace.planes.addresses import SCHEME, is_stream, read_broker, split_object
from egide.dataspace.policies.reading import WrongPolicyError, read_odrl
from egide.dataspace.policies.writing import write_exchanged
from egide.vocabulary.errors import EgideError, InputError
from egide.vocabulary.language import N_

EDC = "https://w3id.org/edc/v0.0.1/ns/"
PREFIXES = (EDC, "edc:")
PROTOCOL = "dataspace-protocol-http:2025-1"
MAX_NAME = 2000
OBJECT = "AmazonS3"
STREAMS = {"MqttData": ("mqtt", "mqtts"), "NatsData": ("nats",)}
"""Kinds of our own, and their schemes: no other connector that we know has such addresses."""
NAMED = frozenset({"@id", "@type", "type", "name"})
HEEDED = {
    "HttpData": frozenset({"baseUrl", "proxyPath", "proxyQueryParams", "proxyBody", "proxyMethod"}),
    OBJECT: frozenset({"bucketName", "objectName", "keyName"}), **{kind: frozenset({"endpoint", "topic"}) for kind in STREAMS},
}  # fmt: skip
"""By kind, the members of a data address that are followed or that change nothing here: a whole answer is relayed, whatever the flags of
proxying."""
FREE = {"permission": [{"action": "use"}]}
"""A policy without a rule: other connectors let everybody use what stands under it; the protocol has no such offer, so it is said."""


class UnfitError(EgideError):
    """What was sent cannot be taken; ``path`` says where."""

    def __init__(self, path: str, message: str, values: Mapping[str, object] | None = None) -> None:
        super().__init__(message, values or {})
        self.path = path


def bare(name: str) -> str:
    """A term without its namespace."""
    for prefix in PREFIXES:
        name = name.removeprefix(prefix)
    return name


def plain(value: Any) -> Any:
    """A document with bare terms and bare values; `@context` and a policy's own terms are left to whoever reads them."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value.keys() in ({"@value"}, {"@value", "@type"}):
        return value["@value"]
    if value.keys() == {"@id"}:
        return value["@id"]
    return {bare(name): one if bare(name) == "policy" else plain(one) for name, one in value.items() if name != "@context"}


def document(content: bytes) -> dict[str, Any]:
    """A body; an empty one is an empty document. Raises `UnfitError`."""
    if not content.strip():
        return {}
    try:
        return dict(plain(msgspec.json.decode(content, type=dict[str, Any])))
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise UnfitError("", N_("not readable as JSON: {problem}"), {"problem": error}) from error


def single(value: Any) -> Any:
    """The one value of a list of one."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def text(body: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """A text of the document. Raises `UnfitError` when it is absent and there is no default."""
    found = single(body.get(name, default))
    if not isinstance(found, str) or not found or len(found) > MAX_NAME or "\0" in found:
        raise UnfitError(name, N_("`{name}` must be a text, not empty and at most {most} characters"), {"name": name, "most": MAX_NAME})
    return found


def members(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object within the document; empty when it is absent. Raises `UnfitError`."""
    found = single(body.get(name, {}))
    if not isinstance(found, dict):
        raise UnfitError(name, N_("`{name}` must be an object"), {"name": name})
    return {key: single(value) for key, value in found.items()}


def listed(body: Mapping[str, Any], name: str) -> list[Any]:
    """A list within the document; one value stands for a list of one."""
    found = body.get(name) or []
    return found if isinstance(found, list) else [found]


def source(address: Mapping[str, Any], store: Mapping[str, str]) -> str:
    """What our data plane reads: of an `HttpData` its address, of an `AmazonS3` the object, of `MqttData` or `NatsData` the topic.

    ``store``: where the object store is, by the members that say so (`region`, `endpointOverride`); an address that says the same is taken.
    Raises `UnfitError` for other kinds, and for what would not be heeded.
    """
    kind = bare(str(address.get("type", "")))
    if kind not in HEEDED:
        args = {"kind": kind or "-", "known": ", ".join(HEEDED)}
        raise UnfitError("dataAddress.type", N_("data of the kind `{kind}` is not moved here; these are: {known}"), args)
    same = {name for name, value in store.items() if kind == OBJECT and address.get(name) == value}
    unheeded = sorted(address.keys() - HEEDED[kind] - NAMED - same)
    if unheeded:
        raise UnfitError(f"dataAddress.{unheeded[0]}", N_("`{name}` of a data address is not heeded here"), {"name": unheeded[0]})
    try:
        return _made(kind, address)
    except InputError as error:
        raise UnfitError("dataAddress", error.message, error.values) from error


def _made(kind: str, address: Mapping[str, Any]) -> str:
    """As our own commands write it. Raises `UnfitError`, `InputError`."""
    if kind == OBJECT:
        key = text(address, "objectName" if "objectName" in address else "keyName")
        made = f"{SCHEME}{text(address, 'bucketName')}/{key}"
        split_object(made)
        return made
    if kind in STREAMS:
        made = f"{text(address, 'endpoint').rstrip('/')}/{text(address, 'topic')}"
        if read_broker(made).scheme not in STREAMS[kind]:
            raise InputError(N_("not the address of a stream; as mqtt://host/topic or nats://host/subject"))
        return made
    return text(address, "baseUrl")


def address_of(source: str) -> dict[str, str]:
    """A source of ours as a data address, without who opens it."""
    if source.startswith(SCHEME):
        bucket, key = split_object(source)
        return {"type": OBJECT, "bucketName": bucket, "objectName": key}
    if is_stream(source):
        broker = read_broker(source)
        kind = next(kind for kind, schemes in STREAMS.items() if broker.scheme in schemes)
        return {"type": kind, "endpoint": f"{broker.scheme}://{broker.host}:{broker.port}", "topic": broker.topic}
    return {"type": "HttpData", "baseUrl": source} if "://" in source else {"type": "File", "path": source}


def policy(body: Mapping[str, Any]) -> dict[str, Any]:
    """The terms of a policy as peers exchange them. Raises `UnfitError`."""
    given = body.get("policy")
    if not isinstance(given, dict):
        raise UnfitError("policy", N_("`{name}` must be an object"), {"name": "policy"})
    try:
        rules = terms(write_exchanged(read_odrl({"@type": "Set", **given})))
    except WrongPolicyError as error:
        raise UnfitError(f"policy.{error.path}", error.message, error.values) from error
    rules = rules or dict(FREE)
    try:
        msgspec.convert({"@id": "-", **rules}, CatalogueOffer)
    except msgspec.ValidationError as error:
        raise UnfitError("policy", N_("not a policy: {problem}"), {"problem": error}) from error
    return rules
