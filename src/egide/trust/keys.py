"""Public keys, and which signature each may be asked to check.

A key is bound to its own algorithms before any signature is looked at: that is what closes the door to `alg: none`, to a public key
used as a shared secret and to a curve that isn't the key's (RFC 8725, 2.1 and 3.1). Symmetric algorithms don't exist here.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    SECP384R1,
    SECP521R1,
    EllipticCurve,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from egide.trust.jose_json import canonical
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

NativeKey = EllipticCurvePublicKey | Ed25519PublicKey | RSAPublicKey
RSA_BITS = (2048, 8192)
"""RFC 7518, 3.3 asks for 2048 or more; above 8192 one verification takes a stranger's share of our time."""
RSA_EXPONENTS = (65537, 2**64)
MAX_PEM_BYTES = 65536


class Kind(StrEnum):
    """What kind of key, by the name of its curve where it has one."""

    P256 = "P-256"
    P384 = "P-384"
    P521 = "P-521"
    ED25519 = "Ed25519"
    RSA = "RSA"


CURVES: Mapping[Kind, EllipticCurve] = {Kind.P256: SECP256R1(), Kind.P384: SECP384R1(), Kind.P521: SECP521R1()}
HASHES: Mapping[Kind, tuple[Callable[[bytes], hashlib._Hash], ECDSA]] = {
    Kind.P256: (hashlib.sha256, ECDSA(Prehashed(SHA256()))), Kind.P384: (hashlib.sha384, ECDSA(Prehashed(SHA384()))),
    Kind.P521: (hashlib.sha512, ECDSA(Prehashed(SHA512()))),
}  # fmt: skip
"""`hashlib` takes half as long for a message as when the signature's own check hashes it."""
HALF_BYTES: Mapping[Kind, int] = {kind: (curve.key_size + 7) // 8 for kind, curve in CURVES.items()}
"""What R and S take each."""
ALGORITHMS: Mapping[str, Kind] = {
    "ES256": Kind.P256, "ES384": Kind.P384, "ES512": Kind.P521, "EdDSA": Kind.ED25519, "Ed25519": Kind.ED25519,
    "PS256": Kind.RSA, "RS256": Kind.RSA,
}  # fmt: skip
"""All that may sign here (RFC 7518; RFC 8037; RFC 9864 names Ed25519 what RFC 8037 calls EdDSA)."""
USUAL: Mapping[Kind, str] = {
    Kind.P256: "ES256", Kind.P384: "ES384", Kind.P521: "ES512", Kind.ED25519: "EdDSA", Kind.RSA: "PS256",
}  # fmt: skip
_URL_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_BASE64 = msgspec.json.Decoder(bytes)
"""Reads base64, as a text of JSON, five times as fast as `binascii`, and strictly."""
_LAST_LETTERS = {2: _URL_LETTERS[::16], 3: _URL_LETTERS[::4]}
"""What a group of two or three letters may end with: the bits that carry nothing are zero."""
SECRET_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


@dataclass(frozen=True)
class PublicKey:
    """A public key with what its JWK said of its use."""

    kind: Kind
    native: NativeKey = field(repr=False, compare=False)
    thumbprint: str
    """RFC 7638, SHA-256, base64url: what makes two keys the same key."""
    algorithm: str | None = field(default=None, compare=False)
    """The only algorithm that its JWK allows, when it names one."""
    chain: tuple[str, ...] = field(default=(), compare=False, repr=False)
    """``x5c`` of its JWK: certificates in base64, the key's own first."""
    chain_url: str | None = field(default=None, compare=False, repr=False)
    """``x5u`` of its JWK."""

    @cached_property
    def _for_joserfc(self) -> ECKey | OKPKey | RSAKey:
        if isinstance(self.native, RSAPublicKey):
            return RSAKey.import_key(self.native)
        return OKPKey.import_key(self.native) if isinstance(self.native, Ed25519PublicKey) else ECKey.import_key(self.native)

    def refuses(self, algorithm: object) -> Reason | None:
        """Why this key must not be asked about a signature of that algorithm; nothing when it may."""
        if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
            return Reason("algorithm-not-allowed", {"algorithm": str(algorithm)[:40], "allowed": tuple(ALGORITHMS)},
                          N_("the algorithm `{algorithm}` is not accepted; these are: {allowed}"))
        if ALGORITHMS[algorithm] is not self.kind:
            return Reason("algorithm-of-another-key", {"algorithm": algorithm, "key": self.kind.value},
                          N_("the algorithm `{algorithm}` does not belong to a {key} key"))
        if self.algorithm is not None and _same(self.algorithm) != _same(algorithm):
            return Reason("algorithm-not-the-key's", {"algorithm": algorithm, "declared": self.algorithm[:40]},
                          N_("the key is declared for `{declared}`, and the signature says `{algorithm}`"))
        return None

    def verifies(self, algorithm: str, message: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's over the message; never when the algorithm isn't this key's."""
        if (algorithm != USUAL[self.kind] or self.algorithm not in (None, algorithm)) and self.refuses(algorithm) is not None:
            return False
        if self.kind in CURVES:
            return _by_curve(self.native, self.kind, message, signature)
        return JWSRegistry.algorithms[algorithm].verify(message, signature, self._for_joserfc)

    def jwk(self) -> dict[str, str]:
        """The members that RFC 7638 requires, and no other."""
        return _members(self.native)

    def pem(self) -> bytes:
        """SubjectPublicKeyInfo in PEM."""
        return self.native.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _by_curve(native: Any, kind: Kind, message: bytes, signature: bytes) -> bool:
    """R and S side by side, each of the curve's length (RFC 7518, 3.4), without the detours of a general library."""
    length, (hashed, how) = HALF_BYTES[kind], HASHES[kind]
    if len(signature) != 2 * length:
        return False
    r, s = int.from_bytes(signature[:length], "big"), int.from_bytes(signature[length:], "big")
    try:
        native.verify(encode_dss_signature(r, s), hashed(message).digest(), how)
    except InvalidSignature:
        return False
    return True


def public_key(
    native: object, algorithm: str | None = None, chain: tuple[str, ...] = (), chain_url: str | None = None,
) -> PublicKey | Reason:
    """The key as we use it, or why it isn't one that we use."""
    if isinstance(native, Ed25519PublicKey):
        kind = Kind.ED25519
    elif isinstance(native, EllipticCurvePublicKey):
        named = {curve.name: kind for kind, curve in CURVES.items()}
        if native.curve.name not in named:
            return _unsupported(native.curve.name)
        kind = named[native.curve.name]
    elif isinstance(native, RSAPublicKey):
        kind = Kind.RSA
        if refused := _weak(native):
            return refused
    else:
        return _unsupported(type(native).__name__)
    digest = hashlib.sha256(_required(native)).digest()
    return PublicKey(kind, native, b64u(digest), algorithm, chain, chain_url)


def read_jwk(jwk: object) -> PublicKey | Reason:
    """The public key of a JWK (RFC 7517, RFC 7518, RFC 8037), read strictly.

    Refused: a private member, a coordinate of another length, a point that isn't on the curve, a key meant for encryption.
    """
    if not isinstance(jwk, dict):
        return Reason("jwk-not-an-object", {}, N_("a JWK must be an object"))
    if secret := sorted(SECRET_MEMBERS & jwk.keys()):
        return Reason("jwk-private", {"members": tuple(secret)}, N_("a public JWK must not carry the private members {members}"))
    if refused := _not_for_signatures(jwk):
        return refused
    native = _native(jwk)
    if isinstance(native, Reason):
        return native
    chain, url, algorithm = jwk.get("x5c", []), jwk.get("x5u"), jwk.get("alg")
    if not isinstance(chain, list) or not all(isinstance(one, str) for one in chain):
        return _malformed("x5c")
    if url is not None and not isinstance(url, str):
        return _malformed("x5u")
    if algorithm is not None and not isinstance(algorithm, str):
        return _malformed("alg")
    return public_key(native, algorithm, tuple(chain), url)


def read_pem(content: bytes) -> PublicKey | Reason:
    """A public key from SubjectPublicKeyInfo in PEM."""
    try:
        native = load_pem_public_key(content) if len(content) <= MAX_PEM_BYTES else None
    except (ValueError, UnsupportedAlgorithm):
        native = None
    return Reason("pem-unreadable", {}, N_("not a public key in PEM")) if native is None else public_key(native)


def b64u(content: bytes) -> str:
    """Base64url without padding (RFC 7515, 2)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def from_b64u(text: object) -> bytes | None:
    """The bytes, when the text is their one base64url spelling: no padding, no stray bit, no character from elsewhere."""
    if isinstance(text, str):
        return bytes_from_b64u(text.encode("utf-8", "replace"))
    return None


def bytes_from_b64u(text: bytes) -> bytes | None:
    """As `from_b64u`, of a text in bytes."""
    beyond = len(text) % 4
    if beyond == 1 or (beyond and text[-1] not in _LAST_LETTERS[beyond]):
        return None
    if b"+" in text or b"/" in text or b"=" in text or b"\\" in text:
        return None
    try:
        return _BASE64.decode(b'"%b%b"' % (text.replace(b"-", b"+").replace(b"_", b"/"), b"=" * (-beyond % 4)))
    except msgspec.DecodeError:
        return None


def _same(algorithm: str) -> str:
    return "EdDSA" if algorithm == "Ed25519" else algorithm


def _not_for_signatures(jwk: Mapping[str, Any]) -> Reason | None:
    use, operations = jwk.get("use", "sig"), jwk.get("key_ops", ["verify"])
    if use != "sig":
        return Reason("jwk-use", {"use": str(use)[:40]}, N_("the key is meant for `{use}`, not for signatures"))
    if not isinstance(operations, list) or "verify" not in operations:
        return Reason("jwk-operations", {}, N_("the key is not meant to verify signatures"))
    return None


def _native(jwk: Mapping[str, Any]) -> NativeKey | Reason:
    kty, crv = jwk.get("kty"), jwk.get("crv")
    try:
        if kty == "EC" and crv in (Kind.P256, Kind.P384, Kind.P521):
            return _point(jwk, CURVES[Kind(crv)])
        if kty == "OKP" and crv == Kind.ED25519:
            x = from_b64u(jwk.get("x"))
            return _malformed("x") if x is None else Ed25519PublicKey.from_public_bytes(x)
        if kty == "RSA":
            return _modulus(jwk)
    except (ValueError, UnsupportedAlgorithm):
        return Reason("jwk-no-key", {"kind": str(crv if kty != "RSA" else kty)[:40]}, N_("the values of this JWK are no {kind} key"))
    return _unsupported(" ".join(str(one) for one in (kty, crv) if one is not None)[:40])


def _point(jwk: Mapping[str, Any], curve: EllipticCurve) -> EllipticCurvePublicKey | Reason:
    size = (curve.key_size + 7) // 8
    values = []
    for name in ("x", "y"):
        value = from_b64u(jwk.get(name))
        if value is None or len(value) != size:
            return _malformed(name)
        values.append(int.from_bytes(value, "big"))
    return EllipticCurvePublicNumbers(values[0], values[1], curve).public_key()


def _modulus(jwk: Mapping[str, Any]) -> RSAPublicKey | Reason:
    numbers = []
    for name in ("e", "n"):
        value = from_b64u(jwk.get(name))
        if not value or value[0] == 0 or len(value) > RSA_BITS[1] // 8:
            return _malformed(name)
        numbers.append(int.from_bytes(value, "big"))
    return RSAPublicNumbers(numbers[0], numbers[1]).public_key()


def _weak(native: RSAPublicKey) -> Reason | None:
    least, most = RSA_BITS
    if not least <= native.key_size <= most:
        return Reason("rsa-size", {"bits": native.key_size, "least": least, "most": most},
                      N_("an RSA key of {bits} bits; between {least} and {most} are accepted"))
    exponent = native.public_numbers().e
    if not RSA_EXPONENTS[0] <= exponent < RSA_EXPONENTS[1] or exponent % 2 == 0:
        return Reason("rsa-exponent", {}, N_("an RSA key with an exponent that is not accepted"))
    return None


def _members(native: NativeKey) -> dict[str, str]:
    if isinstance(native, EllipticCurvePublicKey):
        size, point = (native.curve.key_size + 7) // 8, native.public_numbers()
        curve = next(kind.value for kind, curve in CURVES.items() if curve.name == native.curve.name)
        return {"kty": "EC", "crv": curve, "x": b64u(point.x.to_bytes(size, "big")), "y": b64u(point.y.to_bytes(size, "big"))}
    if isinstance(native, Ed25519PublicKey):
        return {"kty": "OKP", "crv": Kind.ED25519.value, "x": b64u(native.public_bytes_raw())}
    numbers = native.public_numbers()
    return {"kty": "RSA", "e": b64u(_big(numbers.e)), "n": b64u(_big(numbers.n))}


def _big(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _required(native: NativeKey) -> bytes:
    said = canonical(_members(native))
    assert isinstance(said, bytes)  # noqa: S101 - texts only, which always have a canonical form
    return said


def _malformed(member: str) -> Reason:
    return Reason("jwk-malformed", {"member": member}, N_("the member `{member}` of the JWK is absent or malformed"))


def _unsupported(kind: str) -> Reason:
    return Reason("key-not-accepted", {"kind": kind, "accepted": tuple(Kind)},
                  N_("a key of kind «{kind}» is not accepted; these are: {accepted}"))
