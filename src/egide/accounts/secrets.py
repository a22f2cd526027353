"""Secrets that are given out once and kept as digests, and passwords that are kept as argon2 hashes.

A drawn secret has 256 bits, so a plain SHA-256 keeps it (it can't be guessed); a chosen password can, so its hash costs time and memory:
argon2id with the library's defaults, which follow RFC 9106.
"""

from __future__ import annotations

import hashlib
import secrets
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

BYTES = 32
LEAST_SIGNS, MOST_SIGNS = 12, 256
"""Signs of a password: what is shorter is guessed, what is longer is an attack on the hash."""


def draw() -> str:
    """A new secret, of signs that stand in an address."""
    return secrets.token_urlsafe(BYTES)


def digest(secret: str) -> str:
    """What is kept of a drawn secret. Looking it up by its digest takes as long for a near guess as for a far one."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def bound(secret: str, purpose: str) -> str:
    """A second secret made from the first, for one purpose: a form's token from a session's secret."""
    return hashlib.blake2b(purpose.encode(), key=secret.encode("utf-8", "surrogatepass")[:64], digest_size=24).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether they are equal, found in constant time."""
    return secrets.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))


def hashed(password: str) -> str:
    """What is kept of a password."""
    return _hasher().hash(password)


def fits(password: str, kept: str | None) -> bool:
    """Whether it is that password. With nothing kept, takes as long as if there were, and is false."""
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 - loads when somebody logs in

    try:
        return _hasher().verify(kept or _nobody(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Whether it was hashed with lighter settings than today's."""
    return _hasher().check_needs_rehash(kept)


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher  # noqa: PLC0415 - loads when somebody logs in

    return PasswordHasher()


@cache
def _nobody() -> str:
    return _hasher().hash(draw())
