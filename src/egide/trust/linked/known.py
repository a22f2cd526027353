"""The files of others that verification needs, by digest: the files themselves don't ship.

A digest is that of the very bytes. Where the specification publishes it, that one is listed first; the others are of copies in use, with
another layout and the same content. Of two files for one name, a bundle gives the one that is listed first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a file is for."""

    CONTEXT = "context"
    SHAPES = "shapes"
    ANCHORS = "anchors"
    """Certificates that somebody trusts."""
    ISSUERS = "issuers"
    """Who was named for what."""
    PAGE = "page"
    """What lay behind an address: a document of keys, a status list, certificates."""


@dataclass(frozen=True, slots=True)
class Known:
    """A file whose content is fixed."""

    name: str
    """The name that documents use; of shapes, the release."""
    kind: Kind
    digest: str
    """SHA-256, hexadecimal."""
    source: str
    """Where the digest comes from."""
    also: tuple[str, ...] = ()
    """Other names for the same file."""

    @property
    def names(self) -> tuple[str, ...]:
        """All names that documents may use for it."""
        return self.name, *self.also


KNOWN: tuple[Known, ...] = (
    Known("https://www.w3.org/ns/credentials/v2", Kind.CONTEXT, "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
          "VC Data Model 2.0, B.1"),
    Known("https://www.w3.org/ns/credentials/v2", Kind.CONTEXT, "b0f1f7008622ad20e7342163899ef672275bcd584fc5fb8dee3c3940e5294fc8",
          "Posedio/gaia-x-go"),
    Known("https://www.w3.org/ns/credentials/examples/v2", Kind.CONTEXT, "57393fbc69d6efb9b9b5dc9cb6b9880b0944360abfe2eaf459c9e58cf2279d7c",
          "w3c/vc-data-model, contexts/credentials/examples/v2"),
    Known("https://www.w3.org/2018/credentials/v1", Kind.CONTEXT, "ab4ddd9a531758807a79a5b450510d61ae8d147eab966cc9a200c07095b0cdcc",
          "VC Data Model 1.1, B.1"),
    Known("https://www.w3.org/2018/credentials/v1", Kind.CONTEXT, "da58fdc62789d923d7485507b4b61fc90b483eec217238706807551de9ceeeab",
          "Posedio/gaia-x-go"),
    Known("https://w3id.org/security/data-integrity/v2", Kind.CONTEXT, "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
          "VC Data Integrity 1.0, 2.4.2"),
    Known("https://w3id.org/security/multikey/v1", Kind.CONTEXT, "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
          "VC Data Integrity 1.0, 2.4.2"),
    Known("https://w3id.org/security/jwk/v1", Kind.CONTEXT, "0f14b62f6071aafe00df265770ea0c7508e118247d79b7d861a406d2aa00bece",
          "VC Data Integrity 1.0, 2.4.2"),
    Known("https://w3id.org/security/suites/jws-2020/v1", Kind.CONTEXT, "ef0ae6f2382bd0efd39067c07263d26ae9b4cc5e4746111ba524d48125b484c3",
          "Posedio/gaia-x-go"),
    Known("https://w3id.org/gaia-x/development#", Kind.CONTEXT, "93cc40f03dfd5fdd2bc1e071fcd8a1c2a78cb7c1aae6157fef3004242ad25065",
          "Posedio/gaia-x-go, 2025-10-01", ("https://w3id.org/gaia-x/development",)),
    Known("https://w3id.org/gaia-x/2511#", Kind.CONTEXT, "70a07043511f02259aec702079411c852c5763e90370b1930a35920d7b0a5a33",
          "Gaia-X ontology 25.11, 2026-02-06", ("https://w3id.org/gaia-x/2511",)),
    Known("https://registry.lab.gaia-x.eu/development/api/trusted-shape-registry/v1/shapes/jsonld/trustframework#", Kind.CONTEXT,
          "4021050587333c1ff2aab0cb66e8abac8bf3ae6c20e6761af406ceb631e1a097", "Posedio/gaia-x-go, Gaia-X Tagus (22.10)"),
    Known("https://w3id.org/dspace/2025/1/context.jsonld", Kind.CONTEXT, "4c09141559c51331c8cb6946c93040d799c39f269afde5d76d79076b9645e1ea",
          "Dataspace Protocol 2025-1-err1"),
    Known("https://w3id.org/dspace/2025/1/odrl-profile.jsonld", Kind.CONTEXT,
          "65b96c89a93830c6d8c1b7bba93f4ce64411fe9bb942b445a6d27862511bbb9d", "Dataspace Protocol 2025-1-err1"),
    Known("gaia-x-25.11", Kind.SHAPES, "12d88ff8e3c685184471f87530e1b8da13c4d620547802671f75707cb2472ea8", "Gaia-X ontology 25.11"),
)  # fmt: skip
BY_DIGEST: Mapping[str, Known] = {known.digest: known for known in KNOWN}
NAMES: frozenset[str] = frozenset(name for known in KNOWN for name in known.names)
