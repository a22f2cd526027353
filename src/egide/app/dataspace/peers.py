"""Which peer is meant: one that the folder names, one that a DID document leads to, or whoever answers at an address."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from egide.app.dataspace.folder import Peer, Settings, UnknownPeerError
from egide.dataspace import messages as m
from egide.dataspace.messages.discovery import VERSION, WELL_KNOWN
from egide.dataspace.processes.sending import document
from egide.dataspace.processes.steps import reason_document
from egide.dataspace.wire.client import FAULTS, Client
from egide.vocabulary.errors import EgideError
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.dataspace.claims import ByClaims


class PeerError(EgideError):
    """A peer did not give what was asked."""

    def __init__(self, address: str, problem: str) -> None:
        super().__init__(N_("{address} does not give it: {problem}"), {"address": address, "problem": problem})


async def peer_named(found: Settings, claims: ByClaims | None, named: str) -> Peer:
    """A peer that the folder knows; where identity is by credentials, anyone whose DID document says where the protocol is spoken.

    Raises `UnknownPeerError`, `PeerError`.
    """
    try:
        return found.peer(named)
    except UnknownPeerError:
        if claims is None or not named.startswith("did:"):
            raise
    address = await asyncio.to_thread(claims.speaks_at, named)
    if isinstance(address, Reason):
        raise PeerError(named, str(reason_document(address)["text"]))
    return Peer(named, address)


async def peer_at(client: Client, root: str) -> Peer:
    """Whoever answers at the root of a connector: it tells its versions to anybody. Raises `PeerError`."""
    root = root.rstrip("/")
    try:
        answer = await client.ask("GET", root + WELL_KNOWN)
        versions = m.typed(document(answer) or {}, m.ProtocolVersions)
    except (*FAULTS, TimeoutError, m.UnfitMessageError) as error:
        raise PeerError(root, str(error) or type(error).__name__) from error
    path = next((one.path for one in versions.versions if one.version == VERSION), None)
    if path is None:
        raise PeerError(root, f"it does not speak {VERSION}")
    return Peer("", root + path.rstrip("/"))
