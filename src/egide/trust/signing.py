"""Private keys and signers: a key in a file, or somebody else's device that is asked.

A private key never shows: not in a repr, not in an error, not in a pickle. Whoever keeps the file keeps it at 0600; that is the
application's work. What an external signer answers is checked with the public key before it is used, so that a wrong key or a wrong
format is found here and not by the reader.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn, Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    EllipticCurvePrivateKey,
    EllipticCurvePrivateNumbers,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPrivateNumbers,
    rsa_crt_dmp1,
    rsa_crt_dmq1,
    rsa_crt_iqmp,
)
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from egide.trust.jose_json import read_object
from egide.trust.keys import CURVES, MAX_PEM_BYTES, SECRET_MEMBERS, USUAL, Kind, PublicKey, b64u, from_b64u, public_key, read_jwk
from egide.vocabulary.errors import EgideError, InputError, Location
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

NativePrivateKey = EllipticCurvePrivateKey | Ed25519PrivateKey | RSAPrivateKey
HASHES = {Kind.P256: hashes.SHA256(), Kind.P384: hashes.SHA384(), Kind.P521: hashes.SHA512()}
NEW_RSA_BITS = 3072
UNREADABLE = N_("not a private key in PEM or JWK")


class SignerError(EgideError):
    """The signature could not be made, or is not the key's."""

    hint = N_("check that the signer answers for this public key, with the raw signature or its DER form")


class Signer(Protocol):
    """Whoever can sign for a public key: a key in a file (`PrivateKey`) or another device (`ExternalSigner`)."""

    @property
    def public(self) -> PublicKey:
        """The key that will verify."""

    def sign(self, algorithm: str, message: bytes) -> bytes:
        """The signature in the form of JOSE (RFC 7518, 3.4: R and S side by side for ECDSA)."""


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A private key in memory, which shows nothing but its public half."""

    public: PublicKey
    _native: NativePrivateKey = field(repr=False, compare=False)

    def sign(self, algorithm: str, message: bytes) -> bytes:
        """The signature; the same bytes each time but for PS256, whose salt is drawn (ECDSA follows RFC 6979).

        Raises `SignerError` when the key may not be used with that algorithm.
        """
        if reason := self.public.refuses(algorithm):
            raise SignerError(reason.message, reason.args)
        if isinstance(self._native, Ed25519PrivateKey):
            return self._native.sign(message)
        if isinstance(self._native, RSAPrivateKey):
            padding = PSS(MGF1(hashes.SHA256()), hashes.SHA256.digest_size) if algorithm == "PS256" else PKCS1v15()
            return self._native.sign(message, padding, hashes.SHA256())
        return side_by_side(_ecdsa(self._native, HASHES[self.public.kind], message), self.public.kind)

    def pem(self) -> bytes:
        """PKCS #8 in PEM, in clear: for a file that only its owner reads."""
        return self._native.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def jwk(self) -> bytes:
        """The private JWK as JSON, in clear: for a file that only its owner reads."""
        return json.dumps(self.public.jwk() | _secrets(self._native), indent=1).encode()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a private key is not pickled")


@dataclass(frozen=True, slots=True)
class ExternalSigner:
    """A key that we don't hold. The function is given the algorithm and the message, and answers with the signature.

    The application makes it from a command: the algorithm as its argument, the message on its standard input, the signature on its
    standard output. ECDSA signatures are taken raw or in DER, as most devices give them.
    """

    public: PublicKey
    ask: Callable[[str, bytes], bytes] = field(repr=False)

    def sign(self, algorithm: str, message: bytes) -> bytes:
        """The signature that was answered, once it verifies. Raises `SignerError` when it doesn't."""
        if reason := self.public.refuses(algorithm):
            raise SignerError(reason.message, reason.args)
        answered = self.ask(algorithm, message)
        for signature in (answered, side_by_side(answered, self.public.kind)):
            if self.public.verifies(algorithm, message, signature):
                return signature
        raise SignerError(N_("the signer answered with a signature that is not the key's"))


def new_key(kind: Kind) -> PrivateKey:
    """A new private key, drawn by the system."""
    if kind is Kind.ED25519:
        return _private(Ed25519PrivateKey.generate())
    if kind is Kind.RSA:
        return _private(generate_rsa(65537, NEW_RSA_BITS))
    return _private(generate_private_key(CURVES[kind]))


def usual_algorithm(key: PublicKey) -> str:
    """The algorithm to sign with when nobody asks for another."""
    return key.algorithm or USUAL[key.kind]


def read_private_key(content: bytes, file: str) -> PrivateKey:
    """The private key of a PEM or JWK file.

    Raises `InputError`, which says what is wrong and never what was read.
    """
    if len(content) > MAX_PEM_BYTES:
        raise InputError(UNREADABLE, Location(file))
    if content.lstrip().startswith(b"{"):
        return _read_private_jwk(content, file)
    try:
        native = load_pem_private_key(content, None)
    except TypeError:
        raise InputError(N_("the private key is encrypted with a passphrase, which is not asked for here"), Location(file)) from None
    except (ValueError, UnsupportedAlgorithm):
        raise InputError(UNREADABLE, Location(file)) from None
    return _fit(native, file)


def side_by_side(der: bytes, kind: Kind) -> bytes:
    """An ECDSA signature from DER to R and S of fixed length; what isn't one comes back as it was."""
    if kind not in CURVES:
        return der
    size = (CURVES[kind].key_size + 7) // 8
    try:
        r, s = decode_dss_signature(der)
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")
    except (ValueError, OverflowError):
        return der


def _ecdsa(native: EllipticCurvePrivateKey, digest: hashes.HashAlgorithm, message: bytes) -> bytes:
    try:
        return native.sign(message, ECDSA(digest, deterministic_signing=True))
    except UnsupportedAlgorithm:
        return native.sign(message, ECDSA(digest))


def _private(native: NativePrivateKey) -> PrivateKey:
    public = public_key(native.public_key())
    if isinstance(public, Reason):
        raise SignerError(public.message, public.args)
    return PrivateKey(public, native)


def _fit(native: object, file: str) -> PrivateKey:
    if not isinstance(native, EllipticCurvePrivateKey | Ed25519PrivateKey | RSAPrivateKey):
        raise InputError(N_("a private key of a kind that does not sign here"), Location(file))
    public = public_key(native.public_key())
    if isinstance(public, Reason):
        raise InputError(public.message, Location(file), values=public.args)
    return PrivateKey(public, native)


def _read_private_jwk(content: bytes, file: str) -> PrivateKey:
    jwk = read_object(content)
    if isinstance(jwk, Reason):
        raise InputError(UNREADABLE, Location(file))
    public = read_jwk({name: value for name, value in jwk.items() if name not in SECRET_MEMBERS and name not in ("use", "key_ops")})
    if isinstance(public, Reason):
        raise InputError(public.message, Location(file), values=public.args)
    secret = {name: int.from_bytes(value, "big") for name in SECRET_MEMBERS if (value := from_b64u(jwk.get(name)))}
    try:
        native = _from_secrets(public, secret, from_b64u(jwk.get("d")) or b"")
        same = public_key(native.public_key()) == public
    except (ValueError, KeyError, ArithmeticError):
        raise InputError(N_("the private members of the JWK are absent, or no key"), Location(file)) from None
    if not same:
        raise InputError(N_("the private half of the JWK belongs to another public key"), Location(file))
    return PrivateKey(public, native)


def _from_secrets(public: PublicKey, secret: dict[str, int], seed: bytes) -> NativePrivateKey:
    native = public.native
    if isinstance(native, Ed25519PublicKey):
        return Ed25519PrivateKey.from_private_bytes(seed)
    if isinstance(native, EllipticCurvePublicKey):
        return EllipticCurvePrivateNumbers(secret["d"], native.public_numbers()).private_key()
    d, p, q = secret["d"], secret["p"], secret["q"]
    parts = (rsa_crt_dmp1(d, p), rsa_crt_dmq1(d, q), rsa_crt_iqmp(p, q))
    return RSAPrivateNumbers(p, q, d, *parts, native.public_numbers()).private_key()


def _secrets(native: NativePrivateKey) -> dict[str, str]:
    if isinstance(native, Ed25519PrivateKey):
        return {"d": b64u(native.private_bytes_raw())}
    if isinstance(native, EllipticCurvePrivateKey):
        size = (native.curve.key_size + 7) // 8
        return {"d": b64u(native.private_numbers().private_value.to_bytes(size, "big"))}
    numbers = native.private_numbers()
    values = {"d": numbers.d, "p": numbers.p, "q": numbers.q, "dp": numbers.dmp1, "dq": numbers.dmq1, "qi": numbers.iqmp}
    return {name: b64u(value.to_bytes((value.bit_length() + 7) // 8, "big")) for name, value in values.items()}
