"""DID documents and controlled identifier documents, read strictly (DID Core 1.0, 5; Controlled Identifiers 1.0, 2).

A key counts only under the purpose that its document gives it, and only if the document speaks for the identifier that was asked for.
Members that nobody here understands are left alone, as DID Core wants.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from egide.trust.jose_json import read_object
from egide.trust.keys import PublicKey, read_jwk
from egide.trust.keys_multibase import read_multikey
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

MAX_DOCUMENT_BYTES = 256 * 1024
MAX_METHODS = 200
DID_CONTEXTS = ("https://www.w3.org/ns/did/v1", "https://www.w3.org/ns/did/v1.1", "https://www.w3.org/ns/cid/v1")
USUAL_LENGTH = 256
"""Texts up to this are remembered; of longer ones a stranger could send thousands."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.")
_NOT_IN_A_URL = re.compile(r"[\s<>\"{}|\\^`]")


class Purpose(StrEnum):
    """What a key may be used for: the verification relationships that concern credentials and tokens."""

    ASSERTION = "assertionMethod"
    AUTHENTICATION = "authentication"
    CAPABILITY = "capabilityInvocation"
    """To speak for the subject: self-issued tokens of data spaces (DCP 1.0.1, §4.3.1)."""


@dataclass(frozen=True, slots=True)
class Method:
    """One verification method, with its key or why its key isn't one of ours."""

    id: str
    controller: str
    key: PublicKey | Reason
    kid: str | None = None
    """``kid`` of its JWK."""


@dataclass(frozen=True, slots=True)
class Document:
    """Whose document it is, its methods, and which of them serve what."""

    id: str
    methods: Mapping[str, Method]
    purposes: Mapping[Purpose, frozenset[str]]

    @classmethod
    def of_one(cls, identifier: str, method: str, key: PublicKey) -> Document:
        """The document of an identifier that is its own key."""
        serves = frozenset({method})
        return cls(identifier, {method: Method(method, identifier, key)}, dict.fromkeys(Purpose, serves))

    def key_for(self, method: str, purposes: tuple[Purpose, ...]) -> PublicKey | Reason:
        """The key under that method, when the document lets it serve one of these purposes."""
        found = self.methods.get(method)
        if found is None:
            return Reason("method-absent", {"method": method, "document": self.id},
                          N_("the document of {document} holds no key `{method}`"))
        if found.controller != self.id:
            return Reason("method-of-another", {"method": method, "controller": found.controller},
                          N_("the key `{method}` is controlled by {controller}"))
        if not any(method in self.purposes[purpose] for purpose in purposes):
            return Reason("method-purpose", {"method": method, "purpose": purposes[0].value},
                          N_("the document does not let the key `{method}` serve as `{purpose}`"))
        return found.key

    def named(self, kid: str) -> str | None:
        """The one method that a bare ``kid`` means: by its fragment, the ``kid`` of its JWK, or its thumbprint (RFC 7638)."""
        meant = [
            method.id for method in self.methods.values()
            if kid in (method.id.rpartition("#")[2], method.kid) or (isinstance(method.key, PublicKey) and method.key.thumbprint == kid)
        ]  # fmt: skip
        return meant[0] if len(meant) == 1 else None


def is_url(found: object) -> bool:
    """Whether it is a text with a scheme, something after it, and no character that a URL cannot hold."""
    return isinstance(found, str) and (_is_usual_url if len(found) <= USUAL_LENGTH else _is_url)(found)


def _is_url(text: str) -> bool:
    return _SCHEME.match(text) is not None and _NOT_IN_A_URL.search(text) is None


_is_usual_url = lru_cache(maxsize=4096)(_is_url)


@lru_cache(maxsize=128)
def read_document(content: bytes, identifier: str) -> Document | Reason:
    """The document, or why it can't speak for that identifier."""
    if len(content) > MAX_DOCUMENT_BYTES:
        return Reason("document-too-large", {"limit": MAX_DOCUMENT_BYTES}, N_("the document is larger than {limit} bytes"))
    document = read_object(content)
    if isinstance(document, Reason):
        return document
    if document.get("id") != identifier:
        return Reason("document-of-another", {"id": str(document.get("id"))[:200], "asked": identifier},
                      N_("the document says that it is {id}, and {asked} was asked for"))
    if wrong := _wrong_member(document):
        return _malformed(wrong)
    return _with_methods(document, identifier)


def _with_methods(document: Mapping[str, Any], identifier: str) -> Document | Reason:
    methods: dict[str, Method] = {}
    listed = document.get("verificationMethod", [])
    if not isinstance(listed, list) or len(listed) > MAX_METHODS:
        return _malformed("verificationMethod")
    for entry in listed:
        if refused := _add(methods, entry, identifier):
            return refused
    purposes: dict[Purpose, frozenset[str]] = {}
    for purpose in Purpose:
        serving = document.get(purpose.value, [])
        if not isinstance(serving, list) or len(serving) > MAX_METHODS:
            return _malformed(purpose.value)
        names = set()
        for entry in serving:
            if isinstance(entry, dict):
                if refused := _add(methods, entry, identifier):
                    return refused
                names.add(_absolute(entry["id"], identifier))
            elif isinstance(entry, str):
                names.add(_absolute(entry, identifier))
            else:
                return _malformed(purpose.value)
        purposes[purpose] = frozenset(names)
    return Document(identifier, methods, purposes)


def _add(methods: dict[str, Method], entry: object, identifier: str) -> Reason | None:
    """Add one verification method (DID Core, 5.2): ``id``, ``type`` and ``controller`` are each a text, and the key stands once."""
    method = _method(entry, identifier)
    if isinstance(method, Reason):
        return method
    if method.id in methods:
        return Reason("method-twice", {"method": method.id}, N_("the key `{method}` stands twice in the document"))
    methods[method.id] = method
    return None


def _method(entry: object, identifier: str) -> Method | Reason:
    if not isinstance(entry, dict) or not all(isinstance(entry.get(name), str) for name in ("id", "type", "controller")):
        return _malformed("verificationMethod")
    name, jwk, word = _absolute(entry["id"], identifier), entry.get("publicKeyJwk"), entry.get("publicKeyMultibase")
    if not is_url(name) or not is_url(entry["controller"]):
        return _malformed("verificationMethod")
    if jwk is not None and word is not None:
        return Reason("method-two-keys", {"method": name}, N_("the key `{method}` is given twice, as JWK and as multibase"))
    if any(member in entry for member in ("privateKeyJwk", "secretKeyJwk", "privateKeyMultibase", "secretKeyMultibase")):
        return Reason("method-private", {"method": name}, N_("the document publishes the private key of `{method}`"))
    kid = jwk.get("kid") if isinstance(jwk, dict) else None
    return Method(name, entry["controller"], _key(jwk, word), kid if isinstance(kid, str) else None)


def _key(jwk: object, word: object) -> PublicKey | Reason:
    if jwk is not None:
        return read_jwk(jwk)
    if word is not None:
        return read_multikey(word)
    return Reason("method-no-key", {}, N_("the method gives its key neither as JWK nor as multibase"))


def _wrong_member(document: Mapping[str, Any]) -> str | None:
    """The first core property whose value has another form than DID Core, 5.1 to 5.4 and 6.3 allow."""
    context = document.get("@context", DID_CONTEXTS[0])
    first = context[0] if isinstance(context, list) and context else context
    if first not in DID_CONTEXTS:
        return "@context"
    controller = document.get("controller", [])
    if not _urls([controller] if isinstance(controller, str) else controller):
        return "controller"
    if not _urls(document.get("alsoKnownAs", [])):
        return "alsoKnownAs"
    services = document.get("service", [])
    if not isinstance(services, list) or not all(_is_service(service) for service in services):
        return "service"
    names = [service["id"] for service in services]
    return "service" if len(set(names)) != len(names) else None


def _is_service(service: object) -> bool:
    if not isinstance(service, dict) or not isinstance(service.get("id"), str):
        return False
    kind, endpoint = service.get("type"), service.get("serviceEndpoint")
    return (isinstance(kind, str) or _texts(kind)) and isinstance(endpoint, (str, dict, list)) and bool(endpoint)


def _urls(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and is_url(one) for one in value)


def _texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)


def _absolute(name: str, identifier: str) -> str:
    """A relative DID URL counts from the document's own identifier (DID Core, 3.2.2)."""
    return identifier + name if name.startswith("#") else name


def _malformed(member: str) -> Reason:
    return Reason("document-malformed", {"member": member}, N_("the member `{member}` of the document is malformed"))
