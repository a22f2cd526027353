"""What a verification may consult, all of it handed in; and a memory of what it did consult."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from egide.trust.credentials.results import Mode
from egide.trust.dids.documents import Document, Purpose
from egide.trust.dids.identifiers import Fetch, Fetched, NotAtHand, offline, resolve

if TYPE_CHECKING:
    from egide.trust.keys import PublicKey
    from egide.trust.x509 import Anchors
    from egide.vocabulary.findings import Answer, Reason

KeyOf = Callable[[str, tuple[Purpose, ...]], "PublicKey | Reason | NotAtHand"]
"""The key under the URL of a verification method, when its document lets it serve one of the purposes."""
Embedded = Callable[[Mapping[str, Any], str, tuple[Purpose, ...], KeyOf], "tuple[Answer, tuple[Reason, ...]]"]
"""Answers for the `proof` inside a document: the document, who must have made it, for which purpose, and where keys are had."""


@lru_cache(maxsize=128)
def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class World:
    """Everything outside of the file that may decide. By default: nothing is fetched, and no anchor is trusted."""

    fetch: Fetch = offline
    anchors: Anchors | None = None
    chain_required: bool = False
    """Whether a key without certificates is refused, as a trust scope may want."""
    status_age_seconds: int | None = None
    """How old a status list may be; without it, what the list itself allows, or a day."""
    status_issuers: frozenset[str] = frozenset()
    """Who may publish the status of others' credentials."""
    beside: Mapping[str, str] = field(default_factory=dict)
    """Other credentials at hand that a label may name: identifier to digest."""
    resources: Mapping[str, bytes] = field(default_factory=dict)
    """Files at hand that a credential may speak of, by address."""
    embedded: Embedded | None = None

    def asked(self, *, chain_required: bool, embedded: Embedded) -> World:
        """The same, as a verification asks it: with what its scope demands, and how it examines proofs within documents."""
        return World(self.fetch, self.anchors, chain_required, self.status_age_seconds, self.status_issuers, self.beside, self.resources,
                     embedded)


class Asked(msgspec.Struct):
    """One verification's view of the world: each address is asked once, and what it answered is kept by digest."""

    world: World
    mode: Mode
    now: datetime
    answers: dict[str, Fetched | NotAtHand] = msgspec.field(default_factory=dict)
    documents: dict[str, Document | Reason | NotAtHand] = msgspec.field(default_factory=dict)
    keys: dict[tuple[str, tuple[Purpose, ...]], PublicKey | Reason | NotAtHand] = msgspec.field(default_factory=dict)

    def fetch(self, address: str) -> Fetched | NotAtHand:
        """What lies behind the address."""
        if address not in self.answers:
            self.answers[address] = self.world.fetch(address)
        return self.answers[address]

    def document(self, identifier: str) -> Document | Reason | NotAtHand:
        """The document that speaks for the identifier."""
        if identifier not in self.documents:
            self.documents[identifier] = resolve(identifier, self.fetch)
        return self.documents[identifier]

    def key(self, method: str, purposes: tuple[Purpose, ...]) -> PublicKey | Reason | NotAtHand:
        """The key under the URL of a verification method."""
        known = self.keys.get((method, purposes))
        if known is None:
            document = self.document(method.partition("#")[0])
            known = self.keys[method, purposes] = document.key_for(method, purposes) if isinstance(document, Document) else document
        return known

    def consulted(self) -> dict[str, str]:
        """Addresses to the SHA-256 of what they answered."""
        return {address: _digest(answer.content) for address, answer in sorted(self.answers.items()) if isinstance(answer, Fetched)}

    def kept(self) -> dict[str, datetime]:
        """Addresses whose answers had been kept, to the moment since when."""
        return {address: answer.at for address, answer in sorted(self.answers.items()) if isinstance(answer, Fetched) and answer.at}

    def absent(self) -> tuple[str, ...]:
        """Addresses behind which nothing was at hand."""
        return tuple(sorted(address for address, answer in self.answers.items() if isinstance(answer, NotAtHand)))
