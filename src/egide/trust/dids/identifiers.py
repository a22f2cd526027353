"""Identifiers of issuers: DIDs (Decentralized Identifiers 1.0), of the methods `web`, `key` and `jwk`, and https addresses of documents.

Nothing is fetched here: resolution asks a function for the bytes behind an address, and that function belongs to the application, with
its allow-list, limits and offline bundle.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from egide.trust.dids.documents import USUAL_LENGTH, Document, read_document
from egide.trust.jose_json import canonical, read_object
from egide.trust.keys import PublicKey, b64u, from_b64u, read_jwk
from egide.trust.keys_multibase import multikey, read_multikey
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

DID = re.compile(r"did:(?P<method>[a-z0-9]+):(?P<specific>(?:(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})*:)*(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})+)")
"""The ABNF of DID Core, 3.1."""
HOST = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(?:\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))+")
PORT = re.compile(r"[1-9][0-9]{0,4}")
SEGMENT = re.compile(r"(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})+")
MAX_DID = 2048
METHODS = ("web", "key", "jwk")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What lay behind an address, and when it was fetched (nothing when it was just now)."""

    content: bytes
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NotAtHand:
    """What was needed and couldn't be had: nothing is known, and nothing is refused for it."""

    reason: Reason


Fetch = Callable[[str], Fetched | NotAtHand]
"""The bytes behind an address, or why they aren't at hand."""


def offline(address: str) -> NotAtHand:
    """The `Fetch` of a machine that asks nobody."""
    return NotAtHand(Reason("not-at-hand", {"address": address}, N_("{address} is not at hand, and nothing is fetched")))


@dataclass(frozen=True, slots=True)
class Did:
    """A DID taken apart."""

    method: str
    specific: str

    def __str__(self) -> str:
        return f"did:{self.method}:{self.specific}"


def read_did(text: object) -> Did | Reason:
    """The DID, or why the text is none (DID Core, 3.1)."""
    found = DID.fullmatch(text) if isinstance(text, str) and len(text) <= MAX_DID else None
    if found is None:
        return Reason("not-a-did", {"text": str(text)[:200]}, N_("`{text}` is not a DID"))
    return Did(found["method"], found["specific"])


def address_of(did: Did) -> str | Reason:
    """The https address of a did:web document: the method's steps, the colon of a port decoded."""
    host, *path = did.specific.split(":")
    name, colon, port = host.replace("%3a", "%3A").partition("%3A")
    if not HOST.fullmatch(name) or is_ip_address(name) or (colon and not PORT.fullmatch(port)):
        return Reason("did-web-host", {"host": host[:200]}, N_("`{host}` is not the name of a host: did:web wants one, and no IP address"))
    for segment in path:
        if not SEGMENT.fullmatch(segment) or unquote(segment) in (".", "..") or set(unquote(segment)) & set("/\\\0"):
            return Reason("did-web-path", {"segment": segment[:200]}, N_("`{segment}` is no part of a did:web path"))
    place = f"https://{name.lower()}:{port}" if port else f"https://{name.lower()}"
    return f"{place}/{'/'.join(path)}/did.json" if path else f"{place}/.well-known/did.json"


def resolve(identifier: str, fetch: Fetch) -> Document | Reason | NotAtHand:
    """The document that speaks for an identifier; or why what claims to can't; or why there is none at hand."""
    address = _where(identifier)
    if not isinstance(address, str):
        return address
    fetched = fetch(address)
    return fetched if isinstance(fetched, NotAtHand) else read_document(fetched.content, identifier)


def did_key(key: PublicKey) -> str:
    """The did:key of a public key."""
    return f"did:key:{multikey(key)}"


def did_jwk(key: PublicKey) -> str:
    """The did:jwk of a public key."""
    said = canonical(key.jwk())
    assert isinstance(said, bytes)  # noqa: S101 - texts only, which always have a canonical form
    return f"did:jwk:{b64u(said)}"


def method_of(did: str) -> str:
    """The verification method of a did:key or did:jwk: the identifier of its only key."""
    return f"{did}#0" if did.startswith("did:jwk:") else f"{did}#{did.removeprefix('did:key:')}"


def did_document(did: str, keys: Sequence[tuple[str, PublicKey]], *, chain_url: str | None = None) -> bytes:
    """A DID document to publish: each key under its fragment, for assertions and authentication.

    A key's certificates stand in it (`x5c`), or where they lie does (`x5u`): its own address, or ``chain_url`` for all.
    """
    methods = [
        {"id": f"{did}#{name}", "type": "JsonWebKey", "controller": did, "publicKeyJwk": _published(key, chain_url)}
        for name, key in keys
    ]  # fmt: skip
    names = [one["id"] for one in methods]
    document = {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"], "id": did, "verificationMethod": methods,
        "assertionMethod": names, "authentication": names,
    }  # fmt: skip
    return json.dumps(document, indent=2, ensure_ascii=False).encode()


def _published(key: PublicKey, chain_url: str | None) -> dict[str, Any]:
    found = {"alg": key.algorithm, "x5c": list(key.chain), "x5u": key.chain_url or chain_url}
    return key.jwk() | {name: value for name, value in found.items() if value}


def _where(identifier: str) -> str | Document | Reason | NotAtHand:
    """The address of the document; or the document, when the identifier is its own key; or why there is neither."""
    return _usual_place(identifier) if len(identifier) <= USUAL_LENGTH else _place(identifier)


def _place(identifier: str) -> str | Document | Reason | NotAtHand:
    if identifier.startswith("https://"):
        return _document_address(identifier)
    did = read_did(identifier)
    if isinstance(did, Reason):
        return did
    if did.method not in METHODS:
        return NotAtHand(Reason("did-method", {"method": did.method, "known": METHODS},
                                N_("the DID method `{method}` is not known here; these are: {known}")))
    return address_of(did) if did.method == "web" else _own_document(did)


_usual_place = lru_cache(maxsize=1024)(_place)


@lru_cache(maxsize=1024)
def _own_document(did: Did) -> Document | Reason:
    key = read_multikey(did.specific) if did.method == "key" else _jwk_of(did)
    if isinstance(key, Reason):
        return key
    if did.method == "key" and did_key(key) != str(did):
        return Reason("did-key-spelling", {}, N_("the did:key is not written as its key is (base58btc)"))
    return Document.of_one(str(did), method_of(str(did)), key)


def _jwk_of(did: Did) -> PublicKey | Reason:
    content = from_b64u(did.specific)
    if content is None:
        return Reason("did-jwk-unreadable", {}, N_("the did:jwk is not base64url"))
    jwk: dict[str, Any] | Reason = read_object(content)
    return jwk if isinstance(jwk, Reason) else read_jwk(jwk)


def _document_address(identifier: str) -> str | Reason:
    """An https address that is itself the identifier of a controlled identifier document (CID 1.0)."""
    try:
        parts = urlsplit(identifier)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not HOST.fullmatch(host) or is_ip_address(host) or "#" in identifier or "@" in identifier or not identifier.isascii():
        return Reason("not-an-address", {"text": identifier[:200]}, N_("`{text}` is not the https address of a document"))
    return identifier


def is_ip_address(host: str) -> bool:
    """Whether a host is written as an IP address, in whatever form resolvers take."""
    if re.fullmatch(r"(?:0[xX][0-9A-Fa-f]*|[0-9]+)", host.rsplit(".", 1)[-1]):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
