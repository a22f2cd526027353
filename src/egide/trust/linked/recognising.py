"""What a file of a bundle is, when no digest that we ship and no manifest says so: told from its content, or from the folder it lies in.

A DID document names its own address, and so does a status list. Anything else that lay behind an address stands in the folder `pages`,
under the host and path of that address.
"""

from __future__ import annotations

from typing import Any

from egide.trust.dids.identifiers import Did, address_of, read_did
from egide.trust.jose import read_compact
from egide.trust.jose_json import read_object
from egide.trust.linked.known import Kind
from egide.trust.status_lists import LIST_TYPE
from egide.vocabulary.findings import Reason

PAGES = "pages/"
ISSUERS_FORMAT = "egide-trust-issuers-1"
PEM = b"-----BEGIN CERTIFICATE-----"


def recognised(path: str, content: bytes) -> tuple[Kind, str] | None:
    """What the file is and its name: of a page its address, of the rest its path."""
    if path.startswith(PAGES):
        return Kind.PAGE, "https://" + path.removeprefix(PAGES)
    if PEM in content[:64 * 1024] and not content.lstrip().startswith(b"{"):
        return Kind.ANCHORS, path
    document = _document(content)
    if document is None:
        return None
    if document.get("format") == ISSUERS_FORMAT:
        return Kind.ISSUERS, path
    address = _own_address(document)
    return (Kind.PAGE, address) if address else None


def _document(content: bytes) -> dict[str, Any] | None:
    if content.lstrip().startswith(b"{"):
        document = read_object(content)
    else:
        compact = read_compact(content.strip())
        document = compact if isinstance(compact, Reason) else read_object(compact.payload)
    return None if isinstance(document, Reason) else document


def _own_address(document: dict[str, Any]) -> str | None:
    identifier, types = document.get("id"), document.get("type", [])
    if LIST_TYPE in (types if isinstance(types, list) else [types]):
        return identifier if isinstance(identifier, str) and identifier.startswith("https://") else None
    if "verificationMethod" not in document and "assertionMethod" not in document:
        return None
    did = read_did(identifier)
    if isinstance(did, Did) and did.method == "web":
        address = address_of(did)
        return address if isinstance(address, str) else None
    return identifier if isinstance(identifier, str) and identifier.startswith("https://") else None
