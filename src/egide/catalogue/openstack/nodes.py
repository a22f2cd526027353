"""Nodes of Gaia-X 25.11 in JSON-LD: each typed, each value a literal of the datatype that its shape asks for.

Members are written with their prefixes (`gx:`, `vcard:`, `qudt:`), so that no context turns a text into an address: its bare words do.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlsplit

from egide.catalogue.openstack import provider as of

Node = dict[str, Any]
MEBIBYTE, GIBIBYTE, BYTE = (f"http://qudt.org/vocab/unit/{unit}" for unit in ("MebiBYTE", "GibiBYTE", "BYTE"))


def node(kinds: str | Iterable[str], id_: str | None = None, **members: Any) -> Node:
    """A node of those types (``gx:`` before each); members that are absent or empty are left out, ``_`` in their names stands for ``:``."""
    listed = [kinds] if isinstance(kinds, str) else list(kinds)
    types = [kind if ":" in kind else f"gx:{kind}" for kind in listed]
    made: Node = {"id": id_} if id_ else {}
    made["type"] = types[0] if len(types) == 1 else types
    return made | {name.replace("_", ":", 1): value for name, value in members.items() if value is not None and value not in ([], "")}


def ref(id_: str) -> Node:
    """A node that is described elsewhere."""
    return {"id": id_}


def address_of(url: str) -> Node:
    """An address as a literal."""
    return {"@type": "xsd:anyURI", "@value": url}


def decimal(number: float) -> Node:
    """A number as the shapes want it: `xsd:float`."""
    return {"@type": "xsd:float", "@value": f"{number:.9g}"}


def size(number: float | None, unit: str) -> Node | None:
    """A size of memory or storage."""
    if number is None:
        return None
    return node("MemorySize", qudt_quantityValue=decimal(number), qudt_applicableUnit=unit)


def disk(gib: float, kind: str | None = None) -> Node:
    """A disk of so many GiB."""
    return node("Disk", gx_diskSize=size(gib, GIBIBYTE), gx_diskType=kind)


def license_of(said: str) -> str | Node:
    """An identifier of SPDX as it is; an address as an address."""
    return address_of(said) if urlsplit(said).scheme in {"http", "https"} else said


def rights(found: of.Rights) -> Node:
    """Whose it is and what may be done with it: the three members that every virtual resource must have."""
    return {
        "gx:copyrightOwnedBy": list(found.copyright), "gx:license": [license_of(one) for one in found.license],
        "gx:resourcePolicy": found.policy,
    }  # fmt: skip


def postal(found: of.Address) -> Node:
    """An address of a place."""
    made = node("Address", gx_countryCode=found.country)
    named = {"vcard:street-address": found.street, "vcard:postal-code": found.postal_code, "vcard:locality": found.locality}
    return made | {name: said for name, said in named.items() if said}


def legal_document(found: of.LegalDocument) -> Node:
    """A document of law."""
    return node("LegalDocument", gx_url=address_of(found.url), gx_mimeTypes=list(found.mime_types),
                gx_governingLawCountries=list(found.governing_law))  # fmt: skip


def encryption(found: of.Encryption) -> Node:
    """How stored data are encrypted."""
    return node("Encryption", gx_cipher=found.cipher, gx_keyManagement=found.keys)


def fragment(name: str) -> str:
    """A name as the fragment of an address."""
    return quote(name, safe="-._~")
