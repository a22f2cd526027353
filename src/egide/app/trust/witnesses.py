"""To be a witness of others' logs: remember the last head of each, and cosign the next one only when it continues it.

All in files, for a machine without a network: the request is C2SP tlog-witness's «add-checkpoint» text, the answer its lines of signatures.
What is remembered is brought to the disk before the signature is handed out, so that a witness who is killed never cosigns two futures.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from egide.app import locking, private
from egide.app.files import WouldOverwriteError, read, write
from egide.app.trust.keys import create, find
from egide.trust.log import Examination, Policy, Signer, signed_checkpoint, verifier_key, witness
from egide.trust.log.checkpoint import Checkpoint
from egide.trust.log.history import OLD, continuation
from egide.trust.log.note import MOST_BYTES, SignatureType, VerifierKey
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

NAME, KEY = "name", "witness"


@dataclass(frozen=True, slots=True)
class Cosigned:
    """What a witness answered: the steps, and the line when all were met."""

    examination: Examination
    line: str | None


def begin(folder: Path, name: str) -> str:
    """A new witness; its public key, to give to those who trust it. Raises `InputError`, `WouldOverwriteError`."""
    private.folder(folder)
    if (folder / NAME).exists():
        raise WouldOverwriteError(folder / NAME)
    left = folder / f"{KEY}.jwk"
    if not left.is_file():
        create(folder, algorithm="EdDSA", name=KEY)
    text = str(_signer(folder, name).key)
    verifier_key(text)
    private.create(folder / NAME, name.encode())
    return text


def public_key(folder: Path) -> str:
    """The witness's public key."""
    return str(_signer(folder, _name(folder)).key)


def cosign(folder: Path, request: Path, logs: Sequence[str], now: datetime) -> Cosigned:
    """Look at the head of a log that the witness follows, and cosign it when it goes on as it must."""
    signer, content = _signer(folder, _name(folder)), read(request, MOST_BYTES + 8192)
    with locking.held(folder):
        path = _memory(folder, _origin(content, request))
        followed, signature = witness(_remembered(path), content, Policy.trusting(*logs), signer, now)
        if followed.signed is not None:
            write(path, bytes(followed.signed), force=True)
    return Cosigned(followed.examination, str(signature) if signature else None)


def _remembered(path: Path) -> Checkpoint | None:
    return signed_checkpoint(read(path)).checkpoint if path.is_file() else None


def _origin(content: bytes, file: Path) -> str:
    """Whose head it is said to be; what can't be read is refused by the examination itself."""
    try:
        moved = continuation(content).signed if content.startswith(OLD.encode()) else signed_checkpoint(content)
    except InputError as error:
        raise InputError(error.message, Location(str(file)), error.hint, error.values) from error
    return moved.checkpoint.origin


def _memory(folder: Path, origin: str) -> Path:
    return folder / f"{hashlib.sha256(origin.encode()).hexdigest()[:32]}.checkpoint"


def _name(folder: Path) -> str:
    if not (folder / NAME).is_file():
        none = N_("no witness is kept in this folder")
        raise InputError(none, Location(str(folder)), "egide trust log witness --new NAME --state FOLDER")
    return private.content(folder / NAME).decode("utf-8", "replace").strip()


def _signer(folder: Path, name: str) -> Signer:
    found = find(str(folder / f"{KEY}.jwk"))
    raw: bytes = found.key.public.native.public_bytes_raw()  # type: ignore[union-attr]
    return Signer(VerifierKey(name, SignatureType.COSIGNATURE, raw), lambda message: found.signer.sign("EdDSA", message))
