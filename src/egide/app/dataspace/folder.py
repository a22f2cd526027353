"""The folder of a connector: who it is, where it listens, which peers it knows by which tokens; its database and its secrets beside it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

import msgspec

from egide.app import private
from egide.app.files import write
from egide.vocabulary.errors import EgideError, InputError, Location
from egide.vocabulary.language import N_
from egide.vocabulary.yaml import read_yaml, write_yaml

if TYPE_CHECKING:
    from egide.store.connection import Store

FILE, DATABASE, SECRET, EXAMPLE = "connector.yaml", "connector.db", "secret.key", "exemple-courbe.csv"
IDENTITY = "identity.pem"
"""The key by which a participant proves that it is its DID."""
PROTOCOL_PATH = "/dsp"
PORT = 8181
MANAGEMENT_ABOVE = 1000
HEADER = "heure_utc;puissance_kw\n"


class NoConnectorError(EgideError):
    """The folder holds no connector."""

    hint = N_("egide dataspace init makes one; --at says where it is")

    def __init__(self, folder: Path) -> None:
        super().__init__(N_("there is no connector in {folder}"), {"folder": str(folder)})


class UnknownPeerError(EgideError):
    """A peer that the folder does not name."""

    hint = N_("peers stand in connector.yaml; egide dataspace init --peer FOLDER makes two know each other")

    def __init__(self, peer: str) -> None:
        super().__init__(N_("no peer is known as {peer}"), {"peer": peer})


class Peer(msgspec.Struct, forbid_unknown_fields=True):
    """Another connector: its address with the path of the protocol, the token that each shows the other where identity is by tokens, and
    what is known of the participant, by the left operands of policies."""

    participant: str
    address: str
    sends: str = ""
    receives: str = ""
    facts: dict[str, str] = {}


class Claims(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What identity by credentials goes by. ``trusts``: for each type of credential, the issuers that are believed. ``demands``: the types
    that everybody must prove who speaks to us. ``shows``: the types that peers may see of ours; without it, all. ``issues``: the types that
    others may ask of us; a person decides each request."""

    trusts: dict[str, list[str]] = {}
    demands: list[str] = []
    shows: list[str] | None = None
    issues: list[str] = []

    def __post_init__(self) -> None:
        if unbelieved := [one for one in self.demands if not self.trusts.get(one)]:
            raise ValueError(f"`{unbelieved[0]}` is demanded, and no issuer is trusted for it")


class Settings(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """``address``: the root by which peers reach us, with its path prefix if any. ``private``: plain http, this machine and private
    networks are spoken to; only for trials and closed networks. ``approval``: a person agrees to each negotiation. ``identity``: by tokens
    that never change, or by credentials (DCP).

    ``push_to``: the hosts that data may be pushed to, at a peer's wish; a name that begins with a dot stands for all below it. Without it,
    any host of the public network. ``management_port``: of the management API and the pages, on this machine only; a thousand above the
    port when it is not said.
    """

    participant: str
    address: str
    identity: Literal["static", "dcp"] = "static"
    claims: Claims = msgspec.field(default_factory=Claims)
    host: str = "127.0.0.1"
    port: int = PORT
    management_port: int | None = None
    private: bool = False
    push_to: list[str] | None = None
    approval: bool = False
    peers: list[Peer] = []

    def __post_init__(self) -> None:
        if self.identity == "dcp" and not self.participant.startswith("did:web:"):
            raise ValueError("identity by credentials wants a participant that is a did:web")

    @property
    def base(self) -> str:
        """Where the protocol is spoken."""
        return self.address.rstrip("/") + PROTOCOL_PATH

    @property
    def managed_at(self) -> int:
        """The port of the management API and the pages."""
        return self.port + MANAGEMENT_ABOVE if self.management_port is None else self.management_port

    def peer(self, named: str) -> Peer:
        """A peer by its participant id or its address. Raises `UnknownPeerError`."""
        for one in self.peers:
            if named in {one.participant, one.address} or one.address.startswith(named.rstrip("/") + "/"):
                return one
        raise UnknownPeerError(named)

    def recognised(self) -> Mapping[bytes, str]:
        """The digest of each token that a peer sends, to the participant."""
        return {hashlib.sha256(one.sends.encode()).digest(): one.participant for one in self.peers if one.sends}


def settings(folder: Path) -> Settings:
    """What the folder says. Raises `NoConnectorError`, `InputError` with the place."""
    path = folder / FILE
    if not path.exists():
        raise NoConnectorError(folder)
    try:
        return msgspec.convert(read_yaml(private.content(path), str(path)), Settings)
    except msgspec.ValidationError as error:
        raise InputError(N_("not the settings of a connector: {problem}"), Location(str(path)), values={"problem": error}) from error


def new_settings(
    participant: str, port: int, address: str | None, identity: str, trusts: list[str], *, private: bool, issues: list[str] | None = None,
) -> Settings:
    """What a new folder says. ``trusts``: each `TYPE=DID`. ``issues``: types of credentials. Raises `InputError`."""
    believed: dict[str, list[str]] = {}
    for pair in trusts:
        kind, equals, issuer = pair.partition("=")
        if not equals or not issuer.startswith("did:"):
            raise InputError(N_("`{pair}` is not TYPE=DID, as PartyLabelCredential=did:web:issuer.example"), values={"pair": pair})
        believed.setdefault(kind, []).append(issuer)
    said = {"participant": participant, "address": address or f"http://127.0.0.1:{port}", "port": port, "private": private,
            "identity": identity, "claims": {"trusts": believed, "issues": issues or []}}  # fmt: skip
    try:
        return msgspec.convert(said, Settings)
    except msgspec.ValidationError as error:
        raise InputError(N_("not the settings of a connector: {problem}"), values={"problem": error}) from error


def secret(folder: Path) -> bytes:
    """The key under which our own tokens are made."""
    return bytes.fromhex(private.content(folder / SECRET).decode())


def control_token(folder: Path) -> str:
    """What a command shows to the connector that serves from the same folder."""
    return hashlib.sha256(b"egide/control/1\n" + secret(folder)).hexdigest()


def management_key(folder: Path) -> str:
    """What clients of the management API show, and what opens the pages."""
    return hashlib.sha256(b"egide/management/1\n" + secret(folder)).hexdigest()[:40]


def signaling_key(folder: Path) -> str:
    """What a data plane shows that moves data for this connector."""
    return hashlib.sha256(b"egide/signaling/1\n" + secret(folder)).hexdigest()[:40]


def sealing(folder: Path) -> tuple[Callable[[bytes], str], Callable[[str], bytes]]:
    """Seals a secret for the database, and opens it again: AES-256-GCM under a key made from the folder's own."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cipher = AESGCM(hashlib.sha256(b"egide/sealing/1\n" + secret(folder)).digest())

    def seal(content: bytes) -> str:
        nonce = secrets.token_bytes(12)
        return (nonce + cipher.encrypt(nonce, content, None)).hex()

    def unseal(sealed: str) -> bytes:
        content = bytes.fromhex(sealed)
        return cipher.decrypt(content[:12], content[12:], None)

    return seal, unseal


def facts_of(said: list[str], meets: Path | None) -> dict[str, str]:
    """What another connector is to know of a new one: each `LEFT=VALUE`, of a left operand that policies have. Raises `InputError`."""
    from egide.app.dataspace.policies import stated

    if said and meets is None:
        raise InputError(N_("--fact says what another connector knows of this one, and --peer which"))
    stated(said)
    return {left: value for left, _, value in (one.partition("=") for one in said)}


def database_url(folder: Path, given: str | None = None) -> str:
    """The database that was asked for, else the one in the folder."""
    return given or str(folder / DATABASE)


def open_database(folder: Path, given: str | None = None) -> Store:
    """The connector's database, made when it is absent."""
    from egide.app.database import rooms
    from egide.store import open_store

    return open_store(database_url(folder, given), rooms())


def init(
    folder: Path, made: Settings, meets: Path | None = None, *, example: bool = True, facts: Mapping[str, str] | None = None,
) -> Settings:
    """Make a connector in a new folder, with a first dataset; and have it and another on this machine know each other.

    ``facts``: what the other knows of us from then on, by the left operands of policies.

    Raises `WouldOverwriteError` when there is one already.
    """
    other = settings(meets) if meets else None
    if other is not None and other.identity != made.identity:
        raise InputError(N_("both know who they are by different means: {ours}, and there {theirs}"), Location(str(meets)),
                         values={"ours": made.identity, "theirs": other.identity})  # fmt: skip
    private.folder(folder)
    private.create(folder / SECRET, secrets.token_hex(32).encode())
    if made.identity == "dcp":
        private.create(folder / IDENTITY, _new_key())
    if other is not None:
        ours, theirs = ("", "") if made.identity == "dcp" else (secrets.token_urlsafe(32), secrets.token_urlsafe(32))
        made.peers = [*made.peers, Peer(other.participant, other.base, sends=theirs, receives=ours)]
        other.peers = [one for one in other.peers if one.participant != made.participant]
        other.peers.append(Peer(made.participant, made.base, ours, theirs, dict(facts or {})))
    private.create(folder / FILE, write_yaml(msgspec.to_builtins(made)))
    if other is not None and meets is not None:
        _replace(meets / FILE, write_yaml(msgspec.to_builtins(other)))
    with open_database(folder) as store:
        if example:
            _offer_example(store, folder)
    return made


def _new_key() -> bytes:
    from egide.trust.keys import Kind
    from egide.trust.signing import new_key

    return new_key(Kind.P256).pem()


def _replace(path: Path, content: bytes) -> None:
    """Write a private file over itself."""
    kept = path.with_name(f".{path.name}.{uuid4().hex}")
    private.create(kept, content)
    kept.replace(path)


def _offer_example(store: Store, folder: Path) -> None:
    """A day of half-hours from an invented meter, free to use."""
    from egide.dataspace.offering.offered import BOTH, Offer, Offered, put

    path = folder / EXAMPLE
    lines = [f"2026-01-15T{at // 2:02d}:{30 * (at % 2):02d}:00Z;{3 + (at * 7) % 11 / 2:.1f}" for at in range(48)]
    write(path, (HEADER + "\n".join(lines) + "\n").encode(), force=True)
    dataset = "urn:egide:dataset:exemple-courbe"
    with store.write() as tx:
        put(tx, Offered(
            dataset, "Courbe de charge (exemple inventé)", str(path.absolute()), BOTH,
            [Offer(f"{dataset}:offer", {"permission": [{"action": "use"}]})], datetime.now(UTC), media_type="text/csv",
        ))  # fmt: skip


def terms_of(path: Path) -> dict[str, Any]:
    """The terms of a policy file, in ODRL or in our short form, as peers exchange them. Raises `InputError` with the place."""
    from egide.app.files import read
    from egide.dataspace.policies.reading import MAX_BYTES

    return terms_in(read(path, MAX_BYTES), str(path))


def terms_in(content: bytes, name: str) -> dict[str, Any]:
    """The same from what a file of that name holds."""
    from egide.app.dataspace.policies import policy_in
    from egide.dataspace.deciding import terms
    from egide.dataspace.messages.policy import CatalogueOffer
    from egide.dataspace.policies.writing import write_exchanged

    found = terms(write_exchanged(policy_in(content, name)))
    try:
        msgspec.convert({"@id": "-", **found}, CatalogueOffer)
    except msgspec.ValidationError as error:
        raise InputError(N_("not a policy: {problem}"), Location(name), values={"problem": error}) from error
    return found
