"""Certificates behind a key: a path from the key's own certificate to an anchor that somebody pinned (RFC 5280).

The certificate says whose the key is in the world of trust services, the issuer's document says it in the world of DIDs, and both must
speak of the same key. Paths are built by `cryptography`. Certificates of seals often lack the alternative name that a web server's
must have, so the leaf is held to a profile of its own: no authority, allowed to sign. Whether a certificate was revoked (CRL, OCSP)
is not asked here.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import (
    BasicConstraints,
    Certificate,
    DuplicateExtension,
    ExtensionNotFound,
    ExtensionType,
    InvalidVersion,
    KeyUsage,
    UnsupportedGeneralNameType,
    load_der_x509_certificate,
    load_pem_x509_certificates,
)
from cryptography.x509.verification import ExtensionPolicy, PolicyBuilder, Store, VerificationError

from egide.trust.keys import PublicKey, public_key
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

E = TypeVar("E", bound=ExtensionType)
MAX_CERTIFICATES = 12
MAX_CHAIN_BYTES = 128 * 1024
MAX_ANCHORS_BYTES = 8 * 1024 * 1024
MAX_INTERMEDIATES = 5
UNFIT = (ValueError, UnsupportedAlgorithm, InvalidVersion, DuplicateExtension, UnsupportedGeneralNameType)
"""What `cryptography` raises when a certificate, or a part of it that is looked at, is not what it should be."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """The roots that are trusted because somebody decided so."""

    store: Store
    count: int


@dataclass(frozen=True, slots=True)
class Path:
    """A path that holds: whom the certificate names, whom the anchor, and until when the leaf is valid."""

    subject: str
    anchor: str
    until: datetime


def read_anchors(content: bytes, file: str) -> Anchors:
    """The pinned bundle, in PEM. Raises `InputError` when there is no certificate in it."""
    try:
        certificates = load_pem_x509_certificates(content) if len(content) <= MAX_ANCHORS_BYTES else []
        return Anchors(Store(certificates), len(certificates))
    except UNFIT:
        raise InputError(N_("no certificates in PEM"), Location(file)) from None


@lru_cache(maxsize=128)
def chain_from_base64(encoded: tuple[str, ...]) -> tuple[Certificate, ...] | Reason:
    """``x5c``: each certificate in base64 of its DER, the key's own first (RFC 7515, 4.1.6)."""
    if len(encoded) > MAX_CERTIFICATES or sum(map(len, encoded)) > MAX_CHAIN_BYTES:
        return _too_long()
    try:
        return tuple(load_der_x509_certificate(base64.b64decode(one, validate=True)) for one in encoded)
    except UNFIT:
        return _unreadable()


@lru_cache(maxsize=128)
def chain_from_pem(content: bytes) -> tuple[Certificate, ...] | Reason:
    """What lies behind ``x5u``: certificates in PEM, the key's own first (RFC 7515, 4.1.5)."""
    if len(content) > MAX_CHAIN_BYTES:
        return _too_long()
    try:
        chain = tuple(load_pem_x509_certificates(content))
    except UNFIT:
        return _unreadable()
    return chain if len(chain) <= MAX_CERTIFICATES else _too_long()


def path_to_anchor(chain: Sequence[Certificate], key: PublicKey, anchors: Anchors, now: datetime) -> Path | Reason:
    """The path that holds at that moment, or why there is none."""
    leaf = chain[0]
    if refused := _not_the_key(leaf, key) or _not_a_signer(leaf):
        return refused
    builder = PolicyBuilder().store(anchors.store).time(now).max_chain_depth(MAX_INTERMEDIATES)
    builder = builder.extension_policies(ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=ExtensionPolicy.permit_all())
    try:
        path = builder.build_client_verifier().verify(leaf, list(chain[1:])).chain
    except (VerificationError, *UNFIT) as error:
        return _no_path(chain, now, error)
    return Path(_name(leaf), _name(path[-1]), leaf.not_valid_after_utc)


def certified(chain: Sequence[Certificate], key: PublicKey, now: datetime) -> Reason | None:
    """Why the first certificate can't stand behind the key on that day, whatever the anchors; nothing when it can."""
    leaf = chain[0]
    if refused := _not_the_key(leaf, key) or _not_a_signer(leaf):
        return refused
    return _out_of_date(chain, now)


def encoded_chain(chain: Sequence[Certificate]) -> tuple[str, ...]:
    """The chain as ``x5c`` has it."""
    return tuple(base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in chain)


def _not_the_key(leaf: Certificate, key: PublicKey) -> Reason | None:
    try:
        certified = public_key(leaf.public_key())
    except UNFIT:
        return _unreadable()
    if isinstance(certified, Reason):
        return certified
    if certified != key:
        return Reason("chain-of-another-key", {"subject": _name(leaf), "key": key.thumbprint},
                      N_("the certificate of «{subject}» is for another key than {key}"))
    return None


def _not_a_signer(leaf: Certificate) -> Reason | None:
    """The leaf's own profile: not an authority, and signing is among its uses when it lists them (RFC 5280, 4.2.1.3)."""
    try:
        constraints, usage = _extension(leaf, BasicConstraints), _extension(leaf, KeyUsage)
    except UNFIT:
        return _unreadable()
    if constraints is not None and constraints.ca:
        return Reason("leaf-is-authority", {"subject": _name(leaf)}, N_("the certificate of «{subject}» is an authority's, not a signer's"))
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        return Reason("leaf-may-not-sign", {"subject": _name(leaf)}, N_("the certificate of «{subject}» is not for signatures"))
    return None


def _out_of_date(chain: Sequence[Certificate], now: datetime) -> Reason | None:
    for certificate in chain:
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            dates = {"from": certificate.not_valid_before_utc.date(), "until": certificate.not_valid_after_utc.date()}
            return Reason("certificate-not-valid", {"subject": _name(certificate), **dates},
                          N_("the certificate of «{subject}» is valid from {from} until {until} only"))
    return None


def _no_path(chain: Sequence[Certificate], now: datetime, error: Exception) -> Reason:
    why = str(error).split(" (encountered", maxsplit=1)[0][:200]
    none = N_("no path from the certificate of «{subject}» to a pinned anchor ({why})")
    return _out_of_date(chain, now) or Reason("no-path", {"subject": _name(chain[0]), "why": why}, none)


def _extension(certificate: Certificate, kind: type[E]) -> E | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except ExtensionNotFound:
        return None


def _name(certificate: Certificate) -> str:
    try:
        return certificate.subject.rfc4514_string()[:200]
    except UNFIT:
        return "?"


def _too_long() -> Reason:
    return Reason("chain-too-long", {"limit": MAX_CERTIFICATES}, N_("more than {limit} certificates in the chain, or too large ones"))


def _unreadable() -> Reason:
    return Reason("chain-unreadable", {}, N_("the certificates cannot be read"))
