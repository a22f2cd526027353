"""A log in memory, its keys and its witnesses, the same in every run but for what ML-DSA draws."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from obstore.store import MemoryStore

from egide.trust.log import Log, Objects, Policy, Signer

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ORIGIN = "journal.example/etiquettes"


def seed(text: str) -> bytes:
    return text.encode().ljust(32, b".")


@cache
def log_key() -> Signer:
    return Signer.ed25519(ORIGIN, Ed25519PrivateKey.from_private_bytes(seed("log")))


@cache
def lasting_key() -> Signer:
    return Signer.ml_dsa_44(ORIGIN, MLDSA44PrivateKey.from_seed_bytes(seed("log, ML-DSA")))


@cache
def witness_key(number: int) -> Signer:
    name = f"temoin.example/{number}"
    if number % 2:
        return Signer.cosignature(name, Ed25519PrivateKey.from_private_bytes(seed(name)))
    return Signer.ml_dsa_44(name, MLDSA44PrivateKey.from_seed_bytes(seed(name)))


def trusting() -> Policy:
    return Policy.trusting(str(log_key().key))


def policy_text(witnesses: int = 3, enough: str = "2") -> bytes:
    lines = [f"log {log_key().key}", *(f"witness w{n} {witness_key(n).key}" for n in range(witnesses))]
    return "\n".join([*lines, f"group all {enough} {' '.join(f'w{n}' for n in range(witnesses))}", "quorum all", ""]).encode()


def entry(number: int) -> bytes:
    """Entries of all lengths, the empty one among them."""
    return b"" if number == 0 else f"étiquette {number} ".encode() * (number % 5 + 1)


def published(count: int, store: MemoryStore | None = None, *signers: Signer) -> Objects:
    """A log with so many entries, in memory."""
    storage = Objects(store or MemoryStore())
    with Log(storage, *(signers or (log_key(),))) as log:
        log.add_all([entry(n) for n in range(count)])
        log.publish(NOW)
    return storage
