"""Signed notes and the keys that check them (C2SP signed-note): a text, an empty line, and lines of signatures.

Stricter than the specification in one point, on purpose: a line for a key that has a line already is refused whoever
the key is, as one signature shown twice is a mistake or an attempt to be counted twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from egide.trust.log.encoding import from_base64, to_base64
from egide.trust.log.steps import MalformedError
from egide.vocabulary.language import N_

MOST_BYTES = 256 * 1024
"""Room for `MOST_SIGNATURES` of ML-DSA-44, each of 3.3 KB in base 64."""
MOST_SIGNATURES = 64
"""The specification asks for 16 at least («Format»)."""
KEY_ID_BYTES = 4
MOST_NAME_BYTES = 255
"""Of a key's name: what its length can say in a message that ML-DSA-44 signs, and long for any other."""
DASH = "\u2014 "

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_KEY_ID = re.compile(r"[0-9a-f]{8}", re.ASCII)


class SignatureType(IntEnum):
    """The signature types that are read («Signature types»); a key of another type is refused."""

    ED25519 = 0x01
    """Over the text of the note."""
    COSIGNATURE = 0x04
    """A witness's, with its time (C2SP tlog-cosignature, «Ed25519 signed message»)."""
    ML_DSA_44 = 0x06
    """A witness's or a log's, with its time (C2SP tlog-cosignature, «ML-DSA-44 signed message»)."""


PUBLIC_KEY_BYTES = {SignatureType.ED25519: 32, SignatureType.COSIGNATURE: 32, SignatureType.ML_DSA_44: 1312}


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name and what it signs («Verifier keys»)."""

    name: str
    type: SignatureType
    public: bytes

    @property
    def id(self) -> bytes:
        """The first four bytes of SHA-256 of name, newline, type and key («Signatures»)."""
        return sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public).digest()[:KEY_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{to_base64(bytes([self.type]) + self.public)}"

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Whether the bare signature is this key's over the message."""
        try:
            if self.type is SignatureType.ML_DSA_44:
                MLDSA44PublicKey.from_public_bytes(self.public).verify(signature, message)
            else:
                Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signature:
    """One line of signature: who says to have signed, and the bytes."""

    name: str
    key_id: bytes
    content: bytes

    def __str__(self) -> str:
        return f"{DASH}{self.name} {to_base64(self.key_id + self.content)}\n"

    def is_by(self, key: VerifierKey) -> bool:
        """Whether the line is for that key: both the name and the identifier are its own."""
        return self.name == key.name and self.key_id == key.id


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signatures, none of them verified by being read."""

    text: str
    """With its last newline, without the empty line that follows."""
    signatures: tuple[Signature, ...]

    def __bytes__(self) -> bytes:
        return (self.text + "\n" + "".join(str(one) for one in self.signatures)).encode()


def verifier_key(text: str) -> VerifierKey:
    """The key of ``name+id+base64``; raises `MalformedError` when it is malformed, of a type that is not read or of another id."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    if not (_is_name(name) and _KEY_ID.fullmatch(key_id) and encoded):
        raise MalformedError("not-a-verifier-key", N_("not a verifier key: a name, eight hexadecimal digits and base 64, joined by «+»"))
    content = from_base64(encoded, "verifier-key")
    if content[0] not in list(SignatureType):
        raise MalformedError("key-type", N_("the verifier key of «{name}» is of type {type}, which is not read"),
                             name=name, type=content[0])  # fmt: skip
    key = VerifierKey(name, SignatureType(content[0]), content[1:])
    if len(key.public) != PUBLIC_KEY_BYTES[key.type]:
        raise MalformedError("key-length", N_("the verifier key of «{name}» should have {wanted} bytes, not {n}"),
                             name=name, n=len(key.public), wanted=PUBLIC_KEY_BYTES[key.type])  # fmt: skip
    if key.id.hex() != key_id:
        raise MalformedError("key-id", N_("the verifier key of «{name}» does not have the identifier it states"), name=name)
    return key


def note(content: bytes) -> Note:
    """The note («Format»); raises `MalformedError` with the first thing that is wrong."""
    if len(content) > MOST_BYTES:
        raise MalformedError("note-too-long", N_("a note of {n} bytes, where {most} are read at most"), n=len(content), most=MOST_BYTES)
    try:
        said = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError("not-utf-8", N_("the note is not UTF-8")) from error
    if _CONTROL.search(said):
        raise MalformedError("control-character", N_("the note holds a control character"))
    body, gap, lines = said.rpartition("\n\n")
    if not gap or not body:
        raise MalformedError("no-signatures", N_("the note has no empty line between a text and its signatures"))
    return Note(body + "\n", signatures(lines))


def signatures(lines: str) -> tuple[Signature, ...]:
    """Lines of signatures, each ended by a newline: at least one, no key twice; raises `MalformedError`."""
    if not lines.endswith("\n"):
        raise MalformedError("note-cut", N_("the note does not end with a newline after its signatures"))
    split = lines[:-1].split("\n")
    if len(split) > MOST_SIGNATURES:
        raise MalformedError("too-many-signatures", N_("a note with {n} signatures, where {most} are read at most"),
                             n=len(split), most=MOST_SIGNATURES)  # fmt: skip
    read = tuple(_signature(line) for line in split)
    _each_once(read)
    return read


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(DASH).partition(" ")
    if not line.startswith(DASH) or not _is_name(name) or not encoded:
        raise MalformedError("not-a-signature", N_("what follows the text of the note is no line of signature"))
    content = from_base64(encoded, "note-signature")
    if len(content) <= KEY_ID_BYTES:
        raise MalformedError("signature-cut", N_("the signature of «{name}» is cut short"), name=name)
    return Signature(name, content[:KEY_ID_BYTES], content[KEY_ID_BYTES:])


def _each_once(read: Sequence[Signature]) -> None:
    seen = set()
    for one in read:
        if (one.name, one.key_id) in seen:
            raise MalformedError("signature-twice", N_("two signatures by the same key of «{name}»"), name=one.name)
        seen.add((one.name, one.key_id))


def _is_name(name: str) -> bool:
    """Not empty nor endless, without spaces (Unicode's included) nor the «+» that separates the parts of a verifier key."""
    return 0 < len(name.encode()) <= MOST_NAME_BYTES and "+" not in name and not any(one.isspace() for one in name)
