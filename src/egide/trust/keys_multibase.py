"""Keys as one word: multibase and multicodec (Controlled Identifiers 1.0, 2.2.2 Multikey and 2.4 Multibase; did:key).

Base58 is quadratic in its length, so a word longer than any key of ours is refused before it is read.
"""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from egide.trust.keys import CURVES, Kind, PublicKey, from_b64u, public_key
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
DIGITS: Mapping[str, int] = {letter: value for value, letter in enumerate(ALPHABET)}
MAX_CHARACTERS = 1500
CODES: Mapping[Kind, bytes] = {
    Kind.ED25519: b"\xed\x01", Kind.P256: b"\x80\x24", Kind.P384: b"\x81\x24", Kind.P521: b"\x82\x24", Kind.RSA: b"\x85\x24",
}  # fmt: skip
"""The multicodec of each kind, as an unsigned varint: 0xed, 0x1200, 0x1201, 0x1202, 0x1205."""
_RSA_HEAD = bytes.fromhex("300d06092a864886f70d0101010500")
"""AlgorithmIdentifier of rsaEncryption, which the RSAPublicKey of did:key lacks."""


def to_base58(content: bytes) -> str:
    """Base58 with the Bitcoin alphabet."""
    number, letters = int.from_bytes(content, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        letters = ALPHABET[rest] + letters
    return "1" * (len(content) - len(content.lstrip(b"\0"))) + letters


def from_base58(text: str) -> bytes | None:
    """The bytes, or nothing when the text has a letter that the alphabet has not."""
    number = 0
    for letter in text:
        if letter not in DIGITS:
            return None
        number = number * 58 + DIGITS[letter]
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def from_multibase(text: object) -> bytes | None:
    """The bytes of a multibase word in base58btc (``z``) or base64url (``u``), the two that the specification names."""
    if not isinstance(text, str) or not 1 < len(text) <= MAX_CHARACTERS:
        return None
    return from_base58(text[1:]) if text[0] == "z" else from_b64u(text[1:]) if text[0] == "u" else None


def multikey(key: PublicKey) -> str:
    """The key as a Multikey word."""
    native = key.native
    if isinstance(native, Ed25519PublicKey):
        content = native.public_bytes_raw()
    elif isinstance(native, EllipticCurvePublicKey):
        content = native.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    else:
        content = native.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    return "z" + to_base58(CODES[key.kind] + content)


def read_multikey(text: object) -> PublicKey | Reason:
    """The key of a Multikey word, or why it holds none."""
    content = from_multibase(text)
    if content is None:
        return Reason("multibase-unreadable", {}, N_("not a multibase word (base58btc or base64url)"))
    kind = next((kind for kind, code in CODES.items() if content.startswith(code)), None)
    if kind is None:
        return Reason("multicodec-unknown", {"code": content[:2].hex()}, N_("no kind of key has the multicodec {code}"))
    try:
        native = _native(kind, content[2:])
    except ValueError:
        return Reason("multikey-no-key", {"kind": kind.value}, N_("the values of this word are no {kind} key"))
    return public_key(native)


def _native(kind: Kind, content: bytes) -> object:
    if kind is Kind.ED25519:
        return Ed25519PublicKey.from_public_bytes(content)
    if kind is not Kind.RSA:
        if content[:1] not in (b"\x02", b"\x03"):
            raise ValueError("a compressed point was expected")
        return EllipticCurvePublicKey.from_encoded_point(CURVES[kind], content)
    native = load_der_public_key(_sequence(_RSA_HEAD + _tagged(b"\x03", b"\0" + content)))
    if not isinstance(native, RSAPublicKey) or native.public_bytes(Encoding.DER, PublicFormat.PKCS1) != content:
        raise ValueError("an RSAPublicKey in DER was expected")
    return native


def _sequence(content: bytes) -> bytes:
    return _tagged(b"\x30", content)


def _tagged(tag: bytes, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return tag + bytes([size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return tag + bytes([0x80 | len(length)]) + length + content
