"""Authorities that only exist here, and the certificates they give."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import (
    AuthorityKeyIdentifier,
    BasicConstraints,
    Certificate,
    CertificateBuilder,
    KeyUsage,
    Name,
    NameAttribute,
    SubjectKeyIdentifier,
    random_serial_number,
)
from cryptography.x509.oid import NameOID
from tests.trust.credential_world import NOW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.x509 import ExtensionType

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Authority:
    name: str
    key: ec.EllipticCurvePrivateKey
    certificate: Certificate

    def certify(
        self, public: object, name: str, extensions: Sequence[tuple[ExtensionType, bool]] = (), since: datetime = NOW - YEAR,
        until: datetime = NOW + YEAR,
    ) -> Certificate:
        known = AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        return certificate(public, name, self.name, self.key, [(known, False), *extensions], since, until)

    def under(self, name: str) -> Authority:
        """Another authority that this one certifies."""
        own = ec.generate_private_key(ec.SECP256R1())
        return Authority(name, own, self.certify(own.public_key(), name, authority(own)))


def root(name: str = "Autorité fictive") -> Authority:
    own = ec.generate_private_key(ec.SECP256R1())
    return Authority(name, own, certificate(own.public_key(), name, name, own, authority(own), NOW - YEAR, NOW + YEAR))


def authority(own: ec.EllipticCurvePrivateKey) -> list[tuple[ExtensionType, bool]]:
    return [(BasicConstraints(ca=True, path_length=None), True), (usage(certifies=True), True),
        (SubjectKeyIdentifier.from_public_key(own.public_key()), False)]


def usage(*, signs: bool = False, commits: bool = False, certifies: bool = False, agrees: bool = False) -> KeyUsage:
    return KeyUsage(
        digital_signature=signs, content_commitment=commits, key_encipherment=False, data_encipherment=False, key_agreement=agrees,
        key_cert_sign=certifies,
        crl_sign=certifies, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def certificate(
    public: object, name: str, issuer: str, signer: ec.EllipticCurvePrivateKey, extensions: Sequence[tuple[ExtensionType, bool]],
    since: datetime,
    until: datetime,
) -> Certificate:
    builder = CertificateBuilder().subject_name(named(name)).issuer_name(named(issuer)).public_key(public)  # type: ignore[arg-type]
    builder = builder.serial_number(random_serial_number()).not_valid_before(since).not_valid_after(until)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(signer, hashes.SHA256())


def named(name: str) -> Name:
    return Name([NameAttribute(NameOID.COMMON_NAME, name)])


def pem(*certificates: Certificate) -> bytes:
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates)


def base64_of(*certificates: Certificate) -> list[str]:
    return [base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in certificates]
