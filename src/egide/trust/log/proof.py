"""Proofs that anyone can check offline, with nothing but a public key (C2SP tlog-proof).

One text: the entry's index, the hashes from the entry to the root, and the checkpoint with its signatures. Of the line
``extra``, whose use the specification leaves open, we make the entry itself: it proves nothing by standing there, as the
inclusion does, but whoever holds the file needs no other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from egide.trust.log.checkpoint import SignedCheckpoint, signed_checkpoint
from egide.trust.log.encoding import from_base64, from_decimal, hash_from_base64, to_base64
from egide.trust.log.history import MOST_HASHES, TOO_LONG, TOO_MANY_HASHES, continuation, judge_history
from egide.trust.log.merkle import leaf_hash, verify_inclusion
from egide.trust.log.note import MOST_BYTES
from egide.trust.log.policy import Policy, judge_log, judge_witnesses
from egide.trust.log.steps import Examination, MalformedError, Step, met, not_met, unknown
from egide.trust.log.tiles import MOST_ENTRY_BYTES
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

HEADER = "c2sp.org/tlog-proof@v1"
EXTRA = "extra "
INDEX = "index "
PROOF_BYTES = MOST_BYTES + 4096 + 2 * MOST_ENTRY_BYTES


@dataclass(frozen=True, slots=True)
class LogProof:
    """A proof as it is written («Format»), nothing of it verified by being read."""

    index: int
    hashes: tuple[bytes, ...]
    signed: SignedCheckpoint
    extra: bytes | None = None
    """The entry."""

    def __bytes__(self) -> bytes:
        extra = () if self.extra is None else (EXTRA + to_base64(self.extra),)
        lines = (HEADER, *extra, f"{INDEX}{self.index}", *(to_base64(one) for one in self.hashes))
        return "".join(f"{line}\n" for line in lines).encode() + b"\n" + bytes(self.signed)


def log_proof(content: bytes) -> LogProof:
    """The proof of a file («Format»); raises `MalformedError` with the first thing that is wrong."""
    if len(content) > PROOF_BYTES:
        raise MalformedError("proof-too-long", TOO_LONG, n=len(content), most=PROOF_BYTES)
    head, gap, rest = content.partition(b"\n\n")
    lines = head.decode("utf-8", "replace").split("\n")
    if lines[0] != HEADER or not gap:
        raise MalformedError("not-a-proof", N_("a proof begins with «{header}» and has an empty line before its checkpoint"), header=HEADER)
    extra = None
    if lines[1:] and lines[1].startswith(EXTRA):
        extra = from_base64(lines.pop(1).removeprefix(EXTRA), "proof-extra")
    if not lines[1:] or not lines[1].startswith(INDEX):
        raise MalformedError("no-index", N_("the proof doesn't say the index of its entry"))
    if len(lines) > MOST_HASHES + 2:
        raise MalformedError("too-many-hashes", TOO_MANY_HASHES, n=len(lines) - 2, most=MOST_HASHES)
    hashes = tuple(hash_from_base64(line, "proof-hash") for line in lines[2:])
    return LogProof(from_decimal(lines[1].removeprefix(INDEX), "entry-index"), hashes, signed_checkpoint(rest), extra)


def check(
    checkpoint: bytes | None, proof: bytes, policy: Policy, *,
    entry: bytes | None = None, consistency: bytes | None = None, now: datetime | None = None,
) -> Examination:  # fmt: skip
    """Is the entry in the log, by the keys of the policy («Verifying a tlog proof»)?

    ``checkpoint`` is one that the verifier holds of this log: the proof's own must be the same head, or ``consistency``
    (a C2SP tlog-witness «add-checkpoint» text, in either direction) must show that one continues the other. ``entry`` is
    what should be in the log; without it, the one that the proof carries.
    """
    return Examination(tuple(_until_one_fails(_steps(checkpoint, proof, policy, entry, consistency, now))))


def _until_one_fails(steps: Iterator[Step]) -> Iterator[Step]:
    """What follows a step that isn't met would rest on it. Bytes that cannot be read are such a step."""
    try:
        for step in steps:
            yield step
            if step.answer is Answer.NOT_MET:
                return
    except MalformedError as error:
        yield Step("format", Answer.NOT_MET, error.reason)


def _steps(
    checkpoint: bytes | None, proof: bytes, policy: Policy, entry: bytes | None, consistency: bytes | None, now: datetime | None,
) -> Iterator[Step]:
    read = log_proof(proof)
    held = signed_checkpoint(checkpoint) if checkpoint is not None else None
    moved = continuation(consistency) if consistency is not None else None
    yield met("format", "readable", N_("the proof of entry {index} and its checkpoint can be read"), index=read.index)
    yield judge_log(policy, read.signed)
    yield judge_witnesses(policy, read.signed, now)
    yield _included(read, entry)
    if held is not None:
        yield replace(judge_log(policy, held), name="checkpoint")
        earlier, later = sorted((held.checkpoint, read.signed.checkpoint), key=lambda one: one.size)
        fits = moved is not None and moved.old_size == earlier.size and moved.signed.checkpoint == later
        yield judge_history(earlier, later, moved.hashes if moved is not None and fits else None)


def _included(read: LogProof, entry: bytes | None) -> Step:
    """Step 4, on the entry that is asked about or else on the one that the proof carries."""
    if entry is not None and read.extra is not None and entry != read.extra:
        return not_met("inclusion", "other-entry", N_("the proof is of another entry than the one it is shown for"))
    proven = read.extra if entry is None else entry
    if proven is None:
        return unknown("inclusion", "no-entry", N_("the proof doesn't carry its entry, and none was given"))
    head = read.signed.checkpoint
    return verify_inclusion(leaf_hash(proven), read.index, head.size, read.hashes, head.root)
