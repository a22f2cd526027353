"""Checkpoints: the signed head of a log (C2SP tlog-checkpoint), and what each type of key signs of it.

An Ed25519 key signs the text as it stands; a witness's key signs it with a time in front (C2SP tlog-cosignature,
«Ed25519 signed message»); an ML-DSA-44 key, a log's or a witness's, signs its own name, the time, the origin, the size
and the root («ML-DSA-44 signed message»), and so nothing of extension lines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from egide.trust.log.encoding import HASH_BYTES, MOST, from_decimal, hash_from_base64, to_base64
from egide.trust.log.merkle import EMPTY_ROOT
from egide.trust.log.note import MOST_NAME_BYTES, Note, Signature, SignatureType, VerifierKey, note
from egide.trust.log.steps import MalformedError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

TIMESTAMP_BYTES = 8
LABEL = b"subtree/v1\n\x00"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: whose, how many entries, which root («Note text»)."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()
    """Opaque lines that others' logs may add; ours has none, as nobody can audit them."""

    @property
    def text(self) -> str:
        """What is signed."""
        return "".join(f"{line}\n" for line in (self.origin, str(self.size), to_base64(self.root), *self.extensions))


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint and its signatures, none of them verified by being read."""

    checkpoint: Checkpoint
    signatures: tuple[Signature, ...]

    def __bytes__(self) -> bytes:
        return bytes(Note(self.checkpoint.text, self.signatures))

    def by(self, key: VerifierKey) -> Signature | None:
        """The signature that says to be that key's."""
        return next((one for one in self.signatures if one.is_by(key)), None)

    def bearing(self, signatures: Sequence[Signature]) -> SignedCheckpoint:
        """The same with these signatures; one by a key that has signed already takes its place."""
        kept = {(one.name, one.key_id): one for one in (*self.signatures, *signatures)}
        return replace(self, signatures=tuple(kept.values()))


def checkpoint(text: str) -> Checkpoint:
    """The checkpoint of a note's text («Note text»); raises `MalformedError`."""
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 3 or not all(lines):
        raise MalformedError("not-a-checkpoint", N_("a checkpoint has an origin, a size and a root, each on its line, and no empty line"))
    origin, size, root, *extensions = lines
    read = Checkpoint(origin, from_decimal(size, "tree-size"), hash_from_base64(root, "root-hash"), tuple(extensions))
    if read.size == 0 and read.root != EMPTY_ROOT:
        raise MalformedError("empty-root", N_("the root of an empty tree is another"))
    return read


def signed_checkpoint(content: bytes) -> SignedCheckpoint:
    """The signed checkpoint that these bytes are; raises `MalformedError`."""
    read = note(content)
    return SignedCheckpoint(checkpoint(read.text), read.signatures)


def message(key: VerifierKey, signed: Checkpoint, timestamp: int) -> bytes:
    """What that key signs of the checkpoint; an Ed25519 key that is no witness's doesn't sign the time."""
    if key.type is SignatureType.ED25519:
        return signed.text.encode()
    if key.type is SignatureType.COSIGNATURE:
        return f"cosignature/v1\ntime {timestamp}\n{signed.text}".encode()
    return b"".join((
        LABEL, _opaque(key.name), timestamp.to_bytes(8, "big"), _opaque(signed.origin),
        (0).to_bytes(8, "big"), signed.size.to_bytes(8, "big"), signed.root,
    ))  # fmt: skip


def timestamp_of(key: VerifierKey, signature: Signature) -> int | None:
    """When the signature says to have been made, in POSIX seconds; nothing when its type doesn't say."""
    if key.type is SignatureType.ED25519:
        return None
    return int.from_bytes(signature.content[:TIMESTAMP_BYTES], "big")


def verifies(key: VerifierKey, signed: Checkpoint, signature: Signature) -> bool:
    """Whether the signature is that key's on the checkpoint."""
    timestamp = timestamp_of(key, signature)
    if timestamp is None:
        return key.verifies(message(key, signed, 0), signature.content)
    if timestamp > MOST or len(signed.origin.encode()) > MOST_NAME_BYTES:
        return False
    return key.verifies(message(key, signed, timestamp), signature.content[TIMESTAMP_BYTES:])


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that signs checkpoints: what it is called, and whatever makes its bare signatures (a file, a card, a command)."""

    key: VerifierKey
    sign: Callable[[bytes], bytes]

    @classmethod
    def ed25519(cls, name: str, private: Ed25519PrivateKey) -> Signer:
        """A log's key."""
        return cls(VerifierKey(name, SignatureType.ED25519, private.public_key().public_bytes_raw()), private.sign)

    @classmethod
    def cosignature(cls, name: str, private: Ed25519PrivateKey) -> Signer:
        """A witness's key."""
        return cls(VerifierKey(name, SignatureType.COSIGNATURE, private.public_key().public_bytes_raw()), private.sign)

    @classmethod
    def ml_dsa_44(cls, name: str, private: MLDSA44PrivateKey) -> Signer:
        """A log's or a witness's key that withstands quantum computers."""
        return cls(VerifierKey(name, SignatureType.ML_DSA_44, private.public_key().public_bytes_raw()), private.sign)

    def signature(self, signed: Checkpoint, now: datetime) -> Signature:
        """The line that this key adds to the checkpoint."""
        timestamp = int(now.timestamp())
        bare = self.sign(message(self.key, signed, timestamp))
        dated = b"" if self.key.type is SignatureType.ED25519 else timestamp.to_bytes(TIMESTAMP_BYTES, "big")
        return Signature(self.key.name, self.key.id, dated + bare)


def sign(head: Checkpoint, signers: Sequence[Signer], now: datetime) -> SignedCheckpoint:
    """The checkpoint, signed by each of the signers in their order."""
    if len(head.root) != HASH_BYTES:
        raise MalformedError("hash-length", N_("{what}: a hash has 32 bytes, not {n}"), what="root-hash", n=len(head.root))
    return SignedCheckpoint(head, tuple(signer.signature(head, now) for signer in signers))


def _opaque(text: str) -> bytes:
    """A text after its length in one byte, as in RFC 8446 section 3.4."""
    content = text.encode()
    if len(content) > MOST_NAME_BYTES:
        raise MalformedError("name-too-long", N_("a key of ML-DSA-44 cannot sign for a name of {n} bytes"), n=len(content))
    return len(content).to_bytes(1, "big") + content
