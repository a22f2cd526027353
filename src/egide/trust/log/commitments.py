"""Salted commitments: a body's decision enters the public log without a word of it, and can be shown to whom it may concern.

A map of the State's weaknesses is not published: what enters is SHA-256 over a label, a salt of 32 random bytes and the
record. Without the salt nobody can try records against it (hiding); no second record fits it (binding, as long as SHA-256
holds). The salt has one length, so that no part of it can be taken for the record's. Whoever has record and salt can show
that this was decided when the log says, and nothing else; two commitments to one record are unlike each other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from egide.trust.log.encoding import from_base64, to_base64
from egide.trust.log.steps import MalformedError, met, not_met
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.log.steps import Step

LABEL = b"egide/commitment/v1\n"
SALT_BYTES = 32
ENTRY = "egide/commitment/v1"
MOST_BYTES = 64 * 1024 * 1024
"""Of a reveal: a record with its salt."""
NOT_A_REVEAL = N_("not a reveal: the type, the salt and the record of a commitment, each once")


@dataclass(frozen=True, slots=True)
class Reveal:
    """What opens a commitment; it stays with the body until it chooses to show it."""

    record: bytes
    salt: bytes

    def __bytes__(self) -> bytes:
        said = {"type": ENTRY, "salt": to_base64(self.salt), "record": to_base64(self.record)}
        return (json.dumps(said, indent=1) + "\n").encode()


def commitment(record: bytes, salt: bytes) -> bytes:
    """The entry that stands for the record in the log: a line that names the form, a line with the hash.

    The salt is 32 bytes from the system's random source, new for each record; raises `MalformedError` on another length.
    """
    if len(salt) != SALT_BYTES:
        raise MalformedError("salt-length", N_("the salt has {wanted} random bytes, not {n}"),
                             n=len(salt), wanted=SALT_BYTES)  # fmt: skip
    return f"{ENTRY}\n{to_base64(sha256(LABEL + salt + record).digest())}\n".encode()


def reveal(content: bytes) -> Reveal:
    """The record and the salt of a file; raises `MalformedError`."""
    if len(content) > MOST_BYTES:
        raise MalformedError("reveal-too-long", N_("a reveal of {n} bytes, where {most} are read at most"), n=len(content), most=MOST_BYTES)
    try:
        said = json.loads(content, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise MalformedError("not-a-reveal", NOT_A_REVEAL) from error
    match said:
        case {"type": str(form), "salt": str(salt), "record": str(record)} if form == ENTRY and len(said) == 3:
            return Reveal(from_base64(record, "commitment-record"), from_base64(salt, "commitment-salt"))
    raise MalformedError("not-a-reveal", NOT_A_REVEAL)


def verify_reveal(entry: bytes, shown: Reveal) -> Step:
    """Is this record, with this salt, the one that the entry of the log stands for?"""
    try:
        holds = commitment(shown.record, shown.salt) == entry
    except MalformedError as error:
        return not_met("commitment", error.code, error.message, **error.values)
    if not holds:
        return not_met("commitment", "other-record", N_("the entry of the log stands for another record, or the salt is another"))
    return met("commitment", "revealed", N_("the entry of the log stands for this record"))


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    said = dict(pairs)
    if len(said) != len(pairs):
        raise ValueError("a key stands twice")
    return said
