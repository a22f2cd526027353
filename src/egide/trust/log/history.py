"""One log at two moments: the later head must continue the earlier one, or somebody was shown another log.

The proof travels as C2SP tlog-witness has it («add-checkpoint»): the old size, the hashes, an empty line and the new
checkpoint in one text. It is what a log sends to a witness, and as good for anyone who remembers an older checkpoint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from egide.trust.log.checkpoint import Checkpoint, SignedCheckpoint, Signer, signed_checkpoint, verifies
from egide.trust.log.encoding import from_decimal, hash_from_base64, to_base64
from egide.trust.log.merkle import verify_consistency
from egide.trust.log.note import MOST_BYTES, Signature, signatures
from egide.trust.log.policy import WRONG_SIGNATURE, Policy, judge_log
from egide.trust.log.steps import Examination, MalformedError, Step, met, not_met, unknown
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from datetime import datetime

OLD = "old "
MOST_HASHES = 63
"""Of a consistency proof in this text («add-checkpoint»); no tree below 2^63 entries needs more in an inclusion proof either."""
TEXT_BYTES = MOST_BYTES + 4096
TOO_LONG = N_("a proof of {n} bytes, where {most} are read at most")
TOO_MANY_HASHES = N_("the proof has {n} hashes, where {most} are possible")


@dataclass(frozen=True, slots=True)
class Continuation:
    """A checkpoint and the proof that it continues the tree of a smaller size."""

    old_size: int
    hashes: tuple[bytes, ...]
    signed: SignedCheckpoint

    def __bytes__(self) -> bytes:
        head = "".join(f"{line}\n" for line in (f"{OLD}{self.old_size}", *(to_base64(one) for one in self.hashes)))
        return head.encode() + b"\n" + bytes(self.signed)


def continuation(content: bytes) -> Continuation:
    """The continuation of a text («add-checkpoint»); raises `MalformedError`."""
    if len(content) > TEXT_BYTES:
        raise MalformedError("proof-too-long", TOO_LONG, n=len(content), most=TEXT_BYTES)
    head, gap, rest = content.partition(b"\n\n")
    lines = head.decode("utf-8", "replace").split("\n")
    if not gap or not lines[0].startswith(OLD):
        raise MalformedError("not-a-continuation", N_("a proof of consistency has the old size, hashes, an empty line and a checkpoint"))
    if len(lines) > MOST_HASHES + 1:
        raise MalformedError("too-many-hashes", TOO_MANY_HASHES, n=len(lines) - 1, most=MOST_HASHES)
    hashes = tuple(hash_from_base64(line, "proof-hash") for line in lines[1:])
    return Continuation(from_decimal(lines[0].removeprefix(OLD), "old-size"), hashes, signed_checkpoint(rest))


def judge_history(remembered: Checkpoint | None, offered: Checkpoint, hashes: Sequence[bytes] | None) -> Step:
    """Does the offered head continue the remembered one? A smaller one is a rollback, another root a fork.

    Without ``hashes`` two sizes cannot be compared, and the answer is unknown. Nothing remembered, the first head is taken.
    """
    if remembered is None:
        return met("consistency", "first-seen", N_("no checkpoint of this log is remembered; this is the first"))
    if remembered.origin != offered.origin:
        return not_met("consistency", "another-log", N_("the checkpoint of «{old}» is remembered, this one is of «{new}»"),
                       old=remembered.origin, new=offered.origin)  # fmt: skip
    if offered.size < remembered.size:
        return not_met("consistency", "rolled-back", N_("the log was at size {old} and shows {size}: it was rolled back"),
                       old=remembered.size, size=offered.size)  # fmt: skip
    if hashes is None and remembered.size not in {0, offered.size}:
        return unknown("consistency", "no-consistency-proof", N_("heads of size {old} and {size} cannot be compared without a proof"),
                       old=remembered.size, size=offered.size)  # fmt: skip
    return verify_consistency(remembered.size, remembered.root, offered.size, offered.root, hashes or ())


@dataclass(frozen=True, slots=True)
class Followed:
    """What came of looking at a new head."""

    examination: Examination
    signed: SignedCheckpoint | None
    """The head to remember from now on; nothing unless every step is met."""


def follow(remembered: Checkpoint | None, offered: bytes, policy: Policy) -> Followed:
    """Shall this head, a continuation or a bare checkpoint, take the place of the one remembered?"""
    try:
        moved = continuation(offered) if offered.startswith(OLD.encode()) else None
        signed = moved.signed if moved else signed_checkpoint(offered)
    except MalformedError as error:
        return Followed(Examination((Step("checkpoint", Answer.NOT_MET, error.reason),)), None)
    steps = [judge_log(policy, signed)]
    if steps[0].answer is Answer.MET:
        hashes = moved.hashes if moved and remembered and moved.old_size == remembered.size else None
        steps.append(judge_history(remembered, signed.checkpoint, hashes))
    found = Examination(tuple(steps))
    return Followed(found, signed if found.answer is Answer.MET else None)


def witness(
    remembered: Checkpoint | None, offered: bytes, policy: Policy, signer: Signer, now: datetime,
) -> tuple[Followed, Signature | None]:  # fmt: skip
    """A witness's whole work (C2SP tlog-witness, «add-checkpoint»): follow the log, and cosign when it went on as it must.

    The caller keeps the new head, durably, before it hands the signature out.
    """
    followed = follow(remembered, offered, policy)
    return followed, signer.signature(followed.signed.checkpoint, now) if followed.signed else None


def cosigned(signed: SignedCheckpoint, lines: bytes, policy: Policy) -> tuple[SignedCheckpoint, tuple[Step, ...]]:
    """The checkpoint with the cosignatures that a witness answered («add-checkpoint»), one step for each line.

    Kept are those of the policy's witnesses that verify; those of others are ignored, as the specification asks.
    Raises `MalformedError` when the answer is no list of signatures, or when a checkpoint cannot bear as many.
    """
    if len(lines) > MOST_BYTES:
        raise MalformedError("note-too-long", N_("a note of {n} bytes, where {most} are read at most"), n=len(lines), most=MOST_BYTES)
    try:
        offered = signatures(lines.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise MalformedError("not-utf-8", N_("the note is not UTF-8")) from error
    steps, kept = [], []
    for one in offered:
        key = next((key for key in policy.witnesses.values() if one.is_by(key)), None)
        if key is None:
            steps.append(unknown("witness", "unknown-witness", N_("«{name}» is no witness of the policy; it is left out"), name=one.name))
        elif verifies(key, signed.checkpoint, one):
            kept.append(one)
            steps.append(met("witness", "cosigned", N_("«{name}» has cosigned"), name=one.name))
        else:
            steps.append(not_met("witness", "wrong-signature", WRONG_SIGNATURE, name=one.name))
    return signed_checkpoint(bytes(signed.bearing(kept))), tuple(steps)
