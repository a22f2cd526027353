"""What a file is, by its content: its name only decides between a list and a table, which look alike."""

from __future__ import annotations

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
