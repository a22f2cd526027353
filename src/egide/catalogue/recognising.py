"""What a file is, by its content: its name only decides between a list and a table, which look alike."""

from __future__ import annotations

import base64
from enum import StrEnum
from typing import Any

import msgspec

SAMPLE = 2**16


class Kind(StrEnum):
    """What is read."""

    CREDENTIAL = "credential"
    """A token, or a credential or presentation as JSON; also whatever is none of the others, which is then refused by name."""
    OVHCLOUD = "ovhcloud"
    SCALEWAY = "scaleway"
    INSTANCES = "instances"
    OFFERS = "offers"
    """Offers in our own YAML."""
    TABLE = "table"
    """Prices in a table of any shape."""


def recognise(content: bytes, name: str) -> Kind:
    """What the file is."""
    bare = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if bare.startswith(b"{"):
        return _json(bare)
    suffix = name.rpartition(".")[2].lower()
    if suffix in {"yaml", "yml"}:
        return Kind.OFFERS
    return Kind.TABLE if suffix in {"csv", "tsv"} else Kind.CREDENTIAL


def stands_alone(beginning: bytes) -> bool:
    """Whether what begins so looks like one credential, which a presentation may carry too.

    It decides in which order files are read, and nothing else.
    """
    bare = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()
    if bare.startswith(b"{"):
        return b'"credentialSubject"' in bare and b'"verifiableCredential"' not in bare
    try:
        header = msgspec.json.decode(base64.urlsafe_b64decode(bare.partition(b".")[0] + b"=="))
    except (ValueError, RecursionError):
        return False
    typ = header.get("typ") if isinstance(header, dict) else None
    return isinstance(typ, str) and typ.lower().removeprefix("application/").startswith("vc")


def _json(content: bytes) -> Kind:
    """By the members of price lists, so that anything else is told what a credential lacks."""
    sample = content[:SAMPLE]
    if b'"products"' not in sample and b'"addons"' not in sample and b'"providers"' not in sample:
        return Kind.CREDENTIAL
    try:
        members: dict[str, Any] = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, RecursionError):
        return Kind.CREDENTIAL
    if "@context" in members:
        return Kind.CREDENTIAL
    if "addons" in members:
        return Kind.OVHCLOUD
    if "products" in members:
        return Kind.SCALEWAY
    return Kind.INSTANCES if "providers" in members else Kind.CREDENTIAL
